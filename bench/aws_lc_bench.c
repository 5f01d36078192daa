/*
 * Measures documents beside AWS-LC in one process: AWS-LC verifies the same signatures over the same messages, but
 * parses nothing and checks no chain, date or name. Each of its verifications hashes the message and decodes the key,
 * which includes the curve check, as ours do.
 *
 * usage: aws_lc_bench [--json] [--rounds N] [--cpu N]
 */
#include <mbedtls/asn1.h>
#include <stdlib.h>
#include <string.h>

#include "bench/harness.h"
#include "bench/sample.h"
#include "verify/crypto/crypto.h"
#include "verify/crypto/test/lanes_engines.h"

#define MAX_DOCUMENTS 16
#define MAX_DER       104 /* of a signature */

/* As bench/peers/aws-lc/src/lib.rs has it. */
struct bench_signed {
    const uint8_t *message;
    size_t message_len;
    const uint8_t *signature;
    size_t signature_len;
    const uint8_t *key;
};
bool bench_aws_lc_verify(const struct bench_signed *all, size_t count);

/* A document, and its signatures without the root's own: those of certificates 1, 2, ..., then its own. */
struct document {
    struct bench_sample sample;
    struct bench_signed all[NATT_MAX_CHAIN];
    size_t count;
    uint8_t der[NATT_MAX_CHAIN][MAX_DER], sig_structure[NATT_MAX_DOCUMENT];
};

static struct document documents[MAX_DOCUMENTS];
static size_t document_count;
static const struct natt_crypto *back_end = &natt_crypto_native;

/* Replaces that of the library. */
const struct natt_crypto *natt_crypto_default(void)
{
    return back_end;
}

/* --- what AWS-LC gets --- */

static size_t put_integer(uint8_t *out, natt_bytes number)
{
    while (number.len > 1 && number.ptr[0] == 0)
        number.ptr++, number.len--;
    size_t sign = number.ptr[0] >> 7;
    out[0] = MBEDTLS_ASN1_INTEGER;
    out[1] = (uint8_t)(number.len + sign);
    out[2] = 0;
    memcpy(out + 2 + sign, number.ptr, number.len);
    return 2 + sign + number.len;
}

/* ECDSA-Sig-Value [RFC5480 appendix A]. */
static size_t put_signature(uint8_t der[MAX_DER], natt_bytes r, natt_bytes s)
{
    size_t len = put_integer(der + 2, r);
    len += put_integer(der + 2 + len, s);
    der[0] = MBEDTLS_ASN1_SEQUENCE | MBEDTLS_ASN1_CONSTRUCTED;
    der[1] = (uint8_t)len;
    return 2 + len;
}

static void add(struct document *d, natt_bytes message, natt_bytes r, natt_bytes s)
{
    uint8_t *der = d->der[d->count];
    d->all[d->count] =
        (struct bench_signed){message.ptr, message.len, der, put_signature(der, r, s), d->sample.points[d->count]};
    d->count++;
}

/* Sig_structure [RFC9052 4.4] of a payload of 256 to 65535 bytes. */
static void add_document_signature(struct document *d)
{
    static const uint8_t head[] = {0x84, 0x6a, 'S',  'i',  'g',  'n',  'a',  't',  'u', 'r',
                                   'e',  '1',  0x44, 0xa1, 0x01, 0x38, 0x22, 0x40, 0x59};
    natt_bytes payload = d->sample.doc.payload, signature = d->sample.doc.signature;
    uint8_t *end = d->sig_structure + sizeof head;
    bench_must(payload.len > 255 && payload.len <= sizeof d->sig_structure - sizeof head - 2, "payload");
    memcpy(d->sig_structure, head, sizeof head);
    *end++ = (uint8_t)(payload.len >> 8);
    *end++ = (uint8_t)payload.len;
    memcpy(end, payload.ptr, payload.len);
    add(d, (natt_bytes){d->sig_structure, sizeof head + 2 + payload.len}, (natt_bytes){signature.ptr, 48},
        (natt_bytes){signature.ptr + 48, 48});
}

