/*
 * Sends a line to an adapter and reads a line, within a deadline, whatever the adapter does.
 */
#ifndef NATT_RUNNER_ADAPTER_H
#define NATT_RUNNER_ADAPTER_H

#include "vectors/runner/process.h"

#include <stdint.h>

#define NATT_ADAPTER_MAX_LINE 65536 /* bytes of an answer; normal answers have a few hundred */
#define NATT_ADAPTER_TAIL     1024  /* last bytes of standard error that are kept */

enum natt_exchange {
    NATT_EXCHANGE_LINE,    /* it answered: a->line, without the line end */
    NATT_EXCHANGE_FAILED,  /* it could not be started; errno */
    NATT_EXCHANGE_ENDED,   /* it ended or closed its output before it answered; a->status */
    NATT_EXCHANGE_KILLED,  /* --exec-each: a signal killed it after its line */
    NATT_EXCHANGE_TIMEOUT, /* no complete line in time */
    NATT_EXCHANGE_TOO_LONG,
    NATT_EXCHANGE_TOO_MUCH /* more than one line for one request */
};

struct natt_adapter {
    const char *command;
    bool each; /* one process for each request */
    uint64_t timeout_ms;
    struct natt_process process;
    int status;       /* wait status of the last process that ended */
    bool by_itself;   /* it ended without a kill by the runner */
    bool partial;     /* its last output had no line end */
    uint64_t starts;  /* processes so far */
    uint64_t lines;   /* answers so far */
    bool at_end;      /* its output has ended */
    size_t used;      /* of line */
    size_t tail_used; /* of tail */
    char line[NATT_ADAPTER_MAX_LINE + 1];
    char tail[NATT_ADAPTER_TAIL + 16384 + 1]; /* and room for the next piece */
};

void natt_adapter_init(struct natt_adapter *a, const char *command, bool each, uint64_t timeout_ms);

/*
 * Sends `request`, which ends with a line end. Starts the adapter if it does not run. After any result except
 * NATT_EXCHANGE_LINE the process has ended, and the next exchange starts a new one.
 */
enum natt_exchange natt_adapter_exchange(struct natt_adapter *a, const char *request, size_t len);

/* Closes its input, waits a moment for its exit, then kills it. */
void natt_adapter_end(struct natt_adapter *a);

/* Kills it immediately, because its output is invalid. */
void natt_adapter_kill(struct natt_adapter *a);

/* Milliseconds of a monotonic clock. */
uint64_t natt_adapter_clock(void);

#endif
