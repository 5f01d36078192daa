/*
 * The payload map, signed by the leaf: only AWS could make the documents that are refused here.
 */
#include "signed.h"

#include <string.h>

#define HEX(c, text) natt_plan_hex(&(c)->plan, text)

static size_t payload_at(const struct natt_test_case *c)
{
    return natt_test_at(c, natt_issuer_payload(c->issuer));
}

Test(document, accepted_in_definite_and_indefinite_form)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    c.plan.payload.wrap.form = NATT_FORM_DEFINITE;
    VERIFIED(&c);
    c.plan.payload.wrap.form = NATT_FORM_INDEFINITE;
    VERIFIED(&c);
    c.plan.pcrs.wrap.form = NATT_FORM_INDEFINITE;
    c.plan.cabundle.wrap.form = NATT_FORM_INDEFINITE;
    VERIFIED(&c);
    natt_test_end(&c);
}

Test(document, accepted_in_any_key_order)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_reverse(&c.plan.payload);
    natt_plan_reverse(&c.plan.pcrs);
    VERIFIED(&c);
    natt_plan_move(&c.plan, &c.plan.payload, 0, 5);
    VERIFIED(&c);
    natt_test_end(&c);
}

Test(document, optionals_accepted_omitted_null_or_empty)
{
    static const char *const names[] = {"public_key", "user_data", "nonce"};
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < 3; i++)
        natt_plan_set_field(&c.plan, names[i], HEX(&c, "40"));
    VERIFIED(&c);
    natt_verified v = natt_test_verified_doc(&c, __LINE__);
    cr_assert(v.nonce.ptr != NULL && v.nonce.len == 0, "an empty nonce is present");
    for (size_t i = 0; i < 3; i++)
        natt_plan_set_field(&c.plan, names[i], natt_plan_cbor_null(&c.plan));
    natt_test_build(&c);
    v = natt_test_verified_doc(&c, __LINE__);
    cr_assert(v.nonce.ptr == NULL && v.user_data.ptr == NULL && v.public_key.ptr == NULL);
    for (size_t i = 0; i < 3; i++)
        natt_plan_omit_field(&c.plan, names[i]);
    natt_test_build(&c);
    v = natt_test_verified_doc(&c, __LINE__);
    cr_assert(v.nonce.ptr == NULL && v.user_data.ptr == NULL && v.public_key.ptr == NULL);
    natt_test_end(&c);
}

Test(document, payload_refused_when_no_map)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    static const struct {
        const char *payload;
        natt_code code;
    } rows[] = {{"80", NATT_E_CBOR_TYPE},       {"f6", NATT_E_CBOR_TYPE},          {"00", NATT_E_CBOR_TYPE},
                {"40", NATT_E_CBOR_TYPE},       {"c0a0", NATT_E_CBOR_TAG},         {"ff", NATT_E_CBOR_BREAK},
                {"f97e00", NATT_E_CBOR_SIMPLE}, {"b800", NATT_E_CBOR_NOT_SHORTEST}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        c.plan.payload.raw = HEX(&c, rows[i].payload);
        REFUSED(&c, rows[i].code, NATT_NO_ITEM, payload_at(&c));
    }
    natt_test_end(&c);
}

Test(document, payload_refused_when_bytes_follow_the_map)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    c.plan.payload.wrap.after = HEX(&c, "00");
    REFUSED(&c, NATT_E_CBOR_TRAILING, NATT_NO_ITEM, payload_at(&c) + natt_issuer_payload(c.issuer).len - 1);
    natt_test_end(&c);
}

Test(document, payload_refused_when_unended_or_miscounted)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    c.plan.payload.wrap.form = NATT_FORM_UNENDED;
    REFUSED(&c, NATT_E_CBOR_TRUNCATED, NATT_NO_ITEM, payload_at(&c) + natt_issuer_payload(c.issuer).len);
    c.plan.payload.wrap.form = NATT_FORM_DEFINITE;
    c.plan.payload.wrap.length_delta = 1;
    REFUSED(&c, NATT_E_CBOR_TRUNCATED, NATT_NO_ITEM, payload_at(&c) + natt_issuer_payload(c.issuer).len);
    c.plan.payload.wrap.length_delta = -1;
    REFUSED(&c, NATT_E_CBOR_TRAILING, NATT_NO_ITEM, natt_test_at_field(&c, "nonce"));
    natt_test_end(&c);
}

