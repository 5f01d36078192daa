/*
 * Paths by RFC 5280 that no other group has: extensions of every kind with real content, critical and not; rollover,
 * cycles, equal names and keys; a CA in the leaf's place; dates that do not nest; regions and partitions. DEVIATIONS.md
 * lists the categories of x509-limbo and what covers them.
 */
#include "vectors/generator/steps.h"

#define KEY_ID           "2.5.29.14"
#define NAME_CONSTRAINTS "2.5.29.30"
#define CRL_POINTS       "2.5.29.31"
#define POLICIES         "2.5.29.32"
#define ISSUER_KEY_ID    "2.5.29.35"
#define POLICY_LIMITS    "2.5.29.36"
#define EXT_KEY_USAGE    "2.5.29.37"
#define ALTERNATIVE_NAME "2.5.29.17"
#define NO_ANY_POLICY    "2.5.29.54"
#define ACCESS           "1.3.6.1.5.5.7.1.1"

/* An empty directoryName is the root of all names. */
#define EXCLUDE_ALL "3008a1063004a4023000"
#define PERMIT_ALL  "3008a0063004a4023000"
#define OCSP        "301a301806082b06010505073001860c687474703a2f2f612e622f63"
#define SERVER_AUTH "300a06082b06010505070301"
#define ANY_USE     "30060604551d2500"
#define ANY_POLICY  "300830060604551d2000"

#define PROCESSES DIFFER("A verifier that implements this extension may process its content instead.")
#define MAY_IGNORE                                                                                                     \
    DIFFER("A verifier that does not know the extension may ignore it when it is not critical. A verifier that "       \
           "implements it may process its content.")
#define NEVER_CRITICAL                                                                                                 \
    DIFFER("RFC 5280 4.2 lets a verifier accept a critical extension that it implements. CAs must not mark this one.")
#define CONTENT_IGNORED(text) DIFFER(text " nitro-attest does not read the extension (R-CHAIN-02).")

#define MARKED(id, cert, oid, text)                                                                                    \
    REFUSE("path-critical-" id, HIGH, CHAIN_CRITICAL(cert), DO(MARK_CRITICAL(cert, oid)), text, NEVER_CRITICAL)
#define CRITICAL_EXT(id, cert, oid, hex, ...)                                                                          \
    REFUSE("path-critical-" id, HIGH, CHAIN_CRITICAL(cert), DO(ADD_EXT(cert, oid, 1, hex)), __VA_ARGS__)
#define NOT_CRITICAL(id, cert, oid, hex, text)                                                                         \
    REFUSE("path-not-critical-" id, HIGH, CHAIN_CRITICAL(cert), DO(ADD_EXT(cert, oid, 0, hex)), text, MAY_IGNORE)
#define IGNORED(id, steps, ...) ALLOWED("path-" id, "chain-extension-ignored", "R-CHAIN-02", steps, __VA_ARGS__)
#define USAGE_NOT_CRITICAL(i, who)                                                                                     \
    ALLOWED("path-key-usage-not-critical-" who, "chain-ca-key-usage", "R-CHAIN-05",                                    \
            DO(EXT(i, KEY_USAGE, 0, "03020186")),                                                                      \
            "keyUsage of the " who " certificate is not critical. RFC 5280 4.2.1.3 only recommends it.")
#define GOOD(id, text, ...) ALLOWED("path-" id, "chain-valid", "R-CHAIN-06 R-CHAIN-10", DO(__VA_ARGS__), text)
#define AS_LEAF(id, count, cert, text, ...)                                                                            \
    REFUSE("path-leaf-is-" id, HIGH, "chain-leaf-constraints", NATT_E_CHAIN_LEAF_CONSTRAINTS, CERT(count, 0),          \
           DO(__VA_ARGS__, AS_CERTIFICATE(cert), SIG_KEY(DOC, cert)), text)

