/* See arena.h. */
#include "nsm/issuer/arena.h"
#include "nsm/text.h"

#include <stdlib.h>
#include <string.h>

#include <mbedtls/platform_util.h>

#define BLOCK_LEN 16384 /* a plan with four certificates fits in two */

struct block {
    struct block *next;
    size_t used, capacity;
    max_align_t data[]; /* entries of lists are stored here too, so the start is aligned for them */
};

struct natt_arena {
    struct block *blocks; /* the newest first */
    const char *failure;
};

const char natt_arena_no_memory[] = "out of memory";

struct natt_arena *natt_arena_new(void)
{
    return calloc(1, sizeof(struct natt_arena));
}

void natt_arena_free(struct natt_arena *arena)
{
    if (arena == NULL)
        return;
    for (struct block *b = arena->blocks, *next; b != NULL; b = next) {
        next = b->next;
        mbedtls_platform_zeroize(b->data, b->used); /* replies to GetRandom are built here */
        free(b);
    }
    free(arena);
}

natt_bytes natt_arena_fail(struct natt_arena *arena, const char *why)
{
    if (arena->failure == NULL)
        arena->failure = why;
    return NATT_ABSENT;
}

const char *natt_arena_failure(const struct natt_arena *arena)
{
    return arena->failure;
}

static struct block *add_block(struct natt_arena *arena, size_t len)
{
    size_t capacity = len > BLOCK_LEN ? len : BLOCK_LEN;
    struct block *b = malloc(sizeof *b + capacity);
    if (b == NULL) {
        natt_arena_fail(arena, natt_arena_no_memory);
        return NULL;
    }
    b->next = arena->blocks;
    b->used = 0;
    b->capacity = capacity;
    arena->blocks = b;
    return b;
}

uint8_t *natt_arena_alloc(struct natt_arena *arena, size_t len)
{
    const size_t align = sizeof(max_align_t);
    if (arena->failure != NULL)
        return NULL;
    if (len > SIZE_MAX / 2) {
        natt_arena_fail(arena, "a piece does not fit into memory");
        return NULL;
    }
    size_t rounded = (len / align + 1) * align;
    struct block *b = arena->blocks;
    if (b == NULL || b->capacity - b->used < rounded)
        b = add_block(arena, rounded);
    if (b == NULL)
        return NULL;
    uint8_t *at = (uint8_t *)b->data + b->used;
    b->used += rounded;
    return at;
}

natt_bytes natt_arena_join(struct natt_arena *arena, const natt_bytes *parts, size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++)
        len += parts[i].len;
    uint8_t *to = natt_arena_alloc(arena, len);
    if (to == NULL)
        return NATT_ABSENT;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0)
            memcpy(to + at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
    }
    return (natt_bytes){to, len};
}

natt_bytes natt_arena_copy(struct natt_arena *arena, natt_bytes bytes)
{
    return natt_arena_join(arena, &bytes, 1);
}

natt_bytes natt_arena_text(struct natt_arena *arena, const char *text)
{
    return natt_arena_copy(arena, natt_text_bytes(text));
}

natt_bytes natt_arena_join2(struct natt_arena *arena, natt_bytes a, natt_bytes b)
{
    return natt_arena_join(arena, (natt_bytes[]){a, b}, 2);
}

natt_bytes natt_arena_join3(struct natt_arena *arena, natt_bytes a, natt_bytes b, natt_bytes c)
{
    return natt_arena_join(arena, (natt_bytes[]){a, b, c}, 3);
}
