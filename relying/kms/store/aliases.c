/* Aliases, each with an HMAC. Used documents need no HMAC: a row has only a digest and its expiry time. */
#include <string.h>

#include "relying/kms/store/error.h"
#include "relying/kms/store/store_internal.h"

static bool alias_mac(const natt_kms_store *store, const natt_kms_alias *alias, uint8_t mac[NATT_KMS_MAC_LEN],
                      natt_kms_store_error *err)
{
    const natt_bytes fields[] = {natt_kms_bytes_of(alias->name), natt_kms_bytes_of(alias->key_id)};
    const int64_t numbers[] = {alias->created_ms, alias->updated_ms};
    return natt_kms_mac(store->keys, mac, "alias", fields, 2, numbers, 2) ||
           natt_kms_store_fail(err, NATT_KMS_STORE_FAILED, "mbedTLS failed");
}

/* The current row, with its HMAC verified. */
static bool read_row(const natt_kms_store *store, natt_kms_alias *out, sqlite3_stmt *statement,
                     natt_kms_store_error *err)
{
    uint8_t wanted[NATT_KMS_MAC_LEN];
    bool fits = natt_kms_copy_text(out->name, sizeof out->name, natt_kms_column(statement, 0)) &&
                natt_kms_copy_text(out->key_id, sizeof out->key_id, natt_kms_column(statement, 1));
    out->created_ms = sqlite3_column_int64(statement, 2);
    out->updated_ms = sqlite3_column_int64(statement, 3);
    if (fits && !alias_mac(store, out, wanted, err))
        return false;
    return (fits && natt_kms_same_mac(natt_kms_column(statement, 4), wanted)) || natt_kms_fail_changed(err, "an alias");
}

static bool load(natt_kms_store *store, natt_kms_alias *out, const char *name, natt_kms_store_error *err)
{
    const natt_kms_parameter parameters[] = {natt_kms_text(natt_kms_bytes_of(name))};
    sqlite3_stmt *statement = natt_kms_first(store, NATT_KMS_SQL_ALIAS, parameters, 1, "the alias", err);
    if (statement == NULL)
        return false;
    bool ok = read_row(store, out, statement, err) &&
              (strcmp(out->name, name) == 0 || natt_kms_fail_changed(err, "an alias"));
    natt_kms_end(statement);
    return ok;
}

static bool is_alias_name(const char *name)
{
    static const char prefix[] = "alias/";
    return natt_kms_text_fits(name, sizeof prefix, NATT_KMS_MAX_ALIAS + 1) &&
           memcmp(name, prefix, sizeof prefix - 1) == 0;
}

#define TEXT_OF(number)  #number
#define VALUE_OF(number) TEXT_OF(number)

static bool check_room(natt_kms_store *store, const char *key_id, natt_kms_store_error *err)
{
    const natt_kms_parameter parameters[] = {natt_kms_text(natt_kms_bytes_of(key_id)),
                                             natt_kms_number(NATT_KMS_MAX_KEY_ALIASES)};
    return natt_kms_check_room(store, NATT_KMS_SQL_MANY_ALIASES, parameters, 2,
                               "the key has " VALUE_OF(NATT_KMS_MAX_KEY_ALIASES) " aliases already, which is the limit",
                               err);
}

static bool insert(natt_kms_store *store, const natt_kms_alias *alias, natt_kms_store_error *err)
{
    uint8_t mac[NATT_KMS_MAC_LEN];
    if (!alias_mac(store, alias, mac, err))
        return false;
    const natt_kms_parameter parameters[] = {
        natt_kms_text(natt_kms_bytes_of(alias->name)), natt_kms_text(natt_kms_bytes_of(alias->key_id)),
        natt_kms_number(alias->created_ms), natt_kms_number(alias->updated_ms), natt_kms_blob(mac, sizeof mac)};
    return natt_kms_run(store, NATT_KMS_SQL_ADD_ALIAS, parameters, 5, "the alias cannot be added", err);
}

bool natt_kms_store_add_alias(natt_kms_store *store, const natt_kms_alias *alias, natt_kms_store_error *err)
{
    (void)natt_kms_store_succeed(err);
    if (!is_alias_name(alias->name) || !natt_kms_is_key_id(alias->key_id))
        return natt_kms_store_fail(err, NATT_KMS_STORE_ARGUMENT,
                                   "an alias begins with \"alias/\", has at most %d bytes, and names a key by its UUID",
                                   NATT_KMS_MAX_ALIAS);
    natt_kms_lock(store);
    bool ok = check_room(store, alias->key_id, err) && insert(store, alias, err);
    natt_kms_unlock(store);
    return ok;
}

