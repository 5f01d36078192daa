/* Keys and their policies: writing and reading, limits, states, deletion. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relying/kms/store/test/store_support.h"

static natt_kms_store *store;
static natt_kms_store_error err;

static void begin(void)
{
    store = natt_kms_store_open(":memory:", test_master, &err);
    MUST(store != NULL, err);
}

static void end(void)
{
    natt_kms_store_close(store);
}

TestSuite(store, .init = begin, .fini = end);

static void fill(char *out, size_t len)
{
    memset(out, 'x', len);
    out[len] = '\0';
}

Test(store, key_comes_back_with_every_field)
{
    natt_kms_key key = {.id = ID_A, .state = NATT_KMS_PENDING_DELETION, .created_ms = -5, .deletion_ms = INT64_MAX};
    natt_kms_key found;
    fill(key.spec, 31), fill(key.usage, 31), fill(key.material_id, 64), fill(key.description, 8192);
    char *policy = malloc(32769), *found_policy;
    uint8_t secret[NATT_KMS_MAX_SECRET], found_secret[NATT_KMS_MAX_SECRET];
    size_t len;
    fill(policy, 32768);
    memset(secret, 0x5a, sizeof secret);
    MUST(natt_kms_store_add_key(store, &key, (natt_bytes){secret, sizeof secret}, policy, &err), err);
    MUST(natt_kms_store_key(store, &found, ID_A, &err), err);
    cr_expect(strcmp(found.id, ID_A) == 0 && strcmp(found.spec, key.spec) == 0 && strcmp(found.usage, key.usage) == 0);
    cr_expect_str_eq(found.material_id, key.material_id);
    cr_expect_str_eq(found.description, key.description);
    cr_expect(found.state == key.state && found.created_ms == -5 && found.deletion_ms == INT64_MAX);
    found_policy = natt_kms_store_policy(store, ID_A, &err);
    MUST(found_policy != NULL, err);
    cr_expect_str_eq(found_policy, policy);
    MUST(natt_kms_store_secret(store, found_secret, &len, ID_A, &err), err);
    cr_expect_eq(len, sizeof secret);
    cr_expect_arr_eq(found_secret, secret, sizeof secret);
    cr_expect_eq(err.code, NATT_KMS_STORE_OK);
    free(policy), free(found_policy);
}

Test(store, material_id_and_description_may_be_empty)
{
    natt_kms_key key = test_key(ID_A), found;
    uint8_t secret[NATT_KMS_MAX_SECRET];
    size_t len;
    key.material_id[0] = key.description[0] = '\0';
    MUST(natt_kms_store_add_key(store, &key, test_secret(ID_A), POLICY, &err), err);
    MUST(natt_kms_store_secret(store, secret, &len, ID_A, &err), err);
    cr_expect(len == 32 && memcmp(secret, test_secret(ID_A).ptr, 32) == 0);
    MUST(natt_kms_store_key(store, &found, ID_A, &err), err);
    cr_expect(found.material_id[0] == '\0' && found.description[0] == '\0' && found.spec[0] != '\0');
}

static bool add(const natt_kms_key *key, size_t secret_len, size_t policy_len)
{
    static char policy[NATT_KMS_MAX_KEY_POLICY + 2];
    static uint8_t secret[NATT_KMS_MAX_SECRET + 1];
    fill(policy, policy_len);
    return natt_kms_store_add_key(store, key, (natt_bytes){secret, secret_len}, policy, &err);
}

Test(store, secret_has_1_to_4096_bytes)
{
    natt_kms_key a = test_key(ID_A), b = test_key(ID_B), c = test_key(ID_C);
    EXPECT(add(&a, 0, 10), err, NATT_KMS_STORE_ARGUMENT);
    EXPECT(add(&a, 4097, 10), err, NATT_KMS_STORE_ARGUMENT);
    EXPECT(natt_kms_store_add_key(store, &a, (natt_bytes){NULL, 1}, "x", &err), err, NATT_KMS_STORE_ARGUMENT);
    MUST(add(&a, 1, 10), err);
    MUST(add(&b, 4095, 10), err);
    MUST(add(&c, 4096, 10), err);
}

Test(store, policy_has_1_to_32768_bytes)
{
    natt_kms_key a = test_key(ID_A), b = test_key(ID_B), c = test_key(ID_C);
    static char policy[32770];
    EXPECT(add(&a, 1, 0), err, NATT_KMS_STORE_ARGUMENT);
    EXPECT(add(&a, 1, 32769), err, NATT_KMS_STORE_ARGUMENT);
    MUST(add(&a, 1, 1), err);
    MUST(add(&b, 1, 32767), err);
    MUST(add(&c, 1, 32768), err);
    fill(policy, 32769);
    EXPECT(natt_kms_store_put_policy(store, ID_A, policy, &err), err, NATT_KMS_STORE_ARGUMENT);
    EXPECT(natt_kms_store_put_policy(store, ID_A, "", &err), err, NATT_KMS_STORE_ARGUMENT);
    fill(policy, 32768);
    MUST(natt_kms_store_put_policy(store, ID_A, policy, &err), err);
}

Test(store, id_is_a_uuid_in_lower_case)
{
    static const char *const wrong[] = {"",
                                        "00000000-0000-4000-8000-00000000000",
                                        "00000000-0000-4000-8000-00000000000A",
                                        "00000000-0000-4000-8000-00000000000g",
                                        "0000000000000-4000-8000-00000000000a",
                                        "00000000-0000-4000-8000a00000000000a",
                                        "alias/00-0000-4000-8000-00000000000a"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        natt_kms_key key = test_key(wrong[i]);
        EXPECT(add(&key, 1, 1), err, NATT_KMS_STORE_ARGUMENT);
    }
    natt_kms_key longer = test_key(ID_A);
    memset(longer.id, '0', sizeof longer.id);
    EXPECT(add(&longer, 1, 1), err, NATT_KMS_STORE_ARGUMENT);
}

Test(store, texts_of_a_key_end_in_their_arrays)
{
    natt_kms_key key = test_key(ID_A);
    memset(key.description, 'x', sizeof key.description);
    EXPECT(add(&key, 1, 1), err, NATT_KMS_STORE_ARGUMENT);
    key = test_key(ID_A);
    memset(key.spec, 'x', sizeof key.spec);
    EXPECT(add(&key, 1, 1), err, NATT_KMS_STORE_ARGUMENT);
    key = test_key(ID_A);
    memset(key.usage, 'x', sizeof key.usage);
    EXPECT(add(&key, 1, 1), err, NATT_KMS_STORE_ARGUMENT);
    key = test_key(ID_A);
    memset(key.material_id, 'x', sizeof key.material_id);
    EXPECT(add(&key, 1, 1), err, NATT_KMS_STORE_ARGUMENT);
    key = test_key(ID_A);
    key.spec[0] = '\0';
    EXPECT(add(&key, 1, 1), err, NATT_KMS_STORE_ARGUMENT);
    key = test_key(ID_A);
    key.usage[0] = '\0';
    EXPECT(add(&key, 1, 1), err, NATT_KMS_STORE_ARGUMENT);
}

Test(store, time_of_deletion_belongs_to_pending_deletion_alone)
{
    natt_kms_key key = test_key(ID_A);
    key.deletion_ms = 1;
    EXPECT(add(&key, 1, 1), err, NATT_KMS_STORE_ARGUMENT);
    key.state = NATT_KMS_PENDING_DELETION;
    key.deletion_ms = 0;
    EXPECT(add(&key, 1, 1), err, NATT_KMS_STORE_ARGUMENT);
    key.state = (natt_kms_state)4;
    EXPECT(add(&key, 1, 1), err, NATT_KMS_STORE_ARGUMENT);
    key.state = (natt_kms_state)0;
    EXPECT(add(&key, 1, 1), err, NATT_KMS_STORE_ARGUMENT);
    test_add(store, ID_A);
    EXPECT(natt_kms_store_set_state(store, ID_A, 2, NATT_KMS_PENDING_DELETION, 0, &err), err, NATT_KMS_STORE_ARGUMENT);
    EXPECT(natt_kms_store_set_state(store, ID_A, 2, NATT_KMS_DISABLED, 1, &err), err, NATT_KMS_STORE_ARGUMENT);
    EXPECT(natt_kms_store_set_state(store, ID_A, 2, NATT_KMS_DISABLED, -1, &err), err, NATT_KMS_STORE_ARGUMENT);
    EXPECT(natt_kms_store_set_state(store, ID_A, 2, (natt_kms_state)4, 0, &err), err, NATT_KMS_STORE_ARGUMENT);
    EXPECT(natt_kms_store_set_state(store, ID_A, 2, (natt_kms_state)0, 0, &err), err, NATT_KMS_STORE_ARGUMENT);
}

Test(store, second_key_of_an_id_changes_nothing)
{
    natt_kms_key twin = test_key(ID_A);
    test_add(store, ID_A);
    strcpy(twin.description, "another");
    EXPECT(natt_kms_store_add_key(store, &twin, test_secret(ID_B), "other", &err), err, NATT_KMS_STORE_EXISTS);
    cr_expect(test_has(store, ID_A));
}

Test(store, what_is_not_there_is_not_found)
{
    natt_kms_key key;
    char *policy = NULL;
    uint8_t secret[NATT_KMS_MAX_SECRET];
    size_t len = 7;
    memset(&key, 1, sizeof key);
    test_add(store, ID_A);
    EXPECT(natt_kms_store_key(store, &key, ID_B, &err), err, NATT_KMS_STORE_NOT_FOUND);
    cr_expect_eq(key.id[0] + key.description[100] + (int)key.state, 0);
    EXPECT(natt_kms_store_key_and_policy(store, &key, &policy, ID_B, &err), err, NATT_KMS_STORE_NOT_FOUND);
    cr_expect_null(policy);
    EXPECT(natt_kms_store_policy(store, "", &err) != NULL, err, NATT_KMS_STORE_NOT_FOUND);
    EXPECT(natt_kms_store_secret(store, secret, &len, "' OR 1 --", &err), err, NATT_KMS_STORE_NOT_FOUND);
    cr_expect_eq(len, 0);
    EXPECT(natt_kms_store_put_policy(store, ID_B, POLICY, &err), err, NATT_KMS_STORE_NOT_FOUND);
    EXPECT(natt_kms_store_set_state(store, ID_B, 2, NATT_KMS_DISABLED, 0, &err), err, NATT_KMS_STORE_NOT_FOUND);
    cr_expect_not(natt_kms_store_key(store, &key, ID_B, NULL));
}

Test(store, policy_is_replaced_and_the_rest_stays)
{
    test_add(store, ID_A);
    test_add(store, ID_B);
    MUST(natt_kms_store_put_policy(store, ID_A, "new", &err), err);
    char *policy = natt_kms_store_policy(store, ID_A, &err);
    cr_expect_str_eq(policy, "new");
    free(policy);
    MUST(natt_kms_store_put_policy(store, ID_A, POLICY, &err), err);
    cr_expect(test_has(store, ID_A) && test_has(store, ID_B));
}

Test(store, state_changes_from_the_named_states_alone)
{
    const unsigned enabled = 1U << NATT_KMS_ENABLED, disabled = 1U << NATT_KMS_DISABLED;
    const unsigned pending = 1U << NATT_KMS_PENDING_DELETION;
    natt_kms_key key;
    test_add(store, ID_A);
    EXPECT(natt_kms_store_set_state(store, ID_A, disabled | pending, NATT_KMS_ENABLED, 0, &err), err,
           NATT_KMS_STORE_STATE);
    EXPECT(natt_kms_store_set_state(store, ID_A, 0, NATT_KMS_ENABLED, 0, &err), err, NATT_KMS_STORE_STATE);
    MUST(natt_kms_store_set_state(store, ID_A, enabled | disabled, NATT_KMS_PENDING_DELETION, 99, &err), err);
    MUST(natt_kms_store_key(store, &key, ID_A, &err), err);
    cr_expect(key.state == NATT_KMS_PENDING_DELETION && key.deletion_ms == 99);
    EXPECT(natt_kms_store_set_state(store, ID_A, enabled | disabled, NATT_KMS_DISABLED, 0, &err), err,
           NATT_KMS_STORE_STATE);
    MUST(natt_kms_store_set_state(store, ID_A, pending, NATT_KMS_DISABLED, 0, &err), err);
    MUST(natt_kms_store_set_state(store, ID_A, disabled, NATT_KMS_ENABLED, 0, &err), err);
    cr_expect(test_has(store, ID_A));
}

Test(store, keys_are_listed_in_pages)
{
    char ids[4][NATT_KMS_KEY_ID_LEN + 1];
    size_t count = 9;
    MUST(natt_kms_store_list_keys(store, ids, 4, &count, NULL, &err), err);
    cr_expect_eq(count, 0);
    test_add(store, ID_B), test_add(store, ID_C), test_add(store, ID_A);
    MUST(natt_kms_store_list_keys(store, ids, 2, &count, NULL, &err), err);
    cr_expect(count == 2 && strcmp(ids[0], ID_A) == 0 && strcmp(ids[1], ID_B) == 0);
    MUST(natt_kms_store_list_keys(store, ids, 2, &count, ids[1], &err), err);
    cr_expect(count == 1 && strcmp(ids[0], ID_C) == 0);
    MUST(natt_kms_store_list_keys(store, ids, 3, &count, "", &err), err);
    cr_expect_eq(count, 3);
    MUST(natt_kms_store_list_keys(store, ids, 4, &count, "", &err), err);
    cr_expect_eq(count, 3);
    MUST(natt_kms_store_list_keys(store, ids, 0, &count, NULL, &err), err);
    cr_expect_eq(count, 0);
    cr_expect_eq(err.code, NATT_KMS_STORE_OK);
}

static void add_alias(const char *name, const char *key_id)
{
    natt_kms_alias alias = {.created_ms = 3, .updated_ms = 4};
    strcpy(alias.name, name);
    strcpy(alias.key_id, key_id);
    MUST(natt_kms_store_add_alias(store, &alias, &err), err);
}

Test(store, keys_are_deleted_when_their_time_has_come)
{
    natt_kms_key key;
    natt_kms_alias alias;
    test_add(store, ID_A), test_add(store, ID_B), test_add(store, ID_C);
    add_alias("alias/a", ID_A), add_alias("alias/a2", ID_A), add_alias("alias/b", ID_B);
    MUST(natt_kms_store_set_state(store, ID_A, 2, NATT_KMS_PENDING_DELETION, 100, &err), err);
    MUST(natt_kms_store_set_state(store, ID_B, 2, NATT_KMS_PENDING_DELETION, 101, &err), err);
    MUST(natt_kms_store_purge(store, 99, &err), err);
    MUST(natt_kms_store_key(store, &key, ID_A, &err), err);
    MUST(natt_kms_store_purge(store, 100, &err), err);
    EXPECT(natt_kms_store_key(store, &key, ID_A, &err), err, NATT_KMS_STORE_NOT_FOUND);
    EXPECT(natt_kms_store_alias(store, &alias, "alias/a", &err), err, NATT_KMS_STORE_NOT_FOUND);
    EXPECT(natt_kms_store_alias(store, &alias, "alias/a2", &err), err, NATT_KMS_STORE_NOT_FOUND);
    MUST(natt_kms_store_key(store, &key, ID_B, &err), err);
    MUST(natt_kms_store_alias(store, &alias, "alias/b", &err), err);
    MUST(natt_kms_store_purge(store, INT64_MAX, &err), err);
    cr_expect(test_has(store, ID_C));
    test_add(store, ID_A);
    cr_expect(test_has(store, ID_A));
}

/* --- aliases --- */

