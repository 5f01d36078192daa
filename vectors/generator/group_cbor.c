/*
 * CBOR inside the payload, which the leaf signs: only somebody with an enclave's key could make these, and a parser
 * still has to survive them. One encoding for each item, so that nothing can be read in two ways.
 */
#include "vectors/generator/steps.h"

#define MODULE_ID   NATT_FIELD_MODULE_ID
#define DIGEST      NATT_FIELD_DIGEST
#define TIMESTAMP   NATT_FIELD_TIMESTAMP
#define PCRS        NATT_FIELD_PCRS
#define CERTIFICATE NATT_FIELD_CERTIFICATE
#define CABUNDLE    NATT_FIELD_CABUNDLE
#define PUBLIC_KEY  NATT_FIELD_PUBLIC_KEY
#define USER_DATA   NATT_FIELD_USER_DATA
#define NONCE       NATT_FIELD_NONCE

/* clang-format off */
#define BAD(id, class_name, severity, code, field, item, hex, text) REFUSE(id, class_name, severity, code, item, VALUE(field, 0), text, DO(SET(field, hex)))
#define TYPE(id, field, item, hex, text) BAD(id, "cbor-wrong-type", MEDIUM, NATT_E_CBOR_TYPE, field, item, hex, text)
static const struct natt_vector types[] = {
    TYPE("cbor-type-module-id-bytes", "module_id", MODULE_ID, "4161", "module_id as a byte string instead of text."),
    TYPE("cbor-type-module-id-integer", "module_id", MODULE_ID, "01", "module_id as an integer."),
    TYPE("cbor-type-digest-bytes", "digest", DIGEST, "46534841333834", "digest as the bytes of SHA384: equal content, another type."),
    TYPE("cbor-type-digest-integer", "digest", DIGEST, "01", "digest as a number of an enumeration."),
    TYPE("cbor-type-timestamp-negative", "timestamp", TIMESTAMP, "20", "A timestamp of -1: read as unsigned it would be far in the future."),
    TYPE("cbor-type-timestamp-text", "timestamp", TIMESTAMP, "74323032352d31302d30395430383a35333a32305a", "The timestamp as RFC 3339 text."),
    TYPE("cbor-type-timestamp-bool", "timestamp", TIMESTAMP, "f5", "The timestamp is true."),
    TYPE("cbor-type-timestamp-bytes", "timestamp", TIMESTAMP, "480000019923c7b800", "The timestamp as eight big-endian bytes."),
    TYPE("cbor-type-pcrs-array", "pcrs", PCRS, "80", "pcrs as an array: indices would be positions."),
    TYPE("cbor-type-pcrs-bytes", "pcrs", PCRS, "41a0", "pcrs as a byte string with a map in it."),
    TYPE("cbor-type-certificate-text", "certificate", CERTIFICATE, "6161", "certificate as text, as PEM would be."),
    TYPE("cbor-type-certificate-array", "certificate", CERTIFICATE, "8101", "certificate as an array of integers."),
    TYPE("cbor-type-cabundle-bytes", "cabundle", CABUNDLE, "4161", "cabundle as one byte string instead of an array of them."),
    TYPE("cbor-type-cabundle-map", "cabundle", CABUNDLE, "a0", "cabundle as a map."),
    TYPE("cbor-type-user-data-text", "user_data", USER_DATA, "6161", "user_data as text."),
    TYPE("cbor-type-user-data-array", "user_data", USER_DATA, "8101", "user_data as an array of integers."),
    TYPE("cbor-type-user-data-map", "user_data", USER_DATA, "a0", "user_data as a map."),
    TYPE("cbor-type-nonce-false", "nonce", NONCE, "f4", "nonce is false: not null, so not absent either."),
    TYPE("cbor-type-nonce-integer", "nonce", NONCE, "1903e8", "nonce as an integer."),
    TYPE("cbor-type-public-key-integer", "public_key", PUBLIC_KEY, "00", "public_key as an integer."),
    REFUSE("cbor-type-bundled-certificate-text", "cbor-wrong-type", MEDIUM, NATT_E_CBOR_TYPE, CABUNDLE, ENTRY(0, 0), "The first certificate of the bundle as text.", DO(BUNDLE_SET(0, "6161"))),
    REFUSE("cbor-type-bundled-certificate-null", "cbor-wrong-type", MEDIUM, NATT_E_CBOR_TYPE, CABUNDLE, ENTRY(2, 0), "The third certificate of the bundle is null: a loop that skips it shortens the chain.", DO(BUNDLE_SET(2, "f6"))),
    REFUSE("cbor-type-pcr-null", "cbor-wrong-type", HIGH, NATT_E_CBOR_TYPE, PCRS, PCR(0, 1), "PCR0 is null: present, and yet no value to compare.", DO(SET_PCR(0, "f6"))),
    REFUSE("cbor-type-pcr-text", "cbor-wrong-type", MEDIUM, NATT_E_CBOR_TYPE, PCRS, PCR(0, 1), "PCR0 as text.", DO(SET_PCR(0, "6130"))),

    BAD("cbor-tag-timestamp-epoch", "cbor-tag", LOW, NATT_E_CBOR_TAG, "timestamp", TIMESTAMP, "c11a00000001", "Tag 1 (epoch time) around the timestamp: it means seconds."),
    BAD("cbor-tag-timestamp-date-text", "cbor-tag", LOW, NATT_E_CBOR_TAG, "timestamp", TIMESTAMP, "c074323032352d31302d30395430383a35333a32305a", "Tag 0 (date text) as the timestamp."),
    BAD("cbor-tag-timestamp-bignum", "cbor-tag", LOW, NATT_E_CBOR_TAG, "timestamp", TIMESTAMP, "c24101", "The timestamp as a bignum."),
    BAD("cbor-tag-user-data", "cbor-tag", LOW, NATT_E_CBOR_TAG, "user_data", USER_DATA, "d8184161", "Tag 24 (embedded CBOR) around user_data."),
    BAD("cbor-tag-nonce-null", "cbor-tag", LOW, NATT_E_CBOR_TAG, "nonce", NONCE, "c1f6", "A tagged null as the nonce: absent or not?"),
    BAD("cbor-tag-module-id-uri", "cbor-tag", LOW, NATT_E_CBOR_TAG, "module_id", MODULE_ID, "d820626964", "Tag 32 (URI) around module_id."),
    BAD("cbor-tag-certificate", "cbor-tag", LOW, NATT_E_CBOR_TAG, "certificate", CERTIFICATE, "d8404161", "Tag 64 (typed array of uint8) around the certificate."),
    REFUSE("cbor-tag-payload", "cbor-tag", LOW, NATT_E_CBOR_TAG, NO_ITEM, PAYLOAD(0), "A tag around the payload map.", DO(RAW("payload", "c0a0"))),

    BAD("cbor-simple-timestamp-float", "cbor-simple-value", MEDIUM, NATT_E_CBOR_SIMPLE, "timestamp", TIMESTAMP, "fb4278000000000000", "The timestamp as a double."),
    BAD("cbor-simple-timestamp-half", "cbor-simple-value", MEDIUM, NATT_E_CBOR_SIMPLE, "timestamp", TIMESTAMP, "f97c00", "The timestamp is infinity, as a half-precision float."),
    BAD("cbor-simple-user-data-undefined", "cbor-simple-value", MEDIUM, NATT_E_CBOR_SIMPLE, "user_data", USER_DATA, "f7", "user_data is undefined: not null, so not absent."),
    BAD("cbor-simple-nonce-unassigned", "cbor-simple-value", LOW, NATT_E_CBOR_SIMPLE, "nonce", NONCE, "f0", "The nonce is the unassigned simple value 16."),
    BAD("cbor-simple-nonce-in-two-bytes", "cbor-simple-value", LOW, NATT_E_CBOR_SIMPLE, "nonce", NONCE, "f816", "null spelt in two bytes (f8 16), which RFC 8949 calls not well-formed."),
    BAD("cbor-simple-nonce-255", "cbor-simple-value", LOW, NATT_E_CBOR_SIMPLE, "nonce", NONCE, "f8ff", "The nonce is simple value 255."),
    BAD("cbor-simple-nonce-19", "cbor-simple-value", LOW, NATT_E_CBOR_SIMPLE, "nonce", NONCE, "f3", "The nonce is simple value 19, the last one before false."),
    REFUSE("cbor-tag-field-name", "cbor-tag", LOW, NATT_E_CBOR_TAG, NO_ITEM, CONTENT("user_data", 0), "A tag in front of a field name.", DO(RENAME("nonce", "c0656e6f6e6365"))),
    REFUSE("cbor-tag-pcr-index", "cbor-tag", MEDIUM, NATT_E_CBOR_TAG, PCRS, PCR(0, 0), "A tag in front of a PCR's index.", DO(PCR_KEY(0, "c000"))),
    REFUSE("cbor-simple-payload-float", "cbor-simple-value", LOW, NATT_E_CBOR_SIMPLE, NO_ITEM, PAYLOAD(0), "The payload is a float.", DO(RAW("payload", "f97e00"))),
    REFUSE("cbor-simple-pcr-index-float", "cbor-simple-value", MEDIUM, NATT_E_CBOR_SIMPLE, PCRS, PCR(0, 0), "The index of a PCR is the float 0.0.", DO(PCR_KEY(0, "f90000"))),
};

