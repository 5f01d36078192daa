/*
 * Edits of a plan: each changes only the bytes it names, and the issuer signs the result as it does any other document.
 */
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/test/support.h"

static struct test_document before, after;
static natt_issuer *issuer;
static natt_issue_plan plan;

static void open_plan(void)
{
    issuer = test_issuer_standard();
    test_plan(issuer, &plan, NULL);
    test_build(&before, issuer, &plan);
    before.payload = natt_plan_copy(&plan, before.payload); /* the next build overwrites the parts */
    for (size_t i = 0; i < before.certificate_count; i++)
        before.certificates[i] = natt_plan_copy(&plan, before.certificates[i]);
}

static void close_plan(void)
{
    natt_plan_free(&plan);
    natt_issuer_free(issuer);
}

TestSuite(issuer_plan, .init = open_plan, .fini = close_plan);

static void rebuild(void)
{
    test_build(&after, issuer, &plan);
}

/* `result` is `whole` with its one occurrence of `from` replaced. */
static bool differs_by(natt_bytes result, natt_bytes whole, natt_bytes from, natt_bytes to)
{
    size_t at = test_find(whole, from);
    size_t rest = whole.len - at - from.len;
    return result.len == at + to.len + rest && memcmp(result.ptr, whole.ptr, at) == 0 &&
           memcmp(result.ptr + at, to.ptr, to.len) == 0 &&
           memcmp(result.ptr + at + to.len, whole.ptr + at + from.len, rest) == 0;
}

/* After the edit, the payload differs only there, and the document is signed. */
static void expect_payload_change(const char *from, const char *to)
{
    rebuild();
    cr_expect(differs_by(after.payload, before.payload, test_hex(from), test_hex(to)), "%s -> %s", from, to);
    cr_expect(test_signature_verifies(&after));
    cr_expect(test_chain_verifies(&after));
}

#define NONCE_NULL "656e6f6e6365f6"
#define DIGEST     "6664696765737466534841333834"

Test(issuer_plan, field_value_is_replaced)
{
    natt_plan_set_field(&plan, "nonce", natt_plan_cbor_bytes(&plan, natt_plan_hex(&plan, "aa bb")));
    expect_payload_change(NONCE_NULL, "656e6f6e636542aabb");
}

Test(issuer_plan, field_is_omitted)
{
    natt_plan_omit_field(&plan, "nonce");
    expect_payload_change(NONCE_NULL "ff", "ff");
}

Test(issuer_plan, field_is_duplicated)
{
    natt_plan_entry *nonce = natt_plan_field(&plan, "nonce");
    natt_plan_duplicate(&plan, &plan.payload, natt_plan_position(&plan.payload, nonce));
    expect_payload_change(NONCE_NULL, NONCE_NULL NONCE_NULL);
}

Test(issuer_plan, field_key_is_replaced_by_any_item)
{
    natt_plan_field(&plan, "nonce")->key = natt_plan_cbor_int(&plan, -500);
    expect_payload_change(NONCE_NULL, "3901f3f6");
}

Test(issuer_plan, field_is_inserted)
{
    natt_plan_insert(&plan, &plan.payload, 1, natt_plan_cbor_text(&plan, "x"), natt_plan_cbor_uint(&plan, 7));
    expect_payload_change(DIGEST, "617807" DIGEST);
}

Test(issuer_plan, field_is_moved)
{
    natt_plan_move(&plan, &plan.payload, 8, 1);
    rebuild();
    test_find(after.payload, test_hex(NONCE_NULL DIGEST));
    cr_expect_eq(after.payload.len, before.payload.len);
    cr_expect(test_signature_verifies(&after));
}

Test(issuer_plan, value_alone_is_left_out)
{
    natt_plan_field(&plan, "nonce")->value = (natt_bytes){NULL, 0};
    expect_payload_change(NONCE_NULL, "656e6f6e6365");
}

