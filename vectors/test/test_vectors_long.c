/*
 * Every vector through the other back end, which takes longer.
 */
#include "run.h"

#include "verify/test/genuine.h"

Test(vectors_long, answered_as_said_by_the_mbedtls_back_end, .timeout = 300)
{
    struct natt_tally t = natt_run_vectors(&natt_crypto_mbedtls, 1, false);
    natt_assert_tally(&t, 400);
}

Test(vectors_long, genuine_documents_answered_as_said_by_the_mbedtls_back_end, .timeout = 300)
{
    NEEDS_SHARED();
    struct natt_tally t = natt_run_vectors(&natt_crypto_mbedtls, 1, true);
    natt_assert_tally(&t, 20);
}
