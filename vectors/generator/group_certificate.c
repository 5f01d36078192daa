/*
 * One certificate's shape. Each edit is in a certificate that its issuer then signs, so nothing else is wrong.
 */
#include "vectors/generator/steps.h"

#define P_HEX  "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff"
#define N_HEX  "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"
#define ZERO48 "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"

#define VERSION(id, hex, text)                                                                                         \
    REFUSE(id, "certificate-version", MEDIUM, NATT_E_X509_VERSION, LEAF, TBS(LEAF, E_VERSION, 0), text,                \
           DO(PART(LEAF, "version", hex)))
#define SERIAL(id, class_name, code, hex, text)                                                                        \
    REFUSE(id, class_name, MEDIUM, code, LEAF, TBS(LEAF, E_SERIAL, 0), text, DO(PART(LEAF, "serial", hex)))
#define INNER(id, severity, hex, text)                                                                                 \
    REFUSE(id, "certificate-signature-algorithm", severity, NATT_E_X509_SIGNATURE_ALGORITHM, LEAF,                     \
           TBS(LEAF, E_ALGORITHM, 0), text, DO(PART(LEAF, "inner-algorithm", hex), PART(LEAF, "algorithm", hex)))
#define OUTER_IS(id, severity, hex, text)                                                                              \
    REFUSE(id, "certificate-algorithm-mismatch", severity, NATT_E_X509_ALGORITHM_MISMATCH, LEAF,                       \
           OUTER(LEAF, E_OUTER_ALGORITHM, 0), text, DO(PART(LEAF, "algorithm", hex)))
static const struct natt_vector heads[] = {
    REFUSE("certificate-version-1-omitted", "certificate-version", MEDIUM, NATT_E_X509_VERSION, LEAF,
           TBS(LEAF, E_VERSION, 0), "No version, which means 1: extensions would have no place.",
           DO(NO_PART(LEAF, "version"))),
    VERSION("certificate-version-1", "a003020100", "Version 1 spelt out, though it is the default."),
    VERSION("certificate-version-2", "a003020101", "Version 2."),
    VERSION("certificate-version-4", "a003020103", "Version 4, which does not exist."),
    VERSION("certificate-version-negative", "a0030201ff", "Version 0 written as -1."),
    VERSION("certificate-version-padded", "a00402020002", "Version 3 with a padded integer."),
    VERSION("certificate-version-wrong-tag", "a103020102", "The version in [1] instead of [0]."),
    REFUSE("certificate-version-1-of-a-ca", "certificate-version", HIGH, NATT_E_X509_VERSION, 2, TBS(2, E_VERSION, 0),
           "A CA of version 1: old validators take such a certificate for a CA.", DO(PART(2, "version", "a003020100"))),

    ACCEPT("certificate-serial-1", "certificate-serial", "R-X509-02", "The smallest serial number.",
           DO(PART(LEAF, "serial", "020101"))),
    ACCEPT("certificate-serial-19-octets", "certificate-serial", "R-X509-02", "A serial number of 19 octets.",
           DO(PART(LEAF, "serial", "02137fffffffffffffffffffffffffffffffffffff"))),
    ACCEPT("certificate-serial-20-octets", "certificate-serial", "R-X509-02", "A serial number of 20 octets.",
           DO(PART(LEAF, "serial", "02147fffffffffffffffffffffffffffffffffffffff"))),
    ACCEPT("certificate-serial-20-octets-and-sign", "certificate-serial", "R-X509-02",
           "20 octets and a sign octet: 14 of 20 genuine instance certificates look so, and a limit of 20 content "
           "octets refuses them.",
           DO(PART(LEAF, "serial", "021500ffffffffffffffffffffffffffffffffffffffff"))),
    SERIAL("certificate-serial-21-octets", "certificate-serial", NATT_E_X509_SERIAL,
           "02157fffffffffffffffffffffffffffffffffffffffff", "A serial number of 21 octets without a sign octet."),
    SERIAL("certificate-serial-21-octets-and-sign", "certificate-serial", NATT_E_X509_SERIAL,
           "021600ffffffffffffffffffffffffffffffffffffffffff", "A serial number of 21 octets and a sign octet."),
    SERIAL("certificate-serial-0", "certificate-serial", NATT_E_X509_SERIAL, "020100", "Serial number 0."),
    SERIAL("certificate-serial-empty", "certificate-integer", NATT_E_DER_INTEGER, "0200",
           "A serial number of no octets."),
    SERIAL("certificate-serial-padded", "certificate-integer", NATT_E_DER_INTEGER, "02020001",
           "A serial number with a leading zero octet too many: the same number in other bytes escapes a deny list of "
           "bytes."),
    SERIAL("certificate-serial-negative", "certificate-integer", NATT_E_DER_INTEGER, "020180",
           "A negative serial number."),
    SERIAL("certificate-serial-negative-19-octets", "certificate-integer", NATT_E_DER_INTEGER,
           "0213ffffffffffffffffffffffffffffffffffffff", "A negative serial number that is padded, too."),
    SERIAL("certificate-serial-octet-string", "certificate-tag", NATT_E_DER_TAG, "040101",
           "The serial number as an OCTET STRING."),

    INNER("certificate-signed-with-sha256", HIGH, "300a06082a8648ce3d040302", "ecdsa-with-SHA256 inside and outside."),
    INNER("certificate-signed-with-sha512", HIGH, "300a06082a8648ce3d040304", "ecdsa-with-SHA512 inside and outside."),
    INNER("certificate-signed-with-sha1", HIGH, "300906072a8648ce3d0401", "ecdsa-with-SHA1 inside and outside."),
    INNER("certificate-signed-with-null-parameters", LOW, "300c06082a8648ce3d0403030500",
          "ecdsa-with-SHA384 with NULL parameters, which must be absent."),
    INNER("certificate-signed-with-rsa", HIGH, "300d06092a864886f70d01010c0500",
          "sha384WithRSAEncryption inside and outside."),
    INNER("certificate-signed-with-ed25519", HIGH, "300506032b6570", "Ed25519 inside and outside."),
    REFUSE(
        "certificate-signed-with-sha256-of-a-ca", "certificate-signature-algorithm", HIGH,
        NATT_E_X509_SIGNATURE_ALGORITHM, 1, TBS(1, E_ALGORITHM, 0), "ecdsa-with-SHA256 in a CA.",
        DO(PART(1, "inner-algorithm", "300a06082a8648ce3d040302"), PART(1, "algorithm", "300a06082a8648ce3d040302"))),
    OUTER_IS("certificate-algorithm-outer-sha256", HIGH, "300a06082a8648ce3d040302",
             "ecdsa-with-SHA256 outside, SHA384 inside: the outer one is not signed."),
    OUTER_IS("certificate-algorithm-outer-null-parameters", LOW, "300c06082a8648ce3d0403030500",
             "NULL parameters outside only."),
    OUTER_IS("certificate-algorithm-outer-rsa", HIGH, "300d06092a864886f70d01010c0500", "RSA outside only."),
    OUTER_IS("certificate-algorithm-outer-ed25519", HIGH, "300506032b6570", "Ed25519 outside only."),
};

