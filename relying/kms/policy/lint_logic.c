/* Checks the PCRs that a statement requires together, and conditions that exclude each other. */
#include "relying/kms/policy/lint.h"

#include <string.h>

/* ---- PCRs that identify an image ---- */

typedef struct pins {
    uint32_t enclave, nitrotpm; /* bit n: PCR n */
} pins;

static void add_pins(pins *p, const natt_kms_statement *s)
{
    for (size_t i = 0; i < s->condition_count; i++) {
        const natt_kms_condition *c = &s->conditions[i];
        if (natt_kms_trusts(s, c))
            *(c->known->group == NATT_KMS_KEY_ENCLAVE ? &p->enclave : &p->nitrotpm) |=
                UINT32_C(1) << natt_kms_key_pcr(c->known, c->key);
    }
}

/* Uses the verifier's rule. It skips values that are constants of the platform: those have separate findings. */
static bool identifies(uint32_t mask, natt_kind kind)
{
    uint8_t any[NATT_PCR_LEN];
    natt_pcr_value pcrs[NATT_PCR_COUNT];
    natt_pcr_set set = {NULL, pcrs, 0};
    natt_policy policy = NATT_POLICY_INIT;
    memset(any, 0x5a, sizeof any);
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++)
        if ((mask >> i & 1) != 0)
            pcrs[set.pcr_count++] = (natt_pcr_value){i, {any, sizeof any}};
    policy.sets = &set;
    policy.set_count = 1;
    return natt_policy_validate(&policy, kind, NULL);
}

static bool allows_plaintext(const natt_kms_statement *s)
{
    for (size_t i = 0; natt_kms_recipient_action(i) != NULL; i++)
        if (natt_kms_statement_takes(s, natt_kms_recipient_action(i)))
            return true;
    return false;
}

/* The PCRs that the statement and every Deny beside it require together. */
static pins pins_of(const natt_kms_policy *policy, const natt_kms_statement *s)
{
    pins p = {0, 0};
    add_pins(&p, s);
    for (size_t i = 0; i < policy->count; i++)
        if (natt_kms_guards(&policy->statements[i], s, natt_kms_recipient_action(0)))
            add_pins(&p, &policy->statements[i]);
    return p;
}

static void lint_pins(natt_kms_lint *l, const natt_kms_statement *s)
{
    pins p = pins_of(l->policy, s);
    if (s->deny || !allows_plaintext(s) || (p.enclave == 0 && p.nitrotpm == 0))
        return;
    bool weak = (p.enclave != 0 && !identifies(p.enclave, NATT_KIND_ENCLAVE)) ||
                (p.nitrotpm != 0 && !identifies(p.nitrotpm, NATT_KIND_NITROTPM));
    if (p.enclave != 0 && p.nitrotpm != 0)
        natt_kms_find(l, NATT_KMS_FINDING_KINDS_MIXED, s, NULL,
                      "requires PCRs of an enclave and of a NitroTPM; a document comes from one of them");
    else if (weak)
        natt_kms_find(l, NATT_KMS_FINDING_NO_IMAGE, s, NULL,
                      "the required PCRs are equal for different images, or do not depend on the image");
    else if ((p.enclave & 1) == 0 && (p.enclave >> 8 & 1) != 0)
        natt_kms_find(l, NATT_KMS_FINDING_PCR8_ALONE, s, NULL,
                      "PCR8 measures the signing certificate: every image of this signer may decrypt");
}

/* ---- conditions that exclude each other ---- */

/* PCR0 and ImageSha384 are one value. */
static bool same_key(const natt_kms_condition *a, const natt_kms_condition *b)
{
    if (natt_kms_attests(a) && natt_kms_attests(b))
        return a->known->group == b->known->group &&
               natt_kms_key_pcr(a->known, a->key) == natt_kms_key_pcr(b->known, b->key);
    return natt_kms_equal_ignore_case(a->key, b->key);
}

static bool has_wildcard(const natt_kms_condition *c)
{
    for (size_t i = 0; i < c->expected.count; i++)
        if (strpbrk(c->expected.items[i], "*?") != NULL)
            return c->op.comparison == NATT_KMS_LIKE || c->op.comparison == NATT_KMS_ARN_LIKE;
    return false;
}

static bool both_met(const natt_kms_condition *a, const natt_kms_condition *b, const char *value)
{
    natt_kms_condition_value values[] = {{a->key, value}, {b->key, value}};
    bool one = natt_kms_equal_ignore_case(a->key, b->key);
    natt_kms_question q = {.values = values, .value_count = value == NULL ? 0 : one ? 1 : 2};
    return natt_kms_condition_met(a, false, &q) && natt_kms_condition_met(b, false, &q);
}

static bool some_met(const natt_kms_condition *a, const natt_kms_condition *b, const natt_kms_strings *candidates)
{
    for (size_t i = 0; i < candidates->count; i++)
        if (both_met(a, b, candidates->items[i]))
            return true;
    return false;
}

/*
 * Without wildcards, a value that meets both conditions is absent, listed in one of them, or any other value. So these
 * three cases are tried.
 */
static bool exclude(const natt_kms_condition *a, const natt_kms_condition *b)
{
    return !both_met(a, b, NULL) && !both_met(a, b, "\x01 some other value") && !some_met(a, b, &a->expected) &&
           !some_met(a, b, &b->expected);
}

static void lint_contradiction(natt_kms_lint *l, const natt_kms_statement *s)
{
    for (size_t i = 0; i < s->condition_count; i++)
        for (size_t n = 0; n < i; n++) {
            const natt_kms_condition *a = &s->conditions[n], *b = &s->conditions[i];
            if (same_key(a, b) && !has_wildcard(a) && !has_wildcard(b) && !a->known->multivalued && exclude(a, b))
                natt_kms_find(l, NATT_KMS_FINDING_CONTRADICTION, s, b,
                              "no value meets this condition and %.60s of %.80s: the statement never applies", a->name,
                              a->key);
        }
}

void natt_kms_lint_logic(natt_kms_lint *l, const natt_kms_statement *s)
{
    lint_pins(l, s);
    lint_contradiction(l, s);
}
