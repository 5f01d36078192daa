/*
 * Expectations, for documents that are genuine in every other respect.
 */
#include "signed.h"

#include <stdio.h>
#include <string.h>

#define HEX(c, text) natt_plan_hex(&(c)->plan, text)
#define CERT(c, i)   (&(c)->plan.certificates[i])

static natt_bytes text(const char *s)
{
    return (natt_bytes){(const uint8_t *)s, strlen(s)};
}

Test(expect, debug_refused_unless_allowed)
{
    struct natt_test_case c;
    natt_issuer_options options = natt_test_issuer_options();
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    options.role_arn = "arn:aws:iam::123456789012:role/test";
    request.debug = true;
    natt_test_begin_with(&c, &options, &request);
    REFUSED(&c, NATT_E_EXPECT_DEBUG, 0, natt_test_after_field(&c, "pcrs") + 4);
    c.opt.flags |= NATT_ALLOW_DEBUG;
    natt_test_build(&c);
    natt_verified v = natt_test_verified_doc(&c, __LINE__);
    cr_assert(v.debug);
    cr_assert_eq(v.checks & NATT_CHECKED_PRODUCTION, 0);
    natt_test_end(&c);
}

Test(expect, debug_refused_when_any_of_pcr_0_to_2_is_zero_or_absent)
{
    struct natt_test_case c;
    for (uint32_t i = 0; i <= 2; i++) {
        natt_test_begin(&c);
        natt_plan_set_pcr(&c.plan, i, natt_plan_cbor_zeros(&c.plan, NATT_PCR_LEN));
        REFUSED(&c, NATT_E_EXPECT_DEBUG, i, natt_test_after_field(&c, "pcrs") + 1 + 51 * i + 3);
        natt_plan_omit_pcr(&c.plan, i);
        REFUSED(&c, NATT_E_EXPECT_DEBUG, i, NATT_NO_OFFSET);
        natt_test_end(&c);
    }
}

Test(expect, production_is_said_when_pcr_0_to_2_are_set)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    natt_verified v = natt_test_verified_doc(&c, __LINE__);
    cr_assert_not(v.debug);
    cr_assert_neq(v.checks & NATT_CHECKED_PRODUCTION, 0);
    natt_test_end(&c);
}

Test(expect, nonce_refused_when_absent_or_different)
{
    static const struct {
        const char *document, *expected;
        natt_code code;
    } rows[] = {
        {"43010203", "010203", NATT_OK},
        {"f6", "010203", NATT_E_EXPECT_NONCE_ABSENT},
        {"40", "010203", NATT_E_EXPECT_NONCE},
        {"420102", "010203", NATT_E_EXPECT_NONCE},
        {"4401020304", "010203", NATT_E_EXPECT_NONCE},
        {"43010204", "010203", NATT_E_EXPECT_NONCE},
        {"43000203", "010203", NATT_E_EXPECT_NONCE},
    };
    struct natt_test_case c;
    natt_test_begin(&c);
    c.opt.nonce_mode = NATT_NONCE_EXACT;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        natt_plan_set_field(&c.plan, "nonce", HEX(&c, rows[i].document));
        c.opt.nonce = HEX(&c, rows[i].expected);
        if (rows[i].code == NATT_OK)
            VERIFIED(&c);
        else
            REFUSED(&c, rows[i].code, NATT_NO_ITEM,
                    rows[i].code == NATT_E_EXPECT_NONCE ? natt_test_after_field(&c, "nonce") + 1 : NATT_NO_OFFSET);
    }
    natt_plan_omit_field(&c.plan, "nonce");
    REFUSED(&c, NATT_E_EXPECT_NONCE_ABSENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    natt_test_end(&c);
}

Test(expect, nonce_not_judged_when_not_used)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_set_field(&c.plan, "nonce", HEX(&c, "43010203"));
    natt_test_build(&c);
    cr_assert_eq(natt_test_verified_doc(&c, __LINE__).checks & NATT_CHECKED_NONCE, 0);
    c.opt.nonce_mode = NATT_NONCE_EXACT;
    c.opt.nonce = HEX(&c, "010203");
    cr_assert_neq(natt_test_verified_doc(&c, __LINE__).checks & NATT_CHECKED_NONCE, 0);
    natt_test_end(&c);
}

