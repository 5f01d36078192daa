/*
 * Writes to a store until it is killed, and reports completed changes on standard output; checks such reports;
 * measures.
 *
 * usage: store_writer write FILE ROUND [sabotage]   key ID, policy ID N, alias ID N, deleting ID, deleted ID
 *        store_writer check FILE                    reads these lines; 0: the store has all of it
 *        store_writer speed FILE COUNT
 * sabotage: a key is announced before it is written, so that a control can detect its loss.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "relying/kms/store/store.h"

static const uint8_t master_key[NATT_KMS_MASTER_KEY_LEN] = "the key of the test with kill -9";
static natt_kms_store_error err;

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    (void)fprintf(stderr, "store_writer: %s: %s\n", what, err.text);
    exit(1);
}

/* Writes the line at once, since a pipe does not split short lines. */
static void announce(const char *what, const char *id, unsigned n)
{
    char line[128];
    int len = snprintf(line, sizeof line, "%s %s %u\n", what, id, n);
    must(write(STDOUT_FILENO, line, (size_t)len) == len, "standard output");
}

static natt_bytes secret_of(const char *id)
{
    static uint8_t secret[NATT_KMS_KEY_ID_LEN];
    for (size_t i = 0; i < sizeof secret; i++)
        secret[i] = (uint8_t)(id[i] ^ 0x5a);
    return (natt_bytes){secret, sizeof secret};
}

/* Sometimes longer than a page. */
static const char *policy_of(unsigned n)
{
    static char policy[8000];
    (void)snprintf(policy, sizeof policy, "%u %*s", n, (int)(n % 7 * 1000), "");
    return policy;
}

static natt_kms_key key_of(unsigned round, unsigned number)
{
    natt_kms_key key = {.spec = "SYMMETRIC_DEFAULT", .usage = "ENCRYPT_DECRYPT", .state = NATT_KMS_ENABLED};
    (void)snprintf(key.id, sizeof key.id, "%08x-0000-4000-8000-%012x", round, number);
    return key;
}

static natt_kms_alias alias_of(const char *id, unsigned n)
{
    natt_kms_alias alias = {.created_ms = 1};
    (void)snprintf(alias.name, sizeof alias.name, "alias/%s/%u", id, n);
    (void)snprintf(alias.key_id, sizeof alias.key_id, "%s", id);
    return alias;
}

static void add(natt_kms_store *store, const natt_kms_key *key, bool sabotage)
{
    const struct timespec while_to_be_killed = {0, 5000000};
    if (sabotage) {
        announce("key", key->id, 0);
        (void)nanosleep(&while_to_be_killed, NULL);
    }
    must(natt_kms_store_add_key(store, key, secret_of(key->id), policy_of(0), &err), "add_key");
    if (!sabotage)
        announce("key", key->id, 0);
}

static void change(natt_kms_store *store, const char *id, unsigned n)
{
    natt_kms_alias alias = alias_of(id, n);
    must(natt_kms_store_put_policy(store, id, policy_of(n), &err), "put_policy");
    announce("policy", id, n);
    must(natt_kms_store_add_alias(store, &alias, &err), "add_alias");
    announce("alias", id, n);
}

static void delete (natt_kms_store *store, const char *id)
{
    announce("deleting", id, 0);
    must(natt_kms_store_set_state(store, id, ~0U, NATT_KMS_PENDING_DELETION, 1, &err), "set_state");
    must(natt_kms_store_purge(store, 2, &err), "purge");
    announce("deleted", id, 0);
}

static void write_until_killed(natt_kms_store *store, unsigned round, bool sabotage)
{
    for (unsigned number = 0;; number++) {
        natt_kms_key key = key_of(round, number);
        add(store, &key, sabotage);
        if (number % 3 == 0)
            change(store, key.id, number + 1);
        if (number % 3 == 1)
            delete (store, key.id);
    }
}

static bool has_secret(natt_kms_store *store, const char *id)
{
    uint8_t secret[NATT_KMS_MAX_SECRET];
    size_t len;
    natt_bytes wanted = secret_of(id);
    return natt_kms_store_secret(store, secret, &len, id, &err) && len == wanted.len &&
           memcmp(secret, wanted.ptr, len) == 0;
}

/* The store may have a later policy than the announced one, but it must be complete. */
static bool has_policy(natt_kms_store *store, const char *id, unsigned n)
{
    char *policy = natt_kms_store_policy(store, id, &err);
    unsigned found = policy != NULL ? (unsigned)strtoul(policy, NULL, 10) : 0;
    bool ok = policy != NULL && found >= n && strcmp(policy, policy_of(found)) == 0;
    free(policy);
    return ok;
}

