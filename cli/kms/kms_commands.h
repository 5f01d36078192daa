/* nitro-attest kms: its commands, each in the file of its name. */
#ifndef NATT_CLI_KMS_COMMANDS_H
#define NATT_CLI_KMS_COMMANDS_H

#include <stdbool.h>

int natt_cli_kms_serve(int argc, char **argv);
int natt_cli_kms_policy(int argc, char **argv);
int natt_cli_kms_lint(int argc, char **argv);
int natt_cli_kms_explain(int argc, char **argv);
int natt_cli_kms_decrypt(int argc, char **argv);
int natt_cli_kms_genkey(int argc, char **argv);
int natt_cli_kms_genrandom(int argc, char **argv);
int natt_cli_kms_datakey_pair(int argc, char **argv);
int natt_cli_kms_derive(int argc, char **argv);
int natt_cli_kms_encrypt(int argc, char **argv);

/* The program under the name kmstool_enclave_cli: kmstool.c. `program` is argv[0]. */
bool natt_cli_is_kmstool(const char *program);
int natt_cli_kmstool(int argc, char **argv);

#endif
