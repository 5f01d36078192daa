/* Proved of CBOR's integers, strings, arrays and maps, for inputs up to 70000 bytes, at every position: no access
 * out of bounds, no overflow; true only if at least one byte was taken; a string lies inside, ends where the reader
 * continues, and is as long as its head says. Heads (cbor_head) and UTF-8 are contracts. */
#include "fuzz/proofs/any_parts.h"

#define natt_utf8_valid natt_utf8_well_formed
#include "verify/parse/cbor.c"

static size_t from, end;
static natt_error err;
static struct natt_cbor_head last;

struct natt_cbor_head nondet_head(void);

/* In place of natt_cbor_head. */
static bool any_head(struct natt_reader *r, struct natt_cbor_head *out)
{
    *out = last = nondet_head();
    return takes_some(r);
}

static struct natt_reader any_position(void)
{
    err = (natt_error){NATT_OK, 0, 0, ""};
    struct natt_reader r = natt_cbor_reader(input, &err);
    from = r.pos = any_size();
    end = r.end = any_size();
    __CPROVER_assume(IN_WINDOW(&r) && r.end <= input.len);
    return r;
}

static void ends(bool ok, const struct natt_reader *r, uint8_t major)
{
    REACHABLE(ok && major == NATT_CBOR_UINT);
    REACHABLE(!ok && major == NATT_CBOR_UINT);
    REACHABLE(ok && major == NATT_CBOR_BSTR);
    REACHABLE(!ok && major == NATT_CBOR_BSTR);
    REACHABLE(ok && major == NATT_CBOR_TSTR);
    REACHABLE(!ok && major == NATT_CBOR_TSTR);
    REACHABLE(ok && major == NATT_CBOR_ARRAY);
    REACHABLE(!ok && major == NATT_CBOR_ARRAY);
    REACHABLE(ok && major == NATT_CBOR_MAP);
    REACHABLE(!ok && major == NATT_CBOR_MAP);
    __CPROVER_assert(IN_WINDOW(r) && r->pos >= from && r->end == end, "in the window");
    __CPROVER_assert(ok == (err.code == NATT_OK), "with a code on failure");
    __CPROVER_assert(!ok || (r->pos > from && last.major == major), "at least one byte, of the right type");
}

static bool is_taken(natt_bytes string, size_t pos)
{
    return IS_INSIDE(string) && string.len == last.value && __CPROVER_POINTER_OFFSET(string.ptr) + string.len == pos;
}

int main(void)
{
    (void)any_head;
    natt_bytes string;
    uint64_t value;
    struct natt_cbor_items items;
    input = any_input(70000);
    struct natt_reader r = any_position();
    bool ok = natt_cbor_bstr(&r, &string);
    ends(ok, &r, NATT_CBOR_BSTR);
    __CPROVER_assert(!ok || is_taken(string, r.pos), "bytes end where the reader continues");
    r = any_position();
    ok = natt_cbor_tstr(&r, &string);
    ends(ok, &r, NATT_CBOR_TSTR);
    __CPROVER_assert(!ok || is_taken(string, r.pos), "text ends where the reader continues");
    r = any_position();
    ends(natt_cbor_uint(&r, &value), &r, NATT_CBOR_UINT);
    r = any_position();
    ends(natt_cbor_array(&r, &items), &r, NATT_CBOR_ARRAY);
    r = any_position();
    ends(natt_cbor_map(&r, &items), &r, NATT_CBOR_MAP);
    return 0;
}
