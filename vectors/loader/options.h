/*
 * Reads the `options` of a vector or request as natt_options. It refuses every unknown option: if it ignored one, a
 * verifier would look better than it is.
 */
#ifndef NATT_VECTORS_OPTIONS_H
#define NATT_VECTORS_OPTIONS_H

#include "vectors/loader/context.h"

/*
 * Fills *out except for roots and now_ms. The loader owns what it points to. On failure, c->unknown is true if this
 * library does not know an option, flag or word, and false if one is malformed.
 */
bool natt_vectors_read_options(struct natt_loader *c, natt_options *out, const json_t *options);

#endif
