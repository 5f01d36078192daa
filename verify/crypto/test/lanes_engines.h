/* Every engine of lanes that this machine runs: always the one in C, and the text of the others over plain C. */
#ifndef NATT_VERIFY_CRYPTO_TEST_LANES_ENGINES_H
#define NATT_VERIFY_CRYPTO_TEST_LANES_ENGINES_H

#include "verify/crypto/hash/sha384_lanes.h"
#include "verify/crypto/lanes/one.h"

#define TEST_LANES_PLAIN 4 /* the first are in C */

/* NULL past the last. */
const struct natt_p384_lanes *test_lanes(unsigned i);

/* The engines of one signature in four lanes. */
struct test_one {
    const struct natt_p384_engine *engine;
    natt_lanes_answer (*ask)(const struct natt_p384_question *question);
};
#define TEST_ONE_PLAIN 2 /* the first are in C */
/* NULL past the last. */
const struct test_one *test_one(unsigned i);
const struct test_one *test_one_of_processor(void);

/* Those of vector units, for test_lanes: lanes_engines_x86.c or lanes_engines_none.c. */
const struct natt_p384_lanes *test_lanes_of_processor(unsigned i);

/* Hashes in lanes: over plain C, and where the processor has the instructions, with them, else NULL. */
natt_sha384_feed_lanes natt_sha384_feed_lanes_plain;
natt_sha384_feed_lanes *test_sha384_lanes_of_processor(void);

/* Verifies the jobs in slices of one engine and one kind only, from `least` jobs on. */
void test_lanes_verify(const struct natt_p384_lanes *engine, natt_lanes_kind kind, size_t least,
                       const struct natt_p384_engine *scalar, struct natt_job *const *jobs, size_t count);

/* The back ends with them; NULL past the last. */
const struct natt_crypto *test_lanes_table(unsigned i);

/* Sets one of the states of floating point that a caller's thread may have. False past the last. */
bool test_mode_of_processor(unsigned i);
unsigned test_mode(void);
void test_mode_restore(unsigned mode);

#endif
