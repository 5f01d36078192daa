/*
 * The signature of the document: its encoding, its range and the signed content.
 */
#include "vectors/generator/steps.h"

#define UNRELATED ((int64_t)NATT_KEY_UNRELATED)
#define N_MINUS_1 "ff*24 c7634d81f4372ddf581a0db248b0a77aecec196accc52972"
#define N_PLUS_1  "ff*24 c7634d81f4372ddf581a0db248b0a77aecec196accc52974"
#define ONES      "ff*48"
#define P         "ff*31 feffffffff 00*8 ffffffff"
#define ONE       "00*47 01"

#define LENGTH_IS(id, severity, hex, text)                                                                             \
    REFUSE("signature-" id, severity, COSE_SIGNATURE_SIZE, DO(SIG_RAW(DOC, hex)), "The signature " text)
#define SIGNATURE_FORM(code) "cose-signature-form", code, NO_ITEM, PAYLOAD_END(0)
#define HEAD_IS(id, code, step, text)                                                                                  \
    REFUSE("signature-" id, LOW, SIGNATURE_FORM(code), DO(step), text,                                                 \
           DIFFER("The encoding of the signature's length is not signed. A lenient decoder may accept it."),           \
           TAGS("canonical-cbor"))
#define WIDE(octets, word)                                                                                             \
    HEAD_IS("head-not-shortest-" #octets, NATT_E_CBOR_NOT_SHORTEST, WIDTH(envelope.signature_wrap, octets),            \
            "The signature is correct, but its length uses " word " bytes where one is enough.")
