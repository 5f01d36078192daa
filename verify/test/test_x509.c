/*
 * One certificate's shape. Each edit is in a certificate that its issuer then signs, so nothing else is wrong.
 */
#include "signed.h"

#include <stdio.h>
#include <string.h>

#define HEX(c, text)      natt_plan_hex(&(c)->plan, text)
#define LEAF(c)           (&(c)->plan.certificates[TEST_LEAF])
#define KEY_USAGE         "2.5.29.15"
#define BASIC_CONSTRAINTS "2.5.29.19"

Test(x509, version_refused_when_not_3)
{
    static const char *const versions[] = {"", "a003020100", "a003020101", "a003020103", "a00302012f", "a1030201ff"};
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    natt_bytes v3 = LEAF(&c)->version;
    size_t at = natt_test_at_in_certificate(&c, TEST_LEAF, v3);
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        LEAF(&c)->version = i == 0 ? (natt_bytes){NULL, 0} : HEX(&c, versions[i]);
        REFUSED(&c, NATT_E_X509_VERSION, TEST_LEAF, at);
    }
    natt_test_end(&c);
}

Test(x509, serial_limits_are_1_and_20_octets)
{
    static const struct {
        const char *serial;
        natt_code code;
    } rows[] = {
        {"020101", NATT_OK},
        {"0213ffffffffffffffffffffffffffffffffffffff", NATT_E_DER_INTEGER}, /* negative */
        {"02137fffffffffffffffffffffffffffffffffffff", NATT_OK},
        {"02147fffffffffffffffffffffffffffffffffffffff", NATT_OK},
        {"021500ffffffffffffffffffffffffffffffffffffffff", NATT_OK}, /* genuine: 20 octets and a sign octet */
        {"02157fffffffffffffffffffffffffffffffffffffffff", NATT_E_X509_SERIAL},
        {"021600ffffffffffffffffffffffffffffffffffffffffff", NATT_E_X509_SERIAL},
        {"020100", NATT_E_X509_SERIAL},
        {"0200", NATT_E_DER_INTEGER},
        {"02020001", NATT_E_DER_INTEGER},
        {"020180", NATT_E_DER_INTEGER},
        {"040101", NATT_E_DER_TAG},
    };
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        LEAF(&c)->serial = HEX(&c, rows[i].serial);
        if (rows[i].code == NATT_OK)
            VERIFIED(&c);
        else
            REFUSED(&c, rows[i].code, TEST_LEAF, natt_test_at_in_certificate(&c, TEST_LEAF, LEAF(&c)->version) + 5);
    }
    natt_test_end(&c);
}

static const char *const other_algorithms[] = {
    "300a06082a8648ce3d040302",       /* ecdsa-with-SHA256 */
    "300c06082a8648ce3d0403030500",   /* with NULL parameters */
    "300d06092a864886f70d01010c0500", /* sha384WithRSAEncryption */
    "300506032b6570",                 /* Ed25519 */
};

Test(x509, signature_algorithm_refused_when_not_ecdsa_sha384)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof other_algorithms / sizeof other_algorithms[0]; i++) {
        LEAF(&c)->tbs_algorithm = LEAF(&c)->algorithm = HEX(&c, other_algorithms[i]);
        REFUSED(&c, NATT_E_X509_SIGNATURE_ALGORITHM, TEST_LEAF,
                natt_test_at_in_certificate(&c, TEST_LEAF, LEAF(&c)->serial) + LEAF(&c)->serial.len);
    }
    natt_test_end(&c);
}

Test(x509, algorithm_refused_when_outer_differs_from_inner)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof other_algorithms / sizeof other_algorithms[0]; i++) {
        LEAF(&c)->algorithm = HEX(&c, other_algorithms[i]);
        natt_test_build(&c);
        natt_test_refused_doc(&c, NATT_E_X509_ALGORITHM_MISMATCH, TEST_LEAF,
                              natt_test_at_in_certificate(&c, TEST_LEAF, LEAF(&c)->algorithm), __LINE__);
    }
    natt_test_end(&c);
}

