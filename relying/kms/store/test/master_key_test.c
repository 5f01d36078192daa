/* The master key's file. */
#define _XOPEN_SOURCE 700 /* symlink, mkfifo */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "relying/kms/store/test/store_support.h"

#define KEY_FILE test_path("master")

static natt_kms_store_error err;
static uint8_t key[NATT_KMS_MASTER_KEY_LEN];

TestSuite(master_key, .init = test_folder_make, .fini = test_folder_remove);

static bool reads(bool create)
{
    memset(key, 0xa5, sizeof key);
    return natt_kms_master_key_read(key, KEY_FILE, create, &err);
}

static void expect_refused(natt_kms_store_code code)
{
    static const uint8_t zeros[sizeof key];
    EXPECT(reads(true), err, code);
    cr_expect_arr_eq(key, zeros, sizeof key);
}

Test(master_key, is_made_once)
{
    uint8_t first[sizeof key];
    struct stat about;
    umask(0);
    EXPECT(reads(false), err, NATT_KMS_STORE_NOT_FOUND);
    cr_expect_eq(access(KEY_FILE, F_OK), -1);
    MUST(reads(true), err);
    memcpy(first, key, sizeof key);
    cr_assert_eq(stat(KEY_FILE, &about), 0);
    cr_expect_eq(about.st_mode & 07777, 0600);
    cr_expect_eq(about.st_size, 65);
    MUST(reads(true), err);
    cr_expect_arr_eq(key, first, sizeof key);
    MUST(reads(false), err);
    cr_expect_arr_eq(key, first, sizeof key);
    cr_assert_eq(unlink(KEY_FILE), 0);
    MUST(reads(true), err);
    cr_expect_neq(memcmp(key, first, sizeof key), 0);
}

Test(master_key, is_32_bytes_or_64_digits)
{
    static const char digits[] = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\n";
    static const uint8_t wanted[] = "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff"
                                    "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff";
    for (size_t len = 0; len <= 66; len++) {
        char text[67] = "";
        memcpy(text, digits, sizeof digits);
        test_write_file(KEY_FILE, len == 32 ? (const void *)wanted : text, len, 0600);
        if (len == 32 || len == 64 || len == 65) {
            MUST(reads(false), err);
            cr_expect_arr_eq(key, wanted, sizeof key);
        } else {
            expect_refused(NATT_KMS_STORE_MASTER_KEY);
        }
    }
}

Test(master_key, every_digit_is_one)
{
    char text[65];
    for (size_t i = 0; i < 65; i += i < 2 || i > 61 ? 1 : 12)
        for (const char *wrong = "gG/:@`\n "; *wrong != '\0'; wrong++) {
            memset(text, '1', 64);
            text[64] = '\n';
            text[i] = *wrong;
            test_write_file(KEY_FILE, text, i == 64 ? 65 : 64, 0600);
            if (i == 64 && *wrong == '\n')
                MUST(reads(false), err);
            else
                expect_refused(NATT_KMS_STORE_MASTER_KEY);
        }
}

Test(master_key, file_that_others_may_read_or_write_is_refused)
{
    MUST(reads(true), err);
    for (unsigned bit = 1; bit <= 040; bit <<= 1) {
        cr_assert_eq(chmod(KEY_FILE, 0600 | bit), 0);
        expect_refused(NATT_KMS_STORE_UNSAFE);
    }
    cr_assert_eq(chmod(KEY_FILE, 0400), 0);
    MUST(reads(false), err);
    cr_assert_eq(chmod(test_folder, 0770), 0);
    expect_refused(NATT_KMS_STORE_UNSAFE);
}

Test(master_key, links_and_what_is_no_file_are_refused)
{
    cr_assert_eq(symlink("other", KEY_FILE), 0);
    expect_refused(NATT_KMS_STORE_UNSAFE);
    cr_expect_eq(access(test_path("other"), F_OK), -1);
    test_write_file(test_path("other"), test_master, 32, 0600);
    expect_refused(NATT_KMS_STORE_UNSAFE);
    cr_assert_eq(unlink(KEY_FILE), 0);
    cr_assert_eq(mkfifo(KEY_FILE, 0600), 0);
    expect_refused(NATT_KMS_STORE_UNSAFE);
    cr_assert_eq(unlink(KEY_FILE), 0);
    cr_assert_eq(mkdir(KEY_FILE, 0700), 0);
    expect_refused(NATT_KMS_STORE_UNSAFE);
}

Test(master_key, of_others_is_refused)
{
    if (geteuid() != 0)
        cr_skip_test("only root can change a file's owner");
    MUST(reads(true), err);
    cr_assert_eq(chown(KEY_FILE, 12345, 12345), 0);
    expect_refused(NATT_KMS_STORE_UNSAFE);
}

Test(master_key, path_is_needed)
{
    EXPECT(natt_kms_master_key_read(key, NULL, true, &err), err, NATT_KMS_STORE_ARGUMENT);
    EXPECT(natt_kms_master_key_read(key, test_path("none/key"), true, &err), err, NATT_KMS_STORE_FAILED);
    EXPECT(natt_kms_master_key_read(key, test_path(""), true, &err), err, NATT_KMS_STORE_ARGUMENT);
}
