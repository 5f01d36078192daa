/* The abilities of a stream's terminal, and bars for it. */
#ifndef NATT_CLI_TERMINAL_H
#define NATT_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct natt_cli_terminal {
    size_t columns; /* 0 = not a terminal */
    bool dumb;      /* it accepts no escape sequences: no cursor movement, colour or Unicode */
    bool unicode;   /* the locale's encoding is UTF-8, and the terminal is not dumb */
    bool ascii;     /* a terminal, and the locale's encoding is not UTF-8 */
} natt_cli_terminal;

natt_cli_terminal natt_cli_terminal_of(FILE *out);

#define NATT_CLI_BAR_MAX 40                             /* cells */
#define NATT_CLI_BAR_LEN (NATT_CLI_BAR_MAX * 3 + 2 + 1) /* bytes: three for a block, two brackets, the NUL */

/*
 * A bar of `width` cells (at most NATT_CLI_BAR_MAX) of which part / whole are filled: blocks, or "[##..]" without
 * Unicode. At least one cell is filled if part is above 0, and at least one is empty if part is below whole. Returns
 * out.
 */
char *natt_cli_bar(char out[NATT_CLI_BAR_LEN], bool unicode, size_t width, uint64_t part, uint64_t whole);

#endif
