/*
 * The lines of the adapter protocol (vectors/FORMAT.md, "Adapter protocol").
 */
#ifndef NATT_RUNNER_MESSAGE_H
#define NATT_RUNNER_MESSAGE_H

#include "nitro_attest/vectors.h"

/* Returns a new request line with its line end (free it), or NULL if memory runs out. The vector must have its
 * document. `sequence` is the id of the sequence that it is a step of, or NULL. */
char *natt_message_request(const natt_vector *vector, const char *sequence);

enum natt_message_result { NATT_MESSAGE_ACCEPT, NATT_MESSAGE_REFUSE, NATT_MESSAGE_UNSUPPORTED };

/* What became of the values that the vector expects. */
enum natt_message_values { NATT_MESSAGE_NO_VALUES, NATT_MESSAGE_NOT_REPORTED, NATT_MESSAGE_EQUAL, NATT_MESSAGE_WRONG };

#define NATT_MESSAGE_CODE   64
#define NATT_MESSAGE_REASON 300

struct natt_message_answer {
    enum natt_message_result result;
    char code[NATT_MESSAGE_CODE];     /* "" = none */
    char reason[NATT_MESSAGE_REASON]; /* "" = none; may be truncated. Of WRONG: the first wrong value */
    enum natt_message_values values;
};

/*
 * False, with the fault in out->reason: not a JSON object, a key with a missing or wrong value, a
 * different id, or an unknown result.
 */
bool natt_message_parse(struct natt_message_answer *out, const char *line, const natt_vector *vector);

/* Returns a new answer line with its line end (free it), or NULL if memory runs out. code, reason and values may be
 * NULL. */
char *natt_message_answer_text(const char *id, enum natt_message_result result, const char *code, const char *reason,
                               const natt_vector_values *values);

/* "accept", "refuse", "unsupported" */
const char *natt_message_word(enum natt_message_result result);

#endif
