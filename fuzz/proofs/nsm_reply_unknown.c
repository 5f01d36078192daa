/* Proved of a field that the client does not know, in responses of up to 12288 octets, after any others: no access
 * out of bounds, no overflow; at most eight names are recorded, each of them inside; known fields stay as
 * nsm_reply.c assumes them. CBOR's items and comparisons are contracts. */
#include "fuzz/proofs/any_reply_field.h"

int main(void)
{
    any_response();
    any_decoder();
    struct seen seen = nondet_seen();
    natt_bytes key = any_view();
    result = nondet_reply();
    __CPROVER_assume(NAMES(&seen) && OWN_FIELDS(&seen));
    size_t count = seen.unknown_count;
    uint32_t known = seen.known;
    bool ok = skip_unknown(&d, &seen, key, from);
    REACHABLE(ok && seen.unknown_count == NATT_MAX_UNKNOWN_FIELDS);
    REACHABLE(!ok && count == NATT_MAX_UNKNOWN_FIELDS);
    __CPROVER_assert(IN_WINDOW(&d.r) && d.r.pos >= from && d.r.end == input.len, "in the window");
    __CPROVER_assert(ok == NO_ERROR(&d), "with a code on failure");
    __CPROVER_assert(!ok || (d.r.pos > from && NAMES(&seen) && seen.unknown_count == count + 1), "one more, inside");
    __CPROVER_assert(seen.known == known && OWN_FIELDS(&seen), "known fields stay");
    return 0;
}