static const struct natt_row rows[] = {
    LENGTH_IS("empty", CRITICAL, "", "is empty."),
    LENGTH_IS("1-byte", CRITICAL, "01", "has one byte."),
    LENGTH_IS("48-bytes", CRITICAL, "01*48", "has 48 bytes, as the AWS documentation says. This is r without s."),
    LENGTH_IS("64-bytes", CRITICAL, "01*64", "has 64 bytes, as in ES256."),
    LENGTH_IS("95-bytes", CRITICAL, "01*95", "is one byte too short."),
    LENGTH_IS("97-bytes", CRITICAL, "01*97", "is one byte too long."),
    LENGTH_IS("98-bytes", CRITICAL, "01*98", "has a sign octet before r and before s."),
    LENGTH_IS("132-bytes", CRITICAL, "01*132", "has 132 bytes, as in ES512."),
    LENGTH_IS("1000-bytes", CRITICAL, "01*1000", "has 1000 bytes. It must not overflow a buffer of 96 bytes."),
    REFUSE("signature-der", MEDIUM, COSE_SIGNATURE_SIZE, DO(SIG_OTHER_FORM(DOC)),
           "The signature is correct but in DER, as in certificates. COSE requires r || s."),
    LENGTH_IS("r-zeros-s", CRITICAL, "00*97", "has a zero byte between r and s."),
    HEAD_IS("chunked", NATT_E_CBOR_INDEFINITE, FORM(envelope.signature_wrap, NATT_FORM_INDEFINITE),
            "The signature is correct but a byte string of indefinite length with one chunk."),
    WIDE(2, "two"),
    WIDE(4, "four"),
    WIDE(8, "eight"),
    REFUSE("signature-text", LOW, SIGNATURE_FORM(NATT_E_CBOR_TYPE), DO(HEAD(envelope.signature_wrap, "7860")),
           "The signature is a text string."),
    REFUSE("signature-tagged", LOW, SIGNATURE_FORM(NATT_E_CBOR_TAG), DO(HEAD(envelope.signature_wrap, "c25860")),
           "The signature has a tag."),
    REFUSE("signature-length-beyond-the-end", HIGH, CBOR_TRUNCATED(none), END(-96),
           DO(LENGTH(envelope.signature_wrap, 1)), "The signature has a length of 97, but 96 bytes follow."),
    REFUSE("signature-length-one-short", MEDIUM, COSE_SIGNATURE_SIZE, DO(LENGTH(envelope.signature_wrap, -1)),
           "The signature has a length of 95, but 96 bytes follow."),

#define RANGE(id, at, text, ...) REFUSE("signature-" id, CRITICAL, COSE_SIGNATURE_RANGE, END(at), DO(__VA_ARGS__), text)
#define WRONG(id, text, ...)     REFUSE("signature-" id, CRITICAL, COSE_SIGNATURE, DO(__VA_ARGS__), text)
    RANGE("r-0", -96, "r is 0.", SIG_EDIT(DOC, NATT_SIGNATURE_ZERO_R)),
    RANGE("s-0", -48, "s is 0 and has no inverse.", SIG_EDIT(DOC, NATT_SIGNATURE_ZERO_S)),
    RANGE("r-n", -96, "r is the group order n, which is 0 modulo n.", SIG_EDIT(DOC, NATT_SIGNATURE_R_IS_N)),
    RANGE("s-n", -48, "s is the group order n, which is 0 modulo n.", SIG_EDIT(DOC, NATT_SIGNATURE_S_IS_N)),
    RANGE("r-n-plus-1", -96, "r is n + 1.", SIG_R(DOC, N_PLUS_1)),
    RANGE("s-n-plus-1", -48, "s is n + 1.", SIG_S(DOC, N_PLUS_1)),
    RANGE("r-ones", -96, "r is 2^384-1.", SIG_R(DOC, ONES)),
    RANGE("s-ones", -48, "s is 2^384-1.", SIG_S(DOC, ONES)),
    RANGE("r-p", -96, "r is the field prime p, which is larger than n.", SIG_R(DOC, P)),
    RANGE("all-zero", -96,
          "r and s are 0. Verifiers without a range check accepted this signature for every message and key "
          "(CVE-2022-21449).",
          SIG_RAW(DOC, "00*96")),
    RANGE("n-n", -96, "r and s are 2^384-1.", SIG_RAW(DOC, "ff*96")),
    WRONG("r-n-minus-1", "r is n - 1. It is in range but wrong.", SIG_R(DOC, N_MINUS_1)),
    WRONG("s-n-minus-1", "s is n - 1. It is in range but wrong.", SIG_S(DOC, N_MINUS_1)),
    WRONG("r-1", "r is 1. It is in range but wrong.", SIG_R(DOC, ONE)),
    WRONG("s-1", "s is 1. It is in range but wrong.", SIG_S(DOC, ONE)),
    WRONG("r-1-s-1", "r and s are 1. They are in range but wrong.", SIG_RAW(DOC, ONE " " ONE)),

#define SIGNED_OVER(id, text, ...)                                                                                     \
    REFUSE("signature-" id, CRITICAL, "cose-sig-structure", NATT_E_COSE_SIGNATURE, NO_ITEM, END(-96), DO(__VA_ARGS__), \
           "The signature covers " text)
#define GOOD(id, text, ...)  ALLOWED("signature-" id, "cose-signature", "R-COSE-08 R-COSE-10", DO(__VA_ARGS__), text)
#define CHANGED(id, at, ...) REFUSE("changed-" id, CRITICAL, COSE_SIGNATURE, DO(BUILT, FLIP(1, at)), __VA_ARGS__)
#define ANY_ORDER            DIFFER("The document is refused for each of these reasons, so their order may differ.")
    ACCEPT("signature-plain", COSE_SIGNATURE, NOTHING, "The nonce k of the signature comes from RFC 6979."),
    GOOD("low-s", "s is in the lower half.", SIG_EDIT(DOC, NATT_SIGNATURE_LOW_S)),
    GOOD("high-s", "s is in the upper half, as in 10 of 20 genuine documents. A verifier must not require a low s.",
         SIG_EDIT(DOC, NATT_SIGNATURE_HIGH_S)),
    GOOD("twin",
         "The signature has n - s instead of s. Anyone can make this twin. Replay protection that compares bytes does "
         "not recognize it.",
         SIG_EDIT(DOC, NATT_SIGNATURE_OTHER_S)),
    GOOD("r-47-bytes", "r begins with a zero byte but still has 48 bytes.", ZERO_BYTE_OF_R),
    GOOD("s-47-bytes", "s begins with a zero byte but still has 48 bytes.", ZERO_BYTE_OF_S),
    WRONG("bit-0", "A high bit of r in the signature of the document is changed.", SIG_BIT(DOC, 5)),
    WRONG("last-bit-of-r", "The last bit of r in the signature of the document is changed.", SIG_BIT(DOC, 383)),
    WRONG("high-bit-of-s", "A high bit of s in the signature of the document is changed.", SIG_BIT(DOC, 389)),
    WRONG("last-bit-of-s", "The last bit of s in the signature of the document is changed.", SIG_BIT(DOC, 767)),
    WRONG("unrelated-key", "The document is signed with a key that is in no certificate.", SIG_KEY(DOC, UNRELATED)),
    WRONG("instance-key", "The document is signed with the key of the instance certificate instead of the leaf.",
          SIG_KEY(DOC, 3)),
    WRONG("root-key", "The document is signed with the key of the root instead of the leaf.", SIG_KEY(DOC, 0)),
    SIGNED_OVER("with-external-aad", "external data of one byte. Attestation documents have no external data.",
                ENVELOPE(external_aad, "4101")),
    SIGNED_OVER("context-signature", "the context \"Signature\" of COSE_Sign instead of \"Signature1\".",
                ENVELOPE(context, "695369676e6174757265")),
    SIGNED_OVER("context-countersignature", "the context of a countersignature instead of \"Signature1\".",
                ENVELOPE(context, "70436f756e7465725369676e617475726530")),
    SIGNED_OVER("context-mac0", "the context \"MAC0\" instead of \"Signature1\".", ENVELOPE(context, "644d414330")),
    SIGNED_OVER("over-another-payload", "a different payload.", ENVELOPE(signed_payload, "41a0")),
    SIGNED_OVER("over-another-header", "a protected header with ES256.", ENVELOPE(signed_protected, "43a10126")),
    SIGNED_OVER("over-an-empty-header", "an empty protected header.", ENVELOPE(signed_protected, "40")),
    SIGNED_OVER("over-wide-header",
                "the protected header with a length that is not the shortest. Sig_structure has "
                "one deterministic encoding.",
                ENVELOPE(signed_protected, "5804a1013822")),
    CHANGED("timestamp", CONTENT("timestamp", -1), "The last bit of the timestamp is changed after signing."),
    CHANGED("pcr0", PCR(0, 3), "A bit of PCR0 is changed after signing.", CLEAREST),
    CHANGED("pcr15", PCR(15, 50), "The last bit of PCR15 is changed after signing."),
    CHANGED("module-id", CONTENT("module_id", 2), "A digit of module_id is changed after signing."),
    REFUSE("changed-nonce", CRITICAL, COSE_SIGNATURE,
           DO(SET("nonce", "43010203"), OPTION("nonce", "010202"), BUILT, FLIP(1, CONTENT("nonce", 2))),
           "A bit of the nonce is changed to the expected value after signing. A verifier checks the signature before "
           "the nonce."),
    REFUSE("changed-certificate-serial", CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(LEAF, 0),
           DO(BUILT, FLIP(1, BYTE_OF_TBS(LEAF, E_SERIAL, 10))),
           "A bit of the leaf's serial number is changed after signing."),
    REFUSE("changed-certificate-of-a-ca", CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(2, 0),
           DO(BUILT, FLIP(1, BYTE_OF_TBS(2, E_SERIAL, 8))), "A bit of a CA's serial number is changed after signing."),
    REFUSE("changed-root", CRITICAL, CHAIN_ROOT(0), DO(BUILT, FLIP(1, BYTE_OF_TBS(0, E_SERIAL, 8))),
           "A bit of the root's serial number is changed after signing."),
    REFUSE("order-chain-before-document-signature", LOW, "order-of-reasons", NATT_E_CHAIN_SIGNATURE, MAGNITUDE(3, 0),
           DO(SIG_KEY(3, UNRELATED), SIG_KEY(DOC, UNRELATED)),
           "The signatures of the instance certificate and of the document are wrong. The verifier reports the "
           "certificate first.",
           ANY_ORDER),
    REFUSE("order-signature-before-nonce", MEDIUM, "order-of-reasons", NATT_E_COSE_SIGNATURE, NO_ITEM, END(-96),
           DO(SIG_KEY(DOC, UNRELATED), OPTION("nonce", "010203"), SET("nonce", "f6")),
           "The signature is wrong and the nonce is absent. A verifier must not check the content of an unsigned "
           "document.",
           ANY_ORDER),
    REFUSE("order-shape-before-signature", LOW, "order-of-reasons", NATT_E_X509_VERSION, TBS(LEAF, E_VERSION, 0),
           DO(PART(LEAF, version, "a003020101"), SIG_KEY(LEAF, UNRELATED)),
           "The leaf has version 2, and its signature is wrong.", ANY_ORDER),
};

GROUP(signature, "The signature of the document: encoding, range, signed content, and changes after signing.")
