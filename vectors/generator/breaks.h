/*
 * The rows that are refused, as breaks of a document of somebody's own: `nitro-attest issue --break`. A row, its code
 * and its sentence are those of the vector of the same id; issuer, clock and fields are the caller's.
 */
#ifndef NATT_VECTORS_BREAKS_H
#define NATT_VECTORS_BREAKS_H

#include "nitro_attest/issuer.h"

#include <jansson.h>

struct natt_vector;
struct natt_case;
struct natt_maker;

typedef struct natt_break {
    const char *id, *class_name, *severity, *text;
    const char *differ;  /* why verifiers may legitimately accept it, or NULL */
    natt_code code;      /* what a verifier must say */
    natt_kind kind;      /* of the document; NATT_KIND_OTHER = either */
    bool asked;          /* refused only by who asks for what natt_broken.options say */
    bool whole_second;   /* counts from the issuer's clock, which must stand at a whole second */
    uint32_t own_fields; /* bit 1u << natt_field: the row says what is expected of that field, and what is there */
    const struct natt_vector *row;
} natt_break;

/* Break `index` of all, in the order of the tables; false behind the last one. */
bool natt_break_at(natt_break *out, size_t index);

/*
 * By a rule ("R-CHAIN-05"), a code ("NATT_E_CHAIN_NAME") or an id, in any case. A rule and a code stand for the row
 * that is marked as clearest, else for the first that every verifier must refuse without being asked for anything.
 */
bool natt_break_find(natt_break *out, const char *name);

/* Every break for which natt_break_find may be asked by this name; any for NULL. */
bool natt_break_named(const natt_break *b, const char *name);

/* Why natt_break_find knows no such name, as a sentence; NULL when nothing at all is called so. */
const char *natt_break_why_not(const char *name);

/* A broken document, and what it takes to see it refused. */
typedef struct natt_broken {
    natt_bytes document;
    natt_bytes root;     /* of the issuer, DER */
    json_t *options;     /* for the verifier, as in vectors/FORMAT.md */
    json_t *roots;       /* trusted by it, base64 */
    uint64_t now_ms;     /* its present */
    const char *fault;   /* why it could not be made */
    struct natt_case *c; /* all of the above lives in here */
} natt_broken;

/*
 * Issuers are made from `options` (their kind and number of certificates may be a row's) and kept; what these and
 * `request` point to must live as long. NULL: *err says what is wrong with them.
 */
struct natt_maker *natt_maker_new(const natt_issuer_options *options, const natt_issue_request *request,
                                  uint64_t max_age_ms, natt_emulator_error *err);
void natt_maker_free(struct natt_maker *maker);

/* False: out->fault says why. Free in either case. Own fields of the row are left out of the request. */
bool natt_broken_make(natt_broken *out, struct natt_maker *maker, const natt_break *b);
void natt_broken_free(natt_broken *broken);

#endif
