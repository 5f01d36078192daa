/*
 * Why a call of libnitro-attest-recipient failed.
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

/* What a call fills in, whether it succeeds or not. Nothing in it depends on a key or a plaintext. */
typedef struct natt_recipient_error {
    natt_recipient_code code;
    natt_code verify_code; /* of NATT_RECIPIENT_E_RESULT: what the verifier said; NATT_OK otherwise */
    natt_nsm_error nsm;    /* of NATT_RECIPIENT_E_NSM: what the client said; NATT_NSM_OK otherwise */
    int errno_value;       /* of the system call that failed; 0 = none did */
    size_t required_len;   /* bytes the output needs, for NATT_RECIPIENT_E_BUFFER_TOO_SMALL; 0 otherwise */
    size_t offset;         /* byte of the message or public key that is to blame, or NATT_NO_OFFSET */
    const char *message;   /* what is wrong, more exact than the code's text; constant, never NULL */
} natt_recipient_error;

/* The texts of a code; each returns a constant string, "" or "unknown code" for a number this library does not know. */
NATT_API const char *natt_recipient_code_name(natt_recipient_code code);    /* "NATT_RECIPIENT_E_DECRYPT" */
NATT_API const char *natt_recipient_code_message(natt_recipient_code code); /* what is wrong */
NATT_API const char *natt_recipient_code_remedy(natt_recipient_code code);  /* what to do */

/*
 * One sentence for people: message, code, place, cause and remedy, without a newline. Returns the length of the whole
 * sentence without its NUL. buf gets as much of it as fits into len bytes, always ended by a NUL when len > 0; it may
 * be NULL when len is 0. 512 bytes hold every sentence of this version.
 * err  as a call filled it in; NULL reads as NATT_RECIPIENT_OK. Cost: one pass. Threads: any number at once.
 */
NATT_API size_t natt_recipient_error_format(char *buf, size_t len, const natt_recipient_error *err);

#ifdef __cplusplus
}
#endif
#endif
