/* Proved of the copying of text into a result, and of the loop of its seal, for text of up to 16493 octets and
 * members of up to 2048: no access out of bounds, no overflow, and both loops end; no more octets are written than
 * the member has room for. Octets that are copied are contracts. */
#include "fuzz/proofs/any_input.h"

#include <string.h>

static inline void copies(const void *to, const void *from, size_t len)
{
    __CPROVER_assert(__CPROVER_w_ok(to, len) && __CPROVER_r_ok(from, len), "octets are copied");
}
#define memcpy(to, from, len) copies(to, from, len)

#include "verify/result.c"

int main(void)
{
    natt_bytes text = any_input(NATT_MAX_DOCUMENT), member = any_input(2048);
    size_t max = any_size();
    char *out = malloc(max);
    __CPROVER_assume(out != NULL);
    put_text(out, max, text);
    (void)mix(0, member.ptr, member.len);
    REACHABLE(text.len == NATT_MAX_DOCUMENT && max == 0x1ffff);
    return 0;
}
