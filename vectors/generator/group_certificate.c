/*
 * One certificate's shape. Each edit is in a certificate that its issuer then signs, so nothing else is wrong.
 */
#include "vectors/generator/steps.h"

#define P_HEX "ff*31 feffffffff 00*8 ffffffff"
#define N_HEX "ff*24 c7634d81f4372ddf581a0db248b0a77aecec196accc52973"

#define VERSION(id, hex, text)                                                                                         \
    REFUSE("certificate-version-" id, MEDIUM, X509_VERSION, TBS(LEAF, E_VERSION, 0), DO(PART(LEAF, version, hex)), text)
#define SERIAL(id, reason, hex, text)                                                                                  \
    REFUSE("certificate-serial-" id, MEDIUM, reason, TBS(LEAF, E_SERIAL, 0), DO(PART(LEAF, serial, hex)), text)
#define GOOD_SERIAL(id, hex, text)                                                                                     \
    ACCEPT("certificate-serial-" id, "certificate-serial", "R-X509-02", DO(PART(LEAF, serial, hex)), text)
#define ALGORITHM(cert, hex) PART(cert, tbs_algorithm, hex), PART(cert, algorithm, hex)
#define INNER(id, severity, hex, text)                                                                                 \
    REFUSE("certificate-signed-with-" id, severity, X509_SIGNATURE_ALGORITHM, TBS(LEAF, E_ALGORITHM, 0),               \
           DO(ALGORITHM(LEAF, hex)), text)
#define OUTER_IS(id, severity, hex, text)                                                                              \
    REFUSE("certificate-algorithm-outer-" id, severity, "certificate-algorithm-mismatch",                              \
           NATT_E_X509_ALGORITHM_MISMATCH, OUTER(LEAF, E_OUTER_ALGORITHM, 0), DO(PART(LEAF, algorithm, hex)), text)
static const struct natt_vector heads[] = {
    REFUSE("certificate-version-1-omitted", MEDIUM, X509_VERSION, TBS(LEAF, E_VERSION, 0), DO(NO_PART(LEAF, version)),
           "No version, which means 1: extensions would have no place."),
    VERSION("1", "a003020100", "Version 1 spelt out, though it is the default."),
    VERSION("2", "a003020101", "Version 2."),
    VERSION("4", "a003020103", "Version 4, which does not exist."),
    VERSION("negative", "a0030201ff", "Version 0 written as -1."),
    VERSION("padded", "a00402020002", "Version 3 with a padded integer."),
    VERSION("wrong-tag", "a103020102", "The version in [1] instead of [0]."),
    REFUSE("certificate-version-1-of-a-ca", HIGH, X509_VERSION, TBS(2, E_VERSION, 0),
           DO(PART(2, version, "a003020100")), "A CA of version 1: old validators take such a certificate for a CA."),

    GOOD_SERIAL("1", "020101", "The smallest serial number."),
    GOOD_SERIAL("19-octets", "02137f ff*18", "A serial number of 19 octets."),
    GOOD_SERIAL("20-octets", "02147f ff*19", "A serial number of 20 octets."),
    GOOD_SERIAL("20-octets-and-sign", "021500 ff*20",
                "20 octets and a sign octet: 14 of 20 genuine instance certificates look so, and a limit of 20 content "
                "octets refuses them."),
    SERIAL("21-octets", X509_SERIAL, "02157f ff*20", "A serial number of 21 octets without a sign octet."),
    SERIAL("21-octets-and-sign", X509_SERIAL, "021600 ff*21", "A serial number of 21 octets and a sign octet."),
    SERIAL("0", X509_SERIAL, "020100", "Serial number 0."),
    SERIAL("empty", DER_INTEGER, "0200", "A serial number of no octets."),
    SERIAL("padded", DER_INTEGER, "02020001",
           "A serial number with a leading zero octet too many: the same number in other bytes escapes a deny list of "
           "bytes."),
    SERIAL("negative", DER_INTEGER, "020180", "A negative serial number."),
    SERIAL("negative-19-octets", DER_INTEGER, "0213 ff*19", "A negative serial number that is padded, too."),
    SERIAL("octet-string", DER_TAG, "040101", "The serial number as an OCTET STRING."),

    INNER("sha256", HIGH, "300a06082a8648ce3d040302", "ecdsa-with-SHA256 inside and outside."),
    INNER("sha512", HIGH, "300a06082a8648ce3d040304", "ecdsa-with-SHA512 inside and outside."),
    INNER("sha1", HIGH, "300906072a8648ce3d0401", "ecdsa-with-SHA1 inside and outside."),
    INNER("null-parameters", LOW, "300c06082a8648ce3d0403030500",
          "ecdsa-with-SHA384 with NULL parameters, which must be absent."),
    INNER("rsa", HIGH, "300d06092a864886f70d01010c0500", "sha384WithRSAEncryption inside and outside."),
    INNER("ed25519", HIGH, "300506032b6570", "Ed25519 inside and outside."),
    REFUSE("certificate-signed-with-sha256-of-a-ca", HIGH, X509_SIGNATURE_ALGORITHM, TBS(1, E_ALGORITHM, 0),
           DO(ALGORITHM(1, "300a06082a8648ce3d040302")), "ecdsa-with-SHA256 in a CA."),
    OUTER_IS("sha256", HIGH, "300a06082a8648ce3d040302",
             "ecdsa-with-SHA256 outside, SHA384 inside: the outer one is not signed."),
    OUTER_IS("null-parameters", LOW, "300c06082a8648ce3d0403030500", "NULL parameters outside only."),
    OUTER_IS("rsa", HIGH, "300d06092a864886f70d01010c0500", "RSA outside only."),
    OUTER_IS("ed25519", HIGH, "300506032b6570", "Ed25519 outside only."),
};

