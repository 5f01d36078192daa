/*
 * A reply is accepted only completely and only for the request just sent. A connection for which this is no longer
 * certain is not used again, so that a reply never matches another request.
 */
#define _DEFAULT_SOURCE

#include "nsm/client/socket.h"

#include "nsm/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define HEAD NATT_NSM_SOCKET_HEAD

int natt_nsm_socket_open(struct natt_nsm_socket *out, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = strlen(path);
    if (len >= sizeof address.sun_path)
        return ENAMETOOLONG;
    memcpy(address.sun_path, path, len);
    out->broken = false;
    out->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (out->fd < 0)
        return errno;
    if (connect(out->fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return 0;
    int error = errno;
    close(out->fd);
    return error;
}

/* A packet is sent completely or not at all. */
static int send_packet(int fd, const uint8_t *request, size_t request_len, size_t capacity)
{
    uint8_t head[HEAD];
    struct iovec parts[2] = {{head, HEAD}, {(void *)(uintptr_t)request, request_len}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t sent;
    natt_put_le32(head, (uint32_t)capacity);
    do
        sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent >= 0 ? 0 : errno;
}

/* An interrupted wait continues: the request was sent, and the next request must not receive its reply. */
static int receive_packet(int fd, uint8_t *response, size_t capacity, size_t *response_len)
{
    uint8_t head[HEAD];
    struct iovec parts[2] = {{head, HEAD}, {response, capacity}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t got;
    do
        got = recvmsg(fd, &message, 0);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return errno;
    if (got == 0)
        return ECONNRESET;
    if (got < HEAD || (message.msg_flags & MSG_TRUNC) != 0 || natt_get_le32(head) > NATT_NSM_MAX_ERRNO)
        return EPROTO;
    *response_len = (size_t)got - HEAD;
    return -(int)natt_get_le32(head);
}

/* Negative: an error that the peer reports; the connection can still be used. */
int natt_nsm_socket_exchange(void *context, const uint8_t *request, size_t request_len, uint8_t *response,
                             size_t capacity, size_t *response_len)
{
    struct natt_nsm_socket *sock = context;
    if (sock->broken)
        return ENOTCONN;
    int error = capacity <= UINT32_MAX ? send_packet(sock->fd, request, request_len, capacity) : EOVERFLOW;
    if (error == 0)
        error = receive_packet(sock->fd, response, capacity, response_len);
    sock->broken = error > 0;
    return error < 0 ? -error : error;
}
