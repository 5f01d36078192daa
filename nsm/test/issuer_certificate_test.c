/*
 * Edits of certificates: the certificate changes only in the named part; it and all certificates below it remain
 * signed.
 */
#include <string.h>

#include <criterion/criterion.h>
#include <mbedtls/x509_crt.h>

#include "nsm/test/support.h"

static struct test_document before, after;
static natt_issuer *issuer;
static natt_issue_plan plan;

static void open_plan(void)
{
    issuer = test_issuer_standard();
    test_plan(issuer, &plan, NULL);
    test_build(&before, issuer, &plan);
    for (size_t i = 0; i < before.certificate_count; i++) /* the next build overwrites the parts */
        before.certificates[i] = natt_plan_copy(&plan, before.certificates[i]);
}

static void close_plan(void)
{
    natt_plan_free(&plan);
    natt_issuer_free(issuer);
}

TestSuite(issuer_certificate, .init = open_plan, .fini = close_plan);

static void rebuild(void)
{
    test_build(&after, issuer, &plan);
    cr_expect(test_signature_verifies(&after), "the document");
    for (uint32_t i = 0; i < after.certificate_count; i++)
        test_find(after.payload, after.certificates[i]);
}

struct element {
    natt_bytes all, content;
};

/* One DER element of the shortest definite form at the start of `in`. */
static struct element take(natt_bytes in)
{
    size_t head = 2, len = in.ptr[1];
    if (len >= 0x80)
        for (len = 0; head < 2 + (size_t)(in.ptr[1] & 0x7f); head++)
            len = len << 8 | in.ptr[head];
    cr_assert(head + len <= in.len);
    return (struct element){{in.ptr, head + len}, {in.ptr + head, len}};
}

static natt_bytes tbs_of(natt_bytes certificate)
{
    return take(take(certificate).content).all;
}

/* Element number `n` inside the TBSCertificate: 0 version, 1 serial, ... 7 extensions. */
static natt_bytes part(natt_bytes certificate, size_t n)
{
    natt_bytes rest = take(tbs_of(certificate)).content;
    struct element e = take(rest);
    for (; n > 0; n--) {
        rest = (natt_bytes){rest.ptr + e.all.len, rest.len - e.all.len};
        e = take(rest);
    }
    return e.all;
}

/* Only part `n` of certificate `which` differs, and that certificate's signature. */
static void expect_part_change(uint32_t which, size_t n, natt_bytes want)
{
    rebuild();
    cr_expect(test_equal(part(after.certificates[which], n), want), "part %zu of %u", n, which);
    for (size_t i = 0; i < 8; i++)
        if (i != n)
            cr_expect(test_equal(part(after.certificates[which], i), part(before.certificates[which], i)), "part %zu",
                      i);
    for (uint32_t i = 0; i < after.certificate_count; i++)
        if (i != which)
            cr_expect(test_equal(after.certificates[i], before.certificates[i]), "certificate %u", i);
    cr_expect_not(test_equal(after.certificates[which], before.certificates[which]));
}

/* mbedTLS parses the certificate, and its parent's key verifies the signature. */
static void expect_signed(uint32_t which)
{
    mbedtls_x509_crt parent, child;
    uint32_t flags = 0;
    mbedtls_x509_crt_init(&parent);
    mbedtls_x509_crt_init(&child);
    uint32_t above = which > 0 ? which - 1 : 0;
    cr_assert_eq(mbedtls_x509_crt_parse_der(&parent, after.certificates[above].ptr, after.certificates[above].len), 0);
    cr_assert_eq(mbedtls_x509_crt_parse_der(&child, after.certificates[which].ptr, after.certificates[which].len), 0);
    (void)mbedtls_x509_crt_verify(&child, &parent, NULL, NULL, &flags, NULL, NULL);
    cr_expect_eq(flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED, 0, "certificate %u", which);
    mbedtls_x509_crt_free(&child);
    mbedtls_x509_crt_free(&parent);
}

