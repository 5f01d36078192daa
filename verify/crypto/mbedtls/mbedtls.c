/*
 * The mbedTLS back end, for versions 2.28 and 3.6: the oracle in tests, and -Dcrypto=mbedtls. Allocates on the heap.
 */
#include "verify/crypto/crypto.h"

#include <mbedtls/ecdsa.h>
#include <mbedtls/ecp.h>
#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>
#include <mbedtls/version.h>

/* In 2.28, the names of functions that can fail end in _ret; 3.x removed the older functions and this suffix. */
#if MBEDTLS_VERSION_MAJOR < 3
#define sha512_starts mbedtls_sha512_starts_ret
#define sha512_update mbedtls_sha512_update_ret
#define sha512_finish mbedtls_sha512_finish_ret
#define sha256_starts mbedtls_sha256_starts_ret
#define sha256_update mbedtls_sha256_update_ret
#define sha256_finish mbedtls_sha256_finish_ret
#else
#define sha512_starts mbedtls_sha512_starts
#define sha512_update mbedtls_sha512_update
#define sha512_finish mbedtls_sha512_finish
#define sha256_starts mbedtls_sha256_starts
#define sha256_update mbedtls_sha256_update
#define sha256_finish mbedtls_sha256_finish
#endif

static bool sha384(uint8_t *out, const natt_bytes *parts, size_t count)
{
    mbedtls_sha512_context ctx;
    uint8_t digest[64];
    mbedtls_sha512_init(&ctx);
    bool ok = sha512_starts(&ctx, 1) == 0;
    for (size_t i = 0; ok && i < count; i++)
        ok = sha512_update(&ctx, parts[i].ptr, parts[i].len) == 0;
    ok = ok && sha512_finish(&ctx, digest) == 0;
    mbedtls_sha512_free(&ctx);
    for (size_t i = 0; ok && i < NATT_SHA384_LEN; i++)
        out[i] = digest[i];
    return ok;
}

static bool sha256(uint8_t *out, const natt_bytes *parts, size_t count)
{
    mbedtls_sha256_context ctx;
    mbedtls_sha256_init(&ctx);
    bool ok = sha256_starts(&ctx, 0) == 0;
    for (size_t i = 0; ok && i < count; i++)
        ok = sha256_update(&ctx, parts[i].ptr, parts[i].len) == 0;
    ok = ok && sha256_finish(&ctx, out) == 0;
    mbedtls_sha256_free(&ctx);
    return ok;
}

/* mbedTLS has setters for points only by their encoding. */
static int read_point(const mbedtls_ecp_group *group, mbedtls_ecp_point *point, const uint8_t *public_key)
{
    uint8_t encoded[1 + 2 * NATT_P384_LEN] = {0x04};
    for (size_t i = 0; i < 2 * NATT_P384_LEN; i++)
        encoded[i + 1] = public_key[i];
    return mbedtls_ecp_point_read_binary(group, point, encoded, sizeof encoded);
}

/* Out of memory is a failure; all other errors of mbedTLS mean "not valid". */
static natt_crypto_answer answer_of(int ret)
{
    if (ret == 0)
        return NATT_CRYPTO_VALID;
    return ret == MBEDTLS_ERR_MPI_ALLOC_FAILED || ret == MBEDTLS_ERR_ECP_ALLOC_FAILED ? NATT_CRYPTO_ERROR
                                                                                      : NATT_CRYPTO_INVALID;
}

static natt_crypto_answer on_curve(const uint8_t *public_key)
{
    mbedtls_ecp_group group;
    mbedtls_ecp_point point;
    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&point);
    natt_crypto_answer answer = NATT_CRYPTO_ERROR;
    if (mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP384R1) == 0) {
        int ret = read_point(&group, &point, public_key);
        answer = answer_of(ret == 0 ? mbedtls_ecp_check_pubkey(&group, &point) : ret);
    }
    mbedtls_ecp_point_free(&point);
    mbedtls_ecp_group_free(&group);
    return answer;
}

static int verify_scalars(mbedtls_ecp_group *group, const mbedtls_ecp_point *key, const struct natt_job *job)
{
    mbedtls_mpi r, s;
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    int ret = mbedtls_mpi_read_binary(&r, job->r, sizeof job->r);
    ret = ret == 0 ? mbedtls_mpi_read_binary(&s, job->s, sizeof job->s) : ret;
    ret = ret == 0 ? mbedtls_ecdsa_verify(group, job->hash, sizeof job->hash, key, &r, &s) : ret;
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    return ret;
}

static natt_crypto_answer verify_one(mbedtls_ecp_group *group, const struct natt_job *job)
{
    mbedtls_ecp_point key;
    mbedtls_ecp_point_init(&key);
    int ret = read_point(group, &key, job->public_key);
    natt_crypto_answer answer = answer_of(ret == 0 ? verify_scalars(group, &key, job) : ret);
    mbedtls_ecp_point_free(&key);
    return answer;
}

static void verify(struct natt_job *const *jobs, size_t count)
{
    mbedtls_ecp_group group;
    mbedtls_ecp_group_init(&group);
    bool loaded = mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP384R1) == 0;
    for (size_t i = 0; i < count; i++)
        jobs[i]->answer = loaded ? verify_one(&group, jobs[i]) : NATT_CRYPTO_ERROR;
    mbedtls_ecp_group_free(&group);
}

const struct natt_crypto natt_crypto_mbedtls = {sha384, sha256, on_curve, verify, 1};
