/*
 * Errors of the emulator's library: each code reports what its name describes, and missing memory is always reported as
 * such. malloc, calloc, mbedTLS's generator and its HMAC are wrapped (nsm/test/meson.build).
 */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/md.h>

#include "nsm/test/eif_images.h"
#include "nsm/test/emulator_support.h"
#include "nsm/test/support.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static unsigned allocations, failing_allocation;
static bool no_random;
static int hmac_error;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
int __real_mbedtls_ctr_drbg_seed(mbedtls_ctr_drbg_context *to, int (*source)(void *, unsigned char *, size_t),
                                 void *context, const unsigned char *custom, size_t len);
int __real_mbedtls_md_hmac(const mbedtls_md_info_t *info, const unsigned char *key, size_t key_len,
                           const unsigned char *in, size_t len, unsigned char *out);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
int __wrap_mbedtls_ctr_drbg_seed(mbedtls_ctr_drbg_context *to, int (*source)(void *, unsigned char *, size_t),
                                 void *context, const unsigned char *custom, size_t len);
int __wrap_mbedtls_md_hmac(const mbedtls_md_info_t *info, const unsigned char *key, size_t key_len,
                           const unsigned char *in, size_t len, unsigned char *out);

void *__wrap_malloc(size_t size)
{
    return ++allocations == failing_allocation ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return ++allocations == failing_allocation ? NULL : __real_calloc(count, size);
}

int __wrap_mbedtls_ctr_drbg_seed(mbedtls_ctr_drbg_context *to, int (*source)(void *, unsigned char *, size_t),
                                 void *context, const unsigned char *custom, size_t len)
{
    return no_random ? MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED
                     : __real_mbedtls_ctr_drbg_seed(to, source, context, custom, len);
}

int __wrap_mbedtls_md_hmac(const mbedtls_md_info_t *info, const unsigned char *key, size_t key_len,
                           const unsigned char *in, size_t len, unsigned char *out)
{
    return hmac_error != 0 ? hmac_error : __real_mbedtls_md_hmac(info, key, key_len, in, len, out);
}

/* ---- a folder for each test, an issuer, an image ---- */

static char folder[64], place[96];
static natt_issuer *issuer;
static struct test_image image;

static const char *in_folder(const char *name)
{
    snprintf(place, sizeof place, "%s/%s", folder, name);
    return place;
}

