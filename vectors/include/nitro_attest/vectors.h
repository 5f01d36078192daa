/*
 * A loader for the test vectors: documents, the options to verify them with, and the expected result of each.
 *
 *     natt_vectors_options options = NATT_VECTORS_OPTIONS_INIT;      // folder NULL: the installed vectors
 *     natt_vectors *all = natt_vectors_open(&options, &err);
 *     for (size_t i = 0; i < natt_vectors_count(all); i++) { // sequences are apart: natt_vectors_sequence_at
 *         const natt_vector *v = natt_vectors_at(all, i);
 *         if (v->document.ptr != NULL && natt_verify(&result, v->document, v->options, NULL, &why) != v->accept) ...
 *     }
 *     natt_vectors_free(all);
 *
 * Loading is strict: if one file or vector is invalid, nothing is loaded. Unlike the verifier, the loader uses the heap
 * and files. Any number of threads may read the loaded vectors. vectors/FORMAT.md describes the files.
 */
#ifndef NITRO_ATTEST_VECTORS_H
#define NITRO_ATTEST_VECTORS_H

#include "nitro_attest/verify.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The format of the files that the loader reads. It refuses others. */
#define NATT_VECTORS_FORMAT 3

/* Limits of the loader; real vectors are far below them. A larger input is NATT_VECTORS_BROKEN. */
#define NATT_VECTORS_MAX_FILES     64       /* of a manifest */
#define NATT_VECTORS_MAX_FILE      67108864 /* bytes of one file: 64 MiB */
#define NATT_VECTORS_MAX_DOCUMENT  1048576  /* bytes: some vectors are too large for every verifier */
#define NATT_VECTORS_MAX_ROOTS     16
#define NATT_VECTORS_MAX_RULES     32
#define NATT_VECTORS_MAX_TAGS      32
#define NATT_VECTORS_MAX_DENY      64
#define NATT_VECTORS_MAX_SETS      64   /* of a PCR policy */
#define NATT_VECTORS_MAX_SET_PCRS  256  /* values of one set */
#define NATT_VECTORS_MAX_GENUINE   4096 /* files in the folder of genuine documents */
#define NATT_VECTORS_MAX_EDITS     32   /* of a genuine document */
#define NATT_VECTORS_MAX_SEQUENCES 4096 /* of a file */
#define NATT_VECTORS_MAX_STEPS     64   /* of a sequence */

typedef struct natt_vectors natt_vectors;

/* Start from NATT_VECTORS_OPTIONS_INIT. */
typedef struct natt_vectors_options {
    size_t struct_size;  /* sizeof(natt_vectors_options) */
    const char *folder;  /* the folder of manifest.json; NULL = the vectors installed with this library */
    const char *genuine; /* a folder with genuine documents, found by their SHA-256; NULL = none */
} natt_vectors_options;

#define NATT_VECTORS_OPTIONS_INIT                                                                                      \
    {                                                                                                                  \
        sizeof(natt_vectors_options), NULL, NULL                                                                       \
    }

typedef enum natt_vectors_fault {
    NATT_VECTORS_FINE = 0,
    NATT_VECTORS_USAGE,      /* the options are invalid */
    NATT_VECTORS_UNREADABLE, /* a file or folder cannot be opened or read */
    NATT_VECTORS_BROKEN,     /* a file or vector is invalid */
    NATT_VECTORS_NO_MEMORY
} natt_vectors_fault;

/* Why nothing was loaded. `message` is one line in English, and includes file and vector. */
typedef struct natt_vectors_error {
    natt_vectors_fault fault;
    char file[256];   /* "data/chain.json"; "" if no file is at fault */
    char vector[128]; /* its id; "" if no vector is at fault */
    char message[1024];
} natt_vectors_error;

/* What a verifier must return for an accepted document. */
typedef struct natt_vector_values {
    uint32_t known; /* bit 1u << natt_field: the vector has this value; NATT_FIELD_PCRS for all PCRs */
    natt_bytes module_id, digest;
    uint64_t timestamp_ms;
    uint32_t pcr_mask;                       /* bit n: the document has PCR n */
    natt_bytes pcrs[NATT_PCR_COUNT];         /* 48 bytes each, or absent */
    natt_bytes public_key, user_data, nonce; /* absent: null or omitted */
} natt_vector_values;

