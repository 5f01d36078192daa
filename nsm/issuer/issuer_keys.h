/*
 * The issuer's keys: derived from a seed, used to sign, wiped. All hashing and signing of the issuer goes through this
 * file to mbedTLS. Private keys exist only in mbedTLS numbers, and on the stack of the function that derives one.
 */
#ifndef NATT_NSM_ISSUER_KEYS_H
#define NATT_NSM_ISSUER_KEYS_H

#include <mbedtls/ecp.h>
#include <mbedtls/hmac_drbg.h>

#include "nitro_attest/base.h"

#define NATT_P384_SCALAR     48
#define NATT_P384_POINT      97 /* 04 || x || y */
#define NATT_P384_SIGNATURE  96
#define NATT_SIGNATURES_KEPT 32 /* a full chain of 17 certificates, and some variants of it */

struct natt_key {
    mbedtls_mpi d;
    uint8_t point[NATT_P384_POINT];
};

/* An earlier signature. Signatures are deterministic, so storing one only saves time. */
struct natt_kept_signature {
    const struct natt_key *key; /* NULL = free */
    uint8_t digest[48];
    uint8_t signature[NATT_P384_SIGNATURE];
};

struct natt_keyring {
    mbedtls_ecp_group group;
    mbedtls_hmac_drbg_context blinding;
    uint8_t secret[48];
    struct natt_kept_signature kept[NATT_SIGNATURES_KEPT];
    size_t next_kept;
};

void natt_keyring_free(struct natt_keyring *ring);
void natt_key_free(struct natt_key *key);

/* A failure of mbedTLS other than missing memory; compare by address. */
extern const char natt_issuer_no_crypto[];

/* Converts a result of mbedTLS: NULL for 0, else natt_arena_no_memory or natt_issuer_no_crypto. */
const char *natt_mbedtls_failure(int result);

/*
 * The functions below return NULL, or a text that describes the failure, as natt_mbedtls_failure does. The caller must
 * free the ring or key also after a failure.
 */
const char *natt_keyring_init(struct natt_keyring *ring, natt_bytes seed);

/* Bytes that follow from the seed, the label and the two numbers; at most 48. */
const char *natt_keyring_derive(const struct natt_keyring *ring, const char *label, uint32_t index, uint64_t salt,
                                uint8_t *out, size_t len);

/* The key pair with that label and number. */
const char *natt_key_derive(struct natt_key *key, struct natt_keyring *ring, const char *label, uint32_t index);

/* ECDSA by RFC 6979 with SHA-384: r || s. */
const char *natt_key_sign(struct natt_keyring *ring, const struct natt_key *key, const uint8_t digest[48],
                          uint8_t out[NATT_P384_SIGNATURE]);
/* The same, but remembers the result; only for keys that exist as long as the ring. */
const char *natt_key_sign_kept(struct natt_keyring *ring, const struct natt_key *key, const uint8_t digest[48],
                               uint8_t out[NATT_P384_SIGNATURE]);

const char *natt_issuer_sha384(uint8_t out[48], natt_bytes in);
/* PCR_new = SHA-384(PCR_old || data). NULL, or natt_arena_no_memory or natt_issuer_no_crypto. */
const char *natt_issuer_extend(uint8_t pcr[NATT_PCR_LEN], natt_bytes data);
const char *natt_issuer_sha1(uint8_t out[20], natt_bytes in); /* key identifiers only [RFC5280 4.2.1.2 (1)] */

#endif