Test(issuer_certificate, each_element_changes_alone)
{
    natt_plan_certificate *c = &plan.certificates[2];
    const natt_plan_certificate genuine = *c;
    c->serial = natt_plan_der(&plan, 0x02, natt_plan_hex(&plan, "ff00"));
    expect_part_change(2, 1, c->serial);
    expect_signed(2);
    *c = genuine;
    c->issuer = natt_plan_der_common_name(&plan, "somebody else");
    expect_part_change(2, 3, c->issuer);
    *c = genuine;
    c->not_before = natt_plan_der_generalized_time(&plan, 1766678659);
    expect_part_change(2, 4, natt_plan_der(&plan, 0x30, natt_plan_join(&plan, c->not_before, c->not_after)));
    expect_signed(2);
    *c = genuine;
    c->validity = natt_plan_hex(&plan, "3000");
    expect_part_change(2, 4, c->validity);
    *c = genuine;
    c->subject = natt_plan_der_common_name(&plan, "somebody else");
    expect_part_change(2, 5, c->subject);
    *c = genuine;
    c->spki = natt_plan_flip(&plan, c->spki, 8 * 30);
    expect_part_change(2, 6, c->spki);
    *c = genuine;
    c->version = natt_plan_hex(&plan, "a003020101");
    expect_part_change(2, 0, c->version);
    *c = genuine;
    c->tbs_algorithm = natt_plan_hex(&plan, "300a06082a8648ce3d040302");
    expect_part_change(2, 2, c->tbs_algorithm);
}

Test(issuer_certificate, root_is_signed_by_itself_after_an_edit)
{
    plan.certificates[0].serial = natt_plan_der_integer(&plan, natt_plan_hex(&plan, "07"));
    expect_part_change(0, 1, natt_plan_hex(&plan, "020107"));
    expect_signed(0);
    cr_expect_not(test_equal(after.certificates[0], natt_issuer_root(issuer)), "natt_issuer_root never changes");
}

Test(issuer_certificate, extensions_are_edited)
{
    natt_bytes leaf_ca = natt_plan_hex(&plan, "30030101ff");
    natt_plan_set_extension(&plan, 4, "2.5.29.19", true, leaf_ca);
    rebuild();
    test_find(part(after.certificates[4], 7), test_hex("300f0603551d130101ff040530030101ff"));
    expect_signed(4);
    natt_plan_set_extension(&plan, 4, "2.5.29.19", false, leaf_ca);
    rebuild();
    test_find(part(after.certificates[4], 7), test_hex("300c0603551d13040530030101ff"));
    natt_plan_omit_extension(&plan, 4, "2.5.29.19");
    rebuild();
    cr_expect(test_equal(part(after.certificates[4], 7), test_hex("a30f300d300b0603551d0f0404030206c0")));
    natt_plan_add_extension(&plan, 4, "1.2.3", true, natt_plan_hex(&plan, "0500"));
    natt_plan_duplicate(&plan, &plan.certificates[4].extensions, 0);
    rebuild();
    cr_expect(test_equal(part(after.certificates[4], 7),
                         test_hex("a329 3027 300b0603551d0f0404030206c0 300b0603551d0f0404030206c0"
                                  "300b 06022a03 0101ff 04020500")));
    plan.certificates[4].no_extensions = true;
    rebuild();
    cr_expect_eq(tbs_of(after.certificates[4]).len,
                 tbs_of(before.certificates[4]).len - part(before.certificates[4], 7).len);
}

Test(issuer_certificate, wraps_are_edited)
{
    natt_plan_certificate *c = &plan.certificates[1];
    const natt_plan_certificate genuine = *c;
    natt_bytes zero = natt_plan_hex(&plan, "00");
    size_t len = before.certificates[1].len, tbs_len = tbs_of(before.certificates[1]).len;
    c->wrap.after = zero;
    rebuild();
    cr_expect_eq(after.certificates[1].len, len + 1);
    cr_expect_arr_eq(after.certificates[1].ptr, before.certificates[1].ptr, len);
    *c = genuine;
    c->wrap.trailing = zero;
    rebuild();
    cr_expect_eq(take(after.certificates[1]).all.len, len + 1);
    *c = genuine;
    c->wrap.form = NATT_FORM_INDEFINITE;
    rebuild();
    cr_expect_arr_eq(after.certificates[1].ptr, test_hex("3080").ptr, 2);
    *c = genuine;
    c->tbs_wrap.trailing = zero;
    rebuild();
    cr_expect_eq(tbs_of(after.certificates[1]).len, tbs_len + 1);
    *c = genuine;
    c->tbs_wrap.width = 3;
    rebuild();
    cr_expect_arr_eq(take(after.certificates[1]).content.ptr, test_hex("3083").ptr, 2);
    cr_expect_eq(tbs_of(after.certificates[1]).len, tbs_len + 1);
    *c = genuine;
    c->extensions.wrap.trailing = zero;
    rebuild();
    cr_expect_eq(part(after.certificates[1], 7).len, part(before.certificates[1], 7).len + 1);
    *c = genuine;
    c->extensions_wrap.tag = 0xa2;
    rebuild();
    cr_expect_eq(part(after.certificates[1], 7).ptr[0], 0xa2);
    *c = genuine;
    c->validity_wrap.length_delta = 1;
    rebuild();
    cr_expect_eq(part(after.certificates[1], 4).len, part(before.certificates[1], 4).len + 1);
}

