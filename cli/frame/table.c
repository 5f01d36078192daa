/* See table.h. */
#include "cli/frame/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/frame/bytes.h"
#include "cli/frame/text.h"

void natt_cli_row(const char *name, const char *format, ...)
{
    va_list args;
    (void)printf("  %-12s ", name);
    va_start(args, format);
    (void)vprintf(format, args);
    va_end(args);
    (void)putchar('\n');
}

/* All of it: a value that is cut short could hide where it differs. */
void natt_cli_bytes_row(const char *name, natt_bytes value, const char *after)
{
    if (value.ptr == NULL) {
        natt_cli_row(name, "absent%s", after);
        return;
    }
    natt_cli_row(name, "%zu bytes%s", value.len, after);
    char *hex = natt_cli_hex(value);
    if (value.len > 0)
        natt_cli_row("", "%s", hex);
    free(hex);
    if (!natt_cli_printable(value))
        return;
    char *text = natt_cli_escape(value);
    natt_cli_row("", "\"%s\"", text);
    free(text);
}
