/*
 * The attestation document's map: which fields, once each, of which size.
 */
#include "vectors/generator/steps.h"

#define MANDATORY(name, id, field)                                                                                     \
    REFUSE("document-" id "-omitted", HIGH, DOC_MISSING_FIELD(field), NOWHERE,                                         \
           "The mandatory field " name " is missing.", DO(OMIT(name))),                                                \
        REFUSE("document-" id "-null", HIGH, DOC_NULL_FIELD(field), VALUE(name, 0),                                    \
               "The mandatory field " name " is null, which AWS writes for absent optional fields only.",              \
               DO(SET(name, "f6")))
#define TWICE_EQUAL(name, id, field)                                                                                   \
    REFUSE("document-" id "-twice", HIGH, DOC_DUPLICATE_FIELD(field), LAST_KEY(name, 0),                               \
           "The field " name " twice, with equal values.", DO(REPEAT_FIELD(name)))
#define TWICE_OTHER(name, id, field, severity, hex, text)                                                              \
    REFUSE("document-" id "-twice-different", severity, DOC_DUPLICATE_FIELD(field), LAST_KEY(name, 0), text,           \
           DO(ADD(name, hex)))
static const struct natt_vector fields[] = {
    MANDATORY("module_id", "module-id", NATT_FIELD_MODULE_ID),
    MANDATORY("digest", "digest", NATT_FIELD_DIGEST),
    MANDATORY("timestamp", "timestamp", NATT_FIELD_TIMESTAMP),
    MANDATORY("pcrs", "pcrs", NATT_FIELD_PCRS),
    MANDATORY("certificate", "certificate", NATT_FIELD_CERTIFICATE),
    MANDATORY("cabundle", "cabundle", NATT_FIELD_CABUNDLE),
    REFUSE("document-empty-map", HIGH, DOC_MISSING_FIELD(NATT_FIELD_MODULE_ID), NOWHERE,
           "The payload is an empty map: the first missing field is reported.", DO(RAW("payload", "a0"))),
    TWICE_EQUAL("module_id", "module-id", NATT_FIELD_MODULE_ID),
    TWICE_EQUAL("digest", "digest", NATT_FIELD_DIGEST),
    TWICE_EQUAL("timestamp", "timestamp", NATT_FIELD_TIMESTAMP),
    TWICE_EQUAL("pcrs", "pcrs", NATT_FIELD_PCRS),
    TWICE_EQUAL("certificate", "certificate", NATT_FIELD_CERTIFICATE),
    TWICE_EQUAL("cabundle", "cabundle", NATT_FIELD_CABUNDLE),
    TWICE_EQUAL("public_key", "public-key", NATT_FIELD_PUBLIC_KEY),
    TWICE_EQUAL("user_data", "user-data", NATT_FIELD_USER_DATA),
    TWICE_EQUAL("nonce", "nonce", NATT_FIELD_NONCE),
    TWICE_OTHER("nonce", "nonce", NATT_FIELD_NONCE, HIGH, "4101",
                "null first, then a nonce: the first or the last one counts, depending on the decoder."),
    TWICE_OTHER("user_data", "user-data", NATT_FIELD_USER_DATA, HIGH, "4101", "null first, then user_data."),
    TWICE_OTHER("public_key", "public-key", NATT_FIELD_PUBLIC_KEY, CRITICAL, "4101",
                "null first, then a public key: two readers may encrypt to two keys."),
    TWICE_OTHER("timestamp", "timestamp", NATT_FIELD_TIMESTAMP, HIGH, "1b0000019923c7b801",
                "A second timestamp one millisecond later."),
    TWICE_OTHER("pcrs", "pcrs", NATT_FIELD_PCRS, CRITICAL, "a1005830 00*48",
                "A second map of PCRs: which image runs depends on the decoder."),
    TWICE_OTHER("module_id", "module-id", NATT_FIELD_MODULE_ID, CRITICAL, "68692d302d656e6330",
                "A second module_id of another module."),
    TWICE_OTHER("digest", "digest", NATT_FIELD_DIGEST, HIGH, "66534841323536", "A second digest, SHA256."),

    REFUSE("document-key-integer", MEDIUM, DOC_KEY, CONTENT("user_data", 0),
           "A field named by the number 0: packed maps are another format.", DO(RENAME("nonce", "00"))),
    REFUSE("document-key-negative", MEDIUM, DOC_KEY, CONTENT("user_data", 0), "A field named by a negative number.",
           DO(RENAME("nonce", "20"))),
    REFUSE("document-key-bytes", HIGH, DOC_KEY, CONTENT("user_data", 0),
           "The name nonce as a byte string: equal bytes, another type, two entries in one map.",
           DO(RENAME("nonce", "456e6f6e6365"))),
    REFUSE("document-key-null", LOW, DOC_KEY, CONTENT("user_data", 0), "A field named null.",
           DO(RENAME("nonce", "f6"))),
    REFUSE("document-key-array", LOW, DOC_KEY, CONTENT("user_data", 0), "A field named by an empty array.",
           DO(RENAME("nonce", "80"))),
    REFUSE("document-key-map", LOW, DOC_KEY, CONTENT("user_data", 0), "A field named by an empty map.",
           DO(RENAME("nonce", "a0"))),
    REFUSE("document-key-true", LOW, DOC_KEY, CONTENT("user_data", 0), "A field named true.",
           DO(RENAME("nonce", "f5"))),

#define OTHERS                                                                                                         \
    DIFFER("AWS may add fields; a verifier may skip names it does not know as long as it refuses duplicates.")
    REFUSE("document-unknown-field", LOW, DOC_UNKNOWN_FIELD, KEY("extra", 1), "A field AWS does not list.",
           DO(ADD("extra", "f5")), OTHERS),
    REFUSE("document-unknown-field-upper-case-pcrs", HIGH, DOC_UNKNOWN_FIELD, KEY("PCRS", 1),
           "A field PCRS beside pcrs: a decoder that ignores case takes it for the PCRs.",
           DO(ADD("PCRS", "a201820304616181f5")), OTHERS),
    REFUSE("document-unknown-field-mixed-case-user-data", HIGH, DOC_UNKNOWN_FIELD, KEY("User_Data", 1),
           "A field User_Data beside user_data.", DO(ADD("User_Data", "4101")), OTHERS),
    REFUSE("document-unknown-field-nonce-with-space", MEDIUM, DOC_UNKNOWN_FIELD, KEY("nonce ", 1),
           "A field whose name is nonce and a space.", DO(ADD("nonce ", "4101")), OTHERS),
    REFUSE("document-unknown-field-empty-name", LOW, DOC_UNKNOWN_FIELD, CONTENT("nonce", 1),
           "A field whose name is empty.", DO(ADD("", "f5")), OTHERS),
    REFUSE("document-unknown-field-first", LOW, DOC_UNKNOWN_FIELD, PAYLOAD(2),
           "A field AWS does not list, in front of all others.", DO(ADD("extra", "f5"), TO_FRONT("extra")), OTHERS),
    REFUSE("document-two-unknown-fields", LOW, DOC_UNKNOWN_FIELD, KEY("x0", 1),
           "Two fields AWS does not list: the first is reported.", DO(ADD_MANY(2)), OTHERS),
    ACCEPT("document-unknown-field-allowed", "document-unknown-field", "R-DOC-03",
           "A field AWS does not list, for a verifier that was told to skip them.",
           DO(FLAG("allow-unknown-fields"), ADD("PCRS", "a201820304616181f5"))),
    REFUSE("document-unknown-field-twice", MEDIUM, DOC_DUPLICATE_FIELD(NO_ITEM), LAST_KEY("xx", 0),
           "A field AWS does not list, twice: skipped fields are compared too.",
           DO(FLAG("allow-unknown-fields"), ADD("xx", "00"), ADD("xx", "01"))),
    ACCEPT("document-unknown-fields-7", "document-unknown-field-count", "R-DOC-04", "Seven unknown fields.",
           DO(FLAG("allow-unknown-fields"), ADD_MANY(7)), DIFFER("The bound is ours; any bound will do.")),
    ACCEPT("document-unknown-fields-8", "document-unknown-field-count", "R-DOC-04",
           "Eight unknown fields, the most that are read.", DO(FLAG("allow-unknown-fields"), ADD_MANY(8)),
           DIFFER("The bound is ours; any bound will do.")),
    REFUSE("document-unknown-fields-9", LOW, DOC_UNKNOWN_COUNT, KEY("x8", 0), "Nine unknown fields.",
           DO(FLAG("allow-unknown-fields"), ADD_MANY(9)), DIFFER("The bound is ours; any bound will do.")),
};

