/*
 * Determines whether the processor has the instructions of the lane engines, and whether they are worthwhile, from a
 * table of measured processors. [Intel SDM vol. 2A, CPUID; vol. 1, 14.3 and 15.2; AMD64 APM vol. 3, E.3.2]
 */
#include <cpuid.h>
#include <stdbool.h>
#include <stdint.h>

#include "verify/crypto/x86/cpu.h"

#define LEAF1_ECX_FMA     (1u << 12)
#define LEAF1_ECX_OSXSAVE (1u << 27)
#define LEAF7_EBX_BMI1    (1u << 3)
#define LEAF7_EBX_AVX2    (1u << 5)
#define LEAF7_EBX_BMI2    (1u << 8)
#define LEAF7_EBX_AVX512F (1u << 16)
#define LEAF7_EBX_ADX     (1u << 19)
#define LEAF7_EBX_IFMA    (1u << 21)
#define LEAF7_EBX_BW      (1u << 30)
#define LEAF7_EBX_VL      (1u << 31)
#define XCR0_AVX          0x06u /* SSE and AVX state */
#define XCR0_AVX512       0xe6u /* also opmask and both halves of ZMM state */

#define AMD   0x68747541u /* EBX of leaf 0: "Auth", of AuthenticAMD */
#define INTEL 0x756e6547u /* "Genu", of GenuineIntel */

/*
 * Processors on which lanes were measured, and where they are faster than single signatures. All others are off.
 * Microseconds a signature, full lanes, one thread (bench/p384_bench):
 *                                 adx   FMA   four of IFMA   eight
 *   AMD Zen 3, EPYC 7003          145    88              -       -
 *   AMD Zen 4, EPYC 9004          121    57              -      30
 *   Intel Emerald Rapids, 6/207   133    68             43      31
 * Zen 1 splits AVX2: FMA takes 49-54 ns a product, adx 40, so it is off. On Emerald Rapids the clock stays at 3.1 GHz
 * (a chain of multiplications in turn with each engine), so 512 bits slow nothing else down. Other Intel processors
 * lower it, so each row needs a separate measurement.
 * One signature alone, in four lanes of IFMA, Emerald Rapids: 83, by adx 134.
 * Eight hashes of 4400 bytes, one after the other : in lanes (bench/verify_bench): Emerald Rapids 4.1, Zen 4 3.9 (a
 * prototype of the same loop).
 */
static const struct measured {
    uint32_t vendor, family, first_model, last_model, fast;
} measured[] = {
    {AMD, 0x19, 0x01, 0x01, NATT_CPU_FAST_FMA},
    {AMD, 0x19, 0x11, 0x11, NATT_CPU_FAST_FMA | NATT_CPU_FAST_IFMA | NATT_CPU_FAST_SHA384},
    {INTEL, 6, 0xcf, 0xcf, NATT_CPU_FAST_FMA | NATT_CPU_FAST_IFMA | NATT_CPU_FAST_ONE | NATT_CPU_FAST_SHA384},
};

static bool has(unsigned reg, unsigned wanted)
{
    return (reg & wanted) == wanted;
}

static uint32_t state_saved(void)
{
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

/* signature: EAX of leaf 1. */
static unsigned fast_on(uint32_t vendor, uint32_t signature)
{
    uint32_t family = (signature >> 8 & 0xf) + (signature >> 20 & 0xff);
    uint32_t model = (signature >> 4 & 0xf) | (signature >> 12 & 0xf0);
    for (unsigned i = 0; i < sizeof measured / sizeof measured[0]; i++) {
        const struct measured *m = &measured[i];
        if (m->vendor == vendor && m->family == family && m->first_model <= model && model <= m->last_model)
            return m->fast;
    }
    return 0;
}

/* EBX of leaf 7: what one signature in four lanes needs besides IFMA: the engine of ADX. */
#define LEAF7_EBX_ONE (LEAF7_EBX_ADX | LEAF7_EBX_BMI1 | LEAF7_EBX_BMI2)

unsigned natt_cpu_lanes(void)
{
    unsigned eax, ebx, ecx, edx, vendor, signature, leaf1, found = 0, fast;
    if (__get_cpuid(0, &eax, &vendor, &ecx, &edx) == 0 || __get_cpuid(1, &signature, &ebx, &leaf1, &edx) == 0 ||
        __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0 || !has(leaf1, LEAF1_ECX_OSXSAVE))
        return 0;
    uint32_t saved = state_saved();
    fast = fast_on(vendor, signature);
    if (has(leaf1, LEAF1_ECX_FMA) && has(ebx, LEAF7_EBX_AVX2) && has(saved, XCR0_AVX))
        found |= NATT_CPU_FMA | (fast & NATT_CPU_FAST_FMA);
    if (has(ebx, LEAF7_EBX_AVX512F | LEAF7_EBX_VL | LEAF7_EBX_IFMA) && has(saved, XCR0_AVX512))
        found |= NATT_CPU_IFMA | (fast & NATT_CPU_FAST_IFMA);
    if (has(ebx, LEAF7_EBX_AVX512F | LEAF7_EBX_BW) && has(saved, XCR0_AVX512))
        found |= NATT_CPU_SHA384 | (fast & NATT_CPU_FAST_SHA384);
    if (found & NATT_CPU_IFMA && has(ebx, LEAF7_EBX_ONE))
        found |= NATT_CPU_ONE | (fast & NATT_CPU_FAST_ONE);
    return found;
}
