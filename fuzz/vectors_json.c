/*
 * Property: whatever stands in a file of vectors or in the manifest, all vectors are loaded or none. None: a typed fault
 * with a message of one line. All: as many as the manifest counts, each found by its id, whole, and with one right answer.
 * Input: a byte (even: a file of vectors, for which a manifest is written; odd: the manifest, beside an empty folder),
 * then the file.
 */
#include "fuzz/property.h"
#include "vectors/loader/bytes.h"

#include <jansson.h>
#include <unistd.h>

static char folder[64], manifest_path[96], group_path[96];

static void remove_folder(void)
{
    (void)remove(manifest_path);
    (void)remove(group_path);
    (void)remove(folder);
}

/* In memory, where the system has such a place: several files are written for each input. */
static void make_folder(void)
{
    (void)snprintf(folder, sizeof folder, "/dev/shm/natt-fuzz-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        (void)snprintf(folder, sizeof folder, "/tmp/natt-fuzz-XXXXXX");
        MUST(mkdtemp(folder) != NULL);
    }
    (void)snprintf(manifest_path, sizeof manifest_path, "%s/manifest.json", folder);
    (void)snprintf(group_path, sizeof group_path, "%s/group.json", folder);
    (void)atexit(remove_folder);
}

static void write_file(const char *path, const void *bytes, size_t len)
{
    FILE *f = fopen(path, "wb");
    MUST(f != NULL && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
}

/* How many vectors jansson sees, and the version: what an honest manifest states. */
static void write_manifest(natt_bytes group)
{
    char sha256[NATT_VECTORS_SHA256_HEX], text[512];
    natt_vectors_error err = {0};
    struct natt_vectors_context c = {.err = &err};
    json_t *root = json_loadb((const char *)group.ptr, group.len, 0, NULL);
    size_t count = json_array_size(json_object_get(root, "vectors"));
    json_int_t version = json_integer_value(json_object_get(root, "version"));
    json_decref(root);
    MUST(natt_vectors_sha256(&c, sha256, group));
    int n = snprintf(text, sizeof text,
                     "{\"version\": %lld, \"count\": %zu, \"files\": [{\"file\": \"group.json\", \"sha256\": \"%s\", "
                     "\"count\": %zu}]}",
                     (long long)(version > 0 ? version : 1), count, sha256, count);
    MUST(n > 0 && (size_t)n < sizeof text);
    write_file(manifest_path, text, (size_t)n);
}

static void check_vector(const natt_vectors *all, const natt_vector *v)
{
    MUST(v->id != NULL && natt_vectors_find(all, v->id) == v && v->group != NULL && v->description != NULL);
    MUST(v->class_name != NULL && v->severity != NULL && v->rule_count > 0 && v->rule_count <= NATT_VECTORS_MAX_RULES);
    MUST(v->accept == (v->code == NATT_OK) && v->accept == (strcmp(v->severity, "none") == 0));
    MUST(v->document.ptr != NULL || v->genuine_sha256 != NULL);
    MUST(v->document.len <= NATT_VECTORS_MAX_DOCUMENT && natt_code_name(v->code)[0] != '\0');
    for (size_t i = 0; i < v->rule_count; i++)
        MUST(v->rules[i] != NULL);
    const natt_options *o = v->options;
    MUST(o != NULL && o->struct_size == sizeof *o && o->root_count >= 1 && o->root_count <= NATT_VECTORS_MAX_ROOTS);
    MUST(o->deny_count <= NATT_VECTORS_MAX_DENY &&
         (o->policy == NULL || o->policy->set_count <= NATT_VECTORS_MAX_SETS));
    json_t *again = json_loads(v->options_json, JSON_REJECT_DUPLICATES, NULL);
    MUST(json_is_object(again));
    json_decref(again);
}

static void check_all(const natt_vectors *all)
{
    MUST(natt_vectors_count(all) > 0 && natt_vectors_version(all) > 0);
    for (size_t i = 0; i < natt_vectors_count(all); i++)
        check_vector(all, natt_vectors_at(all, i));
    MUST(natt_vectors_at(all, natt_vectors_count(all)) == NULL && natt_vectors_find(all, "no such vector") == NULL);
}

static void check_refusal(const natt_vectors_error *err)
{
    MUST(err->fault == NATT_VECTORS_BROKEN || err->fault == NATT_VECTORS_UNREADABLE);
    MUST(err->message[0] != '\0' && memchr(err->message, '\0', sizeof err->message) != NULL);
    MUST(strcmp(err->file, "") != 0 && strncmp(err->message, err->file, strlen(err->file)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_vectors_options options = NATT_VECTORS_OPTIONS_INIT;
    natt_vectors_error err;
    uint8_t what;
    natt_bytes in = {data, size};
    if (folder[0] == '\0')
        make_folder();
    fuzz_take(&in, &what, 1);
    (void)remove(group_path);
    if (what % 2 == 0)
        write_manifest(in);
    write_file(what % 2 == 0 ? group_path : manifest_path, in.ptr, in.len);
    options.folder = folder;
    natt_vectors *all = natt_vectors_open(&options, &err);
    if (all != NULL)
        check_all(all);
    else
        check_refusal(&err);
    natt_vectors_free(all);
    return 0;
}
