/* See server.h. */
#include "relying/kms/server/server.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <mbedtls/platform_util.h>

#include "relying/kms/call/attested.h"
#include "relying/kms/call/context.h"
#include "relying/kms/call/keys.h"
#include "relying/kms/crypto/random.h"
#include "relying/kms/operations/new_key.h"
#include "relying/kms/server/decision_log.h"
#include "relying/kms/server/identity.h"
#include "relying/kms/server/private_file.h"
#include "relying/kms/server/protocol.h"
#include "relying/kms/server/same_policy.h"

struct natt_kms_server {
    natt_kms_config config;
    natt_kms_identities identities;
    natt_kms_caches caches;
    natt_kms_log log;
    natt_kms_rate rate;
    bool explain_replies;
    natt_bytes *roots;
};

static uint64_t read_clock(clockid_t clock)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static uint64_t system_time(void)
{
    return read_clock(CLOCK_REALTIME);
}

static uint64_t system_monotonic(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

/* ---- start: each step reads its options ---- */

typedef bool step(natt_kms_server *server, const natt_kms_options *options, natt_kms_error *err);

static bool set_names(natt_kms_server *server, const natt_kms_options *options, natt_kms_error *err)
{
    const char *account = options->account != NULL ? options->account : NATT_KMS_DEFAULT_ACCOUNT;
    const char *region = options->region != NULL ? options->region : NATT_KMS_DEFAULT_REGION;
    if (strlen(account) != NATT_KMS_ACCOUNT_LEN || strspn(account, "0123456789") != NATT_KMS_ACCOUNT_LEN)
        return natt_kms_error_set(err, NATT_KMS_ERROR_USAGE, "the account \"%.80s\" is not 12 digits", account);
    if (region[0] == '\0' || strlen(region) > NATT_KMS_MAX_REGION ||
        strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(region))
        return natt_kms_error_set(err, NATT_KMS_ERROR_USAGE, "\"%.80s\" is not the name of a region", region);
    memcpy(server->config.account, account, NATT_KMS_ACCOUNT_LEN + 1);
    memcpy(server->config.region, region, strlen(region) + 1);
    return true;
}

static bool copy_root(natt_bytes *out, natt_bytes root)
{
    uint8_t *copy = malloc(root.len + 1);
    if (copy == NULL)
        return false;
    memcpy(copy, root.ptr, root.len);
    *out = (natt_bytes){copy, root.len};
    return true;
}

static bool set_roots(natt_kms_server *server, const natt_kms_options *options, natt_kms_error *err)
{
    server->roots = calloc(options->root_count + 1, sizeof *server->roots);
    if (server->roots == NULL)
        return natt_kms_error_set(err, NATT_KMS_ERROR_SYSTEM, "out of memory");
    server->config.roots = server->roots;
    for (size_t i = 0; i < options->root_count; i++, server->config.root_count++)
        if (!copy_root(&server->roots[i], options->roots[i]))
            return natt_kms_error_set(err, NATT_KMS_ERROR_SYSTEM, "out of memory");
    natt_code code = natt_kms_check_roots(&server->config, server->config.now_ms());
    return code == NATT_OK || natt_kms_error_set(err, NATT_KMS_ERROR_USAGE, "documents cannot be verified: %s (%s); %s",
                                                 natt_code_message(code), natt_code_name(code), natt_code_remedy(code));
}

static bool set_rest(natt_kms_server *server, const natt_kms_options *options, natt_kms_error *err)
{
    server->config.now_ms = options->now_ms != NULL ? options->now_ms : system_time;
    server->config.monotonic_ms = options->monotonic_ms != NULL ? options->monotonic_ms : system_monotonic;
    server->log = (natt_kms_log){options->log, options->log_json};
    server->explain_replies = options->explain_replies;
    server->config.max_age_ms = options->max_age_ms;
    server->config.timeout_ms = options->timeout_ms;
    server->config.allow_debug = options->allow_debug;
    server->config.refuse_replays = options->refuse_replays;
    server->config.caches = &server->caches;
    return (natt_kms_caches_init(&server->caches) &&
            natt_kms_rate_init(&server->rate, options->max_rate, server->config.monotonic_ms())) ||
           natt_kms_error_set(err, NATT_KMS_ERROR_SYSTEM, "out of memory");
}

static bool set_credentials(natt_kms_server *server, const natt_kms_options *options, natt_kms_error *err)
{
    if (options->credentials == NULL)
        return true;
    server->identities.credentials = natt_kms_credentials_read(options->credentials, server->config.account, err);
    return server->identities.credentials != NULL;
}

static bool set_policy(natt_kms_server *server, const natt_kms_options *options, natt_kms_error *err)
{
    natt_kms_policy_error policy_err;
    size_t len = 0;
    if (options->principal_policy == NULL)
        return true;
    uint8_t *text = natt_kms_file_read(&len, options->principal_policy, false, err);
    if (text == NULL)
        return false;
    server->identities.policy = natt_kms_policy_parse((natt_bytes){text, len}, NATT_KMS_PRINCIPAL_POLICY, &policy_err);
    free(text);
    return server->identities.policy != NULL ||
           natt_kms_error_set(err, NATT_KMS_ERROR_USAGE, "%.200s: %s: %s", options->principal_policy, policy_err.where,
                              policy_err.text);
}

static bool fail_file(natt_kms_error *err, const char *path, const natt_kms_store_error *why, const char *hint)
{
    (void)natt_kms_error_set(err, NATT_KMS_ERROR_SYSTEM, "%.200s: %s", path, why->text);
    return natt_kms_error_advise(err, hint);
}

/* A new master key cannot open an existing store, and users could mistake it for the lost one. */
static bool read_master_key_file(uint8_t key[NATT_KMS_MASTER_KEY_LEN], const natt_kms_options *options,
                                 natt_kms_error *err)
{
    natt_kms_store_error why;
    const bool have_store = access(options->store, F_OK) == 0;
    return natt_kms_master_key_read(key, options->master_key, !have_store, &why) ||
           fail_file(err, options->master_key, &why,
                     have_store && why.code == NATT_KMS_STORE_NOT_FOUND
                         ? "give the --master-key that the store was created with, or another --store for new keys"
                         : "");
}

static bool read_master_key(uint8_t key[NATT_KMS_MASTER_KEY_LEN], const natt_kms_options *options, natt_kms_error *err)
{
    if (options->master_key != NULL)
        return read_master_key_file(key, options, err);
    if (strcmp(options->store, ":memory:") != 0)
        return natt_kms_error_set(err, NATT_KMS_ERROR_USAGE, "a store in a file needs a master key in a separate file");
    return natt_kms_random(NULL, key, NATT_KMS_MASTER_KEY_LEN) == 0 ||
           natt_kms_error_set(err, NATT_KMS_ERROR_SYSTEM, "there are no random bytes");
}

static bool open_store(natt_kms_server *server, const natt_kms_options *options, natt_kms_error *err)
{
    uint8_t key[NATT_KMS_MASTER_KEY_LEN] = {0};
    natt_kms_store_error store_err;
    bool have = read_master_key(key, options, err);
    if (have)
        server->config.store = natt_kms_store_open(options->store, key, &store_err);
    mbedtls_platform_zeroize(key, sizeof key);
    if (have && server->config.store == NULL)
        return fail_file(err, options->store, &store_err,
                         store_err.code == NATT_KMS_STORE_LOCKED
                             ? "stop the other nitro-attest kms serve, or give another --store"
                             : "");
    natt_kms_store_error purge_err;
    if (have && options->max_keys > 0)
        natt_kms_store_limit_keys(server->config.store, options->max_keys);
    if (have)
        (void)natt_kms_store_purge(server->config.store, (int64_t)server->config.now_ms(), &purge_err);
    return have;
}

natt_kms_server *natt_kms_server_new(const natt_kms_options *options, natt_kms_error *err)
{
    static step *const steps[] = {set_rest, set_names, set_roots, set_credentials, set_policy, open_store};
    natt_kms_server *server = calloc(1, sizeof *server);
    bool good = server != NULL || natt_kms_error_set(err, NATT_KMS_ERROR_SYSTEM, "out of memory");
    for (size_t i = 0; good && i < sizeof steps / sizeof steps[0]; i++)
        good = steps[i](server, options, err);
    if (good)
        return server;
    natt_kms_server_free(server);
    return NULL;
}

void natt_kms_server_free(natt_kms_server *server)
{
    if (server == NULL)
        return;
    if (server->config.store != NULL)
        natt_kms_store_close(server->config.store);
    for (size_t i = 0; i < server->config.root_count; i++)
        free((void *)server->roots[i].ptr);
    free(server->roots);
    natt_kms_credentials_free(server->identities.credentials);
    natt_kms_policy_free(server->identities.policy);
    natt_kms_caches_free(&server->caches);
    natt_kms_rate_free(&server->rate);
    free(server);
}

/* ---- keys of --key ---- */

static bool fail_key(natt_kms_error *err, const char *alias, const char *text)
{
    return natt_kms_error_set(err, NATT_KMS_ERROR_SYSTEM, "%.100s: %s", alias, text);
}

static bool make_key(natt_kms_server *server, natt_kms_alias *alias, const char *policy, natt_kms_error *err)
{
    natt_kms_store_error store_err;
    natt_kms_key key;
    if (!natt_kms_new_key(&key, &server->config, natt_kms_spec_find("SYMMETRIC_DEFAULT"), "", policy, alias->created_ms,
                          &store_err))
        return fail_key(err, alias->name, store_err.text);
    memcpy(alias->key_id, key.id, sizeof alias->key_id);
    return natt_kms_store_add_alias(server->config.store, alias, &store_err) ||
           fail_key(err, alias->name, store_err.text);
}

static bool check_policy(const char *alias, natt_bytes text, natt_kms_error *err)
{
    natt_kms_policy_error policy_err;
    natt_kms_policy *policy = natt_kms_policy_parse(text, NATT_KMS_KEY_POLICY, &policy_err);
    natt_kms_policy_free(policy);
    return policy != NULL || natt_kms_error_set(err, NATT_KMS_ERROR_USAGE, "%.100s: %s%s%s", alias, policy_err.where,
                                                policy_err.where[0] != '\0' ? ": " : "", policy_err.text);
}

/* If the stored policy differs, the start fails, so that users do not assume that --key's policy is in force. */
static bool check_same_policy(natt_kms_server *server, const natt_kms_alias *alias, natt_bytes policy,
                              natt_kms_added_key *out, natt_kms_error *err)
{
    natt_kms_store_error store_err;
    char *stored = natt_kms_store_policy(server->config.store, alias->key_id, &store_err);
    if (stored == NULL)
        return fail_key(err, alias->name, store_err.text);
    out->other_policy = !natt_kms_same_policy((natt_bytes){(const uint8_t *)stored, strlen(stored)}, policy);
    free(stored);
    return !out->other_policy ||
           natt_kms_error_set(err, NATT_KMS_ERROR_USAGE,
                              "the policy of %.100s differs from the stored one, which remains in force", alias->name);
}

static bool make_with_policy(natt_kms_server *server, natt_kms_alias *alias, natt_bytes policy, natt_kms_error *err)
{
    char *text = strndup((const char *)policy.ptr, policy.len);
    bool done = text != NULL ? make_key(server, alias, text, err) : fail_key(err, alias->name, "out of memory");
    free(text);
    return done;
}

static bool find_or_make(natt_kms_server *server, natt_kms_alias *alias, natt_bytes policy, natt_kms_added_key *out,
                         natt_kms_error *err)
{
    natt_kms_store_error store_err;
    natt_kms_alias found;
    if (natt_kms_store_alias(server->config.store, &found, alias->name, &store_err)) {
        *alias = found;
        return check_same_policy(server, alias, policy, out, err);
    }
    if (store_err.code != NATT_KMS_STORE_NOT_FOUND)
        return fail_key(err, alias->name, store_err.text);
    out->made = make_with_policy(server, alias, policy, err);
    return out->made;
}

static bool check_alias(const char *alias, natt_kms_error *err)
{
    if (strncmp(alias, "alias/aws/", 10) == 0)
        return natt_kms_error_set(err, NATT_KMS_ERROR_USAGE,
                                  "\"%.100s\": alias/aws/ is reserved for keys of AWS services", alias);
    return natt_kms_alias_valid(alias) ||
           natt_kms_error_set(err, NATT_KMS_ERROR_USAGE, "\"%.100s\" is not alias/NAME, of a-z A-Z 0-9 / _ -", alias);
}

bool natt_kms_server_add_key(natt_kms_server *server, const char *alias, natt_bytes policy, natt_kms_added_key *out,
                             natt_kms_error *err)
{
    natt_kms_alias key;
    char whole[NATT_KMS_ARN_ROOM];
    memset(&key, 0, sizeof key);
    memset(out, 0, sizeof *out);
    if (!check_alias(alias, err) || !check_policy(alias, policy, err))
        return false;
    memcpy(key.name, alias, strlen(alias) + 1);
    key.created_ms = key.updated_ms = (int64_t)server->config.now_ms();
    bool done = find_or_make(server, &key, policy, out, err);
    natt_kms_key_arn(whole, &server->config, key.key_id);
    (void)snprintf(out->arn, sizeof out->arn, "%.127s", whole);
    return done;
}

/* ---- requests ---- */

static bool run_members(natt_kms_call *call, const natt_kms_operation *operation, const json_t *body)
{
    const bool context = (operation->takes & NATT_KMS_BIT(NATT_KMS_IN_CONTEXT)) != 0;
    return natt_kms_members_read(call->in, body, operation->takes, operation->needs, &call->fault) &&
           (!context || natt_kms_context_read(call)) &&
           (!call->in[NATT_KMS_IN_RECIPIENT].given || natt_kms_verify_recipient(call)) && operation->run(call);
}

/* KMS's words. Only requests of known callers count, so that others cannot use up the limit. */
static bool check_rate(natt_kms_call *call, natt_kms_server *server)
{
    return natt_kms_rate_take(&server->rate, server->config.monotonic_ms()) ||
           natt_kms_refuse(call, NATT_KMS_E_THROTTLING,
                           "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.");
}

/* The members' texts point into the body. A fault discards a partial reply. */
static void run(natt_kms_call *call, natt_kms_server *server, const natt_http_request *request)
{
    const natt_kms_operation *operation = natt_kms_protocol_operation(call, request);
    if (operation == NULL)
        return;
    call->operation = operation->name;
    if (!natt_kms_identify(call, &server->identities, request) || !check_rate(call, server))
        return;
    json_t *body = natt_kms_protocol_body(call, request);
    if (body != NULL && !run_members(call, operation, body) && call->fault.code == NATT_KMS_NO_FAULT)
        (void)natt_kms_refuse(call, NATT_KMS_E_INTERNAL, "the request failed without a reason");
    json_decref(body);
}

static natt_kms_call begin(const natt_kms_server *server)
{
    natt_kms_call call = {.config = &server->config, .operation = "", .now_ms = server->config.now_ms()};
    natt_verified document = NATT_VERIFIED_INIT;
    call.document = document;
    call.out = json_object();
    return call;
}

static void finish(natt_http_reply *reply, const natt_kms_server *server, const natt_kms_call *call,
                   const natt_http_request *request)
{
    char id[NATT_KMS_UUID_LEN + 1];
    (void)natt_kms_uuid(id);
    natt_kms_protocol_reply(reply, call);
    natt_kms_protocol_header(reply, "x-amzn-RequestId", strdup(id));
    if (server->explain_replies)
        natt_kms_protocol_header(reply, NATT_KMS_EXPLANATION, natt_kms_explain_call(call));
    natt_kms_log_request(&server->log, call, id, request->client != NULL ? request->client : "-");
}

void natt_kms_handle(void *context, const natt_http_request *request, natt_http_reply *reply)
{
    natt_kms_server *server = context;
    natt_kms_call call = begin(server);
    if (call.out == NULL)
        (void)natt_kms_out_of_memory(&call);
    else
        run(&call, server, request);
    finish(reply, server, &call, request);
    natt_kms_call_free(&call);
}
