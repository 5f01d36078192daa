/* See generator.h. */
#include "nsm/recipient/generator.h"

#include "nsm/recipient/error.h"

/* A source of mbedTLS's entropy pool. */
static int ask_nsm(void *data, unsigned char *out, size_t len, size_t *out_len)
{
    struct natt_generator *g = (struct natt_generator *)data;
    *out_len = 0;
    if (!natt_nsm_random(g->nsm, out, len, &g->nsm_error))
        return MBEDTLS_ERR_ENTROPY_SOURCE_FAILED;
    *out_len = len;
    return 0;
}

/* 64: the whole of the pool's hash, from the NSM alone. */
static int add_nsm(struct natt_generator *g)
{
    if (g->nsm == NULL)
        return 0;
    return mbedtls_entropy_add_source(&g->entropy, ask_nsm, g, 64, MBEDTLS_ENTROPY_SOURCE_STRONG);
}

bool natt_generator_init(struct natt_generator *g, natt_nsm *nsm, natt_recipient_error *err)
{
    static const unsigned char purpose[] = "nitro-attest recipient";
    g->nsm = nsm;
    g->nsm_error.code = NATT_NSM_OK;
    mbedtls_entropy_init(&g->entropy);
    mbedtls_ctr_drbg_init(&g->drbg);
    int result = add_nsm(g);
    if (result == 0)
        result = mbedtls_ctr_drbg_seed(&g->drbg, mbedtls_entropy_func, &g->entropy, purpose, sizeof purpose);
    if (result == 0)
        return true;
    return g->nsm_error.code != NATT_NSM_OK ? natt_recipient_fail_nsm(err, &g->nsm_error)
                                            : natt_recipient_fail(err, NATT_RECIPIENT_E_RANDOM, NULL);
}

void natt_generator_free(struct natt_generator *g)
{
    mbedtls_ctr_drbg_free(&g->drbg);
    mbedtls_entropy_free(&g->entropy);
}

bool natt_generator_fill(struct natt_generator *g, uint8_t *out, size_t len, natt_recipient_error *err)
{
    return mbedtls_ctr_drbg_random(&g->drbg, out, len) == 0 || natt_recipient_fail(err, NATT_RECIPIENT_E_RANDOM, NULL);
}

bool natt_generator_failed(const struct natt_generator *g, int result, natt_recipient_error *err)
{
    return g->nsm_error.code != NATT_NSM_OK ? natt_recipient_fail_nsm(err, &g->nsm_error)
                                            : natt_recipient_fail_mbedtls(err, result);
}
