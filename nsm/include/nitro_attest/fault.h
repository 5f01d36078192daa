/*
 * Faults of the software NSM, which clients must handle and a real device rarely shows. A fault is one line:
 *
 *     attestation:errno=EIO:every=3     REQUEST[,REQUEST...]:ACTION[:WHEN]
 *
 * REQUEST  describe-pcr extend-pcr lock-pcr lock-pcrs describe-nsm attestation get-random, or any (which also matches
 *          bytes that are not a request)
 * ACTION   errno=NAME      the ioctl fails; the request is not performed
 *          error=NAME      {"Error": NAME}, and the request is not performed: InvalidArgument InvalidIndex
 *                          InvalidResponse ReadOnlyIndex InvalidOperation BufferTooSmall InputTooLarge InternalError
 *          silence[=TIME]  no reply: ETIMEDOUT after 120 s or TIME; the request is not performed, and others wait
 *          delay=TIME      the reply is late, and other requests wait
 *          truncated[=N]   half of the response, or its first N bytes
 *          oversized       zeros after the response, up to 12288 bytes
 *          malformed       a response that is not CBOR
 *          variant         the response of a different request
 *          duplicate-keys  a response that contains one key twice
 *          With the last five the request is performed.
 * WHEN     every=N, first=N, chance=PERCENT[:seed=N]; without it always. Matching requests are counted from 1.
 * TIME     a whole number and ms, s, m, h or d
 */
#ifndef NITRO_ATTEST_FAULT_H
#define NITRO_ATTEST_FAULT_H

#include "nitro_attest/emulator_error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bits of natt_fault.requests. */
#define NATT_FAULT_DESCRIBE_PCR 0x01u
#define NATT_FAULT_EXTEND_PCR   0x02u
#define NATT_FAULT_LOCK_PCR     0x04u
#define NATT_FAULT_LOCK_PCRS    0x08u
#define NATT_FAULT_DESCRIBE_NSM 0x10u
#define NATT_FAULT_ATTESTATION  0x20u
#define NATT_FAULT_GET_RANDOM   0x40u
#define NATT_FAULT_NO_REQUEST   0x80u /* bytes that are not one of the seven */
#define NATT_FAULT_ANY          0xffu

typedef enum natt_fault_action {
    NATT_FAULT_NOTHING = 0,
    NATT_FAULT_ERRNO,     /* value: an errno number, 1..4095 */
    NATT_FAULT_ERROR,     /* value: the number in AWS's library, 1 InvalidArgument .. 8 InternalError */
    NATT_FAULT_SILENCE,   /* value: milliseconds */
    NATT_FAULT_DELAY,     /* value: milliseconds */
    NATT_FAULT_TRUNCATED, /* value: bytes to keep, or NATT_FAULT_HALF */
    NATT_FAULT_OVERSIZED,
    NATT_FAULT_MALFORMED,
    NATT_FAULT_VARIANT,
    NATT_FAULT_DUPLICATE_KEYS
} natt_fault_action;

#define NATT_FAULT_HALF   UINT64_MAX
#define NATT_FAULT_MAX_MS UINT64_C(86400000) /* one day */

typedef enum natt_fault_when {
    NATT_FAULT_ALWAYS = 0,
    NATT_FAULT_EVERY, /* the nth, 2nth, ... */
    NATT_FAULT_FIRST, /* the first n */
    NATT_FAULT_CHANCE /* n percent of them, at random from the seed */
} natt_fault_when;

typedef struct natt_fault {
    uint32_t requests; /* NATT_FAULT_* bits */
    natt_fault_action action;
    uint64_t value;
    natt_fault_when when;
    uint32_t n;
    uint64_t seed;
} natt_fault;

/*
 * Parses the text form. False: *out is zero. NATT_EMULATOR_E_USAGE_FAULT_TEXT: err->offset is the position of the error
 * in the text, and the message lists what is allowed there. NATT_EMULATOR_E_USAGE_ARGUMENT: out or text is NULL. err
 * may be NULL.
 */
NATT_API NATT_MUST_CHECK bool natt_fault_parse(natt_fault *out, const char *text, natt_emulator_error *err);

#ifdef __cplusplus
}
#endif
#endif