/* One table for user_data and public_key: the content of the document, and the expectation. */
static const struct expectation_row {
    const char *document; /* CBOR */
    natt_expect_mode mode;
    const char *expected;
    bool ok;
} expectation_rows[] = {
    {"43010203", NATT_EXPECT_ANY, NULL, true},
    {"f6", NATT_EXPECT_ANY, NULL, true},
    {"43010203", NATT_EXPECT_EXACT, "010203", true},
    {"43010203", NATT_EXPECT_EXACT, "010204", false},
    {"43010203", NATT_EXPECT_EXACT, "0102", false},
    {"43010203", NATT_EXPECT_EXACT, "01020304", false},
    {"f6", NATT_EXPECT_EXACT, "010203", false},
    {"f6", NATT_EXPECT_EXACT, "", false},
    {"40", NATT_EXPECT_EXACT, "", true},
    {"4100", NATT_EXPECT_EXACT, "", false},
    {"f6", NATT_EXPECT_ABSENT, NULL, true},
    {"40", NATT_EXPECT_ABSENT, NULL, false},
    {"43010203", NATT_EXPECT_ABSENT, NULL, false},
};

static void run_expectations(const char *field, natt_code code, uint32_t bit)
{
    static const uint8_t empty[1] = {0};
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_expectation *e = bit == NATT_CHECKED_USER_DATA ? &c.opt.user_data : &c.opt.public_key;
    for (size_t i = 0; i < sizeof expectation_rows / sizeof expectation_rows[0]; i++) {
        const struct expectation_row *row = &expectation_rows[i];
        natt_plan_set_field(&c.plan, field, HEX(&c, row->document));
        e->mode = row->mode;
        e->value = row->expected == NULL      ? (natt_bytes){NULL, 0}
                   : row->expected[0] == '\0' ? (natt_bytes){empty, 0}
                                              : HEX(&c, row->expected);
        natt_test_build(&c);
        size_t at = strcmp(row->document, "f6") == 0 ? NATT_NO_OFFSET : natt_test_after_field(&c, field) + 1;
        if (!row->ok)
            natt_test_refused_doc(&c, code, NATT_NO_ITEM, at, __LINE__);
        else
            cr_assert_eq((natt_test_verified_doc(&c, __LINE__).checks & bit) != 0, row->mode != NATT_EXPECT_ANY);
    }
    natt_test_end(&c);
}

Test(expect, user_data_refused_when_not_as_expected)
{
    run_expectations("user_data", NATT_E_EXPECT_USER_DATA, NATT_CHECKED_USER_DATA);
}

Test(expect, public_key_refused_when_not_as_expected)
{
    run_expectations("public_key", NATT_E_EXPECT_PUBLIC_KEY, NATT_CHECKED_PUBLIC_KEY);
}

Test(expect, module_binding_refused_when_names_say_another_module)
{
    static const struct {
        uint32_t cert;
        const char *common_name;
    } rows[] = {
        {TEST_LEAF, "i-0-enc0.us-east-1.aws"},
        {TEST_LEAF, "x"},
        {3, "i-0.us-east-1.aws.nitro-enclaves"},
        {3, "us-east-1.aws.nitro-enclaves"},
    };
    struct natt_test_case c;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        natt_test_begin(&c);
        CERT(&c, rows[i].cert)->subject = natt_plan_der_common_name(&c.plan, rows[i].common_name);
        if (rows[i].cert == 3)
            CERT(&c, TEST_LEAF)->issuer = CERT(&c, 3)->subject;
        natt_test_build(&c);
        cr_assert_str_empty(natt_test_verified_doc(&c, __LINE__).region);
        c.opt.flags |= NATT_REQUIRE_MODULE_BINDING;
        REFUSED(&c, NATT_E_EXPECT_MODULE_BINDING, TEST_LEAF, natt_test_after_field(&c, "module_id") + 2);
        natt_test_end(&c);
    }
}

