/*
 * PCR policies. No wildcard, no empty policy, no mixing of sets; a missing PCR never passes.
 * Sources: AWS user guide "PCRs"; NitroTPM user guide "Attestable AMI" (PCR4, PCR7, PCR12).
 */
#include "verify/rules/policy.h"
#include "verify/rules/platform_pcrs.h"

#include <string.h>

/* The PCRs that a set lists, and those for which no listed value is a constant of the platform. */
struct pins {
    uint32_t any, identifying;
};

#define PCR(n) (UINT32_C(1) << (n))

static struct pins pins_of(const natt_pcr_set *set)
{
    uint32_t any = 0, constant = 0;
    for (size_t i = 0; i < set->pcr_count; i++) {
        any |= PCR(set->pcrs[i].index);
        if (natt_platform_pcr_is_constant(set->pcrs[i].value))
            constant |= PCR(set->pcrs[i].index);
    }
    return (struct pins){any, any & ~constant};
}

/* Enclave: the image, its signer, or boot code with the application. Different images share PCR1. */
static bool pins_enclave(uint32_t p)
{
    return (p & PCR(0)) != 0 || (p & PCR(8)) != 0 || (p & (PCR(1) | PCR(2))) == (PCR(1) | PCR(2));
}

/* NitroTPM: boot code with its command line (PCR12 is zero if there is none), or the keys of Secure Boot. PCR0 and
 * PCR1 measure firmware that all instances share. */
static bool pins_nitrotpm(struct pins p)
{
    return ((p.identifying & PCR(4)) != 0 && (p.any & PCR(12)) != 0) || (p.identifying & PCR(7)) != 0;
}

/* R-USAGE-18: each set identifies an image, and a constant of the platform identifies none. */
static bool check_strong(const natt_pcr_set *set, natt_kind kind, uint32_t item, natt_error *err)
{
    struct pins pins = pins_of(set);
    bool strong = kind == NATT_KIND_ENCLAVE ? pins_enclave(pins.identifying) : pins_nitrotpm(pins);
    return strong || natt_fail(err, NATT_E_USAGE_POLICY_WEAK, item, NATT_NO_OFFSET);
}

/* R-USAGE-17 */
static bool check_values(const natt_pcr_set *set, uint32_t item, natt_error *err)
{
    for (size_t i = 0; i < set->pcr_count; i++) {
        const natt_pcr_value *v = &set->pcrs[i];
        if (v->index >= NATT_PCR_COUNT || v->value.ptr == NULL || v->value.len != NATT_PCR_LEN)
            return natt_fail(err, NATT_E_USAGE_POLICY_PCR, item, NATT_NO_OFFSET);
    }
    return true;
}

/* R-USAGE-16: a set without PCRs would match every document. */
static bool check_not_empty(const natt_pcr_set *set, uint32_t item, natt_error *err)
{
    bool pcrs = set->pcrs != NULL && set->pcr_count > 0 && set->pcr_count < NATT_NO_ITEM;
    return pcrs || natt_fail(err, NATT_E_USAGE_POLICY_EMPTY, item, NATT_NO_OFFSET);
}

/* R-USAGE-02, R-USAGE-12, R-USAGE-16 */
static bool check_header(const natt_policy *policy, natt_error *err)
{
    if (policy->struct_size != sizeof *policy)
        return natt_fail_code(err, NATT_E_USAGE_STRUCT_SIZE);
    if ((policy->flags & ~NATT_POLICY_ALLOW_DEBUG) != 0)
        return natt_fail_code(err, NATT_E_USAGE_FLAGS);
    bool sets = policy->sets != NULL && policy->set_count > 0 && policy->set_count < NATT_NO_ITEM;
    return sets || natt_fail_code(err, NATT_E_USAGE_POLICY_EMPTY);
}

bool natt_policy_usable(const natt_policy *policy, natt_kind kind, bool allow_weak, natt_error *err)
{
    if (!check_header(policy, err))
        return false;
    for (uint32_t i = 0; i < policy->set_count; i++) {
        const natt_pcr_set *set = &policy->sets[i];
        if (!check_not_empty(set, i, err) || !check_values(set, i, err))
            return false;
        if (!allow_weak && !check_strong(set, kind, i, err))
            return false;
    }
    return true;
}