/* False if a signature is not valid, as in one of the genuine files. */
static bool split(struct document *d)
{
    natt_certificate c;
    d->count = 0;
    for (size_t i = 1; i < d->sample.certificate_count; i++) {
        bench_must(natt_certificate_parse(&c, d->sample.certificates[i], NULL), "certificate");
        add(d, c.tbs, c.r, c.s);
    }
    add_document_signature(d);
    return bench_aws_lc_verify(d->all, d->count);
}

static bool aws_lc_all(const void *documents_of, unsigned round)
{
    bool good = true;
    (void)round;
    for (size_t i = 0; i < *(const size_t *)documents_of; i++)
        good = bench_aws_lc_verify(documents[i].all, documents[i].count) && good;
    return good;
}

static bool aws_lc_own(const void *documents_of, unsigned round)
{
    bool good = true;
    (void)round;
    for (size_t i = 0; i < *(const size_t *)documents_of; i++)
        good = bench_aws_lc_verify(&documents[i].all[documents[i].count - 1], 1) && good;
    return good;
}

/* --- ours --- */

struct how {
    const struct natt_crypto *crypto;
    natt_cache *cache;
};

/* The signature of the document, hashed and with its key's curve check. */
static bool own_signature(const void *crypto, unsigned round)
{
    const struct natt_crypto *with = crypto;
    const struct bench_signed *own = &documents[0].all[documents[0].count - 1];
    natt_bytes message = {own->message, own->message_len};
    struct natt_job job = {.public_key = own->key + 1}, *one = &job;
    (void)round;
    memcpy(job.r, documents[0].sample.doc.signature.ptr, 48);
    memcpy(job.s, documents[0].sample.doc.signature.ptr + 48, 48);
    if (!with->sha384(job.hash, &message, 1) || with->on_curve(job.public_key) != NATT_CRYPTO_VALID)
        return false;
    with->verify(&one, 1);
    return job.answer == NATT_CRYPTO_VALID;
}

static natt_options options_of(void)
{
    natt_options o = NATT_OPTIONS_INIT;
    o.roots = &documents[0].sample.certificates[0];
    o.root_count = 1;
    o.kind = NATT_KIND_ENCLAVE;
    o.time_mode = NATT_TIME_ARCHIVE;
    o.flags = NATT_INSECURE_NO_PCR_POLICY | NATT_ALLOW_DEBUG;
    o.now_ms = 0;
    for (size_t i = 0; i < document_count; i++)
        if (o.now_ms < documents[i].sample.doc.timestamp_ms)
            o.now_ms = documents[i].sample.doc.timestamp_ms;
    return o;
}

static bool verify_one(size_t i, const struct how *how)
{
    static natt_verified result = NATT_VERIFIED_INIT;
    natt_options o = options_of();
    o.nonce_mode = NATT_NONCE_NOT_USED;
    back_end = how->crypto;
    return natt_verify(&result, documents[i].sample.raw, &o, how->cache, NULL);
}

static bool verify_first(const void *how, unsigned round)
{
    (void)round;
    return verify_one(0, how);
}

static bool verify_batch(const void *subject, unsigned round)
{
    static uint64_t workspace[65536];
    static natt_batch_item items[MAX_DOCUMENTS];
    const struct how *how = subject;
    natt_options o = options_of();
    (void)round;
    back_end = how->crypto;
    for (size_t i = 0; i < document_count; i++) {
        items[i] = (natt_batch_item)NATT_BATCH_ITEM_INIT;
        items[i].document = documents[i].sample.raw;
        items[i].nonce_mode = NATT_NONCE_NOT_USED;
    }
    return natt_verify_batch(items, document_count, &o, how->cache, workspace, sizeof workspace, NULL);
}

