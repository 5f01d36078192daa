/* See measurements.h. */
#include "cli/pcr_values/measurements.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/frame/file.h"
#include "cli/pcr_values/json_in.h"
#include "cli/pcr_values/measurements_text.h"

#define HINT NATT_CLI_MEASUREMENTS_HINT

static bool fail(natt_cli_error *err, const char *what)
{
    return natt_cli_fail(err, NATT_CLI_USAGE, HINT, "%s", what);
}

/* Without an algorithm, the length of 48 bytes means SHA-384: no builder uses a different hash of that length. */
static bool check_algorithm(const json_t *value, natt_cli_error *err)
{
    static const char *const known[] = {"Sha384 { ... }", "SHA384 { ... }", "SHA384",
                                        "Sha512_48 { .. }"}; /* nitro-cli; NitroTPM-Tools; eif_build 0.8 */
    if (value == NULL)
        return true;
    if (!json_is_string(value))
        return fail(err, "HashAlgorithm is not a string");
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(json_string_value(value), known[i]) == 0)
            return true;
    return natt_cli_fail(err, NATT_CLI_USAGE, "attestation documents contain SHA-384 PCRs only",
                         "HashAlgorithm is \"%.100s\", not Sha384", json_string_value(value));
}

/* {"HashAlgorithm": "...", "PCR0": "<hex>", ...} */
static bool parse_pcrs(natt_cli_set *set, json_t *measurements, natt_cli_error *err)
{
    const char *key;
    json_t *value;
    if (!json_is_object(measurements))
        return fail(err, "\"Measurements\" is not an object");
    if (!check_algorithm(json_object_get(measurements, "HashAlgorithm"), err))
        return false;
    json_object_foreach(measurements, key, value)
    {
        if (strcmp(key, "HashAlgorithm") == 0)
            continue;
        if (strncasecmp(key, "PCR", 3) == 0 && !json_is_string(value))
            return natt_cli_fail(err, NATT_CLI_USAGE, HINT, "%.100s: the value is not a string", key);
        if (!natt_cli_measurement_add(set, key, json_is_string(value) ? json_string_value(value) : "", err))
            return false;
    }
    return set->count > 0 || fail(err, "there is no PCR");
}

/*
 * Of the keys beside Measurements (EifVersion, IsSigned, ImageName, ...) two are verdicts on the image. Others are
 * ignored, except for misspellings of these or of a PCR.
 */
static bool check_sibling(const char *key, const json_t *value, natt_cli_error *err)
{
    static const char *const verdicts[] = {"CheckCRC", "SignatureCheck"};
    if (strcasecmp(key, "Measurements") == 0 || strncasecmp(key, "PCR", 3) == 0 ||
        strcasecmp(key, "HashAlgorithm") == 0)
        return strcmp(key, "Measurements") == 0 ||
               natt_cli_fail(err, NATT_CLI_USAGE, HINT, "key \"%.100s\" is outside \"Measurements\"", key);
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
        if (strcasecmp(key, verdicts[i]) == 0 && (strcmp(key, verdicts[i]) != 0 || !json_is_true(value)))
            return natt_cli_fail(err, NATT_CLI_USAGE,
                                 "the image is damaged or its signature is invalid: build it again",
                                 "%.100s is not true", key);
    return true;
}

/* eif_build's form: the measurements are the whole object. */
static bool is_bare(json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) if (strncasecmp(key, "PCR", 3) == 0 ||
                                                strcasecmp(key, "HashAlgorithm") == 0) return true;
    return false;
}

static bool fail_absent(json_t *object, natt_cli_error *err)
{
    const char *key;
    json_t *value;
    if (json_object_get(object, "sets") != NULL && json_object_get(object, "version") != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "it is for nitro-attest verify --policy",
                             "the file is a policy, not measurements");
    json_object_foreach(object, key, value)
    {
        if (strcasecmp(key, "Measurements") == 0)
            return natt_cli_fail(err, NATT_CLI_USAGE, HINT, "key \"%.100s\" is not spelled \"Measurements\"", key);
        if (json_object_get(value, "Measurements") != NULL)
            return natt_cli_fail(err, NATT_CLI_USAGE, "save only that member: jq '.[\"<member>\"]'",
                                 "\"Measurements\" is inside \"%.100s\", not at the top level", key);
    }
    return fail(err, "there is no object \"Measurements\", and no PCR");
}

