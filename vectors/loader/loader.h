/*
 * What the parts of the loader share: its state, the memory of the loaded vectors, the first error with its place, and
 * functions that read JSON strictly. The generator and the runner use the functions for bytes too.
 */
#ifndef NATT_VECTORS_LOADER_H
#define NATT_VECTORS_LOADER_H

#include "nitro_attest/vectors.h"

#include <jansson.h>

/* ---- context.c: memory, errors, values of JSON ---- */

struct natt_vectors_block;

struct natt_loader {
    struct natt_vectors_block *blocks; /* all allocations; freed together */
    natt_vectors_error *err;           /* never NULL */
    const char *file, *vector;         /* current file and vector, for messages; NULL = none */
    bool unknown;                      /* the error is a key or word that this library does not know */
};

/* Records the error unless one is recorded already. Always returns false. */
bool natt_vectors_fail(struct natt_loader *c, natt_vectors_fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define natt_vectors_broken(c, ...) natt_vectors_fail(c, NATT_VECTORS_BROKEN, __VA_ARGS__)
#define natt_vectors_no_memory(c)   natt_vectors_fail(c, NATT_VECTORS_NO_MEMORY, "out of memory")

/* Allocates count * size zeroed bytes, valid as long as the context. NULL (never for 0 bytes): out of memory,
 * recorded. */
void *natt_vectors_alloc(struct natt_loader *c, size_t count, size_t size);

/* The same with these bytes. */
void *natt_vectors_copy(struct natt_loader *c, const void *bytes, size_t len);

void natt_vectors_free_blocks(struct natt_loader *c);

/* True if `object` is an object and has only the keys in `known`, which ends with NULL. */
bool natt_vectors_only_keys(struct natt_loader *c, const json_t *object, const char *const *known, const char *what);

/* The string of a JSON value. NULL: it is missing or not a string; recorded. `what` is its name in the error. */
const char *natt_vectors_string(struct natt_loader *c, const json_t *value, const char *what);

/* The string at `key`. NULL: it is missing, empty or not a string; recorded. `what` is the name of the object in the
 * error ("" = none). */
const char *natt_vectors_text(struct natt_loader *c, const json_t *object, const char *what, const char *key);

/* The integer at `key`, 0 to 2^63 - 1. If it is missing: *otherwise, or an error if `otherwise` is NULL. */
bool natt_vectors_number(struct natt_loader *c, uint64_t *out, const json_t *object, const char *key,
                         const uint64_t *otherwise);

/* The array at `key` with min to max entries. NULL: there is none; recorded. */
const json_t *natt_vectors_list(struct natt_loader *c, const json_t *object, const char *key, size_t min, size_t max);

/* The JSON object in a file of at most `max` bytes. sha256 NULL: its digest is not known. NULL: recorded. */
json_t *natt_vectors_read_json(struct natt_loader *c, const char *path, size_t max, const char *sha256);

/* ---- file.c: the only function that reads files. fuzz/vectors_json.c replaces it with files in memory ---- */

/* Reads the whole file. Free *out, which the context does not own. A file with more than `max` bytes is BROKEN. */
bool natt_vectors_read_file(struct natt_loader *c, uint8_t **out, size_t *len, const char *path, size_t max);

/* ---- bytes.c: hexadecimal, base64, SHA-256 ---- */

/* Decodes lowercase hexadecimal in a JSON string, at most `max` bytes. `what` is its name in the error. */
bool natt_vectors_hex(struct natt_loader *c, natt_bytes *out, const json_t *value, const char *what, size_t max);

/* Decodes canonical padded base64 [RFC4648 4] in a JSON string, at most `max` bytes. */
bool natt_vectors_base64(struct natt_loader *c, natt_bytes *out, const json_t *value, const char *what, size_t max);

/* Padded base64 as a new JSON string, or NULL if memory runs out. */
json_t *natt_vectors_base64_json(natt_bytes in);

/* JSON with jansson's `flags` and a line end as a new string (free it), or NULL if memory runs out. */
char *natt_vectors_json_line(const json_t *json, size_t flags);

#define NATT_VECTORS_SHA256_HEX 65

/* Writes lowercase hexadecimal and a NUL: 2 * in.len + 1 bytes. */
void natt_vectors_hex_text(char *out, natt_bytes in);

/* False: mbedTLS was built without SHA-256, or memory runs out. */
bool natt_vectors_sha256(uint8_t out[32], natt_bytes in);
bool natt_vectors_sha256_text(char out[NATT_VECTORS_SHA256_HEX], natt_bytes in);

/* True for 64 lowercase hexadecimal digits. */
bool natt_vectors_is_sha256(const char *text);

/* ---- genuine.c: genuine documents are not included; a folder may have them ---- */

struct natt_vectors_genuine_file;

/* The files of one folder and their digests. `count` is 0 if no folder was given. */
struct natt_vectors_genuine {
    struct natt_vectors_genuine_file *files;
    size_t count;
};

/* Reads every regular file of the folder that is not larger than a document. folder NULL = none. */
bool natt_vectors_genuine_index(struct natt_loader *c, struct natt_vectors_genuine *out, const char *folder);

/* The file with this digest, or absent bytes. */
natt_bytes natt_vectors_genuine_find(const struct natt_vectors_genuine *in, const char *sha256);

/* ---- document.c, options.c, values.c, vector.c: one vector; sequence.c: one sequence ---- */

/* Reads `document`: base64, or the reference to a genuine document, which it edits if it is available. */
bool natt_vectors_read_document(struct natt_loader *c, natt_vector *out, const struct natt_vectors_genuine *genuine,
                                const json_t *from);

/* "0" to "31", without leading zeros. `what` is the name of the object in the error. */
bool natt_vectors_pcr_index(struct natt_loader *c, uint32_t *out, const char *key, const char *what);

/* Reads `values` of a vector or an answer. The loader owns what *out points to, except the texts, which belong to
 * `from`. */
bool natt_vectors_read_values(struct natt_loader *c, natt_vector_values *out, const json_t *from);

/*
 * Reads the `options` of a vector or request: *out except for roots and now_ms. It refuses every unknown option: if it
 * ignored one, a verifier would look better than it is. The loader owns what *out points to. On failure, c->unknown is
 * true if this library does not know an option, flag or word, and false if one is malformed.
 */
bool natt_vectors_read_options(struct natt_loader *c, natt_options *out, const json_t *options);

/* Reads the `roots` of a vector or request, which are DER certificates in base64, or their names in `table`. False,
 * recorded: not a list, too many, not in the table, or not base64. */
bool natt_vectors_read_roots(struct natt_loader *c, natt_options *out, const json_t *object, const json_t *table);

/* Shared by all vectors of a file. */
struct natt_vectors_group {
    const char *name;
    const json_t *roots;
    const struct natt_vectors_genuine *genuine;
};

/* The strings of *out belong to `vector`, which must remain valid as long. Sets c->vector to the id. */
bool natt_vectors_read_vector(struct natt_loader *c, natt_vector *out, const struct natt_vectors_group *group,
                              const json_t *vector);

/* The keys that vectors and sequences share: id, which becomes c->vector, to tags. */
bool natt_vectors_read_head(struct natt_loader *c, natt_vector *out, const json_t *from);

/* The strings of *out belong to `sequence`. Its steps must be vectors of `all` in the group with this name. */
bool natt_vectors_read_sequence(struct natt_loader *c, natt_vector *out, const natt_vectors *all, const char *group,
                                const json_t *sequence);

#endif
