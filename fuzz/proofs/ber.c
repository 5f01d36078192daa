/* Proved of BER's reader, for messages of up to 70000 octets, at every position of every window: no access out of
 * bounds, no overflow; true only of the wanted tag; content lies inside, and ends where the reader continues; an
 * element that is entered ends there too, or at a mark of two zeros inside the outer window; its octets and its end
 * belong to it alone. */
#include "fuzz/proofs/any_message.h"

#include "nsm/recipient/ber.c"

static size_t from, end;

static struct natt_ber any_window(void)
{
    struct natt_ber b = {input.ptr, any_size(), any_size(), nondet_bool(), &error};
    __CPROVER_assume(IS_WINDOW(&b));
    from = b.pos, end = b.end;
    error.code = NATT_RECIPIENT_OK;
    return b;
}

static void ends(bool ok, const struct natt_ber *b)
{
    __CPROVER_assert(IS_WINDOW(b) && b->pos >= from && b->end == end, "in the window");
    __CPROVER_assert(ok == NO_ERROR, "with a code on failure");
}

static void takes(void)
{
    natt_bytes content;
    struct natt_ber b = any_window();
    uint8_t tag = nondet_byte();
    bool ok = natt_ber_take(&b, tag, &content);
    REACHABLE(ok && content.len > 0x10000);
    REACHABLE(ok && content.len == 0);
    ends(ok, &b);
    __CPROVER_assert(!ok || (IS_TAKEN(content, from, &b) && input.ptr[from] == tag), "the content lies inside");
}

static void enters(void)
{
    struct natt_ber b = any_window(), inside;
    uint8_t tag = nondet_byte();
    bool ok = natt_ber_enter(&b, tag, &inside);
    REACHABLE(ok && inside.indefinite);
    REACHABLE(ok && !inside.indefinite && inside.pos == inside.end);
    ends(ok, &b);
    __CPROVER_assert(!ok || (IS_ENTERED(&inside, &b) && inside.pos >= from + 2 && input.ptr[from] == tag),
                     "the inside lies inside");
}

static void leaves(void)
{
    struct natt_ber b = any_window(), inside = {input.ptr, any_size(), any_size(), nondet_bool(), &error};
    __CPROVER_assume(IS_ENTERED(&inside, &b));
    size_t at = inside.pos;
    bool ok = natt_ber_leave(&b, &inside);
    REACHABLE(ok && inside.indefinite);
    ends(ok, &b);
    __CPROVER_assert(!ok || inside.indefinite || (inside.pos == inside.end && b.pos == from), "all of it was read");
    __CPROVER_assert(!ok || !inside.indefinite ||
                         (b.pos == at + 2 && b.pos <= end && input.ptr[at] == 0 && input.ptr[at + 1] == 0),
                     "or its end is marked by two zeros");
}

static void asks(void)
{
    struct natt_ber b = any_window();
    bool more = natt_ber_more(&b), is = natt_ber_next_is(&b, nondet_byte());
    REACHABLE(!more && b.pos < b.end);
    __CPROVER_assert(b.indefinite || more == (b.pos < b.end), "more where octets are");
    __CPROVER_assert(!is || b.pos < b.end, "the tag is inside");
    ends(true, &b);
    ends(natt_ber_at_end(&b), &b);
}

int main(void)
{
    input = any_input(70000);
    takes();
    enters();
    leaves();
    asks();
    return 0;
}
