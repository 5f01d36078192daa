/*
 * Documents for verifiers that keep something between documents: certificates, keys, verdicts. All of them have the
 * certificates of the first row, except where a row changes one. Each row must get the same verdict alone and in a
 * sequence.
 */
#include "vectors/generator/steps.h"

#define TWIN(i, who)                                                                                                   \
    REFUSE("cached-twin-" who, CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(i, 0), DO(SIG_BIT(i, 767)),                        \
           "The last bit of the signature of the " who " certificate is changed. Its key, names and dates are those "  \
           "of the valid one.")
/* The key of the certificate is somebody else's, and signs what follows. */
#define FORGED(id, cert, signs, scheme, half, text)                                                                    \
    REFUSE("cached-forged-" id, CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(cert, 0),                                         \
           DO(FOREIGN_KEY(cert, "P-384"), FOREIGN_SIGN(signs, "P-384", scheme, half), SIG_BIT(cert, 767)), text)

/* The one that the document has anyway; `issue --break` makes documents without. */
#define BASE_NONCE "58206f1c0e7b52a9d3480be6c1729f5d8a3414e2b7906cd85f23a10b9e47f83d6c52"

static const struct natt_row rows[] = {
    ALLOWED("cached-valid", "valid-chain", "R-CHAIN-11", NOTHING,
            "A valid document, whose certificates and leaf key later documents have too."),
    ALLOWED("cached-other-document", "valid-chain", "R-COSE-10",
            DO(SET("user_data", "43010203"), SET("public_key", "f6"), SET_PCR(8, "5830 11*48")),
            "A valid document with the same certificates and other content."),
    EACH_BELOW_ROOT(TWIN),
    FORGED("leaf", LEAF, DOC, "SHA-384", 48,
           "The leaf has the names, dates and serial number of the valid one and the key of somebody else, who signed "
           "the document."),
    FORGED("instance", INSTANCE, LEAF, "SHA-384", 0,
           "The instance certificate has the names, dates and serial number of the valid one and the key of somebody "
           "else, who signed the leaf."),
    REFUSE("cached-wrong-signature", CRITICAL, COSE_SIGNATURE, DO(SIG_BIT(DOC, 767)),
           "The certificates are valid, and the last bit of the signature of the document is changed."),
    REFUSE("cached-leaf-signed-by-root", CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(LEAF, 0), DO(SIG_KEY(LEAF, 0)),
           "The key of the root signed the leaf, not the key of its issuer.", REACH("aws")),
    REFUSE("cached-expired", HIGH, TIME_EXPIRED(LEAF), DO(A_WEEK, AT(4 * 3600 * 1000)),
           "The current time is four hours later, and the leaf has expired."),
    REFUSE("cached-other-validity", HIGH, TIME_EXPIRED(LEAF), DO(A_WEEK, STAMP(-3000), VALID(LEAF, -3600, -2)),
           "The leaf has the key, names and serial number of the valid one, and it expired two seconds ago."),
    REFUSE("cached-other-root", CRITICAL, CHAIN_ROOT(0), DO(ROOTS("other")),
           "The verifier trusts a different root, with the same name."),
    REFUSE("cached-denied", HIGH, CHAIN_DENIED(INSTANCE), DO(BUILT, DENY("certificate-sha256", INSTANCE, "")),
           "The deny list contains the instance certificate."),
    REFUSE("cached-instance-as-leaf", HIGH, "chain-leaf-constraints", NATT_E_CHAIN_LEAF_CONSTRAINTS, CERT(3, 0),
           DO(BUNDLE_REMOVE(3), AS_CERTIFICATE(INSTANCE), SIG_KEY(DOC, INSTANCE)),
           "The instance certificate is the leaf, and its key signed the document."),
    REFUSE("cached-other-nonce", CRITICAL, EXPECT_NONCE, DO(OPTION("nonce", "010203"), SET("nonce", BASE_NONCE)),
           "The verifier expects a nonce that the document does not contain.", REACH("enclave-owner")),
    REFUSE("cached-other-policy", CRITICAL, POLICY_PCR_MISMATCH(0), DO(OTHER(0)),
           "The PCR policy does not contain PCR0 of the document."),
};

