/* Strict DER: R-DER-01 to R-DER-08. */
#include "verify/parse/der.h"
#include "verify/test/support.h"

#define ITEM 2 /* so that a test sees the reader's item in the error */

struct refused_row {
    const char *name;
    natt_bytes in;
    natt_code code;
    size_t offset;
};

typedef bool read_function(struct natt_reader *r);

static struct natt_reader reader_of(natt_bytes in, natt_error *err)
{
    struct natt_reader r = natt_der_reader(in, err);
    r.item = ITEM;
    return r;
}

static void assert_rows_refused(const struct refused_row *rows, size_t count, read_function *read)
{
    for (size_t i = 0; i < count; i++) {
        natt_error err = BLANK_ERROR;
        struct natt_reader r = reader_of(rows[i].in, &err);
        cr_assert_not(read(&r), "%s", rows[i].name);
        assert_refused_as(rows[i].name, err, rows[i].code, ITEM, rows[i].offset);
    }
}

static bool read_octets(struct natt_reader *r)
{
    natt_bytes content;
    return natt_der_take(r, NATT_DER_OCTET_STRING, &content);
}

static bool read_integer(struct natt_reader *r)
{
    natt_bytes magnitude;
    return natt_der_unsigned(r, &magnitude);
}

static bool read_boolean(struct natt_reader *r)
{
    bool value = true;
    bool ok = natt_der_true_or_absent(r, &value);
    cr_assert(ok || !value, "a refused BOOLEAN is not TRUE");
    return ok;
}

static bool read_octet_bits(struct natt_reader *r)
{
    natt_bytes octets;
    return natt_der_octet_bits(r, &octets);
}

static bool read_named_bits(struct natt_reader *r)
{
    uint32_t bits;
    return natt_der_named_bits(r, &bits);
}

static bool read_oid(struct natt_reader *r)
{
    natt_bytes content;
    return natt_der_oid(r, &content);
}

/* Writes an OCTET STRING head with the shortest length. Returns its size. */
static size_t put_head(uint8_t *out, size_t len)
{
    const uint8_t forms[3][4] = {
        {0x04, (uint8_t)len}, {0x04, 0x81, (uint8_t)len}, {0x04, 0x82, (uint8_t)(len >> 8), (uint8_t)len}};
    size_t form = len < 0x80 ? 0 : len < 0x100 ? 1 : 2;
    memcpy(out, forms[form], form + 2);
    return form + 2;
}

Test(der, take_accepted_when_length_is_shortest)
{
    static const size_t lengths[] = {0, 1, 126, 127, 128, 129, 254, 255, 256, 257, 65534, 65535};
    static uint8_t in[4 + 65535];
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        natt_error err = BLANK_ERROR;
        natt_bytes content;
        size_t head = put_head(in, lengths[i]);
        struct natt_reader r = reader_of((natt_bytes){in, head + lengths[i]}, &err);
        cr_assert(natt_der_take(&r, NATT_DER_OCTET_STRING, &content), "%zu", lengths[i]);
        cr_assert(content.ptr == in + head && content.len == lengths[i] && natt_reader_at_end(&r), "%zu", lengths[i]);
    }
}

Test(der, take_refused_when_length_is_not_shortest_or_too_long)
{
    static const struct refused_row rows[] = {
        {"indefinite", BYTES("\x04\x80\x00\x00"), NATT_E_DER_LENGTH, 1},
        {"127 in one more", BYTES("\x04\x81\x7f"), NATT_E_DER_LENGTH, 1},
        {"0 in one more", BYTES("\x04\x81\x00"), NATT_E_DER_LENGTH, 1},
        {"255 in two more", BYTES("\x04\x82\x00\xff"), NATT_E_DER_LENGTH, 1},
        {"0 in two more", BYTES("\x04\x82\x00\x00"), NATT_E_DER_LENGTH, 1},
        {"three more", BYTES("\x04\x83\x01\x00\x00"), NATT_E_DER_LENGTH, 1},
        {"four more", BYTES("\x04\x84\x00\x00\x00\x01\x00"), NATT_E_DER_LENGTH, 1},
        {"eight more", BYTES("\x04\x88\xff\xff\xff\xff\xff\xff\xff\xff"), NATT_E_DER_LENGTH, 1},
        {"reserved", BYTES("\x04\xff"), NATT_E_DER_LENGTH, 1},
    };
    assert_rows_refused(rows, COUNT_OF(rows), read_octets);
}

