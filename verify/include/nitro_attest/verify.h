/*
 * Verification: is this document genuine, and does it meet the caller's requirements?
 */
#ifndef NITRO_ATTEST_VERIFY_H
#define NITRO_ATTEST_VERIFY_H

#include "base.h"
#include "cache.h"
#include "document.h"
#include "policy.h"

#ifdef __cplusplus
extern "C" {
#endif

/* UNSET, 0 and UNLIMITED differ. An overflow or a failed conversion of a number cannot result in these values. */
#define NATT_UNSET_MS     UINT64_C(0x8000000000000001)
#define NATT_UNLIMITED_MS UINT64_C(0x8000000000000002)

typedef enum natt_time_mode {
    NATT_TIME_UNSET = 0, /* usage error */
    NATT_TIME_NOW,       /* certificates must be valid at now_ms, and the document at most max_age_ms old */
    NATT_TIME_ARCHIVE    /* certificates must be valid at the document's own time only: integrity, no freshness */
} natt_time_mode;

/* Size limits of public_key, user_data and nonce, in bytes. */
typedef enum natt_limits {
    NATT_LIMITS_DEFAULT = 0, /* 0 to 4096 each, the limit of the device */
    NATT_LIMITS_AWS_1024,    /* 0 to 1024 each, AWS's format definition */
    NATT_LIMITS_AWS_512      /* public_key 1 to 1024, the others 0 to 512, AWS's section on checking content */
} natt_limits;

typedef enum natt_nonce_mode {
    NATT_NONCE_UNSET = 0, /* usage error */
    NATT_NONCE_EXACT,     /* the document's nonce must equal these bytes, at least one */
    NATT_NONCE_NOT_USED   /* freshness depends on time only; a nonce in the document is ignored */
} natt_nonce_mode;

typedef enum natt_expect_mode {
    NATT_EXPECT_ANY = 0, /* not compared; the result contains the value, and the caller must check it */
    NATT_EXPECT_EXACT,   /* present and equal, byte for byte; an empty value matches only a present, empty field */
    NATT_EXPECT_ABSENT   /* omitted or null */
} natt_expect_mode;

typedef struct natt_expectation {
    natt_expect_mode mode;
    natt_bytes value; /* for EXACT */
} natt_expectation;

typedef enum natt_deny_type {
    NATT_DENY_UNSET = 0,          /* usage error */
    NATT_DENY_SERIAL,             /* value = serial number, big-endian, compared as an integer */
    NATT_DENY_CERTIFICATE_SHA256, /* value = SHA-256 of the certificate; also matches its twin with n - s */
    NATT_DENY_SPKI_SHA256         /* value = SHA-256 of the SubjectPublicKeyInfo */
} natt_deny_type;

typedef struct natt_deny_entry {
    natt_deny_type type;
    natt_bytes issuer; /* for SERIAL: the issuer's Name in DER, compared byte for byte, or absent = any; else absent */
    natt_bytes value;
} natt_deny_entry;

#define NATT_ALLOW_DEBUG            0x0001u /* accept debug enclaves, whose memory the host can read */
#define NATT_ALLOW_UNKNOWN_FIELDS   0x0002u /* skip fields that AWS does not list */
#define NATT_ALLOW_WEAK_POLICY      0x0004u /* accept policy sets that do not identify an image */
#define NATT_INSECURE_NO_PCR_POLICY 0x0008u /* do not check PCRs: every image of every AWS account passes */
#define NATT_REQUIRE_MODULE_BINDING 0x0010u /* the names of leaf and instance certificate must contain module_id */

/*
 * What to require. Start from NATT_OPTIONS_INIT and set at least: roots, time_mode, now_ms, max_age_ms (NOW mode),
 * nonce_mode, and policy or NATT_INSECURE_NO_PCR_POLICY: security-critical options have no defaults.
 * The memory that the options point to must not change during the call. It may be part of the result of an earlier
 * call, even if that result is the `out` of this call.
 */
typedef struct natt_options {
    size_t struct_size;      /* sizeof(natt_options) */
    const natt_bytes *roots; /* DER certificates: all trusted roots */
    size_t root_count;
    natt_kind kind;
    natt_time_mode time_mode;
    uint64_t now_ms;        /* current time, milliseconds since 1970 UTC; required in both modes */
    uint64_t max_age_ms;    /* NOW mode: maximum age, to NATT_MAX_TIME_MS, or NATT_UNLIMITED_MS; ARCHIVE mode: unset */
    uint64_t max_future_ms; /* how far the timestamp may be after now_ms; at most one hour */
    uint64_t not_before_leeway_ms, not_after_leeway_ms; /* extend certificates' validity; at most one hour each */
    natt_nonce_mode nonce_mode;
    natt_bytes nonce;
    natt_expectation user_data, public_key;
    natt_bytes module_id, region; /* absent = any */
    const natt_policy *policy;
    natt_limits limits;
    uint32_t flags;           /* NATT_ALLOW_*, NATT_INSECURE_*, NATT_REQUIRE_* */
    uint32_t required_checks; /* NATT_CHECKED_*: true means that these were performed; 0 = those of the options */
    const natt_deny_entry *deny;
    size_t deny_count;
} natt_options;

/* clang-format off */
#define NATT_OPTIONS_INIT {                                                                                           \
    sizeof(natt_options), NULL, 0, NATT_KIND_ENCLAVE, NATT_TIME_UNSET, NATT_UNSET_MS, NATT_UNSET_MS, 0, 0, 0,         \
    NATT_NONCE_UNSET, {NULL, 0}, {NATT_EXPECT_ANY, {NULL, 0}}, {NATT_EXPECT_ANY, {NULL, 0}},                          \
    {NULL, 0}, {NULL, 0}, NULL, NATT_LIMITS_DEFAULT, 0, 0, NULL, 0}
