/* Proved of DER's unsigned integers, booleans and bit strings, for inputs up to 70000 bytes, at every position of every
 * window: no access out of bounds, no overflow; a value lies inside, and ends where the reader continues; at most 16
 * named bits are read. Elements (der_head)
 * are contracts. */
#include "fuzz/proofs/any_parts.h"
#include "verify/parse/der.h"

/* As der_head.c proves it. */
static bool any_element(struct natt_reader *r, uint8_t tag, natt_bytes *content)
{
    (void)tag;
    return takes_view(r, content);
}
#define natt_der_next any_element

#include "verify/parse/der.c"

static size_t from, end;
static natt_error err;

static struct natt_reader any_position(void)
{
    err = (natt_error){NATT_OK, 0, 0, ""};
    struct natt_reader r = natt_der_reader(input, &err);
    from = r.pos = any_size();
    end = r.end = any_size();
    __CPROVER_assume(IN_WINDOW(&r) && r.end <= input.len);
    return r;
}

static void ends(bool ok, const struct natt_reader *r)
{
    REACHABLE(!ok);
    __CPROVER_assert(IN_WINDOW(r) && r->pos >= from && r->end == end, "in the window");
    __CPROVER_assert(ok == (err.code == NATT_OK), "with a code on failure");
}

static bool is_taken(natt_bytes part, const struct natt_reader *r)
{
    return r->pos > from && IS_INSIDE(part) && __CPROVER_POINTER_OFFSET(part.ptr) > from &&
           __CPROVER_POINTER_OFFSET(part.ptr) + part.len == r->pos;
}

int main(void)
{
    natt_bytes part;
    bool truth;
    uint32_t bits;
    input = any_input(70000);
    struct natt_reader r = any_position();
    bool ok = natt_der_unsigned(&r, &part);
    ends(ok, &r);
    __CPROVER_assert(!ok || is_taken(part, &r), "an integer");
    REACHABLE(ok && part.len == 20);
    r = any_position();
    ok = natt_der_octet_bits(&r, &part);
    ends(ok, &r);
    __CPROVER_assert(!ok || is_taken(part, &r), "octets");
    REACHABLE(ok && part.len == 97);
    r = any_position();
    ok = natt_der_named_bits(&r, &bits);
    ends(ok, &r);
    __CPROVER_assert(!ok || (r.pos > from && bits <= 0xffff), "at most sixteen bits");
    REACHABLE(ok && bits == 0x8001);
    r = any_position();
    ok = natt_der_true_or_absent(&r, &truth);
    ends(ok, &r);
    __CPROVER_assert(!ok || truth == (r.pos > from), "absent, or TRUE");
    REACHABLE(ok && truth);
    REACHABLE(ok && !truth);
    return 0;
}
