/*
 * Encodings of a signature. In the certificate r and s are valid, so a parser that is lenient accepts every form here:
 * all are further encodings of the same certificate, which anyone can make, or read beyond an element. RFC 5480 A and
 * X.690 10 (DER) decide for certificates, RFC 9053 2.1 for documents. Each text names the flag of Wycheproof.
 */
#include "vectors/generator/steps.h"

#define MINUS_1 "#ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52972"
#define ONES    "#ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define TWO_384 "#1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
#define TWO_392 "#100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
#define TWO_448                                                                                                        \
    "#100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" \
    "00"

/* The usual form is 30 65 02 31 00 R 02 30 S. These are places in it; three octets precede it in the BIT STRING. */
enum { SEQ, SEQ_LEN, R, R_LEN, R_CONTENT, S = 53, S_LEN, S_CONTENT, AFTER_S = 103 };
#define ENCODED(id, severity, words, text, ...)                                                                        \
    REFUSE("signature-form-" id, severity, __VA_ARGS__, DO(SIG_FORM(LEAF, words)), "Signature of the leaf: " text)
#define IN(at) OUTER(LEAF, E_SIGNATURE, 3 + (at))

#define BER(id, at, words, text) ENCODED(id, MEDIUM, words, text " (BerEncodedSignature).", DER_LENGTH, IN(at))

#define SIZE(id, reason, at, words, text) ENCODED(id, MEDIUM, words, text " (InvalidEncoding).", reason, IN(at))

#define TYPE(id, at, words, text) ENCODED(id, HIGH, words, text " (InvalidTypesInSignature).", DER_TAG, IN(at))

#define SIGN_OCTET(id, reason, at, words, text) ENCODED(id, MEDIUM, words, text " (MissingZero).", reason, IN(at))

#define CHANGED(id, reason, at, words, text) ENCODED(id, MEDIUM, words, text " (ModifiedSignature).", reason, IN(at))

/* Lengths that no certificate has: `seq`, `r` and `s` are lengths of the sequence around them. */
#define HUGE(id, length, in_seq, tail, what)                                                                           \
    SIZE("length-" id, DER_LENGTH, SEQ_LEN, "30" length tail "65 023100 R 0230 S",                                     \
         "the length of the sequence is " what),                                                                       \
        SIZE("r-length-" id, DER_LENGTH, R_LEN, "30" in_seq "02" length tail "31 00 R 0230 S",                         \
             "the length of r is " what),                                                                              \
        SIZE("s-length-" id, DER_LENGTH, S_LEN, "30" in_seq "023100 R 02" length tail "30 S",                          \
             "the length of s is " what)
#define HUGE_ALONE(id, length, in_seq, what)                                                                           \
    SIZE("length-" id, DER_LENGTH, SEQ_LEN, "30" length " 023100 R 0230 S", "the length of the sequence is " what),    \
        SIZE("r-length-" id, DER_LENGTH, R_LEN, "30" in_seq "02" length " 00 R 0230 S", "the length of r is " what),   \
        SIZE("s-length-" id, DER_LENGTH, S_LEN, "30" in_seq "023100 R 02" length " S", "the length of s is " what)
/* Another type: `hex` in place of r or s, with the length of the sequence for each. */
#define TYPES(id, hex, with_s, with_r, what)                                                                           \
    TYPE("r-is-" id, R, "30" with_s hex " 0230 S", "r is " what),                                                      \
        TYPE("s-is-" id, S, "30" with_r "023100 R " hex, "s is " what)

/* ---- numbers ---- */
#define NUMBERS(id, severity, r, s, text, ...)                                                                         \
    REFUSE("signature-numbers-" id, severity, __VA_ARGS__, DO(PAIR(LEAF, r, s)), "Signature of the leaf: " text)
#define OUT(id, severity, reason, number, what)                                                                        \
    NUMBERS("r-" id, severity, number, "s", "r is " what " (RangeCheck).", reason, INTEGER(LEAF, 0)),                  \
        NUMBERS("s-" id, severity, "r", number, "s is " what " (RangeCheck).", reason, INTEGER(LEAF, 1)),              \
        NUMBERS("both-" id, severity, number, number, "r and s are " what " (RangeCheck).", reason, INTEGER(LEAF, 0))
