/*
 * Errors of the recipient's library: each code reports what its name describes, and failures outside the library have
 * their own codes. Secret memory, mbedTLS's generator and digest, prctl and getentropy are wrapped
 * (nsm/test/meson.build).
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/md.h>

#include "nsm/recipient/error.h"
#include "nsm/recipient/secret.h"
#include "nsm/test/recipient_keys.h"
#include "nsm/test/recipient_support.h"
#include "nsm/test/support.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static bool no_memory, no_random, no_seed, no_digest, no_prctl;

void *__real_natt_secret_new(size_t len);
int __real_mbedtls_ctr_drbg_random(void *drbg, unsigned char *out, size_t len);
int __real_mbedtls_ctr_drbg_seed(mbedtls_ctr_drbg_context *to, int (*source)(void *, unsigned char *, size_t),
                                 void *context, const unsigned char *custom, size_t len);
int __real_mbedtls_md(const mbedtls_md_info_t *info, const unsigned char *in, size_t len, unsigned char *out);
int __real_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d);
int __real_getentropy(void *out, size_t len);
int __wrap_getentropy(void *out, size_t len);
void *__wrap_natt_secret_new(size_t len);
int __wrap_mbedtls_ctr_drbg_random(void *drbg, unsigned char *out, size_t len);
int __wrap_mbedtls_ctr_drbg_seed(mbedtls_ctr_drbg_context *to, int (*source)(void *, unsigned char *, size_t),
                                 void *context, const unsigned char *custom, size_t len);
int __wrap_mbedtls_md(const mbedtls_md_info_t *info, const unsigned char *in, size_t len, unsigned char *out);
int __wrap_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d);

void *__wrap_natt_secret_new(size_t len)
{
    return no_memory ? NULL : __real_natt_secret_new(len);
}

int __wrap_mbedtls_ctr_drbg_random(void *drbg, unsigned char *out, size_t len)
{
    return no_random ? MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED : __real_mbedtls_ctr_drbg_random(drbg, out, len);
}

int __wrap_mbedtls_ctr_drbg_seed(mbedtls_ctr_drbg_context *to, int (*source)(void *, unsigned char *, size_t),
                                 void *context, const unsigned char *custom, size_t len)
{
    return no_seed ? MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED
                   : __real_mbedtls_ctr_drbg_seed(to, source, context, custom, len);
}

static unsigned draws_left = UINT_MAX;

int __wrap_getentropy(void *bytes, size_t count)
{
    if (no_random || no_seed || draws_left == 0)
        return -1;
    draws_left--;
    return __real_getentropy(bytes, count);
}

int __wrap_mbedtls_md(const mbedtls_md_info_t *info, const unsigned char *in, size_t len, unsigned char *out)
{
    return no_digest ? MBEDTLS_ERR_MD_BAD_INPUT_DATA : __real_mbedtls_md(info, in, len, out);
}

int __wrap_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)
{
    if (!no_prctl)
        return __real_prctl(option, a, b, c, d);
    errno = EPERM;
    return -1;
}

static uint8_t out[NATT_RECIPIENT_MAX_MESSAGE];
static size_t len;
static struct test_message m;
static natt_bytes message;
static const natt_verified *verified;

static void begin(void)
{
    test_message_init(&m);
    m.piece = 48;
    message = test_message_write(&m);
    verified = test_verified();
}

static bool open_bytes(natt_bytes bytes, natt_recipient_error *err)
{
    return natt_recipient_open(test_recipient_key(), out, sizeof out, &len, bytes, err);
}

static bool seal_bytes(const natt_verified *v, size_t secret_len, natt_recipient_error *err)
{
    static const uint8_t secret[32];
    return natt_recipient_seal(out, sizeof out, &len, v, (natt_bytes){secret, secret_len}, NULL, err);
}

static bool parse_text(natt_bytes text, natt_recipient_error *err)
{
    natt_recipient_key *key = natt_recipient_key_parse(text, err);
    natt_recipient_key_free(key);
    return key != NULL;
}

static bool make_key(natt_recipient_error *err)
{
    natt_recipient_key *key = natt_recipient_key_new(NULL, 2048, err);
    natt_recipient_key_free(key);
    return key != NULL;
}

static bool changed(size_t at, uint8_t value, natt_recipient_error *err)
{
    static uint8_t copy[600];
    memcpy(copy, message.ptr, message.len);
    copy[at] = value;
    return open_bytes((natt_bytes){copy, message.len}, err);
}

/* One call for each code. */
static bool no_key(natt_recipient_error *err)
{
    return natt_recipient_open(NULL, out, sizeof out, &len, message, err);
}

