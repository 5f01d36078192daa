/*
 * The flags of Wycheproof's ECDSA sets, each with the groups of our own cases that cover the same class of fault, so
 * that the tests cover as much without Wycheproof. A group is a function of gen-edge-vectors or gen-signature-vectors.
 */
#ifndef NATT_VERIFY_CRYPTO_TEST_WYCHEPROOF_FLAGS_H
#define NATT_VERIFY_CRYPTO_TEST_WYCHEPROOF_FLAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "verify/crypto/test/edge_cases.h"
#include "verify/crypto/test/signature_table.h"

struct flag_groups {
    const char *flag;
    bool valid, invalid; /* both Wycheproof and the groups have such cases for this flag */
    const char *groups[6];
};

static const struct flag_groups flag_groups[] = {
    {"ArithmeticError", true, true, {"extreme_scalars", "x_above_order", "x_must_not_wrap", "colliding_points"}},
    {"BerEncodedSignature", false, true, {"ber_lengths"}},
    {"EdgeCasePublicKey", true, false, {"public_keys", "keys"}},
    {"EdgeCaseShamirMultiplication", true, false, {"joint_sums"}},
    {"IntegerOverflow", false, true, {"moved_numbers", "out_of_range"}},
    {"InvalidEncoding", false, true, {"wrong_lengths", "missing_zero"}},
    {"InvalidSignature", false, true, {"special_values", "special_numbers"}},
    {"InvalidTypesInSignature", false, true, {"wrong_types"}},
    {"MissingZero", false, true, {"missing_zero"}},
    {"ModifiedInteger", false, true, {"moved_numbers", "special_values"}},
    {"ModifiedSignature", false, true, {"changed_structure", "wrong_lengths", "wrong_types"}},
    {"ModularInverse", true, false, {"inverses"}},
    {"PointDuplication", true, true, {"colliding_points"}},
    {"RangeCheck", false, true, {"out_of_range", "moved_numbers"}},
    {"SignatureSize", false, true, {"sizes"}},
    {"SmallRandS", true, true, {"small_r_and_s", "sizes"}},
    {"SpecialCaseHash", true, false, {"digests", "extreme_scalars"}},
    {"ValidSignature", true, false, {"ordinary", "valid_forms", "x_small_and_large"}},
};

static inline const struct flag_groups *flag_find(const char *flag)
{
    for (size_t i = 0; i < sizeof flag_groups / sizeof flag_groups[0]; i++)
        if (strcmp(flag_groups[i].flag, flag) == 0)
            return &flag_groups[i];
    return NULL;
}

/* The number of cases in a group with this result. */
static inline size_t flag_group_count(const char *group, bool holds)
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof edge_cases / sizeof edge_cases[0]; i++)
        count += strcmp(edge_cases[i].group, group) == 0 && edge_cases[i].holds == holds;
    for (size_t i = 0; i < sizeof form_cases / sizeof form_cases[0]; i++)
        count += strcmp(form_cases[i].group, group) == 0 && form_cases[i].holds == holds;
    return count;
}

#endif
