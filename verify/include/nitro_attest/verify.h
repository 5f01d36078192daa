/*
 * The decision: is this document genuine, and does it say what you require?
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

/* UNSET, 0 and UNLIMITED are three different things. */
/* Values that no overflow or failed conversion of a number gives. */
#define NATT_UNSET_MS     UINT64_C(0x8000000000000001)
#define NATT_UNLIMITED_MS UINT64_C(0x8000000000000002)

typedef enum natt_time_mode {
    NATT_TIME_UNSET = 0, /* usage error */
    NATT_TIME_NOW,       /* certificates must be valid at now_ms, and the document at most max_age_ms old */
    NATT_TIME_ARCHIVE    /* certificates must be valid at the document's own time only: integrity, no freshness */
} natt_time_mode;

typedef enum natt_limits {
    NATT_LIMITS_DEFAULT = 0, /* public_key, user_data, nonce: 0..4096 bytes, what the device lets through */
    NATT_LIMITS_AWS_1024,    /* 0..1024 each, the AWS format definition */
    NATT_LIMITS_AWS_512      /* public_key 1..1024, user_data and nonce 0..512, the AWS "check content" section */
} natt_limits;

typedef enum natt_nonce_mode {
    NATT_NONCE_UNSET = 0, /* usage error */
    NATT_NONCE_EXACT,     /* the document must carry exactly these bytes, at least one */
    NATT_NONCE_NOT_USED   /* freshness rests on time alone; a nonce in the document is not looked at */
} natt_nonce_mode;

typedef enum natt_expect_mode {
    NATT_EXPECT_ANY = 0, /* not compared; the result shows the value, and what it means is for the caller to check */
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
    NATT_DENY_CERTIFICATE_SHA256, /* value = SHA-256 of the certificate; finds its twin with the other s as well */
    NATT_DENY_SPKI_SHA256         /* value = SHA-256 of the SubjectPublicKeyInfo */
} natt_deny_type;

typedef struct natt_deny_entry {
    natt_deny_type type;
    natt_bytes issuer; /* for SERIAL: the issuer's Name in DER, compared byte for byte, or absent = any; else absent */
    natt_bytes value;
} natt_deny_entry;

#define NATT_ALLOW_DEBUG            0x0001u /* accept debug enclaves, whose memory anybody on the host can read */
#define NATT_ALLOW_UNKNOWN_FIELDS   0x0002u /* skip fields AWS does not list */
#define NATT_ALLOW_WEAK_POLICY      0x0004u /* accept policy sets that do not pin an identity */
#define NATT_INSECURE_NO_PCR_POLICY 0x0008u /* check no PCR at all: any image anybody runs passes */
#define NATT_REQUIRE_MODULE_BINDING 0x0010u /* module_id must stand in the leaf's and instance certificate's names */

/*
 * What to require. Start from NATT_OPTIONS_INIT and set at least: roots, time_mode, now_ms, max_age_ms (NOW mode),
 * nonce_mode, and policy or NATT_INSECURE_NO_PCR_POLICY; none of these has a default.
 * All memory pointed to must stay unchanged during the call. It may lie inside the result of an earlier call, even when
 * that result is the `out` of this one.
 */
