/* The commands; main.c has the table. Each takes its own arguments (argv[0] is its name) and gives the exit code. */
#ifndef NATT_CLI_COMMANDS_H
#define NATT_CLI_COMMANDS_H

int natt_cli_verify(int argc, char **argv);
int natt_cli_inspect(int argc, char **argv);
int natt_cli_root(int argc, char **argv);
int natt_cli_explain(int argc, char **argv);
int natt_cli_issue(int argc, char **argv);
int natt_cli_nsm(int argc, char **argv);
int natt_cli_pcrs(int argc, char **argv);
int natt_cli_policies(int argc, char **argv);
int natt_cli_emulate(int argc, char **argv);
int natt_cli_vectors(int argc, char **argv);

#endif
