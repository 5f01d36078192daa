/*
 * Names and texts of the recipient's codes, from the list in nitro_attest/recipient_codes.h; filling in errors; the
 * sentence of an error.
 */
#define _POSIX_C_SOURCE 200809L /* strerror_r */

#include "nsm/recipient/error.h"
#include "nsm/sentence.h"

#include <mbedtls/bignum.h>
#include <mbedtls/pk.h>

#define CODE_LIST           NATT_RECIPIENT_CODE_LIST
#define CODE_COLUMNS        *message, *remedy
#define CODE_TYPE           natt_recipient_code
#define CODE_FUNCTION(what) natt_recipient_code_##what
#include "nsm/code_table.inc.h"

static const natt_recipient_error no_error = {
    .code = NATT_RECIPIENT_OK,
    .verify_code = NATT_OK,
    .nsm = {NATT_NSM_OK, NATT_NSM_DEVICE_NONE, 0, 0, NATT_NO_OFFSET, "no error"},
    .offset = NATT_NO_OFFSET,
    .message = "no error",
};

void natt_recipient_no_error(natt_recipient_error *err)
{
    if (err != NULL)
        *err = no_error;
}

static bool record(natt_recipient_error *err, natt_recipient_error value, const char *message)
{
    if (err == NULL)
        return false;
    *err = value;
    err->message = message != NULL ? message : natt_recipient_code_message(value.code);
    return false;
}

bool natt_recipient_fail(natt_recipient_error *err, natt_recipient_code code, const char *message)
{
    return natt_recipient_fail_at(err, code, NATT_NO_OFFSET, message);
}

bool natt_recipient_fail_at(natt_recipient_error *err, natt_recipient_code code, size_t offset, const char *message)
{
    natt_recipient_error value = no_error;
    value.code = code;
    value.offset = offset;
    return record(err, value, message);
}

bool natt_recipient_fail_required(natt_recipient_error *err, size_t required_len)
{
    natt_recipient_error value = no_error;
    value.code = NATT_RECIPIENT_E_BUFFER_TOO_SMALL;
    value.required_len = required_len;
    return record(err, value, NULL);
}

bool natt_recipient_fail_errno(natt_recipient_error *err, natt_recipient_code code, int errno_value,
                               const char *message)
{
    natt_recipient_error value = no_error;
    value.code = code;
    value.errno_value = errno_value;
    return record(err, value, message);
}

bool natt_recipient_fail_nsm(natt_recipient_error *err, const natt_nsm_error *nsm)
{
    natt_recipient_error value = no_error;
    value.code = NATT_RECIPIENT_E_NSM;
    value.nsm = *nsm;
    value.errno_value = nsm->errno_value;
    return record(err, value, nsm->message);
}

bool natt_recipient_fail_verify(natt_recipient_error *err, const natt_error *verify)
{
    natt_recipient_error value = no_error;
    value.code = NATT_RECIPIENT_E_RESULT;
    value.verify_code = verify->code;
    return record(err, value, NULL);
}

/* A result is the sum of an error of a higher module and one of a lower module. [mbedtls/error.h] */
bool natt_recipient_fail_mbedtls(natt_recipient_error *err, int result)
{
    const int high = -(-result & 0x7f80), low = -(-result & 0x7f);
    bool memory = low == MBEDTLS_ERR_MPI_ALLOC_FAILED || high == MBEDTLS_ERR_PK_ALLOC_FAILED;
    return natt_recipient_fail(err, memory ? NATT_RECIPIENT_E_MEMORY : NATT_RECIPIENT_E_CRYPTO, NULL);
}

/* ", NATT_NSM_E_DEVICE InputTooLarge" */
static void put_cause(struct natt_sentence *s, const natt_recipient_error *err)
{
    const char *device = natt_nsm_device_error_name(err->nsm.device_error);
    if (err->verify_code != NATT_OK) {
        natt_put(s, ", ");
        natt_put_code(s, natt_code_name(err->verify_code), (int)err->verify_code);
    }
    if (err->nsm.code != NATT_NSM_OK) {
        natt_put(s, ", ");
        natt_put_code(s, natt_nsm_code_name(err->nsm.code), (int)err->nsm.code);
        natt_put(s, "%s%s", device[0] != '\0' ? " " : "", device);
    }
}

/* ", byte 612, Permission denied" */
static void put_place(struct natt_sentence *s, const natt_recipient_error *err)
{
    if (err->offset != NATT_NO_OFFSET)
        natt_put(s, ", byte %zu", err->offset);
    if (err->required_len != 0)
        natt_put(s, ", %zu bytes are needed", err->required_len);
    natt_put_errno(s, err->errno_value);
}

static const char *remedy_of(const natt_recipient_error *err)
{
    return err->nsm.code != NATT_NSM_OK ? natt_nsm_code_remedy(err->nsm.code) : natt_recipient_code_remedy(err->code);
}

size_t natt_recipient_error_format(char *buf, size_t len, const natt_recipient_error *err)
{
    struct natt_sentence s = {buf, len, 0};
    err = err != NULL ? err : &no_error;
    natt_put(&s, "%s (", err->message != NULL ? err->message : natt_recipient_code_message(err->code));
    natt_put_code(&s, natt_recipient_code_name(err->code), (int)err->code);
    put_cause(&s, err);
    put_place(&s, err);
    natt_put(&s, ")");
    if (remedy_of(err)[0] != '\0')
        natt_put(&s, ": %s", remedy_of(err));
    return s.len;
}
