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
    bool ok; /* no stage has refused it so far; at the end, the verdict */
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

/* For a document that is refused earlier: its position remains empty. */
void natt_verification_skip(struct natt_verification *v);

/*
 * prepare   for each document: options, structures, rules and times; collects its certificates' signatures
 * digest    what each document signs, of several documents at once; collects its signature
 * verify    all signatures of the window
 * conclude  for each: its signatures, expectations, policy
 * publish   for each, in order: writes result and cache; no earlier stage does
 * A document's first error is the same as in a call with only this document.
 */
void natt_window_run(struct natt_window *window);

/* The number of signatures to verify is the number of certificates: each except the root's, and the document's. */
bool natt_verify_jobs_complete(size_t job_count, size_t chain_count, natt_error *err);

/* All required checks were performed. */
bool natt_verify_checks_complete(uint32_t checks, uint32_t required, natt_error *err);

#endif
