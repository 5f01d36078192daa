/* Writes policy files, docs/POLICY-FILE.md; policy_file.h parses them. */
#ifndef NATT_CLI_POLICY_WRITE_H
#define NATT_CLI_POLICY_WRITE_H

#include "cli/pcr_values/policy_sets.h"

/* The text of a policy file with these sets, PCRs in order, with a line end; fresh (free it). */
char *natt_cli_policy_text(const natt_cli_policy *policy);

/*
 * The text of a policy for documents of this kind, which it parses again to check it. False, NATT_CLI_USAGE: a set does
 * not pin the identity of an image. Free *text in either case.
 */
bool natt_cli_policy_usable_text(char **text, const natt_cli_policy *policy, natt_kind kind, natt_cli_error *err);

#endif