#define FORM_OF_ID DIFFER("AWS does not document the form of module_id; all genuine enclaves have i-<hex>-enc<hex>.")
#define ID_TEXT(id, value, text)                                                                                       \
    REFUSE(id, HIGH, DOC_KIND_UNEXPECTED, CONTENT("module_id", 0), text, DO(SET_TEXT("module_id", value)), FORM_OF_ID)
static const struct natt_vector identity[] = {
    ACCEPT("document-module-id-99-bytes", "document-module-id-size", "R-DOC-07", "module_id of 99 bytes.",
           DO(SET_LONG("module_id", "i-1-enc", 99)), FORM_OF_ID),
    ACCEPT("document-module-id-100-bytes", "document-module-id-size", "R-DOC-07",
           "module_id of 100 bytes, what the NSM library holds.", DO(SET_LONG("module_id", "i-1-enc", 100)),
           FORM_OF_ID),
    REFUSE("document-module-id-101-bytes", MEDIUM, DOC_MODULE_ID_SIZE(NATT_FIELD_MODULE_ID), VALUE("module_id", 0),
           "module_id of 101 bytes: one more than the NSM library's buffer.", DO(SET_LONG("module_id", "i-1-enc", 101)),
           DIFFER("AWS's text gives no maximum.")),
    REFUSE("document-module-id-empty", MEDIUM, DOC_MODULE_ID_SIZE(NATT_FIELD_MODULE_ID), VALUE("module_id", 0),
           "module_id is empty text.", DO(SET("module_id", "60"))),
    ACCEPT("document-module-id-shortest", "document-kind", "R-DOC-07 R-DOC-18",
           "The shortest module_id that names an enclave.", DO(SET_TEXT("module_id", "i-0-enc0")), FORM_OF_ID),
    ID_TEXT("document-module-id-of-a-tpm", "i-0827e799ec9232d44-tpm0000000000000000",
            "A map of enclave PCRs with the module_id of a NitroTPM."),
    ID_TEXT("document-module-id-of-a-sandbox", "i-0827e799ec9232d44-sbx0123456789abcdef",
            "A module_id with a suffix nobody knows: PCRs may mean something else there."),
    ID_TEXT("document-module-id-without-enclave", "i-0827e799ec9232d44", "A module_id that is an instance id alone."),
    ID_TEXT("document-module-id-without-number", "i-0827e799ec9232d44-enc", "A module_id whose enclave has no number."),
    ID_TEXT("document-module-id-without-instance", "i--enc0123", "A module_id whose instance has no number."),
    ID_TEXT("document-module-id-not-hexadecimal", "i-01-encX", "A module_id whose enclave number is no hexadecimal."),
    ID_TEXT("document-module-id-with-a-tail", "i-01-enc01x", "A module_id with a letter behind the enclave's number."),
    ID_TEXT("document-module-id-1-byte", "i", "A module_id of one byte: long enough, and of no kind."),
    ID_TEXT("document-module-id-colon", "i-0:-enc0", "A module_id with a colon, the character behind 9."),
    ID_TEXT("document-module-id-slash", "i-0/-enc0", "A module_id with a slash, the character before 0."),
    ID_TEXT("document-module-id-g", "i-0g-enc0",
            "A module_id with the letter g, one behind the last hexadecimal digit."),
    ID_TEXT("document-module-id-backtick", "i-0`-enc0", "A module_id with a backtick, the character before a."),
    ID_TEXT("document-module-id-upper-case-i", "I-01-enc01", "A module_id that begins with a capital I."),
    ID_TEXT("document-module-id-other-letter", "j-01-enc01", "A module_id that begins with another letter."),
    ID_TEXT("document-module-id-upper-case-hex", "i-0A-enc01", "A module_id with an upper-case digit."),
    ID_TEXT("document-module-id-upper-case-enc", "i-01-ENC01", "A module_id with ENC in upper case."),
    ID_TEXT("document-module-id-without-hyphen", "i-01enc01", "A module_id without its second hyphen."),
    ID_TEXT("document-module-id-with-both-suffixes", "i-01-enc01-tpm00",
            "A module_id that ends like a NitroTPM's behind an enclave's."),
    ID_TEXT("document-module-id-with-newline", "i-01-enc01\n", "A module_id with a newline at its end."),
    REFUSE("document-module-id-with-nul", HIGH, DOC_KIND_UNEXPECTED, CONTENT("module_id", 0),
           "A module_id with a zero byte: a C string ends there.", DO(SET("module_id", "6a692d302d656e63300078")),
           FORM_OF_ID),

#define DIGEST_IS(id, hex, text)                                                                                       \
    REFUSE(id, HIGH, "document-digest", NATT_E_DOC_DIGEST, NATT_FIELD_DIGEST, VALUE("digest", 0), text,                \
           DO(SET("digest", hex)))
    DIGEST_IS("document-digest-sha256", "66534841323536", "digest is SHA256: the PCRs would have 32 bytes."),
    DIGEST_IS("document-digest-sha512", "66534841353132", "digest is SHA512."),
    DIGEST_IS("document-digest-lower-case", "66736861333834", "digest is sha384 in lower case."),
    DIGEST_IS("document-digest-empty", "60", "digest is empty text."),
    DIGEST_IS("document-digest-with-space", "6753484133383420", "digest is SHA384 and a space."),
    DIGEST_IS("document-digest-cut", "655348413338", "digest is SHA38: a comparison by prefix accepts it."),
    DIGEST_IS("document-digest-with-nul", "6753484133383400",
              "digest is SHA384 and a zero byte: a C string comparison accepts it."),
    DIGEST_IS("document-digest-with-hyphen", "675348412d333834", "digest is SHA-384, the standard's spelling."),

#define STAMPED(id, hex, text)                                                                                         \
    REFUSE(id, HIGH, "document-timestamp", NATT_E_DOC_TIMESTAMP, NATT_FIELD_TIMESTAMP, VALUE("timestamp", 0), text,    \
           DO(SET("timestamp", hex)))
    STAMPED("document-timestamp-0", "00", "A timestamp of 0."),
    STAMPED("document-timestamp-year-10000", "1b0000e677d21fdc00", "The first millisecond of the year 10000."),
    STAMPED("document-timestamp-2-63-minus-1", "1b7fffffffffffffff",
            "A timestamp of 2^63-1: adding a leeway overflows."),
    STAMPED("document-timestamp-2-63", "1b8000000000000000", "A timestamp of 2^63: negative where times are signed."),
    STAMPED("document-timestamp-2-64-minus-1", "1bffffffffffffffff",
            "A timestamp of 2^64-1: -1 where times are signed."),
    REFUSE("document-timestamp-1", MEDIUM, TIME_TIMESTAMP_EARLY, CERT(0, 0),
           "A timestamp of 1 ms is a time, but long before the root.", DO(SET("timestamp", "01")), RULES("R-DOC-09")),
    REFUSE("document-timestamp-end-of-9999", MEDIUM, TIME_TIMESTAMP_LATE, CERT(0, 0),
           "The last millisecond of 9999 is a time, but long after the root.",
           DO(SET("timestamp", "1b0000e677d21fdbff")), RULES("R-DOC-09")),
    REFUSE("document-two-kinds-of-pcrs", HIGH, DOC_KIND_MIXED(NATT_FIELD_NITROTPM_PCRS), KEY("nitrotpm_pcrs", 0),
           "nitrotpm_pcrs beside pcrs, null: a document has one kind.", DO(ADD("nitrotpm_pcrs", "f6"))),
    REFUSE("document-two-kinds-of-pcrs-first", HIGH, DOC_KIND_MIXED(NATT_FIELD_NITROTPM_PCRS), KEY("nitrotpm_pcrs", 0),
           "nitrotpm_pcrs with a value of its own beside pcrs.", DO(ADD("nitrotpm_pcrs", "a1045830 01*48"))),
};

