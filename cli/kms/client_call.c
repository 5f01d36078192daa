/*
 * One call of KMS. nitro-attest emulate must read the memory of a program that sends requests to its NSM. So the
 * process is protected after the last request to the NSM, and before the first plaintext.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "cli/document/input.h"
#include "cli/kms/client_request.h"
#include "cli/recipient/recipient_files.h"
#include "nsm/recipient/secret.h"

#define DEVICE   "/dev/nsm"
#define KEY_BITS 2048 /* as AWS's SDK for enclaves makes it */

/* Buffers of the results. */
struct results {
    uint8_t plaintext[NATT_RECIPIENT_MAX_SECRET];
    uint8_t ciphertext[2 * NATT_KMS_CLIENT_MAX_CIPHERTEXT];
    uint8_t public_key[NATT_KMS_CLIENT_MAX_PUBLIC_KEY];
};

typedef struct preparation {
    natt_cli_kms_call *call;
    const natt_kms_client_options *options;
    natt_recipient_key *key;
    natt_cli_buf document;
    natt_cli_nsm_session *nsm; /* NULL = no NSM is used */
    bool attested;
} preparation;

/* ---- the encryption context ---- */

static bool add_pair(natt_kms_client_context *context, const char *text, natt_cli_error *err)
{
    size_t len = strcspn(text, "=");
    if (len == 0 || text[len] != '=')
        return natt_cli_fail(err, NATT_CLI_USAGE, "write NAME=VALUE",
                             "--encryption-context: \"%.120s\" has no name and =", text);
    char *name = natt_cli_strdup(text);
    name[len] = '\0';
    natt_kms_client_pair *pairs = natt_cli_grow((void *)(uintptr_t)context->pairs, context->count, sizeof *pairs);
    pairs[context->count++] = (natt_kms_client_pair){name, name + len + 1};
    context->pairs = pairs;
    return true;
}

bool natt_cli_kms_set_context(natt_kms_client_context *context, const natt_cli_list *list, natt_cli_error *err)
{
    for (size_t i = 0; i < list->count; i++)
        if (!add_pair(context, list->items[i], err))
            return false;
    return true;
}

void natt_cli_kms_free_context(natt_kms_client_context *context)
{
    for (size_t i = 0; i < context->count; i++)
        free((void *)(uintptr_t)context->pairs[i].name);
    free((void *)(uintptr_t)context->pairs);
}

/* ---- the NSM, the key, the document ---- */

/* Without Recipient the NSM only adds entropy for TLS, so a missing NSM is not an error. */
static bool wants_nsm(const natt_cli_kms_request *r, bool attested)
{
    bool named = r->place.device != NULL || r->place.socket != NULL;
    return named || (attested && r->document == NULL) || access(DEVICE, F_OK) == 0;
}

/* Right after an enclave's boot its kernel may have no entropy, and would block. */
static void seed_kernel(natt_nsm *nsm)
{
    uint8_t byte;
    natt_nsm_seed_report report;
    natt_nsm_error e;
    if (getrandom(&byte, 1, GRND_NONBLOCK) < 0 && errno == EAGAIN)
        (void)!natt_nsm_seed_kernel(nsm, &report, NULL, &e);
}

static bool take_key(preparation *p, natt_cli_error *err)
{
    natt_recipient_error e;
    const char *path = p->call->request->key;
    p->key = path != NULL ? natt_recipient_key_load(path, &e)
                          : natt_recipient_key_new(p->nsm == NULL ? NULL : &p->nsm->session, KEY_BITS, &e);
    p->call->recipient.key = p->key;
    if (p->key == NULL && e.code == NATT_RECIPIENT_E_NSM)
        return natt_cli_nsm_fail(err, p->nsm, &e.nsm, NATT_NSM_GET_RANDOM);
    return p->key != NULL || natt_cli_recipient_fail(err, &e, path);
}

static bool attest(preparation *p, natt_cli_error *err)
{
    natt_recipient_error e;
    p->document = (natt_cli_buf){natt_cli_alloc(NATT_NSM_MAX_RESPONSE, 1, 0), 0};
    return natt_recipient_attest(p->key, p->document.ptr, NATT_NSM_MAX_RESPONSE, &p->document.len, &p->nsm->session,
                                 NULL, &e) ||
           natt_cli_nsm_fail(err, p->nsm, &e.nsm, NATT_NSM_ATTESTATION);
}

