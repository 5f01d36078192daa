/* Processors for which there is only portable code. */
#include "verify/crypto/cpu.h"

unsigned natt_cpu_features(void)
{
    return NATT_CPU_KNOWN;
}
