/*
 * Requests to the local KMS: the operation's name up to the first line end, then the body. In the body, these words are
 * replaced by base64 text: @DOC@ by a document, @BLOB@ by a ciphertext of alias/app, @SEALED@ by a ciphertext of
 * alias/attested and @PEER@ by a public key. Properties: every reply is 200 or a client error that AWS KMS defines, in
 * its form; a reply to a request with a Recipient contains no plaintext, and its message opens with the recipient's
 * key; a key for attested callers gives nothing to other callers.
 */
#include <jansson.h>
#include <stdbool.h>
#include <time.h>

#include <nitro_attest/issuer.h>
#include <nitro_attest/recipient.h>

#include "fuzz/property.h"
#include "relying/kms/call/fault.h"
#include "relying/kms/crypto/base64.h"
#include "relying/test/kms_ask.h"

#define NOW_MS UINT64_C(1760000000000)

static natt_issuer *issuer;
static natt_recipient_key *recipient;
static natt_kms_server *server;
static char *tokens[4]; /* replacements of the words described above */

static const char *const words[] = {"@DOC@", "@BLOB@", "@SEALED@", "@PEER@"};

static const char open_policy[] =
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\","
    "\"Resource\":\"*\"}]}";

/* Anyone may use Encrypt; only one image may use Decrypt and data keys. */
static const char attested_policy[] =
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:Encrypt\","
    "\"Resource\":\"*\"},{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":[\"kms:Decrypt\",\"kms:Generate*\"],"
    "\"Resource\":\"*\",\"Condition\":{\"StringEqualsIgnoreCase\":{\"kms:RecipientAttestation:PCR0\":\""
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}}}]}";

static uint64_t now(void)
{
    return NOW_MS;
}

static json_t *ask(const char *operation, const char *body)
{
    natt_http_reply reply;
    natt_kms_ask(&reply, server, operation, natt_ask_text(body));
    MUST(reply.status == 200);
    json_t *json = json_loadb((const char *)reply.body, reply.body_len, 0, NULL);
    natt_kms_reply_free(&reply);
    return json;
}

static char *member(const char *operation, const char *body, const char *name)
{
    json_t *json = ask(operation, body);
    const char *value = json_string_value(json_object_get(json, name));
    MUST(value != NULL);
    char *copy = strdup(value);
    json_decref(json);
    return copy;
}

static char *make_document(void)
{
    uint8_t pcr0[NATT_PCR_LEN], document[NATT_MAX_DOCUMENT];
    size_t len = 0;
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    const natt_issue_pcr pcr = {0, {pcr0, sizeof pcr0}};
    memset(pcr0, 0xaa, sizeof pcr0);
    request.pcrs = &pcr;
    request.pcr_count = 1;
    request.public_key = natt_recipient_key_public(recipient);
    MUST(natt_issue(issuer, document, sizeof document, &len, &request, NULL));
    return natt_kms_base64_encode((natt_bytes){document, len});
}

static void make_once(void)
{
    natt_issuer_options options = NATT_ISSUER_OPTIONS_INIT;
    options.now_ms = NOW_MS;
    options.seed = natt_ask_text("kms_request");
    issuer = natt_issuer_new(&options, NULL);
    recipient = natt_recipient_key_new(NULL, 2048, NULL);
    MUST(issuer != NULL && recipient != NULL);
    tokens[0] = make_document();
}

/* Creates a key for ECDH. Its own public key also serves as the peer's. */
static void make_pair(void)
{
    char body[256];
    json_t *created = ask("CreateKey", "{\"KeySpec\":\"ECC_NIST_P256\",\"KeyUsage\":\"KEY_AGREEMENT\"}");
    const char *id = json_string_value(json_object_get(json_object_get(created, "KeyMetadata"), "KeyId"));
    (void)snprintf(body, sizeof body, "{\"AliasName\":\"alias/agree\",\"TargetKeyId\":\"%s\"}", id);
    json_decref(ask("CreateAlias", body));
    json_decref(created);
    tokens[3] = member("GetPublicKey", "{\"KeyId\":\"alias/agree\"}", "PublicKey");
}

static void make_server(void)
{
    const natt_bytes root = natt_issuer_root(issuer);
    const natt_kms_options options = {
        .store = ":memory:", .roots = &root, .root_count = 1, .max_age_ms = 300000, .now_ms = now};
    natt_kms_error err;
    natt_kms_added_key added;
    server = natt_kms_server_new(&options, &err);
    MUST(server != NULL);
    MUST(natt_kms_server_add_key(server, "alias/app", natt_ask_text(open_policy), &added, &err));
    MUST(natt_kms_server_add_key(server, "alias/attested", natt_ask_text(attested_policy), &added, &err));
    tokens[1] = member("Encrypt", "{\"KeyId\":\"alias/app\",\"Plaintext\":\"eA==\"}", "CiphertextBlob");
    tokens[2] = member("Encrypt", "{\"KeyId\":\"alias/attested\",\"Plaintext\":\"eA==\"}", "CiphertextBlob");
    make_pair();
}

static void end_server(void)
{
    natt_kms_server_free(server);
    server = NULL;
    for (size_t i = 1; i < sizeof tokens / sizeof tokens[0]; i++)
        free(tokens[i]);
}

