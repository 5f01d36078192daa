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

/* ---- the cache, which lives as long as a sequence ---- */

#define CHAINS   4
#define HOT_KEYS 8

struct keeper {
    char sequence[128]; /* "" = none */
    void *memory;
    natt_cache *cache;
};

/* The cache for a request, or NULL without a sequence. It is empty at the first step. */
static natt_cache *cache_for(struct keeper *k, const char *sequence)
{
    size_t size = natt_cache_size(CHAINS, HOT_KEYS);
    if (sequence == NULL || strcmp(k->sequence, sequence) == 0)
        return sequence != NULL ? k->cache : NULL;
    if (k->memory == NULL)
        k->memory = malloc(size);
    (void)snprintf(k->sequence, sizeof k->sequence, "%s", sequence);
    k->cache = natt_cache_init(k->memory, size, CHAINS, HOT_KEYS, NULL);
    return k->cache;
}

/* ---- one answer ---- */

#define KNOWN(field) (1u << NATT_FIELD_##field)

/* The digest is the only value that is not in the result. */
static void fill_values(natt_vector_values *out, const natt_verified *result, natt_bytes document)
{
    natt_document parsed;
    bool has_digest = natt_document_parse(&parsed, document, NULL);
    *out = (natt_vector_values){.known = KNOWN(MODULE_ID) | KNOWN(TIMESTAMP) | KNOWN(PCRS) | KNOWN(PUBLIC_KEY) |
                                         KNOWN(USER_DATA) | KNOWN(NONCE) | (has_digest ? KNOWN(DIGEST) : 0),
                                .module_id = {(const uint8_t *)result->module_id, strlen(result->module_id)},
                                .digest = parsed.digest,
                                .timestamp_ms = result->timestamp_ms,
                                .pcr_mask = result->pcr_mask,
                                .public_key = result->public_key,
                                .user_data = result->user_data,
                                .nonce = result->nonce};
    for (size_t i = 0; i < NATT_PCR_COUNT; i++)
        if ((result->pcr_mask & 1u << i) != 0)
            out->pcrs[i] = (natt_bytes){result->pcrs[i], NATT_PCR_LEN};
}

static char *verdict(const char *id, natt_bytes document, const natt_options *options, natt_cache *cache)
{
    natt_verified result = NATT_VERIFIED_INIT;
    natt_vector_values values;
    natt_error err;
    char cached[60];
    if (!natt_verify(&result, document, options, cache, &err))
        return natt_message_answer_text(id, cannot_answer(err.code) ? NATT_MESSAGE_UNSUPPORTED : NATT_MESSAGE_REFUSE,
                                        natt_code_name(err.code), err.message, NULL);
    fill_values(&values, &result, document);
    (void)snprintf(cached, sizeof cached, "%u certificates from the cache", (unsigned)result.cached_certificates);
    return natt_message_answer_text(id, NATT_MESSAGE_ACCEPT, natt_code_name(NATT_OK), cache != NULL ? cached : NULL,
                                    &values);
}

/* A request with an unknown option is unsupported. With any other fault it is invalid. */
static char *answer_request(struct natt_loader *c, struct keeper *k, const json_t *request)
{
    const json_t *sequence = json_object_get(request, "sequence");
    natt_options options = NATT_OPTIONS_INIT;
    natt_bytes document = {NULL, 0};
    const char *id = natt_vectors_text(c, request, "", "id");
    c->vector = id;
    if (id == NULL ||
        !natt_vectors_base64(c, &document, json_object_get(request, "document"), "document",
                             NATT_VECTORS_MAX_DOCUMENT) ||
        !natt_vectors_read_roots(c, &options, request, NULL) ||
        !natt_vectors_number(c, &options.now_ms, request, "now_ms", NULL) ||
        (sequence != NULL && natt_vectors_text(c, request, "", "sequence") == NULL))
        return NULL;
    natt_cache *cache = cache_for(k, json_string_value(sequence));
    if (natt_vectors_read_options(c, &options, json_object_get(request, "options")))
        return verdict(id, document, &options, cache);
    return c->unknown ? natt_message_answer_text(id, NATT_MESSAGE_UNSUPPORTED, NULL, c->err->message, NULL) : NULL;
}

static bool answer_line(struct keeper *k, const char *line, size_t len, FILE *out, natt_vectors_error *err)
{
    struct natt_loader c = {.err = err, .file = "request"};
    json_error_t where;
    json_t *request = json_loadb(line, len, JSON_REJECT_DUPLICATES, &where);
    if (request == NULL)
        return natt_vectors_broken(&c, "column %d: %s", where.column, where.text);
    char *text = answer_request(&c, k, request);
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
    struct keeper keeper = {"", NULL, NULL};
    size_t len = 0;
    bool done = line != NULL;
    memset(err, 0, sizeof *err);
    err->fault = done ? NATT_VECTORS_FINE : NATT_VECTORS_NO_MEMORY;
    while (done && read_line(in, line, NATT_ANSWER_MAX_REQUEST, &len))
        done = answer_line(&keeper, line, len, out, err);
    free(keeper.memory);
    free(line);
    return done;
}
