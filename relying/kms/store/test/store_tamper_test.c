/* Changes to rows by an attacker who can write the file but lacks the master key. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/gcm.h>
#include <mbedtls/hkdf.h>
#include <mbedtls/md.h>

#include "relying/kms/store/seal.h"
#include "relying/kms/store/test/store_support.h"

static natt_kms_store_error err;

static void begin(void)
{
    natt_kms_alias alias = {.name = "alias/a", .key_id = ID_A, .created_ms = 1, .updated_ms = 2};
    test_folder_make();
    natt_kms_store *store = test_open();
    test_add(store, ID_A), test_add(store, ID_B);
    MUST(natt_kms_store_add_alias(store, &alias, &err), err);
    strcpy(alias.name, "alias/b"), strcpy(alias.key_id, ID_B);
    MUST(natt_kms_store_add_alias(store, &alias, &err), err);
    natt_kms_store_close(store);
}

TestSuite(store_tamper, .init = begin, .fini = test_folder_remove);

#define OF_B(column)                                                                                                   \
    "UPDATE keys SET " column " = (SELECT " column " FROM keys WHERE id = '" ID_B "') WHERE id = '" ID_A "'"
#define OF_A " WHERE id = '" ID_A "'"

static const char *const key_changes[] = {
    "UPDATE keys SET spec = 'RSA_2048'" OF_A,
    "UPDATE keys SET usage = 'KEY_AGREEMENT'" OF_A,
    "UPDATE keys SET material_id = 'b'" OF_A,
    "UPDATE keys SET description = 'x'" OF_A,
    "UPDATE keys SET description = ''" OF_A,
    "UPDATE keys SET policy = '{}'" OF_A,
    "UPDATE keys SET policy = policy || ' '" OF_A,
    "UPDATE keys SET state = 2" OF_A,
    "UPDATE keys SET created_ms = created_ms + 1" OF_A,
    "UPDATE keys SET deletion_ms = 1" OF_A,
    "UPDATE keys SET nonce = zeroblob(12)" OF_A,
    "UPDATE keys SET nonce = x''" OF_A,
    "UPDATE keys SET sealed = zeroblob(48)" OF_A,
    "UPDATE keys SET sealed = x''" OF_A,
    "UPDATE keys SET sealed = zeroblob(5000)" OF_A,
    "UPDATE keys SET mac = zeroblob(32)" OF_A,
    "UPDATE keys SET mac = x''" OF_A,
    "UPDATE keys SET usage = spec, spec = usage" OF_A,
    "UPDATE keys SET description = policy, policy = description" OF_A,
    "UPDATE keys SET created_ms = deletion_ms, deletion_ms = created_ms" OF_A,
    "UPDATE keys SET spec = spec || substr(usage, 1, 1), usage = substr(usage, 2)" OF_A,
    OF_B("sealed"),
    OF_B("nonce"),
    OF_B("mac"),
    /* the whole row of B under A's name */
    "PRAGMA foreign_keys=OFF; DELETE FROM keys" OF_A "; UPDATE keys SET id = '" ID_A "' WHERE id = '" ID_B "'",
};

static void expect_changed(natt_kms_store *store)
{
    natt_kms_key key;
    char *policy;
    uint8_t secret[NATT_KMS_MAX_SECRET];
    size_t len = 1;
    EXPECT(natt_kms_store_key(store, &key, ID_A, &err), err, NATT_KMS_STORE_CHANGED);
    EXPECT(natt_kms_store_key_and_policy(store, &key, &policy, ID_A, &err), err, NATT_KMS_STORE_CHANGED);
    cr_expect(policy == NULL && key.id[0] == '\0');
    EXPECT(natt_kms_store_policy(store, ID_A, &err) != NULL, err, NATT_KMS_STORE_CHANGED);
    EXPECT(natt_kms_store_secret(store, secret, &len, ID_A, &err), err, NATT_KMS_STORE_CHANGED);
    cr_expect_eq(len, 0);
    EXPECT(natt_kms_store_put_policy(store, ID_A, POLICY, &err), err, NATT_KMS_STORE_CHANGED);
    EXPECT(natt_kms_store_set_state(store, ID_A, 14, NATT_KMS_ENABLED, 0, &err), err, NATT_KMS_STORE_CHANGED);
}

Test(store_tamper, key_whose_row_was_changed_is_refused)
{
    size_t len;
    uint8_t *content = test_read_file(STORE, &len);
    for (size_t i = 0; i < sizeof key_changes / sizeof key_changes[0]; i++) {
        test_write_file(STORE, content, len, 0600);
        test_sql(STORE, key_changes[i]);
        natt_kms_store *store = natt_kms_store_open(STORE, test_master, &err);
        cr_assert_not_null(store, "%s: %s", key_changes[i], err.text);
        expect_changed(store);
        cr_expect_eq(test_has(store, ID_B), i + 1 < sizeof key_changes / sizeof key_changes[0], "%s", key_changes[i]);
        natt_kms_store_close(store);
    }
    free(content);
}

