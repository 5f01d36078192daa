/*
 * The verification with a named back end, for tests; natt_verify uses the one of the build.
 */
#ifndef NATT_VERIFY_VERIFY_H
#define NATT_VERIFY_VERIFY_H

#include "nitro_attest/verify.h"
#include "verify/crypto/crypto.h"

bool natt_verify_with(natt_verified *out, natt_bytes in, const natt_options *opt, const struct natt_crypto *crypto,
                      natt_error *err);

#endif
