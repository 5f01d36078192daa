/*
 * Command lines by table: one row per option gives its parsing, its help and its suggestions. getopt_long splits the
 * words; on top of it, options are never abbreviated (dangerous ones must be findable by grep) and never given twice
 * unless they are lists.
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
    /* A secret text. If the option is given again, the earlier value is overwritten with x's in argv. Errors of
     * commands with such an option do not repeat unexpected words: one may be a misplaced secret. */
    NATT_CLI_SECRET,
    NATT_CLI_LIST /* natt_cli_list */
} natt_cli_option_type;

typedef struct natt_cli_option {
    const char *name;  /* without the two dashes */
    const char *value; /* what the help calls the value; NULL for flags */
    natt_cli_option_type type;
    size_t offset;    /* into the command's own structure */
    const char *help; /* NULL = heads a group, `name` is its title */
    char short_name;  /* 'k': -k is the same; 0 = none. Only where programs that we replace have it; not 'h' */
} natt_cli_option;

typedef struct natt_cli_spec {
    const char *command;
    const char *synopsis; /* behind "nitro-attest " */
    const char *about;    /* lines of at most 100 characters, each ended by \n */
    const natt_cli_option *options;
    size_t option_count;
    size_t operand_min, operand_max;
    const char *operand; /* what is missing when there are too few: "FILE", "CODE" */
    const char *stray; /* what to do about one too many, where options end at the first operand; NULL = see the help */
    bool last_wins;    /* an option that is given again replaces the first, as getopt programs do */
    const char *program; /* whose --help lists the options; NULL = nitro-attest COMMAND */
    const char *more;    /* which command has more options, for the hint about an unknown one; NULL = none */
} natt_cli_spec;

typedef enum natt_cli_parsed {
    NATT_CLI_RUN,  /* go on */
    NATT_CLI_DONE, /* help or version was printed */
    NATT_CLI_WRONG /* *err is filled */
} natt_cli_parsed;

/*
 * Fills the structure at `out` (zeroed before) and *operands (first operand_max words that are no options; its strings
 * live in argv). --help, -h, and the word help alone print the help; a file of that name is ./help. Free the lists with
 * natt_cli_options_free in every case.
 */
natt_cli_parsed natt_cli_options_parse(void *out, natt_cli_list *operands, const natt_cli_spec *spec, int argc,
                                       char **argv, natt_cli_error *err);

/* Writes x's over an option's value: the string that natt_cli_options_parse stored, so nothing else in argv. */
void natt_cli_hide(const char *value);

void natt_cli_options_free(void *out, natt_cli_list *operands, const natt_cli_spec *spec);

void natt_cli_help_print(const natt_cli_spec *spec);
void natt_cli_version_print(void);

#endif
