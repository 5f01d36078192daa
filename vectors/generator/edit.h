/*
 * What step_payload.c, step_certificate.c and step_options.c are written in.
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

/* Something of the plan, by its name in a row. */
typedef struct natt_part {
    const char *name;
    void *part;
} natt_part;

/* encode.c: the part of that name; the first one, and the case fails, when there is none. */
void *natt_part_named(struct natt_case *c, const natt_part *parts, size_t count, const char *name);
#define PART_NAMED(c, parts, name) natt_part_named(c, parts, sizeof(parts) / sizeof(parts)[0], name)

/* encode.c: hexadecimal in words; the word "00*48" stands for 48 bytes of 00. */
natt_bytes natt_case_hex(struct natt_case *c, const char *words);

/* The bytes of a step: its value, or as many zeros as `m` says in a byte string of CBOR. */
natt_bytes natt_case_value(struct natt_case *c, const struct natt_step *s);

#endif