#define SUBJECT(id, class_name, severity, code, inside, hex, text)                                                     \
    REFUSE(id, class_name, severity, code, LEAF, TBS(LEAF, E_SUBJECT, inside), text, DO(PART(LEAF, "subject", hex)))
static const struct natt_vector names[] = {
    SUBJECT("certificate-name-empty-text", "certificate-name", LOW, NATT_E_X509_NAME, 11, "300b3109300706035504030c00",
            "A common name without a character."),
    SUBJECT("certificate-name-nul", "certificate-name", HIGH, NATT_E_X509_NAME, 11, "300e310c300a06035504030c03610062",
            "A zero byte in a common name: C strings end there, and two names become one."),
    SUBJECT("certificate-name-escape", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "300d310b300906035504030c02611b", "An escape character in a common name: it would steer a terminal."),
    SUBJECT("certificate-name-newline", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "300d310b300906035504030c02610a", "A newline in a common name: it would forge a line of a log."),
    SUBJECT("certificate-name-delete", "certificate-name", LOW, NATT_E_X509_NAME, 11, "300d310b3009060355040313027f61",
            "A delete character in a PrintableString."),
    SUBJECT("certificate-name-c1-first", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "300e310c300a06035504030c0361c280", "U+0080, the first of the C1 control characters, in a UTF8String."),
    SUBJECT("certificate-name-c1-csi", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "300e310c300a06035504030c0361c29b",
            "U+009B, the control sequence introducer: it would steer a terminal as an escape character does."),
    SUBJECT("certificate-name-c1-last", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "300e310c300a06035504030c0361c29f", "U+009F, the last of the C1 control characters."),
    ACCEPT("certificate-name-behind-c1", "certificate-name", "R-X509-05",
           "U+00A0, a no-break space, is behind the C1 control characters.",
           DO(PART(LEAF, "subject", "300e310c300a06035504030c0361c2a0"))),
    ACCEPT("certificate-name-80-behind-another-lead", "certificate-name", "R-X509-05",
           "U+00C0 ends in the byte 80, as U+0080 does, and is no control character.",
           DO(PART(LEAF, "subject", "300e310c300a06035504030c0361c380"))),
    SUBJECT("certificate-name-printable-asterisk", "certificate-name", LOW, NATT_E_X509_NAME, 11,
            "300d310b3009060355040313022a61", "An asterisk in a PrintableString: X.680 does not have it."),
    SUBJECT("certificate-name-printable-at", "certificate-name", LOW, NATT_E_X509_NAME, 11,
            "300d310b3009060355040313026140", "An at sign in a PrintableString."),
    SUBJECT("certificate-name-printable-underscore", "certificate-name", LOW, NATT_E_X509_NAME, 11,
            "300d310b3009060355040313025f61", "An underscore in a PrintableString."),
    ACCEPT("certificate-name-printable-alphabet", "certificate-name", "R-X509-05",
           "All punctuation that a PrintableString may have, and the ends of its ranges.",
           DO(PART(LEAF, "subject", "301f311d301b06035504031314205a7a3930412761282b2c2d292e2f3a3d3f4161"))),
    SUBJECT("certificate-name-two-attributes", "certificate-name", MEDIUM, NATT_E_X509_NAME, 2,
            "301631143008060355040a0c0141300806035504030c0141",
            "Two attributes in one RDN: their order would need a rule."),
    SUBJECT("certificate-name-no-rdn", "certificate-name", MEDIUM, NATT_E_X509_NAME, 0, "3000",
            "A name without an RDN."),
    SUBJECT("certificate-name-empty-rdn", "certificate-name", MEDIUM, NATT_E_X509_NAME, 2, "30023100",
            "An RDN without an attribute."),
    SUBJECT("certificate-name-not-utf8", "certificate-name", LOW, NATT_E_X509_NAME, 11,
            "300d310b300906035504030c02c328", "A UTF8String that is not UTF-8."),
    SUBJECT("certificate-name-printable-beyond-ascii", "certificate-name", LOW, NATT_E_X509_NAME, 11,
            "300c310a300806035504031301ff", "A PrintableString with a byte beyond ASCII."),
    SUBJECT("certificate-name-control-7-of-7", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "30123110300e060355040313076162636465661f", "A control character, the last of 7 in a PrintableString."),
    SUBJECT("certificate-name-control-1-of-8", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "30133111300f060355040313087f62636465666768", "A control character, the first of 8 in a PrintableString."),
    SUBJECT("certificate-name-control-8-of-8", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "30133111300f06035504031308616263646566671f", "A control character, the last of 8 in a PrintableString."),
    SUBJECT("certificate-name-control-1-of-9", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "301431123010060355040313091f6263646566676869",
            "A control character, the first of 9 in a PrintableString."),
    SUBJECT("certificate-name-control-9-of-9", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "3014311230100603550403130961626364656667687f", "A control character, the last of 9 in a PrintableString."),
    SUBJECT("certificate-name-control-1-of-17", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "301c311a3018060355040313111f62636465666768696a6b6c6d6e6f7071",
            "A control character, the first of 17 in a PrintableString."),
    SUBJECT("certificate-name-control-10-of-17", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "301c311a3018060355040313116162636465666768691f6b6c6d6e6f7071",
            "A control character, the tenth of 17 in a PrintableString."),
    SUBJECT("certificate-name-control-17-of-17", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "301c311a3018060355040313116162636465666768696a6b6c6d6e6f701f",
            "A control character, the last of 17 in a PrintableString."),
    SUBJECT("certificate-name-ia5-control-7-of-7", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "30123110300e060355040316076162636465661f", "A control character, the last of 7 in an IA5String."),
    SUBJECT("certificate-name-ia5-control-1-of-8", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "30133111300f060355040316087f62636465666768", "A control character, the first of 8 in an IA5String."),
    SUBJECT("certificate-name-ia5-control-8-of-8", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "30133111300f06035504031608616263646566671f", "A control character, the last of 8 in an IA5String."),
    SUBJECT("certificate-name-ia5-control-1-of-9", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "301431123010060355040316091f6263646566676869", "A control character, the first of 9 in an IA5String."),
    SUBJECT("certificate-name-ia5-control-9-of-9", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "3014311230100603550403160961626364656667687f", "A control character, the last of 9 in an IA5String."),
    SUBJECT("certificate-name-ia5-control-1-of-17", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "301c311a3018060355040316111f62636465666768696a6b6c6d6e6f7071",
            "A control character, the first of 17 in an IA5String."),
    SUBJECT("certificate-name-ia5-control-10-of-17", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "301c311a3018060355040316116162636465666768691f6b6c6d6e6f7071",
            "A control character, the tenth of 17 in an IA5String."),
    SUBJECT("certificate-name-ia5-control-17-of-17", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "301c311a3018060355040316116162636465666768696a6b6c6d6e6f701f",
            "A control character, the last of 17 in an IA5String."),
    SUBJECT("certificate-name-ia5-beyond-ascii", "certificate-name", LOW, NATT_E_X509_NAME, 11,
            "300c310a300806035504031601ff", "An IA5String with a byte beyond ASCII."),
    SUBJECT("certificate-name-c1-alone", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "300d310b300906035504030c02c285", "U+0085 alone: a C1 control character at the very beginning."),
    SUBJECT("certificate-name-control-behind-umlaut", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "300e310c300a06035504030c03c3a91f", "A control character (1f) behind a letter beyond ASCII."),
    SUBJECT("certificate-name-delete-behind-umlaut", "certificate-name", MEDIUM, NATT_E_X509_NAME, 11,
            "300e310c300a06035504030c03c3a97f", "A delete character (7f) behind a letter beyond ASCII."),
    ACCEPT("certificate-name-beyond-ascii", "certificate-name", "R-X509-05",
           "A letter beyond ASCII, a space and a tilde, the first and last printable characters.",
           DO(PART(LEAF, "subject", "300f310d300b06035504030c04c3a9207e"))),
    ACCEPT("certificate-name-ascii-of-7", "certificate-name", "R-X509-05",
           "An e-mail address of 7 characters, an IA5String, from a space to a tilde.",
           DO(PART(LEAF, "subject", "30183116301406092a864886f70d01090116072061626364657e"))),
    ACCEPT("certificate-name-ascii-of-8", "certificate-name", "R-X509-05",
           "An e-mail address of 8 characters, an IA5String, from a space to a tilde.",
           DO(PART(LEAF, "subject", "30193117301506092a864886f70d0109011608206162636465667e"))),
    ACCEPT("certificate-name-ascii-of-9", "certificate-name", "R-X509-05",
           "An e-mail address of 9 characters, an IA5String, from a space to a tilde.",
           DO(PART(LEAF, "subject", "301a3118301606092a864886f70d010901160920616263646566677e"))),
    ACCEPT("certificate-name-ascii-of-17", "certificate-name", "R-X509-05",
           "An e-mail address of 17 characters, an IA5String, from a space to a tilde.",
           DO(PART(LEAF, "subject", "30223120301e06092a864886f70d0109011611206162636465666768696a6b6c6d6e6f7e"))),
    SUBJECT("certificate-name-attribute-too-long", "certificate-truncated", HIGH, NATT_E_DER_TRUNCATED, 6,
            "300c310a300906035504030c0141",
            "An attribute one octet longer than the RDN around it: a parser must not read on into the key."),
    ACCEPT("certificate-name-of-127-octets", "certificate-length", "R-DER-03",
           "A name of 127 octets: the last length of one octet.",
           DO(PART(LEAF, "subject",
                   "307f317d307b060355040d0c746161616161616161616161616161616161616161616161616161616161616161616161616"
                   "161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
                   "616161616161616161616161616161616161616161616161616161616161"))),
    ACCEPT("certificate-name-of-128-octets", "certificate-length", "R-DER-03",
           "A name of 128 octets: the first length of two octets.",
           DO(PART(LEAF, "subject",
                   "308180317e307c060355040d0c7561616161616161616161616161616161616161616161616161616161616161616161616"
                   "161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
                   "6161616161616161616161616161616161616161616161616161616161616161"))),
    ACCEPT(
        "certificate-name-of-255-octets", "certificate-length", "R-DER-03",
        "A name of 255 octets: the last length of two octets.",
        DO(PART(
            LEAF, "subject",
            "3081ff3181fc3081f9060355040d0c81f1616161616161616161616161616161616161616161616161616161616161616161616161"
            "6161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
            "6161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
            "6161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
            "61616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"))),
    ACCEPT(
        "certificate-name-of-256-octets", "certificate-length", "R-DER-03",
        "A name of 256 octets: the first length of three octets.",
        DO(PART(
            LEAF, "subject",
            "308201003181fd3081fa060355040d0c81f26161616161616161616161616161616161616161616161616161616161616161616161"
            "6161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
            "6161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
            "6161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
            "616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"))),
    SUBJECT("certificate-name-length-127-in-2-octets", "certificate-length", LOW, NATT_E_DER_LENGTH, 1,
            "30817f317d307b060355040d0c74616161616161616161616161616161616161616161616161616161616161616161616161616161"
            "6161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
            "616161616161616161616161616161616161616161616161",
            "A length of 127 in two octets where one is enough."),
    SUBJECT("certificate-name-length-255-in-3-octets", "certificate-length", LOW, NATT_E_DER_LENGTH, 1,
            "308200ff3181fc3081f9060355040d0c81f16161616161616161616161616161616161616161616161616161616161616161616161"
            "6161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
            "6161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
            "6161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
            "6161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161",
            "A length of 255 in three octets where two are enough."),
    SUBJECT("certificate-name-bmp", "certificate-name", LOW, NATT_E_X509_NAME, 11, "300c310a300806035504031e0141",
            "A BMPString: two bytes a character, here one."),
    SUBJECT("certificate-name-teletex", "certificate-name", LOW, NATT_E_X509_NAME, 11, "300c310a30080603550403140141",
            "A TeletexString, in an encoding nobody agrees on."),
    SUBJECT("certificate-name-sequence", "certificate-name", LOW, NATT_E_X509_NAME, 11, "300c310a30080603550403300141",
            "A SEQUENCE where the text must be."),
    SUBJECT("certificate-name-oid-unended", "certificate-oid", LOW, NATT_E_DER_OID, 6, "300c310a300806035504800c0141",
            "An object identifier whose last arc never ends."),
    SUBJECT("certificate-name-oid-empty", "certificate-oid", LOW, NATT_E_DER_OID, 6, "30093107300506000c0141",
            "An object identifier of no arcs."),
    SUBJECT("certificate-name-oid-padded", "certificate-oid", LOW, NATT_E_DER_OID, 6, "300d310b30090604558004030c0141",
            "An arc with a leading 80: the same identifier in other bytes."),
    SUBJECT("certificate-name-trailing", "certificate-trailing-bytes", LOW, NATT_E_DER_TRAILING, 14,
            "300e310c300a06035504030c01410500", "An element behind the text, inside the attribute."),
    SUBJECT("certificate-name-is-set", "certificate-tag", LOW, NATT_E_DER_TAG, 0, "3103020101",
            "A SET where the name's SEQUENCE must be."),
    SUBJECT("certificate-name-rdn-is-sequence", "certificate-tag", LOW, NATT_E_DER_TAG, 2, "300a30080603550403080141",
            "A SEQUENCE where the RDN's SET must be."),
    ACCEPT("certificate-name-utf8-string", "certificate-name", "R-X509-05", "A leaf whose common name is a UTF8String.",
           DO(PART(LEAF, "subject", "300c310a300806035504030c0141"))),
    ACCEPT("certificate-name-printable-string", "certificate-name", "R-X509-05", "The same as a PrintableString.",
           DO(PART(LEAF, "subject", "300c310a30080603550403130141"))),
    ACCEPT("certificate-name-ia5-string", "certificate-name", "R-X509-05", "The same as an IA5String.",
           DO(PART(LEAF, "subject", "300c310a30080603550403160141")),
           DIFFER("X.520 does not list IA5String for common names; many validators do not look.")),
};