Test(store_tamper, alias_whose_row_was_changed_is_refused)
{
    static const char *const changes[] = {
        "UPDATE aliases SET key_id = '" ID_B "' WHERE name = 'alias/a'",
        "UPDATE aliases SET updated_ms = 3 WHERE name = 'alias/a'",
        "UPDATE aliases SET created_ms = updated_ms, updated_ms = created_ms WHERE name = 'alias/a'",
        "UPDATE aliases SET mac = zeroblob(32) WHERE name = 'alias/a'",
        "UPDATE aliases SET mac = x'' WHERE name = 'alias/a'",
        "DELETE FROM aliases WHERE name = 'alias/a'; UPDATE aliases SET name = 'alias/a' WHERE name = 'alias/b'",
        "UPDATE aliases SET key_id = hex(zeroblob(100)) WHERE name = 'alias/a'",
    };
    size_t len, count = 7;
    uint8_t *content = test_read_file(STORE, &len);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        natt_kms_alias alias, out[4];
        test_write_file(STORE, content, len, 0600);
        test_sql(STORE, changes[i]);
        natt_kms_store *store = test_open();
        EXPECT(natt_kms_store_alias(store, &alias, "alias/a", &err), err, NATT_KMS_STORE_CHANGED);
        cr_expect_eq(alias.name[0], '\0');
        EXPECT(natt_kms_store_list_aliases(store, out, 4, &count, NULL, NULL, &err), err, NATT_KMS_STORE_CHANGED);
        cr_expect_eq(count, 0);
        EXPECT(natt_kms_store_update_alias(store, "alias/a", ID_A, 5, &err), err, NATT_KMS_STORE_CHANGED);
        natt_kms_store_close(store);
    }
    free(content);
}

Test(store_tamper, rows_of_another_store_with_the_same_master_key_are_refused)
{
    char sql[512];
    natt_kms_store *other = natt_kms_store_open(test_path("other.db"), test_master, &err);
    test_add(other, ID_C);
    natt_kms_store_close(other);
    snprintf(sql, sizeof sql, "ATTACH '%s' AS other; INSERT INTO keys SELECT * FROM other.keys", test_path("other.db"));
    test_sql(STORE, sql);
    natt_kms_store *store = test_open();
    natt_kms_key key;
    EXPECT(natt_kms_store_key(store, &key, ID_C, &err), err, NATT_KMS_STORE_CHANGED);
    natt_kms_store_close(store);
}

Test(store_tamper, changed_salt_or_check_value_is_refused)
{
    static const struct {
        const char *sql;
        natt_kms_store_code code;
    } changes[] = {
        {"UPDATE store SET salt = zeroblob(32)", NATT_KMS_STORE_MASTER_KEY},
        {"UPDATE store SET salt = zeroblob(31)", NATT_KMS_STORE_CHANGED},
        {"UPDATE store SET check_value = zeroblob(32)", NATT_KMS_STORE_MASTER_KEY},
        {"UPDATE store SET check_value = x''", NATT_KMS_STORE_MASTER_KEY},
        {"DELETE FROM store", NATT_KMS_STORE_CHANGED},
    };
    size_t len;
    uint8_t *content = test_read_file(STORE, &len);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        test_write_file(STORE, content, len, 0600);
        test_sql(STORE, changes[i].sql);
        EXPECT(natt_kms_store_open(STORE, test_master, &err) != NULL, err, changes[i].code);
    }
    free(content);
}

/* An older copy of a row, which the store does not detect, as store.h says. The test keeps that sentence true. */
Test(store_tamper, older_copy_of_a_row_is_taken)
{
    test_sql(STORE, "CREATE TABLE old AS SELECT * FROM keys WHERE id = '" ID_A "'; ALTER TABLE old RENAME TO old2;"
                    "ATTACH ':memory:' AS m; CREATE TABLE m.k AS SELECT * FROM old2; DROP TABLE old2;"
                    "DELETE FROM aliases; DELETE FROM keys; INSERT INTO keys SELECT * FROM m.k");
    natt_kms_store *store = test_open();
    cr_expect(test_has(store, ID_A));
    natt_kms_store_close(store);
}

/* --- the seal alone: it detects exchanged secrets even if the row's HMAC is recomputed --- */

static natt_kms_keys *keys;

