/* See database.h. Databases are public, so jansson's memory need not be wiped. */
#include "nsm/provision/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/base64.h>

#include "nsm/provision/database_json.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END   "-----END CERTIFICATE-----"

struct natt_database {
    json_t *json; /* labels are views into it */
    natt_database_key keys[NATT_DATABASE_MAX_KEYS];
    size_t key_count;
};

void natt_database_free(natt_database *database)
{
    if (database == NULL)
        return;
    for (size_t i = 0; i < database->key_count; i++) {
        free((void *)(uintptr_t)database->keys[i].wrapped.ptr);
        free((void *)(uintptr_t)database->keys[i].pem.ptr);
    }
    json_decref(database->json);
    free(database);
}

size_t natt_database_key_count(const natt_database *database)
{
    return database->key_count;
}

const natt_database_key *natt_database_key_at(const natt_database *database, size_t index)
{
    return index < database->key_count ? &database->keys[index] : NULL;
}

static bool fail_member(natt_provision_error *err, const char *member, const char *expected)
{
    return natt_provision_fail(err, NATT_PROVISION_E_DATABASE, "member \"%s\" must be %s", member, expected);
}

static const char *string_of(json_t *object, const char *member, natt_provision_error *err)
{
    const char *text = json_string_value(json_object_get(object, member));
    if (text == NULL)
        (void)fail_member(err, member, "a string");
    return text;
}

/* Only the decoded length is limited, since base64 may have line ends, as the command base64 writes them. */
static bool read_wrapped(natt_bytes *out, const char *text, const char *member, natt_provision_error *err)
{
    size_t len = 0;
    uint8_t *bytes = malloc(NATT_KMS_CLIENT_MAX_CIPHERTEXT);
    if (bytes == NULL)
        return natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    int result =
        mbedtls_base64_decode(bytes, NATT_KMS_CLIENT_MAX_CIPHERTEXT, &len, (const uint8_t *)text, strlen(text));
    *out = (natt_bytes){bytes, len}; /* freed with the database */
    return (result == 0 && len > 0) || fail_member(err, member, "base64 of 1 to 6144 bytes");
}

/* Puts each BEGIN on a new line: ACM's object form has no separator between leaf and chain. */
static size_t copy_lines(char *out, const char *text)
{
    size_t len = 0;
    for (const char *at = text; *at != '\0'; at++) {
        bool begins = strncmp(at, BEGIN, sizeof BEGIN - 1) == 0 && len > 0 && out[len - 1] != '\n';
        if (begins)
            out[len++] = '\n';
        out[len++] = *at;
    }
    if (len > 0 && out[len - 1] != '\n')
        out[len++] = '\n';
    return len;
}

/* `second` may be NULL. A text without certificates is absent. */
static bool read_pem(natt_bytes *out, const char *first, const char *second, natt_provision_error *err)
{
    size_t all = strlen(first) + (second == NULL ? 0 : strlen(second));
    if (all == 0)
        return true;
    char *lines = malloc(2 * all + 2); /* a newline for each BEGIN, and for each end */
    if (lines == NULL)
        return natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    size_t len = copy_lines(lines, first);
    if (second != NULL)
        len += copy_lines(lines + len, second);
    *out = (natt_bytes){(const uint8_t *)lines, len};
    return true;
}

static bool check_label(const char *label, natt_provision_error *err)
{
    size_t len = label == NULL ? 0 : strlen(label);
    return (len >= 1 && len <= NATT_DATABASE_MAX_LABEL) || fail_member(err, "label", "a string of 1 to 63 bytes");
}

static bool read_id(unsigned *out, json_t *object, natt_provision_error *err)
{
    json_t *id = json_object_get(object, "id");
    json_int_t value = json_integer_value(id);
    if (!json_is_integer(id) || value < 0 || value > 255)
        return fail_member(err, "id", "an integer from 0 to 255");
    *out = (unsigned)value;
    return true;
}

