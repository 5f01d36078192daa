/* Proved for inputs up to 70000 bytes: elements, integers, bits stay inside; lengths are the shortest; shortcuts
 * agree. */
#include "fuzz/proofs/any_input.h"
#include "verify/parse/der.h"

#ifndef LIMIT
#define LIMIT 70000
#endif

static void takes_any_element(void)
{
    natt_error err = {0}, again = {0};
    natt_bytes in = any_input(LIMIT), content = {NULL, 0}, same = {NULL, 0};
    struct natt_reader r = natt_der_reader(in, &err);
    uint8_t tag = nondet_byte();
    r.pos = nondet_size();
    __CPROVER_assume(r.pos <= r.end);
    size_t at = r.pos;
    struct natt_reader twin = r;
    twin.err = &again;
    bool ok = natt_der_take(&r, tag, &content);
    __CPROVER_assert(r.pos <= r.end && ok == (err.code == NATT_OK), "in the window, with a code on failure");
    __CPROVER_assert(natt_der_next(&twin, tag, &same) == ok && twin.pos == r.pos, "the shortcut agrees");
    if (!ok)
        return;
    size_t head = (size_t)(content.ptr - in.ptr) - at;
    __CPROVER_assert(content.ptr + content.len == in.ptr + r.pos, "the content ends where the reader continues");
    __CPROVER_assert(inside(in, content) && same.ptr == content.ptr && same.len == content.len, "views lie inside");
    __CPROVER_assert(head == (content.len < 0x80 ? 2 : content.len < 0x100 ? 3 : 4), "the one head that DER allows");
}

static void takes_any_integer(void)
{
    natt_error err = {0};
    natt_bytes in = any_input(LIMIT), magnitude = {NULL, 0};
    struct natt_reader r = natt_der_reader(in, &err);
    if (natt_der_unsigned(&r, &magnitude))
        __CPROVER_assert(magnitude.len == 0 || (inside(in, magnitude) && magnitude.ptr[0] != 0),
                         "without leading zeros");
}

static void takes_any_bits(void)
{
    natt_error err = {0};
    natt_bytes in = any_input(LIMIT), octets = {NULL, 0};
    struct natt_reader r = natt_der_reader(in, &err), named = r;
    uint32_t bits = 0;
    bool truth;
    if (natt_der_octet_bits(&r, &octets))
        __CPROVER_assert(inside(in, octets), "octets lie inside");
    if (natt_der_named_bits(&named, &bits))
        __CPROVER_assert(bits <= 0xffff, "at most sixteen bits");
    (void)natt_der_true_or_absent(&named, &truth);
    __CPROVER_assert(named.pos <= named.end, "in the window");
}

int main(void)
{
    takes_any_element();
    takes_any_integer();
    takes_any_bits();
    return 0;
}
