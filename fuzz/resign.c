#include "fuzz/resign.h"
#include "fuzz/property.h"
#include "fuzz/verdict.h"

#define ROOM (2 * NATT_MAX_DOCUMENT)

/* Bytes under construction. If they exceed the buffer, `full` is set and the mutation is abandoned. */
struct text {
    uint8_t bytes[ROOM];
    size_t len;
    bool full;
};

static void put(struct text *out, natt_bytes in)
{
    if (in.len > ROOM - out->len) {
        out->full = true;
        return;
    }
    if (in.len > 0)
        memcpy(out->bytes + out->len, in.ptr, in.len);
    out->len += in.len;
}

static void put_byte(struct text *out, size_t byte)
{
    uint8_t b = (uint8_t)byte;
    put(out, (natt_bytes){&b, 1});
}

static void put_cbor(struct text *out, natt_bytes content)
{
    if (content.len >= 24)
        put_byte(out, content.len < 256 ? 0x58 : 0x59);
    if (content.len >= 256)
        put_byte(out, content.len >> 8);
    put_byte(out, content.len < 24 ? 0x40 | content.len : content.len);
    put(out, content);
}

static void put_der(struct text *out, uint8_t tag, natt_bytes content)
{
    put_byte(out, tag);
    if (content.len >= 0x80)
        put_byte(out, content.len < 256 ? 0x81 : 0x82);
    if (content.len >= 256)
        put_byte(out, content.len >> 8);
    put_byte(out, content.len);
    put(out, content);
}

static natt_bytes view(const struct text *t)
{
    return (natt_bytes){t->bytes, t->len};
}

/* Fills in dummy bytes if signatures are not needed or the issuer has no such key. */
static void sign(uint8_t out[96], size_t key, natt_bytes message)
{
    memset(out, 1, 96);
    if (fuzz_resign_signs && !natt_issuer_sign(fuzz_issuer(), out, (uint32_t)key, message))
        memset(out, 1, 96);
}

static void put_integer(struct text *out, const uint8_t value[48])
{
    uint8_t with_sign[49] = {0};
    size_t skip = 1;
    memcpy(with_sign + 1, value, 48);
    while (skip < 48 && with_sign[skip] == 0)
        skip++;
    skip -= with_sign[skip] >= 0x80 ? 1 : 0;
    put_der(out, 0x02, (natt_bytes){with_sign + skip, 49 - skip});
}

/* Certificate = SEQUENCE { tbs, algorithm, BIT STRING { SEQUENCE { r, s } } } */
static void put_certificate(struct text *out, natt_bytes tbs, size_t key)
{
    static const uint8_t algorithm[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03};
    static struct text numbers, bits, all;
    uint8_t signature[96];
    numbers.len = bits.len = all.len = 0;
    sign(signature, key, tbs);
    put_integer(&numbers, signature);
    put_integer(&numbers, signature + 48);
    put_byte(&bits, 0);
    put_der(&bits, 0x30, view(&numbers));
    put(&all, tbs);
    put(&all, (natt_bytes){algorithm, sizeof algorithm});
    put_der(&all, 0x03, view(&bits));
    put_der(out, 0x30, view(&all));
}

static void put_document(struct text *out, const natt_document *doc, natt_bytes payload)
{
    static const uint8_t headers[] = {0x84, 0x44, 0xa1, 0x01, 0x38, 0x22, 0xa0};
    static const uint8_t context[] = {0x84, 0x6a, 'S', 'i',  'g',  'n',  'a',  't',  'u',
                                      'r',  'e',  '1', 0x44, 0xa1, 0x01, 0x38, 0x22, 0x40};
    static struct text to_sign;
    uint8_t signature[96];
    to_sign.len = 0;
    put(&to_sign, (natt_bytes){context, sizeof context});
    put_cbor(&to_sign, payload);
    sign(signature, doc->cabundle_count, view(&to_sign));
    if (doc->tagged)
        put_byte(out, 0xd2);
    put(out, (natt_bytes){headers, sizeof headers});
    put_cbor(out, payload);
    put_cbor(out, (natt_bytes){signature, sizeof signature});
}

static void mutated(struct text *out, natt_bytes in)
{
    out->len = 0;
    put(out, in);
    out->len = LLVMFuzzerMutate(out->bytes, out->len, in.len + 64 < ROOM ? in.len + 64 : ROOM);
}

/* Writes the payload with different bytes for certificate i. The head of a byte string has two or three bytes. */
static void put_payload(struct text *out, const natt_document *doc, natt_bytes old, natt_bytes by)
{
    size_t head = old.len < 24 ? 1 : old.len < 256 ? 2 : 3;
    size_t before = (size_t)(old.ptr - doc->payload.ptr) - head, after = before + head + old.len;
    put(out, (natt_bytes){doc->payload.ptr, before});
    put_cbor(out, by);
    put(out, (natt_bytes){doc->payload.ptr + after, doc->payload.len - after});
}

static void change_payload(struct text *out, const natt_document *doc)
{
    static struct text payload;
    mutated(&payload, doc->payload);
    put_document(out, doc, view(&payload));
}

static void change_certificate(struct text *out, const natt_document *doc, size_t i)
{
    static struct text content, tbs, certificate, payload;
    natt_bytes old = i < doc->cabundle_count ? doc->cabundle[i] : doc->certificate;
    natt_certificate cert;
    if (!natt_certificate_parse(&cert, old, NULL))
        return;
    size_t head = cert.tbs.ptr[1] < 0x80 ? 2u : 2u + (cert.tbs.ptr[1] & 0x7f);
    tbs.len = certificate.len = payload.len = 0;
    mutated(&content, (natt_bytes){cert.tbs.ptr + head, cert.tbs.len - head});
    put_der(&tbs, 0x30, view(&content));
    put_certificate(&certificate, view(&tbs), i > 0 ? i - 1 : 0);
    put_payload(&payload, doc, old, view(&certificate));
    put_document(out, doc, view(&payload));
}

/* A third of all mutations are the fuzzer's own, of options and document alike. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    static struct text out;
    natt_document doc;
    out.len = 0;
    out.full = false;
    bool whole = seed % 3 == 0 || size < FUZZ_SELECTOR ||
                 !natt_document_parse(&doc, (natt_bytes){data + FUZZ_SELECTOR, size - FUZZ_SELECTOR}, NULL);
    if (!whole && seed % 3 == 1)
        change_payload(&out, &doc);
    else if (!whole)
        change_certificate(&out, &doc, 1 + seed / 3 % doc.cabundle_count);
    if (out.len == 0 || out.full || out.len > max_size - FUZZ_SELECTOR)
        return LLVMFuzzerMutate(data, size, max_size);
    memcpy(data + FUZZ_SELECTOR, out.bytes, out.len);
    return FUZZ_SELECTOR + out.len;
}