static bool take_document(preparation *p, natt_cli_error *err)
{
    const char *path = p->call->request->document;
    if (path != NULL ? !natt_cli_document_read(&p->document, path, err) : !attest(p, err))
        return false;
    p->call->recipient.document = natt_cli_buf_view(&p->document);
    return true;
}

static bool connect_client(preparation *p, natt_cli_error *err)
{
    natt_cli_kms_call *call = p->call;
    call->client = natt_kms_client_new(p->nsm == NULL ? NULL : &p->nsm->session, p->options, &call->e);
    return call->client != NULL || natt_cli_kms_fail(err, call, p->options);
}

static bool take_all(preparation *p, natt_cli_error *err)
{
    return (!p->attested || (take_key(p, err) && take_document(p, err))) && connect_client(p, err);
}

static bool prepare(preparation *p, natt_cli_error *err)
{
    natt_cli_nsm_session nsm;
    if (!wants_nsm(p->call->request, p->attested))
        return natt_cli_recipient_protect(err) && take_all(p, err);
    if (!natt_cli_nsm_open(&nsm, &p->call->request->place, err))
        return false;
    p->nsm = &nsm;
    seed_kernel(&nsm.session);
    bool done = take_all(p, err);
    natt_cli_nsm_close(&nsm);
    return done && natt_cli_recipient_protect(err);
}

/* ---- the call ---- */

/* A plaintext from a file is also secret, so it is read after the process is protected. */
static bool read_file(natt_cli_kms_request *r, natt_cli_error *err)
{
    return r->file == NULL || natt_cli_secret_read(&r->bytes, r->file, err);
}

static bool ask(natt_cli_kms_call *call, const natt_cli_kms_operation *operation,
                const natt_kms_client_options *options, natt_cli_error *err)
{
    struct results *results = natt_secret_new(sizeof *results);
    if (results == NULL)
        natt_cli_out_of_memory();
    call->plaintext = (natt_kms_client_buffer){results->plaintext, sizeof results->plaintext, 0};
    call->ciphertext = (natt_kms_client_buffer){results->ciphertext, sizeof results->ciphertext, 0};
    call->public_key = (natt_kms_client_buffer){results->public_key, sizeof results->public_key, 0};
    bool done = operation->ask(call) ? natt_cli_kms_output(call, err) : natt_cli_kms_fail(err, call, options);
    natt_secret_free(results, sizeof *results);
    return done;
}

static bool run(natt_cli_kms_call *call, natt_cli_kms_request *request, const natt_cli_kms_operation *operation,
                const natt_kms_client_options *options, natt_cli_error *err)
{
    preparation p = {.call = call, .options = options, .attested = operation->attested};
    bool done = prepare(&p, err) && read_file(request, err) && ask(call, operation, options, err);
    natt_kms_client_free(call->client);
    natt_recipient_key_free(p.key);
    natt_cli_buf_free(&p.document);
    return done;
}

static bool check_recipient(const natt_cli_kms_request *r, natt_cli_error *err)
{
    return r->document == NULL || r->key != NULL ||
           natt_cli_fail(err, NATT_CLI_USAGE, "give the private key of the document's public key with --key",
                         "--document is given without --key");
}

bool natt_cli_kms_run(natt_cli_kms_request *request, const natt_cli_kms_operation *operation, natt_cli_error *err)
{
    natt_kms_client_options options = NATT_KMS_CLIENT_OPTIONS_INIT;
    natt_cli_kms_call call = {.request = request};
    char address[NATT_CLI_KMS_ADDRESS];
    bool done = natt_cli_nsm_check_place(&request->place, err) && check_recipient(request, err) &&
                natt_cli_kms_check_output(request, err) &&
                natt_cli_kms_set_context(&call.context, &request->context, err) &&
                natt_cli_kms_set_credentials(&options, request, err) && operation->check(request, err) &&
                natt_cli_kms_set_way(&options, address, request, err) && run(&call, request, operation, &options, err);
    natt_cli_kms_free_context(&call.context);
    natt_cli_secret_free(&request->bytes);
    return done;
}
