/* See provision.h: tokens are added, refreshed, updated. */
#include "nsm/provision/provisioner.h"

#include <stdlib.h>
#include <string.h>

#include <p11-kit/pkcs11.h>

#include "nsm/provision/label.h"
#include "nsm/provision/load.h"

static bool is_ours(const void *context, const natt_token_serial *serial)
{
    return natt_state_has_serial(context, serial);
}

natt_provisioner *natt_provisioner_open(const natt_provision_options *options, natt_provision_error *err)
{
    natt_provision_no_error(err);
    natt_provisioner *p = calloc(1, sizeof *p);
    if (p == NULL) {
        (void)natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
        return NULL;
    }
    p->options = *options;
    if (p->options.limit.until_ms == 0)
        p->options.limit.until_ms = natt_boottime_ms() + NATT_PROVISION_OPERATION_MS;
    if (!natt_state_open(&p->state, options->folder, &p->options.limit, err)) {
        free(p);
        return NULL;
    }
    if (p->state.ended_ms != 0 && options->end_connections != NULL)
        options->end_connections(options->watcher, p->state.ended_ms);
    p->module = natt_pkcs11_open(options->module, p->state.so_pin, err);
    if (p->module != NULL)
        natt_pkcs11_set_owner(p->module, is_ours, &p->state);
    if (p->module != NULL && natt_provisioner_clean(p, err))
        return p;
    natt_provisioner_close(p);
    return NULL;
}

void natt_provisioner_close(natt_provisioner *p)
{
    if (p == NULL)
        return;
    natt_pkcs11_close(p->module);
    natt_state_close(&p->state);
    free(p);
}

static bool check_key_labels(const natt_database_key *keys, size_t count, natt_provision_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!natt_label_check(keys[i].label, "key", err))
            return natt_provision_in_key(err, i);
    return true;
}

static bool check_label_and_pin(const char *label, const char *pin, natt_provision_error *err)
{
    size_t label_len = strlen(label), pin_len = strlen(pin);
    if (label_len < NATT_TOKEN_MIN_LABEL)
        return natt_provision_fail(err, NATT_PROVISION_E_LABEL_SHORT, NULL);
    if (label_len > NATT_TOKEN_MAX_LABEL)
        return natt_provision_fail(err, NATT_PROVISION_E_LABEL_LONG, NULL);
    if (!natt_label_check(label, "token", err))
        return false;
    if (pin_len < NATT_TOKEN_MIN_PIN)
        return natt_provision_fail(err, NATT_PROVISION_E_PIN_SHORT, NULL);
    return pin_len <= NATT_TOKEN_MAX_PIN || natt_provision_fail(err, NATT_PROVISION_E_PIN_LONG, NULL);
}

static const natt_token_serial any;

static bool check_is_new(natt_provisioner *p, const char *label, natt_provision_error *err)
{
    bool exists = false;
    if (natt_state_find(&p->state, label) != NULL)
        return natt_provision_fail(err, NATT_PROVISION_E_LABEL_IN_USE, "%s", label);
    return natt_token_exists(p->module, label, &any, &exists, err) &&
           (!exists || natt_provision_fail(err, NATT_PROVISION_E_LABEL_FOREIGN, "%s", label));
}

/* The loaded keys, in the form that the module needs. */
static natt_token_key *token_keys(natt_loaded_key *keys, const natt_database_key *rows, size_t count)
{
    natt_token_key *list = calloc(count + 1, sizeof *list);
    for (size_t i = 0; list != NULL && i < count; i++)
        list[i] = (natt_token_key){rows[i].id, rows[i].label, &keys[i].key,
                                   keys[i].chain.raw.p == NULL ? NULL : &keys[i].chain, rows[i].wrapped};
    return list;
}

static void keep_digests(natt_state_token *token, const natt_loaded_key *keys)
{
    for (size_t i = 0; i < token->key_count; i++) {
        memcpy(token->keys[i].spki, keys[i].spki, sizeof keys[i].spki);
        memcpy(token->keys[i].certificates, keys[i].certificates, sizeof keys[i].certificates);
    }
}

/* The token expired during the request to KMS, or while this process was stopped: a refresh must not revive it. */
static bool check_is_alive(natt_provisioner *p, natt_state_token *token, natt_provision_error *err)
{
    if (!natt_provisioner_has_expired(p, token))
        return true;
    (void)natt_provision_fail(err, NATT_PROVISION_E_NOT_FOUND, "%.32s, which has expired meanwhile", token->label);
    (void)natt_provisioner_drop(p, token, NULL);
    return false;
}

