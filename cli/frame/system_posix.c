/* See system.h. */
#include "cli/frame/system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_closed(int descriptor)
{
    return fcntl(descriptor, F_GETFD) < 0 && errno == EBADF;
}

/* A folder, since read() and write() refuse it; "/" exists even without /dev. open() returns the lowest free number. */
bool natt_cli_system_start(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        if (is_closed(descriptor) && open("/", O_RDONLY | O_DIRECTORY) != descriptor)
            return false;
    return true;
}

bool natt_cli_arguments(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return true;
}

FILE *natt_cli_open(const char *path, const char *mode)
{
    char on_exec[8];
    (void)snprintf(on_exec, sizeof on_exec, "%se", mode); /* closed on exec */
    return fopen(path, on_exec);
}

bool natt_cli_is_one_file(const char *a, const char *b)
{
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && S_ISREG(first.st_mode) && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

bool natt_cli_takes_colours(FILE *out)
{
    const char *term = getenv("TERM");
    return isatty(fileno(out)) != 0 && term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0;
}

size_t natt_cli_columns(FILE *out)
{
    struct winsize size;
    if (isatty(fileno(out)) == 0)
        return 0;
    return ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* The variable that determines the encoding of text [POSIX 8.2]. Not setlocale, which would change more. */
bool natt_cli_is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value == NULL || value[0] == '\0')
            continue;
        const char *encoding = strchr(value, '.');
        return encoding != NULL && (strncasecmp(encoding, ".UTF-8", 6) == 0 || strncasecmp(encoding, ".utf8", 5) == 0);
    }
    return false;
}
