/* See answer.h. */
#include "vectors/runner/answer.h"

#include "vectors/loader/loader.h"
#include "vectors/runner/message.h"

#include <stdlib.h>
#include <string.h>

/* A code of usage means that the request cannot be answered. A root that cannot issue is an exception: the vector gives
 * it with the document, and the right answer is to refuse. */
static bool cannot_answer(natt_code code)
{
    return strncmp(natt_code_name(code), "NATT_E_USAGE_", strlen("NATT_E_USAGE_")) == 0 && code != NATT_E_USAGE_ROOT_CA;
}

static char *verdict(const char *id, natt_bytes document, const natt_options *options)
{
    natt_verified result = NATT_VERIFIED_INIT;
    natt_error err;
    if (natt_verify(&result, document, options, NULL, &err))
        return natt_message_answer_text(id, NATT_MESSAGE_ACCEPT, natt_code_name(NATT_OK), NULL);
    return natt_message_answer_text(id, cannot_answer(err.code) ? NATT_MESSAGE_UNSUPPORTED : NATT_MESSAGE_REFUSE,
                                    natt_code_name(err.code), err.message);
}

/* A request with an unknown option is unsupported. With any other fault it is invalid. */
static char *answer_request(struct natt_loader *c, const json_t *request)
{
    natt_options options = NATT_OPTIONS_INIT;
    natt_bytes document = {NULL, 0};
    const char *id = natt_vectors_text(c, request, "", "id");
    c->vector = id;
    if (id == NULL ||
        !natt_vectors_base64(c, &document, json_object_get(request, "document"), "document",
                             NATT_VECTORS_MAX_DOCUMENT) ||
        !natt_vectors_read_roots(c, &options, request, NULL) ||
        !natt_vectors_number(c, &options.now_ms, request, "now_ms", NULL))
        return NULL;
    if (natt_vectors_read_options(c, &options, json_object_get(request, "options")))
        return verdict(id, document, &options);
    return c->unknown ? natt_message_answer_text(id, NATT_MESSAGE_UNSUPPORTED, NULL, c->err->message) : NULL;
}

static bool answer_line(const char *line, size_t len, FILE *out, natt_vectors_error *err)
{
    struct natt_loader c = {.err = err, .file = "request"};
    json_error_t where;
    json_t *request = json_loadb(line, len, JSON_REJECT_DUPLICATES, &where);
    if (request == NULL)
        return natt_vectors_broken(&c, "column %d: %s", where.column, where.text);
    char *text = answer_request(&c, request);
    bool written = text != NULL && fputs(text, out) >= 0 && fflush(out) == 0;
    if (text == NULL)
        (void)natt_vectors_no_memory(&c); /* unless there is an earlier error */
    else if (!written)
        (void)natt_vectors_fail(&c, NATT_VECTORS_UNREADABLE, "cannot write the answer");
    else
        *err = (natt_vectors_error){NATT_VECTORS_FINE, "", "", ""};
    free(text);
    json_decref(request);
    natt_vectors_free_blocks(&c);
    return written;
}

/* False at the end of the input. A line that is too long is truncated, so it is not JSON. */
static bool read_line(FILE *in, char *line, size_t room, size_t *len)
{
    int c = getc(in);
    *len = 0;
    if (c == EOF)
        return false;
    for (; c != EOF && c != '\n' && *len < room; c = getc(in))
        line[(*len)++] = (char)c;
    return true;
}

bool natt_answer_all(FILE *in, FILE *out, natt_vectors_error *err)
{
    char *line = malloc(NATT_ANSWER_MAX_REQUEST);
    size_t len = 0;
    bool done = line != NULL;
    memset(err, 0, sizeof *err);
    err->fault = done ? NATT_VECTORS_FINE : NATT_VECTORS_NO_MEMORY;
    while (done && read_line(in, line, NATT_ANSWER_MAX_REQUEST, &len))
        done = answer_line(line, len, out, err);
    free(line);
    return done;
}
