/*
 * Names and texts of the emulator's codes, from the list in nitro_attest/emulator_codes.h; filling in errors; the
 * sentence of an error.
 */
#define _POSIX_C_SOURCE 200809L /* strerror_r */

#include "nsm/issuer/error.h"
#include "nsm/sentence.h"

#include <inttypes.h>

#define CODE_LIST           NATT_EMULATOR_CODE_LIST
#define CODE_COLUMNS        *index, *message, *remedy
#define CODE_TYPE           natt_emulator_code
#define CODE_FUNCTION(what) natt_emulator_code_##what
#include "nsm/code_table.inc.h"

static const natt_emulator_error no_error = {NATT_EMULATOR_OK,        0,         NATT_EMULATOR_NO_INDEX, 0,
                                             NATT_EMULATOR_NO_OFFSET, "no error"};

static bool record(natt_emulator_error *err, natt_emulator_error value)
{
    if (value.message == NULL)
        value.message = natt_emulator_code_message(value.code);
    if (err != NULL)
        *err = value;
    return false;
}

void natt_emulator_no_error(natt_emulator_error *err)
{
    (void)record(err, no_error);
}

bool natt_emulator_fail(natt_emulator_error *err, natt_emulator_code code, const char *message)
{
    return natt_emulator_fail_errno(err, code, 0, message);
}

bool natt_emulator_fail_errno(natt_emulator_error *err, natt_emulator_code code, int errno_value, const char *message)
{
    return record(
        err, (natt_emulator_error){code, errno_value, NATT_EMULATOR_NO_INDEX, 0, NATT_EMULATOR_NO_OFFSET, message});
}

bool natt_emulator_fail_required(natt_emulator_error *err, size_t required_len)
{
    return record(err, (natt_emulator_error){NATT_EMULATOR_E_BUFFER_TOO_SMALL, 0, NATT_EMULATOR_NO_INDEX, required_len,
                                             NATT_EMULATOR_NO_OFFSET, NULL});
}

bool natt_emulator_fail_at(natt_emulator_error *err, natt_emulator_code code, uint32_t index, uint64_t offset,
                           const char *message)
{
    return record(err, (natt_emulator_error){code, 0, index, 0, offset, message});
}

bool natt_emulator_fail_entry(natt_emulator_error *err, natt_emulator_code code, size_t position, const char *message)
{
    return natt_emulator_fail_at(err, code, (uint32_t)position, NATT_EMULATOR_NO_OFFSET, message);
}

/* ", section 3, byte 612" */
static void put_place(struct natt_sentence *s, const natt_emulator_error *err)
{
    const char *counted = row_of(err->code)->index;
    if (err->index != NATT_EMULATOR_NO_INDEX && counted != NULL && counted[0] != '\0')
        natt_put(s, ", %s %" PRIu32, counted, err->index);
    if (err->offset != NATT_EMULATOR_NO_OFFSET)
        natt_put(s, ", byte %" PRIu64, err->offset);
    if (err->required_len != 0)
        natt_put(s, ", %zu bytes are needed", err->required_len);
}

size_t natt_emulator_error_format(char *buf, size_t len, const natt_emulator_error *err)
{
    struct natt_sentence s = {buf, len, 0};
    err = err != NULL ? err : &no_error;
    natt_put(&s, "%s (", err->message != NULL ? err->message : natt_emulator_code_message(err->code));
    natt_put_code(&s, natt_emulator_code_name(err->code), (int)err->code);
    put_place(&s, err);
    natt_put_errno(&s, err->errno_value);
    natt_put(&s, ")");
    if (natt_emulator_code_remedy(err->code)[0] != '\0')
        natt_put(&s, ": %s", natt_emulator_code_remedy(err->code));
    return s.len;
}
