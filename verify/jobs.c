/*
 * Signature jobs: collected from documents, shared where certificate and issuer's key are the same bytes, verified.
 */
#include "verify/jobs.h"
#include "verify/parse/ecdsa.h"
#include "verify/parse/reader.h"

#include <string.h>

#define CACHED   UINT16_MAX
#define PROBES   8
#define KEY_LEN  NATT_PUBLIC_KEY_LEN
#define DOCUMENT 0 /* the root's place in natt_job_refs.at: a root needs no job */

/* ---- equal certificates under equal keys are one job ---- */

/* The first bucket to search. The signer chooses these bytes: if the neighbouring buckets are full, the cost is one
 * more job, never a longer search. */
static size_t bucket_of(const struct natt_job_pool *pool, natt_bytes certificate)
{
    uint64_t last = natt_eight_bytes(certificate.ptr + (certificate.len - 8));
    return (uint32_t)(last ^ last >> 32) % pool->buckets;
}

/* All bytes are compared. Equal signed parts with s and with n - s are two jobs. */
static bool is_job_of(const struct natt_pool_job *job, natt_bytes certificate, const uint8_t *key)
{
    return natt_bytes_equal(job->certificate, certificate) && natt_same(job->job.public_key, key, KEY_LEN);
}

/* The bucket with this job, else the first empty one; NULL: neither is nearby. */
static uint16_t *find_bucket(const struct natt_job_pool *pool, natt_bytes certificate, const uint8_t *key)
{
    for (size_t i = 0; pool->buckets > 0 && i < PROBES; i++) {
        uint16_t *bucket = &pool->index[(bucket_of(pool, certificate) + i) % pool->buckets];
        if (*bucket == 0 || is_job_of(&pool->jobs[*bucket - 1], certificate, key))
            return bucket;
    }
    return NULL;
}

/* ---- collecting ---- */

static struct natt_pool_job *next_job(const struct natt_job_pool *pool, const uint8_t *key)
{
    struct natt_pool_job *next = &pool->jobs[pool->count];
    memset(next, 0, sizeof *next);
    next->job.public_key = key;
    return next;
}

static void refer(struct natt_job_refs *refs, size_t i, size_t job)
{
    refs->at[i] = (uint16_t)job;
    refs->job_count++;
}

static void add_certificate(struct natt_job_pool *pool, const struct natt_chain *chain, size_t i,
                            const uint8_t digest[NATT_SHA384_LEN])
{
    const natt_certificate *cert = &chain->certs[i];
    struct natt_pool_job *next = next_job(pool, chain->certs[i - 1].public_key.ptr);
    next->certificate = cert->raw;
    natt_scalar_pad(next->job.r, cert->r);
    natt_scalar_pad(next->job.s, cert->s);
    memcpy(next->job.hash, digest, NATT_SHA384_LEN);
    pool->count++;
}

/* digest: of the certificate's signed part; it is not read if there is such a job. */
static void share_certificate(struct natt_job_pool *pool, struct natt_job_refs *refs, const struct natt_chain *chain,
                              size_t i, const uint8_t digest[NATT_SHA384_LEN])
{
    uint16_t *bucket = find_bucket(pool, chain->certs[i].raw, chain->certs[i - 1].public_key.ptr);
    if (bucket != NULL && *bucket != 0) {
        refer(refs, i, *bucket - 1U);
        return;
    }
    add_certificate(pool, chain, i, digest);
    if (bucket != NULL)
        *bucket = (uint16_t)pool->count;
    refer(refs, i, pool->count - 1);
}

/* ---- hashing: all messages of a chain in one call, since a back end may compute several at once ---- */

static bool hash_each(const struct natt_message *messages, size_t count, const struct natt_crypto *crypto)
{
    if (crypto->sha384_each != NULL) {
        crypto->sha384_each(messages, count);
        return true;
    }
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = crypto->sha384(messages[i].digest, messages[i].parts, NATT_MESSAGE_PARTS);
    return ok;
}

/* Root, issuer's key, exact bytes: two certificates share an entry only if they are one. The first two have fixed
 * size. */
