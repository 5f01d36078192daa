/* The script of nitro-attest provision demo (demo.sh), as the build writes it into the program. */
#ifndef NATT_CLI_PROVISION_DEMO_H
#define NATT_CLI_PROVISION_DEMO_H

#include <stddef.h>

extern const char *const natt_cli_demo_lines[];
extern const size_t natt_cli_demo_line_count;

#endif