static const struct natt_vector pcrs[] = {
    ACCEPT("pcrs-31", "document-pcr-count", "R-DOC-10", "31 PCRs.", DO(ADD_PCRS(16, 30))),
    ACCEPT("pcrs-32", "document-pcr-count", "R-DOC-10", "All 32 PCRs.", DO(ADD_PCRS(16, 31))),
    REFUSE("pcrs-33", MEDIUM, DOC_PCR_COUNT(NATT_FIELD_PCRS), VALUE("pcrs", 0),
           "33 entries in the map of PCRs: one of them has to be wrong, and the count says so.", DO(ADD_PCRS(16, 32)),
           CLEAREST),
    REFUSE("pcrs-33-indefinite", MEDIUM, DOC_PCR_INDEX(NATT_FIELD_PCRS), PCR(32, 0),
           "33 entries in a map of indefinite length: the last index is 32.",
           DO(ADD_PCRS(16, 32), FORM("pcrs", NATT_FORM_INDEFINITE))),
    REFUSE("pcrs-32-and-a-duplicate-indefinite", HIGH, DOC_PCR_DUPLICATE(31), PCR(32, 0),
           "All PCRs and PCR31 again, in a map of indefinite length.",
           DO(ADD_PCRS(16, 31), ADD_PCRS(31, 31), FORM("pcrs", NATT_FORM_INDEFINITE))),
    REFUSE("pcrs-none", HIGH, DOC_PCR_COUNT(NATT_FIELD_PCRS), VALUE("pcrs", 0),
           "No PCR: a policy that compares only what is there accepts everything.", DO(SET("pcrs", "a0"))),
    REFUSE("pcrs-none-indefinite", HIGH, DOC_PCR_COUNT(NATT_FIELD_PCRS), VALUE("pcrs", 0),
           "No PCR, in a map of indefinite length.", DO(SET("pcrs", "bfff"))),
    ACCEPT("pcrs-one", "document-pcr-count", "R-DOC-10 R-EXPECT-01",
           "PCR0 alone, for a verifier that allows debug mode.", DO(OMIT_PCRS(1, 15), FLAG("allow-debug"))),
    ACCEPT("pcrs-sparse", "document-pcr-count", "R-DOC-10",
           "PCR 0 to 4, 8, 16 and 31: locked PCRs may have gaps between them.",
           DO(OMIT_PCRS(5, 7), OMIT_PCRS(9, 15), ADD_PCRS(16, 16), ADD_PCRS(31, 31))),
    ACCEPT("pcrs-descending", "document-pcr-count", "R-DOC-10", "PCRs from 15 down to 0.", DO(REVERSE("pcrs"))),
#define INDEX(id, severity, hex, text)                                                                                 \
    REFUSE(id, severity, DOC_PCR_INDEX(NATT_FIELD_PCRS), PCR(0, 0), text, DO(PCR_KEY(0, hex)))
    REFUSE("pcr-index-32", HIGH, DOC_PCR_INDEX(NATT_FIELD_PCRS), PCR(0, 0), "PCR index 32: one beyond an array of 32.",
           DO(PCR_KEY(0, "1820")), CLEAREST),
    INDEX("pcr-index-255", HIGH, "18ff", "PCR index 255."),
    INDEX("pcr-index-256", HIGH, "190100", "PCR index 256: 0 in eight bits."),
    INDEX("pcr-index-65536", HIGH, "1a00010000", "PCR index 65536: 0 in 16 bits."),
    INDEX("pcr-index-2-32", HIGH, "1b0000000100000000", "PCR index 2^32: 0 in 32 bits, and so another PCR0."),
    INDEX("pcr-index-2-64-minus-1", HIGH, "1bffffffffffffffff", "PCR index 2^64-1: -1 where indices are signed."),
    INDEX("pcr-index-negative", HIGH, "20", "PCR index -1."),
    INDEX("pcr-index-text", MEDIUM, "6130", "PCR index as text."),
    INDEX("pcr-index-bytes", MEDIUM, "4100", "PCR index as a byte string."),
    INDEX("pcr-index-false", MEDIUM, "f4", "PCR index false, which compares equal to 0 in some languages."),
    INDEX("pcr-index-null", MEDIUM, "f6", "PCR index null."),
    ACCEPT("pcr-index-31", "document-pcr-index", "R-DOC-11", "PCR31, the last one.", DO(ADD_PCRS(31, 31))),
    REFUSE("pcr-twice", HIGH, DOC_PCR_DUPLICATE(0), PCR(1, 0), "PCR0 twice, with equal values.", DO(REPEAT_PCR(0)),
           CLEAREST),
    REFUSE("pcr-twice-different", CRITICAL, DOC_PCR_DUPLICATE(0), PCR(16, 0),
           "PCR0 twice, zeros at the end: the first or the last one counts, depending on the decoder.",
           DO(ADD_PCRS(0, 0))),
    REFUSE("pcr-twice-15", HIGH, DOC_PCR_DUPLICATE(15), PCR(16, 0), "PCR15 twice.", DO(REPEAT_PCR(15))),
#define SIZE(id, severity, len, text) REFUSE(id, severity, DOC_PCR_SIZE(0), PCR(0, 1), text, DO(PCR_ZEROS(0, len)))
    SIZE("pcr-of-0-bytes", HIGH, 0, "PCR0 is empty: a comparison by prefix accepts it."),
    SIZE("pcr-of-31-bytes", MEDIUM, 31, "PCR0 of 31 bytes."),
    SIZE("pcr-of-32-bytes", MEDIUM, 32,
         "PCR0 of 32 bytes, the length of SHA-256: AWS's text lists it, but the digest is SHA384."),
    SIZE("pcr-of-47-bytes", HIGH, 47, "PCR0 of 47 bytes."),
    SIZE("pcr-of-49-bytes", HIGH, 49, "PCR0 of 49 bytes: a comparison of 48 accepts it."),
    SIZE("pcr-of-64-bytes", MEDIUM, 64, "PCR0 of 64 bytes, the length of SHA-512."),
    SIZE("pcr-of-96-bytes", HIGH, 96, "PCR0 of 96 bytes, hexadecimal of 48."),
    REFUSE("pcr-31-of-47-bytes", HIGH, DOC_PCR_SIZE(15), PCR(15, 1),
           "PCR15 of 47 bytes: all are judged, not only those of a policy.", DO(PCR_ZEROS(15, 47))),
};

