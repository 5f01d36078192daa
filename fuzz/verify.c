/*
 * Property: with real cryptography, mbedTLS also accepts every accepted document: each signature, and the chain in its
 * own path validation. Both back ends, one with a chain cache and one with a table of the leaf's key give the same
 * verdict, and the tag makes no difference.
 */
#include "verify/verify.h"
#include "fuzz/property.h"
#include "fuzz/resign.h"
#include "fuzz/verdict.h"

#include <mbedtls/x509_crt.h>

const bool fuzz_resign_signs = true;

/* mbedTLS uses today's clock, so its errors about dates are ignored. Its default profile is for the Web and allows
 * P-384. */
static void check_mbedtls_path(const natt_document *doc)
{
    mbedtls_x509_crt chain, root;
    uint32_t flags = 0;
    bool readable = true;
    mbedtls_x509_crt_init(&chain);
    mbedtls_x509_crt_init(&root);
    readable = mbedtls_x509_crt_parse_der(&chain, doc->certificate.ptr, doc->certificate.len) == 0;
    for (size_t i = doc->cabundle_count; i-- > 1;)
        readable = mbedtls_x509_crt_parse_der(&chain, doc->cabundle[i].ptr, doc->cabundle[i].len) == 0 && readable;
    readable = mbedtls_x509_crt_parse_der(&root, doc->cabundle[0].ptr, doc->cabundle[0].len) == 0 && readable;
    if (readable) {
        (void)mbedtls_x509_crt_verify(&chain, &root, NULL, NULL, &flags, NULL, NULL);
        MUST((flags & ~(uint32_t)(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE)) == 0);
    }
    mbedtls_x509_crt_free(&chain);
    mbedtls_x509_crt_free(&root);
}

static natt_cache *empty_cache(void)
{
    static uint8_t memory[32768];
    natt_cache *cache = natt_cache_init(memory, sizeof memory, 2, 1, NULL);
    MUST(cache != NULL);
    return cache;
}

/* Returns the same content with the tag added or removed. */
static void check_tag(natt_bytes in, const natt_verified *v, const natt_options *opt)
{
    static uint8_t other[NATT_MAX_DOCUMENT + 1];
    natt_verified same = NATT_VERIFIED_INIT;
    natt_error err;
    bool tagged = in.ptr[0] == 0xd2;
    natt_bytes twin = {tagged ? in.ptr + 1 : other, tagged ? in.len - 1 : in.len + 1};
    other[0] = 0xd2;
    memcpy(other + 1, in.ptr, in.len);
    MUST(natt_verify(&same, twin, opt, NULL, &err) || (!tagged && in.len == NATT_MAX_DOCUMENT));
    MUST(memcmp(same.canonical_id, v->canonical_id, sizeof same.canonical_id) == 0 || err.code != NATT_OK);
}

static void check_other_ways(natt_bytes in, const natt_options *opt, bool accepted, const natt_error *err)
{
    natt_cache *cache = empty_cache();
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error same;
    MUST(natt_verify_with(&v, in, opt, NULL, &natt_crypto_mbedtls, &same) == accepted && fuzz_same_error(err, &same));
    for (int round = 0; round < 3; round++) /* the second call builds a table, the third one uses it */
        MUST(natt_verify(&v, in, opt, cache, &same) == accepted && fuzz_same_error(err, &same));
    MUST(natt_cache_count(cache) == (accepted ? v.chain_count - 1 : 0));
    MUST(!accepted || v.cached_certificates == v.chain_count - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_bytes in = {data, size};
    natt_options opt = fuzz_options(&in);
    natt_verified v = NATT_VERIFIED_INIT;
    natt_document doc;
    natt_error err;
    bool ok = natt_verify_with(&v, in, &opt, NULL, &natt_crypto_native, &err);
    fuzz_check_verdict(ok, &v, in, &opt, &err);
    if (ok || err.code == NATT_E_CHAIN_SIGNATURE || err.code == NATT_E_COSE_SIGNATURE)
        check_other_ways(in, &opt, ok, &err);
    if (ok && natt_document_parse(&doc, in, &err)) {
        check_mbedtls_path(&doc);
        check_tag(in, &v, &opt);
    }
    return 0;
}