/* clang-format on */

/*
 * The checks that a verification performed, or that a caller requires. CHAIN, SIGNATURE and TIMESTAMP are always
 * performed.
 *
 * They are bits of natt_verified.checks and natt_options.required_checks.
 * natt_options.required_checks lists the checks that a caller relies on. If the options do not perform one of them for
 * every document, the call fails before it reads the document: NATT_E_USAGE_CHECKS, with the number of the first such
 * bit as item.
 * ARCHIVE mode performs neither NOW nor AGE; an unlimited max_age_ms does not perform AGE; NATT_NONCE_NOT_USED does not
 * perform NONCE; NATT_ALLOW_DEBUG and NitroTPM documents do not perform PRODUCTION; only NATT_REQUIRE_MODULE_BINDING
 * performs MODULE_BINDING.
 */
#define NATT_CHECKED_CHAIN          0x0001u /* chain rules and all signatures under a trusted root */
#define NATT_CHECKED_SIGNATURE      0x0002u /* the document's own signature */
#define NATT_CHECKED_TIMESTAMP      0x0004u /* timestamp inside every certificate's validity */
#define NATT_CHECKED_NOW            0x0008u /* every certificate valid now */
#define NATT_CHECKED_AGE            0x0010u /* age within a finite maximum, and timestamp not in the future */
#define NATT_CHECKED_NONCE          0x0020u /* nonce equal to the expected one */
#define NATT_CHECKED_USER_DATA      0x0040u /* as expected, or absent as expected */
#define NATT_CHECKED_PUBLIC_KEY     0x0080u /* as expected, or absent as expected */
#define NATT_CHECKED_PCRS           0x0100u /* a set of the policy matched */
#define NATT_CHECKED_PRODUCTION     0x0200u /* not a debug enclave (enclave documents only) */
#define NATT_CHECKED_MODULE_BINDING 0x0400u /* the certificates' names contain module_id */
#define NATT_CHECKED_MODULE_ID      0x0800u /* as expected */
#define NATT_CHECKED_REGION         0x1000u /* as expected */
#define NATT_CHECKED_DENY           0x2000u /* no certificate is on the (non-empty) deny list */

#define NATT_MAX_NAME 96 /* bytes kept of a commonName or region; X.520 allows 64 */

typedef struct natt_verified_certificate {
    /* The subject's commonName in UTF-8: escape it before printing. A name of more than 96 bytes is truncated at a
     * character: do not compare truncated names. */
    char common_name[NATT_MAX_NAME + 1];
    int64_t not_before, not_after; /* seconds since 1970, both inclusive */
} natt_verified_certificate;