Test(x509, name_refused_when_empty_or_no_text)
{
    static const struct {
        const char *name;
        natt_code code;
        size_t inside;
    } rows[] = {
        {"300b310930070603550403"
         "0c00",
         NATT_E_X509_NAME, 11},
        {"300e310c300a06035504030c0361"
         "0062",
         NATT_E_X509_NAME, 11},
        {"300d310b300906035504030c02"
         "611b",
         NATT_E_X509_NAME, 11},
        {"300d310b3009060355040313027f61", NATT_E_X509_NAME, 11},
        {"301631143008060355040a0c0141300806035504030c0141", NATT_E_X509_NAME, 2}, /* two attributes in one RDN */
        {"3000", NATT_E_X509_NAME, 0},                                             /* no RDN */
        {"30023100", NATT_E_X509_NAME, 2},                                         /* no attribute */
        {"300d310b300906035504030c02c328", NATT_E_X509_NAME, 11},                  /* UTF8String that is not UTF-8 */
        {"300c310a3008060355040313"
         "01ff",
         NATT_E_X509_NAME, 11}, /* PrintableString beyond ASCII */
        {"300c310a300806035504031e01"
         "41",
         NATT_E_X509_NAME, 11}, /* BMPString */
        {"300c310a300806035504033001"
         "41",
         NATT_E_X509_NAME, 11}, /* no string at all */
        {"300c310a300806035504800c01"
         "41",
         NATT_E_DER_OID, 6}, /* arc that never ends */
        {"300e310c300a06035504030c0141"
         "0500",
         NATT_E_DER_TRAILING, 14},
        {"3103020101", NATT_E_DER_TAG, 0},
        {"300a3008060355040308"
         "0141",
         NATT_E_DER_TAG, 2}, /* SEQUENCE where a SET must be */
    };
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        LEAF(&c)->subject = HEX(&c, rows[i].name);
        REFUSED(&c, rows[i].code, TEST_LEAF,
                natt_test_at_in_certificate(&c, TEST_LEAF, LEAF(&c)->not_after) + LEAF(&c)->not_after.len +
                    rows[i].inside);
    }
    natt_test_end(&c);
}

Test(x509, name_accepted_in_all_three_string_types)
{
    static const char *const names[] = {"300c310a300806035504030c0141", "300c310a30080603550403130141",
                                        "300c310a30080603550403160141"};
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        LEAF(&c)->subject = HEX(&c, names[i]);
        VERIFIED(&c);
    }
    natt_test_end(&c);
}

static natt_bytes time_of(struct natt_test_case *c, uint8_t tag, const char *text)
{
    return natt_plan_der(&c->plan, tag, natt_plan_string(&c->plan, text));
}

Test(x509, time_refused_when_no_real_date_or_in_another_form)
{
    static const struct {
        uint8_t tag;
        const char *text;
    } rows[] = {
        {0x17, "2510090853Z"},       {0x17, "251009085320+0000"}, {0x17, "251009085320z"},   {0x17, "250230085320Z"},
        {0x17, "250229085320Z"},     {0x17, "251309085320Z"},     {0x17, "250009085320Z"},   {0x17, "251000085320Z"},
        {0x17, "251032085320Z"},     {0x17, "251009245320Z"},     {0x17, "251009086020Z"},   {0x17, "251009085360Z"},
        {0x17, "25100908532xZ"},     {0x17, "20251009085320Z"},   {0x18, "20251009085320Z"}, {0x18, "20491231235959Z"},
        {0x18, "20500101000000.0Z"}, {0x18, "205001010000Z"},     {0x18, "510101000000Z"},   {0x17, ""},
    };
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        LEAF(&c)->not_before = time_of(&c, rows[i].tag, rows[i].text);
        REFUSED(&c, NATT_E_X509_TIME, TEST_LEAF,
                natt_test_at_in_certificate(&c, TEST_LEAF, LEAF(&c)->not_after) - LEAF(&c)->not_before.len);
    }
    LEAF(&c)->not_before = time_of(&c, 0x16, "251009085320Z");
    REFUSED(&c, NATT_E_DER_TAG, TEST_LEAF, natt_test_at_in_certificate(&c, TEST_LEAF, LEAF(&c)->not_before));
    natt_test_end(&c);
}

Test(x509, time_accepted_from_1950_in_utc_and_from_2050_in_generalized_form)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    LEAF(&c)->not_before = time_of(&c, 0x17, "500101000000Z");
    LEAF(&c)->not_after = time_of(&c, 0x17, "491231235959Z");
    VERIFIED(&c);
    cr_assert_eq(natt_test_verified_doc(&c, __LINE__).chain[TEST_LEAF].not_before, -631152000);
    LEAF(&c)->not_after = time_of(&c, 0x18, "20500101000000Z");
    VERIFIED(&c);
    LEAF(&c)->not_after = time_of(&c, 0x18, "99991231235959Z");
    VERIFIED(&c);
    cr_assert_eq(natt_test_verified_doc(&c, __LINE__).chain[TEST_LEAF].not_after, 253402300799);
    natt_test_end(&c);
}

