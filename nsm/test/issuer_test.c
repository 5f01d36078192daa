/* mbedTLS and libcbor check the issuer's documents. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>
#include <mbedtls/x509_crt.h>

#include "nsm/issuer/issuer_keys.h"
#include "nsm/test/support.h"

static struct test_document one, two; /* too large for the stack */

static void expect_genuine(const natt_issuer_options *options, const natt_issue_request *request)
{
    natt_issuer *issuer = test_issuer(options);
    test_issue(&one, issuer, request);
    size_t tag = one.bytes[0] == 0xd2; /* libcbor 0.8 refuses the one-byte tags 6 to 20 as malformed */
    cr_expect(test_cbor_loads((natt_bytes){one.bytes + tag, one.len - tag}));
    cr_expect(test_cbor_loads(one.payload));
    cr_expect(test_chain_verifies(&one));
    cr_expect(test_signature_verifies(&one));
    cr_expect(test_equal(one.certificates[0], natt_issuer_root(issuer)));
    natt_issuer_free(issuer);
}

Test(issuer, makes_documents_that_others_accept_for_every_option)
{
    for (unsigned i = 0; i < 32; i++) {
        natt_issuer_options options = test_options("options");
        natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
        options.kind = i & 1 ? NATT_KIND_NITROTPM : NATT_KIND_ENCLAVE;
        options.suffix = i & 2 ? "aws" : NULL;
        request.definite = i & 4;
        request.tagged = i & 8;
        request.nonce = i & 16 ? test_hex("00112233") : (natt_bytes){NULL, 0};
        expect_genuine(&options, &request);
    }
}

Test(issuer, makes_chains_of_every_length)
{
    for (uint32_t count = 1; count <= 8; count++) { /* mbedTLS's limit for the length of a chain */
        natt_issuer_options options = test_options("lengths");
        options.bundle_count = count;
        expect_genuine(&options, NULL);
        cr_expect_eq(one.certificate_count, count + 1);
    }
    natt_issuer_options options = test_options("lengths");
    options.bundle_count = NATT_ISSUER_MAX_BUNDLE;
    natt_issuer *issuer = test_issuer(&options);
    test_issue(&one, issuer, NULL);
    cr_expect_eq(one.certificate_count, NATT_ISSUER_MAX_BUNDLE + 1);
    cr_expect(test_signature_verifies(&one));
    natt_issuer_free(issuer);
}

Test(issuer, certificates_are_valid_now)
{
    natt_issuer_options options = test_options("now");
    uint32_t flags = 0;
    mbedtls_x509_crt root, chain;
    options.now_ms = (uint64_t)time(NULL) * 1000;
    natt_issuer *issuer = test_issuer(&options);
    test_issue(&one, issuer, NULL);
    mbedtls_x509_crt_init(&root);
    mbedtls_x509_crt_init(&chain);
    cr_assert_eq(mbedtls_x509_crt_parse_der(&root, one.certificates[0].ptr, one.certificates[0].len), 0);
    for (size_t i = 4; i > 0; i--)
        cr_assert_eq(mbedtls_x509_crt_parse_der(&chain, one.certificates[i].ptr, one.certificates[i].len), 0);
    cr_expect_eq(mbedtls_x509_crt_verify(&chain, &root, NULL, NULL, &flags, NULL, NULL), 0, "flags %x", flags);
    mbedtls_x509_crt_free(&chain);
    mbedtls_x509_crt_free(&root);
    natt_issuer_free(issuer);
}

static bool same_documents(const natt_issuer_options *a, const natt_issuer_options *b)
{
    natt_issuer *issuer = test_issuer(a);
    test_issue(&one, issuer, NULL);
    natt_issuer_free(issuer);
    issuer = test_issuer(b);
    test_issue(&two, issuer, NULL);
    natt_issuer_free(issuer);
    return test_equal((natt_bytes){one.bytes, one.len}, (natt_bytes){two.bytes, two.len});
}

