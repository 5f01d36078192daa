/* See device_reply.h. */
#include "nsm/device/device_reply.h"

#include "nsm/issuer/cbor_arena.h"

static const uint8_t null_item[] = {0xf6}, true_item[] = {0xf5}, false_item[] = {0xf4};

static void add(struct natt_device_reply *reply, const char *key, natt_bytes value)
{
    if (reply->count == NATT_REPLY_MAX_ENTRIES)
        natt_arena_fail(reply->arena, "a reply has too many entries");
    else
        reply->entries[reply->count++] = natt_arena_join2(reply->arena, natt_arena_cbor_text(reply->arena, key), value);
}

void natt_reply_uint(struct natt_device_reply *reply, const char *key, uint64_t value)
{
    add(reply, key, natt_arena_cbor_head(reply->arena, NATT_CBOR_UINT, 0, value));
}

void natt_reply_bool(struct natt_device_reply *reply, const char *key, bool value)
{
    add(reply, key, value ? NATT_CONST(true_item) : NATT_CONST(false_item));
}

void natt_reply_text(struct natt_device_reply *reply, const char *key, const char *value)
{
    add(reply, key, natt_arena_cbor_text(reply->arena, value));
}

void natt_reply_bytes(struct natt_device_reply *reply, const char *key, natt_bytes value)
{
    add(reply, key, natt_arena_cbor_string(reply->arena, NATT_CBOR_BYTES, value));
}

void natt_reply_indices(struct natt_device_reply *reply, const char *key, uint32_t mask)
{
    natt_bytes items = NATT_ABSENT;
    uint64_t count = 0;
    for (uint32_t i = 0; i < 32; i++) {
        if ((mask >> i & 1) == 0)
            continue;
        items = natt_arena_join2(reply->arena, items, natt_arena_cbor_head(reply->arena, NATT_CBOR_UINT, 0, i));
        count++;
    }
    add(reply, key,
        natt_arena_join2(reply->arena, natt_arena_cbor_head(reply->arena, NATT_CBOR_ARRAY, 0, count), items));
}

static natt_bytes write_pair(struct natt_arena *arena, const char *key, natt_bytes value, bool twice)
{
    natt_bytes pair = natt_arena_join2(arena, natt_arena_cbor_text(arena, key), value);
    natt_bytes head = natt_arena_cbor_head(arena, NATT_CBOR_MAP, 0, twice ? 2 : 1);
    return natt_arena_join3(arena, head, pair, twice ? pair : NATT_ABSENT);
}

natt_bytes natt_reply_write(const struct natt_device_reply *reply, bool twice)
{
    struct natt_arena *arena = reply->arena;
    natt_bytes inner = natt_arena_cbor_head(arena, NATT_CBOR_MAP, 0, reply->count + (twice ? 1 : 0));
    if (reply->count == 0)
        return twice ? write_pair(arena, reply->name, NATT_CONST(null_item), true)
                     : natt_arena_cbor_text(arena, reply->name);
    inner = natt_arena_join3(arena, inner, twice ? reply->entries[0] : NATT_ABSENT,
                             natt_arena_join(arena, reply->entries, reply->count));
    return write_pair(arena, reply->name, inner, false);
}

natt_bytes natt_reply_error(struct natt_arena *arena, uint64_t error, bool twice)
{
    return write_pair(arena, "Error", natt_arena_cbor_text(arena, natt_nsm_wire_error_name(error)), twice);
}
