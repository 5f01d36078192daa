/* x86-64: the engine that suits the processor found at run time. */
#include "verify/crypto/p384/p384.h"
#include "verify/crypto/x86/cpu.h"

const struct natt_p384_engine *natt_p384_engine(void)
{
    return natt_cpu_features() & NATT_CPU_ADX ? &natt_p384_adx : &natt_p384_wide;
}
