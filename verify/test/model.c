/* See model.h. Each function implements one rule of docs/RULES.md again, from the public headers. */
#include "model.h"

#include <string.h>

enum stage {
    USAGE,
    DOCUMENT,
    ROOT,
    CERTIFICATES,
    SIGNATURES = CERTIFICATES + NATT_MAX_CHAIN,
    EXPECTATIONS,
    POLICY,
    NONE
};

struct asked {
    const struct model_document *doc;
    const natt_options *opt;
    struct model_answer answer;
};

/* Keeps only the reasons of the first stage. */
static void refuse(struct asked *q, unsigned stage, natt_code code, uint32_t item)
{
    struct model_answer *a = &q->answer;
    if (stage > a->stage || (stage == a->stage && a->count == MODEL_REASONS))
        return;
    a->count = stage < a->stage ? 0 : a->count;
    a->stage = stage;
    a->reasons[a->count++] = (struct model_reason){code, item};
}

static void require(struct asked *q, bool right, unsigned stage, natt_code code)
{
    if (!right)
        refuse(q, stage, code, MODEL_ANY_ITEM);
}

static bool same(natt_bytes a, natt_bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static bool same_text(natt_bytes a, const char *text)
{
    return text != NULL && a.len == strlen(text) && memcmp(a.ptr, text, a.len) == 0;
}

/* ---- usage ---- */

static bool is_root(natt_bytes root, enum model_root how)
{
    bool found = false;
    for (size_t i = 0; i < MODEL_DOCUMENTS && !found; i++)
        found = same(root, model_root_of(how, &model_documents()[i]));
    return found || (how == MODEL_ROOT_GOOD && same(root, natt_root_aws()));
}

static void ask_roots(struct asked *q)
{
    const natt_options *o = q->opt;
    require(q, o->roots != NULL && o->root_count > 0, USAGE, NATT_E_USAGE_ROOTS);
    for (size_t i = 0; o->roots != NULL && i < o->root_count; i++) {
        require(q, !is_root(o->roots[i], MODEL_ROOT_UNREADABLE), USAGE, NATT_E_USAGE_ROOT_INVALID);
        require(q, !is_root(o->roots[i], MODEL_ROOT_NO_CA), USAGE, NATT_E_USAGE_ROOT_CA);
    }
}

static void ask_times(struct asked *q)
{
    const natt_options *o = q->opt;
    bool now = o->time_mode == NATT_TIME_NOW, archive = o->time_mode == NATT_TIME_ARCHIVE;
    bool age = o->max_age_ms == NATT_UNLIMITED_MS || o->max_age_ms <= UINT64_C(253402300799999);
    const uint64_t hour = UINT64_C(3600000);
    require(q, now || archive, USAGE, NATT_E_USAGE_TIME_MODE);
    require(q, o->now_ms >= UINT64_C(1000000000000) && o->now_ms <= UINT64_C(253402300799999), USAGE, NATT_E_USAGE_NOW);
    require(q, archive ? o->max_age_ms == NATT_UNSET_MS : age, USAGE, NATT_E_USAGE_MAX_AGE);
    require(q, o->max_future_ms <= hour && o->not_before_leeway_ms <= hour && o->not_after_leeway_ms <= hour, USAGE,
            NATT_E_USAGE_LEEWAY);
}

static bool good_expectation(const natt_expectation *e)
{
    switch (e->mode) {
    case NATT_EXPECT_EXACT:
        return e->value.ptr != NULL;
    case NATT_EXPECT_ANY:
    case NATT_EXPECT_ABSENT:
        return e->value.ptr == NULL && e->value.len == 0;
    default:
        return false;
    }
}

static bool good_nonce(const natt_options *o)
{
    if (o->nonce_mode == NATT_NONCE_EXACT)
        return o->nonce.ptr != NULL && o->nonce.len > 0;
    return o->nonce_mode == NATT_NONCE_NOT_USED && o->nonce.ptr == NULL && o->nonce.len == 0;
}

/* A text is absent, or has at least one byte. */
static bool good_text(natt_bytes text)
{
    return text.ptr == NULL ? text.len == 0 : text.len > 0;
}

static void ask_expectations(struct asked *q)
{
    const natt_options *o = q->opt;
    const uint32_t flags = NATT_ALLOW_DEBUG | NATT_ALLOW_UNKNOWN_FIELDS | NATT_ALLOW_WEAK_POLICY |
                           NATT_INSECURE_NO_PCR_POLICY | NATT_REQUIRE_MODULE_BINDING;
    require(q, o->kind == NATT_KIND_ENCLAVE || o->kind == NATT_KIND_NITROTPM, USAGE, NATT_E_USAGE_KIND);
    require(q, good_nonce(o), USAGE, NATT_E_USAGE_NONCE);
    require(q, good_expectation(&o->user_data) && good_expectation(&o->public_key), USAGE, NATT_E_USAGE_EXPECTATION);
    require(q, good_text(o->module_id) && good_text(o->region), USAGE, NATT_E_USAGE_EXPECTATION);
    require(q, (o->flags & ~flags) == 0, USAGE, NATT_E_USAGE_FLAGS);
    require(q, (unsigned)o->limits <= 2, USAGE, NATT_E_USAGE_LIMITS);
    require(q, (o->required_checks & ~model_performed(o)) == 0, USAGE, NATT_E_USAGE_CHECKS);
}

static natt_bytes stripped(natt_bytes number)
{
    while (number.len > 0 && number.ptr[0] == 0)
        number = (natt_bytes){number.ptr + 1, number.len - 1};
    return number;
}

/* An issuer is a SEQUENCE of this length; the test generates no other invalid ones that are close. */
static bool good_issuer(natt_bytes issuer)
{
    if (issuer.ptr == NULL)
        return issuer.len == 0;
    return issuer.len > 2 && issuer.ptr[0] == 0x30 && (issuer.ptr[1] == issuer.len - 2 || issuer.ptr[1] >= 0x81);
}

static bool good_entry(const natt_deny_entry *e)
{
    if (e->value.ptr == NULL)
        return false;
    if (e->type == NATT_DENY_SERIAL)
        return stripped(e->value).len >= 1 && stripped(e->value).len <= 20 && good_issuer(e->issuer);
    return (e->type == NATT_DENY_CERTIFICATE_SHA256 || e->type == NATT_DENY_SPKI_SHA256) && e->value.len == 32 &&
           e->issuer.ptr == NULL && e->issuer.len == 0;
}

static void ask_deny(struct asked *q)
{
    const natt_options *o = q->opt;
    require(q, o->deny != NULL || o->deny_count == 0, USAGE, NATT_E_USAGE_DENY);
    for (size_t i = 0; o->deny != NULL && i < o->deny_count; i++)
        if (!good_entry(&o->deny[i]))
            refuse(q, USAGE, NATT_E_USAGE_DENY, MODEL_ANY_ITEM);
}

/* ---- usage: the policy ---- */

/* Constants of the platform: zeros, ones, PCR7 with Secure Boot off (the test does not use the others). */
static bool constant(natt_bytes value)
{
    static const uint8_t secure_boot_off[8] = {0x98, 0x44, 0x1c, 0x7f, 0x76, 0x25, 0xd1, 0x00};
    size_t equal = 0;
    for (size_t i = 0; i < value.len; i++)
        equal += value.ptr[i] == value.ptr[0];
    bool one_byte = equal == value.len && (value.ptr[0] == 0 || value.ptr[0] == 0xff);
    return one_byte || memcmp(value.ptr, secure_boot_off, sizeof secure_boot_off) == 0;
}

/* The set lists this PCR; with `identifying`, none of its values is a constant either. */
static bool lists(const natt_pcr_set *set, uint32_t index, bool identifying)
{
    bool found = false;
    for (size_t i = 0; i < set->pcr_count; i++) {
        if (set->pcrs[i].index != index)
            continue;
        if (identifying && constant(set->pcrs[i].value))
            return false;
        found = true;
    }
    return found;
}

static bool strong(const natt_pcr_set *set, natt_kind kind)
{
    if (kind == NATT_KIND_NITROTPM)
        return lists(set, 7, true) || (lists(set, 4, true) && lists(set, 12, false));
    return lists(set, 0, true) || lists(set, 8, true) || (lists(set, 1, true) && lists(set, 2, true));
}

static bool readable(const natt_pcr_set *set)
{
    for (size_t i = 0; i < set->pcr_count; i++)
        if (set->pcrs[i].index > 31 || set->pcrs[i].value.ptr == NULL || set->pcrs[i].value.len != 48)
            return false;
    return true;
}

static void ask_sets(struct asked *q, const natt_policy *p)
{
    for (size_t i = 0; i < p->set_count; i++) {
        const natt_pcr_set *set = &p->sets[i];
        bool empty = set->pcrs == NULL || set->pcr_count == 0, weak_allowed = q->opt->flags & NATT_ALLOW_WEAK_POLICY;
        require(q, !empty, USAGE, NATT_E_USAGE_POLICY_EMPTY);
        require(q, empty || readable(set), USAGE, NATT_E_USAGE_POLICY_PCR);
        if (!empty && readable(set) && !weak_allowed)
            require(q, strong(set, q->opt->kind), USAGE, NATT_E_USAGE_POLICY_WEAK);
    }
}

static void ask_policy(struct asked *q)
{
    const natt_policy *p = q->opt->policy;
    bool none = (q->opt->flags & NATT_INSECURE_NO_PCR_POLICY) != 0;
    require(q, none == (p == NULL), USAGE, NATT_E_USAGE_POLICY);
    if (p == NULL)
        return;
    require(q, p->struct_size == sizeof *p, USAGE, NATT_E_USAGE_STRUCT_SIZE);
    require(q, p->flags <= NATT_POLICY_ALLOW_DEBUG, USAGE, NATT_E_USAGE_FLAGS);
    require(q, p->sets != NULL && p->set_count > 0, USAGE, NATT_E_USAGE_POLICY_EMPTY);
    if (p->sets != NULL)
        ask_sets(q, p);
}

static void ask_usage(struct asked *q)
{
    require(q, q->opt->struct_size == sizeof *q->opt, USAGE, NATT_E_USAGE_STRUCT_SIZE);
    ask_roots(q);
    ask_times(q);
    ask_expectations(q);
    ask_deny(q);
    ask_policy(q);
}

/* ---- the document ---- */

static bool within(natt_bytes value, size_t least, size_t most)
{
    return value.ptr == NULL || (value.len >= least && value.len <= most);
}

static void judge_document(struct asked *q)
{
    const struct model_document *d = q->doc;
    bool aws_512 = q->opt->limits == NATT_LIMITS_AWS_512;
    size_t key_most = q->opt->limits == NATT_LIMITS_DEFAULT ? 4096 : 1024, most = aws_512 ? 512 : key_most;
    bool sizes =
        within(d->public_key, aws_512 ? 1 : 0, key_most) && within(d->user_data, 0, most) && within(d->nonce, 0, most);
    require(q, d->unknown_fields == 0 || (q->opt->flags & NATT_ALLOW_UNKNOWN_FIELDS), DOCUMENT,
            NATT_E_DOC_UNKNOWN_FIELD);
    require(q, sizes, DOCUMENT, NATT_E_DOC_OPTIONAL_SIZE);
    require(q, d->kind == q->opt->kind, DOCUMENT, NATT_E_DOC_KIND_UNEXPECTED);
}

static void judge_root(struct asked *q)
{
    natt_bytes root = {q->doc->root, q->doc->root_len};
    for (size_t i = 0; i < q->opt->root_count; i++) {
        if (same(q->opt->roots[i], root)) {
            q->answer.root_index = i;
            return;
        }
    }
    refuse(q, ROOT, NATT_E_CHAIN_ROOT, 0);
}

static bool denied(const struct model_certificate *c, const natt_deny_entry *e)
{
    natt_bytes serial = {c->serial, sizeof c->serial}, issuer = {c->issuer, c->issuer_len};
    if (e->type == NATT_DENY_SERIAL)
        return same(stripped(e->value), serial) && (e->issuer.ptr == NULL || same(e->issuer, issuer));
    if (e->type == NATT_DENY_SPKI_SHA256)
        return memcmp(e->value.ptr, c->spki_sha256, 32) == 0;
    return memcmp(e->value.ptr, c->sha256, 32) == 0 || (c->has_twin && memcmp(e->value.ptr, c->twin_sha256, 32) == 0);
}

/* The whole last second is valid. */
static int validity(const struct model_certificate *c, uint64_t at_ms, const natt_options *o)
{
    int64_t at = (int64_t)at_ms, from = c->not_before * 1000, until = (c->not_after + 1) * 1000;
    if (at < from - (int64_t)o->not_before_leeway_ms)
        return -1;
    return at >= until + (int64_t)o->not_after_leeway_ms ? 1 : 0;
}

static void judge_certificate(struct asked *q, uint32_t i)
{
    const struct model_certificate *c = &q->doc->certificates[i];
    int at_timestamp = validity(c, q->doc->timestamp_ms, q->opt);
    int at_now = q->opt->time_mode == NATT_TIME_NOW ? validity(c, q->opt->now_ms, q->opt) : 0;
    for (size_t e = 0; e < q->opt->deny_count; e++)
        if (denied(c, &q->opt->deny[e]))
            refuse(q, CERTIFICATES + i, NATT_E_CHAIN_DENIED, i);
    if (at_now != 0)
        refuse(q, CERTIFICATES + i, at_now < 0 ? NATT_E_TIME_NOT_YET_VALID : NATT_E_TIME_EXPIRED, i);
    if (at_timestamp != 0)
        refuse(q, CERTIFICATES + i, at_timestamp < 0 ? NATT_E_TIME_TIMESTAMP_EARLY : NATT_E_TIME_TIMESTAMP_LATE, i);
}

static void judge_signatures(struct asked *q)
{
    size_t bad = q->doc->bad_signature;
    if (bad < q->doc->certificate_count)
        refuse(q, SIGNATURES, NATT_E_CHAIN_SIGNATURE, (uint32_t)bad);
    else if (bad != SIZE_MAX)
        refuse(q, SIGNATURES, NATT_E_COSE_SIGNATURE, MODEL_ANY_ITEM);
}

/* ---- expectations and policy ---- */

static void judge_freshness(struct asked *q)
{
    const natt_options *o = q->opt;
    int64_t age = (int64_t)o->now_ms - (int64_t)q->doc->timestamp_ms;
    bool limited = o->time_mode == NATT_TIME_NOW && o->max_age_ms != NATT_UNLIMITED_MS;
    require(q, age >= -(int64_t)o->max_future_ms, EXPECTATIONS, NATT_E_TIME_FUTURE);
    require(q, !limited || age <= (int64_t)o->max_age_ms, EXPECTATIONS, NATT_E_TIME_STALE);
}

static bool as_expected(const natt_expectation *e, natt_bytes value)
{
    bool present = value.ptr != NULL;
    return e->mode == NATT_EXPECT_ANY || (e->mode == NATT_EXPECT_ABSENT ? !present : present && same(e->value, value));
}

static void judge_expectations(struct asked *q)
{
    const struct model_document *d = q->doc;
    const natt_options *o = q->opt;
    bool exact = o->nonce_mode == NATT_NONCE_EXACT, present = d->nonce.ptr != NULL;
    require(q, !d->debug || (o->flags & NATT_ALLOW_DEBUG), EXPECTATIONS, NATT_E_EXPECT_DEBUG);
    require(q, !exact || present, EXPECTATIONS, NATT_E_EXPECT_NONCE_ABSENT);
    require(q, !exact || !present || same(o->nonce, d->nonce), EXPECTATIONS, NATT_E_EXPECT_NONCE);
    require(q, as_expected(&o->user_data, d->user_data), EXPECTATIONS, NATT_E_EXPECT_USER_DATA);
    require(q, as_expected(&o->public_key, d->public_key), EXPECTATIONS, NATT_E_EXPECT_PUBLIC_KEY);
    require(q, !(o->flags & NATT_REQUIRE_MODULE_BINDING) || d->region != NULL, EXPECTATIONS,
            NATT_E_EXPECT_MODULE_BINDING);
    require(q, o->module_id.ptr == NULL || same_text(o->module_id, d->module_id), EXPECTATIONS,
            NATT_E_EXPECT_MODULE_ID);
    require(q, o->region.ptr == NULL || same_text(o->region, d->region), EXPECTATIONS, NATT_E_EXPECT_REGION);
}

/* Returns NATT_OK, or why the set does not match at this PCR. */
static natt_code pcr_fault(const struct model_document *d, const natt_pcr_set *set, uint32_t index)
{
    natt_bytes own = {d->pcrs[index], NATT_PCR_LEN};
    if ((d->pcr_mask >> index & 1) == 0)
        return NATT_E_POLICY_PCR_ABSENT;
    for (size_t i = 0; i < set->pcr_count; i++)
        if (set->pcrs[i].index == index && same(set->pcrs[i].value, own))
            return NATT_OK;
    return NATT_E_POLICY_PCR_MISMATCH;
}

static bool matches(struct asked *q, const natt_pcr_set *set, bool alone)
{
    bool all = true;
    for (uint32_t index = 0; index < NATT_PCR_COUNT; index++) {
        natt_code fault = lists(set, index, false) ? pcr_fault(q->doc, set, index) : NATT_OK;
        all = all && fault == NATT_OK;
        if (alone && fault != NATT_OK)
            refuse(q, POLICY, fault, index);
    }
    return all;
}

static void judge_policy(struct asked *q)
{
    const natt_policy *p = q->opt->policy;
    if (p == NULL)
        return;
    for (size_t i = 0; i < p->set_count; i++) {
        if (matches(q, &p->sets[i], p->set_count == 1)) {
            q->answer.matched_set = i;
            return;
        }
    }
    if (p->set_count > 1)
        refuse(q, POLICY, NATT_E_POLICY_NO_SET, MODEL_ANY_ITEM);
}

/* ---- the result ---- */

/* Checks that every document gets. */
uint32_t model_performed(const natt_options *o)
{
    bool now = o->time_mode == NATT_TIME_NOW, debug_refused = !(o->flags & NATT_ALLOW_DEBUG);
    uint32_t checks = NATT_CHECKED_CHAIN | NATT_CHECKED_SIGNATURE | NATT_CHECKED_TIMESTAMP;
    checks |= now ? NATT_CHECKED_NOW : 0;
    checks |= now && o->max_age_ms != NATT_UNLIMITED_MS ? NATT_CHECKED_AGE : 0;
    checks |= o->nonce_mode == NATT_NONCE_EXACT ? NATT_CHECKED_NONCE : 0;
    checks |= o->user_data.mode != NATT_EXPECT_ANY ? NATT_CHECKED_USER_DATA : 0;
    checks |= o->public_key.mode != NATT_EXPECT_ANY ? NATT_CHECKED_PUBLIC_KEY : 0;
    checks |= o->policy != NULL ? NATT_CHECKED_PCRS : 0;
    checks |= o->kind == NATT_KIND_ENCLAVE && debug_refused ? NATT_CHECKED_PRODUCTION : 0;
    checks |= o->flags & NATT_REQUIRE_MODULE_BINDING ? NATT_CHECKED_MODULE_BINDING : 0;
    checks |= o->module_id.ptr != NULL ? NATT_CHECKED_MODULE_ID : 0;
    checks |= o->region.ptr != NULL ? NATT_CHECKED_REGION : 0;
    return checks | (o->deny_count > 0 ? NATT_CHECKED_DENY : 0);
}

/* Checks that depend on what this document passed. */
static uint32_t checks_of(const struct model_document *d, const natt_options *o)
{
    uint32_t checks = model_performed(o);
    checks |= d->kind == NATT_KIND_ENCLAVE && !d->debug ? NATT_CHECKED_PRODUCTION : 0;
    return checks | (d->region != NULL ? NATT_CHECKED_MODULE_BINDING : 0);
}

natt_code model_policy_answer(const struct model_document *doc, const natt_policy *policy)
{
    for (size_t i = 0; i < policy->set_count; i++)
        if (!strong(&policy->sets[i], doc->kind))
            return NATT_E_USAGE_POLICY_WEAK;
    return doc->debug && policy->flags == 0 ? NATT_E_EXPECT_DEBUG : NATT_OK;
}

bool model_difference(const struct model_document *doc, const natt_policy *policy, size_t n, size_t *set,
                      uint32_t *index)
{
    for (*set = 0; *set < policy->set_count; ++*set)
        for (*index = 0; *index < NATT_PCR_COUNT; ++*index)
            if (lists(&policy->sets[*set], *index, false) && pcr_fault(doc, &policy->sets[*set], *index) != NATT_OK &&
                n-- == 0)
                return true;
    return false;
}

struct model_answer model_answer(const struct model_document *doc, const natt_options *opt, bool signatures)
{
    struct asked q = {doc, opt, {.stage = NONE, .matched_set = SIZE_MAX}};
    ask_usage(&q);
    if (q.answer.count > 0)
        return q.answer;
    judge_document(&q);
    judge_root(&q);
    for (uint32_t i = 0; i < doc->certificate_count; i++)
        judge_certificate(&q, i);
    if (signatures)
        judge_signatures(&q);
    judge_freshness(&q);
    judge_expectations(&q);
    judge_policy(&q);
    q.answer.checks = checks_of(doc, opt);
    return q.answer;
}
