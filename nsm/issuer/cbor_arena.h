/*
 * Writes CBOR, valid or deliberately invalid. [RFC8949 3]
 */
#ifndef NATT_NSM_CBOR_ARENA_H
#define NATT_NSM_CBOR_ARENA_H

#include "nitro_attest/issuer_plan.h"
#include "nsm/cbor_write.h"
#include "nsm/issuer/arena.h"

/* width: octets after the first, 0 = as few as possible, 1, 2, 4 or 8. */
natt_bytes natt_arena_cbor_head(struct natt_arena *arena, uint8_t major, uint32_t width, uint64_t value);
natt_bytes natt_arena_cbor_string(struct natt_arena *arena, uint8_t major, natt_bytes content);
natt_bytes natt_arena_cbor_text(struct natt_arena *arena, const char *text);

/* A byte string around `content`. */
natt_bytes natt_arena_cbor_wrapped_bytes(struct natt_arena *arena, const natt_plan_wrap *wrap, natt_bytes content);
/* A map or array of `count` entries whose encodings are `content`. */
natt_bytes natt_arena_cbor_wrapped_list(struct natt_arena *arena, uint8_t major, const natt_plan_wrap *wrap,
                                        natt_bytes content, size_t count);

#endif
