/*
 * See issuer_keys.h. Builds unchanged with mbedTLS 2.28 and 3.6: groups, numbers and digests are reached
 * through functions that both have, no private structure member is named, and every call that takes a random
 * generator gets one.
 */
#include "nsm/issuer/issuer_keys.h"

#include <string.h>

#include <mbedtls/ecdsa.h>
#include <mbedtls/md.h>
#include <mbedtls/platform_util.h>

#include "nsm/issuer/arena.h"
#include "nsm/wire.h"

const char natt_issuer_no_crypto[] = "mbedTLS failed";

/* A result is the sum of an error of a higher module and one of a lower module, either of which may be 0.
 * [mbedtls/error.h] */
const char *natt_mbedtls_failure(int result)
{
    const int high = -(-result & 0x7f80), low = -(-result & 0x7f);
    if (result == 0)
        return NULL;
    bool memory = high == MBEDTLS_ERR_ECP_ALLOC_FAILED || high == MBEDTLS_ERR_MD_ALLOC_FAILED ||
                  low == MBEDTLS_ERR_MPI_ALLOC_FAILED;
    return memory ? natt_arena_no_memory : natt_issuer_no_crypto;
}

static int sha384_hmac(uint8_t out[48], natt_bytes key, natt_bytes in)
{
    return mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), key.ptr, key.len, in.ptr, in.len, out);
}

const char *natt_issuer_sha384(uint8_t out[48], natt_bytes in)
{
    return natt_mbedtls_failure(mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), in.ptr, in.len, out));
}

const char *natt_issuer_extend(uint8_t pcr[NATT_PCR_LEN], natt_bytes data)
{
    struct natt_arena *arena = natt_arena_new();
    if (arena == NULL)
        return natt_arena_no_memory;
    natt_bytes both = natt_arena_join2(arena, (natt_bytes){pcr, NATT_PCR_LEN}, data);
    const char *why = natt_arena_failure(arena);
    if (why == NULL)
        why = natt_issuer_sha384(pcr, both);
    natt_arena_free(arena);
    return why;
}

const char *natt_issuer_sha1(uint8_t out[20], natt_bytes in)
{
    return natt_mbedtls_failure(mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA1), in.ptr, in.len, out));
}

/* secret = HMAC(label, seed): HKDF's extract step, so a seed of any length and distribution is suitable. [RFC5869] */
static int set_secret(struct natt_keyring *ring, natt_bytes seed)
{
    static const uint8_t salt[] = "nitro-attest issuer 1";
    return sha384_hmac(ring->secret, (natt_bytes){salt, sizeof salt}, seed);
}

void natt_keyring_free(struct natt_keyring *ring)
{
    mbedtls_hmac_drbg_free(&ring->blinding);
    mbedtls_ecp_group_free(&ring->group);
    mbedtls_platform_zeroize(ring, sizeof *ring);
}

static int derive(const struct natt_keyring *ring, const char *label, uint32_t index, uint64_t salt, uint8_t *out,
                  size_t len)
{
    uint8_t info[64] = {0}; /* label, zeros, index, salt: every field has a fixed position, so fields cannot overlap */
    uint8_t block[48];
    size_t label_len = strlen(label);
    if (label_len >= 52 || len > sizeof block)
        return MBEDTLS_ERR_MD_BAD_INPUT_DATA;
    memcpy(info, label, label_len);
    natt_put_big_endian(info + 52, index, 4);
    natt_put_big_endian(info + 56, salt, 8);
    int result = sha384_hmac(block, (natt_bytes){ring->secret, sizeof ring->secret}, (natt_bytes){info, sizeof info});
    if (result == 0)
        memcpy(out, block, len);
    mbedtls_platform_zeroize(block, sizeof block);
    return result;
}

const char *natt_keyring_derive(const struct natt_keyring *ring, const char *label, uint32_t index, uint64_t salt,
                                uint8_t *out, size_t len)
{
    return natt_mbedtls_failure(derive(ring, label, index, salt, out, len));
}

const char *natt_keyring_init(struct natt_keyring *ring, natt_bytes seed)
{
    memset(ring, 0, sizeof *ring);
    mbedtls_ecp_group_init(&ring->group);
    mbedtls_hmac_drbg_init(&ring->blinding);
    uint8_t blinding[48];
    int result = set_secret(ring, seed);
    if (result == 0)
        result = derive(ring, "blinding", 0, 0, blinding, sizeof blinding);
    if (result == 0)
        result = mbedtls_hmac_drbg_seed_buf(&ring->blinding, mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), blinding,
                                            sizeof blinding);
    if (result == 0)
        result = mbedtls_ecp_group_load(&ring->group, MBEDTLS_ECP_DP_SECP384R1);
    mbedtls_platform_zeroize(blinding, sizeof blinding);
    return natt_mbedtls_failure(result);
}

