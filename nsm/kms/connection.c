/*
 * See connection.h. mbedTLS reads and writes through the two functions of "mbedTLS's socket", which never wait; the
 * caller of mbedTLS waits for the socket and calls it again.
 */
#define _GNU_SOURCE

#include "nsm/kms/connection.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <mbedtls/net_sockets.h>

#include "nsm/kms/error.h"
#include "nsm/kms/socket.h"
#include "nsm/kms/tls.h"

#define STALE_MS 50 /* while mbedTLS checks for a byte: never wait */

static const char late_handshake[] = "the deadline passed during the TLS handshake";
static const char late_send[] = "the deadline passed while the request was being sent";
static const char late_receive[] = "the deadline passed while waiting for the reply";

struct natt_connection {
    int fd;
    pid_t pid; /* the process that owns this connection */
    bool tls;
    bool spent;           /* no byte may follow, because of an error or the peer's end */
    int errno_value;      /* of the socket below mbedTLS */
    uint64_t deadline_ms; /* of the current call */
    natt_endpoint endpoint;
    struct natt_tls_peer peer;
    mbedtls_ssl_context ssl;
};

static bool is_late(const natt_connection *c)
{
    return natt_monotonic_ms() >= c->deadline_ms;
}

static bool would_wait(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK;
}

/*
 * A forked child has the keys and counters of the parent's TLS connection: its first record would use the same nonce as
 * the parent's next one, and reusing a nonce with AES-GCM reveals both texts and its authentication key [RFC5116
 * 5.1.1].
 */
static bool is_ours(const natt_connection *c)
{
    return c->pid == getpid();
}

/* --- mbedTLS's socket --- */

/* After the deadline it returns no data, since a peer could keep mbedTLS busy with endless data that it skips. */
static int take(void *connection, unsigned char *out, size_t len)
{
    natt_connection *c = (natt_connection *)connection;
    if (is_late(c))
        return MBEDTLS_ERR_SSL_WANT_READ;
    ssize_t got = natt_socket_receive(c->fd, out, len);
    if (got >= 0)
        return (int)got;
    c->errno_value = errno;
    return would_wait(errno) ? MBEDTLS_ERR_SSL_WANT_READ : MBEDTLS_ERR_NET_RECV_FAILED;
}

static int give(void *connection, const unsigned char *bytes, size_t len)
{
    natt_connection *c = (natt_connection *)connection;
    if (is_late(c))
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    ssize_t sent = natt_socket_send(c->fd, bytes, len);
    if (sent >= 0)
        return (int)sent;
    c->errno_value = errno;
    return would_wait(errno) ? MBEDTLS_ERR_SSL_WANT_WRITE : MBEDTLS_ERR_NET_SEND_FAILED;
}

static bool is_wanting(int result)
{
    return result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE;
}

static bool is_of_socket(int result)
{
    return result == MBEDTLS_ERR_NET_RECV_FAILED || result == MBEDTLS_ERR_NET_SEND_FAILED;
}

/* True: call mbedTLS again. False: mbedTLS needs the socket, and err has the reason why the wait ended. */
static bool is_to_repeat(const natt_connection *c, int result, const char *late, natt_kms_client_error *err)
{
    if (is_wanting(result))
        return natt_socket_wait(c->fd, result == MBEDTLS_ERR_SSL_WANT_WRITE ? POLLOUT : POLLIN, c->deadline_ms, late,
                                err);
    return natt_tls_is_again(result);
}

/* --- the handshake --- */

/* A proxy that cannot reach the server ends the connection here, which is not a TLS failure. */
static bool fail_handshake(natt_connection *c, int result, natt_kms_client_error *err)
{
    if (is_wanting(result))
        return false;
    if (result == MBEDTLS_ERR_SSL_CONN_EOF)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_SOCKET,
                                    "the server closed the connection during the TLS handshake; does it speak TLS?");
    if (is_of_socket(result))
        return natt_kms_client_fail_errno(err, NATT_KMS_CLIENT_E_SOCKET, c->errno_value,
                                          "the connection failed during the TLS handshake; does the server speak TLS?");
    return natt_tls_fail_handshake(&c->ssl, &c->peer, result, err);
}

static bool shake_hands(natt_connection *c, natt_kms_client_error *err)
{
    int result;
    do
        result = mbedtls_ssl_handshake(&c->ssl);
    while (is_to_repeat(c, result, late_handshake, err));
    return result == 0 || fail_handshake(c, result, err);
}

/* --- opening and closing --- */

static bool start_tls(natt_connection *c, natt_tls *tls, natt_kms_client_error *err)
{
    if (!c->tls)
        return true;
    if (tls == NULL)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_USAGE_CA, NULL);
    if (!natt_tls_setup(&c->ssl, tls, &c->peer, err))
        return false;
    mbedtls_ssl_set_bio(&c->ssl, c, give, take, NULL);
    return shake_hands(c, err);
}

