/* See process.h. */
#define _GNU_SOURCE /* O_PATH */
#include "cli/provision/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_AGAIN_S    30 /* for tokens that the module has lost */
#define P11_KIT_WAIT_MS 3000
#define SHARED_MODE     0720 /* of the socket: who may write, may connect */

static void print(const natt_cli_provision_process *p, const char *text)
{
    (void)fprintf(stderr, "nitro-attest %s: %s\n", p->session->request->command, text);
}

/* ---- p11-kit server ---- */

static bool start_p11_kit(natt_cli_provision_process *p, natt_provision_error *e)
{
    const natt_cli_provision_request *r = p->session->request;
    /* Consumers have the PIN: they could delete keys, change the PIN, and make tokens in unused slots. */
    const char *const argv[] = {"p11-kit", "server", "--foreground", "--provider",
                                r->module, "--name", r->p11_kit,     "pkcs11:?write-protected=yes",
                                NULL};
    p->started_ms = natt_boottime_ms();
    return natt_guard_start(&p->guard, (char *const *)(uintptr_t)argv, UINT64_MAX, e);
}

/* NULL: the address is no file. */
static const char *socket_of(const char *address)
{
    return strncmp(address, "unix:path=", 10) == 0 ? address + 10 : NULL;
}

/* False: errno. A link is not followed: whoever may write into the folder chooses no other file. */
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

/* p11-kit makes the socket with mode 0711, and connecting needs permission to write: its own user alone has it. */
static bool share_socket(const natt_cli_provision_process *p, natt_cli_error *err)
{
    const natt_cli_provision_request *r = p->session->request;
    return r->p11_kit_group == NULL || share(socket_of(r->p11_kit), p->group) ||
           natt_cli_fail(err, NATT_CLI_IO, "run it as root, or as a member of the group",
                         "--p11-kit-group: cannot give %.200s to %.80s: %s", socket_of(r->p11_kit), r->p11_kit_group,
                         strerror(errno));
}

/* A name, or a number: an enclave may have no file of groups. */
static bool find_group(natt_cli_provision_process *p, natt_cli_error *err)
{
    const natt_cli_provision_request *r = p->session->request;
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
    p->group = group != NULL ? group->gr_gid : (gid_t)number;
    return true;
}

/* Until consumers can connect: what is printed then, is true. */
static bool wait_for_p11_kit(natt_cli_provision_process *p, natt_cli_error *err)
{
    const char *path = socket_of(p->session->request->p11_kit);
    for (int waited_ms = 0; natt_guard_is_running(&p->guard); waited_ms += 20) {
        if (path == NULL || access(path, F_OK) == 0)
            return path == NULL || share_socket(p, err);
        if (waited_ms >= P11_KIT_WAIT_MS)
            break;
        (void)usleep(20000);
    }
    return natt_cli_fail(err, NATT_CLI_IO, "install p11-kit, and give an address as unix:path=/run/p11-kit.sock",
                         "p11-kit server does not listen on %.300s", p->session->request->p11_kit);
}

/* A socket that a killed server has left would look like one that listens. Nothing else is deleted, a link neither. */
static bool clear_socket(const natt_cli_provision_process *p, natt_cli_error *err)
{
    struct stat s;
    const char *path = socket_of(p->session->request->p11_kit);
    if (path == NULL || (lstat(path, &s) != 0 && errno == ENOENT))
        return true;
    if (lstat(path, &s) == 0 && !S_ISSOCK(s.st_mode))
        return natt_cli_fail(err, NATT_CLI_IO, "move it away, or give another path",
                             "--p11-kit: %.300s is there, and is no socket", path);
    return unlink(path) == 0 || natt_cli_fail(err, NATT_CLI_IO, "check the path and its permissions",
                                              "--p11-kit: cannot delete %.300s: %s", path, strerror(errno));
}

static bool begin_p11_kit(natt_cli_provision_process *p, natt_cli_error *err)
{
    natt_provision_error e;
    if (!find_group(p, err))
        return false;
    if (p->session->request->p11_kit == NULL)
        return true;
    if (!clear_socket(p, err))
        return false;
    return start_p11_kit(p, &e) ? wait_for_p11_kit(p, err) : natt_cli_provision_fail(err, &e, NULL);
}

/* A failure is tried again at the next tick, and told once. */
static void print_failure(natt_cli_provision_process *p, const natt_cli_error *err)
{
    if (!p->told)
        (void)natt_cli_error_print(err, p->session->request->command);
    p->told = true;
}