static bool short_options(natt_recipient_error *err)
{
    natt_recipient_seal_options options = {0, NATT_RECIPIENT_BER, false};
    return natt_recipient_seal(out, sizeof out, &len, verified, test_text("secret"), &options, err);
}

static bool key_of_1024(natt_recipient_error *err)
{
    natt_recipient_key *key = natt_recipient_key_new(NULL, 1024, err);
    return key != NULL;
}

static bool another_encoding(natt_recipient_error *err)
{
    natt_recipient_seal_options options = NATT_RECIPIENT_SEAL_OPTIONS_INIT;
    options.encoding = (natt_recipient_encoding)17;
    return natt_recipient_seal(out, sizeof out, &len, verified, test_text("secret"), &options, err);
}

static bool small_buffer(natt_recipient_error *err)
{
    return natt_recipient_open(test_recipient_key(), out, 31, &len, message, err);
}

static bool memory_fails(natt_recipient_error *err)
{
    no_memory = true;
    bool ok = open_bytes(message, err);
    no_memory = false;
    return ok;
}

static bool seed_fails(natt_recipient_error *err)
{
    no_seed = true;
    bool ok = open_bytes(message, err);
    no_seed = false;
    return ok;
}

static bool digest_fails(natt_recipient_error *err)
{
    no_digest = true;
    bool ok = seal_bytes(verified, 32, err);
    no_digest = false;
    return ok;
}

static bool closed_session(natt_recipient_error *err)
{
    natt_nsm nsm = {{0}};
    return natt_recipient_attest(test_recipient_key(), out, sizeof out, &len, &nsm, NULL, err);
}

static bool prctl_fails(natt_recipient_error *err)
{
    no_prctl = true;
    bool ok = natt_recipient_protect_process(err);
    no_prctl = false;
    return ok;
}

static bool absent_file(natt_recipient_error *err)
{
    return natt_recipient_key_load("/nowhere/key.pem", err) != NULL;
}

static bool a_folder(natt_recipient_error *err)
{
    return natt_recipient_key_load("/", err) != NULL;
}

static bool no_key_text(natt_recipient_error *err)
{
    return parse_text(test_text("nonsense"), err);
}

/* An RSA key of 1024 bits, made for this test. */
static bool small_key(natt_recipient_error *err)
{
    static const char pem[] = "-----BEGIN RSA PRIVATE KEY-----\n"
                              "MIICXQIBAAKBgQC67CHjLJOKjQTGi45bzbVv2fxFjD93xHnPPmaaerVcctcxxkth\n"
                              "F0otrWNiNOyERPBVzM2seWAcn/8uz5mDvzsdmpFdHcPYf3ru+VDD15H5ch+p1MaY\n"
                              "Ocz1Cfw5AyNmSXndA0LycQt5/72+MQHhCpO44vqmg23xc2nJOQC61GMV9QIDAQAB\n"
                              "AoGAcm6G3GV4uZRVPRtIfokzrxL7LrSKUk7051vjQmUmzD794NntYbX5UndYZVHT\n"
                              "DbKKk2w66YCwxzVn6odrCs2yaQPt4DhkCeppn2fkFRVJlGyKwl+QqW6kVEDwojMT\n"
                              "WYvzA1GmO04givKxSlgxDNzu4tRj0aID4wqVhxDJZSHlQ20CQQDnH/ib6QMoJvxQ\n"
                              "hAA3Ds8BgffszdsnkQm9iSQZ3AWXvsxyrKc5Dmm7lPag2NilQ23Vn2yONti87D+l\n"
                              "xqOzXFGjAkEAzwpHka8FgzRdVcIiU7QjtR41ibJT26LNW9JEnyAOTgW5OlrVFy4R\n"
                              "G2Q4zf/e3ShTdCu40en0GpFovO9CDnZjhwJBANwaqltwED2QwwC6dKn6RFEfQMgX\n"
                              "UvnfOfNyQxsNWZYlcfZTTf0cKL0nI6gSWl8oU9T4uhzFRqrEIejxvrv00xkCQQCW\n"
                              "PFtat6pEXwcrZ8gI/Tq7/sPSu3hmdGiYLKhm35gBvd1/HtJqE5+ORNeDhBxwVwbX\n"
                              "0bI3gJEFhmZ+Uw+X9wiZAkAp2hvLX4tQNvt/sYLj8QWIt/IKpe0ft0Bsbtopye5W\n"
                              "Mghh1+1ga+BFSCDmqbInNq1j2phRqhKup464bcNhzTmS\n"
                              "-----END RSA PRIVATE KEY-----\n";
    return parse_text(test_text(pem), err);
}

