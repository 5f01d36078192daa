/*
 * Every item that RFC 8949 Appendix F lists as not well-formed, twice. A leaf signs it as the value of an unknown
 * field, the last one of the payload. In the envelope it is unsigned, so anyone can put it into a genuine document:
 * items that end too early replace the signature, where the input ends, and all others are the value of an unprotected
 * header.
 * RFC 8949 5.3 leaves no choice: a decoder must not accept them. ff and 1c as unknown fields are in the group cbor.
 */
#include "vectors/generator/steps.h"

#define DEPTH(field) CBOR_DEPTH

#define FIELD_IS(hex, reason, delta, text)                                                                             \
    REFUSE("wellformed-field-" hex, LOW, reason(none), VALUE("xx", delta), DO(UNKNOWN_ALLOWED, ADD("xx", hex)),        \
           "An unknown field is " hex ", not well-formed by RFC 8949 Appendix F: " text, ON(.definite = true), FIRM)
#define SIGNATURE_IS(hex, code, delta, text)                                                                           \
    REFUSE("wellformed-signature-" hex, LOW, "cose-signature-form", code, NO_ITEM, PAYLOAD_END(delta),                 \
           DO(SIG_RAW(DOC, ""), HEAD(envelope.signature_wrap, hex)),                                                   \
           "In place of the signature, the document ends with " hex ", not well-formed by RFC 8949 Appendix F: " text)
#define HEADER_IS(hex, text)                                                                                           \
    REFUSE("wellformed-header-" hex, MEDIUM, COSE_UNPROTECTED, DO(ENVELOPE(unprotected, "a11863 " hex)),               \
           "The value of an unprotected header is " hex ", not well-formed by RFC 8949 Appendix F: " text)

/* The reason as a field and its distance, the code in place of the signature and its distance. */
#define ENDS(hex, reason, delta, code, at, text) FIELD_IS(hex, reason, delta, text), SIGNATURE_IS(hex, code, at, text)
#define IN_HEAD(hex, reason, delta, code)        ENDS(hex, reason, delta, code, delta, "the input ends in a head.")
#define IN_STRING(hex, delta, code, at)          ENDS(hex, CBOR_TRUNCATED, delta, code, at, "a string is too short.")
#define IN_LIST(hex, reason, delta)                                                                                    \
    ENDS(hex, reason, delta, NATT_E_CBOR_TYPE, 0, "an array or a map ends before its last item.")
#define UNENDED(hex, reason, delta) ENDS(hex, reason, delta, NATT_E_CBOR_TYPE, 0, "an indefinite length has no break.")
#define UNENDED_STRING(hex)                                                                                            \
    ENDS(hex, CBOR_INDEFINITE, 0, NATT_E_CBOR_INDEFINITE, 0, "an indefinite length has no break.")
#define WHOLE(hex, reason, delta, text) FIELD_IS(hex, reason, delta, text), HEADER_IS(hex, text)
#define RESERVED(hex)                   WHOLE(hex, CBOR_RESERVED, 0, "its additional information is reserved.")
#define SIMPLE(hex)                     WHOLE(hex, CBOR_SIMPLE, 0, "a simple value below 32 uses two bytes.")
#define CHUNK(hex)                      WHOLE(hex, CBOR_INDEFINITE, 0, "a chunk of a string is no string of its type.")
#define NESTED_CHUNK(hex)               WHOLE(hex, CBOR_INDEFINITE, 0, "a chunk of a string has an indefinite length.")
#define BREAK(hex, reason, delta)       WHOLE(hex, reason, delta, "a break is in a definite length.")
#define ODD(hex, delta)                 WHOLE(hex, CBOR_BREAK, delta, "a break replaces a value.")
#define NO_INDEFINITE(hex, reason)      WHOLE(hex, reason, 0, "its type has no indefinite length.")

