/*
 * The caller's deny list: certificates that are refused even if their signatures are valid.
 */
#ifndef NATT_VERIFY_DENY_LIST_H
#define NATT_VERIFY_DENY_LIST_H

#include "nitro_attest/verify.h"
#include "verify/crypto/crypto.h"
#include "verify/parse/reader.h"

/* Usage: every entry can be parsed. */
bool natt_deny_check(const natt_options *opt, natt_error *err);

/* True: no entry matches this certificate. */
bool natt_deny_allows(const natt_certificate *cert, uint32_t item, size_t offset, const natt_options *opt,
                      const struct natt_crypto *crypto, natt_error *err);

#endif
