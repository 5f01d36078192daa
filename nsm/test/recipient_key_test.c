/* Keys: creating, parsing, writing, loading, and the key of a process and its children. */
#define _XOPEN_SOURCE 700 /* mkdtemp, mkfifo */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>

#include "nsm/recipient/key.h"
#include "nsm/test/emulator_support.h"
#include "nsm/test/recipient_keys.h"
#include "nsm/test/recipient_support.h"
#include "nsm/test/support.h"

static char pem[NATT_RECIPIENT_MAX_PEM];

static bool same_key(const natt_recipient_key *a, const natt_recipient_key *b)
{
    return test_equal(natt_recipient_key_public(a), natt_recipient_key_public(b));
}

/* Writes, parses and compares a key. */
static void expect_round_trip(const natt_recipient_key *key)
{
    natt_recipient_error err;
    size_t len = 0;
    cr_assert(natt_recipient_key_pem(key, pem, sizeof pem, &len, &err), "%s", err.message);
    cr_assert_eq(strlen(pem), len);
    cr_assert_eq(strncmp(pem, "-----BEGIN PRIVATE KEY-----\n", 28), 0);
    natt_recipient_key *parsed = natt_recipient_key_parse(test_text(pem), &err);
    cr_assert_not_null(parsed, "%s", err.message);
    cr_assert(same_key(key, parsed));
    cr_assert(memcmp(key->d, parsed->d, sizeof key->d) == 0 && memcmp(key->p, parsed->p, sizeof key->p) == 0);
    natt_recipient_key_free(parsed);
}

static void expect_size(unsigned bits, size_t spki)
{
    natt_recipient_error err;
    natt_recipient_key *key = natt_recipient_key_new(NULL, bits, &err);
    cr_assert_not_null(key, "%s", err.message);
    cr_expect_eq(err.code, NATT_RECIPIENT_OK);
    cr_expect_eq(natt_recipient_key_bits(key), bits);
    cr_expect_eq(natt_recipient_key_public(key).len, spki);
    expect_round_trip(key);
    natt_recipient_key_free(key);
}

Test(recipient_key, sizes_are_2048_and_3072)
{
    expect_size(2048, 294);
    expect_size(3072, 422);
}

Test(recipient_key_long, sizes_are_2048_3072_and_4096)
{
    for (int i = 0; i < 10; i++) {
        expect_size(2048, 294);
        expect_size(3072, 422);
        expect_size(4096, 550);
    }
}

Test(recipient_key, other_sizes_are_refused)
{
    static const unsigned sizes[] = {0, 1024, 2047, 2049, 3071, 4095, 4097, 8192};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        natt_recipient_error err;
        cr_assert_null(natt_recipient_key_new(NULL, sizes[i], &err));
        cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_KEY_SIZE);
    }
}

/* Each NSM returns the same numbers: without the system's numbers, the keys would be the same. */
static unsigned asked;

static int count_and_answer(void *context, const uint8_t *request, size_t len, uint8_t *response, size_t capacity,
                            size_t *response_len)
{
    static const uint8_t head[] = {0xa1, 0x69, 'G', 'e', 't', 'R', 'a', 'n', 'd',  'o',  'm',
                                   0xa1, 0x66, 'r', 'a', 'n', 'd', 'o', 'm', 0x59, 0x01, 0x00};
    uint8_t *number = context;
    (void)request;
    (void)len;
    cr_assert_geq(capacity, sizeof head + 256);
    memcpy(response, head, sizeof head);
    for (size_t i = 0; i < 256; i++)
        response[sizeof head + i] = (uint8_t)(i + ++*number);
    *response_len = sizeof head + 256;
    asked++;
    return 0;
}

static int refuse(void *context, const uint8_t *request, size_t len, uint8_t *response, size_t capacity,
                  size_t *response_len)
{
    (void)context, (void)request, (void)len, (void)response, (void)capacity, (void)response_len;
    return EIO;
}

