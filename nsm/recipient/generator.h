/*
 * Random numbers for keys, blinding and sealing: mbedTLS's CTR_DRBG, seeded by the system and, if there is a session,
 * by the NSM too. If one of the two is bad, the other is enough.
 */
#ifndef NATT_NSM_RECIPIENT_GENERATOR_H
#define NATT_NSM_RECIPIENT_GENERATOR_H

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>

#include "nitro_attest/recipient_error.h"

struct natt_generator {
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context drbg;
    natt_nsm *nsm;
    natt_nsm_error nsm_error; /* the error of the NSM, or NATT_NSM_OK */
};

/* nsm may be NULL. If it returns false, natt_generator_free must still be called. */
bool natt_generator_init(struct natt_generator *g, natt_nsm *nsm, natt_recipient_error *err);
void natt_generator_free(struct natt_generator *g);

/* At most 1024 bytes. */
bool natt_generator_fill(struct natt_generator *g, uint8_t *out, size_t len, natt_recipient_error *err);

/* mbedTLS's f_rng, with &g->drbg as p_rng. */
#define NATT_GENERATOR(g) mbedtls_ctr_drbg_random, &(g)->drbg

/* The error of a call that used the generator: that of the NSM if it caused the failure, else that of mbedTLS. */
bool natt_generator_failed(const struct natt_generator *g, int result, natt_recipient_error *err);

#endif