Test(issuer, same_seed_same_bytes_other_seed_other_bytes)
{
    natt_issuer_options a = test_options("a"), b = test_options("b"), fresh = test_options("");
    fresh.seed = (natt_bytes){NULL, 0};
    cr_expect(same_documents(&a, &a));
    cr_expect_not(same_documents(&a, &b));
    cr_expect_not(same_documents(&fresh, &fresh));
}

/* Requires the same bytes for all mbedTLS versions, compilers and platforms; a change here changes every committed
 * vector. */
Test(issuer, bytes_are_the_ones_released)
{
    natt_issuer *issuer = test_issuer_standard();
    uint8_t digest[48];
    char hex[97];
    test_issue(&one, issuer, NULL);
    cr_assert_null(natt_issuer_sha384(digest, (natt_bytes){one.bytes, one.len}));
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    cr_expect_str_eq(hex, "20d3cf060649c095aa05a17682fbf4f9e47ca478ea874018ee83553e0435bf7c"
                          "2ab40ec3e869520e2b331a7a304fb029");
    natt_issuer_free(issuer);
}

Test(issuer, same_issuer_repeats_itself_and_remembers_nothing_of_requests)
{
    natt_issuer *issuer = test_issuer_standard();
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    test_issue(&one, issuer, NULL);
    request.nonce = test_hex("01");
    request.tagged = true;
    test_issue(&two, issuer, &request);
    test_issue(&two, issuer, NULL);
    cr_expect(test_equal((natt_bytes){one.bytes, one.len}, (natt_bytes){two.bytes, two.len}));
    natt_issuer_free(issuer);
}

Test(issuer, document_has_the_genuine_form)
{
    natt_issuer *issuer = test_issuer_standard();
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    test_issue(&one, issuer, &request);
    cr_expect(memcmp(one.bytes, "\x84\x44\xa1\x01\x38\x22\xa0\x59", 8) == 0);
    cr_expect(memcmp(one.bytes + one.len - 98, "\x58\x60", 2) == 0);
    cr_expect_eq(one.len, 10 + one.payload.len + 98);
    cr_expect_eq(one.payload.ptr[0], 0xbf);
    cr_expect_eq(one.payload.ptr[one.payload.len - 1], 0xff);
    test_find(one.payload, (natt_bytes){(const uint8_t *)"\x69timestamp\x1b\x00\x00\x01\x9b\x56\x41\x01\x12", 19});
    test_find(one.payload, (natt_bytes){(const uint8_t *)"\x6apublic_key\xf6\x69user_data\xf6\x65nonce\xf6\xff", 31});
    request.definite = request.tagged = true;
    test_issue(&two, issuer, &request);
    cr_expect_eq(two.bytes[0], 0xd2);
    cr_expect_eq(two.payload.ptr[0], 0xa9);
    cr_expect_eq(two.payload.len, one.payload.len - 1);
    natt_issuer_free(issuer);
}

Test(issuer, fields_are_the_ones_requested)
{
    natt_issuer *issuer = test_issuer_standard();
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    request.public_key = test_hex("aabb");
    request.user_data = (natt_bytes){(const uint8_t *)"", 0};
    request.nonce = test_hex("cc");
    request.timestamp_ms = TEST_NOW_MS + 1;
    test_issue(&one, issuer, &request);
    cr_expect(test_signature_verifies(&one));
    test_find(one.payload,
              (natt_bytes){(const uint8_t *)"\x6apublic_key\x42\xaa\xbb\x69user_data\x40\x65nonce\x41\xcc", 33});
    test_find(one.payload, test_hex("1b0000019b56410113"));
    natt_issuer_free(issuer);
}

/* The value of a PCR in the standard order, from the plan. */
static natt_bytes pcr(const natt_issue_plan *plan, size_t at)
{
    cr_assert_lt(at, plan->pcrs.count);
    natt_bytes value = plan->pcrs.entries[at].value;
    cr_assert_eq(value.len, 50);
    return (natt_bytes){value.ptr + 2, 48};
}

