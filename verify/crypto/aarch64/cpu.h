/* The features of an AArch64 processor, as Linux reports them. */
#ifndef NATT_VERIFY_CRYPTO_AARCH64_CPU_H
#define NATT_VERIFY_CRYPTO_AARCH64_CPU_H

#include <stdbool.h>

bool natt_cpu_has_sha512(void);

#endif
