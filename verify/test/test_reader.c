/* Bounds, offsets, first errors, byte views, UTF-8. */
#include "verify/parse/reader.h"
#include "verify/test/support.h"

#define TRUNCATED NATT_E_CBOR_TRUNCATED
#define TRAILING  NATT_E_CBOR_TRAILING

static const uint8_t five[5] = {10, 11, 12, 13, 14};

static struct natt_reader reader_of_five(natt_error *err)
{
    return natt_reader_of((natt_bytes){five, sizeof five}, TRUNCATED, TRAILING, err);
}

Test(reader, take_bounded_when_length_at_the_limit)
{
    for (size_t n = 4; n <= 6; n++) {
        natt_error err = BLANK_ERROR;
        natt_bytes out = {NULL, 0};
        struct natt_reader r = reader_of_five(&err);
        bool ok = natt_reader_take(&r, n, &out);
        cr_assert_eq(ok, n <= 5, "n = %zu", n);
        cr_assert_eq(r.pos, ok ? n : 0);
        cr_assert(ok ? out.ptr == five && out.len == n : out.ptr == NULL && out.len == 0);
        if (!ok)
            assert_refused(err, TRUNCATED, NATT_NO_ITEM, 0);
    }
}

/* Each of these plus the position wraps round to something small. */
Test(reader, take_refused_when_length_would_overflow)
{
    const size_t huge[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 2, SIZE_MAX / 2 + 1, 3};
    for (size_t i = 0; i < COUNT_OF(huge); i++) {
        natt_error err = BLANK_ERROR;
        natt_bytes out;
        struct natt_reader r = reader_of_five(&err);
        cr_assert(natt_reader_take(&r, 3, &out));
        cr_assert_not(natt_reader_take(&r, huge[i], &out), "%zu", huge[i]);
        assert_refused(err, TRUNCATED, NATT_NO_ITEM, 3);
        cr_assert_eq(r.pos, 3);
    }
}

Test(reader, take_of_nothing_holds_when_at_the_end)
{
    natt_error err = BLANK_ERROR;
    natt_bytes out = {NULL, 7};
    struct natt_reader r = reader_of_five(&err);
    cr_assert(natt_reader_take(&r, 5, &out) && natt_reader_take(&r, 0, &out));
    cr_assert(out.ptr == five + 5 && out.len == 0);
    assert_no_error("nothing", err);
}

Test(reader, byte_walks_to_the_end_and_refuses_there)
{
    natt_error err = BLANK_ERROR;
    struct natt_reader r = reader_of_five(&err);
    uint8_t b = 0;
    for (size_t i = 0; i < sizeof five; i++) {
        cr_assert(natt_reader_byte(&r, &b));
        cr_assert_eq(b, five[i]);
    }
    cr_assert_not(natt_reader_byte(&r, &b));
    assert_refused(err, TRUNCATED, NATT_NO_ITEM, 5);
}

Test(reader, literal_accepted_when_equal)
{
    natt_error err = BLANK_ERROR;
    struct natt_reader r = reader_of_five(&err);
    cr_assert(natt_reader_literal(&r, five, 3, NATT_E_COSE_PROTECTED));
    cr_assert_eq(r.pos, 3);
    cr_assert(natt_reader_literal(&r, five + 3, 2, NATT_E_COSE_PROTECTED) && natt_reader_empty(&r));
}

Test(reader, literal_refused_at_its_start_when_any_byte_differs)
{
    for (size_t i = 1; i < sizeof five; i++) {
        natt_error err = BLANK_ERROR;
        struct natt_reader r = reader_of_five(&err);
        uint8_t other[sizeof five];
        memcpy(other, five, sizeof five);
        other[i] ^= 0x80;
        cr_assert(natt_reader_accept(&r, five[0]));
        cr_assert_not(natt_reader_literal(&r, other + 1, 4, NATT_E_COSE_PROTECTED), "byte %zu", i);
        assert_refused(err, NATT_E_COSE_PROTECTED, NATT_NO_ITEM, 1);
    }
}

Test(reader, literal_refused_as_truncated_when_input_ends_inside)
{
    natt_error err = BLANK_ERROR;
    struct natt_reader r = reader_of_five(&err);
    const uint8_t six[] = {10, 11, 12, 13, 14, 15};
    cr_assert_not(natt_reader_literal(&r, six, sizeof six, NATT_E_COSE_PROTECTED));
    assert_refused(err, TRUNCATED, NATT_NO_ITEM, 5);
}

