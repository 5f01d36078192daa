/*
 * Documents refused because of their envelope, CBOR or fields, or because of time, expectations or policy: one for each
 * rule.
 */
#include "plain_recipes.h"

#define SPARE_PCR "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001"

static void bytes_behind(natt_issue_plan *plan)
{
    plan->envelope.trailing = natt_plan_repeat(plan, natt_plan_hex(plan, "00"), NATT_MAX_DOCUMENT);
}

static void der_signature(natt_issue_plan *plan)
{
    plan->envelope.signature.other_form = true;
}

static void zero_r(natt_issue_plan *plan)
{
    plan->envelope.signature.edit = NATT_SIGNATURE_ZERO_R;
}

static void s_is_n(natt_issue_plan *plan)
{
    plan->envelope.signature.edit = NATT_SIGNATURE_S_IS_N;
}

static void flipped_bit(natt_issue_plan *plan)
{
    plan->envelope.signature.edit = NATT_SIGNATURE_FLIP_BIT;
    plan->envelope.signature.bit = 700;
}

static void another_key(natt_issue_plan *plan)
{
    plan->envelope.signature.key = NATT_KEY_UNRELATED;
}

static void unended_map(natt_issue_plan *plan)
{
    plan->payload.wrap.form = NATT_FORM_UNENDED;
}

static void bytes_as_key(natt_issue_plan *plan)
{
    natt_plan_field(plan, "nonce")->key = natt_plan_hex(plan, "456e6f6e6365");
}

static void nine_unknown_fields(natt_issue_plan *plan)
{
    char name[3] = "x0";
    for (; name[1] < '9'; name[1]++)
        natt_plan_append(plan, &plan->payload, natt_plan_cbor_text(plan, name), natt_plan_hex(plan, "00"));
}

static void pcr_twice(natt_issue_plan *plan)
{
    natt_plan_duplicate(plan, &plan->pcrs, 5);
}

static void short_pcr(natt_issue_plan *plan)
{
    natt_plan_set_pcr(plan, 5, natt_plan_cbor_zeros(plan, NATT_PCR_LEN - 1));
}

static void large_certificate(natt_issue_plan *plan)
{
    natt_plan_set_field(plan, "certificate", natt_plan_cbor_zeros(plan, NATT_MAX_CERTIFICATE + 1));
}

static void large_nonce(natt_issue_plan *plan)
{
    natt_plan_set_field(plan, "nonce", natt_plan_cbor_zeros(plan, NATT_MAX_OPTIONAL + 1));
}

static void other_module(natt_issue_plan *plan)
{
    plan->certificates[plan->leaf].subject = natt_plan_der_common_name(plan, "i-0-enc0.us-east-1.aws");
}

static void stamped(natt_issue_plan *plan, int64_t ms)
{
    natt_plan_set_field(plan, "timestamp", natt_plan_cbor_uint(plan, (uint64_t)(NATT_PLAIN_NOW_MS + ms)));
}

static void stamped_early(natt_issue_plan *plan)
{
    stamped(plan, -3001);
}

static void stamped_late(natt_issue_plan *plan)
{
    stamped(plan, 10801000);
}

