/*
 * NitroTPM documents have the same root and certificates but a different map of PCRs. Any ordinary instance can get
 * one, so a verifier must not accept one kind as the other.
 */
#include "vectors/generator/steps.h"

#define TPM .kind = NATT_KIND_NITROTPM

#define FORM_OF_ID                                                                                                     \
    DIFFER(                                                                                                            \
        "AWS does not document the format of module_id. In all genuine NitroTPM documents it is i-<hex>-tpm<hex>."),   \
        TAGS("genuine-form")
#define REFUSE_TPM(id, ...) REFUSE("nitrotpm-" id, __VA_ARGS__, ON(TPM))
#define ACCEPT_TPM(id, ...) ACCEPT("nitrotpm-" id, __VA_ARGS__, ON(TPM))
/* A generous age and future, and the validity of one certificate in seconds around now. */
#define EASE         VALID_ALL(-7200, 7200), A_WEEK, NUMBER("max_future_ms", 3600000)
#define WINDOW(cert) EASE, VALID(cert, -10, 20)
#define WHOLE_SECOND DIFFER("notAfter is a whole second. Many verifiers end validity at the beginning of it.")
#define AROUND(i, who)                                                                                                 \
    REFUSE("nitrotpm-" who "-not-yet-valid", HIGH, TIME_NOT_YET_VALID(i), DO(WINDOW(i), AT(-10001)),                   \
           "The current time is one millisecond before notBefore of the " who " certificate.", ON(TPM)),               \
        ACCEPT("nitrotpm-" who "-at-not-before", TIME_NOT_YET_VALID(i), DO(WINDOW(i), AT(-10000)),                     \
               "The current time is the first millisecond of notBefore of the " who " certificate.", ON(TPM)),         \
        ACCEPT("nitrotpm-" who "-end-of-not-after", TIME_EXPIRED(i), DO(WINDOW(i), AT(20999)),                         \
               "The current time is the last millisecond of notAfter of the " who " certificate.", ON(TPM),            \
               WHOLE_SECOND),                                                                                          \
        REFUSE("nitrotpm-" who "-expired", HIGH, TIME_EXPIRED(i), DO(WINDOW(i), AT(21000)),                            \
               "The current time is the first millisecond after notAfter of the " who " certificate.", ON(TPM)),       \
        REFUSE("nitrotpm-timestamp-before-" who, MEDIUM, TIME_TIMESTAMP_EARLY(i), DO(WINDOW(i), STAMP(-10001)),        \
               "The timestamp is one millisecond before notBefore of the " who " certificate.", ON(TPM)),              \
        REFUSE("nitrotpm-timestamp-after-" who, MEDIUM, TIME_TIMESTAMP_LATE(i), DO(WINDOW(i), STAMP(21000)),           \
               "The timestamp is one millisecond after notAfter of the " who " certificate.", ON(TPM))
#define UNDOCUMENTED DIFFER("AWS does not document these names. All genuine documents follow them.")
#define UNBOUND(id, severity, text, ...)                                                                               \
    REFUSE("nitrotpm-binding-" id, severity, EXPECT_MODULE_BINDING, DO(FLAG("require-module-binding"), __VA_ARGS__),   \
           text, ON(TPM), UNDOCUMENTED)
#define TPM_SIZE(pcr, id, severity, len, text)                                                                         \
    REFUSE_TPM(id, severity, DOC_PCR_SIZE(pcr), PCR(pcr, 1), DO(PCR_ZEROS(pcr, len)), text)
/* PCR7 of every instance with Secure Boot off: SecureBoot = 0, empty PK, KEK, db and dbx, EV_SEPARATOR. */
#define SECURE_BOOT_OFF                                                                                                \
    "5830 98441c7f7625d10058c47683aec486ce311c633235eb555593a7ee791121e3578ae72d04ecef661f272d59058b77af35"
