/*
 * The server. One thread of libmicrohttpd reads and writes (epoll), handlers.c runs handlers, and the thread of this
 * file accepts connections and closes those that take too long. This file accepts connections because libmicrohttpd
 * 0.9.75 hangs at its own limit of connections (it keeps a lock), and may abort when it stops listening. [http.h]
 */
#define _GNU_SOURCE /* accept4 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "relying/http/handlers.h"

#define FULL_MS        20    /* time until a free place is detected */
#define PAUSE_MS       100   /* retry after this time if no descriptor or memory is left for another connection */
#define ADDED_MS       1000  /* libmicrohttpd needs microseconds, unless memory is exhausted */
#define LAST_MS        500   /* for the last replies to be sent */
#define MHD_MEMORY     65536 /* for each connection: above 32 KiB it is mapped, so freeing it unmaps it */
#define MAX_BODY_LIMIT (SIZE_MAX / 8)
#define SPARE_PLACES   1024 /* so that the limit of libmicrohttpd is never reached */

enum { UNAVAILABLE = 503 };

struct natt_http_server {
    natt_http_options options;
    struct natt_http_listener listener;
    struct natt_http_connections connections;
    struct natt_http_handlers handlers;
    struct MHD_Daemon *daemon;
    pthread_t door;
    int wake;                     /* eventfd: a flag was set */
    atomic_bool stopping, ending; /* no more connections; no more deadlines */
};

/* --- called by libmicrohttpd, in its thread --- */

static struct natt_http_connection *connection_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

