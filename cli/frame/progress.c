/* See progress.h. */
#include "cli/frame/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FIRST_MS 500
#define EVERY_MS 200

static uint64_t now_ms(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void natt_cli_progress_start(natt_cli_progress *progress, const char *what, uint64_t total)
{
    *progress = (natt_cli_progress){.what = what, .total = total, .on = isatty(STDERR_FILENO) == 1};
    progress->started_ms = now_ms();
}

void natt_cli_progress_show(natt_cli_progress *progress, uint64_t done)
{
    const double mib = 1024 * 1024;
    uint64_t now = progress->on ? now_ms() : 0;
    if (!progress->on || now - progress->started_ms < FIRST_MS || now - progress->shown_ms < EVERY_MS)
        return;
    progress->shown = true;
    progress->shown_ms = now;
    (void)fprintf(stderr, "\r%s: %.0f MiB", progress->what, (double)done / mib);
    if (progress->total > 0 && done <= progress->total)
        (void)fprintf(stderr, " of %.0f MiB, %.0f %%", (double)progress->total / mib,
                      (double)done * 100 / (double)progress->total);
    (void)fflush(stderr);
}

void natt_cli_progress_end(natt_cli_progress *progress)
{
    if (progress->shown)
        (void)fprintf(stderr, "\r%60s\r", "");
    progress->shown = false;
}