static bool no_message(natt_recipient_error *err)
{
    return open_bytes((natt_bytes){message.ptr, 0}, err);
}

static bool cut_message(natt_recipient_error *err)
{
    return open_bytes((natt_bytes){message.ptr, message.len - 1}, err);
}

static bool more_than_a_message(natt_recipient_error *err)
{
    return changed(message.len - 2, 5, err);
}

static bool another_structure(natt_recipient_error *err)
{
    return changed(0, 0x31, err);
}

static bool version_0(natt_recipient_error *err)
{
    return changed(19, 0, err);
}

static bool aes_128(natt_recipient_error *err)
{
    return changed(412, 2, err);
}

static bool another_key(natt_recipient_error *err)
{
    return changed(40, (uint8_t)~message.ptr[40], err);
}

static bool garbled(natt_recipient_error *err)
{
    return changed(200, (uint8_t)~message.ptr[200], err);
}

static bool no_result(natt_recipient_error *err)
{
    natt_verified v = NATT_VERIFIED_INIT;
    return seal_bytes(&v, 32, err);
}

static bool debug_enclave(natt_recipient_error *err)
{
    return seal_bytes(&test_attest(test_recipient_key(), NULL, true)->verified, 32, err);
}

static bool no_public_key(natt_recipient_error *err)
{
    return seal_bytes(&test_attest_public((natt_bytes){NULL, 0})->verified, 32, err);
}

static bool no_secret(natt_recipient_error *err)
{
    return seal_bytes(test_verified(), 0, err);
}

static const struct {
    natt_recipient_code code;
    bool (*provoke)(natt_recipient_error *err);
} provocations[] = {
    {NATT_RECIPIENT_E_USAGE_ARGUMENT, no_key},
    {NATT_RECIPIENT_E_USAGE_STRUCT_SIZE, short_options},
    {NATT_RECIPIENT_E_USAGE_KEY_SIZE, key_of_1024},
    {NATT_RECIPIENT_E_USAGE_OPTION, another_encoding},
    {NATT_RECIPIENT_E_BUFFER_TOO_SMALL, small_buffer},
    {NATT_RECIPIENT_E_MEMORY, memory_fails},
    {NATT_RECIPIENT_E_RANDOM, seed_fails},
    {NATT_RECIPIENT_E_CRYPTO, digest_fails},
    {NATT_RECIPIENT_E_NSM, closed_session},
    {NATT_RECIPIENT_E_SYSTEM, prctl_fails},
    {NATT_RECIPIENT_E_KEY_ACCESS, absent_file},
    {NATT_RECIPIENT_E_KEY_UNSAFE, a_folder},
    {NATT_RECIPIENT_E_KEY, no_key_text},
    {NATT_RECIPIENT_E_KEY_SIZE, small_key},
    {NATT_RECIPIENT_E_MESSAGE_SIZE, no_message},
    {NATT_RECIPIENT_E_MESSAGE_TRUNCATED, cut_message},
    {NATT_RECIPIENT_E_MESSAGE_TRAILING, more_than_a_message},
    {NATT_RECIPIENT_E_MESSAGE_STRUCTURE, another_structure},
    {NATT_RECIPIENT_E_MESSAGE_VERSION, version_0},
    {NATT_RECIPIENT_E_MESSAGE_ALGORITHM, aes_128},
    {NATT_RECIPIENT_E_MESSAGE_RECIPIENT, another_key},
    {NATT_RECIPIENT_E_DECRYPT, garbled},
    {NATT_RECIPIENT_E_RESULT, no_result},
    {NATT_RECIPIENT_E_DEBUG, debug_enclave},
    {NATT_RECIPIENT_E_PUBLIC_KEY, no_public_key},
    {NATT_RECIPIENT_E_SECRET_SIZE, no_secret},
};

