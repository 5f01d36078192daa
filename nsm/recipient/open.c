/*
 * Opens messages. The public parts of a message are checked first, with an error for each fault. From then on
 * there is one error: a wrong encrypted key is replaced by a random one, so a sender of forged messages cannot learn
 * from the result or the time which step failed [RFC3218; RFC8017 7.1.2].
 */
#include <string.h>

#include <mbedtls/aes.h>
#include <mbedtls/platform_util.h>

#include "nsm/recipient/cms.h"
#include "nsm/recipient/error.h"
#include "nsm/recipient/generator.h"
#include "nsm/recipient/key.h"
#include "nsm/recipient/secret.h"

/* In secret memory, as long as the content. */
struct opener {
    struct natt_generator generator;
    mbedtls_pk_context pk;
    mbedtls_aes_context aes;
    uint8_t random_key[NATT_AES_KEY_LEN];
    uint8_t key[NATT_RSA_MAX_BYTES]; /* the output of OAEP: for a valid message, NATT_AES_KEY_LEN bytes */
    uint8_t iv[NATT_AES_BLOCK];
    uint32_t bad; /* bits of all errors; 0 = none */
    size_t len;   /* of the plaintext */
    uint8_t content[];
};

/* All ones if a is 0, else all zeros, without a branch. */
static uint32_t mask_if_zero(uint32_t a)
{
    return (uint32_t)0 - (((a | ((uint32_t)0 - a)) >> 31) ^ 1u);
}

/* a < b, for small numbers. */
static uint32_t mask_if_less(uint32_t a, uint32_t b)
{
    return (uint32_t)0 - ((a - b) >> 31);
}

/* Selects the random key if the decrypted one is invalid. */
static void choose_key(struct opener *o, uint32_t wrong)
{
    uint8_t good = (uint8_t)mask_if_zero(wrong);
    for (size_t i = 0; i < NATT_AES_KEY_LEN; i++)
        o->key[i] = (uint8_t)((o->key[i] & good) | (o->random_key[i] & (uint8_t)~good));
    o->bad |= wrong;
}

/* RSAES-OAEP with SHA-256 for both, no label [RFC8017 7.1.2]. mbedTLS's function has no branches on decrypted data;
 * in 2.28, setting the padding returns nothing; in 3.x, decryption returns the same error again. */
static void unwrap(struct opener *o, const struct natt_cms *cms)
{
    size_t len = 0;
    (void)mbedtls_rsa_set_padding(mbedtls_pk_rsa(o->pk), MBEDTLS_RSA_PKCS_V21, MBEDTLS_MD_SHA256);
    int result = mbedtls_pk_decrypt(&o->pk, cms->encrypted_key.ptr, cms->encrypted_key.len, o->key, &len, sizeof o->key,
                                    NATT_GENERATOR(&o->generator));
    choose_key(o, (uint32_t)result | ((uint32_t)len ^ NATT_AES_KEY_LEN));
}

static void decrypt(struct opener *o, const struct natt_cms *cms)
{
    memcpy(o->iv, cms->iv.ptr, sizeof o->iv);
    natt_cms_copy_content(o->content, cms);
    int result = mbedtls_aes_setkey_dec(&o->aes, o->key, 8 * NATT_AES_KEY_LEN);
    result |= mbedtls_aes_crypt_cbc(&o->aes, MBEDTLS_AES_DECRYPT, cms->content_len, o->iv, o->content, o->content);
    o->bad |= (uint32_t)result;
}

/* The last byte is the number of padding bytes, which all have this value. The last 16 bytes are always all read.
 * [RFC5652 6.3] */
static void remove_padding(struct opener *o, size_t content_len)
{
    const uint8_t *last = o->content + content_len - NATT_AES_BLOCK;
    uint32_t padding = last[NATT_AES_BLOCK - 1];
    o->bad |= mask_if_zero(padding) | mask_if_less(NATT_AES_BLOCK, padding);
    for (uint32_t i = 0; i < NATT_AES_BLOCK; i++)
        o->bad |= mask_if_less(i, padding) & (last[NATT_AES_BLOCK - 1 - i] ^ padding);
    o->len = content_len - padding;
}

static bool run(struct opener *o, const natt_recipient_key *key, const struct natt_cms *cms, natt_recipient_error *err)
{
    if (!natt_generator_init(&o->generator, NULL, err) ||
        !natt_generator_fill(&o->generator, o->random_key, sizeof o->random_key, err) ||
        !natt_key_to_context(key, &o->pk, err))
        return false;
    unwrap(o, cms);
    decrypt(o, cms);
    remove_padding(o, cms->content_len);
    return o->bad == 0 || natt_recipient_fail(err, NATT_RECIPIENT_E_DECRYPT, NULL);
}

static bool give(const struct opener *o, uint8_t *out, size_t capacity, size_t *len, natt_recipient_error *err)
{
    if (capacity < o->len)
        return natt_recipient_fail_required(err, o->len);
    if (o->len > 0)
        memcpy(out, o->content, o->len);
    *len = o->len;
    return true;
}

static bool open_content(const natt_recipient_key *key, uint8_t *out, size_t capacity, size_t *len,
                         const struct natt_cms *cms, natt_recipient_error *err)
{
    size_t size = sizeof(struct opener) + cms->content_len;
    struct opener *o = natt_secret_new(size);
    if (o == NULL)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_MEMORY, NULL);
    mbedtls_pk_init(&o->pk);
    mbedtls_aes_init(&o->aes);
    bool ok = run(o, key, cms, err) && give(o, out, capacity, len, err);
    mbedtls_aes_free(&o->aes);
    mbedtls_pk_free(&o->pk);
    natt_generator_free(&o->generator);
    natt_secret_free(o, size);
    return ok;
}

/* Both values are public, so a constant-time comparison is not needed. */
static bool check_recipient(const natt_recipient_key *key, const struct natt_cms *cms, natt_bytes message,
                            natt_recipient_error *err)
{
    size_t id_at = (size_t)(cms->key_id.ptr - message.ptr), key_at = (size_t)(cms->encrypted_key.ptr - message.ptr);
    if (cms->key_id.len != sizeof key->key_id)
        return natt_recipient_fail_at(err, NATT_RECIPIENT_E_MESSAGE_RECIPIENT, id_at,
                                      "the recipient identifier is not the SHA-256 of its public key");
    if (memcmp(cms->key_id.ptr, key->key_id, sizeof key->key_id) != 0)
        return natt_recipient_fail_at(err, NATT_RECIPIENT_E_MESSAGE_RECIPIENT, id_at, NULL);
    return cms->encrypted_key.len == key->modulus_len ||
           natt_recipient_fail_at(err, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, key_at,
                                  "the encrypted key is not as long as the modulus of the recipient's key");
}

bool natt_recipient_open(const natt_recipient_key *key, uint8_t *out, size_t capacity, size_t *len, natt_bytes message,
                         natt_recipient_error *err)
{
    struct natt_cms cms;
    natt_recipient_no_error(err);
    if (len == NULL || (out == NULL && capacity > 0) || (message.ptr == NULL && message.len > 0))
        return natt_recipient_fail(err, NATT_RECIPIENT_E_USAGE_ARGUMENT, NULL);
    *len = 0;
    if (capacity > 0)
        mbedtls_platform_zeroize(out, capacity);
    return natt_key_check(key, err) && natt_cms_parse(&cms, message, err) && check_recipient(key, &cms, message, err) &&
           open_content(key, out, capacity, len, &cms, err);
}
