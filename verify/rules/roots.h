/*
 * The caller's trusted roots: valid, and compared byte for byte with the document's root.
 */
#ifndef NATT_VERIFY_ROOTS_H
#define NATT_VERIFY_ROOTS_H

#include "nitro_attest/verify.h"
#include "verify/crypto/crypto.h"
#include "verify/parse/reader.h"

/* Usage: at least one root, each a certificate of the profile with a key on the curve that may issue certificates. */
bool natt_roots_check(const natt_options *opt, const struct natt_crypto *crypto, natt_error *err);

/* The root that equals this certificate. */
bool natt_roots_find(const natt_options *opt, natt_bytes certificate, size_t *index);

/* The SHA-256 of a root; of AWS's it is a constant, which saves a tenth of the fastest verifications. False: the back
 * end failed. */
bool natt_root_digest(uint8_t out[NATT_SHA256_LEN], natt_bytes root, const struct natt_crypto *crypto);

#endif
