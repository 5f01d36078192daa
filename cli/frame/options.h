/*
 * Command lines from tables: parsing, help and suggestions of an option come from its row. getopt_long splits the
 * words. In addition, options cannot be abbreviated (grep must find security-critical ones), and only lists can be
 * given twice.
 */
#ifndef NATT_CLI_OPTIONS_H
#define NATT_CLI_OPTIONS_H

#include <stddef.h>

#include "cli/frame/error.h"

typedef struct natt_cli_list {
    const char **items;
    size_t count;
} natt_cli_list;

typedef enum natt_cli_option_type {
    NATT_CLI_FLAG, /* bool at `offset` */
    NATT_CLI_TEXT, /* const char *, NULL = not given */
    /* A secret text. If the option is given again, x's overwrite the earlier value in argv. Errors of commands with
     * such an option do not repeat unexpected words, which may be misplaced secrets. */
    NATT_CLI_SECRET,
    NATT_CLI_LIST /* natt_cli_list */
} natt_cli_option_type;

typedef struct natt_cli_option {
    const char *name;  /* without the two dashes */
    const char *value; /* name of the value in the help; NULL for flags */
    natt_cli_option_type type;
    size_t offset;    /* into the command's own structure */
    const char *help; /* NULL = begins a group, `name` is its title */
    char short_name;  /* 'k': -k is the same; 0 = none. Only for options of programs that we replace; not 'h' */
} natt_cli_option;

/* A table, and the number of its rows. */
#define NATT_CLI_TABLE(table) (table), sizeof(table) / sizeof(table)[0]

typedef struct natt_cli_spec {
    const char *command;
    const char *synopsis; /* after "nitro-attest " */
    const char *about;    /* lines of at most 100 characters, each ended by \n */
    const natt_cli_option *options;
    size_t option_count;
    size_t operand_min, operand_max;
    const char *operand; /* name of a missing operand: "FILE", "CODE"; NULL if operand_min is 0 */
    const char *stray;   /* remedy for too many operands; options then end at the first operand; NULL = see the help */
    bool last_wins;      /* a repeated option replaces the first, as in getopt programs */
    const char *program; /* the command whose --help lists the options; NULL = nitro-attest COMMAND */
    const char *more;    /* a command with more options, for the hint about an unknown one; NULL = none */
} natt_cli_spec;

typedef enum natt_cli_parsed {
    NATT_CLI_RUN,  /* run the command */
    NATT_CLI_DONE, /* help or version was printed */
    NATT_CLI_WRONG /* *err is filled */
} natt_cli_parsed;

/*
 * Fills the structure at `out` (zeroed before) and *operands (first operand_max words that are not options; its strings
 * point into argv). --help, -h, and the single word help print the help; for a file of that name write ./help. Free the
 * lists with natt_cli_options_free in every case.
 */
natt_cli_parsed natt_cli_options_parse(void *out, natt_cli_list *operands, const natt_cli_spec *spec, int argc,
                                       char **argv, natt_cli_error *err);

/* What a command does, with its structure of options and its operands. False fills *err. */
typedef bool natt_cli_action(void *args, const natt_cli_list *operands, natt_cli_error *err);

/* The same, as an exit code; it prints its errors. */
typedef int natt_cli_exit_action(void *args, const natt_cli_list *operands, natt_cli_error *err);

/* Parses the command line into `args` (zeroed before), runs the action, prints the error. Returns the exit code. */
int natt_cli_command_run(const natt_cli_spec *spec, void *args, natt_cli_action *action, int argc, char **argv);
int natt_cli_command_exit(const natt_cli_spec *spec, void *args, natt_cli_exit_action *action, int argc, char **argv);

/* Writes x's over an option's value. `value` must be a string that natt_cli_options_parse stored. */
void natt_cli_hide(const char *value);

void natt_cli_options_free(void *out, natt_cli_list *operands, const natt_cli_spec *spec);

void natt_cli_help_print(const natt_cli_spec *spec);
void natt_cli_version_print(void);

#endif