static void derive(void)
{
    static const uint8_t salt[NATT_KMS_SALT_LEN] = {1};
    uint8_t check[NATT_KMS_CHECK_LEN];
    keys = natt_kms_keys_derive(test_master, salt, check);
    cr_assert_not_null(keys);
}

static natt_bytes bytes(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

Test(store_tamper, secret_opens_for_its_owner_alone, .init = derive, .fini = NULL)
{
    static const uint8_t zeros[5];
    const struct natt_kms_owner owner = {bytes("id"), bytes("spec"), bytes("usage"), bytes("material")};
    uint8_t nonce[NATT_KMS_NONCE_LEN], sealed[5 + NATT_KMS_TAG_LEN], out[5];
    cr_assert(natt_kms_seal(keys, nonce, sealed, &owner, bytes("hello")));
    const natt_bytes n = {nonce, sizeof nonce}, s = {sealed, sizeof sealed};
    cr_expect(natt_kms_unseal(keys, out, &owner, n, s) && memcmp(out, "hello", 5) == 0);
    struct natt_kms_owner others[] = {owner, owner, owner, owner, owner};
    others[0].id = bytes("ie"), others[1].spec = bytes("spe"), others[2].usage = bytes(""), others[3].material_id = n;
    others[4].id = bytes("ids"), others[4].spec = bytes("pec");
    for (size_t i = 0; i < 5; i++) {
        memset(out, 7, sizeof out);
        cr_expect_not(natt_kms_unseal(keys, out, &others[i], n, s));
        cr_expect_arr_eq(out, zeros, sizeof out);
    }
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 1;
        cr_expect_not(natt_kms_unseal(keys, out, &owner, n, s));
        sealed[i] ^= 1;
    }
    for (size_t i = 0; i < sizeof nonce; i++) {
        nonce[i] ^= 0x80;
        cr_expect_not(natt_kms_unseal(keys, out, &owner, n, s));
        nonce[i] ^= 0x80;
    }
    cr_expect_not(natt_kms_unseal(keys, out, &owner, (natt_bytes){nonce, 11}, s));
    cr_expect_not(natt_kms_unseal(keys, out, &owner, n, (natt_bytes){sealed, 15}));
    cr_expect(natt_kms_unseal(keys, out, &owner, n, s));
    natt_kms_keys_wipe(keys);
}

Test(store_tamper, same_secret_is_sealed_differently_each_time, .init = derive, .fini = NULL)
{
    const struct natt_kms_owner owner = {bytes("id"), bytes("spec"), bytes("usage"), bytes("material")};
    uint8_t nonces[2][NATT_KMS_NONCE_LEN], sealed[2][5 + NATT_KMS_TAG_LEN];
    for (int i = 0; i < 2; i++)
        cr_assert(natt_kms_seal(keys, nonces[i], sealed[i], &owner, bytes("hello")));
    cr_expect(memcmp(nonces[0], nonces[1], sizeof nonces[0]) != 0 && memcmp(sealed[0], sealed[1], 5) != 0);
    natt_kms_keys_wipe(keys);
}

Test(store_tamper, macs_of_other_lists_of_fields_differ, .init = derive, .fini = NULL)
{
    static const int64_t numbers[] = {1, 2};
    const natt_bytes ab[] = {bytes("a"), bytes("b")}, joined[] = {bytes("ab"), bytes("")};
    uint8_t macs[6][NATT_KMS_MAC_LEN];
    cr_assert(natt_kms_mac(keys, macs[0], "key", ab, 2, numbers, 2));
    cr_assert(natt_kms_mac(keys, macs[1], "alias", ab, 2, numbers, 2));
    cr_assert(natt_kms_mac(keys, macs[2], "key", joined, 2, numbers, 2));
    cr_assert(natt_kms_mac(keys, macs[3], "key", ab, 2, numbers, 1));
    cr_assert(natt_kms_mac(keys, macs[4], "key", ab, 1, numbers, 2));
    cr_assert(natt_kms_mac(keys, macs[5], "key", ab, 2, numbers, 2));
    for (int i = 1; i < 5; i++)
        cr_expect_neq(memcmp(macs[0], macs[i], sizeof macs[0]), 0, "%d", i);
    cr_expect_arr_eq(macs[0], macs[5], sizeof macs[0]);
    natt_kms_keys_wipe(keys);
}

/* --- mbedTLS fails --- */

static bool fail_hmac, fail_gcm;

