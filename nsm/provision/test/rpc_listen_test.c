/* The RPC's socket: files that it replaces, and files that it does not. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/provision/rpc_server.h"
#include "nsm/provision/test/support.h"

static char address[160];
static const char *path;

static void begin(void)
{
    (void)snprintf(address, sizeof address, "unix:%s/rpc", folder_make());
    path = address + 5;
}

TestSuite(rpc_listen, .init = begin, .fini = folder_remove);

Test(rpc_listen, socket_is_private)
{
    struct stat s;
    mode_t before = umask(0);
    int fd = natt_rpc_listen(address, &err);
    cr_assert_geq(fd, 0, "%s", err.message);
    cr_expect(stat(path, &s) == 0 && S_ISSOCK(s.st_mode) && (s.st_mode & 07777) == 0600);
    cr_expect(umask(before) == 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    (void)close(fd);
}

Test(rpc_listen, abandoned_socket_is_replaced)
{
    int first = natt_rpc_listen(address, &err);
    cr_assert_geq(first, 0);
    cr_expect_eq(natt_rpc_listen(address, &err), -1);
    cr_expect(err.code == NATT_PROVISION_E_SYSTEM && err.errno_value == EADDRINUSE);
    (void)close(first);
    int second = natt_rpc_listen(address, &err);
    cr_expect_geq(second, 0, "%s", err.message);
    (void)close(second);
}

Test(rpc_listen, other_files_stay)
{
    struct stat s;
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    cr_assert(fd >= 0 && write(fd, "data", 4) == 4);
    (void)close(fd);
    cr_expect_eq(natt_rpc_listen(address, &err), -1);
    cr_expect_eq(err.errno_value, EADDRINUSE);
    cr_expect(stat(path, &s) == 0 && s.st_size == 4);
}

Test(rpc_listen, wrong_addresses_are_told)
{
    static const struct {
        const char *address;
        int errno_value;
    } cases[] = {{"tcp:80", 0},
                 {"", 0},
                 {"unix:", ENAMETOOLONG},
                 {"vsock:", EINVAL},
                 {"vsock:x", EINVAL},
                 {"vsock:-1", EINVAL},
                 {"vsock:+1", EINVAL},
                 {"vsock:1x", EINVAL},
                 {"vsock:4294967295", EINVAL},
                 {"vsock:18446744073709551617", EINVAL},
                 {"unix:/nonexistent/rpc", ENOENT}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        cr_expect_eq(natt_rpc_listen(cases[i].address, &err), -1, "%s", cases[i].address);
        cr_expect_eq(err.code, NATT_PROVISION_E_SYSTEM);
        bool no_vsock = err.errno_value == EAFNOSUPPORT || err.errno_value == EPERM;
        cr_expect(err.errno_value == cases[i].errno_value || no_vsock, "%s: %d", cases[i].address, err.errno_value);
    }
}

Test(rpc_listen, longest_path)
{
    char text[128] = "unix:";
    memset(text + 5, 'p', 108);
    cr_expect_eq(natt_rpc_listen(text, &err), -1);
    cr_expect_eq(err.errno_value, ENAMETOOLONG);
}
