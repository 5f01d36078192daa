/*
 * Why a call of libnitro-attest-emulator failed: of the software NSM, the issuer, the reader of enclave images, the
 * faults. The launcher and the FUSE device have errors of their own, since their messages name what they found.
 *
 *     natt_emulator_error err;
 *     if (!natt_emulator_pki_init("pki", &err) && natt_emulator_error_format(text, sizeof text, &err) > 0)
 *         fprintf(stderr, "%s\n", text);
 */
#ifndef NITRO_ATTEST_EMULATOR_ERROR_H
#define NITRO_ATTEST_EMULATOR_ERROR_H

#include "nitro_attest/base.h"
#include "nitro_attest/emulator_codes.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NATT_EMULATOR_NO_INDEX  UINT32_MAX
#define NATT_EMULATOR_NO_OFFSET UINT64_MAX

/* What a call fills in, whether it succeeds or not. */
typedef struct natt_emulator_error {
    natt_emulator_code code;
    int errno_value; /* of the system call that failed, 0 = none did */
    uint32_t index;  /* from 0: PCR of the caller's list, fault, section of the image; NATT_EMULATOR_NO_INDEX = none */
    size_t required_len; /* bytes the output needs, for NATT_EMULATOR_E_BUFFER_TOO_SMALL, 0 otherwise */
    uint64_t offset;     /* byte of the image, or of a fault's text; NATT_EMULATOR_NO_OFFSET = none */
    const char *message; /* what is wrong, more exact than the code's text; constant, never NULL */
} natt_emulator_error;

/* The texts of a code; each returns a constant string, "" or "unknown code" for a number this library does not know. */
NATT_API const char *natt_emulator_code_name(natt_emulator_code code);    /* "NATT_EMULATOR_E_MEMORY" */
NATT_API const char *natt_emulator_code_message(natt_emulator_code code); /* what is wrong */
NATT_API const char *natt_emulator_code_remedy(natt_emulator_code code);  /* what to do */

/*
 * One sentence for people: message, code, place, system error and remedy, without a newline. For example
 * "the file seed cannot be made in the directory (NATT_EMULATOR_E_PKI_ACCESS, Read-only file system): name a directory
 * ...". Returns the length of the whole sentence without its NUL. buf gets as much of it as fits into len bytes, always
 * ended by a NUL when len > 0; it may be NULL when len is 0. 512 bytes hold every sentence of this version.
 * err  as a call filled it in; NULL reads as NATT_EMULATOR_OK. Cost: one pass. Threads: any number at once.
 */
NATT_API size_t natt_emulator_error_format(char *buf, size_t len, const natt_emulator_error *err);

#ifdef __cplusplus
}
#endif
#endif
