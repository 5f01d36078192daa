/*
 * Each field's own rules and limits, in documents signed by the leaf.
 */
#include "signed.h"

#include <string.h>

#define HEX(c, text) natt_plan_hex(&(c)->plan, text)

static natt_bytes text_of_len(struct natt_test_case *c, const char *start, size_t len)
{
    char text[256];
    memset(text, 'a', sizeof text);
    memcpy(text, start, strlen(start));
    text[len] = '\0';
    return natt_plan_cbor_text(&c->plan, text);
}

Test(document, module_id_size_limit_is_100)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_set_field(&c.plan, "module_id", text_of_len(&c, "i-1-enc", 99));
    VERIFIED(&c);
    natt_plan_set_field(&c.plan, "module_id", text_of_len(&c, "i-1-enc", 100));
    VERIFIED(&c);
    natt_plan_set_field(&c.plan, "module_id", text_of_len(&c, "i-1-enc", 101));
    REFUSED(&c, NATT_E_DOC_MODULE_ID_SIZE, NATT_FIELD_MODULE_ID, natt_test_after_field(&c, "module_id"));
    natt_test_refused_value(&c, "module_id", "60", NATT_E_DOC_MODULE_ID_SIZE, NATT_FIELD_MODULE_ID);
    natt_test_end(&c);
}

Test(document, digest_refused_when_not_sha384)
{
    static const char *const digests[] = {"66534841323536", "66736861333834", "60", "6753484133383420",
                                          "65534841333800"};
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < 4; i++)
        natt_test_refused_value(&c, "digest", digests[i], NATT_E_DOC_DIGEST, NATT_FIELD_DIGEST);
    natt_test_end(&c);
}

Test(document, timestamp_refused_when_zero_or_after_the_year_9999)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_refused_value(&c, "timestamp", "00", NATT_E_DOC_TIMESTAMP, NATT_FIELD_TIMESTAMP);
    natt_test_refused_value(&c, "timestamp", "1b0000e677d21fdc00", NATT_E_DOC_TIMESTAMP, NATT_FIELD_TIMESTAMP);
    natt_test_refused_value(&c, "timestamp", "1b7fffffffffffffff", NATT_E_DOC_TIMESTAMP, NATT_FIELD_TIMESTAMP);
    natt_test_refused_value(&c, "timestamp", "1b8000000000000000", NATT_E_DOC_TIMESTAMP, NATT_FIELD_TIMESTAMP);
    natt_test_refused_value(&c, "timestamp", "1bffffffffffffffff", NATT_E_DOC_TIMESTAMP, NATT_FIELD_TIMESTAMP);
    /* The last millisecond of 9999 and the first of 1970 are valid times; the certificates refuse them. */
    natt_plan_set_field(&c.plan, "timestamp", HEX(&c, "1b0000e677d21fdbff"));
    REFUSED(&c, NATT_E_TIME_TIMESTAMP_LATE, 0, natt_test_at_certificate(&c, 0));
    natt_plan_set_field(&c.plan, "timestamp", HEX(&c, "01"));
    REFUSED(&c, NATT_E_TIME_TIMESTAMP_EARLY, 0, natt_test_at_certificate(&c, 0));
    natt_test_end(&c);
}

Test(document, timestamp_refused_when_not_shortest)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_refused_value(&c, "timestamp", "1b00000000ffffffff", NATT_E_CBOR_NOT_SHORTEST, NATT_FIELD_TIMESTAMP);
    natt_test_end(&c);
}

static natt_bytes zeros48(struct natt_test_case *c)
{
    return natt_plan_cbor_zeros(&c->plan, NATT_PCR_LEN);
}

