/* Processors with only portable code. */
#include "verify/crypto/x86/cpu.h"

unsigned natt_cpu_features(void)
{
    return NATT_CPU_KNOWN;
}
