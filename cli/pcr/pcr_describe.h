/* nitro-attest pcr describe, and what it shares with pcr compute. */
#ifndef NATT_CLI_PCR_DESCRIBE_H
#define NATT_CLI_PCR_DESCRIBE_H

#include <jansson.h>

#include "cli/pcr_values/policy_sets.h"

int natt_cli_pcr_describe(int argc, char **argv);

/* {"HashAlgorithm": ..., "PCR0": ...} as nitro-cli prints it, so that --measurements and other tools take it. */
json_t *natt_cli_pcr_measurements(const natt_cli_pins *pins);

#endif
