/* See batch.h. Threads take windows of files in order. The thread that completes the next one in order writes it. */
#include "cli/verify/batch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/bytes.h"
#include "cli/frame/clock.h"
#include "cli/frame/interrupts.h"
#include "cli/frame/progress.h"
#include "cli/frame/workers.h"
#include "cli/reference/explain.h"
#include "cli/verify/batch_report.h"

/* JSON lists about this many expected values in the results of one window, some megabytes. */
#define MAX_VALUES 50000

/* Windows that are taken and not written, for each thread: one in work, one that waits for an earlier one. */
#define WINDOWS_EACH 2

struct window {
    natt_cli_batch_result results[NATT_CLI_BATCH_WINDOW];
    bool complete;
};

struct batch {
    const natt_cli_request *request;
    const natt_cli_verify_args *args;
    natt_cli_batch_files files;
    size_t size, count;    /* files in a window, and windows */
    struct window *places; /* of window i: i modulo place_count */
    size_t place_count;
    /* with the lock: */
    size_t taken, written; /* windows */
    bool failed;           /* standard output cannot be written */
    natt_cli_batch_totals totals;
    natt_cli_progress progress;
};

/* ---- usage ---- */

/* 0: not a number from 1 to NATT_CLI_MAX_THREADS. */
static size_t threads_of(const char *text)
{
    char *end;
    errno = 0;
    unsigned long count = text[0] >= '1' && text[0] <= '9' ? strtoul(text, &end, 10) : 0;
    return count == 0 || *end != '\0' || errno != 0 || count > NATT_CLI_MAX_THREADS ? 0 : count;
}

bool natt_cli_batch_check(const natt_cli_verify_args *args, const natt_cli_list *operands, natt_cli_error *err)
{
    if (!args->batch && args->threads != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "add --batch, or leave it out", "--threads is only for --batch");
    if (!args->batch && operands->count > 1)
        return natt_cli_fail(err, NATT_CLI_USAGE, "--batch verifies several documents", "unexpected \"%.200s\"",
                             operands->items[1]);
    return args->threads == NULL || threads_of(args->threads) > 0 ||
           natt_cli_fail(err, NATT_CLI_USAGE, "give a whole number from 1 to 1024",
                         "--threads: \"%.40s\" is not a number of threads", args->threads);
}

/* ---- windows ---- */

static size_t first_file(const struct batch *b, size_t window)
{
    return window * b->size;
}

static size_t files_in(const struct batch *b, size_t window)
{
    size_t left = b->files.count - first_file(b, window);
    return left < b->size ? left : b->size;
}

static bool is_over(const struct batch *b)
{
    return b->failed || natt_cli_interrupted() || b->taken == b->count;
}

/* The next window in order. False: no window remains, or the batch is stopped. Waits while too many are not written. */
static bool take(struct batch *b, size_t *window)
{
    natt_cli_lock();
    while (!is_over(b) && b->taken - b->written == b->place_count)
        natt_cli_wait();
    bool found = !is_over(b);
    if (found)
        *window = b->taken++;
    natt_cli_unlock();
    return found;
}

static void write_result(struct batch *b, const natt_cli_batch_result *result, const char *path)
{
    natt_cli_batch_totals_add(&b->totals, result);
    if (b->failed || !natt_cli_batch_has_line(result))
        return;
    natt_cli_progress_end(&b->progress);
    natt_cli_batch_line_print(result, path);
    b->failed = ferror(stdout) != 0;
}

static void write_window(struct batch *b, struct window *place)
{
    const size_t first = first_file(b, b->written), count = files_in(b, b->written);
    for (size_t i = 0; i < count; i++) {
        write_result(b, &place->results[i], b->files.items[first + i].path);
        natt_cli_batch_result_free(&place->results[i]);
    }
    place->complete = false;
    b->written++;
    natt_cli_progress_show(&b->progress, first + count);
}

/* Writes every complete window that is the next in order. */
static void complete(struct batch *b, size_t window)
{
    natt_cli_lock();
    b->places[window % b->place_count].complete = true;
    while (b->written < b->taken && b->places[b->written % b->place_count].complete)
        write_window(b, &b->places[b->written % b->place_count]);
    natt_cli_wake_all();
    natt_cli_unlock();
}

static void work(void *context)
{
    struct batch *b = context;
    natt_cli_batch_worker worker;
    size_t window;
    natt_cli_batch_worker_start(&worker, b->request, b->args);
    while (take(b, &window)) {
        natt_cli_batch_window(&worker, &b->files.items[first_file(b, window)], files_in(b, window),
                              b->places[window % b->place_count].results);
        complete(b, window);
    }
    natt_cli_batch_worker_free(&worker);
}

/* ---- the batch ---- */

static size_t values_of(const natt_policy *policy)
{
    size_t count = 0;
    for (size_t i = 0; policy != NULL && i < policy->set_count; i++)
        count += policy->sets[i].pcr_count;
    return count;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Few files are divided among all threads; with a large policy, results are large. */
static size_t window_size(const struct batch *b, size_t threads)
{
    const size_t values = values_of(b->request->options.policy);
    const size_t size = least(NATT_CLI_BATCH_WINDOW, (b->files.count + threads - 1) / threads);
    return b->args->json && values > 0 && MAX_VALUES / values < size ? MAX_VALUES / values + 1 : size;
}

/* Each thread has one file open; the other half is for files that the process inherits. */
static size_t wanted_threads(const struct batch *b)
{
    const size_t wanted = b->args->threads != NULL ? threads_of(b->args->threads) : natt_cli_processors();
    const size_t most = natt_cli_open_max() / 2;
    return most > 0 ? least(wanted, most) : 1;
}

static void run(struct batch *b)
{
    const size_t wanted = wanted_threads(b);
    const uint64_t start = natt_cli_monotonic_ms();
    b->size = window_size(b, wanted);
    b->count = (b->files.count + b->size - 1) / b->size;
    b->place_count = WINDOWS_EACH * least(wanted, b->count);
    b->places = natt_cli_alloc(b->place_count, sizeof *b->places, 0);
    natt_cli_progress_count(&b->progress, "verifying", "documents", b->files.count);
    natt_cli_catch_interrupts();
    b->totals.threads = natt_cli_work(least(wanted, b->count), work, b);
    natt_cli_progress_end(&b->progress);
    b->totals.files = b->files.count;
    b->totals.duration_ms = natt_cli_monotonic_ms() - start;
    b->totals.interrupted = b->written < b->count;
    free(b->places);
}

static void explain(const natt_cli_batch_totals *totals)
{
    for (size_t i = 0; i < totals->code_count; i++)
        natt_cli_explain_code(totals->codes[i].code);
}

int natt_cli_batch_verify(const natt_cli_request *request, const natt_cli_verify_args *args,
                          const natt_cli_list *operands, natt_cli_error *err)
{
    struct batch b = {.request = request, .args = args};
    int code = NATT_CLI_USAGE;
    if (!natt_cli_batch_files_find(&b.files, operands, err)) {
        code = natt_cli_error_print(err, natt_cli_verify_spec.command);
    } else {
        run(&b);
        code = natt_cli_batch_exit_code(&b.totals);
        if (!b.failed)
            natt_cli_batch_summary_print(&b.totals, request, args->json);
        if (!b.failed && args->explain && !args->json)
            explain(&b.totals);
    }
    free(b.totals.codes);
    natt_cli_batch_files_free(&b.files);
    if (fflush(stdout) == 0)
        natt_cli_end_interrupted();
    return code;
}
