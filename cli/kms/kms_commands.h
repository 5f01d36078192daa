/* nitro-attest kms: its commands, each in the file of its name. */
#ifndef NATT_CLI_KMS_COMMANDS_H
#define NATT_CLI_KMS_COMMANDS_H

int natt_cli_kms_serve(int argc, char **argv);
int natt_cli_kms_policy(int argc, char **argv);
int natt_cli_kms_lint(int argc, char **argv);
int natt_cli_kms_explain(int argc, char **argv);

#endif
