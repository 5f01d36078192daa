/*
 * The COSE_Sign1 envelope: nothing of it but the payload and the protected header is signed, so most of these can be
 * made from a genuine document by anybody.
 */
#include "vectors/generator/steps.h"

#define STRICT                                                                                                         \
    DIFFER("This part is not signed and RFC 8949 allows the form; a lenient decoder that judges the same content may " \
           "accept it, one that keys replay protection on the bytes must not.")

#define TAG(id, severity, at, hex, ...)                                                                                \
    REFUSE("envelope-tag-" id, severity, COSE_TAG, START(at), DO(ENVELOPE(tag, hex)), __VA_ARGS__)
static const struct natt_vector tags[] = {
    ACCEPT("envelope-untagged", "envelope-tag", "R-COSE-02", NOTHING,
           "No tag in front: the form of every genuine document."),
    ACCEPT("envelope-tag-18", "envelope-tag", "R-COSE-02", DO(ENVELOPE(tag, "d2")),
           "CBOR tag 18 (COSE_Sign1) in front: AWS's text allows tagged and untagged."),
    TAG("17", MEDIUM, 0, "d1", "Tag 17 is COSE_Mac0: another structure with other rules."),
    TAG("98", MEDIUM, 0, "d862", "Tag 98 is COSE_Sign, which has many signers."),
    TAG("18-not-shortest", LOW, 0, "d812", "Tag 18 written in two bytes (d8 12) where one is enough.", STRICT),
    TAG("self-described", LOW, 0, "d9d9f7", "The self-described CBOR tag 55799 instead of 18.", STRICT),
    TAG("18-twice", MEDIUM, 1, "d2d2",
        "Tag 18 inside tag 18: a loop that strips tags accepts any number of encodings."),
    TAG("18-then-self-described", LOW, 1, "d2d9d9f7", "A second tag behind tag 18."),
    TAG("self-described-then-18", LOW, 0, "d9d9f7d2", "The self-described tag in front of tag 18.", STRICT),
    TAG("cwt", LOW, 0, "d83dd2", "Tag 61 (CBOR Web Token) in front of tag 18: a token is not an attestation document."),
};

#define ARRAY(id, severity, hex, ...)                                                                                  \
    REFUSE("envelope-array-" id, severity, COSE_ARRAY, START(0), DO(ENVELOPE(array_head, hex)), __VA_ARGS__)
static const struct natt_vector arrays[] = {
    ARRAY("of-3", MEDIUM, "83", "The array says three items; the fourth follows anyway."),
    ARRAY("of-5", MEDIUM, "85", "The array says five items and has four."),
    ARRAY("of-0", MEDIUM, "80", "An empty array with four items behind it."),
    REFUSE("envelope-array-indefinite", LOW, COSE_ARRAY, START(0),
           DO(ENVELOPE(array_head, "9f"), ENVELOPE(trailing, "ff")),
           "An array of indefinite length, ended: another encoding of the same signed content.", STRICT),
    ARRAY("indefinite-unended", MEDIUM, "9f", "An array of indefinite length that never ends."),
    ARRAY("not-shortest", LOW, "9804", "The array's length 4 in two bytes.", STRICT),
    ARRAY("is-map", MEDIUM, "a4", "A map where the array must be."),
    ARRAY("is-bytes", MEDIUM, "44", "A byte string where the array must be."),
    ARRAY("is-text", MEDIUM, "60", "A text string where the array must be."),
    ARRAY("is-integer", MEDIUM, "04", "An integer where the array must be."),
    ARRAY("is-null", MEDIUM, "f6", "null where the array must be."),
    ARRAY("of-4-billion", HIGH, "9bffffffffffffffff",
          "An array of 2^64-1 items: whoever allocates by the count runs out of memory."),
    REFUSE("envelope-tagged-array-of-5", MEDIUM, COSE_ARRAY, START(1),
           DO(ENVELOPE(tag, "d2"), ENVELOPE(array_head, "85")), "The same behind tag 18: the offset moves by one."),
};