#define CODE(name, number, text, remedy) {name, #name, text, remedy},
static const struct {
    natt_recipient_code code;
    const char *name, *text, *remedy;
} codes[] = {NATT_RECIPIENT_CODE_LIST(CODE)};

Test(recipient_error, every_code_is_given, .init = begin)
{
    cr_assert_eq(COUNT_OF(provocations) + 1, COUNT_OF(codes));
    for (size_t i = 0; i < COUNT_OF(provocations); i++) {
        natt_recipient_error err;
        cr_assert_eq(provocations[i].code, codes[i + 1].code);
        cr_expect_not(provocations[i].provoke(&err), "%s", codes[i + 1].name);
        cr_expect_eq(err.code, provocations[i].code, "%s, not %s", natt_recipient_code_name(err.code),
                     codes[i + 1].name);
        cr_expect_eq(err.required_len != 0, err.code == NATT_RECIPIENT_E_BUFFER_TOO_SMALL, "%s", codes[i + 1].name);
        cr_expect_eq(err.nsm.code != NATT_NSM_OK, err.code == NATT_RECIPIENT_E_NSM, "%s", codes[i + 1].name);
        cr_expect_eq(err.verify_code != NATT_OK, err.code == NATT_RECIPIENT_E_RESULT, "%s", codes[i + 1].name);
        cr_expect_not(provocations[i].provoke(NULL), "%s", codes[i + 1].name);
    }
}

/* Memory, random numbers or digests are missing, at each call that needs them. */
Test(recipient_error, what_fails_is_called_that, .init = begin)
{
    bool *const switches[] = {&no_memory, &no_seed, &no_random, &no_digest};
    static const natt_recipient_code wanted[4][4] = {
        {NATT_RECIPIENT_E_MEMORY, NATT_RECIPIENT_E_MEMORY, NATT_RECIPIENT_E_MEMORY, NATT_RECIPIENT_E_MEMORY},
        {NATT_RECIPIENT_E_RANDOM, NATT_RECIPIENT_E_RANDOM, NATT_RECIPIENT_E_RANDOM, NATT_RECIPIENT_E_RANDOM},
        {NATT_RECIPIENT_E_RANDOM, NATT_RECIPIENT_E_RANDOM, NATT_RECIPIENT_E_CRYPTO, NATT_RECIPIENT_OK},
        {NATT_RECIPIENT_OK, NATT_RECIPIENT_E_CRYPTO, NATT_RECIPIENT_E_CRYPTO, NATT_RECIPIENT_E_CRYPTO},
    };
    for (size_t i = 0; i < COUNT_OF(switches); i++) {
        natt_recipient_error errors[4];
        test_recipient_key();
        *switches[i] = true;
        (void)open_bytes(message, &errors[0]);
        (void)seal_bytes(verified, 32, &errors[1]);
        (void)make_key(&errors[2]);
        (void)parse_text(test_text(test_key_pem), &errors[3]);
        *switches[i] = false;
        for (size_t call = 0; call < 4; call++)
            cr_expect_eq(errors[call].code, wanted[i][call], "switch %zu, call %zu: %s", i, call,
                         natt_recipient_code_name(errors[call].code));
    }
}

