/*
 * nitro-attest recipient keygen: a key pair from random numbers from the system and, if present, from the NSM.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <mbedtls/platform_util.h>

#include "cli/frame/progress.h"
#include "cli/nsm/nsm_session.h"
#include "cli/recipient/recipient_commands.h"
#include "cli/recipient/recipient_files.h"

#define DEVICE "/dev/nsm"

typedef struct keygen_args {
    natt_cli_nsm_place place;
    const char *bits;
    bool no_nsm;
} keygen_args;

#define AT(field) offsetof(keygen_args, field)
static const natt_cli_option options[] = {
    {"The key", NULL, NATT_CLI_FLAG, 0, NULL},
    {"bits", "N", NATT_CLI_TEXT, AT(bits), "2048 (default), 3072 or 4096"},
    {"no-nsm", NULL, NATT_CLI_FLAG, AT(no_nsm), "use only the system's random numbers (default without an NSM)"},
    NATT_CLI_NSM_PLACE_OPTIONS,
};

static const natt_cli_spec spec = {
    .command = "recipient keygen",
    .synopsis = "recipient keygen [OPTIONS] FILE",
    .about = "Creates an RSA key pair and writes the private key to FILE (PKCS #8, PEM), a new file of mode 0600.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 1,
    .operand_max = 1,
    .operand = "FILE",
};

static bool parse_bits(unsigned *bits, const char *text, natt_cli_error *err)
{
    static const char *const sizes[] = {"2048", "3072", "4096"};
    *bits = text == NULL ? 2048 : 0;
    for (unsigned i = 0; text != NULL && i < 3; i++)
        *bits = strcmp(text, sizes[i]) == 0 ? 2048 + 1024 * i : *bits;
    return *bits != 0 ||
           natt_cli_fail(err, NATT_CLI_USAGE, "2048, 3072 or 4096", "--bits: %.100s is not a supported key size", text);
}

static bool wants_nsm(const keygen_args *args)
{
    bool named = args->place.device != NULL || args->place.socket != NULL;
    return !args->no_nsm && (named || access(DEVICE, F_OK) == 0);
}

static bool check(const keygen_args *args, natt_cli_error *err)
{
    if (args->no_nsm && (args->place.device != NULL || args->place.socket != NULL))
        return natt_cli_fail(err, NATT_CLI_USAGE, "give one of them", "--no-nsm together with an NSM");
    return natt_cli_nsm_check_place(&args->place, err);
}

/* Protect the process only after the request to the NSM: nitro-attest emulate must read the memory of programs that use
 * its NSM. */
static natt_recipient_key *make(const keygen_args *args, unsigned bits, natt_cli_error *err)
{
    natt_cli_nsm_session nsm;
    natt_recipient_error e;
    bool nsm_used = wants_nsm(args);
    if (nsm_used ? !natt_cli_nsm_open(&nsm, &args->place, err) : !natt_cli_recipient_protect(err))
        return NULL;
    natt_cli_progress progress;
    natt_cli_progress_wait(&progress, "making an RSA key");
    natt_recipient_key *key = natt_recipient_key_new(nsm_used ? &nsm.session : NULL, bits, &e);
    natt_cli_progress_end(&progress);
    if (key == NULL && e.code == NATT_RECIPIENT_E_NSM)
        (void)natt_cli_nsm_fail(err, &nsm, &e.nsm, NATT_NSM_GET_RANDOM);
    else if (key == NULL)
        (void)natt_cli_recipient_fail(err, &e, NULL);
    if (nsm_used)
        natt_cli_nsm_close(&nsm);
    return key;
}

static bool write_key(const natt_recipient_key *key, const char *path, natt_cli_error *err)
{
    char pem[NATT_RECIPIENT_MAX_PEM];
    size_t len;
    natt_recipient_error e;
    bool done = natt_cli_recipient_protect(err) &&
                (natt_recipient_key_pem(key, pem, sizeof pem, &len, &e) || natt_cli_recipient_fail(err, &e, NULL)) &&
                natt_cli_secret_create(path, (natt_bytes){(const uint8_t *)pem, len}, err);
    mbedtls_platform_zeroize(pem, sizeof pem);
    return done;
}

/* Creates the file first: without it, making the key would be useless. */
static bool keygen(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    const keygen_args *args = given;
    const char *path = operands->items[0];
    unsigned bits;
    if (!parse_bits(&bits, args->bits, err) || !check(args, err))
        return false;
    if (access(path, F_OK) == 0)
        return natt_cli_secret_create(path, (natt_bytes){NULL, 0}, err);
    natt_recipient_key *key = make(args, bits, err);
    bool done = key != NULL && write_key(key, path, err);
    natt_recipient_key_free(key);
    return done;
}

int natt_cli_recipient_keygen(int argc, char **argv)
{
    keygen_args args = {0};
    return natt_cli_command_run(&spec, &args, keygen, argc, argv);
}
