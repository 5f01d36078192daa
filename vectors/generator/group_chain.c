/*
 * Chain rules: certificates that are well-formed and rightly signed, and still must not be trusted.
 */
#include "vectors/generator/steps.h"

#define UNRELATED ((int64_t)NATT_KEY_UNRELATED)
#define CA        "30030101ff"
#define NOT_CA    "3000"

#define PATH_SEARCH DIFFER("A verifier that searches for a path may find it.")
#define BY_ANCHOR   DIFFER("RFC 5280 does not ask to judge a trust anchor's extensions; AWS's text does.")
#define LONG_PATHS  DIFFER("No CA needs a number this large; a validator may read path lengths of one octet only.")

static const struct natt_vector order[] = {
    ACCEPT("chain-genuine-shape", "chain-valid", "R-CHAIN-01 R-CHAIN-06 R-CHAIN-10",
           "Root, regional, zonal, instance, leaf: the chain AWS builds."),
    REFUSE("chain-root-not-trusted", CRITICAL, CHAIN_ROOT, CERT(0, 0),
           "A whole chain under a root nobody named, with the names AWS writes.", DO(ROOTS("aws-root-g1"))),
    REFUSE("chain-root-of-equal-name", CRITICAL, CHAIN_ROOT, CERT(0, 0),
           "The trusted root has the same name and another key: names prove nothing.", DO(ROOTS("other"))),
    REFUSE("chain-root-none-of-two", CRITICAL, CHAIN_ROOT, CERT(0, 0), "Two trusted roots, and neither is the one.",
           DO(ROOTS("other aws-root-g1"))),
    ACCEPT("chain-root-third-of-three", "chain-root", "R-CHAIN-01", "Three trusted roots, and the third is the one.",
           DO(ROOTS("other aws-root-g1 test"))),
    REFUSE("chain-root-twin", MEDIUM, CHAIN_ROOT, CERT(0, 0),
           "The root with n - s in its own signature: equal name and key, other bytes.",
           DO(SIG_EDIT(0, NATT_SIGNATURE_OTHER_S)),
           DIFFER("A verifier that compares names and keys, as RFC 5280 trust anchors are, may accept it; AWS says to "
                  "compare the certificate.")),
    REFUSE("chain-reversed", MEDIUM, CHAIN_ORDER_ROOT, CERT(0, 0),
           "The bundle from the instance up to the root: AWS's text says root first.",
           DO(NO_PATH_LENGTHS, REVERSE("cabundle")), PATH_SEARCH),
    REFUSE("chain-swapped", MEDIUM, CHAIN_ORDER_NAME, CERT(1, 0),
           "The regional and the zonal certificate have changed places.", DO(NO_PATH_LENGTHS, BUNDLE_MOVE(1, 2)),
           PATH_SEARCH),
    REFUSE("chain-root-last", MEDIUM, CHAIN_ORDER_ROOT, CERT(0, 0), "The root at the end of the bundle.",
           DO(NO_PATH_LENGTHS, BUNDLE_MOVE(0, 3)), PATH_SEARCH),
    REFUSE("chain-repeated-certificate", MEDIUM, CHAIN_ORDER_NAME, CERT(2, 0), "The regional certificate twice.",
           DO(NO_PATH_LENGTHS, BUNDLE_REPEAT(1)), PATH_SEARCH),
    REFUSE("chain-repeated-root", MEDIUM, "chain-order", NATT_E_CHAIN_DUPLICATE, CERT(1, 0),
           "The root twice at the front: it issued itself, but not the third.",
           DO(NO_PATH_LENGTHS, BUNDLE_REPEAT(0), BUNDLE_REMOVE(2)), RULES("R-CHAIN-01")),
    REFUSE("chain-root-twice", MEDIUM, CHAIN_DUPLICATE, CERT(1, 0),
           "The root twice, then a valid path: RFC 5280 6.1 forbids a certificate to appear twice in a path.",
           DO(BUNDLE_REPEAT(0)), PATH_SEARCH, CLEAREST),
    REFUSE("chain-root-three-times", MEDIUM, CHAIN_DUPLICATE, CERT(1, 0), "The root three times, then a valid path.",
           DO(BUNDLE_REPEAT(0), BUNDLE_REPEAT(0)), PATH_SEARCH),
    REFUSE("chain-missing-certificate", HIGH, CHAIN_ORDER_NAME, CERT(1, 0), "The regional certificate is missing.",
           DO(NO_PATH_LENGTHS, BUNDLE_REMOVE(1))),
    REFUSE("chain-root-left-out", MEDIUM, CHAIN_ROOT, CERT(0, 0), "The bundle without its root, as TLS would send it.",
           DO(BUNDLE_REMOVE(0)),
           DIFFER("The verifier knows the root and could add it; AWS's text puts it into the bundle.")),
    REFUSE("chain-leaf-in-bundle", MEDIUM, CHAIN_PATH_LENGTH, CERT(1, 0),
           "The leaf in the bundle, too: one certificate more than the path lengths allow.", DO(BUNDLE_ADD(LEAF)),
           PATH_SEARCH),
    REFUSE("chain-leaf-in-the-issuers-place", MEDIUM, "chain-order", NATT_E_CHAIN_NOT_CA, CERT(4, 0),
           "The leaf once more at the end of the bundle, where its issuer must stand; it issued nothing.",
           DO(NO_PATH_LENGTHS, BUNDLE_ADD(LEAF)), PATH_SEARCH),
/* A chain of six whose fifth certificate is a leaf like any other, and whose key signed the sixth. */
#define A_LEAF_ISSUES                                                                                                  \
    NAME(3, "i-0.us-east-1.aws.nitro-enclaves"), NAME(4, "i-0-enc0.us-east-1.aws"),                                    \
        EXT(4, BASIC_CONSTRAINTS, 1, NOT_CA), EXT(4, KEY_USAGE, 0, "030206c0")
    REFUSE("chain-leaf-issues-a-leaf", CRITICAL, CHAIN_NOT_CA, CERT(4, 0),
           "The key of one enclave's leaf signed another leaf, for another module: whoever has one leaf's key could "
           "speak for every enclave.",
           ON(.bundle = 5), DO(NO_PATH_LENGTHS, A_LEAF_ISSUES)),
    REFUSE("chain-leaf-issues-a-leaf-path-length", CRITICAL, CHAIN_PATH_LENGTH, CERT(1, 0),
           "The same below CAs with the path lengths that genuine ones have.", ON(.bundle = 5),
           DO(A_LEAF_ISSUES, EXT(1, BASIC_CONSTRAINTS, 1, "30060101ff020102"),
              EXT(2, BASIC_CONSTRAINTS, 1, "30060101ff020101"), EXT(3, BASIC_CONSTRAINTS, 1, "30060101ff020100"))),
    REFUSE("chain-of-a-leaf-under-a-foreign-leaf", HIGH, CHAIN_NAME, CERT(4, 0),
           "The leaf names an issuer outside of the bundle.", DO(ISSUER_NAME(LEAF, "somebody else")), CLEAREST),
};

