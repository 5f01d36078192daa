/*
 * The values that a verifier returned for an accepted document.
 */
#ifndef NATT_RUNNER_VALUES_H
#define NATT_RUNNER_VALUES_H

#include "nitro_attest/vectors.h"

#include <jansson.h>

#define NATT_VALUES_DIFFERENCE 300

/*
 * True: each value that both have is equal. Of PCRs, `got` may have fewer, and none that `expected` does not have.
 * False, with the first difference in *out, NATT_VALUES_DIFFERENCE bytes.
 */
bool natt_values_compare(char *out, const natt_vector_values *expected, const natt_vector_values *got);

/* New JSON in the form of `values` in vectors/FORMAT.md, or NULL if memory runs out. */
json_t *natt_values_json(const natt_vector_values *values);

#endif
