/* See fake_keys.h. */
#include "nsm/provision/test/fake_keys.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/version.h>

#include "nsm/provision/load.h"
#include "nsm/provision/private_key.h"
#include "nsm/provision/test/support.h"

/* Replaces load.c: P-256 keys whose digest begins with `key_version`. */
uint8_t key_version;
bool load_fails;
unsigned loads, load_takes;

/* Each load gives the same key, as a Decrypt of KMS does. */
static void make_key(mbedtls_pk_context *out, size_t place)
{
    static unsigned char pem[4][4][512];
    unsigned char *text = pem[key_version % 4][place % 4];
    bool weak;
    natt_provision_error e;
    if (text[0] == '\0') {
        test_key_make(out, 0);
        cr_assert_eq(mbedtls_pk_write_key_pem(out, text, sizeof pem[0][0]), 0);
        mbedtls_pk_free(out);
    }
    cr_assert(natt_private_key_parse(out, view((const char *)text), &weak, &e), "%s", e.message);
}

natt_loaded_key *natt_keys_load(const natt_provision_options *options, const natt_database_key *rows, size_t count,
                                natt_provision_error *e)
{
    (void)options;
    (void)rows;
    loads++;
    (void)poll(NULL, 0, (int)load_takes);
    if (load_fails) {
        (void)natt_provision_fail(e, NATT_PROVISION_E_KMS, NULL);
        return NULL;
    }
    natt_loaded_key *keys = calloc(count + 1, sizeof *keys);
    cr_assert_not_null(keys);
    for (size_t i = 0; i < count; i++) {
        make_key(&keys[i].key, i);
        mbedtls_x509_crt_init(&keys[i].chain);
        keys[i].spki[0] = key_version;
        memcpy(keys[i].certificates, rows[i].pem.ptr == NULL ? (const uint8_t *)"" : rows[i].pem.ptr, rows[i].pem.len);
    }
    return keys;
}

void natt_keys_free(natt_loaded_key *keys, size_t count)
{
    for (size_t i = 0; keys != NULL && i < count; i++)
        mbedtls_pk_free(&keys[i].key);
    free(keys);
}

/* Replaces the 100000 rounds, which state_test.c tests. */
static int quick_digest(const unsigned char *pin, size_t pin_len, uint32_t out_len, unsigned char *out)
{
    memset(out, (int)pin_len, out_len);
    memcpy(out, pin, pin_len < out_len ? pin_len : out_len);
    return 0;
}

#if MBEDTLS_VERSION_MAJOR < 3
int __wrap_mbedtls_pkcs5_pbkdf2_hmac(mbedtls_md_context_t *md, const unsigned char *pin, size_t pin_len,
                                     const unsigned char *salt, size_t salt_len, unsigned rounds, uint32_t out_len,
                                     unsigned char *out);
int __wrap_mbedtls_pkcs5_pbkdf2_hmac(mbedtls_md_context_t *md, const unsigned char *pin, size_t pin_len,
                                     const unsigned char *salt, size_t salt_len, unsigned rounds, uint32_t out_len,
                                     unsigned char *out)
{
    cr_expect(md != NULL && salt != NULL && salt_len == 16 && rounds >= 100000);
    return quick_digest(pin, pin_len, out_len, out);
}
#else
int __wrap_mbedtls_pkcs5_pbkdf2_hmac_ext(mbedtls_md_type_t md, const unsigned char *pin, size_t pin_len,
                                         const unsigned char *salt, size_t salt_len, unsigned rounds, uint32_t out_len,
                                         unsigned char *out);
int __wrap_mbedtls_pkcs5_pbkdf2_hmac_ext(mbedtls_md_type_t md, const unsigned char *pin, size_t pin_len,
                                         const unsigned char *salt, size_t salt_len, unsigned rounds, uint32_t out_len,
                                         unsigned char *out)
{
    cr_expect(md == MBEDTLS_MD_SHA256 && salt != NULL && salt_len == 16 && rounds >= 100000);
    return quick_digest(pin, pin_len, out_len, out);
}
#endif
