/* See cbor_write.h. */
#include "nsm/cbor_write.h"

#include <string.h>

#include "nsm/wire.h"

#define NULL_ITEM 0xf6

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

size_t natt_cbor_encode_head(uint8_t out[NATT_CBOR_MAX_HEAD], uint8_t major, uint32_t width, uint64_t value)
{
    static const uint8_t infos[] = {[1] = 24, [2] = 25, [4] = 26, [8] = 27}; /* additional information, by width */
    if (width == 0)
        width = shortest_width(value);
    if (width >= sizeof infos || (width > 0 && infos[width] == 0))
        return 0;
    out[0] = (uint8_t)((major & 0xe0u) | (width == 0 ? value : infos[width]));
    natt_put_big_endian(out + 1, value, width);
    return 1 + width;
}

/* After a piece that does not fit, nothing more is written. */
static void append(struct natt_cbor_writer *w, const void *bytes, size_t len)
{
    if (w->len <= w->capacity && len > 0 && len <= w->capacity - w->len)
        memcpy(w->out + w->len, bytes, len);
    w->len = len > SIZE_MAX - w->len ? SIZE_MAX : w->len + len;
}

static void write_head(struct natt_cbor_writer *w, uint8_t major, uint64_t value)
{
    uint8_t head[NATT_CBOR_MAX_HEAD];
    append(w, head, natt_cbor_encode_head(head, major, 0, value));
}

void natt_cbor_write_map(struct natt_cbor_writer *w, size_t pairs)
{
    write_head(w, NATT_CBOR_MAP, pairs);
}

void natt_cbor_write_uint(struct natt_cbor_writer *w, uint64_t value)
{
    write_head(w, NATT_CBOR_UINT, value);
}

void natt_cbor_write_text(struct natt_cbor_writer *w, const char *text)
{
    size_t len = strlen(text);
    write_head(w, NATT_CBOR_TEXT, len);
    append(w, text, len);
}

void natt_cbor_write_bytes(struct natt_cbor_writer *w, natt_bytes bytes)
{
    write_head(w, NATT_CBOR_BYTES, bytes.len);
    append(w, bytes.ptr, bytes.len);
}

void natt_cbor_write_null(struct natt_cbor_writer *w)
{
    static const uint8_t null[] = {NULL_ITEM};
    append(w, null, sizeof null);
}
