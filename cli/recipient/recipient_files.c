#define _GNU_SOURCE /* mkostemp */

/* See recipient_files.h. */
#include "cli/recipient/recipient_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mbedtls/platform_util.h>

#include "cli/frame/output.h"

#define BESIDE ".XXXXXX" /* the name of the incomplete file [mkostemp(3)] */

static int exit_code_of(natt_recipient_code code)
{
    if (code >= NATT_RECIPIENT_E_MESSAGE_SIZE && code != NATT_RECIPIENT_E_SECRET_SIZE)
        return NATT_CLI_REFUSED;
    bool chosen = code < NATT_RECIPIENT_E_MEMORY || code == NATT_RECIPIENT_E_SECRET_SIZE ||
                  (code >= NATT_RECIPIENT_E_KEY_UNSAFE && code <= NATT_RECIPIENT_E_KEY_SIZE);
    return chosen ? NATT_CLI_USAGE : NATT_CLI_IO;
}

bool natt_cli_recipient_fail(natt_cli_error *err, const natt_recipient_error *e, const char *what)
{
    const char *system = e->errno_value != 0 ? strerror(e->errno_value) : natt_recipient_code_name(e->code);
    const char *hint = natt_recipient_code_remedy(e->code);
    if (e->offset != NATT_NO_OFFSET)
        (void)natt_cli_fail(err, exit_code_of(e->code), hint, "%s (%s, byte %zu)", e->message, system, e->offset);
    else
        (void)natt_cli_fail(err, exit_code_of(e->code), hint, "%s (%s)", e->message, system);
    return what == NULL ? false : natt_cli_fail_in(err, "%.300s", what);
}

bool natt_cli_recipient_protect(natt_cli_error *err)
{
    natt_recipient_error e;
    return natt_recipient_protect_process(&e) || natt_cli_recipient_fail(err, &e, NULL);
}

natt_recipient_key *natt_cli_recipient_key(const char *path, natt_cli_error *err)
{
    natt_recipient_error e;
    if (path == NULL) {
        (void)natt_cli_fail(err, NATT_CLI_USAGE, "nitro-attest recipient keygen makes one", "--key is missing");
        return NULL;
    }
    natt_recipient_key *key = natt_recipient_key_load(path, &e);
    if (key == NULL)
        (void)natt_cli_recipient_fail(err, &e, path);
    return key;
}

static bool fail_io(natt_cli_error *err, const char *what, const char *path)
{
    return natt_cli_fail(err, NATT_CLI_IO, "check the path and its permissions", "cannot %s %.500s: %s", what, path,
                         strerror(errno));
}

/* Without stdio, whose buffers are not wiped. */
static bool read_all(int fd, natt_cli_buf *out)
{
    ssize_t got = 1;
    while (got > 0 && out->len <= NATT_RECIPIENT_MAX_SECRET) {
        got = read(fd, out->ptr + out->len, NATT_RECIPIENT_MAX_SECRET + 1 - out->len);
        out->len += got > 0 ? (size_t)got : 0;
        if (got < 0 && errno == EINTR)
            got = 1;
    }
    return got >= 0;
}

bool natt_cli_secret_read(natt_cli_buf *out, const char *path, natt_cli_error *err)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_io(err, "open", path);
    *out = (natt_cli_buf){natt_cli_alloc(NATT_RECIPIENT_MAX_SECRET, 1, 1), 0};
    bool read = read_all(fd, out) || fail_io(err, "read", standard ? "standard input" : path);
    if (!standard)
        (void)close(fd);
    return read;
}

void natt_cli_secret_free(natt_cli_buf *secret)
{
    if (secret->ptr != NULL)
        mbedtls_platform_zeroize(secret->ptr, secret->len);
    natt_cli_buf_free(secret);
}

static bool write_all(int fd, natt_bytes bytes)
{
    for (size_t at = 0; at < bytes.len;) {
        ssize_t done = write(fd, bytes.ptr + at, bytes.len - at);
        if (done < 0 && errno != EINTR)
            return false;
        at += done > 0 ? (size_t)done : 0;
    }
    return true;
}

