/*
 * Owned bytes, and the forms of byte values in options: hexadecimal, base64:... or @FILE; the form is never guessed.
 * Running out of memory ends the process with exit code 3, without a verdict.
 */
#ifndef NATT_CLI_BYTES_H
#define NATT_CLI_BYTES_H

#include <stdbool.h>
#include <stddef.h>

#include <nitro_attest/base.h>

#include "cli/frame/error.h"

/* Owned; ptr is never NULL once filled, so that empty differs from absent. */
typedef struct natt_cli_buf {
    uint8_t *ptr;
    size_t len;
} natt_cli_buf;

/* Prints an error, and exits. */
_Noreturn void natt_cli_out_of_memory(void);

/* count * size + extra zeroed bytes, overflow checked. Free with free(). */
void *natt_cli_alloc(size_t count, size_t size, size_t extra);

/* Adds room for one more element after `count`; returns the moved array. */
void *natt_cli_grow(void *array, size_t count, size_t size);

char *natt_cli_strdup(const char *text);

void natt_cli_buf_free(natt_cli_buf *buf);
natt_bytes natt_cli_buf_view(const natt_cli_buf *buf);

/* True: `text` is hexadecimal, in either case, of even length; an empty text gives an empty buffer. */
bool natt_cli_hex_decode(natt_cli_buf *out, const char *text, size_t len);

/* True: `text` is canonical padded base64 (RFC 4648 section 4) without white space. */
bool natt_cli_base64_decode(natt_cli_buf *out, const char *text, size_t len);

/* True: `text` is hexadecimal of exactly `want` bytes. */
bool natt_cli_hex_exact(uint8_t *out, size_t want, const char *text);

/*
 * An option's bytes. Errors: NATT_CLI_USAGE for an invalid or empty text (an unset shell variable; bare `base64:` means
 * zero bytes), NATT_CLI_IO for an unreadable @FILE.
 */
bool natt_cli_value(natt_cli_buf *out, const char *text, natt_cli_error *err);

/* The same; exactly `want` bytes are required. */
bool natt_cli_value_exact(uint8_t *out, size_t want, const char *text, natt_cli_error *err);

#endif