Test(document, break_refused_inside_a_pair_or_a_definite_map)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_field(&c.plan, "nonce")->value = (natt_bytes){c.bytes, 0};
    REFUSED(&c, NATT_E_CBOR_BREAK, NATT_FIELD_NONCE, payload_at(&c) + natt_issuer_payload(c.issuer).len - 1);
    natt_test_end(&c);
}

Test(document, key_refused_when_no_text)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    static const struct {
        const char *key;
        natt_code code;
    } rows[] = {{"00", NATT_E_DOC_KEY},
                {"456e6f6e6365", NATT_E_DOC_KEY},
                {"f6", NATT_E_DOC_KEY},
                {"7f656e6f6e6365ff", NATT_E_CBOR_INDEFINITE},
                {"78056e6f6e6365", NATT_E_CBOR_NOT_SHORTEST},
                {"656e6f6ec328", NATT_E_CBOR_UTF8}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        c.plan.payload.entries[c.plan.payload.count - 1].key = HEX(&c, rows[i].key);
        size_t inside = rows[i].code == NATT_E_CBOR_UTF8 ? 1 : 0;
        REFUSED(&c, rows[i].code, NATT_NO_ITEM, natt_test_after_field(&c, "user_data") + 1 + inside);
    }
    natt_test_end(&c);
}

Test(document, field_refused_when_duplicated)
{
    struct natt_test_case c;
    uint32_t repeated = 0;
    natt_test_begin(&c);
    for (uint32_t f = 0; f < NATT_FIELD_COUNT; f++) {
        const char *name = natt_field_name(f);
        if (natt_plan_field(&c.plan, name) == NULL)
            continue; /* the issuer does not write it, such as nitrotpm_pcrs */
        repeated++;
        size_t at = natt_plan_position(&c.plan.payload, natt_plan_field(&c.plan, name));
        natt_plan_duplicate(&c.plan, &c.plan.payload, at);
        natt_plan_move(&c.plan, &c.plan.payload, at, c.plan.payload.count - 1);
        natt_test_build(&c);
        size_t value = natt_issuer_payload(c.issuer).len;
        natt_error err;
        natt_verified v = NATT_VERIFIED_INIT;
        cr_assert_not(natt_verify(&v, c.doc, &c.opt, NULL, &err));
        cr_assert_eq(err.code, NATT_E_DOC_DUPLICATE_FIELD, "%s: %s", name, natt_code_name(err.code));
        cr_assert_eq(err.item, f);
        cr_assert(err.offset > payload_at(&c) && err.offset < payload_at(&c) + value);
        cr_assert_eq(memcmp(c.doc.ptr + err.offset + 1, name, strlen(name)), 0, "the offset is the second key");
        natt_plan_remove(&c.plan, &c.plan.payload, c.plan.payload.count - 1);
    }
    cr_assert_geq(repeated, 9);
    natt_test_end(&c);
}

Test(document, field_refused_when_duplicated_with_another_value)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_append(&c.plan, &c.plan.payload, natt_plan_cbor_text(&c.plan, "nonce"), HEX(&c, "4101"));
    REFUSED(&c, NATT_E_DOC_DUPLICATE_FIELD, NATT_FIELD_NONCE, natt_test_after_field(&c, "nonce") + 1);
    natt_test_end(&c);
}

Test(document, mandatory_field_refused_when_missing)
{
    static const natt_field mandatory[] = {NATT_FIELD_MODULE_ID, NATT_FIELD_DIGEST,      NATT_FIELD_TIMESTAMP,
                                           NATT_FIELD_PCRS,      NATT_FIELD_CERTIFICATE, NATT_FIELD_CABUNDLE};
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof mandatory / sizeof mandatory[0]; i++) {
        natt_plan_list *list = &c.plan.payload;
        size_t at = natt_plan_position(list, natt_plan_field(&c.plan, natt_field_name(mandatory[i])));
        natt_plan_entry entry = list->entries[at];
        natt_plan_remove(&c.plan, list, at);
        REFUSED(&c, NATT_E_DOC_MISSING_FIELD, mandatory[i], NATT_NO_OFFSET);
        *natt_plan_insert(&c.plan, list, at, entry.key, entry.value) = entry;
    }
    VERIFIED(&c);
    natt_test_end(&c);
}

