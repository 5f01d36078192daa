/* Proved of an entry of the payload's map, for documents of up to 16493 octets, after any other entries: no access out
 * of bounds, no overflow; true only if the state is again one in which it is proved, so that the whole map is read so.
 * At most eight names of unknown fields are recorded. Known fields, CBOR's heads and strings, and comparisons are
 * contracts. */
#include "fuzz/proofs/any_document.h"

static bool any_known(struct natt_reader *r, natt_document *doc, uint32_t field, uint32_t *seen, size_t at)
{
    uint32_t next;
    natt_document before = result;
    __CPROVER_assert(doc == &result && field < NATT_FIELD_COUNT && at <= r->pos && STATE(r, *seen, 0), "a known field");
    bool ok = takes_some(r);
    any_state(seen, &next);
    result.unknown_count = before.unknown_count;
    memcpy(result.unknown_fields, before.unknown_fields, sizeof result.unknown_fields);
    __CPROVER_assume(!ok || STATE(r, *seen, 0));
    return ok;
}

int main(void)
{
    (void)any_known;
    natt_error err = {NATT_OK, 0, 0, ""};
    uint32_t seen, next;
    any_document();
    struct natt_reader r = natt_cbor_reader(input, &err);
    result.raw = input;
    any_state(&seen, &next);
    r.pos = any_size();
    __CPROVER_assume(STATE(&r, seen, next));
    size_t from = r.pos;
    bool ok = read_entry(&r, &result, &seen, &next);
    REACHABLE(ok && result.unknown_count == NATT_MAX_UNKNOWN_FIELDS);
    REACHABLE(ok && next == NATT_FIELD_COUNT);
    __CPROVER_assert(IN_WINDOW(&r) && r.pos >= from && ok == NO_ERROR_OF(&r), "in the window, with a code on failure");
    __CPROVER_assert(!ok || (r.pos > from && STATE(&r, seen, next)), "the next entry begins where this one is proved");
    return 0;
}
