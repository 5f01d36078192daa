/*
 * Seals secrets in the forms that KMS and OpenSSL write [RFC5652 6; RFC8017 7.1.1; RFC3565].
 */
#define _DEFAULT_SOURCE /* getentropy */

#include <string.h>
#include <unistd.h>

#include <mbedtls/aes.h>
#include <mbedtls/asn1write.h>
#include <mbedtls/entropy.h>
#include <mbedtls/md.h>

#include "nsm/recipient/cms.h"
#include "nsm/recipient/error.h"
#include "nsm/recipient/key.h"
#include "nsm/recipient/public_key.h"
#include "nsm/recipient/secret.h"

#define MAX_PIECE   1000 /* the form that KMS writes */
#define MAX_CONTENT (NATT_RECIPIENT_MAX_SECRET + NATT_AES_BLOCK)

/* In secret memory: the content is the plaintext before it is encrypted in place. */
struct sealer {
    mbedtls_pk_context pk;
    mbedtls_aes_context aes;
    uint8_t key[NATT_AES_KEY_LEN], iv[NATT_AES_BLOCK], iv_used[NATT_AES_BLOCK];
    uint8_t key_id[32];
    uint8_t encrypted_key[NATT_RSA_MAX_BYTES];
    size_t encrypted_key_len, content_len;
    uint8_t content[MAX_CONTENT];
    uint8_t message[NATT_RECIPIENT_MAX_SEALED]; /* written backwards, from its end */
};

/* Uses the kernel's generator directly: seeding one of mbedTLS's for 80 bytes would cost as much as the rest of the
 * message. */
static int draw(void *unused, unsigned char *out, size_t len)
{
    (void)unused;
    return getentropy(out, len) == 0 ? 0 : MBEDTLS_ERR_ENTROPY_SOURCE_FAILED;
}

static int import(mbedtls_pk_context *pk, const struct natt_public_key *key)
{
    int result = mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA));
    if (result != 0)
        return result;
    mbedtls_rsa_context *rsa = mbedtls_pk_rsa(*pk);
    result = mbedtls_rsa_import_raw(rsa, key->modulus.ptr, key->modulus.len, NULL, 0, NULL, 0, NULL, 0,
                                    key->exponent.ptr, key->exponent.len);
    if (result == 0)
        result = mbedtls_rsa_complete(rsa);
    (void)mbedtls_rsa_set_padding(rsa, MBEDTLS_RSA_PKCS_V21, MBEDTLS_MD_SHA256);
    return result;
}

static int wrap_key(struct sealer *s, const struct natt_public_key *key)
{
    int result = import(&s->pk, key);
    if (result == 0)
        result = mbedtls_pk_encrypt(&s->pk, s->key, sizeof s->key, s->encrypted_key, &s->encrypted_key_len,
                                    sizeof s->encrypted_key, draw, NULL);
    return result;
}

static int encrypt_content(struct sealer *s, natt_bytes secret)
{
    size_t padding = NATT_AES_BLOCK - secret.len % NATT_AES_BLOCK;
    s->content_len = secret.len + padding;
    memcpy(s->content, secret.ptr, secret.len);
    memset(s->content + secret.len, (int)padding, padding);
    memcpy(s->iv_used, s->iv, sizeof s->iv);
    int result = mbedtls_aes_setkey_enc(&s->aes, s->key, 8 * sizeof s->key);
    if (result == 0)
        result =
            mbedtls_aes_crypt_cbc(&s->aes, MBEDTLS_AES_ENCRYPT, s->content_len, s->iv_used, s->content, s->content);
    return result;
}

/* A message is written backwards: contents before their heads, the last element first. */
struct writer {
    unsigned char *at, *start;
    bool indefinite; /* lengths excluding the recipient */
    bool failed;
};

static void note(struct writer *w, int result)
{
    w->failed = w->failed || result < 0;
}

static void put_bytes(struct writer *w, const uint8_t *bytes, size_t len)
{
    note(w, mbedtls_asn1_write_raw_buffer(&w->at, w->start, bytes, len));
}

