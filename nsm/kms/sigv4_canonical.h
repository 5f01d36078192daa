/*
 * The canonical form of a request, and functions shared with the parser.
 */
#ifndef NATT_NSM_KMS_SIGV4_CANONICAL_H
#define NATT_NSM_KMS_SIGV4_CANONICAL_H

#include <mbedtls/md.h>

#include "nsm/kms/sigv4.h"

#define NATT_SIGV4_HASH_LEN 32
#define NATT_SIGV4_HEX_LEN  64

/* One SHA-256, or one HMAC with it, over pieces. The first failure is kept until the end. */
struct natt_sigv4_digest {
    mbedtls_md_context_t md;
    bool hmac, ok;
};

void natt_sigv4_digest_start(struct natt_sigv4_digest *digest, natt_bytes hmac_key); /* absent: plain SHA-256 */
void natt_sigv4_digest_add(struct natt_sigv4_digest *digest, natt_bytes piece);
void natt_sigv4_digest_text(struct natt_sigv4_digest *digest, const char *text);
/* Must be called after every start. On failure, out is zeroed. */
bool natt_sigv4_digest_end(struct natt_sigv4_digest *digest, uint8_t out[NATT_SIGV4_HASH_LEN]);

/* In lower case, without a NUL. */
void natt_sigv4_hex(char out[NATT_SIGV4_HEX_LEN], const uint8_t hash[NATT_SIGV4_HASH_LEN]);

bool natt_sigv4_equal(natt_bytes a, natt_bytes b);
bool natt_sigv4_is(natt_bytes a, const char *text);
/* Returns true if a header's name, as sent, equals this lower-case name. */
bool natt_sigv4_name_is(natt_bytes sent, natt_bytes lower);
/* Returns -1, 0 or 1. `lower`: compares as if both were in lower case. */
int natt_sigv4_order(natt_bytes a, natt_bytes b, bool lower);
uint8_t natt_sigv4_lower(uint8_t c);
/* Returns true for one or more token characters of HTTP. [RFC9110 5.6.2] */
bool natt_sigv4_is_token(natt_bytes text);

/* Takes the part before the next `separator`, or the rest. Returns false if nothing is left; *rest is absent then. */
bool natt_sigv4_next(natt_bytes *rest, char separator, natt_bytes *item);

/* Removes white space at both ends. */
natt_bytes natt_sigv4_trim(natt_bytes value);

/* Returns how often the header was sent. *value is the first one's value, trimmed, or absent. */
size_t natt_sigv4_find(const natt_sigv4_request *request, natt_bytes lower, natt_bytes *value);

/* Parses a date such as "20261130T071759Z". Returns false if the format is wrong or the date does not exist. */
bool natt_sigv4_date_ms(natt_bytes amz_date, uint64_t *out);

/* Parses the value of Authorization and checks which headers it covers. Returns NULL, or what is wrong. */
const char *natt_sigv4_read(natt_sigv4_authorization *out, const natt_sigv4_request *request, natt_bytes value);

/* Checks sizes and characters of everything except the body. Returns NULL, or what is wrong. */
const char *natt_sigv4_check_request(const natt_sigv4_request *request);

/* Computes the SHA-256 of the canonical form of a request that passed the check above. */
bool natt_sigv4_canonical_hash(uint8_t out[NATT_SIGV4_HASH_LEN], const natt_sigv4_request *request,
                               natt_bytes signed_headers, const uint8_t body_hash[NATT_SIGV4_HASH_LEN]);

#endif