#define FORM_OF(id, severity, code, field, item, hex, text) BAD(id, "cbor-encoding", severity, code, field, item, hex, text)
static const struct natt_vector forms[] = {
    FORM_OF("cbor-chunked-user-data", LOW, NATT_E_CBOR_INDEFINITE, "user_data", USER_DATA, "5f4161ff", "user_data in chunks."),
    FORM_OF("cbor-chunked-user-data-empty", LOW, NATT_E_CBOR_INDEFINITE, "user_data", USER_DATA, "5fff", "user_data of no chunks."),
    FORM_OF("cbor-chunked-module-id", LOW, NATT_E_CBOR_INDEFINITE, "module_id", MODULE_ID, "7f61616162ff", "module_id in two chunks."),
    FORM_OF("cbor-chunked-nonce-nested", MEDIUM, NATT_E_CBOR_INDEFINITE, "nonce", NONCE, "5f5f4161ffff", "Chunks inside chunks: not well-formed, and a recursion without end in some decoders."),
    FORM_OF("cbor-chunked-nonce-mixed", MEDIUM, NATT_E_CBOR_INDEFINITE, "nonce", NONCE, "5f6161ff", "A text chunk inside a byte string."),
    FORM_OF("cbor-reserved-28", LOW, NATT_E_CBOR_RESERVED, "nonce", NONCE, "5c", "A byte string with additional information 28."),
    FORM_OF("cbor-reserved-29", LOW, NATT_E_CBOR_RESERVED, "nonce", NONCE, "5d", "A byte string with additional information 29."),
    FORM_OF("cbor-reserved-30", LOW, NATT_E_CBOR_RESERVED, "nonce", NONCE, "5e", "A byte string with additional information 30."),
    FORM_OF("cbor-reserved-integer-31", LOW, NATT_E_CBOR_RESERVED, "timestamp", TIMESTAMP, "1f", "An integer of indefinite length: there is no such thing."),
    FORM_OF("cbor-reserved-integer-28", LOW, NATT_E_CBOR_RESERVED, "timestamp", TIMESTAMP, "1c", "An integer with additional information 28."),
    FORM_OF("cbor-reserved-map-30", LOW, NATT_E_CBOR_RESERVED, "pcrs", PCRS, "be", "A map with additional information 30."),
    FORM_OF("cbor-reserved-array-29", LOW, NATT_E_CBOR_RESERVED, "cabundle", CABUNDLE, "9d", "An array with additional information 29."),
    FORM_OF("cbor-reserved-text-28", LOW, NATT_E_CBOR_RESERVED, "digest", DIGEST, "7c", "A text string with additional information 28."),
    FORM_OF("cbor-reserved-simple-28", LOW, NATT_E_CBOR_RESERVED, "nonce", NONCE, "fc", "A simple value with additional information 28."),
    FORM_OF("cbor-reserved-tag-28", LOW, NATT_E_CBOR_RESERVED, "nonce", NONCE, "dc", "A tag with additional information 28."),
    FORM_OF("cbor-not-shortest-timestamp-8", LOW, NATT_E_CBOR_NOT_SHORTEST, "timestamp", TIMESTAMP, "1b00000000ffffffff", "A timestamp below 2^32 in nine bytes."),
    FORM_OF("cbor-not-shortest-timestamp-4", LOW, NATT_E_CBOR_NOT_SHORTEST, "timestamp", TIMESTAMP, "1a0000ffff", "A timestamp below 2^16 in five bytes."),
    FORM_OF("cbor-not-shortest-timestamp-2", LOW, NATT_E_CBOR_NOT_SHORTEST, "timestamp", TIMESTAMP, "1900ff", "A timestamp below 2^8 in three bytes."),
    FORM_OF("cbor-not-shortest-timestamp-1", LOW, NATT_E_CBOR_NOT_SHORTEST, "timestamp", TIMESTAMP, "1817", "A timestamp below 24 in two bytes."),
    FORM_OF("cbor-not-shortest-digest", LOW, NATT_E_CBOR_NOT_SHORTEST, "digest", DIGEST, "7806534841333834", "digest with a length in two bytes."),
    FORM_OF("cbor-not-shortest-nonce", LOW, NATT_E_CBOR_NOT_SHORTEST, "nonce", NONCE, "590003010203", "A nonce of three bytes with its length in two."),
    REFUSE("cbor-not-shortest-pcr-index", "cbor-encoding", HIGH, NATT_E_CBOR_NOT_SHORTEST, PCRS, PCR(0, 0), "PCR index 0 as 18 00: the classic way to smuggle a second PCR0 past a check on bytes.", DO(PCR_KEY(0, "1800"))),
    REFUSE("cbor-not-shortest-pcrs", "cbor-encoding", LOW, NATT_E_CBOR_NOT_SHORTEST, PCRS, VALUE("pcrs", 0), "The map of 16 PCRs with its count in two bytes.", DO(WIDTH("pcrs", 1))),
    REFUSE("cbor-not-shortest-pcr", "cbor-encoding", LOW, NATT_E_CBOR_NOT_SHORTEST, PCRS, PCR(0, 1), "A PCR of 23 bytes with its length in two: the head is wrong before the size is.", DO(SET_PCR(0, "58170000000000000000000000000000000000000000000000"))),
    REFUSE("cbor-not-shortest-cabundle", "cbor-encoding", LOW, NATT_E_CBOR_NOT_SHORTEST, CABUNDLE, VALUE("cabundle", 0), "The array of 4 certificates with its count in three bytes.", DO(WIDTH("cabundle", 2))),
    REFUSE("cbor-not-shortest-payload-map", "cbor-encoding", LOW, NATT_E_CBOR_NOT_SHORTEST, NO_ITEM, PAYLOAD(0), "The payload map with its count in two bytes.", ON(.definite = true), DO(WIDTH("payload", 1))),
    REFUSE("cbor-not-shortest-field-name", "cbor-encoding", MEDIUM, NATT_E_CBOR_NOT_SHORTEST, NO_ITEM, CONTENT("user_data", 0), "The name nonce with its length in two bytes.", DO(RENAME("nonce", "78056e6f6e6365"))),
    REFUSE("cbor-chunked-field-name", "cbor-encoding", MEDIUM, NATT_E_CBOR_INDEFINITE, NO_ITEM, CONTENT("user_data", 0), "The name nonce in chunks.", DO(RENAME("nonce", "7f656e6f6e6365ff"))),

    REFUSE("cbor-utf8-field-name", "cbor-utf8", LOW, NATT_E_CBOR_UTF8, NO_ITEM, CONTENT("user_data", 1), "A field name that is not UTF-8.", DO(RENAME("nonce", "656e6f6ec328"))),
#define UTF8(id, hex, text) REFUSE(id, "cbor-utf8", LOW, NATT_E_CBOR_UTF8, MODULE_ID, CONTENT("module_id", 0), text, DO(SET("module_id", hex)))
    UTF8("cbor-utf8-module-id", "62c328", "module_id with a continuation byte missing."),
    UTF8("cbor-utf8-overlong", "62c0af", "An overlong slash (c0 af), the classic filter bypass."),
    UTF8("cbor-utf8-surrogate", "63eda080", "A surrogate (ed a0 80), which UTF-8 has no room for."),
    UTF8("cbor-utf8-above-10ffff", "64f4908080", "A code point above U+10FFFF."),
    UTF8("cbor-utf8-cut", "62e282", "A sequence of three bytes cut after two."),
    UTF8("cbor-utf8-lone-continuation", "6180", "A continuation byte alone."),
    UTF8("cbor-utf8-latin1", "61ff", "A byte that never occurs in UTF-8."),
    UTF8("cbor-utf8-overlong-2-bytes", "62c1bf", "The largest overlong sequence of two bytes."),
    UTF8("cbor-utf8-overlong-3-bytes", "63e09fbf", "The largest overlong sequence of three bytes."),
    UTF8("cbor-utf8-overlong-4-bytes", "64f08fbfbf", "The largest overlong sequence of four bytes."),
    UTF8("cbor-utf8-f5", "64f5808080", "A sequence that begins with f5: all of them are above U+10FFFF."),
    UTF8("cbor-utf8-second-byte-7f", "62c27f", "A second byte of 7f, one below the smallest."),
    UTF8("cbor-utf8-second-byte-c0", "62c2c0", "A second byte of c0, one above the largest."),
    UTF8("cbor-utf8-third-byte-7f", "63e1807f", "A third byte of 7f, one below the smallest."),
    UTF8("cbor-utf8-third-byte-c0", "63e180c0", "A third byte of c0, one above the largest."),
    REFUSE("cbor-utf8-cut-before-an-array", "cbor-utf8", MEDIUM, NATT_E_CBOR_UTF8, NO_ITEM, CONTENT("user_data", 1), "A field name cut inside a character, and the head of its value looks like the missing byte: text must not be read beyond its length.", DO(SET("nonce", "80"), RENAME("nonce", "61c3"))),
    ACCEPT("cbor-utf8-first-and-last-of-each-length", "cbor-utf8", "R-CBOR-07", "The first and the last character of every row of RFC 3629's grammar.", DO(FLAG("allow-unknown-fields"), ADD("xx", "7834c280dfbfe0a080e0bfbfe18080ecbfbfed8080ed9fbfee8080efbfbff0908080f0bfbfbff1808080f3bfbfbff4808080f48fbfbf"))),
};

