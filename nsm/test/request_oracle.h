/*
 * Requests that libcbor writes from a tree of items. Tests and fuzzing compare natt_nsm_request_encode with them. Does
 * not use nsm/cbor_write.h.
 */
#ifndef NATT_NSM_TEST_REQUEST_ORACLE_H
#define NATT_NSM_TEST_REQUEST_ORACLE_H

#include "nsm/client/codec.h"

/* The caller frees the result. NULL: libcbor had no memory. */
uint8_t *request_oracle_encode(const struct natt_nsm_request *request, size_t *len);

#endif