static void make_id(char id[37], const char *shape, unsigned number)
{
    (void)snprintf(id, 37, shape, number);
}

/* Keys that are pending deletion count, and keys from before the limit was set count too. */
Test(store, keys_are_as_many_as_the_limit)
{
    char id[37];
    natt_kms_store_limit_keys(store, 3);
    for (unsigned i = 1; i <= 4; i++) {
        make_id(id, "00000000-0000-4000-8000-%012x", i);
        natt_kms_key key = test_key(id);
        key.state = i == 1 ? NATT_KMS_PENDING_DELETION : NATT_KMS_ENABLED;
        key.deletion_ms = i == 1 ? 5 : 0;
        cr_expect_eq(natt_kms_store_has_room(store, &err), i <= 3, "key %u: %s", i, err.text);
        bool added = natt_kms_store_add_key(store, &key, test_secret(id), POLICY, &err);
        cr_expect_eq(added, i <= 3, "key %u: %s", i, err.text);
    }
    cr_expect_eq(err.code, NATT_KMS_STORE_FULL);
    cr_expect_str_eq(err.text, "there are 3 keys already, which is the limit");
    MUST(natt_kms_store_purge(store, 5, &err), err);
    test_add(store, id);
    natt_kms_store_limit_keys(store, 2);
    cr_expect(test_has(store, id));
    natt_kms_key key = test_key(ID_A);
    EXPECT(natt_kms_store_add_key(store, &key, test_secret(ID_A), POLICY, &err), err, NATT_KMS_STORE_FULL);
}

