/*
 * The rows that must be refused, as faults in a document of the caller: `nitro-attest issue --break`. Row, code and
 * description are those of the vector with the same id. Issuer, clock and fields come from the caller.
 */
#ifndef NATT_VECTORS_BREAKS_H
#define NATT_VECTORS_BREAKS_H

#include "nitro_attest/issuer.h"

#include <jansson.h>

struct natt_row;
struct natt_case;
struct natt_maker;

typedef struct natt_break {
    const char *id, *class_name, *severity, *text;
    const char *differ;  /* why verifiers may legitimately accept it, or NULL */
    natt_code code;      /* the expected code of a verifier */
    natt_kind kind;      /* of the document; NATT_KIND_OTHER = either */
    bool asked;          /* a verifier refuses it only with natt_broken.options */
    bool whole_second;   /* requires a clock of the issuer at a whole second */
    uint32_t own_fields; /* bit 1u << natt_field: the row sets the field and its expected value */
    const struct natt_row *row;
} natt_break;

/* Break `index` in the order of the tables; false after the last one. */
bool natt_break_at(natt_break *out, size_t index);

/*
 * Finds a break by rule ("R-CHAIN-05"), code ("NATT_E_CHAIN_NAME") or id, ignoring case. For a rule or a code this is
 * the row with CLEAREST, else the first row that every verifier must refuse without further options.
 */
bool natt_break_find(natt_break *out, const char *name);

/* True if the break has this rule, code or id. NULL matches every break. */
bool natt_break_named(const natt_break *b, const char *name);

/* Why natt_break_find does not find this name; NULL if the name is unknown. */
const char *natt_break_why_not(const char *name);

/* A broken document, and the options with which a verifier refuses it. */
typedef struct natt_broken {
    natt_bytes document;
    natt_bytes root;     /* of the issuer, DER */
    json_t *options;     /* for the verifier, as in vectors/FORMAT.md */
    json_t *roots;       /* trusted by it, base64 */
    uint64_t now_ms;     /* its current time */
    const char *fault;   /* why it could not be created */
    struct natt_case *c; /* owns all of the above */
} natt_broken;

/*
 * Creates issuers from `options` (a row may replace the kind and the number of certificates) and keeps them. What
 * `options` and `request` point to must remain valid as long. NULL: *err has the reason.
 */
struct natt_maker *natt_maker_new(const natt_issuer_options *options, const natt_issue_request *request,
                                  uint64_t max_age_ms, natt_emulator_error *err);
void natt_maker_free(struct natt_maker *maker);

/* False: out->fault has the reason. Free *out in either case. The row replaces its own fields of the request. */
bool natt_broken_make(natt_broken *out, struct natt_maker *maker, const natt_break *b);
void natt_broken_free(natt_broken *broken);

#endif
