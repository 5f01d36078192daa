/*
 * The format of one certificate. Its issuer signs it after the edit, so nothing else is wrong.
 */
#include "vectors/generator/steps.h"

#define P_HEX "ff*31 feffffffff 00*8 ffffffff"
#define N_HEX "ff*24 c7634d81f4372ddf581a0db248b0a77aecec196accc52973"

#define VERSION(id, hex, text)                                                                                         \
    REFUSE("certificate-version-" id, MEDIUM, X509_VERSION, TBS(LEAF, E_VERSION, 0), DO(PART(LEAF, version, hex)), text)
#define SERIAL(id, reason, hex, ...)                                                                                   \
    REFUSE("certificate-serial-" id, MEDIUM, reason, TBS(LEAF, E_SERIAL, 0), DO(PART(LEAF, serial, hex)),              \
           "The serial number " __VA_ARGS__)
#define GOOD_SERIAL(id, hex, text)                                                                                     \
    ACCEPT("certificate-serial-" id, X509_SERIAL, NO_CERT, DO(PART(LEAF, serial, hex)), "The serial number " text)
#define ALGORITHM(cert, hex) PART(cert, tbs_algorithm, hex), PART(cert, algorithm, hex)
#define INNER(id, severity, hex, text)                                                                                 \
    REFUSE("certificate-signed-with-" id, severity, X509_SIGNATURE_ALGORITHM, TBS(LEAF, E_ALGORITHM, 0),               \
           DO(ALGORITHM(LEAF, hex)), "Both signature algorithms are " text)
#define OUTER_IS(id, severity, hex, text)                                                                              \
    REFUSE("certificate-algorithm-outer-" id, severity, "certificate-algorithm-mismatch",                              \
           NATT_E_X509_ALGORITHM_MISMATCH, OUTER(LEAF, E_OUTER_ALGORITHM, 0), DO(PART(LEAF, algorithm, hex)), text)