/* Writes the head of everything from the current position to `end`. */
static void put_head(struct writer *w, uint8_t tag, const unsigned char *end)
{
    size_t len = (size_t)(end - w->at);
    note(w, mbedtls_asn1_write_len(&w->at, w->start, len));
    note(w, mbedtls_asn1_write_tag(&w->at, w->start, tag));
}

static void put(struct writer *w, uint8_t tag, natt_bytes content)
{
    const unsigned char *end = w->at;
    put_bytes(w, content.ptr, content.len);
    put_head(w, tag, end);
}

/* An element of the outer levels ends with two zeros or has a length: both parts of its form. */
static const unsigned char *put_end(struct writer *w)
{
    static const uint8_t mark[] = {0, 0};
    if (w->indefinite)
        put_bytes(w, mark, sizeof mark);
    return w->at;
}

static void put_begin(struct writer *w, uint8_t tag, const unsigned char *end)
{
    const uint8_t head[] = {tag, 0x80};
    if (w->indefinite)
        put_bytes(w, head, sizeof head);
    else
        put_head(w, tag, end);
}

static void put_version(struct writer *w)
{
    static const uint8_t version[] = {2};
    put(w, NATT_BER_INTEGER, (natt_bytes){version, sizeof version});
}

static void put_pieces(struct writer *w, const struct sealer *s)
{
    size_t left = s->content_len;
    const unsigned char *end = put_end(w);
    while (left > 0) {
        size_t piece = left % MAX_PIECE != 0 ? left % MAX_PIECE : MAX_PIECE; /* only the last segment is short */
        left -= piece;
        put(w, NATT_BER_OCTET_STRING, (natt_bytes){s->content + left, piece});
    }
    put_begin(w, NATT_BER_CONSTRUCTED_0, end);
}

static void put_cipher(struct writer *w, const struct sealer *s)
{
    const unsigned char *end = w->at;
    put(w, NATT_BER_OCTET_STRING, (natt_bytes){s->iv, sizeof s->iv});
    put(w, NATT_BER_OID, natt_oid_aes256_cbc);
    put_head(w, NATT_BER_SEQUENCE, end);
}

static void put_encrypted(struct writer *w, const struct sealer *s, bool pieces)
{
    const unsigned char *end = put_end(w);
    if (pieces)
        put_pieces(w, s);
    else
        put(w, NATT_BER_PRIMITIVE_0, (natt_bytes){s->content, s->content_len});
    put_cipher(w, s);
    put(w, NATT_BER_OID, natt_oid_data);
    put_begin(w, NATT_BER_SEQUENCE, end);
}

static void put_sha256(struct writer *w)
{
    static const uint8_t nothing[1];
    const unsigned char *end = w->at;
    put(w, NATT_BER_NULL, (natt_bytes){nothing, 0});
    put(w, NATT_BER_OID, natt_oid_sha256);
    put_head(w, NATT_BER_SEQUENCE, end);
}

/* [1] { mgf1 { sha256 } } after [0] { sha256 } */
static void put_oaep_params(struct writer *w)
{
    const unsigned char *end = w->at;
    put_sha256(w);
    put(w, NATT_BER_OID, natt_oid_mgf1);
    put_head(w, NATT_BER_SEQUENCE, end);
    put_head(w, NATT_BER_CONSTRUCTED_1, end);
    const unsigned char *hash_end = w->at;
    put_sha256(w);
    put_head(w, NATT_BER_CONSTRUCTED_0, hash_end);
    put_head(w, NATT_BER_SEQUENCE, end);
}

static void put_recipient(struct writer *w, const struct sealer *s)
{
    const unsigned char *end = w->at;
    put(w, NATT_BER_OCTET_STRING, (natt_bytes){s->encrypted_key, s->encrypted_key_len});
    const unsigned char *algorithm_end = w->at;
    put_oaep_params(w);
    put(w, NATT_BER_OID, natt_oid_oaep);
    put_head(w, NATT_BER_SEQUENCE, algorithm_end);
    put(w, NATT_BER_PRIMITIVE_0, (natt_bytes){s->key_id, sizeof s->key_id});
    put_version(w);
    put_head(w, NATT_BER_SEQUENCE, end);
    put_head(w, NATT_BER_SET, end);
}

