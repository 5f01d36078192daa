/* nitro-attest issue --break: a document that breaks one named rule, and the command that shows it. */
#ifndef NATT_CLI_ISSUE_BREAK_H
#define NATT_CLI_ISSUE_BREAK_H

#include "vectors/generator/breaks.h"

#include "cli/issue/issue_request.h"
#include "cli/verify/command_line.h"

#define NATT_CLI_BREAK_ROOTS 4

/* The requested document and its issuer; reusable for any number of breaks. */
typedef struct natt_cli_breaker {
    natt_cli_issue_args args;
    natt_cli_issuance issuance;
    struct natt_maker *maker;
} natt_cli_breaker;

bool natt_cli_breaker_open(natt_cli_breaker *breaker, const natt_cli_issue_args *args, natt_cli_error *err);
void natt_cli_breaker_close(natt_cli_breaker *breaker);

typedef struct natt_cli_broken {
    natt_break what;
    natt_broken made;
    natt_cli_buf roots[NATT_CLI_BREAK_ROOTS]; /* DER; the root that the verifier trusts */
    natt_bytes root_views[NATT_CLI_BREAK_ROOTS];
    size_t root_count;
    natt_bytes root_out;      /* one of them, for --root-out: not AWS's */
    natt_cli_command command; /* root_out is in args.root as the given path */
} natt_cli_broken;

/*
 * Creates the document and breaks it, then runs the command. If the command does not refuse the result with the break's
 * code, this document cannot be broken this way, and `why` has the reason. Free *out in either case; the breaker must
 * outlive it.
 */
bool natt_cli_break_make(natt_cli_broken *out, const natt_cli_breaker *breaker, const natt_break *what, char why[256]);
void natt_cli_break_free(natt_cli_broken *broken);

/* The same for the break that the arguments name; if it returns false, *err names the conflicting option. */
bool natt_cli_break(natt_cli_broken *out, const natt_cli_breaker *breaker, natt_cli_error *err);

/* The code of natt_verify for the command; NATT_E_USAGE_ARGUMENT and *err for an invalid command. */
natt_code natt_cli_break_verify(const natt_cli_broken *broken, natt_cli_error *err);

/* issue_break_options.c: the command that verifies the result. False: `why` names the requirement that it cannot
 * express. */
bool natt_cli_break_command(natt_cli_broken *broken, const natt_cli_breaker *breaker, const char **why);

/* issue_break_list.c: by rule, code or id. False: *err has the nearest name, or the reason why it cannot be broken. */
bool natt_cli_break_find(natt_break *out, const char *name, natt_cli_error *err);
/* Prints all breaks, or those of one name; false as above. */
bool natt_cli_break_list(const char *name, bool json, natt_cli_error *err);

#endif
