/* See process.h. */
#define _POSIX_C_SOURCE 200809L
#include "cli/provision/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/frame/text.h"

#define LOOK_AGAIN_MS   30000  /* until the next check for tokens that the module has lost */
#define RETRY_MS        500    /* until the next check after one that failed */
#define LOOK_WAIT_MS    200    /* maximum wait for the lock: there is other work */
#define START_WAIT_MS   10000  /* the same, at the start */
#define END_WAIT_MS     2000   /* the same, at the end */
#define SETTLE_PAUSE_MS 20     /* between checks of p11-kit server */
#define COMMAND_MS      60000  /* for the command of --on-change */
#define BLIND_MS        120000 /* after the last check p11-kit server ends: other programs may have added a token */

static void print(const natt_cli_provision_process *p, const char *text)
{
    (void)fprintf(stderr, "nitro-attest %s: %s\n", p->session->request->command, text);
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
        (void)setpgid(0, 0);
        natt_guard_forget_credentials();
        (void)execl("/bin/sh", "sh", "-c", p->session->request->on_change, (char *)NULL);
        _exit(127);
    }
    p->limit_ms = natt_boottime_ms() + COMMAND_MS;
    if (p->command < 0) {
        print(p, strerror(errno));
        p->command = 0;
        return;
    }
    (void)setpgid(p->command, p->command); /* both processes do this, since either may run first */
}

static void end_command(natt_cli_provision_process *p)
{
    if (p->command == 0)
        return;
    (void)kill(-p->command, SIGKILL);
    (void)waitpid(p->command, NULL, 0);
    p->command = 0;
}

/* Otherwise consumers would not be notified of a later change. */
static void limit_command(natt_cli_provision_process *p)
{
    if (p->command == 0 || natt_boottime_ms() < p->limit_ms)
        return;
    print(p, "the command of --on-change did not end within 60 seconds, and was killed");
    end_command(p);
    if (p->again)
        run_command(p);
}

/* Waits until their server runs again. */
static void tell_consumers(natt_cli_provision_process *p)
{
    if (!p->reload || !natt_cli_p11_kit_is_ready(&p->p11_kit))
        return;
    p->reload = false;
    if (p->session->request->on_change == NULL)
        return;
    if (p->command == 0)
        run_command(p);
    else
        p->again = true;
}

static void tell_status(const natt_cli_provision_process *p, int status)
{
    char text[80];
    if (WIFSIGNALED(status))
        (void)snprintf(text, sizeof text, "--on-change: signal %d ended the command", WTERMSIG(status));
    else
        (void)snprintf(text, sizeof text, "--on-change: the command ended with status %d", WEXITSTATUS(status));
    print(p, text);
}

static void reap_command(natt_cli_provision_process *p)
{
    int status = 0;
    pid_t ended = p->command == 0 ? 0 : waitpid(p->command, &status, WNOHANG);
    if (ended == 0) {
        limit_command(p);
        return;
    }
    p->command = 0;
    if (ended > 0 && status != 0)
        tell_status(p, status);
    if (p->again)
        run_command(p);
}

/* ---- expiry ---- */

static bool path_of_state(char *out, size_t len, const natt_cli_provision_process *p)
{
    return (size_t)snprintf(out, len, "%s/state", p->session->request->state) < len;
}

/* True: another process has changed the file, or it does not exist. `seen` is the file before the last check. */
static bool state_has_changed(natt_cli_provision_process *p)
{
    struct stat now = {0};
    char path[4096];
    if (!path_of_state(path, sizeof path, p) || (stat(path, &now) != 0 && p->state.st_ino == 0))
        return false;
    bool same = now.st_ino == p->state.st_ino && now.st_size == p->state.st_size &&
                now.st_mtim.tv_sec == p->state.st_mtim.tv_sec && now.st_mtim.tv_nsec == p->state.st_mtim.tv_nsec;
    if (now.st_ino != 0)
        p->state = now;
    return !same;
}

/* An empty state would mean that there are no tokens, but the module has them. */
static bool check_state_is_there(const natt_cli_provision_process *p, natt_provision_error *e)
{
    struct stat now;
    char path[4096];
    return p->state.st_ino == 0 || !path_of_state(path, sizeof path, p) || stat(path, &now) == 0 ||
           natt_provision_fail(e, NATT_PROVISION_E_SYSTEM, "the file state is missing");
}

