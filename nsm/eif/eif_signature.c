/*
 * Byte strings of the section are arrays of numbers:
 *     [ + { "signing_certificate" => [ * 0..255 ], "signature" => [ * 0..255 ] } ]    the certificate is PEM
 * and the signature is, with the same kind of array inside the payload,
 *     ? 18, [ protected: bstr { 1: algorithm }, unprotected: {}, payload: bstr, signature: bstr ]            [RFC9052
 *     4.2] payload = { "register_index" => 0, "register_value" => [ 48* 0..255 ] }
 * [aws-nitro-enclaves-image-format README, src/defs: PcrSignature, PcrInfo]
 */
#include "nsm/eif/eif_signature.h"

#include <mbedtls/ecdsa.h>
#include <string.h>

#include "nsm/issuer/issuer_internal.h"
#include "verify/parse/cbor.h"

struct bytes_out {
    uint8_t *ptr; /* NULL: not requested */
    size_t len;
};

/* An array cannot have more items than the section has bytes. */
static bool read_byte_array(struct natt_reader *r, struct bytes_out *out)
{
    struct natt_cbor_items items;
    uint64_t value;
    if (!natt_cbor_array(r, &items))
        return false;
    while (natt_cbor_more(r, &items)) {
        if (!natt_cbor_uint(r, &value) || value > 255)
            return false;
        if (out->ptr != NULL)
            out->ptr[out->len++] = (uint8_t)value;
    }
    return true;
}

/* Reads one entry, with each key once. */
static bool read_entry(struct natt_reader *r, struct bytes_out *certificate, struct bytes_out *signature)
{
    struct natt_cbor_items pairs;
    unsigned certificates = 0, signatures = 0;
    natt_bytes key;
    if (!natt_cbor_map(r, &pairs))
        return false;
    while (natt_cbor_more(r, &pairs)) {
        if (!natt_cbor_tstr(r, &key))
            return false;
        bool is_certificate = natt_bytes_are(key, "signing_certificate", 19);
        if (!is_certificate && !natt_bytes_are(key, "signature", 9))
            return false;
        unsigned *count = is_certificate ? &certificates : &signatures;
        if (++*count > 1 || !read_byte_array(r, is_certificate ? certificate : signature))
            return false;
    }
    return certificates == 1 && signatures == 1;
}

static bool read_entries(struct natt_reader *r, struct bytes_out *certificate, struct bytes_out *signature)
{
    struct natt_cbor_items entries;
    struct bytes_out unwanted = {NULL, 0};
    if (!natt_cbor_array(r, &entries) || !natt_cbor_more(r, &entries) || !read_entry(r, certificate, signature))
        return false;
    while (natt_cbor_more(r, &entries))
        if (!read_entry(r, &unwanted, &unwanted))
            return false;
    return natt_reader_at_end(r);
}

const char *natt_eif_signature_read(struct natt_eif_signature *signature)
{
    natt_error inner, *e = natt_error_begin(NULL, &inner);
    struct natt_reader r = natt_cbor_reader((natt_bytes){signature->section, signature->len}, e);
    struct bytes_out pem = {signature->pem, 0}, cose = {signature->cose, 0};
    if (!read_entries(&r, &pem, &cose))
        return "the signature section is not a list of certificates and signatures";
    signature->cose_len = cose.len;
    natt_bytes der = natt_eif_pem_decode(signature->der, sizeof signature->der, (natt_bytes){pem.ptr, pem.len});
    if (der.ptr == NULL)
        return "the signing certificate is not one PEM certificate";
    if (!natt_eif_certificate_read(&signature->read, der))
        return "the signing certificate is not an X.509 certificate in DER";
    signature->certificate = der;
    return NULL;
}

struct sign1 {
    natt_bytes protected_map, payload, signature;
};

static bool read_sign1(struct sign1 *out, natt_bytes cose)
{
    natt_error inner, *e = natt_error_begin(NULL, &inner);
    struct natt_reader r = natt_cbor_reader(cose, e);
    struct natt_cbor_items items;
    (void)natt_reader_accept(&r, 0xd2);
    return natt_cbor_array(&r, &items) && !items.indefinite && items.left == 4 &&
           natt_cbor_bstr(&r, &out->protected_map) && natt_reader_accept(&r, 0xa0) &&
           natt_cbor_bstr(&r, &out->payload) && natt_cbor_bstr(&r, &out->signature) && natt_reader_at_end(&r);
}

#define TEXT_INDEX  "\xa2\x6eregister_index\x00\x6eregister_value"
#define INDEX_AT    16 /* the position of the index, which is 0 */
#define MAX_PAYLOAD (sizeof TEXT_INDEX - 1 + 2 + 2 * NATT_PCR_LEN)

/* The only encoding with which the builder compares: shortest heads, keys in this order. */
static size_t write_payload(uint8_t out[MAX_PAYLOAD], const uint8_t pcr0[48])
{
    size_t len = sizeof TEXT_INDEX - 1;
    memcpy(out, TEXT_INDEX, len);
    out[len++] = 0x98;
    out[len++] = NATT_PCR_LEN;
    for (size_t i = 0; i < NATT_PCR_LEN; i++) {
        if (pcr0[i] >= 24)
            out[len++] = 0x18;
        out[len++] = pcr0[i];
    }
    return len;
}

