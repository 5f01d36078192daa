/*
 * The envelope, in documents whose signature correctly covers the payload: anyone could make the refused ones from a
 * genuine document.
 */
#include "signed.h"

#include <string.h>

#define HEX(c, text) natt_plan_hex(&(c)->plan, text)

Test(cose, accepted_without_and_with_tag_18)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    VERIFIED(&c);
    c.plan.envelope.tag = HEX(&c, "d2");
    VERIFIED(&c);
    natt_test_end(&c);
}

Test(cose, tag_refused_when_not_one_18)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    static const struct {
        const char *tag;
        size_t offset;
    } rows[] = {{"d1", 0}, {"d862", 0}, {"d812", 0}, {"d9d9f7", 0}, {"d2d2", 1}, {"d2d9d9f7", 1}, {"d9d9f7d2", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        c.plan.envelope.tag = HEX(&c, rows[i].tag);
        REFUSED(&c, NATT_E_COSE_TAG, NATT_NO_ITEM, rows[i].offset);
    }
    natt_test_end(&c);
}

Test(cose, array_refused_when_not_definite_four)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    static const char *const heads[] = {"83", "85", "9f", "9804", "a4", "80", "44", "04", "f6", "60"};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        c.plan.envelope.array_head = HEX(&c, heads[i]);
        REFUSED(&c, NATT_E_COSE_ARRAY, NATT_NO_ITEM, 0);
    }
    natt_test_end(&c);
}

Test(cose, protected_header_refused_when_not_es384_alone)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    static const char *const headers[] = {
        "a1013822",           /* the map itself */
        "40",                 /* empty */
        "41a0",               /* {} */
        "43a10126",           /* ES256 */
        "44a1013823",         /* ES512 */
        "48a101654553333834", /* alg as text */
        "47a2013822013822",   /* twice */
        "46a20138220126",     /* twice, other value */
        "48a201382204420102", /* with kid */
        "48a2013822028101",   /* with crit */
        "45a101382200",       /* trailing byte */
        "45a101390022",       /* -35 not shortest */
        "5804a1013822",       /* head not shortest */
        "5f44a1013822ff",     /* chunked */
        "45a118013822",       /* key not shortest */
        "64a1013822",         /* text */
        "f6",                 /* null */
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        c.plan.envelope.protected_header = HEX(&c, headers[i]);
        REFUSED(&c, NATT_E_COSE_PROTECTED, NATT_NO_ITEM, 1);
    }
    natt_test_end(&c);
}

Test(cose, unprotected_header_refused_when_not_the_empty_map)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    static const char *const headers[] = {"a1013822", "f6", "00", "80", "bfff", "40", "b800"};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        c.plan.envelope.unprotected = HEX(&c, headers[i]);
        REFUSED(&c, NATT_E_COSE_UNPROTECTED, NATT_NO_ITEM, 6);
    }
    natt_test_end(&c);
}

Test(cose, payload_refused_when_no_byte_string)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    static const struct {
        const char *payload;
        natt_code code;
    } rows[] = {
        {"f6", NATT_E_CBOR_TYPE},
        {"00", NATT_E_CBOR_TYPE},
        {"6161", NATT_E_CBOR_TYPE},
        {"40", NATT_E_COSE_PAYLOAD},
        {"5f4161ff", NATT_E_CBOR_INDEFINITE},
        {"c24161", NATT_E_CBOR_TAG},
        {"580161", NATT_E_CBOR_NOT_SHORTEST},
        {"5c", NATT_E_CBOR_RESERVED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        c.plan.envelope.payload = HEX(&c, rows[i].payload);
        REFUSED(&c, rows[i].code, NATT_NO_ITEM, 7);
    }
    natt_test_end(&c);
}

/* An unknown field pads the payload to the required length: 16383 and 16384 bytes are accepted, 16385 are not. */
static void set_payload_len(struct natt_test_case *c, size_t len)
{
    natt_test_build(c);
    size_t now = natt_issuer_payload(c->issuer).len;
    natt_plan_entry *entry = natt_plan_field(&c->plan, "x");
    natt_bytes old = entry->value;
    entry->value = natt_plan_cbor_zeros(&c->plan, old.len - 3 + len - now);
}

Test(cose, payload_size_limit_is_16384)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    c.opt.flags |= NATT_ALLOW_UNKNOWN_FIELDS;
    natt_plan_append(&c.plan, &c.plan.payload, natt_plan_cbor_text(&c.plan, "x"), natt_plan_cbor_zeros(&c.plan, 1000));
    set_payload_len(&c, NATT_MAX_PAYLOAD - 1);
    VERIFIED(&c);
    set_payload_len(&c, NATT_MAX_PAYLOAD);
    VERIFIED(&c);
    cr_assert_eq(natt_issuer_payload(c.issuer).len, NATT_MAX_PAYLOAD);
    c.plan.envelope.tag = HEX(&c, "d2");
    VERIFIED(&c);
    cr_assert_eq(c.doc.len, NATT_MAX_DOCUMENT);
    c.plan.envelope.tag = (natt_bytes){NULL, 0};
    set_payload_len(&c, NATT_MAX_PAYLOAD + 1);
    REFUSED(&c, NATT_E_COSE_PAYLOAD, NATT_NO_ITEM, 7);
    natt_test_end(&c);
}

