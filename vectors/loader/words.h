/*
 * Keys and words of options. Written by vectors/generate-words from vectors.schema.json; do not edit.
 */
#ifndef NATT_VECTORS_WORDS_H
#define NATT_VECTORS_WORDS_H

/* clang-format off */
#define NATT_VECTORS_SEVERITIES \
    "critical", "high", "medium", "low", "none"
#define NATT_VECTORS_REACH \
    "anybody", "enclave-owner", "parent-instance", "aws"
#define NATT_VECTORS_TAGS \
    "pedantic", "canonical-cbor", "der-strict", "rfc5280-ca", "aws-check-content", "timestamp-in-validity", \
    "genuine-form", "implementation-limit", "debug-policy"
#define NATT_VECTORS_OPTION_KEYS \
    "kind", "time_mode", "max_age_ms", "max_future_ms", "not_before_leeway_ms", "not_after_leeway_ms", "nonce", \
    "user_data", "public_key", "module_id", "region", "limits", "flags", "pcr_policy", "deny"
#define NATT_VECTORS_EXPECT_KEYS \
    "mode", "value"
#define NATT_VECTORS_DENY_KEYS \
    "type", "issuer", "value"
#define NATT_VECTORS_POLICY_KEYS \
    "version", "sets"
#define NATT_VECTORS_SET_KEYS \
    "name", "pcrs"
#define NATT_VECTORS_VALUE_KEYS \
    "module_id", "timestamp", "digest", "pcrs", "public_key", "user_data", "nonce"
#define NATT_VECTORS_EDIT_KEYS \
    "offset", "remove", "insert"
#define NATT_VECTORS_KINDS \
    {"enclave", NATT_KIND_ENCLAVE}, \
    {"nitrotpm", NATT_KIND_NITROTPM}
#define NATT_VECTORS_TIME_MODES \
    {"now", NATT_TIME_NOW}, \
    {"archive", NATT_TIME_ARCHIVE}
#define NATT_VECTORS_LIMITS \
    {"default", NATT_LIMITS_DEFAULT}, \
    {"aws-1024", NATT_LIMITS_AWS_1024}, \
    {"aws-512", NATT_LIMITS_AWS_512}
#define NATT_VECTORS_FLAGS \
    {"allow-debug", NATT_ALLOW_DEBUG}, \
    {"allow-unknown-fields", NATT_ALLOW_UNKNOWN_FIELDS}, \
    {"allow-weak-policy", NATT_ALLOW_WEAK_POLICY}, \
    {"no-pcr-policy", NATT_INSECURE_NO_PCR_POLICY}, \
    {"require-module-binding", NATT_REQUIRE_MODULE_BINDING}
#define NATT_VECTORS_EXPECT_MODES \
    {"exact", NATT_EXPECT_EXACT}, \
    {"absent", NATT_EXPECT_ABSENT}
#define NATT_VECTORS_DENY_TYPES \
    {"serial", NATT_DENY_SERIAL}, \
    {"certificate-sha256", NATT_DENY_CERTIFICATE_SHA256}, \
    {"spki-sha256", NATT_DENY_SPKI_SHA256}
/* clang-format on */

#endif
