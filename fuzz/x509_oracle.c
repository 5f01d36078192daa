#include "fuzz/x509_oracle.h"
#include "fuzz/property.h"
#include "verify/crypto/crypto.h"

#include <mbedtls/asn1.h>
#include <mbedtls/oid.h>

static bool same_buf(const mbedtls_x509_buf *buf, natt_bytes want)
{
    return fuzz_same_bytes(want, buf->p, buf->len);
}

static natt_bytes without_zeros(const mbedtls_x509_buf *buf)
{
    natt_bytes out = {buf->p, buf->len};
    while (out.len > 0 && out.ptr[0] == 0)
        out = (natt_bytes){out.ptr + 1, out.len - 1};
    return out;
}

static int is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Converts day by day, because time_t has 32 bits on some machines, and certificates end after 2038. */
static int64_t seconds_of(const mbedtls_x509_time *t)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t days = t->day - 1;
    for (int year = 1950; year < t->year; year++)
        days += 365 + is_leap(year);
    for (int month = 1; month < t->mon; month++)
        days += lengths[month - 1] + (month == 2 && is_leap(t->year));
    days -= 20 * 365 + 5; /* certificates can express years from 1950 on; counts up to 1970 */
    return ((days * 24 + t->hour) * 60 + t->min) * 60 + t->sec;
}

/* mbedTLS stores the path length plus one, and 0 for an absent one. A path length without cA makes mbedTLS assume a CA,
 * which X.509 does not. */
static void check_extensions(const natt_certificate *cert, const mbedtls_x509_crt *crt)
{
    MUST((crt->ca_istrue != 0) == cert->ca || (!cert->ca && cert->has_path_len));
    MUST(!cert->ca || crt->max_pathlen == (cert->has_path_len ? (int)cert->path_len + 1 : 0));
    MUST(((crt->ext_types & MBEDTLS_X509_EXT_KEY_USAGE) != 0) == cert->has_key_usage);
    for (unsigned bit = 0; cert->has_key_usage && bit < 8; bit++)
        MUST((crt->key_usage >> (7 - bit) & 1) == (cert->key_usage >> bit & 1));
}

static void check_fields(const natt_certificate *cert, const mbedtls_x509_crt *crt)
{
    natt_bytes serial = without_zeros(&crt->serial);
    MUST(crt->version == 3 && same_buf(&crt->raw, cert->raw) && same_buf(&crt->tbs, cert->tbs));
    MUST(fuzz_same_bytes(serial, cert->serial.ptr, cert->serial.len));
    MUST(same_buf(&crt->issuer_raw, cert->issuer) && same_buf(&crt->subject_raw, cert->subject));
    MUST(seconds_of(&crt->valid_from) == cert->not_before && seconds_of(&crt->valid_to) == cert->not_after);
    MUST(crt->sig_md == MBEDTLS_MD_SHA384 && crt->sig_pk == MBEDTLS_PK_ECDSA);
    MUST(mbedtls_pk_get_type(&crt->pk) == MBEDTLS_PK_ECKEY);
    check_extensions(cert, crt);
}

/* Returns the content of the next element, of any tag, as mbedTLS parses it. */
static natt_bytes element(natt_bytes *in)
{
    unsigned char *p = (unsigned char *)in->ptr;
    size_t len = 0;
    MUST(in->len > 0 && mbedtls_asn1_get_tag(&p, in->ptr + in->len, &len, in->ptr[0]) == 0);
    size_t used = (size_t)(p - in->ptr) + len;
    *in = (natt_bytes){in->ptr + used, in->len - used};
    return (natt_bytes){p, len};
}

/* Returns true if there is an extension other than basicConstraints and keyUsage. Extensions follow the seventh element
 * of TBSCertificate. */
static bool has_other_extension(const natt_certificate *cert)
{
    natt_bytes whole = cert->tbs, tbs = element(&whole), list;
    for (int i = 0; i < 7; i++)
        (void)element(&tbs);
    list = tbs.len > 0 ? element(&tbs) : tbs;
    list = list.len > 0 ? element(&list) : list;
    for (bool known = true; list.len > 0; known = true) {
        natt_bytes extension = element(&list), oid = element(&extension);
        known = fuzz_same_bytes(oid, "\x55\x1d\x13", 3) || fuzz_same_bytes(oid, "\x55\x1d\x0f", 3);
        if (!known)
            return true;
    }
    return false;
}

static bool explained(const natt_certificate *cert, int ret)
{
    int high = -(-ret & 0xff80);
    if (high == MBEDTLS_ERR_X509_INVALID_EXTENSIONS || high == MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE)
        return cert->path_len >= INT32_MAX || has_other_extension(cert);
    return natt_crypto_mbedtls.on_curve(cert->public_key.ptr) == NATT_CRYPTO_INVALID;
}

bool fuzz_x509_agrees(const natt_certificate *cert, mbedtls_x509_crt *crt)
{
    mbedtls_x509_crt_init(crt);
    int ret = mbedtls_x509_crt_parse_der_nocopy(crt, cert->raw.ptr, cert->raw.len);
    MUST(ret == 0 || explained(cert, ret));
    if (ret == 0)
        check_fields(cert, crt);
    return ret == 0;
}