/*
 * The content of a verified document. All members are copies, except for the three views at the end. They point into
 * the document and become invalid when its memory is freed or reused. A caller that needs them longer copies them, and
 * can check a copy later with natt_verified_check_field.
 * Only natt_verify fills it in. Later checks refuse a zeroed or changed result, and one that natt_verify did not make.
 * public_key, user_data and nonce are the values that the enclave's program passed to its NSM. With NATT_EXPECT_ANY
 * natt_verify does not compare them: they are authentic, but the caller must check what they mean. A public_key may not
 * be a key.
 */
typedef struct natt_verified {
    size_t struct_size; /* sizeof(natt_verified), set by the caller (NATT_VERIFIED_INIT) */
    uint64_t seal;      /* private: a checksum over all other members, not a secret */
    natt_kind kind;
    bool debug;                   /* enclave: PCR0, PCR1 or PCR2 absent or all zero */
    uint32_t checks;              /* NATT_CHECKED_* */
    uint32_t unknown_fields;      /* number of skipped fields */
    uint32_t cached_certificates; /* certificates verified by an earlier call with the same cache */
    uint64_t timestamp_ms;
    int64_t earliest_expiry; /* seconds since 1970: the earliest notAfter in the chain */
    uint32_t pcr_mask;       /* bit n: PCR n is present */
    uint8_t pcrs[NATT_PCR_COUNT][NATT_PCR_LEN];
    char module_id[NATT_MAX_MODULE_ID + 1];
    char instance_id[NATT_MAX_MODULE_ID + 1]; /* the part of module_id before -enc or -tpm */
    char region[NATT_MAX_NAME + 1];           /* from the certificates' names; "" if these do not contain module_id */
    /* SHA-384 of the Sig_structure: equal for every encoding of one document; use it as the key of a replay store */
    uint8_t canonical_id[48];
    uint8_t root_sha256[32];
    size_t root_index;  /* index into natt_options.roots */
    size_t matched_set; /* index into natt_policy.sets; SIZE_MAX if no policy was checked */
    size_t chain_count; /* certificates, root first, leaf last */
    natt_verified_certificate chain[NATT_MAX_CHAIN];
    uint8_t public_key_sha384[48], user_data_sha384[48], nonce_sha384[48]; /* of the three views; zero if absent */
    natt_bytes public_key, user_data, nonce;
} natt_verified;

/* Initializer of a natt_verified; the caller sets no other member. */
/* clang-format off */
#define NATT_VERIFIED_INIT {                                                                                          \
    sizeof(natt_verified), 0, NATT_KIND_OTHER, false, 0, 0, 0, 0, 0, 0, {{0}}, {0}, {0}, {0}, {0}, {0}, 0, 0, 0,       \
    {{{0}, 0, 0}}, {0}, {0}, {0}, {NULL, 0}, {NULL, 0}, {NULL, 0}}
/* clang-format on */

/*
 * True: the document is genuine (strict format, chain under one of `roots`, every signature, time) and meets all
 * requirements of the options; out->checks lists the checks. No option disables the verification of a signature.
 * False: *out is zero except for struct_size, and *err describes the first failure in this order: usage, envelope,
 * document, certificate syntax, chain rules and times from root to leaf, signatures from root to leaf, expectations,
 * policy.
 * out    in: struct_size; out: the result.
 * in     the raw document; must stay unchanged during the call and, for the three views of *out, as long as they are
 *        used.
 * opt    see natt_options.
 * cache  may be NULL; see cache.h. Changed only if the result is true.
 * err    may be NULL; NATT_OK on true. Must not overlap anything else.
 * Cost: one P-384 verification per certificate that is neither the root nor in the cache, and one for the document;
 *       with hot keys, at most one table if it returns true (cache.h); one curve check per certificate; one parse and
 *       curve check of every root given; a digest of the three views.
 * Threads: any number at once, each with its own *out and *err.
 * Source: AWS attestation_process.md 3.2; RFC 9052 4.4; RFC 5280 6.1; every rule in docs/RULES.md.
 */
NATT_API NATT_MUST_CHECK bool natt_verify(natt_verified *out, natt_bytes in, const natt_options *opt, natt_cache *cache,
                                          natt_error *err);

/*
 * True: all PCRs of one set of the policy match the verified PCRs. Always refuses weak policies; to use one, pass it to
 * natt_verify with NATT_ALLOW_WEAK_POLICY. Refuses the result of a debug enclave unless the policy's flags have
 * NATT_POLICY_ALLOW_DEBUG, independent of the flags that natt_verify had.
 * v       filled by natt_verify; anything else is NATT_E_USAGE_RESULT.
 * policy  see natt_policy; read during the call only.
 * err    may be NULL. Codes NATT_E_USAGE_*, NATT_E_EXPECT_DEBUG, NATT_E_POLICY_*.
 * Cost: compares at most every listed value once. Threads: any number at once. Source: AWS user guide, "PCRs".
 */
