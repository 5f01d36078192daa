/* See conformance.h. */
#include "vectors/runner/conformance.h"

#include "vectors/loader/loader.h"
#include "vectors/runner/adapter.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* The last line of standard error, without the line end. */
static const char *error_output(struct natt_adapter *a)
{
    while (a->tail_used > 0 && strchr("\r\n \t", a->tail[a->tail_used - 1]) != NULL)
        a->tail[--a->tail_used] = '\0';
    const char *line = strrchr(a->tail, '\n');
    return line != NULL ? line + 1 : a->tail;
}

static void set_failure(struct natt_conformance_result *r, struct natt_adapter *a, enum natt_outcome outcome,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

static void set_failure(struct natt_conformance_result *r, struct natt_adapter *a, enum natt_outcome outcome,
                        const char *format, ...)
{
    const char *words = error_output(a);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(r->detail, sizeof r->detail, format, args);
    va_end(args);
    size_t used = strlen(r->detail);
    if (words[0] != '\0')
        (void)snprintf(r->detail + used, sizeof r->detail - used, "; last line of standard error: %.300s", words);
    r->outcome = outcome;
}

/* A failure in the middle of a line is a crash. */
static void set_ended(struct natt_conformance_result *r, struct natt_adapter *a)
{
    char status[NATT_PROCESS_STATUS_LEN];
    bool failed = a->by_itself && a->status != 0, once = a->by_itself && !failed && !a->each && a->starts > 1;
    set_failure(r, a, a->partial && !failed ? NATT_OUTCOME_GARBLED : NATT_OUTCOME_CRASHES, "%s %s%s",
                a->by_itself ? natt_process_status_text(status, a->status) : "closed its output",
                a->partial ? "in the middle of a line" : "before it answered",
                once ? " (use --exec-each if it answers only one request)" : "");
}

/* Most languages keep output in a buffer unless it goes to a terminal. With --exec-each the exit flushes it. */
static void set_timeout(struct natt_conformance_result *r, struct natt_adapter *a)
{
    bool buffered = a->lines == 0 && !a->each && !a->partial;
    set_failure(r, a, NATT_OUTCOME_TIMES_OUT, "no %s within %llu ms%s", a->partial ? "line end" : "answer",
                (unsigned long long)a->timeout_ms, buffered ? "; does it flush its output after each line?" : "");
}

static enum natt_outcome outcome_of(const natt_vector *vector, enum natt_message_result result)
{
    if (result == NATT_MESSAGE_UNSUPPORTED)
        return NATT_OUTCOME_UNSUPPORTED;
    if ((result == NATT_MESSAGE_ACCEPT) == vector->accept)
        return NATT_OUTCOME_AGREES;
    return vector->accept ? NATT_OUTCOME_REFUSES : NATT_OUTCOME_ACCEPTS;
}

static void set_answer(struct natt_conformance_result *r, const struct natt_message_answer *answer)
{
    r->outcome = outcome_of(r->vector, answer->result);
    r->values = answer->values;
    if (answer->values == NATT_MESSAGE_WRONG)
        r->outcome = NATT_OUTCOME_WRONG_VALUES;
    (void)snprintf(r->code, sizeof r->code, "%s", answer->code);
    (void)snprintf(r->detail, sizeof r->detail, "%s", answer->reason);
}

/* After an invalid answer the process is killed, because its next answer may belong to a different vector. */
static void set_line(struct natt_conformance_result *r, struct natt_adapter *a)
{
    struct natt_message_answer answer;
    if (natt_message_parse(&answer, a->line, r->vector)) {
        set_answer(r, &answer);
        return;
    }
    set_failure(r, a, NATT_OUTCOME_GARBLED, "%s", answer.reason);
    natt_adapter_kill(a);
}

static void set_result(struct natt_conformance_result *r, struct natt_adapter *a, enum natt_exchange exchange)
{
    char status[NATT_PROCESS_STATUS_LEN];
    switch (exchange) {
    case NATT_EXCHANGE_LINE:
        set_line(r, a);
        break;
    case NATT_EXCHANGE_ENDED:
    case NATT_EXCHANGE_FAILED:
        set_ended(r, a);
        break;
    case NATT_EXCHANGE_KILLED:
        set_failure(r, a, NATT_OUTCOME_CRASHES, "%s after it answered", natt_process_status_text(status, a->status));
        break;
    case NATT_EXCHANGE_TIMEOUT:
        set_timeout(r, a);
        break;
    case NATT_EXCHANGE_TOO_LONG:
        set_failure(r, a, NATT_OUTCOME_GARBLED, "no line end in the first 65536 bytes of the answer");
        break;
    case NATT_EXCHANGE_TOO_MUCH:
        set_failure(r, a, NATT_OUTCOME_GARBLED, "more than one line for one request");
        break;
    }
}

static bool answered(const struct natt_conformance_result *r)
{
    return r->outcome <= NATT_OUTCOME_WRONG_VALUES || r->outcome == NATT_OUTCOME_UNSUPPORTED;
}

/* False only if the run cannot continue. */
static bool ask(struct natt_conformance_result *r, struct natt_adapter *a, const char *sequence, struct natt_loader *c)
{
    uint64_t began = natt_adapter_clock();
    char *request = natt_message_request(r->vector, sequence);
    if (request == NULL)
        return natt_vectors_no_memory(c);
    enum natt_exchange exchange = natt_adapter_exchange(a, request, strlen(request));
    int why = errno;
    free(request);
    if (exchange == NATT_EXCHANGE_FAILED)
        return natt_vectors_fail(c, NATT_VECTORS_UNREADABLE, "cannot start a process: %s", strerror(why));
    set_result(r, a, exchange);
    r->duration_ms = natt_adapter_clock() - began;
    return true;
}

/* The steps up to the first that does not agree. Later ones would meet another process, or another state. */
static bool ask_steps(struct natt_conformance_result *r, struct natt_adapter *a, struct natt_loader *c)
{
    r->outcome = NATT_OUTCOME_AGREES;
    for (size_t i = 0; r->outcome == NATT_OUTCOME_AGREES && i < r->vector->step_count; i++) {
        struct natt_conformance_result step = {.vector = r->vector->steps[i]};
        if (!ask(&step, a, r->vector->id, c))
            return false;
        r->outcome = step.outcome;
        r->duration_ms += step.duration_ms;
        r->values = step.values > r->values ? step.values : r->values;
        if (step.outcome == NATT_OUTCOME_AGREES)
            continue;
        (void)snprintf(r->code, sizeof r->code, "%s", step.code);
        (void)snprintf(r->detail, sizeof r->detail, "step %zu of %zu, %.100s%s%.400s", i + 1, r->vector->step_count,
                       step.vector->id, step.detail[0] != '\0' ? ": " : "", step.detail);
    }
    return true;
}

/* A process that answers one request cannot keep anything. */
static bool can_ask(const natt_vector *v, bool each)
{
    bool can = v->step_count > 0 ? !each : v->document.ptr != NULL;
    for (size_t i = 0; i < v->step_count; i++)
        can = can && v->steps[i]->document.ptr != NULL;
    return can;
}

/* The shell exits with 127 if it does not find the program, and with 126 if it cannot run it. */
static bool not_found(const struct natt_adapter *a, const struct natt_conformance_result *r)
{
    return r->outcome == NATT_OUTCOME_CRASHES && a->by_itself && WIFEXITED(a->status) &&
           (WEXITSTATUS(a->status) == 126 || WEXITSTATUS(a->status) == 127);
}

/* Before the first answer the command may not be an adapter. After it, each failure belongs to a vector. */
static bool may_be_adapter(const struct natt_adapter *a, const struct natt_conformance_result *r, size_t failures,
                           struct natt_loader *c)
{
    if (not_found(a, r))
        return natt_vectors_fail(c, NATT_VECTORS_UNREADABLE, "cannot start the adapter: %s", r->detail);
    return failures < NATT_CONFORMANCE_MUTE ||
           natt_vectors_fail(c, NATT_VECTORS_UNREADABLE, "the adapter did not answer any of the first %zu requests: %s",
                             failures, r->detail);
}

/* Known time-outs do not count: an adapter may hang on every vector of a class. `row` is their number in a row. */
static bool still_answers(struct natt_conformance *run, const struct natt_conformance_result *r, size_t *row,
                          struct natt_loader *c)
{
    bool late = r->outcome == NATT_OUTCOME_TIMES_OUT;
    run->timeouts += late ? 1 : 0;
    if (r->standing != NATT_STANDING_EXPECTED && r->outcome != NATT_OUTCOME_SKIPPED)
        *row = late ? *row + 1 : 0;
    return run->max_timeouts == 0 || *row < run->max_timeouts ||
           natt_vectors_fail(c, NATT_VECTORS_UNREADABLE,
                             "the adapter did not answer %zu requests in a row (--max-timeouts); the last was %s: %s",
                             *row, r->vector->id, r->detail);
}

static bool ask_all(struct natt_conformance *run, struct natt_adapter *a, struct natt_loader *c)
{
    size_t failures = 0, row = 0;
    bool spoke = false;
    for (size_t i = 0; i < run->count; i++) {
        struct natt_conformance_result *r = &run->results[i];
        *r = (struct natt_conformance_result){.vector = run->vectors[i], .outcome = NATT_OUTCOME_SKIPPED};
        if (can_ask(r->vector, run->each)) {
            if (!(r->vector->step_count > 0 ? ask_steps(r, a, c) : ask(r, a, NULL, c)))
                return false;
            spoke = spoke || answered(r);
            if (!spoke && !may_be_adapter(a, r, ++failures, c))
                return false;
        }
        r->standing = natt_standing_of(r->vector, r->outcome, run->exceptions, &r->exception);
        if (!still_answers(run, r, &row, c))
            return false;
        if (run->progress != NULL)
            run->progress(run, i + 1);
    }
    return true;
}

bool natt_conformance_run(struct natt_conformance *run, natt_vectors_error *err)
{
    struct natt_loader c = {.err = err};
    struct natt_adapter *a = malloc(sizeof *a);
    memset(err, 0, sizeof *err);
    if (a == NULL)
        return natt_vectors_no_memory(&c);
    natt_adapter_init(a, run->command, run->each, run->timeout_ms);
    natt_process_guard();
    bool done = ask_all(run, a, &c);
    natt_adapter_end(a);
    natt_process_unguard();
    run->starts = a->starts;
    free(a);
    return done;
}
