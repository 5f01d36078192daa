/*
 * Runs every vector through the mbedTLS back end, which takes longer.
 */
#include "run.h"

#include "verify/test/genuine.h"

Test(vectors_long, answers_match_with_the_mbedtls_back_end, .timeout = 300)
{
    struct natt_tally t = natt_run_vectors(&natt_crypto_mbedtls, 1, false);
    natt_assert_tally(&t, 400);
}

Test(vectors_long, answers_to_genuine_documents_match_with_the_mbedtls_back_end, .timeout = 300)
{
    NEEDS_SHARED();
    struct natt_tally t = natt_run_vectors(&natt_crypto_mbedtls, 1, true);
    natt_assert_tally(&t, 20);
}
