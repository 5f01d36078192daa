/*
 * The reasons for a refusal in the rows: the class of the vector and the code of the verifier.
 */
#ifndef NATT_VECTORS_REASONS_H
#define NATT_VECTORS_REASONS_H

/* clang-format off */
/* ---- envelope and expectations: no item ---- */
#define CBOR_DEPTH                   "cbor-depth", NATT_E_CBOR_DEPTH, NO_ITEM
#define CBOR_TRAILING                "cbor-trailing", NATT_E_CBOR_TRAILING, NO_ITEM
#define COSE_ARRAY                   "envelope-array", NATT_E_COSE_ARRAY, NO_ITEM
#define COSE_PAYLOAD                 "cose-payload", NATT_E_COSE_PAYLOAD, NO_ITEM, START(7)
#define COSE_PROTECTED               "cose-protected-header", NATT_E_COSE_PROTECTED, NO_ITEM, START(1)
#define COSE_SIGNATURE               "cose-signature", NATT_E_COSE_SIGNATURE, NO_ITEM, END(-96)
#define COSE_SIGNATURE_RANGE         "cose-signature-range", NATT_E_COSE_SIGNATURE_RANGE, NO_ITEM
#define COSE_SIGNATURE_SIZE          "cose-signature-size", NATT_E_COSE_SIGNATURE_SIZE, NO_ITEM, PAYLOAD_END(0)
#define COSE_SIZE                    "envelope-size", NATT_E_COSE_SIZE, NO_ITEM, START(0)
#define COSE_TAG                     "envelope-tag", NATT_E_COSE_TAG, NO_ITEM
#define COSE_TRAILING                "envelope-trailing-bytes", NATT_E_COSE_TRAILING, NO_ITEM
#define COSE_UNPROTECTED             "cose-unprotected-header", NATT_E_COSE_UNPROTECTED, NO_ITEM, START(6)
#define DOC_KEY                      "document-key", NATT_E_DOC_KEY, NO_ITEM, AFTER("user_data", 0)
#define DOC_KIND_UNEXPECTED          "document-kind", NATT_E_DOC_KIND_UNEXPECTED, NO_ITEM, CONTENT("module_id", 0)
#define DOC_UNKNOWN_COUNT            "document-unknown-field-count", NATT_E_DOC_UNKNOWN_COUNT, NO_ITEM
#define DOC_UNKNOWN_FIELD            "document-unknown-field", NATT_E_DOC_UNKNOWN_FIELD, NO_ITEM
#define EXPECT_MODULE_ID             "expected-identity", NATT_E_EXPECT_MODULE_ID, NO_ITEM, CONTENT("module_id", 0)
#define EXPECT_MODULE_BINDING        "module-binding", NATT_E_EXPECT_MODULE_BINDING, LEAF, CONTENT("module_id", 0)
#define EXPECT_NONCE                 "nonce", NATT_E_EXPECT_NONCE, NO_ITEM, CONTENT("nonce", 0)
#define EXPECT_NONCE_ABSENT          "nonce", NATT_E_EXPECT_NONCE_ABSENT, NO_ITEM, NOWHERE
#define EXPECT_REGION                "expected-identity", NATT_E_EXPECT_REGION, NO_ITEM
#define EXPECT_PUBLIC_KEY             "expected-value", NATT_E_EXPECT_PUBLIC_KEY, NO_ITEM
#define EXPECT_USER_DATA             "expected-value", NATT_E_EXPECT_USER_DATA, NO_ITEM
#define POLICY_NO_SET                "pcr-policy", NATT_E_POLICY_NO_SET, NO_ITEM, NOWHERE
#define TIME_FUTURE                  "document-future", NATT_E_TIME_FUTURE, NO_ITEM, NOWHERE
#define TIME_STALE                   "document-stale", NATT_E_TIME_STALE, NO_ITEM, NOWHERE

#define AT_VALUE(field)              ITEM_##field, VALUE(#field, 0)