NATT_API NATT_MUST_CHECK bool natt_policy_check(const natt_verified *v, const natt_policy *policy, natt_error *err);

/*
 * Explains why a policy does not match: lists each PCR of each set that the document lacks or has with another value.
 * True: *count is the number of differences, and `out` contains the first `capacity` of them, ordered by set and then
 * by PCR. A set without a difference matches. False: *count is 0.
 * out      may be NULL when capacity is 0.
 * v        filled by natt_verify; anything else is NATT_E_USAGE_RESULT.
 * policy   see natt_policy; weak ones are explained as well. Must outlive the views of `out`.
 * err      may be NULL. Codes NATT_E_USAGE_*.
 * Cost: compares every listed value at most twice. Threads: any number at once.
 */
NATT_API NATT_MUST_CHECK bool natt_policy_explain(natt_pcr_difference *out, size_t capacity, size_t *count,
                                                  const natt_verified *v, const natt_policy *policy, natt_error *err);

/*
 * The same for a document that natt_verify refused with NATT_E_POLICY_*. It verifies the document again under the same
 * options without the policy, and only then compares: the values in `out` are authentic.
 * False: *count is 0, and *err gives the reason, other than PCRs, for the refusal.
 * in, opt, cache  as for natt_verify; opt->policy must be set (else NATT_E_USAGE_POLICY). If only the policy fails, the
 *                 certificates enter the cache.
 * Cost: that of natt_verify; call it for a refusal that a person will read, not for each one.
 * Stack: that of natt_verify plus one natt_verified. Threads: as natt_verify.
 */
NATT_API NATT_MUST_CHECK bool natt_verify_explain(natt_pcr_difference *out, size_t capacity, size_t *count,
                                                  natt_bytes in, const natt_options *opt, natt_cache *cache,
                                                  natt_error *err);

/*
 * True: natt_verify filled in *v, *v did not change since, and its views public_key, user_data and nonce still point to
 * the verified bytes. Call it before you use a key from an older result, or if other code could write to the document's
 * memory. It detects mistakes, not an attacker who can write to *v: the seal is not a secret.
 * err    may be NULL. NATT_E_USAGE_RESULT; NATT_E_EXPECT_PUBLIC_KEY, _USER_DATA or _NONCE for a view whose bytes
 *        differ.
 * Cost: hashes the three values. Threads: any number at once.
 */
NATT_API NATT_MUST_CHECK bool natt_verified_check(const natt_verified *v, natt_error *err);

/*
 * True: `value` equals, byte for byte, the field of the verified document, or both are absent. Use it for copies that
 * outlive the document. It does not read through the views of *v.
 * field  NATT_FIELD_PUBLIC_KEY, NATT_FIELD_USER_DATA or NATT_FIELD_NONCE; any other is NATT_E_USAGE_ARGUMENT.
 * Codes, cost, threads: as natt_verified_check.
 */
NATT_API NATT_MUST_CHECK bool natt_verified_check_field(const natt_verified *v, natt_field field, natt_bytes value,
                                                        natt_error *err);

/*
 * A deny entry for this certificate: its issuer's Name and its serial number, as a CRL would list it.
 * True: *out is of type NATT_DENY_SERIAL, and its views point into `certificate`. False: *out is zero.
 * certificate  DER; must outlive *out.
 * err          may be NULL. Codes of natt_certificate_parse. Cost: one parse. Threads: any number at once.
 * Source: RFC 5280 5.1.2.6.
 */
NATT_API NATT_MUST_CHECK bool natt_deny_from_certificate(natt_deny_entry *out, natt_bytes certificate, natt_error *err);

/* The AWS Nitro Enclaves root certificate "Root-G1" in DER, in memory that never changes. SHA-256 641a0321...bb5b, as
 * AWS publishes. Valid from 2019-10-28 13:28:05 to 2049-10-28 14:28:05 UTC. Trusted only if the caller passes it in
 * natt_options.roots. */
NATT_API natt_bytes natt_root_aws(void);

#ifdef __cplusplus
}
#endif
#endif
