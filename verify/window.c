/*
 * The coordinator calls every step by name, inexpensive ones first. It makes no decisions itself.
 */
#include "verify/window.h"
#include "verify/parse/cose.h"
#include "verify/parse/document.h"
#include "verify/rules/expectations.h"
#include "verify/rules/fields.h"
#include "verify/rules/options.h"
#include "verify/rules/policy.h"
#include "verify/rules/roots.h"

#include <string.h>

#define DIGESTS 32 /* computed in one call: enough to fill the lanes of a back end, without much stack */

static bool parse(struct natt_verification *v, const struct natt_window *w)
{
    return natt_document_read(&v->doc, v->in, v->err) && natt_fields_check(&v->doc, v->opt, v->err) &&
           natt_chain_parse(&v->chain, &v->doc, w->known, w->crypto, v->err);
}

/* R-INTERNAL-02: one signature, new or cached, per certificate except the root, and one for the document. */
bool natt_verify_jobs_complete(size_t job_count, size_t chain_count, natt_error *err)
{
    return job_count == chain_count || natt_fail_code(err, NATT_E_INTERNAL_JOBS);
}

static bool collect(struct natt_verification *v, struct natt_job_refs *refs, struct natt_window *w)
{
    if (!natt_root_digest(v->found.root_sha256, v->chain.certs[0].raw, w->crypto))
        return natt_fail_code(v->err, NATT_E_INTERNAL_CRYPTO);
    return natt_jobs_collect(&w->pool, refs, &v->chain, v->found.root_sha256, w->crypto, w->cache, v->err);
}

/* R-USAGE-01 */
static bool check_arguments(const natt_verified *out, natt_bytes in, const natt_options *opt, natt_error *err)
{
    bool ok = out != NULL && opt != NULL && (in.ptr != NULL || in.len == 0);
    return ok || natt_fail_code(err, NATT_E_USAGE_ARGUMENT);
}

/* R-USAGE-02: a result of a different size is never written beyond its end. */
static bool check_result_size(const natt_verified *out, natt_error *err)
{
    return out->struct_size == sizeof *out || natt_fail_code(err, NATT_E_USAGE_STRUCT_SIZE);
}

/* ---- the stages ---- */

static bool prepare(struct natt_verification *v, struct natt_job_refs *refs, struct natt_window *w)
{
    return check_arguments(v->out, v->in, v->opt, v->err) && check_result_size(v->out, v->err) &&
           natt_cache_check(w->cache, v->err) && natt_options_check(v->opt, w->crypto, v->err) && parse(v, w) &&
           natt_chain_check(&v->chain, &v->doc, v->opt, w->crypto, v->err) && collect(v, refs, w);
}

static bool digest_alone(struct natt_verification *v, const struct natt_crypto *crypto)
{
    bool hashed = natt_cose_digest(v->found.canonical_id, v->doc.payload, crypto);
    return hashed || natt_fail_code(v->err, NATT_E_INTERNAL_CRYPTO);
}

/* Several documents: a back end may compute several digests at once. */
static void digest_together(struct natt_window *w)
{
    struct natt_message messages[DIGESTS];
    uint8_t heads[DIGESTS][3];
    size_t count = 0;
    for (size_t i = 0; i < w->count; i++) {
        struct natt_verification *v = &w->each[i];
        if (v->ok) {
            messages[count] = natt_cose_message(v->found.canonical_id, v->doc.payload, heads[count]);
            count++;
        }
        if (count == DIGESTS || (count > 0 && i + 1 == w->count)) {
            w->crypto->sha384_each(messages, count);
            count = 0;
        }
    }
}

/* What each document signs, and with it the last of its jobs. */
static void digest(struct natt_window *w)
{
    if (w->count > 1 && w->crypto->sha384_each != NULL)
        digest_together(w);
    else
        for (size_t i = 0; i < w->count; i++)
            w->each[i].ok = w->each[i].ok && digest_alone(&w->each[i], w->crypto);
    for (size_t i = 0; i < w->count; i++) {
        const struct natt_verification *v = &w->each[i];
        if (v->ok)
            natt_jobs_collect_document(&w->pool, &w->refs[i], &v->chain, &v->doc, v->found.canonical_id);
    }
}

/* R-CHAIN-11: each certificate by its issuer's key. R-COSE-10: the document by the leaf's. R-INTERNAL-01: without a
 * result there is no true verdict. */
static bool check_signature(const struct natt_verification *v, natt_crypto_answer answer, size_t certificate)
{
    bool document = certificate == 0;
    uint32_t item = document ? NATT_NO_ITEM : (uint32_t)certificate;
    if (answer == NATT_CRYPTO_VALID)
        return true;
    if (answer == NATT_CRYPTO_ERROR)
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

static bool check_expectations(struct natt_verification *v)
{
    if (!natt_expectations_check(&v->doc, &v->chain, v->opt, v->err))
        return false;
    return v->opt->policy == NULL ||
           natt_policy_match(v->opt->policy, v->doc.pcrs, v->doc.raw.ptr, &v->found.matched_set, v->err);
}

/* R-INTERNAL-03: R-USAGE-24 ensures this, but a true verdict does not depend on that check alone. */
bool natt_verify_checks_complete(uint32_t checks, uint32_t required, natt_error *err)
{
    return (required & ~checks) == 0 || natt_fail_code(err, NATT_E_INTERNAL_CHECKS);
}

static bool conclude(struct natt_verification *v, const struct natt_job_refs *refs, const struct natt_window *w)
{
    if (!check_signatures(v, refs, &w->pool) || !check_expectations(v))
        return false;
    v->found.checks = natt_expectations_checks_made(&v->doc, &v->chain, v->opt);
    return natt_verify_checks_complete(v->found.checks, v->opt->required_checks, v->err) &&
           natt_result_digests(v->found.digests, &v->doc, w->crypto, v->err);
}

/* The only writer of results and cache: options may point into the result of an earlier call, and a refused document
 * does not change the cache. */
static void publish_one(const struct natt_verification *v, const struct natt_job_refs *refs, struct natt_window *w)
{
    if (v->out != NULL)
        natt_result_clear(v->out);
    if (!v->ok)
        return;
    natt_result_write(v->out, &v->doc, &v->chain, &v->found, refs->cached);
    natt_jobs_remember(refs, w->cache);
    natt_jobs_use_keys(&w->pool, refs, w->cache, w->crypto->make_table);
}

static void publish(struct natt_window *w)
{
    for (size_t i = 0; i < w->count; i++)
        publish_one(&w->each[i], &w->refs[i], w);
}

void natt_verification_begin(struct natt_verification *v, natt_verified *out, natt_bytes in, const natt_options *opt,
                             natt_error *err)
{
    memset(v, 0, sizeof *v);
    v->out = out;
    v->in = in;
    v->opt = opt;
    v->err = err;
    v->found.matched_set = SIZE_MAX;
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
    digest(w);
    natt_jobs_find_tables(&w->pool, w->cache);
    natt_jobs_verify(&w->pool, w->refs, w->count, w->crypto);
    for (size_t i = 0; i < w->count; i++)
        w->each[i].ok = w->each[i].ok && conclude(&w->each[i], &w->refs[i], w);
    publish(w);
}
