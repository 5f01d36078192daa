/* See measurements.h. */
#include "measurements.h"

#include <string.h>
#include <strings.h>

#include "json_in.h"

#define MEASUREMENTS_HINT "pass what nitro-cli build-enclave or describe-eif prints to its standard output, unaltered"

static bool fail(natt_cli_error *err, const char *what)
{
    return natt_cli_fail(err, NATT_CLI_USAGE, MEASUREMENTS_HINT, "%s", what);
}

static bool check_algorithm(const json_t *value, natt_cli_error *err)
{
    static const char *const known[] = {"Sha384 { ... }", "SHA384 { ... }", "SHA384"}; /* nitro-cli; NitroTPM-Tools */
    if (!json_is_string(value))
        return fail(err, "Measurements has no HashAlgorithm");
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(json_string_value(value), known[i]) == 0)
            return true;
    return natt_cli_fail(err, NATT_CLI_USAGE, "attestation documents carry SHA-384 PCRs only",
                         "HashAlgorithm is \"%.100s\", not Sha384", json_string_value(value));
}

static bool is_zero(const uint8_t value[NATT_PCR_LEN])
{
    static const uint8_t zero[NATT_PCR_LEN];
    return memcmp(value, zero, NATT_PCR_LEN) == 0;
}

/* "PCR0": "<hex>" */
static bool parse_pcr(natt_cli_set *set, const char *key, const json_t *value, natt_cli_error *err)
{
    uint8_t bytes[NATT_PCR_LEN];
    uint32_t index;
    if (strncmp(key, "PCR", 3) != 0 || !natt_cli_pcr_index(&index, key + 3))
        return natt_cli_fail(err, NATT_CLI_USAGE, MEASUREMENTS_HINT, "unknown measurement \"%.100s\"", key);
    if (!natt_cli_json_pcr(bytes, value, key, err))
        return false;
    if (index <= 2 && is_zero(bytes))
        return natt_cli_fail(err, NATT_CLI_USAGE, "measure the image, not an enclave that runs in debug mode",
                             "%s is all zero", key);
    natt_cli_set_add(set, index, bytes);
    return true;
}

static bool parse_pcrs(natt_cli_set *set, json_t *measurements, natt_cli_error *err)
{
    const char *key;
    json_t *value;
    if (!json_is_object(measurements))
        return fail(err, "there is no object \"Measurements\"");
    if (!check_algorithm(json_object_get(measurements, "HashAlgorithm"), err))
        return false;
    json_object_foreach(measurements, key,
                        value) if (strcmp(key, "HashAlgorithm") != 0 && !parse_pcr(set, key, value, err)) return false;
    return set->count > 0 || fail(err, "Measurements has no PCR");
}

/*
 * Of the keys beside Measurements (EifVersion, IsSigned, ImageName, ...) two are verdicts on the image. Others are not
 * judged, unless they are one of these, or a PCR, written so that it would be overlooked.
 */
static bool check_sibling(const char *key, const json_t *value, natt_cli_error *err)
{
    static const char *const verdicts[] = {"CheckCRC", "SignatureCheck"};
    if (strcasecmp(key, "Measurements") == 0 || strncasecmp(key, "PCR", 3) == 0 ||
        strcasecmp(key, "HashAlgorithm") == 0)
        return strcmp(key, "Measurements") == 0 ||
               natt_cli_fail(err, NATT_CLI_USAGE, MEASUREMENTS_HINT,
                             "key \"%.100s\" stands outside of \"Measurements\"", key);
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
        if (strcasecmp(key, verdicts[i]) == 0 && (strcmp(key, verdicts[i]) != 0 || !json_is_true(value)))
            return natt_cli_fail(err, NATT_CLI_USAGE, "the image is damaged or badly signed: build it again",
                                 "%.100s is not true", key);
    return true;
}

static bool parse_root(natt_cli_set *set, json_t *root, natt_cli_error *err)
{
    const char *key;
    json_t *value;
    if (json_is_array(root))
        return fail(err, "a list, perhaps of running enclaves, is no measurement of one image");
    if (!json_is_object(root))
        return fail(err, "not a JSON object");
    json_object_foreach(root, key, value) if (!check_sibling(key, value, err)) return false;
    return parse_pcrs(set, json_object_get(root, "Measurements"), err);
}

bool natt_cli_measurements_parse(natt_cli_policy *out, natt_bytes json, const char *name, natt_cli_error *err)
{
    natt_cli_policy sets = {0};
    json_t *root = natt_cli_json_parse(json, err);
    bool done = root != NULL && parse_root(natt_cli_policy_add(&sets, name), root, err);
    if (done)
        natt_cli_policy_move(out, &sets);
    natt_cli_policy_free(&sets);
    json_decref(root);
    return done;
}
