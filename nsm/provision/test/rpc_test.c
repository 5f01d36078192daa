/* Requests and replies of the RPC, with a fake provisioner. */
#include "nsm/provision/rpc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/provision/test/support.h"

/* Replaces provision.c: records the request, and returns a set result. */
static struct {
    natt_provision_code code; /* of the operation */
    natt_provision_code open_code;
    const char *called;
    char label[64], pin[80], region[32], access_key[32], secret_key[64], session_token[64];
    size_t keys;
    natt_database_key first;
    unsigned opened, closed;
    natt_state_key state_keys[2];
} fake;

static void copy(char *out, size_t capacity, natt_bytes bytes)
{
    (void)snprintf(out, capacity, "%.*s", (int)bytes.len, bytes.ptr == NULL ? "" : (const char *)bytes.ptr);
}

natt_provisioner *natt_provisioner_open(const natt_provision_options *options, natt_provision_error *e)
{
    const natt_kms_client_credentials *c = &options->kms.credentials;
    natt_provision_no_error(e);
    copy(fake.access_key, sizeof fake.access_key, c->access_key);
    copy(fake.secret_key, sizeof fake.secret_key, c->secret_key);
    copy(fake.session_token, sizeof fake.session_token, c->session_token);
    (void)snprintf(fake.region, sizeof fake.region, "%s", options->kms.region == NULL ? "" : options->kms.region);
    if (fake.open_code != NATT_PROVISION_OK) {
        (void)natt_provision_fail(e, fake.open_code, NULL);
        return NULL;
    }
    fake.opened++;
    return (natt_provisioner *)&fake;
}

void natt_provisioner_close(natt_provisioner *p)
{
    fake.closed += p != NULL ? 1 : 0;
}

static bool called(const char *name, const char *label, const char *pin, natt_provision_error *e)
{
    fake.called = name;
    (void)snprintf(fake.label, sizeof fake.label, "%s", label);
    (void)snprintf(fake.pin, sizeof fake.pin, "%s", pin);
    return fake.code == NATT_PROVISION_OK || natt_provision_fail(e, fake.code, "a detail");
}

static void keep(const natt_database_key *keys, size_t count)
{
    fake.keys = count;
    if (count > 0)
        fake.first = (natt_database_key){{NULL, keys[0].wrapped.len}, keys[0].id, NULL, {NULL, keys[0].pem.len}};
}

bool natt_provision_add(natt_provisioner *p, const char *label, const char *pin, const natt_database_key *keys,
                        size_t count, natt_provision_error *e)
{
    (void)p;
    keep(keys, count);
    return called("add", label, pin, e);
}

bool natt_provision_refresh(natt_provisioner *p, const char *label, const char *pin, natt_provision_error *e)
{
    (void)p;
    return called("refresh", label, pin, e);
}

bool natt_provision_update(natt_provisioner *p, const char *label, const char *pin, const natt_database_key *keys,
                           size_t count, bool *changed, natt_provision_error *e)
{
    (void)p;
    keep(keys, count);
    *changed = false;
    return called("update", label, pin, e);
}

bool natt_provision_remove(natt_provisioner *p, const char *label, const char *pin, natt_provision_error *e)
{
    (void)p;
    return called("remove", label, pin, e);
}

static natt_provision_description description(unsigned slot)
{
    natt_provision_description d = {
        .label = "acm;tok", .slot = slot, .ttl_s = 172800, .key_count = 2, .keys = fake.state_keys};
    fake.state_keys[0].row.id = 10;
    fake.state_keys[0].row.label = "acm-key";
    fake.state_keys[1].row.id = 255;
    fake.state_keys[1].row.label = "a \"b\"";
    return d;
}

bool natt_provision_describe(natt_provisioner *p, natt_provision_description *out, const char *label, const char *pin,
                             natt_provision_error *e)
{
    (void)p;
    *out = description(10);
    return called("describe", label, pin, e);
}