static void begin(void)
{
    strcpy(folder, "/tmp/natt-error-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    issuer = test_issuer_standard();
    test_image_signed(&image, TEST_ES384);
}

static void end(void)
{
    static const char *const left[] = {"pki/seed", "pki/root.pem", "nsm", "file"};
    natt_issuer_free(issuer);
    for (size_t i = 0; i < COUNT_OF(left); i++)
        unlink(in_folder(left[i]));
    rmdir(in_folder("pki"));
    rmdir(folder);
}

static void write_file(const char *name, const char *content)
{
    FILE *f = fopen(in_folder(name), "w");
    cr_assert_not_null(f);
    cr_assert_geq(fputs(content, f), 0);
    fclose(f);
}

/* ---- one call for each code ---- */

static void no_options(natt_emulator_error *err)
{
    cr_assert_null(natt_issuer_new(NULL, err));
}

static void short_options(natt_emulator_error *err)
{
    natt_emulator_options options = test_emulator_options();
    options.struct_size--;
    cr_assert_null(natt_emulator_new(&options, err));
}

static void other_kind(natt_emulator_error *err)
{
    natt_emulator_options options = test_emulator_options();
    options.kind = NATT_KIND_OTHER;
    cr_assert_null(natt_emulator_new(&options, err));
}

static void seconds_for_milliseconds(natt_emulator_error *err)
{
    cr_assert_not(natt_issuer_set_now(issuer, TEST_NOW_MS / 1000, err));
}

static void wrong_region(natt_emulator_error *err)
{
    natt_issuer_options options = test_options("region");
    options.region = "somewhere else";
    cr_assert_null(natt_issuer_new(&options, err));
}

static void high_pcr(natt_emulator_error *err)
{
    const natt_emulator_pcr pcrs[] = {{.index = 31}, {.index = 32}};
    natt_emulator_options options = test_emulator_options();
    options.pcrs = pcrs;
    options.pcr_count = 2;
    cr_assert_null(natt_emulator_new(&options, err));
    cr_expect_eq(err->index, 1);
}

static void empty_fault(natt_emulator_error *err)
{
    static const natt_fault none = {0};
    natt_emulator_options options = test_emulator_options();
    options.faults = &none;
    options.fault_count = 1;
    cr_assert_null(natt_emulator_new(&options, err));
    cr_expect_eq(err->index, 0);
}

static void wrong_fault_text(natt_emulator_error *err)
{
    natt_fault fault;
    cr_assert_not(natt_fault_parse(&fault, "any:nothing", err));
    cr_expect_eq(err->offset, 4);
}

static void wrong_edit(natt_emulator_error *err)
{
    uint8_t out[TEST_CAPACITY];
    size_t len;
    natt_issue_plan plan;
    test_plan(issuer, &plan, NULL);
    natt_plan_omit_field(&plan, "nonse");
    cr_assert_not(natt_issuer_build(issuer, out, sizeof out, &len, &plan, err));
    natt_plan_free(&plan);
}

static void late_piece(natt_emulator_error *err)
{
    natt_eif_measurements m;
    natt_eif *eif = natt_eif_new(NULL);
    cr_assert(natt_eif_add(eif, (natt_bytes){image.bytes, image.len}, NULL) && natt_eif_finish(eif, &m, NULL));
    cr_assert_not(natt_eif_add(eif, test_text("x"), err));
    natt_eif_free(eif);
}

static void small_buffer(natt_emulator_error *err)
{
    uint8_t out[16];
    size_t len;
    cr_assert_not(natt_issue(issuer, out, sizeof out, &len, NULL, err));
    cr_expect_gt(err->required_len, 4000);
}

static void first_allocation_fails(natt_emulator_error *err)
{
    allocations = 0;
    failing_allocation = 1;
    cr_assert_null(natt_eif_new(err));
    failing_allocation = 0;
}

static void random_fails(natt_emulator_error *err)
{
    natt_issuer_options options = test_options("none");
    options.seed = (natt_bytes){NULL, 0};
    no_random = true;
    cr_assert_not(natt_emulator_pki_init(in_folder("pki"), err));
    cr_expect_eq(err->code, NATT_EMULATOR_E_RANDOM);
    cr_assert_null(natt_emulator_new(NULL, err));
    cr_expect_eq(err->code, NATT_EMULATOR_E_RANDOM);
    cr_assert_null(natt_issuer_new(&options, err));
    no_random = false;
}

static void hmac_fails(natt_emulator_error *err)
{
    natt_issuer_options options = test_options("hmac");
    hmac_error = MBEDTLS_ERR_MD_BAD_INPUT_DATA;
    cr_assert_null(natt_issuer_new(&options, err));
    hmac_error = 0;
}

static void below_a_file(natt_emulator_error *err)
{
    write_file("file", "");
    cr_assert_not(natt_emulator_pki_init(in_folder("file/pki"), err));
    cr_expect_eq(err->errno_value, ENOTDIR);
}

static void pki_twice(natt_emulator_error *err)
{
    cr_assert(natt_emulator_pki_init(in_folder("pki"), NULL));
    cr_assert_not(natt_emulator_pki_init(in_folder("pki"), err));
}

static void pki_of_all(natt_emulator_error *err)
{
    cr_assert(mkdir(in_folder("pki"), 0700) == 0 && chmod(place, 0777) == 0);
    cr_assert_not(natt_emulator_pki_init(place, err));
}

static void pki_with_a_wrong_seed(natt_emulator_error *err)
{
    uint8_t seed[NATT_EMULATOR_SEED_LEN];
    cr_assert_eq(mkdir(in_folder("pki"), 0700), 0);
    write_file("pki/seed", "x\n");
    cr_assert_eq(chmod(place, 0600), 0);
    cr_assert_not(natt_emulator_pki_load(seed, in_folder("pki"), err));
}

static void listen_at(const char *path, natt_emulator_error *err)
{
    natt_emulator *emulator = test_emulator(NULL);
    cr_assert_null(natt_emulator_listen(emulator, path, err));
    natt_emulator_free(emulator);
}

static void listen_nowhere(natt_emulator_error *err)
{
    listen_at("", err);
}

static void listen_at_a_file(natt_emulator_error *err)
{
    write_file("file", "");
    listen_at(in_folder("file"), err);
}

static void listen_in_no_folder(natt_emulator_error *err)
{
    listen_at(in_folder("none/nsm"), err);
    cr_expect_eq(err->errno_value, ENOENT);
}

static void measure_refused(natt_emulator_error *err)
{
    natt_eif_measurements m;
    cr_assert_not(natt_eif_measure(&m, (natt_bytes){image.bytes, image.len}, err));
}

static void other_magic(natt_emulator_error *err)
{
    image.bytes[0] = '!';
    measure_refused(err);
    cr_expect_eq(err->offset, 0);
}

static void other_version(natt_emulator_error *err)
{
    test_image_put(&image, 4, 5, 2);
    measure_refused(err);
    cr_expect(err->offset == 4 && err->index == NATT_EMULATOR_NO_INDEX);
}

static void cut_image(natt_emulator_error *err)
{
    image.len--;
    measure_refused(err);
    cr_expect(err->offset == image.len && err->index == 5);
}

static void gap(natt_emulator_error *err)
{
    test_image_put(&image, 28, TEST_HEADER_LEN + 1, 8);
    measure_refused(err);
    cr_expect(err->offset == 28 && err->index == 0);
}

static void flipped_bit(natt_emulator_error *err)
{
    image.bytes[TEST_HEADER_LEN + 12] ^= 1;
    measure_refused(err);
    cr_expect(err->offset == TEST_HEADER_LEN - 4 && err->index == NATT_EMULATOR_NO_INDEX);
}

static void changed_and_sealed(natt_emulator_error *err)
{
    image.bytes[TEST_HEADER_LEN + 12] ^= 1;
    test_image_seal(&image);
    measure_refused(err);
    cr_expect_eq(err->index, 5);
}

static const struct {
    natt_emulator_code code;
    void (*provoke)(natt_emulator_error *err);
} rows[] = {
    {NATT_EMULATOR_E_USAGE_ARGUMENT, no_options},
    {NATT_EMULATOR_E_USAGE_STRUCT_SIZE, short_options},
    {NATT_EMULATOR_E_USAGE_KIND, other_kind},
    {NATT_EMULATOR_E_USAGE_NOW, seconds_for_milliseconds},
    {NATT_EMULATOR_E_USAGE_OPTION, wrong_region},
    {NATT_EMULATOR_E_USAGE_PCR, high_pcr},
    {NATT_EMULATOR_E_USAGE_FAULT, empty_fault},
    {NATT_EMULATOR_E_USAGE_FAULT_TEXT, wrong_fault_text},
    {NATT_EMULATOR_E_USAGE_PLAN, wrong_edit},
    {NATT_EMULATOR_E_USAGE_ORDER, late_piece},
    {NATT_EMULATOR_E_BUFFER_TOO_SMALL, small_buffer},
    {NATT_EMULATOR_E_MEMORY, first_allocation_fails},
    {NATT_EMULATOR_E_RANDOM, random_fails},
    {NATT_EMULATOR_E_CRYPTO, hmac_fails},
    {NATT_EMULATOR_E_PKI_ACCESS, below_a_file},
    {NATT_EMULATOR_E_PKI_EXISTS, pki_twice},
    {NATT_EMULATOR_E_PKI_UNSAFE, pki_of_all},
    {NATT_EMULATOR_E_PKI_FILE, pki_with_a_wrong_seed},
    {NATT_EMULATOR_E_SOCKET_PATH, listen_nowhere},
    {NATT_EMULATOR_E_SOCKET_TAKEN, listen_at_a_file},
    {NATT_EMULATOR_E_SOCKET, listen_in_no_folder},
    {NATT_EMULATOR_E_EIF_NOT_AN_IMAGE, other_magic},
    {NATT_EMULATOR_E_EIF_VERSION, other_version},
    {NATT_EMULATOR_E_EIF_INCOMPLETE, cut_image},
    {NATT_EMULATOR_E_EIF_FORMAT, gap},
    {NATT_EMULATOR_E_EIF_DAMAGED, flipped_bit},
    {NATT_EMULATOR_E_EIF_SIGNATURE, changed_and_sealed},
};

#define CODE(name, number, index, text, remedy) name,
static const natt_emulator_code codes[] = {NATT_EMULATOR_CODE_LIST(CODE)};

/* Fields that a code does not use have their values for "none". */
static void expect_own_fields(const natt_emulator_error *err)
{
    const natt_emulator_code code = err->code;
    const bool is_eif = code >= NATT_EMULATOR_E_EIF_NOT_AN_IMAGE;
    cr_expect_eq(err->required_len != 0, code == NATT_EMULATOR_E_BUFFER_TOO_SMALL);
    cr_expect_eq(err->errno_value != 0, code == NATT_EMULATOR_E_PKI_ACCESS || code == NATT_EMULATOR_E_SOCKET, "%d",
                 code);
    cr_expect_eq(err->offset != NATT_EMULATOR_NO_OFFSET, is_eif || code == NATT_EMULATOR_E_USAGE_FAULT_TEXT, "%d",
                 code);
    if (!is_eif)
        cr_expect_eq(err->index != NATT_EMULATOR_NO_INDEX,
                     code == NATT_EMULATOR_E_USAGE_PCR || code == NATT_EMULATOR_E_USAGE_FAULT, "%d", code);
}

Test(emulator_error, every_code_is_given)
{
    cr_assert_eq(COUNT_OF(rows) + 1, COUNT_OF(codes), "a code has no row");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_emulator_error err;
        memset(&err, 0xa5, sizeof err);
        begin();
        cr_expect_eq(rows[i].code, codes[i + 1], "row %zu", i);
        rows[i].provoke(&err);
        cr_expect_eq(err.code, rows[i].code, "%s: %s", natt_emulator_code_name(err.code), err.message);
        cr_expect(err.message != NULL && err.message[0] != '\0');
        expect_own_fields(&err);
        end();
    }
}