static struct natt_message cache_key(const struct natt_chain *chain, size_t i, const uint8_t *root_sha256, uint8_t *key)
{
    natt_bytes root = {root_sha256, NATT_SHA256_LEN};
    return (struct natt_message){{root, chain->certs[i - 1].public_key, chain->certs[i].raw}, key};
}

static bool find_cached(struct natt_job_refs *refs, const struct natt_chain *chain, const uint8_t *root_sha256,
                        const struct natt_crypto *crypto, const natt_cache *cache)
{
    struct natt_message messages[NATT_MAX_CHAIN];
    size_t count = 0;
    for (size_t i = 1; i < chain->count; i++)
        messages[count++] = cache_key(chain, i, root_sha256, refs->keys[i]);
    if (!hash_each(messages, count, crypto))
        return false;
    for (size_t i = 1; i < chain->count; i++) {
        if (natt_cache_contains(cache, refs->keys[i])) {
            refs->at[i] = CACHED;
            refs->cached++;
        }
    }
    return true;
}

static bool has_job(const struct natt_job_pool *pool, const struct natt_chain *chain, size_t i)
{
    const uint16_t *bucket = find_bucket(pool, chain->certs[i].raw, chain->certs[i - 1].public_key.ptr);
    return bucket != NULL && *bucket != 0;
}

/* The signed parts of certificates that need a new job. */
static bool hash_certificates(uint8_t digests[NATT_MAX_CHAIN][NATT_SHA384_LEN], const struct natt_job_pool *pool,
                              const struct natt_job_refs *refs, const struct natt_chain *chain,
                              const struct natt_crypto *crypto)
{
    struct natt_message messages[NATT_MAX_CHAIN];
    size_t count = 0;
    for (size_t i = 1; i < chain->count; i++)
        if (refs->at[i] != CACHED && !has_job(pool, chain, i))
            messages[count++] = (struct natt_message){{chain->certs[i].tbs}, digests[i]};
    return hash_each(messages, count, crypto);
}

bool natt_jobs_collect(struct natt_job_pool *pool, struct natt_job_refs *refs, const struct natt_chain *chain,
                       const uint8_t root_sha256[NATT_SHA256_LEN], const struct natt_crypto *crypto,
                       const natt_cache *cache, natt_error *err)
{
    uint8_t digests[NATT_MAX_CHAIN][NATT_SHA384_LEN];
    refs->chain_count = (uint16_t)chain->count;
    bool cached = cache == NULL || find_cached(refs, chain, root_sha256, crypto, cache);
    if (!cached || !hash_certificates(digests, pool, refs, chain, crypto))
        return natt_fail_code(err, NATT_E_INTERNAL_CRYPTO);
    for (size_t i = 1; i < chain->count; i++)
        if (refs->at[i] != CACHED)
            share_certificate(pool, refs, chain, i, digests[i]);
    return true;
}

void natt_jobs_collect_document(struct natt_job_pool *pool, struct natt_job_refs *refs, const struct natt_chain *chain,
                                const natt_document *doc, const uint8_t canonical_id[NATT_SHA384_LEN])
{
    struct natt_job *job = &next_job(pool, chain->certs[chain->count - 1].public_key.ptr)->job;
    memcpy(job->hash, canonical_id, NATT_SHA384_LEN);
    memcpy(job->r, doc->signature.ptr, NATT_SCALAR_LEN);
    memcpy(job->s, natt_bytes_drop(doc->signature, NATT_SCALAR_LEN).ptr, NATT_SCALAR_LEN);
    refer(refs, DOCUMENT, pool->count++);
    refs->waiting = true;
}

/* ---- verifying ---- */

void natt_jobs_find_tables(struct natt_job_pool *pool, natt_cache *cache)
{
    for (size_t i = 0; i < pool->count; i++)
        pool->jobs[i].job.table = natt_cache_table(cache, pool->jobs[i].job.public_key);
}

/* Job i of the document; NULL: it has no such certificate, or the cache has it. */
static struct natt_pool_job *job_at(const struct natt_job_pool *pool, const struct natt_job_refs *refs, size_t i)
{
    return i >= refs->chain_count || refs->at[i] == CACHED ? NULL : &pool->jobs[refs->at[i]];
}

