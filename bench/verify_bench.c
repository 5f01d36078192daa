/*
 * Measures a document and its parts, compared with other libraries: parsing (libcbor, mbedTLS, OpenSSL), one signature,
 * one hash, the whole verification without and with its chain in the cache.
 *
 * usage: verify_bench [--json] [--rounds N] [--cpu N]
 */
#include <cbor.h>
#include <mbedtls/ecp.h>
#include <mbedtls/x509_crt.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "bench/harness.h"
#include "bench/sample.h"
#include "verify/crypto/crypto.h"
#include "verify/crypto/p384/p384.h"
#include "verify/crypto/test/lanes_engines.h"

#define HASHED_LEN 16384

static struct bench_sample sample;

/*
 * The build's back end, which this program can switch: it replaces default_*.c, so that the public natt_verify is
 * measured with each back end.
 */
static const struct natt_crypto *back_end = &natt_crypto_native;

const struct natt_crypto *natt_crypto_default(void)
{
    return back_end;
}

/* --- 1: strict parse --- */

static bool parse_native(const void *nothing, unsigned round)
{
    natt_document doc;
    (void)nothing, (void)round;
    return natt_document_parse(&doc, sample.raw, NULL);
}

static bool load(natt_bytes in)
{
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(in.ptr, in.len, &result);
    if (item == NULL)
        return false;
    cbor_decref(&item);
    return true;
}

/* Builds only trees of items; checks of the fields, their types and sizes would take additional time. */
static bool parse_libcbor(const void *nothing, unsigned round)
{
    (void)nothing, (void)round;
    return load(sample.raw) && load(sample.doc.payload);
}

static void measure_parse(struct bench_group *g, const struct bench_options *options)
{
    *g = (struct bench_group){.title = "strict parse of the document"};
    bench_add(g, "natt_document_parse", parse_native, NULL);
    bench_add(g, "libcbor cbor_load of envelope and payload", parse_libcbor, NULL);
    bench_compare(g, 0, 1, 18);
    bench_measure(g, options);
}

/* --- 2: certificates --- */

static bool certificates_native(const void *crypto, unsigned round)
{
    const struct natt_crypto *curve = crypto;
    natt_certificate c;
    (void)round;
    for (size_t i = 0; i < sample.certificate_count; i++)
        if (!natt_certificate_parse(&c, sample.certificates[i], NULL) ||
            (curve != NULL && curve->on_curve(c.public_key.ptr) != NATT_CRYPTO_VALID))
            return false;
    return true;
}

static bool certificates_mbedtls(const void *nothing, unsigned round)
{
    (void)nothing, (void)round;
    for (size_t i = 0; i < sample.certificate_count; i++) {
        mbedtls_x509_crt crt;
        mbedtls_x509_crt_init(&crt);
        int ret = mbedtls_x509_crt_parse_der(&crt, sample.certificates[i].ptr, sample.certificates[i].len);
        mbedtls_x509_crt_free(&crt);
        if (ret != 0)
            return false;
    }
    return true;
}

static X509 *decode(natt_bytes der)
{
    const unsigned char *at = der.ptr;
    return d2i_X509(NULL, &at, (long)der.len);
}

static bool certificates_openssl(const void *nothing, unsigned round)
{
    (void)nothing, (void)round;
    for (size_t i = 0; i < sample.certificate_count; i++) {
        X509 *crt = decode(sample.certificates[i]);
        if (crt == NULL)
            return false;
        X509_free(crt);
    }
    return true;
}

static void measure_certificates(struct bench_group *g, const struct bench_options *options)
{
    *g = (struct bench_group){.title =
                                  "strict parse of the document's certificates (mbedTLS's includes its curve check)"};
    bench_add(g, "natt_certificate_parse", certificates_native, NULL);
    bench_add(g, "natt_certificate_parse and native curve check", certificates_native, &natt_crypto_native);
    bench_add(g, "mbedtls_x509_crt_parse_der", certificates_mbedtls, NULL);
    bench_add(g, "OpenSSL d2i_X509", certificates_openssl, NULL);
    bench_compare(g, 0, 2, 7);
    bench_compare(g, 1, 2, 0);
    bench_compare(g, 0, 3, 0);
    bench_measure(g, options);
}

static mbedtls_ecp_group group;
static mbedtls_ecp_point keys[NATT_MAX_CHAIN];

static bool curve_native(const void *nothing, unsigned round)
{
    (void)nothing, (void)round;
    for (size_t i = 0; i < sample.certificate_count; i++)
        if (natt_crypto_native.on_curve(sample.points[i] + 1) != NATT_CRYPTO_VALID)
            return false;
    return true;
}

