/*
 * Names and texts of the client's codes, generated from the lists in nitro_attest/nsm_codes.h.
 */
#define _DEFAULT_SOURCE /* explicit_bzero */

#include "nsm/client/error.h"

#include <string.h>

#define CODE_LIST           NATT_NSM_CODE_LIST
#define CODE_COLUMNS        *message, *remedy
#define CODE_TYPE           natt_nsm_code
#define CODE_FUNCTION(what) natt_nsm_code_##what
#include "nsm/code_table.inc.h"

struct device_row {
    natt_nsm_device_error error;
    const char *wire;
};

#define DEVICE_ROW(name, number, wire) {name, wire},
static const struct device_row device_rows[] = {NATT_NSM_DEVICE_LIST(DEVICE_ROW)};
#define DEVICE_COUNT (sizeof device_rows / sizeof device_rows[0])

const char *natt_nsm_device_error_name(natt_nsm_device_error error)
{
    for (size_t i = 0; i < DEVICE_COUNT; i++)
        if (device_rows[i].error == error)
            return device_rows[i].wire;
    return "";
}

/* Row 0 is "no error", which an NSM does not send. */
natt_nsm_device_error natt_nsm_device_error_of(natt_bytes name)
{
    for (size_t i = 1; i < DEVICE_COUNT; i++)
        if (name.len == strlen(device_rows[i].wire) && memcmp(name.ptr, device_rows[i].wire, name.len) == 0)
            return device_rows[i].error;
    return NATT_NSM_DEVICE_OTHER;
}

static const natt_nsm_error no_error = {NATT_NSM_OK, NATT_NSM_DEVICE_NONE, 0, 0, NATT_NO_OFFSET, "no error"};

natt_nsm_error *natt_nsm_error_begin(natt_nsm_error *err, natt_nsm_error *spare)
{
    natt_nsm_error *e = err != NULL ? err : spare;
    *e = no_error;
    return e;
}

bool natt_nsm_fail(natt_nsm_error *err, natt_nsm_code code)
{
    if (err->code != NATT_NSM_OK)
        return false;
    *err = no_error;
    err->code = code;
    err->message = natt_nsm_code_message(code);
    return false;
}

bool natt_nsm_fail_errno(natt_nsm_error *err, natt_nsm_code code, int errno_value)
{
    bool first = err->code == NATT_NSM_OK;
    natt_nsm_fail(err, code);
    if (first)
        err->errno_value = errno_value;
    return false;
}

bool natt_nsm_fail_required(natt_nsm_error *err, natt_nsm_code code, size_t required_len)
{
    bool first = err->code == NATT_NSM_OK;
    natt_nsm_fail(err, code);
    if (first)
        err->required_len = required_len;
    return false;
}

bool natt_nsm_fail_at(natt_nsm_error *err, natt_nsm_code code, size_t offset, const char *message)
{
    bool first = err->code == NATT_NSM_OK;
    natt_nsm_fail(err, code);
    if (!first)
        return false;
    err->offset = offset;
    if (message != NULL)
        err->message = message;
    return false;
}

bool natt_nsm_fail_device(natt_nsm_error *err, natt_nsm_device_error error)
{
    bool first = err->code == NATT_NSM_OK;
    natt_nsm_fail(err, NATT_NSM_E_DEVICE);
    if (first)
        err->device_error = error;
    return false;
}

void natt_nsm_wipe(void *memory, size_t len)
{
    explicit_bzero(memory, len);
}
