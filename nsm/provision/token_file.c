/* See token_file.h. */
#define _GNU_SOURCE /* O_NOFOLLOW, flock */
#include "nsm/provision/token_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <mbedtls/platform_util.h>

#include "nsm/provision/token_file_json.h"

/* The locked file, and its content. */
struct file {
    const char *path;
    int fd;
    json_t *all, *slots; /* slots is part of all */
};

static bool fail_errno(natt_provision_error *err, const char *what, const char *path)
{
    int errno_value = errno;
    (void)natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "cannot %s %.180s", what, path);
    if (err != NULL)
        err->errno_value = errno_value;
    return false;
}

/* ---- reading ---- */

static bool make_empty(struct file *f)
{
    f->slots = json_array();
    f->all = json_object();
    bool made = json_object_set_new(f->all, "slots", f->slots) == 0;
    for (size_t i = 0; i < NATT_TOKEN_MAX && made; i++)
        made = json_array_append_new(f->slots, json_null()) == 0;
    return made;
}

/* A crash of the genuine server leaves an empty file. */
static bool parse(struct file *f, natt_provision_error *err)
{
    struct stat s;
    if (fstat(f->fd, &s) != 0)
        return fail_errno(err, "examine", f->path);
    if (s.st_size == 0)
        return make_empty(f) || natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    f->all = s.st_size > NATT_TOKEN_FILE_MAX ? NULL : json_loadfd(f->fd, 0, NULL);
    f->slots = json_object_get(f->all, "slots");
    return json_array_size(f->slots) == NATT_TOKEN_MAX ||
           natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "%.180s is not a token file of 128 slots", f->path);
}

/* False: the locked file is not, or no longer, the one at the path. */
static bool is_current(const struct file *f)
{
    struct stat ours, there;
    return fstat(f->fd, &ours) == 0 && lstat(f->path, &there) == 0 && ours.st_dev == there.st_dev &&
           ours.st_ino == there.st_ino;
}

static bool lock(struct file *f, natt_provision_error *err)
{
    f->fd = open(f->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (f->fd < 0)
        return fail_errno(err, "open", f->path);
    while (flock(f->fd, LOCK_EX) != 0)
        if (errno != EINTR)
            return fail_errno(err, "lock", f->path);
    return true;
}

/* If another state replaced the file during the wait, the lock is on the old file, whose content must not be
 * written. */
static bool open_file(struct file *f, const char *path, natt_provision_error *err)
{
    *f = (struct file){path, -1, NULL, NULL};
    while (lock(f, err)) {
        if (is_current(f))
            return parse(f, err);
        (void)close(f->fd);
        f->fd = -1;
    }
    return false;
}

static void close_file(struct file *f)
{
    json_decref(f->all);
    if (f->fd >= 0)
        (void)close(f->fd);
}

/* ---- writing ---- */

static bool write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno != EINTR)
            return false;
        text += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* The lock prevents others from writing "PATH.new". */
static bool replace(const struct file *f, const char *text, natt_provision_error *err)
{
    char temporary[4096 + 8];
    if ((size_t)snprintf(temporary, sizeof temporary, "%s.new", f->path) >= sizeof temporary)
        return natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "the token file's path is too long");
    (void)unlink(temporary);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail_errno(err, "make", temporary);
    bool written = write_all(fd, text, strlen(text)) && fsync(fd) == 0;
    bool closed = close(fd) == 0;
    if (written && closed && rename(temporary, f->path) == 0)
        return true;
    (void)fail_errno(err, "write", temporary);
    (void)unlink(temporary);
    return false;
}

static bool save(const struct file *f, natt_provision_error *err)
{
    char *text = json_dumps(f->all, JSON_COMPACT);
    if (text == NULL)
        return natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    bool saved = replace(f, text, err);
    mbedtls_platform_zeroize(text, strlen(text));
    free(text);
    return saved;
}

/* ---- slots ---- */

#define NONE NATT_TOKEN_MAX

/* label NULL: the first free one. */
static size_t find(const struct file *f, const char *label)
{
    for (size_t i = 0; i < NATT_TOKEN_MAX; i++) {
        const json_t *slot = json_array_get(f->slots, i);
        const char *text = json_string_value(json_object_get(slot, "label"));
        if (label == NULL ? json_is_null(slot) : text != NULL && strcmp(text, label) == 0)
            return i;
    }
    return NONE;
}

static bool need(const struct file *f, size_t *at, const char *label, natt_provision_error *err)
{
    *at = find(f, label);
    return *at != NONE || natt_provision_fail(err, NATT_PROVISION_E_NOT_FOUND, "%.32s", label);
}

