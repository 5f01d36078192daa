/* See json_in.h. */
#include "json_in.h"

#include <string.h>

json_t *natt_cli_json_parse(natt_bytes text, natt_cli_error *err)
{
    json_error_t where;
    json_t *root = json_loadb((const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, &where);
    if (root == NULL)
        (void)natt_cli_fail(err, NATT_CLI_USAGE, "the file must hold one JSON object and nothing else",
                            "line %d, column %d: %s", where.line, where.column, where.text);
    return root;
}

bool natt_cli_json_pcr(uint8_t out[48], const json_t *value, const char *what, natt_cli_error *err)
{
    static const char hint[] = "a SHA-384 value is a string of 96 hexadecimal digits";
    if (!json_is_string(value))
        return natt_cli_fail(err, NATT_CLI_USAGE, hint, "%s: the value is not a string", what);
    if (strlen(json_string_value(value)) != 96)
        return natt_cli_fail(err, NATT_CLI_USAGE, hint, "%s: the value has %zu characters, not 96", what,
                             json_string_length(value));
    return natt_cli_hex_exact(out, 48, json_string_value(value)) ||
           natt_cli_fail(err, NATT_CLI_USAGE, hint, "%s: the value is not hexadecimal", what);
}