#define LIMITS_DIFFER                                                                                                  \
    DIFFER("AWS's text contradicts itself about these limits: 512 and 1024; the device takes a request of 4096 "       \
           "bytes.")
#define EMPTY_KEY                                                                                                      \
    DIFFER("AWS's text contradicts itself about an empty public_key: its format definition begins at 0 bytes, its "    \
           "section on checking content at 1.")
#define LONG_BUNDLE DIFFER("AWS gives no maximum; genuine bundles have 4.")
#define OVER(id, set, name, field, len, text)                                                                          \
    REFUSE(id, MEDIUM, "document-field-size", NATT_E_DOC_OPTIONAL_SIZE, field, CONTENT(name, 0), text,                 \
           DO(OPTION("limits", set), SET_ZEROS(name, len)), LIMITS_DIFFER)
#define UNDER(id, set, name, len, text)                                                                                \
    ACCEPT(id, "document-field-size", "R-DOC-16", text, DO(OPTION("limits", set), SET_ZEROS(name, len)))
#define ABOVE_AWS(id, name, len, text)                                                                                 \
    ACCEPT(id, "document-field-size", "R-DOC-16", text, DO(OPTION("limits", "default"), SET_ZEROS(name, len)),         \
           LIMITS_DIFFER)
#define DEFAULT_LIMITS(name, id, field)                                                                                \
    ABOVE_AWS("document-" id "-4095-bytes-default", name, 4095,                                                        \
              name " of 4095 bytes, one below the limit of the set default."),                                         \
        ABOVE_AWS("document-" id "-4096-bytes-default", name, 4096,                                                    \
                  name " of 4096 bytes, the limit of the set default."),                                               \
        OVER("document-" id "-4097-bytes-default", "default", name, field, 4097,                                       \
             name " of 4097 bytes, one above the limit of the set default.")
