/*
 * This store's use of SQLite: one connection with one mutex, and prepared statements. Neither the file's schema nor its
 * rows are trusted.
 */
#ifndef NATT_RELYING_KMS_STORE_DATABASE_H
#define NATT_RELYING_KMS_STORE_DATABASE_H

#include <pthread.h>
#include <sqlite3.h>

#include "relying/kms/store/seal.h"
#include "relying/kms/store/store.h"

enum natt_kms_statement {
    NATT_KMS_SQL_BEGIN,
    NATT_KMS_SQL_COMMIT,
    NATT_KMS_SQL_ROLLBACK,
    NATT_KMS_SQL_ADD_KEY,
    NATT_KMS_SQL_KEY,
    NATT_KMS_SQL_LIST_KEYS,
    NATT_KMS_SQL_SET_STATE,
    NATT_KMS_SQL_PUT_POLICY,
    NATT_KMS_SQL_KEY_TO_PURGE,
    NATT_KMS_SQL_PURGE_ALIASES,
    NATT_KMS_SQL_PURGE_KEYS,
    NATT_KMS_SQL_ADD_ALIAS,
    NATT_KMS_SQL_UPDATE_ALIAS,
    NATT_KMS_SQL_DELETE_ALIAS,
    NATT_KMS_SQL_ALIAS,
    NATT_KMS_SQL_LIST_ALIASES,
    NATT_KMS_SQL_LIST_ALIASES_OF,
    NATT_KMS_SQL_FORGET_DOCUMENTS,
    NATT_KMS_SQL_SEE_DOCUMENT,
    NATT_KMS_SQL_MANY_KEYS,
    NATT_KMS_SQL_MANY_ALIASES,
    NATT_KMS_SQL_COUNT
};

struct natt_kms_store {
    pthread_mutex_t mutex; /* protects all members below, and the memory that statements return */
    sqlite3 *db;
    sqlite3_stmt *statements[NATT_KMS_SQL_COUNT];
    natt_kms_keys *keys;
    int64_t max_keys;
};

/* Opens the file, creates missing tables, and derives store->keys. If it returns false, natt_kms_database_close
 * must still be called. */
bool natt_kms_database_open(natt_kms_store *store, const char *path, const uint8_t *master_key,
                            natt_kms_store_error *err);
void natt_kms_database_close(natt_kms_store *store);

/* One parameter of a statement; its memory must remain valid until the statement ends. */
typedef struct natt_kms_parameter {
    enum { NATT_KMS_TEXT, NATT_KMS_BLOB, NATT_KMS_NUMBER } type;
    natt_bytes bytes;
    int64_t number;
} natt_kms_parameter;

natt_kms_parameter natt_kms_text(natt_bytes text);
natt_kms_parameter natt_kms_blob(const void *bytes, size_t len);
natt_kms_parameter natt_kms_number(int64_t number);

/* SQLite's last message after `what`: "the key cannot be added: database or disk is full". Always false. */
bool natt_kms_database_fail(natt_kms_store *store, const char *what, natt_kms_store_error *err);

/* Runs a statement without rows. `what` begins the text of a failure. */
bool natt_kms_run(natt_kms_store *store, enum natt_kms_statement number, const natt_kms_parameter *parameters,
                  size_t count, const char *what, natt_kms_store_error *err);

/* Returns the statement at its first row; NULL and CODE_NOT_FOUND if it has no row. Call natt_kms_end after it. */
sqlite3_stmt *natt_kms_first(natt_kms_store *store, enum natt_kms_statement number,
                             const natt_kms_parameter *parameters, size_t count, const char *what,
                             natt_kms_store_error *err);
/* The next row, if *more. False: the statement failed. */
bool natt_kms_next(natt_kms_store *store, sqlite3_stmt *statement, bool *more, natt_kms_store_error *err);
void natt_kms_end(sqlite3_stmt *statement);

/* A column of the current row, valid until the next step. */
natt_bytes natt_kms_column(sqlite3_stmt *statement, int column);

/* CODE_FULL if the statement, which counts up to a limit, returns a row. */
bool natt_kms_check_room(natt_kms_store *store, enum natt_kms_statement number, const natt_kms_parameter *parameters,
                         size_t count, const char *full, natt_kms_store_error *err);

/* Rolls an open transaction back if `ok` is false, else commits it. True: it was committed. */
bool natt_kms_finish(natt_kms_store *store, bool ok, const char *what, natt_kms_store_error *err);

#endif
