/*
 * libnsm: the C interface of AWS's nsm-lib, implemented with this project's client. Programs built with either library
 * run with both, and compile with either header: same names and tags, numbers, layouts, included headers and SONAME
 * (libnsm.so.0). New programs use nitro_attest/nsm.h instead, which has typed errors, deadlines and random bytes of any
 * length.
 *
 * This library differs from AWS's in cases that could harm a caller: see nsm/compat/README.md.
 * Any thread may call any function with any descriptor at any time, except nsm_lib_exit, which closes one. After a
 * failure errno is that of the system call that failed, or unchanged if none did. Nothing here uses the heap. Source:
 * aws-nitro-enclaves-nsm-api, nsm-lib.
 */
#ifndef NSM_LIB_H
#define NSM_LIB_H

/* AWS's header includes all four, and programs written for it rely on that. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum Digest {
    DIGEST_SHA256,
    DIGEST_SHA384,
    DIGEST_SHA512,
} Digest;

typedef enum ErrorCode {
    ERROR_CODE_SUCCESS,
    ERROR_CODE_INVALID_ARGUMENT,
    ERROR_CODE_INVALID_INDEX,
    ERROR_CODE_INVALID_RESPONSE, /* the reply of the NSM does not follow its specification */
    ERROR_CODE_READ_ONLY_INDEX,  /* the PCR is locked */
    ERROR_CODE_INVALID_OPERATION,
    ERROR_CODE_BUFFER_TOO_SMALL, /* the length is the number of bytes needed */
    ERROR_CODE_INPUT_TOO_LARGE,
    ERROR_CODE_INTERNAL_ERROR, /* no reply: see errno */
} ErrorCode;

typedef struct NsmDescription {
    uint16_t version_major;
    uint16_t version_minor;
    uint16_t version_patch;
    uint8_t module_id[100]; /* ends in NUL; a name of 100 bytes loses its last */
    uint32_t module_id_len;
    uint16_t max_pcrs;
    uint16_t locked_pcrs[64];
    uint32_t locked_pcrs_len;
    Digest digest;
} NsmDescription;

/* A descriptor of /dev/nsm, or -1 and errno. */
int32_t nsm_lib_init(void);

/* Closes it. */
void nsm_lib_exit(int32_t fd);

/*
 * Functions with an output buffer take its capacity in *..._len and leave the length there. ERROR_CODE_BUFFER_TOO_SMALL
 * leaves the required length, and does not change the buffer. Any other failure leaves 0.
 */

/* Extends a PCR with data_len bytes, which may be 0; pcr_data gets its new value, 48 bytes. Too small a buffer is
 * refused before anything is sent, so that calling again does not extend twice. */
ErrorCode nsm_extend_pcr(int32_t fd, uint16_t index, const uint8_t *data, uint32_t data_len, uint8_t *pcr_data,
                         uint32_t *pcr_data_len);

ErrorCode nsm_describe_pcr(int32_t fd, uint16_t index, bool *lock, uint8_t *data, uint32_t *data_len);

ErrorCode nsm_lock_pcr(int32_t fd, uint16_t index);

/* Locks PCR 0 to range - 1. */
ErrorCode nsm_lock_pcrs(int32_t fd, uint16_t range);

/* All of *nsm_description is zero after a failure. ERROR_CODE_BUFFER_TOO_SMALL: more than 64 PCRs are locked. */
ErrorCode nsm_get_description(int32_t fd, NsmDescription *nsm_description);

/* NULL = absent. The document has at most 12288 bytes. Note the order: user data, nonce, public key. */
ErrorCode nsm_get_attestation_doc(int32_t fd, const uint8_t *user_data, uint32_t user_data_len,
                                  const uint8_t *nonce_data, uint32_t nonce_len, const uint8_t *pub_key_data,
                                  uint32_t pub_key_len, uint8_t *att_doc_data, uint32_t *att_doc_len);

/* At most 256 random bytes: as many as fit into the buffer; *buf_len is their number. */
ErrorCode nsm_get_random(int32_t fd, uint8_t *buf, uintptr_t *buf_len);

#ifdef __cplusplus
}
#endif
#endif
