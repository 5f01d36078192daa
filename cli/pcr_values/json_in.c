/* See json_in.h. */
#include "cli/pcr_values/json_in.h"

#include <string.h>

#include "cli/pcr_values/policy_sets.h"

json_t *natt_cli_json_parse_from(natt_bytes text, size_t lines_skipped, natt_cli_error *err)
{
    json_error_t where;
    json_t *root = json_loadb((const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, &where);
    if (root == NULL)
        (void)natt_cli_fail(err, NATT_CLI_USAGE, "the file must contain one JSON value and nothing after it",
                            "line %zu, column %d: %s", lines_skipped + (size_t)where.line, where.column, where.text);
    return root;
}

json_t *natt_cli_json_parse(natt_bytes text, natt_cli_error *err)
{
    if (text.len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0) {
        (void)natt_cli_fail(err, NATT_CLI_USAGE, "save it as UTF-8 without a byte-order mark",
                            "the file begins with a byte-order mark");
        return NULL;
    }
    return natt_cli_json_parse_from(text, 0, err);
}

bool natt_cli_json_pcr(uint8_t out[48], const json_t *value, const char *what, natt_cli_error *err)
{
    if (!json_is_string(value))
        return natt_cli_fail(err, NATT_CLI_USAGE, "a SHA-384 value is a string of 96 hexadecimal digits",
                             "%s: the value is not a string", what);
    return natt_cli_pcr_value(out, json_string_value(value), err) || natt_cli_fail_in(err, "%s", what);
}
