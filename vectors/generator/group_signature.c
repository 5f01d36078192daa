/*
 * The document's own signature: its form, its range, and what it is computed over.
 */
#include "vectors/generator/steps.h"

#define UNRELATED ((int64_t)NATT_KEY_UNRELATED)
#define N_MINUS_1 "ff*24 c7634d81f4372ddf581a0db248b0a77aecec196accc52972"
#define N_PLUS_1  "ff*24 c7634d81f4372ddf581a0db248b0a77aecec196accc52974"
#define ONES      "ff*48"
#define P         "ff*31 feffffffff 00*8 ffffffff"
#define ONE       "00*47 01"

#define LENGTH_IS(id, severity, hex, text)                                                                             \
    REFUSE("signature-" id, severity, COSE_SIGNATURE_SIZE, PAYLOAD_END(0), DO(SIG_RAW(DOC, hex)), text)
#define HEAD_IS(id, code, text, ...)                                                                                   \
    REFUSE("signature-" id, LOW, "cose-signature-form", code, NO_ITEM, PAYLOAD_END(0), DO(__VA_ARGS__), text,          \
           DIFFER("The signature's head is not signed; a lenient decoder that judges the same bytes may accept it."))
static const struct natt_vector forms[] = {
    LENGTH_IS("empty", CRITICAL, "", "A signature of no bytes."),
    LENGTH_IS("1-byte", HIGH, "01", "A signature of one byte."),
    LENGTH_IS("48-bytes", HIGH, "01*48", "A signature of 48 bytes, as AWS's text says: r without s."),
    LENGTH_IS("64-bytes", HIGH, "01*64", "A signature of 64 bytes, as ES256 has."),
    LENGTH_IS("95-bytes", HIGH, "01*95", "A signature one byte too short."),
    LENGTH_IS("97-bytes", HIGH, "01*97", "A signature one byte too long."),
    LENGTH_IS("98-bytes", HIGH, "01*98", "A signature with a sign octet in front of both halves."),
    LENGTH_IS("132-bytes", HIGH, "01*132", "A signature of 132 bytes, as ES512 has."),
    LENGTH_IS("1000-bytes", HIGH, "01*1000", "A signature of 1000 bytes: it must not overrun a buffer of 96."),
    REFUSE("signature-der", MEDIUM, COSE_SIGNATURE_SIZE, PAYLOAD_END(0), DO(SIG_OTHER_FORM(DOC)),
           "The right signature in DER, as certificates have it: COSE wants r || s."),
    LENGTH_IS("r-zeros-s", MEDIUM, "00*97", "A zero byte between r and s."),
    HEAD_IS("chunked", NATT_E_CBOR_INDEFINITE, "The right signature as one chunk of an indefinite string.",
            FORM("signature-string", NATT_FORM_INDEFINITE)),
    HEAD_IS("head-not-shortest-2", NATT_E_CBOR_NOT_SHORTEST, "The right signature with its length in two bytes.",
            WIDTH("signature-string", 2)),
    HEAD_IS("head-not-shortest-4", NATT_E_CBOR_NOT_SHORTEST, "The right signature with its length in four bytes.",
            WIDTH("signature-string", 4)),
    HEAD_IS("head-not-shortest-8", NATT_E_CBOR_NOT_SHORTEST, "The right signature with its length in eight bytes.",
            WIDTH("signature-string", 8)),
    REFUSE("signature-text", LOW, "cose-signature-form", NATT_E_CBOR_TYPE, NO_ITEM, PAYLOAD_END(0),
           DO(HEAD("signature-string", "7860")), "The signature's bytes as a text string."),
    REFUSE("signature-tagged", LOW, "cose-signature-form", NATT_E_CBOR_TAG, NO_ITEM, PAYLOAD_END(0),
           DO(HEAD("signature-string", "c25860")), "A tag in front of the signature."),
    REFUSE("signature-length-beyond-the-end", HIGH, CBOR_TRUNCATED(none), END(-96), DO(LENGTH("signature-string", 1)),
           "The signature says 97 bytes, and 96 are there."),
    REFUSE("signature-length-one-short", MEDIUM, COSE_SIGNATURE_SIZE, PAYLOAD_END(0),
           DO(LENGTH("signature-string", -1)), "The signature says 95 bytes, and 96 are there."),
};

