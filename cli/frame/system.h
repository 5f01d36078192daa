/*
 * Differences between systems: standard streams, arguments, paths, terminals; in system_posix.c and system_windows.c.
 * Texts are UTF-8 on every system, on Windows with every code page.
 */
#ifndef NATT_CLI_SYSTEM_H
#define NATT_CLI_SYSTEM_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Call it before anything is opened. If a parent process has closed descriptor 0, 1 or 2, the next file or socket would
 * get its number and with it standard output, such as a plaintext for the parent instance. This function replaces each
 * closed descriptor by one that cannot be read or written. It also makes the streams binary, without conversion of line
 * ends. False: errno is set.
 */
bool natt_cli_system_start(void);

/* The arguments of main in UTF-8. *argv is valid until the process ends. False: they are not Unicode. */
bool natt_cli_arguments(int *argc, char ***argv);

/* As fopen, but with paths in UTF-8; on Windows fopen expects the code page. */
FILE *natt_cli_open(const char *path, const char *mode);

/* True: both paths name the same regular file. */
bool natt_cli_is_one_file(const char *a, const char *b);

typedef enum natt_cli_path_kind {
    NATT_CLI_PATH_NONE,    /* errno says why */
    NATT_CLI_PATH_REGULAR, /* a regular file, or a link to one */
    NATT_CLI_PATH_FOLDER,
    NATT_CLI_PATH_LINK, /* to a folder */
    NATT_CLI_PATH_OTHER /* such as a pipe, a socket or a device */
} natt_cli_path_kind;

natt_cli_path_kind natt_cli_path_kind_of(const char *path);

/* Calls `entry` with the name of every entry of the folder, in no order, without "." and "..". False: errno is set. */
bool natt_cli_folder_read(const char *path, void (*entry)(void *context, const char *name), void *context);

/*
 * Opens a regular file for reading, without waiting for a writer if it became a pipe meanwhile. NULL: errno is set; 0:
 * it is no regular file.
 */
FILE *natt_cli_open_regular(const char *path);

/* How many files this process may have open at the same time. */
size_t natt_cli_open_max(void);

/* True: `out` is a terminal that accepts escape sequences for colours. */
bool natt_cli_takes_colours(FILE *out);

/* The columns of the terminal, 80 if unknown; 0: `out` is not a terminal. */
size_t natt_cli_columns(FILE *out);

/* True: terminals show UTF-8. */
bool natt_cli_is_utf8(void);

#endif