Test(issuer, enclave_pcrs)
{
    static const uint8_t zero[48];
    natt_issuer_options options = test_options("pcrs");
    natt_issue_plan plan;
    options.role_arn = "arn:aws:iam::123456789012:role/r";
    options.instance_id = "i-0123456789abcdef0";
    natt_issuer *issuer = test_issuer(&options);
    test_plan(issuer, &plan, NULL);
    cr_expect_eq(plan.pcrs.count, 16);
    /* sha384sum of "nitro-attest test PCR0" */
    cr_expect(test_equal(pcr(&plan, 0), test_hex("31d51d6a2397e1905076812fc591355adf8380dbb20ad253"
                                                 "f3b10ebf9973f5e914a0f8cd64492ae95be2a78d4f4f5ed8")));
    /* sha384sum of 48 zero bytes and the role ARN, or the instance id */
    cr_expect(test_equal(pcr(&plan, 3), test_hex("31c5183b37461ff447e2fae8ca6a2a80aa1f82f16e5751aa"
                                                 "30ef0acba669f67c0b3b86d90d73379dc8d2d179c1296305")));
    cr_expect(test_equal(pcr(&plan, 4), test_hex("d6432900ac1c343cb40286898792c55e962aef0cc35c4910"
                                                 "c0c286145b51af19e782cb21cc31a042671d7dfbd398251c")));
    for (size_t i = 5; i < 16; i++)
        cr_expect_arr_eq(pcr(&plan, i).ptr, zero, 48);
    natt_plan_free(&plan);
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    request.debug = true;
    test_plan(issuer, &plan, &request);
    for (size_t i = 0; i < 3; i++)
        cr_expect_arr_eq(pcr(&plan, i).ptr, zero, 48);
    cr_expect_arr_neq(pcr(&plan, 4).ptr, zero, 48);
    natt_plan_free(&plan);
    natt_issuer_free(issuer);
}

Test(issuer, tpm_pcrs_and_names)
{
    natt_issuer_options options = test_options("tpm");
    natt_issue_plan plan;
    uint8_t ones[48];
    memset(ones, 0xff, sizeof ones);
    options.kind = NATT_KIND_NITROTPM;
    options.instance_id = "i-0123456789abcdef0";
    natt_issuer *issuer = test_issuer(&options);
    test_plan(issuer, &plan, NULL);
    cr_expect_eq(plan.pcrs.count, 24);
    for (size_t i = 17; i <= 22; i++)
        cr_expect_arr_eq(pcr(&plan, i).ptr, ones, 48);
    cr_expect_not_null(natt_plan_field(&plan, "nitrotpm_pcrs"));
    cr_expect_null(natt_plan_field(&plan, "pcrs"));
    cr_expect_str_eq(natt_issuer_module_id(issuer), "i-0123456789abcdef0-tpm0000000000000000");
    cr_expect(test_equal(natt_plan_leaf(&plan)->serial, test_hex("0204694d6083")), "unix seconds");
    natt_plan_free(&plan);
    natt_issuer_free(issuer);
}

Test(issuer, requested_pcrs_replace_and_add)
{
    natt_issuer *issuer = test_issuer_standard();
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    uint8_t values[2][48] = {{1}, {2}};
    natt_issue_pcr pcrs[] = {{16, {values[0], 48}}, {0, {values[1], 48}}, {31, {values[0], 48}}};
    natt_issue_plan plan;
    request.pcrs = pcrs;
    request.pcr_count = 3;
    request.debug = true;
    test_plan(issuer, &plan, &request);
    cr_expect_eq(plan.pcrs.count, 18);
    cr_expect_arr_eq(pcr(&plan, 0).ptr, values[1], 48, "a requested PCR0 wins over debug");
    cr_expect_arr_eq(pcr(&plan, 16).ptr, values[0], 48);
    cr_expect(test_equal(plan.pcrs.entries[17].key, test_hex("181f")));
    natt_plan_free(&plan);
    request.only_these_pcrs = true;
    test_plan(issuer, &plan, &request);
    cr_expect_eq(plan.pcrs.count, 3);
    natt_plan_free(&plan);
    natt_issuer_free(issuer);
}