#define RANGE(id, at, text, ...) REFUSE("signature-" id, CRITICAL, COSE_SIGNATURE_RANGE, END(at), DO(__VA_ARGS__), text)
#define WRONG(id, text, ...)     REFUSE("signature-" id, CRITICAL, COSE_SIGNATURE, END(-96), DO(__VA_ARGS__), text)
static const struct natt_vector ranges[] = {
    RANGE("r-0", -96, "r is 0.", SIG_EDIT(DOC, NATT_SIGNATURE_ZERO_R)),
    RANGE("s-0", -48, "s is 0: it has no inverse.", SIG_EDIT(DOC, NATT_SIGNATURE_ZERO_S)),
    RANGE("r-n", -96, "r is the group order n: 0 modulo n.", SIG_EDIT(DOC, NATT_SIGNATURE_R_IS_N)),
    RANGE("s-n", -48, "s is the group order n.", SIG_EDIT(DOC, NATT_SIGNATURE_S_IS_N)),
    RANGE("r-n-plus-1", -96, "r is n + 1.", SIG_R(DOC, N_PLUS_1)),
    RANGE("s-n-plus-1", -48, "s is n + 1.", SIG_S(DOC, N_PLUS_1)),
    RANGE("r-ones", -96, "r is 2^384-1.", SIG_R(DOC, ONES)),
    RANGE("s-ones", -48, "s is 2^384-1.", SIG_S(DOC, ONES)),
    RANGE("r-p", -96, "r is the field's prime p, which is above n.", SIG_R(DOC, P)),
    RANGE("all-zero", -96,
          "r and s are 0: verifiers without a range check have accepted it for every message and key (CVE-2022-21449).",
          SIG_RAW(DOC, "00*96")),
    RANGE("n-n", -96, "r and s are 2^384-1.", SIG_RAW(DOC, "ff*96")),
    WRONG("r-n-minus-1", "r is n - 1: in range, so the arithmetic decides.", SIG_R(DOC, N_MINUS_1)),
    WRONG("s-n-minus-1", "s is n - 1: in range, so the arithmetic decides.", SIG_S(DOC, N_MINUS_1)),
    WRONG("r-1", "r is 1: in range, and wrong.", SIG_R(DOC, ONE)),
    WRONG("s-1", "s is 1: in range, and wrong.", SIG_S(DOC, ONE)),
    WRONG("r-1-s-1", "r and s are 1.", SIG_RAW(DOC, ONE " " ONE)),
};

#define SIGNED_OVER(id, text, ...)                                                                                     \
    REFUSE("signature-" id, CRITICAL, "cose-sig-structure", NATT_E_COSE_SIGNATURE, NO_ITEM, END(-96), DO(__VA_ARGS__), \
           text)
#define HOLDS(id, text, ...) ACCEPT("signature-" id, "cose-signature", "R-COSE-08 R-COSE-10", DO(__VA_ARGS__), text)
#define CHANGED(id, at, ...)                                                                                           \
    REFUSE("changed-" id, CRITICAL, COSE_SIGNATURE, END(-96), NOTHING, __VA_ARGS__, THEN(FLIP(1, at)))
