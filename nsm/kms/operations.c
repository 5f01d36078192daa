/*
 * The operations: one row for each, and one common path from the caller's request to the caller's memory.
 */
#include <stdio.h>
#include <string.h>

#include <mbedtls/platform_util.h>

#include "nsm/kms/client.h"
#include "nsm/kms/error.h"
#include "nsm/kms/request_check.h"

#define MAX_RESULTS 3
#define SEALED      "CiphertextForRecipient"

/* `results`: members of the reply, in the order of the caller's buffers. SEALED is opened. */
struct operation {
    const char *name;
    unsigned needs;
    const char *results[MAX_RESULTS];
};

static const struct operation decrypt = {"Decrypt", NATT_KMS_NEEDS_CIPHERTEXT | NATT_KMS_NEEDS_RECIPIENT, {SEALED}};
static const struct operation generate_data_key = {"GenerateDataKey",
                                                   NATT_KMS_NEEDS_KEY_ID | NATT_KMS_NEEDS_SPEC_OR_BYTES |
                                                       NATT_KMS_NEEDS_RECIPIENT,
                                                   {SEALED, "CiphertextBlob"}};
static const struct operation generate_data_key_pair = {"GenerateDataKeyPair",
                                                        NATT_KMS_NEEDS_KEY_ID | NATT_KMS_NEEDS_PAIR_SPEC |
                                                            NATT_KMS_NEEDS_RECIPIENT,
                                                        {SEALED, "PrivateKeyCiphertextBlob", "PublicKey"}};
static const struct operation generate_random = {
    "GenerateRandom", NATT_KMS_NEEDS_BYTES | NATT_KMS_NEEDS_RECIPIENT, {SEALED}};
static const struct operation derive_shared_secret = {
    "DeriveSharedSecret", NATT_KMS_NEEDS_KEY_ID | NATT_KMS_NEEDS_PUBLIC_KEY | NATT_KMS_NEEDS_RECIPIENT, {SEALED}};
static const struct operation encrypt = {
    "Encrypt", NATT_KMS_NEEDS_KEY_ID | NATT_KMS_NEEDS_PLAINTEXT, {"CiphertextBlob"}};

/* One call of one operation. */
struct run {
    natt_kms_client *client;
    const struct operation *operation;
    const natt_kms_members *members;
    natt_kms_client_buffer *results[MAX_RESULTS];
    natt_kms_client_error *err, spare;
};

/* --- the request --- */

/* Absent members write nothing, so this function serves every operation. */
static void write_members(natt_json_writer *w, const natt_kms_members *m)
{
    natt_json_begin(w);
    natt_json_text(w, "KeyId", m->key_id);
    natt_json_blob(w, "CiphertextBlob", m->ciphertext);
    natt_json_blob(w, "Plaintext", m->plaintext);
    natt_json_text(w, "KeySpec", m->key_spec);
    natt_json_text(w, "KeyPairSpec", m->key_pair_spec);
    if (m->number_of_bytes != 0)
        natt_json_number(w, "NumberOfBytes", m->number_of_bytes);
    natt_json_text(w, "EncryptionAlgorithm", m->encryption_algorithm);
    natt_json_text(w, "KeyAgreementAlgorithm", m->key_agreement_algorithm);
    natt_json_blob(w, "PublicKey", m->public_key);
    natt_json_context(w, &m->context);
    natt_json_recipient(w, m->recipient.document);
    natt_json_end(w);
}

/* The size is counted first, so that the locked memory has exactly the required size. */
static bool write_request(natt_kms_request *request, const struct run *run)
{
    natt_json_writer counter = {0};
    write_members(&counter, run->members);
    if (counter.failed)
        return natt_kms_client_fail(run->err, NATT_KMS_CLIENT_E_MEMORY, NULL);
    if (!natt_kms_request_new(request, run->operation->name, counter.len, run->err))
        return false;
    natt_json_writer writer = {.out = (char *)request->body, .capacity = request->body_len};
    write_members(&writer, run->members);
    return !writer.failed || natt_kms_client_fail(run->err, NATT_KMS_CLIENT_E_MEMORY, NULL);
}

/* --- the reply --- */

/*
 * The names of plaintexts: a server that sends one has ignored Recipient, even if it also sends other members. KMS
 * omits them; its reference calls them "null or empty", so empty values do not count as plaintexts.
 */
static bool check_sealed(const struct run *run, const natt_kms_reply *reply)
{
    static const char *const open_members[] = {"Plaintext", "PrivateKeyPlaintext", "SharedSecret"};
    for (size_t i = 0; i < sizeof open_members / sizeof open_members[0]; i++) {
        const natt_bytes text = natt_kms_reply_text(reply, open_members[i]);
        const bool empty = text.ptr != NULL && text.len == 0;
        if (natt_kms_reply_has(reply, open_members[i]) && !empty)
            return natt_kms_client_fail(run->err, NATT_KMS_CLIENT_E_NOT_SEALED, NULL);
    }
    return true;
}

