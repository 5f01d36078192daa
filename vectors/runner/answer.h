/*
 * The reference adapter: the verifier of nitro-attest with the adapter protocol, and with a cache in sequences.
 */
#ifndef NATT_RUNNER_ANSWER_H
#define NATT_RUNNER_ANSWER_H

#include "nitro_attest/vectors.h"

#include <stdio.h>

#define NATT_ANSWER_MAX_REQUEST 4194304 /* bytes of a line; the longest request of the vectors has about ten thousand */

/*
 * Answers all requests until `in` ends. False with a message in *err: a line is not a request (BROKEN), or the output
 * cannot be written (UNREADABLE).
 */
bool natt_answer_all(FILE *in, FILE *out, natt_vectors_error *err);

#endif