Test(document, mandatory_field_refused_when_null)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_refused_value(&c, "module_id", "f6", NATT_E_DOC_NULL_FIELD, NATT_FIELD_MODULE_ID);
    natt_test_refused_value(&c, "digest", "f6", NATT_E_DOC_NULL_FIELD, NATT_FIELD_DIGEST);
    natt_test_refused_value(&c, "timestamp", "f6", NATT_E_DOC_NULL_FIELD, NATT_FIELD_TIMESTAMP);
    natt_test_refused_value(&c, "pcrs", "f6", NATT_E_DOC_NULL_FIELD, NATT_FIELD_PCRS);
    natt_test_refused_value(&c, "certificate", "f6", NATT_E_DOC_NULL_FIELD, NATT_FIELD_CERTIFICATE);
    natt_test_refused_value(&c, "cabundle", "f6", NATT_E_DOC_NULL_FIELD, NATT_FIELD_CABUNDLE);
    natt_test_end(&c);
}

Test(document, field_refused_when_of_wrong_type)
{
    static const struct {
        const char *name, *value;
        natt_code code;
        uint32_t item;
    } rows[] = {
        {"module_id", "4161", NATT_E_CBOR_TYPE, NATT_FIELD_MODULE_ID},
        {"module_id", "01", NATT_E_CBOR_TYPE, NATT_FIELD_MODULE_ID},
        {"digest", "46534841333834", NATT_E_CBOR_TYPE, NATT_FIELD_DIGEST},
        {"digest", "01", NATT_E_CBOR_TYPE, NATT_FIELD_DIGEST},
        {"timestamp", "20", NATT_E_CBOR_TYPE, NATT_FIELD_TIMESTAMP},
        {"timestamp", "c11a00000001", NATT_E_CBOR_TAG, NATT_FIELD_TIMESTAMP},
        {"timestamp", "c24101", NATT_E_CBOR_TAG, NATT_FIELD_TIMESTAMP},
        {"timestamp", "fb4278000000000000", NATT_E_CBOR_SIMPLE, NATT_FIELD_TIMESTAMP},
        {"timestamp", "f5", NATT_E_CBOR_TYPE, NATT_FIELD_TIMESTAMP},
        {"pcrs", "80", NATT_E_CBOR_TYPE, NATT_FIELD_PCRS},
        {"certificate", "6161", NATT_E_CBOR_TYPE, NATT_FIELD_CERTIFICATE},
        {"certificate", "8101", NATT_E_CBOR_TYPE, NATT_FIELD_CERTIFICATE},
        {"cabundle", "4161", NATT_E_CBOR_TYPE, NATT_FIELD_CABUNDLE},
        {"cabundle", "a0", NATT_E_CBOR_TYPE, NATT_FIELD_CABUNDLE},
        {"user_data", "6161", NATT_E_CBOR_TYPE, NATT_FIELD_USER_DATA},
        {"user_data", "8101", NATT_E_CBOR_TYPE, NATT_FIELD_USER_DATA},
        {"user_data", "f7", NATT_E_CBOR_SIMPLE, NATT_FIELD_USER_DATA},
        {"user_data", "5f4161ff", NATT_E_CBOR_INDEFINITE, NATT_FIELD_USER_DATA},
        {"nonce", "f4", NATT_E_CBOR_TYPE, NATT_FIELD_NONCE},
        {"public_key", "00", NATT_E_CBOR_TYPE, NATT_FIELD_PUBLIC_KEY},
    };
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        natt_test_refused_value(&c, rows[i].name, rows[i].value, rows[i].code, rows[i].item);
    natt_test_end(&c);
}

Test(document, unknown_field_refused_unless_allowed)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_append(&c.plan, &c.plan.payload, natt_plan_cbor_text(&c.plan, "PCRS"), HEX(&c, "a201820304616181f5"));
    REFUSED(&c, NATT_E_DOC_UNKNOWN_FIELD, NATT_NO_ITEM, natt_test_at_text(&c, "PCRS"));
    c.opt.flags |= NATT_ALLOW_UNKNOWN_FIELDS;
    natt_test_build(&c);
    cr_assert_eq(natt_test_verified_doc(&c, __LINE__).unknown_fields, 1);
    natt_test_end(&c);
}

