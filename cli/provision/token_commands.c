/*
 * nitro-attest provision add, refresh, update, remove, list.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/frame/report.h"
#include "cli/provision/session.h"

typedef natt_cli_provision_session session;

/* The action with an open provisioner. */
typedef bool step(session *s, natt_provisioner *p, const natt_database *database, natt_provision_error *e);

static bool with_provisioner(session *s, const natt_database *database, step *act, natt_cli_error *err)
{
    natt_provision_error e;
    natt_provisioner *p = natt_provisioner_open(&s->options, &e);
    bool done = p != NULL && act(s, p, database, &e);
    natt_provisioner_close(p);
    return done || natt_cli_provision_fail(err, &e, &s->options.kms);
}

/* ---- with KMS ---- */

typedef bool read_pin(session *s, natt_cli_error *err);

static bool prepare(session *s, read_pin *pin, natt_cli_error *err)
{
    return natt_cli_provision_protect(s, true, err) && pin(s, err) && natt_cli_provision_read_roots(s, err) &&
           natt_cli_provision_open_nsm(s, err);
}

static bool attested(const natt_cli_provision_request *request, bool with_database, read_pin *pin, step *act,
                     natt_cli_error *err)
{
    session s;
    natt_database *database = NULL;
    bool done = natt_cli_provision_session_start(&s, request, true, true, err) &&
                (!with_database || (database = natt_cli_provision_read_database(request, err)) != NULL) &&
                prepare(&s, pin, err) && with_provisioner(&s, database, act, err);
    natt_database_free(database);
    natt_cli_provision_session_end(&s);
    return done;
}

/* Exit codes other than 0 mean that there is no token, so a token that cannot be reported is removed again. */
static bool tell_added(session *s, natt_provisioner *p, size_t count, natt_provision_error *e)
{
    natt_provision_error unremoved;
    char life[NATT_CLI_TIME_LEN];
    natt_cli_provision_say(s->request->label, "added, with %zu %s, for %s", count, count == 1 ? "key" : "keys",
                           natt_cli_provision_life(life, s->options.lifetime_s));
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return true;
    (void)natt_provision_fail(e, NATT_PROVISION_E_SYSTEM, "cannot write to standard output");
    if (!natt_provision_remove(p, s->request->label, s->pin, &unremoved))
        *e = unremoved;
    return false;
}

static bool add(session *s, natt_provisioner *p, const natt_database *database, natt_provision_error *e)
{
    size_t count = natt_database_key_count(database);
    return natt_provision_add(p, s->request->label, s->pin, natt_database_key_at(database, 0), count, e) &&
           tell_added(s, p, count, e);
}

static bool refresh(session *s, natt_provisioner *p, const natt_database *database, natt_provision_error *e)
{
    natt_provision_description token;
    char life[NATT_CLI_TIME_LEN];
    (void)database;
    bool done = natt_provision_refresh(p, s->request->label, s->pin, e) &&
                natt_provision_describe(p, &token, s->request->label, s->pin, e);
    if (done)
        natt_cli_provision_say(s->request->label, "refreshed, for %s", natt_cli_provision_life(life, token.ttl_s));
    return done;
}

static bool update(session *s, natt_provisioner *p, const natt_database *database, natt_provision_error *e)
{
    bool changed, done = natt_provision_update(p, s->request->label, s->pin, natt_database_key_at(database, 0),
                                               natt_database_key_count(database), &changed, e);
    if (done)
        natt_cli_provision_say(s->request->label, "updated; %s",
                               changed ? "a certificate changed: consumers must reload"
                                       : "no certificate changed: consumers need not reload");
    return done;
}

/* Before a file gets its descriptor, and before the request to KMS. Some failures appear only later. */
static bool check_output(natt_cli_error *err)
{
    return write(STDOUT_FILENO, "", 0) == 0 ||
           natt_cli_fail(err, NATT_CLI_IO, "redirect standard output to a file or a terminal",
                         "cannot write to standard output: %s", strerror(errno));
}

