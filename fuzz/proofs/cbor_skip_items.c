/* Proved of the items inside a skipped container of CBOR, for inputs up to 70000 bytes, whatever their number: no
 * access out of bounds, no overflow, and the loop ends. Each item is a contract (cbor_skip). */
#include "fuzz/proofs/any_parts.h"

#define natt_utf8_valid natt_utf8_well_formed
#include "verify/parse/cbor.c"

static unsigned levels;

/* In place of skip_level. */
static bool any_level(struct natt_reader *r, unsigned same)
{
    __CPROVER_assert(same == levels, "each item has the levels of its container");
    return takes_some(r);
}

int main(void)
{
    (void)any_level;
    natt_error err = {NATT_OK, 0, 0, ""};
    struct natt_cbor_head head;
    input = any_input(70000);
    struct natt_reader r = natt_cbor_reader(input, &err);
    r.pos = any_size();
    __CPROVER_assume(IN_WINDOW(&r));
    size_t from = r.pos;
    bool ok = skip_items(&r, &head, levels);
    REACHABLE(ok && head.major == NATT_CBOR_MAP && head.value > 8);
    REACHABLE(!ok);
    __CPROVER_assert(IN_WINDOW(&r) && r.pos >= from && ok == (err.code == NATT_OK), "in the window, a code on failure");
    return 0;
}
