/* See adapter.h. */
#include "vectors/runner/adapter.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOOK_MS  50   /* how often a silent process is checked */
#define GRACE_MS 1000 /* time for an adapter to exit after the end of its input */

/* The rest of a request. */
struct sending {
    const char *next;
    size_t left;
};

uint64_t natt_adapter_clock(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void natt_adapter_init(struct natt_adapter *a, const char *command, bool each, uint64_t timeout_ms)
{
    memset(a, 0, sizeof *a);
    a->command = command;
    a->each = each;
    a->timeout_ms = timeout_ms;
    a->process = (struct natt_process){0, -1, -1, -1};
}

void natt_adapter_kill(struct natt_adapter *a)
{
    a->by_itself = natt_process_ended(&a->process);
    a->partial = a->used > 0;
    a->status = natt_process_stop(&a->process);
    a->used = 0;
}

/* ---- the three streams; no call blocks ---- */

/* An adapter that closes its input may still answer before the deadline. */
static void push(struct natt_adapter *a, struct sending *s)
{
    while (s->left > 0 && a->process.in >= 0) {
        ssize_t n = write(a->process.in, s->next, s->left);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n < 0) {
            natt_process_close(&a->process.in);
            return;
        }
        s->next += n;
        s->left -= (size_t)n;
    }
    if (a->each)
        natt_process_close(&a->process.in);
}

static void pull(struct natt_adapter *a)
{
    while (a->used < NATT_ADAPTER_MAX_LINE && !a->at_end) {
        ssize_t n = read(a->process.out, a->line + a->used, NATT_ADAPTER_MAX_LINE - a->used);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        a->at_end = n <= 0;
        a->used += n > 0 ? (size_t)n : 0;
    }
}

/* One piece at a time, so that endless output cannot delay the deadline. Keeps the last bytes. */
static void drain(struct natt_adapter *a)
{
    size_t room = sizeof a->tail - 1 - a->tail_used;
    ssize_t n = a->process.err >= 0 ? read(a->process.err, a->tail + a->tail_used, room) : 0;
    a->tail_used += n > 0 ? (size_t)n : 0;
    size_t over = a->tail_used > NATT_ADAPTER_TAIL ? a->tail_used - NATT_ADAPTER_TAIL : 0;
    a->tail_used -= over;
    memmove(a->tail, a->tail + over, a->tail_used);
    a->tail[a->tail_used] = '\0';
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        natt_process_close(&a->process.err);
}

/* Waits for an event, at most until `deadline`. poll ignores entries of -1. */
static void exchange_once(struct natt_adapter *a, struct sending *s, uint64_t deadline)
{
    uint64_t now = natt_adapter_clock(), left = deadline > now ? deadline - now : 0;
    struct pollfd fds[3] = {{a->at_end || a->used == NATT_ADAPTER_MAX_LINE ? -1 : a->process.out, POLLIN, 0},
                            {a->process.err, POLLIN, 0},
                            {s->left > 0 ? a->process.in : -1, POLLOUT, 0}};
    bool quiet = poll(fds, 3, (int)(left < LOOK_MS ? left : LOOK_MS)) == 0;
    bool ended = quiet && natt_process_ended(&a->process); /* checked before the last read of its output */
    push(a, s);
    pull(a);
    drain(a);
    a->at_end = a->at_end || ended;
}

/* ---- one exchange ---- */

static bool start(struct natt_adapter *a)
{
    a->used = 0;
    a->at_end = false;
    a->starts++;
    return natt_process_start(&a->process, a->command);
}

/* Only the exit of the process is missing. */
static bool silent(const struct natt_adapter *a)
{
    return a->at_end && a->process.err < 0;
}

/* Reads output until the process ends, after the end of its input. It records only that there is more output. */
static void end_process(struct natt_adapter *a)
{
    uint64_t deadline = natt_adapter_clock() + (a->timeout_ms < GRACE_MS ? a->timeout_ms : GRACE_MS);
    struct sending nothing = {NULL, 0};
    size_t used = a->used;
    while (natt_adapter_clock() < deadline && !natt_process_ended(&a->process)) {
        if (silent(a))
            (void)poll(NULL, 0, 1);
        else
            exchange_once(a, &nothing, deadline);
        if (a->used == NATT_ADAPTER_MAX_LINE)
            a->used = used + 1;
    }
    pull(a);
    for (size_t i = 0; i < 8; i++) /* more than the size of a pipe */
        drain(a);
}

void natt_adapter_end(struct natt_adapter *a)
{
    if (a->process.pid == 0)
        return;
    natt_process_close(&a->process.in);
    end_process(a);
    natt_adapter_kill(a);
}

/* The line stays at the start of a->line. Later output of a process for one request goes after it. */
static enum natt_exchange finish_line(struct natt_adapter *a, char *end)
{
    size_t len = (size_t)(end - a->line);
    *end = '\0';
    a->lines++;
    if (a->each)
        end_process(a);
    bool more = a->used > len + 1;
    if (a->each || more)
        natt_adapter_kill(a);
    a->used = 0;
    if (more)
        return NATT_EXCHANGE_TOO_MUCH;
    return a->each && a->by_itself && WIFSIGNALED(a->status) ? NATT_EXCHANGE_KILLED : NATT_EXCHANGE_LINE;
}

static enum natt_exchange give_up(struct natt_adapter *a, enum natt_exchange why)
{
    /* An adapter that closed its output gets time to exit, because its own exit status is more useful than that of a
     * kill. */
    if (why == NATT_EXCHANGE_ENDED)
        natt_adapter_end(a);
    else
        natt_adapter_kill(a);
    return why;
}

enum natt_exchange natt_adapter_exchange(struct natt_adapter *a, const char *request, size_t len)
{
    struct sending s = {request, len};
    uint64_t deadline = natt_adapter_clock() + a->timeout_ms;
    a->tail_used = 0;
    a->tail[0] = '\0';
    if (a->process.pid == 0 && !start(a))
        return NATT_EXCHANGE_FAILED;
    for (;;) {
        char *end = memchr(a->line, '\n', a->used);
        if (end != NULL && (s.left == 0 || a->process.in < 0))
            return finish_line(a, end);
        if (end == NULL && a->used == NATT_ADAPTER_MAX_LINE)
            return give_up(a, NATT_EXCHANGE_TOO_LONG);
        if (a->at_end)
            return give_up(a, NATT_EXCHANGE_ENDED);
        if (natt_adapter_clock() >= deadline)
            return give_up(a, NATT_EXCHANGE_TIMEOUT);
        exchange_once(a, &s, deadline);
    }
}
