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
    uint64_t cuts;  /* how often somebody began to want that */
};

bool natt_turn_init(struct natt_turn *turn);
void natt_turn_free(struct natt_turn *turn);

/* A number for natt_turn_wait: when the caller came. */
uint64_t natt_turn_take(struct natt_turn *turn);
void natt_turn_give(struct natt_turn *turn);
/* For the one who has the turn and came at `arrival`. */
void natt_turn_wait(struct natt_turn *turn, uint64_t arrival, uint64_t ms);

/* From begin to end, waits last no time; and those of callers who came before begin end, even if end follows at once. */
void natt_turn_hurry_begin(struct natt_turn *turn);
void natt_turn_hurry_end(struct natt_turn *turn);

#endif
