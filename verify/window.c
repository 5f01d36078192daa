/*
 * The coordinator: every step by name, cheap ones first. Decides nothing itself.
 */
#include "verify/window.h"
#include "verify/parse/cose.h"
#include "verify/parse/document.h"
#include "verify/rules/expectations.h"
#include "verify/rules/options.h"
#include "verify/rules/policy.h"

#include <string.h>

static bool fail(natt_error *err, natt_code code)
{
    return natt_fail(err, code, NATT_NO_ITEM, NATT_NO_OFFSET);
}

/* R-DOC-18: the kind asked for, never guessed. */
static bool check_kind(const struct natt_verification *v)
{
    return v->doc.kind == v->opt->kind ||
           natt_fail(v->err, NATT_E_DOC_KIND_UNEXPECTED, NATT_NO_ITEM, natt_document_offset(&v->doc, v->doc.module_id));
}

/* R-DOC-03: what AWS does not list is refused unless the caller allows it. */
static bool check_unknown_fields(const struct natt_verification *v)
{
    return v->doc.unknown_count == 0 || (v->opt->flags & NATT_ALLOW_UNKNOWN_FIELDS) != 0 ||
           natt_fail(v->err, NATT_E_DOC_UNKNOWN_FIELD, NATT_NO_ITEM,
                     natt_document_offset(&v->doc, v->doc.unknown_fields[0]));
}

struct optional_limits {
    size_t public_key_min, public_key_max, others_max;
};

static bool check_optional(const struct natt_verification *v, uint32_t field, natt_bytes value, size_t min, size_t max)
{
    return value.ptr == NULL || (value.len >= min && value.len <= max) ||
           natt_fail(v->err, NATT_E_DOC_OPTIONAL_SIZE, field, natt_document_offset(&v->doc, value));
}

/* R-DOC-16: the device allows what fits a request; AWS's text has two smaller sets of limits. */
static bool check_optionals(const struct natt_verification *v)
{
    static const struct optional_limits limits[] = {
        [NATT_LIMITS_DEFAULT] = {0, NATT_MAX_OPTIONAL, NATT_MAX_OPTIONAL},
        [NATT_LIMITS_AWS_1024] = {0, 1024, 1024},
        [NATT_LIMITS_AWS_512] = {1, 1024, 512},
    };
    const struct optional_limits *l = &limits[v->opt->limits];
    return check_optional(v, NATT_FIELD_PUBLIC_KEY, v->doc.public_key, l->public_key_min, l->public_key_max) &&
           check_optional(v, NATT_FIELD_USER_DATA, v->doc.user_data, 0, l->others_max) &&
           check_optional(v, NATT_FIELD_NONCE, v->doc.nonce, 0, l->others_max);
}

static bool parse(struct natt_verification *v, const struct natt_window *w)
{
    return natt_document_read(&v->doc, v->in, v->err) && check_unknown_fields(v) && check_optionals(v) &&
           check_kind(v) && natt_chain_parse(&v->chain, &v->doc, w->known, w->crypto, v->err);
}

static bool check_rules(struct natt_verification *v, const struct natt_window *w)
{
    return natt_chain_judge(&v->chain, &v->doc, v->opt, w->crypto, v->err);
}

/* R-INTERNAL-02: one signature, new or remembered, per certificate but the root, and one for the document. */
bool natt_verify_jobs_complete(size_t job_count, size_t chain_count, natt_error *err)
{
    return job_count == chain_count || fail(err, NATT_E_INTERNAL_JOBS);
}

static bool collect(struct natt_verification *v, struct natt_job_refs *refs, struct natt_window *w)
{
    bool hashed = natt_cose_digest(v->canonical_id, v->doc.payload, w->crypto) &&
                  w->crypto->sha256(v->root_sha256, &v->chain.certs[0].raw, 1);
    if (!hashed)
        return fail(v->err, NATT_E_INTERNAL_CRYPTO);
    if (!natt_jobs_collect(&w->pool, refs, &v->chain, v->root_sha256, w->crypto, w->cache, v->err))
        return false;
    natt_jobs_collect_document(&w->pool, refs, &v->chain, &v->doc, v->canonical_id);
    return true;
}

/* R-USAGE-01 */
static bool check_arguments(const natt_verified *out, natt_bytes in, const natt_options *opt, natt_error *err)
{
    bool ok = out != NULL && opt != NULL && (in.ptr != NULL || in.len == 0);
    return ok || fail(err, NATT_E_USAGE_ARGUMENT);
}

/* R-USAGE-02: a result of another size is not written beyond it. */
static bool check_result_size(const natt_verified *out, natt_error *err)
{
    return out->struct_size == sizeof *out || fail(err, NATT_E_USAGE_STRUCT_SIZE);
}

/* ---- the stages ---- */

static bool prepare(struct natt_verification *v, struct natt_job_refs *refs, struct natt_window *w)
{
    return check_arguments(v->out, v->in, v->opt, v->err) && check_result_size(v->out, v->err) &&
           natt_cache_check(w->cache, v->err) && natt_options_check(v->opt, w->crypto, v->err) && parse(v, w) &&
           check_rules(v, w) && collect(v, refs, w);
}

