/* See socket.h. */
#define _GNU_SOURCE /* SOCK_CLOEXEC, SOCK_NONBLOCK */

#include "nsm/kms/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "nsm/kms/connection.h"
#include "nsm/kms/error.h"
#include "nsm/kms/resolver.h"

#define BUSY_PAUSE_MS 10 /* between attempts at a unix socket whose backlog is full: poll cannot wait for that */
#define MAX_TEXT      (NATT_ENDPOINT_MAX_HOST + 96)

/* One address of the server. */
struct way {
    int family;
    const struct sockaddr *address;
    socklen_t len;
};

uint64_t natt_monotonic_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* --- waiting --- */

/* The remaining time in the form that poll requires; 0: it has passed. */
static int left_ms(uint64_t deadline_ms)
{
    uint64_t now = natt_monotonic_ms();
    uint64_t left = deadline_ms > now ? deadline_ms - now : 0;
    return left > INT_MAX ? INT_MAX : (int)left;
}

/* 1: ready; 0: the deadline passed; -1: errno. */
static int wait_for(int fd, short events, uint64_t deadline_ms)
{
    struct pollfd p = {.fd = fd, .events = events};
    for (;;) {
        int left = left_ms(deadline_ms);
        if (left == 0)
            return 0;
        int result = poll(&p, 1, left);
        if (result > 0 || (result < 0 && errno != EINTR))
            return result;
    }
}

bool natt_socket_wait(int fd, short events, uint64_t deadline_ms, const char *late, natt_kms_client_error *err)
{
    int result = wait_for(fd, events, deadline_ms);
    if (result == 0)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_TIMEOUT, late);
    return result > 0 || natt_kms_client_fail_errno(err, NATT_KMS_CLIENT_E_SOCKET, errno, NULL);
}

ssize_t natt_socket_receive(int fd, uint8_t *out, size_t capacity)
{
    ssize_t got;
    do
        got = recv(fd, out, capacity, 0);
    while (got < 0 && errno == EINTR);
    return got;
}

