/*
 * See state_json.h. {"boot_id", "ended_ms", "made_ms", "removed": [...], "serials": [...], "tokens": [{"label", "slot",
 * "complete", "made", "serial", "expires_s", "lifetime_s", "pin_salt", "pin_digest", "keys": [{"id", "label",
 * "wrapped", "pem", "spki", "certificates"}]}]}; bytes are hexadecimal, except PEM, which is text.
 * nsm/provision/forward reads it too.
 */
#include "nsm/provision/state_json.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static json_t *json_of_bytes(natt_bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *text = malloc(2 * bytes.len + 1);
    if (text == NULL)
        return NULL;
    for (size_t i = 0; i < bytes.len; i++) {
        text[2 * i] = digits[bytes.ptr[i] >> 4];
        text[2 * i + 1] = digits[bytes.ptr[i] & 15];
    }
    json_t *json = json_stringn(text, 2 * bytes.len);
    free(text);
    return json;
}

/* Exactly len bytes. */
static bool bytes_of_json(uint8_t *out, size_t len, const json_t *json)
{
    const char *text = json_string_value(json);
    if (text == NULL || json_string_length(json) != 2 * len)
        return false;
    for (size_t i = 0; i < len; i++) {
        int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool set(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0;
}

static bool set_bytes(json_t *object, const char *name, const uint8_t *bytes, size_t len)
{
    return set(object, name, json_of_bytes((natt_bytes){bytes, len}));
}

static bool put_key(json_t *keys, const natt_state_key *key)
{
    json_t *row = json_object();
    bool done = set(row, "id", json_integer((json_int_t)key->row.id)) &&
                set(row, "label", json_string(key->row.label)) &&
                set_bytes(row, "wrapped", key->row.wrapped.ptr, key->row.wrapped.len) &&
                set_bytes(row, "spki", key->spki, sizeof key->spki) &&
                set_bytes(row, "certificates", key->certificates, sizeof key->certificates);
    if (done && key->row.pem.ptr != NULL)
        done = set(row, "pem", json_stringn((const char *)key->row.pem.ptr, key->row.pem.len));
    return json_array_append_new(keys, row) == 0 && done;
}

static bool put_token(json_t *tokens, const natt_state_token *token)
{
    json_t *row = json_object(), *keys = json_array();
    bool done = true;
    for (size_t i = 0; i < token->key_count && done; i++)
        done = put_key(keys, &token->keys[i]);
    done = set(row, "keys", keys) && done && set(row, "label", json_string(token->label)) &&
           set(row, "slot", json_integer((json_int_t)token->slot)) &&
           set(row, "complete", json_boolean(token->complete)) && set(row, "made", json_boolean(token->made)) &&
           set_bytes(row, "serial", token->serial.bytes, sizeof token->serial.bytes) &&
           set(row, "expires_s", json_integer((json_int_t)token->expires_s)) &&
           set(row, "lifetime_s", json_integer((json_int_t)token->lifetime_s)) &&
           set_bytes(row, "pin_salt", token->pin_salt, sizeof token->pin_salt) &&
           set_bytes(row, "pin_digest", token->pin_digest, sizeof token->pin_digest);
    return json_array_append_new(tokens, row) == 0 && done;
}

static json_t *json_of_serials(const natt_state *state)
{
    json_t *serials = json_array();
    for (size_t i = 0; i < state->serial_count; i++)
        if (json_array_append_new(serials, json_of_bytes((natt_bytes){state->serials[i].bytes, NATT_TOKEN_SERIAL})) !=
            0) {
            json_decref(serials);
            return NULL;
        }
    return serials;
}

static json_t *json_of_removed(const natt_state *state)
{
    json_t *labels = json_array();
    for (size_t i = 0; i < state->removed_count; i++)
        if (json_array_append_new(labels, json_string(state->removed[i])) != 0) {
            json_decref(labels);
            return NULL;
        }
    return labels;
}

char *natt_state_to_json(const natt_state *state, const char *boot_id)
{
    json_t *all = json_object(), *tokens = json_array();
    bool done = true;
    for (size_t i = 0; i < state->token_count && done; i++)
        done = put_token(tokens, &state->tokens[i]);
    done = set(all, "tokens", tokens) && done && set(all, "boot_id", json_string(boot_id)) &&
           set(all, "serials", json_of_serials(state)) && set(all, "removed", json_of_removed(state)) &&
           set(all, "ended_ms", json_integer((json_int_t)state->ended_ms)) &&
           set(all, "made_ms", json_integer((json_int_t)state->made_ms));
    char *text = done ? json_dumps(all, JSON_COMPACT) : NULL;
    json_decref(all);
    return text;
}

/* The rows of one token; labels and PEM are views into the JSON, which natt_state_add copies. */
struct rows {
    natt_database_key *rows;
    uint8_t (*wrapped)[NATT_KMS_CLIENT_MAX_CIPHERTEXT];
};

static bool rows_new(struct rows *r, size_t count)
{
    r->rows = calloc(count + 1, sizeof *r->rows);
    r->wrapped = calloc(count + 1, sizeof *r->wrapped);
    return r->rows != NULL && r->wrapped != NULL;
}

static void rows_free(struct rows *r)
{
    free(r->rows);
    free(r->wrapped);
}

static bool read_row(struct rows *r, size_t i, const json_t *json)
{
    natt_database_key *row = &r->rows[i];
    const json_t *pem = json_object_get(json, "pem"), *wrapped = json_object_get(json, "wrapped");
    const json_int_t id = json_integer_value(json_object_get(json, "id"));
    size_t len = json_string_length(wrapped) / 2;
    *row = (natt_database_key){
        {r->wrapped[i], len}, (unsigned)id, json_string_value(json_object_get(json, "label")), {NULL, 0}};
    if (pem != NULL)
        row->pem = (natt_bytes){(const uint8_t *)json_string_value(pem), json_string_length(pem)};
    return row->label != NULL && id >= 0 && id <= 255 && len >= 1 && len <= NATT_KMS_CLIENT_MAX_CIPHERTEXT &&
           (pem == NULL || json_is_string(pem)) && bytes_of_json(r->wrapped[i], len, wrapped);
}

static bool read_digests(natt_state_token *token, const json_t *keys)
{
    bool read = true;
    for (size_t i = 0; i < token->key_count && read; i++) {
        const json_t *row = json_array_get(keys, i);
        natt_state_key *key = &token->keys[i];
        read = bytes_of_json(key->spki, sizeof key->spki, json_object_get(row, "spki")) &&
               bytes_of_json(key->certificates, sizeof key->certificates, json_object_get(row, "certificates"));
    }
    return read;
}

static bool read_members(natt_state_token *token, const json_t *json)
{
    json_int_t expires_s = json_integer_value(json_object_get(json, "expires_s"));
    json_int_t lifetime_s = json_integer_value(json_object_get(json, "lifetime_s"));
    json_int_t slot = json_integer_value(json_object_get(json, "slot"));
    token->slot = slot >= 0 && slot < NATT_TOKEN_MAX ? (unsigned)slot : 0;
    token->complete = json_is_true(json_object_get(json, "complete"));
    const json_t *made = json_object_get(json, "made");
    token->made = made == NULL ? token->complete : json_is_true(made); /* 0.1 wrote none */
    token->expires_s = expires_s > 0 ? (uint64_t)expires_s : 0;
    token->lifetime_s = lifetime_s > 0 && lifetime_s <= UINT32_MAX ? (uint32_t)lifetime_s : 0;
    return read_digests(token, json_object_get(json, "keys")) &&
           bytes_of_json(token->pin_salt, sizeof token->pin_salt, json_object_get(json, "pin_salt")) &&
           bytes_of_json(token->pin_digest, sizeof token->pin_digest, json_object_get(json, "pin_digest")) &&
           (made == NULL ||
            bytes_of_json(token->serial.bytes, sizeof token->serial.bytes, json_object_get(json, "serial")));
}

static bool fail_damaged(natt_provision_error *err)
{
    return natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "the file state is damaged");
}

static bool read_rows(struct rows *rows, const json_t *keys)
{
    bool read = true;
    for (size_t i = 0; read && i < json_array_size(keys); i++)
        read = read_row(rows, i, json_array_get(keys, i));
    return read;
}

static natt_state_token *add_token(natt_state *state, const char *label, const json_t *keys, natt_provision_error *err)
{
    struct rows rows;
    natt_state_token *token = NULL;
    size_t count = json_array_size(keys);
    if (!rows_new(&rows, count))
        (void)natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    else if (!read_rows(&rows, keys))
        (void)fail_damaged(err);
    else
        token = natt_state_add(state, label, rows.rows, count, err);
    rows_free(&rows);
    return token;
}

static bool read_token(natt_state *state, const json_t *json, natt_provision_error *err)
{
    const char *label = json_string_value(json_object_get(json, "label"));
    const json_t *keys = json_object_get(json, "keys");
    bool good = label != NULL && strlen(label) >= 1 && strlen(label) <= NATT_TOKEN_MAX_LABEL &&
                natt_state_find(state, label) == NULL && state->token_count < NATT_TOKEN_MAX && json_is_array(keys) &&
                json_array_size(keys) <= NATT_DATABASE_MAX_KEYS;
    if (!good)
        return fail_damaged(err);
    natt_state_token *token = add_token(state, label, keys, err);
    return token != NULL && (read_members(token, json) || fail_damaged(err));
}

static bool read_tokens(natt_state *state, const json_t *tokens, natt_provision_error *err)
{
    bool read = json_is_array(tokens) || fail_damaged(err);
    for (size_t i = 0; i < json_array_size(tokens) && read; i++)
        read = read_token(state, json_array_get(tokens, i), err);
    return read;
}

static bool read_serials(natt_state *state, const json_t *serials, natt_provision_error *err)
{
    bool read = (serials == NULL || json_is_array(serials)) && json_array_size(serials) <= NATT_STATE_MAX_SERIALS;
    for (size_t i = 0; read && i < json_array_size(serials); i++) {
        natt_token_serial serial;
        read = bytes_of_json(serial.bytes, sizeof serial.bytes, json_array_get(serials, i));
        if (read)
            natt_state_add_serial(state, &serial);
    }
    return read || fail_damaged(err);
}

static bool read_removed(natt_state *state, const json_t *labels, natt_provision_error *err)
{
    bool read = (labels == NULL || json_is_array(labels)) && json_array_size(labels) <= NATT_TOKEN_MAX;
    for (size_t i = 0; read && i < json_array_size(labels); i++) {
        const char *label = json_string_value(json_array_get(labels, i));
        read = label != NULL && strlen(label) >= 1 && strlen(label) <= NATT_TOKEN_MAX_LABEL;
        if (read)
            natt_state_note_removed(state, label);
    }
    return read || fail_damaged(err);
}

/* 0 after a reboot, which restarts the clock. */
static uint64_t read_time(const natt_state *state, const json_t *json)
{
    json_int_t ms = json_integer_value(json);
    return ms > 0 && !state->other_boot ? (uint64_t)ms : 0;
}

bool natt_state_from_json(natt_state *state, const char *text, const char *boot_id, natt_provision_error *err)
{
    json_t *all = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const char *written_at = json_string_value(json_object_get(all, "boot_id"));
    state->other_boot = written_at == NULL || boot_id[0] == '\0' || strcmp(written_at, boot_id) != 0;
    state->ended_ms = read_time(state, json_object_get(all, "ended_ms"));
    state->made_ms = read_time(state, json_object_get(all, "made_ms"));
    bool read = read_tokens(state, json_object_get(all, "tokens"), err) &&
                read_serials(state, json_object_get(all, "serials"), err) &&
                read_removed(state, json_object_get(all, "removed"), err);
    json_decref(all);
    return read;
}