typedef struct natt_options {
    size_t struct_size;      /* sizeof(natt_options) */
    const natt_bytes *roots; /* DER certificates: the complete list of what is trusted */
    size_t root_count;
    natt_kind kind;
    natt_time_mode time_mode;
    uint64_t now_ms;        /* the present, milliseconds since 1970 UTC; needed in both modes */
    uint64_t max_age_ms;    /* NOW mode: greatest age, to NATT_MAX_TIME_MS, or NATT_UNLIMITED_MS; ARCHIVE mode: unset */
    uint64_t max_future_ms; /* how far the document may be ahead of now_ms; at most one hour */
    uint64_t not_before_leeway_ms, not_after_leeway_ms; /* widen certificates' validity; at most one hour each */
    natt_nonce_mode nonce_mode;
    natt_bytes nonce;
    natt_expectation user_data, public_key;
    natt_bytes module_id, region; /* absent = any */
    const natt_policy *policy;
    natt_limits limits;
    uint32_t flags;           /* NATT_ALLOW_*, NATT_INSECURE_*, NATT_REQUIRE_* */
    uint32_t required_checks; /* NATT_CHECKED_*: true means at least these were performed; 0 = what the options ask */
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
 * Bits of natt_verified.checks: what was really checked. The cryptographic ones are always set.
 *
 * In natt_options.required_checks they state what a caller relies on: options that do not perform one of them for every
 * document are a usage error before a byte is read, NATT_E_USAGE_CHECKS, with the number of the first such bit as item.
 * ARCHIVE mode performs neither NOW nor AGE; an unlimited max_age_ms does not perform AGE; NATT_NONCE_NOT_USED does not
 * perform NONCE; NATT_ALLOW_DEBUG and NitroTPM documents do not perform PRODUCTION; only NATT_REQUIRE_MODULE_BINDING
 * performs MODULE_BINDING.
 */
#define NATT_CHECKED_CHAIN          0x0001u /* chain rules and all signatures under a trusted root */
#define NATT_CHECKED_SIGNATURE      0x0002u /* the document's own signature */
#define NATT_CHECKED_TIMESTAMP      0x0004u /* timestamp inside every certificate's validity */
#define NATT_CHECKED_NOW            0x0008u /* every certificate valid at now_ms */
#define NATT_CHECKED_AGE            0x0010u /* age within a finite max_age_ms, and not from the future */
#define NATT_CHECKED_NONCE          0x0020u /* nonce equal to the expected one */
#define NATT_CHECKED_USER_DATA      0x0040u
#define NATT_CHECKED_PUBLIC_KEY     0x0080u
#define NATT_CHECKED_PCRS           0x0100u /* a policy set matched */
#define NATT_CHECKED_PRODUCTION     0x0200u /* not a debug enclave (enclave documents only) */
#define NATT_CHECKED_MODULE_BINDING 0x0400u
#define NATT_CHECKED_MODULE_ID      0x0800u
#define NATT_CHECKED_REGION         0x1000u
#define NATT_CHECKED_DENY           0x2000u /* no certificate is on the (non-empty) deny list */

#define NATT_MAX_NAME 96 /* bytes kept of a commonName or region; X.520 allows 64 */

typedef struct natt_verified_certificate {
    /* Of the subject; UTF-8, escape before showing. More than 96 bytes are cut at a character: do not compare cut
     * names. */
    char common_name[NATT_MAX_NAME + 1];
    int64_t not_before, not_after; /* seconds since 1970, both inclusive */
} natt_verified_certificate;

/*
 * What a verified document says. Copies, except for the three views at the end, which point into the document: they
 * dangle as soon as the document's memory is freed or reused, while everything else stays valid. A caller that needs
 * them longer copies them, and may check the copy later with natt_verified_check_field.
 * Only natt_verify fills it in; a zeroed, changed or foreign one passes no later check.
 * public_key, user_data and nonce are what the enclave's program passed to its NSM. With NATT_EXPECT_ANY natt_verify
 * does not compare them: they are authentic, and what they mean is for the caller to check. A public_key may be no key.
 */
typedef struct natt_verified {
    size_t struct_size; /* sizeof(natt_verified), set by the caller (NATT_VERIFIED_INIT) */
    uint64_t seal;      /* private: a checksum over all other members, not a secret */
    natt_kind kind;
    bool debug;                   /* enclave: PCR0, PCR1 or PCR2 absent or all zero */
    uint32_t checks;              /* NATT_CHECKED_* */
    uint32_t unknown_fields;      /* how many were skipped */
    uint32_t cached_certificates; /* whose signatures an earlier call with the same cache verified */
    uint64_t timestamp_ms;
    int64_t earliest_expiry; /* seconds since 1970: the first notAfter of the chain */
    uint32_t pcr_mask;       /* bit n: PCR n is present */
    uint8_t pcrs[NATT_PCR_COUNT][NATT_PCR_LEN];
    char module_id[NATT_MAX_MODULE_ID + 1];
    char instance_id[NATT_MAX_MODULE_ID + 1]; /* the part of module_id before -enc or -tpm */
    char region[NATT_MAX_NAME + 1];           /* from the certificates' names; "" when they do not bind module_id */
    /* SHA-384 of the Sig_structure: equal for every encoding of one document; key replay stores on it */
    uint8_t canonical_id[48];
    uint8_t root_sha256[32];
    size_t root_index;  /* into natt_options.roots */
    size_t matched_set; /* into natt_policy.sets; SIZE_MAX when no policy was checked */
    size_t chain_count; /* certificates, root first, leaf last */
    natt_verified_certificate chain[NATT_MAX_CHAIN];
    uint8_t public_key_sha384[48], user_data_sha384[48], nonce_sha384[48]; /* of the three views; zero when absent */
    natt_bytes public_key, user_data, nonce;
} natt_verified;

/* Initialiser of a natt_verified: struct_size is all a caller sets. */
/* clang-format off */
#define NATT_VERIFIED_INIT {                                                                                          \
    sizeof(natt_verified), 0, NATT_KIND_OTHER, false, 0, 0, 0, 0, 0, 0, {{0}}, {0}, {0}, {0}, {0}, {0}, 0, 0, 0,       \
    {{{0}, 0, 0}}, {0}, {0}, {0}, {NULL, 0}, {NULL, 0}, {NULL, 0}}