bool natt_cli_provision_process_check_state(const natt_cli_provision_process *p, natt_cli_error *err)
{
    natt_provision_error e;
    return check_state_is_there(p, &e) ||
           natt_cli_fail(err, NATT_CLI_IO,
                         "delete the token with a tool of the module, such as softhsm2-util --delete-token",
                         "the state in %.300s is missing: a token and its keys may remain in the module",
                         p->session->request->state);
}

static uint64_t earlier(uint64_t a_ms, uint64_t b_ms)
{
    return a_ms < b_ms ? a_ms : b_ms;
}

static bool is_listed(const natt_provision_description *tokens, size_t count, const char *label)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(tokens[i].label, label) == 0)
            return true;
    return false;
}

/* By this command or by another one. */
static void tell_ended(natt_cli_provision_process *p, natt_provisioner *provisioner)
{
    natt_provision_description tokens[NATT_TOKEN_MAX];
    const size_t count = natt_provision_list(provisioner, tokens);
    for (size_t i = 0; i < p->label_count; i++)
        if (!is_listed(tokens, count, p->labels[i])) {
            char *label = natt_cli_escape((natt_bytes){(const uint8_t *)p->labels[i], strlen(p->labels[i])});
            const bool removed = natt_provision_was_removed(provisioner, p->labels[i]);
            (void)fprintf(stderr, "nitro-attest %s: token %s %s\n", p->session->request->command, label,
                          removed ? "was removed" : "has expired; its key was removed");
            free(label);
        }
    p->label_count = count;
    for (size_t i = 0; i < count; i++)
        memcpy(p->labels[i], tokens[i].label, sizeof p->labels[i]);
}

static void note(natt_cli_provision_process *p, natt_provisioner *provisioner, uint64_t begun_ms, uint64_t next_ms)
{
    const char *label = p->session->request->label;
    uint64_t made_ms = natt_provision_made_ms(provisioner);
    p->is_lost = label != NULL && natt_provision_is_lost(provisioner, label);
    p->reload = p->reload || made_ms != p->made_ms;
    p->made_ms = made_ms;
    p->until_ms = earlier(next_ms, begun_ms + BLIND_MS);
    p->look_ms = earlier(next_ms, begun_ms + LOOK_AGAIN_MS);
    p->looked = true;
    p->told = false;
    tell_ended(p, provisioner);
}

static bool look(natt_cli_provision_process *p, uint64_t wait_ms, natt_provision_error *e)
{
    natt_provision_options options = p->session->options;
    uint64_t next_ms, begun_ms = natt_boottime_ms();
    options.limit.until_ms = begun_ms + wait_ms;
    natt_provisioner *provisioner = check_state_is_there(p, e) ? natt_provisioner_open(&options, e) : NULL;
    bool done = provisioner != NULL && natt_provision_expire(provisioner, &next_ms, e);
    if (done)
        note(p, provisioner, begun_ms, next_ms);
    natt_provisioner_close(provisioner);
    return done;
}

/*
 * If another command has the lock, p11-kit server continues until a token expires. After any other error, a token that
 * has ended may still be in the module.
 */
static void be_blind(natt_cli_provision_process *p, const natt_provision_error *e)
{
    natt_cli_error err;
    p->looked = false;
    p->look_ms = natt_boottime_ms() + RETRY_MS;
    if (e->code == NATT_PROVISION_E_LATE)
        return;
    natt_cli_p11_kit_end_older(&p->p11_kit, UINT64_MAX, "the expiry of tokens cannot be enforced");
    if (!p->told) {
        (void)natt_cli_provision_fail(&err, e, &p->session->options.kms);
        (void)natt_cli_error_print(&err, p->session->request->command);
    }
    p->told = true;
}

static void end_connections(void *watcher, uint64_t before_ms)
{
    natt_cli_provision_process *p = watcher;
    natt_cli_p11_kit_end_older(&p->p11_kit, before_ms, "a token was removed, was replaced or has expired");
}

/* ---- the whole process ---- */

/* Also called during waits: ends connections as soon as another command has ended a token. */
static bool is_stopped(void *watcher)
{
    natt_cli_provision_process *p = watcher;
    struct pollfd stop = {p->stop, POLLIN, 0};
    natt_cli_p11_kit_end_if_told(&p->p11_kit);
    return poll(&stop, 1, 0) > 0;
}