Test(issuer, names_fit_into_64_bytes_in_every_region)
{
    static const char *const regions[] = {"us-east-1", "eu-west-1", "ap-southeast-1", "us-gov-west-1", "mx-central-1"};
    static const char *const suffixes[] = {"test.invalid", "test.invalid", "invalid", "invalid", "invalid"};
    for (size_t i = 0; i < 5; i++) {
        natt_issuer_options options = test_options("regions");
        options.region = regions[i];
        natt_issuer *issuer = test_issuer(&options);
        cr_expect_str_eq(natt_issuer_region(issuer), regions[i]);
        cr_expect_str_eq(natt_issuer_suffix(issuer), suffixes[i], "%s", regions[i]);
        natt_issuer_free(issuer);
    }
}

Test(issuer, test_names_say_so_and_aws_names_do_not)
{
    natt_issuer_options options = test_options("names");
    natt_issuer *issuer = test_issuer(&options);
    const natt_bytes organization = {(const uint8_t *)"nitro-attest TEST", 17}, amazon = {(const uint8_t *)"Amazon", 6};
    test_issue(&one, issuer, NULL);
    for (size_t i = 0; i < one.certificate_count; i++)
        cr_expect_geq(test_count(one.certificates[i], organization), 2, "issuer and subject");
    cr_expect_eq(test_count(one.payload, amazon), 0);
    natt_issuer_free(issuer);
    issuer = test_issuer_standard();
    test_issue(&one, issuer, NULL);
    cr_expect_eq(test_count(one.payload, organization), 0);
    cr_expect_eq(test_count(one.payload, amazon), 10);
    natt_issuer_free(issuer);
}

Test(issuer, clock_moves_dates_and_serials_but_not_root_and_names)
{
    natt_issuer *issuer = test_issuer_standard();
    natt_emulator_error err;
    char module_id[128];
    snprintf(module_id, sizeof module_id, "%s", natt_issuer_module_id(issuer));
    test_issue(&one, issuer, NULL);
    natt_bytes root = natt_issuer_root(issuer);
    uint8_t old[1024];
    memcpy(old, one.certificates[3].ptr, one.certificates[3].len);
    size_t old_len = one.certificates[3].len;
    cr_assert(natt_issuer_set_now(issuer, TEST_NOW_MS + 86400000, &err));
    test_issue(&two, issuer, NULL);
    cr_expect(test_chain_verifies(&two));
    cr_expect(test_signature_verifies(&two));
    cr_expect(test_equal(two.certificates[0], root));
    cr_expect_not(test_equal(two.certificates[3], (natt_bytes){old, old_len}));
    cr_expect_str_eq(natt_issuer_module_id(issuer), module_id);
    cr_expect_not(natt_issuer_set_now(issuer, TEST_NOW_MS / 1000, &err));
    cr_expect_eq(err.code, NATT_EMULATOR_E_USAGE_NOW);
    natt_issuer_free(issuer);
}

Test(issuer, dates_have_the_right_form_in_far_years)
{
    static const uint64_t times[] = {UINT64_C(1000000000000), UINT64_C(2524607990000), UINT64_C(4102444800000),
                                     UINT64_C(250246627200000)};
    for (size_t i = 0; i < 4; i++) {
        natt_issuer_options options = test_options("far");
        options.now_ms = times[i];
        expect_genuine(&options, NULL);
    }
}

Test(issuer, root_depends_on_seed_and_suffix_only)
{
    natt_issuer_options a = test_options("root"), b = a;
    b.now_ms += UINT64_C(1000) * 86400000;
    b.region = "eu-west-1";
    b.bundle_count = 2;
    b.kind = NATT_KIND_NITROTPM;
    natt_issuer *first = test_issuer(&a), *second = test_issuer(&b);
    cr_expect(test_equal(natt_issuer_root(first), natt_issuer_root(second)));
    natt_issuer_free(first);
    natt_issuer_free(second);
}

