/* Proved for inputs up to 70000 bytes: heads at every position, and strings at the first, stay inside; a head takes at
 * least one byte; heads are the shortest, shortcuts equal the plain way. */
#include "fuzz/proofs/any_input.h"
#include "verify/parse/cbor.h"

#ifndef LIMIT
#define LIMIT 70000
#endif

static void reads_any_head(void)
{
    natt_error err = {0}, again = {0};
    natt_bytes in = any_input(LIMIT);
    struct natt_reader r = natt_cbor_reader(in, &err);
    struct natt_cbor_head head = {0}, same = {0};
    r.pos = nondet_size();
    __CPROVER_assume(r.pos <= r.end);
    size_t from = r.pos;
    struct natt_reader twin = r;
    twin.err = &again;
    bool ok = natt_cbor_head(&r, &head);
    REACHABLE(ok && r.pos - from == 9);
    REACHABLE(!ok && r.pos > from);
    __CPROVER_assert(r.pos >= from && r.pos <= r.end && ok == (err.code == NATT_OK),
                     "in the window, with a code on failure");
    __CPROVER_assert(!ok || (r.pos > from && head.offset == from && head.major < 8), "at least one byte");
    __CPROVER_assert(!ok || head.indefinite || head.value < 24 || r.pos - head.offset > 1,
                     "one byte holds below 24 only");
    __CPROVER_assert(!ok || r.pos - head.offset != 2 || head.value >= 24, "two bytes only where needed");
    __CPROVER_assert(!ok || r.pos - head.offset != 3 || head.value >= 0x100, "three bytes only where needed");
    __CPROVER_assert(!ok || r.pos - head.offset != 5 || head.value >= 0x10000, "five bytes only where needed");
    __CPROVER_assert(!ok || r.pos - head.offset != 9 || head.value >> 32 != 0, "nine bytes only where needed");
    __CPROVER_assert(natt_cbor_next_head(&twin, &same) == ok && twin.pos == r.pos,
                     "the shortcut ends where the plain way does");
    __CPROVER_assert(!ok || (same.value == head.value && same.major == head.major && same.offset == head.offset &&
                             same.indefinite == head.indefinite),
                     "and reads the same");
}

static void takes_any_string(void)
{
    natt_error err = {0}, again = {0};
    natt_bytes in = any_input(LIMIT), string = {NULL, 0}, same = {NULL, 0};
    struct natt_reader r = natt_cbor_reader(in, &err), twin = natt_cbor_reader(in, &again);
    bool ok = natt_cbor_bstr(&r, &string);
    REACHABLE(ok && string.len > 60000);
    __CPROVER_assert(natt_cbor_next_bstr(&twin, &same) == ok && twin.pos == r.pos, "the shortcut agrees");
    __CPROVER_assert(!ok || (inside(in, string) && same.ptr == string.ptr && same.len == string.len),
                     "views lie inside");
}

int main(void)
{
    reads_any_head();
    takes_any_string();
    return 0;
}