static bool write_and_close(int fd, const char *path, natt_bytes bytes, natt_cli_error *err)
{
    bool written = write_all(fd, bytes);
    bool closed = close(fd) == 0;
    return (written && closed) || fail_io(err, "write", path);
}

bool natt_cli_secret_create(const char *path, natt_bytes bytes, natt_cli_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return natt_cli_fail(err, NATT_CLI_USAGE, "name another file, or remove it: a key is never replaced",
                             "%.500s already exists", path);
    return fd < 0 ? fail_io(err, "create", path) : write_and_close(fd, path, bytes, err);
}

/* ---- files that replace others ---- */

/* Only a regular file of this user is replaced; files of other users and links are refused. */
static bool check_place(const char *path, natt_cli_error *err)
{
    struct stat s;
    if (lstat(path, &s) != 0)
        return errno == ENOENT || fail_io(err, "create", path);
    return (S_ISREG(s.st_mode) && s.st_uid == geteuid()) ||
           natt_cli_fail(err, NATT_CLI_USAGE, "name a regular file that you own, or omit --out",
                         "%.500s is not a regular file that you own", path);
}

/* The old file does not change until the new one is complete; programs that have it open continue to read it. mkostemp
 * creates mode 0600, without the bits of the umask. */
static bool write_beside(natt_cli_secret_file *file, natt_bytes bytes, natt_cli_error *err)
{
    int fd = mkostemp(file->beside, O_CLOEXEC);
    if (fd < 0)
        return fail_io(err, "create", file->path);
    file->written = true;
    bool done = fchmod(fd, 0600) == 0 && write_all(fd, bytes) && fsync(fd) == 0;
    int why = errno;
    bool closed = close(fd) == 0;
    errno = done ? errno : why;
    return (done && closed) || fail_io(err, "write", file->path);
}

bool natt_cli_secret_file_write(natt_cli_secret_file *file, const char *path, natt_bytes bytes, natt_cli_error *err)
{
    size_t len = strlen(path);
    *file = (natt_cli_secret_file){path, natt_cli_alloc(len, 1, sizeof BESIDE), false};
    memcpy(file->beside, path, len);
    memcpy(file->beside + len, BESIDE, sizeof BESIDE);
    return check_place(path, err) && write_beside(file, bytes, err);
}

bool natt_cli_secret_file_end(natt_cli_secret_file *file, bool keep, natt_cli_error *err)
{
    bool kept = file->written && keep && rename(file->beside, file->path) == 0;
    if (file->written && keep && !kept)
        (void)fail_io(err, "create", file->path);
    if (file->written && !kept)
        (void)unlink(file->beside);
    free(file->beside);
    *file = (natt_cli_secret_file){NULL, NULL, false};
    return kept;
}

static bool write_private(const char *path, natt_bytes bytes, natt_cli_error *err)
{
    natt_cli_secret_file file;
    return natt_cli_secret_file_end(&file, natt_cli_secret_file_write(&file, path, bytes, err), err);
}

bool natt_cli_secret_write(natt_bytes bytes, natt_cli_error *err)
{
    return write_all(STDOUT_FILENO, bytes) || fail_io(err, "write to", "standard output");
}

static bool put(const char *path, natt_bytes bytes, natt_cli_error *err)
{
    return path != NULL && strcmp(path, "-") != 0 ? write_private(path, bytes, err) : natt_cli_secret_write(bytes, err);
}

bool natt_cli_secret_output(const char *path, bool base64, natt_bytes bytes, natt_cli_error *err)
{
    if (!natt_cli_output_is_text(path, base64))
        return put(path, bytes, err);
    natt_cli_buf text = natt_cli_base64_line(bytes);
    bool done = put(path, natt_cli_buf_view(&text), err);
    natt_cli_secret_free(&text);
    return done;
}