/* An operation may have several buffers, so the message names the one that is too small. */
static bool fail_required(natt_kms_client_error *err, const char *member, size_t required_len)
{
    (void)natt_kms_client_fail_required(err, required_len);
    (void)snprintf(err->message, sizeof err->message, "the output buffer for %s is too small", member);
    return false;
}

static bool open_sealed(const struct run *run, const natt_kms_reply *reply, natt_kms_client_buffer *out)
{
    natt_kms_client *client = run->client;
    natt_kms_client_buffer message = {client->body, NATT_RECIPIENT_MAX_MESSAGE, 0};
    natt_recipient_error why;
    if (!natt_kms_reply_blob(reply, SEALED, &message, run->err))
        return run->err->code == NATT_KMS_CLIENT_E_BUFFER_TOO_SMALL
                   ? natt_kms_client_fail(run->err, NATT_KMS_CLIENT_E_REPLY_MEMBER, SEALED " is too long")
                   : false;
    if (natt_recipient_open(run->members->recipient.key, out->ptr, out->capacity, &out->len,
                            (natt_bytes){message.ptr, message.len}, &why))
        return true;
    return why.code == NATT_RECIPIENT_E_BUFFER_TOO_SMALL ? fail_required(run->err, "the plaintext", why.required_len)
                                                         : natt_kms_client_fail_recipient(run->err, &why);
}

static bool take_blob(const struct run *run, const natt_kms_reply *reply, const char *member,
                      natt_kms_client_buffer *out)
{
    if (natt_kms_reply_blob(reply, member, out, run->err))
        return true;
    return run->err->code == NATT_KMS_CLIENT_E_BUFFER_TOO_SMALL
               ? fail_required(run->err, member, run->err->required_len)
               : false;
}

/* Public results first: if a buffer for them is too small, no RSA operation is performed, and no plaintext has been
 * written. */
static bool take_results(const struct run *run, const natt_kms_reply *reply)
{
    const char *const *members = run->operation->results;
    for (size_t i = 0; i < MAX_RESULTS && members[i] != NULL; i++)
        if (strcmp(members[i], SEALED) != 0 && !take_blob(run, reply, members[i], run->results[i]))
            return false;
    return (run->operation->needs & NATT_KMS_NEEDS_RECIPIENT) == 0 || open_sealed(run, reply, run->results[0]);
}

static bool take_key_arn(const struct run *run, const natt_kms_reply *reply, natt_kms_client_reply *info)
{
    const natt_bytes arn = natt_kms_reply_text(reply, "KeyId");
    if (arn.len > NATT_KMS_CLIENT_MAX_ID)
        return natt_kms_client_fail(run->err, NATT_KMS_CLIENT_E_REPLY_MEMBER, "KeyId is too long");
    natt_kms_client_printable(info->key_arn, sizeof info->key_arn, arn);
    return true;
}

static bool take_reply(const struct run *run, const natt_kms_reply *reply, natt_kms_client_reply *info)
{
    const bool sealed = (run->operation->needs & NATT_KMS_NEEDS_RECIPIENT) != 0;
    return (!sealed || check_sealed(run, reply)) && take_key_arn(run, reply, info) && take_results(run, reply);
}

/* --- the whole --- */

static void wipe_results(const struct run *run)
{
    for (size_t i = 0; i < MAX_RESULTS && run->operation->results[i] != NULL; i++) {
        natt_kms_client_buffer *out = run->results[i];
        if (out == NULL)
            continue;
        if (out->ptr != NULL)
            mbedtls_platform_zeroize(out->ptr, out->capacity);
        out->len = 0;
    }
}

static bool check_arguments(const struct run *run)
{
    bool ok = run->client != NULL;
    for (size_t i = 0; i < MAX_RESULTS && run->operation->results[i] != NULL; i++)
        ok = ok && run->results[i] != NULL && (run->results[i]->ptr != NULL || run->results[i]->capacity == 0);
    return ok || natt_kms_client_fail(run->err, NATT_KMS_CLIENT_E_USAGE_ARGUMENT, NULL);
}

static bool call_kms(const struct run *run, natt_kms_client_reply *info)
{
    natt_kms_request request = {0};
    natt_kms_reply *reply = NULL;
    if (write_request(&request, run))
        reply = natt_kms_client_call(run->client, &request, run->err);
    natt_kms_request_free(&request);
    const bool ok = reply != NULL && take_reply(run, reply, info);
    natt_kms_reply_free(reply);
    return ok;
}

/* Reports the last reply in either case. */
static void tell(const struct run *run, natt_kms_client_reply *info, natt_kms_client_reply *reply, bool ok)
{
    if (reply == NULL)
        return;
    *reply = (natt_kms_client_reply){.attempts = run->err->attempts};
    memcpy(reply->request_id, run->err->request_id, sizeof reply->request_id);
    if (ok)
        memcpy(reply->key_arn, info->key_arn, sizeof reply->key_arn);
}

static bool run_operation(struct run *run, natt_kms_client_reply *reply, natt_kms_client_error *err)
{
    natt_kms_client_reply info = {.attempts = 0};
    run->err = err != NULL ? err : &run->spare;
    natt_kms_client_no_error(run->err);
    const bool arguments = check_arguments(run);
    wipe_results(run);
    const bool ok =
        arguments && natt_kms_members_check(run->members, run->operation->needs, run->err) && call_kms(run, &info);
    if (!ok)
        wipe_results(run);
    tell(run, &info, reply, ok);
    return ok;
}

