/*
 * PCR policies, checked against parsed PCRs.
 */
#ifndef NATT_VERIFY_POLICY_H
#define NATT_VERIFY_POLICY_H

#include "nitro_attest/policy.h"
#include "verify/parse/reader.h"

/* Usage: valid, not empty, and (unless allow_weak) every set identifies an image of this kind. */
bool natt_policy_usable(const natt_policy *policy, natt_kind kind, bool allow_weak, natt_error *err);

/*
 * All PCRs of one set match. pcrs: NATT_PCR_COUNT views, absent ones without pointer; base: the start for their
 * offsets, or NULL for no offsets. With a single set the error names the PCR; with several, that none matched.
 */
bool natt_policy_match(const natt_policy *policy, const natt_bytes *pcrs, const uint8_t *base, size_t *matched_set,
                       natt_error *err);

/* Every PCR of every set that does not match; the first `capacity` into out. Returns their number. */
size_t natt_policy_differences(natt_pcr_difference *out, size_t capacity, const natt_policy *policy,
                               const natt_bytes *pcrs);

#endif
