/* See p11_kit.h. */
#define _GNU_SOURCE /* O_PATH */
#include "cli/provision/p11_kit.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/vm_sockets.h>

#define WAIT_MS     3000 /* maximum wait until the server listens */
#define SETTLE_MS   1000 /* on vsock a machine may be unable to connect to itself: a server that runs so long listens */
#define PAUSE_MS    20
#define PROBE_MS    1000  /* maximum wait until the server of a killed program has ended */
#define CALM_MS     30000 /* after a run of this length, the server is restarted at once */
#define FIRST_MS    500   /* otherwise the first pause; later ones are twice as long */
#define LAST_MS     10000 /* the longest pause */
#define SHARED_MODE 0720  /* of the socket: write permission allows connecting */

static void print(const natt_cli_p11_kit *k, const char *text)
{
    (void)fprintf(stderr, "nitro-attest %s: %s\n", k->request->command, text);
}

/* ---- its socket ---- */

/* False: errno. A link is not followed: a user who may write into the folder cannot choose a different file. */
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
    return r->p11_kit_group == NULL || share(k->address.path, k->group) ||
           natt_cli_fail(err, NATT_CLI_IO, "run it as root, or as a member of the group",
                         "--p11-kit-group: cannot give %.200s to %.80s: %s", k->address.path, r->p11_kit_group,
                         strerror(errno));
}

