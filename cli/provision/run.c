/*
 * nitro-attest provision run: one token, for as long as this process runs.
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
    uint64_t refresh_ms, update_ms; /* of CLOCK_BOOTTIME: the earliest time of a refresh and of an update */
    uint64_t left_s;                /* end of the token's lifetime; 0 = no token */
    bool update;                    /* the database has changed, but the token was not updated */
    bool missing;                   /* there is no token to refresh */
    bool removed;                   /* by another command, and this was printed */
    bool again;                     /* this database was tried before */
    bool ready;                     /* the token is ready, and this was printed */
    struct stat database;           /* as it was at the last check */
} running;

static void print_error(const running *r, const natt_cli_error *err)
{
    (void)natt_cli_error_print(err, r->session.request->command);
}

/* ---- the token ---- */

/* Has another command removed the token? Prints this once. */
static bool is_removed(running *r, natt_provisioner *p)
{
    bool removed = natt_provision_was_removed(p, r->session.request->label);
    if (removed && !r->removed)
        (void)fprintf(stderr,
                      "nitro-attest %s: another command has removed the token: this command adds it again when the "
                      "database changes, or when it starts again\n",
                      r->session.request->command);
    r->removed = removed;
    return removed;
}

/* If the label exists and the PIN is the same, an earlier process made the token; with a different PIN it belongs to
 * another user. */
static bool add_or_update(running *r, natt_provisioner *p, const natt_database *database, natt_provision_error *e)
{
    bool changed;
    const natt_cli_provision_request *q = r->session.request;
    const natt_database_key *keys = natt_database_key_at(database, 0);
    size_t count = natt_database_key_count(database);
    if (r->again && is_removed(r, p))
        return true;
    return natt_provision_add(p, q->label, r->session.pin, keys, count, e) ||
           (e->code == NATT_PROVISION_E_LABEL_IN_USE &&
            natt_provision_update(p, q->label, r->session.pin, keys, count, &changed, e));
}

/* An expired token is added again; a token that another command has removed is not. */
static bool refresh(running *r, natt_provisioner *p, const natt_database *database, natt_provision_error *e)
{
    (void)database;
    if (natt_provision_refresh(p, r->session.request->label, r->session.pin, e)) {
        r->removed = false;
        return true;
    }
    r->missing = e->code == NATT_PROVISION_E_NOT_FOUND && !is_removed(r, p);
    return r->removed && e->code == NATT_PROVISION_E_NOT_FOUND;
}

/* left_s is 0 if there is no token. `ready` prints the first lifetime. */
static void tell_life(const running *r, const char *what)
{
    char until[NATT_CLI_TIME_LEN];
    natt_cli_error unread;
    uint64_t now_ms;
    if (!r->ready || r->left_s == 0 || !natt_cli_now(&now_ms, &unread))
        return;
    natt_cli_provision_say(r->session.request->label, "%s, expires %s", what,
                           natt_cli_seconds_format(until, (int64_t)(now_ms / 1000 + r->left_s)));
    (void)fflush(stdout);
}

typedef bool step(running *r, natt_provisioner *p, const natt_database *database, natt_provision_error *e);

static uint64_t time_left(const running *r, natt_provisioner *p)
{
    natt_provision_description list[NATT_TOKEN_MAX];
    size_t count = natt_provision_list(p, list);
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].label, r->session.request->label) == 0)
            return list[i].ttl_s;
    return 0;
}

/* Opens the NSM each time, to find a restarted one. */
static bool with_provisioner(running *r, step *act, const natt_database *database, natt_cli_error *err)
{
    natt_provision_error e;
    if (!natt_cli_provision_open_nsm(&r->session, err))
        return false;
    natt_provisioner *p = natt_provisioner_open(&r->session.options, &e);
    bool done = p != NULL && act(r, p, database, &e);
    if (p != NULL)
        r->left_s = time_left(r, p);
    natt_provisioner_close(p);
    natt_cli_provision_close_nsm(&r->session);
    return done || natt_cli_provision_fail(err, &e, &r->session.options.kms);
}

