/*
 * Property: a manifest is accepted if and only if it matches the files beside it, as a parser with jansson alone reads
 * it; then version, number, order and ids are those of the files. A file of vectors is either loaded completely, with
 * the content of the file, or refused with a fault code and a message of one line. Input: a byte (even: a file of
 * vectors, for which a manifest is written; odd: the manifest, beside three fixed files), then the file. A manifest is
 * tried unchanged, and again with corrected digests and counts. Files are in memory: this program's
 * natt_vectors_read_file replaces loader/file.c.
 */
#include "fuzz/property.h"
#include "vectors/loader/loader.h"

#include <jansson.h>
#include <mbedtls/base64.h>
#include <mbedtls/md.h>

#define FOLDER "memory"
#define DIGEST 65

#define VECTOR(id)                                                                                                     \
    "{\"id\":\"" id "\",\"description\":\"D.\",\"rules\":[\"R-CBOR-01\"],\"class\":\"c\",\"severity\":\"none\","       \
    "\"reach\":\"aws\",\"tags\":[\"pedantic\"],"                                                                       \
    "\"document\":\"AAEC\",\"roots\":[\"r\"],\"now_ms\":1,\"options\":{\"kind\":\"enclave\",\"time_mode\":\"now\","    \
    "\"max_age_ms\":0,\"flags\":[\"no-pcr-policy\"]},\"expect\":{\"result\":\"accept\"}}"
#define GROUP(name, version, vectors)                                                                                  \
    "{\"group\":\"" name "\",\"format\":3,\"version\":" version                                                        \
    ",\"description\":\"d\",\"roots\":{\"r\":\"MDAw\"},\"vectors\":[" vectors "]}"

/* Three files beside a manifest; seeds.py reads this table. */
static const struct beside {
    const char *file, *sha256;
    size_t version, count;
    const char *name, *ids[2], *text;
} beside[] = {
    {"one.json",
     "2e34302a14e615e5b58cc529bffff68f8450beb0dd3500858e4739ba08923392",
     2,
     1,
     "one",
     {"a"},
     GROUP("one", "2", VECTOR("a"))},
    {"two.json",
     "39a5d98b5a7a449c05bd6f3d2a04165986c17f906fa23acc2052418ddbfc7a9f",
     2,
     2,
     "two",
     {"b", "c"},
     GROUP("two", "2", VECTOR("b") "," VECTOR("c"))},
    {"old.json",
     "646c6388ecfcb8ae5eac9eb994038d6640be7ef6cfc155b2a9a0f3f2a739a014",
     1,
     1,
     "old",
     {"d"},
     GROUP("old", "1", VECTOR("d"))},
};

#define BESIDE (sizeof beside / sizeof beside[0])

static const struct beside *find_beside(const char *file)
{
    for (size_t i = 0; file != NULL && i < BESIDE; i++)
        if (strcmp(file, beside[i].file) == 0)
            return &beside[i];
    return NULL;
}

/* ---- files in memory ---- */

static natt_bytes manifest_file, group_file; /* NULL if the file does not exist */

static natt_bytes find_file(const char *path)
{
    const struct beside *other = find_beside(path);
    if (strcmp(path, "manifest.json") == 0)
        return manifest_file;
    if (strcmp(path, "group.json") == 0)
        return group_file;
    return other != NULL ? (natt_bytes){(const uint8_t *)other->text, strlen(other->text)} : (natt_bytes){NULL, 0};
}

/* Returns memory of exactly the file's size, so that AddressSanitizer detects a read beyond it. */
bool natt_vectors_read_file(struct natt_loader *c, uint8_t **out, size_t *len, const char *path, size_t max)
{
    MUST(strncmp(path, FOLDER "/", strlen(FOLDER "/")) == 0);
    natt_bytes found = find_file(path + strlen(FOLDER "/"));
    *out = NULL;
    *len = 0;
    if (found.ptr == NULL)
        return natt_vectors_fail(c, NATT_VECTORS_UNREADABLE, "cannot open %s: it does not exist", path);
    MUST(found.len <= max);
    *out = malloc(found.len);
    MUST(*out != NULL || found.len == 0);
    if (found.len > 0)
        memcpy(*out, found.ptr, found.len);
    *len = found.len;
    return true;
}

static void sha256_of(char out[DIGEST], natt_bytes in)
{
    uint8_t digest[32];
    MUST(mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), in.ptr, in.len, digest) == 0);
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

/* Checks the digests of the table. Seeds jansson's hash tables with a constant, so that coverage is the same in every
 * run. */
