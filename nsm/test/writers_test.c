/* DER and CBOR writers, compared with the examples of their specifications. */
#include <criterion/criterion.h>

#include "nsm/issuer/cbor_arena.h"
#include "nsm/issuer/der_write.h"
#include "nsm/test/support.h"

#define EXPECT(bytes, hex) cr_expect(test_equal((bytes), test_hex(hex)), "%s", hex)

/* RFC 8949 appendix A */
Test(cbor_write, head_is_shortest_at_each_boundary)
{
    struct natt_arena *a = natt_arena_new();
    EXPECT(natt_arena_cbor_head(a, NATT_CBOR_UINT, 0, 0), "00");
    EXPECT(natt_arena_cbor_head(a, NATT_CBOR_UINT, 0, 23), "17");
    EXPECT(natt_arena_cbor_head(a, NATT_CBOR_UINT, 0, 24), "1818");
    EXPECT(natt_arena_cbor_head(a, NATT_CBOR_UINT, 0, 255), "18ff");
    EXPECT(natt_arena_cbor_head(a, NATT_CBOR_UINT, 0, 256), "190100");
    EXPECT(natt_arena_cbor_head(a, NATT_CBOR_UINT, 0, 65535), "19ffff");
    EXPECT(natt_arena_cbor_head(a, NATT_CBOR_UINT, 0, 65536), "1a00010000");
    EXPECT(natt_arena_cbor_head(a, NATT_CBOR_UINT, 0, UINT32_MAX), "1affffffff");
    EXPECT(natt_arena_cbor_head(a, NATT_CBOR_UINT, 0, 1000000000000), "1b000000e8d4a51000");
    EXPECT(natt_arena_cbor_head(a, NATT_CBOR_NEGATIVE, 0, UINT64_MAX), "3bffffffffffffffff");
    natt_arena_free(a);
}

Test(cbor_write, head_is_as_wide_as_asked)
{
    struct natt_arena *a = natt_arena_new();
    EXPECT(natt_arena_cbor_head(a, NATT_CBOR_MAP, 1, 9), "b809");
    EXPECT(natt_arena_cbor_head(a, NATT_CBOR_MAP, 2, 9), "b90009");
    EXPECT(natt_arena_cbor_head(a, NATT_CBOR_BYTES, 4, 9), "5a00000009");
    EXPECT(natt_arena_cbor_head(a, NATT_CBOR_TEXT, 8, 9), "7b0000000000000009");
    cr_expect_null(natt_arena_failure(a));
    natt_arena_cbor_head(a, NATT_CBOR_TEXT, 3, 9);
    cr_expect_not_null(natt_arena_failure(a));
    natt_arena_free(a);
}

Test(cbor_write, wraps_as_the_plan_says)
{
    struct natt_arena *a = natt_arena_new();
    natt_plan_wrap indefinite = {.form = NATT_FORM_INDEFINITE}, unended = {.form = NATT_FORM_UNENDED};
    natt_plan_wrap lie = {.length_delta = -1, .after = test_hex("ff")}, raw = {.head = test_hex("d9d9f7a1")};
    natt_plan_wrap inside = {.trailing = test_hex("00"), .width = 2}, other = {.tag = NATT_CBOR_ARRAY};
    natt_bytes content = test_hex("0102");
    EXPECT(natt_arena_cbor_wrapped_list(a, NATT_CBOR_MAP, &indefinite, content, 1), "bf0102ff");
    EXPECT(natt_arena_cbor_wrapped_list(a, NATT_CBOR_ARRAY, &unended, content, 2), "9f0102");
    EXPECT(natt_arena_cbor_wrapped_list(a, NATT_CBOR_ARRAY, &lie, content, 2), "810102ff");
    EXPECT(natt_arena_cbor_wrapped_list(a, NATT_CBOR_MAP, &raw, content, 1), "d9d9f7a10102");
    EXPECT(natt_arena_cbor_wrapped_list(a, NATT_CBOR_MAP, &inside, content, 1), "b90001010200");
    EXPECT(natt_arena_cbor_wrapped_list(a, NATT_CBOR_MAP, &other, content, 1), "810102");
    EXPECT(natt_arena_cbor_wrapped_bytes(a, &indefinite, content), "5f420102ff");
    EXPECT(natt_arena_cbor_wrapped_bytes(a, &inside, content), "590003010200");
    natt_arena_free(a);
}

Test(der_write, head_is_shortest_or_as_wide_as_asked)
{
    struct natt_arena *a = natt_arena_new();
    EXPECT(natt_der_write_head(a, 0x30, 0, 0), "3000");
    EXPECT(natt_der_write_head(a, 0x30, 0, 127), "307f");
    EXPECT(natt_der_write_head(a, 0x30, 0, 128), "308180");
    EXPECT(natt_der_write_head(a, 0x30, 0, 255), "3081ff");
    EXPECT(natt_der_write_head(a, 0x30, 0, 256), "30820100");
    EXPECT(natt_der_write_head(a, 0x30, 3, 5), "3083000005");
    EXPECT(natt_der_write_head(a, 0x30, 8, 5), "30880000000000000005");
    cr_expect_null(natt_arena_failure(a));
    natt_der_write_head(a, 0x30, 9, 5);
    cr_expect_not_null(natt_arena_failure(a));
    natt_arena_free(a);
}

