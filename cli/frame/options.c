/* See options.h. */
#include "cli/frame/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nitro_attest/base.h>

#include "cli/frame/bytes.h"
#include "cli/frame/text.h"

static const struct option always[] = {{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'V'}};
#define ALWAYS (sizeof always / sizeof always[0])

static void list_add(natt_cli_list *list, const char *item)
{
    list->items = natt_cli_grow(list->items, list->count, sizeof *list->items);
    list->items[list->count++] = item;
}

/* getopt_long's table: row i is row i of our table, then follow --help and --version. The title of a group is not an
 * option. */
static struct option *make_table(const natt_cli_spec *spec)
{
    struct option *table = natt_cli_alloc(spec->option_count + ALWAYS + 1, sizeof *table, 0);
    size_t count = 0;
    for (size_t i = 0; i < spec->option_count; i++)
        if (spec->options[i].help != NULL)
            table[count++] = (struct option){spec->options[i].name,
                                             spec->options[i].type == NATT_CLI_FLAG ? no_argument : required_argument,
                                             NULL, 256 + (int)i};
    memcpy(table + count, always, sizeof always);
    return table;
}

/* getopt's list: "+" ends options at the first operand, ":" distinguishes a missing value from an unknown option. */
static char *make_letters(const natt_cli_spec *spec)
{
    char *letters = natt_cli_alloc(spec->option_count + 3, 2, 0), *end = letters;
    if (spec->stray != NULL)
        *end++ = '+';
    *end++ = ':';
    *end++ = 'h';
    for (size_t i = 0; i < spec->option_count; i++) {
        if (spec->options[i].short_name == '\0')
            continue;
        *end++ = spec->options[i].short_name;
        if (spec->options[i].type != NATT_CLI_FLAG)
            *end++ = ':';
    }
    return letters;
}

static const char *nearest(const natt_cli_spec *spec, const char *name)
{
    const char *best = NULL;
    size_t least = strlen(name) < 4 ? 0 : 4; /* a few typing errors, not a different word */
    for (size_t i = 0; i < spec->option_count; i++) {
        size_t far = spec->options[i].help == NULL ? SIZE_MAX : natt_cli_distance(name, spec->options[i].name);
        if (far < least) {
            least = far;
            best = spec->options[i].name;
        }
    }
    return best;
}

/* At most 100 characters of an option, without its value, which may be a secret. */
static int name_len(const char *word)
{
    size_t len = strcspn(word, "=");
    return len < 100 ? (int)len : 100;
}

/* Names the help, such as "nitro-attest kms decrypt --help". */
static void put_help(char *out, size_t size, const natt_cli_spec *spec, const char *what)
{
    if (spec->program != NULL)
        (void)snprintf(out, size, "%s --help %s", spec->program, what);
    else
        (void)snprintf(out, size, "nitro-attest %s --help %s", spec->command, what);
}

static bool fail_unknown(const natt_cli_spec *spec, const char *word, natt_cli_error *err)
{
    char hint[192];
    char name[64] = "";
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word[1] == '-' ? word + 2 : "");
    const char *near = nearest(spec, name);
    if (near != NULL)
        (void)snprintf(hint, sizeof hint, "did you mean --%s? Options cannot be abbreviated", near);
    else
        put_help(hint, sizeof hint, spec, "lists the options; they cannot be abbreviated");
    if (near == NULL && spec->more != NULL)
        (void)snprintf(hint + strlen(hint), sizeof hint - strlen(hint), "; %s %s has more", spec->more, spec->command);
    return natt_cli_fail(err, NATT_CLI_USAGE, hint, "unknown option %.*s", name_len(word), word);
}

/* The word that getopt_long has just read an option from: argv[optind - 1], or the one before its separate value. */
static const char *taken(char **argv)
{
    const char *last = argv[optind - 1];
    return optarg != NULL && optarg == last ? argv[optind - 2] : last;
}

static bool is_full_name(const char *word, const char *name)
{
    size_t len = strlen(name);
    return strncmp(word, "--", 2) == 0 && strncmp(word + 2, name, len) == 0 &&
           (word[2 + len] == '\0' || word[2 + len] == '=');
}

