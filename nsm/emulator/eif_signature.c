/*
 * The signing certificate in the signature section of an enclave image. Byte strings are written as arrays of numbers:
 *     [ * { "signing_certificate" => [ * 0..255 ], "signature" => [ * 0..255 ] } ]   the certificate is PEM
 * [aws-nitro-enclaves-image-format src/defs, PcrSignature]. The first entry is PCR0's.
 */
#include <stdlib.h>
#include <string.h>

#include <mbedtls/base64.h>

#include "nsm/emulator/eif.h"
#include "nsm/emulator/issuer_internal.h"
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

/* What stands between the PEM lines, decoded; one DER SEQUENCE by its first octet. Absent: there is none. [RFC7468 5] */
static natt_bytes decode_pem(struct pem *pem)
{
    static const char head[] = "-----BEGIN CERTIFICATE-----", foot[] = "-----END CERTIFICATE-----";
    size_t at = find(pem, 0, head), len = 0;
    size_t from = at == SIZE_MAX ? SIZE_MAX : at + sizeof head - 1; /* the lines must not share their dashes */
    size_t to = at == SIZE_MAX ? SIZE_MAX : find(pem, from, foot);
    bool done = to != SIZE_MAX &&
                mbedtls_base64_decode(pem->der, sizeof pem->der, &len, pem->bytes + from, to - from) == 0 && len > 0 &&
                pem->der[0] == 0x30;
    return done ? (natt_bytes){pem->der, len} : (natt_bytes){NULL, 0};
}

static bool digest(uint8_t out[48], const struct natt_reader *file, natt_bytes der, size_t at)
{
    if (der.ptr == NULL)
        return natt_eif_fail(file, at, "the signing certificate is not one PEM certificate");
    return natt_issuer_sha384(out, der) ||
           natt_issuer_fail(file->err, NATT_E_INTERNAL_CRYPTO, NATT_NO_ITEM, NATT_NO_OFFSET, natt_issuer_no_crypto);
}

bool natt_eif_certificate_digest(uint8_t out[48], const struct natt_reader *file, natt_bytes section)
{
    natt_error inner, *e = natt_error_begin(NULL, &inner);
    struct natt_reader r = natt_cbor_reader(section, e);
    const size_t at = natt_offset_of(file->base, section);
    struct pem *pem = calloc(1, sizeof *pem);
    if (pem == NULL)
        return natt_eif_fail(file, at, "out of memory");
    bool ok =
        read_section(&r, pem)
            ? digest(out, file, decode_pem(pem), at)
            : natt_eif_fail(file, at + r.pos, "the signature section is not a list of certificates and signatures");
    free(pem);
    return ok;
}
