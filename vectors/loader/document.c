/* See loader.h: the document of a vector, included or genuine, and the edits of a genuine one. */
#include "vectors/loader/loader.h"

#include "vectors/loader/words.h"

#include <stdio.h>
#include <string.h>

/* ---- one edit ---- */

static bool position(struct natt_loader *c, size_t *out, const json_t *edit, const char *key, const char *what)
{
    uint64_t number = 0;
    if (!natt_vectors_number(c, &number, edit, key, NULL))
        return false;
    *out = (size_t)number;
    return number <= NATT_VECTORS_MAX_DOCUMENT ||
           natt_vectors_broken(c, "%s.%s is more than %d", what, key, NATT_VECTORS_MAX_DOCUMENT);
}

/* `from`: where the edit before it ends. */
static bool read_edit(struct natt_loader *c, natt_vector_edit *out, size_t from, const json_t *edit, const char *what)
{
    static const char *const keys[] = {NATT_VECTORS_EDIT_KEYS, NULL};
    if (!natt_vectors_only_keys(c, edit, keys, what) || !position(c, &out->offset, edit, "offset", what) ||
        !position(c, &out->remove, edit, "remove", what) ||
        !natt_vectors_hex(c, &out->insert, json_object_get(edit, "insert"), what, NATT_VECTORS_MAX_DOCUMENT))
        return false;
    if (out->offset < from)
        return natt_vectors_broken(c, "%s begins before the end of the edit before it", what);
    return out->remove + out->insert.len > 0 || natt_vectors_broken(c, "%s changes nothing", what);
}

static bool read_edits(struct natt_loader *c, natt_vector *out, const json_t *document)
{
    const json_t *list = natt_vectors_list(c, document, "patch", 1, NATT_VECTORS_MAX_EDITS);
    size_t count = json_array_size(list), end = 0;
    natt_vector_edit *edits = list != NULL ? natt_vectors_alloc(c, count, sizeof *edits) : NULL;
    char what[60];
    for (size_t i = 0; edits != NULL && i < count; i++) {
        (void)snprintf(what, sizeof what, "document.patch[%zu]", i);
        if (!read_edit(c, &edits[i], end, json_array_get(list, i), what))
            return false;
        end = edits[i].offset + edits[i].remove;
    }
    out->edits = edits;
    out->edit_count = count;
    return edits != NULL;
}

/* ---- all edits ---- */

/* False: an edit is outside the document, or the result is too large. */
static bool measure(struct natt_loader *c, size_t *len, const natt_vector *v)
{
    *len = v->document.len;
    for (size_t i = 0; i < v->edit_count; i++) {
        const natt_vector_edit *e = &v->edits[i];
        if (e->offset + e->remove > v->document.len)
            return natt_vectors_broken(c, "document.patch[%zu] ends at byte %zu, but %.60s has %zu bytes", i,
                                       e->offset + e->remove, v->genuine_file, v->document.len);
        *len = *len - e->remove + e->insert.len;
    }
    return *len <= NATT_VECTORS_MAX_DOCUMENT ||
           natt_vectors_broken(c, "document.patch makes %zu bytes, more than the maximum of %d", *len,
                               NATT_VECTORS_MAX_DOCUMENT);
}

static uint8_t *copy(uint8_t *to, const uint8_t *from, size_t len)
{
    if (len > 0)
        memcpy(to, from, len);
    return to + len;
}

static bool apply(struct natt_loader *c, natt_vector *v)
{
    size_t len = 0, at = 0;
    uint8_t *bytes = measure(c, &len, v) ? natt_vectors_alloc(c, len, 1) : NULL, *to = bytes;
    if (bytes == NULL)
        return false;
    for (size_t i = 0; i < v->edit_count; i++) {
        const natt_vector_edit *e = &v->edits[i];
        to = copy(to, v->document.ptr + at, e->offset - at);
        to = copy(to, e->insert.ptr, e->insert.len);
        at = e->offset + e->remove;
    }
    (void)copy(to, v->document.ptr + at, v->document.len - at);
    v->document = (natt_bytes){bytes, len};
    return true;
}

bool natt_vectors_read_document(struct natt_loader *c, natt_vector *out, const struct natt_vectors_genuine *genuine,
                                const json_t *from)
{
    if (!json_is_object(from))
        return natt_vectors_base64(c, &out->document, from, "document", NATT_VECTORS_MAX_DOCUMENT);
    out->genuine_sha256 = natt_vectors_text(c, from, "document", "sha256");
    out->genuine_file = natt_vectors_text(c, from, "document", "file");
    if (out->genuine_sha256 == NULL || out->genuine_file == NULL)
        return false;
    if (!natt_vectors_is_sha256(out->genuine_sha256))
        return natt_vectors_broken(c, "document.sha256 is not 64 lowercase hexadecimal digits");
    out->document = natt_vectors_genuine_find(genuine, out->genuine_sha256);
    if (json_object_get(from, "patch") == NULL)
        return true;
    return read_edits(c, out, from) && (out->document.ptr == NULL || apply(c, out));
}