Test(issuer_plan, map_head_count_and_end)
{
    plan.payload.wrap.form = NATT_FORM_UNENDED;
    expect_payload_change(NONCE_NULL "ff", NONCE_NULL);
    plan.payload.wrap.form = NATT_FORM_DEFINITE;
    plan.payload.wrap.length_delta = 1;
    rebuild();
    cr_expect_eq(after.payload.ptr[0], 0xaa);
    plan.payload.wrap = (natt_plan_wrap){.width = 8};
    rebuild();
    cr_expect_arr_eq(after.payload.ptr, test_hex("bb0000000000000009").ptr, 9);
    plan.payload.wrap = (natt_plan_wrap){.head = natt_plan_hex(&plan, "89"), .after = natt_plan_hex(&plan, "00")};
    rebuild();
    cr_expect_eq(after.payload.ptr[0], 0x89);
    cr_expect_eq(after.payload.ptr[after.payload.len - 1], 0);
    cr_expect(test_signature_verifies(&after));
}

Test(issuer_plan, payload_is_raw)
{
    plan.payload.raw = natt_plan_repeat(&plan, natt_plan_hex(&plan, "80"), 300);
    rebuild();
    cr_expect_eq(after.payload.len, 300);
    cr_expect(test_signature_verifies(&after));
}

Test(issuer_plan, pcrs_are_edited)
{
    natt_plan_set_pcr(&plan, 15, natt_plan_cbor_zeros(&plan, 47));
    rebuild();
    test_find(after.payload, test_hex("0f582f"));
    cr_expect_eq(after.payload.len, before.payload.len - 1);
    natt_plan_pcr(&plan, 15)->key = natt_plan_cbor_head(&plan, 0x00, 1, 15);
    rebuild();
    test_find(after.payload, test_hex("180f582f"));
    plan.pcrs.wrap.form = NATT_FORM_INDEFINITE;
    natt_plan_omit_pcr(&plan, 0);
    rebuild();
    test_find(after.payload, test_hex("6470637273bf015830"));
    cr_expect(test_signature_verifies(&after));
}

Test(issuer_plan, pcrs_are_reversed)
{
    natt_plan_reverse(&plan.pcrs);
    rebuild();
    test_find(after.payload, test_hex("6470637273b00f5830"));
    cr_expect_eq(after.payload.len, before.payload.len);
    cr_expect(test_signature_verifies(&after));
}

Test(issuer_plan, cabundle_is_edited)
{
    natt_plan_reverse(&plan.cabundle);
    rebuild();
    size_t root = test_find(after.payload, before.certificates[0]),
           instance = test_find(after.payload, after.certificates[3]);
    cr_expect_gt(root, instance);
    natt_plan_reverse(&plan.cabundle);
    for (int i = 0; i < 96; i++)
        natt_plan_duplicate(&plan, &plan.cabundle, 0);
    natt_plan_insert(&plan, &plan.cabundle, 1, (natt_bytes){NULL, 0}, natt_plan_cbor_null(&plan));
    rebuild();
    test_find(after.payload, test_hex("68636162756e646c65986559"));
    natt_bytes root_item = natt_plan_cbor_bytes(&plan, natt_issuer_certificate(issuer, 0));
    cr_expect_eq(test_count(after.payload, root_item), 97);
    test_find(after.payload, natt_plan_join(&plan, natt_plan_hex(&plan, "f6"),
                                            natt_plan_copy(&plan, (natt_bytes){root_item.ptr, 12})));
    cr_expect(test_signature_verifies(&after));
}

Test(issuer_plan, foreign_certificate_stands_in_the_bundle)
{
    natt_issuer_options options = test_options("foreign");
    options.suffix = "aws";
    natt_issuer *foreign = test_issuer(&options);
    natt_plan_append(&plan, &plan.cabundle, (natt_bytes){NULL, 0},
                     natt_plan_cbor_bytes(&plan, natt_issuer_root(foreign)));
    rebuild();
    test_find(after.payload, natt_issuer_root(foreign));
    natt_issuer_free(foreign);
}

