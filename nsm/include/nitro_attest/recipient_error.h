/*
 * Errors of libnitro-attest-recipient.
 *
 *     natt_recipient_error err;
 *     if (!natt_recipient_open(key, secret, sizeof secret, &len, message, &err) &&
 *         natt_recipient_error_format(text, sizeof text, &err) > 0)
 *         fprintf(stderr, "%s\n", text);
 */
#ifndef NITRO_ATTEST_RECIPIENT_ERROR_H
#define NITRO_ATTEST_RECIPIENT_ERROR_H

#include "nitro_attest/nsm.h"
#include "nitro_attest/recipient_codes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Every call fills it in, whether it succeeds or fails. Nothing in it depends on a key or a plaintext. */
typedef struct natt_recipient_error {
    natt_recipient_code code;
    natt_code verify_code; /* for NATT_RECIPIENT_E_RESULT: the verifier's code; else NATT_OK */
    natt_nsm_error nsm;    /* for NATT_RECIPIENT_E_NSM: the NSM client's error; else NATT_NSM_OK */
    int errno_value;       /* of the failed system call; 0 if none failed */
    size_t required_len;   /* bytes that the output needs, for NATT_RECIPIENT_E_BUFFER_TOO_SMALL; else 0 */
    size_t offset;         /* of the error in the message or public key, or NATT_NO_OFFSET */
    const char *message;   /* what is wrong, more specific than the code's text; constant, never NULL */
} natt_recipient_error;

/* The texts of a code. Each returns a constant string; for an unknown number "" or "unknown code". */
NATT_API const char *natt_recipient_code_name(natt_recipient_code code);    /* "NATT_RECIPIENT_E_DECRYPT" */
NATT_API const char *natt_recipient_code_message(natt_recipient_code code); /* what is wrong */
NATT_API const char *natt_recipient_code_remedy(natt_recipient_code code);  /* what to do */

/*
 * An error as one sentence for people: message, code, position, cause and remedy, without a newline. Returns the length
 * of the whole sentence without its NUL. buf receives what fits into len bytes, always terminated by a NUL if len > 0;
 * it may be NULL if len is 0. 512 bytes are enough for every sentence of this version.
 * err  an error that a function of this library filled in; NULL means NATT_RECIPIENT_OK. Cost: one pass. Threads: any
 * number at once.
 */
NATT_API size_t natt_recipient_error_format(char *buf, size_t len, const natt_recipient_error *err);

#ifdef __cplusplus
}
#endif
#endif
