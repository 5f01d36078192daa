/*
 * The loaded vectors: manifest, files in its order, lookup by number and by id.
 * The loader trusts the folder only. It accepts a file only with the digest in the manifest.
 */
#include "nitro_attest/vectors.h"

#include "vectors/loader/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct natt_vectors {
    struct natt_loader c;
    const char *folder;
    uint32_t version;
    json_t *files; /* all groups; they own ids and other strings */
    json_t *index; /* id -> number; sequences follow after the vectors */
    natt_vector *all, *sequences;
    size_t count, sequence_count;
    struct natt_vectors_genuine genuine;
};

/* ---- files ---- */

/* sha256 NULL: the manifest, whose digest is not known. */
static json_t *load(natt_vectors *v, const char *name, const char *sha256)
{
    char path[4096];
    v->c.file = name;
    v->c.vector = NULL;
    if (snprintf(path, sizeof path, "%s/%s", v->folder, name) < (int)sizeof path)
        return natt_vectors_read_json(&v->c, path, NATT_VECTORS_MAX_FILE, sha256);
    (void)natt_vectors_fail(&v->c, NATT_VECTORS_USAGE, "the path of the folder is too long");
    return NULL;
}

/* ---- vectors ---- */

static bool reserve(natt_vectors *v, size_t more)
{
    natt_vector *all = realloc(v->all, (v->count + more) * sizeof *all);
    if (all == NULL)
        return natt_vectors_no_memory(&v->c);
    v->all = all;
    return true;
}

static bool add(natt_vectors *v, const struct natt_vectors_group *group, const json_t *vector)
{
    natt_vector *to = &v->all[v->count];
    if (!natt_vectors_read_vector(&v->c, to, group, vector))
        return false;
    if (json_object_get(v->index, to->id) != NULL)
        return natt_vectors_broken(&v->c, "the id is used twice");
    if (json_object_set_new(v->index, to->id, json_integer((json_int_t)v->count)) != 0)
        return natt_vectors_no_memory(&v->c);
    v->count++;
    return true;
}

static bool add_list(natt_vectors *v, const struct natt_vectors_group *group, const json_t *list)
{
    if (!reserve(v, json_array_size(list)))
        return false;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!add(v, group, json_array_get(list, i)))
            return false;
    v->c.vector = NULL;
    return true;
}

static bool check_format(natt_vectors *v, const json_t *file)
{
    uint64_t format = 0;
    if (!natt_vectors_number(&v->c, &format, file, "format", NULL))
        return false;
    return format == NATT_VECTORS_FORMAT ||
           natt_vectors_broken(&v->c, "format is %llu, but this library reads format %d", (unsigned long long)format,
                               NATT_VECTORS_FORMAT);
}

static bool add_group(natt_vectors *v, const json_t *file, uint64_t count)
{
    const json_t *list = json_object_get(file, "vectors");
    struct natt_vectors_group group = {NULL, json_object_get(file, "roots"), &v->genuine};
    uint64_t version = 0;
    group.name = natt_vectors_text(&v->c, file, "", "group");
    if (group.name == NULL || !check_format(v, file) || !natt_vectors_number(&v->c, &version, file, "version", NULL))
        return false;
    if (version != v->version)
        return natt_vectors_broken(&v->c, "the version does not match manifest.json");
    if (!json_is_object(group.roots))
        return natt_vectors_broken(&v->c, "roots is not an object");
    if (!json_is_array(list) || json_array_size(list) == 0 || json_array_size(list) != count)
        return natt_vectors_broken(&v->c, "vectors has %zu entries, but manifest.json has a count of %llu",
                                   json_array_size(list), (unsigned long long)count);
    return add_list(v, &group, list);
}

/* ---- manifest ---- */

/* A relative path inside the folder. Other files are not vectors of this set. */
static bool inside(const char *path)
{
    return path[0] != '/' && strstr(path, "..") == NULL && strlen(path) < 200;
}

static bool add_file(natt_vectors *v, const json_t *entry)
{
    uint64_t count = 0;
    const char *name = natt_vectors_text(&v->c, entry, "files[]", "file");
    const char *sha256 = name != NULL ? natt_vectors_text(&v->c, entry, "files[]", "sha256") : NULL;
    if (sha256 == NULL || !natt_vectors_number(&v->c, &count, entry, "count", NULL))
        return false;
    if (!inside(name))
        return natt_vectors_broken(&v->c, "files[]: the path of a file must be inside the folder");
    if (!natt_vectors_is_sha256(sha256))
        return natt_vectors_broken(&v->c, "files[]: a sha256 is not 64 lowercase hexadecimal digits");
    json_t *file = load(v, name, sha256);
    if (file == NULL)
        return false;
    if (json_array_append_new(v->files, file) != 0)
        return natt_vectors_no_memory(&v->c);
    return add_group(v, file, count);
}

static bool add_files(natt_vectors *v, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        bool added = add_file(v, json_array_get(list, i));
        v->c.file = "manifest.json";
        if (!added)
            return false;
    }
    return true;
}

/* ---- sequences: after all vectors, which do not move any more ---- */

static bool add_sequence(natt_vectors *v, const char *group, const json_t *from)
{
    natt_vector *to = &v->sequences[v->sequence_count];
    if (!natt_vectors_read_sequence(&v->c, to, v, group, from))
        return false;
    if (json_object_get(v->index, to->id) != NULL)
        return natt_vectors_broken(&v->c, "the id is used twice");
    if (json_object_set_new(v->index, to->id, json_integer((json_int_t)(v->count + v->sequence_count))) != 0)
        return natt_vectors_no_memory(&v->c);
    v->sequence_count++;
    return true;
}