Test(store, key_has_at_most_50_aliases)
{
    natt_kms_alias alias = {.key_id = ID_A};
    test_add(store, ID_A), test_add(store, ID_B);
    for (unsigned i = 1; i <= 51; i++) {
        (void)snprintf(alias.name, sizeof alias.name, "alias/%u", i);
        cr_expect_eq(natt_kms_store_add_alias(store, &alias, &err), i <= 50, "alias %u: %s", i, err.text);
    }
    cr_expect_eq(err.code, NATT_KMS_STORE_FULL);
    memcpy(alias.key_id, ID_B, sizeof ID_B);
    MUST(natt_kms_store_add_alias(store, &alias, &err), err);
    EXPECT(natt_kms_store_update_alias(store, alias.name, ID_A, 1, &err), err, NATT_KMS_STORE_FULL);
    MUST(natt_kms_store_update_alias(store, "alias/1", ID_A, 1, &err), err); /* the current one */
    MUST(natt_kms_store_update_alias(store, "alias/1", ID_B, 1, &err), err);
    MUST(natt_kms_store_update_alias(store, alias.name, ID_A, 1, &err), err);
    EXPECT(natt_kms_store_update_alias(store, "alias/1", ID_A, 1, &err), err, NATT_KMS_STORE_FULL);
}