/* ---- memory ---- */

/* The allocated memory remains during the call, and is freed after it. False: the call failed. */
static bool make_issuer(natt_emulator_error *err)
{
    natt_issuer_options options = test_options("memory");
    natt_issuer *made = natt_issuer_new(&options, err);
    natt_issuer_free(made);
    return made != NULL;
}

static bool issue(natt_emulator_error *err)
{
    uint8_t out[TEST_CAPACITY];
    size_t len;
    return natt_issue(issuer, out, sizeof out, &len, NULL, err);
}

static bool make_emulator(natt_emulator_error *err)
{
    const natt_emulator_pcr pcr = {.index = 16, .extend = test_text("data")};
    natt_emulator_options options = test_emulator_options();
    options.pcrs = &pcr;
    options.pcr_count = 1;
    natt_emulator *made = natt_emulator_new(&options, err);
    natt_emulator_free(made);
    return made != NULL;
}

static bool make_pki(natt_emulator_error *err)
{
    bool made = natt_emulator_pki_init(in_folder("pki"), err);
    unlink(in_folder("pki/seed"));
    unlink(in_folder("pki/root.pem"));
    rmdir(in_folder("pki"));
    return made;
}

static bool measure(natt_emulator_error *err)
{
    natt_eif_measurements m;
    return natt_eif_measure(&m, (natt_bytes){image.bytes, image.len}, err);
}

