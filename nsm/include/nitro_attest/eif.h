/*
 * Enclave image files (EIF): what an image measures to, what is in it, and whether its signature is valid. The image is
 * read in pieces, from its first byte to its last, in constant memory.
 *
 *     natt_eif *eif = natt_eif_new(&err);
 *     while ((len = fread(piece, 1, sizeof piece, file)) > 0 && natt_eif_add(eif, (natt_bytes){piece, len}, &err))
 *         continue;
 *     natt_eif_measurements m;
 *     bool ok = natt_eif_finish(eif, &m, &err);
 *     natt_eif_free(eif);
 *
 * Errors: NATT_EMULATOR_E_EIF_* for a wrong image: err->offset is the position in the image, err->index the section.
 * NATT_EMULATOR_E_USAGE_ARGUMENT, _ORDER, NATT_EMULATOR_E_MEMORY, _CRYPTO. err may be NULL.
 * Threads: one reader serves one thread at a time. natt_eif_add runs a second thread of its own for large pieces.
 * Source: the specification in the README of aws-nitro-enclaves-image-format, and its code where the text is silent.
 */
#ifndef NITRO_ATTEST_EIF_H
#define NITRO_ATTEST_EIF_H

#include "nitro_attest/base.h"
#include "nitro_attest/emulator_error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NATT_EIF_MAX_SECTIONS  32
#define NATT_EIF_MAX_SIGNATURE 32768             /* bytes of the signature section */
#define NATT_EIF_MAX_METADATA  ((size_t)1 << 20) /* bytes; of a larger metadata section only the size is known */
#define NATT_EIF_MAX_SUBJECT   512

typedef enum natt_eif_section_type {
    NATT_EIF_KERNEL = 1,
    NATT_EIF_CMDLINE,
    NATT_EIF_RAMDISK,
    NATT_EIF_SIGNATURE,
    NATT_EIF_METADATA
} natt_eif_section_type;

/* "kernel", "cmdline", "ramdisk", "signature", "metadata", or "unknown". */
NATT_API const char *natt_eif_section_name(natt_eif_section_type type);

typedef struct natt_eif_section {
    natt_eif_section_type type;
    uint64_t offset; /* of the section's 12-byte header; the data follows it */
    uint64_t size;   /* of the data */
} natt_eif_section;

/* PCRs that an enclave image gives, as nitro-cli prints them. */
typedef struct natt_eif_measurements {
    uint8_t pcr0[NATT_PCR_LEN], pcr1[NATT_PCR_LEN], pcr2[NATT_PCR_LEN];
    uint8_t pcr8[NATT_PCR_LEN]; /* zero when the image is not signed */
    bool has_signature;         /* the image is signed, and the signature is valid */
} natt_eif_measurements;

/* The certificate of the signature section. No authority confirms it: PCR8 identifies it. */
typedef struct natt_eif_signer {
    natt_bytes certificate;             /* DER; absent when there is none or it cannot be read */
    char subject[NATT_EIF_MAX_SUBJECT]; /* as RFC 4514 writes names, in the certificate's order; "..." ends a cut one */
    int64_t not_before, not_after;      /* seconds since 1970, both inclusive; not compared with any clock */
    const char *algorithm;              /* of its key: "ES256", "ES384", "ES512"; NULL = another one */
} natt_eif_signer;

typedef enum natt_eif_signature_status {
    NATT_EIF_NOT_SIGNED,
    NATT_EIF_SIGNATURE_VALID,  /* the certificate's key signed PCR0 of this image */
    NATT_EIF_SIGNATURE_INVALID /* the reason is in natt_eif_description.signature_error */
} natt_eif_signature_status;

/* Its views live as long as the reader. */
typedef struct natt_eif_description {
    uint16_t version; /* of the format: 2, 3 or 4 */
    bool arm64;       /* for aarch64; else x86_64 */
    uint64_t default_memory, default_cpus;
    uint32_t crc;
    uint64_t size; /* of the file */
    natt_eif_section sections[NATT_EIF_MAX_SECTIONS];
    size_t section_count;
    natt_bytes metadata; /* JSON as the builder wrote it, not parsed; absent when there is none, or it is too large */
    natt_eif_signature_status signature;
    natt_emulator_error signature_error;
    /* The header gives another size for the signature section, as nitro-cli leaves it there when it replaces a
     * signature: the format forbids it, public tools accept it. */
    bool stale_signature_size;
    natt_eif_signer signer;
} natt_eif_description;

typedef struct natt_eif natt_eif;

/* A reader at the beginning of an image. NULL and *err when memory runs out. Free it with natt_eif_free. */
NATT_API NATT_MUST_CHECK natt_eif *natt_eif_new(natt_emulator_error *err);
NATT_API void natt_eif_free(natt_eif *eif); /* NULL is ignored */

/*
 * The next bytes of the image, as many as the caller likes; nothing of them is kept but the signature and metadata
 * sections. False: the image is wrong. The first error remains, and every later call gives it again.
 * Cost: SHA-384 of the bytes, and once more for ramdisks behind the first; CRC-32.
 */
NATT_API NATT_MUST_CHECK bool natt_eif_add(natt_eif *eif, natt_bytes piece, natt_emulator_error *err);

/*
 * After the last piece. True: the image is complete and undamaged (CRC-32), every rule of the format is kept, and its
 * signature, if it has one, is valid; *out is what it measures to. False: *out is zero.
 * Whether the signer's certificate is within its dates is not checked: natt_eif_describe gives them.
 * Cost: one ECDSA verification if the image is signed.
 */
NATT_API NATT_MUST_CHECK bool natt_eif_finish(natt_eif *eif, natt_eif_measurements *out, natt_emulator_error *err);

/*
 * After the last piece: what is in the image. The same conditions, but an invalid signature is described instead of
 * refused. Call it before or after natt_eif_finish.
 */
NATT_API NATT_MUST_CHECK bool natt_eif_describe(natt_eif *eif, natt_eif_description *out, natt_emulator_error *err);

/*
 * The numbers behind the error of this reader: *actual is in the image, *expected should be there (or is the limit).
 * False: the error is not about numbers, and both are 0.
 */
NATT_API bool natt_eif_mismatch(const natt_eif *eif, uint64_t *expected, uint64_t *actual);

/* The same as natt_eif_finish for an image in memory. */
NATT_API NATT_MUST_CHECK bool natt_eif_measure(natt_eif_measurements *out, natt_bytes image, natt_emulator_error *err);

#ifdef __cplusplus
}
#endif
#endif
