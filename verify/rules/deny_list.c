/*
 * Deny list. Serials are compared as integers, so leading zeros do not matter. A certificate has a twin with the same
 * signed content and s replaced by n - s; a digest entry matches both, else it could be bypassed.
 * Source: RFC 5280 5 (a certificate is revoked by issuer and serial); AWS attestation_process.md (no CRL is fetched).
 */
#include "verify/rules/deny_list.h"
#include "verify/parse/ecdsa.h"
#include "verify/parse/x509.h"

#include <string.h>

static natt_bytes without_leading_zeros(natt_bytes integer)
{
    size_t zeros = 0;
    while (zeros < integer.len && integer.ptr[zeros] == 0)
        zeros++;
    return natt_bytes_drop(integer, zeros);
}

/* R-USAGE-14: a Name that no certificate can have denies nothing: it is too long, or R-X509-05 refuses its form. */
static bool check_issuer(natt_bytes issuer)
{
    natt_error why = {NATT_OK, 0, 0, NULL};
    natt_bytes common_name;
    if (issuer.ptr == NULL || issuer.len > NATT_MAX_CERTIFICATE)
        return issuer.ptr == NULL && issuer.len == 0;
    struct natt_reader r = natt_der_reader(issuer, &why);
    return natt_x509_parse_name(&r, &common_name);
}

static bool check_entry(const natt_deny_entry *e)
{
    if (e->value.ptr == NULL)
        return false;
    if (e->type == NATT_DENY_SERIAL) {
        size_t len = without_leading_zeros(e->value).len;
        return len >= 1 && len <= 20 && check_issuer(e->issuer);
    }
    bool digest = e->type == NATT_DENY_CERTIFICATE_SHA256 || e->type == NATT_DENY_SPKI_SHA256;
    return digest && e->value.len == NATT_SHA256_LEN && e->issuer.ptr == NULL && e->issuer.len == 0;
}

/* R-USAGE-14: an entry that cannot be parsed denies nothing, so it must be an error. */
bool natt_deny_check(const natt_options *opt, natt_error *err)
{
    if ((opt->deny == NULL && opt->deny_count > 0) || opt->deny_count >= NATT_NO_ITEM)
        return natt_fail_code(err, NATT_E_USAGE_DENY);
    for (size_t i = 0; i < opt->deny_count; i++)
        if (!check_entry(&opt->deny[i]))
            return natt_fail(err, NATT_E_USAGE_DENY, (uint32_t)i, NATT_NO_OFFSET);
    return true;
}

/* Digests of one certificate, computed only if the list has a digest entry. */
struct digests {
    uint8_t certificate[NATT_SHA256_LEN], twin[NATT_SHA256_LEN], spki[NATT_SHA256_LEN];
};

/* DER INTEGER of a scalar in range. Returns its length, at most 2 + 49. */
static size_t put_integer(uint8_t *out, natt_bytes magnitude)
{
    size_t pad = magnitude.ptr[0] >= 0x80 ? 1 : 0;
    out[0] = NATT_DER_INTEGER;
    out[1] = (uint8_t)(pad + magnitude.len);
    out[2] = 0;
    memcpy(out + 2 + pad, magnitude.ptr, magnitude.len);
    return 2 + pad + magnitude.len;
}

/* signatureValue of the twin: BIT STRING { SEQUENCE { r, n - s } }; all lengths are below 128. */
static size_t put_twin_signature(uint8_t out[128], const natt_certificate *cert)
{
    uint8_t s[NATT_SCALAR_LEN], other[NATT_SCALAR_LEN];
    natt_scalar_pad(s, cert->s);
    natt_scalar_negate(other, s);
    size_t len = put_integer(out + 5, cert->r);
    len += put_integer(out + 5 + len, without_leading_zeros((natt_bytes){other, sizeof other}));
    const uint8_t heads[5] = {NATT_DER_BIT_STRING, (uint8_t)(len + 3), 0, NATT_DER_SEQUENCE, (uint8_t)len};
    memcpy(out, heads, sizeof heads);
    return len + 5;
}

