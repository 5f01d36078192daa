/* See load.h. */
#include "nsm/provision/load.h"

#include <stdlib.h>
#include <string.h>

#include <mbedtls/md.h>

#include "nsm/provision/certificates.h"
#include "nsm/provision/kms_call.h"
#include "nsm/provision/private_key.h"
#include "nsm/recipient/secret.h"

/* Data for all keys of one operation. */
struct session {
    const natt_provision_options *options;
    natt_kms_client *client;
    uint32_t call_ms; /* total_ms of the client */
    natt_kms_client_recipient recipient;
    uint8_t document[NATT_NSM_MAX_RESPONSE];
    uint8_t *pem; /* NATT_PRIVATE_KEY_MAX_PEM bytes of locked memory */
    mbedtls_x509_crt roots;
    bool has_roots;
    bool left; /* a call of KMS is still in progress: keep this until the program ends */
};

static const char late[] = "KMS did not decrypt all keys";

static bool fail_recipient(natt_provision_error *err, const natt_recipient_error *e)
{
    return natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "the NSM gave no document: %s", e->message);
}

static bool fail_kms(natt_provision_error *err, const natt_kms_client_error *e)
{
    (void)natt_provision_fail(err, NATT_PROVISION_E_KMS, NULL);
    if (err != NULL)
        err->kms = *e;
    return false;
}

static bool attest(struct session *s, natt_provision_error *err)
{
    natt_recipient_error e;
    s->recipient.key = natt_recipient_process_key(s->options->nsm, &e);
    size_t len = 0;
    if (s->recipient.key == NULL ||
        !natt_recipient_attest(s->recipient.key, s->document, sizeof s->document, &len, s->options->nsm, NULL, &e))
        return fail_recipient(err, &e);
    s->recipient.document = (natt_bytes){s->document, len};
    return true;
}

static bool connect_kms(struct session *s, natt_provision_error *err)
{
    natt_kms_client_error e;
    natt_kms_client_options options = s->options->kms;
    uint64_t left_ms = natt_limit_left_ms(&s->options->limit);
    if (!natt_limit_check(&s->options->limit, late, err))
        return false;
    options.total_ms = s->call_ms = (uint32_t)(left_ms < s->call_ms ? left_ms : s->call_ms);
    natt_kms_client_free(s->client);
    s->client = natt_kms_client_new(s->options->nsm, &options, &e);
    return s->client != NULL || fail_kms(err, &e);
}

/* One deadline for all keys: the last calls have less time, and use a separate client. */
static bool check_time(struct session *s, natt_provision_error *err)
{
    return natt_limit_check(&s->options->limit, late, err) &&
           (natt_limit_left_ms(&s->options->limit) >= s->call_ms || connect_kms(s, err));
}

/* Protect the process before the first key, but after the document, since nitro-attest emulate reads the memory of a
 * program that uses its NSM. */
static bool protect(natt_provision_error *err)
{
    natt_recipient_error e;
    return natt_recipient_protect_process(&e) || natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "%s", e.message);
}

static bool start(struct session *s, natt_provision_error *err)
{
    s->pem = natt_secret_new(NATT_PRIVATE_KEY_MAX_PEM);
    if (s->pem == NULL)
        return natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    s->has_roots = s->options->roots.ptr != NULL;
    return (!s->has_roots || natt_certificates_parse(&s->roots, s->options->roots, err)) && attest(s, err) &&
           connect_kms(s, err) && protect(err);
}

static void end(struct session *s)
{
    natt_kms_client_free(s->client);
    natt_secret_free(s->pem, NATT_PRIVATE_KEY_MAX_PEM);
    mbedtls_x509_crt_free(&s->roots);
}

static bool decrypt(natt_bytes *pem, struct session *s, const natt_database_key *row, natt_provision_error *err)
{
    natt_kms_client_error e;
    natt_kms_client_buffer out = {s->pem, NATT_PRIVATE_KEY_MAX_PEM, 0};
    natt_kms_client_decrypt_request request = NATT_KMS_CLIENT_DECRYPT_REQUEST_INIT;
    request.ciphertext = row->wrapped;
    request.key_id = s->options->key_id;
    request.recipient = s->recipient;
    if (!natt_kms_call_decrypt(s->client, &out, &request, &s->options->limit, &s->left, &e))
        return s->left ? natt_provision_fail(err, NATT_PROVISION_E_LATE, "%s: the program was asked to stop", late)
                       : fail_kms(err, &e);
    *pem = (natt_bytes){out.ptr, out.len};
    return true;
}