/* R-USAGE-01, R-USAGE-05 */
bool natt_policy_validate(const natt_policy *policy, natt_kind kind, natt_error *err)
{
    natt_error spare;
    err = natt_error_begin(err, &spare);
    if (policy == NULL)
        return natt_fail_code(err, NATT_E_USAGE_ARGUMENT);
    if (kind != NATT_KIND_ENCLAVE && kind != NATT_KIND_NITROTPM)
        return natt_fail_code(err, NATT_E_USAGE_KIND);
    return natt_policy_usable(policy, kind, false, err);
}

/* R-POLICY-01: a PCR that the document lacks does not match. */
static bool check_present(const natt_bytes *pcrs, uint32_t index, natt_error *err)
{
    return pcrs[index].ptr != NULL || natt_fail(err, NATT_E_POLICY_PCR_ABSENT, index, NATT_NO_OFFSET);
}

/* R-POLICY-02: equal to one of the values the set lists for this PCR, byte for byte. */
static bool check_value(const natt_pcr_set *set, const natt_bytes *pcrs, uint32_t index, const uint8_t *base,
                        natt_error *err)
{
    for (size_t i = 0; i < set->pcr_count; i++)
        if (set->pcrs[i].index == index && natt_bytes_equal(set->pcrs[i].value, pcrs[index]))
            return true;
    size_t offset = base != NULL ? natt_offset_of(base, pcrs[index]) : NATT_NO_OFFSET;
    return natt_fail(err, NATT_E_POLICY_PCR_MISMATCH, index, offset);
}

static bool set_matches(const natt_pcr_set *set, const natt_bytes *pcrs, const uint8_t *base, natt_error *err)
{
    uint32_t listed = pins_of(set).any;
    for (uint32_t index = 0; index < NATT_PCR_COUNT; index++) {
        if ((listed & PCR(index)) == 0)
            continue;
        if (!check_present(pcrs, index, err) || !check_value(set, pcrs, index, base, err))
            return false;
    }
    return true;
}

/* R-POLICY-03: one complete set. */
bool natt_policy_match(const natt_policy *policy, const natt_bytes *pcrs, const uint8_t *base, size_t *matched_set,
                       natt_error *err)
{
    for (size_t i = 0; i < policy->set_count; i++) {
        natt_error why = {NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET, NULL};
        if (set_matches(&policy->sets[i], pcrs, base, policy->set_count == 1 ? err : &why)) {
            *matched_set = i;
            return true;
        }
    }
    return natt_fail_code(err, NATT_E_POLICY_NO_SET);
}

/* The values that set `n` lists for this PCR. */
static natt_pcr_difference difference_of(const natt_policy *policy, size_t n, uint32_t index, natt_bytes actual)
{
    natt_pcr_difference d = {.set = n, .index = index, .present = actual.ptr != NULL};
    const natt_pcr_set *set = &policy->sets[n];
    for (size_t i = set->pcr_count; i-- > 0;)
        if (set->pcrs[i].index == index) {
            d.expected = set->pcrs[i].value;
            d.expected_count++;
        }
    if (d.present)
        memcpy(d.actual, actual.ptr, NATT_PCR_LEN);
    return d;
}

static bool pcr_matches(const natt_pcr_set *set, const natt_bytes *pcrs, uint32_t index)
{
    natt_error ignored = {NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET, NULL};
    return check_present(pcrs, index, &ignored) && check_value(set, pcrs, index, NULL, &ignored);
}

size_t natt_policy_differences(natt_pcr_difference *out, size_t capacity, const natt_policy *policy,
                               const natt_bytes *pcrs)
{
    size_t count = 0;
    for (size_t n = 0; n < policy->set_count; n++) {
        uint32_t listed = pins_of(&policy->sets[n]).any;
        for (uint32_t index = 0; index < NATT_PCR_COUNT; index++) {
            if ((listed & PCR(index)) == 0 || pcr_matches(&policy->sets[n], pcrs, index))
                continue;
            if (count < capacity)
                out[count] = difference_of(policy, n, index, pcrs[index]);
            count++;
        }
    }
    return count;
}