/* Returns a malloc'ed copy of the input with the words replaced. */
static char *expand(size_t *len, natt_bytes in)
{
    char *out = malloc(in.len * 4096 + 1);
    *len = 0;
    MUST(out != NULL);
    for (size_t at = 0; at < in.len;) {
        size_t i = 0;
        while (i < 4 && (in.len - at < strlen(words[i]) || memcmp(in.ptr + at, words[i], strlen(words[i])) != 0))
            i++;
        const char *piece = i < 4 ? tokens[i] : (const char *)in.ptr + at;
        const size_t size = i < 4 ? strlen(piece) : 1;
        memcpy(out + *len, piece, size);
        *len += size;
        at += i < 4 ? strlen(words[i]) : 1;
    }
    out[*len] = '\0';
    return out;
}

static bool is_fault(const char *name)
{
#define NAME(id, text, status) {text, status},
    static const struct {
        const char *name;
        unsigned status;
    } faults[] = {NATT_KMS_FAULT_LIST(NAME)};
#undef NAME
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        if (strcmp(faults[i].name, name) == 0)
            return faults[i].status == 400;
    return false;
}

static void check_fault(const json_t *reply)
{
    const char *name = json_string_value(json_object_get(reply, "__type"));
    MUST(json_object_size(reply) == 2 && name != NULL && is_fault(name));
    MUST(json_string_length(json_object_get(reply, "message")) > 0);
}

static void check_message(const json_t *reply)
{
    const char *message = json_string_value(json_object_get(reply, "CiphertextForRecipient"));
    uint8_t secret[NATT_RECIPIENT_MAX_MESSAGE];
    size_t len = 0, out = 0;
    bool strict = false;
    MUST(message != NULL);
    uint8_t *bytes = natt_kms_base64_decode(&len, &strict, natt_ask_text(message));
    MUST(bytes != NULL && natt_recipient_open(recipient, secret, sizeof secret, &out, (natt_bytes){bytes, len}, NULL));
    free(bytes);
}

static bool takes_recipient(const char *operation)
{
    static const char *const five[] = {"Decrypt", "GenerateDataKey", "GenerateDataKeyPair", "GenerateRandom",
                                       "DeriveSharedSecret"};
    for (size_t i = 0; i < sizeof five / sizeof five[0]; i++)
        if (strcmp(five[i], operation) == 0)
            return true;
    return false;
}

static void check_success(const char *operation, const json_t *request, const json_t *reply)
{
    const json_t *asked = json_object_get(request, "Recipient");
    const char *key = json_string_value(json_object_get(request, "KeyId"));
    const bool sealed = asked != NULL && !json_is_null(asked) && takes_recipient(operation);
    MUST(request != NULL && json_object_get(reply, "__type") == NULL);
    MUST(sealed == (json_object_get(reply, "CiphertextForRecipient") != NULL));
    if (sealed) {
        MUST(json_object_get(reply, "Plaintext") == NULL && json_object_get(reply, "SharedSecret") == NULL);
        MUST(json_object_get(reply, "PrivateKeyPlaintext") == NULL);
        check_message(reply);
    }
    if (key != NULL && strcmp(key, "alias/attested") == 0)
        MUST(sealed || strcmp(operation, "Encrypt") == 0 || strstr(operation, "List") == operation);
}

static void check(const char *operation, natt_bytes body, const natt_http_reply *reply)
{
    json_t *request = json_loadb((const char *)body.ptr, body.len, JSON_REJECT_DUPLICATES, NULL);
    json_t *answer = json_loadb((const char *)reply->body, reply->body_len, JSON_REJECT_DUPLICATES, NULL);
    MUST(reply->status == 200 || reply->status == 400);
    MUST(reply->header_count == 1 && strlen(reply->values[0]) == 36);
    MUST(answer != NULL || (reply->status == 200 && reply->body_len == 0));
    if (reply->status == 400)
        check_fault(answer);
    else
        check_success(operation, request, answer);
    json_decref(answer);
    json_decref(request);
}

/* The next input must not see changes of the store. */
static bool changes_store(const char *operation)
{
    return strncmp(operation, "Create", 6) == 0 || strncmp(operation, "Update", 6) == 0 ||
           strncmp(operation, "Delete", 6) == 0 || strncmp(operation, "Put", 3) == 0 ||
           strncmp(operation, "Schedule", 8) == 0 || strncmp(operation, "Disable", 7) == 0;
}

/* Generating an RSA key takes long, and longer under sanitizers. */
static bool is_slow(const char *operation, const char *body)
{
    return (strncmp(operation, "CreateKey", 9) == 0 || strncmp(operation, "GenerateDataKeyPair", 19) == 0) &&
           strstr(body, "RSA_") != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    char operation[128] = "";
    natt_http_reply reply;
    size_t len = 0;
    if (end == NULL || (size_t)(end - data) >= sizeof operation || memchr(data, 0, (size_t)(end - data)) != NULL)
        return 0;
    memcpy(operation, data, (size_t)(end - data));
    if (issuer == NULL)
        make_once();
    if (server == NULL)
        make_server();
    char *body = expand(&len, (natt_bytes){end + 1, size - (size_t)(end + 1 - data)});
    if (!is_slow(operation, body)) {
        natt_kms_ask(&reply, server, operation, (natt_bytes){(const uint8_t *)body, len});
        check(operation, (natt_bytes){(const uint8_t *)body, len}, &reply);
        natt_kms_reply_free(&reply);
    }
    free(body);
    if (changes_store(operation))
        end_server();
    return 0;
}
