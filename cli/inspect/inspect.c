/*
 * nitro-attest inspect: the content of a document, without verification.
 */
#include "cli/inspect/inspect.h"

#include "cli/frame/commands.h"
#include "cli/frame/file.h"
#include "cli/frame/options.h"
#include "cli/frame/output.h"

typedef struct inspect_args {
    const char *out;
    bool json;
} inspect_args;

static const natt_cli_option options[] = {
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"out", "FILE", NATT_CLI_TEXT, offsetof(inspect_args, out),
     "write the binary document for verify, and show nothing"},
    {"json", NULL, NATT_CLI_FLAG, offsetof(inspect_args, json), "print JSON (docs/JSON.md)"},
};

static const natt_cli_spec spec = {
    "inspect",
    "inspect [OPTIONS] FILE",
    "Shows the content of the attestation document in FILE (- = standard input). FILE is binary, hexadecimal or "
    "base64, as for\nverify; or hexadecimal with 0x, base64url, base64 without padding, quoted, JSON, or the reply of "
    "an NSM.\nNothing is verified: use nitro-attest verify to decide.\n"
    "Exit codes: 0 shown, 1 not an attestation document, 2 usage error, 3 a file cannot be opened or read\n",
    NATT_CLI_TABLE(options),
    1,
    1,
    "FILE"};

/* [NE set-up-attestation] */
static const char *const enclave_pcrs[NATT_PCR_COUNT] = {
    [0] = "enclave image",      [1] = "kernel and boot ramdisk",
    [2] = "application",        [3] = "IAM role of the parent instance",
    [4] = "parent instance id", [8] = "signing certificate of the image",
};

/* [EC2 nitrotpm-attestation-document-content] */
static const char *const tpm_pcrs[NATT_PCR_COUNT] = {
    [0] = "firmware code, constant",
    [1] = "firmware data, constant",
    [2] = "pluggable firmware code",
    [3] = "pluggable firmware data",
    [4] = "boot manager code",
    [5] = "boot manager configuration",
    [6] = "platform specifics",
    [7] = "Secure Boot policy",
    [12] = "kernel command line",
    [16] = "debug",
    [23] = "application",
};

const char *natt_cli_pcr_meaning(natt_kind kind, uint32_t index)
{
    const char *const *meanings = kind == NATT_KIND_NITROTPM ? tpm_pcrs : enclave_pcrs;
    if (kind == NATT_KIND_OTHER || index >= NATT_PCR_COUNT)
        return "";
    if (kind == NATT_KIND_ENCLAVE && index >= 16)
        return "extended by the enclave itself";
    return meanings[index] == NULL ? "" : meanings[index];
}

static bool is_zero_or_absent(natt_bytes pcr)
{
    size_t zeros = 0;
    while (zeros < pcr.len && pcr.ptr[zeros] == 0)
        zeros++;
    return zeros == pcr.len;
}

bool natt_cli_debug_hint(const natt_document *doc)
{
    return doc->kind == NATT_KIND_ENCLAVE &&
           (is_zero_or_absent(doc->pcrs[0]) || is_zero_or_absent(doc->pcrs[1]) || is_zero_or_absent(doc->pcrs[2]));
}

static int show(const natt_cli_input *input, const natt_document *doc, const inspect_args *args, natt_cli_error *err)
{
    if (args->out != NULL && !natt_cli_output(args->out, false, natt_cli_buf_view(&input->document), err))
        return natt_cli_error_print(err, spec.command);
    if (args->out == NULL)
        natt_cli_inspect_report(doc, input->form, args->json);
    return NATT_CLI_OK;
}

static int inspect(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    const inspect_args *args = given;
    const char *path = operands->items[0];
    natt_cli_input input;
    natt_document doc;
    natt_error e;
    if (args->json && args->out != NULL) {
        (void)natt_cli_fail(err, NATT_CLI_USAGE, "give one of them", "--out and --json exclude each other");
        return natt_cli_error_print(err, spec.command);
    }
    if (args->out != NULL && !natt_cli_check_out(args->out, path, err))
        return natt_cli_error_print(err, spec.command);
    if (!natt_cli_any_document_read(&input, path, err))
        return natt_cli_error_print(err, spec.command);
    int code = NATT_CLI_REFUSED;
    if (natt_document_parse(&doc, natt_cli_buf_view(&input.document), &e))
        code = show(&input, &doc, args, err);
    else
        natt_cli_inspect_fail(&e, &input, args->json);
    natt_cli_buf_free(&input.document);
    return code;
}

static int run_inspect(int argc, char **argv)
{
    inspect_args args = {0};
    return natt_cli_command_exit(&spec, &args, inspect, argc, argv);
}

const natt_cli_subcommand natt_cli_command_inspect = {"inspect", run_inspect,
                                                      "show the unverified content of a document"};
