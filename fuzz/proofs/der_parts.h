/*
 * For proofs of what reads DER: the functions of der.c and der.h as contracts. An element takes octets of the window,
 * at least one; its content is the last of them. der_head.c proves it of elements, integers and bits, der_oid.c of
 * object identifiers.
 */
#ifndef NATT_FUZZ_PROOFS_DER_PARTS_H
#define NATT_FUZZ_PROOFS_DER_PARTS_H

#include "fuzz/proofs/any_parts.h"
#include "verify/parse/der.h"

uint32_t nondet_u32(void);

struct natt_reader natt_der_reader(natt_bytes in, natt_error *err)
{
    return natt_reader_of(in, NATT_E_DER_TRUNCATED, NATT_E_DER_TRAILING, err);
}

bool natt_der_take(struct natt_reader *r, uint8_t tag, natt_bytes *content)
{
    (void)tag;
    return takes_view(r, content);
}

bool natt_der_enter_long(struct natt_reader *r, uint8_t tag, struct natt_reader *inside)
{
    natt_bytes content;
    if (!natt_der_take(r, tag, &content))
        return false;
    *inside = natt_reader_inside(r, content);
    return true;
}

bool natt_der_unsigned(struct natt_reader *r, natt_bytes *magnitude)
{
    return takes_view(r, magnitude);
}

bool natt_der_true_or_absent(struct natt_reader *r, bool *out)
{
    *out = nondet_bool();
    return takes_any(r);
}

bool natt_der_octet_bits(struct natt_reader *r, natt_bytes *octets)
{
    return takes_view(r, octets);
}

bool natt_der_named_bits(struct natt_reader *r, uint32_t *bits)
{
    *bits = nondet_u32() & 0xffff;
    return takes_some(r);
}

bool natt_der_oid(struct natt_reader *r, natt_bytes *content)
{
    return takes_view(r, content);
}

/* These octets, or an error. */
static bool any_literal(struct natt_reader *r, const uint8_t *bytes, size_t len, natt_code code)
{
    __CPROVER_assert(__CPROVER_r_ok(bytes, len), "the literal is read");
    if (!natt_reader_has(r, len) || nondet_bool())
        return natt_reader_fail(r, code, r->pos);
    r->pos += len;
    return true;
}

#define natt_der_next        natt_der_take
#define natt_der_enter       natt_der_enter_long
#define natt_der_next_true   natt_der_true_or_absent
#define natt_der_next_oid    natt_der_oid
#define natt_reader_literal  any_literal
#define natt_bytes_printable natt_utf8_well_formed

#endif