/* A name, or a number, since an enclave may have no group file. */
static bool find_group(natt_cli_p11_kit *k, natt_cli_error *err)
{
    const natt_cli_provision_request *r = k->request;
    if (r->p11_kit_group == NULL)
        return true;
    if (k->address.path == NULL)
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

/* 0: a program listens there. */
static int connect_errno(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    memcpy(name.sun_path, path, strlen(path) + 1); /* natt_cli_p11_kit_address_parse has its limit */
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int result = probe >= 0 && connect(probe, (const struct sockaddr *)&name, sizeof name) == 0 ? 0 : errno;
    if (probe >= 0)
        (void)close(probe);
    return result;
}

static bool is_abandoned(const char *path)
{
    return connect_errno(path) == ECONNREFUSED;
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
    const char *path = k->address.path;
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
    return (request->p11_kit == NULL || natt_cli_p11_kit_address_parse(&k->address, request->p11_kit, true, err)) &&
           find_group(k, err) && (request->p11_kit == NULL || clear_socket(k, err));
}

/* ---- the server ---- */

#define URI_MAX 160 /* 32 bytes of a label, each as %XX */

/*
 * Write-protected, since consumers have the PIN: they could delete keys, change the PIN, and make tokens in unused
 * slots. The server of `run` gives access only to its own token: `run` does not know when tokens of other programs end.
 */
static void set_uri(char uri[URI_MAX], const char *label)
{
    size_t len = (size_t)snprintf(uri, URI_MAX, "pkcs11:%s", label == NULL ? "" : "token=");
    for (; label != NULL && *label != '\0' && len + 3 + sizeof "?write-protected=yes" < URI_MAX; label++)
        len += (size_t)snprintf(uri + len, URI_MAX - len, "%%%02x", (unsigned char)*label);
    (void)snprintf(uri + len, URI_MAX - len, "?write-protected=yes");
}

static bool start_below_guard(natt_cli_p11_kit *k, uint64_t until_ms, natt_cli_error *err)
{
    natt_provision_error e;
    char uri[URI_MAX];
    set_uri(uri, k->request->label);
    const char *const argv[] = {
        "p11-kit", "server", "--foreground", "--provider", k->request->module, "--name", k->request->p11_kit,
        uri,       NULL};
    k->listens = false;
    k->inode = 0;
    natt_connections_unlock(&k->connections);
    if (!natt_connections_lock(&k->connections, k->request->state))
        return natt_cli_fail(err, NATT_CLI_IO, "check the directory of --state",
                             "cannot lock the file connections of %.300s", k->request->state);
    k->started_ms = natt_boottime_ms();
    k->until_ms = until_ms;
    k->up = natt_guard_start(&k->guard, (char *const *)(uintptr_t)argv, until_ms, &e);
    return k->up || natt_cli_provision_fail(err, &e, NULL);
}

/* False: there is none yet. */
static bool note_socket(natt_cli_p11_kit *k)
{
    struct stat s;
    if (lstat(k->address.path, &s) != 0)
        return false;
    k->device = s.st_dev;
    k->inode = s.st_ino;
    return true;
}

static bool connects_by_vsock(uint32_t port)
{
    struct sockaddr_vm name = {.svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_LOCAL, .svm_port = port};
    int probe = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error = 0;
    socklen_t len = sizeof error;
    bool connects = probe >= 0 && connect(probe, (const struct sockaddr *)&name, sizeof name) == 0;
    if (!connects && probe >= 0 && errno == EINPROGRESS) {
        struct pollfd p = {probe, POLLOUT, 0};
        connects =
            poll(&p, 1, PAUSE_MS) > 0 && getsockopt(probe, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error == 0;
    }
    if (probe >= 0)
        (void)close(probe);
    return connects;
}

static bool accepts(natt_cli_p11_kit *k)
{
    if (k->address.path != NULL)
        return note_socket(k) && connect_errno(k->address.path) == 0;
    return natt_boottime_ms() - k->started_ms >= SETTLE_MS || connects_by_vsock(k->address.port);
}

/* Waits until consumers can connect, so that the printed line is true. False: the server has ended, or takes too long.
 * */
static bool follow(natt_cli_p11_kit *k, natt_cli_error *err)
{
    bool running = natt_guard_is_running(&k->guard);
    if (running && accepts(k)) {
        k->listens = share_socket(k, err);
        return k->listens;
    }
    return (running && natt_boottime_ms() - k->started_ms < WAIT_MS) ||
           natt_cli_fail(err, NATT_CLI_IO, "install p11-kit, and check the address and --module",
                         "p11-kit server does not listen on %.300s", k->request->p11_kit);
}

bool natt_cli_p11_kit_is_ready(natt_cli_p11_kit *k)
{
    return k->request->p11_kit == NULL || (k->listens && natt_guard_is_running(&k->guard));
}

static bool wait_for_it(natt_cli_p11_kit *k, natt_cli_error *err)
{
    while (!natt_cli_p11_kit_is_ready(k)) {
        if (!follow(k, err))
            return false;
        if (!k->listens)
            (void)usleep(PAUSE_MS * 1000);
    }
    return true;
}

bool natt_cli_p11_kit_start(natt_cli_p11_kit *k, uint64_t until_ms, natt_cli_error *err)
{
    return k->request->p11_kit == NULL ||
           (clear_socket(k, err) && start_below_guard(k, until_ms, err) && wait_for_it(k, err));
}

static void wait_longer(natt_cli_p11_kit *k, uint64_t now_ms)
{
    k->next_ms = now_ms + k->pause_ms;
    k->pause_ms = k->pause_ms == 0 ? FIRST_MS : k->pause_ms < LAST_MS / 2 ? 2 * k->pause_ms : LAST_MS;
}

/* Prints the end of a server that neither this program nor the time limit ended; the code that ends tokens prints its
 * own reason. */
static void note_end(natt_cli_p11_kit *k)
{
    const uint64_t now_ms = natt_boottime_ms();
    k->up = k->listens = false;
    natt_connections_unlock(&k->connections);
    k->next_ms = 0;
    if (now_ms >= k->until_ms)
        return;
    if (now_ms - k->started_ms >= CALM_MS)
        k->pause_ms = 0;
    wait_longer(k, now_ms);
    if (!k->told)
        print(k, "p11-kit server has ended; this command starts it again");
}

bool natt_cli_p11_kit_is_due(natt_cli_p11_kit *k)
{
    if (k->request->p11_kit == NULL || natt_guard_is_running(&k->guard))
        return false;
    if (k->up)
        note_end(k);
    return natt_boottime_ms() >= k->next_ms;
}

void natt_cli_p11_kit_end_if_told(natt_cli_p11_kit *k)
{
    if (k->guard.pid != 0 && natt_connections_must_end(&k->connections))
        natt_cli_p11_kit_end_older(k, UINT64_MAX, "a token was removed, was replaced or has expired");
}

/* Ends a server that starts but does not listen, so that it is started again. */
static bool start_or_follow(natt_cli_p11_kit *k, uint64_t until_ms, natt_cli_error *err)
{
    if (natt_cli_p11_kit_is_due(k))
        return clear_socket(k, err) && start_below_guard(k, until_ms, err);
    return !k->up || k->listens || follow(k, err);
}

void natt_cli_p11_kit_keep(natt_cli_p11_kit *k, uint64_t until_ms)
{
    natt_cli_error err;
    (void)natt_cli_p11_kit_is_due(k); /* records an end by the old time limit */
    k->until_ms = until_ms;
    natt_guard_set_end(&k->guard, until_ms);
    if (!start_or_follow(k, until_ms, &err)) {
        if (!k->told)
            (void)natt_cli_error_print(&err, k->request->command);
        k->told = true;
        natt_cli_p11_kit_stop(k);
        wait_longer(k, natt_boottime_ms());
    }
    k->told = k->told && !k->listens;
}

void natt_cli_p11_kit_end_older(natt_cli_p11_kit *k, uint64_t before_ms, const char *why)
{
    if (k->guard.pid == 0 || before_ms < k->started_ms)
        return;
    (void)fprintf(stderr, "nitro-attest %s: %s: closing all connections to p11-kit server\n", k->request->command, why);
    natt_cli_p11_kit_stop(k);
}

void natt_cli_p11_kit_stop(natt_cli_p11_kit *k)
{
    k->up = k->listens = false;
    k->next_ms = 0;
    natt_guard_stop(&k->guard);
    natt_connections_unlock(&k->connections);
}
