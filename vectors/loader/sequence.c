/* See loader.h: vectors for one verifier, one after another. */
#include "vectors/loader/loader.h"

#include "vectors/loader/words.h"

#include <string.h>

/* 0 is worst. */
static size_t rank(const char *severity)
{
    static const char *const order[] = {NATT_VECTORS_SEVERITIES};
    size_t n = 0;
    while (n < sizeof order / sizeof order[0] && strcmp(order[n], severity) != 0)
        n++;
    return n;
}

static const natt_vector *find_step(struct natt_loader *c, const natt_vectors *all, const char *group, const json_t *id)
{
    const char *name = natt_vectors_string(c, id, "steps[]");
    const natt_vector *found = name != NULL ? natt_vectors_find(all, name) : NULL;
    if (found != NULL && found->step_count == 0 && strcmp(found->group, group) == 0)
        return found;
    (void)natt_vectors_broken(c, "steps: \"%.60s\" is not a vector of this file", name != NULL ? name : "");
    return NULL;
}

static bool read_steps(struct natt_loader *c, natt_vector *out, const natt_vectors *all, const json_t *list)
{
    size_t count = json_array_size(list);
    const natt_vector **steps = list != NULL ? natt_vectors_alloc(c, count, sizeof *steps) : NULL;
    for (size_t i = 0; steps != NULL && i < count; i++) {
        steps[i] = find_step(c, all, out->group, json_array_get(list, i));
        if (steps[i] == NULL)
            return false;
    }
    out->steps = steps;
    out->step_count = count;
    return steps != NULL;
}

static const natt_vector *worst_step(const natt_vector *sequence)
{
    const natt_vector *worst = sequence->steps[0];
    for (size_t i = 1; i < sequence->step_count; i++)
        if (rank(sequence->steps[i]->severity) < rank(worst->severity))
            worst = sequence->steps[i];
    return worst;
}

/* What a report says of the sequence is what it says of its worst step. */
static bool check_worst(struct natt_loader *c, natt_vector *out)
{
    const natt_vector *worst = worst_step(out);
    out->accept = worst->accept;
    out->code = worst->code;
    out->offset = NATT_NO_OFFSET;
    out->item = NATT_NO_ITEM;
    return (strcmp(out->severity, worst->severity) == 0 && strcmp(out->reach, worst->reach) == 0) ||
           natt_vectors_broken(c, "severity and reach must be those of the worst step, %s", worst->id);
}

bool natt_vectors_read_sequence(struct natt_loader *c, natt_vector *out, const natt_vectors *all, const char *group,
                                const json_t *sequence)
{
    *out = (natt_vector){.group = group};
    return natt_vectors_read_head(c, out, sequence) &&
           read_steps(c, out, all, natt_vectors_list(c, sequence, "steps", 2, NATT_VECTORS_MAX_STEPS)) &&
           check_worst(c, out);
}