#define NAMED(tail, more) MODULE_NAME(LEAF, tail), MODULE_NAME(INSTANCE, tail more)
#define REGION(region, suffix)                                                                                         \
    ACCEPT(                                                                                                            \
        "region-" region, EXPECT_REGION, NOWHERE,                                                                      \
        DO(NAMED("." region "." suffix, ".nitro-enclaves"), FLAG("require-module-binding"), OPTION("region", region)), \
        "The certificates name the region " region " of the partition " suffix ", which is expected."),                \
        REFUSE("region-" region "-unexpected", MEDIUM, EXPECT_REGION, BYTE_OF_TBS(LEAF, E_SUBJECT, 53),                \
               DO(NAMED("." region "." suffix, ".nitro-enclaves"), OPTION("region", "us-east-1")),                     \
               "The certificates name the region " region ", and us-east-1 is expected.")
#define PARTITION(name)                                                                                                \
    ALLOWED("partition-root-" name, "chain-root", "R-CHAIN-01",                                                        \
            DO(NAME(0, name ".nitro-enclaves"), ISSUER_NAME(0, name ".nitro-enclaves"), BUILT, OWN_ROOT),              \
            "The root is that of the partition " name ", and the verifier trusts it. Its name does not matter.")
#define OTHER_PARTITION(name)                                                                                          \
    REFUSE("partition-root-" name "-untrusted", HIGH, CHAIN_ROOT(0),                                                   \
           DO(NAME(0, name ".nitro-enclaves"), ISSUER_NAME(0, name ".nitro-enclaves"), ROOTS("test")),                 \
           "The root has the name of the partition " name " and the key of the trusted root, but is another "          \
           "certificate.",                                                                                             \
           DIFFER("RFC 5280 6.1.1 (d) identifies a trust anchor by name and key. AWS compares the certificate."))

