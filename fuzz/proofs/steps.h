/*
 * For proofs of the coordinator: contracts that replace every step of a verification that window.c calls. CBMC chooses
 * whether a step passes or fails. The step records that it passed, and asserts that it got the results of the steps
 * before it.
 */
#ifndef NATT_FUZZ_PROOFS_STEPS_H
#define NATT_FUZZ_PROOFS_STEPS_H

#include "fuzz/proofs/any_input.h"
#include "verify/cache.h"
#include "verify/parse/cose.h"
#include "verify/parse/document.h"
#include "verify/parse/ecdsa.h"
#include "verify/result.h"
#include "verify/rules/expectations.h"
#include "verify/rules/fields.h"
#include "verify/rules/options.h"
#include "verify/rules/policy.h"
#include "verify/rules/roots.h"
#include "verify/window.h"

#include <string.h>

#define RAW_LEN 8

_Bool nondet_bool(void);
natt_code nondet_code(void);
uint32_t nondet_bits(void);
natt_crypto_answer nondet_answer(void);
natt_options nondet_options(void);

/* ---- what is verified ---- */

static struct documents {
    uint8_t input[1], payload[1];
    size_t count; /* of certificates */
} docs[DOCS];
static uint8_t roots[DOCS][RAW_LEN];

static const natt_options *options[DOCS];
static natt_verified results[DOCS];
static uint8_t cache_memory[1];
static natt_cache *cache;

/* ---- what has passed ---- */

static struct steps {
    _Bool options, read, fields, parsed, chain, canonical, root, collected, waiting, expectations, policy, digests;
    _Bool cleared, written, remembered, used_keys;
    uint32_t checks;
    size_t matched_set;
} ran[DOCS];

static struct natt_job_refs *refs_of[DOCS];
static _Bool verified;
enum { OF_DOCUMENT = 1, OF_ROOT };

/* One arbitrary signature of one document: 0 is the document's own. */
static size_t watched, watched_at;
static _Bool watched_valid;

/* The document that these bytes belong to. */
static size_t number_of(natt_bytes raw)
{
    for (size_t d = 0; d < DOCS; d++)
        if (raw.ptr == docs[d].input)
            return d;
    __CPROVER_assert(0, "a step gets bytes of a document");
    return 0;
}

static _Bool passes(_Bool *step, natt_error *err)
{
    *step = nondet_bool();
    natt_code code = nondet_code();
    __CPROVER_assume(code != NATT_OK);
    return *step || natt_fail_code(err, code);
}

/* ---- the steps ---- */

bool natt_cache_check(const natt_cache *c, natt_error *err)
{
    _Bool good;
    return c == NULL || passes(&good, err);
}

/* Its own check of the pointer and the size is proved in options.c. */
bool natt_options_check(const natt_options *opt, const struct natt_crypto *crypto, natt_error *err)
{
    (void)crypto;
    _Bool good, known = 0;
    if (!passes(&good, err))
        return false;
    for (size_t d = 0; d < DOCS; d++)
        if (opt == options[d])
            ran[d].options = known = 1;
    __CPROVER_assert(known, "the caller's options are checked");
    return true;
}

bool natt_document_read(natt_document *out, natt_bytes in, natt_error *err)
{
    _Bool failed = 0;
    if (in.ptr == NULL) /* an empty document */
        return passes(&failed, err) && natt_fail_code(err, NATT_E_COSE_SIZE);
    size_t d = number_of(in);
    out->raw = in;
    out->payload = (natt_bytes){docs[d].payload, 1};
    out->signature = (natt_bytes){docs[d].payload, 1};
    return passes(&ran[d].read, err);
}

bool natt_fields_check(const natt_document *doc, const natt_options *opt, natt_error *err)
{
    size_t d = number_of(doc->raw);
    __CPROVER_assert(ran[d].read && opt == options[d], "fields of a document that was read");
    return passes(&ran[d].fields, err);
}

bool natt_chain_parse(struct natt_chain *out, const natt_document *doc, struct natt_known_keys *known,
                      const struct natt_crypto *crypto, natt_error *err)
{
    (void)known, (void)crypto;
    size_t d = number_of(doc->raw);
    __CPROVER_assert(ran[d].read, "the chain of a document that was read");
    out->base = doc->raw.ptr;
    out->count = docs[d].count;
    out->certs[0].raw = (natt_bytes){roots[d], RAW_LEN};
    return passes(&ran[d].parsed, err);
}

bool natt_chain_check(struct natt_chain *chain, const natt_document *doc, const natt_options *opt,
                      const struct natt_crypto *crypto, natt_error *err)
{
    (void)crypto;
    size_t d = number_of(doc->raw);
    __CPROVER_assert(ran[d].parsed && chain->base == doc->raw.ptr && chain->count == docs[d].count && opt == options[d],
                     "the chain of this document under these options");
    return passes(&ran[d].chain, err);
}

