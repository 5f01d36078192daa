/*
 * Each call opens a session on the caller's descriptor, which costs no system call, and closes only that session.
 */
#include "nsm/compat/nsm.h"

#include "nsm/client/device_linux.h"
#include "nsm/client/error.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

_Static_assert(sizeof(NsmDescription) == 252, "the layout of AWS's library");
_Static_assert(sizeof(ErrorCode) == 4 && sizeof(Digest) == 4, "enumerations are ints there");
_Static_assert(offsetof(NsmDescription, module_id_len) == 108 && offsetof(NsmDescription, digest) == 248,
               "the layout of AWS's library");

int32_t nsm_lib_init(void)
{
    return natt_nsm_device_open(NATT_NSM_DEVICE_PATH);
}

void nsm_lib_exit(int32_t fd)
{
    if (fd >= 0)
        close(fd);
}

struct connection {
    int fd;
    natt_nsm session;
    natt_nsm_error err;
};

static bool begin(struct connection *c, int32_t fd)
{
    natt_nsm_transport transport = {&c->fd, natt_nsm_device_exchange, NULL};
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    options.transport = &transport;
    c->fd = fd;
    return natt_nsm_open(&c->session, &options, &c->err);
}

/* The error of AWS's library if the driver, not the NSM, refuses. */
static ErrorCode of_transport(int errno_value)
{
    errno = errno_value;
    return errno_value == EMSGSIZE ? ERROR_CODE_INPUT_TOO_LARGE : ERROR_CODE_INTERNAL_ERROR;
}

static ErrorCode code_of(const natt_nsm_error *err)
{
    if (err->code == NATT_NSM_E_DEVICE && err->device_error <= NATT_NSM_DEVICE_INTERNAL_ERROR)
        return (ErrorCode)err->device_error;
    if (err->code == NATT_NSM_E_DEVICE || err->code >= NATT_NSM_E_RESPONSE_SIZE)
        return ERROR_CODE_INVALID_RESPONSE;
    if (err->code == NATT_NSM_E_TRANSPORT)
        return of_transport(err->errno_value);
    if (err->code == NATT_NSM_E_REQUEST_SIZE)
        return ERROR_CODE_INPUT_TOO_LARGE;
    return err->code == NATT_NSM_E_BUFFER_TOO_SMALL ? ERROR_CODE_BUFFER_TOO_SMALL : ERROR_CODE_INVALID_ARGUMENT;
}

static ErrorCode end(struct connection *c, bool ok)
{
    natt_nsm_close(&c->session);
    return ok ? ERROR_CODE_SUCCESS : code_of(&c->err);
}

/* A value of 48 bytes for a buffer. */
static ErrorCode check_pcr_buffer(const uint8_t *data, uint32_t *data_len)
{
    if (data_len == NULL)
        return ERROR_CODE_INVALID_ARGUMENT;
    bool fits = data != NULL && *data_len >= NATT_PCR_LEN;
    *data_len = fits ? 0 : NATT_PCR_LEN;
    return fits ? ERROR_CODE_SUCCESS : ERROR_CODE_BUFFER_TOO_SMALL;
}

ErrorCode nsm_extend_pcr(int32_t fd, uint16_t index, const uint8_t *data, uint32_t data_len, uint8_t *pcr_data,
                         uint32_t *pcr_data_len)
{
    struct connection c;
    uint8_t value[NATT_PCR_LEN];
    ErrorCode code = data != NULL ? check_pcr_buffer(pcr_data, pcr_data_len) : ERROR_CODE_INVALID_ARGUMENT;
    if (code != ERROR_CODE_SUCCESS)
        return code;
    code =
        end(&c, begin(&c, fd) && natt_nsm_extend_pcr(&c.session, value, index, (natt_bytes){data, data_len}, &c.err));
    if (code != ERROR_CODE_SUCCESS)
        return code;
    memcpy(pcr_data, value, sizeof value);
    *pcr_data_len = sizeof value;
    return code;
}

