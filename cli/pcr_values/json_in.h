/* JSON input by jansson, parsed strictly; errors have a position. */
#ifndef NATT_CLI_JSON_IN_H
#define NATT_CLI_JSON_IN_H

#include <jansson.h>

#include "cli/frame/bytes.h"

/* Parses exactly one JSON text; duplicate keys are refused. NULL on error; free the result with json_decref. */
json_t *natt_cli_json_parse(natt_bytes text, natt_cli_error *err);

/* The same; positions in errors include `lines_skipped` lines before the JSON. */
json_t *natt_cli_json_parse_from(natt_bytes text, size_t lines_skipped, natt_cli_error *err);

/* A 48-byte PCR value in hexadecimal; `what` names it in the error. */
bool natt_cli_json_pcr(uint8_t out[48], const json_t *value, const char *what, natt_cli_error *err);

#endif