Test(store, alias_comes_back_and_changes)
{
    natt_kms_alias alias;
    test_add(store, ID_A), test_add(store, ID_B);
    add_alias("alias/app", ID_A);
    MUST(natt_kms_store_alias(store, &alias, "alias/app", &err), err);
    cr_expect(strcmp(alias.name, "alias/app") == 0 && strcmp(alias.key_id, ID_A) == 0 && alias.created_ms == 3 &&
              alias.updated_ms == 4);
    MUST(natt_kms_store_update_alias(store, "alias/app", ID_B, 9, &err), err);
    MUST(natt_kms_store_alias(store, &alias, "alias/app", &err), err);
    cr_expect(strcmp(alias.key_id, ID_B) == 0 && alias.created_ms == 3 && alias.updated_ms == 9);
    MUST(natt_kms_store_delete_alias(store, "alias/app", &err), err);
    EXPECT(natt_kms_store_alias(store, &alias, "alias/app", &err), err, NATT_KMS_STORE_NOT_FOUND);
    cr_expect_eq(alias.name[0] + alias.key_id[0], 0);
    EXPECT(natt_kms_store_delete_alias(store, "alias/app", &err), err, NATT_KMS_STORE_NOT_FOUND);
    EXPECT(natt_kms_store_update_alias(store, "alias/app", ID_A, 9, &err), err, NATT_KMS_STORE_NOT_FOUND);
}

