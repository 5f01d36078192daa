#include "verify/crypto/test/engines.h"
#include "verify/crypto/x86/cpu.h"

const struct natt_p384_engine *test_engine(unsigned i)
{
    const struct natt_p384_engine *all[] = {&natt_p384_wide, &natt_p384_narrow, &natt_p384_adx, test_engine_one()};
    unsigned count = sizeof all / sizeof all[0];
    return i < (natt_cpu_features() & NATT_CPU_ADX ? count : count - 2) ? all[i] : NULL;
}
