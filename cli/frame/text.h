/*
 * Text for people. Everything from documents and files that could control a terminal or mislead a reader is escaped
 * [Unicode TR36 bidirectional controls]. Colours only on terminals.
 */
#ifndef NATT_CLI_TEXT_H
#define NATT_CLI_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include <nitro_attest/base.h>

/*
 * A fresh string (free it): control, bidirectional and invisible characters as \u{202E}, bytes that are not UTF-8 as
 * \xFF, the backslash doubled.
 */
char *natt_cli_escape(natt_bytes text);

/* The same, but the backslash is not escaped: for hints, which contain commands and paths to copy. */
char *natt_cli_escape_line(const char *text);

/*
 * Escapes every character above U+007F of an escaped text (free the result). In other encodings their bytes can be
 * control characters: U+00DB ends with 0x9b, which begins a command of 8-bit terminals.
 */
char *natt_cli_to_ascii(char *escaped);

/* True: valid UTF-8, maybe empty. */
bool natt_cli_utf8(natt_bytes text);

/* True: not empty, valid UTF-8, and no character needs an escape. */
bool natt_cli_printable(natt_bytes text);

/* Fresh lower-case hexadecimal (free it). */
char *natt_cli_hex(natt_bytes bytes);

/*
 * A word of a shell command (free it) that means exactly these bytes: plain, in single quotes, or, with characters that
 * natt_cli_escape would escape, as $'...' of bash, ksh and zsh.
 */
char *natt_cli_shell_word(const char *text);

/* Terminal colours; all empty unless `out` is a terminal that supports them and NO_COLOR is unset. */
typedef struct natt_cli_style {
    const char *good, *bad, *warn, *dim, *bold, *reset;
} natt_cli_style;

natt_cli_style natt_cli_style_of(FILE *out);

/* Number of edits between two texts, ignoring case; texts above 63 characters get the maximum distance. */
size_t natt_cli_distance(const char *a, const char *b);

#endif
