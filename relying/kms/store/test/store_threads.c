/*
 * Threads that share a store; each call of it at least once. Plain C, for ThreadSanitizer; prints TAP.
 * usage: store_threads ROUNDS
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relying/kms/store/store.h"

#define THREADS 8
#define SHARED  "00000000-0000-4000-8000-00000000000a"
#define POLICY  "{}"

static natt_kms_store *store;
static unsigned rounds;

struct worker {
    pthread_t thread;
    unsigned number;
    natt_kms_store_error err;
    bool ok;
};

static natt_kms_key key_of(unsigned number, unsigned i)
{
    natt_kms_key key = {.spec = "SYMMETRIC_DEFAULT", .usage = "ENCRYPT_DECRYPT", .state = NATT_KMS_ENABLED};
    (void)snprintf(key.id, sizeof key.id, "%08x-0000-4000-8000-%012x", number, i);
    return key;
}

static natt_bytes secret_of(const natt_kms_key *key)
{
    return (natt_bytes){(const uint8_t *)key->id, NATT_KMS_KEY_ID_LEN};
}

/* Each thread has its own key, and must read what it wrote. */
static bool use_own(struct worker *w, unsigned i)
{
    natt_kms_key key = key_of(w->number, i), found;
    char *policy = NULL;
    uint8_t secret[NATT_KMS_MAX_SECRET];
    size_t len;
    bool ok = natt_kms_store_add_key(store, &key, secret_of(&key), POLICY, &w->err) &&
              natt_kms_store_key_and_policy(store, &found, &policy, key.id, &w->err) && strcmp(policy, POLICY) == 0 &&
              natt_kms_store_secret(store, secret, &len, key.id, &w->err) && len == NATT_KMS_KEY_ID_LEN &&
              memcmp(secret, key.id, len) == 0;
    free(policy);
    return ok && strcmp(found.id, key.id) == 0;
}

static bool use_alias(struct worker *w, unsigned i)
{
    natt_kms_alias alias = {.key_id = SHARED}, found;
    (void)snprintf(alias.name, sizeof alias.name, "alias/%u/%u", w->number, i);
    return natt_kms_store_add_alias(store, &alias, &w->err) &&
           natt_kms_store_update_alias(store, alias.name, SHARED, 5, &w->err) &&
           natt_kms_store_alias(store, &found, alias.name, &w->err) && found.updated_ms == 5 &&
           natt_kms_store_delete_alias(store, alias.name, &w->err);
}

/* All threads change the same key. */
static bool use_shared(struct worker *w, unsigned i)
{
    char ids[4][NATT_KMS_KEY_ID_LEN + 1];
    uint8_t document[48] = {(uint8_t)w->number, (uint8_t)i, (uint8_t)(i >> 8)};
    natt_kms_alias aliases[4];
    size_t count;
    return natt_kms_store_put_policy(store, SHARED, POLICY, &w->err) &&
           natt_kms_store_set_state(store, SHARED, ~0U, w->number % 2 == 0 ? NATT_KMS_ENABLED : NATT_KMS_DISABLED, 0,
                                    &w->err) &&
           natt_kms_store_list_keys(store, ids, 4, &count, NULL, &w->err) && count > 0 &&
           natt_kms_store_list_aliases(store, aliases, 4, &count, NULL, SHARED, &w->err) &&
           natt_kms_store_see_document(store, document, 100, 1, &w->err) && natt_kms_store_purge(store, 1, &w->err);
}

static void *work(void *argument)
{
    struct worker *w = argument;
    w->ok = true;
    for (unsigned i = 0; w->ok && i < rounds; i++)
        w->ok = use_own(w, i) && use_alias(w, i) && use_shared(w, i);
    return NULL;
}

static bool all_work(void)
{
    static struct worker workers[THREADS];
    bool ok = true;
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i].number = i + 1;
        ok = pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0 && ok;
    }
    for (unsigned i = 0; i < THREADS; i++) {
        (void)pthread_join(workers[i].thread, NULL);
        if (!workers[i].ok)
            printf("# thread %u: %s\n", i, workers[i].err.text);
        ok = workers[i].ok && ok;
    }
    return ok;
}

int main(int argc, char **argv)
{
    static const uint8_t master_key[NATT_KMS_MASTER_KEY_LEN] = {1};
    natt_kms_key shared = key_of(0, 10);
    natt_kms_store_error err;
    rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 1;
    store = natt_kms_store_open(":memory:", master_key, &err);
    bool ok = store != NULL && natt_kms_store_add_key(store, &shared, secret_of(&shared), POLICY, &err) && all_work();
    natt_kms_store_close(store);
    printf("%sok 1 - %d threads share a store, %u rounds each\n1..1\n", ok ? "" : "not ", THREADS, rounds);
    return ok ? 0 : 1;
}
