/*
 * Random bytes from the system, through mbedTLS's generator.
 */
#ifndef NATT_NSM_RANDOM_H
#define NATT_NSM_RANDOM_H

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>

#include "nitro_attest/base.h"

struct natt_random {
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context generator;
};

/* If it returns false, natt_random_free must still be called. */
bool natt_random_init(struct natt_random *random);
void natt_random_free(struct natt_random *random);
/* At most 1024 bytes. */
bool natt_random_fill(struct natt_random *random, uint8_t *out, size_t len);

/* For a single use. */
bool natt_random_bytes(uint8_t *out, size_t len);

#endif