/*
 * A scalar in [1, n-1]: candidates are tried until one fits, so there is no bias. Only a candidate that is out of range
 * leads to the next: a failed computation must not give a different key.
 */
static int derive_scalar(struct natt_key *key, struct natt_keyring *ring, const char *label, uint32_t index)
{
    uint8_t candidate[NATT_P384_SCALAR];
    int result = MBEDTLS_ERR_ECP_INVALID_KEY;
    for (uint64_t attempt = 0; result == MBEDTLS_ERR_ECP_INVALID_KEY && attempt < 16; attempt++) {
        result = derive(ring, label, index, attempt, candidate, sizeof candidate); /* too large once in 2^194 */
        if (result == 0)
            result = mbedtls_mpi_read_binary(&key->d, candidate, sizeof candidate);
        if (result == 0)
            result = mbedtls_ecp_check_privkey(&ring->group, &key->d);
    }
    mbedtls_platform_zeroize(candidate, sizeof candidate);
    return result;
}

static int compute_point(struct natt_key *key, struct natt_keyring *ring)
{
    mbedtls_ecp_point q;
    size_t len = 0;
    mbedtls_ecp_point_init(&q);
    int result = mbedtls_ecp_mul(&ring->group, &q, &key->d, &ring->group.G, mbedtls_hmac_drbg_random, &ring->blinding);
    if (result == 0)
        result = mbedtls_ecp_point_write_binary(&ring->group, &q, MBEDTLS_ECP_PF_UNCOMPRESSED, &len, key->point,
                                                sizeof key->point);
    mbedtls_ecp_point_free(&q);
    return result == 0 && len != sizeof key->point ? MBEDTLS_ERR_ECP_BAD_INPUT_DATA : result;
}

const char *natt_key_derive(struct natt_key *key, struct natt_keyring *ring, const char *label, uint32_t index)
{
    memset(key, 0, sizeof *key);
    mbedtls_mpi_init(&key->d);
    int result = derive_scalar(key, ring, label, index);
    return natt_mbedtls_failure(result == 0 ? compute_point(key, ring) : result);
}

void natt_key_free(struct natt_key *key)
{
    mbedtls_mpi_free(&key->d); /* wipes it */
    memset(key, 0, sizeof *key);
}

const char *natt_key_sign(struct natt_keyring *ring, const struct natt_key *key, const uint8_t digest[48],
                          uint8_t out[NATT_P384_SIGNATURE])
{
    mbedtls_mpi r, s;
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    int result = mbedtls_ecdsa_sign_det_ext(&ring->group, &r, &s, &key->d, digest, 48, MBEDTLS_MD_SHA384,
                                            mbedtls_hmac_drbg_random, &ring->blinding);
    if (result == 0)
        result = mbedtls_mpi_write_binary(&r, out, 48);
    if (result == 0)
        result = mbedtls_mpi_write_binary(&s, out + 48, 48);
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    return natt_mbedtls_failure(result);
}

static const struct natt_kept_signature *find_kept(const struct natt_keyring *ring, const struct natt_key *key,
                                                   const uint8_t digest[48])
{
    for (size_t i = 0; i < NATT_SIGNATURES_KEPT; i++)
        if (ring->kept[i].key == key && memcmp(ring->kept[i].digest, digest, 48) == 0)
            return &ring->kept[i];
    return NULL;
}

const char *natt_key_sign_kept(struct natt_keyring *ring, const struct natt_key *key, const uint8_t digest[48],
                               uint8_t out[NATT_P384_SIGNATURE])
{
    const struct natt_kept_signature *found = find_kept(ring, key, digest);
    if (found != NULL) {
        memcpy(out, found->signature, NATT_P384_SIGNATURE);
        return NULL;
    }
    const char *why = natt_key_sign(ring, key, digest, out);
    if (why != NULL)
        return why;
    struct natt_kept_signature *kept = &ring->kept[ring->next_kept];
    ring->next_kept = (ring->next_kept + 1) % NATT_SIGNATURES_KEPT;
    kept->key = key;
    memcpy(kept->digest, digest, 48);
    memcpy(kept->signature, out, NATT_P384_SIGNATURE);
    return NULL;
}
