/*
 * One at a time, as the driver's mutex: whoever has the turn may also wait with it, and all others wait behind. Waits can
 * be cut short, which a mutex cannot.
 */
#ifndef NATT_NSM_TURN_H
#define NATT_NSM_TURN_H

#include <pthread.h>

#include "nitro_attest/base.h"

struct natt_turn {
    pthread_mutex_t mutex; /* over the fields below, never held for long */
    pthread_cond_t changed;
    bool taken;
    unsigned hurry; /* how many want waits to end at once */
};

bool natt_turn_init(struct natt_turn *turn);
void natt_turn_free(struct natt_turn *turn);

void natt_turn_take(struct natt_turn *turn);
void natt_turn_give(struct natt_turn *turn);
/* For the one who has the turn. */
void natt_turn_wait(struct natt_turn *turn, uint64_t ms);

/* From begin to end, waits last no time. */
void natt_turn_hurry_begin(struct natt_turn *turn);
void natt_turn_hurry_end(struct natt_turn *turn);

#endif