Test(der, take_refused_when_tag_differs)
{
    for (unsigned tag = 0; tag < 256; tag++) {
        uint8_t in[2] = {(uint8_t)tag, 0};
        natt_error err = BLANK_ERROR;
        struct natt_reader r = reader_of((natt_bytes){in, 2}, &err);
        cr_assert_eq(read_octets(&r), tag == NATT_DER_OCTET_STRING, "%02x", tag);
        if (tag != NATT_DER_OCTET_STRING)
            assert_refused(err, NATT_E_DER_TAG, ITEM, 0);
    }
}

/* The offset of the incomplete piece: tag, first length octet, further octets, content. */
Test(der, take_refused_when_cut)
{
    static const struct {
        natt_bytes head;
        size_t content;
    } rows[] = {{BYTES("\x04\x03"), 3}, {BYTES("\x04\x81\x80"), 128}, {BYTES("\x04\x82\x01\x00"), 256}};
    static uint8_t in[4 + 256];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        size_t head = rows[i].head.len;
        memcpy(in, rows[i].head.ptr, head);
        for (size_t n = 0; n < head + rows[i].content; n++) {
            natt_error err = BLANK_ERROR;
            natt_bytes cut = natt_test_prefix((natt_bytes){in, sizeof in}, n);
            struct natt_reader r = reader_of(cut, &err);
            cr_assert_not(read_octets(&r), "row %zu, %zu bytes", i, n);
            assert_refused(err, NATT_E_DER_TRUNCATED, ITEM, n >= head ? head : n < 2 ? n : 2);
            free((void *)(uintptr_t)cut.ptr);
        }
    }
}

Test(der, enter_stays_inside_and_refuses_what_is_left)
{
    natt_error err = BLANK_ERROR;
    natt_bytes in = BYTES("\x30\x05\x02\x01\x07\x05\x00\x02\x01\x08"), v;
    struct natt_reader inside;
    struct natt_reader r = reader_of(in, &err);
    cr_assert(natt_der_enter(&r, NATT_DER_SEQUENCE, &inside) && r.pos == 7);
    cr_assert(natt_der_unsigned(&inside, &v) && v.len == 1 && v.ptr[0] == 7);
    cr_assert_not(natt_reader_at_end(&inside));
    assert_refused(err, NATT_E_DER_TRAILING, ITEM, 5);
}

Test(der, enter_refused_when_the_inner_element_reaches_beyond)
{
    natt_error err = BLANK_ERROR;
    natt_bytes in = BYTES("\x30\x03\x04\x02\xaa\xbb\xcc"), content;
    struct natt_reader inside;
    struct natt_reader r = reader_of(in, &err);
    cr_assert(natt_der_enter(&r, NATT_DER_SEQUENCE, &inside));
    cr_assert_not(natt_der_take(&inside, NATT_DER_OCTET_STRING, &content));
    assert_refused(err, NATT_E_DER_TRUNCATED, ITEM, 4);
}

Test(der, enter_accepted_when_empty)
{
    natt_error err = BLANK_ERROR;
    natt_bytes in = BYTES("\x30\x00");
    struct natt_reader inside;
    struct natt_reader r = reader_of(in, &err);
    cr_assert(natt_der_enter(&r, NATT_DER_SEQUENCE, &inside));
    cr_assert(natt_reader_at_end(&inside) && natt_reader_at_end(&r));
}