/* Head of the SEQUENCE around `len` bytes; with a P-384 key inside, len is between 200 and 65535 at least. */
static size_t put_sequence_head(uint8_t out[4], size_t len)
{
    const uint8_t head[4] = {NATT_DER_SEQUENCE, 0x82, (uint8_t)(len >> 8), (uint8_t)len};
    const uint8_t short_head[3] = {NATT_DER_SEQUENCE, 0x81, (uint8_t)len};
    size_t size = len >= 0x100 ? sizeof head : sizeof short_head;
    memcpy(out, len >= 0x100 ? head : short_head, size);
    return size;
}

static bool hash_twin(uint8_t *out, const natt_certificate *cert, const struct natt_crypto *crypto)
{
    uint8_t head[4], signature[128];
    size_t signature_len = put_twin_signature(signature, cert);
    size_t head_len = put_sequence_head(head, cert->tbs.len + NATT_X509_ALGORITHM_LEN + signature_len);
    natt_bytes parts[] = {
        {head, head_len}, cert->tbs, {natt_x509_algorithm, NATT_X509_ALGORITHM_LEN}, {signature, signature_len}};
    return crypto->sha256(out, parts, 4);
}

static bool make_digests(struct digests *d, const natt_certificate *cert, const struct natt_crypto *crypto)
{
    return crypto->sha256(d->certificate, &cert->raw, 1) && crypto->sha256(d->spki, &cert->spki, 1) &&
           hash_twin(d->twin, cert, crypto);
}

static bool names_serial(const natt_deny_entry *e, const natt_certificate *cert)
{
    bool issuer = e->issuer.ptr == NULL || natt_bytes_equal(e->issuer, cert->issuer);
    return issuer && natt_bytes_equal(without_leading_zeros(e->value), cert->serial);
}

static bool names(const natt_deny_entry *e, const natt_certificate *cert, const struct digests *d)
{
    if (e->type == NATT_DENY_SERIAL)
        return names_serial(e, cert);
    if (e->type == NATT_DENY_SPKI_SHA256)
        return memcmp(e->value.ptr, d->spki, NATT_SHA256_LEN) == 0;
    return memcmp(e->value.ptr, d->certificate, NATT_SHA256_LEN) == 0 ||
           memcmp(e->value.ptr, d->twin, NATT_SHA256_LEN) == 0;
}

static bool needs_digests(const natt_options *opt)
{
    for (size_t i = 0; i < opt->deny_count; i++)
        if (opt->deny[i].type != NATT_DENY_SERIAL)
            return true;
    return false;
}

/* R-CHAIN-12: root, intermediates and leaf alike. */
bool natt_deny_allows(const natt_certificate *cert, uint32_t item, size_t offset, const natt_options *opt,
                      const struct natt_crypto *crypto, natt_error *err)
{
    struct digests d = {{0}, {0}, {0}};
    if (needs_digests(opt) && !make_digests(&d, cert, crypto))
        return natt_fail(err, NATT_E_INTERNAL_CRYPTO, item, NATT_NO_OFFSET);
    for (size_t i = 0; i < opt->deny_count; i++)
        if (names(&opt->deny[i], cert, &d))
            return natt_fail(err, NATT_E_CHAIN_DENIED, item, offset);
    return true;
}

/* R-USAGE-01 */
bool natt_deny_from_certificate(natt_deny_entry *out, natt_bytes certificate, natt_error *err)
{
    natt_error spare;
    natt_certificate cert;
    err = natt_error_begin(err, &spare);
    if (out == NULL)
        return natt_fail_code(err, NATT_E_USAGE_ARGUMENT);
    memset(out, 0, sizeof *out);
    if (!natt_certificate_parse(&cert, certificate, err))
        return false;
    *out = (natt_deny_entry){NATT_DENY_SERIAL, cert.issuer, cert.serial};
    return true;
}