/*
 * Signed with the header that is shown, unless said otherwise, and always by ECDSA over SHA-384: who accepts one of
 * these passed over a rule, and has not yet taken a forgery for a document.
 */
#define PROTECTED(id, severity, hex, ...)                                                                              \
    REFUSE("protected-" id, severity, COSE_PROTECTED, START(1), DO(ENVELOPE(protected_header, hex)), __VA_ARGS__)
static const struct natt_vector protected_headers[] = {
    PROTECTED("is-map", MEDIUM, "a1013822", "The header map itself instead of a byte string around it."),
    PROTECTED("empty", HIGH, "40",
              "No protected header: no algorithm is signed, so a verifier would have to guess one."),
    PROTECTED("empty-map", HIGH, "41a0", "An empty map: again no algorithm."),
    PROTECTED("alg-es256", HIGH, "43a10126", "Algorithm ES256 (-7), over the same P-384 key."),
    PROTECTED("alg-es512", HIGH, "44a1013823", "Algorithm ES512 (-36), over the same P-384 key."),
    PROTECTED("alg-eddsa", HIGH, "43a10127", "Algorithm EdDSA (-8)."),
    PROTECTED("alg-hmac", HIGH, "43a10105",
              "Algorithm HMAC 256/256 (5): a key confusion, the public key would be the secret."),
    PROTECTED("alg-none", HIGH, "43a10100", "Algorithm 0, which is reserved: the none of COSE."),
    PROTECTED("alg-null", HIGH, "43a101f6", "The algorithm is null."),
    PROTECTED("alg-text", MEDIUM, "48a101654553333834",
              "The algorithm as text, \"ES384\": RFC 9053 registers the number -35."),
    PROTECTED("alg-twice", MEDIUM, "47a2013822013822",
              "The algorithm twice, with equal values: duplicate keys are never well-formed."),
    PROTECTED("alg-twice-different", HIGH, "46a20138220126",
              "The algorithm twice, ES384 then ES256: the reader decides which one counts."),
    PROTECTED("alg-twice-different-reversed", HIGH, "46a20126013822", "The algorithm twice, ES256 then ES384."),
    PROTECTED("kid", LOW, "48a201382204420102", "A key identifier beside the algorithm: no genuine document has one."),
    PROTECTED("crit", HIGH, "48a2013822028101",
              "A crit header: whatever it lists must be understood, or the document refused."),
    PROTECTED("crit-unknown", HIGH, "4aa201382202811903e7",
              "A crit header that lists label 999, which nobody understands."),
    PROTECTED("trailing-byte", MEDIUM, "45a101382200", "A byte behind the header map, inside the byte string."),
    PROTECTED("alg-not-shortest", LOW, "45a101390022", "The algorithm -35 in three bytes."),
    PROTECTED("key-not-shortest", LOW, "45a118013822", "The label 1 in two bytes."),
    PROTECTED("key-wide", LOW, "4ca11b00000000000000013822", "The label 1 in nine bytes."),
    PROTECTED("head-not-shortest", LOW, "5804a1013822",
              "The byte string's length 4 in two bytes: this head is not signed."),
    PROTECTED("chunked", LOW, "5f44a1013822ff", "The byte string in chunks of indefinite length."),
    PROTECTED("map-indefinite", LOW, "45bf013822ff", "The header map of indefinite length."),
    PROTECTED("is-text", MEDIUM, "64a1013822", "A text string around the header."),
    PROTECTED("null", HIGH, "f6", "null where the header must be."),
    PROTECTED("array", MEDIUM, "43820138", "A byte string with an array in it."),
    PROTECTED("label-text", MEDIUM, "47a163616c673822", "The label as text, \"alg\"."),
    REFUSE("protected-alg-only-unprotected", HIGH, COSE_PROTECTED, START(1),
           DO(ENVELOPE(protected_header, "40"), ENVELOPE(unprotected, "a1013822")),
           "The algorithm stands in the unsigned header only: anybody can change it.", RULES("R-COSE-05")),
    REFUSE("protected-alg-none-unsigned", CRITICAL, COSE_PROTECTED, START(1),
           DO(ENVELOPE(protected_header, "43a10100"), SIG_RAW(DOC, "")),
           "Algorithm 0, and no signature: anybody can make such a document."),
    REFUSE("protected-empty-unsigned", CRITICAL, COSE_PROTECTED, START(1),
           DO(ENVELOPE(protected_header, "40"), SIG_RAW(DOC, "")), "No algorithm, and no signature."),
};