/* ---- fields: the item is the name of the field, or `none` ---- */
#define CBOR_BREAK(field)            "cbor-break", NATT_E_CBOR_BREAK, ITEM_##field
#define CBOR_INDEFINITE(field)       "cbor-encoding", NATT_E_CBOR_INDEFINITE, ITEM_##field
#define CBOR_NOT_SHORTEST(field)     "cbor-encoding", NATT_E_CBOR_NOT_SHORTEST, ITEM_##field
#define CBOR_RESERVED(field)         "cbor-encoding", NATT_E_CBOR_RESERVED, ITEM_##field
#define CBOR_SIMPLE(field)           "cbor-simple-value", NATT_E_CBOR_SIMPLE, ITEM_##field
#define CBOR_TAG(field)              "cbor-tag", NATT_E_CBOR_TAG, ITEM_##field
#define CBOR_TRUNCATED(field)        "cbor-truncated", NATT_E_CBOR_TRUNCATED, ITEM_##field
#define HUGE_COUNT(field)            "cbor-huge-count", NATT_E_CBOR_TRUNCATED, ITEM_##field
#define CBOR_TYPE(field)             "cbor-wrong-type", NATT_E_CBOR_TYPE, ITEM_##field
#define CBOR_UTF8(field)             "cbor-utf8", NATT_E_CBOR_UTF8, ITEM_##field
#define DOC_CERTIFICATE_SIZE(field)  "document-certificate-size", NATT_E_DOC_CERTIFICATE_SIZE, ITEM_##field
#define DOC_CABUNDLE_COUNT           "document-bundle-count", NATT_E_DOC_CABUNDLE_COUNT, AT_VALUE(cabundle)
#define DOC_DUPLICATE_FIELD(field)   "cbor-duplicate-key", NATT_E_DOC_DUPLICATE_FIELD, ITEM_##field
#define DOC_KIND_MIXED(field)        "document-kind", NATT_E_DOC_KIND_MIXED, ITEM_##field, KEY(#field, 0)
#define DOC_MISSING_FIELD(field)     "document-missing-field", NATT_E_DOC_MISSING_FIELD, ITEM_##field, NOWHERE
#define DOC_MODULE_ID_SIZE           "document-module-id-size", NATT_E_DOC_MODULE_ID_SIZE, AT_VALUE(module_id)
#define DOC_NULL_FIELD(field)        "document-null-field", NATT_E_DOC_NULL_FIELD, AT_VALUE(field)
#define DOC_PCR_COUNT(field)         "document-pcr-count", NATT_E_DOC_PCR_COUNT, AT_VALUE(field)
#define DOC_PCR_INDEX(field)         "document-pcr-index", NATT_E_DOC_PCR_INDEX, ITEM_##field

/* ---- PCRs: the item is the index ---- */
#define DOC_PCR_DUPLICATE(pcr)       "cbor-duplicate-key", NATT_E_DOC_PCR_DUPLICATE, pcr
#define DOC_PCR_SIZE(pcr)            "document-pcr-size", NATT_E_DOC_PCR_SIZE, pcr
#define EXPECT_DEBUG(pcr)            "debug-mode", NATT_E_EXPECT_DEBUG, pcr
#define POLICY_PCR_ABSENT(pcr)       "pcr-policy", NATT_E_POLICY_PCR_ABSENT, pcr, NOWHERE
#define POLICY_PCR_MISMATCH(pcr)     "pcr-policy", NATT_E_POLICY_PCR_MISMATCH, pcr, PCR(pcr, 3)

