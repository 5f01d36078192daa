/*
 * Unverified content of documents and certificates. No signature is verified here: use it to inspect, never to decide.
 * natt_verify() in verify.h makes the decision.
 */
#ifndef NITRO_ATTEST_DOCUMENT_H
#define NITRO_ATTEST_DOCUMENT_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The source of a document. */
typedef enum natt_kind {
    NATT_KIND_ENCLAVE = 1,  /* a Nitro Enclave's NSM: field pcrs, module_id i-<hex>-enc<hex> */
    NATT_KIND_NITROTPM = 2, /* an instance's NitroTPM: field nitrotpm_pcrs, module_id i-<hex>-tpm<hex> */
    NATT_KIND_OTHER = 0     /* well-formed, but neither; never verified */
} natt_kind;

/* "enclave", "nitrotpm" or "other". */
NATT_API const char *natt_kind_name(natt_kind kind);

/* An unverified attestation document; every view points into the bytes that were parsed. */
typedef struct natt_document {
    natt_bytes raw;              /* all of it */
    natt_bytes protected_header; /* the CBOR inside the byte string, a1 01 38 22 */
    natt_bytes payload;
    natt_bytes signature; /* r || s, 96 bytes */
    bool tagged;          /* tag 18 before the array */
    bool indefinite;      /* the payload map is of indefinite length, as AWS writes since 2025 */
    natt_kind kind;
    natt_bytes module_id;
    natt_bytes digest;
    uint64_t timestamp_ms;
    uint32_t pcr_mask;                      /* bit n: PCR n is present */
    natt_bytes pcrs[NATT_PCR_COUNT];        /* 48 bytes each, or absent */
    natt_bytes certificate;                 /* the leaf */
    natt_bytes cabundle[NATT_MAX_CABUNDLE]; /* [0] is the root */
    size_t cabundle_count;
    natt_bytes public_key, user_data, nonce;            /* absent (omitted or null), empty, or bytes */
    natt_bytes unknown_fields[NATT_MAX_UNKNOWN_FIELDS]; /* names that AWS does not list, in order */
    size_t unknown_count;
} natt_document;

/*
 * True: `in` is one well-formed attestation document (envelope, CBOR, type and size of every field). Nothing is
 * verified. Unknown fields, the kind and the limits of the three optional fields depend on options: natt_verify checks
 * them.
 * in    the raw document, at most NATT_MAX_DOCUMENT bytes; must outlive *out.
 * out   all zero on false.
 * err   may be NULL. Codes NATT_E_USAGE_ARGUMENT, NATT_E_CBOR_*, NATT_E_COSE_*, NATT_E_DOC_*. Threads: any number at
 *       once.
 * Cost: one pass over the heads; no public-key work. Source: RFC 8949, RFC 9052 4.2, AWS attestation_process.md.
 */
NATT_API NATT_MUST_CHECK bool natt_document_parse(natt_document *out, natt_bytes in, natt_error *err);

/*
 * What a certificate's key may be used for, as RFC 5280 names it; bits without a name are kept. A genuine leaf has
 * DIGITAL_SIGNATURE, the certificates above it KEY_CERT_SIGN.
 *
 * They are bits of natt_certificate.key_usage: bit n of keyUsage is 1 << n [RFC 5280 4.2.1.3].
 */
#define NATT_KU_DIGITAL_SIGNATURE 0x0001u /* signatures of other data than certificates and revocation lists */
#define NATT_KU_NON_REPUDIATION   0x0002u /* signatures that the signer cannot deny */
#define NATT_KU_KEY_ENCIPHERMENT  0x0004u /* encryption of keys */
#define NATT_KU_DATA_ENCIPHERMENT 0x0008u /* encryption of other data than keys */
#define NATT_KU_KEY_AGREEMENT     0x0010u /* key agreement */
#define NATT_KU_KEY_CERT_SIGN     0x0020u /* signatures of certificates */
#define NATT_KU_CRL_SIGN          0x0040u /* signatures of revocation lists */
#define NATT_KU_ENCIPHER_ONLY     0x0080u /* with KEY_AGREEMENT: encryption only */
#define NATT_KU_DECIPHER_ONLY     0x0100u /* with KEY_AGREEMENT: decryption only */

/* An unverified certificate of the Nitro profile; every view points into the bytes that were parsed. */
typedef struct natt_certificate {
    natt_bytes raw, tbs;              /* the whole certificate; the signed part with its head */
    natt_bytes serial;                /* magnitude, big-endian, no leading zero */
    natt_bytes issuer, subject;       /* Name, with its head */
    natt_bytes issuer_cn, subject_cn; /* text of the last commonName, or absent */
    int64_t not_before, not_after;    /* seconds since 1970, both inclusive */
    natt_bytes spki;                  /* SubjectPublicKeyInfo, with its head */
    natt_bytes public_key;            /* x || y, 96 bytes */
    natt_bytes r, s;                  /* of the signature: magnitudes, 1..48 bytes */
    natt_bytes unknown_critical;      /* OID of the first unknown extension that must be processed, or absent */
    bool has_basic_constraints, basic_constraints_critical, basic_constraints_empty, ca, has_path_len;
    bool has_key_usage, key_usage_critical;
    uint32_t path_len;
    uint32_t key_usage; /* NATT_KU_* */
} natt_certificate;

/*
 * True: `in` is one DER certificate of the Nitro profile (X.509 v3, P-384, ecdsa-with-SHA384). Nothing is verified;
 * only natt_verify checks that the key is a point on the curve.
 * in    at most NATT_MAX_CERTIFICATE bytes; must outlive *out.
 * out   all zero on false.
 * err   may be NULL. Codes NATT_E_USAGE_ARGUMENT, NATT_E_DER_*, NATT_E_X509_*, NATT_E_DOC_CERTIFICATE_SIZE.
 * Cost: one pass; no public-key work. Source: RFC 5280, X.690.
 */
NATT_API NATT_MUST_CHECK bool natt_certificate_parse(natt_certificate *out, natt_bytes in, natt_error *err);

#ifdef __cplusplus
}
#endif
#endif