bool natt_expectations_check(const natt_document *doc, const struct natt_chain *chain, const natt_options *opt,
                             natt_error *err)
{
    size_t d = number_of(doc->raw);
    __CPROVER_assert(ran[d].chain && chain->base == doc->raw.ptr && opt == options[d],
                     "expectations of this document under these options");
    return passes(&ran[d].expectations, err);
}

bool natt_policy_match(const natt_policy *policy, const natt_bytes *pcrs, const uint8_t *base, size_t *matched_set,
                       natt_error *err)
{
    size_t d = number_of((natt_bytes){base, 0});
    const natt_document *doc = (const natt_document *)((const uint8_t *)pcrs - offsetof(natt_document, pcrs));
    __CPROVER_assert(policy == options[d]->policy && policy != NULL && doc->raw.ptr == base,
                     "the policy of these options with the PCRs of this document");
    *matched_set = ran[d].matched_set = nondet_size();
    return passes(&ran[d].policy, err);
}

uint32_t natt_expectations_checks_made(const natt_document *doc, const struct natt_chain *chain,
                                       const natt_options *opt)
{
    size_t d = number_of(doc->raw);
    __CPROVER_assert(chain->base == doc->raw.ptr && opt == options[d], "checks of this document");
    return ran[d].checks = nondet_bits();
}

bool natt_result_digests(uint8_t out[][NATT_SHA384_LEN], const natt_document *doc, const struct natt_crypto *crypto,
                         natt_error *err)
{
    (void)out, (void)crypto;
    return passes(&ran[number_of(doc->raw)].digests, err);
}

/* ---- digests and signatures; jobs.c is proved in jobs.c ---- */

static bool any_digest(uint8_t *out, uint8_t mark)
{
    out[0] = mark;
    return nondet_bool();
}

bool natt_cose_digest(uint8_t out[NATT_SHA384_LEN], natt_bytes payload, const struct natt_crypto *crypto)
{
    (void)crypto;
    size_t d = (size_t)payload.ptr[0];
    __CPROVER_assert(ran[d].chain, "the payload of a document whose chain is right");
    return ran[d].canonical = any_digest(out, OF_DOCUMENT);
}

bool natt_root_digest(uint8_t out[NATT_SHA256_LEN], natt_bytes root, const struct natt_crypto *crypto)
{
    (void)crypto;
    __CPROVER_assert(root.len == RAW_LEN, "the digest of a root");
    size_t d = (size_t)(root.ptr - &roots[0][0]) / RAW_LEN;
    __CPROVER_assert(d < DOCS && root.ptr == roots[d] && ran[d].chain, "of a chain that is right");
    return ran[d].root = any_digest(out, OF_ROOT);
}

bool natt_jobs_collect(struct natt_job_pool *pool, struct natt_job_refs *refs, const struct natt_chain *chain,
                       const uint8_t root_sha256[NATT_SHA256_LEN], const struct natt_crypto *crypto,
                       const natt_cache *c, natt_error *err)
{
    (void)pool, (void)crypto;
    size_t d = number_of((natt_bytes){chain->base, 0});
    __CPROVER_assert(ran[d].chain && ran[d].root && root_sha256[0] == OF_ROOT && c == cache,
                     "jobs of this chain, under the digest of its root, with the caller's cache");
    refs_of[d] = refs;
    refs->job_count = (uint16_t)nondet_size();
    refs->cached = (uint16_t)nondet_size();
    return passes(&ran[d].collected, err);
}

void natt_jobs_collect_document(struct natt_job_pool *pool, struct natt_job_refs *refs, const struct natt_chain *chain,
                                const natt_document *doc, const uint8_t canonical_id[NATT_SHA384_LEN])
{
    (void)pool;
    size_t d = number_of(doc->raw);
    __CPROVER_assert(ran[d].collected && ran[d].canonical && canonical_id[0] == OF_DOCUMENT && refs_of[d] == refs &&
                         chain->base == doc->raw.ptr,
                     "the job of this document and its digest, by this chain's leaf");
    ran[d].waiting = 1;
}

void natt_jobs_find_tables(struct natt_job_pool *pool, natt_cache *c)
{
    (void)pool;
    __CPROVER_assert(c == cache && !verified, "the caller's cache, before the signatures");
}

void natt_jobs_verify(struct natt_job_pool *pool, struct natt_job_refs *refs, size_t count,
                      const struct natt_crypto *crypto)
{
    (void)pool, (void)refs, (void)crypto;
    __CPROVER_assert(count == DOCS && !verified, "the jobs of all documents, once");
    verified = 1;
}

