/*
 * OpenSSL's CMS and the library each open the other's messages. For a wrong key OpenSSL returns garbage, so the test
 * compares its plaintext.
 */
#include <string.h>

#include <criterion/criterion.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "nsm/recipient/cms.h"
#include "nsm/recipient/key.h"
#include "nsm/test/recipient_keys.h"
#include "nsm/test/recipient_support.h"
#include "nsm/test/support.h"

static uint8_t secret[NATT_RECIPIENT_MAX_SECRET], opened[NATT_RECIPIENT_MAX_MESSAGE];
static EVP_PKEY *pkey;

static void begin(void)
{
    BIO *in = BIO_new_mem_buf(test_key_pem, -1);
    pkey = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
    cr_assert_not_null(pkey);
    BIO_free(in);
    for (size_t i = 0; i < sizeof secret; i++)
        secret[i] = (uint8_t)(i * 11 + (i >> 8));
}

/* A certificate, needed only for its subjectKeyIdentifier. */
static X509 *certificate(natt_bytes key_id)
{
    X509 *cert = X509_new();
    ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();
    cr_assert(X509_set_version(cert, 2) && X509_set_pubkey(cert, pkey));
    cr_assert(X509_gmtime_adj(X509_getm_notBefore(cert), 0) && X509_gmtime_adj(X509_getm_notAfter(cert), 3600));
    cr_assert(ASN1_OCTET_STRING_set(id, key_id.ptr, (int)key_id.len));
    cr_assert(X509_add1_ext_i2d(cert, NID_subject_key_identifier, id, 0, 0));
    cr_assert(X509_sign(cert, pkey, EVP_sha256()));
    ASN1_OCTET_STRING_free(id);
    return cert;
}

struct form {
    bool stream;  /* indefinite lengths, content in pieces */
    bool by_name; /* version 0, issuer and serial number */
    bool pkcs1;   /* RSAES-PKCS1-v1_5 */
    bool sha1;    /* OAEP's defaults */
    bool aes128;
    bool short_id; /* 20 bytes */
};

static void set_oaep(CMS_RecipientInfo *info, const struct form *f)
{
    EVP_PKEY_CTX *ctx = CMS_RecipientInfo_get0_pkey_ctx(info);
    const EVP_MD *md = f->sha1 ? EVP_sha1() : EVP_sha256();
    if (f->pkcs1)
        return;
    cr_assert(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) > 0);
    cr_assert(EVP_PKEY_CTX_set_rsa_oaep_md(ctx, md) > 0 && EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md) > 0);
}

/* In a static buffer. */
static natt_bytes encrypt(natt_bytes plaintext, const struct form *f)
{
    static uint8_t message[NATT_RECIPIENT_MAX_MESSAGE];
    natt_bytes id = {test_recipient_key()->key_id, f->short_id ? 20 : 32};
    X509 *cert = certificate(id);
    BIO *in = BIO_new_mem_buf(plaintext.ptr, (int)plaintext.len), *out = BIO_new(BIO_s_mem());
    CMS_ContentInfo *cms =
        CMS_encrypt(NULL, in, f->aes128 ? EVP_aes_128_cbc() : EVP_aes_256_cbc(), CMS_BINARY | CMS_PARTIAL | CMS_STREAM);
    cr_assert_not_null(cms);
    CMS_RecipientInfo *info = CMS_add1_recipient_cert(cms, cert, (f->by_name ? 0 : CMS_USE_KEYID) | CMS_KEY_PARAM);
    cr_assert_not_null(info);
    set_oaep(info, f);
    if (f->stream)
        cr_assert(i2d_CMS_bio_stream(out, cms, in, CMS_BINARY | CMS_STREAM));
    else
        cr_assert(CMS_final(cms, in, NULL, CMS_BINARY) && i2d_CMS_bio(out, cms));
    int len = BIO_read(out, message, sizeof message);
    cr_assert_gt(len, 0);
    CMS_ContentInfo_free(cms);
    X509_free(cert);
    BIO_free(in);
    BIO_free(out);
    return (natt_bytes){message, (size_t)len};
}

static natt_bytes decrypt(natt_bytes message)
{
    static uint8_t plaintext[NATT_RECIPIENT_MAX_MESSAGE];
    BIO *in = BIO_new_mem_buf(message.ptr, (int)message.len), *out = BIO_new(BIO_s_mem());
    CMS_ContentInfo *cms = d2i_CMS_bio(in, NULL);
    cr_assert_not_null(cms, "OpenSSL cannot read the message");
    cr_assert(CMS_decrypt(cms, pkey, NULL, NULL, out, CMS_BINARY));
    int len = BIO_read(out, plaintext, sizeof plaintext);
    CMS_ContentInfo_free(cms);
    BIO_free(in);
    BIO_free(out);
    return (natt_bytes){plaintext, len > 0 ? (size_t)len : 0};
}

static const size_t lengths[] = {1, 15, 16, 31, 32, 33, 1000, 1023, 1024, 1025, 4095, 4096, 5000, 16384};

