/* See receivers.h. */
#define _GNU_SOURCE
#include "nsm/front/launcher/receivers.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "nsm/front/launcher/launcher_kernel.h"
#include "nsm/front/launcher/launcher_request.h"
#include "nsm/threads.h"

#define MAX_THREADS 64
#define LONG_NS     1000000 /* if a request takes longer, another thread takes over, after at most twice this time */

struct natt_receivers {
    const struct natt_private_node *node;
    const natt_nsm_transport *transport;
    int listener;
    int quit;             /* an eventfd, readable after the end */
    int timer;            /* a timerfd, running while requests arrive */
    pthread_mutex_t lock; /* protects all members below */
    pthread_cond_t vacancy;
    bool vacant;          /* no thread receives; the next one may */
    uint64_t turn;        /* number of the current receiver's turn; it increases with every change */
    bool busy;            /* the receiver executes a request */
    uint64_t begun, seen; /* requests so far, and when the timer last expired */
    bool ticking;
    bool closing;
    int fault;
    size_t waiting, thread_count;
    pthread_t threads[MAX_THREADS];
};

/* --- one request --- */

static void answer(const struct natt_receivers *receivers, const struct seccomp_notif *in)
{
    struct natt_target target = {receivers->listener, in->id, (pid_t)in->pid};
    if (!natt_private_node_is_fd(receivers->node, &target, (int)in->data.args[0]))
        natt_target_continue(&target);
    else if ((uint32_t)in->data.args[1] != NATT_NSM_IOCTL_RAW)
        natt_target_answer(&target, 0, EINVAL);
    else
        natt_target_answer(&target, 0, natt_request_serve(&target, in->data.args[2], receivers->transport));
}

/* --- turns --- */

static void set_timer(const struct natt_receivers *receivers)
{
    struct itimerspec when = {.it_value = {.tv_nsec = LONG_NS}};
    (void)timerfd_settime(receivers->timer, 0, &when, NULL);
}

/* Returns false after the end. */
static bool take_turn(struct natt_receivers *receivers, uint64_t *turn)
{
    pthread_mutex_lock(&receivers->lock);
    receivers->waiting++;
    while (!receivers->vacant && !receivers->closing)
        pthread_cond_wait(&receivers->vacancy, &receivers->lock);
    receivers->waiting--;
    bool ok = !receivers->closing;
    receivers->vacant = false;
    *turn = ++receivers->turn;
    pthread_mutex_unlock(&receivers->lock);
    return ok;
}

static void begin(struct natt_receivers *receivers)
{
    pthread_mutex_lock(&receivers->lock);
    receivers->busy = true;
    receivers->begun++;
    if (!receivers->ticking)
        set_timer(receivers);
    receivers->ticking = true;
    pthread_mutex_unlock(&receivers->lock);
}

/* Returns false if another thread receives now. */
static bool end(struct natt_receivers *receivers, uint64_t turn)
{
    pthread_mutex_lock(&receivers->lock);
    bool ours = receivers->turn == turn;
    if (ours)
        receivers->busy = false;
    pthread_mutex_unlock(&receivers->lock);
    return ours;
}

static void report(struct natt_receivers *receivers, int fault)
{
    pthread_mutex_lock(&receivers->lock);
    receivers->fault = fault;
    set_timer(receivers);
    pthread_mutex_unlock(&receivers->lock);
}

/* --- threads --- */

/* Returns false after the end, or if no process uses the filter any longer. */
static bool wait_for_request(const struct natt_receivers *receivers)
{
    struct pollfd polled[] = {{receivers->listener, POLLIN, 0}, {receivers->quit, POLLIN, 0}};
    while (poll(polled, 2, -1) < 0 && errno == EINTR)
        ;
    return polled[1].revents == 0 && (polled[0].revents & POLLIN) != 0;
}

static bool receive(struct natt_receivers *receivers, struct seccomp_notif *in)
{
    while (wait_for_request(receivers)) {
        if (natt_listener_receive(receivers->listener, in))
            return true;
        if (errno == ENOENT || errno == EINTR || errno == EAGAIN) /* ENOENT: the thread was just killed */
            continue;
        report(receivers, errno);
        return false;
    }
    return false;
}

static void *work(void *argument)
{
    struct natt_receivers *receivers = argument;
    struct seccomp_notif in;
    uint64_t turn;
    while (take_turn(receivers, &turn)) {
        do {
            if (!receive(receivers, &in))
                return NULL;
            begin(receivers);
            answer(receivers, &in);
        } while (end(receivers, turn));
    }
    return NULL;
}

static bool start_thread(struct natt_receivers *receivers)
{
    if (receivers->thread_count == MAX_THREADS)
        return false;
    int error = natt_thread_start(&receivers->threads[receivers->thread_count], work, receivers);
    if (error == 0)
        receivers->thread_count++;
    errno = error;
    return error == 0;
}

/* If no thread can take the turn, the first one that finishes its request takes it. */
static void vacate(struct natt_receivers *receivers)
{
    receivers->vacant = true;
    receivers->turn++;
    receivers->busy = false;
    if (receivers->waiting > 0)
        pthread_cond_signal(&receivers->vacancy);
    else
        (void)start_thread(receivers);
}

/* --- public --- */

struct natt_receivers *natt_receivers_new(const struct natt_private_node *node, const natt_nsm_transport *transport)
{
    struct natt_receivers *receivers = calloc(1, sizeof *receivers);
    if (receivers == NULL)
        return NULL;
    receivers->node = node;
    receivers->transport = transport;
    receivers->vacant = true;
    pthread_mutex_init(&receivers->lock, NULL);
    pthread_cond_init(&receivers->vacancy, NULL);
    receivers->quit = eventfd(0, EFD_CLOEXEC);
    receivers->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (receivers->quit >= 0 && receivers->timer >= 0)
        return receivers;
    natt_receivers_free(receivers);
    return NULL;
}

bool natt_receivers_start(struct natt_receivers *receivers, int listener)
{
    receivers->listener = listener;
    pthread_mutex_lock(&receivers->lock);
    bool ok = start_thread(receivers);
    pthread_mutex_unlock(&receivers->lock);
    return ok;
}

int natt_receivers_timer(const struct natt_receivers *receivers)
{
    return receivers->timer;
}

int natt_receivers_relieve(struct natt_receivers *receivers)
{
    uint64_t count;
    (void)!read(receivers->timer, &count, sizeof count);
    pthread_mutex_lock(&receivers->lock);
    bool idle = receivers->begun == receivers->seen;
    if (receivers->busy && idle)
        vacate(receivers);
    receivers->seen = receivers->begun;
    receivers->ticking = !idle;
    if (!idle)
        set_timer(receivers);
    int fault = receivers->fault;
    pthread_mutex_unlock(&receivers->lock);
    return fault;
}

void natt_receivers_free(struct natt_receivers *receivers)
{
    uint64_t one = 1;
    if (receivers == NULL)
        return;
    pthread_mutex_lock(&receivers->lock);
    receivers->closing = true;
    pthread_cond_broadcast(&receivers->vacancy);
    pthread_mutex_unlock(&receivers->lock);
    if (receivers->quit >= 0)
        (void)!write(receivers->quit, &one, sizeof one);
    for (size_t i = 0; i < receivers->thread_count; i++)
        pthread_join(receivers->threads[i], NULL);
    natt_close(receivers->quit);
    natt_close(receivers->timer);
    pthread_cond_destroy(&receivers->vacancy);
    pthread_mutex_destroy(&receivers->lock);
    free(receivers);
}
