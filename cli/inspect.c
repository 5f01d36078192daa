/*
 * nitro-attest inspect: what a document says, without judging it.
 */
#include "inspect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "input.h"
#include "json_out.h"
#include "options.h"
#include "text.h"
#include "verify_report.h"
#include "where.h"

typedef struct inspect_args {
    bool json;
} inspect_args;

static const natt_cli_option options[] = {
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"json", NULL, NATT_CLI_FLAG, offsetof(inspect_args, json), "print JSON (docs/JSON.md)"},
};

static const natt_cli_spec spec = {
    "inspect",
    "inspect [--json] FILE",
    "Shows what the attestation document in FILE says (binary, hexadecimal or base64; - = standard input).\n"
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

static int fail_text(const natt_error *e, natt_bytes document)
{
    natt_cli_style style = natt_cli_style_of(stdout);
    char *place = natt_cli_where(e, document, NULL);
    (void)printf("%sNOT AN ATTESTATION DOCUMENT%s\n", style.bad, style.reset);
    natt_cli_row("code", "%s (%s)", natt_code_name(e->code), natt_code_rule(e->code));
    natt_cli_row("reason", "%s", e->message);
    if (place[0] != '\0')
        natt_cli_row("item", "%s", place);
    if (e->offset != NATT_NO_OFFSET)
        natt_cli_row("offset", "byte %zu of %zu", e->offset, document.len);
    natt_cli_row("what to do", "%s", natt_code_remedy(e->code));
    free(place);
    return NATT_CLI_REFUSED;
}

static int show(const char *path, bool json, natt_cli_error *err)
{
    natt_cli_buf file;
    natt_document doc;
    natt_error e;
    int code = NATT_CLI_OK;
    if (!natt_cli_document_read(&file, path, err))
        return natt_cli_error_print(err, spec.command);
    if (!natt_document_parse(&doc, natt_cli_buf_view(&file), &e))
        code = json ? fail_json(&e) : fail_text(&e, natt_cli_buf_view(&file));
    else if (json)
        natt_cli_inspect_json(&doc);
    else
        natt_cli_inspect_text(&doc);
    natt_cli_buf_free(&file);
    return code;
}

int natt_cli_inspect(int argc, char **argv)
{
    inspect_args args = {0};
    natt_cli_list operands = {0};
    natt_cli_error err;
    natt_cli_parsed parsed = natt_cli_options_parse(&args, &operands, &spec, argc, argv, &err);
    int code = NATT_CLI_OK;
    if (parsed == NATT_CLI_WRONG)
        code = natt_cli_error_print(&err, spec.command);
    else if (parsed == NATT_CLI_RUN)
        code = show(operands.items[0], args.json, &err);
    natt_cli_options_free(&args, &operands, &spec);
    return code;
}
