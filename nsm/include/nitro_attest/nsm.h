/*
 * The client of a Nitro Secure Module (NSM): what a program inside an enclave asks its /dev/nsm for.
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
 * True: the NSM did what was asked, and the outputs hold its answer. False: *err says why, and the outputs are zero
 * (the bytes of a buffer are not touched, its length is 0); whoever passes err NULL learns only that.
 * Threads: any number of threads may use one session at once, except natt_nsm_open and natt_nsm_close, which need it
 * for themselves. A session sends one request at a time. After fork only one of the two processes may use a session,
 * and only the parent one with a deadline.
 * Memory: a session without a deadline never touches the heap; a call takes about 20 KiB of stack. Requests and
 * responses are wiped before a call returns. Cost: one system call on the device; calls do not return before the NSM
 * has answered, which the driver lets take 120 s, unless the session has a deadline.
 * Sources: linux drivers/misc/nsm.c and include/uapi/linux/nsm.h; aws-nitro-enclaves-nsm-api, src/api.
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
    natt_nsm_device_error device_error; /* of NATT_NSM_E_DEVICE: what the NSM answered; else NATT_NSM_DEVICE_NONE */
    int errno_value;                    /* of the system call or transport that failed; 0 where none did */
    size_t required_len;                /* bytes that NATT_NSM_E_BUFFER_TOO_SMALL asks for, or of a refused request */
    size_t offset;                      /* byte of the response that is to blame, or NATT_NO_OFFSET */
    const char *message;                /* a constant English text, never NULL */
} natt_nsm_error;

/* "NATT_NSM_E_TIMEOUT" and what to do about it; constant strings, "" for a number this library does not know. */
NATT_API const char *natt_nsm_code_name(natt_nsm_code code);
NATT_API const char *natt_nsm_code_message(natt_nsm_code code);
NATT_API const char *natt_nsm_code_remedy(natt_nsm_code code);
/* The name on the wire, "ReadOnlyIndex"; "" for NATT_NSM_DEVICE_NONE and unknown ones. */
NATT_API const char *natt_nsm_device_error_name(natt_nsm_device_error error);

/* A session in the caller's memory. It must stay where it was opened, and until it is closed. */
typedef struct natt_nsm {
    uint64_t opaque[32];
} natt_nsm;

/*
 * Refuse what AWS's text forbids although the NSM signs it: user_data and nonce above 512 bytes, public_key above 1024.
 * [NE attestation_process.md 3.2.2.1]
 */
#define NATT_NSM_STRICT_SIZES UINT32_C(1)

/* Start from NATT_NSM_OPTIONS_INIT. Set at most one of path, socket_path and transport; none means /dev/nsm. */
typedef struct natt_nsm_options {
    size_t struct_size;                  /* sizeof(natt_nsm_options) */
    const char *path;                    /* of the device */
    const char *socket_path;             /* of a SOCK_SEQPACKET unix socket; see nsm/README.md for its packets */
    const natt_nsm_transport *transport; /* copied; exchange is called by one thread at a time */
    uint32_t deadline_ms;                /* 0 = none; else how long each request may take */
    uint32_t flags;                      /* NATT_NSM_STRICT_SIZES or 0 */
} natt_nsm_options;

#define NATT_NSM_OPTIONS_INIT                                                                                          \
    {                                                                                                                  \
        sizeof(natt_nsm_options), NULL, NULL, NULL, 0, 0                                                               \
    }

/*
 * True: *session is open; end it with natt_nsm_close. False: it is zero, and there is nothing to close; a caller's
 * transport was not closed either.
 * options  NULL = NATT_NSM_OPTIONS_INIT. Strings are not kept. What transport.context points to must live until the
 *          transport's close is called.
 * err      NATT_NSM_E_USAGE_*, _OPEN, _THREAD.
 *
 * With deadline_ms the session owns a thread, which makes all requests, and memory of its own on the heap: the driver's
 * wait cannot be interrupted, so a caller can only stop waiting for it. A request that was given up
 * (NATT_NSM_E_TIMEOUT) may still take effect; its late answer is thrown away. While the thread is held by one, others
 * give up with NATT_NSM_E_BUSY, unsent. Once it returns the session works again.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_open(natt_nsm *session, const natt_nsm_options *options, natt_nsm_error *err);

/*
 * Ends the session and closes its transport. No other thread may be in a call of it. NULL, a zeroed and a closed
 * session are ignored.
 * Never waits for a request that was given up: then the session's thread is left to itself, and closes the transport
 * and frees its memory when that request ends. A caller's transport hears of this by its close. A process that exits
 * before is held by the kernel's driver until the request ends, after 120 s at most.
 */
NATT_API void natt_nsm_close(natt_nsm *session);