static const struct natt_row rows[] = {
    IN_HEAD("18", CBOR_TRUNCATED, 1, NATT_E_CBOR_TRUNCATED),
    IN_HEAD("19", CBOR_TRUNCATED, 1, NATT_E_CBOR_TRUNCATED),
    IN_HEAD("1a", CBOR_TRUNCATED, 1, NATT_E_CBOR_TRUNCATED),
    IN_HEAD("1b", CBOR_TRUNCATED, 1, NATT_E_CBOR_TRUNCATED),
    IN_HEAD("1901", CBOR_TRUNCATED, 1, NATT_E_CBOR_TRUNCATED),
    IN_HEAD("1a0102", CBOR_TRUNCATED, 1, NATT_E_CBOR_TRUNCATED),
    IN_HEAD("1b01020304050607", CBOR_TRUNCATED, 1, NATT_E_CBOR_TRUNCATED),
    IN_HEAD("38", CBOR_TRUNCATED, 1, NATT_E_CBOR_TRUNCATED),
    IN_HEAD("58", CBOR_TRUNCATED, 1, NATT_E_CBOR_TRUNCATED),
    IN_HEAD("78", CBOR_TRUNCATED, 1, NATT_E_CBOR_TRUNCATED),
    IN_HEAD("98", CBOR_TRUNCATED, 1, NATT_E_CBOR_TRUNCATED),
    IN_HEAD("9a01ff00", CBOR_TRUNCATED, 1, NATT_E_CBOR_TRUNCATED),
    IN_HEAD("b8", CBOR_TRUNCATED, 1, NATT_E_CBOR_TRUNCATED),
    IN_HEAD("d8", CBOR_TAG, 0, NATT_E_CBOR_TAG),
    IN_HEAD("f8", CBOR_SIMPLE, 0, NATT_E_CBOR_SIMPLE),
    IN_HEAD("f900", CBOR_SIMPLE, 0, NATT_E_CBOR_SIMPLE),
    IN_HEAD("fa0000", CBOR_SIMPLE, 0, NATT_E_CBOR_SIMPLE),
    IN_HEAD("fb000000", CBOR_SIMPLE, 0, NATT_E_CBOR_SIMPLE),
    IN_STRING("41", 1, NATT_E_CBOR_TRUNCATED, 1),
    IN_STRING("61", 1, NATT_E_CBOR_TYPE, 0),
    IN_STRING("5affffffff00", 5, NATT_E_CBOR_TRUNCATED, 5),
    IN_STRING("5bffffffffffffffff010203", 9, NATT_E_CBOR_TRUNCATED, 9),
    IN_STRING("7affffffff00", 5, NATT_E_CBOR_TYPE, 0),
    IN_STRING("7b7fffffffffffffff010203", 9, NATT_E_CBOR_TYPE, 0),
    IN_LIST("81", CBOR_TRUNCATED, 1),
    IN_LIST("818181818181818181", DEPTH, 4),
    IN_LIST("8200", CBOR_TRUNCATED, 2),
    IN_LIST("a1", CBOR_TRUNCATED, 1),
    IN_LIST("a20102", CBOR_TRUNCATED, 3),
    IN_LIST("a100", CBOR_TRUNCATED, 2),
    IN_LIST("a2000000", CBOR_TRUNCATED, 4),
    ENDS("c0", CBOR_TAG, 0, NATT_E_CBOR_TAG, 0, "a tag has no content."),
    UNENDED_STRING("5f4100"),
    UNENDED_STRING("7f6100"),
    UNENDED("9f", CBOR_TRUNCATED, 1),
    UNENDED("9f0102", CBOR_TRUNCATED, 3),
    UNENDED("bf", CBOR_TRUNCATED, 1),
    UNENDED("bf01020102", CBOR_TRUNCATED, 5),
    UNENDED("819f", CBOR_TRUNCATED, 2),
    UNENDED("9f8000", CBOR_TRUNCATED, 3),
    UNENDED("9f9f9f9f9fffffffff", DEPTH, 4),
    UNENDED("9f819f819f9fffffff", DEPTH, 4),

    HEADER_IS("1c", "its additional information is reserved."),
    RESERVED("1d"),
    RESERVED("1e"),
    RESERVED("3c"),
    RESERVED("3d"),
    RESERVED("3e"),
    RESERVED("5c"),
    RESERVED("5d"),
    RESERVED("5e"),
    RESERVED("7c"),
    RESERVED("7d"),
    RESERVED("7e"),
    RESERVED("9c"),
    RESERVED("9d"),
    RESERVED("9e"),
    RESERVED("bc"),
    RESERVED("bd"),
    RESERVED("be"),
    RESERVED("dc"),
    RESERVED("dd"),
    RESERVED("de"),
    RESERVED("fc"),
    RESERVED("fd"),
    RESERVED("fe"),
    SIMPLE("f800"),
    SIMPLE("f801"),
    SIMPLE("f818"),
    SIMPLE("f81f"),
    CHUNK("5f00ff"),
    CHUNK("5f21ff"),
    CHUNK("5f6100ff"),
    CHUNK("5f80ff"),
    CHUNK("5fa0ff"),
    CHUNK("5fc000ff"),
    CHUNK("5fe0ff"),
    CHUNK("7f4100ff"),
    NESTED_CHUNK("5f5f4100ffff"),
    NESTED_CHUNK("7f7f6100ffff"),
    HEADER_IS("ff", "a break is outside of every indefinite length."),
    BREAK("81ff", CBOR_BREAK, 1),
    BREAK("8200ff", CBOR_BREAK, 2),
    BREAK("a1ff", CBOR_BREAK, 1),
    BREAK("a1ff00", CBOR_BREAK, 1),
    BREAK("a100ff", CBOR_BREAK, 2),
    BREAK("a20000ff", CBOR_BREAK, 3),
    BREAK("9f81ff", CBOR_BREAK, 2),
    BREAK("9f829f819f9fffffffff", DEPTH, 4),
    ODD("bf00ff", 2),
    ODD("bf000000ff", 4),
    NO_INDEFINITE("1f", CBOR_RESERVED),
    NO_INDEFINITE("3f", CBOR_RESERVED),
    NO_INDEFINITE("df", CBOR_TAG),

/* Well-formed, but a decoder that recurses without a limit overflows its stack. */
#define DEEP(id, reason, delta, hex, text, ...)                                                                        \
    REFUSE("nesting-field-" id, HIGH, reason(none), VALUE("xx", delta), DO(UNKNOWN_ALLOWED, ADD("xx", hex)),           \
           "An unknown field contains 8000 nested " text " A decoder that recurses without a limit overflows its "     \
           "stack.",                                                                                                   \
           __VA_ARGS__),                                                                                               \
        REFUSE("nesting-header-" id, HIGH, COSE_UNPROTECTED, DO(ENVELOPE(unprotected, "a11863 " hex)),                 \
               "An unprotected header contains 8000 nested " text " It is unsigned, so anyone can crash a verifier "   \
               "that recurses without a limit.")
    DEEP("tags-8000", CBOR_TAG, 0, "c1*8000 00", "tags.", FIRM),
    DEEP("indefinite-arrays-8000", DEPTH, 4, "9f*8000", "arrays of indefinite length, all open.", ANY_BOUND),
    DEEP("maps-8000", DEPTH, 4, "a1*8000 00", "maps, each the first key of the one before it.", ANY_BOUND),
    DEEP("chunks-8000", CBOR_INDEFINITE, 0, "5f*8000", "byte strings of indefinite length, all open.", FIRM,
         RULES("R-CBOR-06")),
    REFUSE("nesting-header-arrays-8000", HIGH, COSE_UNPROTECTED, DO(ENVELOPE(unprotected, "a11863 81*8000 00")),
           "An unprotected header contains 8000 nested arrays. It is unsigned, so anyone can crash a verifier that "
           "recurses without a limit."),
};

GROUP(wellformed,
      "Every item that RFC 8949 Appendix F lists as not well-formed, inside the payload and in the envelope.")