size_t natt_provision_list(natt_provisioner *p, natt_provision_description out[NATT_TOKEN_MAX])
{
    (void)p;
    out[0] = description(0);
    return 1;
}

static natt_rpc_outcome outcome;

static void begin(void)
{
    memset(&fake, 0, sizeof fake);
}

TestSuite(rpc, .init = begin);

static char *handle(const char *request)
{
    static const natt_provision_options options = {.folder = "f", .module = "m", .lifetime_s = 1};
    char *reply = natt_rpc_handle(&outcome, &options, view(request));
    cr_expect_eq(fake.opened, fake.closed, "%s", request);
    return reply;
}

static void expect_reply(const char *request, const char *expected)
{
    char *reply = handle(request);
    cr_expect_str_eq(reply == NULL ? "(none)" : reply, expected, "%s: %s", request, reply);
    free(reply);
}

#define NONE "(none)"
#define DONE "{\"Ok\":\"None\"}"
#define WHO  "\"label\":\"acm-token\",\"pin\":\"1234\""
#define ENVELOPE                                                                                                       \
    "\"envelope_key\":{\"Kms\":{\"region\":\"eu-west-1\",\"access_key_id\":\"AKID\",\"secret_access_key\":\"secret\"," \
    "\"session_token\":\"session\"}}"
#define ROWS "\"keys\":[{\"encrypted_pem_b64\":\"AQID\",\"id\":10,\"label\":\"acm-key\",\"cert_pem\":\"PEM\"}]"
#define ADD  "{\"AddToken\":{\"token\":{" WHO "," ENVELOPE "," ROWS "}}}"

/* ACM.md, section 2. */
Test(rpc, device_is_described)
{
    expect_reply("\"DescribeDevice\"",
                 "{\"Ok\":{\"DeviceDescription\":{\"free_slot_count\":127,\"tokens\":[{\"label\":\"acm;tok\","
                 "\"slot_id\":0,\"ttl_secs\":172800}]}}}");
    cr_expect(strcmp(outcome.operation, "DescribeDevice") == 0 && outcome.label[0] == '\0');
}

Test(rpc, token_is_described)
{
    expect_reply("{\"DescribeToken\":{" WHO "}}",
                 "{\"Ok\":{\"TokenDescription\":{\"label\":\"acm;tok\",\"slot_id\":10,\"ttl_secs\":172800,\"keys\":["
                 "{\"label\":\"acm-key\",\"id\":10,\"uri\":\"pkcs11:model=p11ne-token;manufacturer=Amazon;serial="
                 "EVT0A;token=acm%3btok;id=%0a;object=acm-key;type=private\"},{\"label\":\"a \\\"b\\\"\",\"id\":255,"
                 "\"uri\":\"pkcs11:model=p11ne-token;manufacturer=Amazon;serial=EVT0A;token=acm%3btok;id=%ff;object="
                 "a%20%22b%22;type=private\"}]}}}");
    cr_expect(strcmp(fake.label, "acm-token") == 0 && strcmp(fake.pin, "1234") == 0);
}

static void expect_credentials(void)
{
    cr_expect_str_eq(fake.region, "eu-west-1");
    cr_expect_str_eq(fake.access_key, "AKID");
    cr_expect_str_eq(fake.secret_key, "secret");
    cr_expect_str_eq(fake.session_token, "session");
}

Test(rpc, token_is_added)
{
    expect_reply(ADD, DONE);
    cr_expect(strcmp(fake.called, "add") == 0 && strcmp(fake.label, "acm-token") == 0 && strcmp(fake.pin, "1234") == 0);
    cr_expect(fake.keys == 1 && fake.first.id == 10 && fake.first.wrapped.len == 3 && fake.first.pem.len == 4);
    expect_credentials();
    cr_expect(strcmp(outcome.label, "acm-token") == 0);
    cr_expect_str_eq(outcome.operation, "AddToken");
    expect_reply("{\"AddToken\":{\"token\":{" WHO "," ENVELOPE ",\"keys\":[]}}}", DONE);
    cr_expect_eq(fake.keys, 0);
}

