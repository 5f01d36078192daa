/*
 * DER lengths and leftovers of a certificate, and its extensions; each certificate is signed as it is.
 */
#include "vectors/generator/steps.h"

#define LENGTH_IN(id, octets, text)                                                                                    \
    REFUSE("certificate-length-in-" id, LOW, DER_LENGTH, CERT(LEAF, 1), DO(C_WIDTH(LEAF, "certificate", octets)), text)
#define WHOLE(id, severity, reason, at, hex, ...)                                                                      \
    REFUSE("certificate-" id, severity, reason, CERT(LEAF, at), DO(PART(LEAF, "raw", hex)), __VA_ARGS__)
#define SIGNATURE_IS(id, severity, reason, hex, text)                                                                  \
    REFUSE("certificate-" id, severity, reason, OUTER(LEAF, E_SIGNATURE, 0), DO(PART(LEAF, "signature-value", hex)),   \
           text)
#define LEFT_OVER(id, severity, place, target, hex, ...)                                                               \
    REFUSE("certificate-trailing-" id, severity, DER_TRAILING, place, DO(C_INSIDE(LEAF, target, hex)), __VA_ARGS__)
static const struct natt_vector der[] = {
    LENGTH_IN("3-octets", 3, "The certificate's length in three octets where two are enough."),
    LENGTH_IN("4-octets", 4, "The certificate's length in four octets."),
    LENGTH_IN("8-octets", 8, "The certificate's length in eight octets."),
    REFUSE("certificate-length-indefinite", MEDIUM, DER_LENGTH, CERT(LEAF, 1),
           DO(C_FORM(LEAF, "certificate", NATT_FORM_INDEFINITE)), "A certificate of indefinite length: BER, not DER."),
    REFUSE("certificate-length-too-long", HIGH, DER_TRUNCATED, CERT(LEAF, 4), DO(C_LENGTH(LEAF, "certificate", 1)),
           "A length one octet beyond the byte string: a parser must not read on into the document."),
    REFUSE("certificate-length-too-short", MEDIUM, DER_TRAILING, LEAF, KEY("cabundle", -1),
           DO(C_LENGTH(LEAF, "certificate", -1)), "A length one octet short: the last one is left over."),
    REFUSE("certificate-tbs-length-not-shortest", LOW, DER_LENGTH, OUTER(LEAF, E_TBS, 1), DO(C_WIDTH(LEAF, "tbs", 3)),
           "TBSCertificate with its length in three octets."),
    REFUSE("certificate-tbs-too-long", HIGH, DER_TRUNCATED, OUTER(LEAF, E_TBS, 4), DO(C_LENGTH(LEAF, "tbs", 1000)),
           "TBSCertificate longer than the certificate around it."),
    REFUSE("certificate-validity-indefinite", LOW, DER_LENGTH, TBS(LEAF, E_VALIDITY, 1),
           DO(C_FORM(LEAF, "validity", NATT_FORM_INDEFINITE)), "Validity of indefinite length."),
    WHOLE("is-set", LOW, DER_TAG, 0, "3100", "A SET where the certificate's SEQUENCE must be.", CLEAREST),
    REFUSE("certificate-is-garbage", MEDIUM, DER_TAG, CERT(0, 0), DO(BUNDLE_SET(0, "44deadbeef")),
           "Garbage in place of the root."),
    WHOLE("is-pem", LOW, DER_TAG, 0, "2d2d2d2d2d424547494e", "PEM text where DER must be."),
    WHOLE("empty-sequence", LOW, DER_TRUNCATED, 2, "3000", "An empty SEQUENCE."),
    WHOLE("head-only", LOW, DER_TRUNCATED, 1, "30", "A tag without a length."),
    WHOLE("length-2-32", HIGH, DER_LENGTH, 1, "3084ffffffff00",
          "A length of 2^32-1 in four octets: position plus length wraps in 32 bits."),
    WHOLE("length-2-64", HIGH, DER_LENGTH, 1, "3088ffffffffffffffff00", "A length of 2^64-1 in eight octets."),
    WHOLE("length-reserved", LOW, DER_LENGTH, 1, "30ff00", "A length of 127 octets, which X.690 reserves."),
    WHOLE("length-of-two-octets-in-three", HIGH, DER_LENGTH, 1, "3083027800300000",
          "A length in three octets of which the first two are a good length."),
    WHOLE("tbs-ends-before-algorithm", HIGH, DER_TRUNCATED, 12,
          "30193008a003020102020101300a06082a8648ce3d040303030100",
          "TBSCertificate ends behind the serial number, and the outer algorithm follows: it must not be read as the "
          "inner one."),

    LEFT_OVER("inside", MEDIUM, OUTER(LEAF, 3, 0), "certificate", "0500", "A fourth element in a certificate."),
    REFUSE("certificate-trailing-behind", MEDIUM, DER_TRAILING, LEAF, KEY("cabundle", -2),
           DO(C_BEHIND(LEAF, "certificate", "0500")),
           "Two bytes behind a certificate, inside its byte string: unsigned, and part of its digest."),
    LEFT_OVER("in-tbs", MEDIUM, TBS(LEAF, 8, 0), "tbs", "0500", "An element behind the extensions.", CLEAREST),
    LEFT_OVER("in-validity", LOW, TBS(LEAF, E_VALIDITY, 32), "validity", "0500", "A third element in Validity."),
    LEFT_OVER("in-extensions", MEDIUM, EXTENSION(LEAF, 2, 0), "extensions", "0500",
              "An element behind the list of extensions, inside its [3]."),
    LEFT_OVER("in-signature-bits", MEDIUM, INTEGER(LEAF, 2), "signature", "0500",
              "An element behind the signature, inside its BIT STRING: nobody signs it."),
    LEFT_OVER("in-signature", MEDIUM, INTEGER(LEAF, 2), "signature-sequence", "020101",
              "A third INTEGER in the signature: nobody signs it."),
    REFUSE("certificate-trailing-in-spki", MEDIUM, DER_TRAILING, TBS(LEAF, E_SPKI, 120),
           DO(SPKI(LEAF, 1, 1, "78"), SPKI(LEAF, 120, 0, "0500")),
           "An element behind the key, inside SubjectPublicKeyInfo."),
    REFUSE("certificate-trailing-in-one-extension", LOW, DER_TRAILING, EXTENSION(LEAF, 2, 11),
           DO(RAW_EXT(LEAF, "300b06032a0304040205000500")), "An element behind an extension's value."),
    REFUSE("certificate-unique-ids", LOW, DER_TAG, TBS(LEAF, 7, 0), DO(PART(LEAF, "unique-ids", "81020001")),
           "An issuer's unique identifier, which RFC 5280 tells not to use."),
    REFUSE("certificate-signature-unused-bits", LOW, DER_BIT_STRING, OUTER(LEAF, E_SIGNATURE, 0),
           DO(PART(LEAF, "unused-bits", "01")),
           "A signature of which one bit is unused: another encoding of the same certificate."),
    SIGNATURE_IS("signature-empty", MEDIUM, DER_BIT_STRING, "0300", "A signature of no bits, not even their number."),
    SIGNATURE_IS("signature-empty-then-zero", MEDIUM, DER_BIT_STRING, "030000",
                 "A signature of no bits with a zero octet behind it, which is not its number of unused bits."),
    SIGNATURE_IS("signature-null", MEDIUM, DER_TAG, "0500", "NULL in place of the signature."),
    SIGNATURE_IS("without-signature", CRITICAL, DER_TRUNCATED, "",
                 "The certificate ends behind the algorithm: there is no signature."),
};

