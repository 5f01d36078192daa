/* See recipient_support.h. This writer is independent of the library's, which is tested with it. */
#include "nsm/test/recipient_support.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <mbedtls/aes.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>

#include "nsm/recipient/cms.h"
#include "nsm/recipient/key.h"
#include "nsm/test/emulator_support.h"
#include "nsm/test/recipient_keys.h"
#include "nsm/test/support.h"

natt_bytes test_text(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

static natt_recipient_key *parsed(const char *pem)
{
    natt_recipient_error err;
    natt_recipient_key *key = natt_recipient_key_parse(test_text(pem), &err);
    cr_assert_not_null(key, "%s", err.message);
    return key;
}

natt_recipient_key *test_recipient_key(void)
{
    static natt_recipient_key *key;
    key = key != NULL ? key : parsed(test_key_pem);
    return key;
}

natt_recipient_key *test_other_recipient_key(void)
{
    static natt_recipient_key *key;
    key = key != NULL ? key : parsed(test_other_key_pem);
    return key;
}

natt_nsm *test_recipient_nsm(natt_emulator **emulator, bool debug)
{
    static natt_nsm nsm[2];
    static natt_emulator *emulators[2];
    natt_emulator_options options = test_emulator_options();
    natt_nsm_options nsm_options = NATT_NSM_OPTIONS_INIT;
    options.debug = debug;
    if (emulators[debug] == NULL) {
        emulators[debug] = test_emulator(&options);
        natt_nsm_transport transport = natt_emulator_transport(emulators[debug]);
        nsm_options.transport = &transport;
        cr_assert(natt_nsm_open(&nsm[debug], &nsm_options, NULL));
    }
    *emulator = emulators[debug];
    return &nsm[debug];
}

static bool verify(struct test_attested *a, natt_emulator *emulator, bool debug)
{
    const natt_bytes root = natt_emulator_root(emulator);
    natt_options options = NATT_OPTIONS_INIT;
    natt_verified fresh = NATT_VERIFIED_INIT;
    natt_error err;
    options.roots = &root;
    options.root_count = 1;
    options.time_mode = NATT_TIME_NOW;
    options.now_ms = TEST_CLOCK_MS;
    options.max_age_ms = NATT_UNLIMITED_MS;
    options.nonce_mode = NATT_NONCE_NOT_USED;
    options.flags = NATT_INSECURE_NO_PCR_POLICY | (debug ? NATT_ALLOW_DEBUG : 0);
    a->verified = fresh;
    bool ok = natt_verify(&a->verified, (natt_bytes){a->document, a->len}, &options, NULL, &err);
    cr_expect(ok, "%s", err.message);
    return ok;
}

struct test_attested *test_attest(const natt_recipient_key *key, const natt_recipient_attestation *fields, bool debug)
{
    static struct test_attested a;
    natt_emulator *emulator;
    natt_recipient_error err;
    natt_nsm *nsm = test_recipient_nsm(&emulator, debug);
    cr_assert(natt_recipient_attest(key, a.document, sizeof a.document, &a.len, nsm, fields, &err), "%s", err.message);
    cr_assert(verify(&a, emulator, debug));
    return &a;
}

struct test_attested *test_attest_public(natt_bytes public_key)
{
    natt_recipient_attestation fields = NATT_RECIPIENT_ATTESTATION_INIT;
    fields.public_key = public_key;
    fields.no_public_key = public_key.ptr == NULL;
    return test_attest(NULL, &fields, false);
}

const natt_verified *test_verified(void)
{
    return &test_attest(test_recipient_key(), NULL, false)->verified;
}

void test_message_content(struct test_message *m, const uint8_t *plaintext, size_t len)
{
    size_t padding = 16 - len % 16;
    cr_assert(len + padding <= sizeof m->content);
    if (len > 0)
        memcpy(m->content, plaintext, len);
    memset(m->content + len, (int)padding, padding);
    m->content_len = len + padding;
}

void test_message_init(struct test_message *m)
{
    uint8_t plaintext[32];
    memset(m, 0, sizeof *m);
    for (size_t i = 0; i < sizeof plaintext; i++)
        plaintext[i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof m->cek; i++)
        m->cek[i] = (uint8_t)(0xa0 + i);
    m->to = test_recipient_key();
    m->cek_len = 32;
    m->indefinite = true;
    m->version = m->recipient_version = 2;
    m->iv_len = 16;
    m->recipients = 1;
    test_message_content(m, plaintext, sizeof plaintext);
}

/* Each element is written into one of the buffers, inner ones first; a message has about 40. */
struct element {
    uint8_t *bytes;
    size_t len;
};

static unsigned next;

static struct element element(void)
{
    static uint8_t buffers[64][80000];
    return (struct element){buffers[next++ % 64], 0};
}

static void add(struct element *e, const void *bytes, size_t len)
{
    cr_assert(e->len + len <= 80000);
    if (len > 0)
        memcpy(e->bytes + e->len, bytes, len);
    e->len += len;
}

static void add_length(struct element *e, size_t len, bool long_form)
{
    uint8_t four[] = {0x84, (uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len};
    uint8_t two[] = {0x82, four[3], four[4]};
    if (long_form)
        add(e, four, sizeof four);
    else if (len < 0x80)
        add(e, &four[4], 1);
    else if (len < 0x100)
        add(e, (const uint8_t[]){0x81, four[4]}, 2);
    else
        add(e, two, sizeof two);
}

static struct element wrapped(uint8_t tag, struct element content, const struct test_message *m)
{
    struct element e = element();
    add(&e, &tag, 1);
    add_length(&e, content.len, m->long_lengths);
    add(&e, content.bytes, content.len);
    return e;
}

static struct element primitive(uint8_t tag, const void *bytes, size_t len, const struct test_message *m)
{
    struct element content = element();
    add(&content, bytes, len);
    return wrapped(tag, content, m);
}

/* A head of the outer levels. */
static struct element enclosed(uint8_t tag, struct element content, const struct test_message *m)
{
    if (!m->indefinite)
        return wrapped(tag, content, m);
    struct element e = element();
    add(&e, (const uint8_t[]){tag, 0x80}, 2);
    add(&e, content.bytes, content.len);
    add(&e, (const uint8_t[]){0, 0}, 2);
    return e;
}

static struct element joined(const struct element *parts, size_t count)
{
    struct element e = element();
    for (size_t i = 0; i < count; i++)
        add(&e, parts[i].bytes, parts[i].len);
    return e;
}
#define JOINED(...)                                                                                                    \
    joined((const struct element[]){__VA_ARGS__},                                                                      \
           sizeof((const struct element[]){__VA_ARGS__}) / sizeof(struct element))

static struct element oid(natt_bytes value, const struct test_message *m)
{
    return primitive(0x06, value.ptr, value.len, m);
}

static struct element hash(const struct test_message *m)
{
    static const uint8_t sha1[] = {0x2b, 0x0e, 0x03, 0x02, 0x1a};
    struct element id = m->sha1 ? primitive(0x06, sha1, sizeof sha1, m) : oid(natt_oid_sha256, m);
    struct element null = m->no_null ? element() : primitive(0x05, "", 0, m);
    return wrapped(0x30, JOINED(id, null), m);
}

static struct element key_encryption(const struct test_message *m)
{
    struct element mgf1 = wrapped(0x30, JOINED(oid(natt_oid_mgf1, m), hash(m)), m);
    struct element specified = JOINED(oid(natt_oid_data, m), primitive(0x04, "label", 5, m));
    struct element label = m->label ? wrapped(0xa2, wrapped(0x30, specified, m), m) : element();
    struct element params = wrapped(0x30, JOINED(wrapped(0xa0, hash(m), m), wrapped(0xa1, mgf1, m), label), m);
    return wrapped(0x30, JOINED(oid(natt_oid_oaep, m), params), m);
}

static struct element encrypted_key(const struct test_message *m)
{
    static mbedtls_entropy_context entropy;
    static mbedtls_ctr_drbg_context drbg;
    uint8_t out[512];
    size_t len;
    mbedtls_pk_context pk;
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&drbg);
    mbedtls_pk_init(&pk);
    natt_bytes spki = natt_recipient_key_public(m->to);
    cr_assert_eq(mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, NULL, 0), 0);
    cr_assert_eq(mbedtls_pk_parse_public_key(&pk, spki.ptr, spki.len), 0);
    (void)mbedtls_rsa_set_padding(mbedtls_pk_rsa(pk), MBEDTLS_RSA_PKCS_V21,
                                  m->sha1 ? MBEDTLS_MD_SHA1 : MBEDTLS_MD_SHA256);
    cr_assert_eq(mbedtls_pk_encrypt(&pk, m->cek, m->cek_len, out, &len, sizeof out, mbedtls_ctr_drbg_random, &drbg), 0);
    mbedtls_pk_free(&pk);
    out[len - 1] ^= m->garbled_key ? 1 : 0;
    return primitive(0x04, out, len, m);
}

