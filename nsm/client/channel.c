/*
 * Selects the transport of a session; the only file that calls transports.
 */
#include "nsm/client/channel.h"

#include "nsm/client/device_linux.h"
#include "nsm/client/error.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The context is a file descriptor, or begins with one. */
static void close_file(void *context)
{
    close(*(const int *)context);
}

static bool open_device(struct natt_nsm_channel *out, const char *path, natt_nsm_error *err)
{
    out->transport = (natt_nsm_transport){&out->device, natt_nsm_device_exchange, close_file};
    out->device = natt_nsm_device_open(path != NULL ? path : NATT_NSM_DEVICE_PATH);
    return out->device >= 0 || natt_nsm_fail_errno(err, NATT_NSM_E_OPEN, errno);
}

static bool open_socket(struct natt_nsm_channel *out, const char *path, natt_nsm_error *err)
{
    out->transport = (natt_nsm_transport){&out->socket, natt_nsm_socket_exchange, close_file};
    int error = natt_nsm_socket_open(&out->socket, path);
    if (error == ENAMETOOLONG)
        return natt_nsm_fail_errno(err, NATT_NSM_E_USAGE_TRANSPORT, error);
    return error == 0 || natt_nsm_fail_errno(err, NATT_NSM_E_OPEN, error);
}

bool natt_nsm_channel_open(struct natt_nsm_channel *out, const natt_nsm_options *options, natt_nsm_error *err)
{
    int places = (options->path != NULL) + (options->socket_path != NULL) + (options->transport != NULL);
    if (places > 1)
        return natt_nsm_fail(err, NATT_NSM_E_USAGE_TRANSPORT);
    if (options->socket_path != NULL)
        return open_socket(out, options->socket_path, err);
    if (options->transport == NULL)
        return open_device(out, options->path, err);
    out->transport = *options->transport;
    return out->transport.exchange != NULL || natt_nsm_fail(err, NATT_NSM_E_USAGE_ARGUMENT);
}

void natt_nsm_channel_close(struct natt_nsm_channel *channel)
{
    if (channel->transport.close != NULL)
        channel->transport.close(channel->transport.context);
}

/* A transport that reports more than it wrote must not expose the previous content of this memory. */
int natt_nsm_channel_exchange(struct natt_nsm_channel *channel, natt_bytes request, uint8_t *response,
                              size_t *response_len)
{
    *response_len = 0;
    memset(response, 0, NATT_NSM_MAX_RESPONSE);
    return channel->transport.exchange(channel->transport.context, request.ptr, request.len, response,
                                       NATT_NSM_MAX_RESPONSE, response_len);
}