/* made_ms: the time when its objects were made; 0 = the earlier objects remain. */
static bool complete(natt_provisioner *p, natt_state_token *token, uint64_t made_ms, natt_provision_error *err)
{
    const uint64_t made_before_ms = p->state.made_ms;
    const natt_state_token before = *token;
    token->complete = true;
    token->expires_s = natt_boottime_s() + token->lifetime_s;
    if (made_ms != 0)
        p->state.made_ms = made_ms;
    if (natt_token_expire_in(p->module, token->label, token->lifetime_s, err) && natt_state_save(&p->state, err))
        return true;
    token->complete = before.complete;
    token->expires_s = before.expires_s;
    token->lifetime_s = before.lifetime_s;
    p->state.made_ms = made_before_ms;
    return false;
}

/* The state gets its serial number before it gets a PIN, so before any login is possible. */
static bool begin(natt_provisioner *p, natt_state_token *token, natt_provision_error *err)
{
    if (!natt_token_begin(p->module, token->label, &token->serial, err))
        return false;
    token->made = true;
    natt_state_add_serial(&p->state, &token->serial);
    return natt_state_save(&p->state, err);
}

/* Removes all traces of the token. If the label is in use, that token is not ours. */
static void give_up(natt_provisioner *p, natt_state_token *token, const natt_provision_error *why)
{
    const bool of_others =
        why != NULL && (why->code == NATT_PROVISION_E_LABEL_IN_USE || why->code == NATT_PROVISION_E_LABEL_FOREIGN);
    if (token->made || !of_others) {
        (void)natt_provisioner_drop(p, token, NULL);
        return;
    }
    natt_state_drop(&p->state, token);
    (void)natt_state_save(&p->state, NULL);
}

/* Writes the token into the state before it creates it in the module. */
static bool make(natt_provisioner *p, natt_state_token *token, const char *pin, natt_loaded_key *keys,
                 const natt_database_key *rows, natt_provision_error *err)
{
    keep_digests(token, keys);
    token->made = false;
    token->serial = any;
    natt_token_key *list = token_keys(keys, rows, token->key_count);
    bool begun = list != NULL ? natt_state_set_pin(token, pin, err) && natt_state_save(&p->state, err)
                              : natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    bool made = begun && begin(p, token, err) &&
                natt_token_fill(p->module, token->label, &token->serial, pin, list, token->key_count, err) &&
                complete(p, token, natt_boottime_ms(), err);
    if (!made && err != NULL && err->key < token->key_count)
        (void)natt_provision_name_key(err, rows[err->key].label, rows[err->key].id);
    free(list);
    if (!made)
        give_up(p, token, err);
    return made;
}

bool natt_provision_add(natt_provisioner *p, const char *label, const char *pin, const natt_database_key *keys,
                        size_t count, natt_provision_error *err)
{
    natt_provision_no_error(err);
    if (!check_label_and_pin(label, pin, err) || !check_key_labels(keys, count, err) || !check_is_new(p, label, err))
        return false;
    natt_loaded_key *loaded = natt_keys_load(&p->options, keys, count, err);
    if (loaded == NULL)
        return false;
    natt_state_token *token = natt_state_add(&p->state, label, keys, count, err);
    if (token != NULL)
        token->lifetime_s = p->options.lifetime_s;
    bool made = token != NULL && make(p, token, pin, loaded, keys, err);
    natt_keys_free(loaded, count);
    return made;
}

/* Treats an expired or incomplete token as removed: a refresh must not revive it. _NOT_FOUND, _PIN_WRONG. */
static natt_state_token *find(natt_provisioner *p, const char *label, const char *pin, natt_provision_error *err)
{
    natt_state_token *token = natt_state_find(&p->state, label);
    if (token == NULL || natt_provisioner_has_expired(p, token)) {
        if (token != NULL)
            (void)natt_provisioner_drop(p, token, NULL); /* since this provisioner was opened */
        (void)natt_provision_fail(err, NATT_PROVISION_E_NOT_FOUND, "%.32s", label);
        return NULL;
    }
    return natt_state_check_pin(token, pin, err) ? token : NULL;
}