/* After a failure, the next try follows within half of the remaining lifetime, so that another one is possible. */
static uint64_t after(const running *r, uint32_t seconds)
{
    uint64_t half_ms = r->left_s * 500, ms = (uint64_t)seconds * 1000;
    return natt_boottime_ms() + (half_ms > 0 && half_ms < ms ? half_ms : ms);
}

static uint64_t soon(const running *r)
{
    return after(r, (r->every_s + 9) / 10);
}

/* An update restarts the lifetime, like a refresh. */
static bool update_now(running *r, natt_cli_error *err)
{
    natt_database *database = natt_cli_provision_read_database(r->session.request, err);
    bool done = database != NULL && with_provisioner(r, add_or_update, database, err);
    natt_database_free(database);
    natt_cli_provision_process_look_again(&r->process);
    r->update = r->again = !done;
    r->update_ms = soon(r);
    if (done) {
        r->refresh_ms = after(r, r->every_s);
        tell_life(r, "loaded from the database");
    }
    return done;
}

static bool refresh_now(running *r, natt_cli_error *err)
{
    r->missing = false;
    bool done = with_provisioner(r, refresh, NULL, err);
    natt_cli_provision_process_look_again(&r->process);
    r->refresh_ms = done ? after(r, r->every_s) : soon(r);
    r->again = r->again || r->missing;
    if (done)
        tell_life(r, "refreshed");
    return done || (r->missing && update_now(r, err));
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

/* ---- periodic work ---- */

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

/* Only once: if the refresh fails, it is retried like any other. */
static bool take_lost(running *r)
{
    bool lost = r->process.is_lost;
    r->process.is_lost = false;
    return lost;
}

/* Retries a database that cannot be loaded; meanwhile the token's present keys are refreshed. */
static void work(running *r)
{
    natt_cli_error err;
    if (has_changed(&r->database, r->session.request->database)) {
        r->update = true;
        r->again = false;
        r->update_ms = 0;
    }
    const uint64_t now_ms = natt_boottime_ms();
    if (r->update && now_ms >= r->update_ms) {
        if (!update_now(r, &err))
            print_error(r, &err);
    } else if ((now_ms >= r->refresh_ms || take_lost(r)) && !refresh_now(r, &err))
        print_error(r, &err);
}

static void go_on(running *r)
{
    struct pollfd stop = {r->process.stop, POLLIN, 0};
    while (poll(&stop, 1, 100) <= 0) {
        natt_cli_provision_process_tick(&r->process); /* first: reports what has expired */
        work(r);
    }
}

/* The message is printed when consumers can connect: a new token has ended p11-kit server. */
static bool begin(running *r, natt_cli_error *err)
{
    (void)has_changed(&r->database, r->session.request->database);
    if (!update_now(r, err))
        return false;
    if (!natt_cli_provision_process_settle(&r->process, err)) {
        natt_cli_error unremoved;
        natt_cli_provision_process_finish(&r->process);
        (void)remove_token(r, &unremoved);
        return false;
    }
    r->ready = true;
    natt_cli_provision_say(r->session.request->label, "ready");
    (void)fflush(stdout);
    return true;
}

static bool set_interval(running *r, natt_cli_error *err)
{
    const uint32_t lifetime_s = r->session.options.lifetime_s;
    r->session.options.sets_lifetime = r->session.request->lifetime != NULL;
    r->every_s = lifetime_s >= 4 ? lifetime_s / 4 : 1;
    if (lifetime_s < 2)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give at least 2s: a token is refreshed once in half of its lifetime",
                             "--lifetime is less than two seconds");
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
                natt_cli_provision_protect(&r.session, true, err) &&
                natt_cli_provision_process_start(&r.process, &r.session, err) &&
                natt_cli_provision_read_new_pin(&r.session, err) && natt_cli_provision_read_roots(&r.session, err) &&
                begin(&r, err);
    if (done) {
        go_on(&r);
        natt_cli_provision_process_finish(&r.process);
        done = natt_cli_provision_process_check_state(&r.process, err) && remove_token(&r, err);
    }
    natt_cli_provision_process_end(&r.process);
    natt_cli_provision_session_end(&r.session);
    return done;
}
