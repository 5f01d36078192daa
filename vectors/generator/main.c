/*
 * natt-make-vectors FOLDER: writes FOLDER/data/<group>.json and FOLDER/manifest.json. Its output is deterministic.
 */
#include "vectors/generator/vector.h"

#include <stdio.h>
#include <string.h>

#define SEED "nitro-attest vectors, version 1"

static json_int_t total(const json_t *files)
{
    json_int_t sum = 0;
    const json_t *file;
    size_t i;
    json_array_foreach(files, i, file) sum += json_integer_value(json_object_get(file, "count"));
    return sum;
}

static bool write_manifest(const char *folder, json_t *files)
{
    char sha256[65];
    json_t *manifest =
        json_pack("{s:s, s:i, s:s, s:I, s:O}", "name", "nitro-attest vectors", "version", NATT_VECTORS_VERSION,
                  "schema", "schema/vectors.schema.json", "count", total(files), "files", files);
    bool ok = manifest != NULL && natt_output_json(folder, "manifest.json", manifest, sha256);
    json_decref(manifest);
    return ok;
}

int main(int argc, char **argv)
{
    struct natt_maker maker = {.options = NATT_ISSUER_OPTIONS_INIT, .request = NATT_ISSUE_REQUEST_INIT};
    bool ok = argc == 2;
    json_t *files = json_array();
    maker.options.seed = (natt_bytes){(const uint8_t *)SEED, strlen(SEED)};
    maker.options.now_ms = NATT_VECTOR_NOW_MS;
    maker.options.suffix = "aws";
    maker.options.role_arn = "arn:aws:iam::123456789012:role/test";
    if (!ok)
        fprintf(stderr, "usage: natt-make-vectors FOLDER\n");
    for (size_t i = 0; argc == 2 && i < natt_vector_group_count; i++)
        ok = natt_output_group(natt_vector_groups[i], &maker, argv[1], files) && ok;
    ok = ok && write_manifest(argv[1], files);
    json_decref(files);
    natt_issuers_free(&maker);
    return ok ? 0 : 1;
}
