/*
 * The most expensive valid document: the longest chain, and as much unknown text as fits.
 */
#ifndef NATT_FUZZ_DEAREST_H
#define NATT_FUZZ_DEAREST_H

#include "fuzz/verdict.h"

/* Returns its length. */
size_t fuzz_dearest_document(uint8_t out[NATT_MAX_DOCUMENT]);

/* Options under which this document, and every genuine one, is verified completely. */
natt_options fuzz_dearest_options(void);

#endif
