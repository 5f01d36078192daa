/* x86-64 with lanes: the engine that suits the processor found at run time. */
#include "verify/crypto/lanes/one.h"
#include "verify/crypto/x86/cpu.h"

const struct natt_p384_engine *natt_p384_engine(void)
{
    unsigned features = natt_cpu_features();
    if (features & NATT_CPU_FAST_ONE)
        return &natt_p384_one_ifma;
    return features & NATT_CPU_ADX ? &natt_p384_adx : &natt_p384_wide;
}
