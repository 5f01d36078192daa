/* See context.h. */
#include "relying/kms/call/context.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* malloc'ed array of borrowed names, in order. */
static const char **sorted_names(const json_t *context)
{
    const char **names = malloc((json_object_size(context) + 1) * sizeof *names), *name = NULL;
    json_t *value = NULL;
    size_t count = 0;
    if (names == NULL)
        return NULL;
    json_object_foreach((json_t *)context, name, value) names[count++] = name;
    qsort(names, count, sizeof *names, by_name);
    return names;
}

static uint8_t *put_number(uint8_t *at, size_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *at++ = (uint8_t)(number >> shift);
    return at;
}

static uint8_t *put_text(uint8_t *at, const char *text, size_t len)
{
    at = put_number(at, len);
    memcpy(at, text, len);
    return at + len;
}

static bool check_size(natt_kms_call *call, const json_t *context, size_t *text_len)
{
    const char *name = NULL;
    json_t *value = NULL;
    *text_len = 0;
    json_object_foreach((json_t *)context, name, value)
    {
        if (name[0] == '\0')
            return natt_kms_refuse(call, NATT_KMS_E_VALIDATION, "EncryptionContext has a pair without a name");
        *text_len += strlen(name) + json_string_length(value);
    }
    return *text_len <= NATT_KMS_MAX_CONTEXT ||
           natt_kms_refuse(call, NATT_KMS_E_VALIDATION, "EncryptionContext has more than %d bytes",
                           NATT_KMS_MAX_CONTEXT);
}

static void write_pairs(uint8_t *out, const json_t *context, const char *const *names)
{
    const size_t count = json_object_size(context);
    uint8_t *at = put_number(out, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_object_get(context, names[i]);
        at = put_text(at, names[i], strlen(names[i]));
        at = put_text(at, json_string_value(value), json_string_length(value));
    }
}

bool natt_kms_context_read(natt_kms_call *call)
{
    const json_t *context = call->in[NATT_KMS_IN_CONTEXT].json;
    size_t text_len = 0;
    if (!check_size(call, context, &text_len))
        return false;
    const char **names = sorted_names(context);
    const size_t len = 4 + 8 * json_object_size(context) + text_len;
    uint8_t *bytes = malloc(len);
    if (names != NULL && bytes != NULL) {
        write_pairs(bytes, context, names);
        call->context = (natt_bytes){bytes, len};
        bytes = NULL;
    }
    free(bytes);
    free(names);
    return call->context.ptr != NULL || natt_kms_out_of_memory(call);
}