Test(x509, validity_refused_when_reversed)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    LEAF(&c)->not_before = time_of(&c, 0x17, "251009085321Z");
    LEAF(&c)->not_after = time_of(&c, 0x17, "251009085320Z");
    REFUSED(&c, NATT_E_X509_VALIDITY, TEST_LEAF, natt_test_at_in_certificate(&c, TEST_LEAF, LEAF(&c)->not_before) - 2);
    LEAF(&c)->not_before = LEAF(&c)->not_after;
    VERIFIED(&c);
    natt_test_end(&c);
}

Test(x509, extension_refused_when_duplicated)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_add_extension(&c.plan, TEST_LEAF, "1.2.3", false, HEX(&c, "00"));
    VERIFIED(&c);
    natt_plan_add_extension(&c.plan, TEST_LEAF, "1.2.3", false, HEX(&c, "01"));
    natt_bytes second = natt_plan_extension(&c.plan, "1.2.3", false, HEX(&c, "01"));
    REFUSED(&c, NATT_E_X509_EXTENSION_DUPLICATE, TEST_LEAF, natt_test_at_in_certificate(&c, TEST_LEAF, second));
    natt_test_end(&c);
}

Test(x509, extension_count_limits_are_1_and_16)
{
    char oid[16];
    struct natt_test_case c;
    natt_test_begin(&c);
    for (int i = 0; i < 13; i++) {
        snprintf(oid, sizeof oid, "1.2.%d", i);
        natt_plan_add_extension(&c.plan, TEST_LEAF, oid, false, HEX(&c, "00"));
    }
    VERIFIED(&c);
    natt_plan_add_extension(&c.plan, TEST_LEAF, "1.2.13", false, HEX(&c, "00"));
    cr_assert_eq(LEAF(&c)->extensions.count, NATT_MAX_EXTENSIONS);
    VERIFIED(&c);
    natt_bytes last = natt_plan_extension(&c.plan, "1.2.14", false, HEX(&c, "00"));
    natt_plan_add_extension(&c.plan, TEST_LEAF, "1.2.14", false, HEX(&c, "00"));
    REFUSED(&c, NATT_E_X509_EXTENSION_COUNT, TEST_LEAF, natt_test_at_in_certificate(&c, TEST_LEAF, last));
    LEAF(&c)->extensions.raw = HEX(&c, "3000");
    REFUSED(&c, NATT_E_X509_EXTENSION_COUNT, TEST_LEAF,
            natt_test_at_in_certificate(&c, TEST_LEAF, LEAF(&c)->spki) + LEAF(&c)->spki.len + 2);
    natt_test_end(&c);
}

Test(x509, key_usage_refused_when_empty_or_not_der)
{
    static const struct {
        const char *value;
        natt_code code;
    } rows[] = {
        {"030100", NATT_E_X509_KEY_USAGE_EMPTY},
        {"0300", NATT_E_DER_BIT_STRING},
        {"030206c1", NATT_E_DER_BIT_STRING},
        {"030200c0", NATT_E_DER_BIT_STRING},
        {"030208c0", NATT_E_DER_BIT_STRING},
        {"030220c0", NATT_E_DER_BIT_STRING},
        {"0303070080", NATT_OK},
        {"040206c0", NATT_E_DER_TAG},
        {"030101", NATT_E_DER_BIT_STRING},
        {"030500010101c0", NATT_E_DER_BIT_STRING},
    };
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        natt_bytes value = HEX(&c, rows[i].value);
        natt_plan_set_extension(&c.plan, TEST_LEAF, KEY_USAGE, false, value);
        natt_bytes whole = natt_plan_extension(&c.plan, KEY_USAGE, false, value);
        /* 0303070080 is well-formed (decipherOnly) but no digitalSignature */
        natt_code code = rows[i].code == NATT_OK ? NATT_E_CHAIN_LEAF_DIGITAL_SIGNATURE : rows[i].code;
        if (rows[i].code == NATT_OK)
            REFUSED(&c, code, TEST_LEAF, natt_test_at_certificate(&c, TEST_LEAF));
        else
            REFUSED(&c, code, TEST_LEAF, natt_test_at_in_certificate(&c, TEST_LEAF, whole) + whole.len - value.len);
    }
    natt_test_end(&c);
}