#define MOVED(id, severity, reason, by, what)                                                                          \
    NUMBERS("r-" id, severity, "r" by, "s", "r " what " (IntegerOverflow).", reason, INTEGER(LEAF, 0)),                \
        NUMBERS("s-" id, severity, "r", "s" by, "s " what " (IntegerOverflow).", reason, INTEGER(LEAF, 1)),            \
        NUMBERS("both-" id, severity, "r" by, "s" by, "r and s, each " what " (IntegerOverflow).", reason,             \
                INTEGER(LEAF, 0))
#define IN_RANGE(id, r, s, text)                                                                                       \
    REFUSE("signature-numbers-" id, CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(LEAF, 0), DO(PAIR(LEAF, r, s)),               \
           "Signature of the leaf: " text " (InvalidSignature).")
#define DOC_OUT(id, at, r, s, text)                                                                                    \
    REFUSE("signature-numbers-document-" id, CRITICAL, COSE_SIGNATURE_RANGE, END(at), DO(PAIR(DOC, r, s)),             \
           "Signature of the document: " text " (RangeCheck).")
#define DOC_LARGE(id, r, s, text)                                                                                      \
    REFUSE("signature-numbers-document-" id, CRITICAL, COSE_SIGNATURE_SIZE, DO(PAIR(DOC, r, s)),                       \
           "Signature of the document: " text " (IntegerOverflow).")
#define DOC_SIZE(id, words, text)                                                                                      \
    REFUSE("signature-form-document-" id, CRITICAL, COSE_SIGNATURE_SIZE, DO(SIG_FORM(DOC, words)),                     \
           "Signature of the document: " text " (SignatureSize).")

