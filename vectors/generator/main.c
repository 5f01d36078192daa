/*
 * natt-make-vectors FOLDER: writes FOLDER/data/<group>.json and FOLDER/manifest.json. Equal sources give equal bytes.
 */
#include "vectors/generator/vector.h"

#include <stdio.h>

static const struct natt_vector_group *const groups[] = {
    &natt_group_envelope,  &natt_group_cbor,      &natt_group_document, &natt_group_certificate,
    &natt_group_extension, &natt_group_chain,     &natt_group_time,     &natt_group_policy,
    &natt_group_nitrotpm,  &natt_group_signature, &natt_group_valid,    &natt_group_genuine,
};

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
    bool ok = argc == 2;
    json_t *files = json_array();
    if (!ok)
        fprintf(stderr, "usage: natt-make-vectors FOLDER\n");
    for (size_t i = 0; argc == 2 && i < sizeof groups / sizeof groups[0]; i++)
        ok = natt_output_group(groups[i], argv[1], files) && ok;
    ok = ok && write_manifest(argv[1], files);
    json_decref(files);
    natt_issuers_free();
    return ok ? 0 : 1;
}