Test(document, pcr_count_limits_are_1_and_32)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    c.opt.flags |= NATT_ALLOW_DEBUG;
    for (uint32_t i = 16; i < 31; i++)
        natt_plan_append(&c.plan, &c.plan.pcrs, natt_plan_cbor_uint(&c.plan, i), zeros48(&c));
    VERIFIED(&c);
    natt_plan_append(&c.plan, &c.plan.pcrs, natt_plan_cbor_uint(&c.plan, 31), zeros48(&c));
    VERIFIED(&c);
    natt_plan_append(&c.plan, &c.plan.pcrs, natt_plan_cbor_uint(&c.plan, 31), zeros48(&c));
    REFUSED(&c, NATT_E_DOC_PCR_COUNT, NATT_FIELD_PCRS, natt_test_after_field(&c, "pcrs"));
    c.plan.pcrs.wrap.form = NATT_FORM_INDEFINITE;
    REFUSED(&c, NATT_E_DOC_PCR_DUPLICATE, 31, natt_test_at_field(&c, "certificate") - 1 - 52);
    c.plan.pcrs.wrap.form = NATT_FORM_DEFINITE;
    while (c.plan.pcrs.count > 1)
        natt_plan_remove(&c.plan, &c.plan.pcrs, 1);
    VERIFIED(&c);
    natt_plan_remove(&c.plan, &c.plan.pcrs, 0);
    REFUSED(&c, NATT_E_DOC_PCR_COUNT, NATT_FIELD_PCRS, natt_test_after_field(&c, "pcrs"));
    c.plan.pcrs.wrap.form = NATT_FORM_INDEFINITE;
    REFUSED(&c, NATT_E_DOC_PCR_COUNT, NATT_FIELD_PCRS, natt_test_after_field(&c, "pcrs"));
    natt_test_end(&c);
}

Test(document, sparse_pcr_sets_accepted)
{
    static const uint32_t indices[] = {0, 1, 2, 3, 4, 8, 16, 31};
    struct natt_test_case c;
    natt_test_begin(&c);
    for (uint32_t i = 5; i < 16; i++)
        if (i != 8)
            natt_plan_omit_pcr(&c.plan, i);
    natt_plan_append(&c.plan, &c.plan.pcrs, natt_plan_cbor_uint(&c.plan, 16), zeros48(&c));
    natt_plan_append(&c.plan, &c.plan.pcrs, natt_plan_cbor_uint(&c.plan, 31), zeros48(&c));
    natt_test_build(&c);
    natt_verified v = natt_test_verified_doc(&c, __LINE__);
    uint32_t mask = 0;
    for (size_t i = 0; i < sizeof indices / sizeof indices[0]; i++)
        mask |= UINT32_C(1) << indices[i];
    cr_assert_eq(v.pcr_mask, mask);
    natt_test_end(&c);
}

Test(document, pcr_index_refused_when_not_0_to_31)
{
    static const struct {
        const char *key;
        natt_code code;
    } rows[] = {{"1820", NATT_E_DOC_PCR_INDEX},
                {"18ff", NATT_E_DOC_PCR_INDEX},
                {"1b0000000100000000", NATT_E_DOC_PCR_INDEX},
                {"1bffffffffffffffff", NATT_E_DOC_PCR_INDEX},
                {"20", NATT_E_DOC_PCR_INDEX},
                {"6130", NATT_E_DOC_PCR_INDEX},
                {"4100", NATT_E_DOC_PCR_INDEX},
                {"f4", NATT_E_DOC_PCR_INDEX},
                {"1800", NATT_E_CBOR_NOT_SHORTEST},
                {"f90000", NATT_E_CBOR_SIMPLE}};
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        c.plan.pcrs.entries[0].key = HEX(&c, rows[i].key);
        REFUSED(&c, rows[i].code, NATT_FIELD_PCRS, natt_test_after_field(&c, "pcrs") + 1);
    }
    natt_test_end(&c);
}

Test(document, pcr_refused_when_duplicated)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_duplicate(&c.plan, &c.plan.pcrs, 0);
    REFUSED(&c, NATT_E_DOC_PCR_DUPLICATE, 0, natt_test_after_field(&c, "pcrs") + 1 + 51);
    natt_test_end(&c);
}

