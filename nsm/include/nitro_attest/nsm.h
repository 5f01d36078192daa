/*
 * A client for the Nitro Secure Module (NSM), which a program inside an enclave uses through /dev/nsm.
 *
 *     natt_nsm nsm;
 *     natt_nsm_error err;
 *     if (!natt_nsm_open(&nsm, NULL, &err)) ...                 // NULL: /dev/nsm
 *     natt_nsm_attestation fields = NATT_NSM_ATTESTATION_INIT;
 *     fields.nonce = nonce;
 *     uint8_t document[NATT_NSM_MAX_RESPONSE];
 *     size_t len;
 *     if (natt_nsm_attest(&nsm, document, sizeof document, &len, &fields, &err)) ...
 *     natt_nsm_close(&nsm);
 *
 * True: the NSM performed the request, and the outputs contain its reply. False: *err gives the reason, and the outputs
 * are zero (a buffer is unchanged, and its length is 0). err may be NULL. Threads: any number of threads may use a
 * session at once, but not during natt_nsm_open and natt_nsm_close. A session sends one request at a time. After fork
 * only one of the two processes may use a session; if it has a deadline, only the parent. Memory: a session without a
 * deadline does not use the heap; a call needs about 20 KiB of stack. Requests and responses are wiped before a call
 * returns. Cost: one system call on the device. Without a deadline, calls wait for the reply of the NSM, at most for
 * the 120 s of the driver. Sources: linux drivers/misc/nsm.c and include/uapi/linux/nsm.h; aws-nitro-enclaves-nsm-api,
 * src/api.
 */
#ifndef NITRO_ATTEST_NSM_H
#define NITRO_ATTEST_NSM_H

#include "nitro_attest/base.h"
#include "nitro_attest/nsm_codes.h"
#include "nitro_attest/nsm_transport.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Why a call failed. */
typedef struct natt_nsm_error {
    natt_nsm_code code;
    natt_nsm_device_error device_error; /* of NATT_NSM_E_DEVICE: the NSM's error; else NATT_NSM_DEVICE_NONE */
    int errno_value;                    /* of the system call or transport that failed; 0 if none did */
    size_t required_len;                /* bytes that the buffer needs, or length of a refused request */
    size_t offset;                      /* offset of the error in the response, or NATT_NO_OFFSET */
    const char *message;                /* a constant English text, never NULL */
} natt_nsm_error;

/* The name of a code, such as "NATT_NSM_E_TIMEOUT", its text and remedy; constant strings, "" for an unknown number. */
NATT_API const char *natt_nsm_code_name(natt_nsm_code code);
NATT_API const char *natt_nsm_code_message(natt_nsm_code code);
NATT_API const char *natt_nsm_code_remedy(natt_nsm_code code);
/* The name on the wire, "ReadOnlyIndex"; "" for NATT_NSM_DEVICE_NONE and unknown ones. */
NATT_API const char *natt_nsm_device_error_name(natt_nsm_device_error error);

/* A session in the caller's memory. Do not move or copy it between natt_nsm_open and natt_nsm_close. */
typedef struct natt_nsm {
    uint64_t opaque[32];
} natt_nsm;

/*
 * Enforce the documented limits, which the NSM itself does not: 512 bytes for user_data and nonce, 1024 for public_key.
 * [NE attestation_process.md 3.2.2.1]
 */
#define NATT_NSM_STRICT_SIZES UINT32_C(1)

/* Start from NATT_NSM_OPTIONS_INIT. Set at most one of path, socket_path and transport; none means /dev/nsm. */
typedef struct natt_nsm_options {
    size_t struct_size;                  /* sizeof(natt_nsm_options) */
    const char *path;                    /* of the device */
    const char *socket_path;             /* of a SOCK_SEQPACKET unix socket; nsm/README.md describes its packets */
    const natt_nsm_transport *transport; /* copied; exchange is called by one thread at a time */
    uint32_t deadline_ms;                /* time limit of each request; 0 = none */
    uint32_t flags;                      /* NATT_NSM_STRICT_SIZES or 0 */
} natt_nsm_options;

#define NATT_NSM_OPTIONS_INIT                                                                                          \
    {                                                                                                                  \
        sizeof(natt_nsm_options), NULL, NULL, NULL, 0, 0                                                               \
    }