/* The key, the initialization vector, the seed of OAEP. */
Test(recipient_error, seal_draws_three_times, .init = begin)
{
    for (unsigned draws = 0; draws <= 3; draws++) {
        natt_recipient_error err;
        draws_left = draws;
        bool sealed = seal_bytes(verified, 32, &err);
        cr_expect_eq(sealed, draws == 3, "%u draws", draws);
        cr_expect_eq(draws_left, 0, "%u draws", draws);
        draws_left = UINT_MAX;
        cr_expect_eq(err.code, draws == 3   ? NATT_RECIPIENT_OK
                               : draws == 2 ? NATT_RECIPIENT_E_CRYPTO
                                            : NATT_RECIPIENT_E_RANDOM);
    }
}

Test(recipient_error, texts_are_those_of_the_list)
{
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        cr_expect_str_eq(natt_recipient_code_name(codes[i].code), codes[i].name);
        cr_expect_str_eq(natt_recipient_code_message(codes[i].code), codes[i].text);
        cr_expect_str_eq(natt_recipient_code_remedy(codes[i].code), codes[i].remedy);
    }
    cr_expect_str_eq(natt_recipient_code_name((natt_recipient_code)9999), "");
    cr_expect_str_eq(natt_recipient_code_message((natt_recipient_code)9999), "unknown code");
    cr_expect_str_eq(natt_recipient_code_remedy((natt_recipient_code)9999), "");
}

static const char *format(const natt_recipient_error *err)
{
    static char text[512];
    size_t all = natt_recipient_error_format(text, sizeof text, err);
    cr_assert_lt(all, sizeof text, "%s", text);
    cr_assert_eq(strlen(text), all);
    return text;
}

Test(recipient_error, sentences_name_place_cause_and_remedy, .init = begin)
{
    natt_recipient_error err;
    cr_assert_not(changed(412, 2, &err));
    cr_assert_not_null(strstr(format(&err), "(NATT_RECIPIENT_E_MESSAGE_ALGORITHM, byte 402): call KMS"), "%s",
                       format(&err));
    cr_assert_not(small_buffer(&err));
    cr_assert_not_null(strstr(format(&err), "32 bytes are needed"));
    cr_assert_not(closed_session(&err));
    cr_assert_not_null(strstr(format(&err), "(NATT_RECIPIENT_E_NSM, NATT_NSM_E_USAGE_SESSION)"), "%s", format(&err));
    cr_assert_not_null(strstr(format(&err), natt_nsm_code_remedy(NATT_NSM_E_USAGE_SESSION)));
    cr_assert_not(absent_file(&err));
    cr_assert_not_null(strstr(format(&err), "No such file or directory"), "%s", format(&err));
    cr_assert_not(no_result(&err));
    cr_assert_not_null(strstr(format(&err), "NATT_E_USAGE_RESULT"), "%s", format(&err));
    cr_assert_str_eq(format(NULL), "no error (NATT_RECIPIENT_OK): nothing to do");
    err.code = (natt_recipient_code)9999;
    cr_assert_not_null(strstr(format(&err), "(9999"));
}

Test(recipient_error, sentences_fit_and_are_cut)
{
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        natt_recipient_error err = {
            codes[i].code, NATT_E_USAGE_RESULT, {NATT_NSM_E_DEVICE, NATT_NSM_DEVICE_INVALID_ARGUMENT},
            ENAMETOOLONG,  SIZE_MAX - 1,        SIZE_MAX - 1,
            codes[i].text};
        const char *whole = format(&err);
        for (size_t room = 0; room < 40; room++) {
            char part[40] = "............";
            cr_assert_eq(natt_recipient_error_format(part, room, &err), strlen(whole));
            cr_assert(room == 0 || (strlen(part) == room - 1 && strncmp(part, whole, room - 1) == 0));
        }
        cr_assert_eq(natt_recipient_error_format(NULL, 0, &err), strlen(whole));
    }
}

/* In a separate process: no program may attach to it, and it writes no core dump. */
Test(recipient_error, processes_are_protected)
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit limit;
        bool ok = natt_recipient_protect_process(NULL) && getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 &&
                  __real_prctl(3 /* PR_GET_DUMPABLE */, 0, 0, 0, 0) == 0;
        _exit(ok ? 0 : 1);
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert_eq(status, 0);
}
