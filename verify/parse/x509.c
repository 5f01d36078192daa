/*
 * Parses one certificate. chain.c checks what it allows.
 * Sources: RFC 5280 4.1 and 4.2, RFC 5480 2 (P-384 keys), RFC 5758 3.2 (ecdsa-with-SHA384), X.690.
 */
#include "verify/parse/x509.h"
#include "verify/parse/ecdsa.h"
#include "verify/parse/x509_time.h"

#include <string.h>

/* R-X509-01: [0] { INTEGER 2 }, version 3. [RFC5280 4.1.2.1] */
static bool read_version(struct natt_reader *r)
{
    static const uint8_t v3[] = {NATT_DER_CONTEXT_0, 0x03, NATT_DER_INTEGER, 0x01, 0x02};
    return natt_reader_literal(r, v3, sizeof v3, NATT_E_X509_VERSION);
}

/* R-X509-02: positive, at most 20 octets of magnitude. Genuine ones have up to 21 octets with the sign octet. [RFC5280
 * 4.1.2.2] */
static bool read_serial(struct natt_reader *r, natt_bytes *out)
{
    size_t at = r->pos;
    return natt_der_unsigned(r, out) &&
           ((out->len >= 1 && out->len <= 20) || natt_reader_fail(r, NATT_E_X509_SERIAL, at));
}

/* AlgorithmIdentifier = SEQUENCE { ecdsa-with-SHA384 }, without parameters. [RFC5758 3.2] */
const uint8_t natt_x509_algorithm[NATT_X509_ALGORITHM_LEN] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                                              0x48, 0xce, 0x3d, 0x04, 0x03, 0x03};

/* R-X509-03 */
static bool read_inner_algorithm(struct natt_reader *r)
{
    return natt_reader_literal(r, natt_x509_algorithm, NATT_X509_ALGORITHM_LEN, NATT_E_X509_SIGNATURE_ALGORITHM);
}

/* R-X509-04: the same outside. [RFC5280 4.1.1.2] */
static bool read_outer_algorithm(struct natt_reader *r)
{
    return natt_reader_literal(r, natt_x509_algorithm, NATT_X509_ALGORITHM_LEN, NATT_E_X509_ALGORITHM_MISMATCH);
}

/* U+0000 to U+001F, U+007F, and as c2 80 to c2 9f U+0080 to U+009F. */
static bool is_control(natt_bytes text, size_t i)
{
    uint8_t c = text.ptr[i];
    bool c1 = c >= 0x80 && c <= 0x9f && i > 0 && text.ptr[i - 1] == 0xc2;
    return c < 0x20 || c == 0x7f || c1;
}

static bool has_control(natt_bytes text)
{
    for (size_t i = 0; i < text.len; i++)
        if (is_control(text, i))
            return true;
    return false;
}

/* Letters, digits, space and '()+,-./:=? [X.680 41.4] */
static bool is_printable_string(natt_bytes text)
{
    static const uint32_t alphabet[8] = {0, UINT32_C(0xa7fffb81), UINT32_C(0x07fffffe), UINT32_C(0x07fffffe)};
    for (size_t i = 0; i < text.len; i++)
        if ((alphabet[text.ptr[i] >> 5] >> (text.ptr[i] & 31) & 1) == 0)
            return false;
    return true;
}

/* R-X509-05: current string types, not empty, each in its alphabet, without control characters. [RFC5280
 * 4.1.2.4] */
static bool check_name_text(natt_bytes value, uint8_t tag)
{
    if (value.len == 0)
        return false;
    if (tag == NATT_DER_PRINTABLE_STRING)
        return is_printable_string(value);
    bool ascii = natt_bytes_printable(value);
    if (tag == NATT_DER_UTF8_STRING)
        return ascii || (!has_control(value) && natt_utf8_well_formed(value));
    return ascii && tag == NATT_DER_IA5_STRING;
}

/* AttributeTypeAndValue = SEQUENCE { type OID, value DirectoryString } */
static bool read_attribute(struct natt_reader *r, natt_bytes *common_name)
{
    static const char id_at_common_name[] = {0x55, 0x04, 0x03};
    struct natt_reader pair;
    natt_bytes type, value;
    uint8_t tag = 0;
    if (!natt_der_enter(r, NATT_DER_SEQUENCE, &pair) || !natt_der_next_oid(&pair, &type))
        return false;
    size_t at = pair.pos;
    (void)natt_reader_peek(&pair, &tag);
    if (!natt_der_next(&pair, tag, &value) || !natt_reader_at_end(&pair))
        return false;
    if (natt_bytes_are(type, id_at_common_name, sizeof id_at_common_name))
        *common_name = value;
    return check_name_text(value, tag) || natt_reader_fail(r, NATT_E_X509_NAME, at);
}

