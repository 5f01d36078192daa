/* See random.h. */
#include "nsm/issuer/random.h"

bool natt_random_init(struct natt_random *random)
{
    mbedtls_entropy_init(&random->entropy);
    mbedtls_ctr_drbg_init(&random->generator);
    return mbedtls_ctr_drbg_seed(&random->generator, mbedtls_entropy_func, &random->entropy, NULL, 0) == 0;
}

void natt_random_free(struct natt_random *random)
{
    mbedtls_ctr_drbg_free(&random->generator);
    mbedtls_entropy_free(&random->entropy);
}

bool natt_random_fill(struct natt_random *random, uint8_t *out, size_t len)
{
    return mbedtls_ctr_drbg_random(&random->generator, out, len) == 0;
}

bool natt_random_bytes(uint8_t *out, size_t len)
{
    struct natt_random random;
    bool ok = natt_random_init(&random) && natt_random_fill(&random, out, len);
    natt_random_free(&random);
    return ok;
}
