/* See connections.h. */
#define _GNU_SOURCE
#include "relying/http/connections.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Waits on the monotonic clock, which setting the time does not change. */
static bool init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return false;
    bool ok =
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 && pthread_cond_init(condition, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    return ok;
}

bool natt_http_connections_init(struct natt_http_connections *all, const natt_http_options *options)
{
    uint64_t idle_ms = (uint64_t)options->idle_s * 1000, request_ms = (uint64_t)options->request_s * 1000;
    *all = (struct natt_http_connections){.max = options->max_connections};
    all->limits_ms[NATT_HTTP_WAITING] = idle_ms + request_ms; /* it may have begun a request just before it was idle */
    all->limits_ms[NATT_HTTP_READING] = request_ms;
    all->limits_ms[NATT_HTTP_RUNNING] = UINT64_MAX;
    all->limits_ms[NATT_HTTP_REPLYING] = request_ms;
    if (pthread_mutex_init(&all->mutex, NULL) != 0)
        return false;
    if (init_condition(&all->changed))
        return true;
    (void)pthread_mutex_destroy(&all->mutex);
    return false;
}

void natt_http_connections_destroy(struct natt_http_connections *all)
{
    (void)pthread_cond_destroy(&all->changed);
    (void)pthread_mutex_destroy(&all->mutex);
}

static void link_last(struct natt_http_connections *all, struct natt_http_connection *connection)
{
    connection->previous = all->last;
    connection->next = NULL;
    if (all->last != NULL)
        all->last->next = connection;
    else
        all->first = connection;
    all->last = connection;
}

static void unlink_from(struct natt_http_connections *all, struct natt_http_connection *connection)
{
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        all->first = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    else
        all->last = connection->previous;
}

static bool is_busy(const struct natt_http_connection *connection)
{
    return connection->phase != NATT_HTTP_WAITING;
}

static bool any_from(const struct natt_http_connections *all, enum natt_http_phase phase)
{
    for (unsigned i = phase; i < NATT_HTTP_PHASES; i++)
        if (all->in_phase[i] > 0)
            return true;
    return false;
}

struct natt_http_connection *natt_http_connection_add(struct natt_http_connections *all, int fd, const char *client)
{
    struct natt_http_connection *connection = calloc(1, sizeof *connection);
    (void)pthread_mutex_lock(&all->mutex);
    all->added++;
    if (connection != NULL) {
        connection->fd = fd;
        connection->since_ms = now_ms();
        (void)snprintf(connection->client, sizeof connection->client, "%s", client);
        link_last(all, connection);
        all->count++;
        all->in_phase[NATT_HTTP_WAITING]++;
    }
    (void)pthread_cond_broadcast(&all->changed);
    (void)pthread_mutex_unlock(&all->mutex);
    return connection;
}

void natt_http_connection_remove(struct natt_http_connections *all, struct natt_http_connection *connection)
{
    (void)pthread_mutex_lock(&all->mutex);
    unlink_from(all, connection);
    all->count--;
    all->in_phase[connection->phase]--;
    (void)pthread_cond_broadcast(&all->changed);
    (void)pthread_mutex_unlock(&all->mutex);
    free(connection);
}

void natt_http_connection_enter(struct natt_http_connections *all, struct natt_http_connection *connection,
                                enum natt_http_phase phase)
{
    (void)pthread_mutex_lock(&all->mutex);
    all->in_phase[connection->phase]--;
    unlink_from(all, connection);
    connection->phase = phase;
    connection->since_ms = now_ms();
    link_last(all, connection);
    all->in_phase[phase]++;
    (void)pthread_cond_broadcast(&all->changed);
    (void)pthread_mutex_unlock(&all->mutex);
}

/* libmicrohttpd detects the end of the stream, and closes the connection. */
static void end(const struct natt_http_connection *connection)
{
    (void)shutdown(connection->fd, SHUT_RDWR);
}

/* NULL if the oldest has just connected, since it has had no time to send a request. */
static const struct natt_http_connection *longest_waiting(const struct natt_http_connections *all, uint64_t now)
{
    const struct natt_http_connection *c = all->first;
    while (c != NULL && is_busy(c))
        c = c->next;
    return c != NULL && now - c->since_ms >= NATT_HTTP_SPARED_MS ? c : NULL;
}

/*
 * The client has closed its side, and its request is incomplete. libmicrohttpd 0.9.75 does not detect this if the end
 * arrives with the last bytes, and would wait for more.
 */
static bool is_abandoned(const struct natt_http_connection *connection)
{
    char byte;
    bool incomplete = connection->phase == NATT_HTTP_WAITING || connection->phase == NATT_HTTP_READING;
    return incomplete && recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static void look_at_all(const struct natt_http_connections *all, uint64_t now)
{
    const struct natt_http_connection *oldest = all->count >= all->max ? longest_waiting(all, now) : NULL;
    for (const struct natt_http_connection *c = all->first; c != NULL; c = c->next)
        if (c == oldest || now - c->since_ms >= all->limits_ms[c->phase] || is_abandoned(c))
            end(c);
}

void natt_http_connections_police(struct natt_http_connections *all)
{
    (void)pthread_mutex_lock(&all->mutex);
    uint64_t now = now_ms();
    if (now - all->policed_ms >= NATT_HTTP_TICK_MS) {
        all->policed_ms = now;
        look_at_all(all, now);
    }
    (void)pthread_mutex_unlock(&all->mutex);
}

unsigned natt_http_connections_count(struct natt_http_connections *all)
{
    (void)pthread_mutex_lock(&all->mutex);
    unsigned count = all->count;
    (void)pthread_mutex_unlock(&all->mutex);
    return count;
}

uint64_t natt_http_connections_added(struct natt_http_connections *all)
{
    (void)pthread_mutex_lock(&all->mutex);
    uint64_t added = all->added;
    (void)pthread_mutex_unlock(&all->mutex);
    return added;
}

/* False: the time is over. The mutex is locked. */
static bool await_change(struct natt_http_connections *all, uint64_t until_ms)
{
    const struct timespec until = {(time_t)(until_ms / 1000), (long)(until_ms % 1000) * 1000000};
    return pthread_cond_timedwait(&all->changed, &all->mutex, &until) == 0;
}

void natt_http_connections_await_added(struct natt_http_connections *all, uint64_t added, unsigned ms)
{
    (void)pthread_mutex_lock(&all->mutex);
    uint64_t until = now_ms() + ms;
    while (all->added < added && await_change(all, until))
        continue;
    (void)pthread_mutex_unlock(&all->mutex);
}

void natt_http_connections_await_none(struct natt_http_connections *all, enum natt_http_phase phase, uint64_t ms)
{
    (void)pthread_mutex_lock(&all->mutex);
    uint64_t until = now_ms() + ms;
    while (any_from(all, phase) && await_change(all, until))
        continue;
    (void)pthread_mutex_unlock(&all->mutex);
}
