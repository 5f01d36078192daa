/* Proved of jobs.c, step by step, for a pool of up to four jobs in any state, and the first and last of nine
 * certificates: the job that a certificate refers to has the certificate's signed part, r, s, and its issuer's key,
 * even if another document created the job; the same applies to the job of a document. An answer is VALID only for a
 * certificate that the cache contains, or if the job's answer is VALID. A certificate is represented by one octet, its
 * content; a digest is represented by its input. */
#include "verify/jobs.h"
#include "fuzz/proofs/any_input.h"
#include "verify/parse/ecdsa.h"
#include "verify/parse/reader.h"

#include <string.h>

/* Copies and comparisons, of the octets that matter. The sizes are asserted. */
#define memset(place, octet, size)                                                                                     \
    (__CPROVER_assert((octet) == 0 && (size) == sizeof *(place), "a whole object is cleared"),                         \
     *(place) = (__typeof__(*(place))){0})
#define memcpy(to, from, size)                                                                                         \
    (__CPROVER_assert((size) == NATT_P384_LEN, "48 octets are copied"), (to)[0] = (from)[0], (to)[1] = (from)[1])
#define natt_same(a, b, len)   ((a)[(len)-1] == (b)[(len)-1])
#define natt_bytes_equal(a, b) ((a).len == (b).len && ((a).len == 0 || (a).ptr[0] == (b).ptr[0]))
#include "verify/jobs.c"

#define JOBS    4
#define BUCKETS 4
#define RAW_LEN 8

_Bool nondet_bool(void);
natt_crypto_answer nondet_answer(void);
struct natt_pool_job nondet_job(void);
struct natt_job_refs nondet_refs(void);

/* ---- a chain ---- */

static uint8_t raw[NATT_MAX_CHAIN][RAW_LEN], key[NATT_MAX_CHAIN][KEY_LEN], content[NATT_MAX_CHAIN],
    other[NATT_MAX_CHAIN];
static uint8_t signature[2 * NATT_SCALAR_LEN];
static struct natt_chain chain;

static void any_chain(size_t count)
{
    chain.count = count;
    for (size_t i = 0; i < NATT_MAX_CHAIN; i++) {
        natt_certificate *cert = &chain.certs[i];
        content[i] = nondet_byte();
        raw[i][0] = key[i][KEY_LEN - 1] = content[i];
        cert->raw = (natt_bytes){raw[i], RAW_LEN};
        cert->public_key = (natt_bytes){key[i], KEY_LEN};
        other[i] = (uint8_t)~content[i];
        cert->tbs = cert->r = (natt_bytes){&content[i], 1};
        cert->s = (natt_bytes){&other[i], 1};
    }
}

/* ---- what jobs.c calls ---- */

enum { OF_DOCUMENT, OF_TBS };

void natt_scalar_pad(uint8_t out[NATT_SCALAR_LEN], natt_bytes value)
{
    out[0] = value.ptr[0];
}

/* ---- a pool ---- */

static struct natt_pool_job jobs[JOBS];
static struct natt_job *list_of[JOBS];
static uint16_t buckets[BUCKETS];
static uint8_t other_raw[JOBS][RAW_LEN], other_key[JOBS][KEY_LEN];

/* Every job of a certificate has the certificate's signed part, r and s. */
static bool job_is_right(const struct natt_pool_job *job)
{
    uint8_t c = job->certificate.ptr[0];
    return job->job.hash[0] == OF_TBS && job->job.hash[1] == c && job->job.r[0] == c && job->job.s[0] == (uint8_t)~c;
}

/* Jobs of other documents, some of the same certificates under the same or other keys. The last job is free. */
static struct natt_job_pool any_pool(void)
{
    struct natt_job_pool pool = {jobs, nondet_size(), list_of, 0, buckets, BUCKETS, false};
    __CPROVER_assume(pool.count < JOBS);
    for (size_t i = 0; i < JOBS; i++) {
        jobs[i] = nondet_job();
        other_raw[i][0] = nondet_byte();
        other_key[i][KEY_LEN - 1] = nondet_byte();
        jobs[i].certificate = (natt_bytes){other_raw[i], nondet_bool() ? RAW_LEN : 0};
        jobs[i].job.public_key = other_key[i];
        __CPROVER_assume(jobs[i].certificate.len == 0 || job_is_right(&jobs[i]));
    }
    for (size_t i = 0; i < BUCKETS; i++) {
        buckets[i] = (uint16_t)nondet_size();
        __CPROVER_assume(buckets[i] <= pool.count);
    }
    return pool;
}

/* ---- the steps ---- */

