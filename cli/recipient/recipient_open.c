/*
 * nitro-attest recipient open: decrypts a CiphertextForRecipient.
 */
#include <stdlib.h>
#include <string.h>

#include <mbedtls/platform_util.h>

#include "cli/frame/file.h"
#include "cli/frame/options.h"
#include "cli/recipient/recipient_commands.h"
#include "cli/recipient/recipient_files.h"

typedef struct open_args {
    const char *key, *out;
    bool base64;
} open_args;

static const natt_cli_option options[] = {
    {"The key", NULL, NATT_CLI_FLAG, 0, NULL},
    {"key", "FILE", NATT_CLI_TEXT, offsetof(open_args, key), "the private key that the message is sealed to"},
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"out", "FILE", NATT_CLI_TEXT, offsetof(open_args, out),
     "the plaintext, mode 0600 (default: standard output, as base64 if that is a terminal)"},
    {"base64", NULL, NATT_CLI_FLAG, offsetof(open_args, base64), "write the plaintext as base64"},
};

static const natt_cli_spec spec = {
    .command = "recipient open",
    .synopsis = "recipient open --key FILE [OPTIONS] MESSAGE",
    .about = "Opens a CiphertextForRecipient, in binary, or in base64 as in KMS replies (- = standard input).\n"
             "Messages are not authenticated: anyone who can modify one in transit can change the plaintext.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 1,
    .operand_max = 1,
    .operand = "MESSAGE",
};

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Text that consists of base64 and blanks, and decodes to the beginning of a message. Binary messages never begin with
 * M. */
static void decode_base64(natt_cli_buf *message)
{
    natt_cli_buf text = {natt_cli_alloc(message->len, 1, 1), 0}, decoded = {NULL, 0};
    for (size_t i = 0; i < message->len; i++)
        if (!is_blank(message->ptr[i]))
            text.ptr[text.len++] = message->ptr[i];
    if (text.len > 0 && text.ptr[0] == 'M' && natt_cli_base64_decode(&decoded, (const char *)text.ptr, text.len)) {
        natt_cli_buf_free(message);
        *message = decoded;
    }
    natt_cli_buf_free(&text);
}

static bool open_message(const open_args *args, const natt_recipient_key *key, natt_bytes message, natt_cli_error *err)
{
    natt_cli_buf secret = {natt_cli_alloc(message.len, 1, 1), message.len};
    natt_recipient_error e;
    size_t len;
    bool done = natt_recipient_open(key, secret.ptr, secret.len, &len, message, &e)
                    ? natt_cli_secret_output(args->out, args->base64, (natt_bytes){secret.ptr, len}, err)
                    : natt_cli_recipient_fail(err, &e, NULL);
    natt_cli_secret_free(&secret);
    return done;
}

static bool run(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    const open_args *args = given;
    const char *path = operands->items[0];
    natt_cli_buf message = {NULL, 0};
    if (!natt_cli_recipient_protect(err))
        return false;
    natt_recipient_key *key = natt_cli_recipient_key(args->key, err);
    bool done = key != NULL && natt_cli_input_read(&message, path, err);
    if (done) {
        decode_base64(&message);
        done = open_message(args, key, natt_cli_buf_view(&message), err) || natt_cli_fail_in(err, "%.300s", path);
    }
    natt_recipient_key_free(key);
    natt_cli_buf_free(&message);
    return done;
}

int natt_cli_recipient_open(int argc, char **argv)
{
    open_args args = {0};
    return natt_cli_command_run(&spec, &args, run, argc, argv);
}
