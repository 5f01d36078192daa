/* Keys: one row each, with policy and sealed secret, so that one HMAC covers all data of a key. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/platform_util.h>

#include "relying/kms/store/error.h"
#include "relying/kms/store/store_internal.h"

/* The columns of table keys; views of the caller's memory, or of a statement's current row. */
struct row {
    struct natt_kms_owner owner;
    natt_bytes description, policy, nonce, sealed;
    int64_t state, created_ms, deletion_ms;
};

static bool row_mac(const natt_kms_store *store, const struct row *row, uint8_t mac[NATT_KMS_MAC_LEN],
                    natt_kms_store_error *err)
{
    const natt_bytes fields[] = {row->owner.id,    row->owner.spec, row->owner.usage, row->owner.material_id,
                                 row->description, row->policy,     row->nonce,       row->sealed};
    const int64_t numbers[] = {row->state, row->created_ms, row->deletion_ms};
    return natt_kms_mac(store->keys, mac, "key", fields, sizeof fields / sizeof fields[0], numbers,
                        sizeof numbers / sizeof numbers[0]) ||
           natt_kms_store_fail(err, NATT_KMS_STORE_FAILED, "mbedTLS failed");
}

static struct row row_of_statement(sqlite3_stmt *statement)
{
    struct row row;
    row.owner = (struct natt_kms_owner){natt_kms_column(statement, 0), natt_kms_column(statement, 1),
                                        natt_kms_column(statement, 2), natt_kms_column(statement, 3)};
    row.description = natt_kms_column(statement, 4);
    row.policy = natt_kms_column(statement, 5);
    row.nonce = natt_kms_column(statement, 6);
    row.sealed = natt_kms_column(statement, 7);
    row.state = sqlite3_column_int64(statement, 8);
    row.created_ms = sqlite3_column_int64(statement, 9);
    row.deletion_ms = sqlite3_column_int64(statement, 10);
    return row;
}

static bool check_row(const natt_kms_store *store, const struct row *row, natt_bytes id, natt_bytes mac,
                      natt_kms_store_error *err)
{
    uint8_t wanted[NATT_KMS_MAC_LEN];
    if (!row_mac(store, row, wanted, err))
        return false;
    bool same_id = row->owner.id.len == id.len && memcmp(row->owner.id.ptr, id.ptr, id.len) == 0;
    return (same_id && natt_kms_same_mac(mac, wanted)) || natt_kms_fail_changed(err, "the key");
}

/* The row of a key, with its HMAC verified. If it is not NULL, call natt_kms_end after it. */
static sqlite3_stmt *load(natt_kms_store *store, struct row *row, const char *id, natt_kms_store_error *err)
{
    const natt_kms_parameter parameters[] = {natt_kms_text(natt_kms_bytes_of(id))};
    sqlite3_stmt *statement = natt_kms_first(store, NATT_KMS_SQL_KEY, parameters, 1, "the key", err);
    if (statement == NULL)
        return NULL;
    *row = row_of_statement(statement);
    if (check_row(store, row, parameters[0].bytes, natt_kms_column(statement, 11), err))
        return statement;
    natt_kms_end(statement);
    return NULL;
}

static bool row_to_key(natt_kms_key *out, const struct row *row, natt_kms_store_error *err)
{
    out->state = (natt_kms_state)row->state;
    out->created_ms = row->created_ms;
    out->deletion_ms = row->deletion_ms;
    return (natt_kms_copy_text(out->id, sizeof out->id, row->owner.id) &&
            natt_kms_copy_text(out->spec, sizeof out->spec, row->owner.spec) &&
            natt_kms_copy_text(out->usage, sizeof out->usage, row->owner.usage) &&
            natt_kms_copy_text(out->material_id, sizeof out->material_id, row->owner.material_id) &&
            natt_kms_copy_text(out->description, sizeof out->description, row->description)) ||
           natt_kms_fail_changed(err, "the key");
}

static bool copy_policy(char **out, natt_bytes policy, natt_kms_store_error *err)
{
    *out = malloc(policy.len + 1);
    return (*out != NULL && natt_kms_copy_text(*out, policy.len + 1, policy)) ||
           natt_kms_store_fail(err, NATT_KMS_STORE_FAILED, "out of memory");
}

static bool unseal(const natt_kms_store *store, const struct row *row, uint8_t *out, size_t *len,
                   natt_kms_store_error *err)
{
    if (row->sealed.len < NATT_KMS_TAG_LEN || row->sealed.len - NATT_KMS_TAG_LEN > NATT_KMS_MAX_SECRET ||
        !natt_kms_unseal(store->keys, out, &row->owner, row->nonce, row->sealed))
        return natt_kms_fail_changed(err, "the secret");
    *len = row->sealed.len - NATT_KMS_TAG_LEN;
    return true;
}