Test(x509, basic_constraints_refused_when_not_der)
{
    static const struct {
        const char *value;
        natt_code code;
        size_t inside;
    } rows[] = {
        {"3003010100", NATT_E_DER_BOOLEAN, 2},
        {"3003010101", NATT_E_DER_BOOLEAN, 2},
        {"300201"
         "00",
         NATT_E_DER_BOOLEAN, 2},
        {"30060101ff0201ff", NATT_E_DER_INTEGER, 5},
        {"30070101ff02020000", NATT_E_DER_INTEGER, 5},
        {"300a0101ff02050100000000", NATT_E_DER_INTEGER, 5},
        {"30080101ff0201000500", NATT_E_DER_TRAILING, 8},
        {"0101ff", NATT_E_DER_TAG, 0},
        {"30050101ff0500", NATT_E_DER_TAG, 5},
        {"30000500", NATT_E_DER_TRAILING, 2},
        {"3080", NATT_E_DER_LENGTH, 1},
        {"308103"
         "0101ff",
         NATT_E_DER_LENGTH, 1},
    };
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        natt_bytes value = HEX(&c, rows[i].value);
        natt_plan_set_extension(&c.plan, 1, BASIC_CONSTRAINTS, true, value);
        natt_bytes whole = natt_plan_extension(&c.plan, BASIC_CONSTRAINTS, true, value);
        REFUSED(&c, rows[i].code, 1,
                natt_test_at_in_certificate(&c, 1, whole) + whole.len - value.len + rows[i].inside);
    }
    natt_test_end(&c);
}

Test(x509, extension_refused_when_criticality_spells_out_its_default)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_bytes extension = HEX(&c, "300c06022a03010100040300"
                                   "0000");
    extension = HEX(&c, "300b06022a03010100040200"
                        "00");
    natt_plan_append(&c.plan, &LEAF(&c)->extensions, (natt_bytes){NULL, 0}, extension);
    REFUSED(&c, NATT_E_DER_BOOLEAN, TEST_LEAF, natt_test_at_in_certificate(&c, TEST_LEAF, extension) + 6);
    natt_test_end(&c);
}

Test(x509, unique_ids_refused)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    LEAF(&c)->unique_ids = HEX(&c, "8102"
                                   "0001");
    REFUSED(&c, NATT_E_DER_TAG, TEST_LEAF,
            natt_test_at_in_certificate(&c, TEST_LEAF, LEAF(&c)->spki) + LEAF(&c)->spki.len);
    natt_test_end(&c);
}

Test(x509, signature_range_refused_when_zero_or_order)
{
    static const natt_signature_edit edits[] = {NATT_SIGNATURE_ZERO_R, NATT_SIGNATURE_ZERO_S, NATT_SIGNATURE_R_IS_N,
                                                NATT_SIGNATURE_S_IS_N};
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        LEAF(&c)->signature.edit = edits[i];
        natt_test_build(&c);
        natt_verified v = NATT_VERIFIED_INIT;
        natt_error err;
        cr_assert_not(natt_verify(&v, c.doc, &c.opt, NULL, &err));
        cr_assert_eq(err.code, NATT_E_X509_SIGNATURE_RANGE, "%s", natt_code_name(err.code));
        cr_assert_eq(err.item, TEST_LEAF);
        cr_assert_eq(c.doc.ptr[err.offset], 0x02, "the offset is an INTEGER");
    }
    natt_test_end(&c);
}

Test(x509, signature_refused_when_negative_padded_or_too_long)
{
    static const char *const scalars[] = {
        "80", "0001", "", "00ffffff",
        "0100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"};
    static const natt_code codes[] = {NATT_E_DER_INTEGER, NATT_E_DER_INTEGER, NATT_E_DER_INTEGER,
                                      NATT_E_CHAIN_SIGNATURE, NATT_E_X509_SIGNATURE_RANGE};
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof scalars / sizeof scalars[0]; i++) {
        LEAF(&c)->signature.r = i == 2 ? (natt_bytes){c.bytes, 0} : HEX(&c, scalars[i]);
        natt_test_build(&c);
        natt_verified v = NATT_VERIFIED_INIT;
        natt_error err;
        cr_assert_not(natt_verify(&v, c.doc, &c.opt, NULL, &err));
        cr_assert_eq(err.code, codes[i], "%zu: %s", i, natt_code_name(err.code));
        cr_assert_eq(err.item, TEST_LEAF);
    }
    natt_test_end(&c);
}

