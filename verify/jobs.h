/*
 * The signatures that documents need, as jobs for a back end: collected from each document, equal ones once, and
 * verified together. Decides nothing: the conclude stage reads the results for a document.
 */
#ifndef NATT_VERIFY_JOBS_H
#define NATT_VERIFY_JOBS_H

#include "verify/cache.h"
#include "verify/crypto/crypto.h"
#include "verify/rules/chain.h"

/* One job: the arithmetic of a signature. It does not contain the signer or the position in a document, since
 * documents may share it. */
struct natt_pool_job {
    struct natt_job job;
    natt_bytes certificate; /* the certificate; empty: a document's own, which is never shared */
    bool asked;             /* the back end verified it; it does so only once */
    bool used;              /* natt_jobs_use_keys counted it */
};

/* The jobs of all documents of a window. */
struct natt_job_pool {
    struct natt_pool_job *jobs;
    size_t count;           /* at most NATT_MAX_CHAIN for each document */
    struct natt_job **list; /* the jobs of the next call of the back end; capacity for all jobs */
    size_t listed;
    uint16_t *index; /* open addressing: the number of a job and one, or 0 */
    size_t buckets;  /* 0: nothing is shared */
    bool built;      /* natt_jobs_use_keys built a table */
};

/* Which jobs one document needs, and the cache keys of its certificates. */
struct natt_job_refs {
    uint8_t keys[NATT_MAX_CHAIN][NATT_CACHE_KEY_LEN]; /* of each certificate but the root, when there is a cache */
    uint16_t at[NATT_MAX_CHAIN];                      /* [i] of certificate i, [0] of the document itself */
    uint16_t chain_count, job_count;
    uint16_t cached; /* certificates that the cache has; they need no job */
    bool waiting;    /* its jobs are collected, and no result so far is wrong */
};

/* A job for each certificate but the root and those in the cache. */
bool natt_jobs_collect(struct natt_job_pool *pool, struct natt_job_refs *refs, const struct natt_chain *chain,
                       const uint8_t root_sha256[NATT_SHA256_LEN], const struct natt_crypto *crypto,
                       const natt_cache *cache, natt_error *err);

/* The document's own signature, by the leaf's key. From here on the document waits for its results. */
void natt_jobs_collect_document(struct natt_job_pool *pool, struct natt_job_refs *refs, const struct natt_chain *chain,
                                const natt_document *doc, const uint8_t canonical_id[NATT_SHA384_LEN]);

/* Each job gets the table that the cache has of its key. */
void natt_jobs_find_tables(struct natt_job_pool *pool, natt_cache *cache);

/*
 * Calls the back end for the jobs of waiting documents.
 * One lane: depth by depth, certificate 1 of each document first; a document with a wrong signature needs no more jobs.
 * More lanes: of one document, `lanes` jobs at a time, until one is wrong; of several, all certificates, then the
 * signatures of documents whose certificates are valid.
 */
void natt_jobs_verify(struct natt_job_pool *pool, struct natt_job_refs *refs, size_t count,
                      const struct natt_crypto *crypto);

/* The result of job i of the document; a certificate in the cache is valid. */
natt_crypto_answer natt_jobs_answer(const struct natt_job_pool *pool, const struct natt_job_refs *refs, size_t i);

/* After a true verdict: adds every certificate of the chain to the cache. */
void natt_jobs_remember(const struct natt_job_refs *refs, natt_cache *cache);

/* After a true verdict: the cache counts the keys of the signatures that were verified for it, from root to leaf, and
 * builds at most one table for all documents of the pool. Changes no result. */
void natt_jobs_use_keys(struct natt_job_pool *pool, const struct natt_job_refs *refs, natt_cache *cache,
                        natt_table_maker *make);

#endif
