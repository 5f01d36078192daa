/*
 * Memory that is freed at once: the pieces of a plan and of the built document. Wiped before it is freed. The first
 * failure (no memory, or a wrong argument of a plan function) is remembered with its text; from then on every call
 * returns nothing, so that only the end of a long chain of calls needs a check.
 */
#ifndef NATT_NSM_ARENA_H
#define NATT_NSM_ARENA_H

#include "nitro_attest/base.h"

struct natt_arena;

struct natt_arena *natt_arena_new(void);
void natt_arena_free(struct natt_arena *arena);

/* Never NULL for len 0, so that an empty piece differs from an absent one; NULL after a failure. */
uint8_t *natt_arena_alloc(struct natt_arena *arena, size_t len);
natt_bytes natt_arena_copy(struct natt_arena *arena, natt_bytes bytes);
natt_bytes natt_arena_text(struct natt_arena *arena, const char *text);
/* Joins all parts; absent ones count as empty. */
natt_bytes natt_arena_join(struct natt_arena *arena, const natt_bytes *parts, size_t count);

/* Remembers the first text; returns absent bytes. */
natt_bytes natt_arena_fail(struct natt_arena *arena, const char *why);
/* The text of a failed allocation; compare by address. */
extern const char natt_arena_no_memory[];
/* NULL if nothing has failed. */
const char *natt_arena_failure(const struct natt_arena *arena);

/* natt_arena_join of two or three, for readable nesting. */
natt_bytes natt_arena_join2(struct natt_arena *arena, natt_bytes a, natt_bytes b);
natt_bytes natt_arena_join3(struct natt_arena *arena, natt_bytes a, natt_bytes b, natt_bytes c);

/* A constant of this many bytes. */
#define NATT_CONST(array) ((natt_bytes){(array), sizeof(array)})
#define NATT_ABSENT       ((natt_bytes){NULL, 0})

#endif
