/* Proved for inputs up to 70000 bytes: for all requested lengths, the reader stays in its window, and views are inside
 * it. For text of up to 9 octets: comparisons are true exactly if all octets are the same. */
#include "verify/parse/reader.h"
#include "fuzz/proofs/any_input.h"

#ifndef LIMIT
#define LIMIT 70000
#endif
#define TEXT 9 /* loops run over this many bytes at most */

static void takes_any_length(void)
{
    natt_error err = {0};
    natt_bytes in = any_input(LIMIT), part = {NULL, 0};
    struct natt_reader r = natt_reader_of(in, NATT_E_CBOR_TRUNCATED, NATT_E_CBOR_TRAILING, &err);
    size_t n = nondet_size();
    r.pos = nondet_size();
    __CPROVER_assume(r.pos <= r.end);
    size_t before = r.pos;
    if (natt_reader_take(&r, n, &part)) {
        __CPROVER_assert(inside(in, part) && part.len == n && r.pos == before + n, "the part is what was asked for");
    } else {
        __CPROVER_assert(r.pos == before && n > r.end - before && err.code != NATT_OK,
                         "refused only when it is not there");
    }
    __CPROVER_assert(r.pos <= r.end, "the position stays in the window");
}

static void takes_short_elements(void)
{
    natt_error err = {0};
    natt_bytes in = any_input(LIMIT), part = {NULL, 0};
    struct natt_reader r = natt_reader_of(in, NATT_E_DER_TRUNCATED, NATT_E_DER_TRAILING, &err);
    r.pos = nondet_size();
    __CPROVER_assume(r.pos <= r.end);
    if (natt_reader_short(&r, nondet_byte(), &part))
        __CPROVER_assert(inside(in, part) && part.len < 0x80, "the content lies inside");
    __CPROVER_assert(r.pos <= r.end && err.code == NATT_OK, "nothing recorded, still in the window");
}

static void compares_and_checks_text(void)
{
    static const uint8_t word[] = {'n', 'o', 'n', 'c', 'e'};
    natt_error err = {0};
    natt_bytes in = any_input(TEXT), rest = in;
    struct natt_reader r = natt_reader_of(in, NATT_E_CBOR_TRUNCATED, NATT_E_CBOR_TRAILING, &err);
    (void)natt_reader_literal(&r, word, sizeof word, NATT_E_COSE_ARRAY);
    __CPROVER_assert(r.pos <= r.end, "a literal stays in the window");
    if (natt_bytes_skip(&rest, word, sizeof word))
        __CPROVER_assert(inside(in, rest) && rest.len + sizeof word == in.len, "a prefix is dropped");
    bool printable = natt_bytes_printable(in), utf8 = natt_utf8_well_formed(in);
    __CPROVER_assert(!printable || utf8, "printable text is UTF-8");
    (void)natt_bytes_zero(in);
}

static bool same_octets(natt_bytes a, natt_bytes b)
{
    bool same = a.len == b.len;
    for (size_t i = 0; i < TEXT; i++)
        same = same && (i >= a.len || a.ptr[i] == b.ptr[i]);
    return same;
}

static void compares_any_two(void)
{
    static const uint8_t zeros[TEXT];
    natt_bytes a = any_input(TEXT), b = any_input(TEXT);
    bool same = same_octets(a, b);
    REACHABLE(same && a.len == TEXT);
    REACHABLE(!same && a.len == b.len);
    __CPROVER_assert(natt_bytes_equal(a, b) == same, "equal are the same octets");
    __CPROVER_assert(natt_bytes_are(a, (const char *)b.ptr, b.len) == same, "the same of a text");
    __CPROVER_assert(natt_bytes_zero(a) == same_octets(a, (natt_bytes){zeros, a.len}), "zero are zeros");
}

int main(void)
{
    takes_any_length();
    takes_short_elements();
    compares_and_checks_text();
    compares_any_two();
    return 0;
}