static natt_recipient_key *key_from(natt_nsm_transport transport, natt_recipient_error *err)
{
    natt_nsm nsm;
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    options.transport = &transport;
    cr_assert(natt_nsm_open(&nsm, &options, NULL));
    natt_recipient_key *key = natt_recipient_key_new(&nsm, 2048, err);
    natt_nsm_close(&nsm);
    return key;
}

Test(recipient_key, random_numbers_come_from_the_nsm_and_from_the_system)
{
    natt_recipient_key *keys[2];
    for (int i = 0; i < 2; i++) {
        uint8_t number = 0;
        natt_recipient_error err;
        keys[i] = key_from((natt_nsm_transport){.exchange = count_and_answer, .context = &number}, &err);
        cr_assert_not_null(keys[i], "%s", err.message);
        cr_assert_gt(asked, 0);
        asked = 0;
    }
    cr_assert_not(same_key(keys[0], keys[1]));
}

Test(recipient_key, an_nsm_that_gives_nothing_makes_no_key)
{
    natt_recipient_error err;
    cr_assert_null(key_from((natt_nsm_transport){.exchange = refuse}, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_NSM);
    cr_assert_eq(err.nsm.code, NATT_NSM_E_TRANSPORT);
    cr_assert_eq(err.errno_value, EIO);
}

static natt_recipient_code parse_code(natt_bytes text, const char *part)
{
    natt_recipient_error err;
    natt_recipient_key *key = natt_recipient_key_parse(text, &err);
    cr_expect_null(key);
    cr_expect_not_null(strstr(err.message, part), "%s", err.message);
    natt_recipient_key_free(key);
    return err.code;
}

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context drbg;

static void seed(void)
{
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&drbg);
    cr_assert_eq(mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, NULL, 0), 0);
}

static natt_bytes small_rsa(unsigned bits)
{
    static unsigned char der[4096];
    mbedtls_pk_context pk;
    seed();
    mbedtls_pk_init(&pk);
    cr_assert_eq(mbedtls_pk_setup(&pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA)), 0);
    cr_assert_eq(mbedtls_rsa_gen_key(mbedtls_pk_rsa(pk), mbedtls_ctr_drbg_random, &drbg, bits, 65537), 0);
    int len = mbedtls_pk_write_key_der(&pk, der, sizeof der);
    cr_assert_gt(len, 0);
    mbedtls_pk_free(&pk);
    return (natt_bytes){der + sizeof der - len, (size_t)len};
}

static natt_bytes ec_key(void)
{
    static unsigned char der[512];
    mbedtls_pk_context pk;
    seed();
    mbedtls_pk_init(&pk);
    cr_assert_eq(mbedtls_pk_setup(&pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)), 0);
    cr_assert_eq(mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(pk), mbedtls_ctr_drbg_random, &drbg), 0);
    int len = mbedtls_pk_write_key_der(&pk, der, sizeof der);
    cr_assert_gt(len, 0);
    mbedtls_pk_free(&pk);
    return (natt_bytes){der + sizeof der - len, (size_t)len};
}

/* DER of the fixed key in PKCS#1 and PKCS#8, written by mbedTLS and by us. */
Test(recipient_key, der_and_pem_of_both_forms_are_read)
{
    static unsigned char der[4096], text[4096];
    mbedtls_pk_context pk;
    natt_recipient_error err;
    seed();
    mbedtls_pk_init(&pk);
    cr_assert(natt_key_to_context(test_recipient_key(), &pk, &err));
    int len = mbedtls_pk_write_key_der(&pk, der, sizeof der);
    cr_assert_gt(len, 0);
    natt_recipient_key *pkcs1 = natt_recipient_key_parse((natt_bytes){der + sizeof der - len, (size_t)len}, &err);
    cr_assert(pkcs1 != NULL && same_key(pkcs1, test_recipient_key()), "%s", err.message);
    cr_assert_eq(mbedtls_pk_write_key_pem(&pk, text, sizeof text), 0);
    cr_assert_not_null(strstr((char *)text, "RSA PRIVATE KEY"));
    mbedtls_pk_free(&pk);
    natt_recipient_key *pkcs1_pem = natt_recipient_key_parse(test_text((char *)text), &err);
    cr_assert(pkcs1_pem != NULL && same_key(pkcs1_pem, test_recipient_key()), "%s", err.message);
    expect_round_trip(test_recipient_key());
}

