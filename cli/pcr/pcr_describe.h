/* nitro-attest pcr describe, and code that it shares with pcr compute. */
#ifndef NATT_CLI_PCR_DESCRIBE_H
#define NATT_CLI_PCR_DESCRIBE_H

#include "cli/frame/report.h"
#include "cli/pcr_values/policy_sets.h"

/* The object Measurements as nitro-cli prints it; with `meanings`, the table shows what each PCR measures. */
void natt_cli_put_measurements(natt_cli_report *r, const natt_cli_pins *pins, bool meanings);

int natt_cli_pcr_describe(int argc, char **argv);

#endif
