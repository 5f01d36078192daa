#include "nsm/test/support.h"

#include <stdlib.h>
#include <string.h>

#include <cbor.h>
#include <criterion/criterion.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/x509_crt.h>

#include "nsm/issuer/issuer_keys.h"

natt_issuer_options test_options(const char *seed)
{
    natt_issuer_options options = NATT_ISSUER_OPTIONS_INIT;
    options.seed = (natt_bytes){(const uint8_t *)seed, strlen(seed)};
    options.now_ms = TEST_NOW_MS;
    return options;
}

natt_issuer *test_issuer(const natt_issuer_options *options)
{
    natt_emulator_error err;
    natt_issuer *issuer = natt_issuer_new(options, &err);
    cr_assert_not_null(issuer, "%s", err.message);
    cr_assert_eq(err.code, NATT_EMULATOR_OK);
    return issuer;
}

natt_issuer *test_issuer_standard(void)
{
    natt_issuer_options options = test_options("standard");
    options.suffix = "aws";
    return test_issuer(&options);
}

void test_plan(natt_issuer *issuer, natt_issue_plan *plan, const natt_issue_request *request)
{
    natt_emulator_error err;
    cr_assert(natt_issuer_plan(issuer, plan, request, &err), "%s", err.message);
}

void test_build(struct test_document *out, natt_issuer *issuer, const natt_issue_plan *plan)
{
    natt_emulator_error err;
    memset(out, 0, sizeof *out);
    cr_assert(natt_issuer_build(issuer, out->bytes, sizeof out->bytes, &out->len, plan, &err), "%s", err.message);
    cr_assert_eq(err.code, NATT_EMULATOR_OK);
    out->certificate_count = plan->leaf + 1;
    for (uint32_t i = 0; i < out->certificate_count; i++)
        out->certificates[i] = natt_issuer_certificate(issuer, i);
    out->payload = natt_issuer_payload(issuer);
    if (out->len >= 96)
        out->signature = (natt_bytes){out->bytes + out->len - 96, 96};
}

void test_issue(struct test_document *out, natt_issuer *issuer, const natt_issue_request *request)
{
    natt_issue_plan plan;
    test_plan(issuer, &plan, request);
    test_build(out, issuer, &plan);
    natt_plan_free(&plan);
}

bool test_chain_verifies(const struct test_document *document)
{
    mbedtls_x509_crt root, chain;
    uint32_t flags = 0;
    mbedtls_x509_crt_init(&root);
    mbedtls_x509_crt_init(&chain);
    cr_assert_eq(mbedtls_x509_crt_parse_der(&root, document->certificates[0].ptr, document->certificates[0].len), 0);
    for (size_t i = document->certificate_count - 1; i > 0; i--)
        cr_assert_eq(mbedtls_x509_crt_parse_der(&chain, document->certificates[i].ptr, document->certificates[i].len),
                     0, "certificate %zu does not parse", i);
    int answer = mbedtls_x509_crt_verify(&chain, &root, NULL, NULL, &flags, NULL, NULL);
    mbedtls_x509_crt_free(&chain);
    mbedtls_x509_crt_free(&root);
    return answer == 0 || (flags & ~(uint32_t)(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE)) == 0;
}

/* 04 || x || y, after secp384r1 and the head of the BIT STRING; the rest of the certificate may be invalid. */
static natt_bytes point_of(natt_bytes certificate)
{
    natt_bytes in_front = test_hex("06052b8104002203620004");
    size_t at = test_find(certificate, in_front) + in_front.len - 1;
    cr_assert_leq(at + 97, certificate.len);
    return (natt_bytes){certificate.ptr + at, 97};
}

bool test_verifies(natt_bytes message, natt_bytes signature, natt_bytes certificate)
{
    uint8_t digest[48];
    natt_bytes point = point_of(certificate);
    mbedtls_ecp_group group;
    mbedtls_ecp_point q;
    mbedtls_mpi r, s;
    cr_assert_eq(signature.len, 96);
    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&q);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    cr_assert_null(natt_issuer_sha384(digest, message));
    cr_assert_eq(mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP384R1), 0);
    cr_assert_eq(mbedtls_ecp_point_read_binary(&group, &q, point.ptr, point.len), 0);
    cr_assert_eq(mbedtls_mpi_read_binary(&r, signature.ptr, 48), 0);
    cr_assert_eq(mbedtls_mpi_read_binary(&s, signature.ptr + 48, 48), 0);
    int answer = mbedtls_ecdsa_verify(&group, digest, sizeof digest, &q, &r, &s);
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    mbedtls_ecp_point_free(&q);
    mbedtls_ecp_group_free(&group);
    return answer == 0;
}

bool test_signature_verifies(const struct test_document *document)
{
    static const uint8_t start[] = {0x84, 0x6a, 'S',  'i',  'g',  'n',  'a',  't',  'u', 'r',
                                    'e',  '1',  0x44, 0xa1, 0x01, 0x38, 0x22, 0x40, 0x59};
    static uint8_t message[TEST_CAPACITY];
    size_t len = document->payload.len;
    cr_assert(len > 255 && len < 65536 - sizeof start - 2);
    memcpy(message, start, sizeof start);
    message[sizeof start] = (uint8_t)(len >> 8);
    message[sizeof start + 1] = (uint8_t)len;
    memcpy(message + sizeof start + 2, document->payload.ptr, len);
    return test_verifies((natt_bytes){message, sizeof start + 2 + len}, document->signature,
                         document->certificates[document->certificate_count - 1]);
}

bool test_cbor_loads(natt_bytes bytes)
{
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(bytes.ptr, bytes.len, &result);
    bool ok = item != NULL && result.error.code == CBOR_ERR_NONE && result.read == bytes.len;
    if (item != NULL)
        cbor_decref(&item);
    return ok;
}

static bool stands_at(natt_bytes whole, size_t at, natt_bytes part)
{
    return part.len <= whole.len - at && memcmp(whole.ptr + at, part.ptr, part.len) == 0;
}

size_t test_count(natt_bytes whole, natt_bytes part)
{
    size_t times = 0;
    for (size_t i = 0; i < whole.len; i++)
        times += stands_at(whole, i, part);
    return times;
}

size_t test_find(natt_bytes whole, natt_bytes part)
{
    size_t at = 0;
    cr_assert_eq(test_count(whole, part), 1, "found %zu times", test_count(whole, part));
    while (!stands_at(whole, at, part))
        at++;
    return at;
}

bool test_equal(natt_bytes a, natt_bytes b)
{
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

natt_bytes test_hex(const char *hex)
{
    static uint8_t buffers[32][512];
    static unsigned next;
    uint8_t *to = buffers[next++ % 32];
    size_t len = 0;
    cr_assert_leq(strlen(hex), 2 * sizeof buffers[0]);
    for (; *hex != '\0'; hex += *hex == ' ' ? 1 : 2) {
        char pair[3] = {hex[0], hex[1], '\0'};
        if (*hex != ' ')
            to[len++] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return (natt_bytes){to, len};
}