#define UNPROTECTED(id, severity, hex, ...)                                                                            \
    REFUSE("unprotected-" id, severity, COSE_UNPROTECTED, START(6), DO(ENVELOPE(unprotected, hex)), __VA_ARGS__)
#define TRAILING(id, severity, at, hex, text)                                                                          \
    REFUSE("trailing-" id, severity, COSE_TRAILING, END(at), DO(ENVELOPE(trailing, hex)), text)
static const struct natt_vector unprotected_and_rest[] = {
    UNPROTECTED("alg", MEDIUM, "a1013822", "The algorithm once more, unsigned."),
    UNPROTECTED("alg-es256", MEDIUM, "a10126",
                "Another algorithm in the unsigned header: a lookup that merges both headers may find it."),
    UNPROTECTED("kid", MEDIUM, "a10441aa", "A key identifier that nobody signed rides along."),
    UNPROTECTED("x5chain", MEDIUM, "a11821420500",
                "An unsigned certificate chain (label 33): the key must come from the payload."),
    UNPROTECTED("null", LOW, "f6", "null instead of the empty map."),
    UNPROTECTED("integer", LOW, "00", "An integer instead of the empty map."),
    UNPROTECTED("array", LOW, "80", "An empty array instead of the empty map."),
    UNPROTECTED("bytes", LOW, "40", "An empty byte string instead of the empty map."),
    UNPROTECTED("indefinite", LOW, "bfff", "The empty map of indefinite length (bf ff).", STRICT),
    UNPROTECTED("not-shortest", LOW, "b800", "The empty map with a head of two bytes.", STRICT),

    TRAILING("zero-byte", MEDIUM, -1, "00", "One zero byte behind the document."),
    TRAILING("newline", LOW, -1, "0a", "A newline behind the document, as tools add one."),
    TRAILING("break", MEDIUM, -1, "ff", "A break behind the document, though nothing is open."),
    TRAILING("null", LOW, -1, "f6", "A fifth item, null."),
    TRAILING("second-envelope", MEDIUM, -7, "8444a1013822a0", "The beginning of a second document."),
    REFUSE("trailing-whole-document", MEDIUM, COSE_TRAILING, END(0), NOTHING,
           "The document twice: which of two documents was verified?", THEN(TWICE)),

    REFUSE("document-empty", MEDIUM, COSE_SIZE, START(0), NOTHING, "Not a single byte.", THEN(CUT(START(0)))),
    REFUSE("document-of-16494-bytes", MEDIUM, COSE_SIZE, START(0), NOTHING,
           "One byte more than any valid document can have: refused before it is read.",
           THEN(PAD_TO(NATT_MAX_DOCUMENT + 1)),
           DIFFER("The largest size follows from all other limits; a verifier without one finds the bytes behind the "
                  "document.")),
    REFUSE("document-of-16493-bytes-padded", LOW, "envelope-size", NATT_E_COSE_TRAILING, NO_ITEM, END(0), NOTHING,
           "As large as a document may be: not the size, but the padding behind it is the reason.",
           THEN(PAD_TO(NATT_MAX_DOCUMENT)), RULES("R-COSE-01")),
    ACCEPT("document-of-16493-bytes", "envelope-size", "R-COSE-01 R-COSE-06",
           DO(ENVELOPE(tag, "d2"), UNKNOWN_ALLOWED, PAYLOAD_LEN(NATT_MAX_PAYLOAD)),
           "The largest document there can be: tag 18 and a payload of 16384 bytes."),
    REFUSE("document-is-base64", LOW, COSE_ARRAY, START(0), NOTHING,
           "Base64 text, not decoded: the document's first byte is 84, not the letter h.",
           THEN(REPLACE("6845536843676f41"))),
    REFUSE("document-one-byte", LOW, CBOR_TRUNCATED(none), START(1), NOTHING, "The array's head and nothing else.",
           THEN(CUT(START(1))), RULES("R-COSE-04")),
};

