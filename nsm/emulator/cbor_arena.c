/* See cbor_arena.h. */
#include "nsm/emulator/cbor_arena.h"

static const uint8_t break_byte[] = {0xff};

static uint32_t shortest_width(uint64_t value)
{
    if (value < 24)
        return 0;
    if (value <= UINT8_MAX)
        return 1;
    if (value <= UINT16_MAX)
        return 2;
    return value <= UINT32_MAX ? 4 : 8;
}

/* Additional information 24..27 announces 1, 2, 4 or 8 octets. */
static uint8_t width_info(uint32_t width)
{
    uint8_t info = 24;
    while (width > 1) {
        width /= 2;
        info++;
    }
    return info;
}

natt_bytes natt_arena_cbor_head(struct natt_arena *arena, uint8_t major, uint32_t width, uint64_t value)
{
    if (width != 0 && width != 1 && width != 2 && width != 4 && width != 8)
        return natt_arena_fail(arena, "a CBOR head has 0, 1, 2, 4 or 8 octets after the first");
    if (width == 0)
        width = shortest_width(value);
    uint8_t *to = natt_arena_alloc(arena, 1 + width);
    if (to == NULL)
        return NATT_ABSENT;
    to[0] = (uint8_t)((major & 0xe0u) | (width == 0 ? value : width_info(width)));
    for (uint32_t i = 0; i < width; i++)
        to[1 + i] = (uint8_t)(value >> (8 * (width - 1 - i)));
    return (natt_bytes){to, 1 + width};
}

natt_bytes natt_arena_cbor_string(struct natt_arena *arena, uint8_t major, natt_bytes content)
{
    return natt_arena_join2(arena, natt_arena_cbor_head(arena, major, 0, content.len), content);
}

static natt_bytes wrapped_head(struct natt_arena *arena, uint8_t major, const natt_plan_wrap *wrap, uint64_t count)
{
    if (wrap->head.ptr != NULL)
        return wrap->head;
    if (wrap->tag != 0)
        major = wrap->tag;
    if (wrap->form == NATT_FORM_DEFINITE)
        return natt_arena_cbor_head(arena, major, wrap->width, count + (uint64_t)wrap->length_delta);
    return natt_arena_copy(arena, (natt_bytes){(const uint8_t[]){(uint8_t)(major | 0x1fu)}, 1});
}

static natt_bytes wrap_around(struct natt_arena *arena, uint8_t major, const natt_plan_wrap *wrap, natt_bytes content,
                              uint64_t count)
{
    const natt_bytes parts[] = {
        wrapped_head(arena, major, wrap, count),
        content,
        wrap->form == NATT_FORM_INDEFINITE ? NATT_CONST(break_byte) : NATT_ABSENT,
        wrap->after,
    };
    return natt_arena_join(arena, parts, 4);
}

natt_bytes natt_arena_cbor_wrapped_bytes(struct natt_arena *arena, const natt_plan_wrap *wrap, natt_bytes content)
{
    natt_bytes inside = natt_arena_join2(arena, content, wrap->trailing);
    uint64_t len = inside.len;
    if (wrap->form != NATT_FORM_DEFINITE)
        inside = natt_arena_cbor_string(arena, NATT_CBOR_BYTES, inside); /* a chunk [RFC8949 3.2.3] */
    return wrap_around(arena, NATT_CBOR_BYTES, wrap, inside, len);
}

natt_bytes natt_arena_cbor_wrapped_list(struct natt_arena *arena, uint8_t major, const natt_plan_wrap *wrap,
                                        natt_bytes content, size_t count)
{
    return wrap_around(arena, major, wrap, natt_arena_join2(arena, content, wrap->trailing), count);
}