ssize_t natt_socket_send(int fd, const uint8_t *bytes, size_t len)
{
    ssize_t sent;
    do
        sent = send(fd, bytes, len, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent;
}

/* --- connecting --- */

/* The result of a pending connection: 0, or an errno value. */
static int finish(int fd, uint64_t deadline_ms)
{
    int error = 0;
    socklen_t len = sizeof error;
    int ready = wait_for(fd, POLLOUT, deadline_ms);
    if (ready == 0)
        return ETIMEDOUT;
    if (ready < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        return errno;
    return error;
}

/* 0, or an errno. EAGAIN: the backlog of a unix socket is full. An interrupted connect continues [POSIX connect]. */
static int connect_by(int fd, const struct way *way, uint64_t deadline_ms)
{
    for (;;) {
        if (connect(fd, way->address, way->len) == 0)
            return 0;
        if (errno == EINPROGRESS || errno == EINTR)
            return finish(fd, deadline_ms);
        if (errno != EAGAIN || left_ms(deadline_ms) == 0)
            return errno == EAGAIN ? ETIMEDOUT : errno;
        (void)poll(NULL, 0, BUSY_PAUSE_MS);
    }
}

/* A request is sent in few writes, and its last packet must not be delayed. */
static void send_at_once(int fd, int family)
{
    int on = 1;
    if (family == AF_INET || family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/*
 * Never below 3: in a program without standard output, printed text would otherwise go to the server, outside TLS.
 */
static int open_socket(int family)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || fd > STDERR_FILENO)
        return fd;
    int above = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    (void)close(fd);
    return above;
}

/* A socket, or -1 and *error. */
static int try_way(const struct way *way, uint64_t deadline_ms, int *error)
{
    int fd = open_socket(way->family);
    *error = fd < 0 ? errno : connect_by(fd, way, deadline_ms);
    if (*error == 0) {
        send_at_once(fd, way->family);
        return fd;
    }
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

/* The last failure is reported. An expired deadline counts as one, whatever the last socket reported. */
static int give(int fd, int error, const char *text, uint64_t deadline_ms, natt_kms_client_error *err)
{
    char message[MAX_TEXT + 32];
    bool late = left_ms(deadline_ms) == 0;
    if (fd >= 0)
        return fd;
    (void)snprintf(message, sizeof message, late ? "no connection to %s within the deadline" : "cannot connect to %s",
                   text);
    natt_kms_client_fail_errno(err, late ? NATT_KMS_CLIENT_E_TIMEOUT : NATT_KMS_CLIENT_E_CONNECT, error, message);
    return -1;
}

/* --- unix and vsock: one way each --- */

static int connect_one(const struct way *way, const char *text, uint64_t deadline_ms, natt_kms_client_error *err)
{
    int error;
    int fd = try_way(way, deadline_ms, &error);
    return give(fd, error, text, deadline_ms, err);
}

/* "@NAME" is an abstract socket: a NUL, and NAME without one at its end. unix(7) */
static int connect_unix(const natt_address *address, uint64_t deadline_ms, natt_kms_client_error *err)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    size_t len = strlen(address->path);
    char text[MAX_TEXT];
    bool abstract = address->path[0] == '@';
    memcpy(name.sun_path, address->path, len);
    if (abstract)
        name.sun_path[0] = '\0';
    struct way way = {AF_UNIX, (const struct sockaddr *)&name,
                      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (abstract ? 0 : 1))};
    (void)snprintf(text, sizeof text, "unix:%s", address->path);
    return connect_one(&way, text, deadline_ms, err);
}

/* For an unused CID, the system waits longer than callers accept; the deadline ends the wait. */
static int connect_vsock(const natt_address *address, uint64_t deadline_ms, natt_kms_client_error *err)
{
    struct sockaddr_storage peer;
    char text[MAX_TEXT];
    socklen_t len = natt_vsock_address(&peer, address->cid, address->vsock_port);
    if (len == 0) {
        natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CONNECT, "vsock needs Linux");
        return -1;
    }
    struct way way = {peer.ss_family, (const struct sockaddr *)&peer, len};
    (void)snprintf(text, sizeof text, "vsock:%lu:%lu", (unsigned long)address->cid, (unsigned long)address->vsock_port);
    return connect_one(&way, text, deadline_ms, err);
}

/* --- TCP: every address of the host --- */

static unsigned count(const struct addrinfo *list)
{
    unsigned n = 0;
    for (; list != NULL; list = list->ai_next)
        n++;
    return n;
}

/* An address that drops packets leaves time for the following ones. */
static uint64_t share(uint64_t deadline_ms, unsigned ways)
{
    uint64_t now = natt_monotonic_ms();
    return deadline_ms > now ? now + (deadline_ms - now) / ways : deadline_ms;
}

static int connect_tcp(const natt_address *address, uint64_t deadline_ms, natt_kms_client_error *err)
{
    struct addrinfo *found = natt_resolve(address->host, address->port, deadline_ms, err);
    char text[MAX_TEXT];
    int fd = -1, error = 0;
    if (found == NULL)
        return -1;
    for (const struct addrinfo *a = found; a != NULL && fd < 0; a = a->ai_next) {
        struct way way = {a->ai_family, a->ai_addr, a->ai_addrlen};
        fd = try_way(&way, share(deadline_ms, count(a)), &error);
    }
    freeaddrinfo(found);
    (void)snprintf(text, sizeof text, "%s port %u", address->host, (unsigned)address->port);
    return give(fd, error, text, deadline_ms, err);
}

int natt_socket_connect(const natt_address *address, uint64_t deadline_ms, natt_kms_client_error *err)
{
    static int (*const connect_kind[])(const natt_address *, uint64_t, natt_kms_client_error *) = {
        [NATT_ADDRESS_TCP] = connect_tcp, [NATT_ADDRESS_UNIX] = connect_unix, [NATT_ADDRESS_VSOCK] = connect_vsock};
    return connect_kind[address->kind](address, deadline_ms, err);
}
