#include <immintrin.h>

#include "verify/crypto/native/native.h"
#include "verify/crypto/test/lanes_engines.h"
#include "verify/crypto/x86/cpu.h"

const struct natt_p384_lanes *test_lanes_of_processor(unsigned i)
{
    const struct natt_p384_lanes *all[3];
    unsigned count = 0;
    if (natt_cpu_features() & NATT_CPU_FMA)
        all[count++] = &natt_p384_lanes_fma;
    if (natt_cpu_features() & NATT_CPU_IFMA) {
        all[count++] = &natt_p384_lanes_ifma4;
        all[count++] = &natt_p384_lanes_ifma8;
    }
    return i < count ? all[i] : NULL;
}

const struct test_one *test_one_of_processor(void)
{
    static const struct test_one one = {&natt_p384_one_ifma, natt_one_ifma_ask};
    return natt_cpu_features() & NATT_CPU_ONE ? &one : NULL;
}

const struct natt_crypto *test_lanes_table(unsigned i)
{
    const struct natt_crypto *all[2];
    unsigned count = 0;
    if (natt_cpu_features() & NATT_CPU_FMA)
        all[count++] = &natt_crypto_lanes_fma;
    if (natt_cpu_features() & NATT_CPU_IFMA)
        all[count++] = &natt_crypto_lanes_ifma;
    return i < count ? all[i] : NULL;
}

#define FLUSH  0x8040u /* FTZ and DAZ */
#define MASKED 0x1f80u

/* The four rounding modes: as usual, and with every exception unmasked and denormals flushed. */
bool test_mode_of_processor(unsigned i)
{
    unsigned rounding = (i & 3) << 13;
    if (i < 8)
        _mm_setcsr(rounding | (i < 4 ? MASKED : FLUSH));
    return i < 8;
}

unsigned test_mode(void)
{
    return _mm_getcsr();
}

void test_mode_restore(unsigned mode)
{
    _mm_setcsr(mode);
}

natt_sha384_feed_lanes *test_sha384_lanes_of_processor(void)
{
    return natt_cpu_features() & NATT_CPU_SHA384 ? natt_sha384_feed_lanes_avx512 : NULL;
}