/* clang-format on */

/*
 * True: the document is genuine (strict format, chain under one of `roots`, every signature, time) and says everything
 * the options ask for; *out says what was checked. Nothing else means true, and no option switches a signature off.
 * False: *out is zero but for struct_size, *err says the first reason in the order usage, envelope, document,
 * certificates' shape, chain rules and times from root to leaf, signatures from root to leaf, expectations, policy.
 * out    in: struct_size; out: the result.
 * in     the raw document; must stay unchanged during the call and, for the three views of *out, as long as they are
 *        used.
 * opt    see natt_options.
 * cache  may be NULL; see cache.h. Changed only when the answer is true.
 * err    may be NULL; NATT_OK on true. Must not overlap anything else.
 * Cost: one P-384 verification per certificate that is neither the root nor in the cache, and one for the document; one
 *       curve check per certificate; one parse and curve check of every root given; a digest of the three views.
 * Threads: any number at once, each with its own *out and *err.
 * Source: AWS attestation_process.md 3.2; RFC 9052 4.4; RFC 5280 6.1; every rule in docs/RULES.md.
 */
NATT_API NATT_MUST_CHECK bool natt_verify(natt_verified *out, natt_bytes in, const natt_options *opt, natt_cache *cache,
                                          natt_error *err);

/*
 * True: one set of the policy matches the verified PCRs as a whole. Refuses weak policies always; to use one, pass it
 * to natt_verify with NATT_ALLOW_WEAK_POLICY. Refuses the result of a debug enclave unless the policy's flags have
 * NATT_POLICY_ALLOW_DEBUG, whatever flags natt_verify had.
 * v       filled by natt_verify; anything else is NATT_E_USAGE_RESULT.
 * policy  see natt_policy; read during the call only.
 * err    may be NULL. Codes NATT_E_USAGE_*, NATT_E_EXPECT_DEBUG, NATT_E_POLICY_*.
 * Cost: compares at most every listed value once. Threads: any number at once. Source: AWS user guide, "PCRs".
 */
NATT_API NATT_MUST_CHECK bool natt_policy_check(const natt_verified *v, const natt_policy *policy, natt_error *err);

