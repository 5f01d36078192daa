/*
 * The reference adapter: this project's verifier behind the protocol.
 */
#ifndef NATT_RUNNER_ANSWER_H
#define NATT_RUNNER_ANSWER_H

#include "nitro_attest/vectors.h"

#include <stdio.h>

#define NATT_ANSWER_MAX_REQUEST 4194304 /* bytes of a line; the longest request of the vectors has some ten thousand */

/*
 * Answers request by request until `in` ends. False with a text in *err: a line that is no request (BROKEN), or output
 * that cannot be written (UNREADABLE).
 */
bool natt_answer_all(FILE *in, FILE *out, natt_vectors_error *err);

#endif
