/*
 * Policy files, docs/POLICY-FILE.md:
 *   {"version":1,"sets":[{"name":"v1.2","pcrs":{"0":["<hex>"],"8":["<hex>","<hex>"]}}]}
 * Unknown or repeated keys, wrong types and empty lists are refused: a typing error must never weaken a policy.
 */
#ifndef NATT_CLI_POLICY_FILE_H
#define NATT_CLI_POLICY_FILE_H

#include "cli/pcr_values/policy_sets.h"

/* Pure. Appends the file's sets to *out; on failure, *out does not change. Errors are NATT_CLI_USAGE. */
bool natt_cli_policy_parse(natt_cli_policy *out, natt_bytes json, natt_cli_error *err);

#endif
