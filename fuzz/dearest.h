/*
 * The document that costs most to verify, among those that are valid: the longest chain, and as much unknown text as
 * fits.
 */
#ifndef NATT_FUZZ_DEAREST_H
#define NATT_FUZZ_DEAREST_H

#include "fuzz/verdict.h"

/* Its length. */
size_t fuzz_dearest_document(uint8_t out[NATT_MAX_DOCUMENT]);

/* Under which it, and every genuine document, is verified to the end. */
natt_options fuzz_dearest_options(void);

#endif
