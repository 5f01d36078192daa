/*
 * Runs all vectors for each mutant of a verifier in which tools/mutate-checks planted them, until one is not judged as it
 * says. Each mutant runs in a process of its own: it may crash or never end.
 * Standard input: numbers of mutants; 0 is the verifier as it is. Standard output, for each: the number, what became of it
 * (killed, crashed, endless, alive), the vector that found out.
 * usage: natt-mutants [--without GROUP]...     the folder is NATT_VECTORS
 */
#define _DEFAULT_SOURCE /* fork, setitimer, mmap */
#include "load.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_VECTORS 4096
#define LIMIT_US    200000 /* for one vector: a hundred times what the slowest takes */

unsigned natt_mutant;

static struct natt_loaded *vectors[MAX_VECTORS], *sorted[MAX_VECTORS];
static size_t vector_count;
static volatile size_t *at; /* the vector that is judged, seen by parent and child */

static _Noreturn void die(const char *what, const char *name)
{
    fprintf(stderr, "natt-mutants: %s: %s\n", what, name);
    exit(2);
}

static void load_one(const json_t *group, const json_t *vector)
{
    struct natt_loaded *l = calloc(1, sizeof *l);
    if (l == NULL || vector_count == MAX_VECTORS)
        die("too many vectors", "no memory");
    natt_load_vector(l, group, vector);
    if (l->fault[0] != '\0')
        die(l->id, l->fault);
    if (l->missing)
        free(l);
    else
        vectors[vector_count++] = l;
}

static bool left_out(const char *file, int count, char **groups)
{
    for (int i = 0; i < count; i++)
        if (strncmp(file, "data/", 5) == 0 && strncmp(file + 5, groups[i], strlen(groups[i])) == 0 &&
            strcmp(file + 5 + strlen(groups[i]), ".json") == 0)
            return true;
    return false;
}

/* Groups and the manifest stay in memory: vectors point into them. */
static void load_all(int count, char **groups)
{
    json_t *file, *vector;
    size_t i, j;
    json_array_foreach(json_object_get(natt_load_file("manifest.json"), "files"), i, file)
    {
        const char *name = json_string_value(json_object_get(file, "file"));
        json_t *group = left_out(name, count, groups) ? NULL : natt_load_file(name);
        json_array_foreach(json_object_get(group, "vectors"), j, vector) load_one(group, vector);
    }
}

/* Most mutants refuse everything; then those that cost no signature. */
static size_t rank(const struct natt_loaded *l, size_t i)
{
    if (l->accept)
        return i < 4 ? 0 : 3;
    return l->code < NATT_FIRST_AUTHENTICATED ? 1 : 2;
}

static void sort_all(void)
{
    size_t done = 0, accepted[MAX_VECTORS] = {0}, seen = 0;
    for (size_t i = 0; i < vector_count; i++)
        accepted[i] = vectors[i]->accept ? seen++ : 0;
    for (size_t r = 0; r <= 3; r++)
        for (size_t i = 0; i < vector_count; i++)
            if (rank(vectors[i], accepted[i]) == r)
                sorted[done++] = vectors[i];
}

static bool as_said(const struct natt_loaded *l)
{
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    bool ok = natt_verify(&v, l->doc, &l->opt, NULL, &err);
    return ok == l->accept && err.code == l->code && err.item == l->item && err.offset == l->offset;
}

static _Noreturn void judge_all(unsigned mutant)
{
    struct itimerval limit = {{0, 0}, {0, LIMIT_US}};
    natt_mutant = mutant;
    for (*at = 0; *at < vector_count; ++*at) {
        setitimer(ITIMER_VIRTUAL, &limit, NULL);
        if (!as_said(sorted[*at]))
            _exit(1);
    }
    _exit(0);
}

static const char *fate(int status)
{
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGVTALRM ? "endless" : "crashed";
    return WEXITSTATUS(status) == 0 ? "alive" : "killed";
}

static void run(unsigned mutant)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        judge_all(mutant);
    if (child < 0 || waitpid(child, &status, 0) != child)
        die("no process", "fork");
    printf("%u %s %s\n", mutant, fate(status), *at < vector_count ? sorted[*at]->id : "-");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    unsigned mutant;
    char *groups[16];
    int count = 0;
    for (int i = 1; i + 1 < argc && count < 16 && strcmp(argv[i], "--without") == 0; i += 2)
        groups[count++] = argv[i + 1];
    at = mmap(NULL, sizeof *at, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    load_all(count, groups);
    if (at == MAP_FAILED || vector_count == 0)
        die("no vectors", "NATT_VECTORS");
    sort_all();
    fprintf(stderr, "%zu vectors\n", vector_count);
    while (scanf("%u", &mutant) == 1)
        run(mutant);
    return 0;
}