#define OTHER_KIND(id, severity, steps, ...) REFUSE(id, severity, DOC_KIND_UNEXPECTED, steps, __VA_ARGS__)
static const struct natt_row rows[] = {
    ACCEPT("nitrotpm-genuine-shape", DOC_KIND_UNEXPECTED, NOTHING,
           "A NitroTPM document is expected, and the document is from a NitroTPM.", ON(TPM)),
    ACCEPT("nitrotpm-definite", DOC_KIND_UNEXPECTED, NOTHING,
           "A NitroTPM document has a payload map of definite length.", ON(TPM, .definite = true)),
    ACCEPT_TPM("tagged", DOC_KIND_UNEXPECTED, DO(ENVELOPE(tag, "d2")), "A NitroTPM document has tag 18."),
    ACCEPT_TPM("binding", EXPECT_MODULE_BINDING, DO(FLAG("require-module-binding")),
               "The leaf and the instance certificate name the module and the same region."),
    REFUSE_TPM("where-enclave-is-expected", CRITICAL, DOC_KIND_UNEXPECTED, DO(OPTION("kind", "enclave")),
               "An enclave document is expected, and the document is from a NitroTPM. Every instance can get one."),
    OTHER_KIND("enclave-where-nitrotpm-is-expected", CRITICAL, DO(OPTION("kind", "nitrotpm")),
               "A NitroTPM document is expected, and the document is from an enclave."),
    OTHER_KIND("nitrotpm-with-enclave-module-id", HIGH,
               DO(SET_TEXT("module_id", "i-0827e799ec9232d44-enc0123456789abcdef")),
               "The document contains nitrotpm_pcrs and the module_id of an enclave. It belongs to neither kind.",
               ON(TPM), FORM_OF_ID),
    REFUSE_TPM(
        "with-enclave-module-id-as-enclave", CRITICAL, DOC_KIND_UNEXPECTED,
        DO(SET_TEXT("module_id", "i-0827e799ec9232d44-enc0123456789abcdef"), OPTION("kind", "enclave")),
        "An enclave document is expected, and the document contains nitrotpm_pcrs with the module_id of an enclave."),
    OTHER_KIND("enclave-with-nitrotpm-module-id-as-nitrotpm", CRITICAL,
               DO(OPTION("kind", "nitrotpm"), SET_TEXT("module_id", "i-0-tpm0")),
               "A NitroTPM document is expected, and the document contains pcrs with the module_id of a NitroTPM."),
    OTHER_KIND("nitrotpm-pcrs-renamed", HIGH, DO(RENAME("nitrotpm_pcrs", "6470637273"), OPTION("kind", "enclave")),
               "An enclave document is expected, and the document contains the PCRs of a NitroTPM in the field pcrs.",
               ON(TPM), FORM_OF_ID),
    REFUSE_TPM("both-maps", HIGH, DOC_KIND_MIXED(pcrs), DO(ADD("pcrs", "f6")),
               "The document contains nitrotpm_pcrs and pcrs."),
    REFUSE_TPM("pcrs-twice", HIGH, DOC_DUPLICATE_FIELD(nitrotpm_pcrs), LAST_KEY("nitrotpm_pcrs", 0),
               DO(REPEAT_FIELD("nitrotpm_pcrs")), "The field nitrotpm_pcrs appears twice."),
    REFUSE_TPM("pcrs-null", HIGH, DOC_NULL_FIELD(nitrotpm_pcrs), DO(SET("nitrotpm_pcrs", "f6")),
               "nitrotpm_pcrs is null."),
    REFUSE_TPM(
        "pcrs-omitted", HIGH, DOC_MISSING_FIELD(pcrs), DO(OMIT("nitrotpm_pcrs")),
        "The document contains neither pcrs nor nitrotpm_pcrs. The verifier reports pcrs, whatever kind it expects."),
    REFUSE_TPM("pcrs-array", MEDIUM, CBOR_TYPE(nitrotpm_pcrs), VALUE("nitrotpm_pcrs", 0),
               DO(SET("nitrotpm_pcrs", "80")), "nitrotpm_pcrs is an array."),
    REFUSE_TPM("pcrs-empty", HIGH, DOC_PCR_COUNT(nitrotpm_pcrs), DO(SET("nitrotpm_pcrs", "a0")),
               "nitrotpm_pcrs is empty."),
    REFUSE_TPM("pcr-index-32", HIGH, DOC_PCR_INDEX(nitrotpm_pcrs), PCR(0, 0), DO(PCR_KEY(0, "1820")),
               "A PCR index is 32."),
    REFUSE_TPM("pcr-twice", HIGH, DOC_PCR_DUPLICATE(4), PCR(5, 0), DO(REPEAT_PCR(4)), "PCR4 appears twice."),
    REFUSE_TPM("pcr-of-32-bytes", MEDIUM, DOC_PCR_SIZE(7), PCR(7, 1), DO(PCR_ZEROS(7, 32)),
               "PCR7 comes from the SHA-256 bank and has 32 bytes.", OTHER_DIGEST),
    ACCEPT_TPM("zero-pcrs-are-no-debug-mode", EXPECT_DEBUG(0), NOWHERE,
               DO(PCR_ZEROS(0, 48), PCR_ZEROS(1, 48), PCR_ZEROS(2, 48)),
               "PCR0 to PCR2 of a NitroTPM are zero. Only enclaves have a debug mode."),
    ACCEPT_TPM("32-pcrs", DOC_PCR_COUNT(nitrotpm_pcrs), DO(ADD_PCRS(24, 31)), "The document contains all 32 PCRs."),
    ACCEPT_TPM("leaf-serial-4-octets", X509_SERIAL, NO_CERT, DO(PART(LEAF, serial, "020468e77800")),
               "The serial number of the leaf has four octets, as in genuine NitroTPM documents."),
    ACCEPT_TPM("policy-pcr4-pcr12", POLICY_PCR_MISMATCH(0), DO(SAME(4), SAME(12)),
               "PCR4 and PCR12 (the command line) identify an attestable image."),
    ACCEPT_TPM("policy-pcr7", POLICY_PCR_MISMATCH(0), DO(SAME(7)), "PCR7 (secure boot) identifies the image."),
    REFUSE_TPM("policy-pcr12-other", CRITICAL, POLICY_PCR_MISMATCH(12), DO(SAME(4), OTHER(12)),
               "PCR4 matches the policy, and the command line in PCR12 does not. A different command line can disable "
               "security."),
    REFUSE_TPM("policy-sets-mixed", CRITICAL, POLICY_NO_SET,
               DO(SAME(4), OTHER(12), PIN("b", 4, "other"), PIN("b", 12, "same")),
               "PCR4 matches the first set, and PCR12 the second. A verifier must not combine sets."),
    REFUSE_TPM("policy-pcr-absent", CRITICAL, POLICY_PCR_ABSENT(12), DO(SAME(4), SAME(12), OMIT_PCRS(12, 12)),
               "PCR4 matches the policy, and the document has no PCR12."),
    REFUSE_TPM("nonce-null", CRITICAL, EXPECT_NONCE_ABSENT, DO(OPTION("nonce", "010203"), SET("nonce", "f6")),
               "A nonce is expected, and the nonce of the document is null."),
    REFUSE_TPM("signature", CRITICAL, COSE_SIGNATURE, DO(SIG_BIT(DOC, 767)),
               "The last bit of s in the signature of the document is changed."),

    AROUND(1, "regional"),
    AROUND(LEAF, "leaf"),
    REFUSE_TPM("root-expired", HIGH, TIME_EXPIRED(0), DO(EASE, AT_MS(2600000000000)), "The root expired in 2049."),
    ACCEPT_TPM("age-at-limit", TIME_STALE, DO(NUMBER("max_age_ms", 300000), AT(300000)), "The age is the maximum."),
    REFUSE_TPM("age-above-limit", HIGH, TIME_STALE, DO(NUMBER("max_age_ms", 300000), AT(300001)),
               "The age is one millisecond above the maximum. The document may be a replay."),
    REFUSE_TPM("age-1-at-0", HIGH, TIME_STALE, DO(NUMBER("max_age_ms", 0), AT(1)),
               "The maximum age is 0, and the age is 1 ms. Zero does not mean unlimited."),
    ACCEPT_TPM("future-250-of-250", TIME_FUTURE, DO(EASE, NUMBER("max_future_ms", 250), AT(-250)),
               "The timestamp is 250 ms in the future, and 250 ms are allowed."),
    REFUSE_TPM("future-251-of-250", MEDIUM, TIME_FUTURE, DO(EASE, NUMBER("max_future_ms", 250), AT(-251)),
               "The timestamp is 251 ms in the future, and 250 ms are allowed."),
    ALLOWED("nitrotpm-archive-next-day", "archive-mode", "R-TIME-02 R-TIME-06", DO(ARCHIVE, AT(86400000)),
            "In archive mode a document is accepted one day later, after the leaf has expired.", ON(TPM)),
    REFUSE_TPM("next-day-without-archive", HIGH, TIME_EXPIRED(INSTANCE), DO(A_WEEK, AT(86400000)),
               "The document is one day old and not in archive mode."),
    UNBOUND("leaf-of-another-module", HIGH, "The leaf was issued to a different module.",
            NAME(LEAF, "i-0-tpm0000000000000000.us-east-1.aws")),
    UNBOUND("leaf-of-an-enclave", HIGH, "The leaf was issued to an enclave of the same instance.",
            NAME(LEAF, "i-0827e799ec9232d44-enc0123456789abcdef.us-east-1.aws")),
    UNBOUND("instance-of-another-instance", HIGH, "The instance certificate was issued to a different instance.",
            NAME(INSTANCE, "i-0.us-east-1.aws.nitro-enclaves")),
    UNBOUND("other-region", MEDIUM, "The leaf and the instance certificate name different regions.",
            MODULE_NAME(LEAF, ".eu-west-1.aws")),
    REFUSE_TPM("digest-sha256", HIGH, "document-digest", NATT_E_DOC_DIGEST, ITEM_digest, VALUE("digest", 0),
               DO(SET("digest", "66534841323536")), "digest is SHA256, the bank that most TPM tools use."),
    REFUSE_TPM("timestamp-0", HIGH, "document-timestamp", NATT_E_DOC_TIMESTAMP, ITEM_timestamp, VALUE("timestamp", 0),
               DO(SET("timestamp", "00")), "The timestamp is 0."),
    TPM_SIZE(4, "pcr-of-20-bytes", HIGH, 20, "PCR4 has 20 bytes, the length of SHA-1."),
    TPM_SIZE(4, "pcr-of-47-bytes", HIGH, 47, "PCR4 has 47 bytes."),
    TPM_SIZE(4, "pcr-of-49-bytes", HIGH, 49, "PCR4 has 49 bytes. A comparison of 48 bytes accepts it."),
    TPM_SIZE(12, "pcr-of-0-bytes", HIGH, 0, "PCR12 is empty. A prefix comparison accepts it."),
    TPM_SIZE(23, "pcr23-of-64-bytes", MEDIUM, 64, "PCR23 has 64 bytes, the length of SHA-512."),
    REFUSE_TPM("pcr-twice-different", CRITICAL, DOC_PCR_DUPLICATE(4), PCR(24, 0), DO(ADD_PCRS(4, 4)),
               "PCR4 appears twice. The second value is zero. A decoder may use either."),
    REFUSE_TPM("pcrs-33", MEDIUM, DOC_PCR_COUNT(nitrotpm_pcrs), DO(ADD_PCRS(24, 32)), "nitrotpm_pcrs has 33 entries."),
    REFUSE_TPM("pcr-index-not-shortest", HIGH, CBOR_NOT_SHORTEST(nitrotpm_pcrs), PCR(4, 0), DO(PCR_KEY(4, "1804")),
               "PCR index 4 is encoded as 18 04. This can hide a second PCR4 from a duplicate check."),
    REFUSE_TPM("policy-pcr4-other", CRITICAL, POLICY_PCR_MISMATCH(4), DO(OTHER(4), SAME(12)),
               "PCR4 differs from the policy in its last bit, so it identifies a different image."),
    REFUSE_TPM("policy-pcr7-other", CRITICAL, POLICY_PCR_MISMATCH(7), DO(OTHER(7)),
               "PCR7 differs from the policy in its last bit, so other keys verified the image."),
    REFUSE_TPM("policy-pcr12-zero", CRITICAL, POLICY_PCR_MISMATCH(12), DO(SAME(4), ZERO(12), SET_PCR(12, "5830 11*48")),
               "The policy allows no command line (PCR12 zero), and the image has one."),
    ACCEPT_TPM("policy-pcr12-is-zero", POLICY_PCR_MISMATCH(12), DO(PCR_ZEROS(12, 48), SAME(4), ZERO(12)),
               "PCR12 is zero, since there is no command line, as the policy requires."),
    ACCEPT_TPM("policy-pcr4-alone", POLICY_PCR_MISMATCH(4), DO(FLAG("allow-weak-policy"), SAME(4)),
               "The policy contains PCR4 without PCR12, and the verifier allows weak policies."),
    ACCEPT_TPM(
        "policy-pcr7-of-secure-boot-off", POLICY_PCR_MISMATCH(7),
        DO(FLAG("allow-weak-policy"), SET_PCR(7, SECURE_BOOT_OFF), SAME(7)),
        "PCR7 is that of every instance without Secure Boot. Only a verifier that allows weak policies takes it."),
    REFUSE_TPM("policy-pcr7-secure-boot-turned-off", CRITICAL, POLICY_PCR_MISMATCH(7),
               DO(SAME(7), SET_PCR(7, SECURE_BOOT_OFF)),
               "The policy requires Secure Boot with certain keys in PCR7, and Secure Boot is off."),
    REFUSE_TPM("nonce-last-byte", CRITICAL, EXPECT_NONCE, DO(OPTION("nonce", "010203"), SET("nonce", "43010204")),
               "The nonce differs in its last byte."),
    REFUSE_TPM("nonce-omitted", CRITICAL, EXPECT_NONCE_ABSENT, DO(OPTION("nonce", "010203"), OMIT("nonce")),
               "A nonce is expected, and the document has no nonce field."),
    REFUSE_TPM("public-key-other", HIGH, EXPECT_PUBLIC_KEY, CONTENT("public_key", 0),
               DO(EXPECT("public_key", EXACT, "010203"), SET("public_key", "43010204")),
               "public_key differs from the expected value in its last byte."),
    REFUSE_TPM("user-data-other", HIGH, EXPECT_USER_DATA, CONTENT("user_data", 0),
               DO(EXPECT("user_data", EXACT, "010203"), SET("user_data", "43010204")),
               "user_data differs from the expected value in its last byte."),
    REFUSE_TPM("changed-pcr4", CRITICAL, COSE_SIGNATURE, DO(BUILT, FLIP(1, PCR(4, 3))),
               "A bit of PCR4 is changed after signing."),
    REFUSE_TPM("root-not-trusted", CRITICAL, CHAIN_ROOT(0), DO(ROOTS("aws-root-g1")),
               "The chain is complete, but its root is not trusted."),
    REFUSE_TPM("unknown-field", LOW, DOC_UNKNOWN_FIELD, KEY("extra", 1), DO(ADD("extra", "f5")),
               "A field is not in the list that AWS publishes.",
               .policy = "AWS may add fields. A verifier may skip unknown names if it refuses duplicates."),
    REFUSE_TPM("denied-leaf", HIGH, CHAIN_DENIED(LEAF), DO(BUILT, DENY("serial", LEAF, "")),
               "The deny list contains the serial number of the leaf."),
};

GROUP_WITH_VALUES(nitrotpm, "NitroTPM documents, and documents of one kind where the verifier expects the other.")
