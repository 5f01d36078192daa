/*
 * The attestation document's map, and the position of its parts in the caller's bytes.
 */
#ifndef NATT_VERIFY_DOCUMENT_H
#define NATT_VERIFY_DOCUMENT_H

#include "nitro_attest/document.h"
#include "verify/parse/cose.h"

/* natt_document_parse with a cleared error from the caller. */
bool natt_document_read(natt_document *out, natt_bytes in, natt_error *err);

/* Offset of a view of the document. */
size_t natt_document_offset(const natt_document *doc, natt_bytes part);

/* The part of module_id before "-enc" or "-tpm"; absent for other kinds. */
natt_bytes natt_document_instance_id(const natt_document *doc);

#endif