static const struct natt_row rows[] = {
    ALLOWED("signature-form-usual", "certificate-signature", "R-X509-14", DO(SIG_FORM(LEAF, "3065 023100 R 0230 S")),
            "Signature of the leaf: r has a sign octet, and s needs none. All forms here begin with this one "
            "(ValidSignature)."),
    ALLOWED("signature-form-twin", "certificate-signature", "R-X509-14", DO(SIG_FORM(LEAF, "3066 023100 R 023100 T")),
            "Signature of the leaf: r and s have a sign octet, since s is replaced by n - s (ValidSignature)."),
    ALLOWED("signature-form-document-usual", "cose-signature", "R-COSE-07", DO(SIG_FORM(DOC, "R S")),
            "Signature of the document: r || s of 48 bytes each (ValidSignature)."),

    BER("length-in-1-octet-more", SEQ_LEN, "308165 023100 R 0230 S", "the length of the sequence uses 1 octet more"),
    BER("length-in-2-octets-more", SEQ_LEN, "30820065 023100 R 0230 S",
        "the length of the sequence uses 2 octets more"),
    BER("length-in-4-octets-more", SEQ_LEN, "308400000065 023100 R 0230 S",
        "the length of the sequence uses 4 octets more"),
    BER("length-in-8-octets-more", SEQ_LEN, "30880000000000000065 023100 R 0230 S",
        "the length of the sequence uses 8 octets more"),
    BER("r-length-in-1-octet-more", R_LEN, "3066 02813100 R 0230 S", "the length of r uses 1 octet more"),
    BER("r-length-in-2-octets-more", R_LEN, "3067 0282003100 R 0230 S", "the length of r uses 2 octets more"),
    BER("r-length-in-4-octets-more", R_LEN, "3069 02840000003100 R 0230 S", "the length of r uses 4 octets more"),
    BER("s-length-in-1-octet-more", S_LEN, "3066 023100 R 028130 S", "the length of s uses 1 octet more"),
    BER("s-length-in-2-octets-more", S_LEN, "3067 023100 R 02820030 S", "the length of s uses 2 octets more"),
    BER("s-length-in-4-octets-more", S_LEN, "3069 023100 R 028400000030 S", "the length of s uses 4 octets more"),
    BER("length-indefinite", SEQ_LEN, "3080 023100 R 0230 S 0000", "the sequence has an indefinite length"),
    BER("length-indefinite-unended", SEQ_LEN, "3080 023100 R 0230 S",
        "the sequence has an indefinite length and no end"),
    BER("r-length-indefinite", R_LEN, "3067 028000 R 0000 0230 S", "r has an indefinite length"),
    BER("s-length-indefinite", S_LEN, "3067 023100 R 0280 S 0000", "s has an indefinite length"),
    TYPE("r-constructed", R, "3067 2233 023100 R 0230 S", "r is constructed from one INTEGER"),
    TYPE("s-constructed", S, "3067 023100 R 2232 0230 S", "s is constructed from one INTEGER"),
    TYPE("r-constructed-indefinite", R, "3069 2280 023100 R 0000 0230 S",
         "r is constructed from one INTEGER and has an indefinite length"),
    TYPE("s-constructed-indefinite", S, "3069 023100 R 2280 0230 S 0000",
         "s is constructed from one INTEGER and has an indefinite length"),

    SIZE("length-1-more", DER_TRUNCATED, R, "3066 023100 R 0230 S", "the length of the sequence is 1 too large"),
    SIZE("length-1-less", DER_TRAILING, AFTER_S - 1, "3064 023100 R 0230 S",
         "the length of the sequence is 1 too small"),
    SIZE("length-0", DER_TRAILING, R, "3000 023100 R 0230 S", "the length of the sequence is 0"),
    SIZE("length-256-more", DER_TRUNCATED, R + 2, "30820165 023100 R 0230 S",
         "the length of the sequence is 256 too large. In 8 bits it is right"),
    REFUSE("signature-form-r-length-1-more", CRITICAL, X509_SIGNATURE_RANGE, IN(R),
           DO(SIG_FORM(LEAF, "3065 023200 R 0230 S")),
           "Signature of the leaf: the length of r is 1 too large, so it ends with the tag of s (InvalidEncoding).",
           REACH("anybody")),
    SIZE("r-length-0", DER_INTEGER, R, "3065 020000 R 0230 S", "the length of r is 0"),
    SIZE("r-length-127", DER_TRUNCATED, R_CONTENT, "3065 027f00 R 0230 S",
         "the length of r is 127, beyond the sequence"),
    SIZE("r-length-256-more", DER_TRUNCATED, R_CONTENT + 2, "3067 0282013100 R 0230 S",
         "the length of r is 256 too large. In 8 bits it is right"),
    SIZE("s-length-1-more", DER_TRUNCATED, S_CONTENT, "3065 023100 R 0231 S", "the length of s is 1 too large"),
    SIZE("s-length-1-less", DER_TRAILING, AFTER_S - 1, "3065 023100 R 022f S", "the length of s is 1 too small"),
    SIZE("s-length-0", DER_INTEGER, S, "3065 023100 R 0200 S", "the length of s is 0"),
    SIZE("s-length-127", DER_TRUNCATED, S_CONTENT, "3065 023100 R 027f S",
         "the length of s is 127, beyond the sequence"),
    SIZE("s-length-256-more", DER_TRUNCATED, S_CONTENT + 2, "3067 023100 R 02820130 S",
         "the length of s is 256 too large. In 8 bits it is right"),
    HUGE("2-32-more", "850100000", "6a", "0", "2^32 too large. In 32 bits it is right"),
    HUGE("2-64-more", "89010000000000000", "6e", "0", "2^64 too large. In 64 bits it is right"),
    HUGE_ALONE("2-31-minus-1", "847fffffff", "69", "2^31 - 1"),
    HUGE_ALONE("2-32-minus-1", "84ffffffff", "69", "2^32 - 1"),
    HUGE_ALONE("2-63-minus-1", "887fffffffffffffff", "6d", "2^63 - 1"),
    HUGE_ALONE("2-64-minus-1", "88ffffffffffffffff", "6d", "2^64 - 1"),
    HUGE_ALONE("reserved", "ff", "65", "the reserved octet ff"),

    TYPES("null", "0500", "34", "35", "NULL"),
    TYPES("true", "0101ff", "35", "36", "a BOOLEAN"),
    TYPES("real", "090380ff01", "37", "38", "a REAL"),
    TYPES("enumerated", "0a0101", "35", "36", "an ENUMERATED"),
    TYPES("empty-sequence", "3000", "34", "35", "an empty SEQUENCE"),
    TYPES("empty-bit-string", "030100", "35", "36", "an empty BIT STRING"),
    TYPES("text", "0c0131", "35", "36", "text"),
    TYPES("end-of-content", "0000", "34", "35", "an end-of-contents octet"),
    TYPE("r-is-octet-string", R, "3065 043100 R 0230 S", "r is an OCTET STRING with the right content"),
    TYPE("s-is-octet-string", S, "3065 023100 R 0430 S", "s is an OCTET STRING with the right content"),
    TYPE("r-is-context-0", R, "3065 803100 R 0230 S", "r has the tag [0]"),
    TYPE("s-is-context-1", S, "3065 023100 R 8130 S", "s has the tag [1]"),
    TYPE("r-and-s-null", R, "3004 0500 0500", "r and s are NULL"),
    TYPE("is-set", SEQ, "3165 023100 R 0230 S", "a SET contains r and s"),
    TYPE("is-octet-string", SEQ, "0465 023100 R 0230 S", "an OCTET STRING contains r and s"),
    TYPE("is-context-0", SEQ, "a065 023100 R 0230 S", "r and s are in the tag [0]"),
    TYPE("is-primitive", SEQ, "1065 023100 R 0230 S", "the SEQUENCE is marked as primitive"),
    TYPE("is-null", SEQ, "0500", "NULL replaces it"),
    TYPE("is-true", SEQ, "0101ff", "a BOOLEAN replaces it"),

    SIGN_OCTET("r-without-sign-octet", DER_INTEGER, R, "3064 0230 R 0230 S", "r has no sign octet, so it is negative"),
    SIGN_OCTET("s-without-sign-octet", DER_INTEGER, S, "3065 023100 R 0230 T",
               "n - s replaces s and has no sign octet, so it is negative"),
    SIGN_OCTET("r-padded", DER_INTEGER, R, "3066 02320000 R 0230 S", "a second zero octet precedes r"),
    SIGN_OCTET("r-padded-16", DER_INTEGER, R, "3075 0241 00*17 R 0230 S", "16 further zero octets precede r"),
    SIGN_OCTET("r-padded-ff", DER_INTEGER, R, "3066 0232ff00 R 0230 S", "ff precedes r, so it is negative"),
    SIGN_OCTET("s-padded", DER_INTEGER, S, "3066 023100 R 023100 S", "a zero octet precedes s, which needs none"),
    SIGN_OCTET("s-padded-16", DER_INTEGER, S, "3075 023100 R 0240 00*16 S",
               "16 zero octets precede s, which needs none"),
    REFUSE("signature-form-s-with-a-zero-behind", CRITICAL, X509_SIGNATURE_RANGE, IN(S),
           DO(SIG_FORM(LEAF, "3066 023100 R 0231 S 00")),
           "Signature of the leaf: a zero octet follows s inside (MissingZero).", REACH("anybody")),

    CHANGED("nothing", DER_TRUNCATED, SEQ, "", "the BIT STRING has no content"),
    CHANGED("a-tag", DER_TRUNCATED, SEQ_LEN, "30", "it is a tag without length"),
    CHANGED("empty", DER_TRUNCATED, R, "3000", "the sequence is empty"),
    CHANGED("r-alone", DER_TRUNCATED, S, "3033 023100 R", "s is missing"),
    CHANGED("s-alone", DER_TRUNCATED, S - 1, "3032 0230 S", "r is missing"),
    CHANGED("cut-in-r", DER_TRUNCATED, R, "3065 023100", "it ends inside r"),
    CHANGED("cut-before-s", DER_TRUNCATED, R, "3065 023100 R", "it ends before s, but its length includes s"),
    CHANGED("then-a-zero", DER_TRAILING, AFTER_S, "3065 023100 R 0230 S 00", "a zero octet follows the sequence"),
    CHANGED("then-zeros", DER_TRAILING, AFTER_S, "3065 023100 R 0230 S 0000", "two zero octets follow the sequence"),
    CHANGED("after-null", DER_TAG, SEQ, "0500 3065 023100 R 0230 S", "NULL precedes the sequence"),
    CHANGED("after-zeros", DER_TAG, SEQ, "0000 3065 023100 R 0230 S", "two zero octets precede the sequence"),
    CHANGED("null-after-s", DER_TRAILING, AFTER_S, "3067 023100 R 0230 S 0500", "NULL follows s in the sequence"),
    CHANGED("zeros-after-s", DER_TRAILING, AFTER_S, "3067 023100 R 0230 S 0000",
            "two zero octets follow s in the sequence"),
    CHANGED("null-between", DER_TAG, S, "3067 023100 R 0500 0230 S", "NULL is between r and s"),
    CHANGED("null-before-r", DER_TAG, R, "3067 0500 023100 R 0230 S", "NULL precedes r in the sequence"),
    CHANGED("in-a-sequence", DER_TAG, R, "3067 3065 023100 R 0230 S", "another sequence contains it"),
    CHANGED("each-in-a-sequence", DER_TAG, R, "3069 3033 023100 R 3032 0230 S", "r and s are in a sequence each"),
    CHANGED("without-sequence", DER_TAG, SEQ, "023100 R 0230 S", "no sequence contains r and s"),
    CHANGED("twice", DER_TRAILING, AFTER_S + 1, "3065 023100 R 0230 S 3065 023100 R 0230 S", "it is there twice"),
    DOC_SIZE("r-alone", "R", "s is missing"),
    DOC_SIZE("zero-first", "00 R S", "a zero byte precedes r and s, 97 bytes"),
    DOC_SIZE("zero-between", "R 00 S", "a zero byte is between r and s, 97 bytes"),
    DOC_SIZE("zero-last", "R S 00", "a zero byte follows r and s, 97 bytes"),
    DOC_SIZE("each-with-a-sign-octet", "00 R 00 S", "a zero byte precedes each, 98 bytes"),
    DOC_SIZE("each-of-66-bytes", "00*18 R 00*18 S", "r and s have 66 bytes each, as in ES512"),
    DOC_SIZE("twice", "R S R S", "r and s are there twice, 192 bytes"),
    DOC_SIZE("integers", "023100 R 0230 S", "r and s are INTEGERs in DER, without a sequence"),

    OUT("minus-1", HIGH, DER_INTEGER, "#0-#1", "-1"),
    OUT("minus-n", HIGH, DER_INTEGER, "#0-n", "-n"),
    OUT("n-plus-1", CRITICAL, X509_SIGNATURE_RANGE, "n+#1", "n + 1"),
    OUT("p", CRITICAL, X509_SIGNATURE_RANGE, "p", "p"),
    OUT("p-plus-1", CRITICAL, X509_SIGNATURE_RANGE, "p+#1", "p + 1"),
    OUT("2-384-minus-1", CRITICAL, X509_SIGNATURE_RANGE, ONES, "2^384 - 1"),
    OUT("2-384", CRITICAL, X509_SIGNATURE_RANGE, TWO_384, "2^384"),
    OUT("2-392", CRITICAL, X509_SIGNATURE_RANGE, TWO_392, "2^392"),
    NUMBERS("both-n", CRITICAL, "n", "n", "r and s are n (RangeCheck).", X509_SIGNATURE_RANGE, INTEGER(LEAF, 0)),
    NUMBERS("both-0", CRITICAL, "#0", "#0",
            "r and s are 0. Verifiers without a range check accepted it for every message (CVE-2022-21449).",
            X509_SIGNATURE_RANGE, INTEGER(LEAF, 0)),
    NUMBERS("0-and-1", CRITICAL, "#0", "#1", "r is 0, and s is 1 (RangeCheck).", X509_SIGNATURE_RANGE,
            INTEGER(LEAF, 0)),
    NUMBERS("1-and-0", CRITICAL, "#1", "#0", "r is 1, and s is 0 (RangeCheck).", X509_SIGNATURE_RANGE,
            INTEGER(LEAF, 1)),
    NUMBERS("n-and-1", CRITICAL, "n", "#1", "r is n, and s is 1 (RangeCheck).", X509_SIGNATURE_RANGE, INTEGER(LEAF, 0)),
    NUMBERS("1-and-n", CRITICAL, "#1", "n", "r is 1, and s is n (RangeCheck).", X509_SIGNATURE_RANGE, INTEGER(LEAF, 1)),
    IN_RANGE("r-1", "#1", "s", "r is 1"),
    IN_RANGE("s-1", "r", "#1", "s is 1"),
    IN_RANGE("r-n-minus-1", MINUS_1, "s", "r is n - 1"),
    IN_RANGE("s-n-minus-1", "r", MINUS_1, "s is n - 1"),
    MOVED("plus-n", CRITICAL, X509_SIGNATURE_RANGE, "+n", "is n too large"),
    MOVED("plus-256-n", CRITICAL, X509_SIGNATURE_RANGE, "+#100*n", "is 256 n too large"),
    MOVED("plus-2-384", CRITICAL, X509_SIGNATURE_RANGE, "+" TWO_384, "is 2^384 too large"),
    MOVED("plus-2-448", CRITICAL, X509_SIGNATURE_RANGE, "+" TWO_448, "is 2^448 too large"),
    MOVED("minus-2-384", HIGH, DER_INTEGER, "-" TWO_384, "is 2^384 too small, so it is negative"),
    MOVED("minus-n-once", HIGH, DER_INTEGER, "-n", "is n too small, so it is negative"),
    NUMBERS("r-negated", HIGH, "#0-r", "s", "r is negated (ModifiedInteger).", DER_INTEGER, INTEGER(LEAF, 0)),
    NUMBERS("s-negated", HIGH, "r", "#0-s", "s is negated (ModifiedInteger).", DER_INTEGER, INTEGER(LEAF, 1)),
    DOC_OUT("s-p", -48, "r", "p", "s is p"),
    DOC_OUT("r-p-plus-1", -96, "p+#1", "s", "r is p + 1"),
    DOC_OUT("s-p-plus-1", -48, "r", "p+#1", "s is p + 1"),
    DOC_OUT("both-n", -96, "n", "n", "r and s are n"),
    DOC_OUT("both-n-plus-1", -96, "n+#1", "n+#1", "r and s are n + 1"),
    DOC_OUT("both-p", -96, "p", "p", "r and s are p"),
    DOC_OUT("0-and-1", -96, "#0", "#1", "r is 0, and s is 1"),
    DOC_OUT("1-and-0", -48, "#1", "#0", "r is 1, and s is 0"),
    DOC_OUT("n-and-1", -96, "n", "#1", "r is n, and s is 1"),
    DOC_OUT("1-and-n", -48, "#1", "n", "r is 1, and s is n"),
    DOC_LARGE("r-plus-n", "r+n", "s", "r is n too large and needs 49 bytes, so both have 49"),
    DOC_LARGE("s-plus-n", "r", "s+n", "s is n too large and needs 49 bytes, so both have 49"),
    DOC_LARGE("r-plus-2-384", "r+" TWO_384, "s", "r is 2^384 too large and needs 49 bytes, so both have 49"),
    DOC_LARGE("r-plus-2-448", "r+" TWO_448, "s", "r is 2^448 too large and needs 57 bytes, so both have 57"),
};

GROUP(signatureform, "Encodings of signatures in certificates and documents, and numbers out of range.")