static const struct natt_row rows[] = {
    MARKED("authority-key-identifier-zonal", 2, ISSUER_KEY_ID,
           "authorityKeyIdentifier of the zonal certificate is critical. RFC 5280 4.2.1.1 forbids it."),
    MARKED("authority-key-identifier-instance", INSTANCE, ISSUER_KEY_ID,
           "authorityKeyIdentifier of the instance certificate is critical. RFC 5280 4.2.1.1 forbids it."),
    MARKED("subject-key-identifier-regional", 1, KEY_ID,
           "subjectKeyIdentifier of the regional certificate is critical. RFC 5280 4.2.1.2 forbids it."),
    MARKED("subject-key-identifier-instance", INSTANCE, KEY_ID,
           "subjectKeyIdentifier of the instance certificate is critical. RFC 5280 4.2.1.2 forbids it."),
    MARKED("crl-distribution-points", 1, CRL_POINTS,
           "cRLDistributionPoints of the regional certificate is critical. RFC 5280 4.2.1.13 recommends otherwise."),
    CRITICAL_EXT("information-access-leaf", LEAF, ACCESS, OCSP,
                 "authorityInfoAccess of the leaf is critical. RFC 5280 4.2.2.1 forbids it.", NEVER_CRITICAL),
    CRITICAL_EXT("information-access-zonal", 2, ACCESS, OCSP,
                 "authorityInfoAccess of the zonal certificate is critical. RFC 5280 4.2.2.1 forbids it.",
                 NEVER_CRITICAL),
    CRITICAL_EXT("policies-leaf", LEAF, POLICIES, ANY_POLICY, "The leaf has critical certificatePolicies.", PROCESSES),
    CRITICAL_EXT("alternative-name-leaf", LEAF, ALTERNATIVE_NAME, "300687040a000001",
                 "The leaf has a critical subjectAltName.", PROCESSES),
    CRITICAL_EXT("extended-key-usage-leaf", LEAF, EXT_KEY_USAGE, SERVER_AUTH,
                 "The leaf has a critical extKeyUsage that allows only TLS servers (RFC 5280 4.2.1.12)."),
    CRITICAL_EXT("extended-key-usage-any-leaf", LEAF, EXT_KEY_USAGE, ANY_USE,
                 "The leaf has a critical extKeyUsage that allows any use.", PROCESSES),
    CRITICAL_EXT("policy-constraints-explicit", 2, POLICY_LIMITS, "3003800100",
                 "policyConstraints of a CA is critical and requires an explicit policy, which no certificate has (RFC "
                 "5280 6.1.5 (g))."),
    CRITICAL_EXT("policy-constraints-mapping", 2, POLICY_LIMITS, "3003810100",
                 "policyConstraints of a CA is critical and forbids policy mappings.", PROCESSES),
    CRITICAL_EXT("inhibit-any-policy", 2, NO_ANY_POLICY, "020100", "inhibitAnyPolicy of a CA is critical.", PROCESSES),
    CRITICAL_EXT("name-constraints-all-regional", 1, NAME_CONSTRAINTS, EXCLUDE_ALL,
                 "Critical nameConstraints of the regional certificate exclude every name (RFC 5280 4.2.1.10)."),
    CRITICAL_EXT("name-constraints-all-zonal", 2, NAME_CONSTRAINTS, EXCLUDE_ALL,
                 "Critical nameConstraints of the zonal certificate exclude every name (RFC 5280 4.2.1.10)."),
    CRITICAL_EXT("name-constraints-all-instance", INSTANCE, NAME_CONSTRAINTS, EXCLUDE_ALL,
                 "Critical nameConstraints of the instance certificate exclude every name (RFC 5280 4.2.1.10)."),
    CRITICAL_EXT("name-constraints-none", 2, NAME_CONSTRAINTS, PERMIT_ALL,
                 "Critical nameConstraints of a CA permit every directory name.", PROCESSES),
    CRITICAL_EXT("name-constraints-leaf", LEAF, NAME_CONSTRAINTS, PERMIT_ALL,
                 "The leaf has critical nameConstraints, which only a CA may have (RFC 5280 4.2.1.10)."),
    NOT_CRITICAL(
        "name-constraints-all-regional", 1, NAME_CONSTRAINTS, EXCLUDE_ALL,
        "nameConstraints of the regional certificate exclude every name and are not critical, which RFC 5280 4.2.1.10 "
        "forbids."),
    NOT_CRITICAL(
        "name-constraints-all-instance", INSTANCE, NAME_CONSTRAINTS, EXCLUDE_ALL,
        "nameConstraints of the instance certificate exclude every name and are not critical, which RFC 5280 4.2.1.10 "
        "forbids."),
    NOT_CRITICAL(
        "name-constraints-none", 2, NAME_CONSTRAINTS, PERMIT_ALL,
        "nameConstraints of a CA permit every directory name and are not critical, which RFC 5280 4.2.1.10 forbids."),
    NOT_CRITICAL(
        "name-constraints-leaf", LEAF, NAME_CONSTRAINTS, PERMIT_ALL,
        "The leaf has nameConstraints, which only a CA may have and must mark as critical (RFC 5280 4.2.1.10)."),
    NOT_CRITICAL(
        "policy-constraints-explicit", 2, POLICY_LIMITS, "3003800100",
        "policyConstraints of a CA is not critical and requires an explicit policy, which no certificate has."),
    NOT_CRITICAL("policy-constraints-regional", 1, POLICY_LIMITS, "3003800100",
                 "policyConstraints of the regional certificate is not critical and requires an explicit policy."),
    NOT_CRITICAL(
        "inhibit-any-policy-instance", INSTANCE, NO_ANY_POLICY, "020100",
        "inhibitAnyPolicy of the instance certificate is not critical. RFC 5280 4.2.1.14 requires it to be critical."),

    EACH_CA(USAGE_NOT_CRITICAL),
    IGNORED("extended-key-usage-any-leaf", DO(ADD_EXT(LEAF, EXT_KEY_USAGE, 0, ANY_USE)),
            "The leaf has an extKeyUsage that allows any use and is not critical."),
    IGNORED("extended-key-usage-leaf", DO(ADD_EXT(LEAF, EXT_KEY_USAGE, 0, SERVER_AUTH)),
            "The leaf has an extKeyUsage that allows only TLS servers and is not critical.",
            CONTENT_IGNORED("RFC 5280 4.2.1.12 limits the use of such a key, critical or not.")),
    IGNORED("extended-key-usage-empty-leaf", DO(ADD_EXT(LEAF, EXT_KEY_USAGE, 0, "3000")),
            "The leaf has an empty extKeyUsage that is not critical.",
            CONTENT_IGNORED("RFC 5280 4.2.1.12 requires at least one use.")),
    IGNORED("extended-key-usage-ca", DO(ADD_EXT(INSTANCE, EXT_KEY_USAGE, 0, SERVER_AUTH)),
            "The instance certificate has an extKeyUsage that is not critical.",
            CONTENT_IGNORED("Some validators apply the extKeyUsage of a CA to the leaf.")),
    IGNORED("information-access-leaf", DO(ADD_EXT(LEAF, ACCESS, 0, OCSP)),
            "The leaf has an authorityInfoAccess that is not critical."),
    IGNORED("information-access-malformed", DO(ADD_EXT(LEAF, ACCESS, 0, "0500")),
            "authorityInfoAccess of the leaf is NULL and not critical.",
            CONTENT_IGNORED("A parser of the extension may refuse it.")),
    IGNORED("policies-leaf", DO(ADD_EXT(LEAF, POLICIES, 0, ANY_POLICY)),
            "The leaf has certificatePolicies that are not critical."),
    IGNORED("alternative-name-leaf", DO(ADD_EXT(LEAF, ALTERNATIVE_NAME, 0, "300687040a000001")),
            "The leaf has a subjectAltName that is not critical."),
    IGNORED("unknown-extension-of-a-ca", DO(ADD_EXT(2, "1.2.3.4", 0, "0500")),
            "The zonal certificate has an unknown extension that is not critical."),
    IGNORED("zonal-without-authority-key-identifier", DO(OMIT_EXT(2, ISSUER_KEY_ID)),
            "The zonal certificate has no authorityKeyIdentifier.",
            CONTENT_IGNORED("RFC 5280 4.2.1.1 requires CAs to include it.")),
    IGNORED("zonal-without-subject-key-identifier", DO(OMIT_EXT(2, KEY_ID)),
            "The zonal certificate has no subjectKeyIdentifier.",
            CONTENT_IGNORED("RFC 5280 4.2.1.2 requires CAs to include it.")),
    IGNORED("root-with-authority-key-identifier", DO(ADD_EXT(0, ISSUER_KEY_ID, 0, "30168014 11*20"), BUILT, OWN_ROOT),
            "A trusted root has an authorityKeyIdentifier of another key, which is not critical.",
            CONTENT_IGNORED("A path builder may use it.")),

    GOOD("self-issued-ca", "The regional and the zonal certificate have the same name: a CA that changes its key.",
         NAME(1, "ca"), NAME(2, "ca")),
    GOOD("two-self-issued-cas", "All CAs below the root have the same name.", NAME(1, "ca"), NAME(2, "ca"),
         NAME(3, "ca")),
    GOOD("self-issued-leaf", "The leaf has the name of its issuer.", NAME(3, "x"), NAME(LEAF, "x")),
    GOOD("cycle-of-names", "The instance certificate has the name of the regional one and another key.", NAME(1, "a"),
         NAME(2, "b"), NAME(3, "a")),
    GOOD("cas-with-the-name-of-the-root", "All CAs have the name of the root.", ISSUER_NAME(0, "ca"), NAME(0, "ca"),
         NAME(1, "ca"), NAME(2, "ca"), NAME(3, "ca"), BUILT, OWN_ROOT),
    GOOD("certified-again", "The zonal certificate has the name and the key of the regional one, which issued it.",
         NAME(1, "ca"), NAME(2, "ca"), FOREIGN_KEY(1, "P-384"), FOREIGN_KEY(2, "P-384"),
         FOREIGN_SIGN(2, "P-384", "SHA-384", 0), FOREIGN_SIGN(3, "P-384", "SHA-384", 0)),
    GOOD("equal-keys", "The regional and the instance certificate have the same key and different names.",
         FOREIGN_KEY(1, "P-384"), FOREIGN_KEY(3, "P-384"), FOREIGN_SIGN(2, "P-384", "SHA-384", 0),
         FOREIGN_SIGN(LEAF, "P-384", "SHA-384", 0)),
    GOOD("path-length-may-grow", "A CA below one with path length 2 has path length 5. The smaller one counts.",
         EXT(2, BASIC_CONSTRAINTS, 1, "30060101ff020105")),
    REFUSE("path-self-issued-beyond-the-length", MEDIUM, CHAIN_PATH_LENGTH(1),
           DO(NAME(1, "ca"), NAME(2, "ca"), EXT(1, BASIC_CONSTRAINTS, 1, "30060101ff020101")),
           "A path length is 1, and two CAs follow, of which one is self-issued.",
           DIFFER("RFC 5280 6.1.4 (l) does not count self-issued CAs. nitro-attest does (R-CHAIN-06).")),
    REFUSE("path-ca-without-name", MEDIUM, X509_NAME, TBS(2, E_SUBJECT, 0),
           DO(PART(2, subject, "3000"), PART(3, issuer, "3000")),
           "The subject of a CA is empty. RFC 5280 4.1.2.6 requires a name."),
    REFUSE("path-leaf-without-issuer", MEDIUM, X509_NAME, TBS(LEAF, E_ISSUER, 0), DO(PART(LEAF, issuer, "3000")),
           "The issuer of the leaf is empty. RFC 5280 4.1.2.4 requires a name."),
    AS_LEAF("root", 1, 0, "The root is the bundle and the leaf, and its key signed the document.", BUNDLE_REMOVE(1),
            BUNDLE_REMOVE(1), BUNDLE_REMOVE(1)),
    AS_LEAF("regional", 1, 1, "The regional certificate is in the leaf's place, and its key signed the document.",
            BUNDLE_REMOVE(1), BUNDLE_REMOVE(1), BUNDLE_REMOVE(1)),
    AS_LEAF("zonal", 2, 2, "The zonal certificate is in the leaf's place, and its key signed the document.",
            BUNDLE_REMOVE(2), BUNDLE_REMOVE(2)),
    AS_LEAF("instance", 3, 3, "The instance certificate is in the leaf's place, and its key signed the document.",
            BUNDLE_REMOVE(3)),
    GOOD("leaf-outlives-its-issuer", "The leaf is valid for longer than the instance certificate. Both are valid now.",
         VALID(INSTANCE, -7200, 3600), VALID(LEAF, -3600, 7200)),
    GOOD("leaf-is-older-than-its-issuer",
         "The leaf is valid since before the instance certificate. Both are valid now.", VALID(INSTANCE, -60, 3600),
         VALID(LEAF, -3600, 3600)),
    REFUSE("path-leaf-outlived-its-issuer", HIGH, TIME_EXPIRED(INSTANCE),
           DO(VALID(INSTANCE, -7200, 10), VALID(LEAF, -3600, 7200), A_WEEK, AT(11000)),
           "The leaf is still valid, and the instance certificate has expired."),

    REGION("us-gov-west-1", "aws-us-gov"),
    REGION("cn-north-1", "aws-cn"),
    REGION("il-central-1", "aws"),
    REGION("mx-central-1", "aws"),
    REGION("ap-southeast-7", "aws"),
    REGION("us-iso-east-1", "aws-iso"),
    REGION("eusc-de-east-1", "aws-eusc"),
    PARTITION("aws-us-gov"),
    PARTITION("aws-cn"),
    PARTITION("aws-eusc"),
    OTHER_PARTITION("aws-us-gov"),
    OTHER_PARTITION("aws-cn"),
};

GROUP(paths, "Paths by RFC 5280: extensions with real content, rollover, cycles, CAs as leaves, dates, partitions.")
