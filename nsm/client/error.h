/*
 * Errors of the NSM client: recorded once, where they happen. Also wipes memory that contained replies.
 */
#ifndef NATT_NSM_ERROR_H
#define NATT_NSM_ERROR_H

#include "nitro_attest/nsm.h"

/* Clears *err, or returns the spare one if the caller passed none. */
natt_nsm_error *natt_nsm_error_begin(natt_nsm_error *err, natt_nsm_error *spare);

/* Each records the code unless an error is already there, and returns false, so that it can be returned. */
bool natt_nsm_fail(natt_nsm_error *err, natt_nsm_code code);
bool natt_nsm_fail_errno(natt_nsm_error *err, natt_nsm_code code, int errno_value);
bool natt_nsm_fail_required(natt_nsm_error *err, natt_nsm_code code, size_t required_len);
bool natt_nsm_fail_at(natt_nsm_error *err, natt_nsm_code code, size_t offset, const char *message);
bool natt_nsm_fail_device(natt_nsm_error *err, natt_nsm_device_error error);

/* NATT_NSM_DEVICE_OTHER for a name that is not in the list. */
natt_nsm_device_error natt_nsm_device_error_of(natt_bytes name);

/* memset that compilers do not remove. */
void natt_nsm_wipe(void *memory, size_t len);

#endif
