/* Proved for inputs up to 70000 bytes, at every position: an element of DER that is entered has its inside where the
 * reader continues; an absent boolean takes nothing, and TRUE three octets; shortcuts agree. */
#include "fuzz/proofs/any_input.h"
#include "verify/parse/der.h"

#define LIMIT 70000

/* The shortcut may have moved where it fails. */
static void takes_any_boolean(void)
{
    natt_error err = {0}, again = {0};
    struct natt_reader r = natt_der_reader(any_input(LIMIT), &err);
    bool truth = false, same = false;
    r.pos = nondet_size();
    __CPROVER_assume(r.pos <= r.end);
    size_t at = r.pos;
    struct natt_reader twin = r;
    twin.err = &again;
    bool ok = natt_der_true_or_absent(&r, &truth);
    REACHABLE(ok && truth);
    REACHABLE(ok && !truth);
    __CPROVER_assert(natt_der_next_true(&twin, &same) == ok && (again.code == NATT_OK) == ok, "the shortcut agrees");
    __CPROVER_assert(!ok || (same == truth && twin.pos == r.pos), "and reads the same");
    __CPROVER_assert(twin.pos >= at && twin.pos <= r.end && r.pos >= at, "in the window");
    __CPROVER_assert(!ok || r.pos == (truth ? at + 3 : at), "TRUE in three octets, or absent");
}

static void enters_any_element(void)
{
    natt_error err = {0}, again = {0};
    natt_bytes in = any_input(LIMIT);
    struct natt_reader r = natt_der_reader(in, &err), inside, same;
    uint8_t tag = nondet_byte();
    r.pos = nondet_size();
    __CPROVER_assume(r.pos <= r.end);
    size_t at = r.pos;
    struct natt_reader twin = r;
    twin.err = &again;
    bool ok = natt_der_enter_long(&r, tag, &inside);
    REACHABLE(!ok && r.pos > at);
    __CPROVER_assert(r.pos >= at && r.pos <= r.end && ok == (err.code == NATT_OK),
                     "in the window, with a code on failure");
    __CPROVER_assert(natt_der_enter(&twin, tag, &same) == ok && twin.pos == r.pos, "the shortcut agrees");
    if (!ok)
        return;
    REACHABLE(inside.end - inside.pos > 60000);
    __CPROVER_assert(inside.base == in.ptr && inside.err == &err && inside.pos >= at + 2 && inside.pos <= inside.end &&
                         inside.end == r.pos,
                     "the inside ends where the reader continues");
    __CPROVER_assert(same.base == in.ptr && same.err == &again && same.pos == inside.pos && same.end == inside.end,
                     "and is the same");
}

int main(void)
{
    takes_any_boolean();
    enters_any_element();
    return 0;
}
