/*
 * Runs vectors through the verifier and counts the answers that differ from the expectation.
 */
#ifndef NATT_VECTORS_TEST_RUN_H
#define NATT_VECTORS_TEST_RUN_H

#include "verify/verify.h"

#include <nitro_attest/vectors.h>

struct natt_tally {
    size_t run, failed, skipped;
    char first[4000]; /* the failures, one per line */
};

/* Opens the vectors of the folder NATT_VECTORS, and genuine documents from the shared material. Fails the test if it
 * cannot read them. */
natt_vectors *natt_test_open_vectors(void);

/* Runs every `share`th vector of all groups: those that include their document, or the genuine ones. */
struct natt_tally natt_run_vectors(const struct natt_crypto *crypto, size_t share, bool only_genuine);

/* Fails the test if an answer differed, or fewer than `least` vectors were run. */
void natt_assert_tally(const struct natt_tally *t, size_t least);

#endif