#define UNKNOWN_CRITICAL(i, who)                                                                                       \
    REFUSE("chain-critical-extension-" who, HIGH, CHAIN_CRITICAL, CERT(i, 0),                                          \
           "An unknown critical extension in the " who " certificate: what is not understood cannot be obeyed.",       \
           DO(ADD_EXT(i, "1.2.3.4", 1, "0500")))
#define OID(id, oid, text)                                                                                             \
    REFUSE(id, HIGH, CHAIN_CRITICAL, CERT(2, 0), text, DO(ADD_EXT(2, oid, 1, "3000")),                                 \
           DIFFER("A verifier that implements this extension may judge its content instead."))
#define LIMITS(id, oid, text)                                                                                          \
    REFUSE(id, HIGH, CHAIN_CRITICAL, CERT(2, 0), text, DO(ADD_EXT(2, oid, 0, "3000")),                                 \
           DIFFER("A verifier that does not know the extension may ignore it where it is not critical; one that "      \
                  "implements it may process its content instead."))
#define NO_CA(i, who)                                                                                                  \
    REFUSE("chain-not-ca-" who, CRITICAL, CHAIN_NOT_CA, CERT(i, 0), "The " who " certificate says that it is no CA.",  \
           DO(EXT(i, BASIC_CONSTRAINTS, 1, NOT_CA))),                                                                  \
        REFUSE("chain-no-constraints-" who, CRITICAL, CHAIN_NOT_CA, CERT(i, 0),                                        \
               "The " who " certificate does not say that it is a CA.", DO(OMIT_EXT(i, BASIC_CONSTRAINTS))),           \
        REFUSE("chain-no-extensions-" who, CRITICAL, CHAIN_NOT_CA, CERT(i, 0),                                         \
               "The " who " certificate has no extension at all.", DO(NO_EXTS(i))),                                    \
        REFUSE("chain-constraints-not-critical-" who, LOW, CHAIN_CA_NOT_CRITICAL, CERT(i, 0),                          \
               "basicConstraints of the " who " certificate is not critical.", DO(EXT(i, BASIC_CONSTRAINTS, 0, CA)),   \
               DIFFER("RFC 5280 asks CAs to mark it; many validators do not check.")),                                 \
        REFUSE("chain-ca-without-cert-sign-" who, HIGH, CHAIN_CA_KEY_USAGE, CERT(i, 0),                                \
               "The key of the " who " certificate may sign documents, but no certificates.",                          \
               DO(EXT(i, KEY_USAGE, 1, "03020780"))),                                                                  \
        REFUSE("chain-ca-without-key-usage-" who, HIGH, CHAIN_CA_KEY_USAGE, CERT(i, 0),                                \
               "The " who " certificate has no keyUsage.", DO(OMIT_EXT(i, KEY_USAGE)),                                 \
               DIFFER("RFC 5280 takes an absent keyUsage for any use, but asks CAs to have one; AWS's text asks for "  \
                      "keyCertSign."))
