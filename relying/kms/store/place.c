/* See place.h. */
#define _XOPEN_SOURCE 700 /* openat, realpath, S_ISVTX */
#include "relying/kms/store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "relying/kms/store/error.h"

#define MAX_ABOVE 256 /* directories */

static bool fail(natt_kms_store_error *err, const char *what)
{
    return natt_kms_store_fail_errno(err, NATT_KMS_STORE_FAILED, errno, what);
}

static bool fail_unsafe(natt_kms_store_error *err, const char *text)
{
    return natt_kms_store_fail(err, NATT_KMS_STORE_UNSAFE, "%s", text);
}

static bool trusted(uid_t owner)
{
    return owner == geteuid() || owner == 0;
}

/* The sticky bit does not help here: others could create PATH-wal, which SQLite would read. */
static bool check_folder(const struct stat *folder, natt_kms_store_error *err)
{
    if (!trusted(folder->st_uid))
        return fail_unsafe(err, "the directory belongs to another user, who could replace the file");
    return (folder->st_mode & 022) == 0 ||
           fail_unsafe(err, "other users can write to the directory, so they could replace the file: chmod go-w");
}

/* The owner of a directory can rename everything in it; the sticky bit restricts only others. */
static bool check_above(const struct stat *above, natt_kms_store_error *err)
{
    if (!trusted(above->st_uid))
        return fail_unsafe(err, "a parent directory belongs to another user, who could replace the file's directory");
    return (above->st_mode & 022) == 0 || (above->st_mode & S_ISVTX) != 0 ||
           fail_unsafe(err, "other users can write to a parent directory, so they could replace the file's directory");
}

/* Checks every parent directory up to the root, whose parent is itself. Does not read them, so search permission is
 * enough. */
static bool check_all_above(int dir_fd, struct stat below, natt_kms_store_error *err)
{
    char up[3 * (MAX_ABOVE + 2)] = "..";
    struct stat above;
    for (size_t count = 0; count <= MAX_ABOVE; count++, below = above) {
        if (fstatat(dir_fd, up, &above, 0) != 0)
            return fail(err, "a parent directory of the file's directory cannot be examined");
        if (above.st_dev == below.st_dev && above.st_ino == below.st_ino)
            return true;
        if (!check_above(&above, err))
            return false;
        memcpy(up + 3 * count + 2, "/..", 4);
    }
    return natt_kms_store_fail(err, NATT_KMS_STORE_FAILED, "the file is more than %d directories deep", MAX_ABOVE);
}

static bool check_place(int dir_fd, natt_kms_store_error *err)
{
    struct stat folder;
    if (fstat(dir_fd, &folder) != 0)
        return fail(err, "the file's directory cannot be examined");
    return check_folder(&folder, err) && check_all_above(dir_fd, folder, err);
}

/* The directory part of path, for realpath; name is the rest. */
static bool split(char dir[PATH_MAX], const char **name, const char *path)
{
    const char *slash = strrchr(path, '/');
    *name = slash == NULL ? path : slash + 1;
    size_t len = slash == NULL ? 0 : (size_t)(*name - path);
    if (len >= PATH_MAX || **name == '\0' || strcmp(*name, ".") == 0 || strcmp(*name, "..") == 0)
        return false;
    memcpy(dir, path, len);
    memcpy(dir + len, len == 0 ? "." : "", len == 0 ? 2 : 1);
    return true;
}

static bool join(struct natt_kms_place *place, const char *name)
{
    size_t dir_len = strlen(place->path), len = strlen(name);
    dir_len -= place->path[dir_len - 1] == '/';
    if (len >= sizeof place->path - dir_len - 1)
        return false;
    place->path[dir_len] = '/';
    memcpy(place->path + dir_len + 1, name, len + 1);
    place->name = place->path + dir_len + 1;
    return true;
}

bool natt_kms_place_find(struct natt_kms_place *place, const char *path, natt_kms_store_error *err)
{
    char dir[PATH_MAX];
    const char *name;
    if (!split(dir, &name, path))
        return natt_kms_store_fail(err, NATT_KMS_STORE_ARGUMENT, "the path does not name a file, or is too long");
    if (realpath(dir, place->path) == NULL)
        return fail(err, "the file's directory cannot be found");
    place->dir_fd = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (place->dir_fd < 0)
        return fail(err, "the file's directory cannot be opened");
    bool ok = check_place(place->dir_fd, err) &&
              (join(place, name) || natt_kms_store_fail(err, NATT_KMS_STORE_ARGUMENT, "the path is too long"));
    if (!ok)
        natt_kms_place_leave(place);
    return ok;
}

void natt_kms_place_leave(struct natt_kms_place *place)
{
    (void)close(place->dir_fd);
    place->dir_fd = -1;
}

bool natt_kms_place_private(const struct stat *about, const char *what, natt_kms_store_error *err)
{
    if (!S_ISREG(about->st_mode))
        return natt_kms_store_fail(err, NATT_KMS_STORE_UNSAFE, "%s is not a regular file", what);
    if (about->st_uid != geteuid())
        return natt_kms_store_fail(err, NATT_KMS_STORE_UNSAFE, "%s belongs to another user", what);
    return (about->st_mode & 077) == 0 ||
           natt_kms_store_fail(err, NATT_KMS_STORE_UNSAFE, "other users can read or write %s: chmod 600", what);
}

static bool write_all(int fd, const char *in, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, in, len);
        if (put < 0 && errno != EINTR)
            return false;
        in += put > 0 ? put : 0;
        len -= put > 0 ? (size_t)put : 0;
    }
    return fsync(fd) == 0;
}

bool natt_kms_place_create(const struct natt_kms_place *place, const void *content, size_t len)
{
    int fd = openat(place->dir_fd, place->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    bool ok = write_all(fd, content, len);
    int why = errno;
    ok = close(fd) == 0 && ok && fsync(place->dir_fd) == 0;
    if (!ok)
        (void)unlinkat(place->dir_fd, place->name, 0);
    errno = ok ? 0 : why;
    return ok;
}
