/* x86-64: the engine and the hash that suit the processor found at run time. */
#include "verify/crypto/cpu.h"
#include "verify/crypto/p384.h"
#include "verify/crypto/sha2.h"

const struct natt_p384_engine *natt_p384_engine(void)
{
    return natt_cpu_features() & NATT_CPU_ADX ? &natt_p384_adx : &natt_p384_wide;
}

natt_sha384_feed *natt_sha384_fastest(void)
{
    return natt_cpu_features() & NATT_CPU_AVX512VL ? natt_sha384_feed_avx512vl : natt_sha384_feed_portable;
}
