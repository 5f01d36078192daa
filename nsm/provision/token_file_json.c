/* See token_file_json.h. */
#include "nsm/provision/token_file_json.h"

#include <stdlib.h>
#include <string.h>

#include <mbedtls/base64.h>
#include <mbedtls/pem.h>

#include "nsm/recipient/secret.h"

#define KEY_ROOM (16 * 1024) /* an RSA key of 8192 bits has 6400 bytes of PEM */
#define BEGIN    "-----BEGIN CERTIFICATE-----\n"
#define END      "-----END CERTIFICATE-----\n"

static json_t *pem_of_key(mbedtls_pk_context *key)
{
    uint8_t *text = natt_secret_new(KEY_ROOM);
    json_t *json = NULL;
    if (text != NULL && mbedtls_pk_write_key_pem(key, text, KEY_ROOM) == 0)
        json = json_string((const char *)text);
    natt_secret_free(text, KEY_ROOM);
    return json;
}

/* Appends to the text at *out, which is freed if it fails. */
static bool append_certificate(char **out, const mbedtls_x509_crt *certificate)
{
    size_t have = *out == NULL ? 0 : strlen(*out), room = 2 * certificate->raw.len + 100, len;
    char *grown = realloc(*out, have + room);
    if (grown != NULL)
        *out = grown;
    if (grown != NULL && mbedtls_pem_write_buffer(BEGIN, END, certificate->raw.p, certificate->raw.len,
                                                  (uint8_t *)grown + have, room, &len) == 0)
        return true;
    free(*out);
    *out = NULL;
    return false;
}

static json_t *pem_of_chain(const mbedtls_x509_crt *chain)
{
    char *text = NULL;
    bool done = true;
    if (chain == NULL)
        return json_null();
    for (; chain != NULL && done; chain = chain->next)
        done = append_certificate(&text, chain);
    json_t *json = done ? json_string(text) : NULL;
    free(text);
    return json;
}

static json_t *base64_of(natt_bytes bytes)
{
    size_t room = 4 * (bytes.len / 3 + 1) + 1, len;
    char *text = malloc(room);
    json_t *json = NULL;
    if (text != NULL && mbedtls_base64_encode((uint8_t *)text, room, &len, bytes.ptr, bytes.len) == 0)
        json = json_stringn(text, len);
    free(text);
    return json;
}

static bool set(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0;
}

static bool append_key(json_t *list, const natt_token_key *key)
{
    json_t *row = json_object();
    bool done = set(row, "pem", pem_of_key(key->key)) && set(row, "encrypted_pem_b64", base64_of(key->wrapped)) &&
                set(row, "id", json_integer((json_int_t)key->id)) && set(row, "label", json_string(key->label)) &&
                set(row, "cert_pem", pem_of_chain(key->chain));
    return json_array_append_new(list, row) == 0 && done;
}

json_t *natt_token_file_slot(const char *label, const char *pin, const natt_token_key *keys, size_t count)
{
    json_t *slot = json_object(), *list = json_array();
    bool done = true;
    for (size_t i = 0; i < count && done; i++)
        done = append_key(list, &keys[i]);
    done = set(slot, "private_keys", list) && done && set(slot, "label", json_string(label)) &&
           set(slot, "pin", json_string(pin)) && set(slot, "expiry_ts", json_integer(0));
    if (done)
        return slot;
    json_decref(slot);
    return NULL;
}
