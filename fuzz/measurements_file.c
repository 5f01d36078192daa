/*
 * Property: measurements that are taken give one set, whose every value stands in the file as the measurement of that
 * PCR, and none is left out; a refusal leaves what was there, and has a text.
 */
#include "cli/measurements.h"
#include "fuzz/property.h"

#include <jansson.h>

static bool is_hex(const char *text, const uint8_t value[NATT_PCR_LEN])
{
    uint8_t got[NATT_PCR_LEN];
    return text != NULL && natt_cli_hex_exact(got, sizeof got, text) && memcmp(got, value, sizeof got) == 0;
}

static void check_set(const natt_cli_set *set, natt_bytes in)
{
    json_t *root = json_loadb((const char *)in.ptr, in.len, JSON_REJECT_DUPLICATES, NULL);
    const json_t *measured = json_object_get(root, "Measurements");
    MUST(measured != NULL && set->count > 0 && set->count + 1 == json_object_size(measured));
    for (size_t i = 0; i < set->count; i++) {
        char key[16];
        (void)snprintf(key, sizeof key, "PCR%u", (unsigned)set->pcrs[i].index);
        MUST(set->pcrs[i].index < NATT_PCR_COUNT);
        MUST(is_hex(json_string_value(json_object_get(measured, key)), set->pcrs[i].value));
    }
    json_decref(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_cli_policy policy = {0};
    natt_cli_error err;
    natt_bytes in = {data, size};
    if (natt_cli_measurements_parse(&policy, in, "measured", &err)) {
        MUST(policy.count == 1 && strcmp(policy.sets[0].name, "measured") == 0);
        check_set(&policy.sets[0], in);
    } else {
        MUST(policy.count == 0 && err.exit_code == NATT_CLI_USAGE && err.what[0] != '\0');
    }
    natt_cli_policy_free(&policy);
    return 0;
}
