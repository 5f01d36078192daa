/*
 * Challenges that were handed out and not answered yet. Each is 32 random bytes, good for one answer and for a minute.
 * For one thread; a service with several threads or machines keeps them where all of them look.
 */
#ifndef EXAMPLES_CHALLENGES_H
#define EXAMPLES_CHALLENGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHALLENGE_LEN    32
#define CHALLENGE_MS     60000 /* how long a challenge may be answered */
#define CHALLENGES_COUNT 1024

typedef struct challenges {
    struct {
        uint8_t bytes[CHALLENGE_LEN];
        uint64_t until_ms; /* 0 = free */
    } pending[CHALLENGES_COUNT];
} challenges;

/* False: too many are waiting for an answer, or the system has no random bytes. */
bool challenge_make(challenges *all, uint8_t out[CHALLENGE_LEN], uint64_t now_ms);

/* True: it was handed out and is still good; from now on it is not. */
bool challenge_take(challenges *all, const uint8_t bytes[CHALLENGE_LEN], uint64_t now_ms);

#endif
