/*
 * Computes the digests of an enclave image while it is read: CRC-32 of the file, and the SHA-384 of PCR0, PCR1 and
 * PCR2.
 *     PCR_n = SHA-384(48 zero bytes || SHA-384(parts)) parts of PCR0: kernel, command line, all ramdisks; of PCR1: the
 *     same with only the first ramdisk; of PCR2: the other ramdisks [aws-nitro-enclaves-image-format README]
 */
#ifndef NATT_NSM_EIF_HASH_H
#define NATT_NSM_EIF_HASH_H

#include "nitro_attest/base.h"
#include "verify/crypto/hash/sha2.h"

enum natt_eif_part {
    NATT_EIF_UNMEASURED,
    NATT_EIF_BOOT,       /* kernel, command line, first ramdisk */
    NATT_EIF_APPLICATION /* further ramdisks */
};

struct natt_eif_hash {
    struct natt_sha384 image, boot, application;
    bool split; /* the application has begun; until then image and boot are equal, and only image is computed */
    uint32_t crc;
    uint32_t tables[8][256];
};

void natt_eif_hash_init(struct natt_eif_hash *hash);

/* Begins a section of this part, which may be empty. */
void natt_eif_hash_begin(struct natt_eif_hash *hash, enum natt_eif_part part);

/* Bytes of the file; every part counts for the CRC. Large pieces are shared with a second thread. */
void natt_eif_hash_add(struct natt_eif_hash *hash, enum natt_eif_part part, natt_bytes data);

/* Returns the PCRs. Call it once. */
void natt_eif_hash_finish(struct natt_eif_hash *hash, uint8_t pcr0[48], uint8_t pcr1[48], uint8_t pcr2[48]);

/* SHA-384(48 zero bytes || SHA-384(data)): a PCR that was extended once. */
void natt_eif_hash_pcr(uint8_t pcr[48], natt_bytes data);

#endif
