/* Errors: sentences for people, and the JSON of the RPC. */
#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>
#include <jansson.h>

#include "nsm/provision/ckr.h"
#include "nsm/provision/test/support.h"

static char text[4096];

static const char *rpc(natt_provision_code code)
{
    (void)natt_provision_fail(&err, code, NULL);
    cr_expect_eq(natt_provision_error_rpc(text, sizeof text, &err), strlen(text));
    return text;
}

/* ACM.md, section 2: every error of the genuine server. */
Test(provision_error, rpc_is_that_of_the_genuine_server)
{
    cr_expect_str_eq(rpc(NATT_PROVISION_E_LABEL_SHORT), "{\"Err\":{\"InvalidArgs\":\"LabelTooShort\"}}");
    cr_expect_str_eq(rpc(NATT_PROVISION_E_LABEL_LONG), "{\"Err\":{\"InvalidArgs\":\"LabelTooLong\"}}");
    cr_expect_str_eq(rpc(NATT_PROVISION_E_PIN_SHORT), "{\"Err\":{\"InvalidArgs\":\"PinTooShort\"}}");
    cr_expect_str_eq(rpc(NATT_PROVISION_E_PIN_LONG), "{\"Err\":{\"InvalidArgs\":\"PinTooLong\"}}");
    cr_expect_str_eq(rpc(NATT_PROVISION_E_LABEL_IN_USE), "{\"Err\":\"TokenLabelInUse\"}");
    cr_expect_str_eq(rpc(NATT_PROVISION_E_LABEL_FOREIGN), "{\"Err\":\"TokenLabelInUse\"}");
    cr_expect_str_eq(rpc(NATT_PROVISION_E_NOT_FOUND), "{\"Err\":\"TokenNotFound\"}");
    cr_expect_str_eq(rpc(NATT_PROVISION_E_TOO_MANY), "{\"Err\":\"TooManyTokens\"}");
    cr_expect_str_eq(rpc(NATT_PROVISION_E_PIN_WRONG), "{\"Err\":\"AccessDenied\"}");
    cr_expect_str_eq(rpc(NATT_PROVISION_E_EMPTY), "{\"Err\":\"EmptyToken\"}");
    cr_expect_str_eq(rpc(NATT_PROVISION_E_DATABASE), "{\"Err\":\"TokenKeyDecodingFailed\"}");
    cr_expect_str_eq(rpc(NATT_PROVISION_E_KMS), "{\"Err\":\"KmsDecryptFailed\"}");
    cr_expect_str_eq(rpc(NATT_PROVISION_E_KEY), "{\"Err\":\"TokenProvisioningFailed\"}");
    cr_expect_str_eq(rpc(NATT_PROVISION_E_CHAIN), "{\"Err\":\"TokenProvisioningFailed\"}");
    cr_expect_str_eq(rpc(NATT_PROVISION_E_REFRESH), "{\"Err\":\"TokenRefreshFailed\"}");
    cr_expect_str_eq(rpc(NATT_PROVISION_E_MODULE), "{\"Err\":\"InternalError\"}");
    (void)natt_provision_fail_id(&err, 1);
    cr_expect_gt(natt_provision_error_rpc(text, sizeof text, &err), 0);
    cr_expect_str_eq(text, "{\"Err\":{\"InvalidArgs\":{\"DuplicateKeyId\":1}}}");
    (void)natt_provision_fail_label(&err, "a");
    cr_expect_gt(natt_provision_error_rpc(text, sizeof text, &err), 0);
    cr_expect_str_eq(text, "{\"Err\":{\"InvalidArgs\":{\"DuplicateKeyLabel\":\"a\"}}}");
}

Test(provision_error, rpc_of_every_code_is_json)
{
    for (int code = 0; code <= (int)NATT_PROVISION_E_MEMORY + 1; code++) {
        json_t *json = json_loads(rpc((natt_provision_code)code), JSON_REJECT_DUPLICATES, NULL);
        cr_expect(json_object_get(json, "Err") != NULL, "%d: %s", code, text);
        json_decref(json);
    }
}

Test(provision_error, label_in_the_rpc_is_the_label_again)
{
    char label[64];
    memset(label, 1, 63);
    label[63] = '\0';
    memcpy(label, "\"\\\n\x7f\xc3\xa9", 6);
    (void)natt_provision_fail_label(&err, label);
    cr_expect_gt(natt_provision_error_rpc(text, sizeof text, &err), 0);
    json_t *json = json_loads(text, 0, NULL), *args = json_object_get(json_object_get(json, "Err"), "InvalidArgs");
    cr_expect_str_eq(json_string_value(json_object_get(args, "DuplicateKeyLabel")), label);
    json_decref(json);
}

