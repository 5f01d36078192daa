/* See edit.h. */
#include "vectors/generator/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *natt_part_named(struct natt_case *c, const natt_part *parts, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(parts[i].name, name) == 0)
            return parts[i].part;
    natt_case_fail(c, "unknown part %s", name);
    return parts[0].part;
}

natt_bytes natt_case_hex(struct natt_case *c, const char *words)
{
    natt_bytes out = natt_plan_string(&c->plan, "");
    char copy[512];
    if (snprintf(copy, sizeof copy, "%s", words) >= (int)sizeof copy)
        natt_case_fail(c, "more than %zu digits", sizeof copy - 1);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        char *star = strchr(word, '*');
        if (star != NULL)
            *star = '\0';
        natt_bytes unit = natt_plan_hex(&c->plan, word);
        size_t times = star != NULL ? strtoul(star + 1, NULL, 10) : 1;
        out = natt_plan_join(&c->plan, out, natt_plan_repeat(&c->plan, unit, times));
    }
    return out;
}

natt_bytes natt_case_value(struct natt_case *c, const struct natt_step *s)
{
    return s->value != NULL ? natt_case_hex(c, s->value) : natt_plan_cbor_zeros(&c->plan, (size_t)s->m);
}