/*
 * Why a policy does not match: every PCR of every set that the document lacks or has another value for.
 * True: *count says how many there are, and the first `capacity` of them are in `out`, by set and then by PCR. A set
 * without a difference matches. False: *count is 0.
 * out      may be NULL when capacity is 0.
 * v        filled by natt_verify; anything else is NATT_E_USAGE_RESULT.
 * policy   see natt_policy; weak ones are explained as well. Must outlive the views of `out`.
 * err      may be NULL. Codes NATT_E_USAGE_*.
 * Cost: compares every listed value at most twice. Threads: any number at once.
 */
NATT_API NATT_MUST_CHECK bool natt_policy_explain(natt_pcr_difference *out, size_t capacity, size_t *count,
                                                  const natt_verified *v, const natt_policy *policy, natt_error *err);

/*
 * The same for a document that natt_verify refused with NATT_E_POLICY_*: verifies it again under the same options but
 * for the policy, and only then compares. So the values it gives are authentic.
 * False: *count is 0, and *err says why the document is refused for another reason than its PCRs.
 * in, opt, cache  as natt_verify had them; opt->policy must be set (else NATT_E_USAGE_POLICY). A document that passes
 *                 everything but its policy enters its certificates into the cache.
 * Cost: that of natt_verify; call it for a refusal that somebody will read, not for every one.
 * Stack: that of natt_verify and one natt_verified more. Threads: as natt_verify.
 */
NATT_API NATT_MUST_CHECK bool natt_verify_explain(natt_pcr_difference *out, size_t capacity, size_t *count,
                                                  natt_bytes in, const natt_options *opt, natt_cache *cache,
                                                  natt_error *err);

/*
 * True: natt_verify filled in *v, nothing of it changed since, and its views public_key, user_data and nonce still
 * point to the verified bytes. Call it before a key from an older result is used, or when the document's memory was
 * shared. It notices mistakes, not an attacker who can write to *v: the seal is no secret.
 * err    may be NULL. NATT_E_USAGE_RESULT; NATT_E_EXPECT_PUBLIC_KEY, _USER_DATA or _NONCE for a view whose bytes
 *        differ.
 * Cost: hashes the three values. Threads: any number at once.
 */
NATT_API NATT_MUST_CHECK bool natt_verified_check(const natt_verified *v, natt_error *err);

/*
 * True: `value` is byte for byte what the verified document has in `field`, or absent where the document has none. For
 * copies that outlive the document. Reads nothing through the views of *v.
 * field  NATT_FIELD_PUBLIC_KEY, NATT_FIELD_USER_DATA or NATT_FIELD_NONCE; any other is NATT_E_USAGE_ARGUMENT.
 * Codes, cost, threads: as natt_verified_check.
 */
NATT_API NATT_MUST_CHECK bool natt_verified_check_field(const natt_verified *v, natt_field field, natt_bytes value,
                                                        natt_error *err);

/*
 * A deny entry for this certificate: its issuer's Name and its serial number, as a CRL would list it.
 * True: *out is of type NATT_DENY_SERIAL, its views point into `certificate`. False: *out is zero.
 * certificate  DER; must outlive *out.
 * err          may be NULL. Codes of natt_certificate_parse. Cost: one parse. Threads: any number at once.
 * Source: RFC 5280 5.1.2.6.
 */
NATT_API NATT_MUST_CHECK bool natt_deny_from_certificate(natt_deny_entry *out, natt_bytes certificate, natt_error *err);

/* The AWS Nitro Enclaves root certificate "Root-G1" in DER, in memory that never changes. SHA-256 641a0321...bb5b, as
 * AWS publishes. The certificate is valid from 2019-10-28 13:28:05 to 2049-10-28 14:28:05 UTC. Trusted only where a
 * caller names it in natt_options.roots. */
NATT_API natt_bytes natt_root_aws(void);

#ifdef __cplusplus
}
#endif
#endif