#define PAYLOAD_IS(id, severity, code, hex, text)                                                                      \
    REFUSE("payload-" id, severity, "cose-payload", code, NO_ITEM, START(7), DO(ENVELOPE(payload, hex)), text,         \
           RULES("R-COSE-06"))
#define PAYLOAD_HEAD(id, code, text, ...)                                                                              \
    REFUSE("payload-whole-" id, LOW, "cose-payload", code, NO_ITEM, START(7), DO(__VA_ARGS__), text, STRICT)
static const struct natt_vector payloads[] = {
    PAYLOAD_IS("null", HIGH, NATT_E_CBOR_TYPE, "f6",
               "A detached payload: null stands for bytes that come another way."),
    PAYLOAD_IS("integer", LOW, NATT_E_CBOR_TYPE, "00", "An integer where the payload must be."),
    PAYLOAD_IS("text", LOW, NATT_E_CBOR_TYPE, "6161", "A text string where the payload must be."),
    PAYLOAD_IS("map", MEDIUM, NATT_E_CBOR_TYPE, "a0",
               "The payload map itself, without a byte string around it: what is signed is then unclear."),
    PAYLOAD_IS("array", LOW, NATT_E_CBOR_TYPE, "8101", "An array of integers, as JSON converters write bytes."),
    REFUSE("payload-empty", MEDIUM, COSE_PAYLOAD, START(7), DO(ENVELOPE(payload, "40")), "A payload of no bytes."),
    PAYLOAD_IS("chunked", LOW, NATT_E_CBOR_INDEFINITE, "5f4161ff", "A payload in chunks of indefinite length."),
    PAYLOAD_IS("tagged", LOW, NATT_E_CBOR_TAG, "c24161", "A bignum where the payload must be."),
    PAYLOAD_IS("embedded-cbor-tag", LOW, NATT_E_CBOR_TAG, "d81841a0",
               "Tag 24 (embedded CBOR) around the payload's byte string."),
    PAYLOAD_IS("head-not-shortest", LOW, NATT_E_CBOR_NOT_SHORTEST, "580161", "A length of 1 in two bytes."),
    PAYLOAD_IS("head-reserved", LOW, NATT_E_CBOR_RESERVED, "5c", "Additional information 28 is reserved."),
    PAYLOAD_HEAD("chunked", NATT_E_CBOR_INDEFINITE,
                 "The good payload as one chunk of an indefinite string; the signature holds.",
                 FORM("payload-string", NATT_FORM_INDEFINITE)),
    PAYLOAD_HEAD("wide-head", NATT_E_CBOR_NOT_SHORTEST,
                 "The good payload with its length in four bytes; the signature holds.", WIDTH("payload-string", 4)),
    PAYLOAD_HEAD("widest-head", NATT_E_CBOR_NOT_SHORTEST,
                 "The good payload with its length in eight bytes; the signature holds.", WIDTH("payload-string", 8)),
    ACCEPT("payload-of-16383-bytes", "cose-payload", "R-COSE-06", DO(UNKNOWN_ALLOWED, PAYLOAD_LEN(16383)),
           "A payload one byte below the limit, padded by an unknown field."),
    ACCEPT("payload-of-16384-bytes", "cose-payload", "R-COSE-06", DO(UNKNOWN_ALLOWED, PAYLOAD_LEN(16384)),
           "A payload as long as AWS's text allows."),
    REFUSE("payload-of-16385-bytes", LOW, COSE_PAYLOAD, START(7), DO(UNKNOWN_ALLOWED, PAYLOAD_LEN(16385)),
           "A payload one byte above the limit."),
};

GROUP(envelope, "The COSE_Sign1 envelope: tag, array, headers, payload and what follows the document.", TABLE(tags),
      TABLE(arrays), TABLE(protected_headers), TABLE(unprotected_and_rest), TABLE(payloads))
