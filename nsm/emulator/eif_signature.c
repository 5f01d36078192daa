/*
 * The signing certificate in the signature section of an enclave image. Byte strings are written as arrays of numbers:
 *     [ * { "signing_certificate" => [ * 0..255 ], "signature" => [ * 0..255 ] } ]   the certificate is PEM
 * [aws-nitro-enclaves-image-format src/defs, PcrSignature]. The first entry is PCR0's.
 */
#include <stdlib.h>
#include <string.h>

#include <mbedtls/base64.h>

#include "nsm/emulator/eif.h"
#include "nsm/emulator/issuer_keys.h"
#include "verify/cbor.h"

#define MAX_PEM 16384 /* the image format bounds the whole section by twice as much */

struct pem {
    uint8_t bytes[MAX_PEM];
    size_t len;
    uint8_t der[MAX_PEM];
};

/* An array of bytes; kept when `out` is there. */
static bool read_byte_array(struct natt_reader *r, struct pem *out)
{
    struct natt_cbor_items items;
    uint64_t value;
    if (!natt_cbor_array(r, &items))
        return false;
    while (natt_cbor_more(r, &items)) {
        if (!natt_cbor_uint(r, &value) || value > 255 || (out != NULL && out->len == MAX_PEM))
            return false;
        if (out != NULL)
            out->bytes[out->len++] = (uint8_t)value;
    }
    return true;
}

/* One entry; the certificate is wanted once. */
static bool read_entry(struct natt_reader *r, struct pem *out)
{
    struct natt_cbor_items pairs;
    unsigned certificates = 0, signatures = 0;
    natt_bytes key;
    if (!natt_cbor_map(r, &pairs))
        return false;
    while (natt_cbor_more(r, &pairs)) {
        if (!natt_cbor_tstr(r, &key))
            return false;
        bool certificate = natt_bytes_are(key, "signing_certificate", 19);
        if (!certificate && !natt_bytes_are(key, "signature", 9))
            return false;
        *(certificate ? &certificates : &signatures) += 1;
        if (!read_byte_array(r, certificate ? out : NULL))
            return false;
    }
    return certificates == 1 && signatures == 1;
}

static bool read_section(struct natt_reader *r, struct pem *out)
{
    struct natt_cbor_items entries;
    if (!natt_cbor_array(r, &entries) || !natt_cbor_more(r, &entries) || !read_entry(r, out))
        return false;
    while (natt_cbor_more(r, &entries))
        if (!read_entry(r, NULL))
            return false;
    return natt_reader_at_end(r);
}

static size_t find(const struct pem *pem, size_t from, const char *text)
{
    size_t len = strlen(text);
    for (size_t i = from; i + len <= pem->len; i++)
        if (memcmp(pem->bytes + i, text, len) == 0)
            return i;
    return SIZE_MAX;
}

/* Digest of what stands between the PEM lines, which must be one DER SEQUENCE by its first octet. [RFC7468 5] */
static bool digest_pem(uint8_t out[48], struct pem *pem)
{
    static const char head[] = "-----BEGIN CERTIFICATE-----", foot[] = "-----END CERTIFICATE-----";
    size_t from = find(pem, 0, head), len = 0;
    size_t to = from == SIZE_MAX ? SIZE_MAX : find(pem, from, foot);
    if (to == SIZE_MAX)
        return false;
    from += sizeof head - 1;
    return mbedtls_base64_decode(pem->der, sizeof pem->der, &len, pem->bytes + from, to - from) == 0 && len > 0 &&
           pem->der[0] == 0x30 && natt_issuer_sha384(out, (natt_bytes){pem->der, len});
}

bool natt_eif_certificate_digest(uint8_t out[48], const struct natt_reader *file, natt_bytes section)
{
    natt_error inner, *e = natt_error_begin(NULL, &inner);
    struct natt_reader r = natt_cbor_reader(section, e);
    const size_t at = natt_offset_of(file->base, section);
    struct pem *pem = calloc(1, sizeof *pem);
    if (pem == NULL)
        return natt_eif_fail(file, at, "out of memory");
    bool read = read_section(&r, pem);
    bool ok = read && digest_pem(out, pem);
    free(pem);
    if (!read)
        return natt_eif_fail(file, at + r.pos, "the signature section is not a list of certificates and signatures");
    return ok || natt_eif_fail(file, at, "the signing certificate is not one PEM certificate");
}
