/*
 * Enclave image files (EIF): the measurements of an image, its content, and whether its signature is valid. The image
 * is read in pieces, in order, with constant memory.
 *
 *     natt_eif *eif = natt_eif_new(&err);
 *     while ((len = fread(piece, 1, sizeof piece, file)) > 0 && natt_eif_add(eif, (natt_bytes){piece, len}, &err))
 *         continue;
 *     natt_eif_measurements m;
 *     bool ok = natt_eif_finish(eif, &m, &err);
 *     natt_eif_free(eif);
 *
 * Errors: NATT_EMULATOR_E_EIF_* for an invalid image: err->offset is the position in the image, err->index the section.
 * NATT_EMULATOR_E_USAGE_ARGUMENT, _ORDER, NATT_EMULATOR_E_MEMORY, _CRYPTO. err may be NULL.
 * Threads: only one thread may use a reader at a time. natt_eif_add starts a second thread for large pieces.
 * Source: the README of aws-nitro-enclaves-image-format, and its code where the README is incomplete.
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
#define NATT_EIF_MAX_METADATA  ((size_t)1 << 20) /* bytes; only the size is reported for a larger section */
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

/* The PCRs of an enclave image, as nitro-cli prints them. */
typedef struct natt_eif_measurements {
    uint8_t pcr0[NATT_PCR_LEN], pcr1[NATT_PCR_LEN], pcr2[NATT_PCR_LEN];
    uint8_t pcr8[NATT_PCR_LEN]; /* zero if the image is not signed */
    bool has_signature;         /* the image is signed, and the signature is valid */
} natt_eif_measurements;

/* The certificate of the signature section. No authority has issued it; PCR8 identifies it. */
typedef struct natt_eif_signer {
    natt_bytes certificate;             /* DER; absent if there is none or it cannot be parsed */
    char subject[NATT_EIF_MAX_SUBJECT]; /* RFC 4514 form, in the certificate's order; "..." ends a truncated name */
    int64_t not_before, not_after;      /* seconds since 1970, both inclusive; not compared with any clock */
    const char *algorithm;              /* of its key: "ES256", "ES384", "ES512"; NULL = unknown */
} natt_eif_signer;

typedef enum natt_eif_signature_status {
    NATT_EIF_NOT_SIGNED,
    NATT_EIF_SIGNATURE_VALID,  /* the certificate's key signed PCR0 of this image */
    NATT_EIF_SIGNATURE_INVALID /* the reason is in natt_eif_description.signature_error */
} natt_eif_signature_status;

/* Its views are valid as long as the reader exists. */
typedef struct natt_eif_description {
    uint16_t version; /* of the format: 2, 3 or 4 */
    bool arm64;       /* for aarch64; else x86_64 */
    uint64_t default_memory, default_cpus;
    uint32_t crc;
    uint64_t size; /* of the file */
    natt_eif_section sections[NATT_EIF_MAX_SECTIONS];
    size_t section_count;
    natt_bytes metadata; /* JSON as the builder wrote it, not parsed; absent if there is none or it is too large */
    natt_eif_signature_status signature;
    natt_emulator_error signature_error;
    /* The header has a wrong size for the signature section: nitro-cli does not update it when it replaces a
     * signature. The format forbids this, but public tools accept it. */
    bool stale_signature_size;
    natt_eif_signer signer;
} natt_eif_description;

typedef struct natt_eif natt_eif;

/* Creates a reader; free it with natt_eif_free. Returns NULL and sets *err if memory runs out. */
NATT_API NATT_MUST_CHECK natt_eif *natt_eif_new(natt_emulator_error *err);
NATT_API void natt_eif_free(natt_eif *eif); /* does nothing for NULL */

/*
 * Adds the next bytes of the image, any number of them. The reader keeps only the signature and metadata sections.
 * False: the image is invalid; every later call returns the same error.
 * Cost: SHA-384 of the bytes, twice for all ramdisks after the first; CRC-32.
 */
NATT_API NATT_MUST_CHECK bool natt_eif_add(natt_eif *eif, natt_bytes piece, natt_emulator_error *err);

/*
 * Call it after the last piece. True: the image is complete and undamaged (CRC-32), follows its format, and its
 * signature, if it has one, is valid; *out contains its measurements. False: *out is zero.
 * The dates of the signer's certificate are not checked: natt_eif_describe returns them.
 * Cost: one ECDSA verification if the image is signed.
 */
NATT_API NATT_MUST_CHECK bool natt_eif_finish(natt_eif *eif, natt_eif_measurements *out, natt_emulator_error *err);

/*
 * Call it after the last piece, before or after natt_eif_finish. Describes the content of the image. The same checks
 * apply, but an invalid signature is described instead of refused.
 */
NATT_API NATT_MUST_CHECK bool natt_eif_describe(natt_eif *eif, natt_eif_description *out, natt_emulator_error *err);

/*
 * The numbers of this reader's error: *actual is the value in the image, *expected the required value or the limit.
 * False: the error has no numbers, and both are 0.
 */
NATT_API bool natt_eif_mismatch(const natt_eif *eif, uint64_t *expected, uint64_t *actual);

/* The same as natt_eif_finish for an image in memory. */
NATT_API NATT_MUST_CHECK bool natt_eif_measure(natt_eif_measurements *out, natt_bytes image, natt_emulator_error *err);

#ifdef __cplusplus
}
#endif
#endif
