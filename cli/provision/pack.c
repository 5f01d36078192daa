/*
 * nitro-attest provision pack, s3-object: a private key that KMS encrypts, with its certificates, as a database. Run
 * where the key is made; refuses what an enclave would refuse.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/pem.h>

#include "cli/frame/file.h"
#include "cli/frame/text.h"
#include "cli/provision/session.h"
#include "cli/recipient/recipient_files.h"
#include "nsm/provision/certificates.h"
#include "nsm/provision/private_key.h"

#define KEY_LABEL "acm-key"
#define MAX_TEXT  4096 /* bytes that Encrypt of KMS accepts; a database has one ciphertext per key */
#define BEGIN     "-----BEGIN CERTIFICATE-----\n"
#define END       "-----END CERTIFICATE-----\n"

typedef struct packing {
    const natt_cli_provision_request *request;
    natt_kms_client_options options;
    char address[NATT_CLI_KMS_ADDRESS];
    natt_cli_buf key, chain; /* PEM */
    uint8_t wrapped[NATT_KMS_CLIENT_MAX_CIPHERTEXT];
    natt_database_key row;
    natt_database *others;
} packing;

/* ---- the command line ---- */

static bool has_id(const natt_database *database, unsigned id)
{
    for (size_t i = 0; database != NULL && i < natt_database_key_count(database); i++)
        if (natt_database_key_at(database, i)->id == id)
            return true;
    return false;
}

/* Starts at 1, the id in object forms of databases; 0 is used last. */
static unsigned free_id(const natt_database *database)
{
    unsigned id = 1;
    while (id < 256 && has_id(database, id))
        id++;
    return id % 256;
}

/* Before the request to KMS; the complete database is checked again before it is written. */
static bool check_label(const packing *p, natt_cli_error *err)
{
    for (size_t i = 0; p->others != NULL && i < natt_database_key_count(p->others); i++)
        if (strcmp(natt_database_key_at(p->others, i)->label, p->row.label) == 0)
            return natt_cli_fail(err, NATT_CLI_USAGE, "give the key a different label with --label",
                                 "--append: %.300s has a key with the label %.63s", p->request->append, p->row.label);
    return true;
}