#define BOUND_OF_16 DIFFER("The bound is ours; genuine certificates have at most 5.")
#define EXTENSION_IS(id, severity, reason, at, hex, text)                                                              \
    REFUSE("extension-" id, severity, reason, EXTENSION(LEAF, 2, at), DO(RAW_EXT(LEAF, hex)), text)
#define UNKNOWN_OID(id, class, rule, oid, text)                                                                        \
    ACCEPT("extension-" id, class, rule, DO(ADD_EXT(LEAF, oid, 0, "0500")), text)
#define COUNT_OK(id, more, text)                                                                                       \
    ACCEPT("extension-count-" id, "certificate-extension-count", "R-X509-12", DO(ADD_EXTS(LEAF, more)), text,          \
           BOUND_OF_16)
static const struct natt_vector extensions[] = {
    REFUSE("extension-twice", HIGH, X509_EXTENSION_DUPLICATE, EXTENSION(LEAF, 3, 0),
           DO(ADD_EXT(LEAF, "1.2.3.4", 0, "0500"), ADD_EXT(LEAF, "1.2.3.4", 0, "0101ff")),
           "An unknown extension twice."),
    REFUSE("extension-basic-constraints-twice", HIGH, X509_EXTENSION_DUPLICATE, EXTENSION(LEAF, 2, 0),
           DO(ADD_EXT(LEAF, BASIC_CONSTRAINTS, 1, "30030101ff")),
           "basicConstraints twice, first as a leaf's and then as a CA's."),
    REFUSE("extension-key-usage-twice", HIGH, X509_EXTENSION_DUPLICATE, EXTENSION(3, 4, 0),
           DO(ADD_EXT(3, KEY_USAGE, 1, "03020204")), "keyUsage of a CA twice, with equal values."),
    COUNT_OK("15", 13, "15 extensions."),
    COUNT_OK("16", 14, "16 extensions, the most that are read."),
    REFUSE("extension-count-17", LOW, X509_EXTENSION_COUNT, EXTENSION(LEAF, 16, 0), DO(ADD_EXTS(LEAF, 15)),
           "17 extensions.", BOUND_OF_16),
    REFUSE("extension-count-0", LOW, X509_EXTENSION_COUNT, TBS(LEAF, E_EXTENSIONS, 2), DO(RAW_EXTS(LEAF, "3000")),
           "An empty list of extensions: RFC 5280 wants at least one, or no list."),
    UNKNOWN_OID("unknown", "certificate-extension-unknown", "R-CHAIN-02", "1.2.3.4",
                "An unknown extension that is not critical is ignored."),

#define USAGE(id, reason, hex, text)                                                                                   \
    REFUSE("key-usage-" id, MEDIUM, reason, EXTENSION(LEAF, 1, 9), DO(EXT(LEAF, KEY_USAGE, 0, hex)), text)
    USAGE("empty", X509_KEY_USAGE_EMPTY, "030100", "keyUsage without a bit: RFC 5280 wants at least one."),
    USAGE("no-octet", DER_BIT_STRING, "0300", "keyUsage without even the number of unused bits."),
    USAGE("unused-bit-set", DER_BIT_STRING, "030206c1", "keyUsage in which an unused bit is set."),
    USAGE("trailing-zero-bits", DER_BIT_STRING, "030200c0",
          "keyUsage with trailing zero bits, which DER leaves out of named bits."),
    USAGE("8-unused-bits", DER_BIT_STRING, "030208c0",
          "keyUsage with eight unused bits in an octet: shifting by 8 is a trap."),
    USAGE("32-unused-bits", DER_BIT_STRING, "030220c0",
          "keyUsage with 32 unused bits: shifting by 32 is undefined in C."),
    USAGE("unused-bits-of-nothing", DER_BIT_STRING, "030101", "keyUsage with an unused bit and no octet."),
    USAGE("4-octets", DER_BIT_STRING, "030500010101c0", "keyUsage of four octets: there are nine bits only."),
    USAGE("3-octets", DER_BIT_STRING, "030407800080",
          "keyUsage of 17 bits, the last one set: there are nine bits only."),
    USAGE("32-unused-bits-odd", DER_BIT_STRING, "030220c1",
          "keyUsage with 32 unused bits, of which the last one is set: a shift by 32 that does nothing accepts it."),
    ACCEPT("key-usage-9-bits", "certificate-key-usage", "R-CHAIN-08", DO(EXT(LEAF, KEY_USAGE, 0, "0303078880")),
           "keyUsage of nine bits: digitalSignature, keyAgreement and decipherOnly, which is the last one."),
    REFUSE("key-usage-encipher-only", HIGH, "certificate-key-usage", NATT_E_CHAIN_LEAF_DIGITAL_SIGNATURE, CERT(LEAF, 0),
           DO(EXT(LEAF, KEY_USAGE, 0, "03020001")),
           "keyUsage of the leaf with the eighth bit alone: not empty, and no digitalSignature."),
    USAGE("octet-string", DER_TAG, "040206c0", "keyUsage as an OCTET STRING."),

#define CONSTRAINTS(id, reason, inside, hex, text)                                                                     \
    REFUSE("basic-constraints-" id, MEDIUM, reason, EXTENSION(1, 0, 12 + (inside)),                                    \
           DO(EXT(1, BASIC_CONSTRAINTS, 1, hex)), text)
    CONSTRAINTS("false-spelt-out", DER_BOOLEAN, 2, "3003010100", "cA FALSE spelt out, though it is the default."),
    CONSTRAINTS("true-as-01", DER_BOOLEAN, 2, "3003010101",
                "cA TRUE as 01: BER takes every value but 0 for true, DER FF only."),
    CONSTRAINTS("boolean-empty", DER_BOOLEAN, 2, "30020100", "cA of no octets."),
    CONSTRAINTS("boolean-2-octets", DER_BOOLEAN, 2, "30040102ffff", "cA of two octets."),
    CONSTRAINTS("path-length-negative", DER_INTEGER, 5, "30060101ff0201ff",
                "A path length of -1: large where it is read as unsigned."),
    CONSTRAINTS("path-length-padded", DER_INTEGER, 5, "30070101ff02020000",
                "A path length with a zero octet too many."),
    CONSTRAINTS("path-length-5-octets", DER_INTEGER, 5, "300a0101ff02050100000000",
                "A path length of 2^32: 0 in 32 bits."),
    CONSTRAINTS("path-length-9-octets", DER_INTEGER, 5, "300e0101ff0209010000000000000002",
                "A path length of 2^64+2: 2 in 64 bits."),
    CONSTRAINTS("trailing", DER_TRAILING, 8, "30080101ff0201000500", "An element behind the path length."),
    CONSTRAINTS("no-sequence", DER_TAG, 0, "0101ff", "cA without the SEQUENCE around it."),
    CONSTRAINTS("path-length-null", DER_TAG, 5, "30050101ff0500", "NULL in place of the path length."),
    CONSTRAINTS("behind", DER_TRAILING, 2, "30000500", "An element behind the SEQUENCE, inside the extension's value."),
    CONSTRAINTS("boolean-behind", DER_TRAILING, 2, "30000101ff", "cA TRUE behind the SEQUENCE instead of inside."),
    CONSTRAINTS("indefinite", DER_LENGTH, 1, "3080", "A SEQUENCE of indefinite length."),
    CONSTRAINTS("length-not-shortest", DER_LENGTH, 1, "3081030101ff", "A length of 3 in two octets."),
    EXTENSION_IS("critical-false-spelt-out", LOW, DER_BOOLEAN, 7, "300c06032a030401010004020000",
                 "critical FALSE spelt out, though it is the default."),
    EXTENSION_IS("critical-as-01", MEDIUM, DER_BOOLEAN, 7, "300c06032a030401010104020000", "critical TRUE as 01."),
    EXTENSION_IS("oid-empty", LOW, DER_OID, 2, "30050600040100", "An extension with an object identifier of no arcs."),
    EXTENSION_IS("oid-padded", HIGH, DER_OID, 2, "300d060455801d13040530030101ff",
                 "basicConstraints under an identifier with a padded arc: is it the same extension?"),
    EXTENSION_IS("oid-unended", LOW, DER_OID, 2, "300706025580040100",
                 "An extension whose object identifier never ends."),
    EXTENSION_IS("oid-unended-after-81", LOW, DER_OID, 2, "300706025581040100",
                 "An object identifier that ends with 81, inside an arc."),
    EXTENSION_IS("oid-zero-arcs", LOW, DER_OID, 2, "3009060300008004020500",
                 "An object identifier of two zero arcs and an 80."),
    ACCEPT("extension-oid-of-one-octet", "certificate-oid", "R-DER-08", DO(RAW_EXT(LEAF, "300706012a04020500")),
           "An unknown extension with an object identifier of one octet.",
           DIFFER("It has two arcs, and names no extension that anybody could define; some parsers want more.")),
    UNKNOWN_OID("oid-arc-127", "certificate-oid", "R-DER-08", "1.2.3.4.127",
                "An unknown extension whose last arc is 127, the largest in one octet."),
    UNKNOWN_OID("oid-arc-2-21", "certificate-oid", "R-DER-08", "1.2.2097152",
                "An unknown extension with the arc 2^21, written 81 80 80 00: 80 is padding only where an arc begins."),
    EXTENSION_IS("value-head-only", MEDIUM, DER_TRUNCATED, 8, "300606032a030404",
                 "An extension that ends behind the tag of its value."),
    EXTENSION_IS("critical-head-only", LOW, DER_TRUNCATED, 8, "300606032a030401",
                 "An extension that ends behind the tag of critical."),
    EXTENSION_IS("value-is-null", LOW, DER_TAG, 7, "300706032a03040500",
                 "An extension's value that is no OCTET STRING."),
};

const struct natt_vector_group natt_group_extension = {
    "extension", "DER lengths and leftovers of a certificate, and its extensions.", {TABLE(der), TABLE(extensions)}};
