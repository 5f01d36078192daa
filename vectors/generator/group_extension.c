/*
 * DER lengths and trailing elements of a certificate, and its extensions. Each certificate is signed after the edit.
 */
#include "vectors/generator/steps.h"

#define LENGTH_IN(id, octets, text)                                                                                    \
    REFUSE("certificate-length-in-" id, LOW, DER_LENGTH, CERT(LEAF, 1), DO(WIDTH(certificates[LEAF].wrap, octets)),    \
           text)
#define WHOLE(id, severity, reason, at, hex, ...)                                                                      \
    REFUSE("certificate-" id, severity, reason, CERT(LEAF, at), DO(PART(LEAF, raw, hex)), __VA_ARGS__)
#define SIGNATURE_IS(id, severity, reason, hex, text)                                                                  \
    REFUSE("certificate-" id, severity, reason, OUTER(LEAF, E_SIGNATURE, 0), DO(PART(LEAF, signature_value, hex)), text)
#define LEFT_OVER(id, severity, place, target, hex, ...)                                                               \
    REFUSE("certificate-trailing-" id, severity, DER_TRAILING, place, DO(INSIDE(certificates[LEAF].target, hex)),      \
           __VA_ARGS__)
static const struct natt_row rows[] = {
    LENGTH_IN("3-octets", 3, "The length of the certificate uses three octets where two are enough."),
    LENGTH_IN("4-octets", 4, "The length of the certificate uses four octets where two are enough."),
    LENGTH_IN("8-octets", 8, "The length of the certificate uses eight octets where two are enough."),
    REFUSE("certificate-length-indefinite", MEDIUM, DER_LENGTH, CERT(LEAF, 1),
           DO(FORM(certificates[LEAF].wrap, NATT_FORM_INDEFINITE)),
           "The certificate has an indefinite length, which BER allows and DER forbids."),
    REFUSE(
        "certificate-length-too-long", HIGH, DER_TRUNCATED, CERT(LEAF, 4), DO(LENGTH(certificates[LEAF].wrap, 1)),
        "The certificate ends one octet after its byte string. A parser must not read the next field of the document."),
    REFUSE("certificate-length-too-short", MEDIUM, DER_TRAILING, LEAF, KEY("cabundle", -1),
           DO(LENGTH(certificates[LEAF].wrap, -1)),
           "The length of the certificate is one octet too short, so one octet is left over."),
    REFUSE("certificate-tbs-length-not-shortest", LOW, DER_LENGTH, OUTER(LEAF, E_TBS, 1),
           DO(WIDTH(certificates[LEAF].tbs_wrap, 3)),
           "The length of TBSCertificate uses three octets where two are enough."),
    REFUSE("certificate-tbs-too-long", HIGH, DER_TRUNCATED, OUTER(LEAF, E_TBS, 4),
           DO(LENGTH(certificates[LEAF].tbs_wrap, 1000)),
           "TBSCertificate is longer than the certificate that contains it."),
    REFUSE("certificate-validity-indefinite", LOW, DER_LENGTH, TBS(LEAF, E_VALIDITY, 1),
           DO(FORM(certificates[LEAF].validity_wrap, NATT_FORM_INDEFINITE)),
           "Validity has an indefinite length, which DER forbids."),
    WHOLE("is-set", LOW, DER_TAG, 0, "3100", "The certificate is a SET instead of a SEQUENCE.", CLEAREST),
    REFUSE("certificate-is-garbage", MEDIUM, DER_TAG, CERT(0, 0), DO(BUNDLE_SET(0, "44deadbeef")),
           "Random bytes replace the root certificate.",
           DIFFER("A verifier that has the root does not need this entry, and may ignore it.")),
    WHOLE("is-pem", LOW, DER_TAG, 0, "2d2d2d2d2d424547494e", "The certificate is PEM text instead of DER."),
    WHOLE("empty-sequence", LOW, DER_TRUNCATED, 2, "3000", "The certificate is an empty SEQUENCE."),
    WHOLE("head-only", LOW, DER_TRUNCATED, 1, "30", "The certificate is a tag without a length."),
    WHOLE("length-2-32", HIGH, DER_LENGTH, 1, "3084ffffffff00",
          "The certificate has a length of 2^32-1 in four octets. The sum of position and length overflows 32 bits."),
    WHOLE("length-2-64", HIGH, DER_LENGTH, 1, "3088ffffffffffffffff00",
          "The certificate has a length of 2^64-1 in eight octets."),
    WHOLE("length-reserved", LOW, DER_LENGTH, 1, "30ff00",
          "The length of the certificate begins with ff, which X.690 reserves."),
    WHOLE("length-of-two-octets-in-three", HIGH, DER_LENGTH, 1, "3083027800300000",
          "The length of the certificate has three octets. The first two alone would be a valid length."),
    WHOLE("tbs-ends-before-algorithm", HIGH, DER_TRUNCATED, 12,
          "30193008a003020102020101300a06082a8648ce3d040303030100",
          "TBSCertificate ends after the serial number. A parser must not read the outer algorithm as the inner one."),

    LEFT_OVER("inside", MEDIUM, OUTER(LEAF, 3, 0), wrap, "0500", "The certificate has a fourth element."),
    REFUSE("certificate-trailing-behind", MEDIUM, DER_TRAILING, LEAF, KEY("cabundle", -2),
           DO(BEHIND(certificates[LEAF].wrap, "0500")),
           "Two bytes follow the certificate inside its byte string. They are unsigned but part of its digest."),
    LEFT_OVER("in-tbs", MEDIUM, TBS(LEAF, 8, 0), tbs_wrap, "0500",
              "An element follows the extensions in TBSCertificate.", CLEAREST),
    LEFT_OVER("in-validity", LOW, TBS(LEAF, E_VALIDITY, 32), validity_wrap, "0500", "Validity has a third element."),
    LEFT_OVER("in-extensions", MEDIUM, EXTENSION(LEAF, 2, 0), extensions_wrap, "0500",
              "An element follows the list of extensions inside the tag [3]."),
    LEFT_OVER("in-signature-bits", MEDIUM, INTEGER(LEAF, 2), signature_wrap, "0500",
              "An element follows the signature inside its BIT STRING. It is unsigned."),
    LEFT_OVER("in-signature", MEDIUM, INTEGER(LEAF, 2), signature_sequence, "020101",
              "The signature contains a third INTEGER. It is unsigned."),
    REFUSE("certificate-trailing-in-spki", MEDIUM, DER_TRAILING, TBS(LEAF, E_SPKI, 120),
           DO(SPKI(LEAF, 1, 1, "78"), SPKI(LEAF, 120, 0, "0500")),
           "An element follows the key inside SubjectPublicKeyInfo."),
    REFUSE("certificate-trailing-in-one-extension", LOW, DER_TRAILING, EXTENSION(LEAF, 2, 11),
           DO(RAW_EXT(LEAF, "300b06032a0304040205000500")), "An element follows the value of an extension."),
    REFUSE("certificate-unique-ids", LOW, DER_TAG, TBS(LEAF, 7, 0), DO(PART(LEAF, unique_ids, "81020001")),
           "The certificate has an issuer unique identifier, which RFC 5280 says CAs must not generate.",
           DIFFER("RFC 5280 4.1.2.8 tells verifiers to parse unique identifiers."), TAGS("rfc5280-ca")),
    REFUSE("certificate-signature-unused-bits", LOW, DER_BIT_STRING, OUTER(LEAF, E_SIGNATURE, 0),
           DO(PART(LEAF, unused_bits, "01")),
           "The signature has one unused bit. This is a second encoding of the same certificate."),
    SIGNATURE_IS("signature-empty", MEDIUM, DER_BIT_STRING, "0300",
                 "The BIT STRING of the signature is empty and has no count of unused bits."),
    SIGNATURE_IS("signature-empty-then-zero", MEDIUM, DER_BIT_STRING, "030000",
                 "The BIT STRING of the signature is empty, and a zero octet follows it. A parser must not read that "
                 "octet as the count of unused bits."),
    SIGNATURE_IS("signature-null", MEDIUM, DER_TAG, "0500", "NULL replaces the signature."),
    SIGNATURE_IS("without-signature", CRITICAL, DER_TRUNCATED, "",
                 "The certificate ends after the algorithm and has no signature."),

#define BOUND_OF_16 LIMIT("This limit is a choice of nitro-attest. Genuine certificates have at most 5 extensions.")
#define EXT_IS(id, severity, reason, at, hex, text)                                                                    \
    REFUSE("extension-" id, severity, reason, EXTENSION(LEAF, 2, at), DO(RAW_EXT(LEAF, hex)), text)
    REFUSE("extension-twice", HIGH, X509_EXTENSION_DUPLICATE, EXTENSION(LEAF, 3, 0),
           DO(ADD_EXT(LEAF, "1.2.3.4", 0, "0500"), ADD_EXT(LEAF, "1.2.3.4", 0, "0101ff")),
           "An unknown extension appears twice."),
    REFUSE("extension-basic-constraints-twice", HIGH, X509_EXTENSION_DUPLICATE, EXTENSION(LEAF, 2, 0),
           DO(ADD_EXT(LEAF, BASIC_CONSTRAINTS, 1, "30030101ff")),
           "The leaf has basicConstraints twice: first without cA, then with cA TRUE."),
    REFUSE("extension-key-usage-twice", HIGH, X509_EXTENSION_DUPLICATE, EXTENSION(3, 4, 0),
           DO(ADD_EXT(3, KEY_USAGE, 1, "03020204")), "A CA has keyUsage twice with the same value."),
    ACCEPT("extension-count-15", X509_EXTENSION_COUNT, NO_CERT, DO(ADD_EXTS(LEAF, 13)),
           "The certificate has 15 extensions.", BOUND_OF_16),
    ACCEPT("extension-count-16", X509_EXTENSION_COUNT, NO_CERT, DO(ADD_EXTS(LEAF, 14)),
           "The certificate has 16 extensions, the maximum.", BOUND_OF_16),
    REFUSE("extension-count-17", LOW, X509_EXTENSION_COUNT, EXTENSION(LEAF, 16, 0), DO(ADD_EXTS(LEAF, 15)),
           "The certificate has 17 extensions, one more than the maximum.", BOUND_OF_16),
    REFUSE("extension-count-0", LOW, X509_EXTENSION_COUNT, TBS(LEAF, E_EXTENSIONS, 2), DO(RAW_EXTS(LEAF, "3000")),
           "The list of extensions is empty. RFC 5280 requires at least one extension, or no list.",
           TAGS("rfc5280-ca")),
    ALLOWED("extension-unknown", "certificate-extension-unknown", "R-CHAIN-02", DO(ADD_EXT(LEAF, "1.2.3.4", 0, "0500")),
            "The leaf has an unknown extension that is not critical. A verifier ignores it."),

#define USAGE(id, reason, hex, ...)                                                                                    \
    REFUSE("key-usage-" id, MEDIUM, reason, EXTENSION(LEAF, 1, 9), DO(EXT(LEAF, KEY_USAGE, 0, hex)),                   \
           "keyUsage " __VA_ARGS__)
#define NINE_BITS DIFFER("RFC 5280 4.2.1.3 defines nine bits and says nothing of further ones.")
    USAGE("empty", X509_KEY_USAGE_EMPTY, "030100", "has no bit set. RFC 5280 requires at least one."),
    USAGE("no-octet", DER_BIT_STRING, "0300", "is an empty BIT STRING without a count of unused bits."),
    USAGE("unused-bit-set", DER_BIT_STRING, "030206c1", "has an unused bit that is set."),
    USAGE("trailing-zero-bits", DER_BIT_STRING, "030200c0",
          "has trailing zero bits, which DER removes from a named bit list."),
    USAGE("8-unused-bits", DER_BIT_STRING, "030208c0",
          "has eight unused bits, but an octet allows at most seven. A shift by 8 can clear the whole octet."),
    USAGE("32-unused-bits", DER_BIT_STRING, "030220c0", "has 32 unused bits. A shift by 32 is undefined in C."),
    USAGE("unused-bits-of-nothing", DER_BIT_STRING, "030101", "has one unused bit but no octet."),
    USAGE("4-octets", DER_BIT_STRING, "030500010101c0", "has four octets, but only nine bits are defined."),
    USAGE("3-octets", DER_BIT_STRING, "030407800080",
          "has 17 bits and the last one is set, but only nine bits are defined.", NINE_BITS,
          TAGS("implementation-limit")),
    USAGE("32-unused-bits-odd", DER_BIT_STRING, "030220c1",
          "has 32 unused bits and its last bit is set. A shift by 32 that has no effect accepts it."),
    ALLOWED("key-usage-9-bits", "certificate-key-usage", "R-CHAIN-08", DO(EXT(LEAF, KEY_USAGE, 0, "0303078880")),
            "keyUsage has nine bits: digitalSignature, keyAgreement and the last one, decipherOnly."),
    ALLOWED("key-usage-10-bits", "certificate-key-usage", "R-DER-07", DO(EXT(LEAF, KEY_USAGE, 0, "0303068040")),
            "keyUsage has digitalSignature and a tenth bit, which RFC 5280 does not define.", NINE_BITS),
    ALLOWED("key-usage-16-bits", "certificate-key-usage", "R-DER-07", DO(EXT(LEAF, KEY_USAGE, 0, "0303008001")),
            "keyUsage has digitalSignature and a sixteenth bit, which RFC 5280 does not define.", NINE_BITS),
    REFUSE("key-usage-encipher-only", HIGH, "certificate-key-usage", NATT_E_CHAIN_LEAF_DIGITAL_SIGNATURE, CERT(LEAF, 0),
           DO(EXT(LEAF, KEY_USAGE, 0, "03020001")),
           "keyUsage of the leaf has only bit 7, encipherOnly. It is not empty but lacks digitalSignature."),
    USAGE("octet-string", DER_TAG, "040206c0", "is an OCTET STRING instead of a BIT STRING."),

#define BASIC(id, reason, inside, hex, ...)                                                                            \
    REFUSE("basic-constraints-" id, MEDIUM, reason, EXTENSION(1, 0, 12 + (inside)),                                    \
           DO(EXT(1, BASIC_CONSTRAINTS, 1, hex)), __VA_ARGS__)
#define ANY_LENGTH LIMIT("RFC 5280 gives path lengths no maximum. A verifier may compute with larger numbers.")
    BASIC("false-spelt-out", DER_BOOLEAN, 2, "3003010100", "cA is an explicit FALSE. DER omits a default value."),
    BASIC("true-as-01", DER_BOOLEAN, 2, "3003010101",
          "cA is TRUE encoded as 01. BER allows any value except 0, DER only FF."),
    BASIC("boolean-empty", DER_BOOLEAN, 2, "30020100", "cA is a BOOLEAN without an octet."),
    BASIC("boolean-2-octets", DER_BOOLEAN, 2, "30040102ffff", "cA is a BOOLEAN of two octets."),
    BASIC("path-length-negative", DER_INTEGER, 5, "30060101ff0201ff",
          "The path length is -1, which is large when it is read as unsigned."),
    BASIC("path-length-padded", DER_INTEGER, 5, "30070101ff02020000",
          "The path length has an unnecessary leading zero octet."),
    BASIC("path-length-5-octets", DER_INTEGER, 5, "300a0101ff02050100000000",
          "The path length is 2^32, which is 0 in 32 bits.", ANY_LENGTH),
    BASIC("path-length-9-octets", DER_INTEGER, 5, "300e0101ff0209010000000000000002",
          "The path length is 2^64+2, which is 2 in 64 bits.", ANY_LENGTH),
    BASIC("trailing", DER_TRAILING, 8, "30080101ff0201000500", "An element follows the path length."),
    BASIC("no-sequence", DER_TAG, 0, "0101ff", "cA is not inside a SEQUENCE."),
    BASIC("path-length-null", DER_TAG, 5, "30050101ff0500", "NULL replaces the path length."),
    BASIC("behind", DER_TRAILING, 2, "30000500", "An element follows the SEQUENCE inside the extension value."),
    BASIC("boolean-behind", DER_TRAILING, 2, "30000101ff", "cA TRUE follows the SEQUENCE instead of being inside it."),
    BASIC("indefinite", DER_LENGTH, 1, "3080", "The SEQUENCE of basicConstraints has an indefinite length."),
    BASIC("length-not-shortest", DER_LENGTH, 1, "3081030101ff",
          "The length of basicConstraints is 3 but uses two octets."),
    EXT_IS("critical-false-spelt-out", LOW, DER_BOOLEAN, 7, "300c06032a030401010004020000",
           "critical is an explicit FALSE. DER omits a default value."),
    EXT_IS("critical-as-01", MEDIUM, DER_BOOLEAN, 7, "300c06032a030401010104020000",
           "critical is TRUE encoded as 01. DER allows only FF."),
    EXT_IS("oid-empty", LOW, DER_OID, 2, "30050600040100", "The object identifier of an extension is empty."),
    EXT_IS("oid-padded", HIGH, DER_OID, 2, "300d060455801d13040530030101ff",
           "The object identifier of basicConstraints has a padded arc. A parser may read it as the same extension."),
    EXT_IS("oid-unended", LOW, DER_OID, 2, "300706025580040100",
           "The last arc of an extension's object identifier is incomplete."),
    EXT_IS("oid-unended-after-81", LOW, DER_OID, 2, "300706025581040100",
           "The object identifier of an extension ends with 81, inside an arc."),
    EXT_IS("oid-zero-arcs", LOW, DER_OID, 2, "3009060300008004020500",
           "The object identifier of an extension has two zero arcs and then 80, an incomplete arc."),
    ACCEPT(
        "extension-oid-of-one-octet", DER_OID, NO_CERT, DO(RAW_EXT(LEAF, "300706012a04020500")),
        "The object identifier of an unknown extension has one octet.",
        DIFFER(
            "The identifier has two arcs, so nobody can define an extension for it. Some parsers require more arcs.")),
    ACCEPT("extension-oid-arc-127", DER_OID, NO_CERT, DO(ADD_EXT(LEAF, "1.2.3.4.127", 0, "0500")),
           "The last arc of an unknown extension's object identifier is 127, the largest in one octet."),
    ACCEPT("extension-oid-arc-2-21", DER_OID, NO_CERT, DO(ADD_EXT(LEAF, "1.2.2097152", 0, "0500")),
           "An unknown extension has the arc 2^21, encoded as 81 80 80 00. The octet 80 is padding only at the "
           "beginning of an arc."),
    EXT_IS("value-head-only", MEDIUM, DER_TRUNCATED, 8, "300606032a030404",
           "An extension ends after the tag of its value."),
    EXT_IS("critical-head-only", LOW, DER_TRUNCATED, 8, "300606032a030401",
           "An extension ends after the tag of critical."),
    EXT_IS("value-is-null", LOW, DER_TAG, 7, "300706032a03040500", "The value of an extension is not an OCTET STRING."),
};

GROUP(extension, "DER lengths and trailing elements of a certificate, and its extensions.")
