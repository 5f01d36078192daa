/*
 * Batches: every field of the options and of an item reaches every verification. Each row changes one field so that the
 * verdict changes; a batch that ignores the field gives a different verdict.
 */
#include "signed.h"

#include "verify/crypto/crypto.h"

#include <string.h>

#define ITEMS  5
#define SECOND UINT64_C(1000)
#define NONCE  "nonce of thirty-two bytes, exactly"

static uint8_t workspace[65536];

struct batch_case {
    struct natt_test_case c;
    natt_certificate leaf;
    uint8_t pcr0[NATT_PCR_LEN];
    natt_pcr_value pins[2];
    natt_pcr_set set;
    natt_policy policy;
    natt_deny_entry deny[2];
    natt_bytes roots[2];
};

/* An enclave's document with every optional field; the options accept it. */
static void begin_case(struct batch_case *b)
{
    memset(b, 0, sizeof *b);
    natt_test_begin(&b->c);
    natt_issue_plan *plan = &b->c.plan;
    natt_plan_set_field(plan, "nonce", natt_plan_cbor_bytes(plan, natt_plan_string(plan, NONCE)));
    natt_plan_set_field(plan, "user_data", natt_plan_cbor_zeros(plan, 513));
    natt_plan_set_field(plan, "public_key", natt_plan_cbor_zeros(plan, 3));
    memset(b->pcr0, 7, sizeof b->pcr0);
    natt_plan_set_pcr(plan, 0, natt_plan_cbor_bytes(plan, (natt_bytes){b->pcr0, sizeof b->pcr0}));
    b->pins[0] = b->pins[1] = (natt_pcr_value){0, {b->pcr0, sizeof b->pcr0}};
    b->set = (natt_pcr_set){"image", b->pins, 1};
    b->policy = (natt_policy)NATT_POLICY_INIT;
    b->policy.sets = &b->set;
    b->policy.set_count = 1;
}

static void parse_leaf(struct batch_case *b)
{
    natt_error err;
    natt_bytes der = natt_issuer_certificate(b->c.issuer, TEST_LEAF);
    cr_assert(natt_certificate_parse(&b->leaf, der, &err), "%s", natt_code_name(err.code));
}

/* ---- one change each; the table below has the resulting code ---- */

typedef void change_fn(struct batch_case *b, natt_options *o);

static void nothing(struct batch_case *b, natt_options *o)
{
    (void)b, (void)o;
}

static void other_root(struct batch_case *b, natt_options *o)
{
    b->roots[0] = natt_root_aws();
    o->roots = b->roots;
}

static void second_root(struct batch_case *b, natt_options *o)
{
    b->roots[0] = natt_root_aws();
    b->roots[1] = b->c.root;
    o->roots = b->roots;
    o->root_count = 2;
}

static void other_kind(struct batch_case *b, natt_options *o)
{
    (void)b;
    o->kind = NATT_KIND_NITROTPM;
}

static void archive(struct batch_case *b, natt_options *o)
{
    (void)b;
    o->time_mode = NATT_TIME_ARCHIVE;
    o->max_age_ms = NATT_UNSET_MS;
    o->now_ms = NATT_MAX_TIME_MS;
}

static void later(struct batch_case *b, natt_options *o)
{
    (void)b;
    o->now_ms += 5 * SECOND;
}

static void later_with_age(struct batch_case *b, natt_options *o)
{
    later(b, o);
    o->max_age_ms = 5 * SECOND;
}

static void earlier_with_future(struct batch_case *b, natt_options *o)
{
    (void)b;
    o->now_ms -= SECOND;
    o->max_future_ms = SECOND;
}

/* The leaf's validity begins within the hour before its document. */
static void before_the_leaf(struct batch_case *b, natt_options *o)
{
    o->now_ms = (uint64_t)b->leaf.not_before * 1000 - SECOND;
    o->max_future_ms = NATT_MAX_LEEWAY_MS;
}

static void before_the_leaf_with_leeway(struct batch_case *b, natt_options *o)
{
    before_the_leaf(b, o);
    o->not_before_leeway_ms = SECOND;
}

static void behind_the_leaf(struct batch_case *b, natt_options *o)
{
    o->now_ms = (uint64_t)b->leaf.not_after * 1000 + SECOND;
    o->max_age_ms = NATT_UNLIMITED_MS;
}

static void behind_the_leaf_with_leeway(struct batch_case *b, natt_options *o)
{
    behind_the_leaf(b, o);
    o->not_after_leeway_ms = 1;
}

