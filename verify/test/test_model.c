/*
 * Compares natt_verify with a model of its options on random options: alone, with a warm cache and in a batch; with a
 * table that accepts every signature, and with real cryptography. Counts show that the sets reach every code of the
 * options.
 */
#include "model.h"
#include "signed.h"

#include "verify/verify.h"

#include <string.h>

#define ITEMS 65

static uint8_t workspace[524288];

/* ---- cryptography ---- */

static natt_crypto_answer on_curve(const uint8_t *public_key)
{
    (void)public_key;
    return NATT_CRYPTO_VALID;
}

static void all_hold(struct natt_job *const *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        jobs[i]->answer = NATT_CRYPTO_VALID;
}

static struct natt_crypto accept_all(void)
{
    struct natt_crypto table = natt_crypto_native;
    table.on_curve = on_curve;
    table.verify = all_hold;
    return table;
}

struct run {
    struct natt_crypto crypto;
    bool signatures;
    natt_cache *cache;
    size_t verdicts, accepted;
    size_t seen[1000]; /* refusals by code */
};

/* ---- one verdict ---- */

static bool is_reason(const struct model_answer *a, const natt_error *err)
{
    for (size_t i = 0; i < a->count; i++)
        if (a->reasons[i].code == err->code &&
            (a->reasons[i].item == MODEL_ANY_ITEM || a->reasons[i].item == err->item))
            return true;
    return false;
}

static void assert_answer(struct run *r, const struct model_set *s, bool ok, const natt_error *err,
                          const natt_verified *v, const char *way)
{
    struct model_answer a = model_answer(s->doc, &s->opt, r->signatures);
    bool right = ok ? a.count == 0 && err->code == NATT_OK : is_reason(&a, err);
    cr_assert(right, "set %zu, %s, %s: %s, item %u; the model: %s of %zu reasons", r->verdicts, s->doc->name, way,
              natt_code_name(err->code), (unsigned)err->item,
              a.count == 0 ? "accepted" : natt_code_name(a.reasons[0].code), a.count);
    if (!ok)
        return;
    cr_assert_eq(v->checks, a.checks, "set %zu, %s, %s: checks %x, the model: %x", r->verdicts, s->doc->name, way,
                 (unsigned)v->checks, (unsigned)a.checks);
    cr_assert(v->matched_set == a.matched_set && v->root_index == a.root_index && v->debug == s->doc->debug);
    cr_assert(v->timestamp_ms == s->doc->timestamp_ms && v->pcr_mask == s->doc->pcr_mask);
    cr_assert_str_eq(v->region, s->doc->region != NULL ? s->doc->region : "");
}

/* Differences as the model lists them. */
static void assert_differences(const struct model_set *s, const natt_pcr_difference *found, size_t count)
{
    size_t set = 0;
    uint32_t index = 0;
    for (size_t i = 0; i < count; i++) {
        bool more = model_difference(s->doc, &s->policy, i, &set, &index);
        cr_assert(more && found[i].set == set && found[i].index == index, "%s: PCR%u of set %zu", s->doc->name,
                  (unsigned)found[i].index, found[i].set);
        cr_assert_eq(found[i].present, (s->doc->pcr_mask >> index & 1) != 0);
        cr_assert_eq(memcmp(found[i].actual, s->doc->pcrs[index], NATT_PCR_LEN), 0);
    }
    cr_assert_not(model_difference(s->doc, &s->policy, count, &set, &index), "%zu differences are too few", count);
}