static void put_message(struct writer *w, const struct sealer *s, bool pieces)
{
    const unsigned char *info = put_end(w), *content = put_end(w), *enveloped = put_end(w);
    put_encrypted(w, s, pieces);
    put_recipient(w, s);
    put_version(w);
    put_begin(w, NATT_BER_SEQUENCE, enveloped);
    put_begin(w, NATT_BER_CONSTRUCTED_0, content);
    put(w, NATT_BER_OID, natt_oid_enveloped_data);
    put_begin(w, NATT_BER_SEQUENCE, info);
}

static bool give(struct sealer *s, uint8_t *out, size_t capacity, size_t *len, natt_recipient_encoding encoding,
                 natt_recipient_error *err)
{
    struct writer w = {s->message + sizeof s->message, s->message, encoding != NATT_RECIPIENT_DER, false};
    put_message(&w, s, encoding == NATT_RECIPIENT_BER);
    size_t needed = (size_t)(s->message + sizeof s->message - w.at);
    if (w.failed)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_CRYPTO, NULL);
    if (capacity < needed)
        return natt_recipient_fail_required(err, needed);
    memcpy(out, w.at, needed);
    *len = needed;
    return true;
}

static bool fill(struct sealer *s, natt_bytes spki, const struct natt_public_key *key, natt_bytes secret,
                 natt_recipient_error *err)
{
    if (draw(NULL, s->key, sizeof s->key) != 0 || draw(NULL, s->iv, sizeof s->iv) != 0)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_RANDOM, NULL);
    int result = wrap_key(s, key);
    if (result == 0)
        result = encrypt_content(s, secret);
    if (result == 0)
        result = mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), spki.ptr, spki.len, s->key_id);
    return result == 0 || natt_recipient_fail_mbedtls(err, result);
}

static bool seal(uint8_t *out, size_t capacity, size_t *len, natt_bytes spki, natt_bytes secret,
                 natt_recipient_encoding encoding, natt_recipient_error *err)
{
    struct natt_public_key key;
    if (!natt_public_key_parse(&key, spki, err))
        return false;
    struct sealer *s = natt_secret_new(sizeof *s);
    if (s == NULL)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_MEMORY, NULL);
    mbedtls_pk_init(&s->pk);
    mbedtls_aes_init(&s->aes);
    bool ok = fill(s, spki, &key, secret, err) && give(s, out, capacity, len, encoding, err);
    mbedtls_aes_free(&s->aes);
    mbedtls_pk_free(&s->pk);
    natt_secret_free(s, sizeof *s);
    return ok;
}

static bool check_options(const natt_recipient_seal_options *o, natt_recipient_error *err)
{
    if (o->struct_size != sizeof *o)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_USAGE_STRUCT_SIZE, NULL);
    return o->encoding <= NATT_RECIPIENT_DER ||
           natt_recipient_fail(err, NATT_RECIPIENT_E_USAGE_OPTION, "there is no such encoding");
}

/* The only function that trusts a document: a result of natt_verify, with unchanged bytes. */
static bool check_document(const natt_verified *document, bool allow_debug, natt_recipient_error *err)
{
    natt_error why;
    if (!natt_verified_check(document, &why))
        return natt_recipient_fail_verify(err, &why);
    return !document->debug || allow_debug || natt_recipient_fail(err, NATT_RECIPIENT_E_DEBUG, NULL);
}

bool natt_recipient_seal(uint8_t *out, size_t capacity, size_t *len, const natt_verified *document, natt_bytes secret,
                         const natt_recipient_seal_options *options, natt_recipient_error *err)
{
    static const natt_recipient_seal_options defaults = NATT_RECIPIENT_SEAL_OPTIONS_INIT;
    const natt_recipient_seal_options *o = options != NULL ? options : &defaults;
    natt_recipient_no_error(err);
    if (len == NULL || (out == NULL && capacity > 0) || document == NULL || secret.ptr == NULL)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_USAGE_ARGUMENT, NULL);
    *len = 0;
    if (capacity > 0)
        memset(out, 0, capacity);
    if (!check_options(o, err) || !check_document(document, o->allow_debug, err))
        return false;
    if (secret.len == 0 || secret.len > NATT_RECIPIENT_MAX_SECRET)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_SECRET_SIZE, NULL);
    return seal(out, capacity, len, document->public_key, secret, o->encoding, err);
}
