/*
 * The attestation document's map: which fields, once each, of which size.
 */
#include "vectors/generator/steps.h"

#define OF_MANDATORY(rows)                                                                                             \
    rows(module_id, "module-id"), rows(digest, "digest"), rows(timestamp, "timestamp"), rows(pcrs, "pcrs"),            \
        rows(certificate, "certificate"), rows(cabundle, "cabundle")
#define MANDATORY(field, id)                                                                                           \
    REFUSE("document-" id "-omitted", HIGH, DOC_MISSING_FIELD(field), NOWHERE, DO(OMIT(#field)),                       \
           "The mandatory field " #field " is missing."),                                                              \
        REFUSE("document-" id "-null", HIGH, DOC_NULL_FIELD(field), VALUE(#field, 0), DO(SET(#field, "f6")),           \
               "The mandatory field " #field " is null, which AWS writes for absent optional fields only.")
#define TWICE_EQUAL(field, id)                                                                                         \
    REFUSE("document-" id "-twice", HIGH, DOC_DUPLICATE_FIELD(field), LAST_KEY(#field, 0), DO(REPEAT_FIELD(#field)),   \
           "The field " #field " twice, with equal values.")
#define TWICE_OTHER(field, id, severity, hex, text)                                                                    \
    REFUSE("document-" id "-twice-different", severity, DOC_DUPLICATE_FIELD(field), LAST_KEY(#field, 0),               \
           DO(ADD(#field, hex)), text)
#define KEY_IS(id, severity, key, text)                                                                                \
    REFUSE("document-key-" id, severity, DOC_KEY, CONTENT("user_data", 0), DO(RENAME("nonce", key)), text)
#define OTHERS                                                                                                         \
    DIFFER("AWS may add fields; a verifier may skip names it does not know as long as it refuses duplicates.")
#define OTHER_FIELD(id, severity, name, value, text)                                                                   \
    REFUSE("document-unknown-field" id, severity, DOC_UNKNOWN_FIELD, KEY(name, 1), DO(ADD(name, value)), text, OTHERS)
static const struct natt_vector fields[] = {
    OF_MANDATORY(MANDATORY),
    REFUSE("document-empty-map", HIGH, DOC_MISSING_FIELD(module_id), NOWHERE, DO(RAW("payload", "a0")),
           "The payload is an empty map: the first missing field is reported."),
    OF_MANDATORY(TWICE_EQUAL),
    TWICE_EQUAL(public_key, "public-key"),
    TWICE_EQUAL(user_data, "user-data"),
    TWICE_EQUAL(nonce, "nonce"),
    TWICE_OTHER(nonce, "nonce", HIGH, "4101",
                "null first, then a nonce: the first or the last one counts, depending on the decoder."),
    TWICE_OTHER(user_data, "user-data", HIGH, "4101", "null first, then user_data."),
    TWICE_OTHER(public_key, "public-key", CRITICAL, "4101",
                "null first, then a public key: two readers may encrypt to two keys."),
    TWICE_OTHER(timestamp, "timestamp", HIGH, "1b0000019923c7b801", "A second timestamp one millisecond later."),
    TWICE_OTHER(pcrs, "pcrs", CRITICAL, "a1005830 00*48",
                "A second map of PCRs: which image runs depends on the decoder."),
    TWICE_OTHER(module_id, "module-id", CRITICAL, "68692d302d656e6330", "A second module_id of another module."),
    TWICE_OTHER(digest, "digest", HIGH, "66534841323536", "A second digest, SHA256."),

    KEY_IS("integer", MEDIUM, "00", "A field named by the number 0: packed maps are another format."),
    KEY_IS("negative", MEDIUM, "20", "A field named by a negative number."),
    KEY_IS("bytes", HIGH, "456e6f6e6365",
           "The name nonce as a byte string: equal bytes, another type, two entries in one map."),
    KEY_IS("null", LOW, "f6", "A field named null."),
    KEY_IS("array", LOW, "80", "A field named by an empty array."),
    KEY_IS("map", LOW, "a0", "A field named by an empty map."),
    KEY_IS("true", LOW, "f5", "A field named true."),

    REFUSE("document-unknown-field", LOW, DOC_UNKNOWN_FIELD, KEY("extra", 1), DO(ADD("extra", "f5")),
           "A field AWS does not list.", OTHERS),
    OTHER_FIELD("-upper-case-pcrs", HIGH, "PCRS", "a201820304616181f5",
                "A field PCRS beside pcrs: a decoder that ignores case takes it for the PCRs."),
    OTHER_FIELD("-mixed-case-user-data", HIGH, "User_Data", "4101", "A field User_Data beside user_data."),
    OTHER_FIELD("-nonce-with-space", MEDIUM, "nonce ", "4101", "A field whose name is nonce and a space."),
    REFUSE("document-unknown-field-empty-name", LOW, DOC_UNKNOWN_FIELD, CONTENT("nonce", 1), DO(ADD("", "f5")),
           "A field whose name is empty.", OTHERS),
    REFUSE("document-unknown-field-first", LOW, DOC_UNKNOWN_FIELD, PAYLOAD(2),
           DO(ADD("extra", "f5"), TO_FRONT("extra")), "A field AWS does not list, in front of all others.", OTHERS),
    REFUSE("document-two-unknown-fields", LOW, DOC_UNKNOWN_FIELD, KEY("x0", 1), DO(ADD_MANY(2)),
           "Two fields AWS does not list: the first is reported.", OTHERS),
    ACCEPT("document-unknown-field-allowed", "document-unknown-field", "R-DOC-03",
           DO(UNKNOWN_ALLOWED, ADD("PCRS", "a201820304616181f5")),
           "A field AWS does not list, for a verifier that was told to skip them."),
    REFUSE("document-unknown-field-twice", MEDIUM, DOC_DUPLICATE_FIELD(none), LAST_KEY("xx", 0),
           DO(UNKNOWN_ALLOWED, ADD("xx", "00"), ADD("xx", "01")),
           "A field AWS does not list, twice: skipped fields are compared too."),
    ACCEPT("document-unknown-fields-7", "document-unknown-field-count", "R-DOC-04", DO(UNKNOWN_ALLOWED, ADD_MANY(7)),
           "Seven unknown fields.", ANY_BOUND),
    ACCEPT("document-unknown-fields-8", "document-unknown-field-count", "R-DOC-04", DO(UNKNOWN_ALLOWED, ADD_MANY(8)),
           "Eight unknown fields, the most that are read.", ANY_BOUND),
    REFUSE("document-unknown-fields-9", LOW, "document-unknown-field-count", NATT_E_DOC_UNKNOWN_COUNT, NO_ITEM,
           KEY("x8", 0), DO(UNKNOWN_ALLOWED, ADD_MANY(9)), "Nine unknown fields.", ANY_BOUND),
};

#define FORM_OF_ID DIFFER("AWS does not document the form of module_id; all genuine enclaves have i-<hex>-enc<hex>.")
#define FIELD(id, class_name, code, field, hex, text)                                                                  \
    REFUSE("document-" id, HIGH, class_name, code, ITEM_##field, VALUE(#field, 0), DO(SET(#field, hex)), text)
#define DIGEST_IS(id, hex, text) FIELD("digest-" id, "document-digest", NATT_E_DOC_DIGEST, digest, hex, text)
#define ID_TEXT(id, value, text)                                                                                       \
    REFUSE("document-module-id-" id, HIGH, DOC_KIND_UNEXPECTED, CONTENT("module_id", 0),                               \
           DO(SET_TEXT("module_id", value)), text, FORM_OF_ID)
#define STAMPED(id, hex, text) FIELD("timestamp-" id, "document-timestamp", NATT_E_DOC_TIMESTAMP, timestamp, hex, text)
static const struct natt_vector identity[] = {
    ACCEPT("document-module-id-99-bytes", "document-module-id-size", "R-DOC-07",
           DO(SET_LONG("module_id", "i-1-enc", 99)), "module_id of 99 bytes.", FORM_OF_ID),
    ACCEPT("document-module-id-100-bytes", "document-module-id-size", "R-DOC-07",
           DO(SET_LONG("module_id", "i-1-enc", 100)), "module_id of 100 bytes, what the NSM library holds.",
           FORM_OF_ID),
    REFUSE("document-module-id-101-bytes", MEDIUM, "document-module-id-size", NATT_E_DOC_MODULE_ID_SIZE, ITEM_module_id,
           VALUE("module_id", 0), DO(SET_LONG("module_id", "i-1-enc", 101)),
           "module_id of 101 bytes: one more than the NSM library's buffer.", DIFFER("AWS's text gives no maximum.")),
    REFUSE("document-module-id-empty", MEDIUM, "document-module-id-size", NATT_E_DOC_MODULE_ID_SIZE, ITEM_module_id,
           VALUE("module_id", 0), DO(SET("module_id", "60")), "module_id is empty text."),
    ACCEPT("document-module-id-shortest", "document-kind", "R-DOC-07 R-DOC-18", DO(SET_TEXT("module_id", "i-0-enc0")),
           "The shortest module_id that names an enclave.", FORM_OF_ID),
    ID_TEXT("of-a-tpm", "i-0827e799ec9232d44-tpm0000000000000000",
            "A map of enclave PCRs with the module_id of a NitroTPM."),
    ID_TEXT("of-a-sandbox", "i-0827e799ec9232d44-sbx0123456789abcdef",
            "A module_id with a suffix nobody knows: PCRs may mean something else there."),
    ID_TEXT("without-enclave", "i-0827e799ec9232d44", "A module_id that is an instance id alone."),
    ID_TEXT("without-number", "i-0827e799ec9232d44-enc", "A module_id whose enclave has no number."),
    ID_TEXT("without-instance", "i--enc0123", "A module_id whose instance has no number."),
    ID_TEXT("not-hexadecimal", "i-01-encX", "A module_id whose enclave number is no hexadecimal."),
    ID_TEXT("with-a-tail", "i-01-enc01x", "A module_id with a letter behind the enclave's number."),
    ID_TEXT("1-byte", "i", "A module_id of one byte: long enough, and of no kind."),
    ID_TEXT("colon", "i-0:-enc0", "A module_id with a colon, the character behind 9."),
    ID_TEXT("slash", "i-0/-enc0", "A module_id with a slash, the character before 0."),
    ID_TEXT("g", "i-0g-enc0", "A module_id with the letter g, one behind the last hexadecimal digit."),
    ID_TEXT("backtick", "i-0`-enc0", "A module_id with a backtick, the character before a."),
    ID_TEXT("upper-case-i", "I-01-enc01", "A module_id that begins with a capital I."),
    ID_TEXT("other-letter", "j-01-enc01", "A module_id that begins with another letter."),
    ID_TEXT("upper-case-hex", "i-0A-enc01", "A module_id with an upper-case digit."),
    ID_TEXT("upper-case-enc", "i-01-ENC01", "A module_id with ENC in upper case."),
    ID_TEXT("without-hyphen", "i-01enc01", "A module_id without its second hyphen."),
    ID_TEXT("with-both-suffixes", "i-01-enc01-tpm00", "A module_id that ends like a NitroTPM's behind an enclave's."),
    ID_TEXT("with-newline", "i-01-enc01\n", "A module_id with a newline at its end."),
    REFUSE("document-module-id-with-nul", HIGH, DOC_KIND_UNEXPECTED, CONTENT("module_id", 0),
           DO(SET("module_id", "6a692d302d656e63300078")), "A module_id with a zero byte: a C string ends there.",
           FORM_OF_ID),

    DIGEST_IS("sha256", "66534841323536", "digest is SHA256: the PCRs would have 32 bytes."),
    DIGEST_IS("sha512", "66534841353132", "digest is SHA512."),
    DIGEST_IS("lower-case", "66736861333834", "digest is sha384 in lower case."),
    DIGEST_IS("empty", "60", "digest is empty text."),
    DIGEST_IS("with-space", "6753484133383420", "digest is SHA384 and a space."),
    DIGEST_IS("cut", "655348413338", "digest is SHA38: a comparison by prefix accepts it."),
    DIGEST_IS("with-nul", "6753484133383400", "digest is SHA384 and a zero byte: a C string comparison accepts it."),
    DIGEST_IS("with-hyphen", "675348412d333834", "digest is SHA-384, the standard's spelling."),

    STAMPED("0", "00", "A timestamp of 0."),
    STAMPED("year-10000", "1b0000e677d21fdc00", "The first millisecond of the year 10000."),
    STAMPED("2-63-minus-1", "1b7fffffffffffffff", "A timestamp of 2^63-1: adding a leeway overflows."),
    STAMPED("2-63", "1b8000000000000000", "A timestamp of 2^63: negative where times are signed."),
    STAMPED("2-64-minus-1", "1bffffffffffffffff", "A timestamp of 2^64-1: -1 where times are signed."),
    REFUSE("document-timestamp-1", MEDIUM, TIME_TIMESTAMP_EARLY, CERT(0, 0), DO(SET("timestamp", "01")),
           "A timestamp of 1 ms is a time, but long before the root.", RULES("R-DOC-09")),
    REFUSE("document-timestamp-end-of-9999", MEDIUM, TIME_TIMESTAMP_LATE, CERT(0, 0),
           DO(SET("timestamp", "1b0000e677d21fdbff")),
           "The last millisecond of 9999 is a time, but long after the root.", RULES("R-DOC-09")),
    REFUSE("document-two-kinds-of-pcrs", HIGH, DOC_KIND_MIXED(nitrotpm_pcrs), KEY("nitrotpm_pcrs", 0),
           DO(ADD("nitrotpm_pcrs", "f6")), "nitrotpm_pcrs beside pcrs, null: a document has one kind."),
    REFUSE("document-two-kinds-of-pcrs-first", HIGH, DOC_KIND_MIXED(nitrotpm_pcrs), KEY("nitrotpm_pcrs", 0),
           DO(ADD("nitrotpm_pcrs", "a1045830 01*48")), "nitrotpm_pcrs with a value of its own beside pcrs."),
};

#define PCRS_OK(id, text, ...) ACCEPT("pcrs-" id, "document-pcr-count", "R-DOC-10", DO(__VA_ARGS__), text)
#define INDEX(id, severity, hex, ...)                                                                                  \
    REFUSE("pcr-index-" id, severity, DOC_PCR_INDEX(pcrs), PCR(0, 0), DO(PCR_KEY(0, hex)), __VA_ARGS__)
#define SIZE(pcr, id, severity, len, text)                                                                             \
    REFUSE("pcr-" id, severity, DOC_PCR_SIZE(pcr), PCR(pcr, 1), DO(PCR_ZEROS(pcr, len)), text)
static const struct natt_vector pcrs[] = {
    PCRS_OK("31", "31 PCRs.", ADD_PCRS(16, 30)),
    PCRS_OK("32", "All 32 PCRs.", ADD_PCRS(16, 31)),
    REFUSE("pcrs-33", MEDIUM, DOC_PCR_COUNT(pcrs), VALUE("pcrs", 0), DO(ADD_PCRS(16, 32)),
           "33 entries in the map of PCRs: one of them has to be wrong, and the count says so.", CLEAREST),
    REFUSE("pcrs-33-indefinite", MEDIUM, DOC_PCR_INDEX(pcrs), PCR(32, 0),
           DO(ADD_PCRS(16, 32), FORM("pcrs", NATT_FORM_INDEFINITE)),
           "33 entries in a map of indefinite length: the last index is 32."),
    REFUSE("pcrs-32-and-a-duplicate-indefinite", HIGH, DOC_PCR_DUPLICATE(31), PCR(32, 0),
           DO(ADD_PCRS(16, 31), ADD_PCRS(31, 31), FORM("pcrs", NATT_FORM_INDEFINITE)),
           "All PCRs and PCR31 again, in a map of indefinite length."),
    REFUSE("pcrs-none", HIGH, DOC_PCR_COUNT(pcrs), VALUE("pcrs", 0), DO(SET("pcrs", "a0")),
           "No PCR: a policy that compares only what is there accepts everything."),
    REFUSE("pcrs-none-indefinite", HIGH, DOC_PCR_COUNT(pcrs), VALUE("pcrs", 0), DO(SET("pcrs", "bfff")),
           "No PCR, in a map of indefinite length."),
    ACCEPT("pcrs-one", "document-pcr-count", "R-DOC-10 R-EXPECT-01", DO(OMIT_PCRS(1, 15), FLAG("allow-debug")),
           "PCR0 alone, for a verifier that allows debug mode."),
    PCRS_OK("sparse", "PCR 0 to 4, 8, 16 and 31: locked PCRs may have gaps between them.", OMIT_PCRS(5, 7),
            OMIT_PCRS(9, 15), ADD_PCRS(16, 16), ADD_PCRS(31, 31)),
    PCRS_OK("descending", "PCRs from 15 down to 0.", REVERSE("pcrs")),
    INDEX("32", HIGH, "1820", "PCR index 32: one beyond an array of 32.", CLEAREST),
    INDEX("255", HIGH, "18ff", "PCR index 255."),
    INDEX("256", HIGH, "190100", "PCR index 256: 0 in eight bits."),
    INDEX("65536", HIGH, "1a00010000", "PCR index 65536: 0 in 16 bits."),
    INDEX("2-32", HIGH, "1b0000000100000000", "PCR index 2^32: 0 in 32 bits, and so another PCR0."),
    INDEX("2-64-minus-1", HIGH, "1bffffffffffffffff", "PCR index 2^64-1: -1 where indices are signed."),
    INDEX("negative", HIGH, "20", "PCR index -1."),
    INDEX("text", MEDIUM, "6130", "PCR index as text."),
    INDEX("bytes", MEDIUM, "4100", "PCR index as a byte string."),
    INDEX("false", MEDIUM, "f4", "PCR index false, which compares equal to 0 in some languages."),
    INDEX("null", MEDIUM, "f6", "PCR index null."),
    ACCEPT("pcr-index-31", "document-pcr-index", "R-DOC-11", DO(ADD_PCRS(31, 31)), "PCR31, the last one."),
    REFUSE("pcr-twice", HIGH, DOC_PCR_DUPLICATE(0), PCR(1, 0), DO(REPEAT_PCR(0)), "PCR0 twice, with equal values.",
           CLEAREST),
    REFUSE("pcr-twice-different", CRITICAL, DOC_PCR_DUPLICATE(0), PCR(16, 0), DO(ADD_PCRS(0, 0)),
           "PCR0 twice, zeros at the end: the first or the last one counts, depending on the decoder."),
    REFUSE("pcr-twice-15", HIGH, DOC_PCR_DUPLICATE(15), PCR(16, 0), DO(REPEAT_PCR(15)), "PCR15 twice."),
    SIZE(0, "of-0-bytes", HIGH, 0, "PCR0 is empty: a comparison by prefix accepts it."),
    SIZE(0, "of-31-bytes", MEDIUM, 31, "PCR0 of 31 bytes."),
    SIZE(0, "of-32-bytes", MEDIUM, 32,
         "PCR0 of 32 bytes, the length of SHA-256: AWS's text lists it, but the digest is SHA384."),
    SIZE(0, "of-47-bytes", HIGH, 47, "PCR0 of 47 bytes."),
    SIZE(0, "of-49-bytes", HIGH, 49, "PCR0 of 49 bytes: a comparison of 48 accepts it."),
    SIZE(0, "of-64-bytes", MEDIUM, 64, "PCR0 of 64 bytes, the length of SHA-512."),
    SIZE(0, "of-96-bytes", HIGH, 96, "PCR0 of 96 bytes, hexadecimal of 48."),
    SIZE(15, "31-of-47-bytes", HIGH, 47, "PCR15 of 47 bytes: all are judged, not only those of a policy."),
};

#define LIMITS_DIFFER                                                                                                  \
    DIFFER("AWS's text contradicts itself about these limits: 512 and 1024; the device takes a request of 4096 "       \
           "bytes.")
#define EMPTY_KEY                                                                                                      \
    DIFFER("AWS's text contradicts itself about an empty public_key: its format definition begins at 0 bytes, its "    \
           "section on checking content at 1.")
#define LONG_BUNDLE DIFFER("AWS gives no maximum; genuine bundles have 4.")
#define BUNDLE_OF(count, text, ...)                                                                                    \
    ACCEPT("document-cabundle-" count, "document-bundle-count", "R-DOC-15", NOTHING, text, __VA_ARGS__)
#define WITHIN(id, field, set, len, ...)                                                                               \
    ACCEPT(id, "document-field-size", "R-DOC-16", DO(OPTION("limits", set), SET_ZEROS(#field, len)), __VA_ARGS__)
#define OUTSIDE(id, field, set, len, text)                                                                             \
    REFUSE(id, MEDIUM, "document-field-size", NATT_E_DOC_OPTIONAL_SIZE, ITEM_##field, CONTENT(#field, 0),              \
           DO(OPTION("limits", set), SET_ZEROS(#field, len)), text, LIMITS_DIFFER)
#define LIMITS(field, id, set, differ, below, at, above)                                                               \
    WITHIN("document-" id "-" #below "-bytes-" set, field, set, below,                                                 \
           #field " of " #below " bytes, one below the limit of the set " set ".", differ),                            \
        WITHIN("document-" id "-" #at "-bytes-" set, field, set, at,                                                   \
               #field " of " #at " bytes, the limit of the set " set ".", differ),                                     \
        OUTSIDE("document-" id "-" #above "-bytes-" set, field, set, above,                                            \
                #field " of " #above " bytes, one above the limit of the set " set ".")
#define NO_LEAF(id, len, text)                                                                                         \
    REFUSE("document-certificate-" id, LOW, "certificate-der", NATT_E_DER_TAG, CERT(LEAF, 0),                          \
           DO(SET_ZEROS("certificate", len)), text, RULES("R-DOC-14"))
#define BUNDLE(id, severity, steps, ...)                                                                               \
    REFUSE("document-cabundle-" id, severity, "document-bundle-count", NATT_E_DOC_CABUNDLE_COUNT, ITEM_cabundle,       \
           VALUE("cabundle", 0), steps, __VA_ARGS__)
static const struct natt_vector sizes[] = {
    LIMITS(user_data, "user-data", "default", LIMITS_DIFFER, 4095, 4096, 4097),
    LIMITS(nonce, "nonce", "default", LIMITS_DIFFER, 4095, 4096, 4097),
    LIMITS(public_key, "public-key", "default", LIMITS_DIFFER, 4095, 4096, 4097),
    LIMITS(user_data, "user-data", "aws-1024", .policy = NULL, 1023, 1024, 1025),
    LIMITS(nonce, "nonce", "aws-1024", .policy = NULL, 1023, 1024, 1025),
    LIMITS(public_key, "public-key", "aws-1024", .policy = NULL, 1023, 1024, 1025),
    LIMITS(user_data, "user-data", "aws-512", .policy = NULL, 511, 512, 513),
    LIMITS(nonce, "nonce", "aws-512", .policy = NULL, 511, 512, 513),
    LIMITS(public_key, "public-key", "aws-512", .policy = NULL, 1023, 1024, 1025),
    WITHIN("document-public-key-empty-default", public_key, "default", 0,
           "An empty public_key is present, and allowed.", EMPTY_KEY),
    WITHIN("document-public-key-empty-aws-1024", public_key, "aws-1024", 0,
           "An empty public_key under AWS's format definition."),
    OUTSIDE("document-public-key-empty-aws-512", public_key, "aws-512", 0,
            "An empty public_key under AWS's section on checking content, which asks for 1 byte."),
    WITHIN("document-public-key-1-byte-aws-512", public_key, "aws-512", 1, "A public_key of one byte."),
    WITHIN("document-user-data-empty-aws-512", user_data, "aws-512", 0, "An empty user_data is genuine."),

    REFUSE("document-certificate-empty", MEDIUM, DOC_CERTIFICATE_SIZE(certificate), VALUE("certificate", 0),
           DO(SET_ZEROS("certificate", 0)), "The leaf has no byte."),
    REFUSE("document-certificate-1025-bytes", MEDIUM, DOC_CERTIFICATE_SIZE(certificate), VALUE("certificate", 0),
           DO(SET_ZEROS("certificate", 1025)), "The leaf has 1025 bytes, one more than AWS allows."),
    REFUSE("document-bundled-certificate-empty", MEDIUM, DOC_CERTIFICATE_SIZE(cabundle), ENTRY(0, 0),
           DO(BUNDLE_ZEROS(0, 0)), "The first certificate of the bundle has no byte."),
    REFUSE("document-bundled-certificate-1025-bytes", MEDIUM, DOC_CERTIFICATE_SIZE(cabundle), ENTRY(3, 0),
           DO(BUNDLE_ZEROS(3, 1025)), "The last certificate of the bundle has 1025 bytes."),
    NO_LEAF("1-byte", 1, "The leaf has one byte: a size that is allowed, but no certificate."),
    NO_LEAF("1024-zeros", 1024, "The leaf has 1024 zero bytes: a size that is allowed, but no certificate."),
    BUNDLE_OF("1", "The root alone in the bundle: it issued the leaf.", ON(.bundle = 1)),
    BUNDLE_OF("2", "Two certificates in the bundle.", ON(.bundle = 2)),
    BUNDLE_OF("7", "Seven certificates in the bundle.", ON(.bundle = 7), LONG_BUNDLE),
    BUNDLE_OF("8", "Eight certificates in the bundle, the most that are read.", ON(.bundle = 8), LONG_BUNDLE),
    BUNDLE("9", LOW, NOTHING, "Nine certificates in the bundle, in a valid chain.", ON(.bundle = 9), LONG_BUNDLE),
    BUNDLE("9-indefinite", LOW, DO(FORM("cabundle", NATT_FORM_INDEFINITE)),
           "Nine certificates in an array of indefinite length.", ON(.bundle = 9), LONG_BUNDLE),
    BUNDLE("empty", MEDIUM, DO(SET("cabundle", "80")),
           "No certificate in the bundle: nothing links the leaf to a root."),
    BUNDLE("empty-indefinite", MEDIUM, DO(SET("cabundle", "9fff")), "No certificate in an array of indefinite length."),
};

GROUP(document, "The attestation document's map: fields, kinds, PCRs, sizes.", TABLE(fields), TABLE(identity),
      TABLE(pcrs), TABLE(sizes))