Test(document, unknown_field_refused_when_duplicated_or_not_strict)
{
    static const struct {
        const char *value;
        natt_code code;
    } rows[] = {{"c000", NATT_E_CBOR_TAG},          {"f97e00", NATT_E_CBOR_SIMPLE},
                {"1800", NATT_E_CBOR_NOT_SHORTEST}, {"5f41ffff", NATT_E_CBOR_INDEFINITE},
                {"61ff", NATT_E_CBOR_UTF8},         {"ff", NATT_E_CBOR_BREAK},
                {"1c", NATT_E_CBOR_RESERVED}};
    struct natt_test_case c;
    natt_test_begin(&c);
    c.opt.flags |= NATT_ALLOW_UNKNOWN_FIELDS;
    natt_plan_append(&c.plan, &c.plan.payload, natt_plan_cbor_text(&c.plan, "xx"), HEX(&c, "00"));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        natt_plan_set_field(&c.plan, "xx", HEX(&c, rows[i].value));
        size_t inside = rows[i].code == NATT_E_CBOR_UTF8 ? 1 : 0;
        REFUSED(&c, rows[i].code, NATT_NO_ITEM, natt_test_after_field(&c, "xx") + inside);
    }
    natt_plan_set_field(&c.plan, "xx", HEX(&c, "00"));
    natt_plan_append(&c.plan, &c.plan.payload, natt_plan_cbor_text(&c.plan, "xx"), HEX(&c, "01"));
    REFUSED(&c, NATT_E_DOC_DUPLICATE_FIELD, NATT_NO_ITEM, natt_test_after_field(&c, "xx") + 1);
    natt_test_end(&c);
}

Test(document, unknown_field_nesting_limit_is_4)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    c.opt.flags |= NATT_ALLOW_UNKNOWN_FIELDS;
    natt_plan_append(&c.plan, &c.plan.payload, natt_plan_cbor_text(&c.plan, "xx"), HEX(&c, "81818100"));
    VERIFIED(&c);
    natt_plan_set_field(&c.plan, "xx", HEX(&c, "8181818100"));
    VERIFIED(&c);
    natt_plan_set_field(&c.plan, "xx", HEX(&c, "818181818100"));
    REFUSED(&c, NATT_E_CBOR_DEPTH, NATT_NO_ITEM, natt_test_after_field(&c, "xx") + 4);
    natt_plan_set_field(&c.plan, "xx", natt_plan_repeat(&c.plan, HEX(&c, "81"), 8000));
    REFUSED(&c, NATT_E_CBOR_DEPTH, NATT_NO_ITEM, natt_test_after_field(&c, "xx") + 4);
    natt_test_end(&c);
}

Test(document, unknown_field_count_limit_is_8)
{
    struct natt_test_case c;
    char name[3] = "x0";
    natt_test_begin(&c);
    c.opt.flags |= NATT_ALLOW_UNKNOWN_FIELDS;
    for (char i = '0'; i < '7'; i++) {
        name[1] = i;
        natt_plan_append(&c.plan, &c.plan.payload, natt_plan_cbor_text(&c.plan, name), HEX(&c, "00"));
    }
    VERIFIED(&c);
    natt_plan_append(&c.plan, &c.plan.payload, natt_plan_cbor_text(&c.plan, "x7"), HEX(&c, "00"));
    VERIFIED(&c);
    natt_plan_append(&c.plan, &c.plan.payload, natt_plan_cbor_text(&c.plan, "x8"), HEX(&c, "00"));
    REFUSED(&c, NATT_E_DOC_UNKNOWN_COUNT, NATT_NO_ITEM, natt_test_at_field(&c, "x8"));
    natt_test_end(&c);
}

Test(document, kind_refused_when_both_pcr_maps_are_present)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_append(&c.plan, &c.plan.payload, natt_plan_cbor_text(&c.plan, "nitrotpm_pcrs"), HEX(&c, "f6"));
    REFUSED(&c, NATT_E_DOC_KIND_MIXED, NATT_FIELD_NITROTPM_PCRS, natt_test_at_field(&c, "nitrotpm_pcrs"));
    natt_test_end(&c);
}

/* The text of module_id begins one or two bytes after the key: its head has one byte below 24, two from 24 on. */
static void refused_kind(struct natt_test_case *c, const char *module_id)
{
    natt_plan_set_field(&c->plan, "module_id", natt_plan_cbor_text(&c->plan, module_id));
    REFUSED(c, NATT_E_DOC_KIND_UNEXPECTED, NATT_NO_ITEM,
            natt_test_after_field(c, "module_id") + (strlen(module_id) < 24 ? 1 : 2));
}

Test(document, kind_refused_when_module_id_is_of_another_kind)
{
    static const char *const ids[] = {"i-0827e799ec9232d44-tpm0000000000000000",
                                      "i-0827e799ec9232d44-sbx0123456789abcdef",
                                      "i-0827e799ec9232d44",
                                      "i-0827e799ec9232d44-enc",
                                      "i--enc0123",
                                      "i-01-encX",
                                      "i-01-enc01x",
                                      "I-01-enc01",
                                      "j-01-enc01",
                                      "i-0A-enc01",
                                      "i-01-ENC01",
                                      "i-01enc01",
                                      "i-",
                                      "x"};
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        refused_kind(&c, ids[i]);
    natt_test_end(&c);
}

