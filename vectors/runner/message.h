/*
 * The lines of the adapter protocol (vectors/FORMAT.md, "Adapter protocol").
 */
#ifndef NATT_RUNNER_MESSAGE_H
#define NATT_RUNNER_MESSAGE_H

#include "nitro_attest/vectors.h"

/* Returns a new request line with its line end (free it), or NULL if memory runs out. The vector must have its
 * document. */
char *natt_message_request(const natt_vector *vector);

enum natt_message_result { NATT_MESSAGE_ACCEPT, NATT_MESSAGE_REFUSE, NATT_MESSAGE_UNSUPPORTED };

#define NATT_MESSAGE_CODE   64
#define NATT_MESSAGE_REASON 300

struct natt_message_answer {
    enum natt_message_result result;
    char code[NATT_MESSAGE_CODE];     /* "" = none */
    char reason[NATT_MESSAGE_REASON]; /* "" = none; may be truncated */
};

/*
 * False, with the fault in out->reason: not a JSON object, a key with a missing or wrong value, a
 * different id, or an unknown result.
 */
bool natt_message_parse(struct natt_message_answer *out, const char *line, const char *id);

/* Returns a new answer line with its line end (free it), or NULL if memory runs out. code and reason may be NULL. */
char *natt_message_answer_text(const char *id, enum natt_message_result result, const char *code, const char *reason);

/* "accept", "refuse", "unsupported" */
const char *natt_message_word(enum natt_message_result result);

#endif
