/*
 * Property: a second implementation of the rules, which uses the fields that mbedTLS parses, accepts every chain that
 * passes our rules and time checks. Signatures are not checked here. Input: timestamp and now in seconds (4 bytes
 * each), minutes of leeway, flags; then the certificates from root to leaf, each after its length in two bytes.
 */
#include "verify/rules/chain.h"
#include "fuzz/property.h"
#include "fuzz/x509_oracle.h"

struct times {
    uint32_t timestamp, now;
    uint8_t leeway_minutes, flags;
};

static void take_certificates(natt_bytes in, natt_document *doc)
{
    natt_bytes certs[NATT_MAX_CHAIN];
    size_t count = 0;
    while (in.len > 2 && count < NATT_MAX_CHAIN) {
        size_t len = (size_t)in.ptr[0] << 8 | in.ptr[1];
        len = len < in.len - 2 ? len : in.len - 2;
        certs[count++] = (natt_bytes){in.ptr + 2, len};
        in = (natt_bytes){in.ptr + 2 + len, in.len - 2 - len};
    }
    for (size_t i = 0; i + 1 < count; i++)
        doc->cabundle[doc->cabundle_count++] = certs[i];
    if (count > 0)
        doc->certificate = certs[count - 1];
}

static natt_options options_of(const struct times *t, const natt_bytes *root)
{
    natt_options opt = NATT_OPTIONS_INIT;
    opt.roots = root;
    opt.root_count = 1;
    opt.time_mode = t->flags & 1 ? NATT_TIME_ARCHIVE : NATT_TIME_NOW;
    opt.now_ms = (uint64_t)t->now * 1000;
    opt.not_before_leeway_ms = opt.not_after_leeway_ms = t->leeway_minutes % 61 * UINT64_C(60000);
    return opt;
}

static bool in_force(const natt_certificate *cert, int64_t at, int64_t leeway)
{
    return cert->not_before - leeway <= at && at <= cert->not_after + leeway;
}

static void check_ca(const mbedtls_x509_crt *crt, size_t cas_below)
{
    MUST(crt->ca_istrue != 0 && (crt->key_usage & MBEDTLS_X509_KU_KEY_CERT_SIGN) != 0);
    MUST(crt->max_pathlen == 0 || (size_t)crt->max_pathlen - 1 >= cas_below);
}

static void check_leaf(const mbedtls_x509_crt *crt)
{
    MUST(crt->ca_istrue == 0 && (crt->key_usage & MBEDTLS_X509_KU_DIGITAL_SIGNATURE) != 0);
    MUST((crt->key_usage & MBEDTLS_X509_KU_KEY_CERT_SIGN) == 0);
}

static void check_certificate(const struct natt_chain *chain, size_t i, const struct times *t, int64_t leeway)
{
    const natt_certificate *cert = &chain->certs[i];
    mbedtls_x509_crt crt;
    MUST(i == 0 || fuzz_same_bytes(cert->issuer, cert[-1].subject.ptr, cert[-1].subject.len));
    MUST(in_force(cert, t->timestamp, leeway) && ((t->flags & 1) != 0 || in_force(cert, t->now, leeway)));
    if (fuzz_x509_agrees(cert, &crt)) {
        if (i + 1 == chain->count)
            check_leaf(&crt);
        else
            check_ca(&crt, chain->count - 2 - i);
    }
    mbedtls_x509_crt_free(&crt);
}

static void check_chain(struct natt_chain *chain, const natt_document *doc, const struct times *t, natt_error *err)
{
    natt_bytes root = t->flags & 2 ? natt_root_aws() : chain->certs[0].raw;
    natt_options opt = options_of(t, &root);
    if (!natt_chain_check(chain, doc, &opt, &natt_crypto_native, err))
        return;
    MUST(chain->root_index == 0 && fuzz_same_bytes(chain->certs[0].raw, root.ptr, root.len));
    MUST(chain->count == doc->cabundle_count + 1);
    for (size_t i = 0; i < chain->count; i++)
        check_certificate(chain, i, t, (int64_t)opt.not_before_leeway_ms / 1000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_bytes in = {data, size};
    struct times t;
    struct natt_chain chain;
    natt_document doc = {.raw = in};
    natt_error err = {NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET, natt_code_message(NATT_OK)};
    fuzz_take(&in, &t.timestamp, 4);
    fuzz_take(&in, &t.now, 4);
    fuzz_take(&in, &t.leeway_minutes, 1);
    fuzz_take(&in, &t.flags, 1);
    doc.timestamp_ms = (uint64_t)t.timestamp * 1000;
    take_certificates(in, &doc);
    if (doc.cabundle_count == 0)
        return 0;
    if (natt_chain_parse(&chain, &doc, NULL, &natt_crypto_native, &err))
        check_chain(&chain, &doc, &t, &err);
    fuzz_check_error(&err, err.code == NATT_OK, size);
    return 0;
}
