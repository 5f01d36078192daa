/*
 * Signatures whose answers are known, verified in lanes as soon as there are enough to fill them: by each engine of the
 * processor, and by those in plain C in turn.
 */
#ifndef NATT_VERIFY_CRYPTO_TEST_LANES_QUEUE_H
#define NATT_VERIFY_CRYPTO_TEST_LANES_QUEUE_H

#include <criterion/criterion.h>
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

static inline void queue_flush(struct lanes_queue *queue)
{
    for (unsigned e = 0; test_lanes(e) != NULL; e++)
        if (e >= TEST_LANES_PLAIN || e == queue->rounds % TEST_LANES_PLAIN)
            queue_verify(queue, test_lanes(e));
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
