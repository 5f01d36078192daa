/* The verifier checks documents of the emulator; presets, kinds, the clock. */
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>

#include "nsm/issuer/issuer_keys.h"
#include "nsm/test/emulator_support.h"
#include "nsm/test/support.h"

static const uint8_t zeros[48];

static natt_bytes attest(natt_emulator *emulator, const char *request)
{
    return test_document_of(test_exchange(emulator, test_hex(request)));
}

/* The emulator's document verifies with its root at the time of its clock. */
static natt_verified verified(natt_emulator *emulator, const char *request, natt_kind kind)
{
    natt_verified v;
    natt_error err;
    bool ok = test_verify(&v, attest(emulator, request), natt_emulator_root(emulator), kind, TEST_CLOCK_MS, &err);
    cr_assert(ok, "%s: %s", natt_code_name(err.code), err.message);
    return v;
}

Test(device_document, verifies_under_its_own_root_and_no_other)
{
    natt_emulator *emulator = test_emulator(NULL);
    natt_verified v = verified(emulator, TEST_ATTESTATION, NATT_KIND_ENCLAVE);
    natt_error err;
    cr_expect_str_eq(v.module_id, natt_emulator_module_id(emulator));
    cr_expect_eq(v.pcr_mask, 0xffffu);
    cr_expect_eq(v.timestamp_ms, TEST_CLOCK_MS);
    cr_expect_not(v.debug);
    cr_expect_null(v.nonce.ptr);
    cr_expect_not(
        test_verify(&v, attest(emulator, TEST_ATTESTATION), natt_root_aws(), NATT_KIND_ENCLAVE, TEST_CLOCK_MS, &err));
    cr_expect_eq(err.code, NATT_E_CHAIN_ROOT, "%s", natt_code_name(err.code));
    natt_emulator_free(emulator);
}

/* Its names must not look like AWS's. */
Test(device_document, says_in_every_name_that_it_is_a_test)
{
    natt_emulator *emulator = test_emulator(NULL);
    natt_verified v = verified(emulator, TEST_ATTESTATION, NATT_KIND_ENCLAVE);
    for (size_t i = 0; i < v.chain_count; i++)
        cr_expect_not_null(strstr(v.chain[i].common_name, "nsm.test"), "%s", v.chain[i].common_name);
    natt_emulator_free(emulator);
}

static void expect_field(natt_bytes got, const char *hex, const char *what)
{
    if (hex == NULL)
        cr_expect_null(got.ptr, "%s is there", what);
    else
        cr_expect(got.ptr != NULL && test_equal(got, test_hex(hex)), "%s differs", what);
}

Test(device_document, carries_what_was_asked_for)
{
    static const struct {
        const char *request, *user_data, *nonce, *public_key;
    } rows[] = {
        /* in the form of clients in Go, Rust and Python */
        {"a16b4174746573746174696f6ea369757365725f64617461f6656e6f6e6365f66a7075626c69635f6b6579f6", NULL, NULL, NULL},
        {"a16b4174746573746174696f6ea369757365725f64617461420102656e6f6e636541036a7075626c69635f6b657943040506", "0102",
         "03", "040506"},
        {"a16b4174746573746174696f6ea369757365725f6461746140656e6f6e6365f66a7075626c69635f6b6579f6", "", NULL, NULL},
        {"a16b4174746573746174696f6ea3656e6f6e636549010203046e6f6e636569757365725f64617461f66a7075626c69635f6b6579f6",
         NULL, "010203046e6f6e6365", NULL},
        {"a16b4174746573746174696f6ea169757365725f6461746163686579", "686579", NULL, NULL}, /* a text string */
        {"a16b4174746573746174696f6ea165626f67757305", NULL, NULL, NULL},
    };
    natt_emulator *emulator = test_emulator(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        natt_verified v = verified(emulator, rows[i].request, NATT_KIND_ENCLAVE);
        expect_field(v.user_data, rows[i].user_data, "user_data");
        expect_field(v.nonce, rows[i].nonce, "nonce");
        expect_field(v.public_key, rows[i].public_key, "public_key");
    }
    natt_emulator_free(emulator);
}

