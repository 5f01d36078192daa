/* See launcher_request.h. */
#include "nsm/front/launcher/launcher_request.h"

#include <errno.h>
#include <string.h>

/* The device is always given room for the longest response. One that breaks its promise gives an I/O error. */
static int exchange(const natt_nsm_transport *transport, const uint8_t *request, size_t request_len,
                    uint8_t response[NATT_NSM_MAX_RESPONSE], size_t *response_len)
{
    *response_len = 0;
    int error =
        transport->exchange(transport->context, request, request_len, response, NATT_NSM_MAX_RESPONSE, response_len);
    if (error < 0 || error > NATT_NSM_MAX_ERRNO || *response_len > NATT_NSM_MAX_RESPONSE)
        return EIO;
    return error;
}

int natt_request_perform(struct natt_nsm_raw *raw, const struct natt_target *target,
                         const natt_nsm_transport *transport)
{
    uint8_t request[NATT_NSM_MAX_REQUEST], response[NATT_NSM_MAX_RESPONSE];
    size_t len;
    if (raw->request.len > sizeof request)
        return EMSGSIZE;
    if (!natt_target_read(target, request, raw->request.address, (size_t)raw->request.len))
        return EFAULT;
    int error = exchange(transport, request, (size_t)raw->request.len, response, &len);
    if (error != 0)
        return error;
    if (raw->response.len > len) /* what does not fit is cut off without a word, as the driver does */
        raw->response.len = len;
    return natt_target_write(target, raw->response.address, response, (size_t)raw->response.len) ? 0 : EFAULT;
}

int natt_request_serve(const struct natt_target *target, uint64_t address, const natt_nsm_transport *transport)
{
    struct natt_nsm_raw raw;
    if (!natt_target_read(target, &raw, address, sizeof raw))
        return EFAULT;
    int error = natt_request_perform(&raw, target, transport);
    if (error != 0)
        return error;
    return natt_target_write(target, address, &raw, sizeof raw) ? 0 : EFAULT;
}
