/*
 * Checks of the options, before the document is read.
 */
#ifndef NATT_VERIFY_OPTIONS_H
#define NATT_VERIFY_OPTIONS_H

#include "nitro_attest/verify.h"
#include "verify/crypto/crypto.h"
#include "verify/parse/reader.h"

bool natt_options_check(const natt_options *opt, const struct natt_crypto *crypto, natt_error *err);

/* NATT_CHECKED_*: what these options check in every document that they accept. */
uint32_t natt_options_checks(const natt_options *opt);

#endif
