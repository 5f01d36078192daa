/*
 * For proofs of what is built of a reader: contracts of functions that take octets of its window, and of comparisons.
 * What a function returns is any answer, and on failure an error is recorded.
 */
#ifndef NATT_FUZZ_PROOFS_ANY_PARTS_H
#define NATT_FUZZ_PROOFS_ANY_PARTS_H

#include "fuzz/proofs/any_input.h"
#include "fuzz/proofs/loops.h"
#include "verify/parse/reader.h"

#include <string.h>

_Bool nondet_bool(void);
natt_bytes nondet_bytes(void);

static natt_bytes input;

#define IS_READABLE(part) (IS_INSIDE(part) || (part).len == 0)

/* A view that may be anywhere inside. */
static inline natt_bytes any_view(void)
{
    natt_bytes view = nondet_bytes();
    __CPROVER_assume(IS_INSIDE(view));
    return view;
}

/* As an assignment, which CBMC reads faster. */
#define memset(place, octet, size)                                                                                     \
    (__CPROVER_assert((octet) == 0 && (size) == sizeof *(place), "a whole object is cleared"),                         \
     *(place) = (__typeof__(*(place))){0})

/* Takes from the window, maybe nothing; the reader stays in it. */
static bool takes_any(struct natt_reader *r)
{
    __CPROVER_assert(IN_WINDOW(r), "the reader is in its window");
    r->pos += any_size();
    __CPROVER_assume(IN_WINDOW(r));
    return nondet_bool() || natt_reader_fail(r, r->truncated, r->pos);
}

/* The same; where it is true, at least one octet. */
static bool takes_some(struct natt_reader *r)
{
    size_t at = r->pos;
    bool ok = takes_any(r);
    __CPROVER_assume(!ok || r->pos > at);
    return ok;
}

/* The view is what was taken. */
static bool gives_view(struct natt_reader *r, natt_bytes *out)
{
    natt_bytes taken = {r->base + r->pos, any_size()};
    r->pos += taken.len;
    __CPROVER_assume(IN_WINDOW(r));
    if (nondet_bool())
        return natt_reader_fail(r, r->truncated, r->pos);
    *out = taken;
    return true;
}

/* The same behind a head of at least one octet. */
static bool takes_view(struct natt_reader *r, natt_bytes *out)
{
    return takes_some(r) && gives_view(r, out);
}

/* Comparisons read both operands; the answer is any, but true only of equal lengths. */
static bool any_equal(natt_bytes a, natt_bytes b)
{
    __CPROVER_assert(IS_READABLE(a), "the first operand is read");
    __CPROVER_assert(IS_READABLE(b) || __CPROVER_r_ok(b.ptr, b.len), "the second operand is read");
    return a.len == b.len && nondet_bool();
}

static bool any_are(natt_bytes a, const char *text, size_t len)
{
    __CPROVER_assert(IS_READABLE(a) && __CPROVER_r_ok(text, len), "both operands are read");
    return a.len == len && nondet_bool();
}

#define natt_bytes_equal any_equal
#define natt_bytes_are   any_are

bool natt_bytes_zero(natt_bytes a)
{
    __CPROVER_assert(IS_READABLE(a), "all of it is read");
    return nondet_bool();
}

bool natt_bytes_skip(natt_bytes *a, const void *text, size_t len)
{
    bool same = a->len >= len && any_are((natt_bytes){a->ptr, len}, text, len);
    if (same)
        *a = natt_bytes_drop(*a, len);
    return same;
}

bool natt_utf8_well_formed(natt_bytes text)
{
    __CPROVER_assert(IS_READABLE(text), "all of it is read");
    return nondet_bool();
}

bool natt_reader_not_literal(struct natt_reader r, const uint8_t *bytes, natt_code code)
{
    (void)bytes;
    return natt_reader_fail(&r, nondet_bool() ? code : r.truncated, r.pos);
}

/* As in reader.c. */
bool natt_fail(natt_error *err, natt_code code, uint32_t item, size_t offset)
{
    if (err->code == NATT_OK)
        *err = (natt_error){code, item, offset, ""};
    return false;
}

bool natt_fail_code(natt_error *err, natt_code code)
{
    return natt_fail(err, code, NATT_NO_ITEM, NATT_NO_OFFSET);
}

natt_error *natt_error_begin(natt_error *err, natt_error *spare)
{
    natt_error *e = err != NULL ? err : spare;
    *e = (natt_error){NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET, ""};
    return e;
}

struct natt_reader natt_reader_of(natt_bytes in, natt_code truncated, natt_code trailing, natt_error *err)
{
    return (struct natt_reader){in.ptr, 0, in.len, truncated, trailing, NATT_NO_ITEM, err};
}

#endif
