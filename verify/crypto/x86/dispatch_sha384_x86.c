/* x86-64: the hash that suits the processor found at run time. Separate from the engine, so that a program that only
 * hashes does not link it. */
#include "verify/crypto/hash/sha2.h"
#include "verify/crypto/x86/cpu.h"

natt_sha384_feed *natt_sha384_fastest(void)
{
    unsigned features = natt_cpu_features();
    if (features & NATT_CPU_AVX512VL)
        return natt_sha384_feed_avx512vl;
    return features & NATT_CPU_AVX2 ? natt_sha384_feed_avx2 : natt_sha384_feed_portable;
}
