/*
 * Signatures as bytes, parsed by the verifier's own parsers: DER in a certificate, r || s in an envelope.
 */
#ifndef NATT_VERIFY_CRYPTO_TEST_SIGNATURE_FORMS_H
#define NATT_VERIFY_CRYPTO_TEST_SIGNATURE_FORMS_H

#include <stdio.h>
#include <string.h>

#include "nitro_attest/verify.h"
#include "verify/parse/cose.h"
#include "verify/parse/ecdsa.h"

/* Sets r and s of the job. Returns false if the form is refused. */
typedef bool natt_signature_reader(struct natt_job *job, natt_bytes signature);

/* Writes `head` octets, the length in two octets, and the content; returns the number of octets. */
static inline size_t form_long(uint8_t *out, uint8_t tag, size_t len)
{
    out[0] = tag;
    out[1] = 0x82;
    out[2] = (uint8_t)(len >> 8);
    out[3] = (uint8_t)len;
    return 4;
}

static inline size_t form_head(uint8_t *out, uint8_t tag, size_t len)
{
    size_t octets = len < 0x80 ? 0 : len < 0x100 ? 1 : 2;
    if (octets == 2)
        return form_long(out, tag, len);
    out[0] = tag;
    out[1] = octets == 0 ? (uint8_t)len : 0x81;
    out[2] = (uint8_t)len;
    return 2 + octets;
}

/* Writes the AWS root with a different signature: TBSCertificate, ecdsa-with-SHA384, BIT STRING. Returns 0 if it does
 * not fit. */
static inline size_t form_certificate(uint8_t *out, size_t room, natt_bytes signature)
{
    static const uint8_t algorithm[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03};
    uint8_t bits[4];
    natt_certificate root;
    if (!natt_certificate_parse(&root, natt_root_aws(), NULL) || signature.len > 60000)
        return 0;
    size_t bits_len = form_head(bits, 0x03, 1 + signature.len);
    size_t len = root.tbs.len + sizeof algorithm + bits_len + 1 + signature.len;
    if (4 + len > room)
        return 0;
    uint8_t *at = out + form_head(out, 0x30, len);
    at = (uint8_t *)memcpy(at, root.tbs.ptr, root.tbs.len) + root.tbs.len;
    at = (uint8_t *)memcpy(at, algorithm, sizeof algorithm) + sizeof algorithm;
    at = (uint8_t *)memcpy(at, bits, bits_len) + bits_len;
    *at++ = 0;
    if (signature.len > 0)
        at = (uint8_t *)memcpy(at, signature.ptr, signature.len) + signature.len;
    return (size_t)(at - out);
}

/* Ecdsa-Sig-Value [RFC5480 A]. A certificate of more than 1024 bytes is refused as a whole. */
static inline bool form_read_der(struct natt_job *job, natt_bytes signature)
{
    static uint8_t der[64000];
    natt_certificate cert;
    size_t len = form_certificate(der, sizeof der, signature);
    if (len == 0 || !natt_certificate_parse(&cert, (natt_bytes){der, len}, NULL))
        return false;
    natt_scalar_pad(job->r, cert.r);
    natt_scalar_pad(job->s, cert.s);
    return true;
}

/* 84 44a1013822 a0 4101 and the signature in a byte string [RFC9052 4.2]. */
static inline bool form_read_raw(struct natt_job *job, natt_bytes signature)
{
    static const uint8_t start[] = {0x84, 0x44, 0xa1, 0x01, 0x38, 0x22, 0xa0, 0x41, 0x01};
    uint8_t cbor[512];
    size_t at = sizeof start;
    natt_error err = {NATT_OK, 0, 0, NULL};
    struct natt_cose cose = {0};
    if (at + 3 + signature.len > sizeof cbor)
        return false;
    memcpy(cbor, start, sizeof start);
    cbor[at++] = signature.len < 24 ? (uint8_t)(0x40 + signature.len) : signature.len < 256 ? 0x58 : 0x59;
    if (signature.len >= 256)
        cbor[at++] = (uint8_t)(signature.len >> 8);
    if (signature.len >= 24)
        cbor[at++] = (uint8_t)signature.len;
    if (signature.len > 0)
        memcpy(cbor + at, signature.ptr, signature.len);
    struct natt_reader r = natt_cbor_reader((natt_bytes){cbor, at + signature.len}, &err);
    if (!natt_cose_parse(&r, &cose))
        return false;
    memcpy(job->r, cose.signature.ptr, NATT_SCALAR_LEN);
    memcpy(job->s, cose.signature.ptr + NATT_SCALAR_LEN, NATT_SCALAR_LEN);
    return true;
}

#endif
