/*
 * What surrounds measurements in a file, and measurements that are lines of text: builders print log lines before their
 * JSON, shells write a byte-order mark, and --pcrs_output of eif_build gives "<96 hex> PCR0" lines.
 */
#ifndef NATT_CLI_MEASUREMENTS_TEXT_H
#define NATT_CLI_MEASUREMENTS_TEXT_H

#include "cli/pcr_values/policy_sets.h"

/* The JSON in a file. */
typedef struct natt_cli_json_part {
    natt_bytes text;      /* ptr NULL = the file has none; else to the end of the file */
    size_t lines_skipped; /* log lines before it */
} natt_cli_json_part;

/*
 * Finds the JSON: from the first line that begins with {, or with [ and nothing but { or ] behind it, to the end.
 * False: the file is empty or UTF-16, or a line before the JSON is a measurement. Leaves the file without its
 * byte-order mark.
 */
bool natt_cli_json_part_find(natt_cli_json_part *out, natt_bytes *file, natt_cli_error *err);

/* Lines "<96 hex> PCR0", "PCR0 <96 hex>", "PCR0: <96 hex>" or "PCR0=<96 hex>", and blank ones; any other is an
 * error. */
bool natt_cli_measurement_lines(natt_cli_set *set, natt_bytes text, natt_cli_error *err);

/*
 * Adds one measurement, whose key is PCR0 to PCR31. False: another key, a value that is not 96 hexadecimal digits, a
 * PCR that the set has, or PCR0, PCR1 or PCR2 of zeros, as enclaves in debug mode have them.
 */
bool natt_cli_measurement_add(natt_cli_set *set, const char *key, const char *value, natt_cli_error *err);

#define NATT_CLI_MEASUREMENTS_HINT "give the unmodified output of the build tool; docs/POLICY-FILE.md lists the forms"

#endif
