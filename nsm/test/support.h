/*
 * Shared by the issuer's tests: fixed issuers, built documents, and checks by other libraries (mbedTLS, libcbor).
 */
#ifndef NATT_NSM_TEST_SUPPORT_H
#define NATT_NSM_TEST_SUPPORT_H

#include "nitro_attest/issuer.h"

#define TEST_NOW_MS   UINT64_C(1766678659346) /* 2025-12-25T16:04:19.346Z */
#define TEST_CAPACITY 65536

struct test_document {
    uint8_t bytes[TEST_CAPACITY];
    size_t len;
    size_t certificate_count;
    natt_bytes certificates[NATT_PLAN_MAX_CERTIFICATES]; /* root first, leaf last */
    natt_bytes payload, signature;
};

/* Fails the test on any error. */
natt_issuer *test_issuer(const natt_issuer_options *options);
natt_issuer *test_issuer_standard(void);
natt_issuer_options test_options(const char *seed);

/* The plan for `request` (NULL: the standard one). */
void test_plan(natt_issuer *issuer, natt_issue_plan *plan, const natt_issue_request *request);
/* Builds the document; *out points to its parts, which belong to the issuer until the next build. */
void test_build(struct test_document *out, natt_issuer *issuer, const natt_issue_plan *plan);
void test_issue(struct test_document *out, natt_issuer *issuer, const natt_issue_request *request);

/* mbedTLS verifies the chain up to the issuer's root, except dates. */
bool test_chain_verifies(const struct test_document *document);
/* mbedTLS verifies this signature with the leaf's key, over a Sig_structure that this function builds. */
bool test_signature_verifies(const struct test_document *document);
bool test_verifies(natt_bytes message, natt_bytes signature, natt_bytes certificate);
/* libcbor decodes one well-formed item, with nothing after it. */
bool test_cbor_loads(natt_bytes bytes);

/* The number of times that `part` occurs in `whole`. */
size_t test_count(natt_bytes whole, natt_bytes part);
/* Position of `part` in `whole`; fails the test unless it occurs exactly once. */
size_t test_find(natt_bytes whole, natt_bytes part);
bool test_equal(natt_bytes a, natt_bytes b);
/* Decodes into one of 32 static buffers, used in turn. */
natt_bytes test_hex(const char *hex);

#endif