/* Keys are decoded and the group is loaded beforehand. */
static bool curve_mbedtls(const void *nothing, unsigned round)
{
    (void)nothing, (void)round;
    for (size_t i = 0; i < sample.certificate_count; i++)
        if (mbedtls_ecp_check_pubkey(&group, &keys[i]) != 0)
            return false;
    return true;
}

static void measure_curve(struct bench_group *g, const struct bench_options *options)
{
    bench_must(mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP384R1) == 0, "mbedTLS group");
    for (size_t i = 0; i < sample.certificate_count; i++) {
        mbedtls_ecp_point_init(&keys[i]);
        bench_must(mbedtls_ecp_point_read_binary(&group, &keys[i], sample.points[i], 97) == 0, "mbedTLS point");
    }
    *g = (struct bench_group){.title = "is each certificate's key on the curve"};
    bench_add(g, "native", curve_native, NULL);
    bench_add(g, "mbedTLS check_pubkey, keys decoded", curve_mbedtls, NULL);
    bench_compare(g, 0, 1, 0);
    bench_measure(g, options);
}

/* --- 3: one signature, the document's --- */

static struct natt_job job;
static EC_KEY *openssl_key;
static ECDSA_SIG *openssl_signature;

static bool signature_table(const void *crypto, unsigned round)
{
    struct natt_job asked = job, *one = &asked;
    (void)round;
    ((const struct natt_crypto *)crypto)->verify(&one, 1);
    return asked.answer == NATT_CRYPTO_VALID;
}

static bool signature_openssl(const void *nothing, unsigned round)
{
    (void)nothing, (void)round;
    return ECDSA_do_verify(job.hash, sizeof job.hash, openssl_signature, openssl_key) == 1;
}

/* The Sig_structure up to the payload's bytes [RFC9052 4.4]. Every document here has a payload above 255 bytes. */
static natt_bytes sig_structure_head(void)
{
    static uint8_t head[] = {0x84, 0x6a, 'S',  'i',  'g',  'n',  'a',  't',  'u', 'r', 'e',
                             '1',  0x44, 0xa1, 0x01, 0x38, 0x22, 0x40, 0x59, 0,   0};
    head[sizeof head - 2] = (uint8_t)(sample.doc.payload.len >> 8);
    head[sizeof head - 1] = (uint8_t)sample.doc.payload.len;
    return (natt_bytes){head, sizeof head};
}

static ECDSA_SIG *signature_copy(void)
{
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(sample.doc.signature.ptr, 48, NULL), *s = BN_bin2bn(sample.doc.signature.ptr + 48, 48, NULL);
    bench_must(signature != NULL && ECDSA_SIG_set0(signature, r, s) == 1, "OpenSSL signature");
    return signature;
}

static void measure_signature(struct bench_group *g, const struct bench_options *options)
{
    const uint8_t *leaf = sample.points[sample.certificate_count - 1];
    natt_bytes parts[] = {sig_structure_head(), sample.doc.payload};
    job.public_key = leaf + 1;
    bench_must(natt_crypto_native.sha384(job.hash, parts, 2), "hash");
    memcpy(job.r, sample.doc.signature.ptr, 48);
    memcpy(job.s, sample.doc.signature.ptr + 48, 48);
    openssl_key = EC_KEY_new_by_curve_name(NID_secp384r1);
    bench_must(o2i_ECPublicKey(&openssl_key, &leaf, 97) != NULL, "OpenSSL key");
    openssl_signature = signature_copy();
    *g = (struct bench_group){.title = "one P-384 verification, digest given"};
    bench_add(g, "native", signature_table, &natt_crypto_native);
    bench_add(g, "OpenSSL ECDSA_do_verify, key decoded", signature_openssl, NULL);
    bench_add(g, "mbedTLS, group loaded per key", signature_table, &natt_crypto_mbedtls);
    bench_compare(g, 0, 1, 3.5);
    bench_compare(g, 0, 2, 9);
    bench_measure(g, options);
}

/* --- 4, 5: the document --- */

struct how {
    const struct natt_crypto *crypto;
    natt_cache *cache;
};

static bool verify_document(const void *subject, unsigned round)
{
    const struct how *how = subject;
    static natt_verified result = NATT_VERIFIED_INIT;
    natt_options o = NATT_OPTIONS_INIT;
    (void)round;
    back_end = how->crypto;
    o.roots = &sample.certificates[0];
    o.root_count = 1;
    o.kind = sample.doc.kind;
    o.time_mode = NATT_TIME_ARCHIVE;
    o.now_ms = sample.doc.timestamp_ms;
    o.nonce_mode = NATT_NONCE_NOT_USED;
    o.flags = NATT_INSECURE_NO_PCR_POLICY;
    return natt_verify(&result, sample.raw, &o, how->cache, NULL);
}

