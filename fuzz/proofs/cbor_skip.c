/* Proved of the items of CBOR that are skipped, for inputs up to 70000 bytes, at every position: no access out of
 * bounds, no overflow; an item at any level of nesting takes at least one byte, and enters a container with fewer
 * levels, so that the recursion ends. UTF-8 and the items inside a container are contracts. */
#include "fuzz/proofs/any_parts.h"

#define natt_utf8_valid natt_utf8_well_formed
#include "verify/parse/cbor.c"

static unsigned levels;

/* In place of skip_items, as cbor_skip_items.c proves it. */
static bool any_items(struct natt_reader *r, const struct natt_cbor_head *head, unsigned below)
{
    __CPROVER_assert(below < levels && __CPROVER_r_ok(head, sizeof *head), "with fewer levels");
    return takes_any(r);
}

int main(void)
{
    (void)any_items;
    natt_error err = {NATT_OK, 0, 0, ""};
    input = any_input(70000);
    struct natt_reader r = natt_cbor_reader(input, &err);
    r.pos = any_size();
    __CPROVER_assume(IN_WINDOW(&r));
    size_t from = r.pos;
    levels = (unsigned)nondet_size();
    __CPROVER_assume(levels <= NATT_MAX_NESTING);
    bool ok = skip_level(&r, levels);
    REACHABLE(ok && levels == 0);
    REACHABLE(ok && r.pos == 70000 && from == 0);
    REACHABLE(!ok);
    __CPROVER_assert(IN_WINDOW(&r) && r.pos >= from && ok == (err.code == NATT_OK), "in the window, a code on failure");
    __CPROVER_assert(!ok || r.pos > from, "at least one byte");
    return 0;
}