Test(issuer_plan, added_certificate_is_its_own)
{
    uint32_t added = natt_plan_add_certificate(&plan, 3);
    cr_assert_eq(added, 5);
    natt_plan_set_extension(&plan, added, "2.5.29.19", true, natt_plan_hex(&plan, "3000"));
    plan.cabundle.entries[3].certificate = added;
    rebuild();
    cr_expect(test_signature_verifies(&after));
    test_find(after.payload, natt_issuer_certificate(issuer, added));
    cr_expect_eq(test_count(after.payload, after.certificates[3]), 0);
    cr_expect_eq(test_count(natt_issuer_certificate(issuer, added), test_hex("0603551d130101ff04023000")), 1);
}

/* Document-level edits do not change the payload. */
static void expect_document_change(const char *from, const char *to)
{
    rebuild();
    natt_bytes old = {before.bytes, 10}, new = {after.bytes, after.len};
    natt_bytes want = test_hex(to);
    size_t at = test_find(old, test_hex(from));
    cr_expect(new.len > at + want.len &&memcmp(new.ptr + at, want.ptr, want.len) == 0, "%s -> %s", from, to);
    cr_expect(test_equal(after.payload, before.payload));
}

Test(issuer_plan, envelope_items)
{
    plan.envelope.tag = natt_plan_hex(&plan, "d2");
    expect_document_change("84", "d284");
    cr_expect(test_signature_verifies(&after));
    plan.envelope.tag = natt_plan_hex(&plan, "d812d2");
    expect_document_change("84", "d812d284");
    plan.envelope.tag = (natt_bytes){NULL, 0};
    plan.envelope.unprotected = natt_plan_hex(&plan, "a10126");
    expect_document_change("a059", "a1012659");
    cr_expect(test_signature_verifies(&after));
    plan.envelope.unprotected = natt_plan_hex(&plan, "a0");
    plan.envelope.array_head = natt_plan_hex(&plan, "9f");
    plan.envelope.trailing = natt_plan_hex(&plan, "ff");
    expect_document_change("84", "9f");
    cr_expect_eq(after.bytes[after.len - 1], 0xff);
    cr_expect(test_cbor_loads((natt_bytes){after.bytes, after.len}));
}

Test(issuer_plan, protected_header_is_signed_as_it_stands)
{
    plan.envelope.protected_header = natt_plan_hex(&plan, "43a10126");
    rebuild();
    test_find(natt_issuer_sig_structure(issuer), test_hex("6a5369676e61747572653143a1012640"));
    cr_expect_not(test_signature_verifies(&after));
    cr_expect(test_verifies(natt_issuer_sig_structure(issuer), after.signature, after.certificates[4]));
    plan.envelope.protected_header = natt_plan_hex(&plan, "5804a1013822");
    rebuild();
    cr_expect_eq(after.bytes[1], 0x58);
    cr_expect(test_signature_verifies(&after), "what is signed has the shortest head");
    plan.envelope.protected_header = natt_plan_hex(&plan, "a1013822");
    plan.envelope.signed_protected = natt_plan_hex(&plan, "44a1013822");
    rebuild();
    cr_expect(test_signature_verifies(&after));
}

Test(issuer_plan, payload_item_and_head)
{
    plan.envelope.payload = natt_plan_hex(&plan, "f6");
    rebuild();
    cr_expect_eq(after.len, 7 + 1 + 98);
    cr_expect(test_signature_verifies(&after), "signed as if the payload were there");
    plan.envelope.payload = (natt_bytes){NULL, 0};
    plan.envelope.payload_wrap.width = 4;
    rebuild();
    cr_expect_eq(after.bytes[7], 0x5a);
    cr_expect(test_signature_verifies(&after));
    plan.envelope.payload_wrap = (natt_plan_wrap){.form = NATT_FORM_INDEFINITE};
    rebuild();
    cr_expect_arr_eq(after.bytes + 7, test_hex("5f59").ptr, 2);
    cr_expect(test_cbor_loads((natt_bytes){after.bytes, after.len}));
    cr_expect(test_signature_verifies(&after));
}

