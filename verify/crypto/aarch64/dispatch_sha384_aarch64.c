/* AArch64 with Linux: the hash that suits the processor found at run time. */
#include "verify/crypto/aarch64/cpu.h"
#include "verify/crypto/hash/sha2.h"

natt_sha384_feed *natt_sha384_fastest(void)
{
    return natt_cpu_has_sha512() ? natt_sha384_feed_sha512 : natt_sha384_feed_portable;
}