/* --- adding --- */

static bool check_key(const natt_kms_key *key, natt_bytes secret, const char *policy, natt_kms_store_error *err)
{
    bool texts = natt_kms_is_key_id(key->id) && natt_kms_text_fits(key->spec, 1, sizeof key->spec) &&
                 natt_kms_text_fits(key->usage, 1, sizeof key->usage) &&
                 natt_kms_text_fits(key->material_id, 0, sizeof key->material_id) &&
                 natt_kms_text_fits(key->description, 0, sizeof key->description);
    bool state = key->state >= NATT_KMS_ENABLED && key->state <= NATT_KMS_PENDING_DELETION &&
                 (key->state == NATT_KMS_PENDING_DELETION) == (key->deletion_ms > 0);
    if (!texts || !state)
        return natt_kms_store_fail(err, NATT_KMS_STORE_ARGUMENT, "the key's UUID, spec, usage or state is not valid");
    if (secret.ptr == NULL || secret.len == 0 || secret.len > NATT_KMS_MAX_SECRET)
        return natt_kms_store_fail(err, NATT_KMS_STORE_ARGUMENT, "a secret has 1 to %d bytes", NATT_KMS_MAX_SECRET);
    return natt_kms_text_fits(policy, 1, NATT_KMS_MAX_KEY_POLICY + 1) ||
           natt_kms_store_fail(err, NATT_KMS_STORE_ARGUMENT, "a policy has 1 to %d bytes", NATT_KMS_MAX_KEY_POLICY);
}

static struct row row_of_key(const natt_kms_key *key, const char *policy)
{
    struct row row = {
        .owner = {natt_kms_bytes_of(key->id), natt_kms_bytes_of(key->spec), natt_kms_bytes_of(key->usage),
                  natt_kms_bytes_of(key->material_id)},
        .description = natt_kms_bytes_of(key->description),
        .policy = natt_kms_bytes_of(policy),
        .state = key->state,
        .created_ms = key->created_ms,
        .deletion_ms = key->deletion_ms,
    };
    return row;
}

static bool insert(natt_kms_store *store, const struct row *row, natt_kms_store_error *err)
{
    uint8_t mac[NATT_KMS_MAC_LEN];
    if (!row_mac(store, row, mac, err))
        return false;
    const natt_kms_parameter parameters[] = {
        natt_kms_text(row->owner.id),
        natt_kms_text(row->owner.spec),
        natt_kms_text(row->owner.usage),
        natt_kms_text(row->owner.material_id),
        natt_kms_text(row->description),
        natt_kms_text(row->policy),
        natt_kms_blob(row->nonce.ptr, row->nonce.len),
        natt_kms_blob(row->sealed.ptr, row->sealed.len),
        natt_kms_number(row->state),
        natt_kms_number(row->created_ms),
        natt_kms_number(row->deletion_ms),
        natt_kms_blob(mac, sizeof mac),
    };
    return natt_kms_run(store, NATT_KMS_SQL_ADD_KEY, parameters, sizeof parameters / sizeof parameters[0],
                        "the key cannot be added", err);
}

static bool check_room(natt_kms_store *store, natt_kms_store_error *err)
{
    char full[96];
    const natt_kms_parameter most[] = {natt_kms_number(store->max_keys)};
    (void)snprintf(full, sizeof full, "there are %lld keys already, which is the limit", (long long)store->max_keys);
    return natt_kms_check_room(store, NATT_KMS_SQL_MANY_KEYS, most, 1, full, err);
}

bool natt_kms_store_has_room(natt_kms_store *store, natt_kms_store_error *err)
{
    (void)natt_kms_store_succeed(err);
    natt_kms_lock(store);
    bool ok = check_room(store, err);
    natt_kms_unlock(store);
    return ok;
}

bool natt_kms_store_add_key(natt_kms_store *store, const natt_kms_key *key, natt_bytes secret, const char *policy,
                            natt_kms_store_error *err)
{
    uint8_t nonce[NATT_KMS_NONCE_LEN], sealed[NATT_KMS_MAX_SECRET + NATT_KMS_TAG_LEN];
    (void)natt_kms_store_succeed(err);
    if (!check_key(key, secret, policy, err))
        return false;
    struct row row = row_of_key(key, policy);
    if (!natt_kms_seal(store->keys, nonce, sealed, &row.owner, secret))
        return natt_kms_store_fail(err, NATT_KMS_STORE_FAILED, "the secret cannot be sealed: mbedTLS failed");
    row.nonce = (natt_bytes){nonce, sizeof nonce};
    row.sealed = (natt_bytes){sealed, secret.len + NATT_KMS_TAG_LEN};
    natt_kms_lock(store);
    bool ok = check_room(store, err) && insert(store, &row, err);
    natt_kms_unlock(store);
    return ok;
}

