/*
 * Runs every vector through the verifier: result, code, offset and item match the vector.
 */
#include "run.h"

#include "verify/test/genuine.h"

#define QUICK_SHARE 8 /* the quick suite runs every Nth vector through mbedTLS */

Test(vectors, answers_match_with_the_native_back_end, .timeout = 60)
{
    struct natt_tally t = natt_run_vectors(&natt_crypto_native, 1, false);
    natt_assert_tally(&t, 400);
}

Test(vectors, answers_to_a_sample_match_with_the_mbedtls_back_end, .timeout = 60)
{
    struct natt_tally t = natt_run_vectors(&natt_crypto_mbedtls, QUICK_SHARE, false);
    natt_assert_tally(&t, 400 / QUICK_SHARE);
}

Test(vectors, answers_to_genuine_documents_match, .timeout = 60)
{
    NEEDS_SHARED();
    struct natt_tally t = natt_run_vectors(&natt_crypto_native, 1, true);
    natt_assert_tally(&t, 20);
}
