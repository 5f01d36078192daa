/* See cbor_arena.h. */
#include "nsm/issuer/cbor_arena.h"
#include "nsm/text.h"

#include <string.h>

static const uint8_t break_byte[] = {0xff};

natt_bytes natt_arena_cbor_head(struct natt_arena *arena, uint8_t major, uint32_t width, uint64_t value)
{
    uint8_t head[NATT_CBOR_MAX_HEAD];
    size_t len = natt_cbor_encode_head(head, major, width, value);
    if (len == 0)
        return natt_arena_fail(arena, "a CBOR head has 0, 1, 2, 4 or 8 octets after the first");
    return natt_arena_copy(arena, (natt_bytes){head, len});
}

natt_bytes natt_arena_cbor_string(struct natt_arena *arena, uint8_t major, natt_bytes content)
{
    return natt_arena_join2(arena, natt_arena_cbor_head(arena, major, 0, content.len), content);
}

natt_bytes natt_arena_cbor_text(struct natt_arena *arena, const char *text)
{
    return natt_arena_cbor_string(arena, NATT_CBOR_TEXT, natt_text_bytes(text));
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
