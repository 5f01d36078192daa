/*
 * A test replacement for AWS's attestation PKI: it creates a root, a chain and signed attestation documents in the
 * format of genuine ones. Verifiers that trust only AWS's root refuse them.
 *
 *     natt_issuer_options options = NATT_ISSUER_OPTIONS_INIT;
 *     options.now_ms = now;
 *     natt_issuer *issuer = natt_issuer_new(&options, &err);
 *     natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
 *     request.nonce = nonce;
 *     if (natt_issue(issuer, document, sizeof document, &len, &request, &err)) ...   // root: natt_issuer_root(issuer)
 *
 * To create a document that breaks a rule, edit a plan (issuer_plan.h) between natt_issuer_plan and natt_issuer_build.
 * Equal seeds and arguments give equal bytes on every machine (RFC 6979 signatures).
 * An issuer uses the heap. Only one thread may use it at a time; different issuers are independent.
 */
#ifndef NITRO_ATTEST_ISSUER_H
#define NITRO_ATTEST_ISSUER_H

#include "nitro_attest/base.h"
#include "nitro_attest/document.h"
#include "nitro_attest/emulator_error.h"
#include "nitro_attest/issuer_plan.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NATT_ISSUER_MAX_BUNDLE 16 /* twice NATT_MAX_CABUNDLE, the largest bundle that the verifier accepts */

typedef struct natt_issuer natt_issuer;

/* Start from NATT_ISSUER_OPTIONS_INIT and set now_ms. Strings are copied. */
typedef struct natt_issuer_options {
    size_t struct_size; /* sizeof(natt_issuer_options) */
    natt_bytes seed;    /* at least 1 byte; absent = 32 random bytes. All keys are derived from it */
    natt_kind kind;
    uint64_t now_ms; /* the issuer's clock; the dates of all certificates except the root derive from it */
    /*
     * The suffix of every name. NULL = "test.invalid" ("invalid" in regions whose name would make a commonName longer
     * than 64 bytes), with an organization that marks it as a test. "aws" = the names that AWS writes.
     */
    const char *suffix;
    const char *region;      /* NULL = "us-east-1" */
    const char *instance_id; /* "i-" and hexadecimal digits; NULL = from the seed */
    const char *role_arn;    /* for PCR3; NULL = PCR3 is zero */
    uint32_t bundle_count;   /* certificates in cabundle, 1..NATT_ISSUER_MAX_BUNDLE; 0 = 4, as AWS uses */
} natt_issuer_options;

#define NATT_ISSUER_OPTIONS_INIT                                                                                       \
    {                                                                                                                  \
        sizeof(natt_issuer_options), {NULL, 0}, NATT_KIND_ENCLAVE, 0, NULL, NULL, NULL, NULL, 0                        \
    }

/*
 * A new issuer, or NULL and *err. Free it with natt_issuer_free.
 * err  may be NULL. Codes NATT_EMULATOR_E_USAGE_ARGUMENT, _STRUCT_SIZE, _KIND, _NOW, _OPTION, NATT_EMULATOR_E_MEMORY,
 *      _RANDOM, _CRYPTO.
 * Cost: one key pair per certificate, and the root's signature.
 */
NATT_API NATT_MUST_CHECK natt_issuer *natt_issuer_new(const natt_issuer_options *options, natt_emulator_error *err);

/* Wipes the keys and releases everything. Does nothing for NULL. */
NATT_API void natt_issuer_free(natt_issuer *issuer);

/*
 * Sets the clock: all certificates below the root are reissued with new dates and serials; keys, names and module_id
 * remain. False: now_ms is not a time in milliseconds (NATT_EMULATOR_E_USAGE_NOW), and nothing changed.
 */
NATT_API NATT_MUST_CHECK bool natt_issuer_set_now(natt_issuer *issuer, uint64_t now_ms, natt_emulator_error *err);

/*
 * The root certificate in DER, which only tests may trust; constant while the issuer exists. It depends only on seed
 * and suffix (and on now_ms before 2020 and after 2048, outside the dates of AWS's root).
 */
NATT_API natt_bytes natt_issuer_root(const natt_issuer *issuer);

/*
 * The root as PEM text with a final newline and NUL. *len excludes the NUL; len may be NULL.
 * False: capacity is too small, and *out is empty. 1024 bytes are enough.
 */
NATT_API NATT_MUST_CHECK bool natt_issuer_root_pem(const natt_issuer *issuer, char *out, size_t capacity, size_t *len);

