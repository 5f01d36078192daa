/* nitro-attest policy from: a row of the table in policy.c. */
#ifndef NATT_CLI_POLICY_FROM_H
#define NATT_CLI_POLICY_FROM_H

int natt_cli_policy_from(int argc, char **argv);

#endif
