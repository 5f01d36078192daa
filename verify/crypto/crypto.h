/*
 * The cryptography that a verification needs, as one table: hashes, the curve check, signature jobs. Public data only.
 * Tests link several tables; none is reachable from the public interface.
 */
#ifndef NATT_VERIFY_CRYPTO_H
#define NATT_VERIFY_CRYPTO_H

#include "nitro_attest/base.h"

#define NATT_SHA384_LEN 48
#define NATT_SHA256_LEN 32
#define NATT_P384_LEN   48 /* a coordinate, r or s */

#define NATT_PUBLIC_KEY_LEN (2 * NATT_P384_LEN) /* x || y */

/* FAILED is zero, so that a job that did not run counts as failed. */
typedef enum natt_crypto_answer {
    NATT_CRYPTO_ERROR = 0, /* the back end failed */
    NATT_CRYPTO_INVALID,   /* not a point, or not a signature */
    NATT_CRYPTO_VALID
} natt_crypto_answer;

/*
 * Multiples of one public key Q, which make its verifications three times as fast: a comb with signed digits [Lim and
 * Lee, CRYPTO '94]. Position 48 t of a scalar is a tooth, t from 0 to 7; part h is the comb moved up by 24 h positions.
 * Entry i of part h is 2^(24 h) (2^336 + sum over t < 7 of +-2^(48 t)) Q, plus where bit t of i is set.
 * Points are affine, never infinite: x and y below p, six words each, least significant first, in plain form (not that
 * of Montgomery), so that every engine reads every table. In memory only: words have the order of this machine.
 */
#define NATT_COMB_TEETH   8
#define NATT_COMB_SPACING 48
#define NATT_COMB_PARTS   2
#define NATT_COMB_ROUNDS  24  /* NATT_COMB_SPACING / NATT_COMB_PARTS: doublings and one */
#define NATT_COMB_ENTRIES 128 /* 2^(NATT_COMB_TEETH - 1): the highest tooth is always positive */

struct natt_key_table {
    uint8_t public_key[NATT_PUBLIC_KEY_LEN]; /* x || y of Q; zeros, which are not a point, if there is no table */
    uint64_t point[NATT_COMB_PARTS][NATT_COMB_ENTRIES][2][6];
};

/* One ECDSA P-384 verification over a SHA-384 digest. The caller has checked 1 <= r, s <= n-1 and the key's curve. */
struct natt_job {
    const uint8_t *public_key;          /* x || y, 96 bytes */
    const struct natt_key_table *table; /* of this key, or NULL; a table of a different key is not used */
    uint8_t hash[NATT_SHA384_LEN];
    uint8_t r[NATT_P384_LEN], s[NATT_P384_LEN]; /* big-endian */
    natt_crypto_answer answer;
};

/* A message to hash: the concatenation of its parts, which may be empty, and where its digest is written. */
#define NATT_MESSAGE_PARTS 3

struct natt_message {
    natt_bytes parts[NATT_MESSAGE_PARTS];
    uint8_t *digest;
};

/* Builds a table of this key, which must be on the curve. False: this back end would not use one and *out did not
 * change, or *out is a table of no key. */
typedef bool natt_table_maker(struct natt_key_table *out, const uint8_t *public_key);

struct natt_crypto {
    /* Digest of the concatenated parts. False: the back end failed, *out is unspecified. */
    bool (*sha384)(uint8_t *out, const natt_bytes *parts, size_t count);
    bool (*sha256)(uint8_t *out, const natt_bytes *parts, size_t count);
    /* Are x and y (48 bytes each) below p, and on the curve? */
    natt_crypto_answer (*on_curve)(const uint8_t *public_key);
    /* Verifies every job, in any order; any number of them, also none. */
    void (*verify)(struct natt_job *const *jobs, size_t count);
    /* How many jobs of a document are verified together, before the next: 1; more where they cost little more. */
    size_t lanes;
    natt_table_maker *make_table; /* NULL: never */
    /* SHA-384 of each message. It cannot fail; no digest is in a message. NULL: sha384, one after the other. */
    void (*sha384_each)(const struct natt_message *messages, size_t count);
};

/* The back ends, and the one that this build uses (default_*.c). */
extern const struct natt_crypto natt_crypto_native;
extern const struct natt_crypto natt_crypto_mbedtls;
extern const struct natt_crypto *natt_crypto_default(void);

#endif
