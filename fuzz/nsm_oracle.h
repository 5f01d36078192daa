/*
 * Requests and replies of an NSM as libcbor parses them: { name => { field => value, ... } }, a name alone, or {
 * "Error" => name }. Independent of the readers of client and software NSM.
 */
#ifndef NATT_FUZZ_NSM_ORACLE_H
#define NATT_FUZZ_NSM_ORACLE_H

#include "nitro_attest/base.h"

#include <cbor.h>

/* Returns the item if the input is exactly one item, else NULL. */
cbor_item_t *nsm_oracle_load(natt_bytes in);

/* Returns the item if only zeros follow it, else NULL. */
cbor_item_t *nsm_oracle_load_padded(natt_bytes in);

/* Returns the inner map of { name => map }, or NULL. */
const cbor_item_t *nsm_oracle_fields(const cbor_item_t *item, const char *name);

/* Returns the value of a field, or NULL if it is absent. A duplicate field violates a property. */
const cbor_item_t *nsm_oracle_field(const cbor_item_t *fields, const char *name);

/* True for { "Error" => name }. */
bool nsm_oracle_error(const cbor_item_t *item, natt_bytes *name);

/* All of these return false for NULL. */
bool nsm_oracle_is_number(const cbor_item_t *item, uint64_t value);
bool nsm_oracle_is_text(const cbor_item_t *item, const char *text);
bool nsm_oracle_is_bool(const cbor_item_t *item, bool value);
bool nsm_oracle_is_bytes(const cbor_item_t *item, natt_bytes bytes);

#endif
