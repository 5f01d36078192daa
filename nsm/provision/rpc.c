/* See rpc.h. The JSON has a PIN and credentials: the program lets jansson wipe what it frees. */
#define _POSIX_C_SOURCE 200809L /* strdup */
#include "nsm/provision/rpc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nsm/provision/database_json.h"

struct request {
    natt_provision_options options;
    natt_provisioner *p;
    json_t *arguments; /* of the operation */
    const char *label, *pin;
    natt_rpc_outcome *out;
};

typedef json_t *natt_rpc_operation(struct request *r);

static const char *text_of(json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static natt_bytes bytes_of(const char *text)
{
    return text == NULL ? (natt_bytes){NULL, 0} : (natt_bytes){(const uint8_t *)text, strlen(text)};
}

static json_t *ok_none(void)
{
    return json_pack("{s:s}", "Ok", "None");
}

/* NULL: the reply is an error. */
static json_t *reply_if(bool done)
{
    return done ? ok_none() : NULL;
}

/* {"envelope_key": {"Kms": {"region", "access_key_id", "secret_access_key", "session_token"}}} */
static bool read_envelope(struct request *r, json_t *holder)
{
    json_t *kms = json_object_get(json_object_get(holder, "envelope_key"), "Kms");
    natt_kms_client_credentials *c = &r->options.kms.credentials;
    *c = (natt_kms_client_credentials){.descriptor = -1};
    c->access_key = bytes_of(text_of(kms, "access_key_id"));
    c->secret_key = bytes_of(text_of(kms, "secret_access_key"));
    c->session_token = bytes_of(text_of(kms, "session_token"));
    r->options.kms.region = text_of(kms, "region");
    return c->access_key.ptr != NULL && c->secret_key.ptr != NULL && r->options.kms.region != NULL;
}

static bool open_provisioner(struct request *r)
{
    r->p = natt_provisioner_open(&r->options, &r->out->error);
    return r->p != NULL;
}

static json_t *json_of_token(const natt_provision_description *token)
{
    return json_pack("{s:s, s:i, s:I}", "label", token->label, "slot_id", (int)token->slot, "ttl_secs",
                     (json_int_t)token->ttl_s);
}

static json_t *describe_device(struct request *r)
{
    natt_provision_description list[NATT_TOKEN_MAX];
    if (!open_provisioner(r))
        return NULL;
    size_t count = natt_provision_list(r->p, list);
    json_t *tokens = json_array();
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(tokens, json_of_token(&list[i]));
    return json_pack("{s:{s:{s:i, s:o}}}", "Ok", "DeviceDescription", "free_slot_count", (int)(NATT_TOKEN_MAX - count),
                     "tokens", tokens);
}

/* Percent-encoded, except what a PKCS #11 URI may have unchanged [RFC7512 2.3]. */
static void put_uri_part(char *out, size_t capacity, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    size_t len = strlen(out);
    for (; *text != '\0' && len + 4 < capacity; text++)
        len += (size_t)snprintf(out + len, capacity - len, strchr(plain, *text) != NULL ? "%c" : "%%%02x",
                                (unsigned char)*text);
}

static void put_uri(char *out, size_t capacity, const natt_provision_description *token, const natt_database_key *key)
{
    (void)snprintf(out, capacity, "pkcs11:model=p11ne-token;manufacturer=Amazon;serial=EVT%02X;token=", token->slot);
    put_uri_part(out, capacity, token->label);
    size_t len = strlen(out);
    (void)snprintf(out + len, capacity - len, ";id=%%%02x;object=", key->id);
    put_uri_part(out, capacity, key->label);
    len = strlen(out);
    (void)snprintf(out + len, capacity - len, ";type=private");
}

static json_t *json_of_keys(const natt_provision_description *token)
{
    char uri[1024];
    json_t *keys = json_array();
    for (size_t i = 0; i < token->key_count; i++) {
        const natt_database_key *key = &token->keys[i].row;
        put_uri(uri, sizeof uri, token, key);
        (void)json_array_append_new(keys,
                                    json_pack("{s:s, s:i, s:s}", "label", key->label, "id", (int)key->id, "uri", uri));
    }
    return keys;
}

static json_t *describe_token(struct request *r)
{
    natt_provision_description token;
    if (!open_provisioner(r) || !natt_provision_describe(r->p, &token, r->label, r->pin, &r->out->error))
        return NULL;
    return json_pack("{s:{s:{s:s, s:i, s:I, s:o}}}", "Ok", "TokenDescription", "label", token.label, "slot_id",
                     (int)token.slot, "ttl_secs", (json_int_t)token.ttl_s, "keys", json_of_keys(&token));
}

static json_t *add_token(struct request *r)
{
    json_t *token = json_object_get(r->arguments, "token");
    natt_database *keys = natt_database_from_json(json_object_get(token, "keys"), &r->out->error);
    bool done = keys != NULL && open_provisioner(r) &&
                natt_provision_add(r->p, r->label, r->pin, natt_database_key_at(keys, 0), natt_database_key_count(keys),
                                   &r->out->error);
    natt_database_free(keys);
    return reply_if(done);
}

static json_t *refresh_token(struct request *r)
{
    return reply_if(open_provisioner(r) && natt_provision_refresh(r->p, r->label, r->pin, &r->out->error));
}

static json_t *remove_token(struct request *r)
{
    return reply_if(open_provisioner(r) && natt_provision_remove(r->p, r->label, r->pin, &r->out->error));
}

/* Label and PIN of the new token are not checked, as in the genuine server. */
static json_t *update_token(struct request *r)
{
    json_t *token = json_object_get(r->arguments, "token");
    natt_database *keys = natt_database_from_json(json_object_get(token, "keys"), &r->out->error);
    bool changed, done = keys != NULL && open_provisioner(r) &&
                         natt_provision_update(r->p, r->label, r->pin, natt_database_key_at(keys, 0),
                                               natt_database_key_count(keys), &changed, &r->out->error);
    natt_database_free(keys);
    return reply_if(done);
}

enum { NOTHING = 0, IDENTITY = 1, TOKEN = 2, ENVELOPE = 4 };

/* IDENTITY: label and pin; TOKEN: these, or the envelope, are in "token"; ENVELOPE: credentials. */
static const struct operation {
    const char *name;
    natt_rpc_operation *run;
    bool identity_in_token;
    unsigned needs;
} operations[] = {
    {"DescribeDevice", describe_device, false, NOTHING},
    {"DescribeToken", describe_token, false, IDENTITY},
    {"AddToken", add_token, true, IDENTITY | TOKEN | ENVELOPE},
    {"RefreshToken", refresh_token, false, IDENTITY | ENVELOPE},
    {"RemoveToken", remove_token, false, IDENTITY},
    {"UpdateToken", update_token, false, IDENTITY | TOKEN | ENVELOPE},
};

/* "NAME", or {"NAME": ARGUMENTS} with one member; only an operation without arguments is a string. */
static const struct operation *find_operation(json_t **arguments, json_t *json)
{
    const char *name = json_string_value(json);
    *arguments = NULL;
    if (json_object_size(json) == 1) {
        name = json_object_iter_key(json_object_iter(json));
        *arguments = json_object_iter_value(json_object_iter(json));
    }
    for (size_t i = 0; name != NULL && i < sizeof operations / sizeof operations[0]; i++)
        if (strcmp(operations[i].name, name) == 0 && json_is_object(*arguments) == (operations[i].needs != NOTHING))
            return &operations[i];
    return NULL;
}

/* For the log. */
static void put_label(char out[NATT_TOKEN_MAX_LABEL + 1], const char *label)
{
    (void)snprintf(out, NATT_TOKEN_MAX_LABEL + 1, "%s", label);
    for (; *out != '\0'; out++)
        if ((unsigned char)*out < 0x20 || *out == 0x7f)
            *out = '?';
}

static bool read_arguments(struct request *r, const struct operation *operation)
{
    r->out->reason = "an argument is missing, or has the wrong type";
    json_t *token = json_object_get(r->arguments, "token");
    json_t *identity = operation->identity_in_token ? token : r->arguments;
    r->label = text_of(identity, "label");
    r->pin = text_of(identity, "pin");
    bool complete = (operation->needs & IDENTITY) == 0 || (r->label != NULL && r->pin != NULL);
    if ((operation->needs & ENVELOPE) != 0)
        complete = complete && read_envelope(r, (operation->needs & TOKEN) != 0 ? token : r->arguments);
    if (complete && r->label != NULL)
        put_label(r->out->label, r->label);
    return complete;
}

/* The genuine server returns TokenRefreshFailed for every failure to decrypt again; the log has the cause. */
static natt_provision_error error_of(const struct request *r)
{
    natt_provision_error shown = r->out->error;
    bool of_keys = shown.code == NATT_PROVISION_E_DATABASE || shown.code == NATT_PROVISION_E_KMS ||
                   shown.code == NATT_PROVISION_E_KEY || shown.code == NATT_PROVISION_E_CERTIFICATE ||
                   shown.code == NATT_PROVISION_E_MISMATCH || shown.code == NATT_PROVISION_E_CHAIN ||
                   shown.code == NATT_PROVISION_E_ROOTS;
    if (of_keys && strcmp(r->out->operation, "RefreshToken") == 0)
        shown.code = NATT_PROVISION_E_REFRESH;
    return shown;
}

static char *run(struct request *r, const struct operation *operation)
{
    char error[1024];
    r->out->operation = operation->name;
    json_t *reply = operation->run(r);
    natt_provisioner_close(r->p);
    char *text = reply == NULL ? NULL : json_dumps(reply, JSON_COMPACT);
    json_decref(reply);
    if (text != NULL)
        return text;
    if (r->out->error.code == NATT_PROVISION_OK)
        (void)natt_provision_fail(&r->out->error, NATT_PROVISION_E_MEMORY, NULL);
    const natt_provision_error shown = error_of(r);
    return natt_provision_error_rpc(error, sizeof error, &shown) > 0 ? strdup(error) : NULL;
}

char *natt_rpc_handle(natt_rpc_outcome *out, const natt_provision_options *options, natt_bytes body)
{
    struct request r = {.options = *options, .out = out};
    *out = (natt_rpc_outcome){.operation = "", .reason = "the body is not JSON"};
    natt_provision_no_error(&out->error);
    json_t *json = json_loadb((const char *)body.ptr, body.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    if (json != NULL)
        out->reason = "the body is not a request of the RPC";
    const struct operation *operation = json == NULL ? NULL : find_operation(&r.arguments, json);
    char *reply = operation != NULL && read_arguments(&r, operation) ? run(&r, operation) : NULL;
    json_decref(json);
    return reply;
}
