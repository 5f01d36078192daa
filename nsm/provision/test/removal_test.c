/* Tokens that end: open connections, states that cannot be written, notification of others. */
#define _GNU_SOURCE
#include "nsm/provision/provision.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/provision/connections.h"
#include "nsm/provision/test/fake_keys.h"
#include "nsm/provision/test/fake_module.h"
#include "nsm/provision/test/support.h"

static natt_provisioner *p;
static natt_provision_options options;
static natt_database_key rows[2];

/* The module's content at each time that connections were ended. */
static struct {
    unsigned calls, with_objects, without_objects;
    uint64_t last_ms;
} ended;

static void end_connections(void *watcher, uint64_t before_ms)
{
    const struct fake_slot *slot = fake_module_tokens("t") == 1 ? fake_module_slot("t") : NULL;
    cr_expect(watcher == &ended && before_ms >= ended.last_ms && before_ms <= natt_boottime_ms());
    ended.calls++;
    ended.with_objects += slot != NULL && slot->object_count > 0;
    ended.without_objects += slot == NULL;
    ended.last_ms = before_ms;
}

static void forget(void)
{
    memset(&ended, 0, sizeof ended);
}

static void open_again(void)
{
    natt_provisioner_close(p);
    p = natt_provisioner_open(&options, &err);
    cr_assert_not_null(p, "%s", err.message);
}

static void begin(void)
{
    fake_module_begin();
    options = (natt_provision_options){.folder = folder_make(),
                                       .module = fake_module_path(),
                                       .lifetime_s = 1000,
                                       .end_connections = end_connections,
                                       .watcher = &ended};
    rows[0] = (natt_database_key){view("w"), 1, "a", view("PEM\n")};
    rows[1] = (natt_database_key){view("x"), 2, "b", {NULL, 0}};
    key_version = 1;
    forget();
    open_again();
}

static void end(void)
{
    natt_provisioner_close(p);
    folder_remove();
}

TestSuite(removal, .init = begin, .fini = end);

static bool add(const char *label)
{
    return natt_provision_add(p, label, "1234", rows, COUNT_OF(rows), &err);
}

static bool update(bool *changed)
{
    return natt_provision_update(p, "t", "1234", rows, COUNT_OF(rows), changed, &err);
}

/* Tokens have a lifetime of one second. */
static void wait_until_it_has_expired(void)
{
    for (uint64_t until_s = natt_boottime_s() + 1; natt_boottime_s() < until_s;)
        (void)usleep(10000);
}

/* Connections end once before the keys are removed, so that remaining keys cannot be used, and once when no new
 * connection is possible. */
static void expect_ended(void)
{
    cr_expect(ended.with_objects >= 1 && ended.without_objects >= 1, "%u %u", ended.with_objects,
              ended.without_objects);
    cr_expect(natt_provision_ended_ms(p) >= ended.last_ms);
    forget();
}

Test(removal, connections_end_with_a_token_and_not_otherwise)
{
    bool changed = false;
    cr_assert(add("t") && natt_provision_ended_ms(p) == 0);
    cr_assert(natt_provision_refresh(p, "t", "1234", &err) && update(&changed) && !changed);
    open_again();
    cr_assert_eq(ended.calls, 0);
    cr_expect(natt_provision_remove(p, "t", "1234", &err));
    expect_ended();
}

Test(removal, connections_end_with_an_update_that_changes_something)
{
    bool changed = false;
    cr_assert(add("t"));
    key_version = 2;
    cr_expect(update(&changed) && changed, "%s", err.message);
    expect_ended();
}

Test(removal, connections_end_when_a_token_is_made_anew)
{
    cr_assert(add("t"));
    (void)strcpy(fake_module_slot("t")->pin, "old");
    cr_expect(natt_provision_refresh(p, "t", "1234", &err), "%s", err.message);
    expect_ended();
}

Test(removal, connections_end_with_expiry)
{
    options.lifetime_s = 1;
    open_again();
    cr_assert(add("t") && ended.calls == 0);
    wait_until_it_has_expired();
    open_again();
    cr_expect_eq(fake_module_tokens("t"), 0);
    expect_ended();
}

