/*
 * PCR policies: the measurements that identify trusted code.
 */
#ifndef NITRO_ATTEST_POLICY_H
#define NITRO_ATTEST_POLICY_H

#include "base.h"
#include "document.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One accepted value of one PCR. Several entries of one set with the same index are alternatives. */
typedef struct natt_pcr_value {
    uint32_t index;   /* 0..31 */
    natt_bytes value; /* 48 bytes; zeros are compared like any value and are not a wildcard */
} natt_pcr_value;

/* Identifies, for example, one image: each listed PCR must be present and have one of its listed values. */
typedef struct natt_pcr_set {
    const char *name; /* for messages; may be NULL */
    const natt_pcr_value *pcrs;
    size_t pcr_count; /* at least 1 */
} natt_pcr_set;

#define NATT_POLICY_ALLOW_DEBUG 0x0001u /* natt_policy_check accepts the result of a debug enclave */

/* A list of sets. All PCRs of one set must match; values of different sets are never combined. */
typedef struct natt_policy {
    size_t struct_size; /* sizeof(natt_policy) */
    const natt_pcr_set *sets;
    size_t set_count; /* at least 1: an empty policy is a usage error */
    uint32_t flags;   /* NATT_POLICY_*; natt_verify ignores them and reads NATT_ALLOW_DEBUG in its options */
} natt_policy;

#define NATT_POLICY_INIT                                                                                               \
    {                                                                                                                  \
        sizeof(natt_policy), NULL, 0, 0                                                                                \
    }

/* A PCR of a set that does not match. */
typedef struct natt_pcr_difference {
    size_t set;            /* index into natt_policy.sets */
    uint32_t index;        /* of the PCR, 0..31 */
    bool present;          /* false: the document has no such PCR */
    uint8_t actual[48];    /* the document's value; zero when absent */
    natt_bytes expected;   /* the first value that the set lists for this PCR; a view into the policy */
    size_t expected_count; /* how many values the set lists for this PCR */
} natt_pcr_difference;

/*
 * True: the policy is valid for documents of this kind. It is not empty, and every set identifies an image (enclave:
 * PCR0, or PCR8, or PCR1 with PCR2; NitroTPM: PCR4 with PCR12, or PCR7 of Secure Boot). A value that every instance has
 * identifies nothing: all zero, all ones, PCR2 of an image without an application, PCR7 with Secure Boot off, and the
 * others in docs/RULES.md. With PCR4, PCR12 may be zero: the instance booted without a kernel command line.
 * policy  read during the call only.
 * kind    ENCLAVE or NITROTPM: the kind of documents that the policy applies to.
 * err     may be NULL. Codes NATT_E_USAGE_POLICY_*, NATT_E_USAGE_KIND, NATT_E_USAGE_FLAGS, NATT_E_USAGE_STRUCT_SIZE,
 *         NATT_E_USAGE_ARGUMENT;
 *         item is the set.
 * PCR7 of a NitroTPM identifies the keys that sign the boot chain, not one image: all images that these keys sign have
 * the same PCR7.
 * Cost: one pass over the values. Threads: any number at once. Source: AWS user guides, "PCRs", "Attestable AMI".
 */
NATT_API NATT_MUST_CHECK bool natt_policy_validate(const natt_policy *policy, natt_kind kind, natt_error *err);

#ifdef __cplusplus
}
#endif
#endif
