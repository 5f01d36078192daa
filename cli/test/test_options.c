#include "cases.h"

#include "cli/frame/options.h"

struct args {
    natt_cli_list list;
    const char *text, *word;
    bool flag, insecure, on;
};

static const natt_cli_option rows[] = {
    {"Group", NULL, NATT_CLI_FLAG, 0, NULL},
    {"list", "V", NATT_CLI_LIST, offsetof(struct args, list), "help"},
    {"text", "V", NATT_CLI_TEXT, offsetof(struct args, text), "help"},
    {"flag", NULL, NATT_CLI_FLAG, offsetof(struct args, flag), "help"},
    {"insecure-thing", NULL, NATT_CLI_FLAG, offsetof(struct args, insecure), "help"},
    {"word", "V", NATT_CLI_TEXT, offsetof(struct args, word), "help", 'w'},
    {"switch", NULL, NATT_CLI_FLAG, offsetof(struct args, on), "help", 's'},
};
static const natt_cli_spec spec = {"x", "x FILE", "About.\n", rows, sizeof rows / sizeof rows[0], 1, 1, "FILE"};

static const natt_cli_spec last_wins = {.command = "x",
                                        .synopsis = "x",
                                        .about = "About.\n",
                                        .options = rows,
                                        .option_count = sizeof rows / sizeof rows[0],
                                        .operand = "",
                                        .last_wins = true};

static natt_cli_parsed parse_as(const natt_cli_spec *form, struct args *args, natt_cli_list *operands,
                                natt_cli_error *err, const char *const *words)
{
    char *argv[16] = {0};
    int argc = 0;
    memset(args, 0, sizeof *args);
    memset(operands, 0, sizeof *operands);
    memset(err, 0, sizeof *err);
    for (; words[argc] != NULL; argc++)
        argv[argc] = (char *)(uintptr_t)words[argc];
    return natt_cli_options_parse(args, operands, form, argc, argv, err);
}

static natt_cli_parsed parse(struct args *args, natt_cli_list *operands, natt_cli_error *err, const char *const *words)
{
    return parse_as(&spec, args, operands, err, words);
}

Test(options, are_stored_and_operands_may_stand_between)
{
    struct args args;
    natt_cli_list operands;
    natt_cli_error err;
    cr_assert_eq(parse(&args, &operands, &err,
                       (const char *const[]){"x", "--list", "a", "-", "--list=b", "--flag", "--text", "", NULL}),
                 NATT_CLI_RUN, "%s", err.what);
    cr_expect_eq(args.list.count, 2);
    cr_expect_str_eq(args.list.items[1], "b");
    cr_expect(args.flag && !args.insecure);
    cr_expect_str_eq(args.text, "");
    cr_expect_str_eq(operands.items[0], "-");
    natt_cli_options_free(&args, &operands, &spec);
}

Test(options, wrong_words_are_usage_errors)
{
    static const char *const bad[][8] = {
        {"x", NULL},
        {"x", "a", "b", NULL},
        {"x", "a", "--flagg", NULL},
        {"x", "a", "--flag=1", NULL},
        {"x", "a", "--text", NULL},
        {"x", "a", "--text=1", "--text=2", NULL},
        {"x", "a", "--insecure", NULL}, /* unambiguous for getopt_long, but refused */
        {"x", "a", "--fl", NULL},
        {"x", "a", "--he", NULL},
        {"x", "a", "-f", NULL},
        {"x", "a", "-t", "b", NULL}, /* a letter of another option's name */
        {"x", "a", "-w", NULL},
        {"x", "a", "-w", "b", "--word", "c", NULL},
        {"x", "-fg", "a", NULL},
        {"x", "a", "--Group", NULL},
        {"x", "a", "--", "b", NULL},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct args args;
        natt_cli_list operands;
        natt_cli_error err;
        cr_expect_eq(parse(&args, &operands, &err, bad[i]), NATT_CLI_WRONG, "%zu", i);
        expect_usage(false, &err, bad[i][1] == NULL ? "" : bad[i][1]);
        natt_cli_options_free(&args, &operands, &spec);
    }
}

Test(options, letters_are_those_of_the_rows_that_have_one)
{
    static const char *const good[][6] = {{"x", "-w", "-v", "-s", "a", NULL},
                                          {"x", "a", "-s", "-w", "-v", NULL},
                                          {"x", "a", "-sw-v", NULL},
                                          {"x", "-w-v", "--switch", "a", NULL}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct args args;
        natt_cli_list operands;
        natt_cli_error err;
        cr_assert_eq(parse(&args, &operands, &err, good[i]), NATT_CLI_RUN, "%zu: %s", i, err.what);
        cr_expect_str_eq(args.word, "-v", "%zu", i);
        cr_expect(args.on && !args.flag && args.text == NULL, "%zu", i);
        cr_expect_str_eq(operands.items[0], "a", "%zu", i);
        natt_cli_options_free(&args, &operands, &spec);
    }
}

