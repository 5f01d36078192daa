/*
 * Verifies many documents, each with its own nonce, on every core: one thread for each, with its own cache, results and
 * working memory, so that threads share only a counter.
 *
 *     verify_many PCR0-HEX ROOT.der THREADS <list     lines of the list: NONCE-HEX PATH
 *
 * Prints the verdicts in the order of the list; the speed is on standard error. Exit status: 0 all are verified, 1 some
 * are refused or cannot be read, 2 invalid arguments or an invalid or empty list.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include <nitro_attest/attest.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hex.h"

#define MAX_THREADS  1024
#define WINDOW       64  /* documents of one call, among which the library shares work */
#define CACHE_CHAINS 256 /* a region's certificates serve all of its enclaves: few are needed */
#define HOT_KEYS     16  /* tables for keys that sign repeatedly */

struct document {
    char *path;
    uint8_t nonce[64], *bytes;
    size_t nonce_len, len;
    bool readable, verified;
    natt_code code;
    char module_id[NATT_MAX_MODULE_ID + 1];
};

/* The data that all threads read, and the counter. */
struct work {
    struct document *documents;
    size_t count;
    atomic_size_t next; /* the first document that no thread has taken */
    natt_options opt;
    natt_policy policy;
};

/* One thread's memory. */
struct core {
    natt_batch_item items[WINDOW];
    natt_cache *cache;
    void *cache_memory, *workspace;
};

static uint64_t now_ms(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void *must(void *memory)
{
    if (memory == NULL) {
        perror("verify_many");
        exit(2);
    }
    return memory;
}

/* ---- one thread ---- */

static void verify_window(struct core *core, const struct work *work, struct document *documents, size_t count)
{
    static const natt_batch_item init = NATT_BATCH_ITEM_INIT;
    for (size_t i = 0; i < count; i++) {
        core->items[i] = init;
        core->items[i].document = (natt_bytes){documents[i].bytes, documents[i].len};
        core->items[i].nonce_mode = NATT_NONCE_EXACT;
        core->items[i].nonce = (natt_bytes){documents[i].nonce, documents[i].nonce_len};
        core->items[i].policy = &work->policy;
    }
    /* Each item has its own verdict; a wrong call would be an error of every item. */
    (void)!natt_verify_batch(core->items, count, &work->opt, core->cache, core->workspace,
                             natt_batch_workspace_size(WINDOW), NULL);
    for (size_t i = 0; i < count; i++) {
        documents[i].verified = core->items[i].holds && documents[i].readable;
        documents[i].code = core->items[i].error.code;
        memcpy(documents[i].module_id, core->items[i].verified.module_id, sizeof documents[i].module_id);
    }
}

static void *run(void *given)
{
    struct work *work = given;
    const size_t cache_size = natt_cache_size(CACHE_CHAINS, HOT_KEYS);
    struct core *core = must(malloc(sizeof *core));
    core->workspace = must(malloc(natt_batch_workspace_size(WINDOW)));
    core->cache_memory = must(malloc(cache_size));
    core->cache = natt_cache_init(core->cache_memory, cache_size, CACHE_CHAINS, HOT_KEYS, NULL);
    for (;;) {
        size_t first = atomic_fetch_add(&work->next, WINDOW);
        if (first >= work->count)
            break;
        size_t left = work->count - first;
        verify_window(core, work, &work->documents[first], left < WINDOW ? left : WINDOW);
    }
    free(core->cache_memory);
    free(core->workspace);
    free(core);
    return NULL;
}

/* Returns how many threads there were: the system may refuse some. */
static size_t run_all(struct work *work, size_t threads)
{
    pthread_t started[MAX_THREADS];
    size_t count = 0;
    while (count + 1 < threads && pthread_create(&started[count], NULL, run, work) == 0)
        count++;
    (void)run(work); /* this thread works, too */
    for (size_t i = 0; i < count; i++)
        (void)pthread_join(started[i], NULL);
    return count + 1;
}

/* ---- the list ---- */

/* A longer file is truncated to a size that the verifier refuses. */
static void read_document(struct document *d)
{
    uint8_t bytes[NATT_MAX_DOCUMENT + 1];
    FILE *file = fopen(d->path, "rb");
    d->len = file != NULL ? fread(bytes, 1, sizeof bytes, file) : 0;
    d->readable = file != NULL && ferror(file) == 0;
    if (file != NULL)
        (void)fclose(file);
    d->bytes = must(malloc(d->len + 1));
    memcpy(d->bytes, bytes, d->len);
}

static bool read_line(struct document *d, char *line)
{
    char *path = strchr(line, ' ');
    line[strcspn(line, "\n")] = '\0';
    if (path == NULL || path[1] == '\0')
        return false;
    *path = '\0';
    d->nonce_len = strlen(line) / 2;
    if (d->nonce_len == 0 || d->nonce_len > sizeof d->nonce || !hex_read(d->nonce, d->nonce_len, line))
        return false;
    d->path = must(strdup(path + 1));
    read_document(d);
    return true;
}

static bool read_list(struct work *work)
{
    char *line = NULL;
    size_t size = 0, room = 0;
    bool good = true;
    while (good && getline(&line, &size, stdin) > 0) {
        if (work->count == room) {
            room = room == 0 ? WINDOW : 2 * room;
            work->documents = must(realloc(work->documents, room * sizeof *work->documents));
        }
        work->documents[work->count] = (struct document){0};
        good = read_line(&work->documents[work->count], line);
        work->count += good;
    }
    free(line);
    return good && ferror(stdin) == 0 && work->count > 0;
}

static void free_list(struct work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        free(work->documents[i].path);
        free(work->documents[i].bytes);
    }
    free(work->documents);
}

