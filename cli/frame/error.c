/* See error.h. */
#include "cli/frame/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/terminal.h"
#include "cli/frame/text.h"

bool natt_cli_fail(natt_cli_error *err, int exit_code, const char *hint, const char *format, ...)
{
    va_list args;
    err->exit_code = exit_code;
    (void)snprintf(err->hint, sizeof err->hint, "%s", hint);
    va_start(args, format);
    (void)vsnprintf(err->what, sizeof err->what, format, args);
    va_end(args);
    return false;
}

/* Truncates a text that is too long for the line. */
bool natt_cli_fail_in(natt_cli_error *err, const char *format, ...)
{
    char where[384];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(where, sizeof where - 2, format, args);
    va_end(args);
    (void)strcat(where, ": ");
    size_t len = strlen(where);
    memmove(err->what + len, err->what, sizeof err->what - len);
    memcpy(err->what, where, len);
    err->what[sizeof err->what - 1] = '\0';
    return false;
}

bool natt_cli_error_take(natt_cli_error *err, bool first, const natt_cli_error *other)
{
    bool usage = other->exit_code == NATT_CLI_USAGE;
    if (first || usage)
        *err = *other;
    return usage;
}

/* Paths, JSON keys and option values are untrusted: they must not control the terminal. */
static void print_line(const char *before, char *safe)
{
    if (natt_cli_terminal_of(stderr).ascii)
        safe = natt_cli_to_ascii(safe);
    (void)fprintf(stderr, "%s%s\n", before, safe);
    free(safe);
}

int natt_cli_error_print(const natt_cli_error *err, const char *command)
{
    (void)fprintf(stderr, "nitro-attest%s%s", command[0] == '\0' ? "" : " ", command);
    print_line(": ", natt_cli_escape((natt_bytes){(const uint8_t *)err->what, strlen(err->what)}));
    if (err->hint[0] != '\0')
        print_line("  what to do: ", natt_cli_escape_line(err->hint));
    return err->exit_code;
}
