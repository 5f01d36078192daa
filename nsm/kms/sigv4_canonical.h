/*
 * The canonical form of a request, and what parsing shares with it.
 */
#ifndef NATT_NSM_KMS_SIGV4_CANONICAL_H
#define NATT_NSM_KMS_SIGV4_CANONICAL_H

#include <mbedtls/md.h>

#include "nsm/kms/sigv4.h"

#define NATT_SIGV4_HASH_LEN 32
#define NATT_SIGV4_HEX_LEN  64

/* One SHA-256, or HMAC with it, over pieces. The first failure is kept until the end. */
struct natt_sigv4_digest {
    mbedtls_md_context_t md;
    bool hmac, ok;
};

void natt_sigv4_digest_start(struct natt_sigv4_digest *digest, natt_bytes hmac_key); /* absent: SHA-256 alone */
void natt_sigv4_digest_add(struct natt_sigv4_digest *digest, natt_bytes piece);
void natt_sigv4_digest_text(struct natt_sigv4_digest *digest, const char *text);
/* Due after every start. On false out is zero. */
bool natt_sigv4_digest_end(struct natt_sigv4_digest *digest, uint8_t out[NATT_SIGV4_HASH_LEN]);

/* In lower case; no NUL follows. */
void natt_sigv4_hex(char out[NATT_SIGV4_HEX_LEN], const uint8_t hash[NATT_SIGV4_HASH_LEN]);

bool natt_sigv4_equal(natt_bytes a, natt_bytes b);
bool natt_sigv4_is(natt_bytes a, const char *text);
/* The name of a header as it was sent is this one, which is in lower case. */
bool natt_sigv4_name_is(natt_bytes sent, natt_bytes lower);
/* -1, 0, 1. `lower`: as if both were in lower case. */
int natt_sigv4_order(natt_bytes a, natt_bytes b, bool lower);
uint8_t natt_sigv4_lower(uint8_t c);
/* One character or more of HTTP's tokens. [RFC9110 5.6.2] */
bool natt_sigv4_is_token(natt_bytes text);

/* Takes the part before the next `separator`, or the rest. False: nothing is left, and *rest is absent. */
bool natt_sigv4_next(natt_bytes *rest, char separator, natt_bytes *item);

/* Without the white space around it. */
natt_bytes natt_sigv4_trim(natt_bytes value);

/* How often it was sent; *value is the first one's, trimmed, or absent. */
size_t natt_sigv4_find(const natt_sigv4_request *request, natt_bytes lower, natt_bytes *value);

/* The time that "20261130T071759Z" names. False: it has another form, or there is no such time. */
bool natt_sigv4_date_ms(natt_bytes amz_date, uint64_t *out);

/* The value of Authorization, and what it must cover of the request: NULL, or what is wrong. */
const char *natt_sigv4_read(natt_sigv4_authorization *out, const natt_sigv4_request *request, natt_bytes value);

/* Sizes and characters of all but the body: NULL, or what is wrong. */
const char *natt_sigv4_check_request(const natt_sigv4_request *request);

/* SHA-256 of the canonical form of a request that passed the check above. */
bool natt_sigv4_canonical_hash(uint8_t out[NATT_SIGV4_HASH_LEN], const natt_sigv4_request *request,
                               natt_bytes signed_headers, const uint8_t body_hash[NATT_SIGV4_HASH_LEN]);

#endif
