/*
 * The coordinator: every step by name, cheap ones first. Decides nothing itself.
 */
#include "verify/verify.h"
#include "verify/chain.h"
#include "verify/cose.h"
#include "verify/document.h"
#include "verify/ecdsa.h"
#include "verify/expect.h"
#include "verify/options.h"
#include "verify/policy.h"
#include "verify/result.h"

#include <string.h>

/* Everything one verification works with; lives on the stack. */
struct run {
    const natt_options *opt;
    const struct natt_crypto *crypto;
    natt_cache *cache;
    natt_error *err;
    natt_document doc;
    struct natt_chain chain;
    struct natt_job jobs[NATT_MAX_CHAIN + 1];
    size_t job_count;
    struct natt_chain_work work;
    uint8_t canonical_id[NATT_SHA384_LEN], root_sha256[NATT_SHA256_LEN];
    size_t matched_set;
    uint32_t checks;
    uint8_t digests[NATT_RESULT_VALUES][NATT_SHA384_LEN];
};

static bool usage(natt_error *err, natt_code code)
{
    return natt_fail(err, code, NATT_NO_ITEM, NATT_NO_OFFSET);
}

/* R-DOC-18: the kind asked for, never guessed. */
static bool check_kind(const struct run *run)
{
    return run->doc.kind == run->opt->kind || natt_fail(run->err, NATT_E_DOC_KIND_UNEXPECTED, NATT_NO_ITEM,
                                                        natt_document_offset(&run->doc, run->doc.module_id));
}

/* R-DOC-03: what AWS does not list is refused unless the caller allows it. */
static bool check_unknown_fields(const struct run *run)
{
    return run->doc.unknown_count == 0 || (run->opt->flags & NATT_ALLOW_UNKNOWN_FIELDS) != 0 ||
           natt_fail(run->err, NATT_E_DOC_UNKNOWN_FIELD, NATT_NO_ITEM,
                     natt_document_offset(&run->doc, run->doc.unknown_fields[0]));
}

struct optional_limits {
    size_t public_key_min, public_key_max, others_max;
};

static bool check_optional(const struct run *run, uint32_t field, natt_bytes value, size_t min, size_t max)
{
    return value.ptr == NULL || (value.len >= min && value.len <= max) ||
           natt_fail(run->err, NATT_E_DOC_OPTIONAL_SIZE, field, natt_document_offset(&run->doc, value));
}

/* R-DOC-16: the device allows what fits a request; AWS's text has two smaller sets of limits. */
static bool check_optionals(const struct run *run)
{
    static const struct optional_limits limits[] = {
        [NATT_LIMITS_DEFAULT] = {0, NATT_MAX_OPTIONAL, NATT_MAX_OPTIONAL},
        [NATT_LIMITS_AWS_1024] = {0, 1024, 1024},
        [NATT_LIMITS_AWS_512] = {1, 1024, 512},
    };
    const struct optional_limits *l = &limits[run->opt->limits];
    return check_optional(run, NATT_FIELD_PUBLIC_KEY, run->doc.public_key, l->public_key_min, l->public_key_max) &&
           check_optional(run, NATT_FIELD_USER_DATA, run->doc.user_data, 0, l->others_max) &&
           check_optional(run, NATT_FIELD_NONCE, run->doc.nonce, 0, l->others_max);
}

static bool parse(struct run *run, natt_bytes in)
{
    return natt_document_read(&run->doc, in, run->err) && check_unknown_fields(run) && check_optionals(run) &&
           check_kind(run) && natt_chain_parse(&run->chain, &run->doc, run->crypto, run->err);
}

static bool judge(struct run *run)
{
    return natt_chain_judge(&run->chain, &run->doc, run->opt, run->crypto, run->err);
}

/* The document's own signature, by the leaf's key, comes last. */
static void add_document_job(struct run *run)
{
    struct natt_job *job = &run->jobs[run->job_count];
    memset(job, 0, sizeof *job);
    job->public_key = run->chain.certs[run->chain.count - 1].public_key.ptr;
    job->item = NATT_NO_ITEM;
    memcpy(job->hash, run->canonical_id, NATT_SHA384_LEN);
    memcpy(job->r, run->doc.signature.ptr, NATT_SCALAR_LEN);
    memcpy(job->s, natt_bytes_drop(run->doc.signature, NATT_SCALAR_LEN).ptr, NATT_SCALAR_LEN);
    run->job_count++;
}

static bool collect(struct run *run)
{
    bool hashed = natt_cose_digest(run->canonical_id, run->doc.payload, run->crypto) &&
                  run->crypto->sha256(run->root_sha256, &run->chain.certs[0].raw, 1);
    if (!hashed)
        return usage(run->err, NATT_E_INTERNAL_CRYPTO);
    if (!natt_chain_jobs(&run->chain, run->root_sha256, run->crypto, run->cache, &run->work, run->jobs, &run->job_count,
                         run->err))
        return false;
    add_document_job(run);
    return true;
}

/* R-CHAIN-11: each certificate by its issuer's key. R-COSE-10: the document by the leaf's. R-INTERNAL-01: no answer is
 * no verdict. */
static bool check_job(const struct run *run, const struct natt_job *job)
{
    bool document = job->item == NATT_NO_ITEM;
    if (job->answer == NATT_CRYPTO_HOLDS)
        return true;
    if (job->answer == NATT_CRYPTO_FAILED)
        return natt_fail(run->err, NATT_E_INTERNAL_CRYPTO, job->item, NATT_NO_OFFSET);
    natt_bytes blame = document ? run->doc.signature : run->chain.certs[job->item].r;
    return natt_fail(run->err, document ? NATT_E_COSE_SIGNATURE : NATT_E_CHAIN_SIGNATURE, job->item,
                     natt_document_offset(&run->doc, blame));
}

