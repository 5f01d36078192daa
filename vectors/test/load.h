/*
 * Reads vectors from JSON into what natt_verify takes. A vector that cannot be read fails the test that asked for it.
 */
#ifndef NATT_VECTORS_TEST_LOAD_H
#define NATT_VECTORS_TEST_LOAD_H

#include "nitro_attest/attest.h"

#include <jansson.h>

#define LOAD_MAX_ROOTS 4
#define LOAD_MAX_DENY  8
#define LOAD_MAX_SETS  8
#define LOAD_MAX_PCRS  64
#define LOAD_MAX_POOL  65536
#define LOAD_MAX_BYTES 131072

/* Everything that the options point to lives in here. */
struct natt_loaded {
    const char *id;
    natt_options opt;
    natt_bytes doc;
    natt_bytes roots[LOAD_MAX_ROOTS];
    natt_deny_entry deny[LOAD_MAX_DENY];
    natt_policy policy;
    natt_pcr_set sets[LOAD_MAX_SETS];
    natt_pcr_value pcrs[LOAD_MAX_PCRS];
    size_t pcr_count;
    bool accept;
    natt_code code;
    uint32_t item;
    size_t offset;
    bool missing; /* a genuine document, and the shared material is not here */
    uint8_t document[LOAD_MAX_BYTES];
    uint8_t pool[LOAD_MAX_POOL];
    size_t pool_used;
    char fault[200]; /* "" when it could be read */
};

/* `group` is the file, `vector` one of its vectors. */
void natt_load_vector(struct natt_loaded *out, const json_t *group, const json_t *vector);

/* The file of that name in the folder of vectors. NULL when it cannot be read. */
json_t *natt_load_file(const char *name);

#endif