Test(recipient_openssl, what_it_writes_opens, .init = begin)
{
    for (int stream = 0; stream < 2; stream++) {
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
            struct form f = {.stream = stream != 0};
            natt_bytes plaintext = {secret, lengths[i]}, message = encrypt(plaintext, &f);
            struct natt_cms cms;
            natt_recipient_error err;
            size_t len;
            cr_assert_eq(message.ptr[1] == 0x80, f.stream);
            cr_assert(natt_recipient_open(test_recipient_key(), opened, sizeof opened, &len, message, &err),
                      "%zu bytes: %s, byte %zu", lengths[i], err.message, err.offset);
            cr_assert(test_equal((natt_bytes){opened, len}, plaintext));
            cr_assert(natt_cms_parse(&cms, message, NULL) && cms.constructed == f.stream);
        }
    }
}

Test(recipient_openssl, it_opens_what_we_seal, .init = begin)
{
    static uint8_t sealed[NATT_RECIPIENT_MAX_SEALED];
    natt_recipient_seal_options options = NATT_RECIPIENT_SEAL_OPTIONS_INIT;
    for (int encoding = NATT_RECIPIENT_BER; encoding <= NATT_RECIPIENT_DER; encoding++) {
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
            natt_bytes plaintext = {secret, lengths[i]};
            size_t len;
            options.encoding = (natt_recipient_encoding)encoding;
            cr_assert(natt_recipient_seal(sealed, sizeof sealed, &len, test_verified(), plaintext, &options, NULL));
            cr_assert(test_equal(decrypt((natt_bytes){sealed, len}), plaintext), "form %d, %zu bytes", encoding,
                      lengths[i]);
        }
    }
}

Test(recipient_openssl, its_other_forms_are_refused_by_name, .init = begin)
{
    static const struct {
        struct form form;
        natt_recipient_code code;
        const char *message;
    } forms[] = {
        {{.by_name = true}, NATT_RECIPIENT_E_MESSAGE_VERSION, "issuer and serial number"},
        {{.by_name = true, .stream = true}, NATT_RECIPIENT_E_MESSAGE_VERSION, "issuer and serial number"},
        {{.pkcs1 = true}, NATT_RECIPIENT_E_MESSAGE_ALGORITHM, "does not use RSAES-OAEP"},
        {{.sha1 = true}, NATT_RECIPIENT_E_MESSAGE_ALGORITHM, "does not use RSAES-OAEP"},
        {{.aes128 = true}, NATT_RECIPIENT_E_MESSAGE_ALGORITHM, "does not use RSAES-OAEP"},
        {{.short_id = true}, NATT_RECIPIENT_E_MESSAGE_RECIPIENT, "SHA-256 of its public key"},
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        natt_recipient_error err;
        size_t len;
        natt_bytes message = encrypt((natt_bytes){secret, 32}, &forms[i].form);
        cr_assert_not(natt_recipient_open(test_recipient_key(), opened, sizeof opened, &len, message, &err));
        cr_expect_eq(err.code, forms[i].code, "%zu: %s", i, err.message);
        cr_expect_not_null(strstr(err.message, forms[i].message), "%zu: %s", i, err.message);
    }
}

/* OpenSSL reads our key, and we refuse its keys with a password. */
Test(recipient_openssl, keys_go_both_ways, .init = begin)
{
    static char pem[NATT_RECIPIENT_MAX_PEM], locked[8192];
    natt_recipient_error err;
    size_t len;
    cr_assert(natt_recipient_key_pem(test_recipient_key(), pem, sizeof pem, &len, NULL));
    BIO *in = BIO_new_mem_buf(pem, (int)len), *out = BIO_new(BIO_s_mem());
    EVP_PKEY *same = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
    cr_assert(same != NULL && EVP_PKEY_eq(same, pkey) == 1);
    cr_assert_str_eq(pem, test_key_pem); /* the same bytes as `openssl genpkey` wrote */
    cr_assert(PEM_write_bio_PKCS8PrivateKey(out, pkey, EVP_aes_256_cbc(), "password", 8, NULL, NULL));
    int got = BIO_read(out, locked, sizeof locked);
    cr_assert_gt(got, 0);
    cr_assert_null(natt_recipient_key_parse((natt_bytes){(uint8_t *)locked, (size_t)got}, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_KEY);
    cr_assert_not_null(strstr(err.message, "password"), "%s", err.message);
    cr_assert(
        PEM_write_bio_PrivateKey_traditional(out, pkey, EVP_aes_128_cbc(), (unsigned char *)"password", 8, NULL, NULL));
    got = BIO_read(out, locked, sizeof locked);
    cr_assert_null(natt_recipient_key_parse((natt_bytes){(uint8_t *)locked, (size_t)got}, &err));
    cr_assert_not_null(strstr(err.message, "password"), "%s", err.message);
    EVP_PKEY_free(same);
    BIO_free(in);
    BIO_free(out);
}