static bool set_slot(struct file *f, size_t at, json_t *slot, natt_provision_error *err)
{
    return json_array_set_new(f->slots, at, slot) == 0 ? save(f, err)
                                                       : natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
}

static bool add(struct file *f, const char *label, const char *pin, const natt_token_key *keys, size_t count,
                natt_provision_error *err)
{
    size_t at = find(f, NULL);
    if (find(f, label) != NONE)
        return natt_provision_fail(err, NATT_PROVISION_E_LABEL_IN_USE, "%.32s", label);
    if (at == NONE)
        return natt_provision_fail(err, NATT_PROVISION_E_TOO_MANY, NULL);
    return set_slot(f, at, natt_token_file_slot(label, pin, keys, count), err);
}

bool natt_token_file_exists(const char *path, const char *label, bool *exists, natt_provision_error *err)
{
    struct file f;
    bool opened = open_file(&f, path, err);
    *exists = opened && find(&f, label) != NONE;
    close_file(&f);
    return opened;
}

bool natt_token_file_add(const char *path, const char *label, const char *pin, const natt_token_key *keys, size_t count,
                         natt_provision_error *err)
{
    struct file f;
    bool added = open_file(&f, path, err) && add(&f, label, pin, keys, count, err);
    close_file(&f);
    return added;
}

static json_int_t monotonic_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (json_int_t)now.tv_sec;
}

bool natt_token_file_expire_in(const char *path, const char *label, uint64_t seconds, natt_provision_error *err)
{
    struct file f;
    size_t at;
    bool done = open_file(&f, path, err) && need(&f, &at, label, err);
    if (done)
        done = json_object_set_new(json_array_get(f.slots, at), "expiry_ts",
                                   json_integer(monotonic_s() + (json_int_t)seconds)) == 0
                   ? save(&f, err)
                   : natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    close_file(&f);
    return done;
}

bool natt_token_file_remove(const char *path, const char *label, natt_provision_error *err)
{
    struct file f;
    size_t at;
    bool done = open_file(&f, path, err) && need(&f, &at, label, err) && set_slot(&f, at, json_null(), err);
    close_file(&f);
    return done;
}

/* The provisioner has compared the PIN with its hash in constant time. */
static bool check_pin(const struct file *f, size_t at, const char *pin, natt_provision_error *err)
{
    const char *theirs = json_string_value(json_object_get(json_array_get(f->slots, at), "pin"));
    return (theirs != NULL && strcmp(theirs, pin) == 0) || natt_provision_fail(err, NATT_PROVISION_E_PIN_WRONG, NULL);
}

bool natt_token_file_login_works(const char *path, const char *label, const char *pin, natt_provision_error *err)
{
    struct file f;
    size_t at;
    bool works = open_file(&f, path, err) && need(&f, &at, label, err) && check_pin(&f, at, pin, err);
    close_file(&f);
    return works;
}

/* Compares all but the wrapped key, which differs with each encryption. */
static bool is_key(const json_t *theirs, const json_t *ours)
{
    static const char *const members[] = {"pem", "id", "label", "cert_pem"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (!json_equal(json_object_get(theirs, members[i]), json_object_get(ours, members[i])))
            return false;
    return true;
}

static bool check_slot(const json_t *theirs, const json_t *ours, natt_provision_error *err)
{
    const json_t *there = json_object_get(theirs, "private_keys"), *wanted = json_object_get(ours, "private_keys");
    if (json_array_size(there) != json_array_size(wanted))
        return natt_provision_fail(err, NATT_PROVISION_E_OBJECTS, "the token has %zu private keys instead of %zu",
                                   json_array_size(there), json_array_size(wanted));
    for (size_t i = 0; i < json_array_size(wanted); i++)
        if (!is_key(json_array_get(there, i), json_array_get(wanted, i))) {
            (void)natt_provision_fail(err, NATT_PROVISION_E_OBJECTS, "the token file has a different one");
            return natt_provision_in_key(err, i);
        }
    return true;
}

bool natt_token_file_check_keys(const char *path, const char *label, const char *pin, const natt_token_key *keys,
                                size_t count, natt_provision_error *err)
{
    struct file f;
    size_t at;
    json_t *ours = natt_token_file_slot(label, pin, keys, count);
    bool good = open_file(&f, path, err) && need(&f, &at, label, err) && check_pin(&f, at, pin, err) &&
                (ours != NULL ? check_slot(json_array_get(f.slots, at), ours, err)
                              : natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL));
    json_decref(ours);
    close_file(&f);
    return good;
}
