/*
 * How the documents of plain_table.c are made: the request to the issuer, one edit of its plan, and the verdict.
 */
#ifndef NATT_VERIFY_TEST_PLAIN_RECIPES_H
#define NATT_VERIFY_TEST_PLAIN_RECIPES_H

#include <stddef.h>

#include "nitro_attest/issuer.h"
#include "plain_table.h"

struct natt_plain_recipe {
    const char *name;
    natt_code code; /* item and offset are measured; tests with Criterion assert them one by one */
    struct natt_plain_options opt;
    /* The request. Texts are used as bytes. */
    uint32_t bundle; /* certificates in cabundle; 0 = 4 */
    bool definite, tagged, debug;
    const char *nonce, *user_data, *public_key;
    /* Any of these edits; see PUT, LEAF and PLAN. */
    void (*edit)(natt_issue_plan *plan);
    size_t put;        /* 1 + the offset of a natt_bytes in the plan, which becomes `hex` */
    const char *field; /* gets the value `hex`; omitted if hex is NULL */
    const char *added; /* a field of this name with the value `hex` */
    const char *extension;
    uint32_t certificate; /* whose extension gets the value `hex`; omitted if hex is NULL */
    bool not_critical;
    const char *hex;
};

#define PLAN(member) (1 + offsetof(natt_issue_plan, member))
#define LEAF(member) (1 + offsetof(natt_issue_plan, certificates[4]) + offsetof(natt_plan_certificate, member))

struct natt_plain_recipe_list {
    const struct natt_plain_recipe *recipes;
    size_t count;
};
extern const struct natt_plain_recipe_list natt_plain_accepted, natt_plain_refused_document,
    natt_plain_refused_certificate;

#endif
