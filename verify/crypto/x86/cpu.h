/* The features of the processor, determined once: cpu_x86.c with CPUID, cpu_none.c on other machines. */
#ifndef NATT_VERIFY_CRYPTO_CPU_H
#define NATT_VERIFY_CRYPTO_CPU_H

#define NATT_CPU_KNOWN    1u /* the features were determined */
#define NATT_CPU_ADX      2u /* BMI1, BMI2 and ADX */
#define NATT_CPU_AVX512VL 4u /* AVX-512 F and VL, enabled by the system, and BMI2 */

unsigned natt_cpu_features(void);

#endif
