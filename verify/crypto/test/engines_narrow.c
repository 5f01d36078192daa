#include "verify/crypto/test/engines.h"

const struct natt_p384_engine *test_engine(unsigned i)
{
    return i == 0 ? &natt_p384_narrow : NULL;
}
