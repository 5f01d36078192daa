/* See progress.h. */
#include "cli/frame/progress.h"

#include <stdio.h>

#include "cli/frame/clock.h"
#include "cli/frame/terminal.h"

#define FIRST_MS 500
#define EVERY_MS 200

void natt_cli_progress_count(natt_cli_progress *progress, const char *what, const char *unit, uint64_t total)
{
    natt_cli_terminal terminal = natt_cli_terminal_of(stderr);
    *progress = (natt_cli_progress){.what = what, .unit = unit, .each = 1, .total = total};
    progress->on = terminal.columns > 0;
    progress->dumb = terminal.dumb;
    progress->started_ms = natt_cli_monotonic_ms();
}

void natt_cli_progress_start(natt_cli_progress *progress, const char *what, uint64_t total)
{
    natt_cli_progress_count(progress, what, "MiB", total);
    progress->each = UINT64_C(1024) * 1024;
}

static void put(const natt_cli_progress *progress, uint64_t done)
{
    const double each = (double)progress->each;
    (void)fprintf(stderr, "\r%s: %.0f", progress->what, (double)done / each);
    if (progress->total > 0 && done <= progress->total)
        (void)fprintf(stderr, " of %.0f %s, %.0f %%", (double)progress->total / each, progress->unit,
                      (double)done * 100 / (double)progress->total);
    else
        (void)fprintf(stderr, " %s", progress->unit);
}

void natt_cli_progress_wait(natt_cli_progress *progress, const char *what)
{
    natt_cli_progress_count(progress, what, "", 0);
    if (!progress->on)
        return;
    progress->shown = true;
    (void)fprintf(stderr, progress->dumb ? "%s ...\n" : "%s ...", what);
    (void)fflush(stderr);
}

void natt_cli_progress_show(natt_cli_progress *progress, uint64_t done)
{
    uint64_t now = progress->on ? natt_cli_monotonic_ms() : 0;
    if (!progress->on || now - progress->started_ms < FIRST_MS || now - progress->shown_ms < EVERY_MS ||
        (progress->dumb && progress->shown))
        return;
    progress->shown = true;
    progress->shown_ms = now;
    if (progress->dumb)
        (void)fprintf(stderr, "%s ...\n", progress->what);
    else
        put(progress, done);
    (void)fflush(stderr);
}

void natt_cli_progress_end(natt_cli_progress *progress)
{
    if (progress->shown && !progress->dumb)
        (void)fprintf(stderr, "\r%60s\r", "");
    progress->shown = false;
}