/* The request is missing, or has the size of a different version, so its members cannot be read. */
static bool fail_request(struct run *run, bool missing, natt_kms_client_reply *reply, natt_kms_client_error *err)
{
    natt_kms_client_no_error(err);
    wipe_results(run);
    if (reply != NULL)
        *reply = (natt_kms_client_reply){.attempts = 0};
    return natt_kms_client_fail(err, missing ? NATT_KMS_CLIENT_E_USAGE_ARGUMENT : NATT_KMS_CLIENT_E_USAGE_STRUCT_SIZE,
                                NULL);
}

bool natt_kms_client_decrypt(natt_kms_client *client, natt_kms_client_buffer *plaintext,
                             const natt_kms_client_decrypt_request *request, natt_kms_client_reply *reply,
                             natt_kms_client_error *err)
{
    struct run run = {.client = client, .operation = &decrypt, .results = {plaintext}};
    if (request == NULL || request->struct_size != sizeof *request)
        return fail_request(&run, request == NULL, reply, err);
    run.members = &(natt_kms_members){.ciphertext = request->ciphertext,
                                      .key_id = request->key_id,
                                      .encryption_algorithm = request->encryption_algorithm,
                                      .context = request->context,
                                      .recipient = request->recipient};
    return run_operation(&run, reply, err);
}

bool natt_kms_client_generate_data_key(natt_kms_client *client, natt_kms_client_buffer *plaintext,
                                       natt_kms_client_buffer *ciphertext,
                                       const natt_kms_client_data_key_request *request, natt_kms_client_reply *reply,
                                       natt_kms_client_error *err)
{
    struct run run = {.client = client, .operation = &generate_data_key, .results = {plaintext, ciphertext}};
    if (request == NULL || request->struct_size != sizeof *request)
        return fail_request(&run, request == NULL, reply, err);
    run.members = &(natt_kms_members){.key_id = request->key_id,
                                      .key_spec = request->key_spec,
                                      .number_of_bytes = request->number_of_bytes,
                                      .context = request->context,
                                      .recipient = request->recipient};
    return run_operation(&run, reply, err);
}

bool natt_kms_client_generate_data_key_pair(natt_kms_client *client, natt_kms_client_buffer *private_key,
                                            natt_kms_client_buffer *private_ciphertext,
                                            natt_kms_client_buffer *public_key,
                                            const natt_kms_client_key_pair_request *request,
                                            natt_kms_client_reply *reply, natt_kms_client_error *err)
{
    struct run run = {.client = client,
                      .operation = &generate_data_key_pair,
                      .results = {private_key, private_ciphertext, public_key}};
    if (request == NULL || request->struct_size != sizeof *request)
        return fail_request(&run, request == NULL, reply, err);
    run.members = &(natt_kms_members){.key_id = request->key_id,
                                      .key_pair_spec = request->key_pair_spec,
                                      .context = request->context,
                                      .recipient = request->recipient};
    return run_operation(&run, reply, err);
}

bool natt_kms_client_generate_random(natt_kms_client *client, natt_kms_client_buffer *random,
                                     const natt_kms_client_random_request *request, natt_kms_client_reply *reply,
                                     natt_kms_client_error *err)
{
    struct run run = {.client = client, .operation = &generate_random, .results = {random}};
    if (request == NULL || request->struct_size != sizeof *request)
        return fail_request(&run, request == NULL, reply, err);
    run.members = &(natt_kms_members){.number_of_bytes = request->number_of_bytes, .recipient = request->recipient};
    return run_operation(&run, reply, err);
}

bool natt_kms_client_derive_shared_secret(natt_kms_client *client, natt_kms_client_buffer *shared_secret,
                                          const natt_kms_client_derive_request *request, natt_kms_client_reply *reply,
                                          natt_kms_client_error *err)
{
    struct run run = {.client = client, .operation = &derive_shared_secret, .results = {shared_secret}};
    if (request == NULL || request->struct_size != sizeof *request)
        return fail_request(&run, request == NULL, reply, err);
    run.members = &(natt_kms_members){.key_id = request->key_id,
                                      .key_agreement_algorithm = "ECDH",
                                      .public_key = request->public_key,
                                      .recipient = request->recipient};
    return run_operation(&run, reply, err);
}

bool natt_kms_client_encrypt(natt_kms_client *client, natt_kms_client_buffer *ciphertext,
                             const natt_kms_client_encrypt_request *request, natt_kms_client_reply *reply,
                             natt_kms_client_error *err)
{
    struct run run = {.client = client, .operation = &encrypt, .results = {ciphertext}};
    if (request == NULL || request->struct_size != sizeof *request)
        return fail_request(&run, request == NULL, reply, err);
    run.members = &(natt_kms_members){.key_id = request->key_id,
                                      .plaintext = request->plaintext,
                                      .encryption_algorithm = request->encryption_algorithm,
                                      .context = request->context};
    return run_operation(&run, reply, err);
}
