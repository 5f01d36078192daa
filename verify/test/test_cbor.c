/* Strict CBOR: R-CBOR-01 to R-CBOR-11. */
#include "verify/parse/cbor.h"
#include "verify/test/support.h"

#define ITEM 5 /* so that a test sees the reader's item in the error */

struct refused_row {
    const char *name;
    natt_bytes in;
    natt_code code;
    size_t offset;
};

static struct natt_reader reader_of(natt_bytes in, natt_error *err)
{
    struct natt_reader r = natt_cbor_reader(in, err);
    r.item = ITEM;
    return r;
}

static void assert_head_refused(const struct refused_row *row)
{
    natt_error err = BLANK_ERROR;
    struct natt_cbor_head head;
    struct natt_reader r = reader_of(row->in, &err);
    cr_assert_not(natt_cbor_head(&r, &head), "%s", row->name);
    assert_refused_as(row->name, err, row->code, ITEM, row->offset);
}

static void assert_skip_refused(const struct refused_row *row)
{
    natt_error err = BLANK_ERROR;
    struct natt_reader r = reader_of(row->in, &err);
    cr_assert_not(natt_cbor_skip(&r), "%s", row->name);
    assert_refused_as(row->name, err, row->code, ITEM, row->offset);
}

Test(cbor, head_accepted_when_shortest)
{
    static const struct {
        natt_bytes in;
        uint8_t major;
        uint64_t value;
    } rows[] = {
        {BYTES("\x00"), NATT_CBOR_UINT, 0},
        {BYTES("\x17"), NATT_CBOR_UINT, 23},
        {BYTES("\x18\x18"), NATT_CBOR_UINT, 24},
        {BYTES("\x18\xff"), NATT_CBOR_UINT, 255},
        {BYTES("\x19\x01\x00"), NATT_CBOR_UINT, 256},
        {BYTES("\x19\xff\xff"), NATT_CBOR_UINT, 65535},
        {BYTES("\x1a\x00\x01\x00\x00"), NATT_CBOR_UINT, 65536},
        {BYTES("\x1a\xff\xff\xff\xff"), NATT_CBOR_UINT, UINT32_MAX},
        {BYTES("\x1b\x00\x00\x00\x01\x00\x00\x00\x00"), NATT_CBOR_UINT, UINT64_C(0x100000000)},
        {BYTES("\x1b\xff\xff\xff\xff\xff\xff\xff\xff"), NATT_CBOR_UINT, UINT64_MAX},
        {BYTES("\x1b\x01\x02\x03\x04\x05\x06\x07\x08"), NATT_CBOR_UINT, UINT64_C(0x0102030405060708)},
        {BYTES("\x38\x22"), NATT_CBOR_NINT, 34},
        {BYTES("\x58\x60"), NATT_CBOR_BSTR, 96},
        {BYTES("\x78\x26"), NATT_CBOR_TSTR, 38},
        {BYTES("\x84"), NATT_CBOR_ARRAY, 4},
        {BYTES("\xb8\x20"), NATT_CBOR_MAP, 32},
        {BYTES("\xf4"), NATT_CBOR_SIMPLE, 20},
        {BYTES("\xf6"), NATT_CBOR_SIMPLE, 22},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_error err = BLANK_ERROR;
        struct natt_cbor_head head;
        struct natt_reader r = reader_of(rows[i].in, &err);
        cr_assert(natt_cbor_head(&r, &head) && natt_reader_at_end(&r), "row %zu", i);
        cr_assert(head.major == rows[i].major && head.value == rows[i].value && !head.indefinite, "row %zu", i);
        cr_assert_eq(head.offset, 0);
    }
}