static natt_database_key *rows_of(const natt_state_token *token)
{
    natt_database_key *rows = calloc(token->key_count + 1, sizeof *rows);
    for (size_t i = 0; rows != NULL && i < token->key_count; i++)
        rows[i] = token->keys[i].row;
    return rows;
}

static bool check_same(const natt_state_token *token, const natt_loaded_key *loaded, natt_provision_error *err)
{
    for (size_t i = 0; i < token->key_count; i++)
        if (memcmp(token->keys[i].spki, loaded[i].spki, sizeof loaded[i].spki) != 0) {
            (void)natt_provision_fail(err, NATT_PROVISION_E_REFRESH, NULL);
            return natt_provision_in_key(err, i) ||
                   natt_provision_name_key(err, token->keys[i].row.label, token->keys[i].row.id);
        }
    return true;
}

/* Checks the token in the module, with one signature of each key. *works false: consumers cannot use its objects. */
static bool compare_keys(natt_provisioner *p, const natt_state_token *token, const char *pin, natt_loaded_key *loaded,
                         const natt_database_key *rows, size_t count, natt_provision_error *err)
{
    natt_token_key *list = token_keys(loaded, rows, count);
    bool same = list != NULL ? natt_token_check_keys(p->module, token->label, &token->serial, pin, list, count, err)
                             : natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    free(list);
    return same;
}

/*
 * *works false: the module has lost the token, or it has a PIN that differs from the state, or other objects. SoftHSM
 * gives a token the PIN of its predecessor if a program logged in during the removal. Anyone with the PIN can delete
 * and replace objects.
 */
static bool check_works(natt_provisioner *p, natt_state_token *token, const char *pin, natt_loaded_key *loaded,
                        const natt_database_key *rows, size_t count, bool *works, natt_provision_error *err)
{
    natt_provision_error e;
    if (!natt_provisioner_has(p, token, works, err))
        return false;
    natt_provision_no_error(&e);
    *works = *works && compare_keys(p, token, pin, loaded, rows, count, &e);
    if (e.code == NATT_PROVISION_OK || e.code == NATT_PROVISION_E_PIN_WRONG || e.code == NATT_PROVISION_E_OBJECTS ||
        e.ckr == CKR_USER_PIN_NOT_INITIALIZED)
        return true;
    if (err != NULL)
        *err = e;
    return false;
}

/* Restarts the lifetime of a working token; recreates any other. */
static bool extend(natt_provisioner *p, natt_state_token *token, const char *pin, natt_loaded_key *loaded,
                   const natt_database_key *rows, natt_provision_error *err)
{
    bool works;
    if (!check_works(p, token, pin, loaded, rows, token->key_count, &works, err) || !check_is_alive(p, token, err))
        return false;
    if (!works)
        return natt_provisioner_vacate(p, token, err) && make(p, token, pin, loaded, rows, err);
    token->made = true;
    return complete(p, token, 0, err);
}

static bool attest_again(natt_provisioner *p, natt_state_token *token, const char *pin, natt_provision_error *err)
{
    size_t count = token->key_count;
    natt_database_key *rows = rows_of(token);
    natt_loaded_key *loaded = NULL;
    if (rows == NULL)
        return natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    natt_provision_options options = p->options;
    if (natt_provisioner_expires_ms(token) < options.limit.until_ms)
        options.limit.until_ms = natt_provisioner_expires_ms(token); /* consumers could not use it */
    loaded = natt_keys_load(&options, rows, count, err);
    bool done = loaded != NULL && check_same(token, loaded, err) && extend(p, token, pin, loaded, rows, err);
    natt_keys_free(loaded, count);
    free(rows);
    return done;
}

bool natt_provision_refresh(natt_provisioner *p, const char *label, const char *pin, natt_provision_error *err)
{
    natt_provision_no_error(err);
    natt_state_token *token = find(p, label, pin, err);
    if (token == NULL)
        return false;
    if (token->key_count == 0)
        return natt_provision_fail(err, NATT_PROVISION_E_EMPTY, NULL);
    return attest_again(p, token, pin, err);
}

/* Compares what consumers see, without the wrapping: a key that is packed again is the same key. */
static bool differs(const natt_state_token *token, const natt_database_key *keys, const natt_loaded_key *loaded,
                    size_t count)
{
    bool differ = token->key_count != count;
    for (size_t i = 0; i < count && !differ; i++) {
        const natt_state_key *old = &token->keys[i];
        differ = old->row.id != keys[i].id || strcmp(old->row.label, keys[i].label) != 0 ||
                 memcmp(old->spki, loaded[i].spki, sizeof old->spki) != 0 ||
                 memcmp(old->certificates, loaded[i].certificates, sizeof old->certificates) != 0;
    }
    return differ;
}

