/* Documents that contain a key, and the value for requests to KMS. */
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/test/recipient_support.h"
#include "nsm/test/support.h"

Test(recipient_attest, documents_carry_what_was_asked_for)
{
    natt_recipient_attestation fields = NATT_RECIPIENT_ATTESTATION_INIT;
    natt_bytes spki = natt_recipient_key_public(test_recipient_key());
    cr_assert(test_equal(test_attest(test_recipient_key(), NULL, false)->verified.public_key, spki));
    cr_assert(test_equal(test_attest(test_recipient_key(), &fields, false)->verified.public_key, spki));
    fields.no_public_key = true;
    cr_assert_null(test_attest(test_recipient_key(), &fields, false)->verified.public_key.ptr);
    cr_assert_null(test_attest(NULL, &fields, false)->verified.public_key.ptr);
    fields.no_public_key = false;
    fields.public_key = test_text("another");
    cr_assert(test_equal(test_attest(test_recipient_key(), &fields, false)->verified.public_key, fields.public_key));
}

Test(recipient_attest, wrong_calls_are_refused)
{
    natt_emulator *emulator;
    natt_nsm *nsm = test_recipient_nsm(&emulator, false);
    natt_recipient_attestation fields = NATT_RECIPIENT_ATTESTATION_INIT;
    natt_recipient_key *key = test_recipient_key();
    natt_recipient_error err;
    static uint8_t out[NATT_NSM_MAX_RESPONSE], big[5000];
    size_t len = 1;
    cr_assert_not(natt_recipient_attest(NULL, out, sizeof out, &len, nsm, NULL, &err));
    cr_assert(err.code == NATT_RECIPIENT_E_USAGE_ARGUMENT && len == 0);
    cr_assert_not(natt_recipient_attest(key, out, sizeof out, &len, NULL, NULL, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
    cr_assert_not(natt_recipient_attest(key, out, sizeof out, NULL, nsm, NULL, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
    cr_assert_not(natt_recipient_attest(key, out, 100, &len, nsm, NULL, &err));
    cr_assert(err.code == NATT_RECIPIENT_E_BUFFER_TOO_SMALL && err.required_len > 1000 && len == 0);
    fields.no_public_key = true;
    fields.public_key = test_text("another");
    cr_assert_not(natt_recipient_attest(key, out, sizeof out, &len, nsm, &fields, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_OPTION);
    fields.no_public_key = false;
    fields.nonce = (natt_bytes){big, sizeof big};
    cr_assert_not(natt_recipient_attest(key, out, sizeof out, &len, nsm, &fields, &err));
    cr_assert(err.code == NATT_RECIPIENT_E_NSM && err.nsm.code != NATT_NSM_OK, "%s", err.message);
    fields.struct_size++;
    cr_assert_not(natt_recipient_attest(key, out, sizeof out, &len, nsm, &fields, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_STRUCT_SIZE);
}

Test(recipient_value, is_the_json_that_kms_takes)
{
    char out[256];
    size_t len = 0;
    natt_recipient_error err;
    cr_assert(natt_recipient_value(out, sizeof out, &len, test_text("a document"), &err));
    cr_assert_str_eq(out, "{\"KeyEncryptionAlgorithm\":\"RSAES_OAEP_SHA_256\",\"AttestationDocument\":"
                          "\"YSBkb2N1bWVudA==\"}");
    cr_assert_eq(len, strlen(out));
    for (size_t capacity = 0; capacity <= len; capacity++) {
        size_t none = 1;
        cr_assert_not(natt_recipient_value(out, capacity, &none, test_text("a document"), &err));
        cr_assert(err.code == NATT_RECIPIENT_E_BUFFER_TOO_SMALL && err.required_len == len + 1 && none == 0);
    }
    cr_assert(natt_recipient_value(out, len + 1, &len, test_text("a document"), &err));
}

Test(recipient_value, document_size_is_that_of_kms)
{
    static uint8_t document[NATT_RECIPIENT_MAX_DOCUMENT + 1];
    static char out[NATT_RECIPIENT_MAX_DOCUMENT * 4 / 3 + 200];
    size_t len;
    natt_recipient_error err;
    cr_assert(natt_recipient_value(out, sizeof out, &len, (natt_bytes){document, NATT_RECIPIENT_MAX_DOCUMENT}, &err));
    cr_assert_not(natt_recipient_value(out, sizeof out, &len, (natt_bytes){document, sizeof document}, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
    cr_assert_not(natt_recipient_value(out, sizeof out, &len, (natt_bytes){document, 0}, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
    cr_assert_not(natt_recipient_value(out, sizeof out, &len, (natt_bytes){NULL, 0}, &err));
    cr_assert_not(natt_recipient_value(NULL, 1, &len, (natt_bytes){document, 1}, &err));
    cr_assert_not(natt_recipient_value(out, sizeof out, NULL, (natt_bytes){document, 1}, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
}
