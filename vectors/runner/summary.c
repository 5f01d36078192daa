/*
 * Counts and sorts the results of a run. See conformance.h.
 */
#include "vectors/runner/conformance.h"

#include "vectors/loader/words.h"

#include <stdlib.h>
#include <string.h>

static bool wrong(const struct natt_conformance_result *r)
{
    return r->standing == NATT_STANDING_DISAGREES || r->standing == NATT_STANDING_UNEXPECTED_PASS ||
           r->standing == NATT_STANDING_UNDECIDED;
}

static const char *class_of(const natt_vector *vector)
{
    return vector->class_name;
}

static const char *severity_of(const natt_vector *vector)
{
    return vector->severity;
}

/* NULL: nobody makes a document that must be accepted to deceive a verifier. */
static const char *reach_of(const natt_vector *vector)
{
    return vector->accept ? NULL : vector->reach;
}

static void count(struct natt_conformance_row *row, const struct natt_conformance_result *r)
{
    row->vectors++;
    row->counts[r->outcome]++;
    row->failing += wrong(r) ? 1 : 0;
}

/* A row for each name except NULL, in the order of the vectors. */
static struct natt_conformance_row *rows_by(const char *(*name_of)(const natt_vector *vector),
                                            const struct natt_conformance *run, bool policy, size_t *row_count)
{
    struct natt_conformance_row *rows = calloc(run->count + 1, sizeof *rows);
    *row_count = 0;
    for (size_t i = 0; rows != NULL && i < run->count; i++) {
        const struct natt_conformance_result *r = &run->results[i];
        size_t at = 0;
        if ((r->vector->policy != NULL) != policy || name_of(r->vector) == NULL)
            continue;
        while (at < *row_count && strcmp(rows[at].name, name_of(r->vector)) != 0)
            at++;
        *row_count += at == *row_count ? 1 : 0;
        rows[at].name = name_of(r->vector);
        count(&rows[at], r);
    }
    return rows;
}

static int place(const char *const *order, int count, const char *word)
{
    int n = 0;
    while (n < count && strcmp(order[n], word) != 0)
        n++;
    return n;
}

/* 0 is worst. A vector that must be accepted has severity "none" for every outcome. */
static int rank(const char *severity)
{
    static const char *const order[] = {"critical", "high", "medium", "low"};
    return place(order, 4, severity);
}

static int by_reach(const void *a, const void *b)
{
    static const char *const order[] = {NATT_VECTORS_REACH};
    return place(order, 4, ((const struct natt_conformance_row *)a)->name) -
           place(order, 4, ((const struct natt_conformance_row *)b)->name);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct natt_conformance_row *)a)->name, ((const struct natt_conformance_row *)b)->name);
}

static int by_rank(const void *a, const void *b)
{
    return rank(((const struct natt_conformance_row *)a)->name) - rank(((const struct natt_conformance_row *)b)->name);
}

struct natt_conformance_row *natt_conformance_rows(const struct natt_conformance *run, bool policy, size_t *row_count)
{
    struct natt_conformance_row *rows = rows_by(class_of, run, policy, row_count);
    if (rows != NULL)
        qsort(rows, *row_count, sizeof *rows, by_name);
    return rows;
}

struct natt_conformance_row *natt_conformance_reaches(const struct natt_conformance *run, size_t *row_count)
{
    struct natt_conformance_row *rows = rows_by(reach_of, run, false, row_count);
    if (rows != NULL)
        qsort(rows, *row_count, sizeof *rows, by_reach);
    return rows;
}

struct natt_conformance_row *natt_conformance_severities(const struct natt_conformance *run, size_t *row_count)
{
    struct natt_conformance_row *rows = rows_by(severity_of, run, false, row_count);
    if (rows != NULL)
        qsort(rows, *row_count, sizeof *rows, by_rank);
    return rows;
}

bool natt_conformance_stale(const struct natt_conformance *run, const struct natt_exception *e)
{
    size_t ran = 0;
    for (size_t i = 0; e->is_class && i < run->count; i++) {
        const struct natt_conformance_result *r = &run->results[i];
        if (r->exception == e)
            return false;
        ran += r->outcome != NATT_OUTCOME_SKIPPED && natt_exception_covers(e, r->vector) ? 1 : 0;
    }
    return e->is_class && ran == e->covers;
}

struct natt_conformance_sum natt_conformance_sum(const struct natt_conformance *run)
{
    struct natt_conformance_sum sum = {.vectors = run->count};
    for (size_t i = 0; i < run->count; i++) {
        const struct natt_conformance_result *r = &run->results[i];
        sum.counts[r->outcome]++;
        sum.standings[r->standing]++;
        sum.failing += wrong(r) ? 1 : 0;
        sum.sequences += r->vector->step_count > 0 ? 1 : 0;
        sum.values_compared += r->values >= NATT_MESSAGE_EQUAL ? 1 : 0;
        sum.values_not_reported += r->values == NATT_MESSAGE_NOT_REPORTED ? 1 : 0;
    }
    for (size_t i = 0; run->exceptions != NULL && i < run->exceptions->count; i++)
        sum.stale += natt_conformance_stale(run, &run->exceptions->list[i]) ? 1 : 0;
    for (size_t i = NATT_OUTCOME_AGREES; i <= NATT_OUTCOME_WRONG_VALUES; i++)
        sum.decided += sum.counts[i];
    sum.passed = sum.decided > 0 && sum.decided >= run->min_decided && sum.failing == 0 && sum.stale == 0;
    return sum;
}

static int worst(const void *a, const void *b)
{
    const struct natt_conformance_result *x = *(const struct natt_conformance_result *const *)a;
    const struct natt_conformance_result *y = *(const struct natt_conformance_result *const *)b;
    int by_severity = rank(x->vector->severity) - rank(y->vector->severity),
        by_outcome = (int)x->outcome - (int)y->outcome;
    int by_class = strcmp(x->vector->class_name, y->vector->class_name);
    if (by_severity != 0)
        return by_severity;
    if (by_outcome != 0)
        return by_outcome;
    return by_class != 0 ? by_class : strcmp(x->vector->id, y->vector->id);
}

const struct natt_conformance_result **natt_conformance_worst_first(const struct natt_conformance *run)
{
    const struct natt_conformance_result **list = malloc((run->count + 1) * sizeof *list);
    for (size_t i = 0; list != NULL && i < run->count; i++)
        list[i] = &run->results[i];
    if (list != NULL)
        qsort(list, run->count, sizeof *list, worst);
    return list;
}
