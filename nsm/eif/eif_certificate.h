/*
 * The certificate that signs an enclave image: any X.509 certificate, read for its subject, dates and public key. No
 * other certificate is needed for it, so its issuer, extensions and own signature are not checked.
 */
#ifndef NATT_NSM_EIF_CERTIFICATE_H
#define NATT_NSM_EIF_CERTIFICATE_H

#include <mbedtls/ecp.h>
#include <mbedtls/md.h>

#include "nitro_attest/base.h"

/* A COSE algorithm: a curve and its hash [RFC9053 2.1]. */
struct natt_eif_algorithm {
    const char *name;          /* "ES384" */
    const char *protected_map; /* { 1: algorithm } in CBOR */
    size_t protected_len;
    const char *curve; /* the object identifier's content */
    size_t curve_len;
    mbedtls_ecp_group_id group;
    mbedtls_md_type_t hash;
    size_t scalar_len; /* of r and of s */
};

struct natt_eif_certificate {
    natt_bytes subject; /* RDNSequence, without its head */
    int64_t not_before, not_after;
    const struct natt_eif_algorithm *algorithm; /* NULL: a different type of key */
    natt_bytes point;                           /* as the certificate encodes it */
};

/* The first CERTIFICATE of a PEM text as DER in `out`; absent if there is none. [RFC7468 5] */
natt_bytes natt_eif_pem_decode(uint8_t *out, size_t capacity, natt_bytes pem);

/* Views of `der`, which must be exactly one certificate. */
bool natt_eif_certificate_read(struct natt_eif_certificate *out, natt_bytes der);

/* A Name as text, for example "CN=release, O=Example\, Inc."; "..." ends a truncated text. */
void natt_eif_name_text(char *out, size_t capacity, natt_bytes name);

#endif
