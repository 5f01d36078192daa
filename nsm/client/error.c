/*
 * Names and texts of the client's codes, generated from the lists in nitro_attest/nsm_codes.h.
 */
#define _DEFAULT_SOURCE /* explicit_bzero */

#include "nsm/client/error.h"

#include "nsm/wire.h"

#include <string.h>

#define CODE_LIST           NATT_NSM_CODE_LIST
#define CODE_COLUMNS        *message, *remedy
#define CODE_TYPE           natt_nsm_code
#define CODE_FUNCTION(what) natt_nsm_code_##what
#include "nsm/code_table.inc.h"

const char *natt_nsm_device_error_name(natt_nsm_device_error error)
{
    const char *name = natt_nsm_wire_error_name((uint64_t)error);
    return name != NULL ? name : "";
}

natt_nsm_device_error natt_nsm_device_error_of(natt_bytes name)
{
    const char *known;
    for (unsigned i = 1; (known = natt_nsm_wire_error_name(i)) != NULL; i++)
        if (name.len == strlen(known) && memcmp(name.ptr, known, name.len) == 0)
            return (natt_nsm_device_error)i;
    return NATT_NSM_DEVICE_OTHER;
}

static const natt_nsm_error no_error = {NATT_NSM_OK, NATT_NSM_DEVICE_NONE, 0, 0, NATT_NO_OFFSET, "no error"};

natt_nsm_error *natt_nsm_error_begin(natt_nsm_error *err, natt_nsm_error *spare)
{
    natt_nsm_error *e = err != NULL ? err : spare;
    *e = no_error;
    return e;
}

/* Unless an error is already recorded. The members that `value` does not name are 0. Always false. */
static bool record(natt_nsm_error *err, natt_nsm_error value)
{
    if (err->code != NATT_NSM_OK)
        return false;
    *err = value;
    if (value.message == NULL)
        err->message = natt_nsm_code_message(value.code);
    return false;
}

bool natt_nsm_fail(natt_nsm_error *err, natt_nsm_code code)
{
    return record(err, (natt_nsm_error){.code = code, .offset = NATT_NO_OFFSET});
}

bool natt_nsm_fail_errno(natt_nsm_error *err, natt_nsm_code code, int errno_value)
{
    return record(err, (natt_nsm_error){.code = code, .errno_value = errno_value, .offset = NATT_NO_OFFSET});
}

bool natt_nsm_fail_required(natt_nsm_error *err, natt_nsm_code code, size_t required_len)
{
    return record(err, (natt_nsm_error){.code = code, .required_len = required_len, .offset = NATT_NO_OFFSET});
}

bool natt_nsm_fail_at(natt_nsm_error *err, natt_nsm_code code, size_t offset, const char *message)
{
    return record(err, (natt_nsm_error){.code = code, .offset = offset, .message = message});
}

bool natt_nsm_fail_device(natt_nsm_error *err, natt_nsm_device_error error)
{
    return record(err, (natt_nsm_error){.code = NATT_NSM_E_DEVICE, .device_error = error, .offset = NATT_NO_OFFSET});
}

void natt_nsm_wipe(void *memory, size_t len)
{
    explicit_bzero(memory, len);
}
