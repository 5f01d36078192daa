/*
 * Byte views, errors, limits and the version, which every other header uses.
 * No function of this library does I/O, reads a clock or keeps state. Only the mbedTLS back end allocates memory. Any
 * number of threads may call any function at once if they do not share the arguments that the functions write to.
 */
#ifndef NITRO_ATTEST_BASE_H
#define NITRO_ATTEST_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codes.h"

#define NATT_VERSION_MAJOR 0
#define NATT_VERSION_MINOR 1
#define NATT_VERSION_PATCH 0

#if defined(_WIN32) && defined(NATT_BUILD_DLL)
#define NATT_API __attribute__((dllexport)) /* else the linker would export everything */
#elif defined(__GNUC__)
#define NATT_API __attribute__((visibility("default")))
#else
#define NATT_API
#endif
#if defined(__GNUC__)
#define NATT_MUST_CHECK __attribute__((warn_unused_result))
#else
#define NATT_MUST_CHECK
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* A view of bytes that the caller owns. ptr NULL = absent; ptr set and len 0 = present but empty. */
typedef struct natt_bytes {
    const uint8_t *ptr;
    size_t len;
} natt_bytes;

#define NATT_FIRST_AUTHENTICATED 600 /* codes from here on require that every signature is valid */

#define NATT_NO_ITEM   UINT32_MAX /* natt_error.item of a code without an index */
#define NATT_NO_OFFSET SIZE_MAX   /* natt_error.offset of an error without a position */

/*
 * Why a call returned false. `offset` is a byte offset in the document that was passed (in the root for
 * NATT_E_USAGE_ROOT_INVALID). `message` is a constant English text, never NULL.
 * A code below NATT_FIRST_AUTHENTICATED describes bytes whose signatures were not verified: anyone may have written
 * them.
 */
typedef struct natt_error {
    natt_code code;
    uint32_t item;
    size_t offset;
    const char *message;
} natt_error;

/* Limits. Each is a rule of docs/RULES.md and has tests at n-1, n and n+1. */
#define NATT_PCR_COUNT          32    /* PCR indices are 0..31 [NE attestation_process.md] */
#define NATT_PCR_LEN            48    /* SHA-384 */
#define NATT_MAX_PAYLOAD        16384 /* [NE attestation_process.md, COSE payload] */
#define NATT_MAX_DOCUMENT       16493 /* tag, array, headers, the largest payload, signature */
#define NATT_MAX_CERTIFICATE    1024  /* [NE attestation_process.md] */
#define NATT_MAX_CABUNDLE       8     /* twice the longest genuine bundle */
#define NATT_MAX_CHAIN          9     /* cabundle and the leaf */
#define NATT_MAX_MODULE_ID      100   /* size of the field in the NSM library's structure */
#define NATT_MAX_EXTENSIONS     16    /* genuine certificates have at most 5 */
#define NATT_MAX_UNKNOWN_FIELDS 8     /* of an attestation document */
#define NATT_MAX_NESTING        4     /* levels inside an unknown field */
#define NATT_MAX_OPTIONAL       4096  /* the NSM device's request size bounds public_key, user_data and nonce */
#define NATT_MAX_TIME_MS        UINT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */
#define NATT_MIN_TIME_MS        UINT64_C(1000000000000)   /* 2001-09-09: a smaller "now" is in seconds */
#define NATT_MAX_LEEWAY_MS      UINT64_C(3600000)         /* one hour */

/* Bytes of stack that a call of this library takes at most: with vector units, that several signatures share. Without
 * them (Meson's -Dlanes=false, and on all but x86-64) it is 16384. */
#define NATT_MAX_STACK 40960

/* The fields of an attestation document, as natt_error.item numbers them: NATT_FIELD_MODULE_ID is 0. */
#define NATT_FIELD_LIST(X)                                                                                             \
    X(NATT_FIELD_MODULE_ID, "module_id")                                                                               \
    X(NATT_FIELD_DIGEST, "digest")                                                                                     \
    X(NATT_FIELD_TIMESTAMP, "timestamp")                                                                               \
    X(NATT_FIELD_PCRS, "pcrs")                                                                                         \
    X(NATT_FIELD_NITROTPM_PCRS, "nitrotpm_pcrs")                                                                       \
    X(NATT_FIELD_CERTIFICATE, "certificate")                                                                           \
    X(NATT_FIELD_CABUNDLE, "cabundle")                                                                                 \
    X(NATT_FIELD_PUBLIC_KEY, "public_key")                                                                             \
    X(NATT_FIELD_USER_DATA, "user_data")                                                                               \
    X(NATT_FIELD_NONCE, "nonce")

#define NATT_FIELD_ENUMERATOR(field, name) field,
typedef enum natt_field { NATT_FIELD_LIST(NATT_FIELD_ENUMERATOR) NATT_FIELD_COUNT } natt_field;
#undef NATT_FIELD_ENUMERATOR

/* Version of the library in use, "0.1.0". Compare it with NATT_VERSION_* of the header that you compiled with. */
NATT_API const char *natt_version(void);

/* The texts of a code. Each returns a constant string; for an unknown number "" or "unknown code". */
NATT_API const char *natt_code_name(natt_code code);    /* "NATT_E_TIME_EXPIRED" */
NATT_API const char *natt_code_rule(natt_code code);    /* "R-TIME-02", a row of docs/RULES.md */
NATT_API const char *natt_code_message(natt_code code); /* what is wrong */
NATT_API const char *natt_code_remedy(natt_code code);  /* what to do */
NATT_API natt_item_kind natt_code_item_kind(natt_code code);

/* Finds a code by its name. False if there is none; *out is then unchanged. */
NATT_API NATT_MUST_CHECK bool natt_code_from_name(natt_code *out, const char *name);

/*
 * An error as one sentence for people: text, code, location and remedy, without a newline. For example
 * "a certificate has expired (NATT_E_TIME_EXPIRED, certificate 4, byte 2118): ask for a fresh document; ...".
 * It counts roots, deny entries and policy sets from 1, as the command does; err->item counts them from 0.
 * Returns the length of the whole sentence without its NUL. buf receives what fits into len bytes, always terminated by
 * a NUL if len > 0; it may be NULL if len is 0. 512 bytes are enough for every sentence of this version.
 * err  an error that a function of this library filled in; NULL means NATT_OK. Cost: one pass. Threads: any number at
 *      once.
 */
NATT_API size_t natt_error_format(char *buf, size_t len, const natt_error *err);

/* "module_id", "pcrs", ...; "" for a number without a field. */
NATT_API const char *natt_field_name(uint32_t field);

#ifdef __cplusplus
}
#endif
#endif
