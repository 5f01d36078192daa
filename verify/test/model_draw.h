/* Shared by drawing and spoiling of the model's options. */
#ifndef NATT_VERIFY_TEST_MODEL_DRAW_H
#define NATT_VERIFY_TEST_MODEL_DRAW_H

#include "model.h"

bool model_chance(unsigned percent);

/* model_pick for times. */
uint64_t model_pick_ms(uint64_t n);

/* Copies into the set's own memory, so that equal values never share memory. */
natt_bytes model_copy(uint8_t *room, natt_bytes of);

void model_draw_harmless_entry(struct model_set *set, size_t at);

/* Changes one field; with `item`, one of the fields that a batch's item sets. */
void model_spoil(struct model_set *set, bool item);

#endif
