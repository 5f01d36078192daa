/* See p11_kit.h. */
#define _GNU_SOURCE /* O_PATH */
#include "cli/provision/p11_kit.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define WAIT_MS     3000 /* until it listens */
#define PAUSE_MS    20
#define PROBE_MS    1000 /* until a server whose program was killed has ended */
#define SHARED_MODE 0720 /* of the socket: write permission allows connecting */

static void print(const natt_cli_p11_kit *k, const char *text)
{
    (void)fprintf(stderr, "nitro-attest %s: %s\n", k->request->command, text);
}

/* ---- its socket ---- */

/* NULL: the address is not a file. */
static const char *socket_of(const char *address)
{
    return strncmp(address, "unix:path=", 10) == 0 ? address + 10 : NULL;
}

/* False: errno. Does not follow a link, so that a user who can write to the folder cannot choose a different file. */
static bool share(const char *path, gid_t group)
{
    char descriptor[32];
    struct stat s;
    int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    (void)snprintf(descriptor, sizeof descriptor, "/proc/self/fd/%d", fd);
    bool done = fd >= 0 && fstat(fd, &s) == 0;
    if (done && !S_ISSOCK(s.st_mode)) {
        errno = ENOTSOCK;
        done = false;
    }
    bool shared = done && s.st_gid == group && (s.st_mode & 0777) == SHARED_MODE;
    done = done &&
           (shared || (fchownat(fd, "", (uid_t)-1, group, AT_EMPTY_PATH) == 0 && chmod(descriptor, SHARED_MODE) == 0));
    int errno_value = errno;
    if (fd >= 0)
        (void)close(fd);
    errno = errno_value;
    return done;
}

/* p11-kit creates the socket with mode 0711; connecting needs write permission, which only the owner has. */
static bool share_socket(const natt_cli_p11_kit *k, natt_cli_error *err)
{
    const natt_cli_provision_request *r = k->request;
    return r->p11_kit_group == NULL || share(socket_of(r->p11_kit), k->group) ||
           natt_cli_fail(err, NATT_CLI_IO, "run it as root, or as a member of the group",
                         "--p11-kit-group: cannot give %.200s to %.80s: %s", socket_of(r->p11_kit), r->p11_kit_group,
                         strerror(errno));
}

/* A name, or a number, since an enclave may have no group file. */
static bool find_group(natt_cli_p11_kit *k, natt_cli_error *err)
{
    const natt_cli_provision_request *r = k->request;
    if (r->p11_kit_group == NULL)
        return true;
    if (r->p11_kit == NULL || socket_of(r->p11_kit) == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give --p11-kit unix:path=PATH too",
                             "--p11-kit-group is for a unix socket");
    const struct group *group = getgrnam(r->p11_kit_group);
    uint32_t number = 0;
    if (group == NULL && !natt_cli_kms_number(&number, "--p11-kit-group", r->p11_kit_group, 0, INT32_MAX, err))
        return natt_cli_fail(err, NATT_CLI_USAGE, "give the name of a group of this system, or its number",
                             "--p11-kit-group: there is no group %.80s", r->p11_kit_group);
    k->group = group != NULL ? group->gr_gid : (gid_t)number;
    return true;
}

/* No process listens there any longer. */
static bool is_abandoned(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof name.sun_path)
        return false;
    memcpy(name.sun_path, path, strlen(path) + 1);
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool refused =
        probe >= 0 && connect(probe, (const struct sockaddr *)&name, sizeof name) != 0 && errno == ECONNREFUSED;
    if (probe >= 0)
        (void)close(probe);
    return refused;
}

/* After a program was killed, its server's processes end soon. */
static bool becomes_abandoned(const char *path)
{
    for (int waited_ms = 0; waited_ms < PROBE_MS; waited_ms += PAUSE_MS) {
        if (is_abandoned(path))
            return true;
        (void)usleep(PAUSE_MS * 1000);
    }
    return is_abandoned(path);
}

/* A socket that a killed server has left would look like a listening one, so it is deleted. Other files and links are
 * not. */
static bool clear_socket(natt_cli_p11_kit *k, natt_cli_error *err)
{
    struct stat s;
    const char *path = socket_of(k->request->p11_kit);
    if (path == NULL || (lstat(path, &s) != 0 && errno == ENOENT))
        return true;
    if (lstat(path, &s) == 0 && !S_ISSOCK(s.st_mode))
        return natt_cli_fail(err, NATT_CLI_IO, "move it away, or give another path",
                             "--p11-kit: %.300s exists, and is not a socket", path);
    bool ours = k->inode != 0 && s.st_ino == k->inode && s.st_dev == k->device;
    if (!ours && !becomes_abandoned(path))
        return natt_cli_fail(err, NATT_CLI_IO, "end that program, or give another path",
                             "--p11-kit: a program listens on %.300s", path);
    return unlink(path) == 0 || natt_cli_fail(err, NATT_CLI_IO, "check the path and its permissions",
                                              "--p11-kit: cannot delete %.300s: %s", path, strerror(errno));
}

