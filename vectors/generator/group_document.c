/*
 * The map of the attestation document: its fields, their number and their sizes.
 */
#include "vectors/generator/steps.h"

#define OF_MANDATORY(rows)                                                                                             \
    rows(module_id, "module-id"), rows(digest, "digest"), rows(timestamp, "timestamp"), rows(pcrs, "pcrs"),            \
        rows(certificate, "certificate"), rows(cabundle, "cabundle")
#define MANDATORY(field, id)                                                                                           \
    REFUSE("document-" id "-omitted", HIGH, DOC_MISSING_FIELD(field), DO(OMIT(#field)),                                \
           "The mandatory field " #field " is missing."),                                                              \
        REFUSE("document-" id "-null", HIGH, DOC_NULL_FIELD(field), DO(SET(#field, "f6")),                             \
               "The mandatory field " #field " is null. AWS writes null only for absent optional fields.")
#define TWICE_EQUAL(field, id)                                                                                         \
    REFUSE("document-" id "-twice", HIGH, DOC_DUPLICATE_FIELD(field), LAST_KEY(#field, 0), DO(REPEAT_FIELD(#field)),   \
           "The field " #field " appears twice with the same value.")
#define KEY_IS(id, severity, key, ...)                                                                                 \
    REFUSE("document-key-" id, severity, DOC_KEY, DO(RENAME("nonce", key)), __VA_ARGS__)
#define TWICE_IS(field, id, severity, text, ...)                                                                       \
    REFUSE("document-" id "-twice-different", severity, DOC_DUPLICATE_FIELD(field), LAST_KEY(#field, 0),               \
           DO(__VA_ARGS__), text)

#define TWICE_OTHER(field, id, severity, hex, text) TWICE_IS(field, id, severity, text, ADD(#field, hex))

#define NULL_THEN(field, id, severity, text) TWICE_IS(field, id, severity, text, SET(#field, "f6"), ADD(#field, "4101"))

#define OTHERS DIFFER("AWS may add fields. A verifier may skip unknown names if it refuses duplicates.")
#define OTHER_FIELD(id, severity, name, value, text)                                                                   \
    REFUSE("document-unknown-field" id, severity, DOC_UNKNOWN_FIELD, KEY(name, 1), DO(ADD(name, value)), text, OTHERS)
static const struct natt_row rows[] = {
    OF_MANDATORY(MANDATORY),
    REFUSE("document-empty-map", HIGH, DOC_MISSING_FIELD(module_id), DO(RAW(payload, "a0")),
           "The payload is an empty map. The verifier reports the first missing field."),
    OF_MANDATORY(TWICE_EQUAL),
    TWICE_EQUAL(public_key, "public-key"),
    TWICE_EQUAL(user_data, "user-data"),
    TWICE_EQUAL(nonce, "nonce"),
    NULL_THEN(nonce, "nonce", HIGH,
              "The nonce field appears twice: null first, then a value. A decoder may use either."),
    NULL_THEN(user_data, "user-data", HIGH, "The user_data field appears twice: null first, then a value."),
    NULL_THEN(
        public_key, "public-key", CRITICAL,
        "The public_key field appears twice: null first, then a value. Two readers may encrypt to different keys."),
    TWICE_OTHER(timestamp, "timestamp", HIGH, "1b0000019923c7b801",
                "The timestamp field appears twice. The second value is one millisecond later."),
    TWICE_OTHER(pcrs, "pcrs", CRITICAL, "a1005830 00*48",
                "The pcrs field appears twice with different values. A decoder may use either image."),
    TWICE_OTHER(module_id, "module-id", CRITICAL, "68692d302d656e6330",
                "The module_id field appears twice. The second value names a different module."),
    TWICE_OTHER(digest, "digest", HIGH, "66534841323536", "The digest field appears twice: SHA384 first, then SHA256."),

    KEY_IS("integer", MEDIUM, "00", "The name of a field is the integer 0. Packed maps are a different format.",
           OTHERS),
    KEY_IS("negative", MEDIUM, "20", "The name of a field is a negative integer.", OTHERS),
    KEY_IS(
        "bytes", HIGH, "456e6f6e6365",
        "The field name nonce is a byte string. A map may contain both the text and the byte string as separate keys."),
    KEY_IS("null", LOW, "f6", "The name of a field is null.", OTHERS),
    KEY_IS("array", LOW, "80", "The name of a field is an empty array.", OTHERS),
    KEY_IS("map", LOW, "a0", "The name of a field is an empty map.", OTHERS),
    KEY_IS("true", LOW, "f5", "The name of a field is true.", OTHERS),

    REFUSE("document-unknown-field", LOW, DOC_UNKNOWN_FIELD, KEY("extra", 1), DO(ADD("extra", "f5")),
           "A field is not in the list that AWS publishes.", OTHERS),
    OTHER_FIELD("-upper-case-pcrs", HIGH, "PCRS", "a201820304616181f5",
                "The document contains pcrs and PCRS. A decoder that ignores case may use PCRS."),
    OTHER_FIELD("-mixed-case-user-data", HIGH, "User_Data", "4101",
                "The document contains user_data and User_Data. A decoder that ignores case may use User_Data."),
    OTHER_FIELD("-nonce-with-space", MEDIUM, "nonce ", "4101", "The field name nonce ends with a space."),
    REFUSE("document-unknown-field-empty-name", LOW, DOC_UNKNOWN_FIELD, AFTER("nonce", 1), DO(ADD("", "f5")),
           "The name of a field is empty.", OTHERS),
    REFUSE("document-unknown-field-first", LOW, DOC_UNKNOWN_FIELD, PAYLOAD(2),
           DO(ADD("extra", "f5"), TO_FRONT("extra")), "An unknown field comes before all other fields.", OTHERS),
    REFUSE("document-two-unknown-fields", LOW, DOC_UNKNOWN_FIELD, KEY("x0", 1), DO(ADD_MANY(2)),
           "Two fields are unknown. The verifier reports the first.", OTHERS),
    ACCEPT("document-unknown-field-allowed", DOC_UNKNOWN_FIELD, NOWHERE,
           DO(UNKNOWN_ALLOWED, ADD("PCRS", "a201820304616181f5")),
           "An unknown field is present, and the verifier is configured to skip unknown fields."),
    REFUSE("document-unknown-field-twice", MEDIUM, DOC_DUPLICATE_FIELD(none), LAST_KEY("xx", 0),
           DO(UNKNOWN_ALLOWED, ADD("xx", "00"), ADD("xx", "01")),
           "An unknown field appears twice. A verifier that skips unknown fields must still refuse duplicates."),
    ACCEPT("document-unknown-fields-7", DOC_UNKNOWN_COUNT, NOWHERE, DO(UNKNOWN_ALLOWED, ADD_MANY(7)),
           "Seven fields are unknown.", ANY_BOUND),
    ACCEPT("document-unknown-fields-8", DOC_UNKNOWN_COUNT, NOWHERE, DO(UNKNOWN_ALLOWED, ADD_MANY(8)),
           "Eight fields are unknown, the maximum.", ANY_BOUND),
    REFUSE("document-unknown-fields-9", LOW, DOC_UNKNOWN_COUNT, KEY("x8", 0), DO(UNKNOWN_ALLOWED, ADD_MANY(9)),
           "Nine fields are unknown, one more than the maximum.", ANY_BOUND),

#define FORM_OF_ID                                                                                                     \
    DIFFER("AWS does not document the format of module_id. In all genuine enclave documents it is i-<hex>-enc<hex>."), \
        TAGS("genuine-form")
#define FIELD(id, class_name, code, field, hex, ...)                                                                   \
    REFUSE("document-" id, HIGH, class_name, code, ITEM_##field, VALUE(#field, 0), DO(SET(#field, hex)), __VA_ARGS__)
#define DIGEST_IS(id, hex, text)                                                                                       \
    FIELD("digest-" id, "document-digest", NATT_E_DOC_DIGEST, digest, hex, "digest is " text)
#define ID_TEXT(id, value, text)                                                                                       \
    REFUSE("document-module-id-" id, HIGH, DOC_KIND_UNEXPECTED, DO(SET_TEXT("module_id", value)), text, FORM_OF_ID)
#define STAMPED(id, hex, ...)                                                                                          \
    FIELD("timestamp-" id, "document-timestamp", NATT_E_DOC_TIMESTAMP, timestamp, hex, "The timestamp is " __VA_ARGS__)
#define NO_MAXIMUM                                                                                                     \
    DIFFER("AWS requires a timestamp above 0 and gives no maximum. No certificate is valid at this time."),            \
        TAGS("timestamp-in-validity")
    ACCEPT("document-module-id-99-bytes", DOC_MODULE_ID_SIZE, DO(SET_LONG("module_id", "i-1-enc", 99)),
           "module_id has 99 bytes.", FORM_OF_ID),
    ACCEPT("document-module-id-100-bytes", DOC_MODULE_ID_SIZE, DO(SET_LONG("module_id", "i-1-enc", 100)),
           "module_id has 100 bytes, the size of the buffer in the NSM library.", FORM_OF_ID),
    REFUSE("document-module-id-101-bytes", MEDIUM, DOC_MODULE_ID_SIZE, DO(SET_LONG("module_id", "i-1-enc", 101)),
           "module_id has 101 bytes, one more than the buffer in the NSM library.",
           LIMIT("The AWS documentation gives no maximum.")),
    REFUSE("document-module-id-empty", MEDIUM, DOC_MODULE_ID_SIZE, DO(SET("module_id", "60")),
           "module_id is an empty string."),
    ALLOWED("document-module-id-shortest", "document-kind", "R-DOC-07 R-DOC-18", DO(SET_TEXT("module_id", "i-0-enc0")),
            "module_id is the shortest value that identifies an enclave.", FORM_OF_ID),
    ID_TEXT("of-a-tpm", "i-0827e799ec9232d44-tpm0000000000000000",
            "The document contains enclave PCRs and the module_id of a NitroTPM."),
    ID_TEXT("of-a-sandbox", "i-0827e799ec9232d44-sbx0123456789abcdef",
            "module_id has an unknown suffix. The PCRs may have a different meaning there."),
    ID_TEXT("without-enclave", "i-0827e799ec9232d44", "module_id is an instance ID without an enclave."),
    ID_TEXT("without-number", "i-0827e799ec9232d44-enc", "module_id has no digits after enc."),
    ID_TEXT("without-instance", "i--enc0123", "module_id has no digits in its instance ID."),
    ID_TEXT("not-hexadecimal", "i-01-encX", "module_id has a letter other than a to f after enc."),
    ID_TEXT("with-a-tail", "i-01-enc01x", "module_id has the letter x after the digits of the enclave."),
    ID_TEXT("1-byte", "i", "module_id has one byte. The size is allowed, but it identifies no kind of document."),
    ID_TEXT("colon", "i-0:-enc0", "module_id contains a colon, the character after 9."),
    ID_TEXT("slash", "i-0/-enc0", "module_id contains a slash, the character before 0."),
    ID_TEXT("g", "i-0g-enc0", "module_id contains the letter g, the one after the last hexadecimal digit."),
    ID_TEXT("backtick", "i-0`-enc0", "module_id contains a backtick, the character before a."),
    ID_TEXT("upper-case-i", "I-01-enc01", "module_id begins with an uppercase I."),
    ID_TEXT("other-letter", "j-01-enc01", "module_id begins with j instead of i."),
    ID_TEXT("upper-case-hex", "i-0A-enc01", "module_id contains an uppercase hexadecimal digit."),
    ID_TEXT("upper-case-enc", "i-01-ENC01", "module_id contains ENC in uppercase."),
    ID_TEXT("without-hyphen", "i-01enc01", "module_id has no hyphen before enc."),
    ID_TEXT("with-both-suffixes", "i-01-enc01-tpm00",
            "module_id has the suffix of an enclave and then that of a NitroTPM."),
    ID_TEXT("with-newline", "i-01-enc01\n", "module_id ends with a newline."),
    REFUSE("document-module-id-with-nul", HIGH, DOC_KIND_UNEXPECTED, DO(SET("module_id", "6a692d302d656e63300078")),
           "module_id contains a zero byte. A C string ends there.", FORM_OF_ID),

    DIGEST_IS("sha256", "66534841323536", "SHA256, which would require PCRs of 32 bytes."),
    DIGEST_IS("sha512", "66534841353132", "SHA512."),
    DIGEST_IS("lower-case", "66736861333834", "sha384 in lowercase."),
    DIGEST_IS("empty", "60", "an empty string."),
    DIGEST_IS("with-space", "6753484133383420", "SHA384 with a space after it."),
    DIGEST_IS("cut", "655348413338", "SHA38. A prefix comparison accepts it."),
    DIGEST_IS("with-nul", "6753484133383400", "SHA384 with a zero byte after it. A C string comparison accepts it."),
    DIGEST_IS("with-hyphen", "675348412d333834", "SHA-384, the name in the NIST standard."),

    STAMPED("0", "00", "0."),
    STAMPED("year-10000", "1b0000e677d21fdc00", "the first millisecond of the year 10000.", NO_MAXIMUM),
    STAMPED("2-63-minus-1", "1b7fffffffffffffff", "2^63-1. Adding a leeway overflows a signed 64-bit integer.",
            NO_MAXIMUM),
    STAMPED("2-63", "1b8000000000000000", "2^63, which is negative in a signed 64-bit integer.", NO_MAXIMUM),
    STAMPED("2-64-minus-1", "1bffffffffffffffff", "2^64-1, which is -1 in a signed 64-bit integer.", NO_MAXIMUM),
    REFUSE("document-timestamp-1", MEDIUM, TIME_TIMESTAMP_EARLY(0), DO(SET("timestamp", "01")),
           "The timestamp is 1 ms. It is a valid time but long before the root certificate.", RULES("R-DOC-09")),
    REFUSE("document-timestamp-end-of-9999", MEDIUM, TIME_TIMESTAMP_LATE(0), DO(SET("timestamp", "1b0000e677d21fdbff")),
           "The timestamp is the last millisecond of 9999. It is a valid time but long after the root certificate.",
           RULES("R-DOC-09")),
    REFUSE("document-two-kinds-of-pcrs", HIGH, DOC_KIND_MIXED(nitrotpm_pcrs), DO(ADD("nitrotpm_pcrs", "f6")),
           "The document contains pcrs and a null nitrotpm_pcrs. A document contains one of the two."),
    REFUSE("document-two-kinds-of-pcrs-first", HIGH, DOC_KIND_MIXED(nitrotpm_pcrs),
           DO(ADD("nitrotpm_pcrs", "a1045830 01*48")),
           "The document contains pcrs and nitrotpm_pcrs, each with a value."),

#define PCRS_OK(id, text, ...) ACCEPT("pcrs-" id, DOC_PCR_COUNT(pcrs), DO(__VA_ARGS__), text)
#define INDEX(id, severity, hex, ...)                                                                                  \
    REFUSE("pcr-index-" id, severity, DOC_PCR_INDEX(pcrs), PCR(0, 0), DO(PCR_KEY(0, hex)),                             \
           "A PCR index is " __VA_ARGS__)
#define SIZE(pcr, id, severity, len, ...)                                                                              \
    REFUSE("pcr-" id, severity, DOC_PCR_SIZE(pcr), PCR(pcr, 1), DO(PCR_ZEROS(pcr, len)), __VA_ARGS__)
    PCRS_OK("31", "The document contains 31 PCRs.", ADD_PCRS(16, 30)),
    PCRS_OK("32", "The document contains all 32 PCRs.", ADD_PCRS(16, 31)),
    REFUSE("pcrs-33", MEDIUM, DOC_PCR_COUNT(pcrs), DO(ADD_PCRS(16, 32)),
           "The map pcrs has 33 entries. At least one index is wrong, and the verifier reports the count.", CLEAREST),
    REFUSE("pcrs-33-indefinite", MEDIUM, DOC_PCR_INDEX(pcrs), PCR(32, 0),
           DO(ADD_PCRS(16, 32), FORM(pcrs.wrap, NATT_FORM_INDEFINITE)),
           "The map pcrs has 33 entries and an indefinite length. The last index is 32."),
    REFUSE("pcrs-32-and-a-duplicate-indefinite", HIGH, DOC_PCR_DUPLICATE(31), PCR(32, 0),
           DO(ADD_PCRS(16, 31), ADD_PCRS(31, 31), FORM(pcrs.wrap, NATT_FORM_INDEFINITE)),
           "The map pcrs has an indefinite length and contains all PCRs, then PCR31 again."),
    REFUSE("pcrs-none", HIGH, DOC_PCR_COUNT(pcrs), DO(SET("pcrs", "a0")),
           "The document contains no PCR. A policy that compares only the PCRs that are present accepts everything."),
    REFUSE("pcrs-none-indefinite", HIGH, DOC_PCR_COUNT(pcrs), DO(SET("pcrs", "bfff")),
           "The document contains no PCR, and the map has an indefinite length."),
    ALLOWED("pcrs-one", "document-pcr-count", "R-DOC-10 R-EXPECT-01", DO(OMIT_PCRS(1, 15), FLAG("allow-debug")),
            "The document contains only PCR0, and the verifier allows debug mode."),
    PCRS_OK("sparse",
            "The document contains PCR0 to PCR4, PCR8, PCR16 and PCR31. Locked PCRs may have gaps between them.",
            OMIT_PCRS(5, 7), OMIT_PCRS(9, 15), ADD_PCRS(16, 16), ADD_PCRS(31, 31)),
    PCRS_OK("descending", "The PCRs are in descending order, from 15 to 0.", REVERSE(pcrs)),
    INDEX("32", HIGH, "1820", "32, one more than the last valid index.", CLEAREST),
    INDEX("255", HIGH, "18ff", "255."),
    INDEX("256", HIGH, "190100", "256, which is 0 in eight bits."),
    INDEX("65536", HIGH, "1a00010000", "65536, which is 0 in 16 bits."),
    INDEX("2-32", HIGH, "1b0000000100000000", "2^32, which is 0 in 32 bits and would then be a second PCR0."),
    INDEX("2-64-minus-1", HIGH, "1bffffffffffffffff", "2^64-1, which is -1 in a signed 64-bit integer."),
    INDEX("negative", HIGH, "20", "-1."),
    INDEX("text", MEDIUM, "6130", "text."),
    INDEX("bytes", MEDIUM, "4100", "a byte string."),
    INDEX("false", MEDIUM, "f4", "false, which equals 0 in some languages."),
    INDEX("null", MEDIUM, "f6", "null."),
    ACCEPT("pcr-index-31", DOC_PCR_INDEX(pcrs), NOWHERE, DO(ADD_PCRS(31, 31)),
           "The document contains PCR31, the last valid index."),
    REFUSE("pcr-twice", HIGH, DOC_PCR_DUPLICATE(0), PCR(1, 0), DO(REPEAT_PCR(0)),
           "PCR0 appears twice with the same value.", CLEAREST),
    REFUSE("pcr-twice-different", CRITICAL, DOC_PCR_DUPLICATE(0), PCR(16, 0), DO(ADD_PCRS(0, 0)),
           "PCR0 appears twice. The second value is zero. A decoder may use either."),
    REFUSE("pcr-twice-15", HIGH, DOC_PCR_DUPLICATE(15), PCR(16, 0), DO(REPEAT_PCR(15)), "PCR15 appears twice."),
    SIZE(0, "of-0-bytes", HIGH, 0, "PCR0 is empty. A prefix comparison accepts it."),
    SIZE(0, "of-31-bytes", MEDIUM, 31, "PCR0 has 31 bytes."),
    SIZE(0, "of-32-bytes", MEDIUM, 32,
         "PCR0 has 32 bytes, the length of SHA-256. The AWS documentation lists this size, but digest is SHA384.",
         OTHER_DIGEST),
    SIZE(0, "of-47-bytes", HIGH, 47, "PCR0 has 47 bytes."),
    SIZE(0, "of-49-bytes", HIGH, 49, "PCR0 has 49 bytes. A comparison of 48 bytes accepts it."),
    SIZE(0, "of-64-bytes", MEDIUM, 64, "PCR0 has 64 bytes, the length of SHA-512.", OTHER_DIGEST),
    SIZE(0, "of-96-bytes", HIGH, 96, "PCR0 has 96 bytes, the length of 48 bytes in hexadecimal."),
    SIZE(15, "31-of-47-bytes", HIGH, 47,
         "PCR15 has 47 bytes. A verifier checks the size of every PCR, not only of those in a policy."),

#define LIMITS_DIFFER SIZES_DIFFER
#define LONG_BUNDLE   LIMIT("AWS gives no maximum. Genuine bundles have 4 certificates.")
#define BUNDLE_OF(count, text, ...)                                                                                    \
    ACCEPT("document-cabundle-" count, DOC_CABUNDLE_COUNT, NOTHING, "cabundle contains " text, __VA_ARGS__)
#define WITHIN(id, field, set, len, ...)                                                                               \
    ALLOWED(id, "document-field-size", "R-DOC-16", DO(OPTION("limits", set), SET_ZEROS(#field, len)), __VA_ARGS__)
#define OUTSIDE(id, field, set, len, text)                                                                             \
    REFUSE(id, MEDIUM, "document-field-size", NATT_E_DOC_OPTIONAL_SIZE, ITEM_##field, CONTENT(#field, 0),              \
           DO(OPTION("limits", set), SET_ZEROS(#field, len)), text, LIMITS_DIFFER)
#define LIMITS(field, id, set, differ, below, at, above)                                                               \
    WITHIN("document-" id "-" #below "-bytes-" set, field, set, below,                                                 \
           #field " has " #below " bytes, one less than the limit in the set " set ".", differ),                       \
        WITHIN("document-" id "-" #at "-bytes-" set, field, set, at,                                                   \
               #field " has " #at " bytes, the limit in the set " set ".", differ),                                    \
        OUTSIDE("document-" id "-" #above "-bytes-" set, field, set, above,                                            \
                #field " has " #above " bytes, one more than the limit in the set " set ".")
#define NO_LEAF(id, len, text)                                                                                         \
    REFUSE("document-certificate-" id, LOW, "certificate-der", NATT_E_DER_TAG, CERT(LEAF, 0),                          \
           DO(SET_ZEROS("certificate", len)), text, RULES("R-DOC-14"))
#define BUNDLE(id, severity, steps, ...)                                                                               \
    REFUSE("document-cabundle-" id, severity, DOC_CABUNDLE_COUNT, steps, "cabundle " __VA_ARGS__)
    LIMITS(user_data, "user-data", "default", LIMITS_DIFFER, 4095, 4096, 4097),
    LIMITS(nonce, "nonce", "default", LIMITS_DIFFER, 4095, 4096, 4097),
    LIMITS(public_key, "public-key", "default", LIMITS_DIFFER, 4095, 4096, 4097),
    LIMITS(user_data, "user-data", "aws-1024", LIMITS_DIFFER, 1023, 1024, 1025),
    LIMITS(nonce, "nonce", "aws-1024", LIMITS_DIFFER, 1023, 1024, 1025),
    LIMITS(public_key, "public-key", "aws-1024", .policy = NULL, 1023, 1024, 1025),
    LIMITS(user_data, "user-data", "aws-512", .policy = NULL, 511, 512, 513),
    LIMITS(nonce, "nonce", "aws-512", .policy = NULL, 511, 512, 513),
    LIMITS(public_key, "public-key", "aws-512", .policy = NULL, 1023, 1024, 1025),
    WITHIN("document-public-key-empty-default", public_key, "default", 0,
           "public_key is empty. It is present, and the size is allowed.", EMPTY_KEY),
    WITHIN("document-public-key-empty-aws-1024", public_key, "aws-1024", 0,
           "public_key is empty. The format definition of AWS allows it."),
    OUTSIDE("document-public-key-empty-aws-512", public_key, "aws-512", 0,
            "public_key is empty. The section on content checks by AWS requires 1 byte."),
    WITHIN("document-public-key-1-byte-aws-512", public_key, "aws-512", 1, "public_key has one byte."),
    WITHIN("document-user-data-empty-aws-512", user_data, "aws-512", 0, "user_data is empty, as in genuine documents."),
    ALLOWED("document-public-key-null-aws-512", "document-field-size", "R-DOC-16",
            DO(OPTION("limits", "aws-512"), SET("public_key", "f6")),
            "public_key is null. The minimum of 1 byte applies to a value."),
    ALLOWED("document-public-key-omitted-aws-512", "document-field-size", "R-DOC-16",
            DO(OPTION("limits", "aws-512"), OMIT("public_key")),
            "public_key is omitted. The minimum of 1 byte applies to a value."),

    REFUSE("document-certificate-empty", MEDIUM, DOC_CERTIFICATE_SIZE(certificate), VALUE("certificate", 0),
           DO(SET_ZEROS("certificate", 0)), "The leaf certificate is empty."),
    REFUSE("document-certificate-1025-bytes", MEDIUM, DOC_CERTIFICATE_SIZE(certificate), VALUE("certificate", 0),
           DO(SET_ZEROS("certificate", 1025)), "The leaf certificate has 1025 bytes, one more than AWS allows."),
    REFUSE("document-bundled-certificate-empty", MEDIUM, DOC_CERTIFICATE_SIZE(cabundle), ENTRY(0, 0),
           DO(BUNDLE_ZEROS(0, 0)), "The first certificate in cabundle is empty."),
    REFUSE("document-bundled-certificate-1025-bytes", MEDIUM, DOC_CERTIFICATE_SIZE(cabundle), ENTRY(3, 0),
           DO(BUNDLE_ZEROS(3, 1025)), "The last certificate in cabundle has 1025 bytes, one more than AWS allows."),
    NO_LEAF("1-byte", 1, "The leaf certificate has one byte. The size is allowed, but it is not a certificate."),
    NO_LEAF("1024-zeros", 1024,
            "The leaf certificate is 1024 zero bytes. The size is allowed, but it is not a certificate."),
    BUNDLE_OF("1", "only the root, which issued the leaf.", ON(.bundle = 1)),
    BUNDLE_OF("2", "two certificates.", ON(.bundle = 2)),
    BUNDLE_OF("7", "seven certificates.", ON(.bundle = 7), LONG_BUNDLE),
    BUNDLE_OF("8", "eight certificates, the maximum.", ON(.bundle = 8), LONG_BUNDLE),
    BUNDLE("9", LOW, NOTHING, "contains nine certificates, one more than the maximum. The chain is valid.",
           ON(.bundle = 9), LONG_BUNDLE),
    BUNDLE("9-indefinite", LOW, DO(FORM(cabundle.wrap, NATT_FORM_INDEFINITE)),
           "contains nine certificates and has an indefinite length.", ON(.bundle = 9), LONG_BUNDLE),
    BUNDLE("empty", MEDIUM, DO(SET("cabundle", "80")), "is empty, so nothing links the leaf to a root.",
           RULES("R-CHAIN-01")),
    BUNDLE("empty-indefinite", MEDIUM, DO(SET("cabundle", "9fff")), "is empty and has an indefinite length.",
           RULES("R-CHAIN-01")),
};

GROUP_WITH_VALUES(document, "The map of the attestation document: fields, kinds, PCRs, sizes.")
