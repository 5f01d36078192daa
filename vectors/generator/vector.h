/*
 * One vector as a row of the tables in group_*.c: an id, a description, steps that edit a valid document, and the place
 * of the error. The generator does not run a verifier: the rows contain the expectations, and an anchor finds the
 * offset in the bytes of the document.
 */
#ifndef NATT_VECTORS_VECTOR_H
#define NATT_VECTORS_VECTOR_H

#include "nitro_attest/issuer.h"

#include <jansson.h>

#define NATT_VECTORS_VERSION 3                       /* of the vectors; that of the format is NATT_VECTORS_FORMAT */
#define NATT_VECTOR_NOW_MS   UINT64_C(1760000000000) /* 2025-10-09T08:53:20Z, the issuer's clock */
#define NATT_VECTOR_ROOM     131072                  /* bytes of the largest document, refused ones included */
#define NATT_MAKER_ISSUERS   32

struct natt_case;
struct natt_step;
struct natt_anchor;
typedef void natt_step_fn(struct natt_case *c, const struct natt_step *s);

/* What an anchor names; steps.h explains each at its macro. */
enum natt_place {
    NATT_PLACE_NONE,
    NATT_PLACE_START,
    NATT_PLACE_END,
    NATT_PLACE_PAYLOAD,
    NATT_PLACE_PAYLOAD_END,
    NATT_PLACE_KEY,
    NATT_PLACE_LAST_KEY,
    NATT_PLACE_VALUE,
    NATT_PLACE_CONTENT,
    NATT_PLACE_AFTER,
    NATT_PLACE_ITEM,
    NATT_PLACE_CERT,
    NATT_PLACE_ELEMENT,
    NATT_PLACE_MAGNITUDE
};

/* The place of the expected offset, plus `delta`. Anchors only follow lengths in the document. They do not verify
 * it. */
struct natt_anchor {
    enum natt_place place; /* NONE = no offset */
    const char *name;
    uint32_t cert, index;
    int32_t delta;
};

/* One edit of the plan, of the options, or (after natt_step_built) of the bytes. steps.h has the macros. */
struct natt_step {
    natt_step_fn *apply;
    const char *name, *value;
    int64_t n, m;
    struct natt_anchor at;
};

/* The issuer that a row needs. All zero: the issuer of the maker, with the usual chain of five. */
struct natt_base {
    natt_kind kind;    /* NATT_KIND_OTHER = the maker's */
    uint32_t bundle;   /* certificates in cabundle; 0 = 4 */
    bool debug;        /* PCR0 to PCR2 zero */
    bool definite;     /* payload map of definite length, as AWS wrote until 2025 */
    bool plain;        /* test names instead of those of AWS */
    const char *other; /* a different seed; NULL = the maker's */
};

/* One edit of a genuine document: `insert`, in hexadecimal, replaces `remove` bytes at `offset`. */
struct natt_patch_edit {
    size_t offset, remove;
    const char *insert;
};

/* A reference to a genuine document, whose bytes are not included. */
struct natt_genuine {
    const char *file, *sha256;
    const struct natt_patch_edit *patch; /* ends with an edit without `insert`; NULL = unchanged */
};

struct natt_row {
    const char *id, *severity, *class_name;
    natt_code code; /* of the refusal; of an accepted document, of the check that it must pass, or NATT_OK */
    uint32_t item;
    struct natt_anchor at;
    const struct natt_step *steps; /* ends with a step without `apply` */
    const char *description;
    const char *rules;  /* rules in addition to that of the code, separated by spaces */
    const char *policy; /* why verifiers may legitimately differ, or NULL */
    const char *reach;  /* only where the steps do not tell it (traits.c) */
    const char *tags;   /* in addition to those of class and code (traits.c), separated by spaces */
    bool clearest;      /* the best example of its rule (breaks.h) */
    bool firm;          /* neither the policy nor a tag of its class applies */
    bool accept;
    struct natt_base base;
    struct natt_genuine genuine;
};

#define NATT_SEQUENCE_STEPS 10