/* Each document so often that its leaf gets its table, if the cache has room for one. */
static natt_cache *filled_cache(const struct natt_crypto *crypto, size_t count, size_t hot_keys)
{
    size_t size = natt_cache_size(MAX_DOCUMENTS * NATT_MAX_CHAIN, hot_keys);
    void *memory = malloc(size);
    bench_must(memory != NULL, "memory");
    natt_cache *cache = natt_cache_init(memory, size, MAX_DOCUMENTS * NATT_MAX_CHAIN, hot_keys, NULL);
    bench_must(cache != NULL, "cache");
    for (size_t times = 0; times < 2 + 6 * hot_keys; times++)
        for (size_t i = 0; i < count; i++)
            bench_must(verify_one(i, &(struct how){crypto, cache}), "filling the cache");
    return cache;
}

/* --- the groups --- */

#define ENGINES 3
static const char *const titles[ENGINES][3] = {
    {"native, cold", "native, chain cached", "native, chain cached, leaf hot"},
    {"FMA lanes, cold", "FMA lanes, chain cached", "FMA lanes, chain cached, leaf hot"},
    {"IFMA lanes, cold", "IFMA lanes, chain cached", "IFMA lanes, chain cached, leaf hot"}};

/* The back end without lanes, and those with lanes that this processor runs, whether or not they are its default. */
static const struct natt_crypto *engine(size_t i)
{
    if (i == 0)
        return &natt_crypto_native;
    for (unsigned k = 0; k < 2 && test_lanes_table(k) != NULL; k++)
        if ((test_lanes_table(k)->lanes < 8) == (i == 1))
            return test_lanes_table(k);
    return NULL;
}

static void add_engines(struct bench_group *g, bool (*run)(const void *subject, unsigned round), size_t count)
{
    static struct how all[2][ENGINES][3];
    static const size_t hot_keys[3] = {0, 0, MAX_DOCUMENTS};
    struct how(*hows)[3] = all[count > 1];
    for (size_t i = 0; i < ENGINES; i++) {
        for (size_t k = 0; k < 3 && engine(i) != NULL; k++) {
            hows[i][k] = (struct how){engine(i), k == 0 ? NULL : filled_cache(engine(i), count, hot_keys[k])};
            bench_add(g, titles[i][k], run, &hows[i][k]);
            bench_compare(g, g->peer_count - 1, k > 0, 0);
        }
    }
}

static void measure(struct bench_group *g, const char *title, bool (*run)(const void *subject, unsigned round),
                    const size_t *count, const struct bench_options *options)
{
    *g = (struct bench_group){.title = title};
    bench_add(g, "AWS-LC, every signature", aws_lc_all, count);
    bench_add(g, "AWS-LC, the document's signature", aws_lc_own, count);
    add_engines(g, run, *count);
    bench_measure(g, options);
}

static void measure_signature(struct bench_group *g, const struct bench_options *options)
{
    static const size_t one = 1;
    *g = (struct bench_group){.title = "the signature of one document"};
    bench_add(g, "AWS-LC", aws_lc_own, &one);
    bench_add(g, "native", own_signature, &natt_crypto_native);
    bench_compare(g, 1, 0, 0);
    bench_measure(g, options);
}

int main(int argc, char **argv)
{
    static struct bench_group groups[3];
    static const size_t one = 1;
    struct bench_options options = bench_begin(argc, argv, 100);
    for (size_t i = 0; document_count < MAX_DOCUMENTS && bench_sample_load_next(&documents[document_count].sample, &i);)
        document_count += split(&documents[document_count]);
    bench_must(document_count > 0, "document");
    measure_signature(&groups[0], &options);
    measure(&groups[1], "one document", verify_first, &one, &options);
    if (document_count > 1)
        measure(&groups[2], "documents of different enclaves in one batch", verify_batch, &document_count, &options);
    const char *facts[] = {"processor",      bench_processor(),   "compiler",
                           bench_compiler(), "document",          documents[0].sample.origin,
                           "peer",           "aws-lc-sys 0.47.0", NULL};
    bench_report(&options, "aws-lc", facts, groups, document_count > 1 ? 3 : 2);
    return 0;
}
