/* ECDSA verification over P-384 [FIPS186-5 6.4.2]: everything except the field arithmetic. Trusts nothing in a job. */
#include "verify/crypto/p384/p384.h"
#include "verify/crypto/p384/p384_words.h"

/* Coordinates below p, as words. */
static bool read_key(uint64_t key[2][6], const uint8_t *public_key)
{
    words_from_bytes(key[0], public_key);
    words_from_bytes(key[1], public_key + NATT_P384_LEN);
    return words_less(key[0], natt_p384_p) && words_less(key[1], natt_p384_p);
}

/* 1 .. n-1 */
static bool read_scalar(uint64_t scalar[6], const uint8_t *bytes)
{
    words_from_bytes(scalar, bytes);
    return !words_are_zero(scalar) && words_less(scalar, natt_p384_n);
}

natt_crypto_answer natt_p384_on_curve(const struct natt_p384_engine *engine, const uint8_t *public_key)
{
    uint64_t key[2][6];
    bool holds = read_key(key, public_key) && engine->on_curve((const uint64_t(*)[6])key);
    return holds ? NATT_CRYPTO_VALID : NATT_CRYPTO_INVALID;
}

/* The digest is as long as n: no truncation, its value may exceed n. */
static void set_multipliers(const struct natt_p384_engine *engine, struct natt_p384_question *q, const uint8_t *digest,
                            const uint64_t s[6])
{
    uint64_t w[6], hash[6], u1[6], u2[6];
    words_from_bytes(hash, digest);
    engine->inverse_mod_n(w, s);
    natt_p384_scalar_multipliers(u1, u2, hash, q->r, w);
    natt_p384_recode(&q->u1, u1, NATT_P384_G_WINDOW);
    natt_p384_recode(&q->u2, u2, NATT_P384_Q_WINDOW);
}

natt_crypto_answer natt_p384_verify(const struct natt_p384_engine *engine, const struct natt_job *job)
{
    struct natt_p384_question q;
    uint64_t s[6];
    if (!read_scalar(q.r, job->r) || !read_scalar(s, job->s))
        return NATT_CRYPTO_INVALID;
    if (!read_key(q.key, job->public_key) || !engine->on_curve((const uint64_t(*)[6])q.key))
        return NATT_CRYPTO_INVALID;
    set_multipliers(engine, &q, job->hash, s);
    return engine->matches(&q) ? NATT_CRYPTO_VALID : NATT_CRYPTO_INVALID;
}
