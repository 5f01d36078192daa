/* See challenges.h. */
#include "challenges.h"

#include <string.h>
#include <sys/random.h>

bool challenge_make(challenges *all, uint8_t out[CHALLENGE_LEN], uint64_t now_ms)
{
    for (size_t i = 0; i < CHALLENGES_COUNT; i++) {
        if (all->pending[i].until_ms > now_ms)
            continue;
        if (getrandom(out, CHALLENGE_LEN, 0) != CHALLENGE_LEN)
            return false;
        memcpy(all->pending[i].bytes, out, CHALLENGE_LEN);
        all->pending[i].until_ms = now_ms + CHALLENGE_MS;
        return true;
    }
    return false;
}

bool challenge_take(challenges *all, const uint8_t bytes[CHALLENGE_LEN], uint64_t now_ms)
{
    for (size_t i = 0; i < CHALLENGES_COUNT; i++) {
        if (all->pending[i].until_ms <= now_ms || memcmp(all->pending[i].bytes, bytes, CHALLENGE_LEN) != 0)
            continue;
        all->pending[i].until_ms = 0; /* before the document is verified: a refused document also uses it up */
        return true;
    }
    return false;
}