#define ANY_ORDER DIFFER("Every order of reasons is a refusal.")
static const struct natt_vector values[] = {
    ACCEPT("signature-plain", "cose-signature", "R-COSE-10", NOTHING, "A signature as RFC 6979 gives it."),
    HOLDS("low-s", "s in the lower half.", SIG_EDIT(DOC, NATT_SIGNATURE_LOW_S)),
    HOLDS("high-s", "s in the upper half: 10 of 20 genuine documents have that, so requiring a low s is wrong.",
          SIG_EDIT(DOC, NATT_SIGNATURE_HIGH_S)),
    HOLDS("twin", "n - s: the twin anybody can make; replay protection on bytes takes it for another document.",
          SIG_EDIT(DOC, NATT_SIGNATURE_OTHER_S)),
    HOLDS("r-47-bytes", "r begins with a zero byte: 48 bytes all the same.", SET("user_data", "420190")),
    HOLDS("s-47-bytes", "s begins with a zero byte: 48 bytes all the same.", SET("user_data", "420033")),
    WRONG("bit-0", "A high bit of r is changed.", SIG_BIT(DOC, 5)),
    WRONG("last-bit-of-r", "The last bit of r is changed.", SIG_BIT(DOC, 383)),
    WRONG("high-bit-of-s", "A high bit of s is changed.", SIG_BIT(DOC, 389)),
    WRONG("last-bit-of-s", "The last bit of s is changed.", SIG_BIT(DOC, 767)),
    WRONG("unrelated-key", "Signed by a key that no certificate holds.", SIG_KEY(DOC, UNRELATED)),
    WRONG("instance-key", "Signed by the instance certificate's key instead of the leaf's.", SIG_KEY(DOC, 3)),
    WRONG("root-key", "Signed by the root's key instead of the leaf's.", SIG_KEY(DOC, 0)),
    SIGNED_OVER("with-external-aad", "Signed with external data of one byte: an attestation document has none.",
                ENVELOPE(external_aad, "4101")),
    SIGNED_OVER("context-signature", "Signed with the context \"Signature\", which is COSE_Sign's.",
                ENVELOPE(context, "695369676e6174757265")),
    SIGNED_OVER("context-countersignature", "Signed with the context of a countersignature.",
                ENVELOPE(context, "70436f756e7465725369676e617475726530")),
    SIGNED_OVER("context-mac0", "Signed with the context \"MAC0\".", ENVELOPE(context, "644d414330")),
    SIGNED_OVER("over-another-payload", "The signature covers another payload than the one that is there.",
                ENVELOPE(signed_payload, "41a0")),
    SIGNED_OVER("over-another-header", "The signature covers a header that says ES256.",
                ENVELOPE(signed_protected, "43a10126")),
    SIGNED_OVER("over-an-empty-header", "The signature covers an empty header.", ENVELOPE(signed_protected, "40")),
    SIGNED_OVER("over-wide-header",
                "The signature covers the header with a longer head: Sig_structure is deterministic.",
                ENVELOPE(signed_protected, "5804a1013822")),
    CHANGED("timestamp", CONTENT("timestamp", -1), "The last bit of the timestamp is changed after signing."),
    CHANGED("pcr0", PCR(0, 3), "A bit of PCR0 is changed after signing.", CLEAREST),
    CHANGED("pcr15", PCR(15, 50), "The last bit of PCR15 is changed after signing."),
    CHANGED("module-id", CONTENT("module_id", 2), "A digit of module_id is changed after signing."),
    REFUSE("changed-nonce", CRITICAL, COSE_SIGNATURE, END(-96), DO(SET("nonce", "43010203"), OPTION("nonce", "010202")),
           "A bit of the nonce is changed after signing, to the one that is expected: signatures come before "
           "expectations.",
           THEN(FLIP(1, CONTENT("nonce", 2)))),
    REFUSE("changed-certificate-serial", CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(LEAF, 0), NOTHING,
           "A bit of the leaf's serial number is changed after signing.",
           THEN(FLIP(1, BYTE_OF_TBS(LEAF, E_SERIAL, 10)))),
    REFUSE("changed-certificate-of-a-ca", CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(2, 0), NOTHING,
           "A bit of a CA's serial number is changed after signing.", THEN(FLIP(1, BYTE_OF_TBS(2, E_SERIAL, 8)))),
    REFUSE("changed-root", CRITICAL, CHAIN_ROOT, CERT(0, 0), NOTHING,
           "A bit of the root's serial number is changed after signing.", THEN(FLIP(1, BYTE_OF_TBS(0, E_SERIAL, 8)))),
    REFUSE("order-chain-before-document-signature", LOW, "order-of-reasons", NATT_E_CHAIN_SIGNATURE, MAGNITUDE(3, 0),
           DO(SIG_KEY(3, UNRELATED), SIG_KEY(DOC, UNRELATED)),
           "The instance certificate's signature and the document's are both wrong: the chain is reported first.",
           ANY_ORDER),
    REFUSE(
        "order-signature-before-nonce", MEDIUM, "order-of-reasons", NATT_E_COSE_SIGNATURE, NO_ITEM, END(-96),
        DO(SIG_KEY(DOC, UNRELATED), OPTION("nonce", "010203")),
        "The signature is wrong and the nonce is absent: nothing unsigned is judged as if it were said by an enclave.",
        ANY_ORDER),
    REFUSE("order-shape-before-signature", LOW, "order-of-reasons", NATT_E_X509_VERSION, TBS(LEAF, E_VERSION, 0),
           DO(PART(LEAF, version, "a003020101"), SIG_KEY(LEAF, UNRELATED)),
           "The leaf is of version 2 and its signature is wrong.", ANY_ORDER),
};

GROUP(signature, "The document's signature: form, range, what it covers, and changes after signing.", TABLE(forms),
      TABLE(ranges), TABLE(values))
