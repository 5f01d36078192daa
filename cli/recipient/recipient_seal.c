/*
 * nitro-attest recipient seal: verifies a document as nitro-attest verify does, and seals a secret to its public key.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/document/input.h"
#include "cli/frame/output.h"
#include "cli/recipient/recipient_commands.h"
#include "cli/recipient/recipient_files.h"
#include "cli/verify/verify_request.h"

typedef struct seal_args {
    natt_cli_verify_args verify; /* first: the rows of verify's table fill it */
    const char *secret, *out, *encoding;
    bool base64;
} seal_args;

#define AT(field) offsetof(seal_args, field)
static const natt_cli_option own_options[] = {
    {"The secret and the message", NULL, NATT_CLI_FLAG, 0, NULL},
    {"secret", "FILE", NATT_CLI_TEXT, AT(secret), "the secret, 1 to 16384 bytes; - = standard input"},
    {"encoding", "FORM", NATT_CLI_TEXT, AT(encoding), "ber (default), ber-primitive, as KMS writes them, or der"},
    {"out", "FILE", NATT_CLI_TEXT, AT(out), "the message (default: standard output, as base64 if that is a terminal)"},
    {"base64", NULL, NATT_CLI_FLAG, AT(base64), "write the message as base64"},
};
#define OWN (sizeof own_options / sizeof own_options[0])

#define MAX_OPTIONS 64
static natt_cli_option options[MAX_OPTIONS];

static natt_cli_spec spec = {
    .command = "recipient seal",
    .synopsis = "recipient seal [VERIFY OPTIONS] --secret FILE [OPTIONS] DOCUMENT",
    .about = "Verifies DOCUMENT as nitro-attest verify does, and seals the secret to the public key in it.\n"
             "Only the enclave with the private key can open the message.\n",
    .options = options,
    .operand_min = 1,
    .operand_max = 1,
    .operand = "DOCUMENT",
};

/* Options of verify's report, and of batches. */
static bool is_omitted(const char *name)
{
    static const char *const names[] = {"json", "canary", "explain", "Output", "batch", "threads", "Many documents"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* The options that affect the verdict of one document. */
static void build_options(void)
{
    spec.option_count = 0;
    for (size_t i = 0; i < natt_cli_verify_spec.option_count && i + OWN < MAX_OPTIONS; i++) {
        const natt_cli_option *o = &natt_cli_verify_spec.options[i];
        if (!is_omitted(o->name))
            options[spec.option_count++] = *o;
    }
    for (size_t i = 0; i < OWN; i++)
        options[spec.option_count++] = own_options[i];
}

static bool parse_encoding(natt_recipient_encoding *out, const char *text, natt_cli_error *err)
{
    static const char *const names[] = {"ber", "ber-primitive", "der"};
    *out = NATT_RECIPIENT_BER;
    for (int i = 0; i < 3; i++) {
        *out = (natt_recipient_encoding)i;
        if (strcmp(text == NULL ? "ber" : text, names[i]) == 0)
            return true;
    }
    return natt_cli_fail(err, NATT_CLI_USAGE, "ber, ber-primitive or der", "--encoding: there is no %.100s", text);
}

static bool verify(natt_verified *out, natt_bytes document, const seal_args *args, const natt_cli_request *request,
                   natt_cli_error *err)
{
    natt_error e;
    if (natt_verify(out, document, &request->options, NULL, &e))
        return true;
    const bool aws_alone = e.code == NATT_E_CHAIN_ROOT && args->verify.root.count + args->verify.pki.count == 0;
    return natt_cli_fail(err, NATT_CLI_REFUSED,
                         aws_alone ? "without --root FILE or --pki DIR only AWS's root is trusted"
                                   : "nitro-attest verify with the same options shows the details",
                         "the document is refused, nothing was sealed: %s (%s)", e.message, natt_code_name(e.code));
}

static bool seal(const seal_args *args, const natt_verified *document, natt_bytes secret, natt_cli_error *err)
{
    static uint8_t message[NATT_RECIPIENT_MAX_SEALED];
    natt_recipient_seal_options o = NATT_RECIPIENT_SEAL_OPTIONS_INIT;
    natt_recipient_error e;
    size_t len;
    o.allow_debug = args->verify.allow_debug;
    if (!parse_encoding(&o.encoding, args->encoding, err))
        return false;
    if (!natt_recipient_seal(message, sizeof message, &len, document, secret, &o, &e))
        return natt_cli_recipient_fail(err, &e, NULL);
    return natt_cli_output(args->out, args->base64, (natt_bytes){message, len}, err);
}

/* Verify the document first: for a refused one, no secret is read. */
static bool verify_and_seal(const seal_args *args, natt_cli_request *request, natt_bytes document, natt_cli_error *err)
{
    natt_verified verified = NATT_VERIFIED_INIT;
    natt_cli_buf secret = {NULL, 0};
    bool done = natt_cli_request_now(request, err) && verify(&verified, document, args, request, err) &&
                natt_cli_secret_read(&secret, args->secret, err) &&
                seal(args, &verified, natt_cli_buf_view(&secret), err);
    natt_cli_secret_free(&secret);
    return done;
}

static bool check(const seal_args *args, const char *path, natt_cli_error *err)
{
    natt_recipient_encoding encoding;
    if (args->secret == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "--secret FILE, or --secret - for standard input",
                             "--secret is missing");
    if (strcmp(args->secret, "-") == 0 && strcmp(path, "-") == 0)
        return natt_cli_fail(err, NATT_CLI_USAGE, "name a file for one of them",
                             "document and secret are both standard input");
    return parse_encoding(&encoding, args->encoding, err);
}

static bool run(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    const seal_args *args = given;
    const char *path = operands->items[0];
    natt_cli_request request = {0};
    natt_cli_buf document = {NULL, 0};
    bool done = check(args, path, err) && natt_cli_request_build(&request, &args->verify, err) &&
                natt_cli_recipient_protect(err) && natt_cli_document_read(&document, path, err) &&
                verify_and_seal(args, &request, natt_cli_buf_view(&document), err);
    natt_cli_request_free(&request);
    natt_cli_buf_free(&document);
    return done;
}

int natt_cli_recipient_seal(int argc, char **argv)
{
    seal_args args = {0};
    build_options();
    return natt_cli_command_run(&spec, &args, run, argc, argv);
}