static const struct natt_vector roles[] = {
    UNKNOWN_CRITICAL(1, "regional"),
    UNKNOWN_CRITICAL(2, "zonal"),
    UNKNOWN_CRITICAL(3, "instance"),
    UNKNOWN_CRITICAL(4, "leaf"),
    OID("chain-critical-name-constraints", "2.5.29.30",
        "Critical nameConstraints: whoever ignores them lets an issuer name anybody."),
    LIMITS("chain-name-constraints-not-critical", "2.5.29.30",
           "nameConstraints that is not critical: RFC 5280 4.2.1.10 requires it to be, and it limits the CA all the "
           "same."),
    LIMITS("chain-policy-constraints-not-critical", "2.5.29.36",
           "policyConstraints that is not critical: RFC 5280 4.2.1.11 requires it to be."),
    LIMITS("chain-inhibit-any-policy-not-critical", "2.5.29.54",
           "inhibitAnyPolicy that is not critical: RFC 5280 4.2.1.14 requires it to be."),
    OID("chain-critical-policies", "2.5.29.32", "Critical certificatePolicies."),
    OID("chain-critical-extended-key-usage", "2.5.29.37", "Critical extKeyUsage."),
    OID("chain-critical-alternative-name", "2.5.29.17", "Critical subjectAltName."),
    OID("chain-critical-long-oid", "1.2.840.113549.1.9.16", "A critical extension with a long object identifier."),
    NO_CA(1, "regional"),
    NO_CA(2, "zonal"),
    NO_CA(3, "instance"),
#define PATH_OK(id, i, hex, text)                                                                                      \
    ACCEPT(id, "chain-path-length", "R-CHAIN-06", text, DO(EXT(i, BASIC_CONSTRAINTS, 1, hex)))
#define PATH_LONG(id, i, hex, text)                                                                                    \
    ACCEPT(id, "chain-path-length", "R-CHAIN-06", text, DO(EXT(i, BASIC_CONSTRAINTS, 1, hex)), LONG_PATHS)
#define PATH_BAD(id, i, hex, text)                                                                                     \
    REFUSE(id, HIGH, CHAIN_PATH_LENGTH, CERT(i, 0), text, DO(EXT(i, BASIC_CONSTRAINTS, 1, hex)))
    PATH_BAD("chain-path-length-regional-1", 1, "30060101ff020101", "Path length 1 where two CAs follow."),
    PATH_OK("chain-path-length-regional-2", 1, "30060101ff020102", "Path length 2 where two CAs follow."),
    PATH_OK("chain-path-length-regional-3", 1, "30060101ff020103", "Path length 3 where two CAs follow."),
    PATH_BAD("chain-path-length-regional-0", 1, "30060101ff020100", "Path length 0 in the middle of a chain."),
    PATH_BAD("chain-path-length-zonal-0", 2, "30060101ff020100", "Path length 0 where one CA follows."),
    PATH_OK("chain-path-length-zonal-1", 2, "30060101ff020101", "Path length 1 where one CA follows."),
    PATH_OK("chain-path-length-instance-0", 3, "30060101ff020100", "Path length 0 where the leaf follows."),
    PATH_OK("chain-path-length-absent", 1, "30030101ff", "No path length: no limit."),
    PATH_LONG("chain-path-length-256", 1, "30070101ff02020100", "Path length 256: 0 in eight bits."),
    PATH_LONG("chain-path-length-2-31", 1, "300a0101ff02050080000000",
              "Path length 2^31: negative where lengths are signed."),
    PATH_LONG("chain-path-length-2-31-minus-1", 1, "30090101ff02047fffffff",
              "Path length 2^31-1: adding one overflows."),
    PATH_LONG("chain-path-length-2-32-minus-1", 1, "300a0101ff020500ffffffff", "Path length 2^32-1: -1 in 32 bits."),
    REFUSE("chain-path-length-of-the-root-2", MEDIUM, CHAIN_PATH_LENGTH, CERT(0, 0),
           "A trusted root with path length 2 where three CAs follow.",
           DO(EXT(0, BASIC_CONSTRAINTS, 1, "30060101ff020102")), THEN(OWN_ROOT), BY_ANCHOR),
    ACCEPT("chain-path-length-of-the-root-3", "chain-path-length", "R-CHAIN-06",
           "A trusted root with path length 3 where three CAs follow.",
           DO(EXT(0, BASIC_CONSTRAINTS, 1, "30060101ff020103")), THEN(OWN_ROOT)),
    REFUSE("chain-root-not-ca", MEDIUM, "chain-not-ca", NATT_E_USAGE_ROOT_CA, 0, NOWHERE,
           "A trusted root that says it is no CA.", DO(EXT(0, BASIC_CONSTRAINTS, 1, NOT_CA)), THEN(OWN_ROOT),
           BY_ANCHOR),
    REFUSE("chain-root-without-cert-sign", MEDIUM, "chain-ca-key-usage", NATT_E_USAGE_ROOT_CA, 0, NOWHERE,
           "A trusted root whose key may not sign certificates.", DO(EXT(0, KEY_USAGE, 1, "03020780")), THEN(OWN_ROOT),
           BY_ANCHOR),
    REFUSE("chain-root-critical-extension", MEDIUM, CHAIN_CRITICAL, CERT(0, 0),
           "A trusted root with an unknown critical extension.", DO(ADD_EXT(0, "1.2.3.4", 1, "0500")), THEN(OWN_ROOT),
           DIFFER("RFC 5280 does not ask to judge a trust anchor's extensions.")),

#define LEAF_IS(id, hex, text)                                                                                         \
    REFUSE(id, HIGH, CHAIN_LEAF_CONSTRAINTS, CERT(LEAF, 0), text, DO(EXT(LEAF, BASIC_CONSTRAINTS, 1, hex)))
    LEAF_IS("chain-leaf-is-ca", "30030101ff", "A leaf that is a CA."),
    LEAF_IS("chain-leaf-is-ca-with-path-length", "30060101ff020100", "A leaf that is a CA with a path length."),
    LEAF_IS("chain-leaf-with-path-length", "3003020100",
            "A leaf with a path length though it is no CA: AWS's text says it must be undefined."),
    ACCEPT("chain-leaf-without-constraints", "chain-leaf-constraints", "R-CHAIN-07", "A leaf without basicConstraints.",
           DO(OMIT_EXT(LEAF, BASIC_CONSTRAINTS))),
    ACCEPT("chain-leaf-constraints-not-critical", "chain-leaf-constraints", "R-CHAIN-07",
           "A leaf with empty basicConstraints that are not critical.", DO(EXT(LEAF, BASIC_CONSTRAINTS, 0, NOT_CA))),
#define LEAF_USE(id, hex, text)                                                                                        \
    REFUSE(id, HIGH, CHAIN_LEAF_DIGITAL_SIGNATURE, CERT(LEAF, 0), text, DO(EXT(LEAF, KEY_USAGE, 0, hex)))
    LEAF_USE("chain-leaf-non-repudiation-only", "03020640", "A leaf whose key may be used for nonRepudiation only."),
    LEAF_USE("chain-leaf-key-agreement-only", "03020308", "A leaf whose key may be used for keyAgreement only."),
    LEAF_USE("chain-leaf-decipher-only", "0303070080",
             "A leaf with the ninth bit only, which stands in a second octet."),
    LEAF_USE("chain-leaf-cert-sign-only", "03020204", "A leaf whose key may sign certificates, but no documents."),
    REFUSE("chain-leaf-without-key-usage", HIGH, CHAIN_LEAF_DIGITAL_SIGNATURE, CERT(LEAF, 0),
           "A leaf without keyUsage.", DO(OMIT_EXT(LEAF, KEY_USAGE)),
           DIFFER("RFC 5280 takes an absent keyUsage for any use; AWS's text asks for digitalSignature.")),
    REFUSE("chain-leaf-without-extensions", HIGH, CHAIN_LEAF_DIGITAL_SIGNATURE, CERT(LEAF, 0),
           "A leaf without any extension.", DO(NO_EXTS(LEAF)),
           DIFFER("RFC 5280 takes an absent keyUsage for any use; AWS's text asks for digitalSignature.")),
    ACCEPT("chain-leaf-digital-signature-critical", "chain-leaf-key-usage", "R-CHAIN-08",
           "A leaf with a critical keyUsage of digitalSignature alone; genuine ones are not critical.",
           DO(EXT(LEAF, KEY_USAGE, 1, "03020780"))),
    REFUSE("chain-leaf-with-cert-sign", HIGH, "chain-leaf-key-usage", NATT_E_CHAIN_LEAF_CERT_SIGN, CERT(LEAF, 0),
           "A leaf whose key may sign documents and certificates.", DO(EXT(LEAF, KEY_USAGE, 0, "03020284"))),
};