/* The device has no separate limit: only the length of the request is limited. */
Test(device_document, signs_fields_as_long_as_a_request_can_be)
{
    static uint8_t request[NATT_EMULATOR_MAX_REQUEST];
    natt_bytes head = test_hex("a1 6b 4174746573746174696f6e a1 65 6e6f6e6365 59 0fe9");
    natt_emulator *emulator = test_emulator(NULL);
    natt_verified v;
    natt_error err;
    cr_assert_eq(head.len + 0xfe9, sizeof request);
    memset(request, 1, sizeof request);
    memcpy(request, head.ptr, head.len);
    natt_bytes document = test_document_of(test_exchange(emulator, (natt_bytes){request, sizeof request}));
    cr_assert(test_verify(&v, document, natt_emulator_root(emulator), NATT_KIND_ENCLAVE, TEST_CLOCK_MS, &err), "%s",
              err.message);
    cr_expect_eq(v.nonce.len, 0xfe9);
    natt_emulator_free(emulator);
}

Test(device_document, shows_locked_pcrs_only)
{
    natt_emulator *emulator = test_emulator(NULL);
    natt_bytes pcr = test_pcr_of(test_exchange(emulator, test_hex(TEST_EXTEND_PCR "10 64 64617461 41 78")));
    cr_expect_eq(verified(emulator, TEST_ATTESTATION, NATT_KIND_ENCLAVE).pcr_mask, 0xffffu);
    test_exchange(emulator, test_hex(TEST_LOCK_PCR "10"));
    natt_verified v = verified(emulator, TEST_ATTESTATION, NATT_KIND_ENCLAVE);
    cr_expect_eq(v.pcr_mask, 0x1ffffu);
    cr_expect_eq(memcmp(v.pcrs[16], pcr.ptr, 48), 0);
    natt_emulator_free(emulator);
}

/* SHA-384(zeros || text), by the issuer's hash. */
static void expect_extended(const uint8_t pcr[48], const char *text)
{
    uint8_t in[256] = {0}, digest[48];
    memcpy(in + 48, text, strlen(text));
    cr_assert_null(natt_issuer_sha384(digest, (natt_bytes){in, 48 + strlen(text)}));
    cr_expect_eq(memcmp(pcr, digest, 48), 0, "not extended by %s", text);
}

Test(device_document, presets_are_what_documents_show)
{
    uint8_t ones[48];
    memset(ones, 1, sizeof ones);
    const natt_emulator_pcr pcrs[] = {
        {.index = 0, .value = {ones, 48}},
        {.index = 8, .extend = {(const uint8_t *)"signer", 6}},
        {.index = 16, .extend = {(const uint8_t *)"custom", 6}, .lock = true},
        {.index = 17, .extend = {(const uint8_t *)"unlocked", 8}},
        {.index = 31, .lock = true},
    };
    natt_emulator_options options = test_emulator_options();
    options.pcrs = pcrs;
    options.pcr_count = sizeof pcrs / sizeof pcrs[0];
    options.role_arn = "arn:aws:iam::123456789012:role/test";
    options.instance_id = "i-0123456789abcdef0";
    natt_emulator *emulator = test_emulator(&options);
    natt_verified v = verified(emulator, TEST_ATTESTATION, NATT_KIND_ENCLAVE);
    cr_expect_eq(v.pcr_mask, 0x8001ffffu);
    cr_expect_eq(memcmp(v.pcrs[0], ones, 48), 0);
    expect_extended(v.pcrs[3], options.role_arn);
    expect_extended(v.pcrs[4], options.instance_id);
    expect_extended(v.pcrs[8], "signer");
    expect_extended(v.pcrs[16], "custom");
    cr_expect_eq(memcmp(v.pcrs[31], zeros, 48), 0);
    natt_bytes pcr17 = test_pcr_of(test_exchange(emulator, test_hex(TEST_DESCRIBE_PCR "11")));
    expect_extended(pcr17.ptr, "unlocked");
    natt_emulator_free(emulator);
}

Test(device_document, debug_mode_zeroes_the_image_and_nothing_else)
{
    const natt_emulator_pcr pcrs[] = {{.index = 0, .extend = {(const uint8_t *)"image", 5}},
                                      {.index = 8, .extend = {(const uint8_t *)"signer", 6}}};
    natt_emulator_options options = test_emulator_options();
    options.debug = true;
    options.pcrs = pcrs;
    options.pcr_count = 2;
    options.instance_id = "i-0123456789abcdef0";
    natt_emulator *emulator = test_emulator(&options);
    natt_verified v = verified(emulator, TEST_ATTESTATION, NATT_KIND_ENCLAVE);
    cr_expect(v.debug);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(memcmp(v.pcrs[i], zeros, 48), 0);
    expect_extended(v.pcrs[4], options.instance_id);
    expect_extended(v.pcrs[8], "signer");
    natt_emulator_free(emulator);
}

