/*
 * Rules for the fields of a parsed document.
 */
#ifndef NATT_VERIFY_FIELDS_H
#define NATT_VERIFY_FIELDS_H

#include "nitro_attest/verify.h"
#include "verify/parse/reader.h"

/* Unknown fields, sizes of the optional ones, kind. */
bool natt_fields_check(const natt_document *doc, const natt_options *opt, natt_error *err);

#endif