/* argv's strings may be written [C11 5.1.2.2.1]; the table's fields have them as const. */
void natt_cli_hide(const char *value)
{
    if (value != NULL)
        memset((char *)(uintptr_t)value, 'x', strlen(value));
}

static bool store(void *out, const natt_cli_spec *spec, const natt_cli_option *option, natt_cli_error *err)
{
    char *field = (char *)out + option->offset;
    if (option->type == NATT_CLI_FLAG) {
        *(bool *)(void *)field = true;
        return true;
    }
    if (option->type == NATT_CLI_LIST) {
        list_add((natt_cli_list *)(void *)field, optarg);
        return true;
    }
    const char **text = (const char **)(void *)field, *before = *text;
    *text = optarg;
    if (option->type == NATT_CLI_SECRET)
        natt_cli_hide(before);
    return before == NULL || spec->last_wins ||
           natt_cli_fail(err, NATT_CLI_USAGE, "give it once", "--%s is given twice", option->name);
}

/* The row of -k, in the form that getopt_long gives for --long-name; otherwise `which` unchanged. */
static int row_of_short(const natt_cli_spec *spec, int which)
{
    for (size_t i = 0; i < spec->option_count; i++)
        if (spec->options[i].short_name != '\0' && spec->options[i].short_name == which)
            return 256 + (int)i;
    return which;
}

static natt_cli_parsed handle(void *out, const natt_cli_spec *spec, int given, char **argv, natt_cli_error *err)
{
    const char *word = taken(argv);
    int which = row_of_short(spec, given);
    if (which == 'h' && (is_full_name(word, "help") || strcmp(word, "-h") == 0)) {
        natt_cli_help_print(spec);
        return NATT_CLI_DONE;
    }
    if (which == 'V' && is_full_name(word, "version")) {
        natt_cli_version_print();
        return NATT_CLI_DONE;
    }
    bool has_value = strncmp(word, "--", 2) == 0 && strchr(word, '=') != NULL;
    if (which == ':' && !has_value)
        (void)natt_cli_fail(err, NATT_CLI_USAGE, "give the value after it", "%.100s needs a value", word);
    else if (which == ':' || (which == '?' && optopt >= 256)) /* ':' with a value: on Windows */
        (void)natt_cli_fail(err, NATT_CLI_USAGE, "remove the = and the text after it", "%.*s takes no value",
                            name_len(word), word);
    else if (which == 'h' && strncmp(word, "--", 2) != 0)
        (void)fail_unknown(spec, argv[optind], err); /* one of several letters after one dash */
    else if (which == '?' && optopt != 0)
        (void)fail_unknown(spec, (const char[]){'-', (char)optopt, '\0'}, err);
    else if (which < 256 || (which == given && !is_full_name(word, spec->options[which - 256].name)))
        (void)fail_unknown(spec, word, err);
    else if (store(out, spec, &spec->options[which - 256], err))
        return NATT_CLI_RUN;
    return NATT_CLI_WRONG;
}

static bool has_secrets(const natt_cli_spec *spec)
{
    for (size_t i = 0; i < spec->option_count; i++)
        if (spec->options[i].type == NATT_CLI_SECRET)
            return true;
    return false;
}

static bool fail_stray(const natt_cli_spec *spec, const char *word, const char *hint, natt_cli_error *err)
{
    if (has_secrets(spec))
        return natt_cli_fail(err, NATT_CLI_USAGE, hint, "unexpected argument of %zu characters, which is not an option",
                             strlen(word));
    return natt_cli_fail(err, NATT_CLI_USAGE, hint, "unexpected \"%.200s\"", word);
}

