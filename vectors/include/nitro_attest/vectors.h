/*
 * The test vectors, loaded: documents, what to require of them, and the one right answer of each.
 *
 *     natt_vectors_options options = NATT_VECTORS_OPTIONS_INIT;      // folder NULL: the installed vectors
 *     natt_vectors *all = natt_vectors_open(&options, &err);
 *     for (size_t i = 0; i < natt_vectors_count(all); i++) {
 *         const natt_vector *v = natt_vectors_at(all, i);
 *         if (v->document.ptr != NULL && natt_verify(&result, v->document, v->options, NULL, &why) != v->accept) ...
 *     }
 *     natt_vectors_free(all);
 *
 * Loading is strict and whole: one broken file or vector, and there are none. Unlike the verifier it uses heap and
 * files. Any number of threads may read what is loaded. vectors/FORMAT.md describes the files.
 */
#ifndef NITRO_ATTEST_VECTORS_H
#define NITRO_ATTEST_VECTORS_H

#include "nitro_attest/verify.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the loader takes; real vectors have much less. More is NATT_VECTORS_BROKEN. */
#define NATT_VECTORS_MAX_FILES    64       /* of a manifest */
#define NATT_VECTORS_MAX_FILE     67108864 /* bytes of one file: 64 MiB */
#define NATT_VECTORS_MAX_DOCUMENT 1048576  /* bytes: a document too large for every verifier is a vector, too */
#define NATT_VECTORS_MAX_ROOTS    16
#define NATT_VECTORS_MAX_RULES    32
#define NATT_VECTORS_MAX_DENY     64
#define NATT_VECTORS_MAX_SETS     64   /* of a PCR policy */
#define NATT_VECTORS_MAX_SET_PCRS 256  /* values of one set */
#define NATT_VECTORS_MAX_GENUINE  4096 /* files in the folder of genuine documents */

typedef struct natt_vectors natt_vectors;

/* Start from NATT_VECTORS_OPTIONS_INIT. */
typedef struct natt_vectors_options {
    size_t struct_size;  /* sizeof(natt_vectors_options) */
    const char *folder;  /* holds manifest.json; NULL = the vectors installed with this library */
    const char *genuine; /* a folder with genuine documents, found by their SHA-256; NULL = none at hand */
} natt_vectors_options;

#define NATT_VECTORS_OPTIONS_INIT                                                                                      \
    {                                                                                                                  \
        sizeof(natt_vectors_options), NULL, NULL                                                                       \
    }

typedef enum natt_vectors_fault {
    NATT_VECTORS_FINE = 0,
    NATT_VECTORS_USAGE,      /* the options */
    NATT_VECTORS_UNREADABLE, /* a file or folder cannot be opened or read */
    NATT_VECTORS_BROKEN,     /* read, and not what it must be */
    NATT_VECTORS_NO_MEMORY
} natt_vectors_fault;

/* Why nothing was loaded. `message` is one line in English that names file and vector again. */
typedef struct natt_vectors_error {
    natt_vectors_fault fault;
    char file[256];   /* "data/chain.json"; "" where no file is to blame */
    char vector[128]; /* its id; "" where no vector is to blame */
    char message[1024];
} natt_vectors_error;

/* One vector. It and everything it points to lives until natt_vectors_free. New members come last. */
typedef struct natt_vector {
    const char *id;           /* kebab-case, never reused */
    const char *group;        /* the file it is in */
    const char *description;  /* what is wrong, and why it matters */
    const char *const *rules; /* rows of docs/RULES.md; of a refusal, the rule of its code comes first */
    size_t rule_count;
    const char *class_name; /* the kind of fault, in neutral words */
    const char *severity;   /* of a wrong answer: "critical", "high", "medium", "low"; "none" where accept is right */
    const char *policy;     /* why verifiers may legitimately differ; NULL where they may not */
    natt_bytes document;    /* absent: a genuine document that is not at hand */
    const char *genuine_sha256;  /* hex, NULL where the document is included */
    const char *genuine_file;    /* the name it has in our collection */
    const natt_options *options; /* ready for natt_verify: roots, now_ms and what to require */
    const char *options_json;    /* its `options` as compact JSON: without roots and now_ms */
    bool accept;                 /* the right answer */
    natt_code code;              /* of a refusal by this library; NATT_OK where accept is right */
    size_t offset;               /* NATT_NO_OFFSET where no byte is to blame */
    uint32_t item;               /* NATT_NO_ITEM where nothing is counted */
} natt_vector;

/*
 * Loads all vectors: reads the manifest, proves every file's SHA-256, and reads every vector. NULL and *err otherwise;
 * nothing is kept then. Free the result with natt_vectors_free.
 * options  read during the call only.
 * err      may be NULL.
 * Cost: reads some megabytes of JSON; a tenth of a second.
 */
NATT_API NATT_MUST_CHECK natt_vectors *natt_vectors_open(const natt_vectors_options *options, natt_vectors_error *err);

/* NULL is ignored. */
NATT_API void natt_vectors_free(natt_vectors *vectors);

/* The version that the manifest states; vectors/CHANGELOG.md says what it changed. */
NATT_API uint32_t natt_vectors_version(const natt_vectors *vectors);

/* The folder they came from; lives until natt_vectors_free. */
NATT_API const char *natt_vectors_folder(const natt_vectors *vectors);

NATT_API size_t natt_vectors_count(const natt_vectors *vectors);

/* Vector `index` of natt_vectors_count, in the order of the manifest; NULL behind the last. */
NATT_API const natt_vector *natt_vectors_at(const natt_vectors *vectors, size_t index);

/* The vector of that id, or NULL. */
NATT_API const natt_vector *natt_vectors_find(const natt_vectors *vectors, const char *id);

#ifdef __cplusplus
}
#endif
#endif