Test(cose, document_size_refused_when_empty_or_too_large)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    c.doc.len = 0;
    natt_test_refused_doc(&c, NATT_E_COSE_SIZE, NATT_NO_ITEM, 0, __LINE__);
    c.doc = (natt_bytes){NULL, 0};
    natt_test_refused_doc(&c, NATT_E_COSE_SIZE, NATT_NO_ITEM, 0, __LINE__);
    c.doc = (natt_bytes){c.bytes, NATT_MAX_DOCUMENT + 1};
    natt_test_refused_doc(&c, NATT_E_COSE_SIZE, NATT_NO_ITEM, 0, __LINE__);
    natt_test_build(&c);
    size_t end = c.doc.len;
    c.doc.len = NATT_MAX_DOCUMENT; /* not too large: the bytes after the document are the reason */
    natt_test_refused_doc(&c, NATT_E_COSE_TRAILING, NATT_NO_ITEM, end, __LINE__);
    natt_test_end(&c);
}

Test(cose, signature_size_refused_when_not_96)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    static const size_t sizes[] = {0, 1, 40, 95, 97, 98, 132};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        c.plan.envelope.signature.raw = natt_plan_repeat(&c.plan, HEX(&c, "01"), sizes[i]);
        if (sizes[i] == 0)
            c.plan.envelope.signature.raw = (natt_bytes){c.bytes, 0};
        REFUSED(&c, NATT_E_COSE_SIGNATURE_SIZE, NATT_NO_ITEM,
                natt_test_at(&c, natt_issuer_payload(c.issuer)) + natt_issuer_payload(c.issuer).len);
    }
    natt_test_end(&c);
}

Test(cose, signature_size_refused_when_der)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    c.plan.envelope.signature.other_form = true;
    REFUSED(&c, NATT_E_COSE_SIGNATURE_SIZE, NATT_NO_ITEM,
            natt_test_at(&c, natt_issuer_payload(c.issuer)) + natt_issuer_payload(c.issuer).len);
    natt_test_end(&c);
}

Test(cose, signature_range_refused_when_zero_or_order)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    static const struct {
        natt_signature_edit edit;
        size_t back;
    } rows[] = {{NATT_SIGNATURE_ZERO_R, 96},
                {NATT_SIGNATURE_ZERO_S, 48},
                {NATT_SIGNATURE_R_IS_N, 96},
                {NATT_SIGNATURE_S_IS_N, 48}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        c.plan.envelope.signature.edit = rows[i].edit;
        REFUSED(&c, NATT_E_COSE_SIGNATURE_RANGE, NATT_NO_ITEM, c.doc.len - rows[i].back);
    }
    natt_test_end(&c);
}

/* n - 1 is in range, so the arithmetic determines the result; all ones is out of range. */
Test(cose, signature_range_limit_is_the_order)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    c.plan.envelope.signature.s =
        HEX(&c, "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52972");
    REFUSED(&c, NATT_E_COSE_SIGNATURE, NATT_NO_ITEM, c.doc.len - 96);
    c.plan.envelope.signature.s =
        HEX(&c, "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52974");
    REFUSED(&c, NATT_E_COSE_SIGNATURE_RANGE, NATT_NO_ITEM, c.doc.len - 48);
    natt_test_end(&c);
}

Test(cose, high_and_low_s_accepted_with_one_canonical_id)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    natt_verified first = natt_test_verified_doc(&c, __LINE__);
    static const natt_signature_edit edits[] = {NATT_SIGNATURE_LOW_S, NATT_SIGNATURE_HIGH_S, NATT_SIGNATURE_OTHER_S};
    for (size_t i = 0; i < 2 * sizeof edits / sizeof edits[0]; i++) {
        c.plan.envelope.signature.edit = edits[i / 2];
        c.plan.envelope.tag = i % 2 == 0 ? (natt_bytes){NULL, 0} : HEX(&c, "d2");
        natt_test_build(&c);
        natt_verified twin = natt_test_verified_doc(&c, __LINE__);
        cr_assert_arr_eq(twin.canonical_id, first.canonical_id, sizeof first.canonical_id);
    }
    natt_test_end(&c);
}

Test(cose, signature_refused_when_wrong)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    c.plan.envelope.signature.key = NATT_KEY_UNRELATED;
    REFUSED(&c, NATT_E_COSE_SIGNATURE, NATT_NO_ITEM, c.doc.len - 96);
    c.plan.envelope.signature.key = TEST_LEAF - 1;
    REFUSED(&c, NATT_E_COSE_SIGNATURE, NATT_NO_ITEM, c.doc.len - 96);
    c.plan.envelope.signature.key = TEST_LEAF;
    c.plan.envelope.external_aad = HEX(&c, "4101");
    REFUSED(&c, NATT_E_COSE_SIGNATURE, NATT_NO_ITEM, c.doc.len - 96);
    c.plan.envelope.external_aad = HEX(&c, "40");
    c.plan.envelope.context = natt_plan_cbor_text(&c.plan, "Signature");
    REFUSED(&c, NATT_E_COSE_SIGNATURE, NATT_NO_ITEM, c.doc.len - 96);
    c.plan.envelope.context = natt_plan_cbor_text(&c.plan, "Signature1");
    VERIFIED(&c);
    natt_test_end(&c);
}

Test(cose, trailing_bytes_refused)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    size_t end = c.doc.len;
    static const char *const trailing[] = {"00", "0a", "ff", "f6", "8444a1013822a0"};
    for (size_t i = 0; i < sizeof trailing / sizeof trailing[0]; i++) {
        c.plan.envelope.trailing = HEX(&c, trailing[i]);
        REFUSED(&c, NATT_E_COSE_TRAILING, NATT_NO_ITEM, end);
    }
    natt_test_end(&c);
}