/*
 * True: *session is open; close it with natt_nsm_close. False: it is zero, and need not be closed; a caller's transport
 * was not closed.
 * options  NULL = NATT_NSM_OPTIONS_INIT. Strings are not used after the call. The memory of transport.context must
 *          remain valid until the transport's close is called.
 * err      NATT_NSM_E_USAGE_*, _OPEN, _THREAD.
 *
 * With deadline_ms the session has a thread, which sends all requests, and memory on the heap: the driver's wait cannot
 * be interrupted, so the caller stops waiting for the thread. A request that timed out (NATT_NSM_E_TIMEOUT) may still
 * take effect; its late reply is discarded. While the thread waits for such a request, others fail with
 * NATT_NSM_E_BUSY and are not sent. Afterwards the session works again.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_open(natt_nsm *session, const natt_nsm_options *options, natt_nsm_error *err);

/*
 * Closes the session and its transport. No other thread may use the session during this call. Does nothing for NULL, a
 * zeroed and a closed session.
 * Does not wait for a request that timed out: the session's thread then closes the transport and frees its memory when
 * that request ends. If the process exits before that, the kernel's driver delays the exit until the request ends, at
 * most 120 s.
 */
NATT_API void natt_nsm_close(natt_nsm *session);

/*
 * Sets the time limit of later requests. NATT_NSM_E_USAGE_DEADLINE: deadline_ms is 0, or the session was opened without
 * a deadline.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_set_deadline(natt_nsm *session, uint32_t deadline_ms, natt_nsm_error *err);

/*
 * Errors of all requests below: NATT_NSM_E_USAGE_ARGUMENT, _USAGE_SESSION, _REQUEST_SIZE: nothing was sent;
 * _TRANSPORT, _TIMEOUT, _BUSY: the exchange failed; _DEVICE: the NSM replied with an error; _RESPONSE_*: the reply is
 * not valid. The NSM, not this library, checks indices; its error is InvalidIndex.
 */

#define NATT_NSM_MAX_PCRS 256 /* capacity of locked_pcrs; NSMs have 32 PCRs */

typedef enum natt_nsm_digest { NATT_NSM_SHA256 = 0, NATT_NSM_SHA384, NATT_NSM_SHA512 } natt_nsm_digest;

/* Start from NATT_NSM_DESCRIPTION_INIT. */
typedef struct natt_nsm_description {
    size_t struct_size; /* sizeof(natt_nsm_description) */
    uint16_t version_major, version_minor, version_patch;
    uint16_t max_pcrs;
    natt_nsm_digest digest;
    char module_id[NATT_MAX_MODULE_ID + 1]; /* printable text */
    uint32_t locked_pcr_count;
    uint16_t locked_pcrs[NATT_NSM_MAX_PCRS]; /* ascending */
} natt_nsm_description;

#define NATT_NSM_DESCRIPTION_INIT                                                                                      \
    {                                                                                                                  \
        sizeof(natt_nsm_description), 0, 0, 0, 0, NATT_NSM_SHA256, {0}, 0,                                             \
        {                                                                                                              \
            0                                                                                                          \
        }                                                                                                              \
    }

/* DescribeNSM. err: also NATT_NSM_E_USAGE_STRUCT_SIZE. */
NATT_API NATT_MUST_CHECK bool natt_nsm_describe(natt_nsm *session, natt_nsm_description *out, natt_nsm_error *err);

typedef struct natt_nsm_pcr {
    bool locked;
    uint8_t value[NATT_PCR_LEN];
} natt_nsm_pcr;

/* DescribePCR: the value of one PCR, and whether it is locked. */
NATT_API NATT_MUST_CHECK bool natt_nsm_describe_pcr(natt_nsm *session, natt_nsm_pcr *out, uint16_t index,
                                                    natt_nsm_error *err);

/*
 * ExtendPCR: the PCR becomes SHA384(its value || data). This cannot be undone. After NATT_NSM_E_TRANSPORT or _TIMEOUT
 * the PCR may or may not have been extended: call natt_nsm_describe_pcr before you repeat the request.
 * value  receives the new value; may be NULL.
 * data   0 to 4064 bytes, the most that fit into a request; must not be absent.
 * err    NATT_NSM_DEVICE_READ_ONLY_INDEX for a locked PCR.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_extend_pcr(natt_nsm *session, uint8_t value[NATT_PCR_LEN], uint16_t index,
                                                  natt_bytes data, natt_nsm_error *err);

/*
 * LockPCR: the PCR cannot be extended until the enclave ends, and later documents include it. Locking a locked PCR
 * fails with NATT_NSM_DEVICE_READ_ONLY_INDEX.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_lock_pcr(natt_nsm *session, uint16_t index, natt_nsm_error *err);

/* LockPCRs: locks PCR 0 to range - 1. `range` is a count, 0 to 32; locked PCRs remain locked. */
NATT_API NATT_MUST_CHECK bool natt_nsm_lock_pcrs(natt_nsm *session, uint16_t range, natt_nsm_error *err);