static struct element recipient(const struct test_message *m)
{
    struct element version = primitive(0x02, &m->recipient_version, 1, m);
    struct element id = primitive(0x80, m->to->key_id, 32, m);
    struct element one = wrapped(0x30, JOINED(version, id, key_encryption(m), encrypted_key(m)), m);
    struct element all = element();
    for (size_t i = 0; i < m->recipients; i++)
        add(&all, one.bytes, one.len);
    return wrapped(0x31, all, m);
}

static const uint8_t test_iv[] = "sixteen bytes IV and more"; /* the first 16 are used */

static struct element encrypt(const struct test_message *m)
{
    struct element e = element();
    mbedtls_aes_context aes;
    uint8_t iv[16];
    memcpy(iv, test_iv, sizeof iv);
    mbedtls_aes_init(&aes);
    cr_assert_eq(mbedtls_aes_setkey_enc(&aes, m->cek, 256), 0);
    cr_assert_eq(mbedtls_aes_crypt_cbc(&aes, MBEDTLS_AES_ENCRYPT, m->content_len / 16 * 16, iv, m->content, e.bytes),
                 0);
    mbedtls_aes_free(&aes);
    e.len = m->content_len;
    return e;
}

static struct element content(const struct test_message *m)
{
    struct element whole = encrypt(m);
    if (m->piece == 0)
        return wrapped(0x80, whole, m);
    struct element pieces = element();
    for (size_t at = 0; at < whole.len; at += m->piece) {
        size_t len = whole.len - at < m->piece ? whole.len - at : m->piece;
        unsigned before = next;
        struct element one = primitive(0x04, whole.bytes + at, len, m);
        add(&pieces, one.bytes, one.len);
        next = before; /* there may be more pieces than buffers */
    }
    return enclosed(0xa0, pieces, m);
}

static struct element encrypted_content(const struct test_message *m)
{
    struct element iv = primitive(0x04, test_iv, m->iv_len, m);
    struct element cipher = wrapped(0x30, JOINED(oid(natt_oid_aes256_cbc, m), iv), m);
    return enclosed(0x30, JOINED(oid(natt_oid_data, m), cipher, content(m)), m);
}

natt_bytes test_message_write(const struct test_message *m)
{
    struct element version = primitive(0x02, &m->version, 1, m);
    struct element enveloped = enclosed(0x30, JOINED(version, recipient(m), encrypted_content(m)), m);
    struct element explicit = enclosed(0xa0, enveloped, m);
    struct element info = enclosed(0x30, JOINED(oid(natt_oid_enveloped_data, m), explicit), m);
    return (natt_bytes){info.bytes, info.len};
}
