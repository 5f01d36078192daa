/* See database.h. */
#define _DEFAULT_SOURCE /* getentropy */
#include "relying/kms/store/database.h"

#include <string.h>
#include <unistd.h>

#include <mbedtls/platform_util.h>

#include "relying/kms/store/error.h"
#include "relying/kms/store/schema.h"

/* --- statements --- */

static const char *const texts[NATT_KMS_SQL_COUNT] = {
    [NATT_KMS_SQL_BEGIN] = "BEGIN IMMEDIATE",
    [NATT_KMS_SQL_COMMIT] = "COMMIT",
    [NATT_KMS_SQL_ROLLBACK] = "ROLLBACK",
    [NATT_KMS_SQL_ADD_KEY] = "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [NATT_KMS_SQL_KEY] = "SELECT id, spec, usage, material_id, description, policy, nonce, sealed, state, created_ms,"
                         " deletion_ms, mac FROM keys WHERE id = ?",
    [NATT_KMS_SQL_LIST_KEYS] = "SELECT id FROM keys WHERE id > ? ORDER BY id LIMIT ?",
    [NATT_KMS_SQL_SET_STATE] = "UPDATE keys SET state = ?, deletion_ms = ?, mac = ? WHERE id = ?",
    [NATT_KMS_SQL_PUT_POLICY] = "UPDATE keys SET policy = ?, mac = ? WHERE id = ?",
    [NATT_KMS_SQL_KEY_TO_PURGE] = "SELECT 1 FROM keys WHERE state = 3 AND deletion_ms <= ? LIMIT 1",
    [NATT_KMS_SQL_PURGE_ALIASES] = "DELETE FROM aliases WHERE key_id IN"
                                   " (SELECT id FROM keys WHERE state = 3 AND deletion_ms <= ?)",
    [NATT_KMS_SQL_PURGE_KEYS] = "DELETE FROM keys WHERE state = 3 AND deletion_ms <= ?",
    [NATT_KMS_SQL_ADD_ALIAS] = "INSERT INTO aliases VALUES (?, ?, ?, ?, ?)",
    [NATT_KMS_SQL_UPDATE_ALIAS] = "UPDATE aliases SET key_id = ?, updated_ms = ?, mac = ? WHERE name = ?",
    [NATT_KMS_SQL_DELETE_ALIAS] = "DELETE FROM aliases WHERE name = ?",
    [NATT_KMS_SQL_ALIAS] = "SELECT name, key_id, created_ms, updated_ms, mac FROM aliases WHERE name = ?",
    [NATT_KMS_SQL_LIST_ALIASES] = "SELECT name, key_id, created_ms, updated_ms, mac FROM aliases"
                                  " WHERE name > ? ORDER BY name LIMIT ?",
    [NATT_KMS_SQL_LIST_ALIASES_OF] = "SELECT name, key_id, created_ms, updated_ms, mac FROM aliases"
                                     " WHERE name > ? AND key_id = ?3 ORDER BY name LIMIT ?2",
    [NATT_KMS_SQL_FORGET_DOCUMENTS] = "DELETE FROM documents WHERE expires_ms < ?",
    [NATT_KMS_SQL_SEE_DOCUMENT] = "INSERT INTO documents VALUES (?, ?)",
    [NATT_KMS_SQL_MANY_KEYS] = "SELECT 1 FROM keys LIMIT 1 OFFSET ? - 1",
    [NATT_KMS_SQL_MANY_ALIASES] = "SELECT 1 FROM aliases WHERE key_id = ? LIMIT 1 OFFSET ? - 1",
};

natt_kms_parameter natt_kms_text(natt_bytes text)
{
    return (natt_kms_parameter){NATT_KMS_TEXT, text, 0};
}

natt_kms_parameter natt_kms_blob(const void *bytes, size_t len)
{
    return (natt_kms_parameter){NATT_KMS_BLOB, {bytes, len}, 0};
}

natt_kms_parameter natt_kms_number(int64_t number)
{
    return (natt_kms_parameter){NATT_KMS_NUMBER, {NULL, 0}, number};
}