static bool has_alias(natt_kms_store *store, const char *id, unsigned n)
{
    natt_kms_alias wanted = alias_of(id, n), found;
    return natt_kms_store_alias(store, &found, wanted.name, &err) && strcmp(found.key_id, id) == 0;
}

static bool is_gone(natt_kms_store *store, const char *id)
{
    natt_kms_key key;
    return !natt_kms_store_key(store, &key, id, &err) && err.code == NATT_KMS_STORE_NOT_FOUND;
}

static bool check(natt_kms_store *store, const char *what, const char *id, unsigned n)
{
    if (strcmp(what, "key") == 0)
        return has_secret(store, id);
    if (strcmp(what, "policy") == 0)
        return has_policy(store, id, n);
    if (strcmp(what, "alias") == 0)
        return has_alias(store, id, n);
    if (strcmp(what, "deleted") == 0)
        return is_gone(store, id);
    return strcmp(what, "deleting") == 0 && (is_gone(store, id) || has_secret(store, id));
}

static int check_lines(natt_kms_store *store)
{
    char what[16], id[64];
    unsigned n, lines = 0, lost = 0;
    while (scanf("%15s %63s %u", what, id, &n) == 3) {
        bool ok = check(store, what, id, n);
        lines++;
        lost += !ok;
        if (!ok)
            (void)fprintf(stderr, "store_writer: lost: %s %s %u: %s\n", what, id, n, err.text);
    }
    printf("%u checked, %u lost\n", lines, lost);
    return lost == 0 ? 0 : 1;
}

/* --- speed --- */

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void report(const char *what, unsigned count, double began)
{
    double seconds = now() - began;
    printf("%-42s %10.1f us each\n", what, 1e6 * seconds / count);
}

static void write_many(natt_kms_store *store, unsigned count)
{
    double began = now();
    for (unsigned i = 0; i < count; i++) {
        natt_kms_key key = key_of(0, i);
        must(natt_kms_store_add_key(store, &key, secret_of(key.id), policy_of(0), &err), "add_key");
    }
    report("add_key", count, began);
    began = now();
    for (unsigned i = 0; i < count; i++) {
        uint8_t id[48] = {(uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16)};
        must(natt_kms_store_see_document(store, id, 1000, 1, &err), "see_document");
    }
    report("see_document", count, began);
}

static void read_once(natt_kms_store *store, const char *id)
{
    static natt_kms_key key;
    uint8_t secret[NATT_KMS_MAX_SECRET];
    size_t len;
    char *policy;
    must(natt_kms_store_key_and_policy(store, &key, &policy, id, &err), "key_and_policy");
    free(policy);
    must(natt_kms_store_secret(store, secret, &len, id, &err), "secret");
}

static void read_many(natt_kms_store *store, unsigned count, const char *what)
{
    double began = now();
    for (unsigned i = 0; i < 100 * count; i++)
        read_once(store, key_of(0, i * 7919 % count).id);
    report(what, 100 * count, began);
}

static void purge_nothing(natt_kms_store *store, unsigned count)
{
    double began = now();
    for (unsigned i = 0; i < count; i++)
        must(natt_kms_store_purge(store, 1, &err), "purge");
    report("purge of nothing", count, began);
}

/* 500 bytes are a policy with one attestation condition, 32768 the largest. */
static void read_policies(natt_kms_store *store, unsigned count, size_t len)
{
    static char policy[NATT_KMS_MAX_KEY_POLICY + 1];
    char what[64];
    memset(policy, 'x', len);
    policy[len] = '\0';
    for (unsigned i = 0; i < count; i++)
        must(natt_kms_store_put_policy(store, key_of(0, i).id, policy, &err), "put_policy");
    (void)snprintf(what, sizeof what, "key, policy of %zu bytes, secret", len);
    read_many(store, count, what);
}

static void measure(natt_kms_store *store, unsigned count)
{
    write_many(store, count);
    purge_nothing(store, 100 * count);
    read_policies(store, count, 500);
    read_policies(store, count, NATT_KMS_MAX_KEY_POLICY);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    natt_kms_store *store = natt_kms_store_open(argv[2], master_key, &err);
    must(store != NULL, argv[2]);
    if (strcmp(argv[1], "write") == 0 && argc > 3)
        write_until_killed(store, (unsigned)strtoul(argv[3], NULL, 10), argc > 4);
    if (strcmp(argv[1], "speed") == 0 && argc > 3)
        measure(store, (unsigned)strtoul(argv[3], NULL, 10));
    int code = strcmp(argv[1], "check") == 0 ? check_lines(store) : 0;
    natt_kms_store_close(store);
    return code;
}
