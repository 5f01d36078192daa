/*
 * The COSE_Sign1 envelope. Only the payload and the protected header are signed, so anyone can make most of these from
 * a genuine document.
 */
#include "vectors/generator/steps.h"

#define STRICT                                                                                                         \
    DIFFER("This part is not signed, and RFC 8949 allows the encoding. A lenient decoder may accept it. Replay "       \
           "protection that compares document bytes must refuse it."),                                                 \
        TAGS("canonical-cbor")

#define TAG(id, severity, at, hex, ...)                                                                                \
    REFUSE("envelope-tag-" id, severity, COSE_TAG, START(at), DO(ENVELOPE(tag, hex)), __VA_ARGS__)
static const struct natt_row rows[] = {
    ACCEPT("envelope-untagged", COSE_TAG, NOWHERE, NOTHING, "The document has no tag, as every genuine document."),
    ACCEPT("envelope-tag-18", COSE_TAG, NOWHERE, DO(ENVELOPE(tag, "d2")),
           "The document has CBOR tag 18 (COSE_Sign1). The AWS documentation allows documents with and without it."),
    TAG("17", MEDIUM, 0, "d1", "The document has tag 17 (COSE_Mac0), a different structure with different rules."),
    TAG("98", MEDIUM, 0, "d862", "The document has tag 98 (COSE_Sign), which allows several signers."),
    TAG("18-not-shortest", LOW, 0, "d812", "Tag 18 uses two bytes (d8 12) where one is enough.", STRICT),
    TAG("self-described", LOW, 0, "d9d9f7", "The document has tag 55799 (self-described CBOR) instead of 18.", STRICT),
    TAG("18-twice", MEDIUM, 1, "d2d2",
        "The document has tag 18 twice. A decoder that removes tags in a loop accepts any number of them."),
    TAG("18-then-self-described", LOW, 1, "d2d9d9f7", "The document has a second tag after tag 18."),
    TAG("self-described-then-18", LOW, 0, "d9d9f7d2", "The document has tag 55799 (self-described CBOR) before tag 18.",
        STRICT),
    TAG("cwt", LOW, 0, "d83dd2",
        "The document has tag 61 (CBOR Web Token) before tag 18. A token is not an attestation document."),

#define ARRAY(id, severity, hex, ...)                                                                                  \
    REFUSE("envelope-array-" id, severity, COSE_ARRAY, START(0), DO(ENVELOPE(array_head, hex)), __VA_ARGS__)
    ARRAY("of-3", MEDIUM, "83", "The array has a count of three, but four items follow."),
    ARRAY("of-5", MEDIUM, "85", "The array has a count of five but contains four items."),
    ARRAY("of-0", MEDIUM, "80", "The array has a count of zero, but four items follow."),
    REFUSE("envelope-array-indefinite", LOW, COSE_ARRAY, START(0),
           DO(ENVELOPE(array_head, "9f"), ENVELOPE(trailing, "ff")),
           "The array has an indefinite length and a break code. This is a second encoding of the same signed content.",
           STRICT),
    ARRAY("indefinite-unended", MEDIUM, "9f", "The array has an indefinite length and no break code."),
    ARRAY("not-shortest", LOW, "9804", "The count of the array uses one byte more than necessary.", STRICT),
    ARRAY("is-map", MEDIUM, "a4", "A map replaces the array."),
    ARRAY("is-bytes", MEDIUM, "44", "A byte string replaces the array."),
    ARRAY("is-text", MEDIUM, "60", "A text string replaces the array."),
    ARRAY("is-integer", MEDIUM, "04", "An integer replaces the array."),
    ARRAY("is-null", MEDIUM, "f6", "null replaces the array."),
    ARRAY("of-4-billion", HIGH, "9bffffffffffffffff",
          "The array has a count of 2^64-1. A decoder that allocates memory by the count fails."),
    REFUSE("envelope-tagged-array-of-5", MEDIUM, COSE_ARRAY, START(1),
           DO(ENVELOPE(tag, "d2"), ENVELOPE(array_head, "85")),
           "The document has tag 18, and its array has a count of five. The offset is one more than without the tag."),

/*
 * Each document is signed with the header in its row, unless the row says otherwise, and always by ECDSA with SHA-384.
 * A verifier that accepts one of these ignores a rule but has not accepted a forgery.
 */
#define PROTECTED(id, severity, hex, ...)                                                                              \
    REFUSE("protected-" id, severity, COSE_PROTECTED, DO(ENVELOPE(protected_header, hex)), __VA_ARGS__)
    PROTECTED("is-map", MEDIUM, "a1013822",
              "The protected header is a map instead of a byte string that contains a map."),
    PROTECTED("empty", HIGH, "40",
              "The protected header is empty. Without a signed algorithm, a verifier would have to guess one."),
    PROTECTED("empty-map", HIGH, "41a0", "The protected header is an empty map without an algorithm."),
    PROTECTED("alg-es256", HIGH, "43a10126", "The algorithm is ES256 (-7), with the same P-384 key."),
    PROTECTED("alg-es512", HIGH, "44a1013823", "The algorithm is ES512 (-36), with the same P-384 key."),
    PROTECTED("alg-eddsa", HIGH, "43a10127", "The algorithm is EdDSA (-8)."),
    PROTECTED("alg-hmac", HIGH, "43a10105",
              "The algorithm is HMAC 256/256 (5). In a key confusion attack, the verifier uses the public key as the "
              "secret."),
    PROTECTED("alg-none", HIGH, "43a10100",
              "The algorithm is 0, which COSE reserves. A verifier must not treat it as \"none\"."),
    PROTECTED("alg-null", HIGH, "43a101f6", "The algorithm is null."),
    PROTECTED("alg-text", MEDIUM, "48a101654553333834",
              "The algorithm is the text \"ES384\" instead of the registered number -35."),
    PROTECTED("alg-twice", MEDIUM, "47a2013822013822",
              "The algorithm appears twice with the same value. Duplicate keys make a map invalid."),
    PROTECTED("alg-twice-different", HIGH, "46a20138220126",
              "The algorithm appears twice: ES384 first, then ES256. A decoder may use either."),
    PROTECTED("alg-twice-different-reversed", HIGH, "46a20126013822",
              "The algorithm appears twice: ES256 first, then ES384. A decoder may use either."),
    PROTECTED(
        "kid", LOW, "48a201382204420102",
        "The protected header contains a key identifier. No genuine document has one.",
        DIFFER("RFC 9052 allows further parameters. A verifier that does not use a key identifier may ignore it."),
        TAGS("genuine-form")),
    PROTECTED("crit", HIGH, "48a2013822028101",
              "The protected header contains crit. A verifier must refuse the document unless it understands every "
              "listed label."),
    PROTECTED("crit-unknown", HIGH, "4aa201382202811903e7",
              "The protected header contains crit with the unknown label 999."),
    PROTECTED("trailing-byte", MEDIUM, "45a101382200", "A byte follows the map inside the protected header."),
    PROTECTED("alg-not-shortest", LOW, "45a101390022", "The algorithm -35 uses three bytes where two are enough.",
              NOT_CANONICAL),
    PROTECTED("key-not-shortest", LOW, "45a118013822", "The label 1 uses two bytes where one is enough.",
              NOT_CANONICAL),
    PROTECTED("key-wide", LOW, "4ca11b00000000000000013822", "The label 1 uses nine bytes where one is enough.",
              NOT_CANONICAL),
    PROTECTED("head-not-shortest", LOW, "5804a1013822",
              "The length of the protected header uses one byte more than necessary. This byte is not signed.",
              NOT_CANONICAL, REACH("anybody")),
    PROTECTED("chunked", LOW, "5f44a1013822ff", "The protected header is a byte string of indefinite length.",
              NOT_CANONICAL),
    PROTECTED("map-indefinite", LOW, "45bf013822ff", "The map in the protected header has an indefinite length.",
              NOT_CANONICAL),
    PROTECTED("is-text", MEDIUM, "64a1013822", "The protected header is a text string."),
    PROTECTED("null", HIGH, "f6", "The protected header is null."),
    PROTECTED("array", MEDIUM, "43820138", "The protected header contains an array instead of a map."),
    PROTECTED("label-text", MEDIUM, "47a163616c673822", "The label of the algorithm is the text \"alg\" instead of 1."),
    PROTECTED("alg-bignum", MEDIUM, "46a101c3420022", "The algorithm is a bignum with the value -35 (RFC 8949 3.4.3)."),
    PROTECTED("alg-bignum-short", MEDIUM, "45a101c34122", "The algorithm is a bignum of one byte with the value -35."),
    PROTECTED("alg-float", MEDIUM, "45a101f9d060", "The algorithm is the float -35.0."),
    PROTECTED("alg-35", HIGH, "44a1011823", "The algorithm is 35. A decoder that drops the sign takes it for ES384."),
    PROTECTED("alg-34", HIGH, "44a1011822",
              "The algorithm is 34. Its bytes differ from those of -35 only in the type."),
    PROTECTED("alg-minus-291", HIGH, "45a101390122", "The algorithm is -291, which is -35 in eight bits."),
    PROTECTED("alg-minus-2-32-35", HIGH, "4ca1013b0000000100000022",
              "The algorithm is -2^32 - 35, which is -35 in 32 bits."),
    PROTECTED("alg-tagged", MEDIUM, "45a101c13822", "The algorithm has a tag."),
    PROTECTED("alg-in-array", MEDIUM, "45a101813822", "The algorithm is an array that contains -35."),
    PROTECTED("key-bignum", MEDIUM, "46a1c241013822", "The label 1 is a bignum."),
    PROTECTED("key-negative", HIGH, "44a1203822", "The label of the algorithm is -1 instead of 1."),
    PROTECTED("content-type", LOW, "47a20138220318 3c", "The protected header also contains a content type (label 3).",
              DIFFER("RFC 9052 allows it. AWS documents and writes the algorithm only.")),
    PROTECTED("iv", LOW, "48a201382205420102", "The protected header also contains an IV (label 5).",
              DIFFER("RFC 9052 allows it. AWS documents and writes the algorithm only.")),
    PROTECTED("x5chain", MEDIUM, "4aa20138221821420500",
              "The protected header also contains a certificate chain (label 33). The key must come from the payload.",
              DIFFER("RFC 9360 allows it. AWS documents and writes the algorithm only.")),
    PROTECTED("private-label", LOW, "4aa2013822 3a00010000 00", "The protected header also contains a private label.",
              DIFFER("RFC 9052 allows it. AWS documents and writes the algorithm only.")),
    PROTECTED("text-label", LOW, "47a2013822616100", "The protected header also contains a label that is text.",
              DIFFER("RFC 9052 allows it. AWS documents and writes the algorithm only.")),
    PROTECTED("alg-second", MEDIUM, "48a20441aa013822", "The algorithm follows a key identifier.",
              DIFFER("RFC 9052 allows it. AWS documents and writes the algorithm only.")),
    PROTECTED("two-maps", MEDIUM, "45a1013822a0", "A second map follows the first in the protected header."),
    PROTECTED("cut", MEDIUM, "43a10138", "The protected header ends inside the algorithm."),
    PROTECTED("count-2", MEDIUM, "44a2013822", "The map of the protected header has a count of two, and one pair."),
    PROTECTED("odd", MEDIUM, "42a101", "The map of the protected header has a label and no value."),
    PROTECTED("unended", MEDIUM, "45bf01382200",
              "The map of the protected header has an indefinite length and no end."),
    REFUSE("envelope-cose-sign-untagged", MEDIUM, COSE_PROTECTED, DO(COSE_SIGN),
           "The document is a complete COSE_Sign without tag and with one signer, whose signature is valid."),
    REFUSE("envelope-cose-sign-as-sign1", MEDIUM, "cose-protected-header", NATT_E_COSE_PROTECTED, NO_ITEM, START(2),
           DO(ENVELOPE(tag, "d2"), COSE_SIGN),
           "The document is a complete COSE_Sign, and its tag is that of COSE_Sign1."),
    REFUSE("protected-alg-only-unprotected", HIGH, COSE_PROTECTED,
           DO(ENVELOPE(protected_header, "40"), ENVELOPE(unprotected, "a1013822")),
           "Only the unsigned header contains the algorithm, so an attacker can change it.", RULES("R-COSE-05")),
    REFUSE("protected-alg-none-unsigned", CRITICAL, COSE_PROTECTED,
           DO(ENVELOPE(protected_header, "43a10100"), SIG_RAW(DOC, "")),
           "The algorithm is 0 and the signature is empty. Anyone can make such a document."),
    REFUSE("protected-empty-unsigned", CRITICAL, COSE_PROTECTED, DO(ENVELOPE(protected_header, "40"), SIG_RAW(DOC, "")),
           "The protected header and the signature are empty. Anyone can make such a document."),

#define UNPROTECTED(id, severity, hex, ...)                                                                            \
    REFUSE("unprotected-" id, severity, COSE_UNPROTECTED, DO(ENVELOPE(unprotected, hex)),                              \
           "The unprotected header " __VA_ARGS__)
#define MAY_IGNORE                                                                                                     \
    DIFFER("RFC 9052 lets a verifier ignore a parameter that it does not use. The AWS documentation says that the "    \
           "unprotected header is empty."),                                                                            \
        TAGS("genuine-form")
#define TRAILING(id, severity, at, hex, text)                                                                          \
    REFUSE("trailing-" id, severity, COSE_TRAILING, END(at), DO(ENVELOPE(trailing, hex)), text)
    UNPROTECTED("alg", MEDIUM, "a1013822", "repeats the algorithm."),
    UNPROTECTED("alg-es256", MEDIUM, "a10126",
                "contains the algorithm ES256. A lookup that merges both headers may use it."),
    UNPROTECTED("kid", MEDIUM, "a10441aa", "contains an unsigned key identifier.", MAY_IGNORE),
    UNPROTECTED("x5chain", MEDIUM, "a11821420500",
                "contains a certificate chain (label 33). The key must come from the payload.", MAY_IGNORE),
    UNPROTECTED("null", LOW, "f6", "is null instead of an empty map."),
    UNPROTECTED("integer", LOW, "00", "is an integer instead of an empty map."),
    UNPROTECTED("array", LOW, "80", "is an empty array instead of an empty map."),
    UNPROTECTED("bytes", LOW, "40", "is an empty byte string instead of an empty map."),
    UNPROTECTED("indefinite", LOW, "bfff", "is an empty map of indefinite length (bf ff).", STRICT),
    UNPROTECTED("not-shortest", LOW, "b800", "is an empty map, and its count uses one byte more than necessary.",
                STRICT),

    TRAILING("zero-byte", MEDIUM, -1, "00", "A zero byte follows the document."),
    TRAILING("newline", LOW, -1, "0a", "A newline follows the document, as some tools add one."),
    TRAILING("break", MEDIUM, -1, "ff", "A break code follows the document, but nothing is open."),
    TRAILING("null", LOW, -1, "f6", "A fifth item, null, follows the document."),
    TRAILING("second-envelope", MEDIUM, -7, "8444a1013822a0",
             "The beginning of a second document follows the document."),
    REFUSE("trailing-whole-document", MEDIUM, COSE_TRAILING, END(0), DO(BUILT, TWICE),
           "The document appears twice. It is unclear which of the two was verified."),

    REFUSE("document-empty", MEDIUM, COSE_SIZE, DO(BUILT, CUT(START(0))), "The document is empty.", RULES("R-COSE-03")),
    REFUSE("document-of-16494-bytes", MEDIUM, COSE_SIZE, DO(BUILT, PAD_TO(NATT_MAX_DOCUMENT + 1)),
           "The document has one byte more than the maximum. A verifier refuses it before it decodes anything.",
           LIMIT("The maximum size follows from the other limits. A verifier without it may report the bytes after "
                 "the document instead.")),
    REFUSE("document-of-16493-bytes-padded", LOW, "envelope-size", NATT_E_COSE_TRAILING, NO_ITEM, END(0),
           DO(BUILT, PAD_TO(NATT_MAX_DOCUMENT)),
           "Padding after the document fills it to the maximum size. The verifier reports the padding, not the size.",
           RULES("R-COSE-01")),
    ALLOWED("document-of-16493-bytes", "envelope-size", "R-COSE-01 R-COSE-06",
            DO(ENVELOPE(tag, "d2"), UNKNOWN_ALLOWED, PAYLOAD_LEN(NATT_MAX_PAYLOAD)),
            "The document has the maximum size: tag 18 and a payload of 16384 bytes."),
    REFUSE("document-is-base64", LOW, COSE_ARRAY, START(0), DO(BUILT, REPLACE("6845536843676f41")),
           "The document is Base64 text. A verifier expects the decoded bytes, which begin with 84."),
    REFUSE("document-one-byte", LOW, CBOR_TRUNCATED(none), START(1), DO(BUILT, CUT(START(1))),
           "The document contains only the first byte of the array.", RULES("R-COSE-04")),

#define PAYLOAD_IS(id, severity, code, hex, text)                                                                      \
    REFUSE("payload-" id, severity, "cose-payload", code, NO_ITEM, START(7), DO(ENVELOPE(payload, hex)), text,         \
           RULES("R-COSE-06"))
#define PAYLOAD_HEAD(id, code, text, ...)                                                                              \
    REFUSE("payload-whole-" id, LOW, "cose-payload", code, NO_ITEM, START(7), DO(__VA_ARGS__), text, STRICT)
    PAYLOAD_IS("null", HIGH, NATT_E_CBOR_TYPE, "f6",
               "The payload is null. It is a detached payload, which a sender transfers separately."),
    PAYLOAD_IS("integer", LOW, NATT_E_CBOR_TYPE, "00", "The payload is an integer instead of a byte string."),
    PAYLOAD_IS("text", LOW, NATT_E_CBOR_TYPE, "6161", "The payload is a text string instead of a byte string."),
    PAYLOAD_IS("map", MEDIUM, NATT_E_CBOR_TYPE, "a0",
               "The payload is a map instead of a byte string, so the signed bytes are not defined."),
    PAYLOAD_IS("array", LOW, NATT_E_CBOR_TYPE, "8101",
               "The payload is an array of integers, as some JSON converters write bytes."),
    REFUSE("payload-empty", MEDIUM, COSE_PAYLOAD, DO(ENVELOPE(payload, "40")), "The payload is empty."),
    PAYLOAD_IS("chunked", LOW, NATT_E_CBOR_INDEFINITE, "5f4161ff",
               "The payload is a byte string of indefinite length."),
    PAYLOAD_IS("tagged", LOW, NATT_E_CBOR_TAG, "c24161", "The payload is a bignum."),
    PAYLOAD_IS("embedded-cbor-tag", LOW, NATT_E_CBOR_TAG, "d81841a0", "The payload has tag 24 (embedded CBOR)."),
    PAYLOAD_IS("head-not-shortest", LOW, NATT_E_CBOR_NOT_SHORTEST, "580161",
               "The length of the payload is 1 but uses one byte more than necessary."),
    PAYLOAD_IS("head-reserved", LOW, NATT_E_CBOR_RESERVED, "5c",
               "The payload has the reserved additional information 28."),
    PAYLOAD_HEAD("chunked", NATT_E_CBOR_INDEFINITE,
                 "The payload is a byte string of indefinite length with one chunk. The signature is valid.",
                 FORM(envelope.payload_wrap, NATT_FORM_INDEFINITE)),
    PAYLOAD_HEAD("wide-head", NATT_E_CBOR_NOT_SHORTEST,
                 "The length of the payload uses four bytes where two are enough. The signature is valid.",
                 WIDTH(envelope.payload_wrap, 4)),
    PAYLOAD_HEAD("widest-head", NATT_E_CBOR_NOT_SHORTEST,
                 "The length of the payload uses eight bytes where two are enough. The signature is valid.",
                 WIDTH(envelope.payload_wrap, 8)),
    ACCEPT("payload-of-16383-bytes", COSE_PAYLOAD, DO(UNKNOWN_ALLOWED, PAYLOAD_LEN(16383)),
           "The payload has one byte less than the limit. An unknown field fills it."),
    ACCEPT("payload-of-16384-bytes", COSE_PAYLOAD, DO(UNKNOWN_ALLOWED, PAYLOAD_LEN(16384)),
           "The payload has the maximum size in the AWS documentation."),
    REFUSE("payload-of-16385-bytes", LOW, COSE_PAYLOAD, DO(UNKNOWN_ALLOWED, PAYLOAD_LEN(16385)),
           "The payload has one byte more than the limit."),
};

GROUP_WITH_VALUES(envelope, "The COSE_Sign1 envelope: tag, array, headers, payload and bytes after the document.")
