/* See seal.h. Every call here is in mbedTLS 2.28 and in 3.6. */
#define _DEFAULT_SOURCE /* getentropy, madvise, MAP_ANONYMOUS */
#include "relying/kms/store/seal.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <mbedtls/constant_time.h>
#include <mbedtls/gcm.h>
#include <mbedtls/hkdf.h>
#include <mbedtls/md.h>
#include <mbedtls/platform_util.h>

#define KEY_LEN 32

struct natt_kms_keys {
    uint8_t seal[KEY_LEN], mac[KEY_LEN];
};

/* Locks the keys, and excludes them from core dumps, if the system allows it. They are wiped in either case. */
static natt_kms_keys *new_locked(void)
{
    void *page = mmap(NULL, sizeof(natt_kms_keys), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return NULL;
    (void)mlock(page, sizeof(natt_kms_keys));
    (void)madvise(page, sizeof(natt_kms_keys), MADV_DONTDUMP);
    return page;
}

void natt_kms_keys_wipe(natt_kms_keys *keys)
{
    if (keys == NULL)
        return;
    mbedtls_platform_zeroize(keys, sizeof *keys);
    (void)munmap(keys, sizeof *keys);
}

static bool derive(uint8_t out[KEY_LEN], const uint8_t *master_key, const uint8_t *salt, const char *label)
{
    return mbedtls_hkdf(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), salt, NATT_KMS_SALT_LEN, master_key,
                        NATT_KMS_MASTER_KEY_LEN, (const uint8_t *)label, strlen(label), out, KEY_LEN) == 0;
}

natt_kms_keys *natt_kms_keys_derive(const uint8_t master_key[NATT_KMS_MASTER_KEY_LEN],
                                    const uint8_t salt[NATT_KMS_SALT_LEN], uint8_t check[NATT_KMS_CHECK_LEN])
{
    natt_kms_keys *keys = new_locked();
    bool ok = keys != NULL && derive(keys->seal, master_key, salt, "nitro-attest kms store 1: secrets") &&
              derive(keys->mac, master_key, salt, "nitro-attest kms store 1: rows") &&
              derive(check, master_key, salt, "nitro-attest kms store 1: check");
    if (ok)
        return keys;
    natt_kms_keys_wipe(keys);
    return NULL;
}

static void put_number(uint8_t out[8], uint64_t value)
{
    for (size_t i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (56 - 8 * i));
}

/* --- secrets --- */

struct associated {
    uint8_t bytes[256];
    size_t len;
};

static bool append(struct associated *to, natt_bytes field)
{
    if (field.len > sizeof to->bytes - to->len || sizeof to->bytes - to->len - field.len < 8)
        return false;
    put_number(to->bytes + to->len, field.len);
    if (field.len > 0) /* ptr may be NULL if it is empty */
        memcpy(to->bytes + to->len + 8, field.ptr, field.len);
    to->len += 8 + field.len;
    return true;
}

static bool set_associated(struct associated *to, const struct natt_kms_owner *owner)
{
    to->len = 0;
    return append(to, owner->id) && append(to, owner->spec) && append(to, owner->usage) &&
           append(to, owner->material_id);
}

bool natt_kms_seal(const natt_kms_keys *keys, uint8_t nonce[NATT_KMS_NONCE_LEN], uint8_t *sealed,
                   const struct natt_kms_owner *owner, natt_bytes secret)
{
    struct associated with;
    mbedtls_gcm_context gcm;
    if (!set_associated(&with, owner) || getentropy(nonce, NATT_KMS_NONCE_LEN) != 0)
        return false;
    mbedtls_gcm_init(&gcm);
    bool ok = mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, keys->seal, 8 * KEY_LEN) == 0 &&
              mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, secret.len, nonce, NATT_KMS_NONCE_LEN, with.bytes,
                                        with.len, secret.ptr, sealed, NATT_KMS_TAG_LEN, sealed + secret.len) == 0;
    mbedtls_gcm_free(&gcm);
    return ok;
}

bool natt_kms_unseal(const natt_kms_keys *keys, uint8_t *out, const struct natt_kms_owner *owner, natt_bytes nonce,
                     natt_bytes sealed)
{
    struct associated with;
    mbedtls_gcm_context gcm;
    if (sealed.len < NATT_KMS_TAG_LEN || nonce.len != NATT_KMS_NONCE_LEN || !set_associated(&with, owner))
        return false;
    size_t len = sealed.len - NATT_KMS_TAG_LEN;
    mbedtls_gcm_init(&gcm);
    bool ok = mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, keys->seal, 8 * KEY_LEN) == 0 &&
              mbedtls_gcm_auth_decrypt(&gcm, len, nonce.ptr, nonce.len, with.bytes, with.len, sealed.ptr + len,
                                       NATT_KMS_TAG_LEN, sealed.ptr, out) == 0;
    mbedtls_gcm_free(&gcm);
    if (!ok)
        mbedtls_platform_zeroize(out, len);
    return ok;
}

/* --- rows --- */

static bool update_number(mbedtls_md_context_t *md, uint64_t value)
{
    uint8_t bytes[8];
    put_number(bytes, value);
    return mbedtls_md_hmac_update(md, bytes, sizeof bytes) == 0;
}

static bool update_field(mbedtls_md_context_t *md, natt_bytes field)
{
    return update_number(md, field.len) && (field.len == 0 || mbedtls_md_hmac_update(md, field.ptr, field.len) == 0);
}

static bool update_all(mbedtls_md_context_t *md, const natt_bytes *fields, size_t field_count, const int64_t *numbers,
                       size_t number_count)
{
    bool ok = true;
    for (size_t i = 0; ok && i < field_count; i++)
        ok = update_field(md, fields[i]);
    for (size_t i = 0; ok && i < number_count; i++)
        ok = update_number(md, (uint64_t)numbers[i]);
    return ok;
}

bool natt_kms_mac(const natt_kms_keys *keys, uint8_t out[NATT_KMS_MAC_LEN], const char *kind, const natt_bytes *fields,
                  size_t field_count, const int64_t *numbers, size_t number_count)
{
    mbedtls_md_context_t md;
    mbedtls_md_init(&md);
    bool ok = mbedtls_md_setup(&md, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 1) == 0 &&
              mbedtls_md_hmac_starts(&md, keys->mac, KEY_LEN) == 0 &&
              update_field(&md, (natt_bytes){(const uint8_t *)kind, strlen(kind)}) &&
              update_all(&md, fields, field_count, numbers, number_count) && mbedtls_md_hmac_finish(&md, out) == 0;
    mbedtls_md_free(&md);
    return ok;
}

bool natt_kms_same_mac(natt_bytes found, const uint8_t wanted[NATT_KMS_MAC_LEN])
{
    return found.len == NATT_KMS_MAC_LEN && mbedtls_ct_memcmp(found.ptr, wanted, NATT_KMS_MAC_LEN) == 0;
}