static bool openssl_document_signature(EVP_PKEY *leaf)
{
    ECDSA_SIG *signature = signature_copy();
    natt_bytes head = sig_structure_head();
    unsigned char *der = NULL;
    int len = i2d_ECDSA_SIG(signature, &der);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool holds = len > 0 && EVP_DigestVerifyInit(ctx, NULL, EVP_sha384(), NULL, leaf) == 1 &&
                 EVP_DigestVerifyUpdate(ctx, head.ptr, head.len) == 1 &&
                 EVP_DigestVerifyUpdate(ctx, sample.doc.payload.ptr, sample.doc.payload.len) == 1 &&
                 EVP_DigestVerifyFinal(ctx, der, (size_t)len) == 1;
    EVP_MD_CTX_free(ctx);
    OPENSSL_free(der);
    ECDSA_SIG_free(signature);
    return holds;
}

/* Certificates decoded, every signature; no CBOR, no chain rules, no dates: less work than natt_verify's. */
static bool verify_openssl(const void *nothing, unsigned round)
{
    X509 *chain[NATT_MAX_CHAIN] = {NULL};
    size_t count = sample.certificate_count;
    bool holds = true;
    (void)nothing, (void)round;
    for (size_t i = 0; holds && i < count; i++) {
        chain[i] = decode(sample.certificates[i]);
        holds = chain[i] != NULL && (i == 0 || X509_verify(chain[i], X509_get0_pubkey(chain[i - 1])) == 1);
    }
    holds = holds && openssl_document_signature(X509_get0_pubkey(chain[count - 1]));
    for (size_t i = 0; i < count; i++)
        X509_free(chain[i]);
    return holds;
}

/* The second call builds the table of the leaf's key, if the cache has room for one. */
static natt_cache *filled_cache(uint64_t *memory, size_t size, size_t hot_keys)
{
    natt_cache *cache = natt_cache_init(memory, size, 1, hot_keys, NULL);
    bench_must(cache != NULL, "cache");
    for (int i = 0; i < 2; i++)
        bench_must(verify_document(&(struct how){&natt_crypto_native, cache}, 0), "filling the cache");
    bench_must(natt_cache_count(cache) == sample.certificate_count - 1, "filled cache");
    return cache;
}

/* The back ends with lanes that this processor supports, whether or not they are its default. The group's first peers:
 * cold, chain cached, mbedTLS, OpenSSL, leaf hot. */
static void add_lanes(struct bench_group *g, natt_cache *hot)
{
    static struct how with[2], with_hot[2];
    for (unsigned i = 0; i < 2 && test_lanes_table(i) != NULL; i++) {
        bool fma = test_lanes_table(i)->lanes < 8;
        with[i].crypto = with_hot[i].crypto = test_lanes_table(i);
        with_hot[i].cache = hot;
        bench_add(g, fma ? "natt_verify, FMA lanes, cold" : "natt_verify, IFMA lanes, cold", verify_document, &with[i]);
        bench_compare(g, g->peer_count - 1, 0, 0);
        bench_compare(g, g->peer_count - 1, 3, 0);
        bench_add(g, fma ? "natt_verify, FMA lanes, leaf hot" : "natt_verify, IFMA lanes, leaf hot", verify_document,
                  &with_hot[i]);
        bench_compare(g, g->peer_count - 1, 4, 0);
    }
}

/* A table of the key saves less where one signature without it is verified in lanes. */
static double hot_goal(void)
{
    return strcmp(natt_p384_engine()->name, "one, IFMA") == 0 ? 1.5 : 2.3;
}

static void measure_document(struct bench_group *g, const struct bench_options *options)
{
    static uint64_t chain_memory[1024], hot_memory[8192];
    static struct how native = {&natt_crypto_native, NULL}, mbedtls = {&natt_crypto_mbedtls, NULL},
                      cached = {&natt_crypto_native, NULL}, hot = {&natt_crypto_native, NULL};
    cached.cache = filled_cache(chain_memory, sizeof chain_memory, 0);
    hot.cache = filled_cache(hot_memory, sizeof hot_memory, 1);
    *g = (struct bench_group){.title = "verification of the whole document"};
    bench_add(g, "natt_verify, native, cold", verify_document, &native);
    bench_add(g, "natt_verify, native, chain cached", verify_document, &cached);
    bench_add(g, "natt_verify, mbedTLS, cold", verify_document, &mbedtls);
    bench_add(g, "OpenSSL: d2i_X509, X509_verify, EVP_DigestVerify", verify_openssl, NULL);
    bench_add(g, "natt_verify, native, chain cached, leaf hot", verify_document, &hot);
    bench_compare(g, 1, 0, 3.5);
    bench_compare(g, 0, 2, 0);
    bench_compare(g, 0, 3, 0);
    bench_compare(g, 4, 1, hot_goal());
    add_lanes(g, hot.cache);
    bench_measure(g, options);
}

/* --- 6 to 10: SHA-384 --- */