int __real_mbedtls_md_setup(mbedtls_md_context_t *md, const mbedtls_md_info_t *info, int hmac);
int __wrap_mbedtls_md_setup(mbedtls_md_context_t *md, const mbedtls_md_info_t *info, int hmac);
int __wrap_mbedtls_md_setup(mbedtls_md_context_t *md, const mbedtls_md_info_t *info, int hmac)
{
    return fail_hmac ? MBEDTLS_ERR_MD_ALLOC_FAILED : __real_mbedtls_md_setup(md, info, hmac);
}

int __real_mbedtls_hkdf(const mbedtls_md_info_t *md, const unsigned char *salt, size_t salt_len,
                        const unsigned char *ikm, size_t ikm_len, const unsigned char *info, size_t info_len,
                        unsigned char *okm, size_t okm_len);
int __wrap_mbedtls_hkdf(const mbedtls_md_info_t *md, const unsigned char *salt, size_t salt_len,
                        const unsigned char *ikm, size_t ikm_len, const unsigned char *info, size_t info_len,
                        unsigned char *okm, size_t okm_len);
int __wrap_mbedtls_hkdf(const mbedtls_md_info_t *md, const unsigned char *salt, size_t salt_len,
                        const unsigned char *ikm, size_t ikm_len, const unsigned char *info, size_t info_len,
                        unsigned char *okm, size_t okm_len)
{
    return fail_hmac ? MBEDTLS_ERR_HKDF_BAD_INPUT_DATA
                     : __real_mbedtls_hkdf(md, salt, salt_len, ikm, ikm_len, info, info_len, okm, okm_len);
}

int __real_mbedtls_gcm_setkey(mbedtls_gcm_context *gcm, mbedtls_cipher_id_t cipher, const unsigned char *key,
                              unsigned bits);
int __wrap_mbedtls_gcm_setkey(mbedtls_gcm_context *gcm, mbedtls_cipher_id_t cipher, const unsigned char *key,
                              unsigned bits);
int __wrap_mbedtls_gcm_setkey(mbedtls_gcm_context *gcm, mbedtls_cipher_id_t cipher, const unsigned char *key,
                              unsigned bits)
{
    return fail_gcm ? MBEDTLS_ERR_GCM_BAD_INPUT : __real_mbedtls_gcm_setkey(gcm, cipher, key, bits);
}

Test(store_tamper, nothing_is_read_or_written_unauthenticated)
{
    natt_kms_store *store = test_open();
    natt_kms_key key = test_key(ID_C), out;
    natt_kms_alias alias = {.name = "alias/c", .key_id = ID_A}, found;
    uint8_t secret[NATT_KMS_MAX_SECRET];
    size_t len, count;
    fail_hmac = true;
    EXPECT(natt_kms_store_add_key(store, &key, test_secret(ID_C), POLICY, &err), err, NATT_KMS_STORE_FAILED);
    EXPECT(natt_kms_store_key(store, &out, ID_A, &err), err, NATT_KMS_STORE_FAILED);
    EXPECT(natt_kms_store_secret(store, secret, &len, ID_A, &err), err, NATT_KMS_STORE_FAILED);
    EXPECT(natt_kms_store_policy(store, ID_A, &err) != NULL, err, NATT_KMS_STORE_FAILED);
    EXPECT(natt_kms_store_put_policy(store, ID_A, "x", &err), err, NATT_KMS_STORE_FAILED);
    EXPECT(natt_kms_store_set_state(store, ID_A, 2, NATT_KMS_DISABLED, 0, &err), err, NATT_KMS_STORE_FAILED);
    EXPECT(natt_kms_store_add_alias(store, &alias, &err), err, NATT_KMS_STORE_FAILED);
    EXPECT(natt_kms_store_alias(store, &found, "alias/a", &err), err, NATT_KMS_STORE_FAILED);
    EXPECT(natt_kms_store_update_alias(store, "alias/a", ID_B, 5, &err), err, NATT_KMS_STORE_FAILED);
    EXPECT(natt_kms_store_list_aliases(store, &found, 1, &count, NULL, NULL, &err), err, NATT_KMS_STORE_FAILED);
    EXPECT(natt_kms_store_open(":memory:", test_master, &err) != NULL, err, NATT_KMS_STORE_FAILED);
    fail_hmac = false;
    fail_gcm = true;
    EXPECT(natt_kms_store_add_key(store, &key, test_secret(ID_C), POLICY, &err), err, NATT_KMS_STORE_FAILED);
    EXPECT(natt_kms_store_secret(store, secret, &len, ID_A, &err), err, NATT_KMS_STORE_CHANGED);
    fail_gcm = false;
    EXPECT(natt_kms_store_key(store, &out, ID_C, &err), err, NATT_KMS_STORE_NOT_FOUND);
    cr_expect(test_has(store, ID_A) && test_has(store, ID_B));
    natt_kms_store_close(store);
}