Test(rpc, token_is_refreshed)
{
    expect_reply("{\"RefreshToken\":{" WHO "," ENVELOPE "}}", DONE);
    cr_expect(strcmp(fake.called, "refresh") == 0);
    expect_credentials();
}

Test(rpc, token_is_removed)
{
    expect_reply("{\"RemoveToken\":{" WHO "}}", DONE);
    cr_expect(strcmp(fake.called, "remove") == 0);
}

/* The label and PIN of the new token are not checked. */
Test(rpc, token_is_updated)
{
    static const char request[] =
        "{\"UpdateToken\":{" WHO ",\"token\":{\"label\":\"new\",\"pin\":\"9999\"," ENVELOPE "," ROWS "}}}";
    expect_reply(request, DONE);
    cr_expect(strcmp(fake.called, "update") == 0 && strcmp(fake.label, "acm-token") == 0);
    cr_expect(strcmp(fake.pin, "1234") == 0 && fake.keys == 1);
    expect_credentials();
}

Test(rpc, unreadable_requests_have_no_reply)
{
    static const char *const requests[] = {
        "",
        "5",
        "null",
        "[]",
        "{}",
        "\"Other\"",
        "\"describeDevice\"",
        "\"AddToken\"",
        "{\"DescribeDevice\":{}}",
        "{\"Other\":{}}",
        "{\"DescribeToken\":5}",
        "{\"DescribeToken\":{}}",
        "{\"DescribeToken\":{\"label\":\"a\"}}",
        "{\"DescribeToken\":{\"pin\":\"a\"}}",
        "{\"DescribeToken\":{\"label\":5,\"pin\":\"1234\"}}",
        "{\"DescribeToken\":{" WHO "},\"DescribeToken\":{" WHO "}}",
        "{\"RemoveToken\":{" WHO "},\"x\":1}",
        "{\"AddToken\":{" WHO "," ENVELOPE "," ROWS "}}",
        "{\"AddToken\":{\"token\":{" WHO "," ROWS "}}}",
        "{\"AddToken\":{\"token\":5}}",
        "{\"RefreshToken\":{" WHO "}}",
        "{\"RefreshToken\":{" WHO ",\"envelope_key\":{\"Kms\":{\"region\":\"r\",\"access_key_id\":\"a\"}}}}",
        "{\"RefreshToken\":{" WHO ",\"envelope_key\":{\"Kms\":{\"region\":\"r\",\"secret_access_key\":\"a\"}}}}",
        "{\"RefreshToken\":{" WHO ",\"envelope_key\":{\"Kms\":{\"access_key_id\":\"r\",\"secret_access_key\":\"a\"}}}}",
        "{\"UpdateToken\":{" WHO "," ENVELOPE "}}",
        "\"DescribeDevice\" x",
        ADD "}",
        "{\"RemoveToken\":{" WHO "}",
    };
    for (size_t i = 0; i < COUNT_OF(requests); i++)
        expect_reply(requests[i], NONE);
    cr_expect_eq(fake.opened, 0);
}

Test(rpc, errors_are_those_of_the_provisioner)
{
    fake.code = NATT_PROVISION_E_PIN_WRONG;
    expect_reply("{\"RemoveToken\":{" WHO "}}", "{\"Err\":\"AccessDenied\"}");
    cr_expect(outcome.error.code == NATT_PROVISION_E_PIN_WRONG);
    expect_reply("{\"DescribeToken\":{" WHO "}}", "{\"Err\":\"AccessDenied\"}");
    fake.code = NATT_PROVISION_E_LABEL_IN_USE;
    expect_reply(ADD, "{\"Err\":\"TokenLabelInUse\"}");
    fake.code = NATT_PROVISION_E_KMS;
    expect_reply(ADD, "{\"Err\":\"KmsDecryptFailed\"}");
    fake.open_code = NATT_PROVISION_E_MODULE;
    expect_reply("\"DescribeDevice\"", "{\"Err\":\"InternalError\"}");
    cr_expect_eq(outcome.error.code, NATT_PROVISION_E_MODULE);
}