/* --- reading --- */

static bool read_key(natt_kms_store *store, natt_kms_key *out, char **policy, const char *id, natt_kms_store_error *err)
{
    struct row row;
    sqlite3_stmt *statement = load(store, &row, id, err);
    if (statement == NULL)
        return false;
    bool ok = (out == NULL || row_to_key(out, &row, err)) && (policy == NULL || copy_policy(policy, row.policy, err));
    natt_kms_end(statement);
    return ok;
}

/* out or policy may be NULL. */
static bool read_locked(natt_kms_store *store, natt_kms_key *out, char **policy, const char *id,
                        natt_kms_store_error *err)
{
    (void)natt_kms_store_succeed(err);
    if (out != NULL)
        memset(out, 0, sizeof *out);
    natt_kms_lock(store);
    bool ok = read_key(store, out, policy, id, err);
    natt_kms_unlock(store);
    if (!ok && out != NULL)
        memset(out, 0, sizeof *out);
    return ok;
}

bool natt_kms_store_key(natt_kms_store *store, natt_kms_key *out, const char *id, natt_kms_store_error *err)
{
    return read_locked(store, out, NULL, id, err);
}

bool natt_kms_store_key_and_policy(natt_kms_store *store, natt_kms_key *out, char **policy, const char *id,
                                   natt_kms_store_error *err)
{
    *policy = NULL;
    return read_locked(store, out, policy, id, err);
}

char *natt_kms_store_policy(natt_kms_store *store, const char *id, natt_kms_store_error *err)
{
    char *policy = NULL;
    return read_locked(store, NULL, &policy, id, err) ? policy : NULL;
}

bool natt_kms_store_secret(natt_kms_store *store, uint8_t out[NATT_KMS_MAX_SECRET], size_t *len, const char *id,
                           natt_kms_store_error *err)
{
    struct row row;
    *len = 0;
    (void)natt_kms_store_succeed(err);
    natt_kms_lock(store);
    sqlite3_stmt *statement = load(store, &row, id, err);
    bool ok = statement != NULL && unseal(store, &row, out, len, err);
    if (statement != NULL)
        natt_kms_end(statement);
    natt_kms_unlock(store);
    return ok;
}

static bool list(natt_kms_store *store, sqlite3_stmt *statement, char (*out)[NATT_KMS_KEY_ID_LEN + 1], size_t capacity,
                 size_t *count, natt_kms_store_error *err)
{
    bool more = true, ok = true;
    while (ok && more && *count < capacity) {
        ok = natt_kms_copy_text(out[*count], sizeof out[0], natt_kms_column(statement, 0)) ||
             natt_kms_fail_changed(err, "a key");
        *count += ok;
        ok = ok && natt_kms_next(store, statement, &more, err);
    }
    natt_kms_end(statement);
    return ok;
}

bool natt_kms_store_list_keys(natt_kms_store *store, char (*out)[NATT_KMS_KEY_ID_LEN + 1], size_t capacity,
                              size_t *count, const char *after, natt_kms_store_error *err)
{
    natt_kms_store_error why = {.code = NATT_KMS_STORE_OK};
    const natt_kms_parameter parameters[] = {natt_kms_text(natt_kms_bytes_of(after != NULL ? after : "")),
                                             natt_kms_number((int64_t)(capacity < INT32_MAX ? capacity : INT32_MAX))};
    *count = 0;
    (void)natt_kms_store_succeed(err);
    natt_kms_lock(store);
    sqlite3_stmt *statement = natt_kms_first(store, NATT_KMS_SQL_LIST_KEYS, parameters, 2, "keys", &why);
    bool ok =
        statement != NULL ? list(store, statement, out, capacity, count, &why) : why.code == NATT_KMS_STORE_NOT_FOUND;
    natt_kms_unlock(store);
    *count = ok ? *count : 0;
    return ok || natt_kms_store_fail(err, why.code, "%s", why.text);
}

/* --- changing --- */

static bool set_state(natt_kms_store *store, const char *id, unsigned from, natt_kms_state to, int64_t deletion_ms,
                      natt_kms_store_error *err)
{
    struct row row;
    uint8_t mac[NATT_KMS_MAC_LEN];
    sqlite3_stmt *statement = load(store, &row, id, err);
    if (statement == NULL)
        return false;
    bool may = (from >> row.state & 1) != 0 ||
               natt_kms_store_fail(err, NATT_KMS_STORE_STATE, "the state of the key does not allow it");
    row.state = to;
    row.deletion_ms = deletion_ms;
    bool ok = may && row_mac(store, &row, mac, err);
    natt_kms_end(statement);
    const natt_kms_parameter parameters[] = {natt_kms_number(to), natt_kms_number(deletion_ms),
                                             natt_kms_blob(mac, sizeof mac), natt_kms_text(natt_kms_bytes_of(id))};
    return ok && natt_kms_run(store, NATT_KMS_SQL_SET_STATE, parameters, 4, "the key's state cannot be changed", err);
}