/* Bytes after the content of each element that has one. */
Test(x509, trailing_bytes_refused_at_every_level)
{
    struct natt_test_case c;
    natt_bytes extra = {(const uint8_t *)"\x05\x00", 2};
    for (int level = 0; level < 7; level++) {
        natt_test_begin(&c);
        natt_plan_certificate *leaf = LEAF(&c);
        natt_plan_wrap *const wraps[] = {&leaf->wrap,           &leaf->tbs_wrap,
                                         &leaf->validity_wrap,  &leaf->extensions_wrap,
                                         &leaf->signature_wrap, &leaf->signature_sequence};
        if (level < 6)
            wraps[level]->trailing = extra;
        else
            leaf->wrap.after = extra;
        natt_test_build(&c);
        natt_verified v = NATT_VERIFIED_INIT;
        natt_error err;
        cr_assert_not(natt_verify(&v, c.doc, &c.opt, NULL, &err));
        cr_assert_eq(err.code, NATT_E_DER_TRAILING, "level %d: %s", level, natt_code_name(err.code));
        cr_assert_eq(err.item, TEST_LEAF);
        cr_assert_eq(memcmp(c.doc.ptr + err.offset, extra.ptr, 2), 0, "level %d", level);
        natt_test_end(&c);
    }
}

Test(x509, lengths_refused_when_not_der)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    static const uint32_t widths[] = {3, 4, 8};
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        LEAF(&c)->wrap.width = widths[i];
        REFUSED(&c, NATT_E_DER_LENGTH, TEST_LEAF, natt_test_at_certificate(&c, TEST_LEAF) + 1);
    }
    LEAF(&c)->wrap.width = 0;
    LEAF(&c)->wrap.form = NATT_FORM_INDEFINITE;
    REFUSED(&c, NATT_E_DER_LENGTH, TEST_LEAF, natt_test_at_certificate(&c, TEST_LEAF) + 1);
    LEAF(&c)->wrap.form = NATT_FORM_DEFINITE;
    LEAF(&c)->wrap.length_delta = 1;
    REFUSED(&c, NATT_E_DER_TRUNCATED, TEST_LEAF, natt_test_at_certificate(&c, TEST_LEAF) + 4);
    natt_test_end(&c);
}

Test(x509, trailing_bytes_refused_inside_one_extension)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_bytes extension = HEX(&c, "300a06022a0304020500"
                                   "0500");
    natt_plan_append(&c.plan, &LEAF(&c)->extensions, (natt_bytes){NULL, 0}, extension);
    REFUSED(&c, NATT_E_DER_TRAILING, TEST_LEAF,
            natt_test_at_in_certificate(&c, TEST_LEAF, extension) + extension.len - 2);
    natt_test_end(&c);
}

Test(x509, parse_leaves_nothing_behind_when_it_refuses)
{
    static const natt_certificate zero;
    natt_certificate cert;
    natt_error err;
    natt_bytes root = natt_root_aws();
    memset(&cert, 0xa5, sizeof cert);
    cr_assert_not(natt_certificate_parse(&cert, (natt_bytes){root.ptr, root.len - 1}, &err));
    cr_assert_eq(memcmp(&cert, &zero, sizeof cert), 0);
}

/* Every certificate cut at every byte; the signature over the rest of the document is right. */
Test(x509, parse_refused_at_every_truncation)
{
    struct natt_test_case c;
    natt_certificate cert;
    natt_error err;
    natt_test_begin(&c);
    natt_test_build(&c);
    for (uint32_t i = 0; i <= TEST_LEAF; i++) {
        natt_bytes der = natt_issuer_certificate(c.issuer, i);
        cr_assert(natt_certificate_parse(&cert, der, &err));
        for (size_t len = 0; len < der.len; len++)
            cr_assert_not(natt_certificate_parse(&cert, (natt_bytes){der.ptr, len}, &err));
    }
    natt_test_end(&c);
}

Test(x509, parse_refuses_null_arguments_and_sizes_out_of_range)
{
    static uint8_t large[NATT_MAX_CERTIFICATE + 1] = {0x30};
    natt_certificate cert;
    natt_error err;
    cr_assert_not(natt_certificate_parse(NULL, (natt_bytes){large, 1}, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_not(natt_certificate_parse(&cert, (natt_bytes){NULL, 1}, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_not(natt_certificate_parse(&cert, (natt_bytes){large, 0}, &err));
    assert_refused(err, NATT_E_DOC_CERTIFICATE_SIZE, NATT_NO_ITEM, 0);
    cr_assert_not(natt_certificate_parse(&cert, (natt_bytes){large, sizeof large}, &err));
    assert_refused(err, NATT_E_DOC_CERTIFICATE_SIZE, NATT_NO_ITEM, 0);
    cr_assert_not(natt_certificate_parse(&cert, (natt_bytes){large, sizeof large - 1}, &err));
    assert_refused(err, NATT_E_DER_TRAILING, NATT_NO_ITEM, 2);
}