/* R-INTERNAL-02: one proof, new or remembered, per certificate but the root, and one for the document. */
bool natt_verify_jobs_complete(size_t job_count, size_t chain_count, natt_error *err)
{
    return job_count == chain_count || usage(err, NATT_E_INTERNAL_JOBS);
}

static bool prove(struct run *run)
{
    if (!natt_verify_jobs_complete(run->job_count + run->work.cached, run->chain.count, run->err))
        return false;
    run->crypto->verify(run->jobs, run->job_count);
    for (size_t i = 0; i < run->job_count; i++)
        if (!check_job(run, &run->jobs[i]))
            return false;
    return true;
}

static bool expect(struct run *run)
{
    if (!natt_expect_check(&run->doc, &run->chain, run->opt, run->err))
        return false;
    return run->opt->policy == NULL ||
           natt_policy_match(run->opt->policy, run->doc.pcrs, run->doc.raw.ptr, &run->matched_set, run->err);
}

/* R-INTERNAL-03: R-USAGE-24 makes sure of it; a true verdict does not rest on that alone. */
bool natt_verify_checks_complete(uint32_t checks, uint32_t required, natt_error *err)
{
    return (required & ~checks) == 0 || usage(err, NATT_E_INTERNAL_CHECKS);
}

static bool conclude(struct run *run)
{
    run->checks = natt_expect_checks(&run->doc, &run->chain, run->opt);
    return natt_verify_checks_complete(run->checks, run->opt->required_checks, run->err) &&
           natt_result_digests(run->digests, &run->doc, run->crypto, run->err);
}

static void finish(natt_verified *out, const struct run *run)
{
    natt_result_put_document(out, &run->doc, &run->chain);
    natt_result_put_chain(out, &run->chain);
    out->cached_certificates = (uint32_t)run->work.cached;
    memcpy(out->canonical_id, run->canonical_id, sizeof out->canonical_id);
    memcpy(out->root_sha256, run->root_sha256, sizeof out->root_sha256);
    out->matched_set = run->matched_set;
    out->checks = run->checks;
    natt_result_put_digests(out, run->digests);
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

/* R-USAGE-01 */
static bool check_arguments(const natt_verified *out, natt_bytes in, const natt_options *opt, natt_error *err)
{
    bool ok = out != NULL && opt != NULL && (in.ptr != NULL || in.len == 0);
    return ok || usage(err, NATT_E_USAGE_ARGUMENT);
}

/* R-USAGE-02: a result of another size is not written beyond it. */
static bool check_result_size(const natt_verified *out, natt_error *err)
{
    return out->struct_size == sizeof *out || usage(err, NATT_E_USAGE_STRUCT_SIZE);
}

size_t natt_verify_run_size(void)
{
    return sizeof(struct run);
}

/* *out is written only at the end: options may point into the result of an earlier call. The cache is too: a refused
 * document leaves it as it was. */
bool natt_verify_run(void *memory, natt_verified *out, natt_bytes in, const natt_options *opt, natt_cache *cache,
                     const struct natt_crypto *crypto, natt_error *err)
{
    natt_error spare;
    struct run *run = memory;
    memset(run, 0, sizeof *run);
    run->opt = opt;
    run->crypto = crypto;
    run->cache = cache;
    run->err = natt_error_begin(err, &spare);
    run->matched_set = SIZE_MAX;
    bool ok = check_arguments(out, in, opt, run->err) && check_result_size(out, run->err) &&
              natt_cache_check(cache, run->err) && natt_options_check(opt, crypto, run->err) && parse(run, in) &&
              judge(run) && collect(run) && prove(run) && expect(run) && conclude(run);
    if (out != NULL)
        clear(out);
    if (!ok)
        return false;
    finish(out, run);
    natt_chain_remember(&run->chain, &run->work, cache);
    return true;
}

bool natt_verify_with(natt_verified *out, natt_bytes in, const natt_options *opt, natt_cache *cache,
                      const struct natt_crypto *crypto, natt_error *err)
{
    struct run run;
    return natt_verify_run(&run, out, in, opt, cache, crypto, err);
}

bool natt_verify(natt_verified *out, natt_bytes in, const natt_options *opt, natt_cache *cache, natt_error *err)
{
    return natt_verify_with(out, in, opt, cache, natt_crypto_default(), err);
}

/* The caller's options but for the policy, so that a document that is refused for its PCRs alone passes. */
static natt_options without_policy(const natt_options *opt)
{
    natt_options all = *opt;
    all.policy = NULL;
    all.flags |= NATT_INSECURE_NO_PCR_POLICY;
    all.required_checks &= ~NATT_CHECKED_PCRS;
    return all;
}

/* R-USAGE-15 */
static bool check_has_policy(const natt_options *opt, natt_error *err)
{
    return opt->policy != NULL || usage(err, NATT_E_USAGE_POLICY);
}

bool natt_verify_explain(natt_pcr_difference *out, size_t capacity, size_t *count, natt_bytes in,
                         const natt_options *opt, natt_cache *cache, natt_error *err)
{
    natt_error spare;
    natt_verified v = NATT_VERIFIED_INIT;
    err = natt_error_begin(err, &spare);
    if (count != NULL)
        *count = 0;
    if (opt == NULL || count == NULL)
        return usage(err, NATT_E_USAGE_ARGUMENT);
    if (opt->struct_size != sizeof *opt)
        return usage(err, NATT_E_USAGE_STRUCT_SIZE);
    if (!check_has_policy(opt, err) || !natt_options_check(opt, natt_crypto_default(), err))
        return false;
    natt_options all = without_policy(opt);
    return natt_verify(&v, in, &all, cache, err) && natt_policy_explain(out, capacity, count, &v, opt->policy, err);
}
