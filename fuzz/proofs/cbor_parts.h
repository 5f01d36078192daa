/*
 * For proofs of what reads CBOR: the functions of cbor.c as contracts. A head or a string takes octets of the window,
 * at least one; its value is any. cbor_head.c, cbor_strings.c and cbor_skip.c prove it.
 */
#ifndef NATT_FUZZ_PROOFS_CBOR_PARTS_H
#define NATT_FUZZ_PROOFS_CBOR_PARTS_H

#include "fuzz/proofs/any_parts.h"
#include "verify/parse/cbor.h"

struct natt_cbor_head nondet_head(void);
struct natt_cbor_items nondet_items(void);

struct natt_reader natt_cbor_reader(natt_bytes in, natt_error *err)
{
    return natt_reader_of(in, NATT_E_CBOR_TRUNCATED, NATT_E_CBOR_TRAILING, err);
}

bool natt_cbor_head(struct natt_reader *r, struct natt_cbor_head *out)
{
    *out = nondet_head();
    out->offset = r->pos;
    __CPROVER_assume(out->major < 8);
    return takes_some(r);
}

bool natt_cbor_uint(struct natt_reader *r, uint64_t *out)
{
    *out = nondet_head().value;
    return takes_some(r);
}

bool natt_cbor_bstr(struct natt_reader *r, natt_bytes *out)
{
    return takes_view(r, out);
}

bool natt_cbor_tstr(struct natt_reader *r, natt_bytes *out)
{
    return takes_view(r, out);
}

bool natt_cbor_text_after(struct natt_reader *r, const struct natt_cbor_head *head, natt_bytes *out)
{
    (void)head;
    return gives_view(r, out);
}

bool natt_cbor_array(struct natt_reader *r, struct natt_cbor_items *out)
{
    *out = nondet_items();
    return takes_some(r);
}

bool natt_cbor_map(struct natt_reader *r, struct natt_cbor_items *out)
{
    *out = nondet_items();
    return takes_some(r);
}

bool natt_cbor_skip(struct natt_reader *r)
{
    return takes_some(r);
}

#endif
