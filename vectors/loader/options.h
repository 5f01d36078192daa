/*
 * The `options` of a vector or request as natt_options. What is not understood is refused: an option that were passed
 * over would make a verifier look better than it is.
 */
#ifndef NATT_VECTORS_OPTIONS_H
#define NATT_VECTORS_OPTIONS_H

#include "vectors/loader/context.h"

/*
 * Fills all of *out but roots and now_ms; what it points to is the context's. *unknown, which may be NULL, says whether
 * the fault is an option, flag or word that this library does not know, rather than a malformed one.
 */
bool natt_vectors_read_options(struct natt_vectors_context *c, natt_options *out, const json_t *options, bool *unknown);

#endif
