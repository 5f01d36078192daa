/*
 * Property: libcbor accepts each item that the strict reader accepts, with the same end; heads are the shortest
 * possible; the inline shortcuts return the same as the plain functions; views of strings are inside the input.
 */
#include "verify/parse/cbor.h"
#include "fuzz/property.h"

#include <cbor.h>

static void check_skip(natt_bytes in)
{
    natt_error err = {0}, again = {0};
    struct natt_reader r = natt_cbor_reader(in, &err), twin = natt_cbor_reader(in, &again);
    bool ok = natt_cbor_skip(&r);
    MUST(r.pos <= in.len && natt_cbor_skip(&twin) == ok && twin.pos == r.pos && again.code == err.code);
    MUST(ok == (err.code == NATT_OK));
    if (!ok)
        return;
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(in.ptr, in.len, &result);
    MUST(item != NULL && result.error.code == CBOR_ERR_NONE && result.read == r.pos);
    cbor_decref(&item);
}

/* The smallest number of bytes after the initial byte that can encode the value. */
static size_t argument_len(const struct natt_cbor_head *head)
{
    bool in_first = head->indefinite || head->value < 24;
    return in_first ? 0 : head->value < 0x100 ? 1 : head->value < 0x10000 ? 2 : head->value >> 32 == 0 ? 4 : 8;
}

/* Reads one head after another, including those of strings, as a parser does. */
static void check_heads(natt_bytes in)
{
    natt_error err = {0}, again = {0};
    struct natt_reader r = natt_cbor_reader(in, &err), twin = natt_cbor_reader(in, &again);
    struct natt_cbor_head head = {0}, same = {0};
    natt_bytes text = {NULL, 0};
    for (bool ok = true; ok && !natt_reader_empty(&r);) {
        ok = natt_cbor_head(&r, &head);
        MUST(natt_cbor_next_head(&twin, &same) == ok && twin.pos == r.pos && again.code == err.code);
        MUST(again.offset == err.offset && err.offset <= in.len);
        MUST(!ok || (head.major == same.major && head.value == same.value && head.indefinite == same.indefinite &&
                     head.offset == same.offset));
        MUST(!ok || r.pos - head.offset == 1 + argument_len(&head));
        if (ok && head.major == NATT_CBOR_TSTR)
            ok = natt_cbor_text_after(&r, &head, &text) && fuzz_inside(in, text);
        twin.pos = r.pos;
        again = err;
    }
}

static void check_byte_strings(natt_bytes in)
{
    natt_error err = {0}, again = {0};
    struct natt_reader r = natt_cbor_reader(in, &err), twin = natt_cbor_reader(in, &again);
    for (bool ok = true; ok && !natt_reader_empty(&r);) {
        natt_bytes string = {NULL, 0}, same = {NULL, 0};
        ok = natt_cbor_bstr(&r, &string);
        MUST(natt_cbor_next_bstr(&twin, &same) == ok && twin.pos == r.pos && again.code == err.code);
        MUST(!ok || (fuzz_inside(in, string) && string.ptr == same.ptr && string.len == same.len));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_bytes in = {data, size};
    check_skip(in);
    check_heads(in);
    check_byte_strings(in);
    return 0;
}
