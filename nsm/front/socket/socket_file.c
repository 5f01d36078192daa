/* See socket_file.h. */
#define _GNU_SOURCE /* SOCK_CLOEXEC, flock */
#include "nsm/front/socket/socket_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nsm/issuer/error.h"

static bool fail_errno(natt_emulator_error *err, const char *message)
{
    return natt_emulator_fail_errno(err, NATT_EMULATOR_E_SOCKET, errno, message);
}

/*
 * A server locks the folder while it examines the path, removes a stale file and binds. If two servers start at once,
 * the second must not remove the new socket of the first.
 */
static int lock_folder(const char *path)
{
    char folder[sizeof((struct sockaddr_un *)0)->sun_path] = ".";
    const char *slash = strrchr(path, '/');
    if (slash != NULL) {
        size_t len = slash == path ? 1 : (size_t)(slash - path);
        memcpy(folder, path, len);
        folder[len] = '\0';
    }
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* A file is stale if no process listens on the socket any more. */
static bool is_stale(const struct natt_socket_file *file)
{
    int fd = socket(AF_UNIX, file->type, 0);
    if (fd < 0)
        return false;
    int answer = connect(fd, (const struct sockaddr *)&file->address, sizeof file->address);
    bool refused = answer != 0 && errno == ECONNREFUSED;
    close(fd);
    return refused;
}

static bool make_way(const struct natt_socket_file *file, natt_emulator_error *err)
{
    struct stat there;
    if (lstat(file->address.sun_path, &there) != 0)
        return errno == ENOENT || fail_errno(err, "the socket's path cannot be examined");
    if (!S_ISSOCK(there.st_mode))
        return natt_emulator_fail(err, NATT_EMULATOR_E_SOCKET_TAKEN,
                                  "the file at the socket's path is not a socket: choose another path");
    if (!is_stale(file))
        return natt_emulator_fail(err, NATT_EMULATOR_E_SOCKET_TAKEN,
                                  "another program is listening on that socket: stop it, or choose another path");
    return unlink(file->address.sun_path) == 0 || fail_errno(err, "the stale socket file cannot be removed");
}

/* fchmod first: the file never exists with another mode. [unix(7) on Linux; checked by a test] */
static bool bind_private(struct natt_socket_file *file, natt_emulator_error *err)
{
    struct stat made;
    if (fchmod(file->fd, 0600) != 0 ||
        bind(file->fd, (const struct sockaddr *)&file->address, sizeof file->address) != 0)
        return fail_errno(err, "the socket cannot be created at that path");
    if (chmod(file->address.sun_path, 0600) != 0 || lstat(file->address.sun_path, &made) != 0 ||
        listen(file->fd, SOMAXCONN) != 0) {
        fail_errno(err, "the socket cannot be set up");
        unlink(file->address.sun_path);
        return false;
    }
    file->device = made.st_dev;
    file->inode = made.st_ino;
    return true;
}

static bool open_locked(struct natt_socket_file *file, natt_emulator_error *err)
{
    if (!make_way(file, err))
        return false;
    file->fd = socket(AF_UNIX, file->type, 0);
    if (file->fd < 0)
        return fail_errno(err, "a socket cannot be created");
    if (bind_private(file, err))
        return true;
    close(file->fd);
    file->fd = -1;
    return false;
}

bool natt_socket_file_open(struct natt_socket_file *file, const char *path, int type, natt_emulator_error *err)
{
    memset(file, 0, sizeof *file);
    file->fd = -1;
    file->type = type | SOCK_NONBLOCK | SOCK_CLOEXEC;
    file->address.sun_family = AF_UNIX;
    if (path[0] == '\0' || strlen(path) >= sizeof file->address.sun_path)
        return natt_emulator_fail(err, NATT_EMULATOR_E_SOCKET_PATH, NULL);
    memcpy(file->address.sun_path, path, strlen(path) + 1);
    int folder = lock_folder(path);
    if (folder < 0)
        return fail_errno(err, "the folder of the socket cannot be opened");
    bool ok = open_locked(file, err);
    close(folder);
    return ok;
}

static void remove_if_own(const struct natt_socket_file *file)
{
    struct stat there;
    int folder = lock_folder(file->address.sun_path);
    if (lstat(file->address.sun_path, &there) == 0 && there.st_dev == file->device && there.st_ino == file->inode)
        unlink(file->address.sun_path);
    if (folder >= 0)
        close(folder);
}

void natt_socket_file_close(struct natt_socket_file *file)
{
    if (file->fd < 0)
        return;
    remove_if_own(file);
    close(file->fd);
    file->fd = -1;
}
