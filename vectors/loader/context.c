/* See loader.h. */
#include "vectors/loader/loader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The bytes follow this header. */
struct natt_vectors_block {
    struct natt_vectors_block *next;
    size_t len; /* aligns the bytes for pointers and 64-bit numbers */
};

bool natt_vectors_fail(struct natt_loader *c, natt_vectors_fault fault, const char *format, ...)
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

void *natt_vectors_alloc(struct natt_loader *c, size_t count, size_t size)
{
    struct natt_vectors_block *block = NULL;
    if (size == 0 || count <= (SIZE_MAX - sizeof *block) / size)
        block = calloc(1, sizeof *block + count * size);
    if (block == NULL) {
        (void)natt_vectors_no_memory(c);
        return NULL;
    }
    *block = (struct natt_vectors_block){c->blocks, count * size};
    c->blocks = block;
    return block + 1;
}

void *natt_vectors_copy(struct natt_loader *c, const void *bytes, size_t len)
{
    void *copy = natt_vectors_alloc(c, len, 1);
    if (copy != NULL && len > 0)
        memcpy(copy, bytes, len);
    return copy;
}

void natt_vectors_free_blocks(struct natt_loader *c)
{
    while (c->blocks != NULL) {
        struct natt_vectors_block *next = c->blocks->next;
        free(c->blocks);
        c->blocks = next;
    }
}

bool natt_vectors_only_keys(struct natt_loader *c, const json_t *object, const char *const *known, const char *what)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return natt_vectors_broken(c, "%s is %s", what, object == NULL ? "missing" : "not an object");
    json_object_foreach((json_t *)object, key, value)
    {
        const char *const *k = known;
        while (*k != NULL && strcmp(*k, key) != 0)
            k++;
        c->unknown = *k == NULL;
        if (c->unknown)
            return natt_vectors_broken(c, "%s: unknown key \"%.60s\"", what, key);
    }
    return true;
}

const char *natt_vectors_string(struct natt_loader *c, const json_t *value, const char *what)
{
    if (!json_is_string(value))
        (void)natt_vectors_broken(c, "%s %s", what, value == NULL ? "is missing" : "is not a string");
    return json_string_value(value);
}

const char *natt_vectors_text(struct natt_loader *c, const json_t *object, const char *what, const char *key)
{
    char name[100];
    (void)snprintf(name, sizeof name, "%s%s%s", what, what[0] != '\0' ? "." : "", key);
    const char *text = natt_vectors_string(c, json_object_get(object, key), name);
    if (text == NULL || text[0] != '\0')
        return text;
    (void)natt_vectors_broken(c, "%s is empty", name);
    return NULL;
}

bool natt_vectors_number(struct natt_loader *c, uint64_t *out, const json_t *object, const char *key,
                         const uint64_t *otherwise)
{
    const json_t *value = json_object_get(object, key);
    if (value == NULL && otherwise != NULL) {
        *out = *otherwise;
        return true;
    }
    if (value == NULL)
        return natt_vectors_broken(c, "%s is missing", key);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return natt_vectors_broken(c, "%s is not a non-negative integer", key);
    *out = (uint64_t)json_integer_value(value);
    return true;
}

const json_t *natt_vectors_list(struct natt_loader *c, const json_t *object, const char *key, size_t min, size_t max)
{
    const json_t *list = json_object_get(object, key);
    size_t count = json_array_size(list);
    if (json_is_array(list) && count >= min && count <= max)
        return list;
    if (list == NULL)
        (void)natt_vectors_broken(c, "%s is missing", key);
    else if (!json_is_array(list))
        (void)natt_vectors_broken(c, "%s is not a list", key);
    else
        (void)natt_vectors_broken(c, "%s has %zu entries, not %zu to %zu", key, count, min, max);
    return NULL;
}

static bool has_digest(struct natt_loader *c, natt_bytes bytes, const char *stated)
{
    char found[NATT_VECTORS_SHA256_HEX];
    if (!natt_vectors_sha256_text(found, bytes))
        return natt_vectors_fail(c, NATT_VECTORS_NO_MEMORY, "cannot compute SHA-256");
    return strcmp(found, stated) == 0 ||
           natt_vectors_broken(c, "the SHA-256 digest is %s, but manifest.json has %s", found, stated);
}

static json_t *parse(struct natt_loader *c, natt_bytes bytes)
{
    json_error_t where;
    json_t *out = json_loadb((const char *)bytes.ptr, bytes.len, JSON_REJECT_DUPLICATES, &where);
    if (out == NULL)
        (void)natt_vectors_broken(c, "line %d, column %d: %s", where.line, where.column, where.text);
    if (out == NULL || json_is_object(out))
        return out;
    (void)natt_vectors_broken(c, "is not a JSON object");
    json_decref(out);
    return NULL;
}

json_t *natt_vectors_read_json(struct natt_loader *c, const char *path, size_t max, const char *sha256)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    if (!natt_vectors_read_file(c, &bytes, &len, path, max))
        return NULL;
    natt_bytes all = {bytes, len};
    json_t *out = sha256 == NULL || has_digest(c, all, sha256) ? parse(c, all) : NULL;
    free(bytes);
    return out;
}