Test(der, take_either_accepts_both_tags_and_refuses_others)
{
    natt_error err = BLANK_ERROR;
    natt_bytes in = BYTES("\x17\x01\x61\x18\x01\x62\x16\x01\x63"), content;
    uint8_t which = 0;
    struct natt_reader r = reader_of(in, &err);
    cr_assert(natt_der_take_either(&r, NATT_DER_UTC_TIME, NATT_DER_GENERALIZED_TIME, &which, &content));
    cr_assert(which == NATT_DER_UTC_TIME && content.ptr[0] == 'a');
    cr_assert(natt_der_take_either(&r, NATT_DER_UTC_TIME, NATT_DER_GENERALIZED_TIME, &which, &content));
    cr_assert(which == NATT_DER_GENERALIZED_TIME && content.ptr[0] == 'b');
    cr_assert_not(natt_der_take_either(&r, NATT_DER_UTC_TIME, NATT_DER_GENERALIZED_TIME, &which, &content));
    assert_refused(err, NATT_E_DER_TAG, ITEM, 6);
}

Test(der, unsigned_accepted_when_minimal)
{
    static const struct {
        natt_bytes in, magnitude;
    } rows[] = {
        {BYTES("\x02\x01\x00"), BYTES("")},
        {BYTES("\x02\x01\x01"), BYTES("\x01")},
        {BYTES("\x02\x01\x7f"), BYTES("\x7f")},
        {BYTES("\x02\x02\x00\x80"), BYTES("\x80")},
        {BYTES("\x02\x02\x01\x00"), BYTES("\x01\x00")},
        {BYTES("\x02\x03\x00\xff\x00"), BYTES("\xff\x00")},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_error err = BLANK_ERROR;
        natt_bytes v = {NULL, 99};
        struct natt_reader r = reader_of(rows[i].in, &err);
        cr_assert(natt_der_unsigned(&r, &v) && natt_reader_at_end(&r), "row %zu", i);
        cr_assert(natt_bytes_equal(v, rows[i].magnitude), "row %zu", i);
    }
}

Test(der, unsigned_refused_when_empty_negative_or_padded)
{
    static const struct refused_row rows[] = {
        {"empty", BYTES("\x02\x00"), NATT_E_DER_INTEGER, 0},
        {"-128", BYTES("\x02\x01\x80"), NATT_E_DER_INTEGER, 0},
        {"-1", BYTES("\x02\x01\xff"), NATT_E_DER_INTEGER, 0},
        {"-1 in two", BYTES("\x02\x02\xff\xff"), NATT_E_DER_INTEGER, 0},
        {"00 00", BYTES("\x02\x02\x00\x00"), NATT_E_DER_INTEGER, 0},
        {"00 7f", BYTES("\x02\x02\x00\x7f"), NATT_E_DER_INTEGER, 0},
        {"00 00 80", BYTES("\x02\x03\x00\x00\x80"), NATT_E_DER_INTEGER, 0},
        {"other tag", BYTES("\x0a\x01\x01"), NATT_E_DER_TAG, 0},
    };
    assert_rows_refused(rows, COUNT_OF(rows), read_integer);
}