/* Also SIGHUP: closing the terminal would leave the token in the module. SIGCHLD gets its default, so that children can
 * be waited for. */
static bool catch_signals(natt_cli_provision_process *p, natt_cli_error *err)
{
    sigset_t stop;
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGINT);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigaddset(&stop, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &stop, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGCHLD, SIG_DFL);
    p->stop = signalfd(-1, &stop, SFD_CLOEXEC);
    return p->stop >= 0 || natt_cli_fail(err, NATT_CLI_IO, "", "signalfd: %s", strerror(errno));
}

static void watch(natt_cli_provision_process *p)
{
    natt_provision_options *options = &p->session->options;
    options->end_connections = end_connections;
    options->watcher = p;
    options->limit = (natt_limit){.stopped = is_stopped, .watcher = p};
}

static bool first_look(natt_cli_provision_process *p, natt_cli_error *err)
{
    natt_provision_error e;
    (void)state_has_changed(p);
    if (!look(p, START_WAIT_MS, &e))
        return natt_cli_provision_fail(err, &e, &p->session->options.kms);
    p->reload = false; /* of objects that other commands made before */
    return true;
}

bool natt_cli_provision_process_start(natt_cli_provision_process *p, natt_cli_provision_session *session,
                                      natt_cli_error *err)
{
    *p = (natt_cli_provision_process){
        .session = session, .stop = -1, .p11_kit = {.guard = {0, -1}, .connections = {.lock = -1}}};
    if (!catch_signals(p, err) || !natt_cli_p11_kit_prepare(&p->p11_kit, session->request, err))
        return false;
    watch(p);
    return first_look(p, err) && natt_cli_p11_kit_start(&p->p11_kit, p->until_ms, err);
}

void natt_cli_provision_process_finish(natt_cli_provision_process *p)
{
    natt_cli_p11_kit_stop(&p->p11_kit);
    p->session->options.limit = (natt_limit){.until_ms = natt_boottime_ms() + END_WAIT_MS};
}

void natt_cli_provision_process_end(natt_cli_provision_process *p)
{
    if (p->session == NULL)
        return;
    natt_cli_p11_kit_stop(&p->p11_kit);
    end_command(p);
    if (p->stop >= 0)
        (void)close(p->stop);
}

void natt_cli_provision_process_look_again(natt_cli_provision_process *p)
{
    p->look_ms = 0;
}

/* As the first process of a container or an enclave, this one inherits those of p11-kit server. */
static void reap_others(const natt_cli_provision_process *p)
{
    siginfo_t info;
    for (;;) {
        info.si_pid = 0;
        if (getpid() != 1 || waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0 ||
            info.si_pid == p->command || info.si_pid == p->p11_kit.guard.pid)
            return;
        (void)waitpid(info.si_pid, NULL, WNOHANG);
    }
}

void natt_cli_provision_process_tick(natt_cli_provision_process *p)
{
    natt_provision_error e;
    natt_cli_p11_kit_end_if_told(&p->p11_kit);
    bool due = natt_boottime_ms() >= p->look_ms, ended = p->looked && natt_cli_p11_kit_is_due(&p->p11_kit);
    reap_command(p);
    reap_others(p);
    if ((state_has_changed(p) || due || ended) && !look(p, LOOK_WAIT_MS, &e))
        be_blind(p, &e);
    if (p->looked)
        natt_cli_p11_kit_keep(&p->p11_kit, p->until_ms);
    tell_consumers(p);
}

bool natt_cli_provision_process_settle(natt_cli_provision_process *p, natt_cli_error *err)
{
    const uint64_t until_ms = natt_boottime_ms() + START_WAIT_MS;
    struct pollfd stop = {p->stop, POLLIN, 0};
    do {
        natt_cli_provision_process_tick(p);
        if (natt_cli_p11_kit_is_ready(&p->p11_kit))
            return true;
    } while (natt_boottime_ms() < until_ms && poll(&stop, 1, SETTLE_PAUSE_MS) == 0);
    return stop.revents != 0 || natt_cli_fail(err, NATT_CLI_IO, "see the messages above",
                                              "p11-kit server does not listen on %.300s", p->session->request->p11_kit);
}