static natt_connection *connection_new(const natt_endpoint *endpoint, uint64_t deadline_ms, natt_kms_client_error *err)
{
    natt_connection *c = calloc(1, sizeof *c);
    if (c == NULL) {
        natt_kms_client_fail(err, NATT_KMS_CLIENT_E_MEMORY, NULL);
        return NULL;
    }
    c->pid = getpid();
    c->endpoint = *endpoint;
    c->tls = endpoint->tls;
    c->peer.host = c->endpoint.host;
    c->deadline_ms = deadline_ms;
    mbedtls_ssl_init(&c->ssl);
    return c;
}

natt_connection *natt_connection_open(const natt_address *address, const natt_endpoint *endpoint, natt_tls *tls,
                                      uint64_t deadline_ms, natt_kms_client_error *err)
{
    natt_connection *c = connection_new(endpoint, deadline_ms, err);
    if (c == NULL)
        return NULL;
    c->fd = natt_socket_connect(address, deadline_ms, err);
    c->spent = true; /* before the TLS handshake is complete, there is no session to close */
    if (c->fd >= 0 && start_tls(c, tls, err)) {
        c->spent = false;
        return c;
    }
    natt_connection_close(c);
    return NULL;
}

void natt_connection_close(natt_connection *c)
{
    if (c == NULL)
        return;
    c->deadline_ms = UINT64_MAX;
    if (c->tls && !c->spent && is_ours(c))
        (void)mbedtls_ssl_close_notify(&c->ssl);
    mbedtls_ssl_free(&c->ssl);
    if (c->fd >= 0)
        (void)close(c->fd);
    free(c);
}

/* --- bytes --- */

/* After any failure the state of the stream is unknown. */
static bool spend(natt_connection *c)
{
    c->spent = true;
    return false;
}

static bool is_usable(const natt_connection *c, natt_kms_client_error *err)
{
    if (!is_ours(c))
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_SOCKET, "the connection belongs to another process");
    return !c->spent || natt_kms_client_fail(err, NATT_KMS_CLIENT_E_SOCKET, "the connection has ended");
}

/* Reads or writes a TLS record, or the plain socket. */
static bool fail_stream(const natt_connection *c, int result, natt_kms_client_error *err)
{
    if (is_wanting(result))
        return false;
    if (is_of_socket(result))
        return natt_kms_client_fail_errno(err, NATT_KMS_CLIENT_E_SOCKET, c->errno_value, NULL);
    return natt_kms_client_fail_tls(err, NATT_KMS_CLIENT_E_TLS_RECORD, result, NULL);
}

/* Returns the number of bytes written, or an mbedTLS error, also without TLS. */
static int write_some(natt_connection *c, natt_bytes bytes)
{
    size_t most = bytes.len < INT32_MAX ? bytes.len : INT32_MAX;
    return c->tls ? mbedtls_ssl_write(&c->ssl, bytes.ptr, most) : give(c, bytes.ptr, most);
}

static bool send_all(natt_connection *c, natt_bytes bytes, natt_kms_client_error *err)
{
    while (bytes.len > 0) {
        int result = write_some(c, bytes);
        if (result > 0)
            bytes = (natt_bytes){bytes.ptr + result, bytes.len - (size_t)result};
        else if (!is_to_repeat(c, result, late_send, err))
            return fail_stream(c, result, err);
    }
    return true;
}

bool natt_connection_send(natt_connection *c, natt_bytes bytes, uint64_t deadline_ms, natt_kms_client_error *err)
{
    c->deadline_ms = deadline_ms;
    return is_usable(c, err) && (send_all(c, bytes, err) || spend(c));
}

static int read_some(natt_connection *c, uint8_t *out, size_t capacity)
{
    size_t most = capacity < INT32_MAX ? capacity : INT32_MAX;
    return c->tls ? mbedtls_ssl_read(&c->ssl, out, most) : take(c, out, most);
}

/* An attacker on the network may have caused an end without TLS's close_notify [RFC5246 7.2.1, RFC8446 6.1]. */
static bool take_end(natt_connection *c, int result, natt_kms_client_error *err)
{
    c->spent = true;
    if (result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY || (result == 0 && !c->tls))
        return true;
    if (result == 0 || result == MBEDTLS_ERR_SSL_CONN_EOF)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_SOCKET,
                                    "the connection ended without the end of TLS (close_notify): it may have been cut");
    return fail_stream(c, result, err);
}

bool natt_connection_receive(natt_connection *c, uint8_t *out, size_t capacity, size_t *len, uint64_t deadline_ms,
                             natt_kms_client_error *err)
{
    int result;
    *len = 0;
    c->deadline_ms = deadline_ms;
    if (!is_usable(c, err))
        return false;
    do
        result = read_some(c, out, capacity);
    while (is_to_repeat(c, result, late_receive, err));
    if (result <= 0)
        return take_end(c, result, err);
    *len = (size_t)result;
    return true;
}

/* mbedTLS may have to read its own messages, so ask it for a byte; there must be none. */
bool natt_connection_is_stale(natt_connection *c)
{
    uint8_t unasked;
    int result;
    c->deadline_ms = natt_monotonic_ms() + STALE_MS;
    if (c->spent || !is_ours(c))
        return true;
    do
        result = read_some(c, &unasked, 1);
    while (natt_tls_is_again(result));
    c->spent = !is_wanting(result);
    return c->spent;
}
