/*
 * Helpers of step_payload.c, step_certificate.c and step_options.c.
 */
#ifndef NATT_VECTORS_EDIT_H
#define NATT_VECTORS_EDIT_H

#include "vectors/generator/steps.h"

/* A step that is one assignment or one call, of the case `c`, its `plan` and the step `s`. */
#define EDIT(step, ...)                                                                                                \
    void natt_step_##step(struct natt_case *c, const struct natt_step *s)                                              \
    {                                                                                                                  \
        natt_issue_plan *plan = &c->plan;                                                                              \
        (void)plan, (void)s;                                                                                           \
        __VA_ARGS__;                                                                                                   \
    }

/* A part of the plan and its name in a row. */
typedef struct natt_part {
    const char *name;
    void *part;
} natt_part;

/* the part with that name. If there is none, the case fails and the first part is returned. */
void *natt_part_named(struct natt_case *c, const natt_part *parts, size_t count, const char *name);
#define PART_NAMED(c, parts, name) natt_part_named(c, parts, sizeof(parts) / sizeof(parts)[0], name)

/* hexadecimal in words; the word "00*48" means 48 bytes of 00. */
natt_bytes natt_case_hex(struct natt_case *c, const char *words);

/* The bytes of a step: its value, or a CBOR byte string of `m` zeros. */
natt_bytes natt_case_value(struct natt_case *c, const struct natt_step *s);

#endif
