/*
 * A separate folder for each test, with a store, and changes that an attacker could make to its file.
 */
#ifndef NATT_STORE_SUPPORT_H
#define NATT_STORE_SUPPORT_H

#include <criterion/criterion.h>

#include "relying/kms/store/store.h"

#define ID_A   "00000000-0000-4000-8000-00000000000a"
#define ID_B   "00000000-0000-4000-8000-00000000000b"
#define ID_C   "00000000-0000-4000-8000-00000000000c"
#define POLICY "{\"Statement\":[]}"

extern const uint8_t test_master[NATT_KMS_MASTER_KEY_LEN], test_other_master[NATT_KMS_MASTER_KEY_LEN];

extern char test_folder[128];
void test_folder_make(void);
void test_folder_remove(void); /* with its content */
/* A path in the folder; the last five results are valid. */
const char *test_path(const char *name);
#define STORE test_path("kms.db")

natt_kms_store *test_open(void); /* opens STORE; ends the test on failure */
natt_kms_key test_key(const char *id);
/* Returns 32 bytes that depend on the id. */
natt_bytes test_secret(const char *id);
void test_add(natt_kms_store *store, const char *id);
bool test_has(natt_kms_store *store, const char *id); /* requires the key, policy and secret that test_add wrote */

void test_sql(const char *path, const char *sql); /* acts as an attacker without the master key */
void test_write_file(const char *path, const void *content, size_t len, unsigned mode);
/* malloc'ed. */
uint8_t *test_read_file(const char *path, size_t *len);
bool test_contains(const char *path, const void *what, size_t len); /* also false if the file does not exist */

#define EXPECT(ok, err, wanted)                                                                                        \
    do {                                                                                                               \
        cr_expect_not(ok);                                                                                             \
        cr_expect_eq((err).code, wanted, "code %d: %s", (int)(err).code, (err).text);                                  \
        cr_expect_neq((err).text[0], '\0');                                                                            \
    } while (0)
#define MUST(ok, err) cr_assert(ok, "code %d: %s", (int)(err).code, (err).text)

#endif
