/*
 * The coordinator: verification in four stages, over the documents of a window. natt_verify is a window of one
 * document.
 */
#ifndef NATT_VERIFY_WINDOW_H
#define NATT_VERIFY_WINDOW_H

#include "nitro_attest/verify.h"
#include "verify/crypto/crypto.h"
#include "verify/jobs.h"
#include "verify/result.h"
#include "verify/rules/chain.h"

#define NATT_MAX_WINDOW 64 /* documents that are verified together */

/* One document. */
struct natt_verification {
    /* set by natt_verification_begin */
    natt_verified *out;
    natt_error *err;
    natt_bytes in;
    const natt_options *opt;
    /* the stages' own */
    natt_document doc;
    struct natt_chain chain;
    struct natt_result_findings found;
    bool ok; /* no stage so far refused it; at the end, the verdict */
};

struct natt_window {
    struct natt_verification *each;
    struct natt_job_refs *refs; /* of each */
    size_t count;
    struct natt_job_pool pool;
    struct natt_known_keys *known; /* NULL in a window of one */
    const struct natt_crypto *crypto;
    natt_cache *cache;
};

/* For each document of a window. err is not NULL. */
void natt_verification_begin(struct natt_verification *v, natt_verified *out, natt_bytes in, const natt_options *opt,
                             natt_error *err);

/* Instead, where a document is refused before anything is known of it: its place stays empty. */
void natt_verification_skip(struct natt_verification *v);

/*
 * prepare   of each document: is the call right, shapes, rules and times; collects the signatures to verify
 * verify    all signatures of the window
 * conclude  of each: its signatures, expectations, policy
 * publish   of each, in order: result and cache, neither of which is written earlier
 * A document's first error is that of a call with this document alone.
 */
void natt_window_run(struct natt_window *window);

/* As many signatures to verify as there are certificates: each but the root's, and the document's. */
bool natt_verify_jobs_complete(size_t job_count, size_t chain_count, natt_error *err);

/* No required check is missing among those that were performed. */
bool natt_verify_checks_complete(uint32_t checks, uint32_t required, natt_error *err);

#endif