Test(reader, peek_moves_nothing_and_is_no_error_when_empty)
{
    natt_error err = BLANK_ERROR;
    struct natt_reader r = reader_of_five(&err);
    uint8_t b = 0;
    cr_assert(natt_reader_peek(&r, &b) && b == 10 && r.pos == 0);
    cr_assert(natt_reader_next_is(&r, 10));
    cr_assert_not(natt_reader_next_is(&r, 11));
    r.pos = 5;
    cr_assert_not(natt_reader_peek(&r, &b));
    cr_assert_not(natt_reader_next_is(&r, 14));
    assert_no_error("peek", err);
}

Test(reader, accept_moves_only_when_the_byte_is_next)
{
    natt_error err = BLANK_ERROR;
    struct natt_reader r = reader_of_five(&err);
    cr_assert_not(natt_reader_accept(&r, 11));
    cr_assert_eq(r.pos, 0);
    cr_assert(natt_reader_accept(&r, 10));
    cr_assert_eq(r.pos, 1);
    r.pos = 5;
    cr_assert_not(natt_reader_accept(&r, 14));
    cr_assert_eq(r.pos, 5);
    assert_no_error("accept", err);
}

Test(reader, at_end_accepted_when_all_is_consumed)
{
    natt_error err = BLANK_ERROR;
    natt_bytes out;
    struct natt_reader r = reader_of_five(&err);
    cr_assert(natt_reader_take(&r, 5, &out) && natt_reader_at_end(&r));
    assert_no_error("end", err);
}

Test(reader, at_end_refused_when_one_byte_is_left)
{
    natt_error err = BLANK_ERROR;
    natt_bytes out;
    struct natt_reader r = reader_of_five(&err);
    r.item = 6;
    cr_assert(natt_reader_take(&r, 4, &out));
    cr_assert_not(natt_reader_at_end(&r));
    assert_refused(err, TRAILING, 6, 4);
}

Test(reader, inside_ends_with_its_part_and_counts_from_the_outer_base)
{
    natt_error err = BLANK_ERROR;
    natt_bytes part, out;
    struct natt_reader r = reader_of_five(&err);
    cr_assert(natt_reader_accept(&r, 10) && natt_reader_take(&r, 2, &part));
    struct natt_reader inside = natt_reader_inside(&r, part);
    cr_assert(natt_reader_take(&inside, 2, &out) && out.ptr == five + 1 && natt_reader_at_end(&inside));
    cr_assert_not(natt_reader_take(&inside, 1, &out));
    assert_refused(err, TRUNCATED, NATT_NO_ITEM, 3);
    cr_assert_eq(r.pos, 3, "the outer reader is not moved by the inner one");
}

Test(reader, since_and_offset_of_agree_when_given_one_view)
{
    natt_error err = BLANK_ERROR;
    natt_bytes out;
    struct natt_reader r = reader_of_five(&err);
    cr_assert(natt_reader_take(&r, 4, &out));
    natt_bytes since = natt_reader_since(&r, 1);
    cr_assert(since.ptr == five + 1 && since.len == 3);
    cr_assert_eq(natt_offset_of(five, since), 1);
}

Test(reader, fail_keeps_the_first_error_when_called_again)
{
    natt_error err = BLANK_ERROR;
    cr_assert_not(natt_fail(&err, NATT_E_DER_TAG, 3, 77));
    cr_assert_not(natt_fail(&err, NATT_E_CBOR_TAG, 1, 5));
    assert_refused(err, NATT_E_DER_TAG, 3, 77);
    cr_assert_str_eq(err.message, natt_code_message(NATT_E_DER_TAG));
}