Test(document, pcr_size_refused_when_not_48)
{
    static const size_t sizes[] = {0, 31, 32, 47, 49, 64, 96};
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        natt_plan_set_pcr(&c.plan, 0, natt_plan_cbor_zeros(&c.plan, sizes[i]));
        REFUSED(&c, NATT_E_DOC_PCR_SIZE, 0, natt_test_after_field(&c, "pcrs") + 2);
    }
    natt_plan_set_pcr(&c.plan, 0, natt_plan_cbor_null(&c.plan));
    REFUSED(&c, NATT_E_CBOR_TYPE, NATT_FIELD_PCRS, natt_test_after_field(&c, "pcrs") + 2);
    natt_test_end(&c);
}

Test(document, certificate_size_limits_are_1_and_1024)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_set_field(&c.plan, "certificate", natt_plan_cbor_zeros(&c.plan, 1025));
    REFUSED(&c, NATT_E_DOC_CERTIFICATE_SIZE, NATT_FIELD_CERTIFICATE, natt_test_after_field(&c, "certificate"));
    natt_plan_set_field(&c.plan, "certificate", natt_plan_cbor_zeros(&c.plan, 0));
    REFUSED(&c, NATT_E_DOC_CERTIFICATE_SIZE, NATT_FIELD_CERTIFICATE, natt_test_after_field(&c, "certificate"));
    natt_plan_set_field(&c.plan, "certificate", natt_plan_cbor_zeros(&c.plan, 1024));
    REFUSED(&c, NATT_E_DER_TAG, TEST_LEAF, natt_test_after_field(&c, "certificate") + 3);
    natt_plan_set_field(&c.plan, "certificate", natt_plan_cbor_zeros(&c.plan, 1));
    REFUSED(&c, NATT_E_DER_TAG, TEST_LEAF, natt_test_after_field(&c, "certificate") + 1);
    natt_test_end(&c);
}

Test(document, bundled_certificate_size_limits_are_1_and_1024)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    static const size_t sizes[] = {0, 1025};
    for (size_t i = 0; i < 2; i++) {
        c.plan.cabundle.entries[0].value = natt_plan_cbor_zeros(&c.plan, sizes[i]);
        REFUSED(&c, NATT_E_DOC_CERTIFICATE_SIZE, NATT_FIELD_CABUNDLE, natt_test_after_field(&c, "cabundle") + 1);
    }
    c.plan.cabundle.entries[0].value = HEX(&c, "6161");
    REFUSED(&c, NATT_E_CBOR_TYPE, NATT_FIELD_CABUNDLE, natt_test_after_field(&c, "cabundle") + 1);
    natt_test_end(&c);
}

static void chain_of(struct natt_test_case *c, uint32_t bundle_count)
{
    natt_issuer_options options = natt_test_issuer_options();
    options.bundle_count = bundle_count;
    natt_test_begin_with(c, &options, NULL);
}

Test(document, cabundle_count_limits_are_1_and_8)
{
    static const uint32_t counts[] = {1, 2, 7, 8};
    struct natt_test_case c;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        chain_of(&c, counts[i]);
        natt_test_build(&c);
        natt_verified v = natt_test_verified_doc(&c, __LINE__);
        cr_assert_eq(v.chain_count, counts[i] + 1);
        natt_test_end(&c);
    }
    chain_of(&c, 9);
    REFUSED(&c, NATT_E_DOC_CABUNDLE_COUNT, NATT_FIELD_CABUNDLE, natt_test_after_field(&c, "cabundle"));
    c.plan.cabundle.wrap.form = NATT_FORM_INDEFINITE;
    REFUSED(&c, NATT_E_DOC_CABUNDLE_COUNT, NATT_FIELD_CABUNDLE, natt_test_after_field(&c, "cabundle"));
    c.plan.cabundle.raw = HEX(&c, "9bffffffffffffffff"); /* checked at the head, before an item is found missing */
    REFUSED(&c, NATT_E_DOC_CABUNDLE_COUNT, NATT_FIELD_CABUNDLE, natt_test_after_field(&c, "cabundle"));
    c.plan.cabundle.raw = HEX(&c, "80");
    REFUSED(&c, NATT_E_DOC_CABUNDLE_COUNT, NATT_FIELD_CABUNDLE, natt_test_after_field(&c, "cabundle"));
    c.plan.cabundle.raw = HEX(&c, "9fff");
    REFUSED(&c, NATT_E_DOC_CABUNDLE_COUNT, NATT_FIELD_CABUNDLE, natt_test_after_field(&c, "cabundle"));
    natt_test_end(&c);
}