/* SQLite's result codes as codes of the store; every other one is CODE_FAILED with SQLite's text. */
static const struct meaning {
    int result;
    natt_kms_store_code code;
    const char *text;
} meanings[] = {
    {SQLITE_CONSTRAINT_PRIMARYKEY, NATT_KMS_STORE_EXISTS, "it exists already"},
    {SQLITE_CONSTRAINT_UNIQUE, NATT_KMS_STORE_EXISTS, "it exists already"},
    {SQLITE_CONSTRAINT_FOREIGNKEY, NATT_KMS_STORE_NOT_FOUND, "there is no such key"},
    {SQLITE_BUSY, NATT_KMS_STORE_LOCKED, "another process has the file open"},
    {SQLITE_NOTADB, NATT_KMS_STORE_VERSION, "the file is not an SQLite database"},
};

bool natt_kms_database_fail(natt_kms_store *store, const char *what, natt_kms_store_error *err)
{
    const int result = sqlite3_extended_errcode(store->db);
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].result == result || meanings[i].result == (result & 0xff))
            return natt_kms_store_fail(err, meanings[i].code, "%s: %s", what, meanings[i].text);
    return natt_kms_store_fail(err, NATT_KMS_STORE_FAILED, "%s: %s", what, sqlite3_errmsg(store->db));
}

static bool bind(sqlite3_stmt *statement, int index, const natt_kms_parameter *p)
{
    const void *bytes = p->bytes.ptr != NULL ? (const void *)p->bytes.ptr : "";
    int result = SQLITE_MISUSE;
    if (p->type == NATT_KMS_NUMBER)
        result = sqlite3_bind_int64(statement, index, p->number);
    if (p->type == NATT_KMS_TEXT)
        result = sqlite3_bind_text64(statement, index, bytes, p->bytes.len, SQLITE_STATIC, SQLITE_UTF8);
    if (p->type == NATT_KMS_BLOB)
        result = sqlite3_bind_blob64(statement, index, bytes, p->bytes.len, SQLITE_STATIC);
    return result == SQLITE_OK;
}

static sqlite3_stmt *start(natt_kms_store *store, enum natt_kms_statement number, const natt_kms_parameter *parameters,
                           size_t count)
{
    sqlite3_stmt *statement = store->statements[number];
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = bind(statement, (int)i + 1, &parameters[i]);
    return ok ? statement : NULL;
}

void natt_kms_end(sqlite3_stmt *statement)
{
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
}

bool natt_kms_run(natt_kms_store *store, enum natt_kms_statement number, const natt_kms_parameter *parameters,
                  size_t count, const char *what, natt_kms_store_error *err)
{
    sqlite3_stmt *statement = start(store, number, parameters, count);
    bool ok = (statement != NULL && sqlite3_step(statement) == SQLITE_DONE) || natt_kms_database_fail(store, what, err);
    natt_kms_end(store->statements[number]);
    return ok;
}

sqlite3_stmt *natt_kms_first(natt_kms_store *store, enum natt_kms_statement number,
                             const natt_kms_parameter *parameters, size_t count, const char *what,
                             natt_kms_store_error *err)
{
    sqlite3_stmt *statement = start(store, number, parameters, count);
    int result = statement == NULL ? SQLITE_ERROR : sqlite3_step(statement);
    if (result == SQLITE_ROW)
        return statement;
    if (result == SQLITE_DONE)
        (void)natt_kms_store_fail(err, NATT_KMS_STORE_NOT_FOUND, "%s does not exist", what);
    else
        (void)natt_kms_database_fail(store, what, err);
    natt_kms_end(store->statements[number]);
    return NULL;
}

bool natt_kms_next(natt_kms_store *store, sqlite3_stmt *statement, bool *more, natt_kms_store_error *err)
{
    int result = sqlite3_step(statement);
    *more = result == SQLITE_ROW;
    return result == SQLITE_ROW || result == SQLITE_DONE || natt_kms_database_fail(store, "the store", err);
}

natt_bytes natt_kms_column(sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    return (natt_bytes){bytes, bytes == NULL ? 0 : (size_t)sqlite3_column_bytes(statement, column)};
}

bool natt_kms_check_room(natt_kms_store *store, enum natt_kms_statement number, const natt_kms_parameter *parameters,
                         size_t count, const char *full, natt_kms_store_error *err)
{
    natt_kms_store_error why = {.code = NATT_KMS_STORE_OK};
    sqlite3_stmt *statement = natt_kms_first(store, number, parameters, count, "the store", &why);
    if (statement == NULL)
        return why.code == NATT_KMS_STORE_NOT_FOUND || natt_kms_store_fail(err, why.code, "%s", why.text);
    natt_kms_end(statement);
    return natt_kms_store_fail(err, NATT_KMS_STORE_FULL, "%s", full);
}

