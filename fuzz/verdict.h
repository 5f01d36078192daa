/*
 * Shared by the targets that verify whole documents. Their input: sixteen bytes that choose options, then the document.
 * Trusted roots are AWS's and that of the issuer of the test vectors, so that re-signed documents (resign.c) are
 * verified completely.
 */
#ifndef NATT_FUZZ_VERDICT_H
#define NATT_FUZZ_VERDICT_H

#include "nitro_attest/attest.h"
#include "nitro_attest/issuer.h"
#include "verify/crypto/crypto.h"

#define FUZZ_NOW_MS   UINT64_C(1760000000000) /* the test vectors' current time */
#define FUZZ_SELECTOR 16

/* The issuer of the test vectors, created once. */
natt_issuer *fuzz_issuer(void);

/*
 * Takes the selector bytes from *in. The options are never a usage error; their pointers are valid until the next call.
 * Bytes after byte 9 belong to the target (batch.c).
 */
natt_options fuzz_options(natt_bytes *in);

/* Parts of fuzz_options, for targets that verify one document with several options. */
void fuzz_choose_expectations(natt_options *opt, const natt_document *doc, uint8_t first, uint8_t second);
const natt_policy *fuzz_policy(unsigned chosen);

/* Hashes and curve checks are real, but every signature counts as valid, so that the code after the signatures is
 * reached. */
extern const struct natt_crypto fuzz_accept_all;

/* Checks the properties of a verdict: see verdict.c. */
void fuzz_check_verdict(bool accepted, const natt_verified *v, natt_bytes in, const natt_options *opt,
                        const natt_error *err);

#endif
