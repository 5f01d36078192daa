/*
 * Boundaries that short loops and small buffers miss: duplicates at every distance, path lengths with that number of
 * CAs and one more, critical extensions with identifiers of every length.
 */
#include "vectors/generator/steps.h"

#define FOUR(row, a, b, c, d) row(a), row(b), row(c), row(d)

static const struct natt_row rows[] = {
#define EXTENSION_AGAIN(n, oid, hex)                                                                                   \
    REFUSE("extension-again-at-distance-" #n, HIGH, X509_EXTENSION_DUPLICATE, EXTENSION(LEAF, 15, 0),                  \
           DO(ADD_EXTS(LEAF, 13), ADD_EXT(LEAF, oid, 0, hex)),                                                         \
           "The last of 16 extensions repeats an earlier one, at distance " #n ".")
#define UNKNOWN_EXTENSION_AGAIN(n, last) EXTENSION_AGAIN(n, "1.3.6.1.4.1.32473.1." #last, "0500")
    UNKNOWN_EXTENSION_AGAIN(1, 12),
    UNKNOWN_EXTENSION_AGAIN(2, 11),
    UNKNOWN_EXTENSION_AGAIN(3, 10),
    UNKNOWN_EXTENSION_AGAIN(4, 9),
    UNKNOWN_EXTENSION_AGAIN(5, 8),
    UNKNOWN_EXTENSION_AGAIN(6, 7),
    UNKNOWN_EXTENSION_AGAIN(7, 6),
    UNKNOWN_EXTENSION_AGAIN(8, 5),
    UNKNOWN_EXTENSION_AGAIN(9, 4),
    UNKNOWN_EXTENSION_AGAIN(10, 3),
    UNKNOWN_EXTENSION_AGAIN(11, 2),
    UNKNOWN_EXTENSION_AGAIN(12, 1),
    UNKNOWN_EXTENSION_AGAIN(13, 0),
    EXTENSION_AGAIN(14, KEY_USAGE, "03020780"),
    EXTENSION_AGAIN(15, BASIC_CONSTRAINTS, "3000"),

#define FIELD_AGAIN(n)                                                                                                 \
    REFUSE("field-unknown-again-at-distance-" #n, HIGH, DOC_DUPLICATE_FIELD(none), LAST_KEY("x0", 0),                  \
           DO(UNKNOWN_ALLOWED, ADD_MANY(n), ADD("x0", "01")),                                                          \
           "An unknown field repeats an earlier one, at distance " #n ". The verifier allows unknown fields.")
    FOUR(FIELD_AGAIN, 1, 2, 3, 4),
    FOUR(FIELD_AGAIN, 5, 6, 7, 8),

#define PCR_AGAIN(n, index)                                                                                            \
    REFUSE("pcr-again-at-distance-" #n, HIGH, DOC_PCR_DUPLICATE(index), PCR(31, 0),                                    \
           DO(ADD_PCRS(16, 30), ADD_PCRS(index, index)),                                                               \
           "The last of 32 entries in pcrs is a second PCR" #index ", at distance " #n " from the first.")
    PCR_AGAIN(1, 30),
    PCR_AGAIN(2, 29),
    PCR_AGAIN(3, 28),
    PCR_AGAIN(4, 27),
    PCR_AGAIN(5, 26),
    PCR_AGAIN(7, 24),
    PCR_AGAIN(8, 23),
    PCR_AGAIN(9, 22),
    PCR_AGAIN(15, 16),
    PCR_AGAIN(16, 15),
    PCR_AGAIN(17, 14),
    PCR_AGAIN(24, 7),
    PCR_AGAIN(30, 1),
    PCR_AGAIN(31, 0),

#define LONG_BUNDLE LIMIT("AWS gives no maximum size of a bundle. Genuine bundles have 4 certificates.")
/* The first CA below the root has the path length. The bundle has 2 certificates more than CAs follow. */
#define SAYS(cert, length) NO_PATH_LENGTHS, EXT(cert, BASIC_CONSTRAINTS, 1, "30060101ff02010" #length)
#define PATH_KEPT(length, follow, ...)                                                                                 \
    ACCEPT("path-length-" #length "-followed-by-" #follow, CHAIN_PATH_LENGTH(1), DO(SAYS(1, length)),                  \
           "The path length of a CA is " #length ", and the number of CAs after it is " #follow ".", __VA_ARGS__)
#define PATH_BROKEN(length, follow, in_bundle)                                                                         \
    REFUSE("path-length-" #length "-followed-by-" #follow, HIGH, CHAIN_PATH_LENGTH(1), DO(SAYS(1, length)),            \
           "The path length of a CA is " #length ", and the number of CAs after it is " #follow ".",                   \
           ON(.bundle = in_bundle))
    PATH_KEPT(0, 0, ON(.bundle = 2)),
    PATH_BROKEN(0, 1, 3),
    PATH_KEPT(1, 1, ON(.bundle = 3)),
    PATH_BROKEN(1, 2, 4),
    PATH_KEPT(2, 2, ON(.bundle = 4)),
    PATH_BROKEN(2, 3, 5),
    PATH_KEPT(3, 3, ON(.bundle = 5), LONG_BUNDLE),
    PATH_BROKEN(3, 4, 6),
    PATH_KEPT(4, 4, ON(.bundle = 6), LONG_BUNDLE),
    PATH_BROKEN(4, 5, 7),
    PATH_KEPT(5, 5, ON(.bundle = 7), LONG_BUNDLE),
    PATH_BROKEN(5, 6, 8),
    PATH_KEPT(6, 6, ON(.bundle = 8), LONG_BUNDLE),
    PATH_KEPT(7, 6, ON(.bundle = 8), LONG_BUNDLE),
    PATH_BROKEN(0, 6, 8),
#define ROOT_SAYS(length) DO(SAYS(0, length), BUILT, OWN_ROOT)
    REFUSE("path-length-6-of-the-root-followed-by-7", HIGH, CHAIN_PATH_LENGTH(0), ROOT_SAYS(6),
           "A trusted root has a path length of 6, and seven CAs follow.", ON(.bundle = 8),
           DIFFER("RFC 5280 lets the verifier choose whether to apply the path length of a trust anchor.")),
    ACCEPT("path-length-7-of-the-root-followed-by-7", CHAIN_PATH_LENGTH(1), ROOT_SAYS(7),
           "A trusted root has a path length of 7, and seven CAs follow.", ON(.bundle = 8), LONG_BUNDLE),
    ACCEPT("path-length-8-of-the-root-followed-by-7", CHAIN_PATH_LENGTH(1), ROOT_SAYS(8),
           "A trusted root has a path length of 8, and seven CAs follow.", ON(.bundle = 8), LONG_BUNDLE),

#define CRITICAL_OID(octets)                                                                                           \
    REFUSE("extension-critical-oid-of-" #octets "-octets", HIGH, CHAIN_CRITICAL(LEAF),                                 \
           DO(ADD_OID_EXT(LEAF, octets, 1)),                                                                           \
           "An unknown critical extension has an object identifier with this number of octets: " #octets ".")
    FOUR(CRITICAL_OID, 1, 2, 3, 4),
    FOUR(CRITICAL_OID, 5, 6, 7, 8),
    FOUR(CRITICAL_OID, 9, 10, 11, 12),
    FOUR(CRITICAL_OID, 13, 15, 16, 17),
    FOUR(CRITICAL_OID, 20, 24, 31, 32),
    CRITICAL_OID(33),
    CRITICAL_OID(39),
    CRITICAL_OID(40),
    REFUSE("extension-critical-oid-of-40-octets-in-a-ca", HIGH, CHAIN_CRITICAL(1), DO(ADD_OID_EXT(1, 40, 1)),
           "A CA has an unknown critical extension whose object identifier has 40 octets."),
    ALLOWED("extension-oid-of-40-octets", "certificate-extension-unknown", "R-CHAIN-02", DO(ADD_OID_EXT(LEAF, 40, 0)),
            "An unknown extension that is not critical has an object identifier of 40 octets."),
};

GROUP_WITH_VALUES(boundaries,
                  "Duplicates at every distance, path lengths with every number of CAs, identifiers of every length.")