static const struct natt_vector structure[] = {
    REFUSE("cbor-break-as-payload", "cbor-break", LOW, NATT_E_CBOR_BREAK, NO_ITEM, PAYLOAD(0), "The payload is a break.", DO(RAW("payload", "ff"))),
    REFUSE("cbor-break-instead-of-value", "cbor-break", MEDIUM, NATT_E_CBOR_BREAK, NATT_FIELD_NONCE, PAYLOAD_END(-1), "The map ends behind a name: an odd number of items.", DO(EMPTY("nonce"))),
    REFUSE("cbor-break-in-definite-map", "cbor-break", MEDIUM, NATT_E_CBOR_BREAK, PCRS, PCR(0, 0), "A break inside the map of PCRs, which has a definite length.", DO(PCR_KEY(0, "ff"))),
    REFUSE("cbor-break-in-definite-array", "cbor-break", MEDIUM, NATT_E_CBOR_BREAK, CABUNDLE, ENTRY(1, 0), "A break inside the array of certificates, which has a definite length.", DO(BUNDLE_SET(1, "ff"))),
    REFUSE("cbor-break-in-definite-payload-map", "cbor-break", MEDIUM, NATT_E_CBOR_BREAK, NO_ITEM, CONTENT("user_data", 0), "A break where the ninth name of nine must be.", ON(.definite = true), DO(RENAME("nonce", "ff"))),
    REFUSE("cbor-break-in-odd-pcrs", "cbor-break", MEDIUM, NATT_E_CBOR_BREAK, PCRS, VALUE("pcrs", 2), "The map of PCRs, of indefinite length, ends behind an index.", DO(RAW("pcrs", "bf00ff"))),
    REFUSE("cbor-unended-payload-map", "cbor-truncated", MEDIUM, NATT_E_CBOR_TRUNCATED, NO_ITEM, PAYLOAD_END(0), "The map of indefinite length never ends.", DO(FORM("payload", NATT_FORM_UNENDED))),
    REFUSE("cbor-payload-map-count-high", "cbor-truncated", MEDIUM, NATT_E_CBOR_TRUNCATED, NO_ITEM, PAYLOAD_END(0), "The map says ten fields and has nine.", ON(.definite = true), DO(LENGTH("payload", 1))),
    REFUSE("cbor-payload-map-count-low", "cbor-trailing", HIGH, NATT_E_CBOR_TRAILING, NO_ITEM, KEY("nonce", 0), "The map says eight fields: the nonce behind them would be in the signed bytes, yet not in the document.", ON(.definite = true), DO(LENGTH("payload", -1))),
    REFUSE("cbor-payload-trailing-byte", "cbor-trailing", MEDIUM, NATT_E_CBOR_TRAILING, NO_ITEM, PAYLOAD_END(-1), "A byte behind the map, inside the payload.", DO(BEHIND("payload", "00"))),
    REFUSE("cbor-payload-second-map", "cbor-trailing", HIGH, NATT_E_CBOR_TRAILING, NO_ITEM, PAYLOAD_END(-1), "A second map behind the first, inside the payload.", DO(BEHIND("payload", "a0"))),
    REFUSE("cbor-payload-is-array", "cbor-wrong-type", LOW, NATT_E_CBOR_TYPE, NO_ITEM, PAYLOAD(0), "The payload is an array.", DO(RAW("payload", "80"))),
    REFUSE("cbor-payload-is-null", "cbor-wrong-type", LOW, NATT_E_CBOR_TYPE, NO_ITEM, PAYLOAD(0), "The payload is null.", DO(RAW("payload", "f6"))),
    REFUSE("cbor-payload-is-integer", "cbor-wrong-type", LOW, NATT_E_CBOR_TYPE, NO_ITEM, PAYLOAD(0), "The payload is an integer.", DO(RAW("payload", "00"))),
    REFUSE("cbor-payload-is-bytes", "cbor-wrong-type", LOW, NATT_E_CBOR_TYPE, NO_ITEM, PAYLOAD(0), "The payload is a byte string in a byte string.", DO(RAW("payload", "40"))),
    REFUSE("cbor-empty-map-wide-head", "cbor-encoding", LOW, NATT_E_CBOR_NOT_SHORTEST, NO_ITEM, PAYLOAD(0), "An empty map with a head of two bytes.", DO(RAW("payload", "b800"))),
    REFUSE("cbor-count-2-64-payload-map", "cbor-huge-count", HIGH, NATT_E_CBOR_TRUNCATED, NO_ITEM, PAYLOAD_END(0), "A map of 2^64-1 fields: whoever allocates by the count falls over.", DO(RAW("payload", "bbffffffffffffffff"))),
    BAD("cbor-count-2-64-pcrs", "cbor-huge-count", HIGH, NATT_E_DOC_PCR_COUNT, "pcrs", PCRS, "bbffffffffffffffff", "A map of 2^64-1 PCRs: the count times two overflows 64 bits."),
    BAD("cbor-count-2-63-pcrs", "cbor-huge-count", HIGH, NATT_E_DOC_PCR_COUNT, "pcrs", PCRS, "bb8000000000000000", "A map of 2^63 PCRs: twice as many items is 0 in 64 bits."),
    BAD("cbor-count-2-64-cabundle", "cbor-huge-count", HIGH, NATT_E_DOC_CABUNDLE_COUNT, "cabundle", CABUNDLE, "9bffffffffffffffff", "An array of 2^64-1 certificates."),
    REFUSE("cbor-length-2-64-nonce", "cbor-huge-count", HIGH, NATT_E_CBOR_TRUNCATED, NATT_FIELD_NONCE, CONTENT("nonce", 0), "A byte string of 2^64-1 bytes: position plus length wraps to before the string.", DO(SET("nonce", "5bffffffffffffffff"))),
    REFUSE("cbor-length-2-32-nonce", "cbor-huge-count", HIGH, NATT_E_CBOR_TRUNCATED, NATT_FIELD_NONCE, CONTENT("nonce", 0), "A byte string of 2^32 bytes: 0 where lengths have 32 bits.", DO(SET("nonce", "5b0000000100000000"))),
    REFUSE("cbor-length-2-31-digest", "cbor-huge-count", HIGH, NATT_E_CBOR_TRUNCATED, DIGEST, CONTENT("digest", 0), "A text of 2^31 bytes: negative where lengths are signed.", DO(SET("digest", "7a80000000"))),
    REFUSE("cbor-length-past-payload", "cbor-truncated", HIGH, NATT_E_CBOR_TRUNCATED, NATT_FIELD_NONCE, CONTENT("nonce", 0), "The last string is two bytes longer than the payload, but not than the document: it must not reach into the signature.", DO(SET("nonce", "430a"))),
    REFUSE("cbor-pcr-past-payload", "cbor-truncated", HIGH, NATT_E_CBOR_TRUNCATED, PCRS, PAYLOAD(10), "A PCR is longer than the payload, but not than the document: it must not reach into the signature.", DO(RAW("payload", "a16470637273a10058300000"))),
    REFUSE("cbor-truncated-head", "cbor-truncated", MEDIUM, NATT_E_CBOR_TRUNCATED, NATT_FIELD_NONCE, PAYLOAD_END(0), "The payload ends inside a head.", ON(.definite = true), DO(SET("nonce", "59"))),
    REFUSE("cbor-truncated-in-protected", "cbor-truncated", LOW, NATT_E_CBOR_TRUNCATED, NO_ITEM, START(3), "The document ends inside the protected header.", DO(NOTHING), THEN(CUT(START(3)))),
    REFUSE("cbor-truncated-before-payload", "cbor-truncated", LOW, NATT_E_CBOR_TRUNCATED, NO_ITEM, START(7), "The document ends before the payload.", DO(NOTHING), THEN(CUT(START(7)))),
    REFUSE("cbor-truncated-in-payload", "cbor-truncated", MEDIUM, NATT_E_CBOR_TRUNCATED, NO_ITEM, PAYLOAD(0), "The document ends inside the payload: the payload's string does not fit.", DO(NOTHING), THEN(CUT(PAYLOAD(100))), CLEAREST),
    REFUSE("cbor-truncated-before-signature", "cbor-truncated", MEDIUM, NATT_E_CBOR_TRUNCATED, NO_ITEM, PAYLOAD_END(0), "The document ends before the signature.", DO(NOTHING), THEN(CUT(PAYLOAD_END(0)))),
    REFUSE("cbor-truncated-in-signature", "cbor-truncated", MEDIUM, NATT_E_CBOR_TRUNCATED, NO_ITEM, END(-96), "The last byte of the signature is missing.", DO(NOTHING), THEN(CUT(END(-1)))),

#define UNKNOWN(id, class_name, code, hex, delta, text) REFUSE(id, class_name, LOW, code, NO_ITEM, VALUE("xx", delta), text, DO(FLAG("allow-unknown-fields"), ADD("xx", hex)))
    UNKNOWN("cbor-unknown-field-tag", "cbor-tag", NATT_E_CBOR_TAG, "c000", 0, "A tag inside an unknown field: skipping is strict too."),
    UNKNOWN("cbor-unknown-field-tag-in-a-map", "cbor-tag", NATT_E_CBOR_TAG, "a100c000", 2, "A tag as a value of a map inside an unknown field."),
    ACCEPT("cbor-unknown-field-of-all-types", "cbor-unknown-field", "R-DOC-03", "An unknown field with an item of every type that there may be, maps and arrays of both forms.", DO(FLAG("allow-unknown-fields"), ADD("xx", "890020410061" "61a10081f6bf0001ff9f01fff4f5")), DIFFER("No genuine document has maps and arrays of indefinite length inside; a stricter decoder may refuse them.")),
    UNKNOWN("cbor-unknown-field-float", "cbor-simple-value", NATT_E_CBOR_SIMPLE, "f97e00", 0, "A float inside an unknown field."),
    UNKNOWN("cbor-unknown-field-not-shortest", "cbor-encoding", NATT_E_CBOR_NOT_SHORTEST, "1800", 0, "A long head inside an unknown field."),
    UNKNOWN("cbor-unknown-field-chunked", "cbor-encoding", NATT_E_CBOR_INDEFINITE, "5f41ffff", 0, "Chunks inside an unknown field."),
    UNKNOWN("cbor-unknown-field-utf8", "cbor-utf8", NATT_E_CBOR_UTF8, "61ff", 1, "Bad text inside an unknown field."),
    UNKNOWN("cbor-unknown-field-break", "cbor-break", NATT_E_CBOR_BREAK, "ff", 0, "A break instead of an unknown field's value."),
    UNKNOWN("cbor-unknown-field-reserved", "cbor-encoding", NATT_E_CBOR_RESERVED, "1c", 0, "A reserved head inside an unknown field."),
    ACCEPT("cbor-nesting-3", "cbor-depth", "R-CBOR-10", "An unknown field of three levels.", DO(FLAG("allow-unknown-fields"), ADD_NESTED("xx", 3)), DIFFER("The bound is ours; any bound will do.")),
    ACCEPT("cbor-nesting-4", "cbor-depth", "R-CBOR-10", "An unknown field of four levels, the most that are followed.", DO(FLAG("allow-unknown-fields"), ADD_NESTED("xx", 4)), DIFFER("The bound is ours; any bound will do.")),
    REFUSE("cbor-nesting-5", "cbor-depth", LOW, NATT_E_CBOR_DEPTH, NO_ITEM, VALUE("xx", 4), "An unknown field of five levels.", DO(FLAG("allow-unknown-fields"), ADD_NESTED("xx", 5)), DIFFER("The bound is ours; any bound will do.")),
    REFUSE("cbor-nesting-8000", "cbor-depth", HIGH, NATT_E_CBOR_DEPTH, NO_ITEM, VALUE("xx", 4), "An unknown field of 8000 levels: recursion without a bound overflows the stack.", DO(FLAG("allow-unknown-fields"), ADD_NESTED("xx", 8000))),
};
/* clang-format on */

const struct natt_vector_group natt_group_cbor = {
    "cbor",
    "CBOR inside the signed payload: types, heads, tags, text, counts, truncation.",
    {TABLE(types), TABLE(forms), TABLE(structure)}};
