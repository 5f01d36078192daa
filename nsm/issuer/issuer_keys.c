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

static bool sha384_hmac(uint8_t out[48], natt_bytes key, natt_bytes in)
{
    return mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), key.ptr, key.len, in.ptr, in.len, out) == 0;
}

bool natt_issuer_sha384(uint8_t out[48], natt_bytes in)
{
    return mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), in.ptr, in.len, out) == 0;
}

bool natt_issuer_sha1(uint8_t out[20], natt_bytes in)
{
    return mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA1), in.ptr, in.len, out) == 0;
}

/* secret = HMAC(label, seed): HKDF's extract step, so that a seed of any length and quality of spread will do.
 * [RFC5869] */
static bool set_secret(struct natt_keyring *ring, natt_bytes seed)
{
    static const uint8_t salt[] = "nitro-attest issuer 1";
    return sha384_hmac(ring->secret, (natt_bytes){salt, sizeof salt}, seed);
}

bool natt_keyring_init(struct natt_keyring *ring, natt_bytes seed)
{
    memset(ring, 0, sizeof *ring);
    mbedtls_ecp_group_init(&ring->group);
    mbedtls_hmac_drbg_init(&ring->blinding);
    uint8_t blinding[48];
    bool ok = set_secret(ring, seed) && natt_keyring_derive(ring, "blinding", 0, 0, blinding, sizeof blinding) &&
              mbedtls_hmac_drbg_seed_buf(&ring->blinding, mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), blinding,
                                         sizeof blinding) == 0 &&
              mbedtls_ecp_group_load(&ring->group, MBEDTLS_ECP_DP_SECP384R1) == 0;
    mbedtls_platform_zeroize(blinding, sizeof blinding);
    return ok;
}

void natt_keyring_free(struct natt_keyring *ring)
{
    mbedtls_hmac_drbg_free(&ring->blinding);
    mbedtls_ecp_group_free(&ring->group);
    mbedtls_platform_zeroize(ring, sizeof *ring);
}

static void put_big_endian(uint8_t *to, uint64_t value, size_t len)
{
    for (size_t i = 0; i < len; i++)
        to[i] = (uint8_t)(value >> (8 * (len - 1 - i)));
}

bool natt_keyring_derive(const struct natt_keyring *ring, const char *label, uint32_t index, uint64_t salt,
                         uint8_t *out, size_t len)
{
    uint8_t info[64] = {0}; /* label, zeros, index, salt: every field at a fixed place, so no two can run together */
    uint8_t block[48];
    size_t label_len = strlen(label);
    if (label_len >= 52 || len > sizeof block)
        return false;
    memcpy(info, label, label_len);
    put_big_endian(info + 52, index, 4);
    put_big_endian(info + 56, salt, 8);
    bool ok = sha384_hmac(block, (natt_bytes){ring->secret, sizeof ring->secret}, (natt_bytes){info, sizeof info});
    if (ok)
        memcpy(out, block, len);
    mbedtls_platform_zeroize(block, sizeof block);
    return ok;
}

/*
 * A scalar in [1, n-1]: candidates are tried until one fits, so there is no bias. Only a candidate that is out of range
 * leads to the next: after a failure to compute one, another key must not come out.
 */
static bool derive_scalar(struct natt_key *key, struct natt_keyring *ring, const char *label, uint32_t index)
{
    uint8_t candidate[NATT_P384_SCALAR];
    bool computed = true, fits = false;
    for (uint64_t attempt = 0; computed && !fits && attempt < 16; attempt++) { /* one is too large once in 2^194 */
        computed = natt_keyring_derive(ring, label, index, attempt, candidate, sizeof candidate) &&
                   mbedtls_mpi_read_binary(&key->d, candidate, sizeof candidate) == 0;
        fits = computed && mbedtls_ecp_check_privkey(&ring->group, &key->d) == 0;
    }
    mbedtls_platform_zeroize(candidate, sizeof candidate);
    return fits;
}

static bool compute_point(struct natt_key *key, struct natt_keyring *ring)
{
    mbedtls_ecp_point q;
    size_t len = 0;
    mbedtls_ecp_point_init(&q);
    bool ok =
        mbedtls_ecp_mul(&ring->group, &q, &key->d, &ring->group.G, mbedtls_hmac_drbg_random, &ring->blinding) == 0 &&
        mbedtls_ecp_point_write_binary(&ring->group, &q, MBEDTLS_ECP_PF_UNCOMPRESSED, &len, key->point,
                                       sizeof key->point) == 0;
    mbedtls_ecp_point_free(&q);
    return ok && len == sizeof key->point;
}

bool natt_key_derive(struct natt_key *key, struct natt_keyring *ring, const char *label, uint32_t index)
{
    memset(key, 0, sizeof *key);
    mbedtls_mpi_init(&key->d);
    return derive_scalar(key, ring, label, index) && compute_point(key, ring);
}

void natt_key_free(struct natt_key *key)
{
    mbedtls_mpi_free(&key->d); /* wipes it */
    memset(key, 0, sizeof *key);
}

bool natt_key_sign(struct natt_keyring *ring, const struct natt_key *key, const uint8_t digest[48],
                   uint8_t out[NATT_P384_SIGNATURE])
{
    mbedtls_mpi r, s;
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    bool ok = mbedtls_ecdsa_sign_det_ext(&ring->group, &r, &s, &key->d, digest, 48, MBEDTLS_MD_SHA384,
                                         mbedtls_hmac_drbg_random, &ring->blinding) == 0 &&
              mbedtls_mpi_write_binary(&r, out, 48) == 0 && mbedtls_mpi_write_binary(&s, out + 48, 48) == 0;
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    return ok;
}

static const struct natt_kept_signature *find_kept(const struct natt_keyring *ring, const struct natt_key *key,
                                                   const uint8_t digest[48])
{
    for (size_t i = 0; i < NATT_SIGNATURES_KEPT; i++)
        if (ring->kept[i].key == key && memcmp(ring->kept[i].digest, digest, 48) == 0)
            return &ring->kept[i];
    return NULL;
}

bool natt_key_sign_kept(struct natt_keyring *ring, const struct natt_key *key, const uint8_t digest[48],
                        uint8_t out[NATT_P384_SIGNATURE])
{
    const struct natt_kept_signature *found = find_kept(ring, key, digest);
    if (found != NULL) {
        memcpy(out, found->signature, NATT_P384_SIGNATURE);
        return true;
    }
    if (!natt_key_sign(ring, key, digest, out))
        return false;
    struct natt_kept_signature *kept = &ring->kept[ring->next_kept];
    ring->next_kept = (ring->next_kept + 1) % NATT_SIGNATURES_KEPT;
    kept->key = key;
    memcpy(kept->digest, digest, 48);
    memcpy(kept->signature, out, NATT_P384_SIGNATURE);
    return true;
}