/* For every failure to decrypt again; the log has the cause. */
Test(rpc, refresh_that_fails_is_one_error)
{
    static const struct {
        natt_provision_code code;
        const char *reply;
    } cases[] = {
        {NATT_PROVISION_E_KMS, "TokenRefreshFailed"},      {NATT_PROVISION_E_KEY, "TokenRefreshFailed"},
        {NATT_PROVISION_E_MISMATCH, "TokenRefreshFailed"}, {NATT_PROVISION_E_CHAIN, "TokenRefreshFailed"},
        {NATT_PROVISION_E_DATABASE, "TokenRefreshFailed"}, {NATT_PROVISION_E_CERTIFICATE, "TokenRefreshFailed"},
        {NATT_PROVISION_E_REFRESH, "TokenRefreshFailed"},  {NATT_PROVISION_E_PIN_WRONG, "AccessDenied"},
        {NATT_PROVISION_E_NOT_FOUND, "TokenNotFound"},     {NATT_PROVISION_E_EMPTY, "EmptyToken"},
        {NATT_PROVISION_E_MODULE, "InternalError"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char expected[64];
        (void)snprintf(expected, sizeof expected, "{\"Err\":\"%s\"}", cases[i].reply);
        fake.code = cases[i].code;
        expect_reply("{\"RefreshToken\":{" WHO "," ENVELOPE "}}", expected);
        cr_expect_eq(outcome.error.code, cases[i].code);
    }
    fake.code = NATT_PROVISION_E_KMS;
    expect_reply("{\"UpdateToken\":{" WHO ",\"token\":{" ENVELOPE "," ROWS "}}}", "{\"Err\":\"KmsDecryptFailed\"}");
}

Test(rpc, errors_of_the_keys)
{
    expect_reply("{\"AddToken\":{\"token\":{" WHO "," ENVELOPE "}}}", "{\"Err\":\"TokenKeyDecodingFailed\"}");
    expect_reply("{\"AddToken\":{\"token\":{" WHO "," ENVELOPE ",\"keys\":[{\"encrypted_pem_b64\":\"*\",\"id\":1,"
                 "\"label\":\"a\"}]}}}",
                 "{\"Err\":\"TokenKeyDecodingFailed\"}");
    expect_reply("{\"AddToken\":{\"token\":{" WHO "," ENVELOPE ",\"keys\":[{\"encrypted_pem_b64\":\"AA==\",\"id\":1,"
                 "\"label\":\"a\"},{\"encrypted_pem_b64\":\"AA==\",\"id\":1,\"label\":\"b\"}]}}}",
                 "{\"Err\":{\"InvalidArgs\":{\"DuplicateKeyId\":1}}}");
    expect_reply("{\"UpdateToken\":{" WHO ",\"token\":{" ENVELOPE ",\"keys\":[{\"encrypted_pem_b64\":\"AA==\",\"id\":1,"
                 "\"label\":\"a\"},{\"encrypted_pem_b64\":\"AA==\",\"id\":2,\"label\":\"a\"}]}}}",
                 "{\"Err\":{\"InvalidArgs\":{\"DuplicateKeyLabel\":\"a\"}}}");
    cr_expect_eq(fake.opened, 0);
}

Test(rpc, label_for_the_log_is_short_and_printable)
{
    expect_reply("{\"RemoveToken\":{\"label\":\"\\u001b[2J5678901234567890123456789012345\",\"pin\":\"1234\"}}", DONE);
    cr_expect_str_eq(outcome.label, "?[2J5678901234567890123456789012");
}
