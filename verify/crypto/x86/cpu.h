/* The features of the processor, determined once: cpu_x86.c with CPUID, cpu_none.c on other machines. */
#ifndef NATT_VERIFY_CRYPTO_CPU_H
#define NATT_VERIFY_CRYPTO_CPU_H

#define NATT_CPU_KNOWN       1u  /* the features were determined */
#define NATT_CPU_ADX         2u  /* BMI1, BMI2 and ADX */
#define NATT_CPU_AVX512VL    4u  /* AVX-512 F and VL, enabled by the system, and BMI2 */
#define NATT_CPU_FMA         8u  /* AVX2 and FMA, enabled by the system */
#define NATT_CPU_IFMA        16u /* AVX-512 F, VL and IFMA, enabled by the system */
#define NATT_CPU_FAST_FMA    32u /* FMA, on processors where its lanes were measured to be faster than ADX */
#define NATT_CPU_FAST_IFMA   64u
#define NATT_CPU_AVX2        128u  /* AVX2, enabled by the system, BMI1 and BMI2 */
#define NATT_CPU_SHA384      256u  /* AVX-512 F and BW, enabled by the system */
#define NATT_CPU_FAST_SHA384 512u  /* the same, where eight hashes in lanes were measured to be faster */
#define NATT_CPU_ONE         1024u /* IFMA and ADX: one signature in four lanes of IFMA, over the engine of ADX */
#define NATT_CPU_FAST_ONE    2048u /* the same, on processors where it was measured to be faster */

unsigned natt_cpu_features(void);

/* Of these, those with FMA, IFMA, ONE or SHA384 in their names: cpu_lanes.c, or cpu_lanes_none.c without lanes. */
unsigned natt_cpu_lanes(void);

#endif
