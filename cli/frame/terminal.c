/* See terminal.h. */
#include "cli/frame/terminal.h"

#include <string.h>

#include "cli/frame/system.h"

natt_cli_terminal natt_cli_terminal_of(FILE *out)
{
    natt_cli_terminal t = {.columns = natt_cli_columns(out)};
    if (t.columns == 0)
        return t;
    t.dumb = !natt_cli_takes_colours(out);
    t.ascii = !natt_cli_is_utf8();
    t.unicode = !t.dumb && !t.ascii;
    return t;
}

static size_t filled(size_t width, uint64_t part, uint64_t whole)
{
    if (part == 0 || whole == 0)
        return 0;
    if (part >= whole)
        return width;
    size_t cells = (size_t)((double)part / (double)whole * (double)width + 0.5);
    if (cells == 0)
        return 1;
    return cells >= width ? width - 1 : cells;
}

char *natt_cli_bar(char out[NATT_CLI_BAR_LEN], bool unicode, size_t width, uint64_t part, uint64_t whole)
{
    static const char *const cells[2][2] = {{".", "#"}, {"\xe2\x96\x91", "\xe2\x96\x88"}}; /* U+2591, U+2588 */
    char *to = out;
    width = width < NATT_CLI_BAR_MAX ? width : NATT_CLI_BAR_MAX;
    size_t full = filled(width, part, whole);
    if (!unicode)
        *to++ = '[';
    for (size_t i = 0; i < width; i++) {
        const char *cell = cells[unicode][i < full];
        memcpy(to, cell, strlen(cell));
        to += strlen(cell);
    }
    if (!unicode)
        *to++ = ']';
    *to = '\0';
    return out;
}
