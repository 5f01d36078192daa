/* See message.h. */
#include "vectors/runner/message.h"

#include "vectors/loader/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = {"accept", "refuse", "unsupported"};
#define WORDS (sizeof words / sizeof words[0])

const char *natt_message_word(enum natt_message_result result)
{
    return words[result];
}

/* One line, ASCII only. Takes ownership of `object`, which may be NULL. */
static char *line_of(json_t *object)
{
    char *line = natt_vectors_json_line(object, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_PRESERVE_ORDER);
    json_decref(object);
    return line;
}

static json_t *roots(const natt_options *options)
{
    json_t *out = json_array();
    bool done = out != NULL;
    for (size_t i = 0; done && i < options->root_count; i++)
        done = json_array_append_new(out, natt_vectors_base64_json(options->roots[i])) == 0;
    if (done)
        return out;
    json_decref(out);
    return NULL;
}

char *natt_message_request(const natt_vector *vector)
{
    return line_of(json_pack("{s:s, s:o, s:o, s:I, s:o}", "id", vector->id, "document",
                             natt_vectors_base64_json(vector->document), "roots", roots(vector->options), "now_ms",
                             (json_int_t)vector->options->now_ms, "options",
                             json_loads(vector->options_json, 0, NULL)));
}

char *natt_message_answer_text(const char *id, enum natt_message_result result, const char *code, const char *reason)
{
    return line_of(
        json_pack("{s:s, s:s, s:s*, s:s*}", "id", id, "result", words[result], "code", code, "reason", reason));
}

static bool fail(struct natt_message_answer *out, const char *what, const char *value)
{
    (void)snprintf(out->reason, sizeof out->reason, "%s%.200s", what, value);
    return false;
}

/* Absent and null are the same. Any other type is refused. */
static bool optional_text(char *out, size_t room, const json_t *answer, const char *key)
{
    const json_t *value = json_object_get(answer, key);
    out[0] = '\0';
    if (json_is_string(value))
        (void)snprintf(out, room, "%s", json_string_value(value));
    return value == NULL || json_is_null(value) || json_is_string(value);
}

static bool parse_object(struct natt_message_answer *out, const json_t *answer, const char *id)
{
    const char *its = json_string_value(json_object_get(answer, "id"));
    const char *result = json_string_value(json_object_get(answer, "result"));
    size_t i = 0;
    if (its == NULL || result == NULL)
        return fail(out, "the answer has no id or no result", "");
    if (strcmp(its, id) != 0)
        return fail(out, "the answer has a different id: ", its);
    while (i < WORDS && strcmp(words[i], result) != 0)
        i++;
    if (i == WORDS)
        return fail(out, "the result is not accept, refuse or unsupported: ", result);
    out->result = (enum natt_message_result)i;
    if (!optional_text(out->code, sizeof out->code, answer, "code"))
        return fail(out, "code is not a string", "");
    return optional_text(out->reason, sizeof out->reason, answer, "reason") || fail(out, "reason is not a string", "");
}

bool natt_message_parse(struct natt_message_answer *out, const char *line, const char *id)
{
    json_t *answer = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    *out = (struct natt_message_answer){NATT_MESSAGE_UNSUPPORTED, "", ""};
    bool good = json_is_object(answer) ? parse_object(out, answer, id) : fail(out, "not a JSON object: ", line);
    json_decref(answer);
    return good;
}