/* With the PIN the keys are removed first, so that an interrupted removal leaves none; without it C_InitToken removes
 * them. */
static bool remove_token(natt_provisioner *p, natt_state_token *token, const char *pin, natt_provision_error *err)
{
    token->complete = false;
    natt_provisioner_end_connections(p);
    (void)natt_state_save(&p->state, NULL); /* again in natt_provisioner_drop, which reports a failure */
    (void)natt_token_destroy_keys(p->module, token->label, &token->serial, pin, NULL);
    return natt_provisioner_drop(p, token, err);
}

/* Removes the old token; the new one gets its slot. */
static bool replace(natt_provisioner *p, natt_state_token *token, const char *pin, const natt_database_key *keys,
                    natt_loaded_key *loaded, size_t count, natt_provision_error *err)
{
    const natt_state_token old = *token;
    if (!remove_token(p, token, pin, err))
        return false;
    token = natt_state_add(&p->state, old.label, keys, count, err);
    if (token == NULL)
        return false;
    token->slot = old.slot;
    token->lifetime_s = old.lifetime_s;
    return make(p, token, pin, loaded, keys, err);
}

/* New objects would have new handles, so running consumers would have to reload. */
static bool keep(natt_provisioner *p, natt_state_token *token, const natt_database_key *keys, natt_provision_error *err)
{
    token->made = true;
    return natt_state_set_wrapped(token, keys, err) && complete(p, token, 0, err);
}

/* Decrypts and checks the new keys before it removes the old token. */
bool natt_provision_update(natt_provisioner *p, const char *label, const char *pin, const natt_database_key *keys,
                           size_t count, bool *changed, natt_provision_error *err)
{
    natt_provision_no_error(err);
    *changed = false;
    natt_state_token *token = check_key_labels(keys, count, err) ? find(p, label, pin, err) : NULL;
    natt_loaded_key *loaded = token == NULL ? NULL : natt_keys_load(&p->options, keys, count, err);
    if (loaded == NULL)
        return false;
    bool works = false;
    if (p->options.sets_lifetime)
        token->lifetime_s = p->options.lifetime_s;
    bool done = check_works(p, token, pin, loaded, keys, count, &works, err) && check_is_alive(p, token, err);
    bool anew = done && (!works || differs(token, keys, loaded, count));
    if (done)
        done = anew ? replace(p, token, pin, keys, loaded, count, err) : keep(p, token, keys, err);
    natt_keys_free(loaded, count);
    *changed = done && anew;
    return done;
}

bool natt_provision_remove(natt_provisioner *p, const char *label, const char *pin, natt_provision_error *err)
{
    natt_provision_no_error(err);
    natt_state_token *token = find(p, label, pin, err);
    if (token == NULL)
        return false;
    bool there = !token->made;
    if (token->made && !natt_provisioner_has(p, token, &there, err))
        return false;
    natt_state_note_removed(&p->state, label);
    return remove_token(p, token, pin, err) &&
           (there || natt_provision_fail(err, NATT_PROVISION_E_MODULE,
                                         "it does not show token %.32s, whose keys may remain where another "
                                         "configuration of the module finds them",
                                         label));
}

static natt_provision_description describe(const natt_state_token *token)
{
    natt_provision_description out = {.slot = token->slot, .key_count = token->key_count, .keys = token->keys};
    uint64_t now = natt_boottime_s();
    memcpy(out.label, token->label, sizeof out.label);
    out.ttl_s = token->expires_s > now ? token->expires_s - now : 0;
    return out;
}

bool natt_provision_describe(natt_provisioner *p, natt_provision_description *out, const char *label, const char *pin,
                             natt_provision_error *err)
{
    natt_provision_no_error(err);
    const natt_state_token *token = find(p, label, pin, err);
    if (token != NULL)
        *out = describe(token);
    return token != NULL;
}

size_t natt_provision_list(natt_provisioner *p, natt_provision_description out[NATT_TOKEN_MAX])
{
    for (size_t i = 0; i < p->state.token_count; i++)
        out[i] = describe(&p->state.tokens[i]);
    return p->state.token_count;
}