/*
 * Another deadline for the requests begun from now on, in ms from the call. 0 is refused, as is a session that was
 * opened without: NATT_NSM_E_USAGE_DEADLINE.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_set_deadline(natt_nsm *session, uint32_t deadline_ms, natt_nsm_error *err);

/*
 * Errors of all requests below: NATT_NSM_E_USAGE_ARGUMENT, _USAGE_SESSION, _REQUEST_SIZE before anything is sent;
 * _TRANSPORT, _TIMEOUT, _BUSY on the way; _DEVICE for an answer that is an error; _RESPONSE_* for an answer that is not
 * one. Indices are not checked here but by the NSM: it answers InvalidIndex.
 */

#define NATT_NSM_MAX_PCRS 256 /* indices of locked PCRs this library can hold; NSMs have 32 PCRs */

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
 * ExtendPCR: the PCR becomes SHA384(its value || data). Once sent it cannot be taken back, and after
 * NATT_NSM_E_TRANSPORT or _TIMEOUT it is not known whether it happened: ask natt_nsm_describe_pcr, do not simply
 * repeat.
 * value  the new value; may be NULL.
 * data   any length that fits into a request (4064 bytes do), 0 included, but not absent.
 * err    NATT_NSM_DEVICE_READ_ONLY_INDEX for a locked PCR.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_extend_pcr(natt_nsm *session, uint8_t value[NATT_PCR_LEN], uint16_t index,
                                                  natt_bytes data, natt_nsm_error *err);

/*
 * LockPCR: no more ExtendPCR until the enclave ends; documents show the PCR from now on. Locking a locked PCR fails
 * with NATT_NSM_DEVICE_READ_ONLY_INDEX.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_lock_pcr(natt_nsm *session, uint16_t index, natt_nsm_error *err);

/* LockPCRs: locks PCR 0 to range - 1. `range` is a count, 0 to 32; PCRs that are locked already stay so. */
NATT_API NATT_MUST_CHECK bool natt_nsm_lock_pcrs(natt_nsm *session, uint16_t range, natt_nsm_error *err);

/* Start from NATT_NSM_ATTESTATION_INIT. Absent (ptr NULL) and empty (len 0) are two things, in the document too. */
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
 * Attestation: out[0 .. *len) is a document signed by the NSM, not parsed and not verified here.
 * fields  NULL = all absent. One alone may have up to 4050 bytes: the request is limited to 4096.
 * err     NATT_NSM_E_BUFFER_TOO_SMALL: required_len bytes are needed, *len is 0 and nothing was written. The next
 *         document may be a few bytes longer; NATT_NSM_MAX_RESPONSE is always enough.
 *         NATT_NSM_E_USAGE_STRUCT_SIZE, _USAGE_FIELD_SIZE.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_attest(natt_nsm *session, uint8_t *out, size_t capacity, size_t *len,
                                              const natt_nsm_attestation *fields, natt_nsm_error *err);

/*
 * GetRandom, once: out[0 .. *len) are the bytes of one answer, 256 of them, unjudged. natt_nsm_random is what programs
 * want. err: also NATT_NSM_E_BUFFER_TOO_SMALL, as above; those bytes are gone.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_get_random(natt_nsm *session, uint8_t *out, size_t capacity, size_t *len,
                                                  natt_nsm_error *err);

/*
 * Sends any bytes, 1 to 4096 of them, and hands over whatever comes back, an Error too: nothing is decoded.
 * err: also NATT_NSM_E_BUFFER_TOO_SMALL, as above; what was asked for has happened.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_send(natt_nsm *session, uint8_t *out, size_t capacity, size_t *len,
                                            natt_bytes request, natt_nsm_error *err);

/*
 * Fills out[0 .. len) with random bytes, as many requests as that takes (240 bytes each); a deadline counts for each.
 * Each answer is checked: not all zero, not all equal, not the one before, of this session, again. 16 bytes of each are
 * kept for that and never handed out. This finds a dead device, not a bad one.
 * False: all of out is zero. err: also NATT_NSM_E_ENTROPY_*. len 0 is true at once.
 */
NATT_API NATT_MUST_CHECK bool natt_nsm_random(natt_nsm *session, uint8_t *out, size_t len, natt_nsm_error *err);

#define NATT_NSM_MAX_SEED 512 /* bytes; the kernel's pool holds 32 */

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

/* The kernel's pool before and after. */
typedef struct natt_nsm_seed_report {
    bool ready_before, ready_after;    /* getrandom does not block */
    int entropy_before, entropy_after; /* bits, as the kernel counts them; -1 where it does not say */
} natt_nsm_seed_report;

/*
 * Seeds the kernel's random numbers, which an enclave may lack at boot: data and credit go in one RNDADDENTROPY. True:
 * it was taken, and getrandom answers without blocking.
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