Test(der_write, wraps_as_the_plan_says)
{
    struct natt_arena *a = natt_arena_new();
    natt_plan_wrap indefinite = {.form = NATT_FORM_INDEFINITE}, lie = {.length_delta = 1};
    natt_plan_wrap inside = {.trailing = test_hex("0500"), .after = test_hex("aa"), .tag = 0x31};
    natt_bytes content = test_hex("020101");
    EXPECT(natt_der_write_wrapped(a, 0x30, &indefinite, content), "30800201010000");
    EXPECT(natt_der_write_wrapped(a, 0x30, &lie, content), "3004020101");
    EXPECT(natt_der_write_wrapped(a, 0x30, &inside, content), "31050201010500aa");
    natt_arena_free(a);
}

/* X.690 8.3 and 8.19.5 */
Test(der_write, integers_and_object_identifiers)
{
    struct natt_arena *a = natt_arena_new();
    EXPECT(natt_der_write_unsigned(a, test_hex("00")), "020100");
    EXPECT(natt_der_write_unsigned(a, test_hex("")), "020100");
    EXPECT(natt_der_write_unsigned(a, test_hex("007f")), "02017f");
    EXPECT(natt_der_write_unsigned(a, test_hex("80")), "02020080");
    EXPECT(natt_der_write_unsigned(a, test_hex("00000100")), "02020100");
    EXPECT(natt_der_write_oid(a, "2.999.3"), "0603883703");
    EXPECT(natt_der_write_oid(a, "1.2.840.10045.4.3.3"), "06082a8648ce3d040303");
    EXPECT(natt_der_write_oid(a, "2.5.29.19"), "0603551d13");
    EXPECT(natt_der_write_oid(a, "1.3.4294967295"), "06062b8fffffff7f");
    cr_expect_null(natt_arena_failure(a));
    natt_arena_free(a);
}

Test(der_write, refuses_what_is_no_object_identifier)
{
    static const char *const wrong[] = {"",    "1", "1.", "3.1", "1.2.", "1.2.x", "1..2", ".1.2", "1.2.4294967296",
                                        "-1.2"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct natt_arena *a = natt_arena_new();
        cr_expect_null(natt_der_write_oid(a, wrong[i]).ptr, "%s", wrong[i]);
        cr_expect_not_null(natt_arena_failure(a), "%s", wrong[i]);
        natt_arena_free(a);
    }
}

static void expect_time(int64_t seconds, const char *tag, const char *text)
{
    struct natt_arena *a = natt_arena_new();
    natt_bytes time = natt_der_write_any_time(a, seconds);
    cr_expect_eq(time.ptr[0], test_hex(tag).ptr[0]);
    cr_expect_eq(time.ptr[1], strlen(text));
    cr_expect(memcmp(time.ptr + 2, text, strlen(text)) == 0, "%.*s is not %s", (int)time.len - 2, time.ptr + 2, text);
    natt_arena_free(a);
}

/* RFC 5280 4.1.2.5: UTCTime to 2049, GeneralizedTime from 2050. Values from date(1). */
Test(der_write, times)
{
    expect_time(0, "17", "700101000000Z");
    expect_time(951782399, "17", "000228235959Z");
    expect_time(951782400, "17", "000229000000Z");
    expect_time(951868800, "17", "000301000000Z");
    expect_time(1572269285, "17", "191028132805Z");
    expect_time(2524607999, "17", "491231235959Z");
    expect_time(2524608000, "18", "20500101000000Z");
    expect_time(4107542399, "18", "21000228235959Z");
    expect_time(4107542400, "18", "21000301000000Z");
    expect_time(253402300799, "18", "99991231235959Z");
    expect_time(-1, "17", "691231235959Z");
    expect_time(-631152000, "17", "500101000000Z");
    expect_time(-631152001, "18", "19491231235959Z");
}

Test(arena, keeps_the_first_failure_and_empty_is_not_absent)
{
    struct natt_arena *a = natt_arena_new();
    cr_expect_not_null(natt_arena_copy(a, (natt_bytes){NULL, 0}).ptr);
    natt_bytes large = natt_arena_copy(a, (natt_bytes){natt_arena_alloc(a, 100000), 100000});
    cr_expect_eq(large.len, 100000);
    natt_arena_fail(a, "first");
    natt_arena_fail(a, "second");
    cr_expect_str_eq(natt_arena_failure(a), "first");
    cr_expect_null(natt_arena_text(a, "x").ptr);
    natt_arena_free(a);
    natt_arena_free(NULL);
}
