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

/* How many jobs a slice has room for. */
static size_t capacity_of(const struct natt_lanes_use *use)
{
    return use->kind == NATT_LANES_SPLIT_UP ? use->engine->lanes / NATT_LANES_SPLIT : use->engine->lanes;
}

/* One slice of jobs: their numbers. */
struct slice {
    struct natt_p384_input in[NATT_LANES_MAX];
    size_t count;
};

/* Jobs that are not candidates are answered here; job[i] is the one of in[i]. */
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

static void fill_table_question(struct natt_p384_table_question *q, const struct natt_key_table *table,
                                const struct natt_p384_input *in, const uint64_t w[6])
{
    uint64_t u1[6], u2[6];
    q->g = natt_p384_tables.g;
    q->key = table;
    words_copy(q->r, in->r);
    natt_p384_scalar_multipliers(u1, u2, in->hash, in->r, w);
    natt_p384_comb_recode(&q->u1, u1);
    natt_p384_comb_recode(&q->u2, u2);
}

/* The questions of a slice, all of one kind. Those without a job repeat the first. */
union questions {
    struct natt_lanes_question plain[NATT_LANES_MAX];
    struct natt_p384_table_question table[NATT_LANES_MAX];
};

/* Returns how many have a job: job[i] of question i. Not inlined: its frame ends before the points. */
static __attribute__((noinline)) size_t fill_questions(union questions *q, struct natt_job *job[NATT_LANES_MAX],
                                                       const struct natt_lanes_use *use,
                                                       const struct natt_p384_engine *scalar,
                                                       struct natt_job *const *jobs, size_t count)
{
    struct slice s;
    uint64_t w[NATT_LANES_MAX][6];
    read_slice(&s, job, scalar, jobs, count);
    if (s.count == 0)
        return 0;
    invert_all(w, &s, scalar);
    for (size_t i = 0; i < capacity_of(use); i++) {
        size_t of = i < s.count ? i : 0;
        if (use->kind == NATT_LANES_NO_TABLE)
            fill_question(&q->plain[i], &s.in[of], w[of]);
        else
            fill_table_question(&q->table[i], natt_p384_table_of(job[of]), &s.in[of], w[of]);
    }
    return s.count;
}

static void verify_slice(const struct natt_lanes_use *use, const struct natt_p384_engine *scalar,
                         struct natt_job *const *jobs, size_t count)
{
    union questions q;
    natt_lanes_answer answers[NATT_LANES_MAX];
    struct natt_job *job[NATT_LANES_MAX];
    size_t asked = fill_questions(&q, job, use, scalar, jobs, count);
    if (asked > 0 && use->kind == NATT_LANES_NO_TABLE)
        use->engine->matches(answers, q.plain, scalar);
    else if (asked > 0)
        use->engine->matches_with_table(answers, q.table, use->kind == NATT_LANES_SPLIT_UP);
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

/* Jobs that wait: all with a table of their key, or all without. */
struct queue {
    struct natt_job *job[NATT_LANES_MAX];
    size_t count;
    bool tables;
};

/* The first use for as many as wait; NULL: none. */
static const struct natt_lanes_use *use_of(const struct natt_lanes_plan *plan, const struct queue *queue)
{
    for (size_t i = 0; i < plan->count; i++)
        if ((plan->use[i].kind != NATT_LANES_NO_TABLE) == queue->tables && plan->use[i].least <= queue->count)
            return &plan->use[i];
    return NULL;
}

static void drop_first(struct queue *queue, size_t count)
{
    queue->count -= count;
    for (size_t i = 0; i < queue->count; i++)
        queue->job[i] = queue->job[i + count];
}

/* Verifies all that wait. */
static void flush(struct queue *queue, const struct natt_lanes_plan *plan, const struct natt_p384_engine *scalar)
{
    for (const struct natt_lanes_use *use; (use = use_of(plan, queue)) != NULL;) {
        size_t count = queue->count < capacity_of(use) ? queue->count : capacity_of(use);
        verify_slice(use, scalar, queue->job, count);
        drop_first(queue, count);
    }
    verify_alone(scalar, queue->job, queue->count);
    queue->count = 0;
}

/* A lane that is idle costs nothing: it takes a job whose key has a table. */
static void fill_lanes(struct queue *queue, struct queue *from, const struct natt_lanes_plan *plan)
{
    const struct natt_lanes_use *use = use_of(plan, queue);
    while (use != NULL && from->count > 0 && queue->count < capacity_of(use))
        queue->job[queue->count++] = from->job[--from->count];
}

void natt_lanes_verify(const struct natt_lanes_plan *plan, const struct natt_p384_engine *scalar,
                       struct natt_job *const *jobs, size_t count)
{
    struct queue queues[2] = {{.tables = false}, {.tables = true}};
    for (size_t i = 0; i < count; i++) {
        struct queue *queue = &queues[natt_p384_table_of(jobs[i]) != NULL];
        queue->job[queue->count++] = jobs[i];
        if (queue->count == NATT_LANES_MAX)
            flush(queue, plan, scalar);
    }
    fill_lanes(&queues[0], &queues[1], plan);
    flush(&queues[0], plan, scalar);
    flush(&queues[1], plan, scalar);
}