/* Accepts absent, null and a string. */
static bool read_optional_pem(natt_bytes *out, json_t *object, natt_provision_error *err)
{
    json_t *pem = json_object_get(object, "cert_pem");
    if (pem == NULL || json_is_null(pem))
        return true;
    return json_is_string(pem) ? read_pem(out, json_string_value(pem), NULL, err)
                               : fail_member(err, "cert_pem", "a string or null");
}

static bool read_row(natt_database_key *out, json_t *row, natt_provision_error *err)
{
    const char *wrapped = string_of(row, "encrypted_pem_b64", err);
    if (wrapped == NULL)
        return false;
    out->label = json_string_value(json_object_get(row, "label"));
    return check_label(out->label, err) && read_id(&out->id, row, err) &&
           read_wrapped(&out->wrapped, wrapped, "encrypted_pem_b64", err) && read_optional_pem(&out->pem, row, err);
}

static bool read_object(natt_database *database, const char *label, natt_provision_error *err)
{
    natt_database_key *key = &database->keys[0];
    const char *wrapped = string_of(database->json, "encryptedPrivateKey", err);
    const char *leaf = wrapped == NULL ? NULL : string_of(database->json, "certificate", err);
    json_t *chain = json_object_get(database->json, "certificateChain");
    if (leaf == NULL)
        return false;
    if (chain != NULL && !json_is_null(chain) && !json_is_string(chain))
        return fail_member(err, "certificateChain", "a string or null");
    key->id = 1;
    key->label = label;
    database->key_count = 1;
    return read_wrapped(&key->wrapped, wrapped, "encryptedPrivateKey", err) &&
           read_pem(&key->pem, leaf, json_string_value(chain), err);
}

static bool check_unique(const natt_database *database, size_t last, natt_provision_error *err)
{
    const natt_database_key *key = &database->keys[last];
    for (size_t i = 0; i < last; i++) {
        if (database->keys[i].id == key->id)
            return natt_provision_fail_id(err, key->id);
        if (strcmp(database->keys[i].label, key->label) == 0)
            return natt_provision_fail_label(err, key->label);
    }
    return true;
}

static bool read_array(natt_database *database, size_t least, natt_provision_error *err)
{
    size_t count = json_array_size(database->json);
    if (count < least || count > NATT_DATABASE_MAX_KEYS)
        return natt_provision_fail(err, NATT_PROVISION_E_DATABASE, "it has %zu keys; %zu to %d are expected", count,
                                   least, NATT_DATABASE_MAX_KEYS);
    for (size_t i = 0; i < count; i++) {
        database->key_count = i + 1;
        const natt_database_key *key = &database->keys[i];
        if (!read_row(&database->keys[i], json_array_get(database->json, i), err))
            return natt_provision_in_key(err, i);
        if (!check_unique(database, i, err))
            return natt_provision_in_key(err, i) || natt_provision_name_key(err, key->label, key->id);
    }
    return true;
}

/* If memory runs out, jansson reports no position. */
static bool fail_json(natt_provision_error *err, const json_error_t *e)
{
    if (e->line < 1)
        return natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    return natt_provision_fail(err, NATT_PROVISION_E_DATABASE, "line %d, column %d: %.120s", e->line, e->column,
                               e->text);
}

