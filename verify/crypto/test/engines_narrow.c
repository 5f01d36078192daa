#include "verify/crypto/test/engines.h"

const struct natt_p384_engine *test_engine(unsigned i)
{
    return i == 0 ? &natt_p384_narrow : NULL;
}

natt_sha384_feed *test_sha384_feed(unsigned i)
{
    return i == 0 ? natt_sha384_feed_portable : NULL;
}