Test(reader, error_begin_clears_or_lends_the_spare_when_there_is_none)
{
    natt_error err = {NATT_E_DER_TAG, 3, 77, "old"}, spare = err;
    cr_assert_eq(natt_error_begin(&err, &spare), &err);
    assert_refused(err, NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_str_eq(err.message, "no error");
    assert_refused(spare, NATT_E_DER_TAG, 3, 77);
    cr_assert_eq(natt_error_begin(NULL, &spare), &spare);
    assert_refused(spare, NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET);
}

Test(reader, bytes_equal_when_length_and_every_byte_agree)
{
    natt_bytes abc = BYTES("abc"), same = BYTES("abc"), prefix = BYTES("ab"), other = BYTES("abd");
    natt_bytes absent = {NULL, 0}, empty = BYTES("");
    cr_assert(natt_bytes_equal(abc, same));
    cr_assert_not(natt_bytes_equal(abc, prefix));
    cr_assert_not(natt_bytes_equal(prefix, abc));
    cr_assert_not(natt_bytes_equal(abc, other));
    cr_assert(natt_bytes_equal(absent, empty));
    cr_assert(natt_bytes_are(abc, "abc", 3));
    cr_assert_not(natt_bytes_are(abc, "abcd", 4));
    cr_assert_not(natt_bytes_are(abc, "abC", 3));
}

Test(reader, bytes_zero_when_no_bit_is_set)
{
    uint8_t bytes[48] = {0};
    cr_assert(natt_bytes_zero((natt_bytes){bytes, 48}));
    cr_assert(natt_bytes_zero((natt_bytes){NULL, 0}));
    for (size_t i = 0; i < 48; i++) {
        bytes[i] = (uint8_t)(1u << i % 8);
        cr_assert_not(natt_bytes_zero((natt_bytes){bytes, 48}), "byte %zu", i);
        bytes[i] = 0;
    }
}

Test(reader, drop_gives_what_is_left_when_asked_for_more)
{
    natt_bytes in = {five, 5};
    for (size_t n = 0; n <= 6; n++) {
        natt_bytes out = natt_bytes_drop(in, n);
        cr_assert(out.ptr == five + (n < 5 ? n : 5) && out.len == (n < 5 ? 5 - n : 0), "n = %zu", n);
    }
}

Test(reader, skip_drops_only_when_the_text_is_in_front)
{
    natt_bytes text = BYTES("i-0a");
    natt_bytes in = text;
    cr_assert_not(natt_bytes_skip(&in, "0a", 2));
    cr_assert_not(natt_bytes_skip(&in, "i-0ab", 5));
    cr_assert(in.ptr == text.ptr && in.len == 4);
    cr_assert(natt_bytes_skip(&in, "i-", 2) && natt_bytes_are(in, "0a", 2));
}

static size_t utf8_encode(uint8_t out[4], uint32_t c)
{
    static const uint8_t lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (uint8_t)(0x80 | (c & 0x3f));
    out[0] = (uint8_t)(lead[n] | c);
    return n;
}

/* All of Unicode, and 4096 numbers beyond it. */
Test(reader, utf8_valid_exactly_when_a_scalar_value_is_encoded)
{
    for (uint32_t c = 0; c < 0x111000; c++) {
        uint8_t text[4];
        size_t len = utf8_encode(text, c);
        bool scalar = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
        cr_assert_eq(natt_utf8_valid((natt_bytes){text, len}), scalar, "U+%04" PRIX32, c);
    }
}

/* 128 * 128 pairs of ASCII, 30 leads * 64 continuations; everything else is malformed. */
Test(reader, utf8_valid_for_18304_of_all_two_byte_strings)
{
    size_t valid = 0;
    for (unsigned i = 0; i < 0x10000; i++) {
        uint8_t text[2] = {(uint8_t)(i >> 8), (uint8_t)i};
        valid += natt_utf8_valid((natt_bytes){text, 2}) ? 1 : 0;
    }
    cr_assert_eq(valid, 18304, "%zu", valid);
}

Test(reader, utf8_refused_when_malformed)
{
    static const natt_bytes rows[] = {
        BYTES("\x80"),
        BYTES("a\xbf"),
        BYTES("\xc0\xaf"),
        BYTES("\xc1\xbf"),
        BYTES("\xe0\x9f\xbf"),
        BYTES("\xf0\x8f\xbf\xbf"),
        BYTES("\xed\xa0\x80"),
        BYTES("\xed\xbf\xbf"),
        BYTES("\xf4\x90\x80\x80"),
        BYTES("\xf5\x80\x80\x80"),
        BYTES("\xf8\x88\x80\x80\x80"),
        BYTES("\xfe"),
        BYTES("\xff"),
        BYTES("\xc2\x41"),
        BYTES("\xe1\x80\x41"),
        BYTES("\xf1\x80\x80\x41"),
        BYTES("\xe1\x41\x80"),
        BYTES("\xf1\x80\xc0\x80"),
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        cr_assert_not(natt_utf8_valid(rows[i]), "row %zu", i);
}

Test(reader, utf8_refused_when_cut_inside_a_character)
{
    natt_bytes text = BYTES("a\xc2\xa2\xe2\x82\xac\xf0\x9f\x98\x80");
    const bool whole[] = {true, true, false, true, false, false, true, false, false, false, true};
    for (size_t n = 0; n <= text.len; n++) {
        natt_bytes cut = natt_test_prefix(text, n);
        cr_assert_eq(natt_utf8_valid(cut), whole[n], "%zu bytes", n);
        free((void *)(uintptr_t)cut.ptr);
    }
}
