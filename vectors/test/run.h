/*
 * Runs vectors through the verifier and counts those that are answered otherwise than they say.
 */
#ifndef NATT_VECTORS_TEST_RUN_H
#define NATT_VECTORS_TEST_RUN_H

#include "verify/verify.h"

#include <nitro_attest/vectors.h>

struct natt_tally {
    size_t run, failed, skipped;
    char first[4000]; /* the failures, one a line */
};

/* Those of the folder NATT_VECTORS, genuine documents from the shared material; fails the test when they cannot be
 * read. */
natt_vectors *natt_test_open_vectors(void);

/* Every `share`th vector of all groups: those with a document of their own, or the genuine ones. */
struct natt_tally natt_run_vectors(const struct natt_crypto *crypto, size_t share, bool only_genuine);

/* Fails the test when one was answered otherwise, or fewer than `least` were run. */
void natt_assert_tally(const struct natt_tally *t, size_t least);

#endif
