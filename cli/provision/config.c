/*
 * nitro-attest provision config: complete configuration for programs on the parent side that use a token's key. The PIN
 * is in a separate file (mode 0600), whose name is in the others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/file.h"
#include "cli/frame/options.h"
#include "cli/provision/config.h"
#include "cli/provision/pin_file.h"
#include "cli/provision/provision_commands.h"
#include "cli/recipient/recipient_files.h"
#include "nsm/provision/token.h"
#include "nsm/recipient/secret.h"

#define PIN_ROOM  256       /* bytes, as in the other commands */
#define KEY_LABEL "acm-key" /* as in pack.c */

#define AT(field) offsetof(natt_cli_config_args, field)
static const natt_cli_option options[] = {
    {"Which key", NULL, NATT_CLI_FLAG, 0, NULL},
    {"label", "LABEL", NATT_CLI_TEXT, AT(label), "the token's label"},
    {"key-label", "NAME", NATT_CLI_TEXT, AT(key_label), "the key's label (default acm-key)"},
    {"pin-file", "FILE", NATT_CLI_TEXT, AT(pin_file), "a file of mode 0600, or fd:N, with the PIN"},
    {"certificate", "FILE", NATT_CLI_TEXT, AT(certificate), "leaf and chain, PEM (not needed for java)"},
    {"The way to the token", NULL, NATT_CLI_FLAG, 0, NULL},
    {"p11-kit", "ADDRESS", NATT_CLI_TEXT, AT(p11_kit), "of p11-kit server: unix:path=/PATH or vsock:cid=CID;port=PORT"},
    {"client-module", "PATH", NATT_CLI_TEXT, AT(client_module),
     "a PKCS #11 module that reaches p11-kit server (default: nitro-attest-client.so, else p11-kit-client.so)"},
    {"provider", NULL, NATT_CLI_FLAG, AT(provider), "openssl: the provider pkcs11, in place of the engine"},
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"out", "DIR", NATT_CLI_TEXT, AT(out), "your own directory: files in it are replaced (default: this directory)"},
};

static const natt_cli_spec spec = {
    .command = "provision config",
    .synopsis = "provision config nginx|httpd|openssl|java --label LABEL --p11-kit ADDRESS --pin-file FILE\n"
                "           [--key-label NAME] [--certificate FILE] [--provider] [--out DIR]",
    .about =
        "Writes configuration for a program on the parent instance that uses a key of a token, and explains its use.\n"
        "The PIN is copied into a file of mode 0600. With it and the address of p11-kit server, a program can sign\n"
        "with the key; it cannot read the key.\n"
        "Exit codes: 0 written, 2 usage error, 3 a file cannot be read or written\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 1,
    .operand_max = 1,
    .operand = "nginx, httpd, openssl or java",
};

static char *path_of(const natt_cli_config_values *v, const char *name)
{
    size_t size = strlen(v->out) + strlen(name) + 2;
    char *path = natt_cli_alloc(size, 1, 0);
    (void)snprintf(path, size, "%s/%s", v->out, name);
    return path;
}

/* Without a line end, which the engine would read as a part of the PIN. */
static bool write_pin(const natt_cli_config_values *v, const char *pin, natt_cli_error *err)
{
    char *path = path_of(v, "pin");
    bool done = natt_cli_secret_output(path, false, (natt_bytes){(const uint8_t *)pin, strlen(pin)}, err);
    free(path);
    return done;
}

/* The lengths that the other commands accept. */
static bool check_pin(const char *pin, natt_cli_error *err)
{
    const size_t len = strlen(pin);
    return (len >= NATT_TOKEN_MIN_PIN && len <= NATT_TOKEN_MAX_PIN) ||
           natt_cli_fail(err, NATT_CLI_USAGE, "give the PIN that the token was added with",
                         "--pin-file: the PIN has %zu bytes; %d to %d are allowed", len, NATT_TOKEN_MIN_PIN,
                         NATT_TOKEN_MAX_PIN);
}

static bool copy_pin(const natt_cli_config_values *v, const char *place, natt_cli_error *err)
{
    char *pin = natt_secret_new(PIN_ROOM);
    if (pin == NULL)
        natt_cli_out_of_memory();
    bool done = natt_cli_pin_read(pin, PIN_ROOM, place, err) && check_pin(pin, err) && write_pin(v, pin, err);
    natt_secret_free(pin, PIN_ROOM);
    return done;
}

static bool write_file(const natt_cli_config_file *file, const natt_cli_config_values *v, natt_cli_error *err)
{
    char *path = path_of(v, file->name), *text = natt_cli_config_fill(file->text, v);
    bool done = natt_cli_file_replace(path, text, strlen(text), err);
    free(text);
    free(path);
    return done;
}

static bool write_files(const natt_cli_config_target *target, const natt_cli_config_values *v, natt_cli_error *err)
{
    size_t most = sizeof target->files / sizeof target->files[0];
    for (size_t i = 0; i < most && target->files[i].name != NULL; i++)
        if (!write_file(&target->files[i], v, err))
            return false;
    return true;
}

static void show_next(const natt_cli_config_target *target, const natt_cli_config_values *v)
{
    char *first = natt_cli_config_fill(target->first, v), *next = natt_cli_config_fill(target->next, v);
    (void)printf("written to %s:", v->out);
    for (size_t i = 0; i < sizeof target->files / sizeof target->files[0] && target->files[i].name != NULL; i++)
        (void)printf(" %s", target->files[i].name);
    (void)printf(" pin\n%s# try it:\n%s", first, next);
    free(first);
    free(next);
}

static bool make(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    natt_cli_config_args *args = given;
    natt_cli_config_values values;
    const natt_cli_config_target *target = natt_cli_config_target_of(operands->items[0], args->provider, err);
    if (target == NULL)
        return false;
    if (args->key_label == NULL)
        args->key_label = KEY_LABEL;
    bool done = natt_cli_config_values_make(&values, args, target, err) && copy_pin(&values, args->pin_file, err) &&
                write_files(target, &values, err);
    if (done)
        show_next(target, &values);
    natt_cli_config_values_free(&values);
    return done;
}

int natt_cli_provision_config(int argc, char **argv)
{
    natt_cli_config_args args = {0};
    return natt_cli_command_run(&spec, &args, make, argc, argv);
}
