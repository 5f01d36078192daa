/*
 * Requests as libcbor writes them, from a tree of items: the oracle of natt_nsm_request_encode in tests and fuzzing.
 * Knows nothing of nsm/cbor_write.h.
 */
#ifndef NATT_NSM_TEST_REQUEST_ORACLE_H
#define NATT_NSM_TEST_REQUEST_ORACLE_H

#include "nsm/client/codec.h"

/* To be freed; NULL: libcbor had no memory. */
uint8_t *request_oracle_encode(const struct natt_nsm_request *request, size_t *len);

#endif