static void add_connection(struct natt_http_server *server, struct MHD_Connection *mhd, void **context)
{
    char client[NATT_HTTP_MAX_ADDRESS] = "unix";
    /* Read each result before the next call: libmicrohttpd 1.0 returns all in the same buffer. */
    int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    const struct sockaddr *address = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    if (address->sa_family == AF_INET || address->sa_family == AF_INET6)
        natt_http_address_write(
            client, address, address->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
    *context = natt_http_connection_add(&server->connections, fd, client);
}

static void on_connection(void *argument, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct natt_http_server *server = argument;
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        add_connection(server, mhd, context);
    else if (*context != NULL)
        natt_http_connection_remove(&server->connections, *context);
}

/* libmicrohttpd calls this when it has received the request line; it has not decoded target. The returned pointer is
 * *state below. */
static void *on_target(void *argument, const char *target, struct MHD_Connection *mhd)
{
    struct natt_http_server *server = argument;
    struct natt_http_connection *connection = connection_of(mhd);
    struct natt_http_exchange *x =
        connection != NULL ? natt_http_exchange_new(mhd, target, server->options.max_body) : NULL;
    if (x == NULL)
        return NULL;
    x->connection = connection;
    natt_http_connection_enter(&server->connections, connection, NATT_HTTP_READING);
    return x;
}

static enum MHD_Result reply(struct natt_http_server *server, struct natt_http_exchange *x)
{
    natt_http_connection_enter(&server->connections, x->connection, NATT_HTTP_REPLYING);
    return natt_http_exchange_reply(x, atomic_load(&server->stopping));
}

/* Suspend first: the handler's thread may resume the connection immediately. */
static enum MHD_Result hand_over(struct natt_http_server *server, struct natt_http_exchange *x)
{
    x->stage = NATT_HTTP_HANDLED;
    if (x->refusal != 0)
        return reply(server, x);
    natt_http_connection_enter(&server->connections, x->connection, NATT_HTTP_RUNNING);
    MHD_suspend_connection(x->mhd);
    if (!natt_http_handlers_add(&server->handlers, x)) {
        x->refusal = UNAVAILABLE;
        MHD_resume_connection(x->mhd);
    }
    return MHD_YES;
}

/* Called once for the headers, for each piece of the body, at the request's end, and after the handler has replied. */
static enum MHD_Result on_request(void *argument, struct MHD_Connection *mhd, const char *url, const char *method,
                                  const char *version, const char *data, size_t *len, void **state)
{
    struct natt_http_server *server = argument;
    struct natt_http_exchange *x = *state;
    size_t piece = *len;
    (void)mhd, (void)url;
    *len = 0;
    if (x == NULL)
        return MHD_NO;
    if (x->stage == NATT_HTTP_TARGET) {
        x->stage = NATT_HTTP_BODY;
        return natt_http_exchange_accept(x, method, version) ? MHD_YES : reply(server, x);
    }
    if (piece > 0)
        return natt_http_exchange_add(x, data, piece) ? MHD_YES : MHD_NO;
    return x->stage == NATT_HTTP_BODY ? hand_over(server, x) : reply(server, x);
}

static void on_completed(void *argument, struct MHD_Connection *mhd, void **state, enum MHD_RequestTerminationCode why)
{
    struct natt_http_server *server = argument;
    struct natt_http_exchange *x = *state;
    (void)mhd, (void)why;
    if (x != NULL)
        natt_http_connection_enter(&server->connections, x->connection, NATT_HTTP_WAITING);
    natt_http_exchange_free(x);
    *state = NULL;
}

static struct MHD_Daemon *start_daemon(struct natt_http_server *server)
{
    const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME;
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, server,                                    /* */
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,                         /* */
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,                           /* */
                            MHD_OPTION_URI_LOG_CALLBACK, on_target, server,                              /* */
                            MHD_OPTION_CONNECTION_LIMIT, server->options.max_connections + SPARE_PLACES, /* */
                            MHD_OPTION_CONNECTION_TIMEOUT, server->options.idle_s,                       /* */
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MHD_MEMORY,                      /* */
                            MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

/* --- the thread that accepts --- */

/* Waits until libmicrohttpd's thread has the connection, so that the count is correct before the next is accepted. */
static void take_client(struct natt_http_server *server)
{
    struct sockaddr_storage address = {0};
    socklen_t len = sizeof address;
    uint64_t added = natt_http_connections_added(&server->connections) + 1;
    int fd = accept4(server->listener.fd, (struct sockaddr *)&address, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            (void)poll(NULL, 0, PAUSE_MS); /* the socket stays readable: no busy loop */
        return;
    }
    if (MHD_add_connection(server->daemon, fd, (const struct sockaddr *)&address, len) == MHD_YES)
        natt_http_connections_await_added(&server->connections, added, ADDED_MS);
}

static void *keep_door(void *argument)
{
    struct natt_http_server *server = argument;
    uint64_t flags;
    struct pollfd wait[] = {{.fd = server->wake, .events = POLLIN}, {.events = POLLIN}};
    while (!atomic_load(&server->ending)) {
        unsigned count = natt_http_connections_count(&server->connections);
        bool full = count >= server->options.max_connections;
        wait[1].fd = full || atomic_load(&server->stopping) ? -1 : server->listener.fd;
        wait[1].revents = 0;
        int ready = poll(wait, 2, full ? FULL_MS : count > 0 ? NATT_HTTP_TICK_MS : -1);
        natt_http_connections_police(&server->connections);
        if (ready > 0 && wait[0].revents != 0)
            (void)!read(server->wake, &flags, sizeof flags);
        if (ready > 0 && wait[1].revents != 0)
            take_client(server);
    }
    return NULL;
}

/* --- start and stop --- */

static bool check_options(const natt_http_options *options, natt_http_error *err)
{
    if (options->address == NULL || options->handler == NULL)
        return natt_http_fail(err, 0, "the server needs an address and a handler");
    if (options->max_connections == 0 || options->max_connections > NATT_HTTP_MAX_CONNECTIONS)
        return natt_http_fail(err, 0, "the number of connections must be 1 to %d", NATT_HTTP_MAX_CONNECTIONS);
    if (options->threads > NATT_HTTP_MAX_THREADS)
        return natt_http_fail(err, 0, "the number of threads must be 0 to %d", NATT_HTTP_MAX_THREADS);
    if (options->idle_s == 0 || options->request_s == 0)
        return natt_http_fail(err, 0,
                              "idle_s and request_s must not be 0: a silent client would stay connected forever");
    if (options->max_body == 0 || options->max_body > MAX_BODY_LIMIT)
        return natt_http_fail(err, 0, "max_body must be at least 1, and small enough to be kept in memory");
    return true;
}

static bool start_threads(struct natt_http_server *server)
{
    const natt_http_options *options = &server->options;
    if (!natt_http_handlers_start(&server->handlers, options->threads, options->handler, options->context))
        return false;
    server->daemon = start_daemon(server);
    if (server->daemon != NULL && natt_http_thread_start(&server->door, keep_door, server))
        return true;
    if (server->daemon != NULL)
        MHD_stop_daemon(server->daemon);
    natt_http_handlers_stop(&server->handlers);
    return false;
}

static void free_server(struct natt_http_server *server)
{
    natt_http_listener_close(&server->listener);
    if (server->wake >= 0)
        (void)close(server->wake);
    natt_http_connections_destroy(&server->connections);
    free(server);
}

static struct natt_http_server *new_server(const natt_http_options *options)
{
    struct natt_http_server *server = calloc(1, sizeof *server);
    if (server == NULL || !natt_http_connections_init(&server->connections, options)) {
        free(server);
        return NULL;
    }
    server->options = *options;
    server->listener = (struct natt_http_listener){.fd = -1, .file.fd = -1};
    server->wake = eventfd(0, EFD_CLOEXEC);
    return server;
}

natt_http_server *natt_http_start(const natt_http_options *options, natt_http_error *err)
{
    if (!check_options(options, err))
        return NULL;
    struct natt_http_server *server = new_server(options);
    if (server == NULL || server->wake < 0)
        (void)natt_http_fail(err, errno, "no memory or no descriptor for the server");
    else if (natt_http_listen(&server->listener, options->address, options->allow_any_address, err) &&
             !start_threads(server))
        (void)natt_http_fail(err, errno, "the threads of the server cannot be started");
    else if (server->daemon != NULL)
        return server;
    if (server != NULL)
        free_server(server);
    return NULL;
}

const char *natt_http_address(const natt_http_server *server)
{
    return server->listener.address;
}

/* The accepting thread sees the flag now. */
static void set_flag(struct natt_http_server *server, atomic_bool *flag)
{
    const uint64_t one = 1;
    atomic_store(flag, true);
    (void)!write(server->wake, &one, sizeof one);
}

void natt_http_stop(natt_http_server *server, unsigned grace_s)
{
    if (server == NULL)
        return;
    set_flag(server, &server->stopping);
    natt_http_listener_shut(&server->listener);
    natt_http_connections_await_none(&server->connections, NATT_HTTP_READING, (uint64_t)grace_s * 1000);
    natt_http_handlers_stop(&server->handlers);
    natt_http_connections_await_none(&server->connections, NATT_HTTP_RUNNING, LAST_MS);
    set_flag(server, &server->ending);
    (void)pthread_join(server->door, NULL);
    MHD_stop_daemon(server->daemon);
    free_server(server);
}
