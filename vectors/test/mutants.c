/*
 * Runs all vectors for each mutant that tools/mutate-checks planted in a verifier, until an answer differs. Each mutant
 * runs in its own process, because it may crash or never end. Standard input: numbers of mutants; 0 is the unchanged
 * verifier. Standard output, for each: the number, the outcome (killed, crashed, endless, alive), the vector that
 * detected it. usage: natt-mutants [--without GROUP]...     the folder is NATT_VECTORS
 */
#define _DEFAULT_SOURCE /* fork, setitimer, mmap */
#include <nitro_attest/attest.h>
#include <nitro_attest/vectors.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_VECTORS 4096
#define LIMIT_US    200000 /* for one vector: a hundred times the slowest */

unsigned natt_mutant;

static const natt_vector *vectors[MAX_VECTORS], *sorted[MAX_VECTORS];
static size_t vector_count;
static volatile size_t *at; /* the current vector, shared by parent and child */

static _Noreturn void die(const char *what, const char *name)
{
    fprintf(stderr, "natt-mutants: %s: %s\n", what, name);
    exit(2);
}

static bool left_out(const natt_vector *v, int count, char **groups)
{
    for (int i = 0; i < count; i++)
        if (strcmp(v->group, groups[i]) == 0)
            return true;
    return false;
}

/* Genuine documents are skipped, so that the score is the same on every machine. */
static void load_all(int count, char **groups)
{
    natt_vectors_options options = NATT_VECTORS_OPTIONS_INIT;
    natt_vectors_error why;
    options.folder = getenv("NATT_VECTORS");
    natt_vectors *all = natt_vectors_open(&options, &why);
    if (all == NULL)
        die("the vectors", why.message);
    for (size_t i = 0; i < natt_vectors_count(all); i++) {
        const natt_vector *v = natt_vectors_at(all, i);
        if (v->document.ptr == NULL || left_out(v, count, groups))
            continue;
        if (vector_count == MAX_VECTORS)
            die("too many vectors", v->id);
        vectors[vector_count++] = v;
    }
}

/* Accepted vectors first, because most mutants refuse everything. Then vectors that need no signature check. */
static size_t rank(const natt_vector *l, size_t i)
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

static bool answered_as_expected(const natt_vector *l)
{
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    bool ok = natt_verify(&v, l->document, l->options, NULL, &err);
    return ok == l->accept && err.code == l->code && err.item == l->item && err.offset == l->offset;
}

static _Noreturn void verify_all(unsigned mutant)
{
    struct itimerval limit = {{0, 0}, {0, LIMIT_US}};
    natt_mutant = mutant;
    for (*at = 0; *at < vector_count; ++*at) {
        setitimer(ITIMER_VIRTUAL, &limit, NULL);
        if (!answered_as_expected(sorted[*at]))
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
        verify_all(mutant);
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
