/*
 * Documents that a verifier must accept: forms that are genuine or that the AWS documentation allows.
 */
#include "vectors/generator/steps.h"

static const struct natt_row rows[] = {
    ALLOWED("valid-indefinite-map", "valid-form", "R-COSE-03 R-DOC-05", NOTHING,
            "The payload map has an indefinite length (bf ... ff), as in genuine documents since 2025."),
    ALLOWED("valid-definite-map", "valid-form", "R-DOC-05", NOTHING,
            "The payload map has a definite length (a9), as in genuine documents until 2025.", ON(.definite = true)),
    ALLOWED("valid-definite-map-tagged", "valid-form", "R-COSE-02", DO(ENVELOPE(tag, "d2")),
            "The payload map has a definite length, and the document has tag 18.", ON(.definite = true)),
    ALLOWED("valid-inner-indefinite", "valid-form", "R-CBOR-05",
            DO(FORM(pcrs.wrap, NATT_FORM_INDEFINITE), FORM(cabundle.wrap, NATT_FORM_INDEFINITE)),
            "pcrs and cabundle also have an indefinite length.",
            DIFFER("No genuine document has this encoding. A stricter decoder may refuse it.")),
    ALLOWED("valid-fields-reversed", "valid-order", "R-DOC-05", DO(REVERSE(payload)),
            "The fields are in reverse order. A map has no order."),
    ALLOWED("valid-nonce-first", "valid-order", "R-DOC-05", DO(TO_FRONT("nonce")), "The nonce is the first field."),
    ALLOWED("valid-certificate-first", "valid-order", "R-DOC-05", DO(TO_FRONT("certificate")),
            "The certificate is the first field."),
    ALLOWED("valid-optionals-null", "valid-optionals", "R-DOC-06",
            DO(SET("public_key", "f6"), SET("user_data", "f6"), SET("nonce", "f6")),
            "public_key, user_data and nonce are null. AWS writes absent fields this way."),
    ALLOWED("valid-optionals-omitted", "valid-optionals", "R-DOC-05",
            DO(OMIT("public_key"), OMIT("user_data"), OMIT("nonce")), "public_key, user_data and nonce are omitted."),
    ALLOWED("valid-optionals-empty", "valid-optionals", "R-DOC-16",
            DO(SET("public_key", "40"), SET("user_data", "40"), SET("nonce", "40")),
            "public_key, user_data and nonce are empty.", EMPTY_KEY),
    ALLOWED("valid-user-data-and-nonce-empty", "valid-optionals", "R-DOC-16",
            DO(SET("user_data", "40"), SET("nonce", "40")),
            "user_data and nonce are empty. All AWS documentation allows this."),
    ALLOWED("valid-optionals-1-byte", "valid-optionals", "R-DOC-16",
            DO(SET("public_key", "4100"), SET("user_data", "4101"), SET("nonce", "4102")),
            "public_key, user_data and nonce have one byte."),
    ALLOWED("valid-optionals-1024-bytes", "valid-optionals", "R-DOC-16",
            DO(SET_ZEROS("public_key", 1024), SET_ZEROS("user_data", 1024), SET_ZEROS("nonce", 1024)),
            "public_key, user_data and nonce have 1024 bytes each, as in two genuine documents.", SIZES_DIFFER),
    ALLOWED("valid-user-data-4050-bytes", "valid-optionals", "R-DOC-16", DO(SET_ZEROS("user_data", 4050)),
            "user_data has 4050 bytes, which the device accepts.", SIZES_DIFFER),
    ALLOWED("valid-public-key-not-der", "valid-optionals", "R-DOC-16", DO(SET("public_key", "43ffffff")),
            "public_key is not DER. Any bytes are allowed."),
#define STRING_HEAD(id, len, text)                                                                                     \
    ALLOWED(id, "valid-form", "R-CBOR-03", DO(SET_ZEROS("user_data", len)), "A string has " text)
    STRING_HEAD("valid-string-23-bytes", 23, "23 bytes, the longest whose length fits into the first byte."),
    STRING_HEAD("valid-string-24-bytes", 24, "24 bytes, the shortest whose length needs one more byte."),
    STRING_HEAD("valid-string-255-bytes", 255, "255 bytes, the longest whose length needs one more byte."),
    STRING_HEAD("valid-string-256-bytes", 256, "256 bytes, the shortest whose length needs two more bytes."),
#define NO_OPTIONALS OMIT("public_key"), OMIT("user_data"), OMIT("nonce")
#define PAYLOAD_IS(id, len, text)                                                                                      \
    ALLOWED(id, "valid-form", "R-COSE-06", DO(UNKNOWN_ALLOWED, NO_OPTIONALS, PAYLOAD_LEN(len)), "The payload has " text)
    PAYLOAD_IS("valid-payload-0x11ff-bytes", 0x11ff,
               "0x11ff bytes. The low byte of its length in Sig_structure is ff."),
    PAYLOAD_IS("valid-payload-0x1200-bytes", 0x1200,
               "0x1200 bytes. The low byte of its length in Sig_structure is 00."),
    PAYLOAD_IS("valid-payload-0x2000-bytes", 0x2000, "0x2000 bytes."),
    ALLOWED("valid-role-and-instance-pcrs", "valid-pcrs", "R-EXPECT-01", NOTHING,
            "PCR3 and PCR4 contain the role and the instance. PCR5 to PCR15 are zero."),
    ALLOWED("valid-17-pcrs", "valid-pcrs", "R-DOC-10", DO(ADD_PCRS(16, 16)),
            "The document contains 17 PCRs because the enclave locked PCR16."),
    ALLOWED("valid-pcrs-0-to-4-and-8", "valid-pcrs", "R-DOC-10", DO(OMIT_PCRS(5, 7), OMIT_PCRS(9, 15)),
            "The document contains only PCR0 to PCR4 and PCR8."),
    ALLOWED("valid-names-of-a-test", "valid-chain", "R-CHAIN-01 R-CHAIN-10", NOTHING,
            "The certificates do not have the names that AWS uses. A verifier compares issuer and subject names only "
            "with each other.",
            ON(.plain = true)),
    ALLOWED("valid-chain-of-2", "valid-chain", "R-CHAIN-06", NOTHING, "The root issued the leaf.", ON(.bundle = 1)),
    ALLOWED("valid-chain-of-4", "valid-chain", "R-CHAIN-06", NOTHING,
            "The chain has one CA less than the chains of AWS.", ON(.bundle = 3)),
    ALLOWED("valid-chain-of-6", "valid-chain", "R-CHAIN-06", NOTHING,
            "The chain has one CA more than the chains of AWS.", ON(.bundle = 5)),
    ALLOWED("valid-instance-without-key-identifiers", "valid-chain", "R-CHAIN-10",
            DO(OMIT_EXT(3, "2.5.29.14"), OMIT_EXT(3, "2.5.29.35")),
            "The instance certificate has no key identifiers, as in genuine documents until 2024. Key identifiers are "
            "only hints."),
    ALLOWED(
        "valid-wrong-authority-key-identifier", "valid-chain", "R-CHAIN-10",
        DO(EXT(2, "2.5.29.35", 0, "30168014 00*20")),
        "The authority key identifier of the zonal certificate identifies a different key. Key identifiers are only "
        "hints.",
        DIFFER("RFC 5280 uses this extension only to find issuers. Some validators refuse a mismatch.")),
    ALLOWED("valid-crl-point-unreachable", "valid-chain", "R-CHAIN-12", NOTHING,
            "The CRL distribution points cannot be reached. AWS says to disable CRL checks."),
    ALLOWED("valid-certificates-alike-but-for-dates", "valid-chain", "R-TIME-01", DO(VALID_ALL(-1800, 1800)),
            "All certificates are valid for exactly one hour around the current time."),
    ALLOWED("valid-everything-expected", "valid-expectations",
            "R-EXPECT-03 R-EXPECT-04 R-EXPECT-05 R-EXPECT-06 R-EXPECT-07 R-EXPECT-08 R-POLICY-02",
            DO(OPTION("nonce", "010203"), SET("nonce", "43010203"), EXPECT("user_data", EXACT, "aa"),
               SET("user_data", "41aa"), EXPECT("public_key", EXACT, "bb"), SET("public_key", "41bb"),
               FLAG("require-module-binding"), OWN_MODULE_ID(0), OPTION("region", "us-east-1"), SAME(0), SAME(4)),
            "nonce, user_data, public_key, module_id, region and PCRs all have the expected values."),
};

GROUP(valid, "Documents that a verifier must accept: forms that are genuine or that the AWS documentation allows.")