Test(provision_error, rpc_that_does_not_fit_is_none)
{
    size_t len = strlen(rpc(NATT_PROVISION_E_KMS));
    cr_expect_eq(natt_provision_error_rpc(text, len, &err), 0);
    cr_expect_eq(natt_provision_error_rpc(text, len + 1, &err), len);
}

Test(provision_error, sentence_has_place_cause_name_and_remedy)
{
    (void)natt_provision_fail(&err, NATT_PROVISION_E_CHAIN, "%s", "why");
    cr_expect_not(natt_provision_in_certificate(&err, 2));
    cr_expect_not(natt_provision_in_key(&err, 1));
    cr_expect_eq(natt_provision_error_format(text, sizeof text, &err), strlen(text));
    cr_expect_str_eq(text, "key (the second in the database): certificate 2: the certificates do not form a chain: why "
                           "(NATT_PROVISION_E_CHAIN); "
                           "give the leaf first, then each issuer in turn");
    (void)natt_provision_fail(&err, NATT_PROVISION_E_MODULE, "C_Login");
    err.ckr = 0x30;
    (void)natt_provision_error_format(text, sizeof text, &err);
    cr_expect(contains(text, "the PKCS #11 module failed: C_Login, CKR_DEVICE_ERROR ("), "%s", text);
    (void)natt_provision_fail(&err, NATT_PROVISION_E_SYSTEM, "open");
    err.errno_value = ENOENT;
    (void)natt_provision_error_format(text, sizeof text, &err);
    cr_expect(contains(text, "a system call failed: open: No such file or directory ("), "%s", text);
    (void)natt_provision_fail(&err, NATT_PROVISION_E_KMS, NULL);
    err.kms.code = NATT_KMS_CLIENT_E_TIMEOUT;
    (void)natt_provision_error_format(text, sizeof text, &err);
    cr_expect(contains(text, "NATT_KMS_CLIENT_E_TIMEOUT"), "%s", text);
}

Test(provision_error, keys_have_names_and_places)
{
    static const struct {
        const char *label;
        size_t place;
        const char *text;
    } rows[] = {
        {"", 0, "key (the first in the database)"},
        {"web", 0, "key \"web\" (id 7, the first in the database)"},
        {"a\nb", 9, "key \"a?b\" (id 7, the tenth in the database)"},
        {"web", 10, "key \"web\" (id 7, number 11 in the database)"},
        {"web", 255, "key \"web\" (id 7, number 256 in the database)"},
    };
    char out[NATT_PROVISION_KEY_TEXT];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        (void)natt_provision_fail(&err, NATT_PROVISION_E_KEY, NULL);
        cr_expect_not(natt_provision_in_key(&err, rows[i].place) || natt_provision_name_key(&err, rows[i].label, 7));
        cr_expect_str_eq(natt_provision_key_text(out, &err), rows[i].text);
    }
    cr_expect_not(natt_provision_name_key(NULL, "a", 1));
}

Test(provision_error, return_values_of_modules_have_names)
{
    char name[NATT_CKR_NAME];
    cr_expect_str_eq(natt_ckr_name(name, 0xA0), "CKR_PIN_INCORRECT");
    cr_expect_str_eq(natt_ckr_name(name, 0x80000001UL), "CKR 0x80000001");
}

Test(provision_error, sentence_is_cut_and_its_length_is_told)
{
    char small[8], tail = 'x';
    (void)natt_provision_fail(&err, NATT_PROVISION_E_KMS, NULL);
    size_t len = natt_provision_error_format(text, sizeof text, &err);
    cr_expect_eq(natt_provision_error_format(small, sizeof small, &err), len);
    cr_expect_str_eq(small, "KMS did");
    cr_expect_eq(natt_provision_error_format(&tail, 0, &err), len);
    cr_expect_eq(tail, 'x');
}

Test(provision_error, messages_are_printable_and_cut)
{
    char label[400];
    memset(label, '\n', sizeof label);
    label[sizeof label - 1] = '\0';
    (void)natt_provision_fail(&err, NATT_PROVISION_E_NOT_FOUND, "%s\x7f\x1b", label);
    cr_expect(!contains(err.message, "\n") && contains(err.message, ": ????") && strlen(err.message) == 255);
    cr_expect(err.key == NATT_PROVISION_NO_INDEX && err.certificate == NATT_PROVISION_NO_INDEX && err.ckr == 0);
    cr_expect_not(natt_provision_fail(NULL, NATT_PROVISION_E_KMS, "%s", "x"));
    cr_expect_not(natt_provision_fail_id(NULL, 1) || natt_provision_fail_label(NULL, "a"));
    cr_expect_not(natt_provision_in_key(NULL, 1) || natt_provision_in_certificate(NULL, 1));
}
