/* PCR policies: R-USAGE-15 to R-USAGE-19 as they concern policies, R-POLICY-01 to R-POLICY-03. */
#include "verify/rules/policy.h"
#include "verify/test/genuine.h"
#include "verify/test/support.h"
#include "verify/verify.h"

static const uint8_t zero[48], one[48] = {1}, two[48] = {[47] = 2};

#define PIN(index, bytes)                                                                                              \
    {                                                                                                                  \
        index,                                                                                                         \
        {                                                                                                              \
            bytes, 48                                                                                                  \
        }                                                                                                              \
    }
#define MAX_PINS 4

static bool usable(const natt_pcr_value *pcrs, size_t count, natt_kind kind, bool allow_weak, natt_error *err)
{
    natt_pcr_set set = {"s", pcrs, count};
    natt_policy policy = {sizeof policy, &set, 1};
    *err = (natt_error)BLANK_ERROR;
    return natt_policy_usable(&policy, kind, allow_weak, err);
}

Test(policy, validate_accepts_a_strong_policy)
{
    static const natt_pcr_value pcr0[] = {PIN(0, one)}, pcr7[] = {PIN(7, one)};
    static const natt_pcr_set enclave[] = {{"a", pcr0, 1}, {NULL, pcr0, 1}}, tpm = {"t", pcr7, 1};
    natt_policy policy = NATT_POLICY_INIT;
    natt_error err = {NATT_E_DER_TAG, 1, 1, "old"};
    policy.sets = enclave;
    policy.set_count = 2;
    cr_assert(natt_policy_validate(&policy, NATT_KIND_ENCLAVE, &err));
    assert_refused(err, NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert(natt_policy_validate(&policy, NATT_KIND_ENCLAVE, NULL));
    policy = (natt_policy){sizeof policy, &tpm, 1};
    cr_assert(natt_policy_validate(&policy, NATT_KIND_NITROTPM, &err));
}

Test(policy, validate_refused_when_there_is_no_policy)
{
    natt_error err = BLANK_ERROR;
    cr_assert_not(natt_policy_validate(NULL, NATT_KIND_ENCLAVE, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_not(natt_policy_validate(NULL, NATT_KIND_ENCLAVE, NULL));
}

Test(policy, validate_refused_when_kind_is_neither)
{
    static const natt_pcr_value pcr0 = PIN(0, one);
    static const natt_pcr_set set = {"s", &pcr0, 1};
    static const int kinds[] = {NATT_KIND_OTHER, 3, -1};
    natt_policy policy = {sizeof policy, &set, 1};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        natt_error err;
        cr_assert_not(natt_policy_validate(&policy, (natt_kind)kinds[i], &err));
        assert_refused(err, NATT_E_USAGE_KIND, NATT_NO_ITEM, NATT_NO_OFFSET);
    }
}

Test(policy, validate_refused_when_struct_size_is_another)
{
    static const size_t sizes[] = {0, 1, sizeof(natt_policy) - 1, sizeof(natt_policy) + 1, SIZE_MAX};
    static const natt_pcr_value pcr0 = PIN(0, one);
    static const natt_pcr_set set = {"s", &pcr0, 1};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        natt_policy policy = {sizes[i], &set, 1};
        natt_error err;
        cr_assert_not(natt_policy_validate(&policy, NATT_KIND_ENCLAVE, &err), "size %zu", sizes[i]);
        assert_refused(err, NATT_E_USAGE_STRUCT_SIZE, NATT_NO_ITEM, NATT_NO_OFFSET);
    }
}

/* Not even if weak policies are allowed. */
Test(policy, empty_never_passes)
{
    static const natt_pcr_value pcr0 = PIN(0, one);
    static const natt_pcr_set good = {"good", &pcr0, 1};
    static const natt_pcr_set sets[][2] = {
        {{"e", &pcr0, 0}}, {{"e", NULL, 1}}, {{"e", NULL, 0}}, {{"good", &pcr0, 1}, {"e", &pcr0, 0}}};
    const struct {
        const natt_pcr_set *sets;
        size_t count;
        uint32_t item;
    } rows[] = {
        {NULL, 0, NATT_NO_ITEM}, {NULL, 1, NATT_NO_ITEM}, {&good, 0, NATT_NO_ITEM}, {&good, UINT32_MAX, NATT_NO_ITEM},
        {sets[0], 1, 0},         {sets[1], 1, 0},         {sets[2], 1, 0},          {sets[3], 2, 1}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (int allow_weak = 0; allow_weak <= 1; allow_weak++) {
            natt_policy policy = {sizeof policy, rows[i].sets, rows[i].count};
            natt_error err = BLANK_ERROR;
            cr_assert_not(natt_policy_usable(&policy, NATT_KIND_ENCLAVE, allow_weak == 1, &err), "row %zu", i);
            assert_refused(err, NATT_E_USAGE_POLICY_EMPTY, rows[i].item, NATT_NO_OFFSET);
        }
}

/* A number of PCRs larger than an item can represent is refused before any PCR is read. */
Test(policy, pcr_count_bounded_by_what_an_item_can_say)
{
    static const natt_pcr_value pcr0 = PIN(0, one);
    for (int i = 0; i < 2; i++) {
        natt_pcr_set set = {"s", &pcr0, i == 0 ? UINT32_MAX : SIZE_MAX};
        natt_policy policy = {sizeof policy, &set, 1};
        natt_error err = BLANK_ERROR;
        cr_assert_not(natt_policy_usable(&policy, NATT_KIND_ENCLAVE, true, &err));
        assert_refused(err, NATT_E_USAGE_POLICY_EMPTY, 0, NATT_NO_OFFSET);
    }
}

/* The first set is empty: it is checked only if the number of sets is possible. */
Test(policy, set_count_bounded_by_what_an_item_can_say)
{
    static const natt_pcr_set empty = {"e", NULL, 0};
    static const struct {
        size_t count;
        uint32_t item;
    } rows[] = {
        {1, 0}, {UINT32_MAX - 2u, 0}, {UINT32_MAX - 1u, 0}, {UINT32_MAX, NATT_NO_ITEM}, {SIZE_MAX, NATT_NO_ITEM}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_policy policy = {sizeof policy, &empty, rows[i].count};
        natt_error err = BLANK_ERROR;
        cr_assert_not(natt_policy_usable(&policy, NATT_KIND_ENCLAVE, true, &err), "%zu sets", rows[i].count);
        assert_refused(err, NATT_E_USAGE_POLICY_EMPTY, rows[i].item, NATT_NO_OFFSET);
    }
}

Test(policy, pcr_index_bounded_when_32)
{
    for (uint32_t index = 30; index <= 32; index++) {
        const natt_pcr_value pcrs[] = {PIN(0, one), PIN(index, one)};
        natt_error err;
        cr_assert_eq(usable(pcrs, 2, NATT_KIND_ENCLAVE, false, &err), index <= 31, "%u", (unsigned)index);
        if (index > 31)
            assert_refused(err, NATT_E_USAGE_POLICY_PCR, 0, NATT_NO_OFFSET);
    }
}

Test(policy, pcr_refused_when_index_or_value_cannot_be_read)
{
    static const uint8_t long_value[49] = {1};
    static const natt_pcr_value rows[] = {
        {0, {long_value, 47}}, {0, {long_value, 49}},  {0, {long_value, 0}},    {0, {NULL, 48}},
        {0, {NULL, 0}},        {33, {long_value, 48}}, {256, {long_value, 48}}, {UINT32_MAX, {long_value, 48}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const natt_pcr_value pcr0 = PIN(0, one), bad[] = {PIN(0, one), rows[i]};
        const natt_pcr_set sets[] = {{"good", &pcr0, 1}, {"bad", bad, 2}};
        natt_policy policy = {sizeof policy, sets, 2};
        natt_error err = BLANK_ERROR;
        cr_assert_not(natt_policy_usable(&policy, NATT_KIND_ENCLAVE, true, &err), "row %zu", i);
        assert_refused(err, NATT_E_USAGE_POLICY_PCR, 1, NATT_NO_OFFSET);
    }
}

struct pins_row {
    const char *name;
    size_t count;
    natt_pcr_value pcrs[MAX_PINS];
};

static const struct pins_row strong_enclave[] = {
    {"PCR0", 1, {PIN(0, one)}},
    {"PCR0 last byte only", 1, {PIN(0, two)}},
    {"PCR8", 1, {PIN(8, one)}},
    {"PCR1 and PCR2", 2, {PIN(2, one), PIN(1, two)}},
    {"PCR0 alternatives", 2, {PIN(0, one), PIN(0, two)}},
    {"PCR0, and PCR3 zero", 2, {PIN(0, one), PIN(3, zero)}},
    {"PCR8, and PCR0 zero", 2, {PIN(0, zero), PIN(8, one)}},
    {"PCR1 and PCR2, PCR0 zero", 3, {PIN(0, zero), PIN(1, one), PIN(2, one)}},
};

static const struct pins_row weak_enclave[] = {
    {"PCR1", 1, {PIN(1, one)}},
    {"PCR2", 1, {PIN(2, one)}},
    {"PCR3 and PCR4", 2, {PIN(3, one), PIN(4, one)}},
    {"all a debug enclave has", 3, {PIN(0, zero), PIN(1, zero), PIN(2, zero)}},
    {"PCR0 zero", 1, {PIN(0, zero)}},
    {"PCR8 zero, unsigned", 1, {PIN(8, zero)}},
    {"PCR0 or zero", 2, {PIN(0, one), PIN(0, zero)}},
    {"zero or PCR0", 2, {PIN(0, zero), PIN(0, one)}},
    {"PCR8 or zero", 2, {PIN(8, one), PIN(8, zero)}},
    {"PCR1, PCR2 zero", 2, {PIN(1, one), PIN(2, zero)}},
    {"PCR1 zero, PCR2", 2, {PIN(1, zero), PIN(2, one)}},
    {"PCR1, PCR2 or zero", 3, {PIN(1, one), PIN(2, one), PIN(2, zero)}},
    {"what pins a NitroTPM", 3, {PIN(4, one), PIN(12, one), PIN(7, one)}},
};

static const struct pins_row strong_nitrotpm[] = {
    {"PCR7", 1, {PIN(7, one)}},
    {"PCR4 and PCR12", 2, {PIN(4, one), PIN(12, one)}},
    {"PCR4, and PCR12 zero: no command line", 2, {PIN(4, one), PIN(12, zero)}},
    {"PCR7, and PCR4 zero", 2, {PIN(7, one), PIN(4, zero)}},
    {"PCR4 alternatives and PCR12", 3, {PIN(4, one), PIN(12, one), PIN(4, two)}},
};

static const struct pins_row weak_nitrotpm[] = {
    {"PCR4", 1, {PIN(4, one)}},
    {"PCR12", 1, {PIN(12, one)}},
    {"PCR4 zero, PCR12", 2, {PIN(4, zero), PIN(12, one)}},
    {"PCR7 zero", 1, {PIN(7, zero)}},
    {"PCR7 or zero", 2, {PIN(7, one), PIN(7, zero)}},
    {"PCR4 or zero, PCR12", 3, {PIN(4, one), PIN(4, zero), PIN(12, one)}},
    {"what pins an enclave", 4, {PIN(0, one), PIN(1, one), PIN(2, one), PIN(8, one)}},
};

static void assert_strength(const struct pins_row *rows, size_t count, natt_kind kind, bool strong)
{
    for (size_t i = 0; i < count; i++) {
        natt_error err;
        cr_assert_eq(usable(rows[i].pcrs, rows[i].count, kind, false, &err), strong, "%s", rows[i].name);
        if (!strong)
            assert_refused_as(rows[i].name, err, NATT_E_USAGE_POLICY_WEAK, 0, NATT_NO_OFFSET);
        cr_assert(usable(rows[i].pcrs, rows[i].count, kind, true, &err), "%s, weak allowed", rows[i].name);
    }
}

Test(policy, usable_when_a_set_pins_an_enclave)
{
    assert_strength(strong_enclave, COUNT_OF(strong_enclave), NATT_KIND_ENCLAVE, true);
}

Test(policy, weak_refused_when_no_enclave_is_pinned)
{
    assert_strength(weak_enclave, COUNT_OF(weak_enclave), NATT_KIND_ENCLAVE, false);
}

Test(policy, usable_when_a_set_pins_a_nitrotpm)
{
    assert_strength(strong_nitrotpm, COUNT_OF(strong_nitrotpm), NATT_KIND_NITROTPM, true);
}

Test(policy, weak_refused_when_no_nitrotpm_is_pinned)
{
    assert_strength(weak_nitrotpm, COUNT_OF(weak_nitrotpm), NATT_KIND_NITROTPM, false);
}

/* One strong set does not carry a weak one. */
Test(policy, weak_refused_when_one_set_of_several_is_weak)
{
    static const natt_pcr_value pcr0 = PIN(0, one), pcr1 = PIN(1, one);
    static const natt_pcr_set sets[] = {{"a", &pcr0, 1}, {"b", &pcr0, 1}, {"c", &pcr1, 1}};
    natt_policy policy = {sizeof policy, sets, 3};
    natt_error err;
    cr_assert_not(natt_policy_validate(&policy, NATT_KIND_ENCLAVE, &err));
    assert_refused(err, NATT_E_USAGE_POLICY_WEAK, 2, NATT_NO_OFFSET);
    policy.set_count = 2;
    cr_assert(natt_policy_validate(&policy, NATT_KIND_ENCLAVE, &err));
}

/* A document's PCRs: 0 is one, 1 is two, 2 is zero, 31 is one; no other is there. */
static uint8_t document[32 * 48];
static natt_bytes pcrs[NATT_PCR_COUNT];

static void set_up(void)
{
    static const struct {
        uint32_t index;
        const uint8_t *value;
    } present[] = {{0, one}, {1, two}, {2, zero}, {31, one}};
    memset(pcrs, 0, sizeof pcrs);
    for (size_t i = 0; i < COUNT_OF(present); i++) {
        uint8_t *at = document + 48 * (size_t)present[i].index;
        memcpy(at, present[i].value, 48);
        pcrs[present[i].index] = (natt_bytes){at, 48};
    }
}

TestSuite(policy, .init = set_up);

static bool match(const natt_pcr_set *sets, size_t count, size_t *matched, natt_error *err)
{
    natt_policy policy = {sizeof policy, sets, count};
    *err = (natt_error)BLANK_ERROR;
    *matched = 77;
    return natt_policy_match(&policy, pcrs, document, matched, err);
}

static const struct pins_row matching[] = {
    {"one PCR", 1, {PIN(0, one)}},
    {"the last PCR", 1, {PIN(31, one)}},
    {"several", 4, {PIN(31, one), PIN(0, one), PIN(1, two), PIN(2, zero)}},
    {"zero for a zero PCR", 1, {PIN(2, zero)}},
    {"first alternative", 2, {PIN(0, one), PIN(0, two)}},
    {"second alternative", 2, {PIN(0, two), PIN(0, one)}},
    {"alternatives far apart", 3, {PIN(0, two), PIN(1, two), PIN(0, one)}},
    {"said twice", 2, {PIN(0, one), PIN(0, one)}},
};

Test(policy, match_accepts_when_every_pcr_has_a_listed_value)
{
    for (size_t i = 0; i < COUNT_OF(matching); i++) {
        natt_pcr_set set = {NULL, matching[i].pcrs, matching[i].count};
        natt_error err;
        size_t matched;
        cr_assert(match(&set, 1, &matched, &err) && matched == 0, "%s", matching[i].name);
        assert_no_error(matching[i].name, err);
    }
}

struct mismatch_row {
    struct pins_row pins;
    uint32_t pcr;
};

static const struct mismatch_row absent[] = {
    {{"absent", 1, {PIN(3, one)}}, 3},
    {{"absent, zero asked for", 1, {PIN(8, zero)}}, 8},
    {{"absent after a match", 2, {PIN(0, one), PIN(30, one)}}, 30},
    {{"absent before a match", 2, {PIN(5, one), PIN(31, one)}}, 5},
    {{"absent in all alternatives", 3, {PIN(4, one), PIN(4, two), PIN(4, zero)}}, 4},
};

Test(policy, match_refused_when_a_pcr_is_absent)
{
    for (size_t i = 0; i < COUNT_OF(absent); i++) {
        const struct pins_row *p = &absent[i].pins;
        natt_pcr_set set = {NULL, p->pcrs, p->count};
        natt_error err;
        size_t matched;
        cr_assert_not(match(&set, 1, &matched, &err), "%s", p->name);
        assert_refused_as(p->name, err, NATT_E_POLICY_PCR_ABSENT, absent[i].pcr, NATT_NO_OFFSET);
        cr_assert_eq(matched, 77);
    }
}

static const struct mismatch_row differing[] = {
    {{"the right value after the list", 1, {PIN(0, two), PIN(0, one)}}, 0},
    {{"another value", 1, {PIN(0, two)}}, 0},
    {{"zero is not a wildcard", 1, {PIN(0, zero)}}, 0},
    {{"a zero PCR is not anything", 1, {PIN(2, one)}}, 2},
    {{"none of the alternatives", 3, {PIN(1, one), PIN(1, zero), PIN(1, one)}}, 1},
    {{"value of another PCR", 2, {PIN(0, one), PIN(1, one)}}, 1},
    {{"the last PCR", 2, {PIN(0, one), PIN(31, two)}}, 31},
};

Test(policy, match_refused_when_a_pcr_has_another_value)
{
    for (size_t i = 0; i < COUNT_OF(differing); i++) {
        const struct pins_row *p = &differing[i].pins;
        natt_pcr_set set = {NULL, p->pcrs, p->count};
        natt_error err;
        size_t matched;
        cr_assert_not(match(&set, 1, &matched, &err), "%s", p->name);
        assert_refused_as(p->name, err, NATT_E_POLICY_PCR_MISMATCH, differing[i].pcr, 48u * differing[i].pcr);
        cr_assert_eq(matched, 77);
    }
}

Test(policy, match_compares_every_byte)
{
    for (size_t i = 0; i < 48; i++) {
        uint8_t value[48];
        memcpy(value, one, 48);
        value[i] ^= 0x80;
        const natt_pcr_value pcr0 = PIN(0, value);
        natt_pcr_set set = {NULL, &pcr0, 1};
        natt_error err;
        size_t matched;
        cr_assert_not(match(&set, 1, &matched, &err), "byte %zu", i);
        assert_refused(err, NATT_E_POLICY_PCR_MISMATCH, 0, 0);
    }
}

Test(policy, match_names_the_first_set_that_holds)
{
    static const natt_pcr_value good[] = {PIN(0, one)}, bad[] = {PIN(0, two)};
    static const natt_pcr_set sets[] = {{"a", bad, 1}, {"b", good, 1}, {"c", good, 1}};
    natt_error err;
    size_t matched;
    cr_assert(match(sets, 3, &matched, &err) && matched == 1);
    assert_no_error("a set that does not match is not an error", err);
}

/* The document has PCR0 of the first set and PCR1 of the second. */
Test(policy, match_refused_when_sets_would_have_to_be_mixed)
{
    static const natt_pcr_value a[] = {PIN(0, one), PIN(1, one)}, b[] = {PIN(0, two), PIN(1, two)};
    static const natt_pcr_set sets[] = {{"a", a, 2}, {"b", b, 2}};
    natt_error err;
    size_t matched;
    cr_assert_not(match(sets, 2, &matched, &err));
    assert_refused(err, NATT_E_POLICY_NO_SET, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_eq(matched, 77);
}

Test(policy, match_refused_without_offset_when_there_is_no_base)
{
    static const natt_pcr_value bad[] = {PIN(1, one)};
    static const natt_pcr_set set = {"a", bad, 1};
    natt_policy policy = {sizeof policy, &set, 1};
    natt_error err = BLANK_ERROR;
    size_t matched;
    cr_assert_not(natt_policy_match(&policy, pcrs, NULL, &matched, &err));
    assert_refused(err, NATT_E_POLICY_PCR_MISMATCH, 1, NATT_NO_OFFSET);
}

static const natt_pcr_value zero_pcr0 = PIN(0, zero), one_pcr0 = PIN(0, one);
static const natt_pcr_set zero_set = {"zero", &zero_pcr0, 1}, one_set = {"one", &one_pcr0, 1};

static void assert_no_result(const natt_verified *v, const char *name)
{
    static const natt_pcr_set *const sets[] = {&zero_set, &one_set};
    for (size_t i = 0; i < COUNT_OF(sets); i++) {
        natt_policy policy = {sizeof policy, sets[i], 1};
        natt_error err;
        cr_assert_not(natt_policy_check(v, &policy, &err), "%s", name);
        assert_refused_as(name, err, NATT_E_USAGE_RESULT, NATT_NO_ITEM, NATT_NO_OFFSET);
        cr_assert_not(natt_policy_check(v, &policy, NULL), "%s", name);
    }
}

/* Each of these has PCR0 = one, or zero where all is zero, and must not get as far as looking at it. */
Test(policy, check_refused_when_no_verification_made_the_result)
{
    static natt_verified v;
    assert_no_result(&v, "all zero");
    v = (natt_verified)NATT_VERIFIED_INIT;
    assert_no_result(&v, "initialised");
    v.kind = NATT_KIND_ENCLAVE;
    v.pcr_mask = 1;
    memcpy(v.pcrs[0], one, 48);
    assert_no_result(&v, "made by hand");
    v.seal = 1;
    assert_no_result(&v, "with a seal of 1");
    for (unsigned byte = 1; byte < 256; byte++) {
        memset(&v, (int)byte, sizeof v);
        assert_no_result(&v, "one byte repeated");
        v.struct_size = sizeof v;
        assert_no_result(&v, "one byte repeated, of the right size");
    }
}

Test(policy, check_refused_when_the_verification_failed)
{
    natt_verified v = NATT_VERIFIED_INIT;
    natt_options opt = NATT_OPTIONS_INIT;
    memset((uint8_t *)&v + sizeof v.struct_size, 0x5a, sizeof v - sizeof v.struct_size);
    cr_assert_not(natt_verify(&v, (natt_bytes){document, sizeof document}, &opt, NULL, NULL));
    assert_no_result(&v, "failed");
}

Test(policy, check_refused_when_an_argument_is_missing)
{
    static const natt_verified v = NATT_VERIFIED_INIT;
    natt_policy policy = {sizeof policy, &one_set, 1};
    natt_error err = BLANK_ERROR;
    cr_assert_not(natt_policy_check(NULL, &policy, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_not(natt_policy_check(&v, NULL, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
}
