#include "verify/crypto/lanes/one.h"
#include "verify/crypto/test/engines.h"
#include "verify/crypto/x86/cpu.h"

const struct natt_p384_engine *test_engine_one(void)
{
    return natt_cpu_features() & NATT_CPU_ONE ? &natt_p384_one_ifma : NULL;
}
