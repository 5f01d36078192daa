/*
 * The tables of a store's file. Opening a file compares them with the file's: a file with a trigger, a view or a
 * different table is refused.
 */
#ifndef NATT_RELYING_KMS_STORE_SCHEMA_H
#define NATT_RELYING_KMS_STORE_SCHEMA_H

#include <sqlite3.h>

#include "relying/kms/store/store.h"

#define NATT_KMS_APPLICATION_ID 0x6e61746b /* "natk", in the file's header */
#define NATT_KMS_SCHEMA_VERSION 1          /* user_version, in the file's header */

typedef enum natt_kms_content {
    NATT_KMS_CONTENT_NONE,
    NATT_KMS_CONTENT_STORE,
    NATT_KMS_CONTENT_WRONG
} natt_kms_content;

/* Reads what the file contains, without changing it. False: it cannot be read; SQLite has the reason. */
bool natt_kms_schema_content(sqlite3 *db, natt_kms_content *out, int64_t *version);

/* Creates every table, in the caller's transaction. */
bool natt_kms_schema_create(sqlite3 *db);

/* The number in the first column of the first row. */
bool natt_kms_schema_number(sqlite3 *db, const char *sql, int64_t *out);

#endif
