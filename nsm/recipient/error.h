/*
 * Errors of the recipient's library: filled in once, where they happen.
 */
#ifndef NATT_NSM_RECIPIENT_ERROR_H
#define NATT_NSM_RECIPIENT_ERROR_H

#include "nitro_attest/recipient_error.h"

/* Each fills *err, which may be NULL. Those that fail return false; a message of NULL is the code's own. */
void natt_recipient_no_error(natt_recipient_error *err);
bool natt_recipient_fail(natt_recipient_error *err, natt_recipient_code code, const char *message);
bool natt_recipient_fail_at(natt_recipient_error *err, natt_recipient_code code, size_t offset, const char *message);
bool natt_recipient_fail_required(natt_recipient_error *err, size_t required_len);
bool natt_recipient_fail_errno(natt_recipient_error *err, natt_recipient_code code, int errno_value,
                               const char *message);
bool natt_recipient_fail_nsm(natt_recipient_error *err, const natt_nsm_error *nsm);
bool natt_recipient_fail_verify(natt_recipient_error *err, const natt_error *verify);
/* A failure of mbedTLS that depends on no secret: its heap ran out, or NATT_RECIPIENT_E_CRYPTO. */
bool natt_recipient_fail_mbedtls(natt_recipient_error *err, int result);

#endif