static void begin(void)
{
    char sha256[DIGEST];
    for (size_t i = 0; i < BESIDE; i++) {
        sha256_of(sha256, find_file(beside[i].file));
        MUST(strcmp(sha256, beside[i].sha256) == 0);
    }
    json_object_seed(1);
}

/* ---- what is loaded, compared with the file ---- */

static bool says(const char *got, const json_t *object, const char *key)
{
    const char *said = json_string_value(json_object_get(object, key));
    return got == NULL || said == NULL ? got == said : strcmp(got, said) == 0;
}

static bool says_number(uint64_t got, uint64_t none, const json_t *object, const char *key)
{
    const json_t *said = json_object_get(object, key);
    return json_is_integer(said) ? json_integer_value(said) >= 0 && got == (uint64_t)json_integer_value(said)
                                 : got == none;
}

static void check_form(const natt_vector *v)
{
    MUST(v->rule_count > 0 && v->rule_count <= NATT_VECTORS_MAX_RULES && v->tag_count <= NATT_VECTORS_MAX_TAGS);
    MUST(v->accept == (v->code == NATT_OK) && v->accept == (strcmp(v->severity, "none") == 0));
    MUST(v->document.ptr != NULL || v->genuine_sha256 != NULL);
    MUST(v->document.len <= NATT_VECTORS_MAX_DOCUMENT);
    const natt_options *o = v->options;
    MUST(o != NULL && o->struct_size == sizeof *o && o->root_count >= 1 && o->root_count <= NATT_VECTORS_MAX_ROOTS);
    MUST(o->deny_count <= NATT_VECTORS_MAX_DENY &&
         (o->policy == NULL || o->policy->set_count <= NATT_VECTORS_MAX_SETS));
}

static void check_options(const natt_vector *v, const json_t *said)
{
    json_t *again = json_loads(v->options_json, JSON_REJECT_DUPLICATES, NULL);
    MUST(json_is_object(again) && json_equal(again, json_object_get(said, "options")));
    json_decref(again);
    MUST(v->options->root_count == json_array_size(json_object_get(said, "roots")));
    MUST(json_is_integer(json_object_get(said, "now_ms")) &&
         says_number(v->options->now_ms, NATT_UNSET_MS, said, "now_ms"));
}

static void check_edits(const natt_vector *v, const json_t *said)
{
    size_t end = 0;
    MUST(v->edit_count == json_array_size(said) && v->edit_count <= NATT_VECTORS_MAX_EDITS);
    for (size_t i = 0; i < v->edit_count; i++) {
        const json_t *edit = json_array_get(said, i);
        const natt_vector_edit *e = &v->edits[i];
        MUST(says_number(e->offset, 0, edit, "offset") && says_number(e->remove, 0, edit, "remove"));
        MUST(2 * e->insert.len == json_string_length(json_object_get(edit, "insert")));
        MUST(e->offset >= end && e->remove + e->insert.len > 0);
        end = e->offset + e->remove;
    }
}

static void check_values(const natt_vector *v, const json_t *said)
{
    const json_t *pcrs = json_object_get(said, "pcrs");
    size_t count = 0;
    MUST((v->values != NULL) == (said != NULL));
    if (said == NULL)
        return;
    for (size_t i = 0; i < NATT_PCR_COUNT; i++) {
        bool has = (v->values->pcr_mask & 1u << i) != 0;
        count += has ? 1 : 0;
        MUST(v->values->pcrs[i].len == (has ? NATT_PCR_LEN : 0));
    }
    MUST(count == json_object_size(pcrs) && says_number(v->values->timestamp_ms, 0, said, "timestamp"));
    MUST((v->values->nonce.ptr != NULL) == json_is_string(json_object_get(said, "nonce")));
    MUST(((v->values->known & 1u << NATT_FIELD_NONCE) != 0) == (json_object_get(said, "nonce") != NULL));
}

static void check_document(const natt_vector *v, const json_t *said)
{
    const json_t *document = json_object_get(said, "document");
    uint8_t bytes[4096];
    size_t len = 0;
    if (json_is_object(document)) {
        MUST(says(v->genuine_sha256, document, "sha256") && says(v->genuine_file, document, "file"));
        check_edits(v, json_object_get(document, "patch"));
        return;
    }
    MUST(mbedtls_base64_decode(bytes, sizeof bytes, &len, (const unsigned char *)json_string_value(document),
                               json_string_length(document)) == 0);
    MUST(fuzz_same_bytes(v->document, bytes, len));
}

static void check_expectation(const natt_vector *v, const json_t *expect)
{
    MUST(says(v->accept ? "accept" : "refuse", expect, "result"));
    MUST(v->accept || says(natt_code_name(v->code), expect, "code"));
    check_values(v, json_object_get(expect, "values"));
    MUST(says_number(v->offset, NATT_NO_OFFSET, expect, "offset") &&
         says_number(v->item, NATT_NO_ITEM, expect, "item"));
}

