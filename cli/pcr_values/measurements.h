/*
 * Measurements as build tools print them:
 *   nitro-cli build-enclave, describe-eif:  {"Measurements":{"HashAlgorithm":"Sha384 { ... }","PCR0":"<hex>",...},...}
 *   nitro-cli describe-enclaves:            [ one such object ]
 *   nitro-tpm-pcr-compute:                  {"Measurements":{"HashAlgorithm":"SHA384 { ... }","PCR4":"<hex>",...}}
 *   eif_build; pcr.json of Nix builds:      {"HashAlgorithm":"Sha384 { ... }","PCR0":"<hex>",...}
 *   Enclaver:                               the first form without HashAlgorithm: 96 digits are SHA-384
 *   eif_build --pcrs_output (nitro.pcrs):   lines "<hex> PCR0"
 * Log lines may precede the JSON; a UTF-8 byte-order mark may precede everything. Faults that could make the policy
 * weaker than the file suggests are errors: unknown, repeated or wrong-case PCR keys, several enclaves, text after the
 * JSON, a different hash, a failed CheckCRC or SignatureCheck, all-zero PCR0-2 (debug), or no PCR.
 */
#ifndef NATT_CLI_MEASUREMENTS_H
#define NATT_CLI_MEASUREMENTS_H

#include "cli/pcr_values/policy_sets.h"

/* Pure. Appends one set called `name` to *out; on failure, *out does not change. Errors are NATT_CLI_USAGE. */
bool natt_cli_measurements_parse(natt_cli_policy *out, natt_bytes file, const char *name, natt_cli_error *err);

/* The same for a file, for the option --measurements. */
bool natt_cli_measurements_read(natt_cli_policy *out, const char *path, natt_cli_error *err);

#endif
