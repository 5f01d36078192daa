/*
 * Challenges that were issued and not used yet. Each has 32 random bytes, and is valid for one document and for one
 * minute. For one thread; a service with several threads or machines stores them where all of them can read them.
 */
#ifndef EXAMPLES_CHALLENGES_H
#define EXAMPLES_CHALLENGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHALLENGE_LEN    32
#define CHALLENGE_MS     60000 /* the lifetime of a challenge */
#define CHALLENGES_COUNT 1024

typedef struct challenges {
    struct {
        uint8_t bytes[CHALLENGE_LEN];
        uint64_t until_ms; /* 0 = free */
    } pending[CHALLENGES_COUNT];
} challenges;

/* False: too many challenges are unused, or the system returned no random bytes. */
bool challenge_make(challenges *all, uint8_t out[CHALLENGE_LEN], uint64_t now_ms);

/* True: the challenge was issued and was still valid. It is not valid any more after this call. */
bool challenge_take(challenges *all, const uint8_t bytes[CHALLENGE_LEN], uint64_t now_ms);

#endif
