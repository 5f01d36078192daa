/*
 * SHA-384 of several messages at once: each lane has a message, and takes the next one when it is complete. All lanes
 * advance by as many blocks as each of them has without a copy.
 */
#include <string.h>

#include "verify/crypto/hash/sha384_lanes.h"

#define BLOCK NATT_SHA384_BLOCK
#define LANES NATT_SHA384_LANES

/* A step of all lanes takes about as long as two blocks of one message, so three lanes are worth it. */
#define LEAST 3

struct lane {
    const struct natt_message *message; /* NULL: none is left */
    size_t part;                        /* the next one of the message */
    natt_bytes rest;                    /* what is left of the part before it */
    const uint8_t *data;                /* blocks that can be hashed */
    size_t blocks;
    uint64_t total;
    size_t used; /* bytes waiting in block, below BLOCK */
    bool padded;
    uint8_t block[2 * BLOCK];
};

struct lanes {
    uint64_t state[8][LANES];
    struct lane lane[LANES];
    const struct natt_message *next, *end;
};

/* A one bit, zeros, and the length in bits as 128 bits. [FIPS180-4 5.1.2] */
static void pad(struct lane *l)
{
    l->padded = true;
    l->data = l->block;
    l->blocks = l->used + 17 <= BLOCK ? 1 : 2;
    memset(l->block + l->used, 0, sizeof l->block - l->used);
    l->block[l->used] = 0x80;
    for (size_t i = 0; i < 8; i++)
        l->block[BLOCK * l->blocks - 1 - i] = (uint8_t)(l->total << 3 >> (8 * i));
}

static void take(struct lane *l, size_t len)
{
    l->rest.ptr += len;
    l->rest.len -= len;
}

static void fill_block(struct lane *l)
{
    size_t missing = BLOCK - l->used, taken = l->rest.len < missing ? l->rest.len : missing;
    if (taken == 0)
        return;
    memcpy(l->block + l->used, l->rest.ptr, taken);
    l->used += taken;
    take(l, taken);
}

static void begin_part(struct lane *l)
{
    l->rest = l->message->parts[l->part++];
    l->total += l->rest.len;
}

/* The next blocks of the message, at least one. False: it has no more. */
static bool next_blocks(struct lane *l)
{
    while (!l->padded) {
        if (l->used == 0 && l->rest.len >= BLOCK) {
            l->data = l->rest.ptr;
            l->blocks = l->rest.len / BLOCK;
            take(l, l->blocks * BLOCK);
            return true;
        }
        fill_block(l);
        if (l->used == BLOCK) {
            l->data = l->block;
            l->blocks = 1;
            l->used = 0;
            return true;
        }
        if (l->part < NATT_MESSAGE_PARTS)
            begin_part(l);
        else
            pad(l);
    }
    return l->blocks > 0;
}

/* Lane i gets the next message, if there is one. */
static void occupy(struct lanes *all, size_t i)
{
    struct lane *l = &all->lane[i];
    memset(l, 0, sizeof *l);
    if (all->next == all->end)
        return;
    l->message = all->next++;
    for (size_t word = 0; word < 8; word++)
        all->state[word][i] = natt_sha384_initial[word];
    (void)next_blocks(l);
}

static void column(uint64_t out[8], const struct lanes *all, size_t i)
{
    for (size_t word = 0; word < 8; word++)
        out[word] = all->state[word][i];
}

static size_t occupied(const struct lanes *all)
{
    size_t count = 0;
    for (size_t i = 0; i < LANES; i++)
        count += all->lane[i].message != NULL;
    return count;
}

/* Blocks that every message in a lane has. */
static size_t common_blocks(const struct lanes *all)
{
    size_t blocks = SIZE_MAX;
    for (size_t i = 0; i < LANES; i++) {
        const struct lane *l = &all->lane[i];
        blocks = l->message != NULL && l->blocks < blocks ? l->blocks : blocks;
    }
    return blocks;
}

/* A lane without a message hashes the blocks of another one, and nobody reads its state. */
static void point(const uint8_t *data[LANES], const struct lanes *all)
{
    const uint8_t *any = NULL;
    for (size_t i = 0; i < LANES; i++)
        any = all->lane[i].message != NULL ? all->lane[i].data : any;
    for (size_t i = 0; i < LANES; i++)
        data[i] = all->lane[i].message != NULL ? all->lane[i].data : any;
}

static void hashed(struct lane *l, size_t blocks)
{
    l->data += blocks * BLOCK;
    l->blocks -= blocks;
}

static void step(struct lanes *all, natt_sha384_feed_lanes *feed)
{
    const uint8_t *data[LANES];
    size_t blocks = common_blocks(all);
    point(data, all);
    feed(all->state, data, blocks);
    for (size_t i = 0; i < LANES; i++) {
        struct lane *l = &all->lane[i];
        if (l->message == NULL)
            continue;
        hashed(l, blocks);
        if (l->blocks == 0 && !next_blocks(l)) {
            uint64_t state[8];
            column(state, all, i);
            natt_sha384_write(l->message->digest, state);
            occupy(all, i);
        }
    }
}

/* The rest of one message. */
static void finish_alone(struct lanes *all, size_t i, natt_sha384_feed *feed)
{
    struct lane *l = &all->lane[i];
    uint64_t state[8];
    column(state, all, i);
    do {
        feed(state, l->data, l->blocks);
        hashed(l, l->blocks);
    } while (next_blocks(l));
    natt_sha384_write(l->message->digest, state);
}

static void hash_in_lanes(const struct natt_message *messages, size_t count, natt_sha384_feed *feed,
                          natt_sha384_feed_lanes *lanes)
{
    struct lanes all;
    all.next = messages;
    all.end = messages + count;
    memset(all.state, 0, sizeof all.state);
    for (size_t i = 0; i < LANES; i++)
        occupy(&all, i);
    while (occupied(&all) >= LEAST)
        step(&all, lanes);
    for (size_t i = 0; i < LANES; i++)
        if (all.lane[i].message != NULL)
            finish_alone(&all, i, feed);
}

void natt_sha384_each(const struct natt_message *messages, size_t count, natt_sha384_feed *feed,
                      natt_sha384_feed_lanes *lanes)
{
    if (lanes != NULL && count >= LEAST) {
        hash_in_lanes(messages, count, feed, lanes);
        return;
    }
    for (size_t i = 0; i < count; i++)
        natt_sha384_parts(messages[i].digest, messages[i].parts, NATT_MESSAGE_PARTS, feed);
}