static void region(struct batch_case *b, natt_options *o)
{
    (void)b;
    o->region = (natt_bytes){(const uint8_t *)"us-east-1", 9};
}

static void other_region(struct batch_case *b, natt_options *o)
{
    (void)b;
    o->region = (natt_bytes){(const uint8_t *)"us-east-2", 9};
}

static void small_limits(struct batch_case *b, natt_options *o)
{
    (void)b;
    o->limits = NATT_LIMITS_AWS_512;
}

static void denied(struct batch_case *b, natt_options *o)
{
    b->deny[0] = (natt_deny_entry){NATT_DENY_SERIAL, {NULL, 0}, b->leaf.serial};
    o->deny = b->deny;
    o->deny_count = 1;
}

static void denied_by_the_second(struct batch_case *b, natt_options *o)
{
    denied(b, o);
    b->deny[1] = b->deny[0];
    b->deny[0].value.len--;
    o->deny_count = 2;
}

static void nonce(struct batch_case *b, natt_options *o)
{
    (void)b;
    o->nonce_mode = NATT_NONCE_EXACT;
    o->nonce = (natt_bytes){(const uint8_t *)NONCE, sizeof NONCE - 1};
}

static void other_nonce(struct batch_case *b, natt_options *o)
{
    nonce(b, o);
    o->nonce.len--;
}

static void no_nonce_mode(struct batch_case *b, natt_options *o)
{
    (void)b;
    o->nonce_mode = NATT_NONCE_UNSET;
}

static void required_checks(struct batch_case *b, natt_options *o)
{
    (void)b;
    o->required_checks = NATT_CHECKED_NONCE;
}

static void required_checks_made(struct batch_case *b, natt_options *o)
{
    nonce(b, o);
    required_checks(b, o);
}

static void user_data(struct batch_case *b, natt_options *o)
{
    static const uint8_t zeros[513];
    (void)b;
    o->user_data = (natt_expectation){NATT_EXPECT_EXACT, {zeros, 513}};
}

static void other_user_data(struct batch_case *b, natt_options *o)
{
    user_data(b, o);
    o->user_data.value.len = 512;
}

static void no_user_data(struct batch_case *b, natt_options *o)
{
    (void)b;
    o->user_data.mode = NATT_EXPECT_ABSENT;
}

static void public_key(struct batch_case *b, natt_options *o)
{
    static const uint8_t zeros[4];
    (void)b;
    o->public_key = (natt_expectation){NATT_EXPECT_EXACT, {zeros, 3}};
}

static void other_public_key(struct batch_case *b, natt_options *o)
{
    public_key(b, o);
    o->public_key.value.len = 4;
}

static void no_public_key(struct batch_case *b, natt_options *o)
{
    (void)b;
    o->public_key.mode = NATT_EXPECT_ABSENT;
}

static void module_id(struct batch_case *b, natt_options *o)
{
    const char *id = natt_issuer_module_id(b->c.issuer);
    o->module_id = (natt_bytes){(const uint8_t *)id, strlen(id)};
}

static void other_module_id(struct batch_case *b, natt_options *o)
{
    module_id(b, o);
    o->module_id.len--;
}

static void policy(struct batch_case *b, natt_options *o)
{
    o->policy = &b->policy;
    o->flags &= ~NATT_INSECURE_NO_PCR_POLICY;
}

static void other_policy(struct batch_case *b, natt_options *o)
{
    static const uint8_t other[NATT_PCR_LEN] = {1};
    policy(b, o);
    b->pins[0].value.ptr = other;
}

static void weak_policy(struct batch_case *b, natt_options *o)
{
    policy(b, o);
    b->pins[0] = (natt_pcr_value){5, {b->pcr0, sizeof b->pcr0}};
    o->flags |= NATT_ALLOW_WEAK_POLICY;
}

static void no_flags(struct batch_case *b, natt_options *o)
{
    (void)b;
    o->flags = 0;
}

static void unknown_flag(struct batch_case *b, natt_options *o)
{
    (void)b;
    o->flags |= UINT32_C(1) << 31;
}

static void short_options(struct batch_case *b, natt_options *o)
{
    (void)b;
    o->struct_size--;
}

struct row {
    const char *field;
    change_fn *change;
    natt_code code;
};

/* A field's right value accepts and its wrong one refuses, or the reverse: if the batch ignores the field, one of the
 * two verdicts changes. */
