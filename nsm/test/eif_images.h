/* Builds enclave images byte by byte, and signs them. */
#ifndef NATT_NSM_TEST_EIF_IMAGES_H
#define NATT_NSM_TEST_EIF_IMAGES_H

#include "nitro_attest/eif.h"

#define TEST_HEADER_LEN 548
#define TEST_IMAGE_ROOM (((size_t)1 << 20) + 65536)

/* The positions of test_signer_pems; the keys of ES256, ES384 and ES512. */
enum { TEST_ES256, TEST_ES384, TEST_ES512, TEST_SIGNERS };

struct test_image {
    uint8_t bytes[TEST_IMAGE_ROOM];
    size_t len;
    unsigned sections;
};

natt_bytes test_text(const char *text);

/* A big-endian number. */
void test_image_put(struct test_image *to, size_t at, uint64_t value, size_t len);
/* Sets the CRC of the current content. */
void test_image_seal(struct test_image *to);
void test_image_start(struct test_image *to, uint16_t version);
void test_image_add(struct test_image *to, uint16_t type, natt_bytes data);

/* Kernel, command line, two ramdisks and metadata, and their measurements. */
void test_image_plain(struct test_image *to);
#define TEST_PLAIN_IMAGE "kernelconsole=ttyS0initapplication"
/* The same and a signature section. */
void test_image_signed(struct test_image *to, unsigned signer);

/* SHA-384(48 zero bytes || SHA-384(parts)) */
void test_pcr(uint8_t out[NATT_PCR_LEN], natt_bytes parts);

/* Each function has its own static buffer, which its next call overwrites. */
natt_bytes test_payload(uint8_t index, natt_bytes pcr);
natt_bytes test_plain_payload(void); /* index 0, PCR0 of test_image_plain */
natt_bytes test_protected(unsigned signer);
/* A COSE_Sign1: 84 protected a0 payload signature, by that key. */
natt_bytes test_cose(unsigned signer, natt_bytes protected_map, natt_bytes payload);
natt_bytes test_signature_section(natt_bytes pem, natt_bytes cose);
/* One entry of it. */
size_t test_put_entry(uint8_t *to, natt_bytes pem, natt_bytes cose);

#endif