bool natt_cli_provision_do_add(const natt_cli_provision_request *request, natt_cli_error *err)
{
    return check_output(err) && attested(request, true, natt_cli_provision_read_new_pin, add, err);
}

bool natt_cli_provision_do_refresh(const natt_cli_provision_request *request, natt_cli_error *err)
{
    return attested(request, false, natt_cli_provision_read_pin, refresh, err);
}

bool natt_cli_provision_do_update(const natt_cli_provision_request *request, natt_cli_error *err)
{
    return attested(request, true, natt_cli_provision_read_pin, update, err);
}

/* ---- without KMS ---- */

static bool remove_token(session *s, natt_provisioner *p, const natt_database *database, natt_provision_error *e)
{
    (void)database;
    bool done = natt_provision_remove(p, s->request->label, s->pin, e);
    if (done)
        natt_cli_provision_say(s->request->label, "removed");
    return done;
}

bool natt_cli_provision_do_remove(const natt_cli_provision_request *request, natt_cli_error *err)
{
    session s;
    bool done = natt_cli_provision_session_start(&s, request, false, false, err) &&
                natt_cli_provision_protect(&s, false, err) && natt_cli_provision_read_pin(&s, err) &&
                with_provisioner(&s, NULL, remove_token, err);
    natt_cli_provision_session_end(&s);
    return done;
}

static void put_keys(natt_cli_report *r, const natt_provision_description *token)
{
    natt_cli_put_list(r, "keys");
    for (size_t i = 0; i < token->key_count; i++) {
        const natt_database_key *key = &token->keys[i].row;
        natt_cli_put_object(r, NATT_CLI_ITEM);
        natt_cli_put(r, "label", "key", natt_cli_as_string(key->label));
        natt_cli_put_more(r, "id", natt_cli_in(", id %", natt_cli_as_number(key->id)));
        natt_cli_put_more(r, "certificates",
                          natt_cli_shown(natt_cli_as_bool(key->pem.ptr != NULL),
                                         key->pem.ptr != NULL ? ", with certificates" : ", without certificates"));
        natt_cli_put_end(r);
    }
    natt_cli_put_end(r);
}

static void put_token(natt_cli_report *r, const natt_provision_description *token)
{
    natt_cli_put_object(r, NATT_CLI_ITEM);
    natt_cli_put(r, "label", "token", natt_cli_as_string(token->label));
    natt_cli_put(r, "slot_id", "  slot", natt_cli_as_number(token->slot));
    char life[NATT_CLI_TIME_LEN];
    r->text_only = true;
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "  expires in", natt_cli_as_word(natt_cli_provision_life(life, token->ttl_s)));
    r->text_only = false;
    r->json_only = true;
    natt_cli_put(r, "ttl_secs", NATT_CLI_JSON_ONLY, natt_cli_as_number(token->ttl_s));
    r->json_only = false;
    put_keys(r, token);
    natt_cli_put_end(r);
}

static bool list(session *s, natt_provisioner *p, const natt_database *database, natt_provision_error *e)
{
    natt_provision_description tokens[NATT_TOKEN_MAX];
    natt_cli_report r;
    size_t count = natt_provision_list(p, tokens);
    (void)database, (void)e;
    natt_cli_report_start(&r, s->request->json);
    natt_cli_put(&r, "free_slot_count", "free slots", natt_cli_as_number(NATT_TOKEN_MAX - count));
    natt_cli_put_list(&r, "tokens");
    for (size_t i = 0; i < count; i++)
        put_token(&r, &tokens[i]);
    natt_cli_put_end(&r);
    natt_cli_report_end(&r);
    return true;
}

bool natt_cli_provision_do_list(const natt_cli_provision_request *request, natt_cli_error *err)
{
    session s;
    bool done = natt_cli_provision_session_start(&s, request, false, false, err) &&
                natt_cli_provision_protect(&s, false, err) && with_provisioner(&s, NULL, list, err);
    natt_cli_provision_session_end(&s);
    return done;
}