static const struct natt_row rows[] = {
    REFUSE("certificate-version-1-omitted", MEDIUM, X509_VERSION, TBS(LEAF, E_VERSION, 0), DO(NO_PART(LEAF, version)),
           "The certificate has no version, which means version 1. Version 1 does not allow extensions."),
    VERSION("1", "a003020100", "The version is an explicit 1. DER omits a default value."),
    VERSION("2", "a003020101", "The certificate has version 2."),
    VERSION("4", "a003020103", "The certificate has version 4, which does not exist."),
    VERSION("negative", "a0030201ff", "The version field contains -1."),
    VERSION("padded", "a00402020002", "The version is 3 and has an unnecessary leading zero octet."),
    VERSION("wrong-tag", "a103020102", "The tag of the version is [1] instead of [0]."),
    REFUSE("certificate-version-1-of-a-ca", HIGH, X509_VERSION, TBS(2, E_VERSION, 0),
           DO(PART(2, version, "a003020100")),
           "A CA certificate has version 1. Some old validators treat such a certificate as a CA."),

    GOOD_SERIAL("1", "020101", "is 1, the smallest that is allowed."),
    GOOD_SERIAL("19-octets", "02137f ff*18", "has 19 octets."),
    GOOD_SERIAL("20-octets", "02147f ff*19", "has 20 octets."),
    GOOD_SERIAL("20-octets-and-sign", "021500 ff*20",
                "has 20 octets and a sign octet, as in 14 of 20 genuine instance certificates. A "
                "limit of 20 content octets refuses them."),
    SERIAL("21-octets", X509_SERIAL, "02157f ff*20", "has 21 octets and no sign octet."),
    SERIAL("21-octets-and-sign", X509_SERIAL, "021600 ff*21", "has 21 octets and a sign octet."),
    SERIAL("0", X509_SERIAL, "020100", "is 0."),
    SERIAL("empty", DER_INTEGER, "0200", "is empty."),
    SERIAL("padded", DER_INTEGER, "02020001",
           "has an unnecessary leading zero octet. A deny list that compares bytes does not match it."),
    SERIAL("negative", DER_INTEGER, "020180", "is negative.",
           DIFFER("RFC 5280 4.1.2.2 tells verifiers to handle negative serial numbers.")),
    SERIAL("negative-19-octets", DER_INTEGER, "0213 ff*19", "is negative and has unnecessary leading octets."),
    SERIAL("octet-string", DER_TAG, "040101", "is an OCTET STRING."),

    INNER("sha256", HIGH, "300a06082a8648ce3d040302", "ecdsa-with-SHA256."),
    INNER("sha512", HIGH, "300a06082a8648ce3d040304", "ecdsa-with-SHA512."),
    INNER("sha1", HIGH, "300906072a8648ce3d0401", "ecdsa-with-SHA1."),
    INNER("null-parameters", LOW, "300c06082a8648ce3d0403030500",
          "ecdsa-with-SHA384 with NULL parameters. The parameters must be absent."),
    INNER("rsa", HIGH, "300d06092a864886f70d01010c0500", "sha384WithRSAEncryption."),
    INNER("ed25519", HIGH, "300506032b6570", "Ed25519."),
    REFUSE("certificate-signed-with-sha256-of-a-ca", HIGH, X509_SIGNATURE_ALGORITHM, TBS(1, E_ALGORITHM, 0),
           DO(ALGORITHM(1, "300a06082a8648ce3d040302")),
           "Both signature algorithms of a CA certificate are ecdsa-with-SHA256."),
    OUTER_IS("sha256", HIGH, "300a06082a8648ce3d040302",
             "The outer algorithm is ecdsa-with-SHA256, the inner one ecdsa-with-SHA384. The outer algorithm is not "
             "signed."),
    OUTER_IS("null-parameters", LOW, "300c06082a8648ce3d0403030500", "Only the outer algorithm has NULL parameters."),
    OUTER_IS("rsa", HIGH, "300d06092a864886f70d01010c0500", "Only the outer algorithm is RSA."),
    OUTER_IS("ed25519", HIGH, "300506032b6570", "Only the outer algorithm is Ed25519."),

#define SUBJECT(id, severity, reason, inside, hex, text)                                                               \
    REFUSE("certificate-name-" id, severity, reason, TBS(LEAF, E_SUBJECT, inside), DO(PART(LEAF, subject, hex)), text)
#define BAD_NAME(id, severity, type, hex, text)                                                                        \
    REFUSE("certificate-name-" id, severity, X509_NAME, TBS(LEAF, E_SUBJECT, 11), DO(COMMON_NAME(LEAF, type, hex)),    \
           text)
#define CONTROL(id, type, hex, which) BAD_NAME(id, MEDIUM, type, hex, "The " which " is a control character.")
#define CONTROLS(id, type, text)                                                                                       \
    CONTROL(id "7-of-7", type, "6162636465661f", "last of 7 characters in " text),                                     \
        CONTROL(id "1-of-8", type, "7f62636465666768", "first of 8 characters in " text),                              \
        CONTROL(id "8-of-8", type, "616263646566671f", "last of 8 characters in " text),                               \
        CONTROL(id "1-of-9", type, "1f6263646566676869", "first of 9 characters in " text),                            \
        CONTROL(id "9-of-9", type, "61626364656667687f", "last of 9 characters in " text),                             \
        CONTROL(id "1-of-17", type, "1f62636465666768696a6b6c6d6e6f7071", "first of 17 characters in " text),          \
        CONTROL(id "10-of-17", type, "6162636465666768691f6b6c6d6e6f7071", "tenth of 17 characters in " text),         \
        CONTROL(id "17-of-17", type, "6162636465666768696a6b6c6d6e6f701f", "last of 17 characters in " text)
#define GOOD_NAME(id, type, hex, ...)                                                                                  \
    ACCEPT("certificate-name-" id, X509_NAME, NO_CERT, DO(COMMON_NAME(LEAF, type, hex)), __VA_ARGS__)
#define OCTETS(len, hex, text)                                                                                         \
    ACCEPT("certificate-name-of-" #len "-octets", DER_LENGTH, NO_CERT, DO(PART(LEAF, subject, hex)),                   \
           "The subject has " #len " octets, " text)
#define EMAIL(len, hex)                                                                                                \
    ACCEPT("certificate-name-ascii-of-" #len, X509_NAME, NO_CERT, DO(PART(LEAF, subject, hex)),                        \
           "The subject contains an e-mail address of " #len " characters in an IA5String, from a space to a tilde.")
    BAD_NAME("empty-text", LOW, UTF8, "", "A common name is an empty string."),
    BAD_NAME("nul", HIGH, UTF8, "610062",
             "A common name contains a zero byte. C strings end there, so two different names compare equal."),
    BAD_NAME("escape", MEDIUM, UTF8, "611b",
             "A common name contains an escape character, which can control a terminal."),
    BAD_NAME("newline", MEDIUM, UTF8, "610a", "A common name contains a newline, which can forge a log line."),
    BAD_NAME("delete", LOW, PRINTABLE, "7f61", "A PrintableString contains a delete character."),
    BAD_NAME("c1-first", MEDIUM, UTF8, "61c280",
             "A UTF8String contains U+0080, the first of the C1 control characters."),
    BAD_NAME("c1-csi", MEDIUM, UTF8, "61c29b",
             "A UTF8String contains U+009B, the control sequence introducer, which can control a terminal."),
    BAD_NAME("c1-last", MEDIUM, UTF8, "61c29f", "A UTF8String contains U+009F, the last of the C1 control characters."),
    GOOD_NAME("behind-c1", UTF8, "61c2a0",
              "A common name contains U+00A0, a no-break space. It follows the C1 control characters and is allowed."),
    GOOD_NAME("80-behind-another-lead", UTF8, "61c380",
              "A common name contains U+00C0. Its second byte is 80, as in U+0080, but it is not a control character."),
    BAD_NAME("printable-asterisk", LOW, PRINTABLE, "2a61",
             "A PrintableString contains an asterisk, which X.680 does not allow."),
    BAD_NAME("printable-at", LOW, PRINTABLE, "6140",
             "A PrintableString contains an at sign, which X.680 does not allow."),
    BAD_NAME("printable-underscore", LOW, PRINTABLE, "5f61",
             "A PrintableString contains an underscore, which X.680 does not allow."),
    GOOD_NAME("printable-alphabet", PRINTABLE, "205a7a3930412761282b2c2d292e2f3a3d3f4161",
              "A PrintableString contains all punctuation that X.680 allows, and the ends of its ranges."),
    SUBJECT("two-attributes", MEDIUM, X509_NAME, 2, "301631143008060355040a0c0141300806035504030c0141",
            "An RDN contains two attributes. A verifier would need a rule for their order."),
    SUBJECT("no-rdn", MEDIUM, X509_NAME, 0, "3000", "The subject contains no RDN."),
    SUBJECT("empty-rdn", MEDIUM, X509_NAME, 2, "30023100", "An RDN contains no attribute."),
    BAD_NAME("not-utf8", LOW, UTF8, "c328", "A UTF8String is not valid UTF-8."),
    BAD_NAME("printable-beyond-ascii", LOW, PRINTABLE, "ff", "A PrintableString contains a byte that is not ASCII."),
    CONTROLS("control-", PRINTABLE, "a PrintableString"),
    CONTROLS("ia5-control-", IA5, "an IA5String"),
    BAD_NAME("ia5-beyond-ascii", LOW, IA5, "ff", "An IA5String contains a byte that is not ASCII."),
    BAD_NAME("c1-alone", MEDIUM, UTF8, "c285", "A common name is U+0085, a C1 control character, and nothing else."),
    BAD_NAME("control-behind-umlaut", MEDIUM, UTF8, "c3a91f",
             "A common name contains a control character (1f) after a letter that is not ASCII."),
    BAD_NAME("delete-behind-umlaut", MEDIUM, UTF8, "c3a97f",
             "A common name contains a delete character (7f) after a letter that is not ASCII."),
    GOOD_NAME("beyond-ascii", UTF8, "c3a9207e",
              "A common name contains a letter that is not ASCII, then a space and a tilde, the first and the last "
              "printable ASCII characters."),
    EMAIL(7, "30183116301406092a864886f70d01090116072061626364657e"),
    EMAIL(8, "30193117301506092a864886f70d0109011608206162636465667e"),
    EMAIL(9, "301a3118301606092a864886f70d010901160920616263646566677e"),
    EMAIL(17, "30223120301e06092a864886f70d0109011611206162636465666768696a6b6c6d6e6f7e"),
    SUBJECT("attribute-too-long", HIGH, DER_TRUNCATED, 6, "300c310a300906035504030c0141",
            "An attribute ends one octet after its RDN. A parser must not continue into the key."),
    OCTETS(127, "307f317d307b060355040d0c74 61*116", "the largest length of one octet."),
    OCTETS(128, "308180317e307c060355040d0c75 61*117", "the smallest length of two octets."),
    OCTETS(255, "3081ff3181fc3081f9060355040d0c81f1 61*241", "the largest length of two octets."),
    OCTETS(256, "308201003181fd3081fa060355040d0c81f2 61*242", "the smallest length of three octets."),
    SUBJECT("length-127-in-2-octets", LOW, DER_LENGTH, 1, "30817f317d307b060355040d0c74 61*116",
            "The length 127 uses two octets where one is enough."),
    SUBJECT("length-255-in-3-octets", LOW, DER_LENGTH, 1, "308200ff3181fc3081f9060355040d0c81f1 61*241",
            "The length 255 uses three octets where two are enough."),
    BAD_NAME("bmp", LOW, BMP, "41", "A BMPString has one byte, but each of its characters needs two."),
    BAD_NAME("teletex", LOW, TELETEX, "41",
             "A name is a TeletexString, a type that implementations decode differently."),
    BAD_NAME("sequence", LOW, SEQUENCE, "41", "A SEQUENCE replaces the text of a name."),
    SUBJECT("oid-unended", LOW, DER_OID, 6, "300c310a300806035504800c0141",
            "The last arc of an attribute's object identifier is incomplete."),
    SUBJECT("oid-empty", LOW, DER_OID, 6, "30093107300506000c0141", "The object identifier of an attribute is empty."),
    SUBJECT("oid-padded", LOW, DER_OID, 6, "300d310b30090604558004030c0141",
            "The object identifier of an attribute has an arc with a leading 80. This is a second encoding of the same "
            "identifier."),
    SUBJECT("trailing", LOW, DER_TRAILING, 14, "300e310c300a06035504030c01410500",
            "An element follows the text inside an attribute."),
    SUBJECT("is-set", LOW, DER_TAG, 0, "3103020101", "The subject is a SET instead of a SEQUENCE."),
    SUBJECT("rdn-is-sequence", LOW, DER_TAG, 2, "300a30080603550403080141", "An RDN is a SEQUENCE instead of a SET."),
    GOOD_NAME("utf8-string", UTF8, "41", "The common name of the leaf is a UTF8String."),
    GOOD_NAME("printable-string", PRINTABLE, "41", "The common name of the leaf is a PrintableString."),
    GOOD_NAME("ia5-string", IA5, "41", "The common name of the leaf is an IA5String.",
              DIFFER("X.520 does not list IA5String for common names. Many validators do not check this.")),

#define UTC(id, value, text)                                                                                           \
    REFUSE("certificate-time-" id, MEDIUM, X509_TIME, TBS(LEAF, E_VALIDITY, 2), DO(NOT_BEFORE(LEAF, UTC_TIME, value)), \
           text)
#define GENERAL(id, value, ...)                                                                                        \
    REFUSE("certificate-time-generalized-" id, MEDIUM, X509_TIME, TBS(LEAF, E_VALIDITY, 2),                            \
           DO(NOT_BEFORE(LEAF, GENERALIZED, value)), __VA_ARGS__)
#define SINCE(id, form, value, text)                                                                                   \
    ACCEPT("certificate-time-" id, X509_TIME, NO_CERT, DO(NOT_BEFORE(LEAF, form, value)), "notBefore is " text)
#define UNTIL(id, form, value, text)                                                                                   \
    ACCEPT("certificate-time-" id, X509_TIME, NO_CERT, DO(NOT_AFTER(LEAF, form, value)), "notAfter is " text)
#define FROM_TO(from, to) NOT_BEFORE(LEAF, UTC_TIME, from), NOT_AFTER(LEAF, UTC_TIME, to)
    UTC("without-seconds", "2510090853Z", "A UTCTime has no seconds."),
    UTC("with-offset", "251009085320+0000", "A UTCTime ends with an offset instead of Z."),
    UTC("lower-case-z", "251009085320z", "A UTCTime ends with a lowercase z."),
    UTC("without-z", "251009085320", "A UTCTime has no Z, so it is in an unknown time zone."),
    UTC("30-february", "250230085320Z", "notBefore is 30 February."),
    UTC("29-february-2025", "250229085320Z", "notBefore is 29 February in a year that is not a leap year."),
    UTC("month-13", "251309085320Z", "notBefore has month 13."),
    UTC("month-0", "250009085320Z", "notBefore has month 0."),
    UTC("day-0", "251000085320Z", "notBefore has day 0."),
    UTC("day-32", "251032085320Z", "notBefore has day 32."),
    UTC("day-31-april", "250431085320Z", "notBefore is 31 April."),
    UTC("hour-24", "251009245320Z", "notBefore has hour 24."),
    UTC("minute-60", "251009086020Z", "notBefore has minute 60."),
    UTC("second-60", "251009085360Z", "notBefore has second 60. Certificates do not use leap seconds."),
    UTC("letter", "25100908532xZ", "A letter replaces a digit of notBefore."),
    UTC("space", "251009 85320Z", "A space replaces a digit of notBefore. strtol skips spaces."),
    UTC("sign", "25100908+320Z", "A plus sign replaces a digit of notBefore. strtol accepts signs."),
    UTC("letter-in-year", "x51009085320Z", "A letter replaces a digit of the year."),
    UTC("colon-in-year", ":51009085320Z", "A colon replaces a digit of the year. Read as a digit, its value is ten."),
    UTC("colon-in-hour", "2510090:5320Z", "A colon replaces a digit of the hour. Read as a digit, its value is ten."),
    UTC("slash-in-hour", "2510091/5320Z",
        "A slash replaces a digit of the hour. Read as a digit, its value is minus one."),
    UTC("behind-z", "251009085320Z0", "A character follows the Z of a UTCTime."),
    UTC("four-digit-year", "20251009085320Z", "A UTCTime has a four-digit year."),
    UTC("empty", "", "A UTCTime is empty."),
    GENERAL("2025", "20251009085320Z", "A GeneralizedTime is before 2050, where RFC 5280 requires UTCTime.",
            TAGS("rfc5280-ca")),
    GENERAL("end-of-2049", "20491231235959Z",
            "A GeneralizedTime is the last second of 2049, where RFC 5280 requires UTCTime.", TAGS("rfc5280-ca")),
    GENERAL("fraction", "20500101000000.0Z", "A GeneralizedTime has a fraction of a second."),
    GENERAL("without-seconds", "205001010000Z", "A GeneralizedTime has no seconds."),
    GENERAL("two-digit-year", "510101000000Z", "A GeneralizedTime has a two-digit year."),
    GENERAL("2100-leap-day", "21000229000000Z", "notBefore is 29 February 2100. That year is not a leap year."),
    GENERAL("letter-in-year", "21x00101000000Z", "A letter replaces a digit of the year in a GeneralizedTime."),
    GENERAL("behind-z", "20500101000000Z0", "A character follows the Z of a GeneralizedTime."),
    UNTIL("year-2100", GENERALIZED, "21000101000000Z", "the first second of 2100."),
    SINCE("leap-day-2000", UTC_TIME, "000229000000Z",
          "29 February 2000. Centuries that are multiples of 400 are leap years."),
    SINCE("28-february", UTC_TIME, "250228000000Z", "28 February of the current year, in the past."),
    UNTIL("1-march", UTC_TIME, "260301000000Z", "1 March of the next year, in the future."),
    REFUSE("certificate-time-is-text", LOW, DER_TAG, TBS(LEAF, E_VALIDITY, 2),
           DO(NOT_BEFORE(LEAF, IA5, "251009085320Z")), "A time is an IA5String."),
    ACCEPT("certificate-time-1950-to-2049", X509_TIME, NO_CERT, DO(FROM_TO("500101000000Z", "491231235959Z")),
           "notBefore and notAfter are the first and the last second of UTCTime: 50 is 1950 and 49 is 2049.",
           BEFORE_1970),
    UNTIL("from-2050", GENERALIZED, "20500101000000Z", "the first second that requires GeneralizedTime."),
    UNTIL("end-of-9999", GENERALIZED, "99991231235959Z",
          "99991231235959Z, which RFC 5280 uses for certificates that do not expire."),
    SINCE("leap-day-2024", UTC_TIME, "240229120000Z", "29 February 2024, a valid date."),
    REFUSE("certificate-validity-reversed", MEDIUM, X509_VALIDITY, TBS(LEAF, E_VALIDITY, 0),
           DO(FROM_TO("251009085321Z", "251009085320Z")), "notBefore is one second after notAfter."),
    ACCEPT("certificate-validity-of-one-second", X509_VALIDITY, NO_CERT, DO(FROM_TO("251009085320Z", "251009085320Z")),
           "notBefore equals notAfter. The certificate is valid for that whole second."),

#define KEY_IS(id, severity, hex, text)                                                                                \
    REFUSE("certificate-key-" id, severity, X509_KEY_ALGORITHM, TBS(LEAF, E_SPKI, 2), DO(CURVE(LEAF, hex)),            \
           "The key " text)
#define POINT_FORM(id, hex, text)                                                                                      \
    REFUSE("certificate-point-" id, HIGH, X509_POINT_FORM, TBS(LEAF, E_SPKI, 20), DO(SPKI(LEAF, 23, 1, hex)),          \
           "A point has " text)
#define POINT_LEN(id, len, text)                                                                                       \
    REFUSE("certificate-point-" id, HIGH, X509_POINT_FORM, TBS(LEAF, E_SPKI, 20), DO(POINT(LEAF, "04*" #len)), text)
#define OFF_CURVE(id, steps_of, text)                                                                                  \
    REFUSE("certificate-point-" id, CRITICAL, X509_POINT_NOT_ON_CURVE, TBS(LEAF, E_SPKI, 24), DO(steps_of), text)
    KEY_IS("p256", HIGH, "301306072a8648ce3d020106082a8648ce3d030107", "names the curve P-256."),
    KEY_IS("p521", HIGH, "301006072a8648ce3d020106052b81040023", "names the curve P-521."),
    KEY_IS("secp256k1", HIGH, "301006072a8648ce3d020106052b8104000a", "names the curve secp256k1."),
    KEY_IS("brainpool", HIGH, "301406072a8648ce3d020106092b240303020801010b",
           "names the curve brainpoolP384r1, which has the same length as P-384."),
    KEY_IS("without-curve", HIGH, "300b06072a8648ce3d02010500", "has NULL instead of a curve."),
    KEY_IS("rsa", HIGH, "300d06092a864886f70d0101010500", "has the RSA algorithm."),
    KEY_IS("ecdh-only", MEDIUM, "300e06052b8104010c06052b81040022", "has the ECDH algorithm."),
    KEY_IS("explicit-curve", HIGH, "300d06072a8648ce3d020130020101",
           "has explicit curve parameters. An attacker who chooses the generator can forge signatures "
           "(CVE-2020-0601)."),
    POINT_FORM("compressed-even", "02", "the prefix of a compressed point (even y) but contains both coordinates."),
    POINT_FORM("compressed-odd", "03", "the prefix of a compressed point (odd y) but contains both coordinates."),
    POINT_FORM("hybrid-even", "06", "the hybrid form (even y), which X9.62 allows and RFC 5480 forbids."),
    POINT_FORM("hybrid-odd", "07", "the hybrid form (odd y), which X9.62 allows and RFC 5480 forbids."),
    POINT_FORM("prefix-0", "00", "the prefix of the point at infinity but contains coordinates."),
    POINT_FORM("prefix-5", "05", "an undefined prefix."),
    POINT_LEN("empty", 0, "The key contains no point."),
    POINT_LEN("1-octet", 1, "A point has one octet."),
    POINT_LEN("49-octets", 49, "A point has 49 octets, the size of a compressed point."),
    POINT_LEN("96-octets", 96, "A point is one octet too short."),
    POINT_LEN("98-octets", 98, "A point is one octet too long."),
    REFUSE("certificate-point-infinity", CRITICAL, X509_POINT_FORM, TBS(LEAF, E_SPKI, 20), DO(POINT(LEAF, "00")),
           "The key is the point at infinity. Every signature whose r is x(e/s G) would be valid."),
    REFUSE("certificate-point-unused-bits", LOW, DER_BIT_STRING, TBS(LEAF, E_SPKI, 20), DO(SPKI(LEAF, 22, 1, "01")),
           "The BIT STRING of the key has an unused bit."),
    OFF_CURVE("y-changed", SPKI(LEAF, 119, 1, "00"),
              "A point is not on the curve. A verifier without this check is open to invalid-curve attacks."),
    OFF_CURVE("x-is-p", SPKI(LEAF, 24, 48, P_HEX), "x is p, which is 0 only modulo p."),
    OFF_CURVE("y-is-p", SPKI(LEAF, 72, 48, P_HEX), "y is p, which is 0 only modulo p."),
    OFF_CURVE("zero", SPKI(LEAF, 24, 96, "00*96"),
              "x and y are 0. Some libraries represent the point at infinity this way."),
    OFF_CURVE("all-ones", SPKI(LEAF, 24, 48, "ff*48"), "x is 2^384-1, which is larger than p."),
    REFUSE("certificate-point-of-a-ca-not-on-curve", CRITICAL, X509_POINT_NOT_ON_CURVE, TBS(1, E_SPKI, 24),
           DO(SPKI(1, 119, 1, "00")), "The point of a CA key is not on the curve."),

#define IN_RANGE(id, edit, r_or_s, text)                                                                               \
    REFUSE("certificate-signature-" id, CRITICAL, X509_SIGNATURE_RANGE, INTEGER(LEAF, r_or_s),                         \
           DO(SIG_EDIT(LEAF, edit)), text)
    IN_RANGE("r-0", NATT_SIGNATURE_ZERO_R, 0, "r of the leaf's signature is 0."),
    IN_RANGE("s-0", NATT_SIGNATURE_ZERO_S, 1, "s of the leaf's signature is 0."),
    IN_RANGE("r-n", NATT_SIGNATURE_R_IS_N, 0, "r is the group order n, which is 0 modulo n."),
    IN_RANGE("s-n", NATT_SIGNATURE_S_IS_N, 1, "s is the group order n, which is 0 modulo n and has no inverse."),
    REFUSE("certificate-signature-r-and-s-0", CRITICAL, X509_SIGNATURE_RANGE, INTEGER(1, 0),
           DO(SIG_R(1, "00"), SIG_S(1, "00")), "r and s of a CA certificate's signature are 0 (CVE-2022-21449)."),
    REFUSE("certificate-signature-r-49-octets", CRITICAL, X509_SIGNATURE_RANGE, INTEGER(LEAF, 0),
           DO(SIG_R(LEAF, "01 00*48")), "r has 49 octets, more than a buffer of 48 octets can take."),
    ALLOWED("certificate-signature-r-47-octets", "certificate-signature", "R-X509-14",
            DO(PART(LEAF, serial, "02024190")),
            "r of the leaf's signature has 47 octets. DER omits the leading zero, and a verifier must restore it."),
    ALLOWED("certificate-signature-s-47-octets", "certificate-signature", "R-X509-14",
            DO(PART(LEAF, serial, "02024106")),
            "s of the leaf's signature has 47 octets. DER omits the leading zero, and a verifier must restore it."),
#define R_DER(id, hex, text)                                                                                           \
    REFUSE("certificate-signature-r-" id, MEDIUM, DER_INTEGER, INTEGER(LEAF, 0), DO(SIG_R(LEAF, hex)), text)
    R_DER("negative", "80", "r is negative."),
    R_DER("padded", "0001",
          "r has an unnecessary leading zero octet. This is a second encoding of the same certificate."),
    R_DER("padded-7f", "007f", "r is 127 and has an unnecessary leading zero octet."),
    R_DER("empty", "", "r is empty."),
    REFUSE("certificate-signature-raw", LOW, DER_TAG, OUTER(LEAF, E_SIGNATURE, 3), DO(SIG_RAW(LEAF, N_HEX " " N_HEX)),
           "The signature is r || s in 96 bytes, as in COSE, instead of DER."),
};

GROUP(certificate, "The format of one certificate: DER, version, serial, names, times, key, signature, extensions.")
