/*
 * nitro-attest provision serve: the RPC of ACM for Nitro Enclaves, until it is interrupted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/frame/text.h"
#include "cli/provision/process.h"
#include "nsm/provision/rpc_server.h"

typedef struct serving {
    natt_cli_provision_session session;
    natt_cli_provision_process process;
} serving;

static void log_outcome(const serving *s, const natt_rpc_outcome *outcome)
{
    natt_cli_error err;
    char *label = natt_cli_escape((natt_bytes){(const uint8_t *)outcome->label, strlen(outcome->label)});
    const char *blank = label[0] == '\0' ? "" : " ";
    if (outcome->operation[0] == '\0' && outcome->status != 0)
        (void)fprintf(stderr, "a request does not belong to the RPC (%s): replied with %u\n", outcome->reason,
                      outcome->status);
    else if (outcome->operation[0] == '\0')
        (void)fprintf(stderr, "a request does not belong to the RPC (%s): closed without a reply\n", outcome->reason);
    else if (outcome->error.code == NATT_PROVISION_OK)
        (void)fprintf(stderr, "%s%s%s: done\n", outcome->operation, blank, label);
    else {
        (void)natt_cli_provision_fail(&err, &outcome->error, &s->session.options.kms);
        (void)natt_cli_fail_in(&err, "%s%s%s", outcome->operation, blank, label);
        (void)natt_cli_error_print(&err, s->session.request->command);
    }
    free(label);
}

/* Reopens the session for the next request if the NSM has ended. */
static void reopen_nsm(serving *s)
{
    natt_cli_error err;
    if (!natt_cli_provision_open_nsm(&s->session, &err))
        (void)natt_cli_error_print(&err, s->session.request->command);
}

static void handled(void *context, const natt_rpc_outcome *outcome)
{
    serving *s = context;
    log_outcome(s, outcome);
    if (outcome->error.code == NATT_PROVISION_E_SYSTEM)
        reopen_nsm(s);
    natt_cli_provision_process_look_again(&s->process);
}

static void tick(void *context)
{
    serving *s = context;
    natt_cli_provision_process_tick(&s->process);
}

/* The next server may have replaced the file already. */
static void unlink_if_ours(const char *path, const struct stat *ours)
{
    struct stat now;
    if (path != NULL && lstat(path, &now) == 0 && now.st_ino == ours->st_ino && now.st_dev == ours->st_dev)
        (void)unlink(path);
}

static bool serve(serving *s, natt_cli_error *err)
{
    natt_provision_error e;
    int listener = natt_rpc_listen(s->session.request->listen, &e);
    if (listener < 0)
        return natt_cli_provision_fail(err, &e, NULL);
    const natt_rpc_server server = {.options = &s->session.options,
                                    .listener = listener,
                                    .stop = s->process.stop,
                                    .handled = handled,
                                    .tick = tick,
                                    .context = s};
    const char *path = strncmp(s->session.request->listen, "unix:", 5) == 0 ? s->session.request->listen + 5 : NULL;
    struct stat ours = {0};
    if (path != NULL)
        (void)lstat(path, &ours);
    (void)printf("%s\n", s->session.request->listen);
    (void)fflush(stdout);
    bool served = natt_rpc_serve(&server);
    (void)close(listener);
    unlink_if_ours(path, &ours);
    return served || natt_cli_fail(err, NATT_CLI_IO, "free memory, and start it again", "out of memory");
}

/* As in run: no key must remain in the module without a program that removes it when it expires. */
static bool remove_tokens(const natt_cli_provision_session *s, natt_cli_error *err)
{
    natt_provision_error e;
    if (s->request->keep_tokens)
        return true;
    natt_provisioner *p = natt_provisioner_open(&s->options, &e);
    bool done = p != NULL && natt_provision_remove_all(p, &e);
    natt_provisioner_close(p);
    return done || natt_cli_provision_fail(err, &e, &s->options.kms);
}

static bool end(serving *s, natt_cli_error *err)
{
    natt_cli_provision_process_finish(&s->process);
    return remove_tokens(&s->session, err);
}

bool natt_cli_provision_do_serve(const natt_cli_provision_request *request, natt_cli_error *err)
{
    serving s;
    memset(&s, 0, sizeof s);
    bool done = natt_cli_provision_session_start(&s.session, request, true, false, err) &&
                natt_cli_provision_given("--listen", request->listen, err) &&
                natt_cli_provision_protect(&s.session, true, err) && natt_cli_provision_read_roots(&s.session, err) &&
                natt_cli_provision_process_start(&s.process, &s.session, err) &&
                natt_cli_provision_open_nsm(&s.session, err) && serve(&s, err) && end(&s, err);
    natt_cli_provision_process_end(&s.process);
    natt_cli_provision_session_end(&s.session);
    return done;
}