/* Rows of one group for one verifier, one after another. */
struct natt_sequence {
    const char *id, *description;
    const char *steps[NATT_SEQUENCE_STEPS + 1]; /* their ids; ends with NULL */
};

/* One file of data/. */
struct natt_vector_group {
    const char *name, *description;
    const struct natt_row *rows;
    size_t count;
    bool values; /* accepted vectors have them: the content of these documents shows faults of verifiers */
    const struct natt_sequence *sequences;
    size_t sequence_count;
};

extern const struct natt_vector_group natt_group_envelope, natt_group_cbor, natt_group_document, natt_group_certificate,
    natt_group_chain, natt_group_time, natt_group_policy, natt_group_nitrotpm, natt_group_signature, natt_group_valid,
    natt_group_genuine, natt_group_extension, natt_group_boundaries, natt_group_wellformed, natt_group_keys,
    natt_group_ecdsa, natt_group_signatureform, natt_group_names, natt_group_paths, natt_group_sequence,
    natt_group_patched;

extern const struct natt_vector_group *const natt_vector_groups[]; /* in the order of the manifest; ends with NULL */

/* Creates documents: one issuer for each base, and what all documents request. */
struct natt_maker {
    natt_issuer_options options; /* a base may replace kind, suffix and bundle_count */
    natt_issue_request request;
    uint64_t max_age_ms; /* for rows without an age */
    const char *nonce;   /* what rows expect unless they edit the nonce, hexadecimal; NULL = nothing */
    struct {
        struct natt_base base;
        natt_issuer *issuer;
    } issuers[NATT_MAKER_ISSUERS];
};

/* A vector under construction. */
struct natt_case {
    struct natt_maker *maker;
    const struct natt_row *vector;
    natt_issuer *issuer;
    natt_issue_plan plan;
    uint8_t bytes[NATT_VECTOR_ROOM];
    size_t len;
    size_t offset; /* of the row's place, in the document that was built first */
    bool built;
    uint64_t clock_ms; /* of the issuer; steps are relative to it */
    uint64_t now_ms;   /* the verifier's */
    json_t *options;   /* in any order; see main.c */
    json_t *roots;     /* names */
    json_t *root_table;
    char fault[200]; /* "" = no fault */
};

/* case.c: creates a vector without its JSON. False: c->fault has the reason. */
bool natt_case_make(struct natt_case *c, struct natt_maker *maker, const struct natt_row *v, json_t *root_table);
/* Builds the document from the current plan. */
bool natt_case_build(struct natt_case *c);
/* The same as a step of the row: the first time, it also finds the row's place. */
void natt_case_built(struct natt_case *c);
void natt_case_fail(struct natt_case *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
void natt_case_free(struct natt_case *c);
/* The issuer for a base, or NULL with *err, which may be NULL. The maker owns it. */
natt_issuer *natt_issuer_of(struct natt_maker *maker, const struct natt_base *base, natt_emulator_error *err);
void natt_issuers_free(struct natt_maker *maker);
/* Adds a root to this vector and to the table of the file. */
void natt_case_root(struct natt_case *c, const char *name, natt_bytes der);

/* Hexadecimal in words; the word "00*48" means 48 bytes of 00. */
natt_bytes natt_case_hex(struct natt_case *c, const char *words);
/* The bytes of a step: its value, or a CBOR byte string of `m` zeros. */
natt_bytes natt_case_value(struct natt_case *c, const struct natt_step *s);

/* The member of the plan at the offset `m` of a step. */
void *natt_case_member(struct natt_case *c, const struct natt_step *s);

/* traits.c: what a row is for readers of a report. Reach is NULL if a step is missing there. */
const char *natt_row_reach(const struct natt_row *v);
const char *natt_row_policy(const struct natt_row *v);
bool natt_row_has_tag(const struct natt_row *v, const char *tag);

/* values.c: what the document says, from its plan, as `values` of FORMAT.md. NULL: c->fault has the reason. */
json_t *natt_case_values(struct natt_case *c);

/* anchor.c */
size_t natt_anchor_offset(struct natt_case *c, const struct natt_anchor *at);

#endif
