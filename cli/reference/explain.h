/* nitro-attest explain, for other commands: the page of one code. */
#ifndef NATT_CLI_EXPLAIN_H
#define NATT_CLI_EXPLAIN_H

#include <nitro_attest/base.h>

/* After a report on standard output: an empty line, and what "nitro-attest explain CODE" prints. */
void natt_cli_explain_code(natt_code code);

#endif
