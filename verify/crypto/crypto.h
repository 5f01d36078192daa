/*
 * The cryptography a verification needs, as one table: hashes, the curve check, signature jobs. Public data only.
 * Tests link several tables; none is reachable from the public interface.
 */
#ifndef NATT_VERIFY_CRYPTO_H
#define NATT_VERIFY_CRYPTO_H

#include "nitro_attest/base.h"

#define NATT_SHA384_LEN 48
#define NATT_SHA256_LEN 32
#define NATT_P384_LEN   48 /* a coordinate, r or s */

/* FAILED is zero, so that a job that was not run has failed. */
typedef enum natt_crypto_answer {
    NATT_CRYPTO_ERROR = 0, /* the back end failed */
    NATT_CRYPTO_INVALID,   /* not a point, or not a signature */
    NATT_CRYPTO_VALID
} natt_crypto_answer;

/* One ECDSA P-384 verification over a SHA-384 digest. The caller has checked 1 <= r, s <= n-1 and the key's curve. */
struct natt_job {
    const uint8_t *public_key; /* x || y, 96 bytes */
    uint8_t hash[NATT_SHA384_LEN];
    uint8_t r[NATT_P384_LEN], s[NATT_P384_LEN]; /* big-endian */
    natt_crypto_answer answer;
};

struct natt_crypto {
    /* Digest of the concatenated parts. False: the back end failed, *out is unspecified. */
    bool (*sha384)(uint8_t *out, const natt_bytes *parts, size_t count);
    bool (*sha256)(uint8_t *out, const natt_bytes *parts, size_t count);
    /* Are x and y (48 bytes each) below p, and on the curve? */
    natt_crypto_answer (*on_curve)(const uint8_t *public_key);
    /* Verifies every job, in any order; any number of them, also none. */
    void (*verify)(struct natt_job *const *jobs, size_t count);
    /* How many jobs cost as much as one: 1, 4 or 8. */
    size_t lanes;
};

/* The back ends, and the one that this build uses (default_*.c). */
extern const struct natt_crypto natt_crypto_native;
extern const struct natt_crypto natt_crypto_mbedtls;
extern const struct natt_crypto *natt_crypto_default(void);

#endif
