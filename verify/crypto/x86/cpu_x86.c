/*
 * Executes CPUID itself: the compilers' built-in checks need data of their support libraries.
 * [Intel SDM vol. 2A, CPUID; vol. 1, 15.2]
 */
#include <cpuid.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "verify/crypto/x86/cpu.h"

#define LEAF1_ECX_OSXSAVE (1u << 27)
#define LEAF7_EBX_BMI1    (1u << 3)
#define LEAF7_EBX_AVX2    (1u << 5)
#define LEAF7_EBX_BMI2    (1u << 8)
#define LEAF7_EBX_AVX512F (1u << 16)
#define LEAF7_EBX_ADX     (1u << 19)
#define LEAF7_EBX_VL      (1u << 31)
#define XCR0_AVX          0x06u /* SSE and AVX state */
#define XCR0_AVX512       0xe6u /* also opmask and both halves of ZMM state */

/* The library's one mutable global: zero, then permanently the result of CPUID. A race writes the same value twice. */
static atomic_uint features;

static bool has(unsigned reg, unsigned wanted)
{
    return (reg & wanted) == wanted;
}

/* What the system saves and restores: XCR0, 0 where it has none. */
static unsigned state_saved(void)
{
    unsigned eax, ebx, ecx, edx;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 || !has(ecx, LEAF1_ECX_OSXSAVE))
        return 0;
    __asm__ volatile("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
    return eax;
}

static unsigned ask(void)
{
    unsigned eax, ebx, ecx, edx, found = NATT_CPU_KNOWN | natt_cpu_lanes();
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0 || !has(ebx, LEAF7_EBX_BMI1 | LEAF7_EBX_BMI2))
        return found;
    unsigned saved = state_saved();
    if (has(ebx, LEAF7_EBX_ADX))
        found |= NATT_CPU_ADX;
    if (has(ebx, LEAF7_EBX_AVX2) && has(saved, XCR0_AVX))
        found |= NATT_CPU_AVX2;
    if (has(ebx, LEAF7_EBX_AVX512F | LEAF7_EBX_VL) && has(saved, XCR0_AVX512))
        found |= NATT_CPU_AVX512VL;
    return found;
}

unsigned natt_cpu_features(void)
{
    unsigned known = atomic_load_explicit(&features, memory_order_relaxed);
    if (known == 0) {
        known = ask();
        atomic_store_explicit(&features, known, memory_order_relaxed);
    }
    return known;
}
