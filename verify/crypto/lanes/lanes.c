/* Jobs in lanes: what comes before and after the points. Trusts nothing in a job. */
#include "verify/crypto/lanes/lanes.h"
#include "verify/crypto/p384/p384_words.h"

/* Bits of k from 384 on count as ones: the topmost digit is then positive. */
int32_t natt_lanes_digit(const uint64_t k[6], uint32_t at, uint32_t window)
{
    uint32_t word = at / 64, shift = at % 64, mask = ((uint32_t)2 << window) - 1;
    uint64_t above = word < 5 ? k[word + 1] : UINT64_MAX;
    uint32_t bits = (uint32_t)(k[word] >> shift | above << 1 << (63 - shift)) & mask;
    return (int32_t)(bits | 1) - (int32_t)((uint32_t)1 << window);
}

/* n is odd, so of u and n - u one is odd. */
static void make_odd(struct natt_lanes_scalar *out, const uint64_t u[6])
{
    out->negative = (u[0] & 1) == 0;
    words_copy(out->k, u);
    if (out->negative)
        words_sub(out->k, natt_p384_n, u);
}

/* One slice of jobs: their numbers. */
struct slice {
    struct natt_p384_input in[NATT_LANES_MAX];
    size_t count;
};

/* Jobs that are no candidates are answered here; job[i] is the one of in[i]. */
static void read_slice(struct slice *s, struct natt_job *job[NATT_LANES_MAX], const struct natt_p384_engine *scalar,
                       struct natt_job *const *jobs, size_t count)
{
    s->count = 0;
    for (size_t i = 0; i < count; i++) {
        jobs[i]->answer = NATT_CRYPTO_INVALID;
        if (natt_p384_read(&s->in[s->count], scalar, jobs[i]))
            job[s->count++] = jobs[i];
    }
}

/* w[i] = 1 / s[i] mod n with one inversion. The factors 2^-384 of Montgomery products cancel. */
static void invert_all(uint64_t w[NATT_LANES_MAX][6], const struct slice *s, const struct natt_p384_engine *scalar)
{
    uint64_t product[NATT_LANES_MAX][6], inverse[6];
    words_copy(product[0], s->in[0].s);
    for (size_t i = 1; i < s->count; i++)
        natt_p384_scalar_montmul(product[i], product[i - 1], s->in[i].s);
    scalar->inverse_mod_n(inverse, product[s->count - 1]);
    for (size_t i = s->count - 1; i > 0; i--) {
        natt_p384_scalar_montmul(w[i], inverse, product[i - 1]);
        natt_p384_scalar_montmul(inverse, inverse, s->in[i].s);
    }
    words_copy(w[0], inverse);
}

static void fill_question(struct natt_lanes_question *q, const struct natt_p384_input *in, const uint64_t w[6])
{
    uint64_t u1[6], u2[6];
    words_copy(q->key[0], in->key[0]);
    words_copy(q->key[1], in->key[1]);
    words_copy(q->r, in->r);
    natt_p384_scalar_multipliers(u1, u2, in->hash, in->r, w);
    make_odd(&q->u1, u1);
    make_odd(&q->u2, u2);
}

/* Lanes without a job repeat the first. Returns how many have one. Not inlined: its frame ends before the points. */
static __attribute__((noinline)) size_t fill_questions(struct natt_lanes_question *q,
                                                       struct natt_job *job[NATT_LANES_MAX], size_t lanes,
                                                       const struct natt_p384_engine *scalar,
                                                       struct natt_job *const *jobs, size_t count)
{
    struct slice s;
    uint64_t w[NATT_LANES_MAX][6];
    read_slice(&s, job, scalar, jobs, count);
    if (s.count == 0)
        return 0;
    invert_all(w, &s, scalar);
    for (size_t i = 0; i < lanes; i++) {
        size_t of = i < s.count ? i : 0;
        fill_question(&q[i], &s.in[of], w[of]);
    }
    return s.count;
}

static void verify_slice(const struct natt_p384_lanes *engine, const struct natt_p384_engine *scalar,
                         struct natt_job *const *jobs, size_t count)
{
    struct natt_lanes_question q[NATT_LANES_MAX];
    natt_lanes_answer answers[NATT_LANES_MAX];
    struct natt_job *job[NATT_LANES_MAX];
    size_t asked = fill_questions(q, job, engine->lanes, scalar, jobs, count);
    if (asked > 0)
        engine->matches(answers, q, scalar);
    for (size_t i = 0; i < asked; i++) {
        if (answers[i] == NATT_LANES_UNKNOWN)
            job[i]->answer = natt_p384_verify(scalar, job[i]);
        else
            job[i]->answer = answers[i] == NATT_LANES_MATCHES ? NATT_CRYPTO_VALID : NATT_CRYPTO_INVALID;
    }
}

static void verify_alone(const struct natt_p384_engine *scalar, struct natt_job *const *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        jobs[i]->answer = natt_p384_verify(scalar, jobs[i]);
}

void natt_lanes_verify(const struct natt_p384_lanes *engine, const struct natt_p384_engine *scalar, size_t least,
                       struct natt_job *const *jobs, size_t count)
{
    struct natt_job *slice[NATT_LANES_MAX];
    size_t filled = 0;
    for (size_t i = 0; i < count; i++) {
        if (natt_p384_table_of(jobs[i]) != NULL)
            continue;
        slice[filled++] = jobs[i];
        if (filled == engine->lanes) {
            verify_slice(engine, scalar, slice, filled);
            filled = 0;
        }
    }
    bool worth = filled > 0 && filled >= least;
    for (size_t i = 0; i < count; i++) {
        if (natt_p384_table_of(jobs[i]) == NULL)
            continue;
        if (worth && filled < engine->lanes)
            slice[filled++] = jobs[i]; /* a lane that is idle costs nothing */
        else
            verify_alone(scalar, &jobs[i], 1);
    }
    if (worth)
        verify_slice(engine, scalar, slice, filled);
    else
        verify_alone(scalar, slice, filled);
}
