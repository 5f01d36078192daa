/* Subcommands of nitro-attest nsm that have separate files. */
#ifndef NATT_CLI_NSM_COMMANDS_H
#define NATT_CLI_NSM_COMMANDS_H

#include <nitro_attest/nsm.h>

#include "cli/frame/report.h"

int natt_cli_nsm_pcr(int argc, char **argv);
int natt_cli_nsm_random(int argc, char **argv);
int natt_cli_nsm_seed(int argc, char **argv);
int natt_cli_nsm_detect(int argc, char **argv);

/* The output of nsm describe, which nsm detect --json contains. */
void natt_cli_put_nsm_description(natt_cli_report *r, const natt_nsm_description *d);

#endif
