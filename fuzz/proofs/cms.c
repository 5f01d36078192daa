/* Proved of natt_cms_parse, for messages of up to one octet more than the limit: no access out of bounds, no overflow,
 * and the loop over pieces of the content ends; true only if each view lies inside, the IV has 16 octets, and the
 * content is whole blocks of AES and no longer than the message; on false there is a code. BER's elements (ber) and
 * comparisons are contracts. */
#include "fuzz/proofs/any_message.h"

#include <string.h>

natt_bytes nondet_bytes(void);
struct natt_ber nondet_ber(void);

static int any_order(const void *a, const void *b, size_t len)
{
    __CPROVER_assert(__CPROVER_r_ok(a, len) && __CPROVER_r_ok(b, len), "both operands are read");
    return nondet_bool();
}
#define memcmp(a, b, len) any_order(a, b, len)
#define memset(place, octet, size)                                                                                     \
    (__CPROVER_assert((octet) == 0 && (size) == sizeof *(place), "a whole object is cleared"),                         \
     *(place) = (__typeof__(*(place))){0})

#include "nsm/recipient/cms.c"

static bool fails(void)
{
    error.code = nondet_bool() ? NATT_RECIPIENT_E_MESSAGE_TRUNCATED : NATT_RECIPIENT_E_MESSAGE_STRUCTURE;
    return false;
}

/* Takes from the window, maybe nothing. */
static bool moves(struct natt_ber *b)
{
    __CPROVER_assert(IS_WINDOW(b), "as ber.c assumes");
    b->pos += any_size();
    __CPROVER_assume(IS_WINDOW(b));
    return nondet_bool() || fails();
}

struct natt_ber natt_ber_of(natt_bytes message, natt_recipient_error *err)
{
    return (struct natt_ber){message.ptr, 0, message.len, false, err};
}

bool natt_ber_next_is(const struct natt_ber *b, uint8_t tag)
{
    (void)tag;
    return b->pos < b->end && nondet_bool();
}

bool natt_ber_more(const struct natt_ber *b)
{
    return b->indefinite ? nondet_bool() : b->pos < b->end;
}

bool natt_ber_at_end(const struct natt_ber *b)
{
    return b->pos == b->end || fails();
}

bool natt_ber_take(struct natt_ber *b, uint8_t tag, natt_bytes *content)
{
    (void)tag;
    size_t at = b->pos;
    bool ok = moves(b);
    *content = nondet_bytes();
    __CPROVER_assume(!ok || IS_TAKEN(*content, at, b));
    return ok;
}

bool natt_ber_enter(struct natt_ber *b, uint8_t tag, struct natt_ber *inside)
{
    (void)tag;
    size_t at = b->pos;
    bool ok = moves(b);
    *inside = nondet_ber();
    inside->base = b->base, inside->err = b->err;
    __CPROVER_assume(!ok || (IS_ENTERED(inside, b) && inside->pos >= at + 2));
    return ok;
}

bool natt_ber_leave(struct natt_ber *b, struct natt_ber *inside)
{
    __CPROVER_assert(IS_WINDOW(b) && IS_ENTERED(inside, b), "as ber.c assumes");
    if (!inside->indefinite)
        return natt_ber_at_end(inside);
    if (inside->end - inside->pos < 2 || nondet_bool())
        return fails();
    b->pos = inside->pos += 2;
    return true;
}

int main(void)
{
    struct natt_cms cms;
    error.code = NATT_RECIPIENT_OK;
    input = any_input(NATT_RECIPIENT_MAX_MESSAGE + 1);
    bool ok = natt_cms_parse(&cms, input, &error);
    REACHABLE(ok && cms.constructed && cms.content_len == 64);
    REACHABLE(ok && !cms.constructed);
    REACHABLE(!ok);
    __CPROVER_assert(ok == NO_ERROR, "false has a code, true has none");
    __CPROVER_assert(!ok || HAS_LEN(input, 1, NATT_RECIPIENT_MAX_MESSAGE), "of a message that is not too long");
    __CPROVER_assert(!ok || (IS_INSIDE(cms.key_id) && IS_INSIDE(cms.encrypted_key) && IS_INSIDE(cms.content)),
                     "views lie inside");
    __CPROVER_assert(!ok || (IS_INSIDE(cms.iv) && cms.iv.len == NATT_AES_BLOCK), "so does the IV, of a block");
    __CPROVER_assert(!ok || (cms.content_len > 0 && cms.content_len % NATT_AES_BLOCK == 0), "whole blocks");
    __CPROVER_assert(!ok || (cms.constructed ? cms.content_len <= cms.content.len : cms.content_len == cms.content.len),
                     "no longer than what there is");
    return 0;
}