Test(store, alias_names_a_key_that_there_is)
{
    natt_kms_alias alias = {.name = "alias/app", .key_id = ID_B};
    test_add(store, ID_A);
    EXPECT(natt_kms_store_add_alias(store, &alias, &err), err, NATT_KMS_STORE_NOT_FOUND);
    add_alias("alias/app", ID_A);
    EXPECT(natt_kms_store_update_alias(store, "alias/app", ID_B, 1, &err), err, NATT_KMS_STORE_NOT_FOUND);
    EXPECT(natt_kms_store_update_alias(store, "alias/app", "alias/app", 1, &err), err, NATT_KMS_STORE_ARGUMENT);
    strcpy(alias.key_id, ID_A);
    EXPECT(natt_kms_store_add_alias(store, &alias, &err), err, NATT_KMS_STORE_EXISTS);
    strcpy(alias.key_id, "x");
    EXPECT(natt_kms_store_add_alias(store, &alias, &err), err, NATT_KMS_STORE_ARGUMENT);
}

Test(store, alias_has_at_most_256_bytes_and_its_prefix)
{
    natt_kms_alias alias = {.key_id = ID_A};
    test_add(store, ID_A);
    memset(alias.name, 'x', sizeof alias.name);
    memcpy(alias.name, "alias/", 6);
    EXPECT(natt_kms_store_add_alias(store, &alias, &err), err, NATT_KMS_STORE_ARGUMENT);
    alias.name[256] = '\0';
    MUST(natt_kms_store_add_alias(store, &alias, &err), err);
    alias.name[255] = '\0';
    MUST(natt_kms_store_add_alias(store, &alias, &err), err);
    strcpy(alias.name, "alias/");
    EXPECT(natt_kms_store_add_alias(store, &alias, &err), err, NATT_KMS_STORE_ARGUMENT);
    strcpy(alias.name, "Alias/x");
    EXPECT(natt_kms_store_add_alias(store, &alias, &err), err, NATT_KMS_STORE_ARGUMENT);
    strcpy(alias.name, "alias/x");
    MUST(natt_kms_store_add_alias(store, &alias, &err), err);
}

