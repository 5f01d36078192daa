/*
 * DER lengths and leftovers of a certificate, and its extensions; each certificate is signed as it is.
 */
#include "vectors/generator/steps.h"

/* clang-format off */
static const struct natt_vector der[] = {
#define LONG(id, octets, text) REFUSE(id, "certificate-length", LOW, NATT_E_DER_LENGTH, LEAF, CERT(LEAF, 1), text, DO(C_WIDTH(LEAF, "certificate", octets)))
    LONG("certificate-length-in-3-octets", 3, "The certificate's length in three octets where two are enough."),
    LONG("certificate-length-in-4-octets", 4, "The certificate's length in four octets."),
    LONG("certificate-length-in-8-octets", 8, "The certificate's length in eight octets."),
    REFUSE("certificate-length-indefinite", "certificate-length", MEDIUM, NATT_E_DER_LENGTH, LEAF, CERT(LEAF, 1), "A certificate of indefinite length: BER, not DER.", DO(C_FORM(LEAF, "certificate", NATT_FORM_INDEFINITE))),
    REFUSE("certificate-length-too-long", "certificate-truncated", HIGH, NATT_E_DER_TRUNCATED, LEAF, CERT(LEAF, 4), "A length one octet beyond the byte string: a parser must not read on into the document.", DO(C_LENGTH(LEAF, "certificate", 1))),
    REFUSE("certificate-length-too-short", "certificate-trailing-bytes", MEDIUM, NATT_E_DER_TRAILING, LEAF, KEY("cabundle", -1), "A length one octet short: the last one is left over.", DO(C_LENGTH(LEAF, "certificate", -1))),
    REFUSE("certificate-tbs-length-not-shortest", "certificate-length", LOW, NATT_E_DER_LENGTH, LEAF, OUTER(LEAF, E_TBS, 1), "TBSCertificate with its length in three octets.", DO(C_WIDTH(LEAF, "tbs", 3))),
    REFUSE("certificate-tbs-too-long", "certificate-truncated", HIGH, NATT_E_DER_TRUNCATED, LEAF, OUTER(LEAF, E_TBS, 4), "TBSCertificate longer than the certificate around it.", DO(C_LENGTH(LEAF, "tbs", 1000))),
    REFUSE("certificate-validity-indefinite", "certificate-length", LOW, NATT_E_DER_LENGTH, LEAF, TBS(LEAF, E_VALIDITY, 1), "Validity of indefinite length.", DO(C_FORM(LEAF, "validity", NATT_FORM_INDEFINITE))),
    REFUSE("certificate-is-set", "certificate-tag", LOW, NATT_E_DER_TAG, LEAF, CERT(LEAF, 0), "A SET where the certificate's SEQUENCE must be.", DO(PART(LEAF, "raw", "3100")), CLEAREST),
    REFUSE("certificate-is-garbage", "certificate-tag", MEDIUM, NATT_E_DER_TAG, 0, CERT(0, 0), "Garbage in place of the root.", DO(BUNDLE_SET(0, "44deadbeef"))),
    REFUSE("certificate-is-pem", "certificate-tag", LOW, NATT_E_DER_TAG, LEAF, CERT(LEAF, 0), "PEM text where DER must be.", DO(PART(LEAF, "raw", "2d2d2d2d2d424547494e"))),
    REFUSE("certificate-empty-sequence", "certificate-truncated", LOW, NATT_E_DER_TRUNCATED, LEAF, CERT(LEAF, 2), "An empty SEQUENCE.", DO(PART(LEAF, "raw", "3000"))),
    REFUSE("certificate-head-only", "certificate-truncated", LOW, NATT_E_DER_TRUNCATED, LEAF, CERT(LEAF, 1), "A tag without a length.", DO(PART(LEAF, "raw", "30"))),
    REFUSE("certificate-length-2-32", "certificate-length", HIGH, NATT_E_DER_LENGTH, LEAF, CERT(LEAF, 1), "A length of 2^32-1 in four octets: position plus length wraps in 32 bits.", DO(PART(LEAF, "raw", "3084ffffffff00"))),
    REFUSE("certificate-length-2-64", "certificate-length", HIGH, NATT_E_DER_LENGTH, LEAF, CERT(LEAF, 1), "A length of 2^64-1 in eight octets.", DO(PART(LEAF, "raw", "3088ffffffffffffffff00"))),
    REFUSE("certificate-length-reserved", "certificate-length", LOW, NATT_E_DER_LENGTH, LEAF, CERT(LEAF, 1), "A length of 127 octets, which X.690 reserves.", DO(PART(LEAF, "raw", "30ff00"))),
    REFUSE("certificate-length-of-two-octets-in-three", "certificate-length", HIGH, NATT_E_DER_LENGTH, LEAF, CERT(LEAF, 1), "A length in three octets of which the first two are a good length.", DO(PART(LEAF, "raw", "3083027800300000"))),
    REFUSE("certificate-tbs-ends-before-algorithm", "certificate-truncated", HIGH, NATT_E_DER_TRUNCATED, LEAF, CERT(LEAF, 12), "TBSCertificate ends behind the serial number, and the outer algorithm follows: it must not be read as the inner one.", DO(PART(LEAF, "raw", "30193008a003020102020101300a06082a8648ce3d040303030100"))),

    REFUSE("certificate-trailing-inside", "certificate-trailing-bytes", MEDIUM, NATT_E_DER_TRAILING, LEAF, OUTER(LEAF, 3, 0), "A fourth element in a certificate.", DO(C_INSIDE(LEAF, "certificate", "0500"))),
    REFUSE("certificate-trailing-behind", "certificate-trailing-bytes", MEDIUM, NATT_E_DER_TRAILING, LEAF, KEY("cabundle", -2), "Two bytes behind a certificate, inside its byte string: unsigned, and part of its digest.", DO(C_BEHIND(LEAF, "certificate", "0500"))),
    REFUSE("certificate-trailing-in-tbs", "certificate-trailing-bytes", MEDIUM, NATT_E_DER_TRAILING, LEAF, TBS(LEAF, 8, 0), "An element behind the extensions.", DO(C_INSIDE(LEAF, "tbs", "0500")), CLEAREST),
    REFUSE("certificate-trailing-in-validity", "certificate-trailing-bytes", LOW, NATT_E_DER_TRAILING, LEAF, TBS(LEAF, E_VALIDITY, 32), "A third element in Validity.", DO(C_INSIDE(LEAF, "validity", "0500"))),
    REFUSE("certificate-trailing-in-extensions", "certificate-trailing-bytes", MEDIUM, NATT_E_DER_TRAILING, LEAF, EXTENSION(LEAF, 2, 0), "An element behind the list of extensions, inside its [3].", DO(C_INSIDE(LEAF, "extensions", "0500"))),
    REFUSE("certificate-trailing-in-signature-bits", "certificate-trailing-bytes", MEDIUM, NATT_E_DER_TRAILING, LEAF, INTEGER(LEAF, 2), "An element behind the signature, inside its BIT STRING: nobody signs it.", DO(C_INSIDE(LEAF, "signature", "0500"))),
    REFUSE("certificate-trailing-in-signature", "certificate-trailing-bytes", MEDIUM, NATT_E_DER_TRAILING, LEAF, INTEGER(LEAF, 2), "A third INTEGER in the signature: nobody signs it.", DO(C_INSIDE(LEAF, "signature-sequence", "020101"))),
    REFUSE("certificate-trailing-in-spki", "certificate-trailing-bytes", MEDIUM, NATT_E_DER_TRAILING, LEAF, TBS(LEAF, E_SPKI, 120), "An element behind the key, inside SubjectPublicKeyInfo.", DO(SPKI(LEAF, 1, 1, "78"), SPKI(LEAF, 120, 0, "0500"))),
    REFUSE("certificate-trailing-in-one-extension", "certificate-trailing-bytes", LOW, NATT_E_DER_TRAILING, LEAF, EXTENSION(LEAF, 2, 11), "An element behind an extension's value.", DO(RAW_EXT(LEAF, "300b06032a0304040205000500"))),
    REFUSE("certificate-unique-ids", "certificate-tag", LOW, NATT_E_DER_TAG, LEAF, TBS(LEAF, 7, 0), "An issuer's unique identifier, which RFC 5280 tells not to use.", DO(PART(LEAF, "unique-ids", "81020001"))),
    REFUSE("certificate-signature-unused-bits", "certificate-bit-string", LOW, NATT_E_DER_BIT_STRING, LEAF, OUTER(LEAF, E_SIGNATURE, 0), "A signature of which one bit is unused: another encoding of the same certificate.", DO(PART(LEAF, "unused-bits", "01"))),
    REFUSE("certificate-signature-empty", "certificate-bit-string", MEDIUM, NATT_E_DER_BIT_STRING, LEAF, OUTER(LEAF, E_SIGNATURE, 0), "A signature of no bits, not even their number.", DO(PART(LEAF, "signature-value", "0300"))),
    REFUSE("certificate-signature-empty-then-zero", "certificate-bit-string", MEDIUM, NATT_E_DER_BIT_STRING, LEAF, OUTER(LEAF, E_SIGNATURE, 0), "A signature of no bits with a zero octet behind it, which is not its number of unused bits.", DO(PART(LEAF, "signature-value", "030000"))),
    REFUSE("certificate-signature-null", "certificate-tag", MEDIUM, NATT_E_DER_TAG, LEAF, OUTER(LEAF, E_SIGNATURE, 0), "NULL in place of the signature.", DO(PART(LEAF, "signature-value", "0500"))),
    REFUSE("certificate-without-signature", "certificate-truncated", CRITICAL, NATT_E_DER_TRUNCATED, LEAF, OUTER(LEAF, E_SIGNATURE, 0), "The certificate ends behind the algorithm: there is no signature.", DO(PART(LEAF, "signature-value", ""))),
};