static void keep_p11_kit(natt_cli_provision_process *p)
{
    natt_provision_error e;
    natt_cli_error err;
    if (p->session->request->p11_kit == NULL)
        return;
    const char *path = socket_of(p->session->request->p11_kit);
    if (natt_guard_is_running(&p->guard)) {
        if (path != NULL && access(path, F_OK) == 0 && !share_socket(p, &err))
            print_failure(p, &err);
        return;
    }
    if (!p->told)
        print(p, "p11-kit server has ended; it is started again");
    if (!clear_socket(p, &err) || (!start_p11_kit(p, &e) && !natt_cli_provision_fail(&err, &e, NULL)))
        print_failure(p, &err);
    else
        p->told = false;
}

/* ---- --on-change ---- */

static void run_command(natt_cli_provision_process *p)
{
    p->again = false;
    p->command = fork();
    if (p->command == 0) {
        sigset_t none;
        (void)sigemptyset(&none);
        (void)signal(SIGPIPE, SIG_DFL);
        (void)sigprocmask(SIG_SETMASK, &none, NULL);
        (void)execl("/bin/sh", "sh", "-c", p->session->request->on_change, (char *)NULL);
        _exit(127);
    }
    if (p->command < 0) {
        print(p, strerror(errno));
        p->command = 0;
    }
}

void natt_cli_provision_process_changed(natt_cli_provision_process *p)
{
    if (p->session->request->on_change == NULL)
        return;
    if (p->command == 0)
        run_command(p);
    else
        p->again = true;
}

static void reap_command(natt_cli_provision_process *p)
{
    int status = 0;
    if (p->command == 0 || waitpid(p->command, &status, WNOHANG) == 0)
        return;
    p->command = 0;
    if (status != 0)
        print(p, "the command of --on-change has failed");
    if (p->again)
        run_command(p);
}

/* ---- expiry ---- */

/* Once for each token that is lost: connections from then on do not find it. */
static void end_connections(natt_cli_provision_process *p, uint64_t lost_ms)
{
    if (lost_ms < p->started_ms || p->session->request->p11_kit == NULL || p->guard.pid == 0)
        return;
    print(p, "the module has lost a token: connections to p11-kit server are ended");
    natt_guard_stop(&p->guard);
}

/* By another process: a token may expire soon, or have been lost. What is seen is the file before the look. */
static bool state_has_changed(natt_cli_provision_process *p)
{
    struct stat now;
    char path[4096];
    if ((size_t)snprintf(path, sizeof path, "%s/state", p->session->request->state) >= sizeof path ||
        stat(path, &now) != 0)
        return false;
    bool same = now.st_ino == p->state.st_ino && now.st_size == p->state.st_size &&
                now.st_mtim.tv_sec == p->state.st_mtim.tv_sec && now.st_mtim.tv_nsec == p->state.st_mtim.tv_nsec;
    p->state = now;
    return !same;
}

static void expire(natt_cli_provision_process *p)
{
    natt_provision_error e;
    natt_cli_error err;
    if (natt_boottime_s() < p->expire_at_s && !state_has_changed(p))
        return;
    natt_provisioner *provisioner = natt_provisioner_open(&p->session->options, &e);
    uint64_t left = provisioner == NULL ? 0 : natt_provision_expire(provisioner);
    if (provisioner != NULL) {
        const char *label = p->session->request->label;
        end_connections(p, natt_provision_lost_ms(provisioner));
        p->is_lost = label != NULL && natt_provision_is_lost(provisioner, label);
    }
    natt_provisioner_close(provisioner);
    p->expire_at_s = natt_boottime_s() + (left > 0 && left < LOOK_AGAIN_S ? left : LOOK_AGAIN_S);
    if (provisioner == NULL) {
        (void)natt_cli_provision_fail(&err, &e, &p->session->options.kms);
        (void)natt_cli_error_print(&err, p->session->request->command);
    }
}

/* ---- all of it ---- */

static bool catch_signals(natt_cli_provision_process *p, natt_cli_error *err)
{
    sigset_t stop;
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGINT);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &stop, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    p->stop = signalfd(-1, &stop, SFD_CLOEXEC);
    return p->stop >= 0 || natt_cli_fail(err, NATT_CLI_IO, "", "signalfd: %s", strerror(errno));
}

bool natt_cli_provision_process_start(natt_cli_provision_process *p, const natt_cli_provision_session *session,
                                      natt_cli_error *err)
{
    *p = (natt_cli_provision_process){.session = session, .stop = -1, .guard = {0, -1}};
    return catch_signals(p, err) && begin_p11_kit(p, err);
}

void natt_cli_provision_process_end(natt_cli_provision_process *p)
{
    if (p->session == NULL)
        return;
    natt_guard_stop(&p->guard);
    if (p->stop >= 0)
        (void)close(p->stop);
}

void natt_cli_provision_process_tick(natt_cli_provision_process *p)
{
    keep_p11_kit(p);
    reap_command(p);
    expire(p);
}
