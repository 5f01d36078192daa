/* Builds without lanes. */
#include "verify/crypto/x86/cpu.h"

unsigned natt_cpu_lanes(void)
{
    return 0;
}