#define VALID_TWIN(who)                                                                                                \
    {"cache-twin-" who,                                                                                                \
     "A valid document, then its twin with a wrong signature of the " who " certificate, then the valid one again.",   \
     {"cached-valid", "cached-twin-" who, "cached-valid"}},                                                            \
    {                                                                                                                  \
        "cache-twin-" who "-first",                                                                                    \
            "First a document with a wrong signature of the " who " certificate, twice, then the valid one. A "        \
            "verifier must not remember a failure either way.",                                                        \
        {                                                                                                              \
            "cached-twin-" who, "cached-twin-" who, "cached-valid"                                                     \
        }                                                                                                              \
    }
#define BETWEEN(id, refused, text)                                                                                     \
    {                                                                                                                  \
        "cache-" id, text,                                                                                             \
        {                                                                                                              \
            "cached-valid", refused, "cached-valid"                                                                    \
        }                                                                                                              \
    }

static const struct natt_sequence sequences[] = {
    {"cache-same-document-twice",
     "The same valid document twice. It is no business of a cache to refuse a repetition.",
     {"cached-valid", "cached-valid"}},
    {"cache-other-document",
     "Two valid documents with the same certificates, then the first again. The values are those of each document.",
     {"cached-valid", "cached-other-document", "cached-valid"}},
    VALID_TWIN("leaf"),
    VALID_TWIN("instance"),
    VALID_TWIN("zonal"),
    VALID_TWIN("regional"),
    BETWEEN("forged-leaf", "cached-forged-leaf",
            "A valid document, then one whose leaf has the same names and the key of somebody else."),
    BETWEEN("forged-instance", "cached-forged-instance",
            "A valid document, then one whose instance certificate has the same names and the key of somebody else."),
    BETWEEN("leaf-signed-by-root", "cached-leaf-signed-by-root",
            "A valid document, then one whose leaf is signed by another key that the cache knows."),
    BETWEEN("instance-as-leaf", "cached-instance-as-leaf",
            "A valid document, then one whose leaf is a CA that the cache knows."),
    BETWEEN("expired", "cached-expired", "A valid document, then the same one when its leaf has expired."),
    BETWEEN("other-validity", "cached-other-validity",
            "A valid document, then one whose leaf has the same key and other dates."),
    BETWEEN("other-root", "cached-other-root", "A valid document, then the same one under a different trusted root."),
    {"cache-other-root-first",
     "A document under a root that did not issue its certificates, then under the right one.",
     {"cached-other-root", "cached-valid"}},
    BETWEEN("denied", "cached-denied", "A valid document, then the same one with a deny list that names its CA."),
    BETWEEN("other-nonce", "cached-other-nonce",
            "A valid document, then the same one for a verifier that expects another nonce."),
    BETWEEN("other-policy", "cached-other-policy",
            "A valid document, then the same one for a verifier with another PCR policy."),
    BETWEEN("wrong-signature", "cached-wrong-signature",
            "A valid document, then one with the same certificates and a wrong signature."),
    {"cache-wrong-signature-first",
     "First a document with a wrong signature, then valid ones with the same certificates.",
     {"cached-wrong-signature", "cached-valid", "cached-other-document"}},
    {"cache-hot-key",
     "Four valid documents under one leaf key, so that a verifier may prepare the key, then a wrong signature.",
     {"cached-valid", "cached-other-document", "cached-valid", "cached-other-document", "cached-wrong-signature",
      "cached-valid"}},
    {"cache-hot-key-of-a-twin",
     "Four valid documents under one leaf key, then the same key in a leaf with a wrong signature.",
     {"cached-valid", "cached-other-document", "cached-valid", "cached-other-document", "cached-twin-leaf",
      "cached-other-document"}},
    {"cache-each-twin",
     "A valid document, then each of its twins and a forged leaf, then the valid one again.",
     {"cached-valid", "cached-twin-leaf", "cached-twin-instance", "cached-twin-zonal", "cached-twin-regional",
      "cached-forged-leaf", "cached-valid"}},
};

GROUP_WITH(sequence, "Documents with the same certificates, and sequences of them for verifiers that have a cache.",
           .values = true, .sequences = sequences, .sequence_count = sizeof sequences / sizeof sequences[0])