static void refers_to_its_job(size_t i)
{
    struct natt_job_pool pool = any_pool();
    struct natt_job_refs refs = nondet_refs();
    uint8_t digest[NATT_SHA384_LEN] = {OF_TBS, content[i]}; /* natt_jobs_collect hashes the signed part */
    size_t old = nondet_size(), before = pool.count;
    __CPROVER_assume(old < before);
    struct natt_job kept = jobs[old].job;
    uint16_t referred = refs.job_count;
    share_certificate(&pool, &refs, &chain, i, digest);
    const struct natt_pool_job *job = &jobs[refs.at[i]];
    REACHABLE(refs.at[i] < before);
    REACHABLE(refs.at[i] == before);
    __CPROVER_assert(refs.at[i] < pool.count && refs.job_count == (uint16_t)(referred + 1), "one job more");
    __CPROVER_assert(job_is_right(job) && job->certificate.len == RAW_LEN && job->certificate.ptr[0] == content[i] &&
                         job->job.public_key[KEY_LEN - 1] == content[i - 1],
                     "it is the job of this certificate under its issuer's key");
    __CPROVER_assert(pool.count == before || (!job->asked && job->job.answer == NATT_CRYPTO_ERROR),
                     "a new job has no answer");
    __CPROVER_assert(pool.count == before || pool.count == before + 1, "at most one job is new");
    __CPROVER_assert(jobs[old].job.hash[1] == kept.hash[1] && jobs[old].job.r[0] == kept.r[0] &&
                         jobs[old].job.s[0] == kept.s[0] && jobs[old].job.public_key == kept.public_key &&
                         jobs[old].job.answer == kept.answer,
                     "the jobs of others stay");
    size_t bucket = nondet_size();
    __CPROVER_assert(bucket >= BUCKETS || buckets[bucket] <= pool.count, "buckets name jobs that there are");
}

static void refers_to_the_document(void)
{
    struct natt_job_pool pool = any_pool();
    struct natt_job_refs refs = nondet_refs();
    natt_document doc = {.signature = {signature, sizeof signature}};
    uint8_t id[NATT_SHA384_LEN] = {OF_DOCUMENT, nondet_byte()};
    uint16_t referred = refs.job_count;
    signature[0] = nondet_byte();
    signature[NATT_SCALAR_LEN] = nondet_byte();
    natt_jobs_collect_document(&pool, &refs, &chain, &doc, id);
    const struct natt_job *job = &jobs[refs.at[DOCUMENT]].job;
    __CPROVER_assert(refs.at[DOCUMENT] + 1U == pool.count && refs.job_count == (uint16_t)(referred + 1) && refs.waiting,
                     "a job of its own");
    __CPROVER_assert(jobs[refs.at[DOCUMENT]].certificate.len == 0, "that nobody shares");
    __CPROVER_assert(job->hash[0] == OF_DOCUMENT && job->hash[1] == id[1] && job->r[0] == signature[0] &&
                         job->s[0] == signature[NATT_SCALAR_LEN],
                     "of its digest and its signature");
    __CPROVER_assert(job->public_key[KEY_LEN - 1] == content[chain.count - 1], "under the leaf's key");
    __CPROVER_assert(job->answer == NATT_CRYPTO_ERROR, "without an answer");
}

static void answers_for_its_job(size_t i)
{
    struct natt_job_pool pool = any_pool();
    struct natt_job_refs refs = nondet_refs();
    __CPROVER_assume(i >= refs.chain_count || refs.at[i] == CACHED || refs.at[i] < pool.count);
    bool valid = natt_jobs_answer(&pool, &refs, i) == NATT_CRYPTO_VALID;
    REACHABLE(valid);
    __CPROVER_assert(
        valid == (i < refs.chain_count && (refs.at[i] == CACHED || jobs[refs.at[i]].job.answer == NATT_CRYPTO_VALID)),
        "VALID for a certificate that was collected and cached, or where its job's answer is");
}

int main(void)
{
    any_chain(NATT_MAX_CHAIN);
    refers_to_its_job(1);
    refers_to_its_job(NATT_MAX_CHAIN - 1);
    refers_to_the_document();
    answers_for_its_job(0);
    answers_for_its_job(NATT_MAX_CHAIN - 1);
    return 0;
}

bool natt_cache_contains(const natt_cache *cache, const uint8_t k[NATT_CACHE_KEY_LEN])
{
    (void)cache, (void)k;
    return nondet_bool();
}

void natt_cache_put(natt_cache *cache, const uint8_t k[NATT_CACHE_KEY_LEN])
{
    (void)cache, (void)k;
}

const struct natt_key_table *natt_cache_table(natt_cache *cache, const uint8_t k[NATT_PUBLIC_KEY_LEN])
{
    (void)cache, (void)k;
    return NULL;
}

bool natt_cache_use_key(natt_cache *cache, const uint8_t k[NATT_PUBLIC_KEY_LEN], natt_table_maker *make)
{
    (void)cache, (void)k, (void)make;
    return nondet_bool();
}