ErrorCode nsm_describe_pcr(int32_t fd, uint16_t index, bool *lock, uint8_t *data, uint32_t *data_len)
{
    struct connection c;
    natt_nsm_pcr pcr;
    ErrorCode code = lock != NULL ? check_pcr_buffer(data, data_len) : ERROR_CODE_INVALID_ARGUMENT;
    if (code != ERROR_CODE_SUCCESS)
        return code;
    code = end(&c, begin(&c, fd) && natt_nsm_describe_pcr(&c.session, &pcr, index, &c.err));
    if (code != ERROR_CODE_SUCCESS)
        return code;
    *lock = pcr.locked;
    memcpy(data, pcr.value, sizeof pcr.value);
    *data_len = sizeof pcr.value;
    return code;
}

ErrorCode nsm_lock_pcr(int32_t fd, uint16_t index)
{
    struct connection c;
    return end(&c, begin(&c, fd) && natt_nsm_lock_pcr(&c.session, index, &c.err));
}

ErrorCode nsm_lock_pcrs(int32_t fd, uint16_t range)
{
    struct connection c;
    return end(&c, begin(&c, fd) && natt_nsm_lock_pcrs(&c.session, range, &c.err));
}

static ErrorCode fill_description(NsmDescription *out, const natt_nsm_description *from)
{
    size_t id_len = strlen(from->module_id);
    if (from->locked_pcr_count > sizeof out->locked_pcrs / sizeof out->locked_pcrs[0])
        return ERROR_CODE_BUFFER_TOO_SMALL;
    out->version_major = from->version_major;
    out->version_minor = from->version_minor;
    out->version_patch = from->version_patch;
    out->module_id_len = (uint32_t)(id_len < sizeof out->module_id ? id_len : sizeof out->module_id - 1);
    memcpy(out->module_id, from->module_id, out->module_id_len);
    out->max_pcrs = from->max_pcrs;
    out->locked_pcrs_len = from->locked_pcr_count;
    memcpy(out->locked_pcrs, from->locked_pcrs, from->locked_pcr_count * sizeof out->locked_pcrs[0]);
    out->digest = (Digest)from->digest;
    return ERROR_CODE_SUCCESS;
}

ErrorCode nsm_get_description(int32_t fd, NsmDescription *nsm_description)
{
    struct connection c;
    natt_nsm_description description = NATT_NSM_DESCRIPTION_INIT;
    if (nsm_description == NULL)
        return ERROR_CODE_INVALID_ARGUMENT;
    memset(nsm_description, 0, sizeof *nsm_description);
    ErrorCode code = end(&c, begin(&c, fd) && natt_nsm_describe(&c.session, &description, &c.err));
    return code == ERROR_CODE_SUCCESS ? fill_description(nsm_description, &description) : code;
}

ErrorCode nsm_get_attestation_doc(int32_t fd, const uint8_t *user_data, uint32_t user_data_len,
                                  const uint8_t *nonce_data, uint32_t nonce_len, const uint8_t *pub_key_data,
                                  uint32_t pub_key_len, uint8_t *att_doc_data, uint32_t *att_doc_len)
{
    struct connection c;
    size_t len = 0;
    natt_nsm_attestation fields = {
        sizeof fields, {user_data, user_data_len}, {nonce_data, nonce_len}, {pub_key_data, pub_key_len}};
    if (att_doc_len == NULL)
        return ERROR_CODE_INVALID_ARGUMENT;
    size_t capacity = att_doc_data != NULL ? *att_doc_len : 0;
    ErrorCode code =
        end(&c, begin(&c, fd) && natt_nsm_attest(&c.session, att_doc_data, capacity, &len, &fields, &c.err));
    /* Both are at most NATT_NSM_MAX_RESPONSE. */
    *att_doc_len = (uint32_t)(code == ERROR_CODE_BUFFER_TOO_SMALL ? c.err.required_len : len);
    return code;
}

ErrorCode nsm_get_random(int32_t fd, uint8_t *buf, uintptr_t *buf_len)
{
    struct connection c;
    uint8_t random[NATT_NSM_MAX_RESPONSE];
    size_t got = 0;
    if (fd < 0 || buf == NULL || buf_len == NULL || *buf_len == 0)
        return ERROR_CODE_INVALID_ARGUMENT;
    ErrorCode code = end(&c, begin(&c, fd) && natt_nsm_get_random(&c.session, random, sizeof random, &got, &c.err));
    *buf_len = got < *buf_len ? got : *buf_len;
    memcpy(buf, random, *buf_len);
    natt_nsm_wipe(random, got);
    return code;
}
