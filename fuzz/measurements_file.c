/*
 * Property: accepted measurements give one set. The file contains each value of the set as the measurement of that PCR,
 * in JSON or on its own line, and the set omits none of them. A refusal leaves the output unchanged, and has a text.
 */
#include "cli/pcr_values/measurements.h"
#include "fuzz/property.h"

#include <jansson.h>

static bool is_hex(const char *text, const uint8_t value[NATT_PCR_LEN])
{
    uint8_t got[NATT_PCR_LEN];
    return text != NULL && natt_cli_hex_exact(got, sizeof got, text) && memcmp(got, value, sizeof got) == 0;
}

/* Returns this PCR's value from the JSON: from the top-level object, from "Measurements", or from the only enclave of a
 * list. */
static const char *in_json(const json_t *root, const char *key)
{
    const json_t *object = json_is_array(root) ? json_array_get(root, 0) : root;
    MUST(!json_is_array(root) || json_array_size(root) == 1);
    const json_t *inside = json_object_get(object, "Measurements");
    return json_string_value(json_object_get(inside == NULL ? object : inside, key));
}

static size_t pcr_count(const json_t *root)
{
    const json_t *object = json_is_array(root) ? json_array_get(root, 0) : root;
    const json_t *inside = json_object_get(object, "Measurements");
    const json_t *pcrs = inside == NULL ? object : inside;
    return json_object_size(pcrs) - (json_object_get(pcrs, "HashAlgorithm") == NULL ? 0 : 1);
}

/* JSON may follow other lines. Returns the first line from which the rest of the file is JSON, or NULL. */
static json_t *json_of(natt_bytes in)
{
    for (size_t at = 0; at < in.len; at++) {
        bool begins = at == 0 || in.ptr[at - 1] == '\n';
        json_t *root = begins ? json_loadb((const char *)in.ptr + at, in.len - at, JSON_REJECT_DUPLICATES, NULL) : NULL;
        if (root != NULL)
            return root;
    }
    return NULL;
}

/* Finds the line of a text file that contains this PCR's name, and the value before or after the name. */
static bool in_lines(const natt_cli_pcr *pcr, natt_bytes in)
{
    char *text = natt_cli_alloc(in.len, 1, 1), *next = text, *line;
    char key[16];
    bool found = false;
    memcpy(text, in.ptr, in.len);
    (void)snprintf(key, sizeof key, "PCR%u", (unsigned)pcr->index);
    while ((line = strsep(&next, "\n")) != NULL) {
        const char *name = strstr(line, key);
        bool whole = name != NULL && (name[strlen(key)] < '0' || name[strlen(key)] > '9');
        for (char *word = strtok(line, " \t\r:="); whole && word != NULL; word = strtok(NULL, " \t\r:="))
            found = found || is_hex(word, pcr->value);
    }
    free(text);
    return found;
}

static size_t filled_lines(natt_bytes in)
{
    size_t count = 0;
    bool filled = false;
    for (size_t i = 0; i < in.len; i++) {
        filled = in.ptr[i] != '\n' && (filled || strchr(" \t\r", in.ptr[i]) == NULL);
        count += filled && (i + 1 == in.len || in.ptr[i + 1] == '\n');
    }
    return count;
}

static void check_set(const natt_cli_set *set, natt_bytes file)
{
    bool marked = file.len >= 3 && memcmp(file.ptr, "\xef\xbb\xbf", 3) == 0;
    natt_bytes in = {file.ptr + (marked ? 3 : 0), file.len - (marked ? 3 : 0)};
    json_t *root = json_of(in);
    MUST(set->count > 0 && set->count == (root == NULL ? filled_lines(in) : pcr_count(root)));
    for (size_t i = 0; i < set->count; i++) {
        char key[16];
        (void)snprintf(key, sizeof key, "PCR%u", (unsigned)set->pcrs[i].index);
        MUST(set->pcrs[i].index < NATT_PCR_COUNT);
        MUST(root == NULL ? in_lines(&set->pcrs[i], in) : is_hex(in_json(root, key), set->pcrs[i].value));
        for (size_t other = 0; other < i; other++)
            MUST(set->pcrs[other].index != set->pcrs[i].index);
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