/* The element after TBSCertificate and algorithm, without the unused bits: ECDSA-Sig-Value. */
static natt_bytes signature_of(natt_bytes certificate, natt_bytes *bit_string)
{
    natt_bytes rest = take(certificate).content;
    for (int i = 0; i < 2; i++) {
        struct element e = take(rest);
        rest = (natt_bytes){rest.ptr + e.all.len, rest.len - e.all.len};
    }
    *bit_string = take(rest).content;
    return (natt_bytes){bit_string->ptr + 1, bit_string->len - 1};
}

static natt_bytes first_integer(natt_bytes signature)
{
    return take(take(signature).content).content;
}

Test(issuer_certificate, signature_is_edited)
{
    natt_plan_certificate *c = &plan.certificates[3];
    const natt_plan_certificate genuine = *c;
    natt_bytes bits, value;
    c->signature.edit = NATT_SIGNATURE_OTHER_S;
    rebuild();
    expect_signed(3);
    cr_expect_not(test_equal(after.certificates[3], before.certificates[3]));
    *c = genuine;
    c->signature.edit = NATT_SIGNATURE_ZERO_R;
    rebuild();
    cr_expect(test_equal(first_integer(signature_of(after.certificates[3], &bits)), natt_plan_hex(&plan, "00")));
    *c = genuine;
    c->signature.r = natt_plan_hex(&plan, "0000");
    rebuild();
    cr_expect(test_equal(first_integer(signature_of(after.certificates[3], &bits)), natt_plan_hex(&plan, "0000")));
    *c = genuine;
    c->signature.other_form = true;
    rebuild();
    value = signature_of(after.certificates[3], &bits);
    cr_expect_eq(value.len, 96);
    cr_expect(test_verifies(tbs_of(after.certificates[3]), value, after.certificates[2]));
    *c = genuine;
    c->signature_sequence.trailing = natt_plan_hex(&plan, "0500");
    c->unused_bits = natt_plan_hex(&plan, "07");
    rebuild();
    value = signature_of(after.certificates[3], &bits);
    cr_expect_eq(bits.ptr[0], 7);
    cr_expect_arr_eq(value.ptr + value.len - 2, test_hex("0500").ptr, 2);
    *c = genuine;
    c->signature_value = natt_plan_hex(&plan, "0500");
    rebuild();
    cr_expect_arr_eq(after.certificates[3].ptr + after.certificates[3].len - 2, test_hex("0500").ptr, 2);
    cr_expect(test_equal(tbs_of(after.certificates[3]), tbs_of(before.certificates[3])));
}

Test(issuer_certificate, outer_algorithm_and_raw_certificate)
{
    plan.certificates[4].algorithm = natt_plan_hex(&plan, "300a06082a8648ce3d040302");
    rebuild();
    cr_expect(test_equal(tbs_of(after.certificates[4]), tbs_of(before.certificates[4])));
    test_find(after.certificates[4], test_hex("300a06082a8648ce3d040302"));
    plan.certificates[4].raw = before.certificates[4];
    rebuild();
    cr_expect(test_equal(after.certificates[4], before.certificates[4]));
    plan.certificates[4].raw = natt_plan_hex(&plan, "");
    natt_plan_leaf(&plan)->signature.key = NATT_KEY_UNRELATED;
    test_build(&after, issuer, &plan);
    test_find(after.payload, test_hex("6b636572746966696361746540"));
}

Test(issuer_certificate, is_signed_by_the_key_named)
{
    natt_bytes bits;
    plan.certificates[4].signature.key = 0;
    plan.certificates[4].signature.other_form = true;
    rebuild();
    natt_bytes value = signature_of(after.certificates[4], &bits);
    cr_expect(test_verifies(tbs_of(after.certificates[4]), value, after.certificates[0]));
    cr_expect_not(test_verifies(tbs_of(after.certificates[4]), value, after.certificates[3]));
    plan.certificates[4].signature.key = NATT_KEY_UNRELATED;
    rebuild();
    value = signature_of(after.certificates[4], &bits);
    for (size_t i = 0; i < 5; i++)
        cr_expect_not(test_verifies(tbs_of(after.certificates[4]), value, after.certificates[i]));
}
