/* natt_rpc_listen, see rpc_server.h. */
#define _POSIX_C_SOURCE 200809L /* lstat */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/vm_sockets.h>

#include "nsm/provision/rpc_server.h"

static int fail(natt_provision_error *err, const char *address, int fd)
{
    int errno_value = errno;
    (void)natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "cannot listen on %.150s", address);
    if (err != NULL)
        err->errno_value = errno_value;
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

/* Mode 0600 from the start, by the umask at bind. */
static bool bind_private(int fd, const struct sockaddr_un *name)
{
    mode_t before = umask(0177);
    bool bound = bind(fd, (const struct sockaddr *)name, sizeof *name) == 0;
    (void)umask(before);
    return bound;
}

/* A socket file that a killed server has left, without a listening process. connect also refuses other kinds of
 * files. */
static bool is_abandoned(const struct sockaddr_un *name)
{
    struct stat s;
    if (lstat(name->sun_path, &s) != 0 || !S_ISSOCK(s.st_mode))
        return false;
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool refused =
        probe >= 0 && connect(probe, (const struct sockaddr *)name, sizeof *name) != 0 && errno == ECONNREFUSED;
    if (probe >= 0)
        (void)close(probe);
    return refused;
}

static bool bind_unix(int fd, const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    if (strlen(path) == 0 || strlen(path) >= sizeof name.sun_path) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(name.sun_path, path, strlen(path) + 1);
    if (bind_private(fd, &name))
        return true;
    if (errno != EADDRINUSE)
        return false;
    if (is_abandoned(&name))
        return unlink(path) == 0 && bind_private(fd, &name);
    errno = EADDRINUSE;
    return false;
}

static bool bind_vsock(int fd, const char *port)
{
    char *end;
    unsigned long long number = strtoull(port, &end, 10);
    struct sockaddr_vm name = {.svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = (unsigned)number};
    if (port[0] < '0' || port[0] > '9' || *end != '\0' || number >= UINT32_MAX /* any */) {
        errno = EINVAL;
        return false;
    }
    return bind(fd, (const struct sockaddr *)&name, sizeof name) == 0;
}

int natt_rpc_listen(const char *address, natt_provision_error *err)
{
    bool is_unix = strncmp(address, "unix:", 5) == 0;
    if (!is_unix && strncmp(address, "vsock:", 6) != 0) {
        (void)natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "%.150s is neither unix:PATH nor vsock:PORT", address);
        return -1;
    }
    int fd = socket(is_unix ? AF_UNIX : AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fail(err, address, fd);
    bool bound = is_unix ? bind_unix(fd, address + 5) : bind_vsock(fd, address + 6);
    return bound && listen(fd, 16) == 0 ? fd : fail(err, address, fd);
}