bool natt_cli_p11_kit_prepare(natt_cli_p11_kit *k, const natt_cli_provision_request *request, natt_cli_error *err)
{
    *k = (natt_cli_p11_kit){.request = request, .guard = {0, -1}, .connections = {.lock = -1}};
    return find_group(k, err) && (request->p11_kit == NULL || clear_socket(k, err));
}

/* ---- the server ---- */

static bool start_below_guard(natt_cli_p11_kit *k, uint64_t until_ms, natt_cli_error *err)
{
    natt_provision_error e;
    /* Write-protected, since consumers have the PIN: they could delete keys, change the PIN, and make tokens in unused
     * slots. */
    const char *const argv[] = {"p11-kit",
                                "server",
                                "--foreground",
                                "--provider",
                                k->request->module,
                                "--name",
                                k->request->p11_kit,
                                "pkcs11:?write-protected=yes",
                                NULL};
    k->ended = false;
    k->inode = 0;
    natt_connections_unlock(&k->connections);
    if (!natt_connections_lock(&k->connections, k->request->state))
        return natt_cli_fail(err, NATT_CLI_IO, "check the directory of --state",
                             "cannot lock the file connections of %.300s", k->request->state);
    k->started_ms = natt_boottime_ms();
    return natt_guard_start(&k->guard, (char *const *)(uintptr_t)argv, until_ms, &e) ||
           natt_cli_provision_fail(err, &e, NULL);
}

/* False: it does not exist yet. */
static bool note_socket(natt_cli_p11_kit *k, const char *path)
{
    struct stat s;
    if (lstat(path, &s) != 0)
        return false;
    k->device = s.st_dev;
    k->inode = s.st_ino;
    return true;
}

/* Waits until consumers can connect, so that the message afterwards is true. */
static bool wait_for_socket(natt_cli_p11_kit *k, natt_cli_error *err)
{
    const char *path = socket_of(k->request->p11_kit);
    for (int waited_ms = 0; natt_guard_is_running(&k->guard); waited_ms += PAUSE_MS) {
        if (path == NULL || note_socket(k, path))
            return path == NULL || share_socket(k, err);
        if (waited_ms >= WAIT_MS)
            break;
        (void)usleep(PAUSE_MS * 1000);
    }
    return natt_cli_fail(err, NATT_CLI_IO, "install p11-kit, and give an address as unix:path=/run/p11-kit.sock",
                         "p11-kit server does not listen on %.300s", k->request->p11_kit);
}

bool natt_cli_p11_kit_start(natt_cli_p11_kit *k, uint64_t until_ms, natt_cli_error *err)
{
    return k->request->p11_kit == NULL ||
           (clear_socket(k, err) && start_below_guard(k, until_ms, err) && wait_for_socket(k, err));
}

bool natt_cli_p11_kit_is_running(natt_cli_p11_kit *k)
{
    bool running = natt_guard_is_running(&k->guard);
    if (!running)
        natt_connections_unlock(&k->connections);
    return running || k->request->p11_kit == NULL;
}

void natt_cli_p11_kit_end_if_told(natt_cli_p11_kit *k)
{
    if (k->guard.pid != 0 && natt_connections_must_end(&k->connections))
        natt_cli_p11_kit_end_older(k, UINT64_MAX, "a token has ended");
}

void natt_cli_p11_kit_keep(natt_cli_p11_kit *k, uint64_t until_ms)
{
    natt_cli_error err;
    natt_guard_set_end(&k->guard, until_ms);
    if (natt_cli_p11_kit_is_running(k))
        return;
    if (!k->told && !k->ended)
        print(k, "p11-kit server has ended; it is started again");
    bool failed = !natt_cli_p11_kit_start(k, until_ms, &err);
    if (failed && !k->told)
        (void)natt_cli_error_print(&err, k->request->command);
    k->told = failed;
}

void natt_cli_p11_kit_end_older(natt_cli_p11_kit *k, uint64_t before_ms, const char *why)
{
    if (k->guard.pid == 0 || before_ms < k->started_ms)
        return;
    (void)fprintf(stderr, "nitro-attest %s: %s: connections to p11-kit server end\n", k->request->command, why);
    natt_cli_p11_kit_stop(k);
}

void natt_cli_p11_kit_stop(natt_cli_p11_kit *k)
{
    k->ended = true;
    natt_guard_stop(&k->guard);
    natt_connections_unlock(&k->connections);
}