Test(issuer, root_pem_is_the_root)
{
    natt_issuer *issuer = test_issuer_standard();
    char pem[1024];
    size_t len = 0;
    mbedtls_x509_crt crt;
    cr_assert(natt_issuer_root_pem(issuer, pem, sizeof pem, &len));
    cr_expect_eq(len, strlen(pem));
    mbedtls_x509_crt_init(&crt);
    cr_expect_eq(mbedtls_x509_crt_parse(&crt, (const uint8_t *)pem, len + 1), 0);
    cr_expect(test_equal((natt_bytes){crt.raw.p, crt.raw.len}, natt_issuer_root(issuer)));
    mbedtls_x509_crt_free(&crt);
    cr_expect_not(natt_issuer_root_pem(issuer, pem, 700, &len));
    cr_expect_eq(len, 0);
    cr_expect_str_empty(pem);
    natt_issuer_free(issuer);
}

Test(issuer, small_buffer_is_told_the_size_and_not_written_beyond)
{
    natt_issuer *issuer = test_issuer_standard();
    uint8_t *out = one.bytes;
    size_t len = 1;
    natt_emulator_error err;
    test_issue(&two, issuer, NULL);
    memset(out, 0xee, TEST_CAPACITY);
    for (size_t room = 0; room < two.len; room += room == 0 ? two.len - 1 : 1) {
        cr_expect_not(natt_issue(issuer, room == 0 ? NULL : out, room, &len, NULL, &err));
        cr_expect_eq(len, 0);
        cr_expect_eq(err.code, NATT_EMULATOR_E_BUFFER_TOO_SMALL);
        cr_expect_eq(err.required_len, two.len, "%zu, not %zu", err.required_len, two.len);
        cr_expect_eq(err.offset, NATT_EMULATOR_NO_OFFSET);
        cr_expect_eq(out[room], 0xee);
    }
    for (size_t more = 0; more < 2; more++) {
        cr_expect(natt_issue(issuer, out, two.len + more, &len, NULL, &err));
        cr_expect_eq(len, two.len);
        cr_expect(err.code == NATT_EMULATOR_OK && err.required_len == 0);
    }
    natt_issuer_free(issuer);
}

static void expect_options_refused(natt_issuer_options options, natt_emulator_code code)
{
    natt_emulator_error err;
    cr_expect_null(natt_issuer_new(&options, &err));
    cr_expect_eq(err.code, code, "%d", (int)err.code);
    cr_expect_null(natt_issuer_new(&options, NULL));
}

Test(issuer, refuses_wrong_options)
{
    const natt_issuer_options good = test_options("wrong");
    natt_issuer_options o;
    natt_emulator_error err;
    cr_expect_null(natt_issuer_new(NULL, &err));
    o = good, o.struct_size--, expect_options_refused(o, NATT_EMULATOR_E_USAGE_STRUCT_SIZE);
    o = good, o.struct_size = 0, expect_options_refused(o, NATT_EMULATOR_E_USAGE_STRUCT_SIZE);
    o = good, o.kind = NATT_KIND_OTHER, expect_options_refused(o, NATT_EMULATOR_E_USAGE_KIND);
    o = good, o.now_ms = 0, expect_options_refused(o, NATT_EMULATOR_E_USAGE_NOW);
    o = good, o.now_ms = TEST_NOW_MS / 1000, expect_options_refused(o, NATT_EMULATOR_E_USAGE_NOW);
    o = good, o.now_ms = UINT64_MAX, expect_options_refused(o, NATT_EMULATOR_E_USAGE_NOW);
    o = good, o.seed.len = 0, expect_options_refused(o, NATT_EMULATOR_E_USAGE_OPTION);
    o = good, o.seed.ptr = NULL, expect_options_refused(o, NATT_EMULATOR_E_USAGE_OPTION);
    o = good, o.bundle_count = 17, expect_options_refused(o, NATT_EMULATOR_E_USAGE_OPTION);
    o = good, o.region = "", expect_options_refused(o, NATT_EMULATOR_E_USAGE_OPTION);
    o = good, o.region = "US", expect_options_refused(o, NATT_EMULATOR_E_USAGE_OPTION);
    o = good, o.suffix = "a b", expect_options_refused(o, NATT_EMULATOR_E_USAGE_OPTION);
    o = good, o.suffix = "much.too.long.for.names", expect_options_refused(o, NATT_EMULATOR_E_USAGE_OPTION);
    o = good, o.instance_id = "0123", expect_options_refused(o, NATT_EMULATOR_E_USAGE_OPTION);
    o = good, o.instance_id = "i-", expect_options_refused(o, NATT_EMULATOR_E_USAGE_OPTION);
    o = good, o.instance_id = "i-xyz", expect_options_refused(o, NATT_EMULATOR_E_USAGE_OPTION);
}