/* ---- certificates: the place contains the item ---- */
#define CHAIN_CA_KEY_USAGE(cert)           "chain-ca-key-usage", NATT_E_CHAIN_CA_KEY_USAGE, CERT(cert, 0)
#define CHAIN_CA_NOT_CRITICAL(cert)        "chain-ca-not-critical", NATT_E_CHAIN_CA_NOT_CRITICAL, CERT(cert, 0)
#define CHAIN_CRITICAL(cert)               "chain-critical-extension", NATT_E_CHAIN_CRITICAL, CERT(cert, 0)
#define CHAIN_DENIED(cert)                 "chain-denied", NATT_E_CHAIN_DENIED, CERT(cert, 0)
#define CHAIN_DUPLICATE(cert)              "chain-duplicate", NATT_E_CHAIN_DUPLICATE, CERT(cert, 0)
#define CHAIN_LEAF_CONSTRAINTS             "chain-leaf-constraints", NATT_E_CHAIN_LEAF_CONSTRAINTS, CERT(LEAF, 0)
#define CHAIN_LEAF_DIGITAL_SIGNATURE(cert) "chain-leaf-key-usage", NATT_E_CHAIN_LEAF_DIGITAL_SIGNATURE, CERT(cert, 0)
#define CHAIN_NAME(cert)                   "chain-name", NATT_E_CHAIN_NAME, CERT(cert, 0)
#define CHAIN_ORDER_NAME(cert)             "chain-order", NATT_E_CHAIN_NAME, CERT(cert, 0)
#define CHAIN_NOT_CA(cert)                 "chain-not-ca", NATT_E_CHAIN_NOT_CA, CERT(cert, 0)
#define CHAIN_PATH_LENGTH(cert)            "chain-path-length", NATT_E_CHAIN_PATH_LENGTH, CERT(cert, 0)
#define CHAIN_ROOT(cert)                   "chain-root", NATT_E_CHAIN_ROOT, CERT(cert, 0)
#define CHAIN_ORDER_ROOT(cert)             "chain-order", NATT_E_CHAIN_ROOT, CERT(cert, 0)
#define CHAIN_SIGNATURE              "chain-signature", NATT_E_CHAIN_SIGNATURE
#define DER_BIT_STRING               "certificate-bit-string", NATT_E_DER_BIT_STRING
#define DER_BOOLEAN                  "certificate-boolean", NATT_E_DER_BOOLEAN
#define DER_INTEGER                  "certificate-integer", NATT_E_DER_INTEGER
#define DER_LENGTH                   "certificate-length", NATT_E_DER_LENGTH
#define DER_OID                      "certificate-oid", NATT_E_DER_OID
#define DER_TAG                      "certificate-tag", NATT_E_DER_TAG
#define DER_TRAILING                 "certificate-trailing-bytes", NATT_E_DER_TRAILING
#define DER_TRUNCATED                "certificate-truncated", NATT_E_DER_TRUNCATED
#define TIME_EXPIRED(cert)                 "certificate-expired", NATT_E_TIME_EXPIRED, CERT(cert, 0)
#define TIME_NOT_YET_VALID(cert)           "certificate-not-yet-valid", NATT_E_TIME_NOT_YET_VALID, CERT(cert, 0)
#define TIME_TIMESTAMP_EARLY(cert)         "timestamp-outside-certificate", NATT_E_TIME_TIMESTAMP_EARLY, CERT(cert, 0)
#define TIME_TIMESTAMP_LATE(cert)          "timestamp-outside-certificate", NATT_E_TIME_TIMESTAMP_LATE, CERT(cert, 0)
#define X509_EXTENSION_COUNT         "certificate-extension-count", NATT_E_X509_EXTENSION_COUNT
#define X509_EXTENSION_DUPLICATE     "certificate-extension-duplicate", NATT_E_X509_EXTENSION_DUPLICATE
#define X509_KEY_ALGORITHM           "certificate-key-algorithm", NATT_E_X509_KEY_ALGORITHM
#define X509_KEY_USAGE_EMPTY         "certificate-key-usage-empty", NATT_E_X509_KEY_USAGE_EMPTY
#define X509_NAME                    "certificate-name", NATT_E_X509_NAME
#define X509_POINT_FORM              "certificate-point-form", NATT_E_X509_POINT_FORM
#define X509_POINT_NOT_ON_CURVE      "certificate-point-not-on-curve", NATT_E_X509_POINT_NOT_ON_CURVE
#define X509_SERIAL                  "certificate-serial", NATT_E_X509_SERIAL
#define X509_SIGNATURE_ALGORITHM     "certificate-signature-algorithm", NATT_E_X509_SIGNATURE_ALGORITHM
#define X509_SIGNATURE_RANGE         "certificate-signature-range", NATT_E_X509_SIGNATURE_RANGE
#define X509_TIME                    "certificate-time-form", NATT_E_X509_TIME
#define X509_VALIDITY                "certificate-validity", NATT_E_X509_VALIDITY
#define X509_VERSION                 "certificate-version", NATT_E_X509_VERSION
/* clang-format on */

#endif