static bool digest(uint8_t out[NATT_STATE_DIGEST], natt_bytes bytes)
{
    const mbedtls_md_info_t *sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    static const uint8_t empty[1];
    return mbedtls_md(sha256, bytes.ptr == NULL ? empty : bytes.ptr, bytes.len, out) == 0;
}

static bool digest_key(natt_loaded_key *out, natt_provision_error *err)
{
    uint8_t spki[2048];
    int len = mbedtls_pk_write_pubkey_der(&out->key, spki, sizeof spki); /* at its end */
    bool done = len > 0 && digest(out->spki, (natt_bytes){spki + sizeof spki - len, (size_t)len});
    return done || natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
}

static void warn(const struct session *s, const natt_database_key *row, size_t place, const char *text)
{
    natt_provision_error key;
    natt_provision_no_error(&key);
    (void)natt_provision_in_key(&key, place);
    (void)natt_provision_name_key(&key, row->label, row->id);
    char name[NATT_PROVISION_KEY_TEXT];
    if (s->options->warn != NULL)
        s->options->warn(s->options->context, natt_provision_key_text(name, &key), text);
}

static bool load_certificates(natt_loaded_key *out, struct session *s, const natt_database_key *row, size_t place,
                              natt_provision_error *err)
{
    bool expired = false;
    if (!digest(out->certificates, row->pem))
        return natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    if (row->pem.ptr == NULL)
        return !s->has_roots || natt_provision_fail(err, NATT_PROVISION_E_ROOTS,
                                                    "the key has no certificate, which must lead to a given root");
    if (!natt_certificates_parse(&out->chain, row->pem, err) ||
        !natt_certificates_check(&out->chain, &out->key, s->has_roots ? &s->roots : NULL, &expired, err))
        return false;
    if (expired)
        warn(s, row, place, "a certificate has expired or is not valid yet");
    return true;
}

static bool load(natt_loaded_key *out, struct session *s, const natt_database_key *row, size_t place,
                 natt_provision_error *err)
{
    natt_bytes pem;
    bool weak = false;
    if (!decrypt(&pem, s, row, err) || !natt_private_key_parse(&out->key, pem, &weak, err) || !digest_key(out, err))
        return false;
    if (weak)
        warn(s, row, place, "the RSA key has fewer than 2048 bits");
    return load_certificates(out, s, row, place, err);
}

static bool load_all(natt_loaded_key *keys, struct session *s, const natt_database_key *rows, size_t count,
                     natt_provision_error *err)
{
    bool loaded = count == 0 || start(s, err);
    for (size_t i = 0; i < count && loaded; i++)
        loaded = (check_time(s, err) && load(&keys[i], s, &rows[i], i, err)) || natt_provision_in_key(err, i) ||
                 natt_provision_name_key(err, rows[i].label, rows[i].id);
    return loaded;
}

static struct session *session_new(const natt_provision_options *options)
{
    struct session *s = calloc(1, sizeof *s);
    if (s != NULL) {
        s->options = options;
        s->call_ms = options->kms.total_ms < NATT_PROVISION_CALL_MS ? options->kms.total_ms : NATT_PROVISION_CALL_MS;
        mbedtls_x509_crt_init(&s->roots);
    }
    return s;
}

static natt_loaded_key *keys_new(size_t count)
{
    natt_loaded_key *keys = calloc(count + 1, sizeof *keys);
    for (size_t i = 0; keys != NULL && i < count; i++) {
        mbedtls_pk_init(&keys[i].key);
        mbedtls_x509_crt_init(&keys[i].chain);
    }
    return keys;
}

natt_loaded_key *natt_keys_load(const natt_provision_options *options, const natt_database_key *rows, size_t count,
                                natt_provision_error *err)
{
    struct session *s = session_new(options);
    natt_loaded_key *keys = keys_new(count);
    bool loaded = s != NULL && keys != NULL;
    if (!loaded)
        (void)natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    loaded = loaded && load_all(keys, s, rows, count, err);
    if (s != NULL && !s->left) {
        end(s);
        free(s);
    }
    if (loaded)
        return keys;
    natt_keys_free(keys, count);
    return NULL;
}

void natt_keys_free(natt_loaded_key *keys, size_t count)
{
    for (size_t i = 0; keys != NULL && i < count; i++) {
        mbedtls_pk_free(&keys[i].key);
        mbedtls_x509_crt_free(&keys[i].chain);
    }
    free(keys);
}