/* For an accepted document, checks later calls on the result; for a policy refusal, checks the explanation. */
static void assert_later_calls(struct run *r, const struct model_set *s, bool ok, const natt_error *why,
                               const natt_verified *v)
{
    natt_pcr_difference differences[24];
    natt_error err;
    size_t count;
    cr_assert_eq(natt_verified_check(v, &err), ok);
    if (ok && s->opt.policy != NULL) {
        bool passed = natt_policy_check(v, s->opt.policy, &err);
        cr_assert_eq(err.code, model_policy_answer(s->doc, s->opt.policy), "%s: %s", s->doc->name,
                     natt_code_name(err.code));
        cr_assert_eq(passed, err.code == NATT_OK);
        cr_assert(natt_policy_explain(differences, COUNT_OF(differences), &count, v, s->opt.policy, &err));
        assert_differences(s, differences, count);
    }
    if (r->signatures && why->code >= NATT_E_POLICY_PCR_ABSENT) {
        natt_bytes document = {s->doc->bytes, s->doc->len};
        cr_assert(natt_verify_explain(differences, COUNT_OF(differences), &count, document, &s->opt, NULL, &err));
        assert_differences(s, differences, count);
        cr_assert_gt(count, 0);
    }
}

static natt_bytes bytes_of(const struct model_document *d)
{
    return (natt_bytes){d->bytes, d->len};
}

static void judge_alone(struct run *r, const struct model_set *s)
{
    natt_verified v = NATT_VERIFIED_INIT, cached = NATT_VERIFIED_INIT;
    natt_error err, again;
    bool ok = natt_verify_with(&v, bytes_of(s->doc), &s->opt, NULL, &r->crypto, &err);
    assert_answer(r, s, ok, &err, &v, "alone");
    bool same = natt_verify_with(&cached, bytes_of(s->doc), &s->opt, r->cache, &r->crypto, &again) == ok;
    assert_answer(r, s, ok, &again, &cached, "with a warm cache");
    cr_assert(same && again.code == err.code && again.item == err.item && again.offset == err.offset);
    cr_assert_eq(cached.cached_certificates, ok ? s->doc->certificate_count - 1 : 0);
    assert_later_calls(r, s, ok, &err, &v);
    r->verdicts++;
    r->accepted += ok;
    r->seen[err.code] += !ok;
}

static natt_batch_item item_of(const struct model_set *s)
{
    natt_batch_item item = NATT_BATCH_ITEM_INIT;
    item.document = bytes_of(s->doc);
    item.nonce_mode = s->opt.nonce_mode;
    item.nonce = s->opt.nonce;
    item.user_data = s->opt.user_data;
    item.public_key = s->opt.public_key;
    item.module_id = s->opt.module_id;
    item.policy = s->opt.policy;
    return item;
}

/* natt_verify of the item alone gives the same error, and the same result except for cached_certificates. */
static void assert_as_alone(const struct run *r, const struct model_set *s, const natt_batch_item *item)
{
    natt_verified v = NATT_VERIFIED_INIT, got = item->verified;
    natt_error err;
    bool ok = natt_verify_with(&v, bytes_of(s->doc), &s->opt, NULL, &r->crypto, &err);
    cr_assert(ok == item->holds && err.code == item->error.code && err.item == item->error.item &&
                  err.offset == item->error.offset,
              "%s: in a batch %s, alone %s", s->doc->name, natt_code_name(item->error.code), natt_code_name(err.code));
    got.cached_certificates = v.cached_certificates;
    got.seal = v.seal;
    cr_assert_eq(memcmp(&got, &v, sizeof v), 0, "%s: another result in a batch", s->doc->name);
}

/* Options that all items share, without the fields that each item sets. */
static natt_options shared_of(const natt_options *opt)
{
    static const natt_options unset = NATT_OPTIONS_INIT;
    natt_options shared = *opt;
    shared.nonce_mode = unset.nonce_mode, shared.nonce = unset.nonce;
    shared.user_data = unset.user_data, shared.public_key = unset.public_key;
    shared.module_id = unset.module_id, shared.policy = unset.policy;
    return shared;
}

