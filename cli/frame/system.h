/*
 * What differs between systems: standard streams, arguments, paths, terminals. system_posix.c and system_windows.c.
 * Texts are UTF-8 everywhere, on Windows too, whatever the code page is.
 */
#ifndef NATT_CLI_SYSTEM_H
#define NATT_CLI_SYSTEM_H

#include <stdbool.h>
#include <stdio.h>

/*
 * To be called before anything is opened: where a parent has closed descriptor 0, 1 or 2, the next file or socket would
 * get its number, and what is meant for standard output would go there, a plaintext to the parent instance. Something
 * replaces each closed one and can be neither read nor written. Then the streams carry bytes as they are,
 * without line ends being changed. False: errno says why not.
 */
bool natt_cli_system_start(void);

/* The arguments of main in UTF-8. *argv lives as long as the process. False: they are not Unicode. */
bool natt_cli_arguments(int *argc, char ***argv);

/* As fopen, which on Windows takes paths in the code page. */
FILE *natt_cli_open(const char *path, const char *mode);

/* Whether both paths lead to one regular file. */
bool natt_cli_is_one_file(const char *a, const char *b);

/* Whether `out` is a terminal that takes escape sequences for colours. */
bool natt_cli_takes_colours(FILE *out);

/* How many columns the terminal has, 80 if it does not tell; 0: `out` is not a terminal. */
size_t natt_cli_columns(FILE *out);

/* Whether terminals show UTF-8. */
bool natt_cli_is_utf8(void);

#endif
