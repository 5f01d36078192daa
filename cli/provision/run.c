/*
 * nitro-attest provision run: one token, from the start of this process to its end.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/provision/process.h"

typedef struct running {
    natt_cli_provision_session session;
    natt_cli_provision_process process;
    uint32_t every_s;
    uint64_t next_s; /* of CLOCK_BOOTTIME */
    struct stat database;
} running;

static void print_error(const running *r, const natt_cli_error *err)
{
    (void)natt_cli_error_print(err, r->session.request->command);
}

/* ---- the token ---- */

/* If the label exists, an earlier process with the same PIN made the token; with another PIN it is not ours. */
static bool add_or_update(running *r, natt_provisioner *p, const natt_database *database, bool *changed,
                          natt_provision_error *e)
{
    const natt_cli_provision_request *q = r->session.request;
    const natt_database_key *keys = natt_database_key_at(database, 0);
    size_t count = natt_database_key_count(database);
    *changed = natt_provision_add(p, q->label, r->session.pin, keys, count, e);
    return *changed || (e->code == NATT_PROVISION_E_LABEL_IN_USE &&
                        natt_provision_update(p, q->label, r->session.pin, keys, count, changed, e));
}

/* Without a token, one that has expired, for example, refreshing is adding. */
static bool refresh_or_add(running *r, natt_provisioner *p, const natt_database *database, bool *changed,
                           natt_provision_error *e)
{
    *changed = false;
    return natt_provision_refresh(p, r->session.request->label, r->session.pin, e) ||
           (e->code == NATT_PROVISION_E_NOT_FOUND && add_or_update(r, p, database, changed, e));
}

typedef bool step(running *r, natt_provisioner *p, const natt_database *database, bool *changed,
                  natt_provision_error *e);

/* The NSM is opened each time: one that was started again is found. */
static bool with_provisioner(running *r, step *act, const natt_database *database, bool *changed, natt_cli_error *err)
{
    natt_provision_error e;
    if (!natt_cli_provision_open_nsm(&r->session, err))
        return false;
    natt_provisioner *p = natt_provisioner_open(&r->session.options, &e);
    bool done = p != NULL && act(r, p, database, changed, &e);
    natt_provisioner_close(p);
    natt_cli_provision_close_nsm(&r->session);
    return done || natt_cli_provision_fail(err, &e, &r->session.options.kms);
}

static bool act(running *r, step *what, natt_cli_error *err)
{
    bool changed = false;
    natt_database *database = natt_cli_provision_read_database(r->session.request, err);
    bool done = database != NULL && with_provisioner(r, what, database, &changed, err);
    natt_database_free(database);
    r->next_s = natt_boottime_s() + (done ? r->every_s : (r->every_s + 9) / 10);
    r->process.expire_at_s = 0;
    if (changed)
        natt_cli_provision_process_changed(&r->process);
    return done;
}

static bool remove_token(running *r, natt_cli_error *err)
{
    natt_provision_error e;
    natt_provisioner *p = natt_provisioner_open(&r->session.options, &e);
    bool done = p != NULL && (natt_provision_remove(p, r->session.request->label, r->session.pin, &e) ||
                              e.code == NATT_PROVISION_E_NOT_FOUND);
    natt_provisioner_close(p);
    return done || natt_cli_provision_fail(err, &e, &r->session.options.kms);
}

/* ---- time goes on ---- */

static bool has_changed(struct stat *known, const char *path)
{
    struct stat now;
    if (stat(path, &now) != 0)
        return false;
    bool same = now.st_dev == known->st_dev && now.st_ino == known->st_ino && now.st_size == known->st_size &&
                now.st_mtim.tv_sec == known->st_mtim.tv_sec && now.st_mtim.tv_nsec == known->st_mtim.tv_nsec;
    *known = now;
    return !same;
}

/* Once: if the refresh fails, it is tried again as any other. */
static bool take_lost(running *r)
{
    bool lost = r->process.is_lost;
    r->process.is_lost = false;
    return lost;
}

static void work(running *r)
{
    natt_cli_error err;
    if (has_changed(&r->database, r->session.request->database)) {
        if (!act(r, add_or_update, &err))
            print_error(r, &err);
    } else if ((natt_boottime_s() >= r->next_s || take_lost(r)) && !act(r, refresh_or_add, &err))
        print_error(r, &err);
}

static void go_on(running *r)
{
    struct pollfd stop = {r->process.stop, POLLIN, 0};
    while (poll(&stop, 1, 500) <= 0) {
        work(r);
        natt_cli_provision_process_tick(&r->process);
    }
}

static bool begin(running *r, natt_cli_error *err)
{
    (void)has_changed(&r->database, r->session.request->database);
    if (!act(r, add_or_update, err))
        return false;
    (void)printf("token %s: ready\n", r->session.request->label);
    (void)fflush(stdout);
    return true;
}

static bool set_interval(running *r, natt_cli_error *err)
{
    const uint32_t lifetime_s = r->session.options.lifetime_s;
    r->every_s = lifetime_s >= 4 ? lifetime_s / 4 : 1;
    return natt_cli_provision_seconds(&r->every_s, "--refresh-every", r->session.request->refresh_every, err) &&
           (r->every_s <= lifetime_s / 2 ||
            natt_cli_fail(err, NATT_CLI_USAGE, "refresh earlier, so that a failure can be repaired in time",
                          "--refresh-every is more than half of --lifetime"));
}

bool natt_cli_provision_do_run(const natt_cli_provision_request *request, natt_cli_error *err)
{
    running r;
    memset(&r, 0, sizeof r);
    bool done = natt_cli_provision_session_start(&r.session, request, true, true, err) && set_interval(&r, err) &&
                natt_cli_provision_given("--database", request->database, err) &&
                natt_cli_provision_process_start(&r.process, &r.session, err) &&
                natt_cli_provision_protect(&r.session, true, err) && natt_cli_provision_read_pin(&r.session, err) &&
                natt_cli_provision_read_roots(&r.session, err) && begin(&r, err);
    if (done) {
        go_on(&r);
        done = remove_token(&r, err);
    }
    natt_cli_provision_process_end(&r.process);
    natt_cli_provision_session_end(&r.session);
    return done;
}