Test(recipient_key, what_is_no_rsa_key_of_this_size_is_refused)
{
    cr_expect_eq(parse_code(test_text("nonsense"), "not an unencrypted RSA private key"), NATT_RECIPIENT_E_KEY);
    cr_expect_eq(parse_code((natt_bytes){(const uint8_t *)"", 0}, "not an unencrypted RSA private key"),
                 NATT_RECIPIENT_E_KEY);
    cr_expect_eq(parse_code(ec_key(), "not an RSA key"), NATT_RECIPIENT_E_KEY);
    cr_expect_eq(parse_code(small_rsa(1024), "fewer than 2048"), NATT_RECIPIENT_E_KEY_SIZE);
    cr_expect_eq(parse_code(small_rsa(2046), "fewer than 2048"), NATT_RECIPIENT_E_KEY_SIZE);
    natt_bytes cut = test_text(test_key_pem);
    cut.len -= 40;
    cr_expect_eq(parse_code(cut, "not an unencrypted RSA private key"), NATT_RECIPIENT_E_KEY);
    natt_recipient_error err;
    cr_expect_null(natt_recipient_key_parse((natt_bytes){NULL, 1}, &err));
    cr_expect_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
    cr_expect_null(natt_recipient_key_parse(test_text("nonsense"), NULL));
}

/* A changed digit of d in the base64: the numbers no longer match. */
Test(recipient_key, numbers_that_do_not_belong_together_are_refused)
{
    unsigned refused = 0;
    for (size_t line = 9; line < 20; line++) {
        static char changed[4096];
        memcpy(changed, test_key_pem, sizeof test_key_pem);
        char *digit = changed + 28 + 65 * line + 5;
        *digit = *digit == 'A' ? 'B' : 'A';
        natt_recipient_key *key = natt_recipient_key_parse(test_text(changed), NULL);
        refused += key == NULL;
        natt_recipient_key_free(key);
    }
    cr_assert_eq(refused, 11);
}

Test(recipient_key, text_size_is_limited)
{
    static char text[NATT_RECIPIENT_MAX_KEY_FILE + 1];
    for (size_t more = 0; more < 2; more++) {
        memset(text, '\n', sizeof text);
        memcpy(text, test_key_pem, strlen(test_key_pem));
        natt_recipient_error err;
        natt_recipient_key *key =
            natt_recipient_key_parse((natt_bytes){(uint8_t *)text, NATT_RECIPIENT_MAX_KEY_FILE + more}, &err);
        cr_assert_eq(key != NULL, more == 0, "%s", err.message);
        natt_recipient_key_free(key);
    }
}