Test(issuer_plan, sig_structure_is_overridden)
{
    plan.envelope.context = natt_plan_cbor_text(&plan, "Signature");
    plan.envelope.external_aad = natt_plan_cbor_bytes(&plan, natt_plan_hex(&plan, "01"));
    plan.envelope.signed_payload = natt_plan_hex(&plan, "40");
    rebuild();
    cr_expect(test_equal(natt_issuer_sig_structure(issuer), test_hex("84695369676e617475726544a1013822410140")));
    cr_expect_not(test_signature_verifies(&after));
    cr_expect(test_verifies(natt_issuer_sig_structure(issuer), after.signature, after.certificates[4]));
    plan.envelope.signature.signed_bytes = natt_plan_string(&plan, "something else");
    rebuild();
    cr_expect(test_verifies(natt_plan_string(&plan, "something else"), after.signature, after.certificates[4]));
}

static const char order[] = "ffffffffffffffffffffffffffffffffffffffffffffffff"
                            "c7634d81f4372ddf581a0db248b0a77aecec196accc52973";

static const uint8_t *signature_with(natt_signature_edit edit)
{
    plan.envelope.signature.edit = edit;
    rebuild();
    cr_expect_eq(after.len, before.len);
    cr_expect_arr_eq(after.bytes, before.bytes, before.len - 96);
    return after.signature.ptr;
}

Test(issuer_plan, signature_keeps_valid_with_either_s)
{
    uint8_t low[96], high[96], half[48];
    memcpy(low, signature_with(NATT_SIGNATURE_LOW_S), 96);
    cr_expect(test_signature_verifies(&after));
    memcpy(high, signature_with(NATT_SIGNATURE_HIGH_S), 96);
    cr_expect(test_signature_verifies(&after));
    cr_expect_arr_eq(low, high, 48);
    cr_expect(memcmp(low + 48, high + 48, 48) < 0);
    memcpy(half, test_hex("7fffffffffffffffffffffffffffffffffffffffffffffff").ptr, 24);
    cr_expect(memcmp(low + 48, half, 24) <= 0);
    const uint8_t *other = signature_with(NATT_SIGNATURE_OTHER_S);
    cr_expect(test_signature_verifies(&after));
    cr_expect(memcmp(other + 48, before.signature.ptr + 48, 48) != 0);
    cr_expect(memcmp(other, memcmp(before.signature.ptr, low, 96) == 0 ? high : low, 96) == 0);
}

Test(issuer_plan, signature_numbers_are_edited)
{
    static const uint8_t zero[48];
    const uint8_t *plain = before.signature.ptr, *s;
    s = signature_with(NATT_SIGNATURE_ZERO_R);
    cr_expect(memcmp(s, zero, 48) == 0 && memcmp(s + 48, plain + 48, 48) == 0);
    s = signature_with(NATT_SIGNATURE_ZERO_S);
    cr_expect(memcmp(s, plain, 48) == 0 && memcmp(s + 48, zero, 48) == 0);
    s = signature_with(NATT_SIGNATURE_R_IS_N);
    cr_expect(memcmp(s, test_hex(order).ptr, 48) == 0 && memcmp(s + 48, plain + 48, 48) == 0);
    s = signature_with(NATT_SIGNATURE_S_IS_N);
    cr_expect(memcmp(s, plain, 48) == 0 && memcmp(s + 48, test_hex(order).ptr, 48) == 0);
    plan.envelope.signature.bit = 9;
    s = signature_with(NATT_SIGNATURE_FLIP_BIT);
    cr_expect(s[1] == (plain[1] ^ 0x40) && s[0] == plain[0] && memcmp(s + 2, plain + 2, 94) == 0);
    cr_expect_not(test_signature_verifies(&after));
}

