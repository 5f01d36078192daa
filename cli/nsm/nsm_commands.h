/* Commands below nitro-attest nsm that have a file of their own. */
#ifndef NATT_CLI_NSM_COMMANDS_H
#define NATT_CLI_NSM_COMMANDS_H

#include <jansson.h>
#include <nitro_attest/nsm.h>

int natt_cli_nsm_pcr(int argc, char **argv);
int natt_cli_nsm_random(int argc, char **argv);
int natt_cli_nsm_seed(int argc, char **argv);
int natt_cli_nsm_detect(int argc, char **argv);

/* What nsm describe --json prints, and nsm detect --json has inside. */
json_t *natt_cli_nsm_description_json(const natt_nsm_description *d);

#endif
