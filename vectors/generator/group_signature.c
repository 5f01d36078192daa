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

#define LENGTH_IS(id, len, text)                                                                                       \
    REFUSE(id, HIGH, COSE_SIGNATURE_SIZE, PAYLOAD_END(0), text, DO(SIG_RAW(DOC, "01*" #len)))
#define RANGE(id, at, steps_of, text) REFUSE(id, CRITICAL, COSE_SIGNATURE_RANGE, END(at), text, DO(steps_of))
#define WRONG(id, class_name, steps_of, text)                                                                          \
    REFUSE(id, CRITICAL, class_name, NATT_E_COSE_SIGNATURE, NO_ITEM, END(-96), text, DO(steps_of))
static const struct natt_vector forms[] = {
    REFUSE("signature-empty", CRITICAL, COSE_SIGNATURE_SIZE, PAYLOAD_END(0), "A signature of no bytes.",
           DO(SIG_RAW(DOC, ""))),
    LENGTH_IS("signature-1-byte", 1, "A signature of one byte."),
    LENGTH_IS("signature-48-bytes", 48, "A signature of 48 bytes, as AWS's text says: r without s."),
    LENGTH_IS("signature-64-bytes", 64, "A signature of 64 bytes, as ES256 has."),
    LENGTH_IS("signature-95-bytes", 95, "A signature one byte too short."),
    LENGTH_IS("signature-97-bytes", 97, "A signature one byte too long."),
    LENGTH_IS("signature-98-bytes", 98, "A signature with a sign octet in front of both halves."),
    LENGTH_IS("signature-132-bytes", 132, "A signature of 132 bytes, as ES512 has."),
    LENGTH_IS("signature-1000-bytes", 1000, "A signature of 1000 bytes: it must not overrun a buffer of 96."),
    REFUSE("signature-der", MEDIUM, COSE_SIGNATURE_SIZE, PAYLOAD_END(0),
           "The right signature in DER, as certificates have it: COSE wants r || s.", DO(SIG_OTHER_FORM(DOC))),
    REFUSE("signature-r-zeros-s", MEDIUM, COSE_SIGNATURE_SIZE, PAYLOAD_END(0), "A zero byte between r and s.",
           DO(SIG_RAW(DOC, "00*97"))),
#define ITEM(id, code, steps_of, text)                                                                                 \
    REFUSE(id, LOW, "cose-signature-form", code, NO_ITEM, PAYLOAD_END(0), text, DO(steps_of),                          \
           DIFFER("The signature's head is not signed; a lenient decoder that judges the same bytes may accept it."))
    ITEM("signature-chunked", NATT_E_CBOR_INDEFINITE, FORM("signature-string", NATT_FORM_INDEFINITE),
         "The right signature as one chunk of an indefinite string."),
    ITEM("signature-head-not-shortest-2", NATT_E_CBOR_NOT_SHORTEST, WIDTH("signature-string", 2),
         "The right signature with its length in two bytes."),
    ITEM("signature-head-not-shortest-4", NATT_E_CBOR_NOT_SHORTEST, WIDTH("signature-string", 4),
         "The right signature with its length in four bytes."),
    ITEM("signature-head-not-shortest-8", NATT_E_CBOR_NOT_SHORTEST, WIDTH("signature-string", 8),
         "The right signature with its length in eight bytes."),
    REFUSE("signature-text", LOW, "cose-signature-form", NATT_E_CBOR_TYPE, NO_ITEM, PAYLOAD_END(0),
           "The signature's bytes as a text string.", DO(HEAD("signature-string", "7860"))),
    REFUSE("signature-tagged", LOW, "cose-signature-form", NATT_E_CBOR_TAG, NO_ITEM, PAYLOAD_END(0),
           "A tag in front of the signature.", DO(HEAD("signature-string", "c25860"))),
    REFUSE("signature-length-beyond-the-end", HIGH, CBOR_TRUNCATED(NO_ITEM), END(-96),
           "The signature says 97 bytes, and 96 are there.", DO(LENGTH("signature-string", 1))),
    REFUSE("signature-length-one-short", MEDIUM, COSE_SIGNATURE_SIZE, PAYLOAD_END(0),
           "The signature says 95 bytes, and 96 are there.", DO(LENGTH("signature-string", -1))),
};

static const struct natt_vector ranges[] = {
    RANGE("signature-r-0", -96, SIG_EDIT(DOC, NATT_SIGNATURE_ZERO_R), "r is 0."),
    RANGE("signature-s-0", -48, SIG_EDIT(DOC, NATT_SIGNATURE_ZERO_S), "s is 0: it has no inverse."),
    RANGE("signature-r-n", -96, SIG_EDIT(DOC, NATT_SIGNATURE_R_IS_N), "r is the group order n: 0 modulo n."),
    RANGE("signature-s-n", -48, SIG_EDIT(DOC, NATT_SIGNATURE_S_IS_N), "s is the group order n."),
    RANGE("signature-r-n-plus-1", -96, SIG_R(DOC, N_PLUS_1), "r is n + 1."),
    RANGE("signature-s-n-plus-1", -48, SIG_S(DOC, N_PLUS_1), "s is n + 1."),
    RANGE("signature-r-ones", -96, SIG_R(DOC, ONES), "r is 2^384-1."),
    RANGE("signature-s-ones", -48, SIG_S(DOC, ONES), "s is 2^384-1."),
    RANGE("signature-r-p", -96, SIG_R(DOC, P), "r is the field's prime p, which is above n."),
    REFUSE(
        "signature-all-zero", CRITICAL, COSE_SIGNATURE_RANGE, END(-96),
        "r and s are 0: verifiers without a range check have accepted it for every message and key (CVE-2022-21449).",
        DO(SIG_RAW(DOC, "00*96"))),
    REFUSE("signature-n-n", CRITICAL, COSE_SIGNATURE_RANGE, END(-96), "r and s are 2^384-1.",
           DO(SIG_RAW(DOC, "ff*96"))),
    WRONG("signature-r-n-minus-1", "cose-signature", SIG_R(DOC, N_MINUS_1),
          "r is n - 1: in range, so the arithmetic decides."),
    WRONG("signature-s-n-minus-1", "cose-signature", SIG_S(DOC, N_MINUS_1),
          "s is n - 1: in range, so the arithmetic decides."),
    WRONG("signature-r-1", "cose-signature", SIG_R(DOC, ONE), "r is 1: in range, and wrong."),
    WRONG("signature-s-1", "cose-signature", SIG_S(DOC, ONE), "s is 1: in range, and wrong."),
    WRONG("signature-r-1-s-1", "cose-signature", SIG_RAW(DOC, ONE " " ONE), "r and s are 1."),
};

static const struct natt_vector values[] = {
    ACCEPT("signature-plain", "cose-signature", "R-COSE-10", "A signature as RFC 6979 gives it."),
    ACCEPT("signature-low-s", "cose-signature", "R-COSE-08 R-COSE-10", "s in the lower half.",
           DO(SIG_EDIT(DOC, NATT_SIGNATURE_LOW_S))),
    ACCEPT("signature-high-s", "cose-signature", "R-COSE-08 R-COSE-10",
           "s in the upper half: 10 of 20 genuine documents have that, so requiring a low s is wrong.",
           DO(SIG_EDIT(DOC, NATT_SIGNATURE_HIGH_S))),
    ACCEPT("signature-twin", "cose-signature", "R-COSE-08 R-COSE-10",
           "n - s: the twin anybody can make; replay protection on bytes takes it for another document.",
           DO(SIG_EDIT(DOC, NATT_SIGNATURE_OTHER_S))),
    ACCEPT("signature-r-47-bytes", "cose-signature", "R-COSE-08 R-COSE-10",
           "r begins with a zero byte: 48 bytes all the same.", DO(SET("user_data", "420190"))),
    ACCEPT("signature-s-47-bytes", "cose-signature", "R-COSE-08 R-COSE-10",
           "s begins with a zero byte: 48 bytes all the same.", DO(SET("user_data", "420033"))),
    WRONG("signature-bit-0", "cose-signature", SIG_BIT(DOC, 5), "A high bit of r is changed."),
    WRONG("signature-last-bit-of-r", "cose-signature", SIG_BIT(DOC, 383), "The last bit of r is changed."),
    WRONG("signature-high-bit-of-s", "cose-signature", SIG_BIT(DOC, 389), "A high bit of s is changed."),
    WRONG("signature-last-bit-of-s", "cose-signature", SIG_BIT(DOC, 767), "The last bit of s is changed."),
    WRONG("signature-unrelated-key", "cose-signature", SIG_KEY(DOC, UNRELATED),
          "Signed by a key that no certificate holds."),
    WRONG("signature-instance-key", "cose-signature", SIG_KEY(DOC, 3),
          "Signed by the instance certificate's key instead of the leaf's."),
    WRONG("signature-root-key", "cose-signature", SIG_KEY(DOC, 0), "Signed by the root's key instead of the leaf's."),
    WRONG("signature-with-external-aad", "cose-sig-structure", ENVELOPE("aad", "4101"),
          "Signed with external data of one byte: an attestation document has none."),
    WRONG("signature-context-signature", "cose-sig-structure", ENVELOPE("context", "695369676e6174757265"),
          "Signed with the context \"Signature\", which is COSE_Sign's."),
    WRONG("signature-context-countersignature", "cose-sig-structure",
          ENVELOPE("context", "70436f756e7465725369676e617475726530"),
          "Signed with the context of a countersignature."),
    WRONG("signature-context-mac0", "cose-sig-structure", ENVELOPE("context", "644d414330"),
          "Signed with the context \"MAC0\"."),
    WRONG("signature-over-another-payload", "cose-sig-structure", ENVELOPE("signed-payload", "41a0"),
          "The signature covers another payload than the one that is there."),
    WRONG("signature-over-another-header", "cose-sig-structure", ENVELOPE("signed-protected", "43a10126"),
          "The signature covers a header that says ES256."),
    WRONG("signature-over-an-empty-header", "cose-sig-structure", ENVELOPE("signed-protected", "40"),
          "The signature covers an empty header."),
    WRONG("signature-over-wide-header", "cose-sig-structure", ENVELOPE("signed-protected", "5804a1013822"),
          "The signature covers the header with a longer head: Sig_structure is deterministic."),
#define CHANGED(id, mask, at, text) REFUSE(id, CRITICAL, COSE_SIGNATURE, END(-96), text, THEN(FLIP(mask, at)))
    CHANGED("changed-timestamp", 1, CONTENT("timestamp", -1),
            "The last bit of the timestamp is changed after signing."),
    REFUSE("changed-pcr0", CRITICAL, COSE_SIGNATURE, END(-96), "A bit of PCR0 is changed after signing.",
           THEN(FLIP(1, PCR(0, 3))), CLEAREST),
    CHANGED("changed-pcr15", 1, PCR(15, 50), "The last bit of PCR15 is changed after signing."),
    CHANGED("changed-module-id", 1, CONTENT("module_id", 2), "A digit of module_id is changed after signing."),
    REFUSE("changed-nonce", CRITICAL, COSE_SIGNATURE, END(-96),
           "A bit of the nonce is changed after signing, to the one that is expected: signatures come before "
           "expectations.",
           DO(SET("nonce", "43010203"), OPTION("nonce", "010202")), THEN(FLIP(1, CONTENT("nonce", 2)))),
    REFUSE("changed-certificate-serial", CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(LEAF, 0),
           "A bit of the leaf's serial number is changed after signing.",
           THEN(FLIP(1, BYTE_OF_TBS(LEAF, E_SERIAL, 10)))),
    REFUSE("changed-certificate-of-a-ca", CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(2, 0),
           "A bit of a CA's serial number is changed after signing.", THEN(FLIP(1, BYTE_OF_TBS(2, E_SERIAL, 8)))),
    REFUSE("changed-root", CRITICAL, CHAIN_ROOT, CERT(0, 0),
           "A bit of the root's serial number is changed after signing.", THEN(FLIP(1, BYTE_OF_TBS(0, E_SERIAL, 8)))),
    REFUSE("order-chain-before-document-signature", LOW, "order-of-reasons", NATT_E_CHAIN_SIGNATURE, MAGNITUDE(3, 0),
           "The instance certificate's signature and the document's are both wrong: the chain is reported first.",
           DO(SIG_KEY(3, UNRELATED), SIG_KEY(DOC, UNRELATED)), DIFFER("Every order of reasons is a refusal.")),
    REFUSE(
        "order-signature-before-nonce", MEDIUM, "order-of-reasons", NATT_E_COSE_SIGNATURE, NO_ITEM, END(-96),
        "The signature is wrong and the nonce is absent: nothing unsigned is judged as if it were said by an enclave.",
        DO(SIG_KEY(DOC, UNRELATED), OPTION("nonce", "010203")), DIFFER("Every order of reasons is a refusal.")),
    REFUSE("order-shape-before-signature", LOW, "order-of-reasons", NATT_E_X509_VERSION, TBS(LEAF, E_VERSION, 0),
           "The leaf is of version 2 and its signature is wrong.",
           DO(PART(LEAF, "version", "a003020101"), SIG_KEY(LEAF, UNRELATED)),
           DIFFER("Every order of reasons is a refusal.")),
};

const struct natt_vector_group natt_group_signature = {
    "signature",
    "The document's signature: form, range, what it covers, and changes after signing.",
    {TABLE(forms), TABLE(ranges), TABLE(values)}};
