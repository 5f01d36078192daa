/* See message.h. */
#include "vectors/runner/message.h"

#include "vectors/loader/loader.h"
#include "vectors/runner/values.h"

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

char *natt_message_request(const natt_vector *vector, const char *sequence)
{
    return line_of(json_pack("{s:s, s:o, s:o, s:I, s:o, s:s*}", "id", vector->id, "document",
                             natt_vectors_base64_json(vector->document), "roots", roots(vector->options), "now_ms",
                             (json_int_t)vector->options->now_ms, "options", json_loads(vector->options_json, 0, NULL),
                             "sequence", sequence));
}

char *natt_message_answer_text(const char *id, enum natt_message_result result, const char *code, const char *reason,
                               const natt_vector_values *values)
{
    json_t *returned = values != NULL ? natt_values_json(values) : NULL;
    if (values != NULL && returned == NULL)
        return NULL;
    return line_of(json_pack("{s:s, s:s, s:s*, s:s*, s:o*}", "id", id, "result", words[result], "code", code, "reason",
                             reason, "values", returned));
}

static bool fail(struct natt_message_answer *out, const char *what, const char *value)
{
    (void)snprintf(out->reason, sizeof out->reason, "%s%.200s", what, value);
    return false;
}

/* \u0000 in a text for people becomes a space. */
static void copy_text(char *out, size_t room, const json_t *value)
{
    size_t len = json_string_length(value) < room ? json_string_length(value) : room - 1;
    memcpy(out, json_string_value(value), len);
    out[len] = '\0';
    for (size_t i = 0; i < len; i++)
        out[i] = out[i] == '\0' ? ' ' : out[i];
}

/* "result is true, not a string" */
static bool fail_type(struct natt_message_answer *out, const char *key, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    (void)snprintf(out->reason, sizeof out->reason, "%s is %.100s, not a string", key, text != NULL ? text : "a value");
    free(text);
    return false;
}

static bool required_text(struct natt_message_answer *out, const json_t *answer, const char *key)
{
    const json_t *value = json_object_get(answer, key);
    if (value == NULL)
        return fail(out, "the answer has no ", key);
    return json_is_string(value) || fail_type(out, key, value);
}

/* Absent and null are the same. Any other type is refused. */
static bool optional_text(struct natt_message_answer *out, char *text, size_t room, const json_t *answer,
                          const char *key)
{
    const json_t *value = json_object_get(answer, key);
    if (json_is_string(value))
        copy_text(text, room, value);
    return value == NULL || json_is_null(value) || json_is_string(value) || fail_type(out, key, value);
}

/* A text with \u0000 equals no word. */
static bool is_word(const json_t *value, const char *word)
{
    return json_string_length(value) == strlen(word) && strcmp(json_string_value(value), word) == 0;
}

/* Absent and null are the same. False: they are malformed. */
static bool parse_values(struct natt_message_answer *out, const json_t *returned, const natt_vector_values *expected)
{
    natt_vector_values got;
    natt_vectors_error err = {NATT_VECTORS_FINE, "", "", ""};
    struct natt_loader c = {.err = &err};
    bool none = returned == NULL || json_is_null(returned), read = none || natt_vectors_read_values(&c, &got, returned);
    char difference[NATT_MESSAGE_REASON];
    out->values = expected == NULL ? NATT_MESSAGE_NO_VALUES : NATT_MESSAGE_NOT_REPORTED;
    if (!none && read && expected != NULL) {
        bool equal = natt_values_compare(difference, expected, &got);
        out->values = equal ? NATT_MESSAGE_EQUAL : NATT_MESSAGE_WRONG;
        if (!equal)
            (void)snprintf(out->reason, sizeof out->reason, "%s", difference);
    }
    natt_vectors_free_blocks(&c);
    return read || fail(out, "", err.message);
}

static bool parse_object(struct natt_message_answer *out, const json_t *answer, const natt_vector *vector)
{
    const json_t *its = json_object_get(answer, "id"), *result = json_object_get(answer, "result");
    size_t i = 0;
    if (!required_text(out, answer, "id") || !required_text(out, answer, "result"))
        return false;
    if (!is_word(its, vector->id))
        return fail(out, "the answer has a different id: ", json_string_value(its));
    while (i < WORDS && !is_word(result, words[i]))
        i++;
    if (i == WORDS)
        return fail(out, "the result is not accept, refuse or unsupported: ", json_string_value(result));
    out->result = (enum natt_message_result)i;
    return optional_text(out, out->code, sizeof out->code, answer, "code") &&
           optional_text(out, out->reason, sizeof out->reason, answer, "reason") &&
           (out->result != NATT_MESSAGE_ACCEPT || parse_values(out, json_object_get(answer, "values"), vector->values));
}

bool natt_message_parse(struct natt_message_answer *out, const char *line, const natt_vector *vector)
{
    json_t *answer = json_loads(line, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    *out = (struct natt_message_answer){NATT_MESSAGE_UNSUPPORTED, "", "", NATT_MESSAGE_NO_VALUES};
    bool good = json_is_object(answer) ? parse_object(out, answer, vector) : fail(out, "not a JSON object: ", line);
    json_decref(answer);
    return good;
}
