/* See error.h. */
#include "relying/kms/store/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool natt_kms_store_fail(natt_kms_store_error *err, natt_kms_store_code code, const char *format, ...)
{
    va_list rest;
    if (err == NULL)
        return false;
    err->code = code;
    va_start(rest, format);
    (void)vsnprintf(err->text, sizeof err->text, format, rest);
    va_end(rest);
    return false;
}

bool natt_kms_store_fail_errno(natt_kms_store_error *err, natt_kms_store_code code, int errno_value, const char *what)
{
    return natt_kms_store_fail(err, code, "%s: %s", what, strerror(errno_value));
}

bool natt_kms_store_succeed(natt_kms_store_error *err)
{
    if (err != NULL)
        memset(err, 0, sizeof *err);
    return true;
}
