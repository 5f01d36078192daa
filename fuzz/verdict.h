/*
 * What the targets that verify whole documents share. Their input: sixteen bytes that choose options, then the
 * document. Roots are AWS's and that of the issuer which signed the test vectors, so that re-signed documents
 * (resign.c) are verified to the end.
 */
#ifndef NATT_FUZZ_VERDICT_H
#define NATT_FUZZ_VERDICT_H

#include "nitro_attest/attest.h"
#include "nitro_attest/issuer.h"
#include "verify/crypto/crypto.h"

#define FUZZ_NOW_MS   UINT64_C(1760000000000) /* the clock of the test vectors */
#define FUZZ_SELECTOR 16

/* The issuer of the test vectors; made once. */
natt_issuer *fuzz_issuer(void);

/*
 * Takes the selector bytes from *in. The options are never a usage error; what they point to lives until the next call.
 * Byte 9 and above: for the target (batch.c).
 */
natt_options fuzz_options(natt_bytes *in);

/* Parts of that, for targets that ask several things of one document. */
void fuzz_choose_expectations(natt_options *opt, const natt_document *doc, uint8_t first, uint8_t second);
const natt_policy *fuzz_policy(unsigned chosen);

/* Real hashes and curve checks, but every signature is valid: the code after the signatures is reached. */
extern const struct natt_crypto fuzz_accept_all;

/* The properties of a verdict: see verdict.c. */
void fuzz_check_verdict(bool accepted, const natt_verified *v, natt_bytes in, const natt_options *opt,
                        const natt_error *err);

#endif