bool natt_kms_finish(natt_kms_store *store, bool ok, const char *what, natt_kms_store_error *err)
{
    ok = ok && natt_kms_run(store, NATT_KMS_SQL_COMMIT, NULL, 0, what, err);
    if (!ok && sqlite3_get_autocommit(store->db) == 0)
        (void)natt_kms_run(store, NATT_KMS_SQL_ROLLBACK, NULL, 0, what, NULL);
    return ok;
}

static bool prepare_all(natt_kms_store *store)
{
    bool ok = true;
    for (size_t i = 0; ok && i < NATT_KMS_SQL_COUNT; i++)
        ok = sqlite3_prepare_v3(store->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &store->statements[i], NULL) ==
             SQLITE_OK;
    return ok;
}

/* --- opening --- */

static bool execute(natt_kms_store *store, const char *sql)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* A prepared file can only have wrong rows; it cannot make SQLite run its own SQL. */
static bool configure(natt_kms_store *store)
{
    static const struct {
        int option, value;
    } table[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0}, {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
    };
    bool ok = sqlite3_extended_result_codes(store->db, 1) == SQLITE_OK;
    for (size_t i = 0; ok && i < sizeof table / sizeof table[0]; i++)
        ok = sqlite3_db_config(store->db, table[i].option, table[i].value, (int *)NULL) == SQLITE_OK;
    return ok && execute(store, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                                "PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0");
}

/* Versions of SQLite differ in their texts. */
static bool check_wal(natt_kms_store *store, bool in_memory, natt_kms_store_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool ok = sqlite3_prepare_v2(store->db, "PRAGMA journal_mode=WAL", -1, &statement, NULL) == SQLITE_OK &&
              sqlite3_step(statement) == SQLITE_ROW;
    if (!ok)
        (void)natt_kms_database_fail(store, "the store cannot be opened", err);
    else if (strcmp((const char *)sqlite3_column_text(statement, 0), in_memory ? "memory" : "wal") != 0)
        ok = natt_kms_store_fail(err, NATT_KMS_STORE_FAILED, "SQLite cannot keep a write-ahead log here");
    (void)sqlite3_finalize(statement);
    return ok;
}

static bool derive(natt_kms_store *store, const uint8_t *master_key, const uint8_t *salt, uint8_t *check,
                   natt_kms_store_error *err)
{
    store->keys = natt_kms_keys_derive(master_key, salt, check);
    return store->keys != NULL || natt_kms_store_fail(err, NATT_KMS_STORE_FAILED, "no memory, or mbedTLS failed");
}

static bool insert_salt(natt_kms_store *store, const uint8_t *salt, const uint8_t *check)
{
    sqlite3_stmt *statement = NULL;
    bool ok = sqlite3_prepare_v2(store->db, "INSERT INTO store VALUES (1, ?, ?)", -1, &statement, NULL) == SQLITE_OK &&
              sqlite3_bind_blob(statement, 1, salt, NATT_KMS_SALT_LEN, SQLITE_STATIC) == SQLITE_OK &&
              sqlite3_bind_blob(statement, 2, check, NATT_KMS_CHECK_LEN, SQLITE_STATIC) == SQLITE_OK &&
              sqlite3_step(statement) == SQLITE_DONE;
    (void)sqlite3_finalize(statement);
    return ok;
}

/* In one transaction, so that a file is empty or complete. */
static bool create(natt_kms_store *store, const uint8_t *master_key, natt_kms_store_error *err)
{
    uint8_t salt[NATT_KMS_SALT_LEN], check[NATT_KMS_CHECK_LEN];
    if (getentropy(salt, sizeof salt) != 0)
        return natt_kms_store_fail(err, NATT_KMS_STORE_FAILED, "no random bytes for a new store");
    if (!derive(store, master_key, salt, check, err))
        return false;
    return (execute(store, "BEGIN IMMEDIATE") && natt_kms_schema_create(store->db) && insert_salt(store, salt, check) &&
            execute(store, "COMMIT")) ||
           natt_kms_database_fail(store, "the store cannot be created", err);
}

