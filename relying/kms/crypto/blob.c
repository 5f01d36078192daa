/* See blob.h. */
#include "relying/kms/crypto/blob.h"

#include <stdlib.h>
#include <string.h>

#include <mbedtls/gcm.h>
#include <mbedtls/platform_util.h>

enum { MAGIC_LEN = 4, ID_LEN = 16, MATERIAL_LEN = 32, NONCE_LEN = 12, TAG_LEN = 16, KEY_LEN = 32 };
enum { NONCE_AT = MAGIC_LEN + ID_LEN + MATERIAL_LEN, TAG_AT = NONCE_AT + NONCE_LEN, TEXT_AT = TAG_AT + TAG_LEN };

static const uint8_t magic[MAGIC_LEN] = {'N', 'K', 'M', '1'};

static bool put_head(uint8_t out[NONCE_AT], const natt_kms_blob_key *key)
{
    memcpy(out, magic, MAGIC_LEN);
    return natt_kms_uuid_parse(out + MAGIC_LEN, key->id) &&
           natt_kms_hex_parse(out + MAGIC_LEN + ID_LEN, MATERIAL_LEN, key->material_id) && key->secret.len == KEY_LEN;
}

/* Head and context in one buffer, malloc'ed, for mbedTLS's calls. */
static uint8_t *additional_data(size_t *len, const uint8_t head[NONCE_AT], natt_bytes context)
{
    uint8_t *data = malloc(NONCE_AT + context.len);
    *len = NONCE_AT + context.len;
    if (data == NULL)
        return NULL;
    memcpy(data, head, NONCE_AT);
    if (context.len > 0)
        memcpy(data + NONCE_AT, context.ptr, context.len);
    return data;
}

static bool encrypt(uint8_t *blob, const natt_kms_blob_key *key, natt_bytes data, natt_bytes plaintext)
{
    mbedtls_gcm_context gcm;
    mbedtls_gcm_init(&gcm);
    bool done =
        mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, key->secret.ptr, 8 * KEY_LEN) == 0 &&
        mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, plaintext.len, blob + NONCE_AT, NONCE_LEN, data.ptr,
                                  data.len, plaintext.ptr, blob + TEXT_AT, TAG_LEN, blob + TAG_AT) == 0;
    mbedtls_gcm_free(&gcm);
    return done;
}

bool natt_kms_blob_seal(uint8_t out[NATT_KMS_MAX_BLOB], size_t *len, const natt_kms_blob_key *key, natt_bytes context,
                        natt_bytes plaintext)
{
    size_t data_len = 0;
    *len = 0;
    if (plaintext.len > NATT_KMS_MAX_BLOB - TEXT_AT || !put_head(out, key) ||
        natt_kms_random(NULL, out + NONCE_AT, NONCE_LEN) != 0)
        return false;
    uint8_t *data = additional_data(&data_len, out, context);
    bool done = data != NULL && encrypt(out, key, (natt_bytes){data, data_len}, plaintext);
    free(data);
    *len = done ? TEXT_AT + plaintext.len : 0;
    return done;
}

static bool has_form(natt_bytes blob)
{
    return blob.len > TEXT_AT && blob.len <= TEXT_AT + NATT_KMS_SECRET_ROOM && memcmp(blob.ptr, magic, MAGIC_LEN) == 0;
}

bool natt_kms_blob_key_id(char out[NATT_KMS_UUID_LEN + 1], natt_bytes blob)
{
    out[0] = '\0';
    if (!has_form(blob))
        return false;
    natt_kms_uuid_format(out, blob.ptr + MAGIC_LEN);
    return true;
}

static bool decrypt(uint8_t *out, const natt_kms_blob_key *key, natt_bytes data, natt_bytes blob)
{
    mbedtls_gcm_context gcm;
    mbedtls_gcm_init(&gcm);
    bool done = mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, key->secret.ptr, 8 * KEY_LEN) == 0 &&
                mbedtls_gcm_auth_decrypt(&gcm, blob.len - TEXT_AT, blob.ptr + NONCE_AT, NONCE_LEN, data.ptr, data.len,
                                         blob.ptr + TAG_AT, TAG_LEN, blob.ptr + TEXT_AT, out) == 0;
    mbedtls_gcm_free(&gcm);
    return done;
}

bool natt_kms_blob_open(natt_kms_secret *out, const natt_kms_blob_key *key, natt_bytes context, natt_bytes blob)
{
    uint8_t head[NONCE_AT];
    size_t data_len = 0;
    natt_kms_secret_wipe(out);
    if (!has_form(blob) || !put_head(head, key) || memcmp(head, blob.ptr, NONCE_AT) != 0)
        return false;
    uint8_t *data = additional_data(&data_len, head, context);
    bool done = data != NULL && decrypt(out->bytes, key, (natt_bytes){data, data_len}, blob);
    free(data);
    if (done)
        out->len = blob.len - TEXT_AT;
    else
        natt_kms_secret_wipe(out);
    return done;
}
