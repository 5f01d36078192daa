/* ECDSA verification over P-384 [FIPS186-5 6.4.2]: everything except the field arithmetic. Trusts nothing in a job. */
#include "verify/crypto/p384/p384.h"
#include "verify/crypto/p384/p384_words.h"

#include <string.h>

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

bool natt_p384_read(struct natt_p384_input *out, const struct natt_p384_engine *engine, const struct natt_job *job)
{
    words_from_bytes(out->hash, job->hash);
    return read_scalar(out->r, job->r) && read_scalar(out->s, job->s) && read_key(out->key, job->public_key) &&
           engine->on_curve((const uint64_t(*)[6])out->key);
}

/* u1 = hash / s, u2 = r / s. */
static void multipliers(const struct natt_p384_engine *engine, uint64_t u1[6], uint64_t u2[6],
                        const struct natt_p384_input *in)
{
    uint64_t w[6];
    engine->inverse_mod_n(w, in->s);
    natt_p384_scalar_multipliers(u1, u2, in->hash, in->r, w);
}

static bool matches(const struct natt_p384_engine *engine, const uint64_t key[2][6], const uint64_t r[6],
                    const uint64_t u1[6], const uint64_t u2[6])
{
    struct natt_p384_question q;
    memcpy(q.key, key, sizeof q.key);
    memcpy(q.r, r, sizeof q.r);
    natt_p384_recode(&q.u1, u1, NATT_P384_G_WINDOW);
    natt_p384_recode(&q.u2, u2, NATT_P384_Q_WINDOW);
    return engine->matches(&q);
}

static bool matches_with_table(const struct natt_p384_engine *engine, const struct natt_key_table *table,
                               const uint64_t r[6], const uint64_t u1[6], const uint64_t u2[6])
{
    struct natt_p384_table_question q = {.g = natt_p384_tables.g, .key = table};
    memcpy(q.r, r, sizeof q.r);
    natt_p384_comb_recode(&q.u1, u1);
    natt_p384_comb_recode(&q.u2, u2);
    return engine->matches_with_table(&q);
}

/* All bytes of the key are compared: a table of a different key is not used. */
const struct natt_key_table *natt_p384_table_of(const struct natt_job *job)
{
    const struct natt_key_table *tables[] = {job->table, natt_p384_tables.aws_root};
    for (size_t i = 0; natt_p384_tables.g != NULL && i < 2; i++)
        if (tables[i] != NULL && memcmp(tables[i]->public_key, job->public_key, sizeof tables[i]->public_key) == 0)
            return tables[i];
    return NULL;
}

natt_crypto_answer natt_p384_verify(const struct natt_p384_engine *engine, const struct natt_job *job)
{
    struct natt_p384_input in;
    uint64_t u1[6], u2[6];
    if (!natt_p384_read(&in, engine, job))
        return NATT_CRYPTO_INVALID;
    multipliers(engine, u1, u2, &in);
    const struct natt_key_table *table = natt_p384_table_of(job);
    bool valid = table != NULL ? matches_with_table(engine, table, in.r, u1, u2)
                               : matches(engine, (const uint64_t(*)[6])in.key, in.r, u1, u2);
    return valid ? NATT_CRYPTO_VALID : NATT_CRYPTO_INVALID;
}

/* If a constant table has this key, no other table is useful. The key is written last, so an unfinished table has no
 * key. */
bool natt_p384_make_table(const struct natt_p384_engine *engine, struct natt_key_table *out, const uint8_t *public_key)
{
    const struct natt_job job = {.public_key = public_key};
    uint64_t key[2][6];
    if (natt_p384_tables.g == NULL || natt_p384_table_of(&job) != NULL)
        return false;
    memset(out->public_key, 0, sizeof out->public_key);
    if (!read_key(key, public_key) || !engine->on_curve((const uint64_t(*)[6])key))
        return false;
    if (!engine->make_table(out, (const uint64_t(*)[6])key))
        return false;
    memcpy(out->public_key, public_key, sizeof out->public_key);
    return true;
}