static bool read_json(natt_database *database, natt_bytes text, natt_provision_error *err)
{
    json_error_t e;
    if (text.len == 0 || text.len > NATT_DATABASE_MAX_SIZE)
        return natt_provision_fail(err, NATT_PROVISION_E_DATABASE, "it has %zu bytes; 1 to %d are expected", text.len,
                                   NATT_DATABASE_MAX_SIZE);
    database->json = json_loadb((const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, &e);
    return database->json != NULL || fail_json(err, &e);
}

static natt_database *database_new(natt_provision_error *err)
{
    natt_provision_no_error(err);
    natt_database *database = calloc(1, sizeof *database);
    if (database == NULL)
        (void)natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    return database;
}

static natt_database *finish(natt_database *database, bool read)
{
    if (read)
        return database;
    natt_database_free(database);
    return NULL;
}

natt_database *natt_database_parse(natt_bytes text, const char *label, natt_provision_error *err)
{
    natt_database *database = database_new(err);
    if (database == NULL)
        return NULL;
    return finish(database, read_json(database, text, err) &&
                                (json_is_array(database->json) ? read_array(database, 1, err)
                                                               : read_object(database, label, err)));
}

natt_database *natt_database_from_json(json_t *array, natt_provision_error *err)
{
    natt_database *database = database_new(err);
    if (database == NULL)
        return NULL;
    database->json = json_incref(array);
    return finish(database, json_is_array(array) ? read_array(database, 0, err) : fail_member(err, "keys", "an array"));
}

static json_t *json_of_base64(natt_bytes bytes)
{
    size_t len = 0, capacity = (bytes.len + 2) / 3 * 4 + 1;
    char *text = malloc(capacity);
    json_t *json = NULL;
    if (text != NULL && mbedtls_base64_encode((uint8_t *)text, capacity, &len, bytes.ptr, bytes.len) == 0)
        json = json_stringn(text, len);
    free(text);
    return json;
}

static char *dump(json_t *json, bool complete)
{
    char *text = complete ? json_dumps(json, JSON_INDENT(2)) : NULL;
    json_decref(json);
    return text;
}

static json_t *json_of_row(const natt_database_key *key, bool *complete)
{
    json_t *row = json_object();
    *complete = *complete && json_object_set_new(row, "encrypted_pem_b64", json_of_base64(key->wrapped)) == 0 &&
                json_object_set_new(row, "id", json_integer((json_int_t)key->id)) == 0 &&
                json_object_set_new(row, "label", json_string(key->label)) == 0;
    if (*complete && key->pem.ptr != NULL)
        *complete = json_object_set_new(row, "cert_pem", json_stringn((const char *)key->pem.ptr, key->pem.len)) == 0;
    return row;
}

char *natt_database_write_array(const natt_database_key *keys, size_t count)
{
    json_t *array = json_array();
    bool complete = array != NULL;
    for (size_t i = 0; i < count && complete; i++) {
        json_t *row = json_of_row(&keys[i], &complete);
        complete = json_array_append_new(array, row) == 0 && complete;
    }
    return dump(array, complete);
}

static bool is_at(natt_bytes text, size_t at, const char *word, size_t len)
{
    return text.len >= len && at <= text.len - len && memcmp(text.ptr + at, word, len) == 0;
}

/* The length of the first certificate, with the rest of its last line, up to the next one. */
static size_t leaf_len(natt_bytes pem)
{
    size_t at = 0;
    while (at < pem.len && !is_at(pem, at, END, sizeof END - 1))
        at++;
    while (at < pem.len && pem.ptr[at] != '\n' && !is_at(pem, at, BEGIN, sizeof BEGIN - 1))
        at++;
    return at < pem.len && pem.ptr[at] == '\n' ? at + 1 : at;
}

char *natt_database_write_object(const natt_database_key *key)
{
    json_t *object = json_object();
    size_t leaf = leaf_len(key->pem);
    const char *pem = key->pem.ptr == NULL ? "" : (const char *)key->pem.ptr;
    bool complete =
        json_object_set_new(object, "certificate", json_stringn(pem, leaf)) == 0 &&
        json_object_set_new(object, "certificateChain", json_stringn(pem + leaf, key->pem.len - leaf)) == 0 &&
        json_object_set_new(object, "encryptedPrivateKey", json_of_base64(key->wrapped)) == 0 &&
        json_object_set_new(object, "encryptionMethod", json_string("SYMMETRIC_DEFAULT")) == 0;
    return dump(object, complete);
}
