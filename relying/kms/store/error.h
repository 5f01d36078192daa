/*
 * Errors of the files in this folder: a code, and one sentence for users.
 */
#ifndef NATT_RELYING_KMS_STORE_ERROR_H
#define NATT_RELYING_KMS_STORE_ERROR_H

#include "relying/kms/store/store.h"

/* Always false. err may be NULL. */
bool natt_kms_store_fail(natt_kms_store_error *err, natt_kms_store_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, followed by the text of errno_value. */
bool natt_kms_store_fail_errno(natt_kms_store_error *err, natt_kms_store_code code, int errno_value, const char *what);

/* Always true. */
bool natt_kms_store_succeed(natt_kms_store_error *err);

#endif
