/*
 * A recipient's key: the numbers of an RSA private key and its public half, in one piece of secret memory. Each call
 * has its own mbedTLS context, which it wipes, so keys need no lock and do not remain on mbedTLS's heap.
 */
#ifndef NATT_NSM_RECIPIENT_KEY_H
#define NATT_NSM_RECIPIENT_KEY_H

#include <sys/types.h>

#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>

#include "nitro_attest/recipient.h"

#define NATT_RSA_MIN_BITS  2048
#define NATT_RSA_MAX_BITS  4096
#define NATT_RSA_MAX_BYTES (NATT_RSA_MAX_BITS / 8)

enum natt_key_owner {
    NATT_KEY_WIPED = 0, /* the process's key, in a forked child */
    NATT_KEY_OF_CALLER,
    NATT_KEY_OF_PROCESS
};

struct natt_recipient_key {
    enum natt_key_owner owner;
    pid_t process; /* that made it */
    unsigned bits;
    size_t modulus_len; /* bytes: of n, and of an encrypted key */
    uint8_t key_id[32]; /* SHA-256 of the SPKI */
    uint8_t spki[NATT_RECIPIENT_MAX_SPKI];
    size_t spki_len;
    /* big-endian: n and d of modulus_len bytes, p and q of half as many, e */
    uint8_t n[NATT_RSA_MAX_BYTES], d[NATT_RSA_MAX_BYTES], p[NATT_RSA_MAX_BYTES / 2], q[NATT_RSA_MAX_BYTES / 2], e[8];
};

/* A new key, with the numbers of an mbedTLS context that is an RSA key pair. */
natt_recipient_key *natt_key_from_context(mbedtls_pk_context *pk, natt_recipient_error *err);

/* The bits of the modulus. 0 if memory ran out. */
unsigned natt_key_count_bits(mbedtls_pk_context *pk);

/* NULL, or the own key of a parent process: NATT_RECIPIENT_E_USAGE_ARGUMENT. */
bool natt_key_check(const natt_recipient_key *key, natt_recipient_error *err);

/* *pk must be initialised; the caller frees it in either case. */
bool natt_key_to_context(const natt_recipient_key *key, mbedtls_pk_context *pk, natt_recipient_error *err);

#endif