Test(emulator_error, memory_that_runs_out_is_called_that, .init = begin, .fini = end)
{
    static bool (*const calls[])(natt_emulator_error *) = {make_issuer, issue, make_emulator, make_pki, measure};
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        natt_emulator_error err;
        allocations = failing_allocation = 0;
        cr_assert(calls[i](&err), "call %zu: %s", i, err.message);
        const unsigned all = allocations;
        cr_assert_gt(all, 0);
        for (unsigned n = 1; n <= all; n++) {
            allocations = 0;
            failing_allocation = n;
            cr_expect_not(calls[i](&err), "call %zu, allocation %u", i, n);
            cr_expect_eq(err.code, NATT_EMULATOR_E_MEMORY, "call %zu, allocation %u: %s", i, n, err.message);
        }
        failing_allocation = 0;
        cr_expect(calls[i](&err), "call %zu, afterwards", i);
    }
}

Test(emulator_error, memory_that_mbedtls_lacks_is_memory)
{
    natt_emulator_error err;
    hmac_error = MBEDTLS_ERR_MD_ALLOC_FAILED;
    cr_expect_not(make_issuer(&err));
    cr_expect_eq(err.code, NATT_EMULATOR_E_MEMORY, "%s", err.message);
    hmac_error = 0;
    cr_expect(make_issuer(&err));
}

Test(emulator_error, a_server_without_memory_is_none, .init = begin, .fini = end)
{
    natt_emulator_error err;
    natt_emulator *emulator = test_emulator(NULL);
    allocations = 0;
    failing_allocation = 1;
    cr_expect_null(natt_emulator_listen(emulator, in_folder("nsm"), &err));
    cr_expect_eq(err.code, NATT_EMULATOR_E_MEMORY);
    failing_allocation = 0;
    natt_emulator_free(emulator);
}

Test(emulator_error, an_exchange_without_memory_is_enomem)
{
    static const char *const requests[] = {TEST_ATTESTATION, TEST_EXTEND_PCR "10 64 64617461 41 00", TEST_GET_RANDOM};
    natt_emulator *emulator = test_emulator(NULL);
    for (size_t i = 0; i < COUNT_OF(requests); i++) {
        natt_bytes request = test_hex(requests[i]);
        allocations = failing_allocation = 0;
        cr_assert_eq(test_exchange_errno(emulator, request), 0);
        const unsigned all = allocations;
        for (unsigned n = 1; n <= all; n++) {
            allocations = 0;
            failing_allocation = n;
            cr_expect_eq(test_exchange_errno(emulator, request), ENOMEM, "request %zu, allocation %u", i, n);
        }
        failing_allocation = 0;
    }
    natt_emulator_free(emulator);
}
