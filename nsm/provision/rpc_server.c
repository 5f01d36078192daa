/* See rpc_server.h. */
#define _GNU_SOURCE /* accept4 */
#include "nsm/provision/rpc_server.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <mbedtls/platform_util.h>

#include "nsm/provision/rpc_frame.h"

#define PAUSE_MS    250
#define TICK_MS     100
#define MAX_REQUEST (NATT_RPC_MAX_HEAD + NATT_RPC_MAX_BODY + 1)

static int64_t now_ms(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool wait_for(int fd, short events, int64_t deadline_ms)
{
    struct pollfd p = {fd, events, 0};
    int64_t left = deadline_ms - now_ms();
    return left > 0 && poll(&p, 1, (int)left) > 0;
}

/* What the received bytes are: a frame, a request to refuse, or the beginning of either. */
static natt_rpc_frame_state parse(natt_rpc_frame *frame, natt_rpc_outcome *out, natt_bytes bytes)
{
    natt_rpc_frame_state state = natt_rpc_frame_parse(frame, bytes);
    if (state != NATT_RPC_FRAME_MALFORMED)
        return state;
    out->reason = frame->where;
    return natt_rpc_refusal(&out->status, &out->reason, bytes) == NATT_RPC_FRAME_MORE ? NATT_RPC_FRAME_MORE : state;
}

/* False: the time is over, the peer has closed the connection, or the bytes are not a frame; *len: the number of bytes
 * received. */
static bool read_frame(natt_rpc_frame *frame, natt_rpc_outcome *out, uint8_t *memory, size_t *len, int fd)
{
    int64_t deadline_ms = now_ms() + NATT_RPC_READ_MS;
    natt_rpc_frame_state state = NATT_RPC_FRAME_MORE;
    while (state == NATT_RPC_FRAME_MORE && *len < MAX_REQUEST && wait_for(fd, POLLIN, deadline_ms)) {
        ssize_t got = recv(fd, memory + *len, MAX_REQUEST - *len, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            break;
        *len += got > 0 ? (size_t)got : 0;
        state = parse(frame, out, (natt_bytes){memory, *len});
    }
    if (state == NATT_RPC_FRAME_MORE && out->reason == NULL)
        out->reason =
            now_ms() < deadline_ms ? "the client closed the connection early" : "it did not arrive within a second";
    return state == NATT_RPC_FRAME_DONE;
}

static bool send_all(int fd, const char *text, size_t len)
{
    int64_t deadline_ms = now_ms() + NATT_RPC_READ_MS;
    for (size_t at = 0; at < len;) {
        ssize_t sent = send(fd, text + at, len - at, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EINTR && (errno != EAGAIN || !wait_for(fd, POLLOUT, deadline_ms)))
            return false;
        at += sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

/* Sends both in one segment. */
static void reply(int fd, const char *body, bool ordinary_http)
{
    size_t body_len = strlen(body);
    char *text = malloc(NATT_RPC_MAX_REPLY_HEAD + body_len);
    if (text == NULL)
        return;
    size_t len = natt_rpc_reply_head(text, body_len, ordinary_http);
    memcpy(text + len, body, body_len);
    (void)send_all(fd, text, len + body_len);
    free(text);
}

/* If unread bytes remain when the connection is closed, the system discards the reply. */
static void drain(uint8_t *memory, int fd)
{
    const int64_t deadline_ms = now_ms() + NATT_RPC_READ_MS;
    (void)shutdown(fd, SHUT_WR);
    while (wait_for(fd, POLLIN, deadline_ms) && recv(fd, memory, MAX_REQUEST, MSG_DONTWAIT) > 0)
        continue;
}

static void refuse(const natt_rpc_server *server, const natt_rpc_outcome *out, uint8_t *memory, int fd)
{
    char text[NATT_RPC_MAX_REFUSAL];
    if (out->status != 0 && send_all(fd, text, natt_rpc_refusal_write(text, out->status, out->reason)))
        drain(memory, fd);
    server->handled(server->context, out);
}

static void handle(const natt_rpc_server *server, uint8_t *memory, int fd)
{
    natt_rpc_frame frame;
    natt_rpc_outcome outcome = {.operation = ""};
    size_t len = 0;
    natt_provision_no_error(&outcome.error);
    if (!read_frame(&frame, &outcome, memory, &len, fd)) {
        if (len > 0) /* a client that sends nothing gets no reply */
            refuse(server, &outcome, memory, fd);
        return;
    }
    char *body = natt_rpc_handle(&outcome, server->options, frame.body);
    if (body == NULL) {
        outcome.status = frame.ordinary_http && outcome.operation[0] == '\0' ? 400 : 0;
        refuse(server, &outcome, memory, fd);
        return;
    }
    reply(fd, body, frame.ordinary_http);
    free(body);
    server->handled(server->context, &outcome);
}

/* If descriptors or memory are missing, the listener stays readable; without a pause, the loop would spin. */
static void pause_after(int error, const natt_rpc_server *server)
{
    struct pollfd stop = {server->stop, POLLIN, 0};
    if (error != EINTR && error != EAGAIN && error != ECONNABORTED)
        (void)poll(&stop, 1, PAUSE_MS);
}

static void accept_one(const natt_rpc_server *server, uint8_t *memory)
{
    int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) {
        pause_after(errno, server);
        return;
    }
    handle(server, memory, fd);
    mbedtls_platform_zeroize(memory, MAX_REQUEST); /* it had a PIN and credentials */
    (void)close(fd);
}

bool natt_rpc_serve(const natt_rpc_server *server)
{
    uint8_t *memory = malloc(MAX_REQUEST);
    struct pollfd fds[2] = {{server->listener, POLLIN, 0}, {server->stop, POLLIN, 0}};
    while (memory != NULL) {
        int ready = poll(fds, 2, TICK_MS);
        if (ready > 0 && fds[1].revents != 0)
            break;
        if (ready > 0 && fds[0].revents != 0)
            accept_one(server, memory);
        server->tick(server->context);
    }
    const bool served = memory != NULL;
    free(memory);
    return served;
}