/* Start from NATT_NSM_ATTESTATION_INIT. Absent (ptr NULL) and empty (len 0) differ, also in the document. */
typedef struct natt_nsm_attestation {
    size_t struct_size; /* sizeof(natt_nsm_attestation) */
    natt_bytes user_data, nonce, public_key;
} natt_nsm_attestation;

#define NATT_NSM_ATTESTATION_INIT                                                                                      \
    {                                                                                                                  \
        sizeof(natt_nsm_attestation), {NULL, 0}, {NULL, 0},                                                            \
        {                                                                                                              \
            NULL, 0                                                                                                    \
        }                                                                                                              \
    }

/*
 * Attestation: out[0 .. *len) is a document that the NSM signed. This call neither parses nor verifies it.
 * fields  NULL = all absent. A single field may have up to 4050 bytes: the request is limited to 4096.
 * err     NATT_NSM_E_BUFFER_TOO_SMALL: required_len bytes are needed, *len is 0, and nothing was written. The next
 *         document may be a few bytes longer; NATT_NSM_MAX_RESPONSE is always enough.
 *         NATT_NSM_E_USAGE_STRUCT_SIZE, _USAGE_FIELD_SIZE.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_attest(natt_nsm *session, uint8_t *out, size_t capacity, size_t *len,
                                              const natt_nsm_attestation *fields, natt_nsm_error *err);

/*
 * GetRandom, one request: out[0 .. *len) are the 256 bytes of its reply, unchecked. Most programs need natt_nsm_random.
 * err: also NATT_NSM_E_BUFFER_TOO_SMALL, as above; the bytes are lost.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_get_random(natt_nsm *session, uint8_t *out, size_t capacity, size_t *len,
                                                  natt_nsm_error *err);

/*
 * Sends 1 to 4096 bytes and returns the reply, also an error reply, without decoding it.
 * err: also NATT_NSM_E_BUFFER_TOO_SMALL, as above; the NSM has performed the request.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_send(natt_nsm *session, uint8_t *out, size_t capacity, size_t *len,
                                            natt_bytes request, natt_nsm_error *err);

/*
 * Fills out[0 .. len) with random bytes. Each request returns 240 of them, and the deadline applies to each request.
 * Each reply is checked: not all zero, not all equal, different from the previous reply of this session. 16 bytes of
 * each reply are kept for this comparison and never returned. The checks detect a broken device, not weak random
 * numbers.
 * False: all of out is zero. err: also NATT_NSM_E_ENTROPY_*. len 0 returns true without a request.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_random(natt_nsm *session, uint8_t *out, size_t len, natt_nsm_error *err);

#define NATT_NSM_MAX_SEED 512 /* bytes; the kernel's pool has 32 */

/* Start from NATT_NSM_SEED_INIT. */
typedef struct natt_nsm_seed {
    size_t struct_size; /* sizeof(natt_nsm_seed) */
    size_t len;         /* bytes, 1..NATT_NSM_MAX_SEED, each credited as 8 bits */
    const char *path;   /* of the random device; NULL = /dev/random */
} natt_nsm_seed;

#define NATT_NSM_SEED_INIT                                                                                             \
    {                                                                                                                  \
        sizeof(natt_nsm_seed), 64, NULL                                                                                \
    }

/* The state of the kernel's pool before and after seeding. */
typedef struct natt_nsm_seed_report {
    bool ready_before, ready_after;    /* getrandom does not block */
    int entropy_before, entropy_after; /* bits, as the kernel counts them; -1 if unknown */
} natt_nsm_seed_report;

/*
 * Seeds the kernel's random number generator, which may lack entropy when an enclave boots. Data and credit are passed
 * in one RNDADDENTROPY. True: the kernel accepted them, and getrandom does not block.
 * seed    NULL = NATT_NSM_SEED_INIT.
 * report  may be NULL.
 * err     as natt_nsm_random, and NATT_NSM_E_SEED_*: _SEED_PRIVILEGE without CAP_SYS_ADMIN.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_seed_kernel(natt_nsm *session, natt_nsm_seed_report *report,
                                                   const natt_nsm_seed *seed, natt_nsm_error *err);

#ifdef __cplusplus
}
#endif
#endif