#define SUBJECT(id, severity, reason, inside, hex, text)                                                               \
    REFUSE("certificate-name-" id, severity, reason, TBS(LEAF, E_SUBJECT, inside), DO(PART(LEAF, subject, hex)), text)
#define BAD_NAME(id, severity, type, hex, text)                                                                        \
    REFUSE("certificate-name-" id, severity, X509_NAME, TBS(LEAF, E_SUBJECT, 11), DO(COMMON_NAME(LEAF, type, hex)),    \
           text)
#define CONTROL(id, type, hex, which) BAD_NAME(id, MEDIUM, type, hex, "A control character, the " which ".")
#define CONTROLS(id, type, text)                                                                                       \
    CONTROL(id "7-of-7", type, "6162636465661f", "last of 7 in " text),                                                \
        CONTROL(id "1-of-8", type, "7f62636465666768", "first of 8 in " text),                                         \
        CONTROL(id "8-of-8", type, "616263646566671f", "last of 8 in " text),                                          \
        CONTROL(id "1-of-9", type, "1f6263646566676869", "first of 9 in " text),                                       \
        CONTROL(id "9-of-9", type, "61626364656667687f", "last of 9 in " text),                                        \
        CONTROL(id "1-of-17", type, "1f62636465666768696a6b6c6d6e6f7071", "first of 17 in " text),                     \
        CONTROL(id "10-of-17", type, "6162636465666768691f6b6c6d6e6f7071", "tenth of 17 in " text),                    \
        CONTROL(id "17-of-17", type, "6162636465666768696a6b6c6d6e6f701f", "last of 17 in " text)
#define GOOD_NAME(id, type, hex, ...)                                                                                  \
    ACCEPT("certificate-name-" id, "certificate-name", "R-X509-05", DO(COMMON_NAME(LEAF, type, hex)), __VA_ARGS__)
