/* Replaces a file as a whole. See file.h. */
#define _POSIX_C_SOURCE 200809L /* O_CLOEXEC, O_NOFOLLOW, fdopen */
#include "cli/frame/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define BESIDE_ROOM sizeof ".0123456789abcdef"

/* Creates "PATH.RANDOM", which must not exist. The umask applies, as for every file. */
static int make_beside(char *out, const char *path)
{
    uint64_t number;
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
        return -1;
    (void)sprintf(out, "%s.%016" PRIx64, path, number);
    return open(out, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
}

static bool write_whole(int fd, const void *bytes, size_t len)
{
    FILE *out = fdopen(fd, "wb");
    if (out == NULL) {
        (void)close(fd);
        return false;
    }
    bool written = fwrite(bytes, 1, len, out) == len && fflush(out) == 0 && fsync(fd) == 0;
    return fclose(out) == 0 && written;
}

static bool fail(const char *path, natt_cli_error *err)
{
    return natt_cli_fail(err, NATT_CLI_IO, "check the path and its permissions", "cannot write %.500s: %s", path,
                         strerror(errno));
}

bool natt_cli_file_replace(const char *path, const void *bytes, size_t len, natt_cli_error *err)
{
    char *beside = natt_cli_alloc(strlen(path), 1, BESIDE_ROOM);
    int fd = make_beside(beside, path);
    bool done = fd >= 0 && write_whole(fd, bytes, len) && rename(beside, path) == 0;
    if (!done)
        (void)fail(path, err);
    if (!done && fd >= 0)
        (void)unlink(beside);
    free(beside);
    return done;
}

static bool is_replaceable(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 ? S_ISREG(st.st_mode) : errno == ENOENT;
}

bool natt_cli_file_put(const char *path, const void *bytes, size_t len, natt_cli_error *err)
{
    return (is_replaceable(path) ? natt_cli_file_replace : natt_cli_file_write)(path, bytes, len, err);
}

bool natt_cli_file_put_check(const char *path, natt_cli_error *err)
{
    struct stat st;
    bool folder = path[0] == '\0' || (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
    if (folder)
        errno = path[0] == '\0' ? ENOENT : EISDIR;
    if (folder || !is_replaceable(path))
        return (!folder && (access(path, W_OK) == 0 || errno == ENOENT)) || fail(path, err);
    char *beside = natt_cli_alloc(strlen(path), 1, BESIDE_ROOM);
    int fd = make_beside(beside, path);
    if (fd >= 0) {
        (void)close(fd);
        (void)unlink(beside);
    }
    free(beside);
    return fd >= 0 || fail(path, err);
}
