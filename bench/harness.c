/*
 * Clock, rounds, medians, table and JSON of the benchmarks.
 */
#define _GNU_SOURCE
#include "bench/harness.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TIMING_US 500

static double times[BENCH_MAX_PEERS][BENCH_MAX_ROUNDS];

void bench_must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s: %s failed\n", program_invocation_short_name, what);
    exit(1);
}

static void pin(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((unsigned)cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        fprintf(stderr, "%s: not pinned to processor %d\n", program_invocation_short_name, cpu);
}

static int number(const char *text, int min, int max)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    return errno == 0 && *text != '\0' && *end == '\0' && value >= min && value <= max ? (int)value : -1;
}

struct bench_options bench_begin(int argc, char **argv, int rounds)
{
    struct bench_options o = {false, rounds, 0};
    bool good = true;
    for (int i = 1; good && i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            o.json = true;
        else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            good = (o.rounds = number(argv[++i], 1, BENCH_MAX_ROUNDS)) > 0;
        else if (strcmp(argv[i], "--cpu") == 0 && i + 1 < argc)
            good = (o.cpu = number(argv[++i], 0, CPU_SETSIZE - 1)) >= 0;
        else
            good = false;
    }
    if (!good) {
        fprintf(stderr, "usage: %s [--json] [--rounds 1..%d] [--cpu N]\n", program_invocation_short_name,
                BENCH_MAX_ROUNDS);
        exit(2);
    }
    pin(o.cpu);
    return o;
}

void bench_add(struct bench_group *group, const char *name, bool (*run)(const void *subject, unsigned round),
               const void *subject)
{
    bench_must(group->peer_count < BENCH_MAX_PEERS, "one peer more");
    group->peers[group->peer_count++] = (struct bench_peer){name, run, subject, 1, 0};
}

void bench_compare(struct bench_group *group, size_t ours, size_t than, double at_least)
{
    bench_must(group->ratio_count < BENCH_MAX_PEERS, "one ratio more");
    group->ratios[group->ratio_count++] = (struct bench_ratio){ours, than, at_least};
}

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static bool run_all(const struct bench_peer *peer, unsigned calls, unsigned round)
{
    bool good = true;
    for (unsigned i = 0; i < calls; i++)
        good = peer->run(peer->subject, round) && good;
    return good;
}

static double time_once(const struct bench_peer *peer, unsigned round)
{
    bool warmed = run_all(peer, peer->repeat / 4, round);
    double start = now_us();
    bool good = run_all(peer, peer->repeat, round);
    double spent = now_us() - start;
    bench_must(warmed && good, peer->name);
    return spent / peer->repeat;
}

static void choose_repeat(struct bench_peer *peer)
{
    while (time_once(peer, 0) * peer->repeat < TIMING_US)
        peer->repeat *= 2;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof values[0], by_size);
    return values[count / 2];
}

void bench_measure(struct bench_group *group, const struct bench_options *options)
{
    int warm = options->rounds / 10 + 1;
    for (size_t i = 0; i < group->peer_count; i++)
        choose_repeat(&group->peers[i]);
    for (int round = -warm; round < options->rounds; round++)
        for (size_t i = 0; i < group->peer_count; i++) {
            double spent = time_once(&group->peers[i], (unsigned)(round + warm));
            if (round >= 0)
                times[i][round] = spent;
        }
    for (size_t i = 0; i < group->peer_count; i++)
        group->peers[i].median_us = median(times[i], options->rounds);
}

static double ratio_of(const struct bench_group *group, const struct bench_ratio *ratio)
{
    return group->peers[ratio->than].median_us / group->peers[ratio->ours].median_us;
}

static void print_ratio(const struct bench_group *group, const struct bench_ratio *ratio)
{
    char what[160];
    double times_as_fast = ratio_of(group, ratio);
    snprintf(what, sizeof what, "%s : %s", group->peers[ratio->ours].name, group->peers[ratio->than].name);
    printf("  %-76s %9.2f x", what, times_as_fast);
    if (ratio->at_least > 0)
        printf("   goal %4.1f x %s", ratio->at_least, times_as_fast >= ratio->at_least ? "met" : "NOT MET");
    putchar('\n');
}

static void print_table(const struct bench_group *group)
{
    printf("\n%s\n", group->title);
    for (size_t i = 0; i < group->peer_count; i++)
        printf("  %-76s %9.3f us\n", group->peers[i].name, group->peers[i].median_us);
    for (size_t i = 0; i < group->ratio_count; i++)
        print_ratio(group, &group->ratios[i]);
}

/* Our own text and that of /proc/cpuinfo contain no control characters. */
static void print_quoted(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('"');
}

static void print_json_group(const struct bench_group *group)
{
    printf("{\"title\": ");
    print_quoted(group->title);
    printf(", \"results\": [");
    for (size_t i = 0; i < group->peer_count; i++) {
        printf("%s\n    {\"name\": ", i == 0 ? "" : ",");
        print_quoted(group->peers[i].name);
        printf(", \"median_us\": %.4f}", group->peers[i].median_us);
    }
    printf("],\n   \"ratios\": [");
    for (size_t i = 0; i < group->ratio_count; i++) {
        const struct bench_ratio *r = &group->ratios[i];
        printf("%s\n    {\"name\": ", i == 0 ? "" : ",");
        print_quoted(group->peers[r->ours].name);
        printf(", \"than\": ");
        print_quoted(group->peers[r->than].name);
        printf(", \"times_as_fast\": %.3f", ratio_of(group, r));
        if (r->at_least > 0)
            printf(", \"goal\": %.1f, \"met\": %s", r->at_least, ratio_of(group, r) >= r->at_least ? "true" : "false");
        putchar('}');
    }
    printf("]}");
}

static void report_json(const struct bench_options *options, const char *benchmark, const char *const *facts,
                        const struct bench_group *groups, size_t count)
{
    printf("{\"benchmark\": \"%s\", \"rounds\": %d, \"cpu\": %d", benchmark, options->rounds, options->cpu);
    for (; facts[0] != NULL; facts += 2) {
        printf(",\n \"%s\": ", facts[0]);
        print_quoted(facts[1]);
    }
    printf(",\n \"groups\": [");
    for (size_t i = 0; i < count; i++) {
        printf("%s\n  ", i == 0 ? "" : ",");
        print_json_group(&groups[i]);
    }
    printf("\n]}\n");
}

void bench_report(const struct bench_options *options, const char *benchmark, const char *const *facts,
                  const struct bench_group *groups, size_t count)
{
    if (options->json) {
        report_json(options, benchmark, facts, groups, count);
        return;
    }
    for (const char *const *fact = facts; fact[0] != NULL; fact += 2)
        printf("%-10s %s\n", fact[0], fact[1]);
    printf("%-10s medians of %d rounds, processor time of one thread on processor %d; \"a : b\" is b's time over a's\n",
           "method", options->rounds, options->cpu);
    for (size_t i = 0; i < count; i++)
        print_table(&groups[i]);
}

const char *bench_processor(void)
{
    static char line[256];
    FILE *f = fopen("/proc/cpuinfo", "r");
    char *name = NULL;
    while (f != NULL && name == NULL && fgets(line, sizeof line, f) != NULL)
        name = strncmp(line, "model name", 10) == 0 ? strchr(line, ':') : NULL;
    if (f != NULL)
        fclose(f);
    if (name == NULL)
        return "unknown";
    name[strcspn(name, "\n")] = '\0';
    return name + 1 + strspn(name + 1, " \t");
}

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

const char *bench_compiler(void)
{
    return COMPILER;
}
