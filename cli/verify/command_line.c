/* See command_line.h. */
#include "cli/verify/command_line.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/bytes.h"
#include "cli/frame/text.h"

#define LINE_LEN 100

const char *natt_cli_command_line_keep(natt_cli_command *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = natt_cli_alloc((size_t)len, 1, 1);
    va_start(args, format);
    (void)vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    command->kept = natt_cli_grow(command->kept, command->kept_count, sizeof *command->kept);
    command->kept[command->kept_count++] = text;
    return text;
}

void natt_cli_command_line_add(natt_cli_list *list, const char *word)
{
    list->items = natt_cli_grow(list->items, list->count, sizeof *list->items);
    list->items[list->count++] = word;
}

void natt_cli_command_line_free(natt_cli_command *command)
{
    for (size_t i = 0; i < command->kept_count; i++)
        free(command->kept[i]);
    free(command->kept);
    free(command->policy);
    free(command->args.pcr.items);
    free(command->args.measurements.items);
    free(command->args.root.items);
    free(command->args.deny.items);
    memset(command, 0, sizeof *command);
}

/* ---- printing ---- */

struct line {
    FILE *out;
    size_t column;
};

static void put(struct line *line, const char *text)
{
    (void)fputs(text, line->out);
    line->column += strlen(text);
}

static void put_word(struct line *line, const char *text)
{
    char *word = natt_cli_shell_word(text);
    put(line, word);
    free(word);
}

static void put_option(struct line *line, const char *name, const char *value)
{
    size_t len = 3 + strlen(name) + (value != NULL ? 1 + strlen(value) : 0);
    put(line, " ");
    if (line->column + len > LINE_LEN) {
        put(line, "\\\n    ");
        line->column = 4;
    }
    put(line, "--");
    put(line, name);
    if (value == NULL)
        return;
    put(line, " ");
    put_word(line, value);
}

static void put_given(struct line *line, const natt_cli_option *o, const natt_cli_verify_args *args)
{
    const char *field = (const char *)args + o->offset;
    if (o->type == NATT_CLI_FLAG) {
        if (*(const bool *)(const void *)field)
            put_option(line, o->name, NULL);
        return;
    }
    if (o->type == NATT_CLI_TEXT) {
        const char *text = *(const char *const *)(const void *)field;
        if (text != NULL)
            put_option(line, o->name, text);
        return;
    }
    const natt_cli_list *list = (const natt_cli_list *)(const void *)field;
    for (size_t i = 0; i < list->count; i++)
        put_option(line, o->name, list->items[i]);
}

void natt_cli_command_line_print(FILE *out, const natt_cli_command *command, const char *file)
{
    struct line line = {out, 0};
    bool decode = command->decode && strcmp(file, "-") != 0;
    put(&line, decode ? "  base64 -d " : "  ");
    if (decode)
        put_word(&line, file);
    put(&line, command->decode && !decode ? "base64 -d | " : decode ? " | " : "");
    put(&line, "nitro-attest verify");
    for (size_t i = 0; i < natt_cli_verify_spec.option_count; i++)
        if (natt_cli_verify_spec.options[i].help != NULL)
            put_given(&line, &natt_cli_verify_spec.options[i], &command->args);
    if (command->policy != NULL)
        put_option(&line, "policy", "/dev/fd/3");
    put(&line, line.column + strlen(file) + 3 > LINE_LEN ? " \\\n    " : " ");
    put_word(&line, decode ? "-" : file);
    if (command->policy != NULL)
        (void)fprintf(out, " 3<<'END'\n%s\nEND", command->policy);
    (void)fputc('\n', out);
}
