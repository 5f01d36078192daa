/* See credentials.h. */
#include "relying/kms/server/credentials.h"

#include <stdlib.h>
#include <string.h>

#include <mbedtls/platform_util.h>

#include "nsm/kms/sigv4.h"
#include "relying/kms/server/json_reason.h"

typedef struct field {
    const char *name;
    size_t offset; /* of a char * */
    bool needed;
    size_t most;
} field;

#define AT(member) offsetof(natt_kms_credential, member)

/* Lengths: IAM API reference, "AccessKey"; STS, "Credentials". */
static const field fields[] = {
    {"access_key_id", AT(access_key), true, 128},
    {"secret_access_key", AT(secret), true, NATT_SIGV4_MAX_SECRET},
    {"session_token", AT(session_token), false, 4096},
    {"principal", AT(principal), true, 255},
};

static bool fail(natt_kms_error *err, size_t i, const char *name, const char *text)
{
    return natt_kms_error_set(err, NATT_KMS_ERROR_USAGE, "credentials[%zu]%s%s: %s", i, name[0] != '\0' ? "." : "",
                              name, text);
}

static bool known(const char *name)
{
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (strcmp(fields[i].name, name) == 0)
            return true;
    return strcmp(name, "policy") == 0;
}

static bool check_names(const json_t *json, size_t i, natt_kms_error *err)
{
    const char *name = NULL;
    json_t *value = NULL;
    if (!json_is_object(json))
        return fail(err, i, "", "it is not an object");
    json_object_foreach((json_t *)json, name, value) if (!known(name)) return fail(err, i, name,
                                                                                   "there is no such member");
    return true;
}

static bool read_field(natt_kms_credential *out, const json_t *json, const field *f, size_t i, natt_kms_error *err)
{
    const json_t *value = json_object_get(json, f->name);
    const char *text = json_string_value(value);
    if (value == NULL)
        return !f->needed || fail(err, i, f->name, "it is missing");
    if (text == NULL || text[0] == '\0' || strlen(text) > f->most)
        return fail(err, i, f->name, "it is not a string, empty, or too long");
    char *copy = strdup(text);
    memcpy((char *)out + f->offset, &copy, sizeof copy);
    return copy != NULL || fail(err, i, f->name, "out of memory");
}

static bool is_plain(const char *arn)
{
    bool good = true;
    for (; *arn != '\0'; arn++)
        good = good && *arn > ' ' && *arn <= '~' && strchr("*?\"\\", *arn) == NULL;
    return good;
}

/* Only principals of this account: other accounts authorize theirs themselves. */
static bool check_principal(const char *principal, const char *account, size_t i, natt_kms_error *err)
{
    static const char *const starts[] = {"arn:aws:iam::", "arn:aws:sts::"};
    const size_t len = strlen(account);
    for (size_t s = 0; s < 2; s++) {
        const char *rest = principal + strlen(starts[s]);
        if (strncmp(principal, starts[s], strlen(starts[s])) == 0 && strncmp(rest, account, len) == 0 &&
            rest[len] == ':' && rest[len + 1] != '\0' && is_plain(principal))
            return true;
    }
    return natt_kms_error_set(
        err, NATT_KMS_ERROR_USAGE,
        "credentials[%zu].principal: it is not an ARN of account %s, such as arn:aws:iam::%s:user/NAME", i, account,
        account);
}

static bool read_policy(natt_kms_credential *out, const json_t *json, size_t i, natt_kms_error *err)
{
    natt_kms_policy_error policy_err;
    const json_t *policy = json_object_get(json, "policy");
    if (policy == NULL)
        return true;
    char *text = json_dumps(policy, JSON_COMPACT | JSON_ENCODE_ANY);
    if (text == NULL)
        return fail(err, i, "policy", "out of memory");
    out->policy = natt_kms_policy_parse((natt_bytes){(const uint8_t *)text, strlen(text)}, NATT_KMS_PRINCIPAL_POLICY,
                                        &policy_err);
    free(text);
    return out->policy != NULL || natt_kms_error_set(err, NATT_KMS_ERROR_USAGE, "credentials[%zu].policy: %s: %s", i,
                                                     policy_err.where, policy_err.text);
}

