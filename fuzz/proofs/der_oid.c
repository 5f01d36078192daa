/* Proved of object identifiers in DER, and of the shortcut for the usual ones, for inputs up to 70000 bytes, at every
 * position: no access out of bounds, no overflow, and the loop ends; true only of content inside that is not empty and
 * ends where the reader continues. */
#include "fuzz/proofs/any_parts.h"
#include "verify/parse/der.c"

static void reads(bool (*read)(struct natt_reader *, natt_bytes *))
{
    natt_error err = {NATT_OK, 0, 0, ""};
    natt_bytes oid;
    struct natt_reader r = natt_der_reader(input, &err);
    r.pos = any_size(), r.end = any_size();
    __CPROVER_assume(IN_WINDOW(&r) && r.end <= input.len);
    size_t from = r.pos, end = r.end;
    bool ok = read(&r, &oid);
    REACHABLE(ok && read == natt_der_oid && oid.len > 60000);
    REACHABLE(!ok && read == natt_der_oid);
    REACHABLE(ok && read == natt_der_next_oid && oid.len == 3);
    REACHABLE(!ok && read == natt_der_next_oid);
    __CPROVER_assert(IN_WINDOW(&r) && r.pos >= from && r.end == end, "in the window");
    __CPROVER_assert(ok == (err.code == NATT_OK), "with a code on failure");
    __CPROVER_assert(!ok || (IS_INSIDE(oid) && oid.len > 0), "its content lies inside");
    __CPROVER_assert(!ok || __CPROVER_POINTER_OFFSET(oid.ptr) + oid.len == r.pos, "and ends at the position");
}

int main(void)
{
    input = any_input(70000);
    reads(natt_der_oid);
    reads(natt_der_next_oid);
    return 0;
}