/* R-CHAIN-11: each certificate by its issuer's key. R-COSE-10: the document by the leaf's. R-INTERNAL-01: no answer is
 * no verdict. */
static bool check_signature(const struct natt_verification *v, natt_crypto_answer answer, size_t certificate)
{
    bool document = certificate == 0;
    uint32_t item = document ? NATT_NO_ITEM : (uint32_t)certificate;
    if (answer == NATT_CRYPTO_HOLDS)
        return true;
    if (answer == NATT_CRYPTO_FAILED)
        return natt_fail(v->err, NATT_E_INTERNAL_CRYPTO, item, NATT_NO_OFFSET);
    natt_bytes blame = document ? v->doc.signature : v->chain.certs[certificate].r;
    return natt_fail(v->err, document ? NATT_E_COSE_SIGNATURE : NATT_E_CHAIN_SIGNATURE, item,
                     natt_document_offset(&v->doc, blame));
}

/* Root to leaf, then the document. */
static bool check_signatures(const struct natt_verification *v, const struct natt_job_refs *refs,
                             const struct natt_job_pool *pool)
{
    if (!natt_verify_jobs_complete((size_t)refs->job_count + refs->cached, v->chain.count, v->err))
        return false;
    for (size_t i = 1; i < v->chain.count; i++)
        if (!check_signature(v, natt_jobs_answer(pool, refs, i), i))
            return false;
    return check_signature(v, natt_jobs_answer(pool, refs, 0), 0);
}

static bool expect(struct natt_verification *v)
{
    if (!natt_expect_check(&v->doc, &v->chain, v->opt, v->err))
        return false;
    return v->opt->policy == NULL ||
           natt_policy_match(v->opt->policy, v->doc.pcrs, v->doc.raw.ptr, &v->matched_set, v->err);
}

/* R-INTERNAL-03: R-USAGE-24 makes sure of it; a true verdict does not rest on that alone. */
bool natt_verify_checks_complete(uint32_t checks, uint32_t required, natt_error *err)
{
    return (required & ~checks) == 0 || fail(err, NATT_E_INTERNAL_CHECKS);
}

static bool conclude(struct natt_verification *v, const struct natt_job_refs *refs, const struct natt_window *w)
{
    if (!check_signatures(v, refs, &w->pool) || !expect(v))
        return false;
    v->checks = natt_expect_checks(&v->doc, &v->chain, v->opt);
    return natt_verify_checks_complete(v->checks, v->opt->required_checks, v->err) &&
           natt_result_digests(v->digests, &v->doc, w->crypto, v->err);
}

static void finish(natt_verified *out, const struct natt_verification *v, const struct natt_job_refs *refs)
{
    natt_result_put_document(out, &v->doc, &v->chain);
    natt_result_put_chain(out, &v->chain);
    out->cached_certificates = refs->cached;
    memcpy(out->canonical_id, v->canonical_id, sizeof out->canonical_id);
    memcpy(out->root_sha256, v->root_sha256, sizeof out->root_sha256);
    out->matched_set = v->matched_set;
    out->checks = v->checks;
    natt_result_put_digests(out, v->digests);
    natt_result_seal(out);
}

/* Zeroes as much as the caller says there is, and keeps struct_size for the next call. */
static void clear(natt_verified *out)
{
    size_t size = out->struct_size;
    memset(out, 0, size < sizeof *out ? size : sizeof *out);
    if (size >= sizeof out->struct_size)
        out->struct_size = size;
}

/* The only writer of results and cache: options may point into the result of an earlier call, and a refused document
 * leaves the cache as it was. */
static void publish_one(const struct natt_verification *v, const struct natt_job_refs *refs, natt_cache *cache)
{
    if (v->out != NULL)
        clear(v->out);
    if (!v->ok)
        return;
    finish(v->out, v, refs);
    natt_jobs_remember(refs, cache);
}

static void publish(const struct natt_window *w)
{
    for (size_t i = 0; i < w->count; i++)
        publish_one(&w->each[i], &w->refs[i], w->cache);
}

void natt_verification_begin(struct natt_verification *v, natt_verified *out, natt_bytes in, const natt_options *opt,
                             natt_error *err)
{
    memset(v, 0, sizeof *v);
    v->out = out;
    v->in = in;
    v->opt = opt;
    v->err = err;
    v->matched_set = SIZE_MAX;
    v->ok = true;
}

void natt_verification_skip(struct natt_verification *v)
{
    memset(v, 0, sizeof *v);
}

void natt_window_run(struct natt_window *w)
{
    for (size_t i = 0; i < w->count; i++) {
        memset(&w->refs[i], 0, sizeof w->refs[i]);
        w->each[i].ok = w->each[i].ok && prepare(&w->each[i], &w->refs[i], w);
    }
    natt_jobs_verify(&w->pool, w->refs, w->count, w->crypto);
    for (size_t i = 0; i < w->count; i++)
        w->each[i].ok = w->each[i].ok && conclude(&w->each[i], &w->refs[i], w);
    publish(w);
}