natt_crypto_answer natt_jobs_answer(const struct natt_job_pool *pool, const struct natt_job_refs *refs, size_t i)
{
    (void)pool;
    size_t d = DOCS;
    for (size_t n = 0; n < DOCS; n++)
        d = refs == refs_of[n] ? n : d;
    __CPROVER_assert(d < DOCS && verified && ran[d].waiting && i < docs[d].count, "a result that there is");
    natt_crypto_answer answer = nondet_answer();
    if (d == watched && i == watched_at)
        watched_valid = answer == NATT_CRYPTO_VALID;
    return answer;
}

void natt_jobs_remember(const struct natt_job_refs *refs, natt_cache *c)
{
    __CPROVER_assert(c == cache, "the caller's cache");
    for (size_t d = 0; d < DOCS; d++)
        if (refs == refs_of[d])
            ran[d].remembered = 1;
}

void natt_jobs_use_keys(struct natt_job_pool *pool, const struct natt_job_refs *refs, natt_cache *c,
                        natt_table_maker *make)
{
    (void)pool, (void)make;
    __CPROVER_assert(c == cache, "the caller's cache");
    for (size_t d = 0; d < DOCS; d++)
        if (refs == refs_of[d])
            ran[d].used_keys = 1;
}

/* ---- results ---- */

static size_t number_of_result(const natt_verified *out)
{
    for (size_t d = 0; d < DOCS; d++)
        if (out == &results[d])
            return d;
    __CPROVER_assert(0, "the caller's result");
    return 0;
}

void natt_result_clear(natt_verified *out)
{
    size_t d = number_of_result(out);
    __CPROVER_assert(!ran[d].written && !ran[d].cleared, "once, before it is written");
    ran[d].cleared = 1;
}

void natt_result_write(natt_verified *out, const natt_document *doc, const struct natt_chain *chain,
                       const struct natt_result_findings *found, uint32_t cached_certificates)
{
    size_t d = number_of_result(out);
    __CPROVER_assert(out->struct_size == sizeof *out && ran[d].cleared && !ran[d].written,
                     "a result of this library's size, once, after it was cleared");
    __CPROVER_assert(doc->raw.ptr == docs[d].input && chain->base == doc->raw.ptr, "of this document");
    __CPROVER_assert(found->checks == ran[d].checks, "with the checks that were made");
    __CPROVER_assert(found->matched_set == ran[d].matched_set, "with the set that matched");
    __CPROVER_assert(found->canonical_id[0] == OF_DOCUMENT && found->root_sha256[0] == OF_ROOT,
                     "with the digests of this payload and root");
    __CPROVER_assert(cached_certificates == refs_of[d]->cached, "with the number of cached certificates");
    ran[d].written = 1;
}

size_t natt_document_offset(const natt_document *doc, natt_bytes part)
{
    (void)doc, (void)part;
    return nondet_size();
}

/* ---- one verdict ---- */

/* True only after each step passed, for this document and these options. `out` is the result, `ok` the verdict. */
static void claim_steps(size_t d, _Bool ok, const natt_error *err)
{
    const struct steps *s = &ran[d];
    __CPROVER_assert(ok == (err->code == NATT_OK), "false has a code, true has none");
    __CPROVER_assert(s->written == ok && s->remembered == ok && s->used_keys == ok,
                     "result and cache are written for true alone");
    REACHABLE(ok);
    REACHABLE(!ok);
    if (!ok)
        return;
    __CPROVER_assert(s->options, "the options were checked");
    __CPROVER_assert(s->read && s->fields, "the document was read, and its fields checked");
    __CPROVER_assert(s->parsed && s->chain, "the chain was parsed, and its rules and times checked");
    __CPROVER_assert(s->collected && s->waiting && verified, "its signatures were collected and verified");
    __CPROVER_assert(d != watched || watched_valid, "each signature, of any certificate and of the document, is valid");
    __CPROVER_assert(s->expectations, "the expectations were checked");
    __CPROVER_assert(options[d]->policy == NULL || s->policy, "the policy matched where there is one");
    __CPROVER_assert((options[d]->required_checks & ~s->checks) == 0, "all required checks were made");
    __CPROVER_assert(s->digests, "the values were hashed");
}

/* A document with any chain. */
static void any_document(size_t d)
{
    docs[d].payload[0] = (uint8_t)d;
    docs[d].count = nondet_size();
    ran[d].matched_set = SIZE_MAX;
    __CPROVER_assume(docs[d].count >= 2 && docs[d].count <= NATT_MAX_CHAIN);
}

static void watch_any(void)
{
    watched = nondet_size();
    __CPROVER_assume(watched < DOCS);
    watched_at = nondet_size();
    __CPROVER_assume(watched_at < docs[watched].count);
}

#endif
