/*
 * Shared by the emulator's tests: emulators, exchanges in hexadecimal, and documents that the verifier checks.
 */
#ifndef NATT_NSM_TEST_EMULATOR_SUPPORT_H
#define NATT_NSM_TEST_EMULATOR_SUPPORT_H

#include "nitro_attest/emulator.h"
#include "nitro_attest/verify.h"

#define TEST_CLOCK_MS UINT64_C(1766678659346) /* 2025-12-25T16:04:19.346Z */

/* A fixed seed and clock. */
natt_emulator_options test_emulator_options(void);
/* Fails the test if no emulator can be created. NULL: the options above. */
natt_emulator *test_emulator(const natt_emulator_options *options);

/* The response, in one of 8 static buffers used in turn; the test fails on an errno. */
natt_bytes test_exchange(natt_emulator *emulator, natt_bytes request);
/* Returns the errno, for requests without a response. */
int test_exchange_errno(natt_emulator *emulator, natt_bytes request);

/* Each fails the test, with `what`, if the response differs. Spaces in hexadecimal are skipped. */
void test_expect_error(natt_emulator *emulator, const char *request_hex, const char *name, const char *what);
void test_expect_response(natt_emulator *emulator, const char *request_hex, const char *response_hex, const char *what);

/* The document inside {"Attestation": {"document": ...}}; fails the test for any other response. */
natt_bytes test_document_of(natt_bytes response);
/* The 48 bytes after "data" in a response of DescribePCR or ExtendPCR. */
natt_bytes test_pcr_of(natt_bytes response);

/* natt_verify with one root, at one time, without a PCR policy. */
bool test_verify(natt_verified *v, natt_bytes document, natt_bytes root, natt_kind kind, uint64_t now_ms,
                 natt_error *err);

/* One well-formed CBOR item: an {"Error": name} with a name AWS has, or a response to one of the seven. */
bool test_is_response(natt_bytes response);

/* Attestation without any field. */
#define TEST_ATTESTATION "a1 6b 4174746573746174696f6e a0"
/* DescribePCR, ExtendPCR and LockPCR up to the index. */
#define TEST_DESCRIBE_PCR "a1 6b 4465736372696265504352 a1 65 696e646578"
#define TEST_EXTEND_PCR   "a1 69 457874656e64504352 a2 65 696e646578"
#define TEST_LOCK_PCR     "a1 67 4c6f636b504352 a1 65 696e646578"
#define TEST_LOCK_PCRS    "a1 68 4c6f636b50435273 a1 65 72616e6765"
#define TEST_DESCRIBE_NSM "6b 44657363726962654e534d"
#define TEST_GET_RANDOM   "69 47657452616e646f6d"

#endif