bool natt_kms_store_set_state(natt_kms_store *store, const char *id, unsigned from, natt_kms_state to,
                              int64_t deletion_ms, natt_kms_store_error *err)
{
    (void)natt_kms_store_succeed(err);
    if (to < NATT_KMS_ENABLED || to > NATT_KMS_PENDING_DELETION ||
        (to == NATT_KMS_PENDING_DELETION) != (deletion_ms > 0) || deletion_ms < 0)
        return natt_kms_store_fail(err, NATT_KMS_STORE_ARGUMENT,
                                   "the state is not valid, or the deletion time does not fit the state");
    natt_kms_lock(store);
    bool ok = set_state(store, id, from, to, deletion_ms, err);
    natt_kms_unlock(store);
    return ok;
}

static bool put_policy(natt_kms_store *store, const char *id, natt_bytes policy, natt_kms_store_error *err)
{
    struct row row;
    uint8_t mac[NATT_KMS_MAC_LEN];
    sqlite3_stmt *statement = load(store, &row, id, err);
    if (statement == NULL)
        return false;
    row.policy = policy;
    bool ok = row_mac(store, &row, mac, err);
    natt_kms_end(statement);
    const natt_kms_parameter parameters[] = {natt_kms_text(policy), natt_kms_blob(mac, sizeof mac),
                                             natt_kms_text(natt_kms_bytes_of(id))};
    return ok && natt_kms_run(store, NATT_KMS_SQL_PUT_POLICY, parameters, 3, "the policy cannot be changed", err);
}

bool natt_kms_store_put_policy(natt_kms_store *store, const char *id, const char *policy, natt_kms_store_error *err)
{
    (void)natt_kms_store_succeed(err);
    if (!natt_kms_text_fits(policy, 1, NATT_KMS_MAX_KEY_POLICY + 1))
        return natt_kms_store_fail(err, NATT_KMS_STORE_ARGUMENT, "a policy has 1 to %d bytes", NATT_KMS_MAX_KEY_POLICY);
    natt_kms_lock(store);
    bool ok = put_policy(store, id, natt_kms_bytes_of(policy), err);
    natt_kms_unlock(store);
    return ok;
}

static const char purge_what[] = "keys cannot be deleted";

/* Cheap if no key must be deleted, so callers may call it often. */
static bool any_to_purge(natt_kms_store *store, int64_t now_ms, bool *any, natt_kms_store_error *err)
{
    natt_kms_store_error why = {.code = NATT_KMS_STORE_OK};
    const natt_kms_parameter now[] = {natt_kms_number(now_ms)};
    sqlite3_stmt *statement = natt_kms_first(store, NATT_KMS_SQL_KEY_TO_PURGE, now, 1, purge_what, &why);
    *any = statement != NULL;
    if (*any)
        natt_kms_end(statement);
    return *any || why.code == NATT_KMS_STORE_NOT_FOUND || natt_kms_store_fail(err, why.code, "%s", why.text);
}

/* Aliases first, since they refer to keys. Then empties the log, which still has old copies of the deleted pages. */
static bool purge(natt_kms_store *store, int64_t now_ms, natt_kms_store_error *err)
{
    const natt_kms_parameter now[] = {natt_kms_number(now_ms)};
    bool ok = natt_kms_run(store, NATT_KMS_SQL_BEGIN, NULL, 0, purge_what, err) &&
              natt_kms_run(store, NATT_KMS_SQL_PURGE_ALIASES, now, 1, purge_what, err) &&
              natt_kms_run(store, NATT_KMS_SQL_PURGE_KEYS, now, 1, purge_what, err);
    if (!natt_kms_finish(store, ok, purge_what, err))
        return false;
    return sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK ||
           natt_kms_database_fail(store, "keys were deleted, but the store's log still contains them", err);
}

bool natt_kms_store_purge(natt_kms_store *store, int64_t now_ms, natt_kms_store_error *err)
{
    (void)natt_kms_store_succeed(err);
    bool any;
    natt_kms_lock(store);
    bool ok = any_to_purge(store, now_ms, &any, err) && (!any || purge(store, now_ms, err));
    natt_kms_unlock(store);
    return ok;
}