static bool add_sequences_of(natt_vectors *v, const json_t *file)
{
    if (json_object_get(file, "sequences") == NULL)
        return true;
    const char *group = json_string_value(json_object_get(file, "group"));
    const json_t *list = natt_vectors_list(&v->c, file, "sequences", 1, NATT_VECTORS_MAX_SEQUENCES);
    if (list == NULL)
        return false;
    natt_vector *more = realloc(v->sequences, (v->sequence_count + json_array_size(list)) * sizeof *more);
    if (more == NULL)
        return natt_vectors_no_memory(&v->c);
    v->sequences = more;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!add_sequence(v, group, json_array_get(list, i)))
            return false;
    v->c.vector = NULL;
    return true;
}

static bool add_sequences(natt_vectors *v, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(v->files); i++) {
        v->c.file = json_string_value(json_object_get(json_array_get(list, i), "file"));
        if (!add_sequences_of(v, json_array_get(v->files, i)))
            return false;
    }
    v->c.file = "manifest.json";
    return true;
}

static bool read_manifest(natt_vectors *v, const json_t *manifest)
{
    uint64_t version = 0, count = 0;
    if (!check_format(v, manifest) || !natt_vectors_number(&v->c, &version, manifest, "version", NULL) ||
        !natt_vectors_number(&v->c, &count, manifest, "count", NULL))
        return false;
    if (version == 0 || version > UINT32_MAX)
        return natt_vectors_broken(&v->c, "version is not a positive 32-bit number");
    v->version = (uint32_t)version;
    const json_t *list = natt_vectors_list(&v->c, manifest, "files", 1, NATT_VECTORS_MAX_FILES);
    if (list == NULL || !add_files(v, list) || !add_sequences(v, list))
        return false;
    return v->count == count || natt_vectors_broken(&v->c, "count is %llu, but the files have %zu vectors",
                                                    (unsigned long long)count, v->count);
}

static bool load_all(natt_vectors *v, const char *genuine)
{
    v->files = json_array();
    v->index = json_object();
    if (v->files == NULL || v->index == NULL)
        return natt_vectors_no_memory(&v->c);
    if (!natt_vectors_genuine_index(&v->c, &v->genuine, genuine))
        return false;
    json_t *manifest = load(v, "manifest.json", NULL);
    bool done = manifest != NULL && read_manifest(v, manifest);
    json_decref(manifest);
    return done;
}

/* ---- public ---- */

static natt_vectors *open_folder(const natt_vectors_options *options, natt_vectors_error *err)
{
    const char *folder = options->folder != NULL ? options->folder : NATT_VECTORS_INSTALLED;
    struct natt_loader c = {.err = err};
    natt_vectors *v = calloc(1, sizeof *v);
    if (v == NULL) {
        (void)natt_vectors_no_memory(&c);
        return NULL;
    }
    v->c = c;
    v->folder = natt_vectors_copy(&v->c, folder, strlen(folder) + 1);
    bool loaded = v->folder != NULL && load_all(v, options->genuine);
    v->c.err = NULL; /* it belongs to the caller, for this call only */
    if (loaded)
        return v;
    natt_vectors_free(v);
    return NULL;
}

natt_vectors *natt_vectors_open(const natt_vectors_options *options, natt_vectors_error *err)
{
    natt_vectors_error unwanted;
    struct natt_loader c = {.err = err != NULL ? err : &unwanted};
    memset(c.err, 0, sizeof *c.err);
    if (options != NULL && options->struct_size == sizeof *options)
        return open_folder(options, c.err);
    (void)natt_vectors_fail(&c, NATT_VECTORS_USAGE, "options: start from NATT_VECTORS_OPTIONS_INIT");
    return NULL;
}

void natt_vectors_free(natt_vectors *vectors)
{
    if (vectors == NULL)
        return;
    natt_vectors_free_blocks(&vectors->c);
    json_decref(vectors->files);
    json_decref(vectors->index);
    free(vectors->all);
    free(vectors->sequences);
    free(vectors);
}

uint32_t natt_vectors_version(const natt_vectors *vectors)
{
    return vectors->version;
}

const char *natt_vectors_folder(const natt_vectors *vectors)
{
    return vectors->folder;
}

size_t natt_vectors_count(const natt_vectors *vectors)
{
    return vectors->count;
}

const natt_vector *natt_vectors_at(const natt_vectors *vectors, size_t index)
{
    return index < vectors->count ? &vectors->all[index] : NULL;
}

const natt_vector *natt_vectors_find(const natt_vectors *vectors, const char *id)
{
    const json_t *at = json_object_get(vectors->index, id);
    size_t number = (size_t)json_integer_value(at);
    if (at == NULL)
        return NULL;
    return number < vectors->count ? &vectors->all[number] : &vectors->sequences[number - vectors->count];
}

size_t natt_vectors_sequence_count(const natt_vectors *vectors)
{
    return vectors->sequence_count;
}

const natt_vector *natt_vectors_sequence_at(const natt_vectors *vectors, size_t index)
{
    return index < vectors->sequence_count ? &vectors->sequences[index] : NULL;
}