#define MESSAGES 8

static uint8_t hashed[MESSAGES][HASHED_LEN], digests[MESSAGES][48];
static EVP_MD *openssl_sha384;
static EVP_MD_CTX *openssl_ctx;
static size_t hashed_len;

static bool hash_table(const void *crypto, unsigned round)
{
    natt_bytes all = {hashed[0], hashed_len};
    (void)round;
    return ((const struct natt_crypto *)crypto)->sha384(digests[0], &all, 1);
}

static bool hash_openssl(const void *nothing, unsigned round)
{
    (void)nothing, (void)round;
    return EVP_DigestInit_ex2(openssl_ctx, openssl_sha384, NULL) == 1 &&
           EVP_DigestUpdate(openssl_ctx, hashed[0], hashed_len) == 1 &&
           EVP_DigestFinal_ex(openssl_ctx, digests[0], NULL) == 1;
}

static void measure_hash_of(struct bench_group *g, const struct bench_options *options, const char *title, size_t len)
{
    hashed_len = len;
    *g = (struct bench_group){.title = title};
    bench_add(g, "native", hash_table, &natt_crypto_native);
    bench_add(g, "OpenSSL EVP, fetched beforehand", hash_openssl, NULL);
    bench_add(g, "mbedTLS", hash_table, &natt_crypto_mbedtls);
    bench_compare(g, 0, 1, 0);
    bench_compare(g, 0, 2, 0);
    bench_measure(g, options);
}

static bool hash_together(const void *count, unsigned round)
{
    struct natt_message messages[MESSAGES];
    (void)round;
    for (size_t i = 0; i < MESSAGES; i++)
        messages[i] = (struct natt_message){{{hashed[i], hashed_len}}, digests[i]};
    natt_crypto_native.sha384_each(messages, *(const size_t *)count);
    return true;
}

static bool hash_in_turn(const void *count, unsigned round)
{
    bool ok = true;
    (void)round;
    for (size_t i = 0; i < *(const size_t *)count; i++) {
        natt_bytes all = {hashed[i], hashed_len};
        ok = natt_crypto_native.sha384(digests[i], &all, 1) && ok;
    }
    return ok;
}

/* As many messages as lanes, and the signed parts of a document's certificates. */
static void measure_hashes(struct bench_group *g, const struct bench_options *options, const char *title, size_t len,
                           const size_t *count)
{
    hashed_len = len;
    *g = (struct bench_group){.title = title};
    bench_add(g, "native, together", hash_together, count);
    bench_add(g, "native, one after the other", hash_in_turn, count);
    bench_compare(g, 0, 1, 0);
    bench_measure(g, options);
}

static void measure_hash(struct bench_group *g, const struct bench_options *options)
{
    openssl_sha384 = EVP_MD_fetch(NULL, "SHA384", NULL);
    openssl_ctx = EVP_MD_CTX_new();
    bench_must(openssl_sha384 != NULL && openssl_ctx != NULL, "OpenSSL SHA-384");
    measure_hash_of(g, options, "SHA-384 of 4400 bytes", 4400); /* about one Sig_structure */
}

static void measure_short_hash(struct bench_group *g, const struct bench_options *options)
{
    measure_hash_of(g, options, "SHA-384 of 576 bytes", 576);
}

static void measure_long_hash(struct bench_group *g, const struct bench_options *options)
{
    measure_hash_of(g, options, "SHA-384 of 16384 bytes", HASHED_LEN);
}

static void measure_four_hashes(struct bench_group *g, const struct bench_options *options)
{
    static const size_t four = 4;
    measure_hashes(g, options, "SHA-384 of four messages of 590 bytes", 590, &four);
}

static void measure_eight_hashes(struct bench_group *g, const struct bench_options *options)
{
    static const size_t eight = MESSAGES;
    measure_hashes(g, options, "SHA-384 of eight messages of 4400 bytes", 4400, &eight);
}

int main(int argc, char **argv)
{
    struct bench_options options = bench_begin(argc, argv, 300);
    void (*const measures[])(struct bench_group *, const struct bench_options *) = {
        measure_parse, measure_certificates, measure_curve,     measure_signature,   measure_document,
        measure_hash,  measure_short_hash,   measure_long_hash, measure_four_hashes, measure_eight_hashes};
    enum { GROUPS = sizeof measures / sizeof measures[0] };
    static struct bench_group groups[GROUPS];
    bench_sample_load(&sample);
    const char *facts[] = {"processor", bench_processor(),        "compiler", bench_compiler(), "build", BENCH_BUILD,
                           "engine",    natt_p384_engine()->name, "document", sample.origin,    NULL};
    for (size_t i = 0; i < GROUPS; i++)
        measures[i](&groups[i], &options);
    bench_report(&options, "verify", facts, groups, GROUPS);
    return 0;
}
