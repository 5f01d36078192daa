/*
 * Measures peers together, on one core. After a warm-up, every round times each peer once, so that noise and frequency
 * changes affect all of them equally. A timing takes half a millisecond of calls, at least one, after a quarter as many
 * untimed calls, so each peer finds caches and branch predictors in the state that it left itself. The result is the
 * median of the thread's own processor time: the time of other threads does not count.
 */
#ifndef NATT_BENCH_HARNESS_H
#define NATT_BENCH_HARNESS_H

#include <stdbool.h>
#include <stddef.h>

#define BENCH_MAX_ROUNDS 100000
#define BENCH_MAX_PEERS  16

/* One implementation. run must return true each time; otherwise the program ends. */
struct bench_peer {
    const char *name;
    bool (*run)(const void *subject, unsigned round);
    const void *subject;
    unsigned repeat;  /* calls per timing */
    double median_us; /* time of one call */
};

/* How many times as fast as peers[than] is peers[ours]? at_least 0: no goal, the ratio is only reported. */
struct bench_ratio {
    size_t ours, than;
    double at_least;
};

/* Peers that do the same work. */
struct bench_group {
    const char *title;
    struct bench_peer peers[BENCH_MAX_PEERS];
    size_t peer_count;
    struct bench_ratio ratios[BENCH_MAX_PEERS];
    size_t ratio_count;
};

struct bench_options {
    bool json;
    int rounds, cpu;
};

/* Parses --json, --rounds N, --cpu N, and pins the thread. Ends the program with status 2 on any other argument. */
struct bench_options bench_begin(int argc, char **argv, int rounds);

void bench_add(struct bench_group *group, const char *name, bool (*run)(const void *subject, unsigned round),
               const void *subject);
void bench_compare(struct bench_group *group, size_t ours, size_t than, double at_least);

/* The first tenth of the rounds is a warm-up and does not count. */
void bench_measure(struct bench_group *group, const struct bench_options *options);

/* Prints a table or JSON on standard output. facts: name, value, name, value, NULL; they are printed first. */
void bench_report(const struct bench_options *options, const char *benchmark, const char *const *facts,
                  const struct bench_group *groups, size_t count);

/* Returns the processor's name in /proc/cpuinfo, and the compiler of this program. */
const char *bench_processor(void);
const char *bench_compiler(void);

/* Ends the program with status 1 if `good` is false. */
void bench_must(bool good, const char *what);

#endif
