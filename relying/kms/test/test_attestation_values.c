/* Only a verified document supplies its PCRs to conditions. */
#include "relying/kms/attestation_values.h"

#include <criterion/criterion.h>
#include <string.h>

#include "nitro_attest/issuer.h"

#define NOW 1760000000000

typedef struct issued {
    uint8_t document[NATT_MAX_DOCUMENT];
    natt_verified v;
} issued;

static void issue(issued *out, natt_kind kind, const natt_issue_request *request)
{
    natt_issuer_options options = NATT_ISSUER_OPTIONS_INIT;
    natt_options verify = NATT_OPTIONS_INIT;
    natt_error err;
    size_t len;
    options.now_ms = NOW;
    options.kind = kind;
    natt_issuer *issuer = natt_issuer_new(&options, NULL);
    cr_assert(natt_issue(issuer, out->document, sizeof out->document, &len, request, NULL));
    natt_bytes root = natt_issuer_root(issuer);
    verify.roots = &root;
    verify.root_count = 1;
    verify.kind = kind;
    verify.time_mode = NATT_TIME_NOW;
    verify.now_ms = NOW;
    verify.max_age_ms = 1000;
    verify.nonce_mode = NATT_NONCE_NOT_USED;
    verify.flags = NATT_INSECURE_NO_PCR_POLICY;
    out->v = (natt_verified)NATT_VERIFIED_INIT;
    cr_assert(natt_verify(&out->v, (natt_bytes){out->document, len}, &verify, NULL, &err), "%s", err.message);
    natt_issuer_free(issuer);
}

static const char *value_of(const natt_kms_attestation *a, const char *key)
{
    const char *found = NULL;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->values[i].key, key) == 0) {
            cr_assert_null(found, "%s appears twice", key);
            found = a->values[i].value;
        }
    return found;
}

Test(attestation_values, enclave_has_pcr0_under_two_names)
{
    static issued d;
    natt_kms_attestation a;
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    natt_issue_pcr pcrs[] = {
        {0, {(const uint8_t *)"\xab\xcd\xef\x01 0123456789abcdefghijklmnopqrstuvwxyz01234567", 48}},
        {31, {(const uint8_t *)"\x99 0123456789abcdefghijklmnopqrstuvwxyz0123456789", 48}}};
    request.pcrs = pcrs;
    request.pcr_count = 2;
    issue(&d, NATT_KIND_ENCLAVE, &request);
    cr_assert(natt_kms_attestation_values(&a, &d.v, NULL));
    cr_expect_eq(a.count, 16 + 1 + 1, "%zu", a.count);
    cr_expect_eq(strncmp(value_of(&a, "kms:RecipientAttestation:PCR0"), "abcdef0120303132", 16), 0);
    cr_expect_str_eq(value_of(&a, "kms:RecipientAttestation:ImageSha384"),
                     value_of(&a, "kms:RecipientAttestation:PCR0"));
    cr_expect_eq(strncmp(value_of(&a, "kms:RecipientAttestation:PCR31"), "9920", 4), 0);
    cr_expect_null(value_of(&a, "kms:RecipientAttestation:PCR30"));
    for (size_t i = 0; i < a.count; i++)
        cr_expect_eq(strspn(a.values[i].value, "0123456789abcdef"), 96, "%s", a.values[i].value);
}

Test(attestation_values, nitrotpm_has_keys_of_its_own)
{
    static issued d;
    natt_kms_attestation a;
    issue(&d, NATT_KIND_NITROTPM, NULL);
    cr_assert(natt_kms_attestation_values(&a, &d.v, NULL));
    cr_expect_eq(a.count, 24);
    cr_expect_not_null(value_of(&a, "kms:RecipientAttestation:NitroTPMPCR0"));
    cr_expect_not_null(value_of(&a, "kms:RecipientAttestation:NitroTPMPCR23"));
    cr_expect_null(value_of(&a, "kms:RecipientAttestation:ImageSha384"));
    cr_expect_null(value_of(&a, "kms:RecipientAttestation:PCR0"));
}

Test(attestation_values, only_verified_documents_give_any)
{
    static issued d;
    natt_kms_attestation a;
    natt_error err;
    natt_verified none = NATT_VERIFIED_INIT;
    cr_expect_not(natt_kms_attestation_values(&a, &none, &err));
    cr_expect_eq(err.code, NATT_E_USAGE_RESULT);
    cr_expect_eq(a.count, 0);
    issue(&d, NATT_KIND_ENCLAVE, NULL);
    d.v.pcrs[0][0] ^= 1;
    cr_expect_not(natt_kms_attestation_values(&a, &d.v, &err));
    cr_expect_eq(err.code, NATT_E_USAGE_RESULT);
    cr_expect_eq(a.count, 0);
}
