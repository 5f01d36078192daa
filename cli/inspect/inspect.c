/*
 * nitro-attest inspect: what a document says, without judging it.
 */
#include "cli/inspect/inspect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/document/document_forms.h"
#include "cli/document/error_location.h"
#include "cli/frame/commands.h"
#include "cli/frame/file.h"
#include "cli/frame/json_out.h"
#include "cli/frame/options.h"
#include "cli/frame/output.h"
#include "cli/frame/table.h"
#include "cli/frame/text.h"

typedef struct inspect_args {
    const char *out;
    bool json;
} inspect_args;

static const natt_cli_option options[] = {
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"out", "FILE", NATT_CLI_TEXT, offsetof(inspect_args, out),
     "write the binary document, as verify reads it, and show nothing"},
    {"json", NULL, NATT_CLI_FLAG, offsetof(inspect_args, json), "print JSON (docs/JSON.md)"},
};

static const natt_cli_spec spec = {
    "inspect",
    "inspect [OPTIONS] FILE",
    "Shows the content of the attestation document in FILE (- = standard input). FILE is binary, hexadecimal or "
    "base64, "
    "which\n"
    "verify reads as well; or hexadecimal with 0x, base64url, without padding, quoted, in JSON, or the answer of an "
    "NSM.\n"
    "Nothing of it is verified: use nitro-attest verify to decide.\n"
    "Exit codes: 0 shown, 1 not an attestation document, 2 wrong usage, 3 a file cannot be opened or read\n",
    options,
    sizeof options / sizeof options[0],
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

const char *natt_cli_key_usage_name(unsigned bit)
{
    static const char *const names[] = {"digitalSignature", "nonRepudiation", "keyEncipherment",
                                        "dataEncipherment", "keyAgreement",   "keyCertSign",
                                        "cRLSign",          "encipherOnly",   "decipherOnly"};
    return bit < sizeof names / sizeof names[0] ? names[bit] : NULL;
}

size_t natt_cli_chain_count(const natt_document *doc)
{
    return doc->cabundle_count + 1;
}

natt_bytes natt_cli_chain_at(const natt_document *doc, size_t index)
{
    return index < doc->cabundle_count ? doc->cabundle[index] : doc->certificate;
}

static int fail_json(const natt_error *e)
{
    json_t *out = json_object();
    natt_cli_json_set(out, "verdict", json_string("unreadable"));
    natt_cli_json_error(out, e);
    natt_cli_json_print(out);
    return NATT_CLI_REFUSED;
}

static int fail_text(const natt_error *e, const natt_cli_input *input)
{
    natt_cli_style style = natt_cli_style_of(stdout);
    natt_bytes document = natt_cli_buf_view(&input->document);
    char *place = natt_cli_error_location(e, document, NULL);
    char *form = natt_cli_escape((natt_bytes){(const uint8_t *)input->form, strlen(input->form)});
    (void)printf("%sNOT AN ATTESTATION DOCUMENT%s\n", style.bad, style.reset);
    natt_cli_row("input", "%s", form);
    natt_cli_row("code", "%s (%s)", natt_code_name(e->code), natt_code_rule(e->code));
    natt_cli_row("reason", "%s", e->message);
    if (place[0] != '\0')
        natt_cli_row("item", "%s", place);
    if (e->offset != NATT_NO_OFFSET)
        natt_cli_row("offset", "byte %zu of %zu", e->offset, document.len);
    natt_cli_row("what to do", "%s", natt_code_remedy(e->code));
    free(place);
    free(form);
    return NATT_CLI_REFUSED;
}

static int show(const natt_cli_input *input, const natt_document *doc, const inspect_args *args, natt_cli_error *err)
{
    if (args->out != NULL && !natt_cli_output(args->out, false, natt_cli_buf_view(&input->document), err))
        return natt_cli_error_print(err, spec.command);
    if (args->json)
        natt_cli_inspect_json(doc, input->form);
    else if (args->out == NULL)
        natt_cli_inspect_text(doc, input->form);
    return NATT_CLI_OK;
}

static int inspect(const char *path, const inspect_args *args, natt_cli_error *err)
{
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
        code = args->json ? fail_json(&e) : fail_text(&e, &input);
    natt_cli_buf_free(&input.document);
    return code;
}

static int run_inspect(int argc, char **argv)
{
    inspect_args args = {0};
    natt_cli_list operands = {0};
    natt_cli_error err;
    natt_cli_parsed parsed = natt_cli_options_parse(&args, &operands, &spec, argc, argv, &err);
    int code = NATT_CLI_OK;
    if (parsed == NATT_CLI_WRONG)
        code = natt_cli_error_print(&err, spec.command);
    else if (parsed == NATT_CLI_RUN)
        code = inspect(operands.items[0], &args, &err);
    natt_cli_options_free(&args, &operands, &spec);
    return code;
}

const natt_cli_subcommand natt_cli_command_inspect = {"inspect", run_inspect, "show what a document contains, unverified"};