/* clang-format off */
static const struct natt_plain_recipe recipes[] = {
    /* the envelope */
    {"larger than a document can be", NATT_E_COSE_SIZE, .edit = bytes_behind},
    {"tag 17", NATT_E_COSE_TAG, .put = PLAN(envelope.tag), .hex = "d1"},
    {"array of three", NATT_E_COSE_ARRAY, .put = PLAN(envelope.array_head), .hex = "83"},
    {"ES512", NATT_E_COSE_PROTECTED, .put = PLAN(envelope.protected_header), .hex = "44a1013823"},
    {"unprotected header of null", NATT_E_COSE_UNPROTECTED, .put = PLAN(envelope.unprotected), .hex = "f6"},
    {"empty payload", NATT_E_COSE_PAYLOAD, .put = PLAN(envelope.payload), .hex = "40"},
    {"DER signature", NATT_E_COSE_SIGNATURE_SIZE, .edit = der_signature},
    {"r is 0", NATT_E_COSE_SIGNATURE_RANGE, .edit = zero_r},
    {"s is the group order", NATT_E_COSE_SIGNATURE_RANGE, .edit = s_is_n},
    {"byte behind the document", NATT_E_COSE_TRAILING, .put = PLAN(envelope.trailing), .hex = "00"},
    {"signature with one bit flipped", NATT_E_COSE_SIGNATURE, .edit = flipped_bit},
    {"signature by another key", NATT_E_COSE_SIGNATURE, .edit = another_key},
    {"signature over other external data", NATT_E_COSE_SIGNATURE, .put = PLAN(envelope.external_aad), .hex = "4101"},
    /* CBOR */
    {"payload map without end", NATT_E_CBOR_TRUNCATED, .edit = unended_map},
    {"reserved head", NATT_E_CBOR_RESERVED, .put = PLAN(envelope.payload), .hex = "5c"},
    {"number not shortest", NATT_E_CBOR_NOT_SHORTEST, .field = "timestamp", .hex = "1b0000000000000001"},
    {"string in chunks", NATT_E_CBOR_INDEFINITE, .field = "user_data", .hex = "5f4161ff"},
    {"break as a value", NATT_E_CBOR_BREAK, .field = "nonce", .hex = "ff"},
    {"number where text must be", NATT_E_CBOR_TYPE, .field = "digest", .hex = "01"},
    {"text that is not UTF-8", NATT_E_CBOR_UTF8, .field = "module_id", .hex = "62c328"},
    {"tag inside", NATT_E_CBOR_TAG, .field = "timestamp", .hex = "c11a00000001"},
    {"undefined", NATT_E_CBOR_SIMPLE, .field = "user_data", .hex = "f7"},
    {"five levels in an unknown field", NATT_E_CBOR_DEPTH, .opt = {.flags = NATT_ALLOW_UNKNOWN_FIELDS}, .added = "xx",
     .hex = "818181818100"},
    {"byte behind the payload map", NATT_E_CBOR_TRAILING, .put = PLAN(payload.wrap.after), .hex = "00"},
    /* fields */
    {"bytes as a key", NATT_E_DOC_KEY, .edit = bytes_as_key},
    {"nonce twice", NATT_E_DOC_DUPLICATE_FIELD, .added = "nonce", .hex = "4101"},
    {"unknown field", NATT_E_DOC_UNKNOWN_FIELD, .added = "PCRS", .hex = "a0"},
    {"nine unknown fields", NATT_E_DOC_UNKNOWN_COUNT, .opt = {.flags = NATT_ALLOW_UNKNOWN_FIELDS},
     .edit = nine_unknown_fields},
    {"no digest", NATT_E_DOC_MISSING_FIELD, .field = "digest"},
    {"module_id is null", NATT_E_DOC_NULL_FIELD, .field = "module_id", .hex = "f6"},
    {"empty module_id", NATT_E_DOC_MODULE_ID_SIZE, .field = "module_id", .hex = "60"},
    {"SHA256", NATT_E_DOC_DIGEST, .field = "digest", .hex = "66534841323536"},
    {"timestamp 0", NATT_E_DOC_TIMESTAMP, .field = "timestamp", .hex = "00"},
    {"no PCR", NATT_E_DOC_PCR_COUNT, .field = "pcrs", .hex = "a0"},
    {"PCR 32", NATT_E_DOC_PCR_INDEX, .field = "pcrs", .hex = "a1182040"},
    {"PCR 5 twice", NATT_E_DOC_PCR_DUPLICATE, .edit = pcr_twice},
    {"PCR of 47 bytes", NATT_E_DOC_PCR_SIZE, .edit = short_pcr},
    {"certificate of 1025 bytes", NATT_E_DOC_CERTIFICATE_SIZE, .edit = large_certificate},
    {"empty bundle", NATT_E_DOC_CABUNDLE_COUNT, .field = "cabundle", .hex = "80"},
    {"bundle of 9", NATT_E_DOC_CABUNDLE_COUNT, .bundle = 9},
    {"nonce of 4097 bytes", NATT_E_DOC_OPTIONAL_SIZE, .edit = large_nonce},
    {"empty public_key under the small limits", NATT_E_DOC_OPTIONAL_SIZE, .opt = {.limits = NATT_LIMITS_AWS_512},
     .field = "public_key", .hex = "40"},
    {"PCRs of both kinds", NATT_E_DOC_KIND_MIXED, .added = "nitrotpm_pcrs", .hex = "f6"},
    {"module_id of another kind", NATT_E_DOC_KIND_UNEXPECTED, .field = "module_id", .hex = "6a692d30312d74706d3031"},
    {"enclave where a NitroTPM is expected", NATT_E_DOC_KIND_UNEXPECTED, .opt = {.nitrotpm = true},
     .field = "module_id", .hex = "6a692d30312d656e633031"},
    /* time */
    {"leaf not valid yet", NATT_E_TIME_NOT_YET_VALID, .opt = {.now_ms = -3001, .max_future_ms = 3600000}},
    {"leaf expired", NATT_E_TIME_EXPIRED, .opt = {.now_ms = 10801000, .unlimited_age = true}},
    {"older than its leaf", NATT_E_TIME_TIMESTAMP_EARLY, .opt = {.unlimited_age = true}, .edit = stamped_early},
    {"younger than its leaf", NATT_E_TIME_TIMESTAMP_LATE, .opt = {.archive = true, .now_ms = 20000000},
     .edit = stamped_late},
    {"from the future", NATT_E_TIME_FUTURE, .opt = {.now_ms = -1}},
    {"stale", NATT_E_TIME_STALE, .opt = {.now_ms = 1}},
    /* expectations */
    {"debug enclave", NATT_E_EXPECT_DEBUG, .debug = true},
    {"no nonce", NATT_E_EXPECT_NONCE_ABSENT, .opt = {.nonce = "once"}},
    {"another nonce", NATT_E_EXPECT_NONCE, .opt = {.nonce = "once"}, .nonce = "oncf"},
    {"another user_data", NATT_E_EXPECT_USER_DATA, .opt = {.user_data = "data"}, .user_data = "dat"},
    {"another public_key", NATT_E_EXPECT_PUBLIC_KEY, .opt = {.public_key = "key"}, .public_key = "keys"},
    {"another module in the leaf's name", NATT_E_EXPECT_MODULE_BINDING, .opt = {.flags = NATT_REQUIRE_MODULE_BINDING},
     .edit = other_module},
    {"another module_id", NATT_E_EXPECT_MODULE_ID, .opt = {.module_id = "i-01-enc01"}},
    {"another region", NATT_E_EXPECT_REGION, .opt = {.region = "us-east-2"}},
    /* policy */
    {"PCR of the policy absent", NATT_E_POLICY_PCR_ABSENT,
     .opt = {.pcr_index = 16, .pcr = SPARE_PCR, .flags = NATT_ALLOW_WEAK_POLICY}},
    {"another PCR0", NATT_E_POLICY_PCR_MISMATCH, .opt = {.pcr = SPARE_PCR}},
    {"no set of two", NATT_E_POLICY_NO_SET, .opt = {.pcr = SPARE_PCR, .two_sets = true}},
};
/* clang-format on */

const struct natt_plain_recipe_list natt_plain_refused_document = {recipes, sizeof recipes / sizeof recipes[0]};