/* The set itself, and items of other documents under the options that it shares with them. */
static void judge_batch(struct run *r, struct model_set *sets, size_t count, size_t lanes, natt_cache *cache)
{
    static natt_batch_item items[ITEMS];
    natt_options shared = shared_of(&sets[0].opt);
    struct natt_crypto crypto = r->crypto;
    size_t held, expected = 0;
    crypto.lanes = lanes;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            model_draw_item(&sets[i], &model_documents()[model_pick(MODEL_DOCUMENTS)], &shared);
        items[i] = item_of(&sets[i]);
    }
    bool all = natt_verify_batch_with(items, count, &shared, cache, workspace, sizeof workspace, &held, &crypto);
    for (size_t i = 0; i < count; i++) {
        assert_answer(r, &sets[i], items[i].holds, &items[i].error, &items[i].verified, "in a batch");
        assert_as_alone(r, &sets[i], &items[i]);
        expected += items[i].holds;
    }
    cr_assert(held == expected && all == (held == count));
}

/* No cache; the warm one; an empty one; one of a single set and a single table, which constantly evicts entries. */
static natt_cache *cache_of(const struct run *r, size_t kind)
{
    static uint8_t cold[200000], small[32768];
    static natt_cache *tiny;
    if (tiny == NULL)
        tiny = natt_cache_init(small, sizeof small, 1, 1, NULL);
    natt_cache *all[] = {NULL, r->cache, natt_cache_init(cold, sizeof cold, 500, 0, NULL), tiny};
    cr_assert(all[2] != NULL && tiny != NULL);
    return all[kind % 4];
}

/* Verifies a batch of one or two documents, in some rounds of 64, or of 65 in two windows; with one lane or four, and
 * with each kind of cache. */
static void judge_batch_of_some_size(struct run *r, struct model_set *sets, size_t round)
{
    size_t count = round % 100 == 50 ? ITEMS - 1 : round % 100 == 0 ? ITEMS : 1 + round % 2;
    size_t lanes = (round / 2 + round / 100) % 2 == 0 ? 1 : 4;
    judge_batch(r, sets, count, lanes, cache_of(r, round / 4 + round / 200));
}

/* ---- many ---- */

/* Every valid chain is known; with the table that accepts everything, all are valid. */
static void warm(struct run *r)
{
    static uint8_t memory[400000];
    r->cache = natt_cache_init(memory, sizeof memory, 500, 9, NULL);
    cr_assert_not_null(r->cache);
    for (size_t i = 0; i < MODEL_DOCUMENTS; i++) {
        const struct model_document *d = &model_documents()[i];
        natt_verified v = NATT_VERIFIED_INIT;
        natt_options o = NATT_OPTIONS_INIT;
        natt_bytes root = {d->root, d->root_len};
        natt_error err;
        o.roots = &root, o.root_count = 1, o.kind = d->kind;
        o.time_mode = NATT_TIME_ARCHIVE, o.now_ms = d->timestamp_ms, o.nonce_mode = NATT_NONCE_NOT_USED;
        o.flags = NATT_ALLOW_DEBUG | NATT_ALLOW_UNKNOWN_FIELDS | NATT_INSECURE_NO_PCR_POLICY;
        o.not_before_leeway_ms = o.not_after_leeway_ms = NATT_MAX_LEEWAY_MS;
        bool ok = natt_verify_with(&v, bytes_of(d), &o, r->cache, &r->crypto, &err);
        cr_assert_eq(ok, !r->signatures || d->bad_signature == SIZE_MAX, "%s: %s", d->name, natt_code_name(err.code));
    }
}

/* Debug, other names, a leaf with its own dates: each has only one document, so they are drawn more often. */
static bool special(const struct model_document *d)
{
    const struct model_certificate *leaf = &d->certificates[d->certificate_count - 1];
    bool wide = leaf->not_after - leaf->not_before > 17000;
    return d->debug || d->region == NULL || !wide;
}

static const struct model_document *draw_document(void)
{
    const struct model_document *d = &model_documents()[model_pick(MODEL_DOCUMENTS)];
    return special(d) || model_pick(2) == 0 ? d : &model_documents()[model_pick(MODEL_DOCUMENTS)];
}

