/* See listener.h. */
#define _GNU_SOURCE /* SOCK_CLOEXEC */
#include "relying/http/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define UNIX_PREFIX "unix:"
#define HOST_LEN    64

bool natt_http_fail(natt_http_error *err, int errno_value, const char *format, ...)
{
    va_list args;
    if (err == NULL)
        return false;
    memset(err, 0, sizeof *err);
    err->errno_value = errno_value;
    va_start(args, format);
    int len = vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    if (errno_value != 0 && len >= 0 && (size_t)len < sizeof err->text)
        (void)snprintf(err->text + len, sizeof err->text - (size_t)len, ": %s", strerror(errno_value));
    return false;
}

/* --- unix sockets --- */

static bool listen_unix(struct natt_http_listener *listener, const char *path, natt_http_error *err)
{
    natt_emulator_error why;
    if (!natt_socket_file_open(&listener->file, path, SOCK_STREAM, &why))
        return natt_http_fail(err, why.errno_value, "%s", why.message);
    listener->fd = listener->file.fd;
    (void)snprintf(listener->address, sizeof listener->address, UNIX_PREFIX "%s", path);
    return true;
}

/* --- TCP --- */

/* The host before the last colon, without the brackets of IPv6; the port after it. */
static bool split(char host[HOST_LEN], const char **port, const char *address)
{
    const char *colon = strrchr(address, ':');
    size_t len = colon == NULL ? 0 : (size_t)(colon - address);
    bool brackets = len >= 2 && address[0] == '[' && address[len - 1] == ']';
    if (brackets) {
        address++;
        len -= 2;
    }
    if (len == 0 || len >= HOST_LEN || (!brackets && memchr(address, ':', len) != NULL))
        return false;
    memcpy(host, address, len);
    host[len] = '\0';
    *port = colon + 1;
    return true;
}

static bool is_port(const char *text)
{
    unsigned value = 0;
    size_t len = strlen(text);
    if (len < 1 || len > 5)
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        value = 10 * value + (unsigned)(*text - '0');
    }
    return value <= 65535;
}

/* "localhost" is not looked up: a resolver could return any address for it. */
static struct addrinfo *look_up(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    const char *name = strcmp(host, "localhost") == 0 ? "127.0.0.1" : host;
    return getaddrinfo(name, port, &hints, &found) == 0 ? found : NULL;
}

static bool is_loopback(const struct sockaddr *address)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof v4);
        return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
    }
    if (address->sa_family != AF_INET6)
        return false;
    memcpy(&v6, address, sizeof v6);
    return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) ||
           (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) && v6.sin6_addr.s6_addr[12] == 127);
}

/* SO_REUSEADDR: a restarted server need not wait until TIME_WAIT of its old connections ends. */
static bool set_up(int fd, const struct addrinfo *where)
{
    const int one = 1;
    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
           bind(fd, where->ai_addr, where->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0;
}

static bool listen_at(struct natt_http_listener *listener, const struct addrinfo *where)
{
    struct sockaddr_storage real;
    socklen_t len = sizeof real;
    listener->fd = socket(where->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener->fd < 0 || !set_up(listener->fd, where) ||
        getsockname(listener->fd, (struct sockaddr *)&real, &len) != 0)
        return false;
    natt_http_address_write(listener->address, (const struct sockaddr *)&real, len);
    return true;
}

static bool fail_not_loopback(natt_http_error *err)
{
    (void)natt_http_fail(err, 0,
                         "it is not a loopback address: other machines could connect, and this server has no TLS");
    if (err != NULL)
        err->not_loopback = true;
    return false;
}

static bool listen_tcp(struct natt_http_listener *listener, const char *address, bool allow_any_address,
                       natt_http_error *err)
{
    char host[HOST_LEN];
    const char *port;
    struct addrinfo *where = split(host, &port, address) && is_port(port) ? look_up(host, port) : NULL;
    if (where == NULL)
        return natt_http_fail(
            err, 0,
            "it is not an address to listen on: write 127.0.0.1:PORT or unix:PATH, without http://; names other than "
            "localhost are not resolved, and an IPv6 address is in brackets, such as [::1]:PORT");
    bool allowed = allow_any_address || is_loopback(where->ai_addr);
    bool ok = allowed && listen_at(listener, where);
    int reason = errno;
    freeaddrinfo(where);
    if (!allowed)
        return fail_not_loopback(err);
    return ok || natt_http_fail(err, reason, "the server cannot listen on this address");
}

bool natt_http_listen(struct natt_http_listener *listener, const char *address, bool allow_any_address,
                      natt_http_error *err)
{
    *listener = (struct natt_http_listener){.fd = -1, .file.fd = -1};
    bool is_unix = strncmp(address, UNIX_PREFIX, strlen(UNIX_PREFIX)) == 0;
    bool ok = is_unix ? listen_unix(listener, address + strlen(UNIX_PREFIX), err)
                      : listen_tcp(listener, address, allow_any_address, err);
    if (!ok)
        natt_http_listener_close(listener);
    return ok;
}

void natt_http_listener_shut(struct natt_http_listener *listener)
{
    (void)shutdown(listener->fd, SHUT_RDWR);
}

void natt_http_listener_close(struct natt_http_listener *listener)
{
    if (listener->file.fd >= 0)
        natt_socket_file_close(&listener->file);
    else if (listener->fd >= 0)
        (void)close(listener->fd);
    listener->fd = -1;
}

void natt_http_address_write(char out[NATT_HTTP_MAX_ADDRESS], const struct sockaddr *address, socklen_t len)
{
    char host[HOST_LEN], port[8];
    bool v6 = address->sa_family == AF_INET6;
    if (getnameinfo(address, len, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) == 0 &&
        address->sa_family != AF_UNIX)
        (void)snprintf(out, NATT_HTTP_MAX_ADDRESS, "%s%s%s:%s", v6 ? "[" : "", host, v6 ? "]" : "", port);
    else
        (void)snprintf(out, NATT_HTTP_MAX_ADDRESS, "unix");
}