/* RelativeDistinguishedName = SET OF AttributeTypeAndValue; R-X509-05: exactly one, so no rule for their order is
 * needed. */
static bool read_rdn(struct natt_reader *r, natt_bytes *common_name)
{
    struct natt_reader set;
    size_t at = r->pos;
    if (!natt_der_enter(r, NATT_DER_SET, &set))
        return false;
    if (natt_reader_empty(&set))
        return natt_reader_fail(r, NATT_E_X509_NAME, at);
    return read_attribute(&set, common_name) && (natt_reader_empty(&set) || natt_reader_fail(r, NATT_E_X509_NAME, at));
}

/* Name = SEQUENCE OF RelativeDistinguishedName; R-X509-05: not empty, since every certificate has an issuer and a
 * subject. */
static bool read_name(struct natt_reader *r, natt_bytes *whole, natt_bytes *common_name)
{
    struct natt_reader rdns;
    size_t at = r->pos;
    if (!natt_der_enter_long(r, NATT_DER_SEQUENCE, &rdns))
        return false;
    if (natt_reader_empty(&rdns))
        return natt_reader_fail(r, NATT_E_X509_NAME, at);
    while (!natt_reader_empty(&rdns))
        if (!read_rdn(&rdns, common_name))
            return false;
    *whole = natt_reader_since(r, at);
    return true;
}

bool natt_x509_parse_name(struct natt_reader *r, natt_bytes *common_name)
{
    natt_bytes whole;
    return read_name(r, &whole, common_name) && natt_reader_at_end(r);
}

/* Validity = SEQUENCE { notBefore Time, notAfter Time }; R-X509-07: in this order. [RFC5280 4.1.2.5] */
static bool read_validity(struct natt_reader *r, natt_certificate *out)
{
    struct natt_reader times;
    size_t at = r->pos;
    return natt_der_enter(r, NATT_DER_SEQUENCE, &times) && natt_x509_read_time(&times, &out->not_before) &&
           natt_x509_read_time(&times, &out->not_after) && natt_reader_at_end(&times) &&
           (out->not_before <= out->not_after || natt_reader_fail(r, NATT_E_X509_VALIDITY, at));
}