/* ---- verdicts ---- */

static size_t print_verdicts(const struct work *work)
{
    size_t verified = 0;
    for (size_t i = 0; i < work->count; i++) {
        const struct document *d = &work->documents[i];
        verified += d->verified;
        (void)printf("%s %s %s\n", d->verified ? "verified" : "refused ", d->path,
                     d->verified    ? d->module_id
                     : !d->readable ? "cannot be read"
                                    : natt_code_name(d->code));
    }
    return verified;
}

static int verify_list(struct work *work, size_t threads)
{
    uint64_t start = now_ms(CLOCK_MONOTONIC);
    threads = run_all(work, threads);
    uint64_t ms = now_ms(CLOCK_MONOTONIC) - start;
    size_t verified = print_verdicts(work);
    (void)fprintf(stderr, "%zu of %zu verified in %.3f s by %zu threads: %.0f documents per second\n", verified,
                  work->count, (double)ms / 1000, threads, (double)work->count * 1000 / (double)(ms > 0 ? ms : 1));
    return fflush(stdout) == 0 && verified == work->count ? 0 : 1;
}

static size_t read_file(uint8_t *out, size_t size, const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t len = file != NULL ? fread(out, 1, size, file) : 0;
    if (file != NULL)
        (void)fclose(file);
    return len;
}

int main(int argc, char **argv)
{
    static uint8_t image[NATT_PCR_LEN], root_der[NATT_MAX_CERTIFICATE];
    static const natt_options options = NATT_OPTIONS_INIT;
    static const natt_policy no_policy = NATT_POLICY_INIT;
    char *end = NULL;
    unsigned long threads = argc == 4 ? strtoul(argv[3], &end, 10) : 0;
    size_t root_len = argc == 4 ? read_file(root_der, sizeof root_der, argv[2]) : 0;
    natt_pcr_value pcr0 = {0, {image, sizeof image}};
    natt_pcr_set set = {"image", &pcr0, 1};
    natt_bytes root = {root_der, root_len};
    struct work work = {.opt = options, .policy = no_policy};
    if (root_len == 0 || !hex_read(image, sizeof image, argv[1]) || *end != '\0' || threads < 1 ||
        threads > MAX_THREADS || !read_list(&work)) {
        free_list(&work);
        (void)fputs("usage: verify_many PCR0-HEX ROOT.der THREADS <list (lines: NONCE-HEX PATH)\n", stderr);
        return 2;
    }
    work.policy.sets = &set;
    work.policy.set_count = 1;
    work.opt.roots = &root;
    work.opt.root_count = 1;
    work.opt.time_mode = NATT_TIME_NOW;
    work.opt.now_ms = now_ms(CLOCK_REALTIME); /* a service reads it for each window */
    work.opt.max_age_ms = 300000;
    work.opt.max_future_ms = 1000;
    int code = verify_list(&work, threads);
    free_list(&work);
    return code;
}
