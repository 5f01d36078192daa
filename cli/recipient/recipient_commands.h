/* The subcommands of nitro-attest recipient, each in a separate file. */
#ifndef NATT_CLI_RECIPIENT_COMMANDS_H
#define NATT_CLI_RECIPIENT_COMMANDS_H

int natt_cli_recipient_keygen(int argc, char **argv);
int natt_cli_recipient_attest(int argc, char **argv);
int natt_cli_recipient_open(int argc, char **argv);
int natt_cli_recipient_seal(int argc, char **argv);

#endif
