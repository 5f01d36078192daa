/*
 * Finds measurements inside other text, and parses measurements in lines of text. Builders print log lines before their
 * JSON, some shells write a byte-order mark, and --pcrs_output of eif_build writes "<96 hex> PCR0" lines.
 */
#ifndef NATT_CLI_MEASUREMENTS_TEXT_H
#define NATT_CLI_MEASUREMENTS_TEXT_H

#include "cli/pcr_values/policy_sets.h"

/* The JSON in a file. */
typedef struct natt_cli_json_part {
    natt_bytes text;      /* ptr NULL = the file has no JSON; else up to the end of the file */
    size_t lines_skipped; /* log lines before it */
} natt_cli_json_part;

/*
 * Finds the JSON. It begins at the first line that begins with {, or with [ that only { or ] may follow, and ends with
 * the file. False: the file is empty or UTF-16, or a line before the JSON is a measurement. Removes the byte-order
 * mark.
 */
bool natt_cli_json_part_find(natt_cli_json_part *out, natt_bytes *file, natt_cli_error *err);

/* Lines "<96 hex> PCR0", "PCR0 <96 hex>", "PCR0: <96 hex>" or "PCR0=<96 hex>", and blank lines; any other line is an
 * error. */
bool natt_cli_measurement_lines(natt_cli_set *set, natt_bytes text, natt_cli_error *err);

/*
 * Adds one measurement with a key from PCR0 to PCR31. False: a different key, a value that is not 96 hexadecimal
 * digits, a PCR that the set already has, or PCR0, PCR1 or PCR2 of zeros, as in debug mode.
 */
bool natt_cli_measurement_add(natt_cli_set *set, const char *key, const char *value, natt_cli_error *err);

#define NATT_CLI_MEASUREMENTS_HINT "give the unmodified output of the build tool; docs/POLICY-FILE.md lists the forms"

#endif
