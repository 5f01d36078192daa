/*
 * Errors of libnitro-attest-emulator: of the software NSM, the issuer, the reader of enclave images and the faults.
 * The launcher and the FUSE device have their own error types, because their messages contain values known only at run
 * time.
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

/* Every call fills it in, whether it succeeds or fails. */
typedef struct natt_emulator_error {
    natt_emulator_code code;
    int errno_value;     /* of the failed system call; 0 if none failed */
    uint32_t index;      /* of the PCR preset, fault or image section, from 0; NATT_EMULATOR_NO_INDEX = none */
    size_t required_len; /* bytes that the output needs, for NATT_EMULATOR_E_BUFFER_TOO_SMALL; else 0 */
    uint64_t offset;     /* in the image, or in the text of a fault; NATT_EMULATOR_NO_OFFSET = none */
    const char *message; /* what is wrong, more specific than the code's text; constant, never NULL */
} natt_emulator_error;

/* The texts of a code. Each returns a constant string; for an unknown number "" or "unknown code". */
NATT_API const char *natt_emulator_code_name(natt_emulator_code code);    /* "NATT_EMULATOR_E_MEMORY" */
NATT_API const char *natt_emulator_code_message(natt_emulator_code code); /* what is wrong */
NATT_API const char *natt_emulator_code_remedy(natt_emulator_code code);  /* what to do */

/*
 * An error as one sentence for people: message, code, position, system error and remedy, without a newline. For example
 * "the file seed cannot be created in the directory (NATT_EMULATOR_E_PKI_ACCESS, Read-only file system): name a
 * directory ...". Returns the length of the whole sentence without its NUL. buf receives what fits into len bytes,
 * always terminated by a NUL if len > 0; it may be NULL if len is 0. 512 bytes are enough for every sentence of this
 * version.
 * err  an error that a function of this library filled in; NULL means NATT_EMULATOR_OK. Cost: one pass. Threads: any
 * number at once.
 */
NATT_API size_t natt_emulator_error_format(char *buf, size_t len, const natt_emulator_error *err);

#ifdef __cplusplus
}
#endif
#endif
