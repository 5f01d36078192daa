/* nitro-attest verify with missing requirements: the complete command line to use instead. */
#ifndef NATT_CLI_COMPLETE_LINE_H
#define NATT_CLI_COMPLETE_LINE_H

#include <stdio.h>

#include "cli/verify/verify_request.h"

/*
 * Prints the given command line, with a placeholder for each requirement in `missing`. Options that relax the
 * verification are replaced by the requirement that they avoid, or omitted. The document was not opened, so no value
 * comes from it. So the printed command verifies completely.
 */
void natt_cli_complete_line_print(FILE *out, const natt_cli_verify_args *args, const char *file, uint32_t missing);

#endif