/* Names in the issuer's documents; constant while the issuer exists. */
NATT_API const char *natt_issuer_module_id(const natt_issuer *issuer);
NATT_API const char *natt_issuer_instance_id(const natt_issuer *issuer);
NATT_API const char *natt_issuer_region(const natt_issuer *issuer);
NATT_API const char *natt_issuer_suffix(const natt_issuer *issuer);

typedef struct natt_issue_pcr {
    uint32_t index;   /* 0..31 */
    natt_bytes value; /* 48 bytes */
} natt_issue_pcr;

/* Start from NATT_ISSUE_REQUEST_INIT, which is a complete request. */
typedef struct natt_issue_request {
    size_t struct_size; /* sizeof(natt_issue_request) */
    /*
     * Each entry replaces or adds one PCR; the last one for an index applies. Without entries an enclave has PCR 0 to
     * 15: 0 to 2 are SHA-384("nitro-attest test PCR<n>"), 3 and 4 are SHA-384 of 48 zero bytes and the role ARN or
     * instance id, the others zero. A TPM has PCR 0 to 23: 0 to 10 are such test values, 17 to 22 all ones, the others
     * zero.
     */
    const natt_issue_pcr *pcrs;
    size_t pcr_count;
    bool only_these_pcrs;                    /* only the PCRs in `pcrs` */
    natt_bytes public_key, user_data, nonce; /* absent = null, as AWS writes absent fields */
    uint64_t timestamp_ms;                   /* 0 = the issuer's clock */
    bool debug;                              /* enclave: PCR0, PCR1 and PCR2 are zero unless `pcrs` has them */
    bool definite;                           /* the payload map has definite length, as AWS wrote it until 2025 */
    bool tagged;                             /* tag 18 before the array */
} natt_issue_request;

#define NATT_ISSUE_REQUEST_INIT                                                                                        \
    {                                                                                                                  \
        sizeof(natt_issue_request), NULL, 0, false, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, false, false, false            \
    }

/*
 * True: out[0 .. *len) is a signed document. False: *len is 0, and the content of out is undefined.
 * request   NULL = NATT_ISSUE_REQUEST_INIT.
 * err       may be NULL. Codes NATT_EMULATOR_E_USAGE_ARGUMENT, _STRUCT_SIZE, _KIND, _PCR for PCRs that no document can
 *           have, NATT_EMULATOR_E_BUFFER_TOO_SMALL (NATT_MAX_DOCUMENT is enough for every document that verifies),
 *           _MEMORY, _CRYPTO.
 * Cost: one signature; the certificates are signed once.
 */
NATT_API NATT_MUST_CHECK bool natt_issue(natt_issuer *issuer, uint8_t *out, size_t capacity, size_t *len,
                                         const natt_issue_request *request, natt_emulator_error *err);

/*
 * The same in two steps. natt_issuer_plan fills in *plan: edit it, build it any number of times, and free it with
 * natt_plan_free. False: *plan is zero. The previous content of *plan is overwritten, not freed.
 * natt_issuer_build refuses a plan with an invalid edit as NATT_EMULATOR_E_USAGE_PLAN; err->message names it. It may
 * read parts of the document built before (see below), and uses the issuers that the plan's signatures name.
 */
NATT_API NATT_MUST_CHECK bool natt_issuer_plan(natt_issuer *issuer, natt_issue_plan *plan,
                                               const natt_issue_request *request, natt_emulator_error *err);
NATT_API NATT_MUST_CHECK bool natt_issuer_build(natt_issuer *issuer, uint8_t *out, size_t capacity, size_t *len,
                                                const natt_issue_plan *plan, natt_emulator_error *err);

/*
 * Parts of the last document that was built or issued, valid until the next one succeeds; absent if there is none.
 * `certificate` is an index into natt_issue_plan.certificates: 0 = root.
 */
NATT_API natt_bytes natt_issuer_certificate(const natt_issuer *issuer, uint32_t certificate);
NATT_API natt_bytes natt_issuer_payload(const natt_issuer *issuer);
NATT_API natt_bytes natt_issuer_sig_structure(const natt_issuer *issuer);

/*
 * Signs SHA-384(message) with one of the issuer's keys; out is r || s. `key` is as in natt_plan_signature.
 * False: there is no such key, or mbedTLS failed; out is zero.
 */
NATT_API NATT_MUST_CHECK bool natt_issuer_sign(natt_issuer *issuer, uint8_t out[96], uint32_t key, natt_bytes message);
/* 04 || x || y of such a key, 97 bytes. */
NATT_API NATT_MUST_CHECK bool natt_issuer_public_key(natt_issuer *issuer, uint8_t out[97], uint32_t key);

#ifdef __cplusplus
}
#endif
#endif
