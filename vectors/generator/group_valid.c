/*
 * Documents that a verifier must not refuse: forms that are genuine, or that AWS's text allows.
 */
#include "vectors/generator/steps.h"

/* clang-format off */
static const struct natt_vector rows[] = {
    ACCEPT("valid-indefinite-map", "valid-form", "R-COSE-03 R-DOC-05", "The payload map of indefinite length (bf ... ff), as AWS writes since 2025.", DO(NOTHING)),
    ACCEPT("valid-definite-map", "valid-form", "R-DOC-05", "The payload map of definite length (a9), as AWS wrote until 2025.", ON(.definite = true), DO(NOTHING)),
    ACCEPT("valid-definite-map-tagged", "valid-form", "R-COSE-02", "The same behind tag 18.", ON(.definite = true), DO(ENVELOPE("tag", "d2"))),
    ACCEPT("valid-inner-indefinite", "valid-form", "R-CBOR-05", "pcrs and cabundle of indefinite length, too.", DO(FORM("pcrs", NATT_FORM_INDEFINITE), FORM("cabundle", NATT_FORM_INDEFINITE)), DIFFER("No genuine document has this form; a stricter decoder may refuse it.")),
    ACCEPT("valid-fields-reversed", "valid-order", "R-DOC-05", "All fields in reverse order: maps have none.", DO(REVERSE("payload"))),
    ACCEPT("valid-nonce-first", "valid-order", "R-DOC-05", "The nonce in front.", DO(TO_FRONT("nonce"))),
    ACCEPT("valid-certificate-first", "valid-order", "R-DOC-05", "The certificate in front.", DO(TO_FRONT("certificate"))),
    ACCEPT("valid-optionals-null", "valid-optionals", "R-DOC-06", "public_key, user_data and nonce are null, as AWS writes absent ones.", DO(NOTHING)),
    ACCEPT("valid-optionals-omitted", "valid-optionals", "R-DOC-05", "public_key, user_data and nonce are omitted.", DO(OMIT("public_key"), OMIT("user_data"), OMIT("nonce"))),
    ACCEPT("valid-optionals-empty", "valid-optionals", "R-DOC-16", "public_key, user_data and nonce are empty.", DO(SET("public_key", "40"), SET("user_data", "40"), SET("nonce", "40")), DIFFER("AWS's text contradicts itself about an empty public_key: its format definition begins at 0 bytes, its section on checking content at 1.")),
    ACCEPT("valid-user-data-and-nonce-empty", "valid-optionals", "R-DOC-16", "user_data and nonce are empty: every text of AWS allows that.", DO(SET("user_data", "40"), SET("nonce", "40"))),
    ACCEPT("valid-optionals-1-byte", "valid-optionals", "R-DOC-16", "public_key, user_data and nonce of one byte.", DO(SET("public_key", "4100"), SET("user_data", "4101"), SET("nonce", "4102"))),
    ACCEPT("valid-optionals-1024-bytes", "valid-optionals", "R-DOC-16", "public_key, user_data and nonce of 1024 bytes each, as two genuine documents have.", DO(SET_ZEROS("public_key", 1024), SET_ZEROS("user_data", 1024), SET_ZEROS("nonce", 1024))),
    ACCEPT("valid-user-data-4050-bytes", "valid-optionals", "R-DOC-16", "user_data of 4050 bytes, which the device lets through.", DO(SET_ZEROS("user_data", 4050)), DIFFER("AWS's text gives user_data 512 or 1024 bytes at most.")),
    ACCEPT("valid-public-key-not-der", "valid-optionals", "R-DOC-16", "A public_key that is no DER: any bytes are allowed.", DO(SET("public_key", "43ffffff"))),
#define STRING_HEAD(id, len, text) ACCEPT(id, "valid-form", "R-CBOR-03", text, DO(SET_ZEROS("user_data", len)))
    STRING_HEAD("valid-string-23-bytes", 23, "A string of 23 bytes, the longest with a head of one byte."),
    STRING_HEAD("valid-string-24-bytes", 24, "A string of 24 bytes, the shortest with a head of two bytes."),
    STRING_HEAD("valid-string-255-bytes", 255, "A string of 255 bytes, the longest with a head of two bytes."),
    STRING_HEAD("valid-string-256-bytes", 256, "A string of 256 bytes, the shortest with a head of three bytes."),
#define PAYLOAD_IS(id, len, text) ACCEPT(id, "valid-form", "R-COSE-06", text, DO(FLAG("allow-unknown-fields"), PAYLOAD_LEN(len)))
    PAYLOAD_IS("valid-payload-0x11ff-bytes", 0x11ff, "A payload of 0x11ff bytes: the low byte of its length in Sig_structure is ff."),
    PAYLOAD_IS("valid-payload-0x1200-bytes", 0x1200, "A payload of 0x1200 bytes: the low byte of its length is 00."),
    PAYLOAD_IS("valid-payload-0x2000-bytes", 0x2000, "A payload of 0x2000 bytes."),
    ACCEPT("valid-role-and-instance-pcrs", "valid-pcrs", "R-EXPECT-01", "PCR3 and PCR4 hold role and instance, 5 to 15 are zero.", DO(NOTHING)),
    ACCEPT("valid-17-pcrs", "valid-pcrs", "R-DOC-10", "17 PCRs: PCR16 was locked by the enclave.", DO(ADD_PCRS(16, 16))),
    ACCEPT("valid-pcrs-0-to-4-and-8", "valid-pcrs", "R-DOC-10", "PCR 0 to 4 and 8 only.", DO(OMIT_PCRS(5, 7), OMIT_PCRS(9, 15))),
    ACCEPT("valid-names-of-a-test", "valid-chain", "R-CHAIN-01 R-CHAIN-10", "Certificates whose names are not those of AWS: names are compared with each other only.", ON(.plain = true), DO(NOTHING)),
    ACCEPT("valid-chain-of-2", "valid-chain", "R-CHAIN-06", "The root issued the leaf.", ON(.bundle = 1), DO(NOTHING)),
    ACCEPT("valid-chain-of-4", "valid-chain", "R-CHAIN-06", "One CA less than AWS has.", ON(.bundle = 3), DO(NOTHING)),
    ACCEPT("valid-chain-of-6", "valid-chain", "R-CHAIN-06", "One CA more than AWS has.", ON(.bundle = 5), DO(NOTHING)),
    ACCEPT("valid-instance-without-key-identifiers", "valid-chain", "R-CHAIN-10", "An instance certificate without key identifiers, as until 2024: they are hints.", DO(OMIT_EXT(3, "2.5.29.14"), OMIT_EXT(3, "2.5.29.35"))),
    ACCEPT("valid-wrong-authority-key-identifier", "valid-chain", "R-CHAIN-10", "A zonal certificate whose authority key identifier names another key: a hint that is wrong.", DO(EXT(2, "2.5.29.35", 0, "301680140000000000000000000000000000000000000000")), DIFFER("RFC 5280 uses it to find issuers only; some validators refuse a mismatch.")),
    ACCEPT("valid-crl-point-unreachable", "valid-chain", "R-CHAIN-12", "CRL distribution points that cannot be reached: AWS says CRL checking must be disabled.", DO(NOTHING)),
    ACCEPT("valid-certificates-alike-but-for-dates", "valid-chain", "R-TIME-01", "All certificates valid for exactly one hour around now.", DO(VALID_ALL(-1800, 1800))),
    ACCEPT("valid-everything-expected", "valid-expectations", "R-EXPECT-03 R-EXPECT-04 R-EXPECT-05 R-EXPECT-06 R-EXPECT-07 R-EXPECT-08 R-POLICY-02", "Nonce, data, key, module, region and PCRs are all expected, and all as expected.", DO(OPTION("nonce", "010203"), SET("nonce", "43010203"), EXPECT("user_data", EXACT, "aa"), SET("user_data", "41aa"), EXPECT("public_key", EXACT, "bb"), SET("public_key", "41bb"), FLAG("require-module-binding"), OWN_MODULE_ID(0), OPTION("region", "us-east-1"), PIN("a", 0, "same"), PIN("a", 4, "same"))),
};
/* clang-format on */

const struct natt_vector_group natt_group_valid = {
    "valid", "Documents that must be accepted: forms that are genuine or that AWS's text allows.", {TABLE(rows)}};
