/* See context.h. */
#include "vectors/loader/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The bytes follow this header. */
struct natt_vectors_block {
    struct natt_vectors_block *next;
    size_t len; /* aligns the bytes for pointers and 64-bit numbers */
};

bool natt_vectors_fail(struct natt_vectors_context *c, natt_vectors_fault fault, const char *format, ...)
{
    natt_vectors_error *e = c->err;
    char what[sizeof e->message / 2];
    va_list args;
    if (e->fault != NATT_VECTORS_FINE)
        return false;
    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    e->fault = fault;
    (void)snprintf(e->file, sizeof e->file, "%s", c->file != NULL ? c->file : "");
    (void)snprintf(e->vector, sizeof e->vector, "%s", c->vector != NULL ? c->vector : "");
    (void)snprintf(e->message, sizeof e->message, "%s%s%s%s%s%s", e->file, e->file[0] != '\0' ? ": " : "",
                   e->vector[0] != '\0' ? "vector " : "", e->vector, e->vector[0] != '\0' ? ": " : "", what);
    return false;
}

void *natt_vectors_alloc(struct natt_vectors_context *c, size_t count, size_t size)
{
    struct natt_vectors_block *block = NULL;
    if (size == 0 || count <= (SIZE_MAX - sizeof *block) / size)
        block = calloc(1, sizeof *block + count * size);
    if (block == NULL) {
        (void)natt_vectors_fail(c, NATT_VECTORS_NO_MEMORY, "out of memory");
        return NULL;
    }
    *block = (struct natt_vectors_block){c->blocks, count * size};
    c->blocks = block;
    return block + 1;
}

void natt_vectors_free_blocks(struct natt_vectors_context *c)
{
    while (c->blocks != NULL) {
        struct natt_vectors_block *next = c->blocks->next;
        free(c->blocks);
        c->blocks = next;
    }
}

const char *natt_vectors_text(struct natt_vectors_context *c, const json_t *object, const char *what, const char *key)
{
    const json_t *value = json_object_get(object, key);
    const char *text = json_string_value(value), *dot = what[0] != '\0' ? "." : "";
    if (text != NULL && text[0] != '\0')
        return text;
    (void)natt_vectors_fail(c, NATT_VECTORS_BROKEN, "%s%s%s %s", what, dot, key,
                            value == NULL  ? "is missing"
                            : text == NULL ? "is not a string"
                                           : "is empty");
    return NULL;
}

bool natt_vectors_number(struct natt_vectors_context *c, uint64_t *out, const json_t *object, const char *key,
                         const uint64_t *otherwise)
{
    const json_t *value = json_object_get(object, key);
    if (value == NULL && otherwise != NULL) {
        *out = *otherwise;
        return true;
    }
    if (value == NULL)
        return natt_vectors_fail(c, NATT_VECTORS_BROKEN, "%s is missing", key);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return natt_vectors_fail(c, NATT_VECTORS_BROKEN, "%s is not a non-negative integer", key);
    *out = (uint64_t)json_integer_value(value);
    return true;
}

const json_t *natt_vectors_list(struct natt_vectors_context *c, const json_t *object, const char *key, size_t min,
                                size_t max)
{
    const json_t *list = json_object_get(object, key);
    size_t count = json_array_size(list);
    if (json_is_array(list) && count >= min && count <= max)
        return list;
    if (list == NULL)
        (void)natt_vectors_fail(c, NATT_VECTORS_BROKEN, "%s is missing", key);
    else if (!json_is_array(list))
        (void)natt_vectors_fail(c, NATT_VECTORS_BROKEN, "%s is not a list", key);
    else
        (void)natt_vectors_fail(c, NATT_VECTORS_BROKEN, "%s has %zu entries, not %zu to %zu", key, count, min, max);
    return NULL;
}