static const struct row rows[] = {
    {"none", nothing, NATT_OK},
    {"struct_size", short_options, NATT_E_USAGE_STRUCT_SIZE},
    {"roots", other_root, NATT_E_CHAIN_ROOT},
    {"root_count", second_root, NATT_OK},
    {"kind", other_kind, NATT_E_DOC_KIND_UNEXPECTED},
    {"time_mode", archive, NATT_OK},
    {"now_ms", later, NATT_E_TIME_STALE},
    {"max_age_ms", later_with_age, NATT_OK},
    {"max_future_ms", earlier_with_future, NATT_OK},
    {"not_before_leeway_ms, none", before_the_leaf, NATT_E_TIME_NOT_YET_VALID},
    {"not_before_leeway_ms", before_the_leaf_with_leeway, NATT_OK},
    {"not_after_leeway_ms, none", behind_the_leaf, NATT_E_TIME_EXPIRED},
    {"not_after_leeway_ms", behind_the_leaf_with_leeway, NATT_OK},
    {"region", region, NATT_OK},
    {"region, another", other_region, NATT_E_EXPECT_REGION},
    {"limits", small_limits, NATT_E_DOC_OPTIONAL_SIZE},
    {"deny", denied, NATT_E_CHAIN_DENIED},
    {"deny_count", denied_by_the_second, NATT_E_CHAIN_DENIED},
    {"nonce", nonce, NATT_OK},
    {"nonce, another", other_nonce, NATT_E_EXPECT_NONCE},
    {"nonce_mode", no_nonce_mode, NATT_E_USAGE_NONCE},
    {"required_checks", required_checks, NATT_E_USAGE_CHECKS},
    {"required_checks, made", required_checks_made, NATT_OK},
    {"user_data", user_data, NATT_OK},
    {"user_data, another", other_user_data, NATT_E_EXPECT_USER_DATA},
    {"user_data, absent", no_user_data, NATT_E_EXPECT_USER_DATA},
    {"public_key", public_key, NATT_OK},
    {"public_key, another", other_public_key, NATT_E_EXPECT_PUBLIC_KEY},
    {"public_key, absent", no_public_key, NATT_E_EXPECT_PUBLIC_KEY},
    {"module_id", module_id, NATT_OK},
    {"module_id, another", other_module_id, NATT_E_EXPECT_MODULE_ID},
    {"policy", policy, NATT_OK},
    {"policy, another", other_policy, NATT_E_POLICY_PCR_MISMATCH},
    {"flags, weak policy", weak_policy, NATT_E_POLICY_PCR_MISMATCH},
    {"flags", no_flags, NATT_E_USAGE_POLICY},
    {"flags, unknown", unknown_flag, NATT_E_USAGE_FLAGS},
};

/* The part of the options that each item has itself. */
static natt_batch_item item_of(const natt_options *o, natt_bytes document)
{
    natt_batch_item item = NATT_BATCH_ITEM_INIT;
    item.document = document;
    item.nonce_mode = o->nonce_mode;
    item.nonce = o->nonce;
    item.user_data = o->user_data;
    item.public_key = o->public_key;
    item.module_id = o->module_id;
    item.policy = o->policy;
    return item;
}

static natt_options shared_of(const natt_options *o)
{
    static const natt_options unset = NATT_OPTIONS_INIT;
    natt_options shared = *o;
    shared.nonce_mode = unset.nonce_mode;
    shared.nonce = unset.nonce;
    shared.user_data = unset.user_data;
    shared.public_key = unset.public_key;
    shared.module_id = unset.module_id;
    shared.policy = unset.policy;
    return shared;
}

/* Every item of the batch, and the document alone, must have this verdict. */
static void assert_verdict(struct batch_case *b, const natt_options *o, natt_code code, const char *field)
{
    natt_batch_item items[ITEMS];
    natt_options shared = shared_of(o);
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    size_t held;
    cr_assert_eq(natt_verify(&v, b->c.doc, o, NULL, &err), code == NATT_OK, "%s: %s", field, natt_code_name(err.code));
    cr_assert_eq(err.code, code, "%s, alone: %s", field, natt_code_name(err.code));
    for (size_t i = 0; i < ITEMS; i++)
        items[i] = item_of(o, b->c.doc);
    bool all = natt_verify_batch(items, ITEMS, &shared, NULL, workspace, sizeof workspace, &held);
    cr_assert_eq(all, code == NATT_OK, "%s", field);
    cr_assert_eq(held, code == NATT_OK ? ITEMS : 0, "%s", field);
    for (size_t i = 0; i < ITEMS; i++) {
        cr_assert_eq(items[i].error.code, code, "%s, item %zu: %s", field, i, natt_code_name(items[i].error.code));
        cr_assert_eq(memcmp(&items[i].verified, &v, sizeof v), 0, "%s, item %zu: a different result", field, i);
    }
}

