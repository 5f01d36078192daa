#include "verify/crypto/test/hashes.h"
#include "verify/crypto/x86/cpu.h"

natt_sha384_feed *test_sha384_feed_of_processor(unsigned i)
{
    natt_sha384_feed *found[3] = {NULL, NULL, NULL};
    unsigned count = 0;
    if (natt_cpu_features() & NATT_CPU_AVX2)
        found[count++] = natt_sha384_feed_avx2;
    if (natt_cpu_features() & NATT_CPU_AVX512VL)
        found[count++] = natt_sha384_feed_avx512vl;
    return i < count ? found[i] : NULL;
}