#define WRONG_NAME(i, who)                                                                                             \
    REFUSE("chain-issuer-name-" who, HIGH, CHAIN_NAME, CERT(i, 0),                                                     \
           "The " who " certificate names another issuer than the one before it, whose key signed it.",                \
           DO(ISSUER_NAME(i, "somebody else")))
#define BY_OTHER(i, who)                                                                                               \
    REFUSE("chain-signature-unrelated-key-" who, CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(i, 0),                           \
           "The " who " certificate is signed by a key nobody knows: right names, forged.",                            \
           DO(SIG_KEY(i, UNRELATED))),                                                                                 \
        REFUSE("chain-signature-own-key-" who, CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(i, 0),                             \
               "The " who " certificate is signed by its own key.", DO(SIG_KEY(i, i)))
#define FLIPPED(id, bit, text) REFUSE(id, CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(2, 0), text, DO(SIG_BIT(2, bit)))
static const struct natt_vector signatures[] = {
    WRONG_NAME(1, "regional"),
    WRONG_NAME(2, "zonal"),
    WRONG_NAME(3, "instance"),
    REFUSE("chain-name-other-string-type", LOW, CHAIN_NAME, CERT(LEAF, 0),
           "Equal issuer and subject texts, one a UTF8String and one a PrintableString.",
           DO(PART(3, "subject", "300c310a300806035504030c0141"), PART(LEAF, "issuer", "300c310a30080603550403130141")),
           DIFFER("RFC 5280 7.1 compares texts; all genuine names are equal byte for byte.")),
    REFUSE("chain-name-other-case", LOW, CHAIN_NAME, CERT(LEAF, 0), "Issuer and subject differ in case only.",
           DO(PART(3, "subject", "300c310a300806035504030c0141"), PART(LEAF, "issuer", "300c310a300806035504030c0161")),
           DIFFER("RFC 5280 7.1 folds case; all genuine names are equal byte for byte.")),
    BY_OTHER(1, "regional"),
    BY_OTHER(2, "zonal"),
    BY_OTHER(3, "instance"),
    BY_OTHER(4, "leaf"),
    REFUSE("chain-signature-of-the-root-key-on-the-leaf", HIGH, CHAIN_SIGNATURE, MAGNITUDE(LEAF, 0),
           "The leaf is signed by the root's key, and not by its issuer's.", DO(SIG_KEY(LEAF, 0))),
    FLIPPED("chain-signature-bit-5-of-r", 5, "A high bit of r is changed."),
    FLIPPED("chain-signature-last-bit-of-r", 383, "The last bit of r is changed."),
    FLIPPED("chain-signature-bit-5-of-s", 389, "A high bit of s is changed."),
    FLIPPED("chain-signature-last-bit-of-s", 767, "The last bit of s is changed."),
    REFUSE("chain-signature-r-and-s-1", CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(LEAF, 0), "r and s are 1.",
           DO(SIG_R(LEAF, "01"), SIG_S(LEAF, "01"))),
    REFUSE("chain-signature-r-47-octets-of-ones", CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(LEAF, 0),
           "r has 47 octets, all ff: shorter than the order, so in range, and wrong.", DO(SIG_R(LEAF, "00 ff*47"))),
    ACCEPT("chain-signature-high-s", "chain-signature", "R-CHAIN-11",
           "Every certificate has s in the upper half: half of the genuine ones have.",
           DO(SIG_EDIT(1, NATT_SIGNATURE_HIGH_S), SIG_EDIT(2, NATT_SIGNATURE_HIGH_S),
              SIG_EDIT(3, NATT_SIGNATURE_HIGH_S), SIG_EDIT(4, NATT_SIGNATURE_HIGH_S))),
    ACCEPT("chain-signature-low-s", "chain-signature", "R-CHAIN-11", "Every certificate has s in the lower half.",
           DO(SIG_EDIT(1, NATT_SIGNATURE_LOW_S), SIG_EDIT(2, NATT_SIGNATURE_LOW_S), SIG_EDIT(3, NATT_SIGNATURE_LOW_S),
              SIG_EDIT(4, NATT_SIGNATURE_LOW_S))),
};