static void set_leaf_name(struct natt_test_case *c, const char *tail)
{
    char name[256];
    snprintf(name, sizeof name, "%s%s", natt_issuer_module_id(c->issuer), tail);
    CERT(c, TEST_LEAF)->subject = natt_plan_der_common_name(&c->plan, name);
}

Test(expect, module_binding_refused_when_regions_differ_or_are_malformed)
{
    static const char *const tails[] = {".eu-west-1.aws", ".us-east-1",   ".us-east-1.",     "..aws", ".US-EAST-1.aws",
                                        "us-east-1.aws",  ".us_east.aws", "0.us-east-1.aws", ""};
    struct natt_test_case c;
    natt_test_begin(&c);
    c.opt.flags |= NATT_REQUIRE_MODULE_BINDING;
    VERIFIED(&c);
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        set_leaf_name(&c, tails[i]);
        REFUSED(&c, NATT_E_EXPECT_MODULE_BINDING, TEST_LEAF, natt_test_after_field(&c, "module_id") + 2);
    }
    set_leaf_name(&c, ".us-east-1.aws");
    VERIFIED(&c);
    natt_test_end(&c);
}

Test(expect, region_limit_is_96)
{
    struct natt_test_case c;
    char tail[128], name[256];
    for (size_t len = NATT_MAX_NAME - 1; len <= NATT_MAX_NAME + 1; len++) {
        natt_test_begin(&c);
        c.opt.flags |= NATT_REQUIRE_MODULE_BINDING;
        snprintf(tail, sizeof tail, ".%0*d.aws", (int)len, 0);
        set_leaf_name(&c, tail);
        snprintf(name, sizeof name, "%s%s", natt_issuer_instance_id(c.issuer), tail);
        CERT(&c, 3)->subject = CERT(&c, TEST_LEAF)->issuer = natt_plan_der_common_name(&c.plan, name);
        if (len <= NATT_MAX_NAME)
            VERIFIED(&c);
        else
            REFUSED(&c, NATT_E_EXPECT_MODULE_BINDING, TEST_LEAF, natt_test_after_field(&c, "module_id") + 2);
        natt_test_end(&c);
    }
}

Test(expect, module_id_refused_when_another)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    c.opt.module_id = text(natt_issuer_module_id(c.issuer));
    natt_test_build(&c);
    cr_assert_neq(natt_test_verified_doc(&c, __LINE__).checks & NATT_CHECKED_MODULE_ID, 0);
    c.opt.module_id.len--;
    REFUSED(&c, NATT_E_EXPECT_MODULE_ID, NATT_NO_ITEM, natt_test_after_field(&c, "module_id") + 2);
    c.opt.module_id = text("i-0-enc0");
    REFUSED(&c, NATT_E_EXPECT_MODULE_ID, NATT_NO_ITEM, natt_test_after_field(&c, "module_id") + 2);
    natt_test_end(&c);
}

Test(expect, region_refused_when_another_or_unknown)
{
    struct natt_test_case c;
    char leaf_name[128];
    natt_test_begin(&c);
    snprintf(leaf_name, sizeof leaf_name, "%s.", natt_issuer_module_id(c.issuer));
    c.opt.region = text("us-east-1");
    natt_test_build(&c);
    cr_assert_neq(natt_test_verified_doc(&c, __LINE__).checks & NATT_CHECKED_REGION, 0);
    static const char *const others[] = {"us-east-2", "us-east-", "us-east-11", "eu-central-1"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        c.opt.region = text(others[i]);
        REFUSED(&c, NATT_E_EXPECT_REGION, NATT_NO_ITEM, natt_test_at_text(&c, leaf_name) + strlen(leaf_name));
    }
    c.opt.region = text("us-east-1");
    set_leaf_name(&c, "");
    REFUSED(&c, NATT_E_EXPECT_REGION, NATT_NO_ITEM, NATT_NO_OFFSET);
    natt_test_end(&c);
}
