/*
 * Requests and answers of an NSM as libcbor reads them: { name => { field => value, ... } }, a name alone, or
 * { "Error" => name }. Knows nothing of the client's and the emulator's own readers.
 */
#ifndef NATT_FUZZ_NSM_ORACLE_H
#define NATT_FUZZ_NSM_ORACLE_H

#include "nitro_attest/base.h"

#include <cbor.h>

/* One item and nothing after it, or NULL. */
cbor_item_t *nsm_oracle_load(natt_bytes in);

/* One item and only zeros after it, or NULL. */
cbor_item_t *nsm_oracle_load_padded(natt_bytes in);

/* The inner map of { name => map }, or NULL. */
const cbor_item_t *nsm_oracle_fields(const cbor_item_t *item, const char *name);

/* The value of a field; NULL: it is absent. A duplicate violates a property. */
const cbor_item_t *nsm_oracle_field(const cbor_item_t *fields, const char *name);

/* { "Error" => name } */
bool nsm_oracle_error(const cbor_item_t *item, natt_bytes *name);

/* Of NULL each is false. */
bool nsm_oracle_is_number(const cbor_item_t *item, uint64_t value);
bool nsm_oracle_is_text(const cbor_item_t *item, const char *text);
bool nsm_oracle_is_bool(const cbor_item_t *item, bool value);
bool nsm_oracle_is_bytes(const cbor_item_t *item, natt_bytes bytes);

#endif
