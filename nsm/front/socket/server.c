/*
 * The socket through which several processes share one emulator. Each client has its own thread, so a slow, dead or
 * hostile client delays only itself. [nitro_attest/emulator.h, natt_emulator_server]
 */
#define _GNU_SOURCE /* accept4 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <mbedtls/platform_util.h>

#include "nsm/device/emulator_internal.h"
#include "nsm/front/socket/socket_file.h"
#include "nsm/threads.h"
#include "nsm/wire.h"

#define HEAD_LEN     NATT_NSM_SOCKET_HEAD
#define SEND_SECONDS 10
#define PAUSE_MS     100

/* A slot for one client. While `used`, everything except `ended` belongs to the serving thread. */
struct client {
    struct natt_emulator_server *server;
    pthread_t thread;
    int fd;
    bool used;
    bool ended; /* under the server's mutex: the thread is about to return */
};

struct natt_emulator_server {
    natt_emulator *emulator;
    struct natt_socket_file file;
    pthread_mutex_t mutex;
    struct client clients[NATT_EMULATOR_MAX_CLIENTS];
};

/* Buffers of one client's thread, wiped when it ends. */
struct exchange {
    uint8_t in[HEAD_LEN + NATT_EMULATOR_MAX_REQUEST];
    uint8_t out[HEAD_LEN + NATT_EMULATOR_MAX_RESPONSE];
    size_t out_len;
};

/* `len` is the packet's own length; x->in contains as much of it as fits. */
static int exchange_packet(natt_emulator *emulator, struct exchange *x, size_t len, size_t *response_len)
{
    *response_len = 0;
    if (len < HEAD_LEN)
        return EBADMSG;
    if (len > sizeof x->in)
        return EMSGSIZE;
    size_t capacity = natt_get_le32(x->in);
    if (capacity > NATT_EMULATOR_MAX_RESPONSE)
        capacity = NATT_EMULATOR_MAX_RESPONSE;
    return natt_emulator_exchange(emulator, x->in + HEAD_LEN, len - HEAD_LEN, x->out + HEAD_LEN, capacity,
                                  response_len);
}

/* Handles one request and its reply. Returns false if the client has disconnected, or does not read its reply. */
static bool serve_request(natt_emulator *emulator, int fd, struct exchange *x)
{
    size_t response_len;
    ssize_t len;
    do
        len = recv(fd, x->in, sizeof x->in, MSG_TRUNC); /* the packet's length, even if it does not fit */
    while (len < 0 && errno == EINTR);
    if (len <= 0)
        return false;
    natt_put_le32(x->out, (uint32_t)exchange_packet(emulator, x, (size_t)len, &response_len));
    x->out_len = HEAD_LEN + response_len;
    return send(fd, x->out, x->out_len, MSG_NOSIGNAL) == (ssize_t)x->out_len;
}

static void *serve_client(void *argument)
{
    struct client *client = argument;
    struct natt_emulator_server *server = client->server;
    struct exchange *x = calloc(1, sizeof *x);
    while (x != NULL && serve_request(server->emulator, client->fd, x))
        continue;
    shutdown(client->fd, SHUT_RDWR); /* notifies the client; the descriptor stays in use until the thread is joined */
    if (x != NULL)
        mbedtls_platform_zeroize(x, sizeof *x);
    free(x);
    pthread_mutex_lock(&server->mutex);
    client->ended = true;
    pthread_mutex_unlock(&server->mutex);
    return NULL;
}

static bool has_ended(const struct client *client)
{
    pthread_mutex_lock(&client->server->mutex);
    bool ended = client->ended;
    pthread_mutex_unlock(&client->server->mutex);
    return ended;
}

static void release(struct client *client)
{
    pthread_join(client->thread, NULL);
    close(client->fd);
    client->used = false;
}

/* Returns a free slot, or NULL if all are used. */
static struct client *free_place(struct natt_emulator_server *server)
{
    struct client *place = NULL;
    for (size_t i = 0; i < NATT_EMULATOR_MAX_CLIENTS; i++) {
        struct client *client = &server->clients[i];
        if (client->used && has_ended(client))
            release(client);
        if (!client->used)
            place = client;
    }
    return place;
}

static void reject_client(int fd)
{
    uint8_t head[HEAD_LEN];
    natt_put_le32(head, EBUSY);
    (void)!send(fd, head, sizeof head, MSG_NOSIGNAL | MSG_DONTWAIT);
    close(fd);
}

static void take_client(struct natt_emulator_server *server)
{
    const struct timeval patience = {SEND_SECONDS, 0};
    int fd = accept4(server->file.fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            poll(NULL, 0, PAUSE_MS); /* the socket stays readable, so sleep instead of spinning */
        return;
    }
    struct client *place = free_place(server);
    if (place == NULL || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0) {
        reject_client(fd);
        return;
    }
    *place = (struct client){.server = server, .fd = fd};
    place->used = natt_thread_start(&place->thread, serve_client, place) == 0;
    if (!place->used)
        reject_client(fd);
}

/* Ends every thread: the shutdown ends a read, skipping delays ends the wait of a fault. */
static void release_all(struct natt_emulator_server *server)
{
    natt_device_lock_skip_waits(&server->emulator->lock, true);
    for (size_t i = 0; i < NATT_EMULATOR_MAX_CLIENTS; i++)
        if (server->clients[i].used)
            shutdown(server->clients[i].fd, SHUT_RDWR);
    for (size_t i = 0; i < NATT_EMULATOR_MAX_CLIENTS; i++)
        if (server->clients[i].used)
            release(&server->clients[i]);
    natt_device_lock_skip_waits(&server->emulator->lock, false);
}

natt_emulator_server *natt_emulator_listen(natt_emulator *emulator, const char *path, natt_emulator_error *err)
{
    natt_emulator_no_error(err);
    if (emulator == NULL || path == NULL) {
        natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ARGUMENT, NULL);
        return NULL;
    }
    natt_emulator_server *server = calloc(1, sizeof *server);
    if (server == NULL || pthread_mutex_init(&server->mutex, NULL) != 0) {
        free(server);
        natt_emulator_fail(err, NATT_EMULATOR_E_MEMORY, NULL);
        return NULL;
    }
    server->emulator = emulator;
    if (natt_socket_file_open(&server->file, path, SOCK_SEQPACKET, err))
        return server;
    natt_emulator_server_free(server);
    return NULL;
}

bool natt_emulator_serve(natt_emulator_server *server, int stop_fd, natt_emulator_error *err)
{
    natt_emulator_no_error(err);
    if (server == NULL)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ARGUMENT, NULL);
    struct pollfd wait[2] = {{server->file.fd, POLLIN, 0}, {stop_fd, POLLIN, 0}};
    bool ok = true;
    while (ok && wait[1].revents == 0) {
        ok = poll(wait, 2, -1) >= 0 || errno == EINTR;
        if (!ok)
            natt_emulator_fail_errno(err, NATT_EMULATOR_E_SOCKET, errno, "waiting for clients failed");
        else if (wait[0].revents != 0 && wait[1].revents == 0)
            take_client(server);
    }
    release_all(server);
    return ok;
}

void natt_emulator_server_free(natt_emulator_server *server)
{
    if (server == NULL)
        return;
    natt_socket_file_close(&server->file);
    pthread_mutex_destroy(&server->mutex);
    free(server);
}
