/* Removes whitespace that PEM may contain, but that mbedTLS refuses. */
#ifndef NATT_NSM_PROVISION_PEM_H
#define NATT_NSM_PROVISION_PEM_H

#include <stddef.h>
#include <stdint.h>

/*
 * Removes blanks and tabs around lines, and carriage returns, which editors and copying leave: parsers should ignore
 * whitespace [RFC7468 2]. `out` has `len` bytes, and may be `text`. Returns the new length.
 */
size_t natt_pem_trim(uint8_t *out, const uint8_t *text, size_t len);

#endif