static bool check_row(packing *p, natt_cli_error *err)
{
    uint32_t id = free_id(p->others);
    p->row.label = p->request->name != NULL ? p->request->name : KEY_LABEL;
    size_t len = strlen(p->row.label);
    if (p->request->id != NULL && !natt_cli_kms_number(&id, "--id", p->request->id, 0, 255, err))
        return false;
    p->row.id = id;
    if (len < 1 || len > NATT_DATABASE_MAX_LABEL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give 1 to 63 bytes", "--label: it has %zu bytes", len);
    return check_label(p, err);
}

static bool check(packing *p, natt_cli_error *err)
{
    const natt_cli_provision_request *r = p->request;
    return natt_cli_provision_given("--key", r->key, err) && natt_cli_provision_given("--key-id", r->key_id, err) &&
           check_row(p, err) && natt_cli_kms_set_credentials(&p->options, &r->kms, err) &&
           natt_cli_kms_set_way(&p->options, p->address, &r->kms, err);
}

/* ---- key and certificates ---- */

static void warn(const packing *p, const char *text)
{
    (void)fprintf(stderr, "nitro-attest %s: warning: %s\n", p->request->command, text);
}

static bool fail_at(natt_cli_error *err, const natt_provision_error *e, const char *path)
{
    (void)natt_cli_provision_fail(err, e, NULL);
    return natt_cli_fail_in(err, "%.300s", path);
}

static bool parse_key(const packing *p, mbedtls_pk_context *key, natt_cli_error *err)
{
    natt_provision_error e;
    bool weak, parsed = natt_private_key_parse(key, natt_cli_buf_view(&p->key), &weak, &e);
    if (weak)
        warn(p, "the RSA key has fewer than 2048 bits");
    return parsed || fail_at(err, &e, p->request->key);
}

/* Only the certificates: other text in the files might not be valid in JSON. */
static void append_pem(natt_cli_buf *out, const mbedtls_x509_crt *certificate)
{
    size_t room = 2 * certificate->raw.len + 100, len = 0;
    uint8_t *grown = natt_cli_alloc(out->len + room, 1, 0);
    if (out->len > 0)
        memcpy(grown, out->ptr, out->len);
    if (mbedtls_pem_write_buffer(BEGIN, END, certificate->raw.p, certificate->raw.len, grown + out->len, room, &len) !=
        0)
        natt_cli_out_of_memory();
    free(out->ptr);
    *out = (natt_cli_buf){grown, out->len + len - 1}; /* without its NUL */
}

/* Only a note, since clients may have the issuer: it may be a root. */
static void note_lone_leaf(const packing *p, const mbedtls_x509_crt *leaf)
{
    char issuer[200];
    const bool own = leaf->issuer_raw.len == leaf->subject_raw.len &&
                     memcmp(leaf->issuer_raw.p, leaf->subject_raw.p, leaf->issuer_raw.len) == 0;
    if (leaf->next != NULL || own || mbedtls_x509_dn_gets(issuer, sizeof issuer, &leaf->issuer) < 0)
        return;
    char *escaped = natt_cli_escape((natt_bytes){(const uint8_t *)issuer, strlen(issuer)});
    (void)fprintf(
        stderr,
        "nitro-attest %s: note: --chain has only the leaf; clients need the certificate of its issuer %s too, "
        "unless it is a root that they trust\n",
        p->request->command, escaped);
    free(escaped);
}

static bool parse_chain(packing *p, mbedtls_pk_context *key, mbedtls_x509_crt *chain, natt_cli_error *err)
{
    natt_cli_buf file;
    natt_provision_error e;
    bool expired = false;
    if (!natt_cli_file_read(&file, p->request->chain, err))
        return natt_cli_fail_in(err, "--chain");
    natt_provision_no_error(&e);
    bool parsed = natt_certificates_parse(chain, natt_cli_buf_view(&file), &e) &&
                  natt_certificates_check(chain, key, NULL, &expired, &e);
    natt_cli_buf_free(&file);
    if (!parsed)
        return fail_at(err, &e, p->request->chain);
    for (const mbedtls_x509_crt *c = chain; c != NULL; c = c->next)
        append_pem(&p->chain, c);
    if (expired)
        warn(p, "a certificate has expired or is not valid yet");
    note_lone_leaf(p, chain);
    return true;
}

static bool check_pair(packing *p, natt_cli_error *err)
{
    mbedtls_pk_context key;
    mbedtls_x509_crt chain;
    mbedtls_x509_crt_init(&chain);
    bool done = parse_key(p, &key, err) && (p->request->chain == NULL || parse_chain(p, &key, &chain, err));
    mbedtls_x509_crt_free(&chain);
    mbedtls_pk_free(&key);
    p->row.pem = natt_cli_buf_view(&p->chain);
    return done;
}

/* ---- KMS ---- */

/* Without its last line end, like p11ne-db. */
static natt_bytes key_text(const packing *p)
{
    size_t len = p->key.len;
    while (len > 0 && (p->key.ptr[len - 1] == '\n' || p->key.ptr[len - 1] == '\r'))
        len--;
    return (natt_bytes){p->key.ptr, len};
}

static bool check_size(const packing *p, natt_cli_error *err)
{
    size_t len = key_text(p).len;
    return len <= MAX_TEXT || natt_cli_fail(err, NATT_CLI_REFUSED, "use an EC key, or an RSA key of at most 5120 bits",
                                            "%.300s: the key has %zu bytes in PEM; KMS encrypts at most %d",
                                            p->request->key, len, MAX_TEXT);
}

static bool encrypt(packing *p, natt_cli_error *err)
{
    natt_cli_kms_call call = {.request = &p->request->kms};
    natt_kms_client_buffer out = {p->wrapped, sizeof p->wrapped, 0};
    natt_kms_client_encrypt_request q = NATT_KMS_CLIENT_ENCRYPT_REQUEST_INIT;
    call.client = natt_kms_client_new(NULL, &p->options, &call.e);
    q.key_id = p->request->key_id;
    q.plaintext = key_text(p);
    bool done = call.client != NULL && natt_kms_client_encrypt(call.client, &out, &q, NULL, &call.e);
    natt_kms_client_free(call.client);
    p->row.wrapped = (natt_bytes){out.ptr, out.len};
    return done || natt_cli_kms_fail(err, &call, &p->options);
}

/* ---- the database ---- */

static bool write_text(const packing *p, const char *text, natt_cli_error *err)
{
    const char *path = p->request->out != NULL ? p->request->out : p->request->append;
    if (path != NULL && strcmp(path, "-") != 0)
        return natt_cli_file_replace(path, text, strlen(text), err);
    return fputs(text, stdout) != EOF || natt_cli_fail(err, NATT_CLI_IO, "", "cannot write to standard output");
}

/* Parses the database as the enclave will, which finds duplicate ids and labels. */
static bool finish(const packing *p, char *text, natt_cli_error *err)
{
    natt_provision_error e;
    if (text == NULL)
        natt_cli_out_of_memory();
    natt_database *database = natt_database_parse((natt_bytes){(const uint8_t *)text, strlen(text)}, KEY_LABEL, &e);
    bool done = database != NULL ? write_text(p, text, err) : natt_cli_provision_fail(err, &e, NULL);
    natt_database_free(database);
    free(text);
    return done;
}

static bool write_array(packing *p, natt_cli_error *err)
{
    size_t count = p->others == NULL ? 0 : natt_database_key_count(p->others);
    natt_database_key *rows = natt_cli_alloc(count + 1, sizeof *rows, 0);
    for (size_t i = 0; i < count; i++)
        rows[i] = *natt_database_key_at(p->others, i);
    rows[count] = p->row;
    bool done = finish(p, natt_database_write_array(rows, count + 1), err);
    free(rows);
    return done;
}

static bool write_object(packing *p, natt_cli_error *err)
{
    return finish(p, natt_database_write_object(&p->row), err);
}

/* ---- the commands ---- */

static bool pack(packing *p, bool (*write)(packing *, natt_cli_error *), natt_cli_error *err)
{
    bool done = check(p, err) && natt_cli_recipient_protect(err) &&
                (natt_cli_secret_read(&p->key, p->request->key, err) || natt_cli_fail_in(err, "--key")) &&
                check_pair(p, err) && check_size(p, err) && encrypt(p, err) && write(p, err);
    natt_cli_secret_free(&p->key);
    natt_cli_buf_free(&p->chain);
    natt_database_free(p->others);
    return done;
}

bool natt_cli_provision_do_pack(const natt_cli_provision_request *request, natt_cli_error *err)
{
    packing p = {.request = request, .options = NATT_KMS_CLIENT_OPTIONS_INIT};
    if (request->append != NULL && (p.others = natt_cli_provision_database(request->append, NULL, err)) == NULL)
        return natt_cli_fail_in(err, "--append");
    return pack(&p, write_array, err);
}

bool natt_cli_provision_do_s3_object(const natt_cli_provision_request *request, natt_cli_error *err)
{
    packing p = {.request = request, .options = NATT_KMS_CLIENT_OPTIONS_INIT};
    return natt_cli_provision_given("--chain", request->chain, err) && pack(&p, write_object, err);
}