/* One edit of a genuine document: replaces `remove` bytes at `offset` of the unedited document. */
typedef struct natt_vector_edit {
    size_t offset, remove;
    natt_bytes insert;
} natt_vector_edit;

/*
 * One vector, or one sequence: vectors for one verifier, one after another, whose verdicts must be the same as alone.
 * It is valid until natt_vectors_free. New members are added at the end.
 */
typedef struct natt_vector {
    const char *id;           /* kebab-case, never reused */
    const char *group;        /* its file */
    const char *description;  /* what is wrong, and why it matters */
    const char *const *rules; /* rows of docs/RULES.md; for a refusal, first the rule of its code */
    size_t rule_count;
    const char *class_name;      /* the class of fault */
    const char *severity;        /* of a wrong result: "critical", "high", "medium", "low"; "none" if accept is true */
    const char *policy;          /* why verifiers may legitimately differ; NULL if they may not */
    natt_bytes document;         /* absent: a genuine document that is not available */
    const char *genuine_sha256;  /* hex, before its edits; NULL if the document is included */
    const char *genuine_file;    /* its file name in the folder of genuine documents */
    const natt_options *options; /* for natt_verify: roots, now_ms and requirements */
    const char *options_json;    /* its `options` as compact JSON: without roots and now_ms */
    bool accept;                 /* the expected result */
    natt_code code;              /* of this library's refusal; NATT_OK if accept is true */
    size_t offset;               /* NATT_NO_OFFSET if the error has no position */
    uint32_t item;               /* NATT_NO_ITEM if the code has no index */
    const char *reach;           /* who can make it: "anybody", "enclave-owner", "parent-instance", "aws" */
    const char *const *tags;     /* for leaving out what a verifier does not aim at: "pedantic", "der-strict" ... */
    size_t tag_count;
    const natt_vector_values *values; /* NULL = the vector has none */
    const natt_vector_edit *edits;    /* of the genuine document, in ascending order; `document` is after them */
    size_t edit_count;
    /* Of a sequence: its vectors. It has the severity, code and reach of the worst of them, no document and no options,
     * and `accept` is true if all of them must be accepted. */
    const struct natt_vector *const *steps;
    size_t step_count; /* 0 for a vector */
} natt_vector;

/*
 * Loads all vectors: reads the manifest, checks every file's SHA-256, and reads every vector. On failure returns NULL,
 * and *err has the reason. Free the result with natt_vectors_free.
 * options  read during the call only.
 * err      may be NULL.
 * Cost: reads several megabytes of JSON in about a tenth of a second.
 */
NATT_API NATT_MUST_CHECK natt_vectors *natt_vectors_open(const natt_vectors_options *options, natt_vectors_error *err);

/* Does nothing for NULL. */
NATT_API void natt_vectors_free(natt_vectors *vectors);

/* The version of the vectors; vectors/CHANGELOG.md lists the changes of each version. */
NATT_API uint32_t natt_vectors_version(const natt_vectors *vectors);

/* The folder of the vectors; valid until natt_vectors_free. */
NATT_API const char *natt_vectors_folder(const natt_vectors *vectors);

NATT_API size_t natt_vectors_count(const natt_vectors *vectors);

/* Vector `index` of natt_vectors_count, in the order of the manifest; NULL after the last. */
NATT_API const natt_vector *natt_vectors_at(const natt_vectors *vectors, size_t index);

NATT_API size_t natt_vectors_sequence_count(const natt_vectors *vectors);

/* Sequence `index` of natt_vectors_sequence_count, in the order of the manifest; NULL after the last. */
NATT_API const natt_vector *natt_vectors_sequence_at(const natt_vectors *vectors, size_t index);

/* The vector or the sequence with this id, or NULL. */
NATT_API const natt_vector *natt_vectors_find(const natt_vectors *vectors, const char *id);

#ifdef __cplusplus
}
#endif
#endif