Test(issuer_plan, signature_is_made_by_another_key)
{
    natt_issuer_options options = test_options("foreign");
    natt_issuer *foreign = test_issuer(&options);
    plan.envelope.signature.key = NATT_KEY_UNRELATED;
    rebuild();
    cr_expect_not(test_signature_verifies(&after));
    plan.envelope.signature.key = 3;
    rebuild();
    cr_expect(test_verifies(natt_issuer_sig_structure(issuer), after.signature, after.certificates[3]));
    plan.envelope.signature.key_issuer = foreign;
    rebuild();
    cr_expect_not(test_verifies(natt_issuer_sig_structure(issuer), after.signature, after.certificates[3]));
    natt_issuer_free(foreign);
}

Test(issuer_plan, leaf_holds_a_spare_key)
{
    uint8_t point[97];
    cr_assert(natt_issuer_public_key(issuer, point, NATT_KEY_SPARE + 1));
    natt_plan_leaf(&plan)->spki = natt_plan_der_spki(&plan, (natt_bytes){point, sizeof point});
    plan.envelope.signature.key = NATT_KEY_SPARE + 1;
    rebuild();
    cr_expect(test_signature_verifies(&after));
    cr_expect(test_chain_verifies(&after));
    cr_expect_not(test_equal(after.signature, before.signature));
}

Test(issuer_plan, signature_has_another_form_or_length)
{
    plan.envelope.signature.other_form = true;
    rebuild();
    const uint8_t *item = after.bytes + before.len - 98;
    cr_expect(item[0] == 0x58 && item[2] == 0x30 && item[3] == item[1] - 2 && item[4] == 0x02, "DER");
    plan.envelope.signature = (natt_plan_signature){.key = 4, .raw = natt_plan_hex(&plan, "aabb")};
    rebuild();
    cr_expect_arr_eq(after.bytes + after.len - 3, test_hex("42aabb").ptr, 3);
    plan.envelope.signature.raw = (natt_bytes){NULL, 0};
    plan.envelope.signature.s = natt_plan_hex(&plan, "00");
    rebuild();
    cr_expect_eq(after.len, before.len - 47);
    plan.envelope.signature.s = (natt_bytes){NULL, 0};
    plan.envelope.signature_wrap.trailing = natt_plan_hex(&plan, "00");
    rebuild();
    cr_expect_eq(after.bytes[before.len - 97], 97);
    cr_expect_eq(after.len, before.len + 1);
}

static void expect_broken(const char *why)
{
    natt_emulator_error err;
    size_t len = 1;
    cr_expect_not(natt_issuer_build(issuer, after.bytes, sizeof after.bytes, &len, &plan, &err), "%s", why);
    cr_expect_eq(err.code, NATT_EMULATOR_E_USAGE_PLAN, "%s", why);
    cr_expect(err.message != NULL && err.message[0] != '\0');
    cr_expect_eq(len, 0);
    natt_plan_free(&plan);
    test_plan(issuer, &plan, NULL);
}