Test(options, the_last_wins_where_the_command_says_so)
{
    struct args args;
    natt_cli_list operands;
    natt_cli_error err;
    cr_assert_eq(parse_as(&last_wins, &args, &operands, &err,
                          (const char *const[]){"x", "-w", "1", "--word=2", "--text", "t", "-w", "3", NULL}),
                 NATT_CLI_RUN, "%s", err.what);
    cr_expect_str_eq(args.word, "3");
    cr_expect_str_eq(args.text, "t");
    natt_cli_options_free(&args, &operands, &last_wins);
}

Test(options, a_near_miss_is_suggested)
{
    struct args args;
    natt_cli_list operands;
    natt_cli_error err;
    (void)parse(&args, &operands, &err, (const char *const[]){"x", "--insecure-thng", "a", NULL});
    cr_expect_not_null(strstr(err.hint, "--insecure-thing"), "%s", err.hint);
    natt_cli_options_free(&args, &operands, &spec);
}

/* ---- secrets ---- */

struct secret_args {
    const char *secret, *text;
    bool flag;
};

static const natt_cli_option secret_rows[] = {
    {"secret", "V", NATT_CLI_SECRET, offsetof(struct secret_args, secret), "help", 's'},
    {"text", "V", NATT_CLI_TEXT, offsetof(struct secret_args, text), "help"},
    {"flag", NULL, NATT_CLI_FLAG, offsetof(struct secret_args, flag), "help"},
};
#define SECRET_SPEC(wins)                                                                                              \
    {                                                                                                                  \
        .command = "x", .synopsis = "x", .about = "About.\n", .options = secret_rows,                                  \
        .option_count = sizeof secret_rows / sizeof secret_rows[0], .operand = "", .last_wins = wins                   \
    }
static const natt_cli_spec secret_last_wins = SECRET_SPEC(true), secret_once = SECRET_SPEC(false);

static void expect_refused(const natt_cli_spec *form, char **argv, const char *what)
{
    struct secret_args args = {0};
    natt_cli_list operands = {0};
    natt_cli_error err;
    int argc = 0;
    while (argv[argc] != NULL)
        argc++;
    cr_expect_eq(natt_cli_options_parse(&args, &operands, form, argc, argv, &err), NATT_CLI_WRONG);
    cr_expect_str_eq(err.what, what);
    natt_cli_options_free(&args, &operands, form);
}

Test(options, a_secret_that_another_replaces_is_hidden)
{
    char first[] = "--secret=one", second[] = "-stwo", next[] = "three", text[] = "-sx", empty[] = "--secret=";
    char *argv[] = {(char[]){"x"}, first, second, (char[]){"--secret"}, next, empty, (char[]){"--text"}, text, NULL};
    struct secret_args args = {0};
    natt_cli_list operands = {0};
    natt_cli_error err;
    cr_assert_eq(natt_cli_options_parse(&args, &operands, &secret_last_wins, 8, argv, &err), NATT_CLI_RUN);
    cr_expect_str_eq(first, "--secret=xxx");
    cr_expect_str_eq(second, "-sxxx");
    cr_expect_str_eq(next, "xxxxx");
    cr_expect_str_eq(args.secret, "");
    natt_cli_hide(args.secret);
    natt_cli_hide(NULL);
    cr_expect_str_eq(empty, "--secret=");
    cr_expect_str_eq(args.text, "-sx", "the value of --text looks like a secret, but is not one");
    natt_cli_options_free(&args, &operands, &secret_last_wins);
}

Test(options, a_secret_given_twice_is_hidden_and_refused)
{
    char first[] = "one";
    expect_refused(&secret_once, (char *[]){(char[]){"x"}, (char[]){"-s"}, first, (char[]){"--secret=two"}, NULL},
                   "--secret is given twice");
    cr_expect_str_eq(first, "xxx");
}

Test(options, errors_repeat_no_secret)
{
    expect_refused(&secret_once, (char *[]){(char[]){"x"}, (char[]){"--secert=abc"}, NULL}, "unknown option --secert");
    expect_refused(&secret_once, (char *[]){(char[]){"x"}, (char[]){"--sec=abc"}, NULL}, "unknown option --sec");
    expect_refused(&secret_once, (char *[]){(char[]){"x"}, (char[]){"--flag=abc"}, NULL}, "--flag takes no value");
    expect_refused(&secret_once, (char *[]){(char[]){"x"}, (char[]){"--secret="}, (char[]){"abc"}, NULL},
                   "unexpected argument of 3 characters, which is not an option");
}
