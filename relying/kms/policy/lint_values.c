/* The values of attestation conditions: KMS compares lower-case hexadecimal of SHA-384. */
#include "relying/kms/policy/lint.h"

#include <string.h>

#define DIGITS ((size_t)2 * NATT_PCR_LEN)

static bool has_upper_case(const char *text)
{
    return strpbrk(text, "ABCDEF") != NULL;
}

static bool is_hex(const char *text)
{
    return text[0] != '\0' && strspn(text, "0123456789abcdefABCDEF") == strlen(text);
}

static uint8_t nibble(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

static void decode(uint8_t out[NATT_PCR_LEN], const char *hex)
{
    for (size_t i = 0; i < NATT_PCR_LEN; i++)
        out[i] = (uint8_t)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
}

/* Uses the verifier's list of platform constants; the verifier refuses a policy that requires only such a value. */
static bool is_constant(const uint8_t value[NATT_PCR_LEN])
{
    natt_pcr_value pcr = {0, {value, NATT_PCR_LEN}};
    natt_pcr_set set = {NULL, &pcr, 1};
    natt_policy policy = NATT_POLICY_INIT;
    policy.sets = &set;
    policy.set_count = 1;
    return !natt_policy_validate(&policy, NATT_KIND_ENCLAVE, NULL);
}

static bool is_zero(const uint8_t value[NATT_PCR_LEN])
{
    for (size_t i = 0; i < NATT_PCR_LEN; i++)
        if (value[i] != 0)
            return false;
    return true;
}

static bool ignores_case(const natt_kms_condition *c)
{
    return c->op.comparison == NATT_KMS_EQUALS_IGNORE_CASE;
}

/* ---- trusted values that identify nothing ---- */

static void find_constant(natt_kms_lint *l, const natt_kms_statement *s, const natt_kms_condition *c,
                          const uint8_t value[NATT_PCR_LEN])
{
    uint32_t pcr = natt_kms_key_pcr(c->known, c->key);
    bool enclave = c->known->group == NATT_KMS_KEY_ENCLAVE;
    if (enclave && pcr <= 2 && is_zero(value))
        natt_kms_find(l, NATT_KMS_FINDING_ZERO_PCR, s, c,
                      "zeros are the value in every debug enclave, whose memory the host can read");
    else if (!enclave && pcr == 7)
        natt_kms_find(l, NATT_KMS_FINDING_SECURE_BOOT_OFF, s, c,
                      "this is PCR7 of every instance where Secure Boot is off or its keys are empty");
    else if (enclave || pcr != 12) /* PCR12 is zero without a kernel command line */
        natt_kms_find(l, NATT_KMS_FINDING_PLATFORM_CONSTANT, s, c,
                      "every instance has this value: nothing was measured");
}

/* PCR5 to 7 and 9 to 15 of an enclave are never extended; a NitroTPM has 24. [NE user guide, PCRs; TPM 2.0] */
static bool is_unused(const natt_kms_condition *c)
{
    uint32_t pcr = natt_kms_key_pcr(c->known, c->key);
    if (c->known->group == NATT_KMS_KEY_NITROTPM)
        return pcr >= 24;
    return pcr >= 5 && pcr <= 15 && pcr != 8;
}

static void lint_value(natt_kms_lint *l, const natt_kms_statement *s, const natt_kms_condition *c, const char *text)
{
    uint8_t value[NATT_PCR_LEN];
    bool prefixed = text[0] == '0' && (text[1] | 0x20) == 'x';
    if (!is_hex(text))
        natt_kms_find(l, NATT_KMS_FINDING_VALUE_NOT_HEX, s, c,
                      prefixed ? "no document has \"%.100s\": it begins with 0x, as an example of AWS once did"
                               : "no document has \"%.100s\": it is not hexadecimal",
                      text);
    else if (strlen(text) != DIGITS)
        natt_kms_find(l, NATT_KMS_FINDING_VALUE_LENGTH, s, c, "no document has this value: it has %zu digits, not 96",
                      strlen(text));
    else if (has_upper_case(text) && !ignores_case(c))
        natt_kms_find(l, NATT_KMS_FINDING_VALUE_CASE, s, c,
                      "no document has this value: KMS compares lower case, and %.60s is case-sensitive", c->name);
    else {
        decode(value, text);
        if (natt_kms_trusts(s, c) && is_constant(value))
            find_constant(l, s, c, value);
        else if (is_unused(c) && natt_kms_trusts(s, c))
            natt_kms_find(l, NATT_KMS_FINDING_UNUSED_PCR, s, c, "no document has this value: nothing extends this PCR");
    }
}

static void lint_pattern(natt_kms_lint *l, const natt_kms_statement *s, const natt_kms_condition *c, const char *text)
{
    if (!natt_kms_trusts(s, c))
        return;
    if (strspn(text, "*?") == strlen(text))
        natt_kms_find(l, NATT_KMS_FINDING_ANY_DOCUMENT, s, c, "\"%.100s\" matches the document of any image", text);
    else
        natt_kms_find(l, NATT_KMS_FINDING_WILDCARD_VALUE, s, c, "the rest of \"%.100s\" is not compared", text);
}

static bool is_pattern(const natt_kms_condition *c, const char *text)
{
    bool like = c->op.comparison == NATT_KMS_LIKE || c->op.comparison == NATT_KMS_ARN_LIKE;
    return like && strpbrk(text, "*?") != NULL;
}

void natt_kms_lint_values(natt_kms_lint *l, const natt_kms_statement *s)
{
    for (size_t i = 0; i < s->condition_count; i++) {
        const natt_kms_condition *c = &s->conditions[i];
        if (!natt_kms_attests(c) || c->op.comparison == NATT_KMS_NULL)
            continue;
        for (size_t n = 0; n < c->expected.count; n++)
            (is_pattern(c, c->expected.items[n]) ? lint_pattern : lint_value)(l, s, c, c->expected.items[n]);
    }
}
