/* From the kernel: programs cannot read the processor's own registers with its features everywhere. */
#include <sys/auxv.h>

#include "verify/crypto/aarch64/cpu.h"

#define SHA512 (1ul << 21) /* HWCAP_SHA512 [Linux, arch/arm64/include/uapi/asm/hwcap.h] */

bool natt_cpu_has_sha512(void)
{
    return (getauxval(AT_HWCAP) & SHA512) != 0;
}