static bool check_unique(const natt_kms_credentials *credentials, const natt_kms_credential *one, size_t i,
                         natt_kms_error *err)
{
    natt_bytes key = {(const uint8_t *)one->access_key, strlen(one->access_key)};
    return natt_kms_credentials_find(credentials, key) == NULL || fail(err, i, "access_key_id", "it appears twice");
}

static bool read_one(natt_kms_credentials *credentials, const json_t *json, const char *account, natt_kms_error *err)
{
    natt_kms_credential *out = &credentials->list[credentials->count];
    const size_t i = credentials->count;
    bool good = check_names(json, i, err);
    for (size_t f = 0; good && f < sizeof fields / sizeof fields[0]; f++)
        good = read_field(out, json, &fields[f], i, err);
    good = good && check_principal(out->principal, account, i, err) && check_unique(credentials, out, i, err) &&
           read_policy(out, json, i, err);
    credentials->count++; /* the list frees the entries that were already read */
    return good;
}

static bool read_list(natt_kms_credentials *out, const json_t *root, const char *account, natt_kms_error *err)
{
    const json_t *list = json_object_get(root, "credentials");
    if (json_integer_value(json_object_get(root, "version")) != 1 || json_array_size(list) == 0 ||
        json_object_size(root) != 2)
        return natt_kms_error_set(err, NATT_KMS_ERROR_USAGE,
                                  "it is not {\"version\":1,\"credentials\":[...]} with at least one credential");
    out->list = calloc(json_array_size(list), sizeof *out->list);
    if (out->list == NULL)
        return natt_kms_error_set(err, NATT_KMS_ERROR_SYSTEM, "out of memory");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!read_one(out, json_array_get(list, i), account, err))
            return false;
    return true;
}

natt_kms_credentials *natt_kms_credentials_parse(natt_bytes text, const char *account, natt_kms_error *err)
{
    json_error_t where;
    natt_kms_credentials *out = calloc(1, sizeof *out);
    json_t *root = json_loadb((const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, &where);
    bool good = out != NULL && root != NULL && read_list(out, root, account, err);
    if (root == NULL)
        (void)natt_kms_error_set(err, NATT_KMS_ERROR_USAGE, "line %d, column %d: it is not JSON: %.*s", where.line,
                                 where.column, natt_kms_json_reason_len(&where), where.text);
    json_decref(root);
    if (good)
        return out;
    natt_kms_credentials_free(out);
    return NULL;
}

natt_kms_credentials *natt_kms_credentials_read(const char *path, const char *account, natt_kms_error *err)
{
    size_t len = 0;
    natt_kms_error inner;
    uint8_t *text = natt_kms_file_read(&len, path, true, err);
    if (text == NULL)
        return NULL;
    natt_kms_credentials *out = natt_kms_credentials_parse((natt_bytes){text, len}, account, &inner);
    mbedtls_platform_zeroize(text, len);
    free(text);
    if (out == NULL)
        (void)natt_kms_error_set(err, inner.kind, "%.200s: %.300s", path, inner.text);
    return out;
}

static void wipe(char *text)
{
    if (text != NULL)
        mbedtls_platform_zeroize(text, strlen(text));
    free(text);
}

void natt_kms_credentials_free(natt_kms_credentials *credentials)
{
    for (size_t i = 0; credentials != NULL && i < credentials->count; i++) {
        natt_kms_credential *one = &credentials->list[i];
        wipe(one->secret);
        wipe(one->session_token);
        free(one->access_key);
        free(one->principal);
        natt_kms_policy_free(one->policy);
    }
    if (credentials != NULL)
        free(credentials->list);
    free(credentials);
}

const natt_kms_credential *natt_kms_credentials_find(const natt_kms_credentials *credentials, natt_bytes access_key)
{
    for (size_t i = 0; i < credentials->count; i++)
        if (strlen(credentials->list[i].access_key) == access_key.len &&
            memcmp(credentials->list[i].access_key, access_key.ptr, access_key.len) == 0)
            return &credentials->list[i];
    return NULL;
}