#define LIMITS(name, id, field, set, low, n, high)                                                                     \
    UNDER("document-" id "-" #low "-bytes-" set, set, name, low,                                                       \
          name " of " #low " bytes, one below the limit of the set " set "."),                                         \
        UNDER("document-" id "-" #n "-bytes-" set, set, name, n,                                                       \
              name " of " #n " bytes, the limit of the set " set "."),                                                 \
        OVER("document-" id "-" #high "-bytes-" set, set, name, field, high,                                           \
             name " of " #high " bytes, one above the limit of the set " set ".")
static const struct natt_vector sizes[] = {
    DEFAULT_LIMITS("user_data", "user-data", NATT_FIELD_USER_DATA),
    DEFAULT_LIMITS("nonce", "nonce", NATT_FIELD_NONCE),
    DEFAULT_LIMITS("public_key", "public-key", NATT_FIELD_PUBLIC_KEY),
    LIMITS("user_data", "user-data", NATT_FIELD_USER_DATA, "aws-1024", 1023, 1024, 1025),
    LIMITS("nonce", "nonce", NATT_FIELD_NONCE, "aws-1024", 1023, 1024, 1025),
    LIMITS("public_key", "public-key", NATT_FIELD_PUBLIC_KEY, "aws-1024", 1023, 1024, 1025),
    LIMITS("user_data", "user-data", NATT_FIELD_USER_DATA, "aws-512", 511, 512, 513),
    LIMITS("nonce", "nonce", NATT_FIELD_NONCE, "aws-512", 511, 512, 513),
    LIMITS("public_key", "public-key", NATT_FIELD_PUBLIC_KEY, "aws-512", 1023, 1024, 1025),
    ACCEPT("document-public-key-empty-default", "document-field-size", "R-DOC-16",
           "An empty public_key is present, and allowed.", DO(OPTION("limits", "default"), SET_ZEROS("public_key", 0)),
           EMPTY_KEY),
    UNDER("document-public-key-empty-aws-1024", "aws-1024", "public_key", 0,
          "An empty public_key under AWS's format definition."),
    OVER("document-public-key-empty-aws-512", "aws-512", "public_key", NATT_FIELD_PUBLIC_KEY, 0,
         "An empty public_key under AWS's section on checking content, which asks for 1 byte."),
    UNDER("document-public-key-1-byte-aws-512", "aws-512", "public_key", 1, "A public_key of one byte."),
    UNDER("document-user-data-empty-aws-512", "aws-512", "user_data", 0, "An empty user_data is genuine."),

    REFUSE("document-certificate-empty", MEDIUM, DOC_CERTIFICATE_SIZE(NATT_FIELD_CERTIFICATE), VALUE("certificate", 0),
           "The leaf has no byte.", DO(SET_ZEROS("certificate", 0))),
    REFUSE("document-certificate-1025-bytes", MEDIUM, DOC_CERTIFICATE_SIZE(NATT_FIELD_CERTIFICATE),
           VALUE("certificate", 0), "The leaf has 1025 bytes, one more than AWS allows.",
           DO(SET_ZEROS("certificate", 1025))),
    REFUSE("document-bundled-certificate-empty", MEDIUM, DOC_CERTIFICATE_SIZE(NATT_FIELD_CABUNDLE), ENTRY(0, 0),
           "The first certificate of the bundle has no byte.", DO(BUNDLE_ZEROS(0, 0))),
    REFUSE("document-bundled-certificate-1025-bytes", MEDIUM, DOC_CERTIFICATE_SIZE(NATT_FIELD_CABUNDLE), ENTRY(3, 0),
           "The last certificate of the bundle has 1025 bytes.", DO(BUNDLE_ZEROS(3, 1025))),
    REFUSE("document-certificate-1-byte", LOW, "certificate-der", NATT_E_DER_TAG, CERT(LEAF, 0),
           "The leaf has one byte: a size that is allowed, but no certificate.", DO(SET_ZEROS("certificate", 1)),
           RULES("R-DOC-14")),
    REFUSE("document-certificate-1024-zeros", LOW, "certificate-der", NATT_E_DER_TAG, CERT(LEAF, 0),
           "The leaf has 1024 zero bytes: a size that is allowed, but no certificate.",
           DO(SET_ZEROS("certificate", 1024)), RULES("R-DOC-14")),
    ACCEPT("document-cabundle-1", "document-bundle-count", "R-DOC-15",
           "The root alone in the bundle: it issued the leaf.", ON(.bundle = 1)),
    ACCEPT("document-cabundle-2", "document-bundle-count", "R-DOC-15", "Two certificates in the bundle.",
           ON(.bundle = 2)),
    ACCEPT("document-cabundle-7", "document-bundle-count", "R-DOC-15", "Seven certificates in the bundle.",
           ON(.bundle = 7), LONG_BUNDLE),
    ACCEPT("document-cabundle-8", "document-bundle-count", "R-DOC-15",
           "Eight certificates in the bundle, the most that are read.", ON(.bundle = 8), LONG_BUNDLE),
#define BUNDLE(id, hex, text)                                                                                          \
    REFUSE(id, MEDIUM, "document-bundle-count", NATT_E_DOC_CABUNDLE_COUNT, NATT_FIELD_CABUNDLE, VALUE("cabundle", 0),  \
           text, DO(SET("cabundle", hex)))
    REFUSE("document-cabundle-9", LOW, "document-bundle-count", NATT_E_DOC_CABUNDLE_COUNT, NATT_FIELD_CABUNDLE,
           VALUE("cabundle", 0), "Nine certificates in the bundle, in a valid chain.", ON(.bundle = 9), LONG_BUNDLE),
    REFUSE("document-cabundle-9-indefinite", LOW, "document-bundle-count", NATT_E_DOC_CABUNDLE_COUNT,
           NATT_FIELD_CABUNDLE, VALUE("cabundle", 0), "Nine certificates in an array of indefinite length.",
           ON(.bundle = 9), DO(FORM("cabundle", NATT_FORM_INDEFINITE)), LONG_BUNDLE),
    BUNDLE("document-cabundle-empty", "80", "No certificate in the bundle: nothing links the leaf to a root."),
    BUNDLE("document-cabundle-empty-indefinite", "9fff", "No certificate in an array of indefinite length."),
};

const struct natt_vector_group natt_group_document = {"document",
                                                      "The attestation document's map: fields, kinds, PCRs, sizes.",
                                                      {TABLE(fields), TABLE(identity), TABLE(pcrs), TABLE(sizes)}};