Test(device_document, nitrotpm_has_its_own_pcrs)
{
    natt_emulator_options options = test_emulator_options();
    options.kind = NATT_KIND_NITROTPM;
    natt_emulator *emulator = test_emulator(&options);
    natt_verified v = verified(emulator, TEST_ATTESTATION, NATT_KIND_NITROTPM);
    cr_expect_eq(v.pcr_mask, 0xffffffu);
    cr_expect_not_null(strstr(v.module_id, "-tpm0000000000000000"));
    test_expect_error(emulator, TEST_DESCRIBE_PCR "00", "InvalidOperation", "DescribePCR");
    test_expect_error(emulator, TEST_EXTEND_PCR "10 64 64617461 41 78", "InvalidOperation", "ExtendPCR");
    test_expect_error(emulator, TEST_LOCK_PCR "10", "InvalidOperation", "LockPCR");
    test_expect_error(emulator, TEST_LOCK_PCRS "10", "InvalidOperation", "LockPCRs");
    cr_expect(test_is_response(test_exchange(emulator, test_hex(TEST_GET_RANDOM))));
    natt_emulator_free(emulator);
}

static uint64_t ticking_now;

static uint64_t ticking_clock(void *context)
{
    return *(uint64_t *)context;
}

/* A leaf is valid for 3 hours: for any step, a document is valid when it is made, and for most of an hour after. */
Test(device_document, leaf_is_renewed_before_it_expires)
{
    static const int64_t steps_ms[] = {0,        1,        7199999,   1,        3599999, 10800000, 10800000,
                                       10803000, 86400000, -86400000, -1000000, 7200000, 1,        2678400000};
    natt_emulator_options options = test_emulator_options();
    ticking_now = TEST_CLOCK_MS;
    options.clock = (natt_emulator_clock){.now_ms = ticking_clock, .context = &ticking_now};
    natt_emulator *emulator = test_emulator(&options);
    for (size_t i = 0; i < sizeof steps_ms / sizeof steps_ms[0]; i++) {
        natt_verified v;
        natt_error err;
        ticking_now += (uint64_t)steps_ms[i];
        natt_bytes document = attest(emulator, TEST_ATTESTATION), root = natt_emulator_root(emulator);
        cr_expect(test_verify(&v, document, root, NATT_KIND_ENCLAVE, ticking_now, &err), "step %zu: %s", i,
                  err.message);
        cr_expect(test_verify(&v, document, root, NATT_KIND_ENCLAVE, ticking_now + 3540000, &err),
                  "step %zu, later: %s", i, err.message);
        cr_expect_eq(v.timestamp_ms, ticking_now);
        cr_expect_str_eq(v.module_id, natt_emulator_module_id(emulator));
    }
    natt_emulator_free(emulator);
}

Test(device_document, clock_has_an_offset)
{
    natt_emulator_options options = test_emulator_options();
    natt_verified v;
    natt_error err;
    options.clock.offset_ms = -86400000;
    natt_emulator *emulator = test_emulator(&options);
    cr_assert(test_verify(&v, attest(emulator, TEST_ATTESTATION), natt_emulator_root(emulator), NATT_KIND_ENCLAVE,
                          TEST_CLOCK_MS - 86400000, &err));
    cr_expect_eq(v.timestamp_ms, TEST_CLOCK_MS - 86400000);
    natt_emulator_free(emulator);
}

Test(device_document, clock_that_leaves_time_is_an_internal_error)
{
    natt_emulator_options options = test_emulator_options();
    ticking_now = TEST_CLOCK_MS;
    options.clock = (natt_emulator_clock){.now_ms = ticking_clock, .context = &ticking_now};
    natt_emulator *emulator = test_emulator(&options);
    ticking_now = 5;
    test_expect_error(emulator, TEST_ATTESTATION, "InternalError", "a clock in 1970");
    ticking_now = TEST_CLOCK_MS;
    (void)verified(emulator, TEST_ATTESTATION, NATT_KIND_ENCLAVE);
    natt_emulator_free(emulator);
}

