/*
 * Chain rules: certificates that are well-formed and have valid signatures but must not be trusted.
 */
#include "vectors/generator/steps.h"

#define UNRELATED     ((int64_t)NATT_KEY_UNRELATED)
#define CA            "30030101ff"
#define CA_ABOVE(cas) "30060101ff02010" #cas /* with a path length */
#define NOT_CA        "3000"

#define PATH_SEARCH DIFFER("A verifier that searches for a path may find a valid one.")
#define BY_ANCHOR                                                                                                      \
    DIFFER(                                                                                                            \
        "RFC 5280 does not require a verifier to check the extensions of a trust anchor. The AWS documentation does.")
#define LONG_PATHS LIMIT("No CA needs such a large number. A validator may support only path lengths of one octet.")

#define ORDER(id, severity, reason, text, ...)                                                                         \
    REFUSE("chain-" id, severity, reason, DO(NO_PATH_LENGTHS, __VA_ARGS__), text, PATH_SEARCH)
#define ROOT(id, severity, text, ...) REFUSE("chain-root-" id, severity, CHAIN_ROOT(0), DO(__VA_ARGS__), text)
static const struct natt_row rows[] = {
    ALLOWED("chain-genuine-shape", "chain-valid", "R-CHAIN-01 R-CHAIN-06 R-CHAIN-10", NOTHING,
            "The chain has the shape that AWS issues: root, regional, zonal, instance, leaf."),
    ROOT("not-trusted", CRITICAL, "The chain is complete and has the names that AWS uses, but its root is not trusted.",
         ROOTS("aws-root-g1")),
    ROOT("of-equal-name", CRITICAL,
         "The trusted root has the same name and a different key. A name alone does not identify a root.",
         ROOTS("other")),
    ROOT("none-of-two", CRITICAL, "The verifier trusts two roots, and neither is the root of the chain.",
         ROOTS("other aws-root-g1")),
    ACCEPT("chain-root-third-of-three", CHAIN_ROOT(0), DO(ROOTS("other aws-root-g1 test")),
           "The verifier trusts three roots, and the third is the root of the chain."),
    REFUSE("chain-root-twin", MEDIUM, CHAIN_ROOT(0), DO(SIG_EDIT(0, NATT_SIGNATURE_OTHER_S)),
           "The root has n - s in its own signature. Name and key are the same, but the bytes differ.",
           DIFFER("A verifier that identifies a trust anchor by name and key, as RFC 5280 does, may accept it. AWS "
                  "says to compare the certificate.")),
    ORDER(
        "reversed", MEDIUM, CHAIN_ORDER_ROOT(0),
        "The bundle is in reverse order, from the instance to the root. The AWS documentation requires the root first.",
        REVERSE(cabundle)),
    ORDER("swapped", MEDIUM, CHAIN_ORDER_NAME(1), "The regional and the zonal certificate are in the wrong order.",
          BUNDLE_MOVE(1, 2)),
    ORDER("root-last", MEDIUM, CHAIN_ORDER_ROOT(0),
          "The root is the last certificate of the bundle instead of the first.", BUNDLE_MOVE(0, 3)),
    ORDER("repeated-certificate", MEDIUM, CHAIN_ORDER_NAME(2), "The regional certificate appears twice.",
          BUNDLE_REPEAT(1)),
    REFUSE("chain-repeated-root", MEDIUM, "chain-order", NATT_E_CHAIN_DUPLICATE, CERT(1, 0),
           DO(NO_PATH_LENGTHS, BUNDLE_REPEAT(0), BUNDLE_REMOVE(2)),
           "The root appears twice at the beginning. It issued itself but not the third certificate.",
           RULES("R-CHAIN-01"), REACH("anybody")),
    REFUSE("chain-root-twice", MEDIUM, CHAIN_DUPLICATE(1), DO(BUNDLE_REPEAT(0)),
           "The root appears twice before a valid path. RFC 5280 6.1 forbids a certificate to appear twice in a path.",
           PATH_SEARCH, CLEAREST),
    REFUSE("chain-root-three-times", MEDIUM, CHAIN_DUPLICATE(1), DO(BUNDLE_REPEAT(0), BUNDLE_REPEAT(0)),
           "The root appears three times before a valid path.", PATH_SEARCH),
    REFUSE("chain-missing-certificate", HIGH, CHAIN_ORDER_NAME(1), DO(NO_PATH_LENGTHS, BUNDLE_REMOVE(1)),
           "The regional certificate is missing.", REACH("anybody")),
    REFUSE("chain-root-left-out", MEDIUM, CHAIN_ROOT(0), DO(BUNDLE_REMOVE(0)),
           "The bundle does not contain its root, as in TLS.",
           DIFFER("The verifier knows the root and could add it. The AWS documentation includes it in the bundle.")),
    REFUSE("chain-leaf-in-bundle", MEDIUM, CHAIN_PATH_LENGTH(1), DO(BUNDLE_ADD(LEAF)),
           "The bundle also contains the leaf. The chain has one certificate more than the path lengths allow.",
           PATH_SEARCH),
    REFUSE("chain-leaf-in-the-issuers-place", MEDIUM, "chain-order", NATT_E_CHAIN_NOT_CA, CERT(4, 0),
           DO(NO_PATH_LENGTHS, BUNDLE_ADD(LEAF)),
           "The bundle ends with the leaf in the place of its issuer. The leaf did not issue a certificate.",
           PATH_SEARCH),
/* A chain of six certificates. The fifth is an ordinary leaf, and its key signed the sixth. */
#define A_LEAF_ISSUES                                                                                                  \
    NAME(3, "i-0.us-east-1.aws.nitro-enclaves"), NAME(4, "i-0-enc0.us-east-1.aws"),                                    \
        EXT(4, BASIC_CONSTRAINTS, 1, NOT_CA), EXT(4, KEY_USAGE, 0, "030206c0")
    REFUSE("chain-leaf-issues-a-leaf", CRITICAL, CHAIN_NOT_CA(4), DO(NO_PATH_LENGTHS, A_LEAF_ISSUES),
           "The key of one enclave's leaf signed a leaf for a different module. If this is accepted, the owner of one "
           "leaf key can impersonate every enclave.",
           ON(.bundle = 5)),
    REFUSE("chain-leaf-issues-a-leaf-path-length", CRITICAL, CHAIN_PATH_LENGTH(1),
           DO(A_LEAF_ISSUES, EXT(1, BASIC_CONSTRAINTS, 1, CA_ABOVE(2)), EXT(2, BASIC_CONSTRAINTS, 1, CA_ABOVE(1)),
              EXT(3, BASIC_CONSTRAINTS, 1, CA_ABOVE(0))),
           "The key of one enclave's leaf signed a leaf for a different module. The CAs have the path lengths of "
           "genuine ones.",
           ON(.bundle = 5)),
    REFUSE("chain-of-a-leaf-under-a-foreign-leaf", HIGH, CHAIN_NAME(4), DO(ISSUER_NAME(LEAF, "somebody else")),
           "The leaf names an issuer that is not in the bundle.", CLEAREST),

#define UNKNOWN_CRITICAL(i, who)                                                                                       \
    REFUSE("chain-critical-extension-" who, HIGH, CHAIN_CRITICAL(i), DO(ADD_EXT(i, "1.2.3.4", 1, "0500")),             \
           "The " who " certificate has an unknown critical extension. A verifier cannot apply an extension that it "  \
           "does not understand.")
#define NO_CA(i, who)                                                                                                  \
    REFUSE("chain-not-ca-" who, CRITICAL, CHAIN_NOT_CA(i), DO(EXT(i, BASIC_CONSTRAINTS, 1, NOT_CA)),                   \
           "basicConstraints of the " who " certificate has no cA flag."),                                             \
        REFUSE("chain-no-constraints-" who, CRITICAL, CHAIN_NOT_CA(i), DO(OMIT_EXT(i, BASIC_CONSTRAINTS)),             \
               "The " who " certificate has no basicConstraints, so it is not a CA."),                                 \
        REFUSE("chain-no-extensions-" who, CRITICAL, CHAIN_NOT_CA(i), DO(NO_EXTS(i)),                                  \
               "The " who " certificate has no extensions."),                                                          \
        REFUSE("chain-constraints-not-critical-" who, LOW, CHAIN_CA_NOT_CRITICAL(i),                                   \
               DO(EXT(i, BASIC_CONSTRAINTS, 0, CA)), "basicConstraints of the " who " certificate is not critical.",   \
               DIFFER("RFC 5280 requires CAs to mark this extension as critical. Many validators do not check it.")),  \
        REFUSE("chain-ca-without-cert-sign-" who, HIGH, CHAIN_CA_KEY_USAGE(i), DO(EXT(i, KEY_USAGE, 1, "03020780")),   \
               "keyUsage of the " who " certificate allows the key to sign documents but not certificates."),          \
        REFUSE("chain-ca-without-key-usage-" who, HIGH, CHAIN_CA_KEY_USAGE(i), DO(OMIT_EXT(i, KEY_USAGE)),             \
               "The " who " certificate has no keyUsage.",                                                             \
               DIFFER("RFC 5280 allows any use when keyUsage is absent but requires CAs to include it. The AWS "       \
                      "documentation requires keyCertSign."))
#define CRITICAL_EXT(id, oid, text)                                                                                    \
    REFUSE("chain-critical-" id, HIGH, CHAIN_CRITICAL(2), DO(ADD_EXT(2, oid, 1, "3000")), text,                        \
           DIFFER("A verifier that implements this extension may check its content instead."))
#define PATH_OK(id, cert, hex, ...)                                                                                    \
    ACCEPT("chain-path-length-" id, CHAIN_PATH_LENGTH(cert), DO(EXT(cert, BASIC_CONSTRAINTS, 1, hex)), __VA_ARGS__)
#define PATH_BAD(id, cert, hex, text)                                                                                  \
    REFUSE("chain-path-length-" id, HIGH, CHAIN_PATH_LENGTH(cert), DO(EXT(cert, BASIC_CONSTRAINTS, 1, hex)), text)
#define OF_ROOT(id, ...) REFUSE("chain-" id, MEDIUM, __VA_ARGS__)
#define OWN(...)         DO(__VA_ARGS__, BUILT, OWN_ROOT)
#define LEAF_IS(id, hex, ...)                                                                                          \
    REFUSE("chain-leaf-" id, HIGH, CHAIN_LEAF_CONSTRAINTS, DO(EXT(LEAF, BASIC_CONSTRAINTS, 1, hex)), __VA_ARGS__)
#define NOT_CRITICAL(id, oid, text)                                                                                    \
    REFUSE("chain-" id "-not-critical", HIGH, CHAIN_CRITICAL(2), DO(ADD_EXT(2, oid, 0, "3000")), text,                 \
           DIFFER("A verifier that does not know the extension may ignore it when it is not critical. A verifier "     \
                  "that implements it may process its content."))
#define NO_USAGE(id, text, step)                                                                                       \
    REFUSE(                                                                                                            \
        "chain-leaf-without-" id, HIGH, CHAIN_LEAF_DIGITAL_SIGNATURE(LEAF), DO(step), text,                            \
        DIFFER("RFC 5280 allows any use when keyUsage is absent. The AWS documentation requires digitalSignature."))
    EACH_BELOW_ROOT(UNKNOWN_CRITICAL),
    CRITICAL_EXT(
        "name-constraints", "2.5.29.30",
        "A CA has critical nameConstraints. If a verifier ignores them, the CA can issue certificates for any name."),
    NOT_CRITICAL("name-constraints", "2.5.29.30",
                 "nameConstraints of a CA is not critical. RFC 5280 4.2.1.10 requires it to be critical, and it limits "
                 "the CA anyway."),
    NOT_CRITICAL("policy-constraints", "2.5.29.36",
                 "policyConstraints of a CA is not critical. RFC 5280 4.2.1.11 requires it to be critical."),
    NOT_CRITICAL("inhibit-any-policy", "2.5.29.54",
                 "inhibitAnyPolicy of a CA is not critical. RFC 5280 4.2.1.14 requires it to be critical."),
    CRITICAL_EXT("policies", "2.5.29.32", "A CA has critical certificatePolicies."),
    CRITICAL_EXT("extended-key-usage", "2.5.29.37", "A CA has a critical extKeyUsage."),
    CRITICAL_EXT("alternative-name", "2.5.29.17", "A CA has a critical subjectAltName."),
    CRITICAL_EXT("long-oid", "1.2.840.113549.1.9.16", "A CA has a critical extension with a long object identifier."),
    EACH_CA(NO_CA),
    PATH_BAD("regional-1", 1, CA_ABOVE(1), "A path length is 1, and two CAs follow."),
    PATH_OK("regional-2", 1, CA_ABOVE(2), "A path length is 2, and two CAs follow."),
    PATH_OK("regional-3", 1, CA_ABOVE(3), "A path length is 3, and two CAs follow."),
    PATH_BAD("regional-0", 1, CA_ABOVE(0), "A path length is 0 in the middle of the chain."),
    PATH_BAD("zonal-0", 2, CA_ABOVE(0), "A path length is 0, and one CA follows."),
    PATH_OK("zonal-1", 2, CA_ABOVE(1), "A path length is 1, and one CA follows."),
    PATH_OK("instance-0", 3, CA_ABOVE(0), "A path length is 0, and only the leaf follows."),
    PATH_OK("absent", 1, CA, "A CA has no path length, so the path is not limited."),
    PATH_OK("256", 1, "30070101ff02020100", "A path length is 256, which is 0 in eight bits.", LONG_PATHS),
    PATH_OK("2-31", 1, "300a0101ff02050080000000",
            "A path length is 2^31, which is negative in a signed 32-bit integer.", LONG_PATHS),
    PATH_OK("2-31-minus-1", 1, "30090101ff02047fffffff",
            "A path length is 2^31-1. Adding one overflows a signed 32-bit integer.", LONG_PATHS),
    PATH_OK("2-32-minus-1", 1, "300a0101ff020500ffffffff",
            "A path length is 2^32-1, which is -1 in a signed 32-bit integer.", LONG_PATHS),
    OF_ROOT("path-length-of-the-root-2", CHAIN_PATH_LENGTH(0), OWN(EXT(0, BASIC_CONSTRAINTS, 1, CA_ABOVE(2))),
            "A trusted root has a path length of 2, and three CAs follow.", BY_ANCHOR),
    ACCEPT("chain-path-length-of-the-root-3", CHAIN_PATH_LENGTH(0), OWN(EXT(0, BASIC_CONSTRAINTS, 1, CA_ABOVE(3))),
           "A trusted root has a path length of 3, and three CAs follow."),
    OF_ROOT("root-not-ca", "chain-not-ca", NATT_E_USAGE_ROOT_CA, 0, NOWHERE, OWN(EXT(0, BASIC_CONSTRAINTS, 1, NOT_CA)),
            "A trusted root has no cA flag in its basicConstraints.", BY_ANCHOR),
    OF_ROOT("root-without-cert-sign", "chain-ca-key-usage", NATT_E_USAGE_ROOT_CA, 0, NOWHERE,
            OWN(EXT(0, KEY_USAGE, 1, "03020780")),
            "keyUsage of a trusted root does not allow its key to sign certificates.", BY_ANCHOR),
    OF_ROOT("root-critical-extension", CHAIN_CRITICAL(0), OWN(ADD_EXT(0, "1.2.3.4", 1, "0500")),
            "A trusted root has an unknown critical extension.",
            DIFFER("RFC 5280 does not require a verifier to check the extensions of a trust anchor.")),

    LEAF_IS("is-ca", CA, "The leaf is a CA.",
            DIFFER("The AWS documentation only forbids a path length in the leaf, and RFC 5280 lets a CA sign data.")),
    LEAF_IS("is-ca-with-path-length", CA_ABOVE(0), "The leaf is a CA with a path length."),
    LEAF_IS("with-path-length", "3003020100",
            "The leaf is not a CA but has a path length. The AWS documentation requires it to be undefined."),
    ACCEPT("chain-leaf-without-constraints", CHAIN_LEAF_CONSTRAINTS, DO(OMIT_EXT(LEAF, BASIC_CONSTRAINTS)),
           "The leaf has no basicConstraints."),
    ACCEPT("chain-leaf-constraints-not-critical", CHAIN_LEAF_CONSTRAINTS, DO(EXT(LEAF, BASIC_CONSTRAINTS, 0, NOT_CA)),
           "The leaf has an empty basicConstraints that is not critical."),
#define LEAF_USE(id, hex, text)                                                                                        \
    REFUSE("chain-leaf-" id, HIGH, CHAIN_LEAF_DIGITAL_SIGNATURE(LEAF), DO(EXT(LEAF, KEY_USAGE, 0, hex)),               \
           "keyUsage of the leaf " text)
    LEAF_USE("non-repudiation-only", "03020640", "allows only nonRepudiation."),
    LEAF_USE("key-agreement-only", "03020308", "allows only keyAgreement."),
    LEAF_USE("decipher-only", "0303070080", "has only its ninth bit, which is in a second octet."),
    LEAF_USE("cert-sign-only", "03020204", "allows its key to sign certificates but not documents."),
    NO_USAGE("key-usage", "The leaf has no keyUsage.", OMIT_EXT(LEAF, KEY_USAGE)),
    NO_USAGE("extensions", "The leaf has no extensions.", NO_EXTS(LEAF)),
    ACCEPT("chain-leaf-digital-signature-critical", CHAIN_LEAF_DIGITAL_SIGNATURE(LEAF),
           DO(EXT(LEAF, KEY_USAGE, 1, "03020780")),
           "keyUsage of the leaf is critical and contains only digitalSignature. Genuine leaves do not mark it as "
           "critical."),
    REFUSE("chain-leaf-with-cert-sign", HIGH, "chain-leaf-key-usage", NATT_E_CHAIN_LEAF_CERT_SIGN, CERT(LEAF, 0),
           DO(EXT(LEAF, KEY_USAGE, 0, "03020284")),
           "keyUsage of the leaf allows its key to sign documents and certificates."),

#define WRONG_NAME(i, who)                                                                                             \
    REFUSE("chain-issuer-name-" who, HIGH, CHAIN_NAME(i), DO(ISSUER_NAME(i, "somebody else")),                         \
           "The " who " certificate names a different issuer than the certificate whose key signed it.")
#define BY_OTHER(i, who)                                                                                               \
    REFUSE("chain-signature-unrelated-key-" who, CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(i, 0),                           \
           DO(SIG_KEY(i, UNRELATED)),                                                                                  \
           "The names of the " who " certificate are correct, but an unrelated key signed it."),                       \
        REFUSE("chain-signature-own-key-" who, CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(i, 0), DO(SIG_KEY(i, i)),          \
               "The " who " certificate is signed with its own key.")
#define FLIPPED(id, bit, text)                                                                                         \
    REFUSE("chain-signature-" id, CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(2, 0), DO(SIG_BIT(2, bit)), text)
#define EVERY(edit) SIG_EDIT(1, edit), SIG_EDIT(2, edit), SIG_EDIT(3, edit), SIG_EDIT(4, edit)
    EACH_CA(WRONG_NAME),
    REFUSE("chain-name-other-string-type", LOW, CHAIN_NAME(LEAF),
           DO(PART(3, subject, "300c310a300806035504030c0141"), PART(LEAF, issuer, "300c310a30080603550403130141")),
           "The issuer and subject texts are equal. One is a UTF8String, the other a PrintableString.",
           DIFFER("RFC 5280 7.1 compares texts. In genuine certificates the names are equal byte for byte.")),
    REFUSE("chain-name-other-case", LOW, CHAIN_NAME(LEAF),
           DO(PART(3, subject, "300c310a300806035504030c0141"), PART(LEAF, issuer, "300c310a300806035504030c0161")),
           "The issuer and subject texts differ only in case.",
           DIFFER("RFC 5280 7.1 ignores case. In genuine certificates the names are equal byte for byte.")),
    EACH_BELOW_ROOT(BY_OTHER),
    REFUSE("chain-signature-of-the-root-key-on-the-leaf", HIGH, CHAIN_SIGNATURE, MAGNITUDE(LEAF, 0),
           DO(SIG_KEY(LEAF, 0)), "The key of the root signed the leaf, not the key of its issuer."),
    FLIPPED("bit-5-of-r", 5, "A high bit of r in the signature of the zonal certificate is changed."),
    FLIPPED("last-bit-of-r", 383, "The last bit of r in the signature of the zonal certificate is changed."),
    FLIPPED("bit-5-of-s", 389, "A high bit of s in the signature of the zonal certificate is changed."),
    FLIPPED("last-bit-of-s", 767, "The last bit of s in the signature of the zonal certificate is changed."),
    REFUSE("chain-signature-r-and-s-1", CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(LEAF, 0),
           DO(SIG_R(LEAF, "01"), SIG_S(LEAF, "01")), "r and s in the signature of the leaf are 1."),
    REFUSE("chain-signature-r-47-octets-of-ones", CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(LEAF, 0),
           DO(SIG_R(LEAF, "00 ff*47")),
           "r in the signature of the leaf has 47 octets of ff. It is in range but wrong."),
    ACCEPT("chain-signature-high-s", CHAIN_SIGNATURE, NO_CERT, DO(EVERY(NATT_SIGNATURE_HIGH_S)),
           "s of every certificate is in the upper half, as in half of the genuine certificates."),
    ACCEPT("chain-signature-low-s", CHAIN_SIGNATURE, NO_CERT, DO(EVERY(NATT_SIGNATURE_LOW_S)),
           "s of every certificate is in the lower half."),

#define DENIED(id, cert, type, how, text)                                                                              \
    REFUSE("deny-" id, HIGH, CHAIN_DENIED(cert), DO(BUILT, DENY(type, cert, how)), text)
#define NOT_DENIED(id, cert, type, how, text)                                                                          \
    ACCEPT("deny-" id, CHAIN_DENIED(cert), DO(BUILT, DENY(type, cert, how)), "The deny list contains " text)
    DENIED("serial-root", 0, "serial", "", "The deny list contains the serial number of the root."),
    DENIED("serial-regional", 1, "serial", "", "The deny list contains the serial number of a CA."),
    DENIED("serial-leaf", 4, "serial", "", "The deny list contains the serial number of the leaf."),
    DENIED("serial-padded", 3, "serial", "padded",
           "The deny list contains a serial number with leading zeros. A verifier must compare numbers, not strings."),
    DENIED("serial-of-issuer", 3, "serial", "issuer", "The deny list contains a serial number with its issuer."),
    NOT_DENIED("serial-of-another-issuer", 3, "serial", "wrong-issuer", "the serial number with a different issuer."),
    NOT_DENIED("serial-other", 3, "serial", "other", "a serial number that differs in one bit."),
    DENIED("certificate-leaf", 4, "certificate-sha256", "", "The deny list contains the SHA-256 digest of the leaf."),
    DENIED("certificate-instance", 3, "certificate-sha256", "",
           "The deny list contains the SHA-256 digest of the instance certificate."),
    NOT_DENIED("certificate-other", 3, "certificate-sha256", "other", "a SHA-256 digest that differs in one bit."),
    REFUSE("deny-certificate-twin", HIGH, CHAIN_DENIED(2),
           DO(BUILT, DENY("certificate-sha256", 2, ""), SIG_EDIT(2, NATT_SIGNATURE_OTHER_S), BUILT),
           "The denied certificate has n - s instead of s. Anyone can make this twin, and its digest differs."),
/* The deny list contains the digest of the leaf, and the document contains the leaf with n - s instead of s. */
#define TWIN_OF(id, n_minus_s, text, ...)                                                                              \
    REFUSE("deny-twin-" id, HIGH, CHAIN_DENIED(LEAF),                                                                  \
           DO(__VA_ARGS__, BUILT, DENY("certificate-sha256", LEAF, ""), SIG_S(LEAF, n_minus_s), BUILT), text)
#define TWIN(id, r, s, n_minus_s, text)                                                                                \
    TWIN_OF(id, n_minus_s, "The leaf is the twin of a denied certificate whose " text, SIG_R(LEAF, r), SIG_S(LEAF, s))
#define SMALL_TWIN(id, name, text)                                                                                     \
    TWIN_OF(id, MINUS_1, "The leaf is the twin of a denied certificate. Its content has " text, SIG_R(LEAF, "01"),     \
            SIG_S(LEAF, "01"), NAME(INSTANCE, "x"), NAME(LEAF, name), PART(LEAF, serial, "020101"),                    \
            OMIT_EXT(LEAF, BASIC_CONSTRAINTS))
#define END_OF_MINUS_11 "ee*23 b6523c70e3261cce4708fca1379f9669dbdb0859bbb41862"
#define MINUS_1         "00 ff*24 c7634d81f4372ddf581a0db248b0a77aecec196accc52972"
    TWIN("r-80", "0080 11*47", "22 11*47", "00dd " END_OF_MINUS_11, "r begins with 80 and needs a sign octet."),
    TWIN("r-7f", "7f 11*47", "22 11*47", "00dd " END_OF_MINUS_11, "r begins with 7f and needs no sign octet."),
    TWIN("s-80", "22 11*47", "0080 11*47", "7f " END_OF_MINUS_11, "s begins with 80."),
    TWIN("s-7f", "22 11*47", "7f 11*47", "0080 " END_OF_MINUS_11, "s begins with 7f."),
    TWIN("s-47-octets", "22 11*47", "55*47", "00ff aa*23 720df82c9ee1d88a02c4b85cf35b52259796c415776fd41e",
         "s has 47 octets."),
    TWIN("s-1", "01", "01", MINUS_1, "r and s are 1, the shortest signature."),
    SMALL_TWIN("of-255-octets", "abcdefghijklm", "255 octets, the largest length of two octets."),
    SMALL_TWIN("of-256-octets", "abcdefghijklmn", "256 octets, the smallest length of three octets."),
    DENIED("key-leaf", 4, "spki-sha256", "", "The deny list contains the SHA-256 digest of the leaf's key."),
    DENIED("key-root", 0, "spki-sha256", "",
           "The deny list contains the SHA-256 digest of the root's key. A deny list takes precedence over trust."),
    NOT_DENIED("key-other", 1, "spki-sha256", "other", "a key digest that differs in one bit."),
    REFUSE("deny-second-entry", HIGH, CHAIN_DENIED(2), DO(BUILT, DENY("serial", 3, "other"), DENY("serial", 2, "")),
           "The second entry of the deny list matches."),
};

GROUP(chain, "The chain from the root to the leaf: order, roles, path lengths, names, signatures, deny lists.")
