/* See store_support.h. */
#define _XOPEN_SOURCE 700 /* mkdtemp, nftw */
#include "relying/kms/store/test/store_support.h"

#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const uint8_t test_master[NATT_KMS_MASTER_KEY_LEN] = "an example of 32 bytes of a key";
const uint8_t test_other_master[NATT_KMS_MASTER_KEY_LEN] = "another example of these 32 byte";
char test_folder[128];

void test_folder_make(void)
{
    strcpy(test_folder, "/tmp/natt-store-XXXXXX");
    cr_assert_not_null(mkdtemp(test_folder));
}

static int remove_one(const char *path, const struct stat *about, int flag, struct FTW *where)
{
    (void)about, (void)flag, (void)where;
    return remove(path);
}

void test_folder_remove(void)
{
    cr_expect_eq(nftw(test_folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

const char *test_path(const char *name)
{
    static char paths[5][256];
    static unsigned next;
    char *path = paths[next++ % 5];
    snprintf(path, sizeof paths[0], "%s/%s", test_folder, name);
    return path;
}

natt_kms_store *test_open(void)
{
    natt_kms_store_error err;
    natt_kms_store *store = natt_kms_store_open(STORE, test_master, &err);
    MUST(store != NULL, err);
    return store;
}

natt_kms_key test_key(const char *id)
{
    natt_kms_key key = {.spec = "SYMMETRIC_DEFAULT", .usage = "ENCRYPT_DECRYPT", .state = NATT_KMS_ENABLED};
    cr_assert(strlen(id) < sizeof key.id);
    strcpy(key.id, id);
    memset(key.material_id, 'a', 64);
    key.created_ms = 1780000000000;
    strcpy(key.description, "a key");
    return key;
}

natt_bytes test_secret(const char *id)
{
    static uint8_t secret[32];
    for (size_t i = 0; i < sizeof secret; i++)
        secret[i] = (uint8_t)(id[35 - i] * 7 + (int)i * 31);
    return (natt_bytes){secret, sizeof secret};
}

void test_add(natt_kms_store *store, const char *id)
{
    natt_kms_store_error err;
    natt_kms_key key = test_key(id);
    MUST(natt_kms_store_add_key(store, &key, test_secret(id), POLICY, &err), err);
}

static bool same_key(const natt_kms_key *a, const natt_kms_key *b)
{
    return strcmp(a->id, b->id) == 0 && strcmp(a->spec, b->spec) == 0 && strcmp(a->usage, b->usage) == 0 &&
           strcmp(a->material_id, b->material_id) == 0 && strcmp(a->description, b->description) == 0 &&
           a->state == b->state && a->created_ms == b->created_ms && a->deletion_ms == b->deletion_ms;
}

bool test_has(natt_kms_store *store, const char *id)
{
    natt_kms_key wanted = test_key(id), key;
    uint8_t secret[NATT_KMS_MAX_SECRET];
    size_t len;
    char *policy;
    bool ok = natt_kms_store_key_and_policy(store, &key, &policy, id, NULL) && same_key(&key, &wanted) &&
              strcmp(policy, POLICY) == 0 && natt_kms_store_secret(store, secret, &len, id, NULL) && len == 32 &&
              memcmp(secret, test_secret(id).ptr, 32) == 0;
    free(policy);
    return ok;
}

void test_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    char *message = NULL;
    cr_assert_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, &message), SQLITE_OK, "%s: %s", sql, message);
    cr_assert_eq(sqlite3_close(db), SQLITE_OK);
}

void test_write_file(const char *path, const void *content, size_t len, unsigned mode)
{
    FILE *f = fopen(path, "wb");
    cr_assert_not_null(f);
    cr_assert_eq(fwrite(content, 1, len, f), len);
    cr_assert_eq(fclose(f), 0);
    cr_assert_eq(chmod(path, (mode_t)mode), 0);
}

uint8_t *test_read_file(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    *len = 0;
    if (f == NULL)
        return NULL;
    uint8_t *out = malloc(1 << 22);
    cr_assert_not_null(out);
    *len = fread(out, 1, 1 << 22, f);
    fclose(f);
    return out;
}

bool test_contains(const char *path, const void *what, size_t len)
{
    size_t have, at = 0;
    uint8_t *content = test_read_file(path, &have);
    while (at + len <= have && memcmp(content + at, what, len) != 0)
        at++;
    free(content);
    return at + len <= have;
}
