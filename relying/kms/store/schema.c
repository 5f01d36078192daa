/* See schema.h. */
#include "relying/kms/store/schema.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/*
 * keys.mac and aliases.mac cover all other columns of their row. keys.sealed is also bound to id, spec, usage and
 * material_id. In this order, since aliases refer to keys.
 */
static const char *const schema[] = {
    "CREATE TABLE store (one INTEGER PRIMARY KEY CHECK (one = 1), salt BLOB NOT NULL, check_value BLOB NOT NULL) "
    "STRICT",
    "CREATE TABLE keys (id TEXT PRIMARY KEY NOT NULL, spec TEXT NOT NULL, usage TEXT NOT NULL, material_id TEXT NOT "
    "NULL,"
    " description TEXT NOT NULL, policy TEXT NOT NULL, nonce BLOB NOT NULL, sealed BLOB NOT NULL,"
    " state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3), created_ms INTEGER NOT NULL, deletion_ms INTEGER NOT NULL,"
    " mac BLOB NOT NULL) STRICT",
    "CREATE INDEX keys_by_end ON keys (deletion_ms) WHERE state = 3",
    "CREATE TABLE aliases (name TEXT PRIMARY KEY NOT NULL, key_id TEXT NOT NULL REFERENCES keys (id),"
    " created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, mac BLOB NOT NULL) STRICT",
    "CREATE INDEX aliases_of_key ON aliases (key_id, name)",
    "CREATE TABLE documents (canonical_id BLOB PRIMARY KEY NOT NULL, expires_ms INTEGER NOT NULL) STRICT, WITHOUT "
    "ROWID",
    "CREATE INDEX documents_by_end ON documents (expires_ms)",
};

#define TEXT_OF(number)  #number
#define VALUE_OF(number) TEXT_OF(number)

bool natt_kms_schema_create(sqlite3 *db)
{
    bool ok = true;
    for (size_t i = 0; ok && i < COUNT(schema); i++)
        ok = sqlite3_exec(db, schema[i], NULL, NULL, NULL) == SQLITE_OK;
    return ok &&
           sqlite3_exec(db, "PRAGMA application_id=" VALUE_OF(NATT_KMS_APPLICATION_ID), NULL, NULL, NULL) ==
               SQLITE_OK &&
           sqlite3_exec(db, "PRAGMA user_version=" VALUE_OF(NATT_KMS_SCHEMA_VERSION), NULL, NULL, NULL) == SQLITE_OK;
}

bool natt_kms_schema_number(sqlite3 *db, const char *sql, int64_t *out)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        return false;
    int result = sqlite3_step(statement);
    *out = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    return sqlite3_finalize(statement) == SQLITE_OK && result == SQLITE_ROW;
}

/* The index of this statement in our schema, or COUNT(schema). */
static size_t which(const unsigned char *sql)
{
    size_t i = 0;
    while (i < COUNT(schema) && (sql == NULL || strcmp((const char *)sql, schema[i]) != 0))
        i++;
    return i;
}

/* The file must have exactly our statements. sql is NULL for indices that SQLite creates itself. */
static bool compare(sqlite3 *db, bool *same, size_t *count)
{
    static const char all[] = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL";
    sqlite3_stmt *statement = NULL;
    unsigned found = 0;
    int result = sqlite3_prepare_v2(db, all, -1, &statement, NULL);
    if (result != SQLITE_OK)
        return false;
    *count = 0;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        found |= 1U << which(sqlite3_column_text(statement, 0));
        *count += 1;
    }
    *same = found == (1U << COUNT(schema)) - 1;
    return sqlite3_finalize(statement) == SQLITE_OK && result == SQLITE_DONE;
}

bool natt_kms_schema_content(sqlite3 *db, natt_kms_content *out, int64_t *version)
{
    int64_t application;
    bool same;
    size_t count;
    if (!natt_kms_schema_number(db, "PRAGMA application_id", &application) ||
        !natt_kms_schema_number(db, "PRAGMA user_version", version) || !compare(db, &same, &count))
        return false;
    bool empty = application == 0 && *version == 0 && count == 0;
    bool ours = application == NATT_KMS_APPLICATION_ID && *version == NATT_KMS_SCHEMA_VERSION && same;
    *out = empty ? NATT_KMS_CONTENT_NONE : ours ? NATT_KMS_CONTENT_STORE : NATT_KMS_CONTENT_WRONG;
    if (application != NATT_KMS_APPLICATION_ID)
        *version = 0;
    return true;
}