Test(recipient_key, pem_buffer_of_the_right_size_is_enough)
{
    natt_recipient_error err;
    size_t len, needed;
    cr_assert_not(natt_recipient_key_pem(test_recipient_key(), NULL, 0, &len, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_BUFFER_TOO_SMALL);
    needed = err.required_len;
    cr_assert_not(natt_recipient_key_pem(test_recipient_key(), pem, needed - 1, &len, &err));
    cr_assert_eq(err.required_len, needed);
    cr_assert(natt_recipient_key_pem(test_recipient_key(), pem, needed, &len, &err));
    cr_assert_eq(len, needed - 1);
    cr_assert_not(natt_recipient_key_pem(NULL, pem, needed, &len, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
    cr_assert_not(natt_recipient_key_pem(test_recipient_key(), pem, needed, NULL, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
}

static char folder[] = "/tmp/natt-recipient-XXXXXX", path[64];

static void begin_files(void)
{
    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/key.pem", folder);
}

static void end_files(void)
{
    (void)unlink(path);
    (void)rmdir(path);
    (void)rmdir(folder);
}

static void write_key(const char *text, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, len), (ssize_t)len);
    cr_assert_eq(close(fd), 0);
}

static natt_recipient_error load_error(void)
{
    natt_recipient_error err;
    natt_recipient_key *key = natt_recipient_key_load(path, &err);
    cr_assert_eq(key != NULL, err.code == NATT_RECIPIENT_OK);
    cr_assert(key == NULL || same_key(key, test_recipient_key()));
    natt_recipient_key_free(key);
    return err;
}

Test(recipient_key, files_are_read_when_nobody_else_can, .init = begin_files, .fini = end_files)
{
    write_key(test_key_pem, strlen(test_key_pem));
    for (mode_t mode = 0; mode < 01000; mode++) {
        if ((mode & 0400) == 0)
            continue; /* root reads these, others get EACCES */
        cr_assert_eq(chmod(path, mode), 0);
        natt_recipient_error err = load_error();
        cr_assert_eq(err.code, (mode & 077) == 0 ? NATT_RECIPIENT_OK : NATT_RECIPIENT_E_KEY_UNSAFE, "%o: %s", mode,
                     err.message);
        mode |= (mode & 077) == 0 ? 0 : 0170 & 07; /* a sample of the rest */
    }
}

Test(recipient_key, files_of_other_kinds_and_users_are_refused, .init = begin_files, .fini = end_files)
{
    natt_recipient_error err = load_error();
    cr_assert(err.code == NATT_RECIPIENT_E_KEY_ACCESS && err.errno_value == ENOENT);
    cr_assert_eq(mkdir(path, 0700), 0);
    err = load_error();
    cr_assert_eq(err.code, NATT_RECIPIENT_E_KEY_UNSAFE);
    cr_assert_not_null(strstr(err.message, "regular"));
    cr_assert_eq(rmdir(path), 0);
    cr_assert_eq(mkfifo(path, 0600), 0);
    cr_assert_eq(load_error().code, NATT_RECIPIENT_E_KEY_UNSAFE);
    cr_assert_eq(unlink(path), 0);
    write_key(test_key_pem, strlen(test_key_pem));
    if (geteuid() == 0) {
        cr_assert_eq(chown(path, 65534, 65534), 0);
        err = load_error();
        cr_assert_eq(err.code, NATT_RECIPIENT_E_KEY_UNSAFE);
        cr_assert_not_null(strstr(err.message, "another user"));
    }
    cr_assert_null(natt_recipient_key_load(NULL, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
}

Test(recipient_key, file_size_is_limited, .init = begin_files, .fini = end_files)
{
    static char text[NATT_RECIPIENT_MAX_KEY_FILE + 1];
    memset(text, '\n', sizeof text);
    memcpy(text, test_key_pem, strlen(test_key_pem));
    write_key(text, NATT_RECIPIENT_MAX_KEY_FILE);
    cr_assert_eq(load_error().code, NATT_RECIPIENT_OK);
    write_key(text, NATT_RECIPIENT_MAX_KEY_FILE + 1);
    cr_assert_eq(load_error().code, NATT_RECIPIENT_E_KEY);
    write_key(text, 0);
    cr_assert_eq(load_error().code, NATT_RECIPIENT_E_KEY);
}

Test(recipient_key, process_has_one)
{
    natt_emulator *emulator;
    natt_recipient_error err;
    natt_nsm *nsm = test_recipient_nsm(&emulator, false);
    natt_recipient_key *key = natt_recipient_process_key(nsm, &err);
    cr_assert_not_null(key, "%s", err.message);
    cr_assert_eq(natt_recipient_key_bits(key), 2048);
    natt_recipient_key_free(key); /* nothing happens */
    cr_assert_eq(natt_recipient_process_key(NULL, &err), key);
    cr_assert_eq(err.code, NATT_RECIPIENT_OK);
    expect_round_trip(key);
}

/* In the child, the parent's key is gone, and there is a new one. */
static int child(const natt_recipient_key *of_parent, natt_bytes spki)
{
    static const uint8_t zeros[sizeof(natt_recipient_key)];
    natt_recipient_error err;
    uint8_t out[64];
    size_t len;
    if (memcmp(of_parent, zeros, sizeof zeros) != 0 || natt_recipient_key_public(of_parent).ptr != NULL)
        return 1;
    if (natt_recipient_open(of_parent, out, sizeof out, &len, spki, &err) ||
        err.code != NATT_RECIPIENT_E_USAGE_ARGUMENT)
        return 2;
    natt_recipient_key *key = natt_recipient_process_key(NULL, &err);
    if (key == NULL || key == of_parent || test_equal(natt_recipient_key_public(key), spki))
        return 3;
    return natt_recipient_process_key(NULL, &err) == key ? 0 : 4;
}

Test(recipient_key, forked_children_have_their_own)
{
    natt_recipient_error err;
    natt_recipient_key *key = natt_recipient_process_key(NULL, &err);
    static uint8_t copy[NATT_RECIPIENT_MAX_SPKI];
    cr_assert_not_null(key, "%s", err.message);
    natt_bytes spki = natt_recipient_key_public(key);
    memcpy(copy, spki.ptr, spki.len);
    int status = -1;
    pid_t pid = fork();
    if (pid == 0)
        _exit(child(key, (natt_bytes){copy, spki.len}));
    cr_assert_gt(pid, 0);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
    cr_assert_eq(natt_recipient_process_key(NULL, &err), key);
    cr_assert(test_equal(natt_recipient_key_public(key), (natt_bytes){copy, spki.len}));
}

/* Children do inherit a caller's own key. */
Test(recipient_key, keys_of_callers_are_inherited)
{
    natt_recipient_key *key = test_recipient_key();
    int status = -1;
    pid_t pid = fork();
    if (pid == 0)
        _exit(natt_recipient_key_pem(key, pem, sizeof pem, &(size_t){0}, NULL) ? 0 : 1);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert_eq(status, 0);
}

static void *first_use(void *unused)
{
    (void)unused;
    return natt_recipient_process_key(NULL, NULL);
}

Test(recipient_key, threads_get_the_same_one)
{
    pthread_t threads[2];
    void *keys[2];
    for (size_t i = 0; i < 2; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, first_use, NULL), 0);
    for (size_t i = 0; i < 2; i++)
        cr_assert_eq(pthread_join(threads[i], &keys[i]), 0);
    for (size_t i = 0; i < 2; i++)
        cr_assert(keys[i] != NULL && keys[i] == keys[0]);
}

/* Many threads may use one key without a lock. */
static natt_bytes shared_message;

static void *open_often(void *unused)
{
    uint8_t out[64];
    size_t len, opened = 0;
    for (int i = 0; i < 20; i++)
        opened += natt_recipient_open(test_recipient_key(), out, sizeof out, &len, shared_message, NULL);
    (void)unused;
    return opened == 20 ? &shared_message : NULL;
}

Test(recipient_key, threads_may_use_one_at_once)
{
    static struct test_message m;
    pthread_t threads[4];
    void *ok;
    test_message_init(&m);
    shared_message = test_message_write(&m);
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, open_often, NULL), 0);
    for (size_t i = 0; i < 4; i++)
        cr_assert(pthread_join(threads[i], &ok) == 0 && ok != NULL);
}

Test(recipient_key, null_is_a_key_without_anything)
{
    natt_recipient_key_free(NULL);
    cr_assert_null(natt_recipient_key_public(NULL).ptr);
    cr_assert_eq(natt_recipient_key_bits(NULL), 0);
}
