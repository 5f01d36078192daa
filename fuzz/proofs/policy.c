/* Proved of natt_policy_match and natt_policy_usable, for policies of up to two sets with up to two values each, of
 * PCRs 0 to 12: true exactly if, in one set, every listed PCR is present and has a listed value; usable exactly if
 * each set has values of the right form and, unless weak ones are allowed, identifies an image. Comparisons are
 * contracts. */
#include "fuzz/proofs/any_input.h"
#include "verify/parse/reader.h"

_Bool nondet_bool(void);

#define SETS   2
#define VALUES 2

/* Value v of set s has tag s * VALUES + v: which PCR equals it is a table, and whether it is a constant. */
static uint8_t octets[SETS * VALUES];
static _Bool matches[SETS * VALUES], constants[SETS * VALUES];
static _Bool equal(natt_bytes listed, natt_bytes pcr)
{
    (void)pcr;
    return matches[listed.ptr - octets];
}
#define natt_bytes_equal equal
#undef NATT_PCR_COUNT
#define NATT_PCR_COUNT 13
#include "verify/rules/policy.c"

static natt_pcr_value values[SETS][VALUES];
static natt_pcr_set sets[SETS];
static natt_policy policy;
static natt_bytes pcrs[NATT_PCR_COUNT];
static uint8_t pcr_octet;

bool natt_platform_pcr_is_constant(natt_bytes value)
{
    return constants[value.ptr - octets];
}

static void any_policy(void)
{
    policy = (natt_policy){nondet_size(), sets, nondet_size(), (uint32_t)nondet_size()};
    __CPROVER_assume(policy.set_count <= SETS);
    for (size_t s = 0; s < SETS; s++) {
        sets[s] = (natt_pcr_set){NULL, nondet_bool() ? values[s] : NULL, nondet_size()};
        __CPROVER_assume(sets[s].pcr_count <= VALUES);
        for (size_t v = 0; v < VALUES; v++) {
            matches[s * VALUES + v] = nondet_bool();
            constants[s * VALUES + v] = nondet_bool();
            values[s][v].index = (uint32_t)nondet_size();
            values[s][v].value = (natt_bytes){nondet_bool() ? &octets[s * VALUES + v] : NULL, nondet_size()};
        }
    }
}

/* ---- written again ---- */

static _Bool lists(const natt_pcr_set *set, uint32_t index, _Bool identifying)
{
    _Bool listed = 0, constant = 0;
    for (size_t v = 0; v < VALUES; v++)
        if (v < set->pcr_count && set->pcrs[v].index == index) {
            listed = 1;
            constant = constant || constants[set->pcrs[v].value.ptr - octets];
        }
    return listed && !(identifying && constant);
}

static _Bool identifies(const natt_pcr_set *set, natt_kind kind)
{
    if (kind == NATT_KIND_ENCLAVE)
        return lists(set, 0, 1) || lists(set, 8, 1) || (lists(set, 1, 1) && lists(set, 2, 1));
    return (lists(set, 4, 1) && lists(set, 12, 0)) || lists(set, 7, 1);
}

static _Bool set_is_usable(const natt_pcr_set *set, natt_kind kind, _Bool weak)
{
    _Bool formed = set->pcrs != NULL && set->pcr_count > 0;
    for (size_t v = 0; v < VALUES; v++)
        if (formed && v < set->pcr_count)
            formed = set->pcrs[v].index < NATT_PCR_COUNT && set->pcrs[v].value.ptr != NULL &&
                     set->pcrs[v].value.len == NATT_PCR_LEN;
    return formed && (weak || identifies(set, kind));
}

static _Bool is_usable(natt_kind kind, _Bool weak)
{
    _Bool all = policy.struct_size == sizeof policy && (policy.flags & ~1U) == 0 && policy.set_count > 0;
    for (size_t s = 0; s < SETS; s++)
        all = all && (s >= policy.set_count || set_is_usable(&sets[s], kind, weak));
    return all;
}

/* Each listed PCR is present, and one of the values that the set lists for it is equal. */
static _Bool set_is_met(size_t s)
{
    _Bool met = 1;
    for (size_t v = 0; v < VALUES; v++) {
        _Bool one = 0;
        for (size_t w = 0; w < VALUES; w++)
            one = one || (w < sets[s].pcr_count && values[s][w].index == values[s][v].index && matches[s * VALUES + w]);
        if (v < sets[s].pcr_count)
            met = met && one && pcrs[values[s][v].index].ptr != NULL;
    }
    return met;
}

int main(void)
{
    natt_error err = {NATT_OK, 0, 0, ""};
    natt_kind kind = nondet_bool() ? NATT_KIND_ENCLAVE : NATT_KIND_NITROTPM;
    _Bool weak = nondet_bool();
    size_t matched = SIZE_MAX;
    any_policy();
    bool usable = natt_policy_usable(&policy, kind, weak, &err);
    REACHABLE(usable && !weak);
    REACHABLE(!usable);
    __CPROVER_assert(usable == is_usable(kind, weak), "usable exactly if documented so");
    __CPROVER_assert(usable == (err.code == NATT_OK), "false has a code, true has none");
    if (!usable)
        return 0;
    for (size_t i = 0; i < NATT_PCR_COUNT; i++)
        pcrs[i] = (natt_bytes){nondet_bool() ? &pcr_octet : NULL, NATT_PCR_LEN};
    bool ok = natt_policy_match(&policy, pcrs, nondet_bool() ? &pcr_octet : NULL, &matched, &err);
    REACHABLE(ok && matched == 1);
    REACHABLE(!ok);
    __CPROVER_assert(ok == (set_is_met(0) || (policy.set_count > 1 && set_is_met(1))), "one set is met");
    __CPROVER_assert(!ok || (matched < policy.set_count && set_is_met(matched)), "and it is the reported one");
    __CPROVER_assert(ok == (err.code == NATT_OK), "false has a code, true has none");
    return 0;
}