static void check_strings(const char *const *got, size_t count, const json_t *said)
{
    MUST(got != NULL && json_is_array(said) && count == json_array_size(said));
    for (size_t i = 0; i < count; i++)
        MUST(strcmp(got[i], json_string_value(json_array_get(said, i))) == 0);
}

static void check_vector(const natt_vectors *all, const natt_vector *v, const json_t *file, const json_t *said)
{
    MUST(v->id != NULL && natt_vectors_find(all, v->id) == v);
    MUST(says(v->group, file, "group") && says(v->id, said, "id") && says(v->description, said, "description"));
    MUST(says(v->class_name, said, "class") && says(v->severity, said, "severity") && says(v->policy, said, "policy"));
    MUST(v->description != NULL && v->class_name != NULL && v->severity != NULL && v->reach != NULL);
    MUST(says(v->reach, said, "reach"));
    check_strings(v->rules, v->rule_count, json_object_get(said, "rules"));
    check_strings(v->tags, v->tag_count, json_object_get(said, "tags"));
    check_form(v);
    check_options(v, said);
    check_document(v, said);
    check_expectation(v, json_object_get(said, "expect"));
}

/* Steps are vectors, and a refused one makes the sequence one that must be refused. */
static void check_sequence(const natt_vectors *all, const natt_vector *s, const json_t *file, const json_t *said)
{
    const json_t *steps = json_object_get(said, "steps");
    bool accept = true;
    MUST(natt_vectors_find(all, s->id) == s && says(s->group, file, "group") && says(s->id, said, "id"));
    MUST(says(s->severity, said, "severity") && says(s->reach, said, "reach") && s->document.ptr == NULL);
    MUST(s->step_count >= 2 && s->step_count <= NATT_VECTORS_MAX_STEPS && s->step_count == json_array_size(steps));
    for (size_t i = 0; i < s->step_count; i++) {
        MUST(s->steps[i]->step_count == 0 && strcmp(s->steps[i]->id, json_string_value(json_array_get(steps, i))) == 0);
        accept = accept && s->steps[i]->accept;
    }
    MUST(s->accept == accept);
}

static void check_end(const natt_vectors *all, size_t count)
{
    MUST(count > 0 && natt_vectors_count(all) == count && natt_vectors_at(all, count) == NULL);
    MUST(natt_vectors_find(all, "no such vector") == NULL && strcmp(natt_vectors_folder(all), FOLDER) == 0);
}

static void check_group(const natt_vectors *all, const json_t *file)
{
    const json_t *list = json_object_get(file, "vectors");
    MUST(natt_vectors_version(all) == (uint64_t)json_integer_value(json_object_get(file, "version")));
    MUST(json_integer_value(json_object_get(file, "format")) == NATT_VECTORS_FORMAT);
    check_end(all, json_array_size(list));
    for (size_t i = 0; i < json_array_size(list); i++)
        check_vector(all, natt_vectors_at(all, i), file, json_array_get(list, i));
    const json_t *sequences = json_object_get(file, "sequences");
    MUST(natt_vectors_sequence_count(all) == json_array_size(sequences));
    for (size_t i = 0; i < json_array_size(sequences); i++)
        check_sequence(all, natt_vectors_sequence_at(all, i), file, json_array_get(sequences, i));
}

static void check_refusal(const natt_vectors_error *err)
{
    MUST(err->fault == NATT_VECTORS_BROKEN || err->fault == NATT_VECTORS_UNREADABLE);
    MUST(err->message[0] != '\0' && memchr(err->message, '\0', sizeof err->message) != NULL);
    MUST(strcmp(err->file, "") != 0 && strncmp(err->message, err->file, strlen(err->file)) == 0);
}

static natt_vectors *open_all(void)
{
    natt_vectors_options options = NATT_VECTORS_OPTIONS_INIT;
    natt_vectors_error err;
    options.folder = FOLDER;
    natt_vectors *all = natt_vectors_open(&options, &err);
    if (all == NULL)
        check_refusal(&err);
    else
        MUST(err.fault == NATT_VECTORS_FINE);
    return all;
}

/* ---- a file of vectors ---- */

