/*
 * Property: for mbedTLS, an accepted certificate has the same fields. Views are inside the input. A refusal zeroes the
 * output, and a second call returns the same refusal.
 */
#include "fuzz/property.h"
#include "fuzz/x509_oracle.h"

static void check_views(natt_bytes in, const natt_certificate *c)
{
    const natt_bytes views[] = {c->raw,        c->tbs,  c->serial,     c->issuer, c->subject, c->issuer_cn,
                                c->subject_cn, c->spki, c->public_key, c->r,      c->s,       c->unknown_critical};
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
        MUST(fuzz_inside(in, views[i]));
}

static void check_accepted(natt_bytes in, const natt_certificate *cert)
{
    mbedtls_x509_crt crt;
    MUST(cert->raw.ptr == in.ptr && cert->raw.len == in.len && cert->not_before <= cert->not_after);
    MUST(cert->public_key.len == 96 && cert->serial.len >= 1 && cert->serial.len <= 20);
    (void)fuzz_x509_agrees(cert, &crt);
    mbedtls_x509_crt_free(&crt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const natt_certificate zero;
    natt_certificate cert, again;
    natt_error err, same;
    natt_bytes in = {data, size};
    memset(&cert, 0xa5, sizeof cert);
    memset(&again, 0x5a, sizeof again);
    bool ok = natt_certificate_parse(&cert, in, &err);
    MUST(natt_certificate_parse(&again, in, &same) == ok && fuzz_same_error(&err, &same));
    fuzz_check_error(&err, ok, size);
    check_views(in, &cert);
    if (ok)
        check_accepted(in, &cert);
    else
        MUST(memcmp(&cert, &zero, sizeof cert) == 0);
    return 0;
}
