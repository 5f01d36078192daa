/*
 * JSON output by jansson, pure ASCII: everything else is escaped, so that text from documents is safe on terminals.
 */
#ifndef NATT_CLI_JSON_OUT_H
#define NATT_CLI_JSON_OUT_H

#include <jansson.h>
#include <nitro_attest/document.h>

/* These take over `value` and end the process when memory runs out: a verdict is never printed in part. */
void natt_cli_json_set(json_t *object, const char *key, json_t *value);
void natt_cli_json_append(json_t *array, json_t *value);

/* A text as it is; escaped like human output when it is not valid UTF-8 or holds a zero byte. Absent = null. */
json_t *natt_cli_json_text(natt_bytes text);
json_t *natt_cli_json_hex(natt_bytes bytes);
json_t *natt_cli_json_time(int64_t seconds);
/* code, rule, item, offset, message of an error; NATT_OK has null in the middle three */
void natt_cli_json_error(json_t *object, const natt_error *err);

/* Prints with a line end and frees. */
void natt_cli_json_print(json_t *value);

#endif
