/* See json_out.h. */
#include "cli/frame/json_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/bytes.h"
#include "cli/frame/clock.h"
#include "cli/frame/text.h"

static void must(int failed)
{
    if (failed == 0)
        return;
    (void)fputs("nitro-attest: out of memory\n", stderr);
    exit(NATT_CLI_IO);
}

void natt_cli_json_set(json_t *object, const char *key, json_t *value)
{
    must(json_object_set_new(object, key, value));
}

void natt_cli_json_append(json_t *array, json_t *value)
{
    must(json_array_append_new(array, value));
}

json_t *natt_cli_json_text(natt_bytes text)
{
    if (text.ptr == NULL)
        return json_null();
    json_t *value = json_stringn((const char *)text.ptr, text.len);
    if (value != NULL)
        return value;
    char *escaped = natt_cli_escape(text);
    value = json_string(escaped);
    free(escaped);
    return value;
}

json_t *natt_cli_json_hex(natt_bytes bytes)
{
    if (bytes.ptr == NULL)
        return json_null();
    char *hex = natt_cli_hex(bytes);
    json_t *value = json_string(hex);
    free(hex);
    return value;
}

json_t *natt_cli_json_time(int64_t seconds)
{
    char text[NATT_CLI_TIME_LEN];
    return json_string(natt_cli_seconds_format(text, seconds));
}

void natt_cli_json_error(json_t *object, const natt_error *err)
{
    const char *rule = natt_code_rule(err->code);
    natt_cli_json_set(object, "code", json_string(natt_code_name(err->code)));
    natt_cli_json_set(object, "rule", rule[0] == '\0' ? json_null() : json_string(rule));
    natt_cli_json_set(object, "item", err->item == NATT_NO_ITEM ? json_null() : json_integer((json_int_t)err->item));
    natt_cli_json_set(object, "offset",
                      err->offset == NATT_NO_OFFSET ? json_null() : json_integer((json_int_t)err->offset));
    natt_cli_json_set(object, "message", json_string(err->message));
}

void natt_cli_json_print(json_t *value)
{
    must(json_dumpf(value, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII) == 0 || ferror(stdout) != 0 ? 0 : 1);
    (void)fputc('\n', stdout);
    json_decref(value);
}
