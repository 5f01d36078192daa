/*
 * Signatures whose answers are known, verified in lanes as soon as there are enough to fill them: by each engine of the
 * processor, and by those in plain C in turn. These take long where sanitizers slow them down: NATT_TEST_PLAIN_EVERY=N
 * leaves all but each Nth of their rounds out.
 */
#ifndef NATT_VERIFY_CRYPTO_TEST_LANES_QUEUE_H
#define NATT_VERIFY_CRYPTO_TEST_LANES_QUEUE_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "verify/crypto/test/lanes_engines.h"

struct lanes_queue {
    struct natt_job job[NATT_LANES_MAX], *at[NATT_LANES_MAX];
    uint8_t key[NATT_LANES_MAX][96];
    bool holds[NATT_LANES_MAX];
    unsigned count, rounds;
};

static inline void queue_verify(struct lanes_queue *queue, const struct natt_p384_lanes *engine)
{
    for (unsigned i = 0; i < queue->count; i++)
        queue->job[i].answer = NATT_CRYPTO_ERROR;
    test_lanes_verify(engine, NATT_LANES_NO_TABLE, 1, natt_p384_engine(), queue->at, queue->count);
    for (unsigned i = 0; i < queue->count; i++)
        cr_assert_eq(queue->job[i].answer, queue->holds[i] ? NATT_CRYPTO_VALID : NATT_CRYPTO_INVALID, "%s, lane %u",
                     engine->name, i);
}

/* The engine in plain C whose turn it is; TEST_LANES_PLAIN: none. */
static inline unsigned queue_plain(unsigned rounds)
{
    const char *every = getenv("NATT_TEST_PLAIN_EVERY");
    unsigned step = every != NULL ? (unsigned)strtoul(every, NULL, 10) : 1;
    return rounds % step == 0 ? rounds / step % TEST_LANES_PLAIN : TEST_LANES_PLAIN;
}

/* One of the jobs, by an engine of one signature in plain C; that of the processor is one of test_engine. */
static inline void queue_verify_one(const struct lanes_queue *queue, unsigned plain)
{
    unsigned i = queue->rounds % queue->count;
    const struct natt_p384_engine *engine = test_one(plain % TEST_ONE_PLAIN)->engine;
    cr_assert_eq(natt_p384_verify(engine, &queue->job[i]), queue->holds[i] ? NATT_CRYPTO_VALID : NATT_CRYPTO_INVALID,
                 "%s", engine->name);
}

static inline void queue_flush(struct lanes_queue *queue)
{
    unsigned plain = queue_plain(queue->rounds);
    for (unsigned e = 0; test_lanes(e) != NULL; e++)
        if (e >= TEST_LANES_PLAIN || e == plain)
            queue_verify(queue, test_lanes(e));
    if (queue->count > 0 && plain < TEST_LANES_PLAIN)
        queue_verify_one(queue, plain);
    queue->rounds++;
    queue->count = 0;
}

static inline void queue_add(struct lanes_queue *queue, const struct natt_job *job, bool holds)
{
    unsigned i = queue->count++;
    queue->job[i] = *job;
    queue->job[i].table = NULL; /* a job with a table would not go into lanes */
    memcpy(queue->key[i], job->public_key, sizeof queue->key[i]);
    queue->job[i].public_key = queue->key[i];
    queue->at[i] = &queue->job[i];
    queue->holds[i] = holds;
    if (queue->count == NATT_LANES_MAX)
        queue_flush(queue);
}

#endif
