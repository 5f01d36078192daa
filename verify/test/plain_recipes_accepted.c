/*
 * Documents that verify: both kinds, every form, every length of chain, every expectation met, every limit reached.
 */
#include "plain_recipes.h"

#include <stdio.h>

/* SHA-384("nitro-attest test PCR0"), which the issuer writes. */
#define PCR0 "31d51d6a2397e1905076812fc591355adf8380dbb20ad253f3b10ebf9973f5e914a0f8cd64492ae95be2a78d4f4f5ed8"

static void sign_all(natt_issue_plan *plan, natt_signature_edit edit)
{
    plan->envelope.signature.edit = edit;
    for (uint32_t i = 1; i <= plan->leaf; i++)
        plan->certificates[i].signature.edit = edit;
}

static void low_s(natt_issue_plan *plan)
{
    sign_all(plan, NATT_SIGNATURE_LOW_S);
}

static void high_s(natt_issue_plan *plan)
{
    sign_all(plan, NATT_SIGNATURE_HIGH_S);
}

static void indefinite_everywhere(natt_issue_plan *plan)
{
    plan->pcrs.wrap.form = NATT_FORM_INDEFINITE;
    plan->cabundle.wrap.form = NATT_FORM_INDEFINITE;
}

static void other_order(natt_issue_plan *plan)
{
    natt_plan_reverse(&plan->payload);
    natt_plan_reverse(&plan->pcrs);
}

static void without_optionals(natt_issue_plan *plan)
{
    natt_plan_omit_field(plan, "public_key");
    natt_plan_omit_field(plan, "user_data");
    natt_plan_omit_field(plan, "nonce");
}

static void all_pcrs(natt_issue_plan *plan)
{
    for (uint32_t i = 16; i < NATT_PCR_COUNT; i++)
        natt_plan_append(plan, &plan->pcrs, natt_plan_cbor_uint(plan, i), natt_plan_cbor_zeros(plan, NATT_PCR_LEN));
}

static void eight_unknown_fields(natt_issue_plan *plan)
{
    char name[3] = "x0";
    for (; name[1] < '8'; name[1]++)
        natt_plan_append(plan, &plan->payload, natt_plan_cbor_text(plan, name), natt_plan_hex(plan, "8181818100"));
}

static void sixteen_extensions(natt_issue_plan *plan)
{
    char oid[16];
    for (int i = 0; plan->certificates[4].extensions.count < NATT_MAX_EXTENSIONS && i < 16; i++) {
        snprintf(oid, sizeof oid, "1.2.%d", i);
        natt_plan_add_extension(plan, 4, oid, false, natt_plan_hex(plan, "00"));
    }
}

/* clang-format off */
static const struct natt_plain_recipe recipes[] = {
    {"enclave document"},
    {"enclave document of definite length", .definite = true},
    {"enclave document with tag 18", .tagged = true},
    {"enclave document of definite length with tag 18", .definite = true, .tagged = true},
    {"enclave document with indefinite PCRs and bundle", .edit = indefinite_everywhere},
    {"enclave document in another order", .edit = other_order},
    {"enclave document without optional fields", .edit = without_optionals},
    {"enclave document with 32 PCRs", .edit = all_pcrs},
    {"NitroTPM document", .opt = {.nitrotpm = true}},
    {"NitroTPM document of definite length", .opt = {.nitrotpm = true}, .definite = true},
    {"NitroTPM document with one certificate in the bundle", .opt = {.nitrotpm = true}, .bundle = 1},
    {"bundle of 1", .bundle = 1},
    {"bundle of 2", .bundle = 2},
    {"bundle of 3", .bundle = 3},
    {"bundle of 5", .bundle = 5},
    {"bundle of 6", .bundle = 6},
    {"bundle of 7", .bundle = 7},
    {"bundle of 8", .bundle = 8},
    {"every s low", .edit = low_s},
    {"every s high", .edit = high_s},
    {"sixteen extensions", .edit = sixteen_extensions},
    {"leaf valid from 1950 to 2049", .put = LEAF(validity),
     .hex = "301e170d3530303130313030303030305a170d3439313233313233353935395a"},
    {"leaf valid to 9999", .put = LEAF(not_after), .hex = "180f39393939313233313233353935395a"},
    {"debug enclave where allowed", .opt = {.flags = NATT_ALLOW_DEBUG}, .debug = true},
    {"eight unknown fields where allowed", .opt = {.flags = NATT_ALLOW_UNKNOWN_FIELDS}, .edit = eight_unknown_fields},
    {"nonce, user_data and public_key as expected",
     .opt = {.nonce = "once", .user_data = "data", .public_key = "key", .limits = NATT_LIMITS_AWS_512},
     .nonce = "once", .user_data = "data", .public_key = "key"},
    {"module binding and region as expected", .opt = {.region = "us-east-1", .flags = NATT_REQUIRE_MODULE_BINDING}},
    {"PCR0 as the policy asks for", .opt = {.pcr = PCR0}},
    {"verified at the limit of its age", .opt = {.now_ms = 300000, .max_age_ms = 300000}},
    {"verified at the end of the leaf and its leeway",
     .opt = {.now_ms = 10801499, .unlimited_age = true, .not_after_leeway_ms = 500}},
    {"verified before the leaf, with leeway",
     .opt = {.now_ms = -3500, .max_future_ms = 3500, .not_before_leeway_ms = 500}},
    {"verified in archive mode", .opt = {.archive = true, .now_ms = 1000000000000}},
    {"another serial is denied", .opt = {.deny = "42"}},
};
/* clang-format on */

const struct natt_plain_recipe_list natt_plain_accepted = {recipes, sizeof recipes / sizeof recipes[0]};
