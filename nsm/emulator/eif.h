/*
 * Enclave image files: what an image measures to. The file's layout is in eif.c, the certificate that signed it in
 * eif_signature.c.
 */
#ifndef NATT_NSM_EIF_H
#define NATT_NSM_EIF_H

#include "nitro_attest/base.h"
#include "verify/reader.h"

/* Records what is wrong and where. Returns false. */
bool natt_eif_fail(const struct natt_reader *r, size_t at, const char *message);

/*
 * SHA-384 of the signing certificate in DER. `section` is the data of the signature section, a view of `file`.
 */
bool natt_eif_certificate_digest(uint8_t out[48], const struct natt_reader *file, natt_bytes section);

#endif