#define OCTETS(len, hex, text)                                                                                         \
    ACCEPT("certificate-name-of-" #len "-octets", "certificate-length", "R-DER-03", DO(PART(LEAF, subject, hex)),      \
           "A name of " #len " octets: " text)
#define EMAIL(len, hex)                                                                                                \
    ACCEPT("certificate-name-ascii-of-" #len, "certificate-name", "R-X509-05", DO(PART(LEAF, subject, hex)),           \
           "An e-mail address of " #len " characters, an IA5String, from a space to a tilde.")
static const struct natt_vector names[] = {
    BAD_NAME("empty-text", LOW, UTF8, "", "A common name without a character."),
    BAD_NAME("nul", HIGH, UTF8, "610062",
             "A zero byte in a common name: C strings end there, and two names become one."),
    BAD_NAME("escape", MEDIUM, UTF8, "611b", "An escape character in a common name: it would steer a terminal."),
    BAD_NAME("newline", MEDIUM, UTF8, "610a", "A newline in a common name: it would forge a line of a log."),
    BAD_NAME("delete", LOW, PRINTABLE, "7f61", "A delete character in a PrintableString."),
    BAD_NAME("c1-first", MEDIUM, UTF8, "61c280", "U+0080, the first of the C1 control characters, in a UTF8String."),
    BAD_NAME("c1-csi", MEDIUM, UTF8, "61c29b",
             "U+009B, the control sequence introducer: it would steer a terminal as an escape character does."),
    BAD_NAME("c1-last", MEDIUM, UTF8, "61c29f", "U+009F, the last of the C1 control characters."),
    GOOD_NAME("behind-c1", UTF8, "61c2a0", "U+00A0, a no-break space, is behind the C1 control characters."),
    GOOD_NAME("80-behind-another-lead", UTF8, "61c380",
              "U+00C0 ends in the byte 80, as U+0080 does, and is no control character."),
    BAD_NAME("printable-asterisk", LOW, PRINTABLE, "2a61", "An asterisk in a PrintableString: X.680 does not have it."),
    BAD_NAME("printable-at", LOW, PRINTABLE, "6140", "An at sign in a PrintableString."),
    BAD_NAME("printable-underscore", LOW, PRINTABLE, "5f61", "An underscore in a PrintableString."),
    GOOD_NAME("printable-alphabet", PRINTABLE, "205a7a3930412761282b2c2d292e2f3a3d3f4161",
              "All punctuation that a PrintableString may have, and the ends of its ranges."),
    SUBJECT("two-attributes", MEDIUM, X509_NAME, 2, "301631143008060355040a0c0141300806035504030c0141",
            "Two attributes in one RDN: their order would need a rule."),
    SUBJECT("no-rdn", MEDIUM, X509_NAME, 0, "3000", "A name without an RDN."),
    SUBJECT("empty-rdn", MEDIUM, X509_NAME, 2, "30023100", "An RDN without an attribute."),
    BAD_NAME("not-utf8", LOW, UTF8, "c328", "A UTF8String that is not UTF-8."),
    BAD_NAME("printable-beyond-ascii", LOW, PRINTABLE, "ff", "A PrintableString with a byte beyond ASCII."),
    CONTROLS("control-", PRINTABLE, "a PrintableString"),
    CONTROLS("ia5-control-", IA5, "an IA5String"),
    BAD_NAME("ia5-beyond-ascii", LOW, IA5, "ff", "An IA5String with a byte beyond ASCII."),
    BAD_NAME("c1-alone", MEDIUM, UTF8, "c285", "U+0085 alone: a C1 control character at the very beginning."),
    BAD_NAME("control-behind-umlaut", MEDIUM, UTF8, "c3a91f", "A control character (1f) behind a letter beyond ASCII."),
    BAD_NAME("delete-behind-umlaut", MEDIUM, UTF8, "c3a97f", "A delete character (7f) behind a letter beyond ASCII."),
    GOOD_NAME("beyond-ascii", UTF8, "c3a9207e",
              "A letter beyond ASCII, a space and a tilde, the first and last printable characters."),
    EMAIL(7, "30183116301406092a864886f70d01090116072061626364657e"),
    EMAIL(8, "30193117301506092a864886f70d0109011608206162636465667e"),
    EMAIL(9, "301a3118301606092a864886f70d010901160920616263646566677e"),
    EMAIL(17, "30223120301e06092a864886f70d0109011611206162636465666768696a6b6c6d6e6f7e"),
    SUBJECT("attribute-too-long", HIGH, DER_TRUNCATED, 6, "300c310a300906035504030c0141",
            "An attribute one octet longer than the RDN around it: a parser must not read on into the key."),
    OCTETS(127, "307f317d307b060355040d0c74 61*116", "the last length of one octet."),
    OCTETS(128, "308180317e307c060355040d0c75 61*117", "the first length of two octets."),
    OCTETS(255, "3081ff3181fc3081f9060355040d0c81f1 61*241", "the last length of two octets."),
    OCTETS(256, "308201003181fd3081fa060355040d0c81f2 61*242", "the first length of three octets."),
    SUBJECT("length-127-in-2-octets", LOW, DER_LENGTH, 1, "30817f317d307b060355040d0c74 61*116",
            "A length of 127 in two octets where one is enough."),
    SUBJECT("length-255-in-3-octets", LOW, DER_LENGTH, 1, "308200ff3181fc3081f9060355040d0c81f1 61*241",
            "A length of 255 in three octets where two are enough."),
    BAD_NAME("bmp", LOW, BMP, "41", "A BMPString: two bytes a character, here one."),
    BAD_NAME("teletex", LOW, TELETEX, "41", "A TeletexString, in an encoding nobody agrees on."),
    BAD_NAME("sequence", LOW, SEQUENCE, "41", "A SEQUENCE where the text must be."),
    SUBJECT("oid-unended", LOW, DER_OID, 6, "300c310a300806035504800c0141",
            "An object identifier whose last arc never ends."),
    SUBJECT("oid-empty", LOW, DER_OID, 6, "30093107300506000c0141", "An object identifier of no arcs."),
    SUBJECT("oid-padded", LOW, DER_OID, 6, "300d310b30090604558004030c0141",
            "An arc with a leading 80: the same identifier in other bytes."),
    SUBJECT("trailing", LOW, DER_TRAILING, 14, "300e310c300a06035504030c01410500",
            "An element behind the text, inside the attribute."),
    SUBJECT("is-set", LOW, DER_TAG, 0, "3103020101", "A SET where the name's SEQUENCE must be."),
    SUBJECT("rdn-is-sequence", LOW, DER_TAG, 2, "300a30080603550403080141", "A SEQUENCE where the RDN's SET must be."),
    GOOD_NAME("utf8-string", UTF8, "41", "A leaf whose common name is a UTF8String."),
    GOOD_NAME("printable-string", PRINTABLE, "41", "The same as a PrintableString."),
    GOOD_NAME("ia5-string", IA5, "41", "The same as an IA5String.",
              DIFFER("X.520 does not list IA5String for common names; many validators do not look.")),
};

#define UTC(id, value, text)                                                                                           \
    REFUSE("certificate-time-" id, MEDIUM, X509_TIME, TBS(LEAF, E_VALIDITY, 2), DO(NOT_BEFORE(LEAF, UTC_TIME, value)), \
           text)
#define GENERAL(id, value, text)                                                                                       \
    REFUSE("certificate-time-generalized-" id, MEDIUM, X509_TIME, TBS(LEAF, E_VALIDITY, 2),                            \
           DO(NOT_BEFORE(LEAF, GENERALIZED, value)), text)
#define SINCE(id, form, value, text)                                                                                   \
    ACCEPT("certificate-time-" id, "certificate-time-form", "R-X509-06", DO(NOT_BEFORE(LEAF, form, value)), text)
#define UNTIL(id, form, value, text)                                                                                   \
    ACCEPT("certificate-time-" id, "certificate-time-form", "R-X509-06", DO(NOT_AFTER(LEAF, form, value)), text)
#define FROM_TO(from, to) NOT_BEFORE(LEAF, UTC_TIME, from), NOT_AFTER(LEAF, UTC_TIME, to)
static const struct natt_vector dates[] = {
    UTC("without-seconds", "2510090853Z", "A UTCTime without seconds."),
    UTC("with-offset", "251009085320+0000", "A UTCTime with an offset instead of Z."),
    UTC("lower-case-z", "251009085320z", "A UTCTime with a small z."),
    UTC("without-z", "251009085320", "A UTCTime without Z: local time, but where?"),
    UTC("30-february", "250230085320Z", "30 February."),
    UTC("29-february-2025", "250229085320Z", "29 February in a year that is no leap year."),
    UTC("month-13", "251309085320Z", "Month 13."),
    UTC("month-0", "250009085320Z", "Month 0."),
    UTC("day-0", "251000085320Z", "Day 0."),
    UTC("day-32", "251032085320Z", "Day 32."),
    UTC("day-31-april", "250431085320Z", "31 April."),
    UTC("hour-24", "251009245320Z", "Hour 24."),
    UTC("minute-60", "251009086020Z", "Minute 60."),
    UTC("second-60", "251009085360Z", "Second 60: a leap second is no time here."),
    UTC("letter", "25100908532xZ", "A letter among the digits."),
    UTC("space", "251009 85320Z", "A space among the digits, which strtol skips."),
    UTC("sign", "25100908+320Z", "A sign among the digits, which strtol takes."),
    UTC("letter-in-year", "x51009085320Z", "A letter in the year."),
    UTC("colon-in-year", ":51009085320Z", "A colon in the year: as a digit it would be ten."),
    UTC("colon-in-hour", "2510090:5320Z", "A colon in the hour: as a digit it would be ten."),
    UTC("slash-in-hour", "2510091/5320Z", "A slash in the hour: as a digit it would be minus one."),
    UTC("behind-z", "251009085320Z0", "A character behind the Z of a UTCTime."),
    UTC("four-digit-year", "20251009085320Z", "A UTCTime with a year of four digits."),
    UTC("empty", "", "A UTCTime of no characters."),
    GENERAL("2025", "20251009085320Z", "A GeneralizedTime before 2050: RFC 5280 wants UTCTime there."),
    GENERAL("end-of-2049", "20491231235959Z", "The last second that must be a UTCTime, as a GeneralizedTime."),
    GENERAL("fraction", "20500101000000.0Z", "A GeneralizedTime with a fraction of a second."),
    GENERAL("without-seconds", "205001010000Z", "A GeneralizedTime without seconds."),
    GENERAL("two-digit-year", "510101000000Z", "A GeneralizedTime with a year of two digits."),
    GENERAL("2100-leap-day", "21000229000000Z", "29 February 2100: centuries are no leap years."),
    GENERAL("letter-in-year", "21x00101000000Z", "A letter in the year of a GeneralizedTime."),
    GENERAL("behind-z", "20500101000000Z0", "A character behind the Z of a GeneralizedTime."),
    UNTIL("year-2100", GENERALIZED, "21000101000000Z", "notAfter in the first second of 2100."),
    SINCE("leap-day-2000", UTC_TIME, "000229000000Z",
          "notBefore on 29 February 2000: every fourth century has its leap day."),
    SINCE("28-february", UTC_TIME, "250228000000Z", "notBefore on 28 February of this year, which has passed."),
    UNTIL("1-march", UTC_TIME, "260301000000Z", "notAfter on 1 March of next year, which is to come."),
    REFUSE("certificate-time-is-text", LOW, DER_TAG, TBS(LEAF, E_VALIDITY, 2),
           DO(NOT_BEFORE(LEAF, IA5, "251009085320Z")), "An IA5String where a time must be."),
    ACCEPT("certificate-time-1950-to-2049", "certificate-time-form", "R-X509-06",
           DO(FROM_TO("500101000000Z", "491231235959Z")),
           "From the first to the last second that UTCTime can say: 50 is 1950 and 49 is 2049.",
           DIFFER("RFC 5280 allows it; a verifier that counts seconds since 1970 without a sign may refuse.")),
    UNTIL("from-2050", GENERALIZED, "20500101000000Z", "notAfter in the first second that is a GeneralizedTime."),
    UNTIL("end-of-9999", GENERALIZED, "99991231235959Z",
          "notAfter 99991231235959Z, which RFC 5280 gives to certificates without an end."),
    SINCE("leap-day-2024", UTC_TIME, "240229120000Z", "notBefore on 29 February 2024, which was a real day."),
    REFUSE("certificate-validity-reversed", MEDIUM, X509_VALIDITY, TBS(LEAF, E_VALIDITY, 0),
           DO(FROM_TO("251009085321Z", "251009085320Z")), "notBefore one second after notAfter."),
    ACCEPT("certificate-validity-of-one-second", "certificate-validity", "R-X509-07",
           DO(FROM_TO("251009085320Z", "251009085320Z")), "notBefore equal to notAfter: valid for that whole second."),
};

#define KEY_IS(id, severity, hex, text)                                                                                \
    REFUSE("certificate-key-" id, severity, X509_KEY_ALGORITHM, TBS(LEAF, E_SPKI, 2), DO(CURVE(LEAF, hex)), text)
#define POINT_FORM(id, hex, text)                                                                                      \
    REFUSE("certificate-point-" id, HIGH, X509_POINT_FORM, TBS(LEAF, E_SPKI, 20), DO(SPKI(LEAF, 23, 1, hex)), text)
#define POINT_LEN(id, len, text)                                                                                       \
    REFUSE("certificate-point-" id, HIGH, X509_POINT_FORM, TBS(LEAF, E_SPKI, 20), DO(POINT(LEAF, "04*" #len)), text)
#define OFF_CURVE(id, steps_of, text)                                                                                  \
    REFUSE("certificate-point-" id, CRITICAL, X509_POINT_NOT_ON_CURVE, TBS(LEAF, E_SPKI, 24), DO(steps_of), text)
static const struct natt_vector keys[] = {
    KEY_IS("p256", HIGH, "301306072a8648ce3d020106082a8648ce3d030107", "A key that says it is on P-256."),
    KEY_IS("p521", HIGH, "301006072a8648ce3d020106052b81040023", "A key that says it is on P-521."),
    KEY_IS("secp256k1", HIGH, "301006072a8648ce3d020106052b8104000a", "A key that says it is on secp256k1."),
    KEY_IS("brainpool", HIGH, "301406072a8648ce3d020106092b240303020801010b",
           "A key that says it is on brainpoolP384r1: as long, another curve."),
    KEY_IS("without-curve", HIGH, "300b06072a8648ce3d02010500", "A key with NULL instead of a curve."),
    KEY_IS("rsa", HIGH, "300d06092a864886f70d0101010500", "A key that says it is RSA."),
    KEY_IS("ecdh-only", MEDIUM, "300e06052b8104010c06052b81040022", "A key that says it is for ECDH only."),
    KEY_IS("explicit-curve", HIGH, "300d06072a8648ce3d020130020101",
           "A curve with parameters of its own: whoever chooses the generator can forge (CVE-2020-0601)."),
    POINT_FORM("compressed-even", "02", "A compressed point's prefix (even y) in front of both coordinates."),
    POINT_FORM("compressed-odd", "03", "A compressed point's prefix (odd y)."),
    POINT_FORM("hybrid-even", "06", "A hybrid point (even y): valid in X9.62, forbidden in RFC 5480."),
    POINT_FORM("hybrid-odd", "07", "A hybrid point (odd y)."),
    POINT_FORM("prefix-0", "00", "The prefix of the point at infinity in front of coordinates."),
    POINT_FORM("prefix-5", "05", "A prefix that does not exist."),
    POINT_LEN("empty", 0, "No point at all."),
    POINT_LEN("1-octet", 1, "A point of one octet."),
    POINT_LEN("49-octets", 49, "A point of 49 octets, as long as a compressed one."),
    POINT_LEN("96-octets", 96, "A point one octet too short."),
    POINT_LEN("98-octets", 98, "A point one octet too long."),
    REFUSE("certificate-point-infinity", CRITICAL, X509_POINT_FORM, TBS(LEAF, E_SPKI, 20), DO(POINT(LEAF, "00")),
           "The point at infinity as a key: every signature with r equal to x(e/s G) would hold."),
    REFUSE("certificate-point-unused-bits", LOW, DER_BIT_STRING, TBS(LEAF, E_SPKI, 20), DO(SPKI(LEAF, 22, 1, "01")),
           "A key of which one bit is unused."),
    OFF_CURVE("y-changed", SPKI(LEAF, 119, 1, "00"), "A point beside the curve: an invalid-curve attack."),
    OFF_CURVE("x-is-p", SPKI(LEAF, 24, 48, P_HEX), "x is p, which is 0 only modulo p."),
    OFF_CURVE("y-is-p", SPKI(LEAF, 72, 48, P_HEX), "y is p."),
    OFF_CURVE("zero", SPKI(LEAF, 24, 96, "00*96"), "x and y are 0: a common stand-in for infinity."),
    OFF_CURVE("all-ones", SPKI(LEAF, 24, 48, "ff*48"), "x is 2^384-1, above p."),
    REFUSE("certificate-point-of-a-ca-not-on-curve", CRITICAL, X509_POINT_NOT_ON_CURVE, TBS(1, E_SPKI, 24),
           DO(SPKI(1, 119, 1, "00")), "A CA's point beside the curve."),

#define IN_RANGE(id, edit, r_or_s, text)                                                                               \
    REFUSE("certificate-signature-" id, CRITICAL, X509_SIGNATURE_RANGE, INTEGER(LEAF, r_or_s),                         \
           DO(SIG_EDIT(LEAF, edit)), text)
    IN_RANGE("r-0", NATT_SIGNATURE_ZERO_R, 0, "r of the leaf's signature is 0."),
    IN_RANGE("s-0", NATT_SIGNATURE_ZERO_S, 1, "s of the leaf's signature is 0."),
    IN_RANGE("r-n", NATT_SIGNATURE_R_IS_N, 0, "r is the group order: 0 modulo n."),
    IN_RANGE("s-n", NATT_SIGNATURE_S_IS_N, 1, "s is the group order: 0 modulo n, which has no inverse."),
    REFUSE("certificate-signature-r-and-s-0", CRITICAL, X509_SIGNATURE_RANGE, INTEGER(1, 0),
           DO(SIG_R(1, "00"), SIG_S(1, "00")), "r and s of a CA's signature are 0 (CVE-2022-21449)."),
    REFUSE("certificate-signature-r-49-octets", HIGH, X509_SIGNATURE_RANGE, INTEGER(LEAF, 0),
           DO(SIG_R(LEAF, "01 00*48")), "r of 49 octets: it must not overrun a buffer of 48."),
    ACCEPT("certificate-signature-r-47-octets", "certificate-signature", "R-X509-14",
           DO(PART(LEAF, serial, "02024190")),
           "r of the leaf's signature has 47 octets: DER leaves the leading zero out, and a verifier puts it back."),
    ACCEPT("certificate-signature-s-47-octets", "certificate-signature", "R-X509-14",
           DO(PART(LEAF, serial, "02024106")), "s of the leaf's signature has 47 octets."),
#define R_DER(id, hex, text)                                                                                           \
    REFUSE("certificate-signature-r-" id, MEDIUM, DER_INTEGER, INTEGER(LEAF, 0), DO(SIG_R(LEAF, hex)), text)
    R_DER("negative", "80", "r is negative."),
    R_DER("padded", "0001", "r with a leading zero octet too many: another encoding of the same certificate."),
    R_DER("padded-7f", "007f", "r of 127 with a leading zero octet too many."),
    R_DER("empty", "", "r of no octets."),
    REFUSE("certificate-signature-raw", LOW, DER_TAG, OUTER(LEAF, E_SIGNATURE, 3), DO(SIG_RAW(LEAF, N_HEX " " N_HEX)),
           "r || s of 96 bytes, as COSE writes it, where DER must be."),
};

GROUP(certificate, "One certificate's shape: DER, version, serial, names, times, key, signature, extensions.",
      TABLE(heads), TABLE(names), TABLE(dates), TABLE(keys))