Test(device_document, default_clock_is_the_systems)
{
    natt_emulator_options options = NATT_EMULATOR_OPTIONS_INIT;
    natt_emulator *emulator = test_emulator(&options);
    natt_verified v;
    natt_error err;
    natt_bytes document = attest(emulator, TEST_ATTESTATION);
    uint64_t now_ms = (uint64_t)time(NULL) * 1000 + 2000; /* time() may be a tick behind */
    cr_assert(test_verify(&v, document, natt_emulator_root(emulator), NATT_KIND_ENCLAVE, now_ms, &err), "%s",
              err.message);
    cr_expect_lt(now_ms - v.timestamp_ms, 60000);
    natt_emulator_free(emulator);
}

Test(device_document, equal_seeds_have_equal_roots_and_random_ones_have_not)
{
    natt_emulator_options fresh = NATT_EMULATOR_OPTIONS_INIT;
    natt_emulator *a = test_emulator(NULL), *b = test_emulator(NULL), *c = test_emulator(&fresh);
    natt_emulator *d = test_emulator(&fresh);
    cr_expect(test_equal(natt_emulator_root(a), natt_emulator_root(b)));
    cr_expect_not(test_equal(natt_emulator_root(a), natt_emulator_root(c)));
    cr_expect_not(test_equal(natt_emulator_root(c), natt_emulator_root(d)));
    natt_emulator_free(a);
    natt_emulator_free(b);
    natt_emulator_free(c);
    natt_emulator_free(d);
    natt_emulator_free(NULL);
}

static void expect_refused(const natt_emulator_options *options, natt_emulator_code code, uint32_t index)
{
    natt_emulator_error err;
    cr_expect_null(natt_emulator_new(options, &err));
    cr_expect_eq(err.code, code, "%s: %s", natt_emulator_code_name(err.code), err.message);
    cr_expect_eq(err.index, index, "index %u: %s", err.index, err.message);
}

Test(device_document, wrong_options_are_refused)
{
    const natt_emulator_options good = test_emulator_options();
    natt_emulator_options o;
    natt_emulator_pcr pcrs[2] = {{.index = 5}, {.index = 32}};
    o = good;
    o.struct_size = 0;
    expect_refused(&o, NATT_EMULATOR_E_USAGE_STRUCT_SIZE, NATT_EMULATOR_NO_INDEX);
    o = good;
    o.pki_dir = "somewhere";
    expect_refused(&o, NATT_EMULATOR_E_USAGE_OPTION, NATT_EMULATOR_NO_INDEX);
    o = good;
    o.kind = NATT_KIND_OTHER;
    expect_refused(&o, NATT_EMULATOR_E_USAGE_KIND, NATT_EMULATOR_NO_INDEX);
    o = good;
    o.clock.fixed_ms = 1766678659;
    expect_refused(&o, NATT_EMULATOR_E_USAGE_NOW, NATT_EMULATOR_NO_INDEX);
    o = good;
    o.clock.offset_ms = INT64_MIN;
    expect_refused(&o, NATT_EMULATOR_E_USAGE_NOW, NATT_EMULATOR_NO_INDEX);
    o = good;
    o.region = "no such region";
    expect_refused(&o, NATT_EMULATOR_E_USAGE_OPTION, NATT_EMULATOR_NO_INDEX);
    o = good;
    o.pcr_count = 1;
    expect_refused(&o, NATT_EMULATOR_E_USAGE_ARGUMENT, NATT_EMULATOR_NO_INDEX);
    o = good;
    o.pcrs = pcrs;
    o.pcr_count = 2;
    expect_refused(&o, NATT_EMULATOR_E_USAGE_PCR, 1);
    pcrs[1] = (natt_emulator_pcr){.index = 1, .value = {zeros, 32}};
    expect_refused(&o, NATT_EMULATOR_E_USAGE_PCR, 1);
    pcrs[1] = (natt_emulator_pcr){.index = 1, .value = {zeros, 48}, .extend = {zeros, 48}};
    expect_refused(&o, NATT_EMULATOR_E_USAGE_PCR, 1);
    o = good;
    o.kind = NATT_KIND_NITROTPM;
    o.debug = true;
    expect_refused(&o, NATT_EMULATOR_E_USAGE_KIND, NATT_EMULATOR_NO_INDEX);
}