static const char *check_payload(natt_bytes payload, const uint8_t pcr0[48])
{
    uint8_t expected[MAX_PAYLOAD];
    size_t len = write_payload(expected, pcr0);
    if (natt_bytes_equal(payload, (natt_bytes){expected, len}))
        return NULL;
    if (payload.len > INDEX_AT && memcmp(payload.ptr, expected, INDEX_AT) == 0 && payload.ptr[INDEX_AT] != 0)
        return "the signature is not for PCR0";
    return "the signature is for another value of PCR0: the image was changed after it was signed";
}

/* SHA-2 of Sig_structure = [ "Signature1", protected, external_aad: h'', payload ]. [RFC9052 4.4] */
static const char *hash_to_be_signed(uint8_t out[64], const struct sign1 *sign1,
                                     const struct natt_eif_algorithm *algorithm)
{
    uint8_t bytes[32 + MAX_PAYLOAD] = "\x84\x6aSignature1";
    size_t len = 12;
    bytes[len++] = (uint8_t)(0x40 + sign1->protected_map.len);
    memcpy(bytes + len, sign1->protected_map.ptr, sign1->protected_map.len);
    len += sign1->protected_map.len;
    bytes[len++] = 0x40;
    bytes[len++] = 0x58;
    bytes[len++] = (uint8_t)sign1->payload.len;
    memcpy(bytes + len, sign1->payload.ptr, sign1->payload.len);
    len += sign1->payload.len;
    return natt_mbedtls_failure(mbedtls_md(mbedtls_md_info_from_type(algorithm->hash), bytes, len, out));
}

struct numbers {
    mbedtls_ecp_group group;
    mbedtls_ecp_point key;
    mbedtls_mpi r, s;
};

/* Out of memory is a failure; all other errors of mbedTLS mean "not valid". */
static const char *answer_of(int ret, const char *no)
{
    if (natt_mbedtls_failure(ret) == natt_arena_no_memory)
        return natt_arena_no_memory;
    return ret == 0 ? NULL : no;
}

/* Only uncompressed points, even if this version of mbedTLS can read others. */
static int load_key(struct numbers *n, const struct natt_eif_certificate *certificate)
{
    const natt_bytes point = certificate->point;
    if (point.len != 1 + 2 * certificate->algorithm->scalar_len || point.ptr[0] != 0x04)
        return MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE;
    int ret = mbedtls_ecp_group_load(&n->group, certificate->algorithm->group);
    if (ret == 0)
        ret = mbedtls_ecp_point_read_binary(&n->group, &n->key, point.ptr, point.len);
    return ret == 0 ? mbedtls_ecp_check_pubkey(&n->group, &n->key) : ret;
}

static int verify_numbers(struct numbers *n, const struct natt_eif_algorithm *algorithm, natt_bytes signature,
                          const uint8_t *hash)
{
    int ret = mbedtls_mpi_read_binary(&n->r, signature.ptr, algorithm->scalar_len);
    if (ret == 0)
        ret = mbedtls_mpi_read_binary(&n->s, signature.ptr + algorithm->scalar_len, algorithm->scalar_len);
    size_t hash_len = mbedtls_md_get_size(mbedtls_md_info_from_type(algorithm->hash));
    return ret == 0 ? mbedtls_ecdsa_verify(&n->group, hash, hash_len, &n->key, &n->r, &n->s) : ret;
}

static const char *verify_ecdsa(const struct natt_eif_certificate *certificate, natt_bytes signature,
                                const uint8_t *hash)
{
    struct numbers n;
    mbedtls_ecp_group_init(&n.group);
    mbedtls_ecp_point_init(&n.key);
    mbedtls_mpi_init(&n.r);
    mbedtls_mpi_init(&n.s);
    const char *wrong = answer_of(load_key(&n, certificate),
                                  "the key of the signing certificate is not an uncompressed point of its curve");
    if (wrong == NULL)
        wrong = answer_of(verify_numbers(&n, certificate->algorithm, signature, hash),
                          "the signature is not valid for the key of the signing certificate");
    mbedtls_mpi_free(&n.s);
    mbedtls_mpi_free(&n.r);
    mbedtls_ecp_point_free(&n.key);
    mbedtls_ecp_group_free(&n.group);
    return wrong;
}

const char *natt_eif_signature_verify(const struct natt_eif_signature *signature, const uint8_t pcr0[48])
{
    const struct natt_eif_algorithm *algorithm = signature->read.algorithm;
    struct sign1 sign1;
    uint8_t hash[64];
    if (algorithm == NULL)
        return "the key of the signing certificate is not on P-256, P-384 or P-521";
    if (!read_sign1(&sign1, (natt_bytes){signature->cose, signature->cose_len}))
        return "the signature is not a COSE_Sign1 in the form of enclave images";
    if (!natt_bytes_are(sign1.protected_map, algorithm->protected_map, algorithm->protected_len))
        return "the algorithm of the signature does not match the key of the signing certificate";
    if (sign1.signature.len != 2 * algorithm->scalar_len)
        return "the length of the signature does not match the key of the signing certificate";
    const char *wrong = check_payload(sign1.payload, pcr0);
    if (wrong == NULL)
        wrong = hash_to_be_signed(hash, &sign1, algorithm);
    return wrong == NULL ? verify_ecdsa(&signature->read, sign1.signature, hash) : wrong;
}
