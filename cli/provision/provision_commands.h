/* The commands of nitro-attest provision. Their tables of options are in provision_options.c. */
#ifndef NATT_CLI_PROVISION_COMMANDS_H
#define NATT_CLI_PROVISION_COMMANDS_H

int natt_cli_provision_add(int argc, char **argv);
int natt_cli_provision_refresh(int argc, char **argv);
int natt_cli_provision_update(int argc, char **argv);
int natt_cli_provision_remove(int argc, char **argv);
int natt_cli_provision_list(int argc, char **argv);
int natt_cli_provision_run(int argc, char **argv);
int natt_cli_provision_serve(int argc, char **argv);
int natt_cli_provision_pack(int argc, char **argv);
int natt_cli_provision_s3_object(int argc, char **argv);
int natt_cli_provision_config(int argc, char **argv);
int natt_cli_provision_demo(int argc, char **argv);

#endif