/* Reads all pages, so that damage is found when the store opens, not by a request. */
static bool check_integrity(natt_kms_store *store, natt_kms_store_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool ok = sqlite3_prepare_v2(store->db, "PRAGMA integrity_check(1)", -1, &statement, NULL) == SQLITE_OK &&
              sqlite3_step(statement) == SQLITE_ROW;
    const char *found = ok ? (const char *)sqlite3_column_text(statement, 0) : sqlite3_errmsg(store->db);
    ok = ok && strcmp(found, "ok") == 0;
    if (!ok)
        (void)natt_kms_store_fail(err, NATT_KMS_STORE_FAILED, "the store is damaged; restore a copy: %s", found);
    (void)sqlite3_finalize(statement);
    return ok;
}

static bool unlock(natt_kms_store *store, sqlite3_stmt *row, const uint8_t *master_key, natt_kms_store_error *err)
{
    natt_bytes salt = natt_kms_column(row, 0), check = natt_kms_column(row, 1);
    uint8_t wanted[NATT_KMS_CHECK_LEN];
    if (salt.len != NATT_KMS_SALT_LEN)
        return natt_kms_store_fail(err, NATT_KMS_STORE_CHANGED, "the store's salt was changed");
    return derive(store, master_key, salt.ptr, wanted, err) &&
           (natt_kms_same_mac(check, wanted) ||
            natt_kms_store_fail(err, NATT_KMS_STORE_MASTER_KEY, "the store was created with another master key"));
}

static bool unlock_existing(natt_kms_store *store, const uint8_t *master_key, natt_kms_store_error *err)
{
    sqlite3_stmt *row = NULL;
    int result = sqlite3_prepare_v2(store->db, "SELECT salt, check_value FROM store", -1, &row, NULL);
    result = result == SQLITE_OK ? sqlite3_step(row) : result;
    bool ok = false;
    if (result == SQLITE_ROW)
        ok = unlock(store, row, master_key, err);
    else if (result == SQLITE_DONE)
        (void)natt_kms_store_fail(err, NATT_KMS_STORE_CHANGED, "the store's salt was deleted");
    else
        (void)natt_kms_database_fail(store, "the store cannot be read", err);
    (void)sqlite3_finalize(row);
    return ok;
}

static bool fail_content(int64_t version, natt_kms_store_error *err)
{
    if (version == 0)
        return natt_kms_store_fail(err, NATT_KMS_STORE_VERSION,
                                   "the file belongs to another program: choose another path");
    return natt_kms_store_fail(err, NATT_KMS_STORE_VERSION,
                               "the store's tables are not those of this version: it has version %lld, expected %d",
                               (long long)version, NATT_KMS_SCHEMA_VERSION);
}

/* The content is checked first, so that a file of a different program is not changed. */
static bool open_content(natt_kms_store *store, bool in_memory, const uint8_t *master_key, natt_kms_store_error *err)
{
    natt_kms_content content;
    int64_t version;
    if (sqlite3_db_readonly(store->db, "main") != 0)
        return natt_kms_store_fail(err, NATT_KMS_STORE_FAILED, "the store cannot be written");
    if (!configure(store) || !natt_kms_schema_content(store->db, &content, &version))
        return natt_kms_database_fail(store, "the store cannot be opened", err);
    if (content == NATT_KMS_CONTENT_WRONG)
        return fail_content(version, err);
    if (!check_wal(store, in_memory, err))
        return false;
    return content == NATT_KMS_CONTENT_NONE ? create(store, master_key, err)
                                            : check_integrity(store, err) && unlock_existing(store, master_key, err);
}

bool natt_kms_database_open(natt_kms_store *store, const char *path, const uint8_t *master_key,
                            natt_kms_store_error *err)
{
    const bool in_memory = strcmp(path, ":memory:") == 0;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE;
    int result = sqlite3_open_v2(path, &store->db, flags, NULL);
    if (store->db == NULL)
        return natt_kms_store_fail(err, NATT_KMS_STORE_FAILED, "out of memory");
    if (result != SQLITE_OK)
        return natt_kms_database_fail(store, "the store cannot be opened", err);
    return open_content(store, in_memory, master_key, err) &&
           (prepare_all(store) || natt_kms_database_fail(store, "the store cannot be used", err));
}

void natt_kms_database_close(natt_kms_store *store)
{
    for (size_t i = 0; i < NATT_KMS_SQL_COUNT; i++)
        (void)sqlite3_finalize(store->statements[i]);
    (void)sqlite3_close_v2(store->db);
    natt_kms_keys_wipe(store->keys);
}