#define UTC(id, value, text)                                                                                           \
    REFUSE(id, "certificate-time-form", MEDIUM, NATT_E_X509_TIME, LEAF, TBS(LEAF, E_VALIDITY, 2), text,                \
           DO(DATE(LEAF, "not-before", utc, value)))
#define GENERAL(id, value, text)                                                                                       \
    REFUSE(id, "certificate-time-form", MEDIUM, NATT_E_X509_TIME, LEAF, TBS(LEAF, E_VALIDITY, 2), text,                \
           DO(DATE(LEAF, "not-before", general, value)))
static const struct natt_vector dates[] = {
    UTC("certificate-time-without-seconds", "2510090853Z", "A UTCTime without seconds."),
    UTC("certificate-time-with-offset", "251009085320+0000", "A UTCTime with an offset instead of Z."),
    UTC("certificate-time-lower-case-z", "251009085320z", "A UTCTime with a small z."),
    UTC("certificate-time-without-z", "251009085320", "A UTCTime without Z: local time, but where?"),
    UTC("certificate-time-30-february", "250230085320Z", "30 February."),
    UTC("certificate-time-29-february-2025", "250229085320Z", "29 February in a year that is no leap year."),
    UTC("certificate-time-month-13", "251309085320Z", "Month 13."),
    UTC("certificate-time-month-0", "250009085320Z", "Month 0."),
    UTC("certificate-time-day-0", "251000085320Z", "Day 0."),
    UTC("certificate-time-day-32", "251032085320Z", "Day 32."),
    UTC("certificate-time-day-31-april", "250431085320Z", "31 April."),
    UTC("certificate-time-hour-24", "251009245320Z", "Hour 24."),
    UTC("certificate-time-minute-60", "251009086020Z", "Minute 60."),
    UTC("certificate-time-second-60", "251009085360Z", "Second 60: a leap second is no time here."),
    UTC("certificate-time-letter", "25100908532xZ", "A letter among the digits."),
    UTC("certificate-time-space", "251009 85320Z", "A space among the digits, which strtol skips."),
    UTC("certificate-time-sign", "25100908+320Z", "A sign among the digits, which strtol takes."),
    UTC("certificate-time-letter-in-year", "x51009085320Z", "A letter in the year."),
    UTC("certificate-time-colon-in-year", ":51009085320Z", "A colon in the year: as a digit it would be ten."),
    UTC("certificate-time-colon-in-hour", "2510090:5320Z", "A colon in the hour: as a digit it would be ten."),
    UTC("certificate-time-slash-in-hour", "2510091/5320Z", "A slash in the hour: as a digit it would be minus one."),
    UTC("certificate-time-behind-z", "251009085320Z0", "A character behind the Z of a UTCTime."),
    UTC("certificate-time-four-digit-year", "20251009085320Z", "A UTCTime with a year of four digits."),
    UTC("certificate-time-empty", "", "A UTCTime of no characters."),
    GENERAL("certificate-time-generalized-2025", "20251009085320Z",
            "A GeneralizedTime before 2050: RFC 5280 wants UTCTime there."),
    GENERAL("certificate-time-generalized-end-of-2049", "20491231235959Z",
            "The last second that must be a UTCTime, as a GeneralizedTime."),
    GENERAL("certificate-time-generalized-fraction", "20500101000000.0Z",
            "A GeneralizedTime with a fraction of a second."),
    GENERAL("certificate-time-generalized-without-seconds", "205001010000Z", "A GeneralizedTime without seconds."),
    GENERAL("certificate-time-generalized-two-digit-year", "510101000000Z",
            "A GeneralizedTime with a year of two digits."),
    GENERAL("certificate-time-generalized-2100-leap-day", "21000229000000Z",
            "29 February 2100: centuries are no leap years."),
    GENERAL("certificate-time-generalized-letter-in-year", "21x00101000000Z",
            "A letter in the year of a GeneralizedTime."),
    GENERAL("certificate-time-generalized-behind-z", "20500101000000Z0",
            "A character behind the Z of a GeneralizedTime."),
    ACCEPT("certificate-time-year-2100", "certificate-time-form", "R-X509-06", "notAfter in the first second of 2100.",
           DO(DATE(LEAF, "not-after", general, "21000101000000Z"))),
    ACCEPT("certificate-time-leap-day-2000", "certificate-time-form", "R-X509-06",
           "notBefore on 29 February 2000: every fourth century has its leap day.",
           DO(DATE(LEAF, "not-before", utc, "000229000000Z"))),
    ACCEPT("certificate-time-28-february", "certificate-time-form", "R-X509-06",
           "notBefore on 28 February of this year, which has passed.",
           DO(DATE(LEAF, "not-before", utc, "250228000000Z"))),
    ACCEPT("certificate-time-1-march", "certificate-time-form", "R-X509-06",
           "notAfter on 1 March of next year, which is to come.", DO(DATE(LEAF, "not-after", utc, "260301000000Z"))),
    REFUSE("certificate-time-is-text", "certificate-tag", LOW, NATT_E_DER_TAG, LEAF, TBS(LEAF, E_VALIDITY, 2),
           "An IA5String where a time must be.", DO(DATE(LEAF, "not-before", ia5, "251009085320Z"))),
    ACCEPT("certificate-time-1950-to-2049", "certificate-time-form", "R-X509-06",
           "From the first to the last second that UTCTime can say: 50 is 1950 and 49 is 2049.",
           DO(DATE(LEAF, "not-before", utc, "500101000000Z"), DATE(LEAF, "not-after", utc, "491231235959Z")),
           DIFFER("RFC 5280 allows it; a verifier that counts seconds since 1970 without a sign may refuse.")),
    ACCEPT("certificate-time-from-2050", "certificate-time-form", "R-X509-06",
           "notAfter in the first second that is a GeneralizedTime.",
           DO(DATE(LEAF, "not-after", general, "20500101000000Z"))),
    ACCEPT("certificate-time-end-of-9999", "certificate-time-form", "R-X509-06",
           "notAfter 99991231235959Z, which RFC 5280 gives to certificates without an end.",
           DO(DATE(LEAF, "not-after", general, "99991231235959Z"))),
    ACCEPT("certificate-time-leap-day-2024", "certificate-time-form", "R-X509-06",
           "notBefore on 29 February 2024, which was a real day.", DO(DATE(LEAF, "not-before", utc, "240229120000Z"))),
    REFUSE("certificate-validity-reversed", "certificate-validity", MEDIUM, NATT_E_X509_VALIDITY, LEAF,
           TBS(LEAF, E_VALIDITY, 0), "notBefore one second after notAfter.",
           DO(DATE(LEAF, "not-before", utc, "251009085321Z"), DATE(LEAF, "not-after", utc, "251009085320Z"))),
    ACCEPT("certificate-validity-of-one-second", "certificate-validity", "R-X509-07",
           "notBefore equal to notAfter: valid for that whole second.",
           DO(DATE(LEAF, "not-before", utc, "251009085320Z"), DATE(LEAF, "not-after", utc, "251009085320Z"))),
};