static bool parse_object(natt_cli_set *set, json_t *object, natt_cli_error *err)
{
    const char *key;
    json_t *value, *inside = json_object_get(object, "Measurements");
    if (!json_is_object(object))
        return fail(err, "not a JSON object");
    if (inside == NULL)
        return is_bare(object) ? parse_pcrs(set, object, err) : fail_absent(object, err);
    json_object_foreach(object, key, value) if (!check_sibling(key, value, err)) return false;
    return parse_pcrs(set, inside, err);
}

/* "name (id), name (id), ...": enclaves of describe-enclaves. */
static bool fail_several(const json_t *list, natt_cli_error *err)
{
    char names[512] = "";
    size_t i, used = 0;
    json_t *one;
    json_array_foreach(list, i, one)
    {
        const char *name = json_string_value(json_object_get(one, "EnclaveName"));
        const char *id = json_string_value(json_object_get(one, "EnclaveID"));
        if (used < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s%.100s%s%.100s%s", i == 0 ? "" : ", ",
                                     name == NULL ? "" : "\"", name == NULL ? "unnamed" : name,
                                     name == NULL ? " (" : "\" (", id == NULL ? "no EnclaveID" : id, ")");
    }
    return natt_cli_fail(
        err, NATT_CLI_USAGE,
        "save the one you mean: nitro-cli describe-enclaves | jq '.[] | select(.EnclaveName == \"<name>\")'",
        "the list has %zu enclaves: give the object of one of them: %s", json_array_size(list), names);
}

static bool parse_root(natt_cli_set *set, json_t *root, natt_cli_error *err)
{
    if (!json_is_array(root))
        return parse_object(set, root, err);
    if (json_array_size(root) == 0)
        return natt_cli_fail(err, NATT_CLI_USAGE, "start the enclave first, or give the output of build-enclave",
                             "the list of enclaves is empty");
    return json_array_size(root) == 1 ? parse_object(set, json_array_get(root, 0), err) : fail_several(root, err);
}

static bool is_image(natt_bytes file)
{
    return file.len >= 4 && memcmp(file.ptr, ".eif", 4) == 0;
}

static bool parse_file(natt_cli_set *set, natt_bytes file, natt_cli_error *err)
{
    natt_cli_json_part json;
    if (is_image(file))
        return natt_cli_fail(err, NATT_CLI_USAGE,
                             "give its measurements: nitro-attest pcr compute IMAGE --json >build.json",
                             "this is an enclave image (EIF), not its measurements");
    if (!natt_cli_json_part_find(&json, &file, err))
        return false;
    if (json.text.ptr == NULL)
        return natt_cli_measurement_lines(set, file, err);
    json_t *root = natt_cli_json_parse_from(json.text, json.lines_skipped, err);
    bool done = root != NULL && parse_root(set, root, err);
    json_decref(root);
    return done;
}

bool natt_cli_measurements_parse(natt_cli_policy *out, natt_bytes file, const char *name, natt_cli_error *err)
{
    natt_cli_policy sets = {0};
    bool done = parse_file(natt_cli_policy_add(&sets, name), file, err);
    if (done)
        natt_cli_policy_move(out, &sets);
    natt_cli_policy_free(&sets);
    return done;
}

bool natt_cli_measurements_read(natt_cli_policy *out, const char *path, natt_cli_error *err)
{
    natt_cli_buf file;
    if (!natt_cli_file_read(&file, path, err))
        return natt_cli_fail_in(err, "--measurements");
    bool done = natt_cli_measurements_parse(out, natt_cli_buf_view(&file), path, err) ||
                natt_cli_fail_in(err, "--measurements: %.300s", path);
    natt_cli_buf_free(&file);
    return done;
}
