/*
 * kmstool_enclave_cli: compatible with the command of AWS's C SDK for enclaves: three commands, flags, lines on
 * standard output, exit codes. 1 for usage errors and for --help, which goes to standard error; 255 for all other
 * errors. [aws-nitro-enclaves-sdk-c, bin/kmstool-enclave-cli]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/text.h"
#include "cli/kms/client_request.h"
#include "cli/kms/kms_commands.h"

#define NAME       "kmstool_enclave_cli"
#define EXIT_USAGE 1
#define EXIT_ERROR 255

#define AT(field) offsetof(natt_cli_kms_request, field)

/* Every command accepts the flags of all commands and ignores those that it does not use; only decrypt refuses two. */
static const natt_cli_option options[] = {
    {"region", "REGION", NATT_CLI_TEXT, AT(region), "AWS region (default us-east-1)", 'r'},
    {"proxy-port", "PORT", NATT_CLI_TEXT, AT(proxy_port), "vsock port of the parent's vsock-proxy (default 8000)", 'x'},
    {"aws-access-key-id", "ID", NATT_CLI_SECRET, AT(access_key), "access key ID", 'k'},
    {"aws-secret-access-key", "KEY", NATT_CLI_SECRET, AT(secret_key), "secret access key", 's'},
    {"aws-session-token", "TOKEN", NATT_CLI_SECRET, AT(session_token), "session token", 't'},
    {"ciphertext", "BASE64", NATT_CLI_TEXT, AT(ciphertext), "decrypt: what KMS encrypted", 'c'},
    {"key-id", "KEY", NATT_CLI_TEXT, AT(key_id), "genkey, decrypt: the KMS key", 'K'},
    {"encryption-algorithm", "NAME", NATT_CLI_TEXT, AT(algorithm), "decrypt: of an asymmetric key", 'a'},
    {"key-spec", "SPEC", NATT_CLI_TEXT, AT(key_spec), "genkey: AES-256 or AES-128", 'p'},
    {"length", "N", NATT_CLI_TEXT, AT(number_of_bytes), "genrandom: 1 to 1024", 'l'},
};
#define OPTIONS (sizeof options / sizeof options[0])

static const struct command {
    const char *name;
    const natt_cli_kms_operation *operation;
} commands[] = {
    {"decrypt", &natt_cli_kms_op_decrypt},
    {"genkey", &natt_cli_kms_op_genkey},
    {"genrandom", &natt_cli_kms_op_genrandom},
};
#define COMMANDS (sizeof commands / sizeof commands[0])

static int usage(void)
{
    (void)fprintf(stderr, "usage: " NAME " decrypt|genkey|genrandom [OPTIONS]\n\n");
    for (size_t i = 0; i < OPTIONS; i++)
        (void)fprintf(stderr, "  --%s %s: %s; -%c\n", options[i].name, options[i].value, options[i].help,
                      options[i].short_name);
    (void)fprintf(stderr, "\nThis is nitro-attest's replacement for " NAME "; see nitro-attest-kms(1).\n");
    return EXIT_USAGE;
}

static bool asks_for_help(int argc, char **argv)
{
    bool asked = argc == 2 && strcmp(argv[1], "help") == 0;
    for (int i = 1; i < argc; i++)
        asked = asked || strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0;
    return asked;
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

static bool must_be_set(const char *option, const char *value, natt_cli_error *err)
{
    return value != NULL || natt_cli_fail(err, NATT_CLI_USAGE, "", "--%s must be set", option);
}

static bool check(const natt_cli_kms_request *r, const struct command *command, natt_cli_error *err)
{
    if (command->operation == &natt_cli_kms_op_decrypt && (r->key_spec != NULL || r->number_of_bytes != NULL))
        return natt_cli_fail(err, NATT_CLI_USAGE, "", "decrypt has no --key-spec and no --length");
    return must_be_set("aws-access-key-id", r->access_key, err) &&
           must_be_set("aws-secret-access-key", r->secret_key, err) &&
           must_be_set("aws-session-token", r->session_token, err);
}

/* Removes ignored flags: genkey ignores a length, decrypt an algorithm without its key. */
static void forget(natt_cli_kms_request *r, const struct command *command)
{
    if (command->operation == &natt_cli_kms_op_genkey)
        r->number_of_bytes = NULL;
    if (r->key_id == NULL)
        r->algorithm = NULL;
}

static int print(const natt_cli_error *err)
{
    char *what = natt_cli_escape((natt_bytes){(const uint8_t *)err->what, strlen(err->what)});
    char *hint = natt_cli_escape_line(err->hint);
    (void)fprintf(stderr, "%s%s%s\n", what, hint[0] == '\0' ? "" : "\nwhat to do: ", hint);
    free(what);
    free(hint);
    return err->exit_code == NATT_CLI_USAGE ? EXIT_USAGE : EXIT_ERROR;
}

static int run(const struct command *command, int argc, char **argv)
{
    const natt_cli_spec spec = {.command = command->name,
                                .synopsis = "",
                                .about = "",
                                .options = options,
                                .option_count = OPTIONS,
                                .operand_max = SIZE_MAX,
                                .operand = "",
                                .last_wins = true,
                                .program = NAME,
                                .more = "nitro-attest kms"};
    natt_cli_kms_request request = {.drop_in = true};
    natt_cli_list operands = {0};
    natt_cli_buf secrets;
    natt_cli_error err;
    natt_cli_parsed parsed = natt_cli_options_parse(&request, &operands, &spec, argc, argv, &err);
    natt_cli_kms_take_secrets(&request, &secrets);
    forget(&request, command);
    bool wrong = parsed == NATT_CLI_WRONG ||
                 (parsed == NATT_CLI_RUN &&
                  !(check(&request, command, &err) && natt_cli_kms_run(&request, command->operation, &err)));
    natt_cli_kms_free_secrets(&secrets);
    natt_cli_options_free(&request, &operands, &spec);
    return wrong ? print(&err) : NATT_CLI_OK;
}

bool natt_cli_is_kmstool(const char *program)
{
    const char *slash = program == NULL ? NULL : strrchr(program, '/');
    return program != NULL && strcmp(slash == NULL ? program : slash + 1, NAME) == 0;
}

int natt_cli_kmstool(int argc, char **argv)
{
    const struct command *command = argc < 2 ? NULL : find(argv[1]);
    return command == NULL || asks_for_help(argc - 1, argv + 1) ? usage() : run(command, argc - 1, argv + 1);
}