static void tpm_case(struct natt_test_case *c)
{
    natt_issuer_options options = natt_test_issuer_options();
    options.kind = NATT_KIND_NITROTPM;
    natt_test_begin_with(c, &options, NULL);
}

Test(document, kind_refused_when_enclave_is_expected_and_nitrotpm_comes)
{
    struct natt_test_case c;
    tpm_case(&c);
    VERIFIED(&c);
    c.opt.kind = NATT_KIND_ENCLAVE;
    REFUSED(&c, NATT_E_DOC_KIND_UNEXPECTED, NATT_NO_ITEM, natt_test_after_field(&c, "module_id") + 2);
    c.opt.kind = NATT_KIND_NITROTPM;
    refused_kind(&c, "i-0827e799ec9232d44-enc0123456789abcdef");
    natt_test_end(&c);
}

Test(document, kind_refused_when_nitrotpm_is_expected_and_enclave_comes)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    c.opt.kind = NATT_KIND_NITROTPM;
    REFUSED(&c, NATT_E_DOC_KIND_UNEXPECTED, NATT_NO_ITEM, natt_test_after_field(&c, "module_id") + 2);
    natt_test_end(&c);
}

Test(document, parse_gives_untrusted_views_of_every_field)
{
    struct natt_test_case c;
    natt_document doc;
    natt_error err;
    natt_test_begin(&c);
    natt_plan_set_field(&c.plan, "nonce", HEX(&c, "43010203"));
    c.plan.envelope.tag = HEX(&c, "d2");
    c.plan.envelope.signature.edit = NATT_SIGNATURE_FLIP_BIT;
    natt_test_build(&c);
    cr_assert(natt_document_parse(&doc, c.doc, &err));
    cr_assert(doc.tagged && doc.indefinite && doc.kind == NATT_KIND_ENCLAVE);
    cr_assert_eq(doc.timestamp_ms, TEST_NOW_MS);
    cr_assert_eq(doc.nonce.len, 3);
    cr_assert_eq(doc.cabundle_count, 4);
    cr_assert_eq(doc.pcr_mask, 0xffff);
    cr_assert_eq(doc.signature.len, 96);
    cr_assert_eq(doc.raw.len, c.doc.len);
    natt_test_end(&c);
}

Test(document, parse_refuses_null_arguments)
{
    natt_document doc;
    natt_error err;
    cr_assert_not(natt_document_parse(NULL, (natt_bytes){NULL, 0}, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_not(natt_document_parse(&doc, (natt_bytes){NULL, 1}, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_not(natt_document_parse(&doc, (natt_bytes){NULL, 0}, NULL));
}

/* The map has one kind and module_id the other: the document is of neither kind, whichever is required. */
Test(document, kind_refused_when_map_and_module_id_disagree)
{
    static const char *const ids[] = {"i-0827e799ec9232d44-enc0123456789abcdef",
                                      "i-0827e799ec9232d44-tpm0000000000000000"};
    static const natt_kind kinds[] = {NATT_KIND_ENCLAVE, NATT_KIND_NITROTPM};
    struct natt_test_case c;
    for (int tpm_map = 0; tpm_map < 2; tpm_map++) {
        if (tpm_map)
            tpm_case(&c);
        else
            natt_test_begin(&c);
        natt_plan_set_field(&c.plan, "module_id", natt_plan_cbor_text(&c.plan, ids[!tpm_map]));
        for (int i = 0; i < 2; i++) {
            c.opt.kind = kinds[i];
            REFUSED(&c, NATT_E_DOC_KIND_UNEXPECTED, NATT_NO_ITEM, natt_test_after_field(&c, "module_id") + 2);
        }
        natt_test_end(&c);
    }
}

Test(document, parse_leaves_nothing_behind_when_it_refuses)
{
    static const natt_document zero;
    natt_document doc;
    natt_error err;
    struct natt_test_case c;
    natt_test_begin(&c);
    c.plan.payload.wrap.after = HEX(&c, "00");
    natt_test_build(&c);
    memset(&doc, 0xa5, sizeof doc);
    cr_assert_not(natt_document_parse(&doc, c.doc, &err));
    cr_assert_eq(memcmp(&doc, &zero, sizeof doc), 0);
    natt_test_end(&c);
}