Test(batch_options, every_field_reaches_every_item)
{
    static struct batch_case b;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        begin_case(&b);
        natt_test_build(&b.c);
        parse_leaf(&b);
        rows[i].change(&b, &b.c.opt);
        assert_verdict(&b, &b.c.opt, rows[i].code, rows[i].field);
        natt_test_end(&b.c);
    }
}

/* Flags that allow a debug enclave and an unknown field, and one that requires a binding, which these names do not
 * have. */
Test(batch_options, every_flag_reaches_every_item)
{
    static struct batch_case b;
    static const struct {
        uint32_t flag;
        natt_code without, with;
    } flags[] = {{NATT_ALLOW_DEBUG, NATT_E_EXPECT_DEBUG, NATT_OK},
                 {NATT_ALLOW_UNKNOWN_FIELDS, NATT_E_DOC_UNKNOWN_FIELD, NATT_OK},
                 {NATT_REQUIRE_MODULE_BINDING, NATT_OK, NATT_E_EXPECT_MODULE_BINDING}};
    for (size_t i = 0; i < COUNT_OF(flags); i++) {
        begin_case(&b);
        natt_issue_plan *plan = &b.c.plan;
        if (i == 0)
            natt_plan_set_pcr(plan, 0, natt_plan_cbor_zeros(plan, NATT_PCR_LEN));
        else if (i == 1)
            natt_plan_append(plan, &plan->payload, natt_plan_cbor_text(plan, "xx"), natt_plan_hex(plan, "00"));
        else
            natt_plan_leaf(plan)->subject = natt_plan_der_common_name(plan, "somebody else");
        natt_test_build(&b.c);
        assert_verdict(&b, &b.c.opt, flags[i].without, "flag not set");
        b.c.opt.flags |= flags[i].flag;
        assert_verdict(&b, &b.c.opt, flags[i].with, "flag set");
        natt_test_end(&b.c);
    }
}

/* One item has a different expectation, at every position: only it is refused. All have a policy, so that it can
 * differ. */
static void assert_refused_alone(struct batch_case *b, change_fn *change, natt_code code, size_t odd)
{
    natt_batch_item items[ITEMS];
    natt_options usual = b->c.opt, changed, shared;
    natt_pcr_value pin = b->pins[0];
    natt_pcr_set set = {"image", &pin, 1};
    natt_policy good = {sizeof good, &set, 1};
    usual.policy = &good;
    usual.flags = 0;
    changed = usual;
    change(b, &changed);
    for (size_t i = 0; i < ITEMS; i++)
        items[i] = item_of(i == odd ? &changed : &usual, b->c.doc);
    shared = shared_of(&usual);
    size_t held;
    cr_assert_not(natt_verify_batch(items, ITEMS, &shared, NULL, workspace, sizeof workspace, &held));
    cr_assert_eq(held, ITEMS - 1, "%zu of %d", held, ITEMS);
    for (size_t i = 0; i < ITEMS; i++)
        cr_assert_eq(items[i].error.code, i == odd ? code : NATT_OK, "%zu: %s", i, natt_code_name(items[i].error.code));
}

Test(batch_options, fields_of_one_item_are_its_own)
{
    static const struct row own[] = {{"nonce", other_nonce, NATT_E_EXPECT_NONCE},
                                     {"user_data", other_user_data, NATT_E_EXPECT_USER_DATA},
                                     {"public_key", other_public_key, NATT_E_EXPECT_PUBLIC_KEY},
                                     {"module_id", other_module_id, NATT_E_EXPECT_MODULE_ID},
                                     {"policy", other_policy, NATT_E_POLICY_PCR_MISMATCH}};
    static struct batch_case b;
    for (size_t i = 0; i < COUNT_OF(own) * ITEMS; i++) {
        begin_case(&b);
        natt_test_build(&b.c);
        assert_refused_alone(&b, own[i / ITEMS].change, own[i / ITEMS].code, i % ITEMS);
        natt_test_end(&b.c);
    }
}