/* R-X509-08: AlgorithmIdentifier = SEQUENCE { id-ecPublicKey, secp384r1 }. [RFC5480 2.1.1] */
static bool read_key_algorithm(struct natt_reader *r)
{
    static const uint8_t p384[] = {0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d,
                                   0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
    return natt_reader_literal(r, p384, sizeof p384, NATT_E_X509_KEY_ALGORITHM);
}

/* R-X509-09: 04 || x || y. [RFC5480 2.2] */
static bool read_point(struct natt_reader *r, natt_bytes *out)
{
    size_t at = r->pos;
    natt_bytes point;
    if (!natt_der_octet_bits(r, &point))
        return false;
    if (point.len != 1 + 2 * NATT_SCALAR_LEN || point.ptr[0] != 0x04)
        return natt_reader_fail(r, NATT_E_X509_POINT_FORM, at);
    *out = natt_bytes_drop(point, 1);
    return true;
}

/* SubjectPublicKeyInfo = SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING } */
static bool read_spki(struct natt_reader *r, natt_certificate *out)
{
    struct natt_reader key;
    size_t at = r->pos;
    if (!natt_der_enter(r, NATT_DER_SEQUENCE, &key))
        return false;
    out->spki = natt_reader_since(r, at);
    return read_key_algorithm(&key) && read_point(&key, &out->public_key) && natt_reader_at_end(&key);
}

/* A path length of four octets is more than sufficient; larger ones are refused, never wrapped. */
static bool read_path_len(struct natt_reader *r, natt_certificate *out)
{
    size_t at = r->pos;
    natt_bytes v;
    out->has_path_len = !natt_reader_empty(r);
    if (!out->has_path_len)
        return true;
    if (!natt_der_unsigned(r, &v))
        return false;
    if (v.len > 4)
        return natt_reader_fail(r, NATT_E_DER_INTEGER, at);
    for (size_t i = 0; i < v.len; i++)
        out->path_len = out->path_len << 8 | v.ptr[i];
    return true;
}

/* BasicConstraints = SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL } [RFC5280 4.2.1.9] */
static bool read_basic_constraints(struct natt_reader *r, natt_certificate *out, bool critical)
{
    struct natt_reader inside;
    if (!natt_der_enter(r, NATT_DER_SEQUENCE, &inside))
        return false;
    out->has_basic_constraints = true;
    out->basic_constraints_critical = critical;
    out->basic_constraints_empty = natt_reader_empty(&inside);
    return natt_der_next_true(&inside, &out->ca) && read_path_len(&inside, out) && natt_reader_at_end(&inside);
}

/* KeyUsage = BIT STRING; R-X509-13: at least one bit. [RFC5280 4.2.1.3] */
static bool read_key_usage(struct natt_reader *r, natt_certificate *out, bool critical)
{
    size_t at = r->pos;
    out->has_key_usage = true;
    out->key_usage_critical = critical;
    return natt_der_named_bits(r, &out->key_usage) &&
           (out->key_usage != 0 || natt_reader_fail(r, NATT_E_X509_KEY_USAGE_EMPTY, at));
}

/* nameConstraints, policyConstraints, inhibitAnyPolicy limit what a CA may issue. RFC 5280 4.2.1.10, 4.2.1.11 and
 * 4.2.1.14 require them to be critical; a non-critical one also limits its CA. */
static bool limits_ca(natt_bytes oid)
{
    static const uint8_t oids[][3] = {{0x55, 0x1d, 0x1e}, {0x55, 0x1d, 0x24}, {0x55, 0x1d, 0x36}};
    for (size_t i = 0; i < sizeof oids / sizeof oids[0]; i++)
        if (natt_bytes_equal(oid, (natt_bytes){oids[i], sizeof oids[i]}))
            return true;
    return false;
}

/* The extensions that this library reads. Another extension is recorded if it must be processed, else ignored. */
static const struct known_extension {
    uint8_t oid[3];
    bool (*read)(struct natt_reader *r, natt_certificate *out, bool critical);
} known_extensions[] = {
    {{0x55, 0x1d, 0x13}, read_basic_constraints},
    {{0x55, 0x1d, 0x0f}, read_key_usage},
};

static bool read_extension_value(struct natt_reader *value, natt_certificate *out, natt_bytes oid, bool critical)
{
    for (size_t i = 0; i < sizeof known_extensions / sizeof known_extensions[0]; i++)
        if (natt_bytes_equal(oid, (natt_bytes){known_extensions[i].oid, sizeof known_extensions[i].oid}))
            return known_extensions[i].read(value, out, critical) && natt_reader_at_end(value);
    if ((critical || limits_ca(oid)) && out->unknown_critical.ptr == NULL)
        out->unknown_critical = oid;
    return true;
}

/* Extension = SEQUENCE { extnID OID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING } */
static bool read_extension(struct natt_reader *r, natt_certificate *out, natt_bytes *oid)
{
    struct natt_reader inside, value;
    bool critical;
    return natt_der_enter(r, NATT_DER_SEQUENCE, &inside) && natt_der_next_oid(&inside, oid) &&
           natt_der_next_true(&inside, &critical) && natt_der_enter(&inside, NATT_DER_OCTET_STRING, &value) &&
           natt_reader_at_end(&inside) && read_extension_value(&value, out, *oid, critical);
}

/* R-X509-11: no extension twice. [RFC5280 4.2] */
static bool check_extension_new(const struct natt_reader *r, const natt_bytes *oids, size_t count, size_t at)
{
    for (size_t i = 0; i < count; i++)
        if (natt_bytes_equal(oids[i], oids[count]))
            return natt_reader_fail(r, NATT_E_X509_EXTENSION_DUPLICATE, at);
    return true;
}

/* Extensions = SEQUENCE SIZE (1..MAX) OF Extension; R-X509-12: 16 of them at most. */
static bool read_extension_list(struct natt_reader *r, natt_certificate *out)
{
    struct natt_reader list;
    natt_bytes oids[NATT_MAX_EXTENSIONS];
    size_t count = 0, at = r->pos;
    if (!natt_der_enter_long(r, NATT_DER_SEQUENCE, &list))
        return false;
    while (!natt_reader_empty(&list)) {
        size_t entry = list.pos;
        if (count == NATT_MAX_EXTENSIONS)
            return natt_reader_fail(r, NATT_E_X509_EXTENSION_COUNT, entry);
        if (!read_extension(&list, out, &oids[count]) || !check_extension_new(r, oids, count, entry))
            return false;
        count++;
    }
    return count > 0 || natt_reader_fail(r, NATT_E_X509_EXTENSION_COUNT, at);
}

/* [3] EXPLICIT Extensions OPTIONAL; chain.c checks that the required ones are present. */
static bool read_extensions(struct natt_reader *r, natt_certificate *out)
{
    struct natt_reader explicit3;
    if (natt_reader_empty(r))
        return true;
    return natt_der_enter_long(r, NATT_DER_CONTEXT_3, &explicit3) && read_extension_list(&explicit3, out) &&
           natt_reader_at_end(&explicit3);
}

/*
 * TBSCertificate = SEQUENCE { version, serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo,
 *                             extensions }; the profile has no unique identifiers [1] and [2].
 */
static bool read_tbs(struct natt_reader *r, natt_certificate *out)
{
    struct natt_reader tbs;
    size_t at = r->pos;
    if (!natt_der_enter_long(r, NATT_DER_SEQUENCE, &tbs))
        return false;
    out->tbs = natt_reader_since(r, at);
    return read_version(&tbs) && read_serial(&tbs, &out->serial) && read_inner_algorithm(&tbs) &&
           read_name(&tbs, &out->issuer, &out->issuer_cn) && read_validity(&tbs, out) &&
           read_name(&tbs, &out->subject, &out->subject_cn) && read_spki(&tbs, out) && read_extensions(&tbs, out) &&
           natt_reader_at_end(&tbs);
}

/* R-X509-14: [1, n-1]; a high s is genuine. [SEC1 4.1.4] */
static bool read_scalar(struct natt_reader *r, natt_bytes *out)
{
    size_t at = r->pos;
    return natt_der_unsigned(r, out) &&
           (natt_scalar_in_range(*out) || natt_reader_fail(r, NATT_E_X509_SIGNATURE_RANGE, at));
}

/* signatureValue = BIT STRING { Ecdsa-Sig-Value = SEQUENCE { r INTEGER, s INTEGER } } [RFC5480 A] */
static bool read_signature(struct natt_reader *r, natt_certificate *out)
{
    struct natt_reader bits, values;
    natt_bytes octets;
    if (!natt_der_octet_bits(r, &octets))
        return false;
    bits = natt_reader_inside(r, octets);
    return natt_der_enter(&bits, NATT_DER_SEQUENCE, &values) && natt_reader_at_end(&bits) &&
           read_scalar(&values, &out->r) && read_scalar(&values, &out->s) && natt_reader_at_end(&values);
}

/* Certificate = SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue } */
bool natt_x509_parse(struct natt_reader *r, natt_certificate *out)
{
    struct natt_reader cert;
    size_t at = r->pos;
    if (!natt_der_enter_long(r, NATT_DER_SEQUENCE, &cert))
        return false;
    out->raw = natt_reader_since(r, at);
    return natt_reader_at_end(r) && read_tbs(&cert, out) && read_outer_algorithm(&cert) && read_signature(&cert, out) &&
           natt_reader_at_end(&cert);
}

/* R-DOC-14 also applies to separate certificates. */
static bool parse_alone(natt_certificate *out, natt_bytes in, natt_error *err)
{
    struct natt_reader r = natt_der_reader(in, err);
    if (in.len < 1 || in.len > NATT_MAX_CERTIFICATE)
        return natt_reader_fail(&r, NATT_E_DOC_CERTIFICATE_SIZE, 0);
    return natt_x509_parse(&r, out);
}

/* R-USAGE-01 */
bool natt_certificate_parse(natt_certificate *out, natt_bytes in, natt_error *err)
{
    natt_error spare;
    err = natt_error_begin(err, &spare);
    if (out == NULL)
        return natt_fail_code(err, NATT_E_USAGE_ARGUMENT);
    memset(out, 0, sizeof *out);
    if (in.ptr == NULL && in.len != 0)
        return natt_fail_code(err, NATT_E_USAGE_ARGUMENT);
    if (parse_alone(out, in, err))
        return true;
    memset(out, 0, sizeof *out);
    return false;
}
