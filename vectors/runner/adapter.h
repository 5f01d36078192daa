/*
 * Talking to an adapter: a line out, a line in, within a deadline, whatever the adapter does meanwhile.
 */
#ifndef NATT_RUNNER_ADAPTER_H
#define NATT_RUNNER_ADAPTER_H

#include "vectors/runner/process.h"

#include <stdint.h>

#define NATT_ADAPTER_MAX_LINE 65536 /* bytes of an answer; a sensible one has a few hundred */
#define NATT_ADAPTER_TAIL     1024  /* bytes kept of what it writes to standard error, the last ones */

enum natt_exchange {
    NATT_EXCHANGE_LINE,    /* answered: a->line, without its line end */
    NATT_EXCHANGE_FAILED,  /* could not be started; errno */
    NATT_EXCHANGE_ENDED,   /* died or closed its output before it answered; a->status */
    NATT_EXCHANGE_KILLED,  /* of one request: by a signal, after its line */
    NATT_EXCHANGE_TIMEOUT, /* no whole line in time */
    NATT_EXCHANGE_TOO_LONG,
    NATT_EXCHANGE_TOO_MUCH /* more than one line for one request */
};

struct natt_adapter {
    const char *command;
    bool each; /* one process a request */
    uint64_t timeout_ms;
    struct natt_process process;
    int status;       /* wait status of the process that ended last */
    bool by_itself;   /* and it was not we who killed it */
    bool partial;     /* with output that no line end followed */
    uint64_t starts;  /* processes so far */
    bool at_end;      /* nothing more will come from its output */
    size_t used;      /* of line */
    size_t tail_used; /* of tail */
    char line[NATT_ADAPTER_MAX_LINE + 1];
    char tail[NATT_ADAPTER_TAIL + 1];
};

void natt_adapter_init(struct natt_adapter *a, const char *command, bool each, uint64_t timeout_ms);

/*
 * Sends `request`, which ends in a line end, starting the adapter when it does not run. Anything but a line leaves no
 * process behind: the next exchange starts a new one.
 */
enum natt_exchange natt_adapter_exchange(struct natt_adapter *a, const char *request, size_t len);

/* Its input ends: it may finish by itself for a moment, and is killed then. */
void natt_adapter_end(struct natt_adapter *a);

/* Killed at once, because what it says makes no sense any more. */
void natt_adapter_kill(struct natt_adapter *a);

/* Milliseconds of a clock that only goes forward. */
uint64_t natt_adapter_clock(void);

#endif
