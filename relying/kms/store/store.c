/* See store.h. */
#define _XOPEN_SOURCE 700 /* fstatat */
#include "relying/kms/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relying/kms/store/error.h"
#include "relying/kms/store/place.h"
#include "relying/kms/store/store_internal.h"

natt_bytes natt_kms_bytes_of(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

bool natt_kms_text_fits(const char *text, size_t least, size_t capacity)
{
    const char *end = memchr(text, '\0', capacity);
    return end != NULL && (size_t)(end - text) >= least;
}

bool natt_kms_is_key_id(const char *id)
{
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        bool digit = (id[i] >= '0' && id[i] <= '9') || (id[i] >= 'a' && id[i] <= 'f');
        if (shape[i] == 'x' ? !digit : id[i] != '-')
            return false;
    }
    return id[sizeof shape - 1] == '\0';
}

bool natt_kms_copy_text(char *out, size_t capacity, natt_bytes text)
{
    if (text.len >= capacity)
        return false;
    if (text.len > 0)
        memcpy(out, text.ptr, text.len);
    out[text.len] = '\0';
    return true;
}

void natt_kms_lock(natt_kms_store *store)
{
    (void)pthread_mutex_lock(&store->mutex);
}

void natt_kms_unlock(natt_kms_store *store)
{
    (void)pthread_mutex_unlock(&store->mutex);
}

bool natt_kms_fail_changed(natt_kms_store_error *err, const char *what)
{
    return natt_kms_store_fail(err, NATT_KMS_STORE_CHANGED, "%s: the HMAC of its row does not match", what);
}

/* Checks the file or one of its auxiliary files. By name, since closing a descriptor would release SQLite's lock on the
 * file. */
static bool check_file(const struct natt_kms_place *place, const char *suffix, bool *there, natt_kms_store_error *err)
{
    char name[NAME_MAX + 16], what[NAME_MAX + 32];
    struct stat about;
    (void)snprintf(name, sizeof name, "%s%s", place->name, suffix);
    (void)snprintf(what, sizeof what, "the store%s%s", *suffix == '\0' ? "" : "'s file ", suffix);
    *there = fstatat(place->dir_fd, name, &about, AT_SYMLINK_NOFOLLOW) == 0;
    if (!*there && errno != ENOENT)
        return natt_kms_store_fail_errno(err, NATT_KMS_STORE_FAILED, errno, "the store cannot be examined");
    return !*there || natt_kms_place_private(&about, what, err);
}

/* SQLite creates auxiliary files with the mode of the database. */
static bool check_files(const struct natt_kms_place *place, natt_kms_store_error *err)
{
    static const char *const suffixes[] = {"-wal", "-shm", "-journal", ""};
    bool there = false, ok = strlen(place->name) <= NAME_MAX - 8;
    if (!ok)
        return natt_kms_store_fail(err, NATT_KMS_STORE_ARGUMENT, "the name of the store is too long");
    for (size_t i = 0; ok && i < sizeof suffixes / sizeof suffixes[0]; i++)
        ok = check_file(place, suffixes[i], &there, err);
    return ok && (there || natt_kms_place_create(place, "", 0) ||
                  natt_kms_store_fail_errno(err, NATT_KMS_STORE_FAILED, errno, "the store cannot be created"));
}

static bool open_file(natt_kms_store *store, const char *path, const uint8_t *master_key, natt_kms_store_error *err)
{
    struct natt_kms_place place;
    if (strcmp(path, ":memory:") == 0)
        return natt_kms_database_open(store, path, master_key, err);
    if (!natt_kms_place_find(&place, path, err))
        return false;
    bool ok = check_files(&place, err) && natt_kms_database_open(store, place.path, master_key, err);
    natt_kms_place_leave(&place);
    return ok;
}

natt_kms_store *natt_kms_store_open(const char *path, const uint8_t master_key[NATT_KMS_MASTER_KEY_LEN],
                                    natt_kms_store_error *err)
{
    (void)natt_kms_store_succeed(err);
    natt_kms_store *store = calloc(1, sizeof *store);
    if (store == NULL || pthread_mutex_init(&store->mutex, NULL) != 0) {
        (void)natt_kms_store_fail(err, NATT_KMS_STORE_FAILED, "out of memory");
        free(store);
        return NULL;
    }
    store->max_keys = NATT_KMS_DEFAULT_MAX_KEYS;
    if (path != NULL ? open_file(store, path, master_key, err)
                     : natt_kms_store_fail(err, NATT_KMS_STORE_ARGUMENT, "the path of the store is missing"))
        return store;
    natt_kms_store_close(store);
    return NULL;
}

void natt_kms_store_limit_keys(natt_kms_store *store, int64_t most)
{
    store->max_keys = most;
}

void natt_kms_store_close(natt_kms_store *store)
{
    if (store == NULL)
        return;
    natt_kms_database_close(store);
    (void)pthread_mutex_destroy(&store->mutex);
    free(store);
}