/* A misspelt edit must not return an unedited document. */
Test(issuer_plan, wrong_edits_break_the_plan)
{
    const natt_bytes absent = {NULL, 0};
    natt_plan_set_field(&plan, "nonse", absent), expect_broken("field");
    natt_plan_omit_field(&plan, "nonse"), expect_broken("field");
    natt_plan_set_pcr(&plan, 16, absent), expect_broken("pcr");
    natt_plan_omit_pcr(&plan, 16), expect_broken("pcr");
    natt_plan_omit_extension(&plan, 4, "2.5.29.14"), expect_broken("extension");
    natt_plan_set_extension(&plan, 4, "2.5.29.14", true, absent), expect_broken("extension");
    natt_plan_omit_extension(&plan, 5, "2.5.29.15"), expect_broken("certificate");
    natt_plan_add_extension(&plan, 0, "x", true, absent), expect_broken("oid");
    natt_plan_hex(&plan, "abc"), expect_broken("odd");
    natt_plan_hex(&plan, "ag"), expect_broken("digit");
    natt_plan_splice(&plan, natt_plan_string(&plan, "abc"), 2, 2, absent), expect_broken("splice");
    natt_plan_flip(&plan, natt_plan_string(&plan, "abc"), 24), expect_broken("flip");
    natt_plan_insert(&plan, &plan.payload, 10, absent, absent), expect_broken("insert");
    natt_plan_remove(&plan, &plan.payload, 9), expect_broken("remove");
    natt_plan_move(&plan, &plan.payload, 9, 0), expect_broken("move");
    natt_plan_duplicate(&plan, &plan.payload, 9), expect_broken("duplicate");
    natt_plan_add_certificate(&plan, 5), expect_broken("copy");
    natt_plan_cbor_head(&plan, 0, 3, 0), expect_broken("width");
    natt_plan_repeat(&plan, natt_plan_string(&plan, "ab"), SIZE_MAX), expect_broken("repeat");
    plan.cabundle.entries[0].certificate = 5, expect_broken("reference");
    plan.envelope.signature.key = 5, expect_broken("key");
    plan.envelope.signature.edit = NATT_SIGNATURE_FLIP_BIT, plan.envelope.signature.bit = 768, expect_broken("bit");
    for (size_t i = 0; i < 20; i++)
        natt_plan_add_certificate(&plan, 4);
    expect_broken("too many certificates");
}

Test(issuer_plan, parts_of_the_last_document_can_be_used_in_the_next)
{
    plan.certificates[4].raw = natt_issuer_certificate(issuer, 4); /* the issuer's own memory */
    rebuild();
    cr_expect(test_equal(after.certificates[4], before.certificates[4]));
    cr_expect(test_signature_verifies(&after));
}

Test(issuer_plan, pieces_are_what_their_names_say)
{
    natt_bytes abc = natt_plan_string(&plan, "abc");
    const natt_bytes absent = {NULL, 0};
    cr_expect(
        test_equal(natt_plan_splice(&plan, abc, 1, 1, natt_plan_string(&plan, "xy")), natt_plan_string(&plan, "axyc")));
    cr_expect(
        test_equal(natt_plan_splice(&plan, abc, 3, 0, natt_plan_string(&plan, "d")), natt_plan_string(&plan, "abcd")));
    cr_expect(test_equal(natt_plan_splice(&plan, abc, 0, 1, absent), natt_plan_string(&plan, "bc")));
    cr_expect(test_equal(natt_plan_flip(&plan, abc, 23), natt_plan_string(&plan, "abb")));
    cr_expect(test_equal(natt_plan_repeat(&plan, abc, 2), natt_plan_string(&plan, "abcabc")));
    cr_expect(test_equal(natt_plan_join(&plan, absent, abc), abc));
    cr_expect(test_equal(natt_plan_cbor_int(&plan, -1), test_hex("20")));
    cr_expect(test_equal(natt_plan_cbor_int(&plan, INT64_MIN), test_hex("3b7fffffffffffffff")));
    cr_expect(test_equal(natt_plan_cbor_zeros(&plan, 2), test_hex("420000")));
    cr_expect(test_equal(natt_plan_der_common_name(&plan, "x"), test_hex("300c310a300806035504030c0178")));
    cr_expect(test_equal(natt_plan_der(&plan, 0x17, natt_plan_string(&plan, "z")), test_hex("17017a")));
    cr_expect_eq(natt_plan_hex(&plan, "").len, 0);
    cr_expect_not_null(natt_plan_hex(&plan, "").ptr);
}