static void run(struct run *r, size_t sets_wanted)
{
    static struct model_set sets[ITEMS];
    warm(r);
    for (size_t i = 0; i < sets_wanted; i++) {
        model_draw(&sets[0], draw_document());
        judge_alone(r, &sets[0]);
        judge_batch_of_some_size(r, sets, i);
    }
    cr_assert(r->accepted * 10 > r->verdicts * 4 && r->accepted * 10 < r->verdicts * 6, "%zu of %zu are accepted",
              r->accepted, r->verdicts);
}

/* Every code that options lead to. */
static const natt_code of_options[] = {
    NATT_E_USAGE_STRUCT_SIZE,    NATT_E_USAGE_ROOTS,         NATT_E_USAGE_ROOT_INVALID, NATT_E_USAGE_ROOT_CA,
    NATT_E_USAGE_KIND,           NATT_E_USAGE_TIME_MODE,     NATT_E_USAGE_NOW,          NATT_E_USAGE_MAX_AGE,
    NATT_E_USAGE_LEEWAY,         NATT_E_USAGE_NONCE,         NATT_E_USAGE_EXPECTATION,  NATT_E_USAGE_FLAGS,
    NATT_E_USAGE_LIMITS,         NATT_E_USAGE_DENY,          NATT_E_USAGE_POLICY,       NATT_E_USAGE_POLICY_EMPTY,
    NATT_E_USAGE_CHECKS,         NATT_E_USAGE_POLICY_PCR,    NATT_E_USAGE_POLICY_WEAK,  NATT_E_DOC_UNKNOWN_FIELD,
    NATT_E_DOC_OPTIONAL_SIZE,    NATT_E_DOC_KIND_UNEXPECTED, NATT_E_CHAIN_ROOT,         NATT_E_CHAIN_DENIED,
    NATT_E_TIME_NOT_YET_VALID,   NATT_E_TIME_EXPIRED,        NATT_E_TIME_FUTURE,        NATT_E_TIME_STALE,
    NATT_E_TIME_TIMESTAMP_EARLY, NATT_E_TIME_TIMESTAMP_LATE, NATT_E_EXPECT_DEBUG,       NATT_E_EXPECT_NONCE_ABSENT,
    NATT_E_EXPECT_NONCE,         NATT_E_EXPECT_USER_DATA,    NATT_E_EXPECT_PUBLIC_KEY,  NATT_E_EXPECT_MODULE_BINDING,
    NATT_E_EXPECT_MODULE_ID,     NATT_E_EXPECT_REGION,       NATT_E_POLICY_PCR_ABSENT,  NATT_E_POLICY_PCR_MISMATCH,
    NATT_E_POLICY_NO_SET,
};

/* NATT_TEST_MODEL_SETS: a sample in the quick suite. */
static size_t sets_wanted(void)
{
    const char *text = getenv("NATT_TEST_MODEL_SETS");
    return text != NULL ? strtoul(text, NULL, 10) : 20000;
}

/* How often each code must occur, so that the test cannot lose its coverage; chance weighs more in a few sets. */
static size_t least_wanted(void)
{
    return sets_wanted() >= 20000 ? sets_wanted() / 700 : sets_wanted() / 1500;
}

Test(model, agrees_on_random_sets_of_options)
{
    static struct run r;
    r.crypto = accept_all();
    run(&r, sets_wanted());
    for (size_t i = 0; i < COUNT_OF(of_options); i++)
        cr_expect_geq(r.seen[of_options[i]], least_wanted(), "%s: only %zu times", natt_code_name(of_options[i]),
                      r.seen[of_options[i]]);
}

Test(model, agrees_on_500_random_sets_with_real_signatures)
{
    static struct run r;
    r.crypto = natt_crypto_native;
    r.signatures = true;
    run(&r, 500);
    cr_expect_geq(r.seen[NATT_E_CHAIN_SIGNATURE], 5);
    cr_expect_geq(r.seen[NATT_E_COSE_SIGNATURE], 5);
}