Test(der, boolean_accepted_when_true_or_absent)
{
    static const struct {
        natt_bytes in;
        bool value;
        size_t pos;
    } rows[] = {{BYTES("\x01\x01\xff\x04\x00"), true, 3}, {BYTES("\x04\x00"), false, 0}, {BYTES(""), false, 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_error err = BLANK_ERROR;
        bool value = !rows[i].value;
        struct natt_reader r = reader_of(rows[i].in, &err);
        cr_assert(natt_der_true_or_absent(&r, &value), "row %zu", i);
        cr_assert(value == rows[i].value && r.pos == rows[i].pos, "row %zu", i);
    }
}

Test(der, boolean_refused_when_false_is_spelt_out_or_true_is_not_ff)
{
    static const struct refused_row rows[] = {
        {"FALSE", BYTES("\x01\x01\x00"), NATT_E_DER_BOOLEAN, 0},
        {"TRUE as 01", BYTES("\x01\x01\x01"), NATT_E_DER_BOOLEAN, 0},
        {"TRUE as fe", BYTES("\x01\x01\xfe"), NATT_E_DER_BOOLEAN, 0},
        {"empty", BYTES("\x01\x00"), NATT_E_DER_BOOLEAN, 0},
        {"two octets", BYTES("\x01\x02\xff\xff"), NATT_E_DER_BOOLEAN, 0},
        {"cut", BYTES("\x01\x01"), NATT_E_DER_TRUNCATED, 2},
    };
    assert_rows_refused(rows, COUNT_OF(rows), read_boolean);
}

Test(der, octet_bits_accepted_when_no_bit_is_unused)
{
    natt_error err = BLANK_ERROR;
    natt_bytes in = BYTES("\x03\x03\x00\x04\x05\x03\x01\x00"), out;
    struct natt_reader r = reader_of(in, &err);
    cr_assert(natt_der_octet_bits(&r, &out) && out.ptr == in.ptr + 3 && out.len == 2);
    cr_assert(natt_der_octet_bits(&r, &out) && out.len == 0 && natt_reader_at_end(&r));
}

Test(der, octet_bits_refused_when_a_bit_is_unused)
{
    static const struct refused_row rows[] = {
        {"no octet", BYTES("\x03\x00"), NATT_E_DER_BIT_STRING, 0},
        {"one unused", BYTES("\x03\x02\x01\x04"), NATT_E_DER_BIT_STRING, 0},
        {"seven unused", BYTES("\x03\x02\x07\x80"), NATT_E_DER_BIT_STRING, 0},
        {"255 unused", BYTES("\x03\x02\xff\x04"), NATT_E_DER_BIT_STRING, 0},
        {"other tag", BYTES("\x04\x02\x00\x04"), NATT_E_DER_TAG, 0},
    };
    assert_rows_refused(rows, COUNT_OF(rows), read_octet_bits);
}

Test(der, named_bits_accepted_when_trailing_zeros_are_removed)
{
    static const struct {
        natt_bytes in;
        uint32_t bits;
    } rows[] = {
        {BYTES("\x03\x01\x00"), 0},
        {BYTES("\x03\x02\x07\x80"), 0x0001},     /* digitalSignature */
        {BYTES("\x03\x02\x02\x04"), 0x0020},     /* keyCertSign */
        {BYTES("\x03\x02\x01\x86"), 0x0061},     /* digitalSignature, keyCertSign, cRLSign: the AWS root */
        {BYTES("\x03\x02\x00\x01"), 0x0080},     /* encipherOnly */
        {BYTES("\x03\x03\x07\x00\x80"), 0x0100}, /* decipherOnly */
        {BYTES("\x03\x03\x00\xff\xff"), 0xffff}, /* the maximum of 16 bits */
        {BYTES("\x03\x03\x00\x00\x01"), 0x8000},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_error err = BLANK_ERROR;
        uint32_t bits = 0xdead;
        struct natt_reader r = reader_of(rows[i].in, &err);
        cr_assert(natt_der_named_bits(&r, &bits) && natt_reader_at_end(&r), "row %zu", i);
        cr_assert_eq(bits, rows[i].bits, "row %zu: %x", i, (unsigned)bits);
    }
}

Test(der, named_bits_refused_when_not_canonical)
{
    static const struct refused_row rows[] = {
        {"no octet", BYTES("\x03\x00"), NATT_E_DER_BIT_STRING, 0},
        {"unused of nothing", BYTES("\x03\x01\x01"), NATT_E_DER_BIT_STRING, 0},
        {"trailing zeros used", BYTES("\x03\x02\x00\x80"), NATT_E_DER_BIT_STRING, 0},
        {"one zero used", BYTES("\x03\x02\x06\x80"), NATT_E_DER_BIT_STRING, 0},
        {"unused bit set", BYTES("\x03\x02\x07\x81"), NATT_E_DER_BIT_STRING, 0},
        {"unused bit next to it", BYTES("\x03\x02\x07\xc0"), NATT_E_DER_BIT_STRING, 0},
        {"all zero", BYTES("\x03\x02\x07\x00"), NATT_E_DER_BIT_STRING, 0},
        {"last octet zero", BYTES("\x03\x03\x00\x80\x00"), NATT_E_DER_BIT_STRING, 0},
        {"eight unused", BYTES("\x03\x02\x08\x80"), NATT_E_DER_BIT_STRING, 0},
        {"eight unused of 16", BYTES("\x03\x03\x08\x80\x80"), NATT_E_DER_BIT_STRING, 0},
        {"17 bits", BYTES("\x03\x04\x07\x80\x00\x80"), NATT_E_DER_BIT_STRING, 0},
        {"other tag", BYTES("\x23\x02\x07\x80"), NATT_E_DER_TAG, 0},
    };
    assert_rows_refused(rows, COUNT_OF(rows), read_named_bits);
}

Test(der, oid_accepted_when_arcs_are_minimal)
{
    static const natt_bytes rows[] = {
        BYTES("\x06\x03\x55\x04\x03"), BYTES("\x06\x01\x00"),     BYTES("\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03"),
        BYTES("\x06\x03\x2a\x81\x00"), BYTES("\x06\x02\x81\x7f"), BYTES("\x06\x04\x2a\xff\x80\x01"),
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_error err = BLANK_ERROR;
        natt_bytes content;
        struct natt_reader r = reader_of(rows[i], &err);
        cr_assert(natt_der_oid(&r, &content) && natt_reader_at_end(&r), "row %zu", i);
        cr_assert(content.ptr == rows[i].ptr + 2 && content.len == rows[i].len - 2, "row %zu", i);
    }
}

Test(der, oid_refused_when_empty_padded_or_cut)
{
    static const struct refused_row rows[] = {
        {"empty", BYTES("\x06\x00"), NATT_E_DER_OID, 0},
        {"first arc padded", BYTES("\x06\x02\x80\x01"), NATT_E_DER_OID, 0},
        {"later arc padded", BYTES("\x06\x04\x55\x1d\x80\x13"), NATT_E_DER_OID, 0},
        {"last arc not ended", BYTES("\x06\x03\x55\x1d\x93"), NATT_E_DER_OID, 0},
        {"only arc not ended", BYTES("\x06\x01\x80"), NATT_E_DER_OID, 0},
        {"other tag", BYTES("\x0d\x01\x01"), NATT_E_DER_TAG, 0},
        {"content cut", BYTES("\x06\x03\x55\x04"), NATT_E_DER_TRUNCATED, 2},
    };
    assert_rows_refused(rows, COUNT_OF(rows), read_oid);
}

/* Offsets count from the first byte of the outermost input, not of the element. */
Test(der, error_points_at_the_element_when_not_first)
{
    static read_function *const readers[] = {read_integer, read_boolean, read_octet_bits, read_named_bits, read_oid};
    static const natt_bytes bad[] = {BYTES("\x02\x00"), BYTES("\x01\x00"), BYTES("\x03\x00"), BYTES("\x03\x00"),
                                     BYTES("\x06\x00")};
    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        natt_error err = BLANK_ERROR;
        uint8_t in[5] = {0x04, 0x01, 0xaa, bad[i].ptr[0], bad[i].ptr[1]};
        struct natt_reader r = reader_of((natt_bytes){in, sizeof in}, &err);
        cr_assert(read_octets(&r));
        cr_assert_not(readers[i](&r), "reader %zu", i);
        cr_assert(err.offset == 3 && err.item == ITEM, "reader %zu: offset %zu", i, err.offset);
    }
}