Test(store, aliases_are_listed_in_pages_and_by_key)
{
    natt_kms_alias out[4];
    size_t count;
    test_add(store, ID_A), test_add(store, ID_B);
    add_alias("alias/b", ID_A), add_alias("alias/a", ID_B), add_alias("alias/c", ID_A);
    MUST(natt_kms_store_list_aliases(store, out, 2, &count, NULL, NULL, &err), err);
    cr_expect(count == 2 && strcmp(out[0].name, "alias/a") == 0 && strcmp(out[1].name, "alias/b") == 0);
    MUST(natt_kms_store_list_aliases(store, out, 4, &count, "alias/b", NULL, &err), err);
    cr_expect(count == 1 && strcmp(out[0].name, "alias/c") == 0);
    MUST(natt_kms_store_list_aliases(store, out, 4, &count, NULL, ID_A, &err), err);
    cr_expect(count == 2 && strcmp(out[0].name, "alias/b") == 0 && strcmp(out[1].name, "alias/c") == 0);
    MUST(natt_kms_store_list_aliases(store, out, 1, &count, "alias/b", ID_A, &err), err);
    cr_expect(count == 1 && strcmp(out[0].name, "alias/c") == 0 && out[0].created_ms == 3);
    MUST(natt_kms_store_list_aliases(store, out, 4, &count, NULL, ID_C, &err), err);
    cr_expect_eq(count, 0);
}

/* --- documents --- */

Test(store, document_is_seen_once_until_it_expires)
{
    uint8_t id[48] = {1};
    MUST(natt_kms_store_see_document(store, id, 100, 50, &err), err);
    EXPECT(natt_kms_store_see_document(store, id, 100, 60, &err), err, NATT_KMS_STORE_EXISTS);
    EXPECT(natt_kms_store_see_document(store, id, 900, 100, &err), err, NATT_KMS_STORE_EXISTS);
    id[47] = 1;
    MUST(natt_kms_store_see_document(store, id, 100, 60, &err), err);
    MUST(natt_kms_store_see_document(store, id, 200, 101, &err), err);
    EXPECT(natt_kms_store_see_document(store, id, 200, 102, &err), err, NATT_KMS_STORE_EXISTS);
}

Test(store, errors_may_be_left_out)
{
    natt_kms_key key = test_key("x");
    cr_expect_not(natt_kms_store_add_key(store, &key, test_secret(ID_A), POLICY, NULL));
    cr_expect_not(natt_kms_store_put_policy(store, ID_A, POLICY, NULL));
    cr_expect_not(natt_kms_store_delete_alias(store, "alias/x", NULL));
    cr_expect_null(natt_kms_store_open(NULL, test_master, NULL));
    natt_kms_store_close(NULL);
}