static bool update(natt_kms_store *store, const char *name, const char *key_id, int64_t now_ms,
                   natt_kms_store_error *err)
{
    natt_kms_alias alias;
    uint8_t mac[NATT_KMS_MAC_LEN];
    if (!load(store, &alias, name, err))
        return false;
    if (strcmp(alias.key_id, key_id) != 0 && !check_room(store, key_id, err))
        return false;
    memcpy(alias.key_id, key_id, sizeof alias.key_id);
    alias.updated_ms = now_ms;
    if (!alias_mac(store, &alias, mac, err))
        return false;
    const natt_kms_parameter parameters[] = {natt_kms_text(natt_kms_bytes_of(key_id)), natt_kms_number(now_ms),
                                             natt_kms_blob(mac, sizeof mac), natt_kms_text(natt_kms_bytes_of(name))};
    return natt_kms_run(store, NATT_KMS_SQL_UPDATE_ALIAS, parameters, 4, "the alias cannot be changed", err);
}

bool natt_kms_store_update_alias(natt_kms_store *store, const char *name, const char *key_id, int64_t now_ms,
                                 natt_kms_store_error *err)
{
    (void)natt_kms_store_succeed(err);
    if (!natt_kms_is_key_id(key_id))
        return natt_kms_store_fail(err, NATT_KMS_STORE_ARGUMENT, "an alias names a key by its UUID");
    natt_kms_lock(store);
    bool ok = update(store, name, key_id, now_ms, err);
    natt_kms_unlock(store);
    return ok;
}

bool natt_kms_store_delete_alias(natt_kms_store *store, const char *name, natt_kms_store_error *err)
{
    const natt_kms_parameter parameters[] = {natt_kms_text(natt_kms_bytes_of(name))};
    (void)natt_kms_store_succeed(err);
    natt_kms_lock(store);
    bool ok = natt_kms_run(store, NATT_KMS_SQL_DELETE_ALIAS, parameters, 1, "the alias cannot be deleted", err);
    bool any = sqlite3_changes(store->db) > 0;
    natt_kms_unlock(store);
    return ok && (any || natt_kms_store_fail(err, NATT_KMS_STORE_NOT_FOUND, "the alias does not exist"));
}

bool natt_kms_store_alias(natt_kms_store *store, natt_kms_alias *out, const char *name, natt_kms_store_error *err)
{
    (void)natt_kms_store_succeed(err);
    natt_kms_lock(store);
    bool ok = load(store, out, name, err);
    natt_kms_unlock(store);
    if (!ok)
        memset(out, 0, sizeof *out);
    return ok;
}

static bool list(natt_kms_store *store, sqlite3_stmt *statement, natt_kms_alias *out, size_t capacity, size_t *count,
                 natt_kms_store_error *err)
{
    bool more = true, ok = true;
    while (ok && more && *count < capacity) {
        ok = read_row(store, &out[*count], statement, err);
        *count += ok;
        ok = ok && natt_kms_next(store, statement, &more, err);
    }
    natt_kms_end(statement);
    return ok;
}

bool natt_kms_store_list_aliases(natt_kms_store *store, natt_kms_alias *out, size_t capacity, size_t *count,
                                 const char *after, const char *key_id, natt_kms_store_error *err)
{
    natt_kms_store_error why = {.code = NATT_KMS_STORE_OK};
    const natt_kms_parameter parameters[] = {natt_kms_text(natt_kms_bytes_of(after != NULL ? after : "")),
                                             natt_kms_number((int64_t)(capacity < INT32_MAX ? capacity : INT32_MAX)),
                                             natt_kms_text(natt_kms_bytes_of(key_id != NULL ? key_id : ""))};
    *count = 0;
    (void)natt_kms_store_succeed(err);
    natt_kms_lock(store);
    sqlite3_stmt *statement =
        natt_kms_first(store, key_id != NULL ? NATT_KMS_SQL_LIST_ALIASES_OF : NATT_KMS_SQL_LIST_ALIASES, parameters,
                       key_id != NULL ? 3 : 2, "aliases", &why);
    bool ok =
        statement != NULL ? list(store, statement, out, capacity, count, &why) : why.code == NATT_KMS_STORE_NOT_FOUND;
    natt_kms_unlock(store);
    *count = ok ? *count : 0;
    return ok || natt_kms_store_fail(err, why.code, "%s", why.text);
}

static bool see(natt_kms_store *store, const uint8_t *canonical_id, int64_t expires_ms, int64_t now_ms,
                natt_kms_store_error *err)
{
    static const char what[] = "the document cannot be recorded";
    const natt_kms_parameter forget[] = {natt_kms_number(now_ms)};
    const natt_kms_parameter document[] = {natt_kms_blob(canonical_id, 48), natt_kms_number(expires_ms)};
    bool ok = natt_kms_run(store, NATT_KMS_SQL_BEGIN, NULL, 0, what, err) &&
              natt_kms_run(store, NATT_KMS_SQL_FORGET_DOCUMENTS, forget, 1, what, err) &&
              natt_kms_run(store, NATT_KMS_SQL_SEE_DOCUMENT, document, 2, what, err);
    return natt_kms_finish(store, ok, what, err);
}

bool natt_kms_store_see_document(natt_kms_store *store, const uint8_t canonical_id[48], int64_t expires_ms,
                                 int64_t now_ms, natt_kms_store_error *err)
{
    (void)natt_kms_store_succeed(err);
    natt_kms_lock(store);
    bool ok = see(store, canonical_id, expires_ms, now_ms, err);
    natt_kms_unlock(store);
    return ok;
}