static void list(struct natt_job_pool *pool, struct natt_pool_job *job)
{
    if (job == NULL || job->asked)
        return;
    job->asked = true;
    pool->list[pool->listed++] = &job->job;
}

static void list_of_each(struct natt_job_pool *pool, const struct natt_job_refs *refs, size_t count, size_t i)
{
    for (size_t d = 0; d < count; d++)
        if (refs[d].waiting)
            list(pool, job_at(pool, &refs[d], i));
}

static bool any_wrong(const struct natt_job_pool *pool, const struct natt_job_refs *refs)
{
    for (size_t i = 0; i < refs->chain_count; i++) {
        const struct natt_pool_job *job = job_at(pool, refs, i);
        if (job != NULL && job->asked && job->job.answer != NATT_CRYPTO_VALID)
            return true;
    }
    return false;
}

/* Documents with a wrong signature no longer wait. */
static void ask(struct natt_job_pool *pool, struct natt_job_refs *refs, size_t count, const struct natt_crypto *crypto)
{
    if (pool->listed > 0)
        crypto->verify(pool->list, pool->listed);
    pool->listed = 0;
    for (size_t d = 0; d < count; d++)
        refs[d].waiting = refs[d].waiting && !any_wrong(pool, &refs[d]);
}

static void verify_by_depth(struct natt_job_pool *pool, struct natt_job_refs *refs, size_t count,
                            const struct natt_crypto *crypto)
{
    for (size_t i = 1; i <= NATT_MAX_CHAIN; i++) {
        list_of_each(pool, refs, count, i < NATT_MAX_CHAIN ? i : DOCUMENT);
        ask(pool, refs, count, crypto);
    }
}

static void verify_in_slices(struct natt_job_pool *pool, struct natt_job_refs *refs, const struct natt_crypto *crypto)
{
    for (size_t i = 1; refs->waiting && i <= refs->chain_count; i++) {
        bool last = i == refs->chain_count;
        list(pool, job_at(pool, refs, last ? DOCUMENT : i));
        if (last || pool->listed == crypto->lanes)
            ask(pool, refs, 1, crypto);
    }
}

static void verify_in_two_lists(struct natt_job_pool *pool, struct natt_job_refs *refs, size_t count,
                                const struct natt_crypto *crypto)
{
    for (size_t i = 1; i < NATT_MAX_CHAIN; i++)
        list_of_each(pool, refs, count, i);
    ask(pool, refs, count, crypto);
    list_of_each(pool, refs, count, DOCUMENT);
    ask(pool, refs, count, crypto);
}

void natt_jobs_verify(struct natt_job_pool *pool, struct natt_job_refs *refs, size_t count,
                      const struct natt_crypto *crypto)
{
    if (crypto->lanes <= 1)
        verify_by_depth(pool, refs, count, crypto);
    else if (count == 1)
        verify_in_slices(pool, refs, crypto);
    else
        verify_in_two_lists(pool, refs, count, crypto);
}

natt_crypto_answer natt_jobs_answer(const struct natt_job_pool *pool, const struct natt_job_refs *refs, size_t i)
{
    if (i >= refs->chain_count)
        return NATT_CRYPTO_ERROR; /* it was never collected */
    const struct natt_pool_job *job = job_at(pool, refs, i);
    return job == NULL ? NATT_CRYPTO_VALID : job->job.answer;
}

void natt_jobs_remember(const struct natt_job_refs *refs, natt_cache *cache)
{
    for (size_t i = 1; cache != NULL && i < refs->chain_count; i++)
        natt_cache_put(cache, refs->keys[i]);
}

/* A signature that documents share counts once. */
static bool use_key(struct natt_pool_job *job, natt_cache *cache, natt_table_maker *make)
{
    if (job == NULL || job->used)
        return false;
    job->used = true;
    return natt_cache_use_key(cache, job->job.public_key, make);
}

void natt_jobs_use_keys(struct natt_job_pool *pool, const struct natt_job_refs *refs, natt_cache *cache,
                        natt_table_maker *make)
{
    for (size_t i = 1; i <= refs->chain_count; i++) {
        struct natt_pool_job *job = job_at(pool, refs, i < refs->chain_count ? i : DOCUMENT);
        pool->built = use_key(job, cache, pool->built ? NULL : make) || pool->built;
    }
}