/* Counts the vectors with jansson and reads the version: a correct manifest states both. */
static size_t write_manifest(char *text, size_t room, const json_t *file)
{
    char sha256[DIGEST];
    size_t count = json_array_size(json_object_get(file, "vectors"));
    json_int_t version = json_integer_value(json_object_get(file, "version"));
    sha256_of(sha256, group_file);
    int n = snprintf(text, room,
                     "{\"format\": %d, \"version\": %lld, \"count\": %zu, \"files\": [{\"file\": \"group.json\", "
                     "\"sha256\": \"%s\", \"count\": %zu}]}",
                     NATT_VECTORS_FORMAT, (long long)(version > 0 ? version : 1), count, sha256, count);
    MUST(n > 0 && (size_t)n < room);
    return (size_t)n;
}

static void try_group(natt_bytes in)
{
    char text[512];
    json_t *file = json_loadb((const char *)in.ptr, in.len, JSON_REJECT_DUPLICATES, NULL);
    group_file = in;
    manifest_file = (natt_bytes){(const uint8_t *)text, write_manifest(text, sizeof text, file)};
    natt_vectors *all = open_all();
    if (all != NULL)
        check_group(all, file);
    natt_vectors_free(all);
    json_decref(file);
}

/* ---- a manifest ---- */

static bool is_number(const json_t *object, const char *key, size_t want)
{
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) && json_integer_value(value) == (json_int_t)want;
}

/* Returns the file that an entry names, or NULL if no file matches the entry. */
static const struct beside *named(const json_t *entry)
{
    const struct beside *file = find_beside(json_string_value(json_object_get(entry, "file")));
    return file != NULL && says(file->sha256, entry, "sha256") && is_number(entry, "count", file->count) ? file : NULL;
}

/* Returns true if the manifest must be accepted, and the loaded files in order. Each file may appear once. */
static bool fits(const struct beside *files[BESIDE], size_t *vectors, const json_t *manifest)
{
    const json_t *list = json_object_get(manifest, "files");
    size_t count = json_array_size(list);
    *vectors = 0;
    if (count == 0 || count > BESIDE || !is_number(manifest, "format", NATT_VECTORS_FORMAT))
        return false;
    for (size_t i = 0; i < count; i++) {
        files[i] = named(json_array_get(list, i));
        if (files[i] == NULL || !is_number(manifest, "version", files[i]->version))
            return false;
        for (size_t before = 0; before < i; before++)
            if (files[before] == files[i])
                return false;
        *vectors += files[i]->count;
    }
    return is_number(manifest, "count", *vectors);
}

static void check_taken(const natt_vectors *all, const struct beside *const *files, size_t vectors)
{
    MUST(natt_vectors_version(all) == files[0]->version);
    check_end(all, vectors);
    for (size_t at = 0; at < vectors; files++)
        for (size_t i = 0; i < (*files)->count; i++, at++) {
            const natt_vector *v = natt_vectors_at(all, at);
            MUST(strcmp(v->id, (*files)->ids[i]) == 0 && strcmp(v->group, (*files)->name) == 0);
            MUST(natt_vectors_find(all, v->id) == v);
        }
}

static bool check_manifest(natt_bytes in, const json_t *manifest)
{
    const struct beside *files[BESIDE];
    size_t vectors;
    bool right = fits(files, &vectors, manifest);
    manifest_file = in;
    natt_vectors *all = open_all();
    MUST((all != NULL) == right);
    if (right)
        check_taken(all, files, vectors);
    natt_vectors_free(all);
    return right;
}

/* Corrects digests and counts of the files that exist. Returns true if there was such a file. */
static bool correct_manifest(json_t *manifest)
{
    json_t *list = json_object_get(manifest, "files");
    size_t total = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *entry = json_array_get(list, i);
        const struct beside *file = find_beside(json_string_value(json_object_get(entry, "file")));
        if (file == NULL)
            continue;
        MUST(json_object_set_new(entry, "sha256", json_string(file->sha256)) == 0);
        MUST(json_object_set_new(entry, "count", json_integer((json_int_t)file->count)) == 0);
        total += file->count;
    }
    return total > 0 && json_object_set_new(manifest, "count", json_integer((json_int_t)total)) == 0;
}

static void try_manifest(natt_bytes in)
{
    json_t *manifest = json_loadb((const char *)in.ptr, in.len, JSON_REJECT_DUPLICATES, NULL);
    group_file = (natt_bytes){NULL, 0};
    if (!check_manifest(in, manifest) && correct_manifest(manifest)) {
        char *text = json_dumps(manifest, JSON_COMPACT);
        MUST(text != NULL);
        (void)check_manifest((natt_bytes){(const uint8_t *)text, strlen(text)}, manifest);
        free(text);
    }
    json_decref(manifest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool begun;
    uint8_t what;
    natt_bytes in = {data, size};
    if (!begun)
        begin();
    begun = true;
    fuzz_take(&in, &what, 1);
    if (what % 2 == 0)
        try_group(in);
    else
        try_manifest(in);
    return 0;
}