/* The largest value that the next shorter form can encode. */
Test(cbor, head_refused_when_not_shortest)
{
    static const struct refused_row rows[] = {
        {"1 byte: 0", BYTES("\x18\x00"), NATT_E_CBOR_NOT_SHORTEST, 0},
        {"1 byte: 23", BYTES("\x18\x17"), NATT_E_CBOR_NOT_SHORTEST, 0},
        {"2 bytes: 255", BYTES("\x19\x00\xff"), NATT_E_CBOR_NOT_SHORTEST, 0},
        {"4 bytes: 65535", BYTES("\x1a\x00\x00\xff\xff"), NATT_E_CBOR_NOT_SHORTEST, 0},
        {"8 bytes: 2^32-1", BYTES("\x1b\x00\x00\x00\x00\xff\xff\xff\xff"), NATT_E_CBOR_NOT_SHORTEST, 0},
        {"length of bytes", BYTES("\x58\x17"), NATT_E_CBOR_NOT_SHORTEST, 0},
        {"length of text", BYTES("\x78\x17"), NATT_E_CBOR_NOT_SHORTEST, 0},
        {"count of items", BYTES("\x98\x04"), NATT_E_CBOR_NOT_SHORTEST, 0},
        {"count of pairs", BYTES("\xb9\x00\x20"), NATT_E_CBOR_NOT_SHORTEST, 0},
        {"negative", BYTES("\x38\x17"), NATT_E_CBOR_NOT_SHORTEST, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_head_refused(&rows[i]);
}

/* The meaning of each of the 256 initial bytes, from RFC 8949 3 and the rules. */
static natt_code code_of_initial(unsigned major, unsigned ai)
{
    if (ai >= 28 && ai <= 30)
        return NATT_E_CBOR_RESERVED;
    if (major == 6)
        return NATT_E_CBOR_TAG;
    if (major == 7)
        return ai == 31 ? NATT_E_CBOR_BREAK : ai >= 20 && ai <= 22 ? NATT_OK : NATT_E_CBOR_SIMPLE;
    if (ai == 31 && major <= 1)
        return NATT_E_CBOR_RESERVED;
    return ai == 31 && major <= 3 ? NATT_E_CBOR_INDEFINITE : NATT_OK;
}

Test(cbor, head_judges_every_initial_byte)
{
    for (unsigned initial = 0; initial < 256; initial++) {
        uint8_t in[9] = {(uint8_t)initial, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
        natt_code want = code_of_initial(initial >> 5, initial & 0x1f);
        natt_error err = BLANK_ERROR;
        struct natt_cbor_head head;
        struct natt_reader r = reader_of((natt_bytes){in, sizeof in}, &err);
        cr_assert_eq(natt_cbor_head(&r, &head), want == NATT_OK, "%02x", initial);
        if (want != NATT_OK)
            assert_refused(err, want, ITEM, 0);
        else
            cr_assert(head.major == initial >> 5 && head.indefinite == ((initial & 0x1f) == 31), "%02x", initial);
    }
}

Test(cbor, head_refused_when_reserved)
{
    static const struct refused_row rows[] = {
        {"28", BYTES("\x1c"), NATT_E_CBOR_RESERVED, 0},
        {"30 of a tag", BYTES("\xde"), NATT_E_CBOR_RESERVED, 0},
        {"indefinite integer", BYTES("\x1f"), NATT_E_CBOR_RESERVED, 0},
        {"indefinite negative", BYTES("\x3f"), NATT_E_CBOR_RESERVED, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_head_refused(&rows[i]);
}

Test(cbor, head_refused_when_cut)
{
    static const natt_bytes heads[] = {BYTES("\x18\xff"), BYTES("\x19\xff\xff"), BYTES("\x5a\xff\xff\xff\xff"),
                                       BYTES("\x9b\xff\xff\xff\xff\xff\xff\xff\xff")};
    for (size_t i = 0; i < COUNT_OF(heads); i++)
        for (size_t n = 0; n < heads[i].len; n++) {
            natt_bytes cut = natt_test_prefix(heads[i], n);
            struct refused_row row = {"cut", cut, NATT_E_CBOR_TRUNCATED, n == 0 ? 0 : 1};
            assert_head_refused(&row);
            free((void *)(uintptr_t)cut.ptr);
        }
}

/* One valid item of each major type except the tag, each too short to be truncated further. */
static const natt_bytes one_of_each[] = {
    [NATT_CBOR_UINT] = BYTES("\x01"),      [NATT_CBOR_NINT] = BYTES("\x20"),
    [NATT_CBOR_BSTR] = BYTES("\x41\xff"),  [NATT_CBOR_TSTR] = BYTES("\x61\x61"),
    [NATT_CBOR_ARRAY] = BYTES("\x81\x01"), [NATT_CBOR_MAP] = BYTES("\xa1\x01\x02"),
    [NATT_CBOR_TAG] = {NULL, 0},           [NATT_CBOR_SIMPLE] = BYTES("\xf6"),
};

static bool read_as(struct natt_reader *r, unsigned major)
{
    uint64_t number;
    natt_bytes string;
    struct natt_cbor_items items;
    return major == NATT_CBOR_UINT    ? natt_cbor_uint(r, &number)
           : major == NATT_CBOR_BSTR  ? natt_cbor_bstr(r, &string)
           : major == NATT_CBOR_TSTR  ? natt_cbor_tstr(r, &string)
           : major == NATT_CBOR_ARRAY ? natt_cbor_array(r, &items)
                                      : natt_cbor_map(r, &items);
}

Test(cbor, value_refused_when_of_another_type)
{
    static const unsigned readers[] = {NATT_CBOR_UINT, NATT_CBOR_BSTR, NATT_CBOR_TSTR, NATT_CBOR_ARRAY, NATT_CBOR_MAP};
    for (size_t i = 0; i < COUNT_OF(readers); i++)
        for (unsigned major = 0; major <= NATT_CBOR_SIMPLE; major++) {
            if (major == NATT_CBOR_TAG)
                continue;
            natt_error err = BLANK_ERROR;
            struct natt_reader r = reader_of(one_of_each[major], &err);
            cr_assert_eq(read_as(&r, readers[i]), major == readers[i], "%u read as %u", major, readers[i]);
            if (major != readers[i])
                assert_refused(err, NATT_E_CBOR_TYPE, ITEM, 0);
        }
}

Test(cbor, type_refused_at_the_head_when_not_first)
{
    natt_error err = BLANK_ERROR;
    natt_bytes in = BYTES("\x18\x64\x58\x18");
    uint64_t number = 0;
    struct natt_reader r = reader_of(in, &err);
    cr_assert(natt_cbor_uint(&r, &number) && number == 100);
    cr_assert_not(natt_cbor_uint(&r, &number));
    assert_refused(err, NATT_E_CBOR_TYPE, ITEM, 2);
}

Test(cbor, string_accepted_when_whole)
{
    natt_error err = BLANK_ERROR;
    natt_bytes in = BYTES("\x43\x01\x02\x03\x40\x63\xe2\x82\xac\x60"), out;
    struct natt_reader r = reader_of(in, &err);
    cr_assert(natt_cbor_bstr(&r, &out) && out.ptr == in.ptr + 1 && out.len == 3);
    cr_assert(natt_cbor_bstr(&r, &out) && out.ptr == in.ptr + 5 && out.len == 0);
    cr_assert(natt_cbor_tstr(&r, &out) && out.ptr == in.ptr + 6 && out.len == 3);
    cr_assert(natt_cbor_tstr(&r, &out) && out.ptr == in.ptr + 10 && out.len == 0);
    cr_assert(natt_reader_at_end(&r));
}

Test(cbor, string_refused_when_cut)
{
    static const natt_bytes strings[] = {BYTES("\x44\x01\x02\x03\x04"), BYTES("\x64\x61\x62\x63\x64")};
    for (size_t i = 0; i < COUNT_OF(strings); i++)
        for (size_t n = 0; n < strings[i].len; n++) {
            natt_error err = BLANK_ERROR;
            natt_bytes cut = natt_test_prefix(strings[i], n);
            struct natt_reader r = reader_of(cut, &err);
            cr_assert_not(read_as(&r, i == 0 ? NATT_CBOR_BSTR : NATT_CBOR_TSTR), "%zu bytes", n);
            assert_refused(err, NATT_E_CBOR_TRUNCATED, ITEM, n == 0 ? 0 : 1);
            free((void *)(uintptr_t)cut.ptr);
        }
}

Test(cbor, string_refused_when_length_is_huge)
{
    static const natt_bytes rows[] = {
        BYTES("\x5b\xff\xff\xff\xff\xff\xff\xff\xff\x00"),
        BYTES("\x5b\xff\xff\xff\xff\xff\xff\xff\xf6\x00"),
        BYTES("\x5b\x80\x00\x00\x00\x00\x00\x00\x00\x00"),
        BYTES("\x5b\x00\x00\x00\x01\x00\x00\x00\x00\x00"),
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_error err = BLANK_ERROR;
        natt_bytes out;
        struct natt_reader r = reader_of(rows[i], &err);
        cr_assert_not(natt_cbor_bstr(&r, &out), "row %zu", i);
        assert_refused(err, NATT_E_CBOR_TRUNCATED, ITEM, 9);
    }
}

Test(cbor, text_refused_when_not_utf8)
{
    static const natt_bytes rows[] = {BYTES("\x62\xc3\x28"), BYTES("\x63\xed\xa0\x80"), BYTES("\x62\xc0\x80"),
                                      BYTES("\x61\xe2\x82\xac")};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_error err = BLANK_ERROR;
        natt_bytes out;
        struct natt_reader r = reader_of(rows[i], &err);
        cr_assert_not(natt_cbor_tstr(&r, &out), "row %zu", i);
        assert_refused(err, NATT_E_CBOR_UTF8, ITEM, 1);
    }
}

Test(cbor, bytes_accepted_when_not_utf8)
{
    natt_error err = BLANK_ERROR;
    natt_bytes in = BYTES("\x42\xc3\x28"), out;
    struct natt_reader r = reader_of(in, &err);
    cr_assert(natt_cbor_bstr(&r, &out) && out.len == 2);
}

Test(cbor, more_counts_down_when_definite)
{
    natt_error err = BLANK_ERROR;
    natt_bytes in = BYTES("\x83\xff\xff\xff");
    struct natt_cbor_items items;
    struct natt_reader r = reader_of(in, &err);
    cr_assert(natt_cbor_array(&r, &items) && !items.indefinite && items.left == 3 && items.offset == 0);
    for (int i = 0; i < 3; i++)
        cr_assert(natt_cbor_more(&r, &items));
    cr_assert_not(natt_cbor_more(&r, &items));
    cr_assert_not(natt_cbor_more(&r, &items), "no wrap below zero");
    cr_assert_eq(r.pos, 1, "a break does not end a definite array");
}

Test(cbor, more_consumes_the_break_when_indefinite)
{
    natt_error err = BLANK_ERROR;
    natt_bytes in = BYTES("\x00\xbf\x01\x02\xff\x03");
    struct natt_cbor_items items;
    uint64_t n = 0;
    struct natt_reader r = reader_of(in, &err);
    cr_assert(natt_cbor_uint(&r, &n) && natt_cbor_map(&r, &items) && items.indefinite && items.offset == 1);
    cr_assert(natt_cbor_more(&r, &items) && natt_cbor_uint(&r, &n) && natt_cbor_uint(&r, &n) && n == 2);
    cr_assert_not(natt_cbor_more(&r, &items));
    cr_assert(natt_cbor_uint(&r, &n) && n == 3 && natt_reader_at_end(&r));
}

Test(cbor, item_refused_as_truncated_when_an_indefinite_array_is_not_ended)
{
    natt_error err = BLANK_ERROR;
    natt_bytes in = BYTES("\x9f\x01");
    struct natt_cbor_items items;
    uint64_t n;
    struct natt_reader r = reader_of(in, &err);
    cr_assert(natt_cbor_array(&r, &items) && natt_cbor_more(&r, &items) && natt_cbor_uint(&r, &n));
    cr_assert(natt_cbor_more(&r, &items));
    assert_no_error("more", err);
    cr_assert_not(natt_cbor_uint(&r, &n));
    assert_refused(err, NATT_E_CBOR_TRUNCATED, ITEM, 2);
}

Test(cbor, break_refused_when_an_item_must_be_there)
{
    static const struct refused_row rows[] = {
        {"alone", BYTES("\xff"), NATT_E_CBOR_BREAK, 0},
        {"in a definite array", BYTES("\x82\x01\xff"), NATT_E_CBOR_BREAK, 2},
        {"for a value", BYTES("\xbf\x01\xff"), NATT_E_CBOR_BREAK, 2},
        {"in a definite map", BYTES("\xa1\xff\xff"), NATT_E_CBOR_BREAK, 1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_skip_refused(&rows[i]);
}

Test(cbor, null_next_when_f6_only)
{
    natt_error err = BLANK_ERROR;
    for (unsigned b = 0; b < 256; b++) {
        uint8_t in[1] = {(uint8_t)b};
        struct natt_reader r = reader_of((natt_bytes){in, 1}, &err);
        cr_assert_eq(natt_cbor_null_next(&r), b == 0xf6, "%02x", b);
        cr_assert_eq(r.pos, 0);
    }
    struct natt_reader none = reader_of((natt_bytes){NULL, 0}, &err);
    cr_assert_not(natt_cbor_null_next(&none));
    assert_no_error("null", err);
}

Test(cbor, skip_accepts_one_item_of_every_allowed_type)
{
    static const natt_bytes rows[] = {
        BYTES("\x17"),
        BYTES("\x1b\xff\xff\xff\xff\xff\xff\xff\xff"),
        BYTES("\x38\x22"),
        BYTES("\x40"),
        BYTES("\x42\xc3\x28"),
        BYTES("\x62\xc2\xa2"),
        BYTES("\x80"),
        BYTES("\xa0"),
        BYTES("\x9f\xff"),
        BYTES("\xbf\xff"),
        BYTES("\x83\x01\x41\x02\x60"),
        BYTES("\xa1\x61\x61\x81\xf6"),
        BYTES("\xbf\x01\x9f\x02\x03\xff\xff"),
        BYTES("\xf4"),
        BYTES("\xf5"),
        BYTES("\xf6"),
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_error err = BLANK_ERROR;
        struct natt_reader r = reader_of(rows[i], &err);
        cr_assert(natt_cbor_skip(&r) && natt_reader_at_end(&r), "row %zu: %s", i, natt_code_name(err.code));
    }
}

Test(cbor, skip_refused_when_the_item_or_one_inside_is_not_allowed)
{
    static const struct refused_row rows[] = {
        {"tag", BYTES("\xc0\x60"), NATT_E_CBOR_TAG, 0},
        {"tag in array", BYTES("\x81\xd8\x20\x60"), NATT_E_CBOR_TAG, 1},
        {"half float", BYTES("\xf9\x3c\x00"), NATT_E_CBOR_SIMPLE, 0},
        {"float in map", BYTES("\xa1\x01\xfa\x00\x00\x00\x00"), NATT_E_CBOR_SIMPLE, 2},
        {"double", BYTES("\xfb\x00\x00\x00\x00\x00\x00\x00\x00"), NATT_E_CBOR_SIMPLE, 0},
        {"undefined", BYTES("\xf7"), NATT_E_CBOR_SIMPLE, 0},
        {"simple 19", BYTES("\xf3"), NATT_E_CBOR_SIMPLE, 0},
        {"simple 255", BYTES("\xf8\xff"), NATT_E_CBOR_SIMPLE, 0},
        {"bytes in chunks", BYTES("\x5f\x41\x01\xff"), NATT_E_CBOR_INDEFINITE, 0},
        {"text in chunks", BYTES("\x81\x7f\x61\x61\xff"), NATT_E_CBOR_INDEFINITE, 1},
        {"text not UTF-8", BYTES("\x82\x01\x61\xff"), NATT_E_CBOR_UTF8, 3},
        {"key not shortest", BYTES("\xa1\x18\x01\x01"), NATT_E_CBOR_NOT_SHORTEST, 1},
        {"reserved", BYTES("\x81\x1c"), NATT_E_CBOR_RESERVED, 1},
        {"2^64-1 items", BYTES("\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01"), NATT_E_CBOR_TRUNCATED, 10},
        {"2^63 pairs", BYTES("\xbb\x80\x00\x00\x00\x00\x00\x00\x00\x01\x02"), NATT_E_CBOR_TRUNCATED, 11},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_skip_refused(&rows[i]);
}

/* The whole item is single bytes, so truncation after n bytes is detected at offset n. */
Test(cbor, skip_refused_when_cut)
{
    natt_bytes whole = BYTES("\x83\x01\xa1\x02\xf6\x9f\x20\xbf\x03\x40\xff\xff");
    for (size_t n = 0; n < whole.len; n++) {
        natt_bytes cut = natt_test_prefix(whole, n);
        struct refused_row row = {"cut", cut, NATT_E_CBOR_TRUNCATED, n};
        assert_skip_refused(&row);
        free((void *)(uintptr_t)cut.ptr);
    }
    natt_error err = BLANK_ERROR;
    struct natt_reader r = reader_of(whole, &err);
    cr_assert(natt_cbor_skip(&r) && natt_reader_at_end(&r));
}

/* `levels` nested containers; the innermost is empty or contains 0. */
static size_t nest(uint8_t *out, uint8_t head, size_t levels)
{
    size_t n = 0;
    for (size_t i = 0; i < levels; i++) {
        out[n++] = head;
        if (head == 0xa1 || head == 0xbf)
            out[n++] = 0x00;
    }
    out[n++] = 0x00;
    for (size_t i = 0; (head & 0x1f) == 31 && i < levels; i++)
        out[n++] = 0xff;
    return n;
}

Test(cbor, skip_depth_bounded_when_one_level_more)
{
    static const uint8_t heads[] = {0x81, 0xa1, 0x9f, 0xbf};
    for (size_t h = 0; h < COUNT_OF(heads); h++)
        for (size_t levels = NATT_MAX_NESTING - 1; levels <= NATT_MAX_NESTING + 1; levels++) {
            uint8_t in[32];
            natt_error err = BLANK_ERROR;
            struct natt_reader r = reader_of((natt_bytes){in, nest(in, heads[h], levels)}, &err);
            size_t step = heads[h] == 0xa1 || heads[h] == 0xbf ? 2 : 1;
            cr_assert_eq(natt_cbor_skip(&r), levels <= NATT_MAX_NESTING, "%02x, %zu levels", heads[h], levels);
            if (levels > NATT_MAX_NESTING)
                assert_refused(err, NATT_E_CBOR_DEPTH, ITEM, step * NATT_MAX_NESTING);
        }
}

Test(cbor, skip_depth_refused_when_the_deepest_is_empty_or_a_key)
{
    static const struct refused_row rows[] = {
        {"empty array", BYTES("\x81\x81\x81\x81\x80"), NATT_E_CBOR_DEPTH, 4},
        {"empty map", BYTES("\x81\x81\x81\x81\xa0"), NATT_E_CBOR_DEPTH, 4},
        {"second item", BYTES("\x81\x81\x81\x82\x00\x80"), NATT_E_CBOR_DEPTH, 5},
        {"key", BYTES("\x81\x81\x81\xa1\x80\x00"), NATT_E_CBOR_DEPTH, 4},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_skip_refused(&rows[i]);
}

Test(cbor, trailing_refused_when_a_byte_follows)
{
    natt_error err = BLANK_ERROR;
    natt_bytes in = BYTES("\x82\x01\x02\x00");
    struct natt_reader r = reader_of(in, &err);
    cr_assert(natt_cbor_skip(&r));
    cr_assert_not(natt_reader_at_end(&r));
    assert_refused(err, NATT_E_CBOR_TRAILING, ITEM, 3);
}