#define BOUND_OF_16 DIFFER("The bound is ours; genuine certificates have at most 5.")
static const struct natt_vector extensions[] = {
    REFUSE("extension-twice", "certificate-extension-duplicate", HIGH, NATT_E_X509_EXTENSION_DUPLICATE, LEAF, EXTENSION(LEAF, 3, 0), "An unknown extension twice.", DO(ADD_EXT(LEAF, "1.2.3.4", 0, "0500"), ADD_EXT(LEAF, "1.2.3.4", 0, "0101ff"))),
    REFUSE("extension-basic-constraints-twice", "certificate-extension-duplicate", HIGH, NATT_E_X509_EXTENSION_DUPLICATE, LEAF, EXTENSION(LEAF, 2, 0), "basicConstraints twice, first as a leaf's and then as a CA's.", DO(ADD_EXT(LEAF, BASIC_CONSTRAINTS, 1, "30030101ff"))),
    REFUSE("extension-key-usage-twice", "certificate-extension-duplicate", HIGH, NATT_E_X509_EXTENSION_DUPLICATE, 3, EXTENSION(3, 4, 0), "keyUsage of a CA twice, with equal values.", DO(ADD_EXT(3, KEY_USAGE, 1, "03020204"))),
    ACCEPT("extension-count-15", "certificate-extension-count", "R-X509-12", "15 extensions.", DO(ADD_EXTS(LEAF, 13)), BOUND_OF_16),
    ACCEPT("extension-count-16", "certificate-extension-count", "R-X509-12", "16 extensions, the most that are read.", DO(ADD_EXTS(LEAF, 14)), BOUND_OF_16),
    REFUSE("extension-count-17", "certificate-extension-count", LOW, NATT_E_X509_EXTENSION_COUNT, LEAF, EXTENSION(LEAF, 16, 0), "17 extensions.", DO(ADD_EXTS(LEAF, 15)), BOUND_OF_16),
    REFUSE("extension-count-0", "certificate-extension-count", LOW, NATT_E_X509_EXTENSION_COUNT, LEAF, TBS(LEAF, E_EXTENSIONS, 2), "An empty list of extensions: RFC 5280 wants at least one, or no list.", DO(RAW_EXTS(LEAF, "3000"))),
    ACCEPT("extension-unknown", "certificate-extension-unknown", "R-CHAIN-02", "An unknown extension that is not critical is ignored.", DO(ADD_EXT(LEAF, "1.2.3.4", 0, "0500"))),

#define USAGE(id, class_name, code, hex, text) REFUSE(id, class_name, MEDIUM, code, LEAF, EXTENSION(LEAF, 1, 9), text, DO(EXT(LEAF, KEY_USAGE, 0, hex)))
    USAGE("key-usage-empty", "certificate-key-usage-empty", NATT_E_X509_KEY_USAGE_EMPTY, "030100", "keyUsage without a bit: RFC 5280 wants at least one."),
    USAGE("key-usage-no-octet", "certificate-bit-string", NATT_E_DER_BIT_STRING, "0300", "keyUsage without even the number of unused bits."),
    USAGE("key-usage-unused-bit-set", "certificate-bit-string", NATT_E_DER_BIT_STRING, "030206c1", "keyUsage in which an unused bit is set."),
    USAGE("key-usage-trailing-zero-bits", "certificate-bit-string", NATT_E_DER_BIT_STRING, "030200c0", "keyUsage with trailing zero bits, which DER leaves out of named bits."),
    USAGE("key-usage-8-unused-bits", "certificate-bit-string", NATT_E_DER_BIT_STRING, "030208c0", "keyUsage with eight unused bits in an octet: shifting by 8 is a trap."),
    USAGE("key-usage-32-unused-bits", "certificate-bit-string", NATT_E_DER_BIT_STRING, "030220c0", "keyUsage with 32 unused bits: shifting by 32 is undefined in C."),
    USAGE("key-usage-unused-bits-of-nothing", "certificate-bit-string", NATT_E_DER_BIT_STRING, "030101", "keyUsage with an unused bit and no octet."),
    USAGE("key-usage-4-octets", "certificate-bit-string", NATT_E_DER_BIT_STRING, "030500010101c0", "keyUsage of four octets: there are nine bits only."),
    USAGE("key-usage-3-octets", "certificate-bit-string", NATT_E_DER_BIT_STRING, "030407800080", "keyUsage of 17 bits, the last one set: there are nine bits only."),
    USAGE("key-usage-32-unused-bits-odd", "certificate-bit-string", NATT_E_DER_BIT_STRING, "030220c1", "keyUsage with 32 unused bits, of which the last one is set: a shift by 32 that does nothing accepts it."),
    ACCEPT("key-usage-9-bits", "certificate-key-usage", "R-CHAIN-08", "keyUsage of nine bits: digitalSignature, keyAgreement and decipherOnly, which is the last one.", DO(EXT(LEAF, KEY_USAGE, 0, "0303078880"))),
    REFUSE("key-usage-encipher-only", "certificate-key-usage", HIGH, NATT_E_CHAIN_LEAF_DIGITAL_SIGNATURE, LEAF, CERT(LEAF, 0), "keyUsage of the leaf with the eighth bit alone: not empty, and no digitalSignature.", DO(EXT(LEAF, KEY_USAGE, 0, "03020001"))),
    USAGE("key-usage-octet-string", "certificate-tag", NATT_E_DER_TAG, "040206c0", "keyUsage as an OCTET STRING."),

#define CONSTRAINTS(id, class_name, code, inside, hex, text) REFUSE(id, class_name, MEDIUM, code, 1, EXTENSION(1, 0, 12 + (inside)), text, DO(EXT(1, BASIC_CONSTRAINTS, 1, hex)))
    CONSTRAINTS("basic-constraints-false-spelt-out", "certificate-boolean", NATT_E_DER_BOOLEAN, 2, "3003010100", "cA FALSE spelt out, though it is the default."),
    CONSTRAINTS("basic-constraints-true-as-01", "certificate-boolean", NATT_E_DER_BOOLEAN, 2, "3003010101", "cA TRUE as 01: BER takes every value but 0 for true, DER FF only."),
    CONSTRAINTS("basic-constraints-boolean-empty", "certificate-boolean", NATT_E_DER_BOOLEAN, 2, "30020100", "cA of no octets."),
    CONSTRAINTS("basic-constraints-boolean-2-octets", "certificate-boolean", NATT_E_DER_BOOLEAN, 2, "30040102ffff", "cA of two octets."),
    CONSTRAINTS("basic-constraints-path-length-negative", "certificate-integer", NATT_E_DER_INTEGER, 5, "30060101ff0201ff", "A path length of -1: large where it is read as unsigned."),
    CONSTRAINTS("basic-constraints-path-length-padded", "certificate-integer", NATT_E_DER_INTEGER, 5, "30070101ff02020000", "A path length with a zero octet too many."),
    CONSTRAINTS("basic-constraints-path-length-5-octets", "certificate-integer", NATT_E_DER_INTEGER, 5, "300a0101ff02050100000000", "A path length of 2^32: 0 in 32 bits."),
    CONSTRAINTS("basic-constraints-path-length-9-octets", "certificate-integer", NATT_E_DER_INTEGER, 5, "300e0101ff0209010000000000000002", "A path length of 2^64+2: 2 in 64 bits."),
    CONSTRAINTS("basic-constraints-trailing", "certificate-trailing-bytes", NATT_E_DER_TRAILING, 8, "30080101ff0201000500", "An element behind the path length."),
    CONSTRAINTS("basic-constraints-no-sequence", "certificate-tag", NATT_E_DER_TAG, 0, "0101ff", "cA without the SEQUENCE around it."),
    CONSTRAINTS("basic-constraints-path-length-null", "certificate-tag", NATT_E_DER_TAG, 5, "30050101ff0500", "NULL in place of the path length."),
    CONSTRAINTS("basic-constraints-behind", "certificate-trailing-bytes", NATT_E_DER_TRAILING, 2, "30000500", "An element behind the SEQUENCE, inside the extension's value."),
    CONSTRAINTS("basic-constraints-boolean-behind", "certificate-trailing-bytes", NATT_E_DER_TRAILING, 2, "30000101ff", "cA TRUE behind the SEQUENCE instead of inside."),
    CONSTRAINTS("basic-constraints-indefinite", "certificate-length", NATT_E_DER_LENGTH, 1, "3080", "A SEQUENCE of indefinite length."),
    CONSTRAINTS("basic-constraints-length-not-shortest", "certificate-length", NATT_E_DER_LENGTH, 1, "3081030101ff", "A length of 3 in two octets."),
    REFUSE("extension-critical-false-spelt-out", "certificate-boolean", LOW, NATT_E_DER_BOOLEAN, LEAF, EXTENSION(LEAF, 2, 7), "critical FALSE spelt out, though it is the default.", DO(RAW_EXT(LEAF, "300c06032a030401010004020000"))),
    REFUSE("extension-critical-as-01", "certificate-boolean", MEDIUM, NATT_E_DER_BOOLEAN, LEAF, EXTENSION(LEAF, 2, 7), "critical TRUE as 01.", DO(RAW_EXT(LEAF, "300c06032a030401010104020000"))),
    REFUSE("extension-oid-empty", "certificate-oid", LOW, NATT_E_DER_OID, LEAF, EXTENSION(LEAF, 2, 2), "An extension with an object identifier of no arcs.", DO(RAW_EXT(LEAF, "30050600040100"))),
    REFUSE("extension-oid-padded", "certificate-oid", HIGH, NATT_E_DER_OID, LEAF, EXTENSION(LEAF, 2, 2), "basicConstraints under an identifier with a padded arc: is it the same extension?", DO(RAW_EXT(LEAF, "300d060455801d13040530030101ff"))),
    REFUSE("extension-oid-unended", "certificate-oid", LOW, NATT_E_DER_OID, LEAF, EXTENSION(LEAF, 2, 2), "An extension whose object identifier never ends.", DO(RAW_EXT(LEAF, "300706025580040100"))),
    REFUSE("extension-oid-unended-after-81", "certificate-oid", LOW, NATT_E_DER_OID, LEAF, EXTENSION(LEAF, 2, 2), "An object identifier that ends with 81, inside an arc.", DO(RAW_EXT(LEAF, "300706025581040100"))),
    REFUSE("extension-oid-zero-arcs", "certificate-oid", LOW, NATT_E_DER_OID, LEAF, EXTENSION(LEAF, 2, 2), "An object identifier of two zero arcs and an 80.", DO(RAW_EXT(LEAF, "3009060300008004020500"))),
    ACCEPT("extension-oid-of-one-octet", "certificate-oid", "R-DER-08", "An unknown extension with an object identifier of one octet.", DO(RAW_EXT(LEAF, "300706012a04020500")), DIFFER("It has two arcs, and names no extension that anybody could define; some parsers want more.")),
    ACCEPT("extension-oid-arc-127", "certificate-oid", "R-DER-08", "An unknown extension whose last arc is 127, the largest in one octet.", DO(ADD_EXT(LEAF, "1.2.3.4.127", 0, "0500"))),
    ACCEPT("extension-oid-arc-2-21", "certificate-oid", "R-DER-08", "An unknown extension with the arc 2^21, written 81 80 80 00: 80 is padding only where an arc begins.", DO(ADD_EXT(LEAF, "1.2.2097152", 0, "0500"))),
    REFUSE("extension-value-head-only", "certificate-truncated", MEDIUM, NATT_E_DER_TRUNCATED, LEAF, EXTENSION(LEAF, 2, 8), "An extension that ends behind the tag of its value.", DO(RAW_EXT(LEAF, "300606032a030404"))),
    REFUSE("extension-critical-head-only", "certificate-truncated", LOW, NATT_E_DER_TRUNCATED, LEAF, EXTENSION(LEAF, 2, 8), "An extension that ends behind the tag of critical.", DO(RAW_EXT(LEAF, "300606032a030401"))),
    REFUSE("extension-value-is-null", "certificate-tag", LOW, NATT_E_DER_TAG, LEAF, EXTENSION(LEAF, 2, 7), "An extension's value that is no OCTET STRING.", DO(RAW_EXT(LEAF, "300706032a03040500"))),
};
/* clang-format on */

const struct natt_vector_group natt_group_extension = {
    "extension", "DER lengths and leftovers of a certificate, and its extensions.", {TABLE(der), TABLE(extensions)}};
