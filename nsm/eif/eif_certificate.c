/* See eif_certificate.h. Sources: RFC 5280 4.1, RFC 5480 2.1.1 (curves), RFC 7468 (PEM), RFC 4514 2.4 (escapes). */
#define _GNU_SOURCE /* memmem */
#include "nsm/eif/eif_certificate.h"

#include <mbedtls/base64.h>
#include <string.h>

#include "verify/parse/der.h"
#include "verify/parse/x509_time.h"

#define OID(text) text, sizeof(text) - 1

static const struct natt_eif_algorithm algorithms[] = {
    {"ES256", OID("\xa1\x01\x26"), OID("\x2a\x86\x48\xce\x3d\x03\x01\x07"), MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_MD_SHA256,
     32},
    {"ES384", OID("\xa1\x01\x38\x22"), OID("\x2b\x81\x04\x00\x22"), MBEDTLS_ECP_DP_SECP384R1, MBEDTLS_MD_SHA384, 48},
    {"ES512", OID("\xa1\x01\x38\x23"), OID("\x2b\x81\x04\x00\x23"), MBEDTLS_ECP_DP_SECP521R1, MBEDTLS_MD_SHA512, 66},
};

natt_bytes natt_eif_pem_decode(uint8_t *out, size_t capacity, natt_bytes pem)
{
    static const char head[] = "-----BEGIN CERTIFICATE-----", foot[] = "-----END CERTIFICATE-----";
    const uint8_t *from = memmem(pem.ptr, pem.len, head, sizeof head - 1);
    size_t len = 0;
    if (from == NULL)
        return (natt_bytes){NULL, 0};
    from += sizeof head - 1; /* the lines must not share their dashes */
    const uint8_t *to = memmem(from, (size_t)(pem.ptr + pem.len - from), foot, sizeof foot - 1);
    bool done = to != NULL && mbedtls_base64_decode(out, capacity, &len, from, (size_t)(to - from)) == 0 && len > 0;
    return done ? (natt_bytes){out, len} : (natt_bytes){NULL, 0};
}

/* SubjectPublicKeyInfo = SEQUENCE { SEQUENCE { id-ecPublicKey, namedCurve }, BIT STRING } */
static bool read_key(struct natt_reader *tbs, struct natt_eif_certificate *out)
{
    static const char id_ec_public_key[] = "\x2a\x86\x48\xce\x3d\x02\x01";
    struct natt_reader key, kind;
    natt_bytes type, curve;
    if (!natt_der_enter_long(tbs, NATT_DER_SEQUENCE, &key) || !natt_der_enter(&key, NATT_DER_SEQUENCE, &kind) ||
        !natt_der_oid(&kind, &type))
        return false;
    if (!natt_bytes_are(type, OID(id_ec_public_key)) || !natt_reader_next_is(&kind, NATT_DER_OID))
        return true;
    if (!natt_der_oid(&kind, &curve) || !natt_reader_at_end(&kind))
        return false;
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
        if (natt_bytes_are(curve, algorithms[i].curve, algorithms[i].curve_len))
            out->algorithm = &algorithms[i];
    return natt_der_octet_bits(&key, &out->point) && natt_reader_at_end(&key);
}

/* Validity = SEQUENCE { notBefore Time, notAfter Time } */
static bool read_validity(struct natt_reader *tbs, struct natt_eif_certificate *out)
{
    struct natt_reader times;
    return natt_der_enter(tbs, NATT_DER_SEQUENCE, &times) && natt_x509_read_time(&times, &out->not_before) &&
           natt_x509_read_time(&times, &out->not_after) && natt_reader_at_end(&times);
}

/* TBSCertificate = SEQUENCE { [0] OPTIONAL, serial, algorithm, issuer, validity, subject, key, ... } */
static bool read_tbs(struct natt_reader *tbs, struct natt_eif_certificate *out)
{
    natt_bytes skipped;
    return (!natt_reader_next_is(tbs, NATT_DER_CONTEXT_0) || natt_der_take(tbs, NATT_DER_CONTEXT_0, &skipped)) &&
           natt_der_take(tbs, NATT_DER_INTEGER, &skipped) && natt_der_take(tbs, NATT_DER_SEQUENCE, &skipped) &&
           natt_der_take(tbs, NATT_DER_SEQUENCE, &skipped) && read_validity(tbs, out) &&
           natt_der_take(tbs, NATT_DER_SEQUENCE, &out->subject) && read_key(tbs, out);
}

bool natt_eif_certificate_read(struct natt_eif_certificate *out, natt_bytes der)
{
    natt_error err, *e = natt_error_begin(NULL, &err);
    struct natt_reader r = natt_der_reader(der, e), certificate, tbs;
    natt_bytes skipped;
    memset(out, 0, sizeof *out);
    return natt_der_enter_long(&r, NATT_DER_SEQUENCE, &certificate) && natt_reader_at_end(&r) &&
           natt_der_enter_long(&certificate, NATT_DER_SEQUENCE, &tbs) && read_tbs(&tbs, out) &&
           natt_der_take(&certificate, NATT_DER_SEQUENCE, &skipped) &&
           natt_der_take(&certificate, NATT_DER_BIT_STRING, &skipped) && natt_reader_at_end(&certificate);
}