/* A different command ends the token: an older p11-kit server must end; a newer one may continue. */
Test(removal, next_opener_is_told)
{
    cr_assert(add("t") && natt_provision_remove(p, "t", "1234", &err));
    uint64_t at_ms = natt_provision_ended_ms(p);
    cr_assert_eq(at_ms, ended.last_ms);
    forget();
    open_again();
    cr_expect(ended.calls == 1 && ended.last_ms == at_ms);
}

Test(removal, new_handles_are_told)
{
    bool changed = false;
    cr_expect_eq(natt_provision_made_ms(p), 0);
    cr_assert(add("t"));
    uint64_t added_ms = natt_provision_made_ms(p);
    cr_expect(added_ms > 0 && added_ms <= natt_boottime_ms());
    (void)usleep(2000);
    cr_assert(natt_provision_refresh(p, "t", "1234", &err) && update(&changed) && add("u"));
    uint64_t second_ms = natt_provision_made_ms(p);
    cr_expect_gt(second_ms, added_ms);
    (void)usleep(2000);
    cr_assert(natt_provision_refresh(p, "t", "1234", &err) && update(&changed) && !changed);
    cr_expect(natt_provision_remove(p, "u", "1234", &err));
    cr_expect_eq(natt_provision_made_ms(p), second_ms);
    (void)strcpy(fake_module_slot("t")->pin, "old");
    cr_assert(natt_provision_refresh(p, "t", "1234", &err));
    cr_expect_gt(natt_provision_made_ms(p), second_ms);
}

static const char *path_of(const char *name)
{
    static char path[200];
    (void)snprintf(path, sizeof path, "%s/%s", options.folder, name);
    return path;
}

/* As on a full disk. */
static void let_saving_fail(bool fails)
{
    (void)unlink(path_of("state.new"));
    cr_assert_eq(fails ? mkdir(path_of("state.new"), 0700) : rmdir(path_of("state.new")), 0);
}

Test(removal, key_goes_where_the_state_cannot_be_written)
{
    cr_assert(add("t"));
    let_saving_fail(true);
    cr_expect_not(natt_provision_remove(p, "t", "1234", &err));
    cr_expect(err.code == NATT_PROVISION_E_SYSTEM && contains(err.message, "state.new"), "%s", err.message);
    cr_expect_eq(fake_module_tokens("t"), 0);
    expect_ended();
    let_saving_fail(false);
    open_again();
    cr_expect(natt_provision_refresh(p, "t", "1234", &err) || err.code == NATT_PROVISION_E_NOT_FOUND);
}

/* During the request to KMS. */
Test(removal, refresh_and_update_do_not_revive_what_expires_meanwhile)
{
    bool changed;
    for (int i = 0; i < 3; i++) {
        load_takes = 0;
        key_version = 0;
        options.lifetime_s = 2;
        open_again();
        cr_assert(add("t"), "%s", err.message);
        load_takes = 2100;
        key_version = i == 2 ? 1 : 0;
        cr_expect_not(i == 0 ? natt_provision_refresh(p, "t", "1234", &err)
                             : natt_provision_update(p, "t", "1234", rows, 2, &changed, &err));
        cr_expect(err.code == NATT_PROVISION_E_NOT_FOUND && contains(err.message, "expired"), "%s", err.message);
        cr_expect(fake_module_tokens("t") == 0 && (i == 0 || !changed));
        expect_ended();
    }
}

Test(removal, key_expires_where_the_state_cannot_be_written)
{
    uint64_t next_ms;
    options.lifetime_s = 1;
    open_again();
    cr_assert(add("t"));
    let_saving_fail(true);
    wait_until_it_has_expired();
    cr_expect_not(natt_provision_expire(p, &next_ms, &err));
    cr_expect(err.code == NATT_PROVISION_E_SYSTEM && fake_module_tokens("t") == 0);
    expect_ended();
    natt_provisioner_close(p);
    p = natt_provisioner_open(&options, &err);
    cr_expect(p == NULL && err.code == NATT_PROVISION_E_SYSTEM); /* the expiry cannot be reported */
    let_saving_fail(false);
    open_again();
}

Test(removal, expiry_that_the_module_refuses_is_told)
{
    uint64_t next_ms;
    options.lifetime_s = 1;
    open_again();
    cr_assert(add("t") && natt_provision_expire(p, &next_ms, &err));
    cr_expect(next_ms > natt_boottime_ms() - 1000 && next_ms <= natt_boottime_ms() + 1000);
    wait_until_it_has_expired();
    fake_module_fails(FAKE_INIT_TOKEN, 1, 1000, CKR_DEVICE_ERROR);
    cr_expect_not(natt_provision_expire(p, &next_ms, &err));
    cr_expect(err.code == NATT_PROVISION_E_MODULE && ended.with_objects >= 1);
}