#define KEY_IS(id, severity, hex, text)                                                                                \
    REFUSE(id, "certificate-key-algorithm", severity, NATT_E_X509_KEY_ALGORITHM, LEAF, TBS(LEAF, E_SPKI, 2), text,     \
           DO(CURVE(LEAF, hex)))
#define POINT_FORM(id, hex, text)                                                                                      \
    REFUSE(id, "certificate-point-form", HIGH, NATT_E_X509_POINT_FORM, LEAF, TBS(LEAF, E_SPKI, 20), text,              \
           DO(SPKI(LEAF, 23, 1, hex)))
#define POINT_LEN(id, len, text)                                                                                       \
    REFUSE(id, "certificate-point-form", HIGH, NATT_E_X509_POINT_FORM, LEAF, TBS(LEAF, E_SPKI, 20), text,              \
           DO(POINT(LEAF, "04", len)))
#define OFF_CURVE(id, steps_of, text)                                                                                  \
    REFUSE(id, "certificate-point-not-on-curve", CRITICAL, NATT_E_X509_POINT_NOT_ON_CURVE, LEAF,                       \
           TBS(LEAF, E_SPKI, 24), text, DO(steps_of))
static const struct natt_vector keys[] = {
    KEY_IS("certificate-key-p256", HIGH, "301306072a8648ce3d020106082a8648ce3d030107",
           "A key that says it is on P-256."),
    KEY_IS("certificate-key-p521", HIGH, "301006072a8648ce3d020106052b81040023", "A key that says it is on P-521."),
    KEY_IS("certificate-key-secp256k1", HIGH, "301006072a8648ce3d020106052b8104000a",
           "A key that says it is on secp256k1."),
    KEY_IS("certificate-key-brainpool", HIGH, "301406072a8648ce3d020106092b240303020801010b",
           "A key that says it is on brainpoolP384r1: as long, another curve."),
    KEY_IS("certificate-key-without-curve", HIGH, "300b06072a8648ce3d02010500", "A key with NULL instead of a curve."),
    KEY_IS("certificate-key-rsa", HIGH, "300d06092a864886f70d0101010500", "A key that says it is RSA."),
    KEY_IS("certificate-key-ecdh-only", MEDIUM, "300e06052b8104010c06052b81040022",
           "A key that says it is for ECDH only."),
    KEY_IS("certificate-key-explicit-curve", HIGH, "300d06072a8648ce3d020130020101",
           "A curve with parameters of its own: whoever chooses the generator can forge (CVE-2020-0601)."),
    POINT_FORM("certificate-point-compressed-even", "02",
               "A compressed point's prefix (even y) in front of both coordinates."),
    POINT_FORM("certificate-point-compressed-odd", "03", "A compressed point's prefix (odd y)."),
    POINT_FORM("certificate-point-hybrid-even", "06",
               "A hybrid point (even y): valid in X9.62, forbidden in RFC 5480."),
    POINT_FORM("certificate-point-hybrid-odd", "07", "A hybrid point (odd y)."),
    POINT_FORM("certificate-point-prefix-0", "00", "The prefix of the point at infinity in front of coordinates."),
    POINT_FORM("certificate-point-prefix-5", "05", "A prefix that does not exist."),
    POINT_LEN("certificate-point-empty", 0, "No point at all."),
    POINT_LEN("certificate-point-1-octet", 1, "A point of one octet."),
    POINT_LEN("certificate-point-49-octets", 49, "A point of 49 octets, as long as a compressed one."),
    POINT_LEN("certificate-point-96-octets", 96, "A point one octet too short."),
    POINT_LEN("certificate-point-98-octets", 98, "A point one octet too long."),
    REFUSE("certificate-point-infinity", "certificate-point-form", CRITICAL, NATT_E_X509_POINT_FORM, LEAF,
           TBS(LEAF, E_SPKI, 20),
           "The point at infinity as a key: every signature with r equal to x(e/s G) would hold.",
           DO(POINT(LEAF, "00", 1))),
    REFUSE("certificate-point-unused-bits", "certificate-bit-string", LOW, NATT_E_DER_BIT_STRING, LEAF,
           TBS(LEAF, E_SPKI, 20), "A key of which one bit is unused.", DO(SPKI(LEAF, 22, 1, "01"))),
    OFF_CURVE("certificate-point-y-changed", SPKI(LEAF, 119, 1, "00"),
              "A point beside the curve: an invalid-curve attack."),
    OFF_CURVE("certificate-point-x-is-p", SPKI(LEAF, 24, 48, P_HEX), "x is p, which is 0 only modulo p."),
    OFF_CURVE("certificate-point-y-is-p", SPKI(LEAF, 72, 48, P_HEX), "y is p."),
    OFF_CURVE("certificate-point-zero", SPKI(LEAF, 24, 96, ZERO48 ZERO48),
              "x and y are 0: a common stand-in for infinity."),
    OFF_CURVE("certificate-point-all-ones",
              SPKI(LEAF, 24, 48,
                   "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
              "x is 2^384-1, above p."),
    REFUSE("certificate-point-of-a-ca-not-on-curve", "certificate-point-not-on-curve", CRITICAL,
           NATT_E_X509_POINT_NOT_ON_CURVE, 1, TBS(1, E_SPKI, 24), "A CA's point beside the curve.",
           DO(SPKI(1, 119, 1, "00"))),

#define IN_RANGE(id, edit, r_or_s, text)                                                                               \
    REFUSE(id, "certificate-signature-range", CRITICAL, NATT_E_X509_SIGNATURE_RANGE, LEAF, INTEGER(LEAF, r_or_s),      \
           text, DO(SIG_EDIT(LEAF, edit)))
    IN_RANGE("certificate-signature-r-0", NATT_SIGNATURE_ZERO_R, 0, "r of the leaf's signature is 0."),
    IN_RANGE("certificate-signature-s-0", NATT_SIGNATURE_ZERO_S, 1, "s of the leaf's signature is 0."),
    IN_RANGE("certificate-signature-r-n", NATT_SIGNATURE_R_IS_N, 0, "r is the group order: 0 modulo n."),
    IN_RANGE("certificate-signature-s-n", NATT_SIGNATURE_S_IS_N, 1,
             "s is the group order: 0 modulo n, which has no inverse."),
    REFUSE("certificate-signature-r-and-s-0", "certificate-signature-range", CRITICAL, NATT_E_X509_SIGNATURE_RANGE, 1,
           INTEGER(1, 0), "r and s of a CA's signature are 0 (CVE-2022-21449).", DO(SIG_R(1, "00"), SIG_S(1, "00"))),
    REFUSE("certificate-signature-r-49-octets", "certificate-signature-range", HIGH, NATT_E_X509_SIGNATURE_RANGE, LEAF,
           INTEGER(LEAF, 0), "r of 49 octets: it must not overrun a buffer of 48.", DO(SIG_R(LEAF, "01" ZERO48))),
    ACCEPT("certificate-signature-r-47-octets", "certificate-signature", "R-X509-14",
           "r of the leaf's signature has 47 octets: DER leaves the leading zero out, and a verifier puts it back.",
           DO(PART(LEAF, "serial", "02024190"))),
    ACCEPT("certificate-signature-s-47-octets", "certificate-signature", "R-X509-14",
           "s of the leaf's signature has 47 octets.", DO(PART(LEAF, "serial", "02024106"))),
#define R_DER(id, hex, text)                                                                                           \
    REFUSE(id, "certificate-integer", MEDIUM, NATT_E_DER_INTEGER, LEAF, INTEGER(LEAF, 0), text, DO(SIG_R(LEAF, hex)))
    R_DER("certificate-signature-r-negative", "80", "r is negative."),
    R_DER("certificate-signature-r-padded", "0001",
          "r with a leading zero octet too many: another encoding of the same certificate."),
    R_DER("certificate-signature-r-padded-7f", "007f", "r of 127 with a leading zero octet too many."),
    R_DER("certificate-signature-r-empty", "", "r of no octets."),
    REFUSE("certificate-signature-raw", "certificate-tag", LOW, NATT_E_DER_TAG, LEAF, OUTER(LEAF, E_SIGNATURE, 3),
           "r || s of 96 bytes, as COSE writes it, where DER must be.", DO(SIG_RAW(LEAF, N_HEX N_HEX))),
};

const struct natt_vector_group natt_group_certificate = {
    "certificate",
    "One certificate's shape: DER, version, serial, names, times, key, signature, extensions.",
    {TABLE(heads), TABLE(names), TABLE(dates), TABLE(keys)}};