static natt_cli_parsed take_operands(natt_cli_list *operands, const natt_cli_spec *spec, int argc, char **argv,
                                     natt_cli_error *err)
{
    char hint[96];
    put_help(hint, sizeof hint, spec, "shows how it is used");
    const char *stray = spec->stray != NULL ? spec->stray : hint;
    for (int i = optind; i < argc; i++)
        list_add(operands, argv[i]);
    if (operands->count < spec->operand_min)
        (void)natt_cli_fail(err, NATT_CLI_USAGE, hint, "%s is missing", spec->operand);
    else if (operands->count > spec->operand_max)
        (void)fail_stray(spec, operands->items[spec->operand_max], stray, err);
    else
        return NATT_CLI_RUN;
    return NATT_CLI_WRONG;
}

natt_cli_parsed natt_cli_options_parse(void *out, natt_cli_list *operands, const natt_cli_spec *spec, int argc,
                                       char **argv, natt_cli_error *err)
{
    natt_cli_parsed result = NATT_CLI_RUN;
    int which = 0;
    if (argc == 2 && strcmp(argv[1], "help") == 0) {
        natt_cli_help_print(spec);
        return NATT_CLI_DONE;
    }
    struct option *table = make_table(spec);
    char *letters = make_letters(spec);
    optind = 0; /* start over, options and operands mixed [getopt(3)] */
    opterr = 0;
    while (result == NATT_CLI_RUN && (which = getopt_long(argc, argv, letters, table, NULL)) != -1)
        result = handle(out, spec, which, argv, err);
    if (result == NATT_CLI_RUN)
        result = take_operands(operands, spec, argc, argv, err);
    free(table);
    free(letters);
    return result;
}

void natt_cli_options_free(void *out, natt_cli_list *operands, const natt_cli_spec *spec)
{
    for (size_t i = 0; i < spec->option_count; i++)
        if (spec->options[i].type == NATT_CLI_LIST && spec->options[i].help != NULL)
            free(((natt_cli_list *)(void *)((char *)out + spec->options[i].offset))->items);
    free(operands->items);
}

int natt_cli_command_run(const natt_cli_spec *spec, void *args, natt_cli_action *action, int argc, char **argv)
{
    natt_cli_list operands = {0};
    natt_cli_error err;
    natt_cli_parsed parsed = natt_cli_options_parse(args, &operands, spec, argc, argv, &err);
    bool done = parsed == NATT_CLI_DONE || (parsed == NATT_CLI_RUN && action(args, &operands, &err));
    int code = done ? NATT_CLI_OK : natt_cli_error_print(&err, spec->command);
    natt_cli_options_free(args, &operands, spec);
    return code;
}

int natt_cli_command_exit(const natt_cli_spec *spec, void *args, natt_cli_exit_action *action, int argc, char **argv)
{
    natt_cli_list operands = {0};
    natt_cli_error err;
    natt_cli_parsed parsed = natt_cli_options_parse(args, &operands, spec, argc, argv, &err);
    int code = parsed == NATT_CLI_WRONG ? natt_cli_error_print(&err, spec->command) : NATT_CLI_OK;
    if (parsed == NATT_CLI_RUN)
        code = action(args, &operands, &err);
    natt_cli_options_free(args, &operands, spec);
    return code;
}

static void print_row(const char *name, const char *value, const char *help, char short_name)
{
    char left[64], also[16] = "";
    (void)snprintf(left, sizeof left, "--%s%s%s", name, value == NULL ? "" : " ", value == NULL ? "" : value);
    if (short_name != '\0')
        (void)snprintf(also, sizeof also, " (short: -%c)", short_name);
    (void)printf("  %-28s %s%s\n", left, help, also);
}

void natt_cli_help_print(const natt_cli_spec *spec)
{
    (void)printf("usage: nitro-attest %s\n\n%s", spec->synopsis, spec->about);
    for (size_t i = 0; i < spec->option_count; i++) {
        const natt_cli_option *o = &spec->options[i];
        if (o->help == NULL)
            (void)printf("\n%s:\n", o->name);
        else
            print_row(o->name, o->value, o->help, o->short_name);
    }
    (void)printf("\nGeneral:\n");
    print_row("help", NULL, "show this text (also -h, help)", '\0');
    print_row("version", NULL, "show the version", '\0');
}

void natt_cli_version_print(void)
{
    (void)printf("nitro-attest %s\n", natt_version());
}
