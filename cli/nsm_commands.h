/* Commands below nitro-attest nsm that have a file of their own. */
#ifndef NATT_CLI_NSM_COMMANDS_H
#define NATT_CLI_NSM_COMMANDS_H

int natt_cli_nsm_pcr(int argc, char **argv);
int natt_cli_nsm_random(int argc, char **argv);
int natt_cli_nsm_seed(int argc, char **argv);

#endif