#define DENIED(id, i, text, how)  REFUSE(id, HIGH, CHAIN_DENIED, CERT(i, 0), text, THEN(how))
#define NOT_DENIED(id, text, how) ACCEPT(id, "chain-denied", "R-CHAIN-12", text, THEN(how))
static const struct natt_vector denied[] = {
    DENIED("deny-serial-root", 0, "The root's serial number is denied.", DENY("serial", 0, "")),
    DENIED("deny-serial-regional", 1, "A CA's serial number is denied.", DENY("serial", 1, "")),
    DENIED("deny-serial-leaf", 4, "The leaf's serial number is denied.", DENY("serial", 4, "")),
    DENIED("deny-serial-padded", 3,
           "The denied serial number is written with leading zeros: it is a number, not a string.",
           DENY("serial", 3, "padded")),
    DENIED("deny-serial-of-issuer", 3, "Serial number and issuer are denied together.", DENY("serial", 3, "issuer")),
    NOT_DENIED("deny-serial-of-another-issuer", "The serial number of another issuer is denied.",
               DENY("serial", 3, "wrong-issuer")),
    NOT_DENIED("deny-serial-other", "Another serial number is denied: one bit differs.", DENY("serial", 3, "other")),
    DENIED("deny-certificate-leaf", 4, "The leaf's SHA-256 is denied.", DENY("certificate-sha256", 4, "")),
    DENIED("deny-certificate-instance", 3, "The instance certificate's SHA-256 is denied.",
           DENY("certificate-sha256", 3, "")),
    NOT_DENIED("deny-certificate-other", "Another SHA-256 is denied: one bit differs.",
               DENY("certificate-sha256", 3, "other")),
    DENIED("deny-certificate-twin", 2,
           "The denied certificate comes with n - s: anybody can make this twin, and its digest is another.",
           DENY("certificate-sha256", 2, "twin")),
/* Its digest is denied, and the document comes with n - s in place of s. */
#define TWIN(id, n_minus_s, text, ...)                                                                                 \
    REFUSE(id, HIGH, CHAIN_DENIED, CERT(LEAF, 0), text, DO(__VA_ARGS__),                                               \
           THEN(DENY("certificate-sha256", LEAF, ""), SIG_S(LEAF, n_minus_s), REBUILD))
#define R_AND_S(r, s)   SIG_R(LEAF, r), SIG_S(LEAF, s)
#define END_OF_MINUS_11 "ee*23 b6523c70e3261cce4708fca1379f9669dbdb0859bbb41862"
#define MINUS_1         "00 ff*24 c7634d81f4372ddf581a0db248b0a77aecec196accc52972"
    TWIN("deny-twin-r-80", "00dd " END_OF_MINUS_11, "A twin whose r begins with 80: with a sign octet in both.",
         R_AND_S("0080 11*47", "22 11*47")),
    TWIN("deny-twin-r-7f", "00dd " END_OF_MINUS_11, "A twin whose r begins with 7f: no sign octet.",
         R_AND_S("7f 11*47", "22 11*47")),
    TWIN("deny-twin-s-80", "7f " END_OF_MINUS_11, "A twin of a certificate whose s begins with 80.",
         R_AND_S("22 11*47", "0080 11*47")),
    TWIN("deny-twin-s-7f", "0080 " END_OF_MINUS_11, "A twin of a certificate whose s begins with 7f.",
         R_AND_S("22 11*47", "7f 11*47")),
    TWIN("deny-twin-s-47-octets", "00ff aa*23 720df82c9ee1d88a02c4b85cf35b52259796c415776fd41e",
         "A twin of a certificate whose s has 47 octets.", R_AND_S("22 11*47", "55*47")),
    TWIN("deny-twin-s-1", MINUS_1, "A twin of a certificate whose r and s are 1: the shortest signature there is.",
         R_AND_S("01", "01")),
#define SMALL_LEAF(name)                                                                                               \
    NAME(INSTANCE, "x"), NAME(LEAF, name), PART(LEAF, "serial", "020101"), OMIT_EXT(LEAF, BASIC_CONSTRAINTS)
    TWIN("deny-twin-of-255-octets", MINUS_1,
         "A twin in which all that is inside the certificate has 255 octets: the last length of two octets.",
         R_AND_S("01", "01"), SMALL_LEAF("abcdefghijklm")),
    TWIN("deny-twin-of-256-octets", MINUS_1,
         "A twin in which all that is inside the certificate has 256 octets: the first length of three octets.",
         R_AND_S("01", "01"), SMALL_LEAF("abcdefghijklmn")),
    DENIED("deny-key-leaf", 4, "The SHA-256 of the leaf's key is denied.", DENY("spki-sha256", 4, "")),
    DENIED("deny-key-root", 0, "The SHA-256 of the root's key is denied: a deny list wins over trust.",
           DENY("spki-sha256", 0, "")),
    NOT_DENIED("deny-key-other", "Another key is denied: one bit differs.", DENY("spki-sha256", 1, "other")),
    REFUSE("deny-second-entry", HIGH, CHAIN_DENIED, CERT(2, 0), "The second entry of the deny list is the one.",
           THEN(DENY("serial", 3, "other"), DENY("serial", 2, ""))),
};

const struct natt_vector_group natt_group_chain = {
    "chain",
    "The chain from the root to the leaf: order, roles, path lengths, names, signatures, deny lists.",
    {TABLE(order), TABLE(roles), TABLE(signatures), TABLE(denied)}};