static void expect_request_refused(natt_issuer *issuer, natt_issue_request request, natt_emulator_code code)
{
    natt_emulator_error err;
    size_t len = 1;
    cr_expect_not(natt_issue(issuer, one.bytes, sizeof one.bytes, &len, &request, &err));
    cr_expect_eq(err.code, code, "%d", (int)err.code);
    cr_expect_eq(len, 0);
}

Test(issuer, refuses_wrong_requests)
{
    static const uint8_t value[49];
    natt_issuer *issuer = test_issuer_standard();
    const natt_issue_pcr high = {32, {value, 48}}, size_47 = {1, {value, 47}}, size_49 = {1, {value, 49}};
    const natt_issue_pcr absent = {1, {NULL, 0}};
    natt_issue_request r = NATT_ISSUE_REQUEST_INIT;
    r.struct_size++, expect_request_refused(issuer, r, NATT_EMULATOR_E_USAGE_STRUCT_SIZE);
    r.struct_size--, r.pcr_count = 1, expect_request_refused(issuer, r, NATT_EMULATOR_E_USAGE_ARGUMENT);
    r.pcrs = &high, expect_request_refused(issuer, r, NATT_EMULATOR_E_USAGE_PCR);
    r.pcrs = &size_47, expect_request_refused(issuer, r, NATT_EMULATOR_E_USAGE_PCR);
    r.pcrs = &size_49, expect_request_refused(issuer, r, NATT_EMULATOR_E_USAGE_PCR);
    r.pcrs = &absent, expect_request_refused(issuer, r, NATT_EMULATOR_E_USAGE_PCR);
    r.pcr_count = 0, r.only_these_pcrs = true, expect_request_refused(issuer, r, NATT_EMULATOR_E_USAGE_PCR);
    natt_issuer_free(issuer);
    natt_issuer_options options = test_options("tpm");
    options.kind = NATT_KIND_NITROTPM;
    issuer = test_issuer(&options);
    natt_issue_request debug = NATT_ISSUE_REQUEST_INIT;
    debug.debug = true, expect_request_refused(issuer, debug, NATT_EMULATOR_E_USAGE_KIND);
    natt_issuer_free(issuer);
}

/* Serial numbers of genuine instance certificates have 20 or 21 octets, so some seeds must give 20 and some 21. */
Test(issuer, serials_are_positive_and_of_genuine_length)
{
    unsigned with_sign = 0;
    for (unsigned i = 0; i < 8; i++) {
        char seed[8];
        snprintf(seed, sizeof seed, "%u", i);
        natt_issuer_options options = test_options(seed);
        natt_issuer *issuer = test_issuer(&options);
        natt_issue_plan plan;
        test_plan(issuer, &plan, NULL);
        natt_bytes serial = plan.certificates[3].serial;
        cr_expect(serial.len == 22 || serial.len == 23);
        cr_expect_lt(serial.ptr[2], 0x80);
        with_sign += serial.len == 23;
        natt_plan_free(&plan);
        natt_issuer_free(issuer);
    }
    cr_expect(with_sign > 0 && with_sign < 8);
}
