/* The file of ACM's provider: waiting for its lock, and comparing tokens with it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/provision/pkcs11.h"
#include "nsm/provision/private_key.h"
#include "nsm/provision/test/keys_table.h"
#include "nsm/provision/test/support.h"
#include "nsm/provision/token_file.h"

static char path[96], module_path[128];
static natt_pkcs11 *module;
static mbedtls_pk_context ec, other;
static natt_token_key keys[1];
static const natt_token_serial any;

static void begin(void)
{
    bool weak;
    (void)snprintf(path, sizeof path, "%s/tokens", folder_make());
    (void)snprintf(module_path, sizeof module_path, "token-file:%s", path);
    module = natt_pkcs11_open(module_path, "12345678", &err);
    cr_assert_not_null(module, "%s", err.message);
    cr_assert(natt_private_key_parse(&ec, view(PEM_P256), &weak, &err));
    cr_assert(natt_private_key_parse(&other, view(PEM_P384), &weak, &err));
    keys[0] = (natt_token_key){1, "web", &ec, NULL, view("wrapped")};
}

static void end(void)
{
    mbedtls_pk_free(&ec);
    mbedtls_pk_free(&other);
    natt_pkcs11_close(module);
    folder_remove();
}

TestSuite(token_file, .init = begin, .fini = end);

static bool exists(const char *label)
{
    bool there = false;
    cr_assert(natt_token_exists(module, label, &any, &there, &err), "%s", err.message);
    return there;
}

/* "second" waits for the file without "first", and gets its lock when the file has been replaced. */
Test(token_file, who_waited_reads_the_file_that_is_there_now)
{
    char aside[128];
    int status;
    (void)snprintf(aside, sizeof aside, "%s.aside", path);
    cr_assert(natt_token_fill(module, "first", &any, "12345678", keys, 1, &err) && rename(path, aside) == 0);
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    cr_assert(fd >= 0 && flock(fd, LOCK_EX) == 0);
    pid_t pid = fork();
    if (pid == 0 && close(fd) == 0) /* otherwise it would have the lock itself */
        _exit(natt_token_fill(module, "second", &any, "12345678", keys, 1, &err) ? 0 : 1);
    (void)nanosleep(&(struct timespec){0, 300000000}, NULL); /* meanwhile it waits for the lock */
    cr_assert(rename(aside, path) == 0 && close(fd) == 0);
    cr_assert(waitpid(pid, &status, 0) == pid && status == 0);
    cr_expect(exists("first") && exists("second"));
}

static bool check(const char *label, const char *pin)
{
    return natt_token_check_keys(module, label, &any, pin, keys, COUNT_OF(keys), &err);
}

Test(token_file, keys_are_compared)
{
    cr_assert(natt_token_fill(module, "a", &any, "12345678", keys, 1, &err));
    cr_expect(check("a", "12345678"), "%s", err.message);
    keys[0].wrapped = view("wrapped anew");
    cr_expect(check("a", "12345678"), "%s", err.message);
    cr_expect_not(check("a", "12345679"));
    cr_expect_eq(err.code, NATT_PROVISION_E_PIN_WRONG);
    cr_expect_not(check("b", "12345678"));
    cr_expect_eq(err.code, NATT_PROVISION_E_NOT_FOUND);
    cr_expect_not(natt_token_check_keys(module, "a", &any, "12345678", keys, 0, &err));
    expect_error(NATT_PROVISION_E_OBJECTS, "the token's key cannot be used: the token has 1 private keys instead of 0");
}

Test(token_file, other_keys_ids_and_labels_are_told)
{
    const natt_token_key good = keys[0];
    const natt_token_key cases[] = {
        {1, "web", &other, NULL, {NULL, 0}}, {2, "web", &ec, NULL, {NULL, 0}}, {1, "Web", &ec, NULL, {NULL, 0}}};
    cr_assert(natt_token_fill(module, "a", &any, "12345678", &good, 1, &err));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        keys[0] = cases[i];
        cr_expect_not(check("a", "12345678"), "%zu", i);
        expect_error(NATT_PROVISION_E_OBJECTS, "the token's key cannot be used: the token file has a different one");
        cr_expect_eq(err.key, 0);
    }
}
