/*
 * Every vector through the verifier: result, code, offset and item are what the vector says.
 */
#include "run.h"

#include "verify/test/genuine.h"

#define QUICK_SHARE 8 /* one in so many vectors goes through mbedTLS in the quick suite */

Test(vectors, answered_as_said_by_the_native_back_end, .timeout = 60)
{
    struct natt_tally t = natt_run_vectors(&natt_crypto_native, 1, false);
    natt_assert_tally(&t, 400);
}

Test(vectors, a_sample_answered_as_said_by_the_mbedtls_back_end, .timeout = 60)
{
    struct natt_tally t = natt_run_vectors(&natt_crypto_mbedtls, QUICK_SHARE, false);
    natt_assert_tally(&t, 400 / QUICK_SHARE);
}

Test(vectors, genuine_documents_answered_as_said, .timeout = 60)
{
    NEEDS_SHARED();
    struct natt_tally t = natt_run_vectors(&natt_crypto_native, 1, true);
    natt_assert_tally(&t, 20);
}