static pid_t end_in_child(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        int parent = open(options.folder, O_RDONLY | O_DIRECTORY);
        natt_connections_end(parent);
        _exit(parent >= 0 ? 0 : 1);
    }
    return pid;
}

static void expect_end(pid_t pid)
{
    int status;
    cr_expect(waitpid(pid, &status, 0) == pid && status == 0);
}

/* A different command ends the token. It does not need this program's lock of the state for it. */
Test(removal, servers_are_told_and_waited_for)
{
    natt_connections first, second;
    uint64_t begun_ms = natt_boottime_ms();
    expect_end(end_in_child()); /* there is none */
    cr_assert(natt_connections_lock(&first, options.folder) && natt_connections_lock(&second, options.folder));
    cr_expect(!natt_connections_must_end(&first) && !natt_connections_must_end(&second));
    pid_t copy = fork(); /* a child has the descriptors too */
    if (copy == 0)
        _exit(pause());
    pid_t pid = end_in_child();
    while (!natt_connections_must_end(&first) && natt_boottime_ms() < begun_ms + 10000)
        (void)usleep(1000);
    cr_expect(natt_connections_must_end(&first) && natt_connections_must_end(&second));
    natt_connections_unlock(&first);
    (void)usleep(100000);
    cr_expect_eq(waitpid(pid, NULL, WNOHANG), 0); /* the second one is still there */
    natt_connections_unlock(&second);
    natt_connections_unlock(&second);
    expect_end(pid);
    cr_expect_lt(natt_boottime_ms() - begun_ms, NATT_CONNECTIONS_WAIT_MS);
    cr_expect(kill(copy, SIGKILL) == 0 && waitpid(copy, NULL, 0) == copy);
    cr_expect(natt_connections_lock(&first, options.folder) && !natt_connections_must_end(&first));
    cr_expect_eq(unlink(path_of("connections")), 0);
    cr_expect(natt_connections_must_end(&first)); /* it cannot be determined */
    natt_connections_unlock(&first);
    cr_expect_not(natt_connections_lock(&first, "/nonexistent"));
}

Test(removal, free_slots_are_few)
{
    char label[16];
    for (unsigned i = 0; i < NATT_TOKEN_MAX_FREE + 8; i++) {
        (void)snprintf(label, sizeof label, "t%u", i);
        cr_assert(add(label) && natt_provision_remove(p, label, "1234", &err), "%s", err.message);
    }
    cr_expect_eq(fake->slot_count, NATT_TOKEN_MAX_FREE + 1); /* and the uninitialised one */
}

Test(removal, removed_label_is_remembered_until_it_is_added)
{
    cr_assert(add("t") && add("u"));
    cr_expect_not(natt_provision_was_removed(p, "t"));
    cr_expect(natt_provision_remove(p, "t", "1234", &err));
    open_again();
    cr_expect(natt_provision_was_removed(p, "t") && !natt_provision_was_removed(p, "u"));
    cr_expect(add("t") && !natt_provision_was_removed(p, "t"));
    cr_expect(natt_provision_remove_all(p, &err) && !natt_provision_was_removed(p, "u"));
}

Test(removal, update_gives_a_lifetime_where_it_is_asked_to)
{
    natt_provision_description d;
    bool changed;
    cr_assert(add("t"));
    options.lifetime_s = 50;
    open_again();
    cr_expect(update(&changed) && natt_provision_describe(p, &d, "t", "1234", &err) && d.ttl_s > 900);
    options.sets_lifetime = true;
    for (key_version = 1; key_version <= 2; key_version++) { /* kept, and replaced */
        options.lifetime_s = 50U + 100U * key_version;
        open_again();
        cr_expect(update(&changed) && natt_provision_describe(p, &d, "t", "1234", &err));
        cr_expect(changed == (key_version == 2) && d.ttl_s <= options.lifetime_s && d.ttl_s > options.lifetime_s - 10);
        cr_expect(natt_provision_refresh(p, "t", "1234", &err) && d.ttl_s > options.lifetime_s - 10);
    }
}