Test(document, optional_size_limits_follow_the_options)
{
    static const struct {
        natt_limits limits;
        const char *name;
        natt_field field;
        size_t len;
        bool ok;
    } rows[] = {
        {NATT_LIMITS_DEFAULT, "user_data", NATT_FIELD_USER_DATA, 4095, true},
        {NATT_LIMITS_DEFAULT, "user_data", NATT_FIELD_USER_DATA, 4096, true},
        {NATT_LIMITS_DEFAULT, "user_data", NATT_FIELD_USER_DATA, 4097, false},
        {NATT_LIMITS_DEFAULT, "nonce", NATT_FIELD_NONCE, 4096, true},
        {NATT_LIMITS_DEFAULT, "nonce", NATT_FIELD_NONCE, 4097, false},
        {NATT_LIMITS_DEFAULT, "public_key", NATT_FIELD_PUBLIC_KEY, 4096, true},
        {NATT_LIMITS_DEFAULT, "public_key", NATT_FIELD_PUBLIC_KEY, 4097, false},
        {NATT_LIMITS_DEFAULT, "public_key", NATT_FIELD_PUBLIC_KEY, 0, true},
        {NATT_LIMITS_AWS_1024, "user_data", NATT_FIELD_USER_DATA, 1024, true},
        {NATT_LIMITS_AWS_1024, "user_data", NATT_FIELD_USER_DATA, 1025, false},
        {NATT_LIMITS_AWS_1024, "nonce", NATT_FIELD_NONCE, 1023, true},
        {NATT_LIMITS_AWS_1024, "nonce", NATT_FIELD_NONCE, 1025, false},
        {NATT_LIMITS_AWS_1024, "public_key", NATT_FIELD_PUBLIC_KEY, 0, true},
        {NATT_LIMITS_AWS_1024, "public_key", NATT_FIELD_PUBLIC_KEY, 1025, false},
        {NATT_LIMITS_AWS_512, "user_data", NATT_FIELD_USER_DATA, 511, true},
        {NATT_LIMITS_AWS_512, "user_data", NATT_FIELD_USER_DATA, 512, true},
        {NATT_LIMITS_AWS_512, "user_data", NATT_FIELD_USER_DATA, 513, false},
        {NATT_LIMITS_AWS_512, "nonce", NATT_FIELD_NONCE, 513, false},
        {NATT_LIMITS_AWS_512, "public_key", NATT_FIELD_PUBLIC_KEY, 1024, true},
        {NATT_LIMITS_AWS_512, "public_key", NATT_FIELD_PUBLIC_KEY, 1, true},
        {NATT_LIMITS_AWS_512, "public_key", NATT_FIELD_PUBLIC_KEY, 0, false},
        {NATT_LIMITS_AWS_512, "public_key", NATT_FIELD_PUBLIC_KEY, 1025, false},
    };
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        c.opt.limits = rows[i].limits;
        natt_plan_set_field(&c.plan, rows[i].name, natt_plan_cbor_zeros(&c.plan, rows[i].len));
        size_t head = rows[i].len >= 256 ? 3 : 1;
        if (rows[i].ok)
            VERIFIED(&c);
        else
            REFUSED(&c, NATT_E_DOC_OPTIONAL_SIZE, rows[i].field, natt_test_after_field(&c, rows[i].name) + head);
        natt_plan_set_field(&c.plan, rows[i].name, natt_plan_cbor_null(&c.plan));
    }
    natt_test_end(&c);
}
