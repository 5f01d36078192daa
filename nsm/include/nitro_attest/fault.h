/*
 * Faults for the software NSM to show: what a client must survive and a real device seldom does. A fault is one line:
 *
 *     attestation:errno=EIO:every=3     REQUEST[,REQUEST...]:ACTION[:WHEN]
 *
 * REQUEST  describe-pcr extend-pcr lock-pcr lock-pcrs describe-nsm attestation get-random, or any (which also matches
 *          what is no request at all)
 * ACTION   errno=NAME      the ioctl fails; the device did nothing
 *          error=NAME      {"Error": NAME}, the device did nothing: InvalidArgument InvalidIndex InvalidResponse
 *                          ReadOnlyIndex InvalidOperation BufferTooSmall InputTooLarge InternalError
 *          silence[=TIME]  no answer: ETIMEDOUT after 120 s or TIME; the device did nothing, others wait meanwhile
 *          delay=TIME      the answer comes late; others wait meanwhile
 *          truncated[=N]   half of the response, or its first N bytes
 *          oversized       zeros after the response, up to 12288 bytes
 *          malformed       a response that is no CBOR
 *          variant         the response of another request
 *          duplicate-keys  a response that has one key twice
 *          In the last five the device did what it was asked to.
 * WHEN     every=N, first=N, chance=PERCENT[:seed=N]; always without it. Matching requests are counted from 1.
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
#define NATT_FAULT_NO_REQUEST   0x80u /* bytes that are none of the seven */
#define NATT_FAULT_ANY          0xffu

typedef enum natt_fault_action {
    NATT_FAULT_NOTHING = 0,
    NATT_FAULT_ERRNO,     /* value: an errno number, 1..4095 */
    NATT_FAULT_ERROR,     /* value: the number AWS's library gives the name, 1 InvalidArgument .. 8 InternalError */
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
    NATT_FAULT_CHANCE /* n percent of them, as the seed throws the dice */
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
 * Reads the text form. False: *out is zero, NATT_EMULATOR_E_USAGE_FAULT_TEXT, err->offset is the byte of the text that
 * is wrong, and the message says what may be there. NATT_EMULATOR_E_USAGE_ARGUMENT: out or text is NULL. err may be
 * NULL.
 */
NATT_API NATT_MUST_CHECK bool natt_fault_parse(natt_fault *out, const char *text, natt_emulator_error *err);

#ifdef __cplusplus
}
#endif
#endif
