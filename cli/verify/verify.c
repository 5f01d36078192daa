/*
 * nitro-attest verify: one document, one verdict; or a batch (batch.c).
 */
#include <nitro_attest/verify.h>

#include "cli/document/input.h"
#include "cli/frame/commands.h"
#include "cli/reference/explain.h"
#include "cli/verify/batch.h"
#include "cli/verify/complete_line.h"
#include "cli/verify/unsupported_form.h"
#include "cli/verify/verify_report.h"
#include "cli/verify/verify_request.h"

#define AT(field) offsetof(natt_cli_verify_args, field)

static const natt_cli_option options[] = {
    {"Trusted image (at least one option; all PCRs of one file must match)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"pcr", "N=V", NATT_CLI_LIST, AT(pcr), "value of PCR N; each N once, added to every set"},
    {"measurements", "FILE", NATT_CLI_LIST, AT(measurements),
     "output of the build: nitro-cli, eif_build, Nix, Enclaver"},
    {"policy", "FILE", NATT_CLI_TEXT, AT(policy), "JSON policy: a list of sets (docs/POLICY-FILE.md)"},
    {"role-arn", "ARN", NATT_CLI_TEXT, AT(role_arn), "require the PCR3 of this IAM role of the instance"},
    {"instance-id", "ID", NATT_CLI_TEXT, AT(instance_id), "require the PCR4 of this parent instance"},
    {"signing-cert", "FILE", NATT_CLI_TEXT, AT(signing_cert), "require the PCR8 of this image signing certificate"},
    {"insecure-no-pcr-policy", NULL, NATT_CLI_FLAG, AT(insecure_no_pcr_policy), "do not check PCRs: any image passes"},
    {"allow-weak-policy", NULL, NATT_CLI_FLAG, AT(allow_weak_policy), "accept sets that do not identify an image"},
    {"Freshness (--max-age or --archive)", NULL, NATT_CLI_FLAG, 0, NULL},
    NATT_CLI_FRESHNESS_OPTIONS(AT),
    NATT_CLI_EXPECTATION_OPTIONS(AT),
    {"kind", "KIND", NATT_CLI_TEXT, AT(kind), "enclave (default) or nitrotpm"},
    NATT_CLI_ROOT_OPTIONS(AT),
    {"Relaxed checks", NULL, NATT_CLI_FLAG, 0, NULL},
    {"limits", "NAME", NATT_CLI_TEXT, AT(limits), "sizes of optional fields: default, aws-1024 or aws-512"},
    {"allow-debug", NULL, NATT_CLI_FLAG, AT(allow_debug), "accept debug enclaves, whose memory the host can read"},
    {"allow-unknown-fields", NULL, NATT_CLI_FLAG, AT(allow_unknown_fields), "skip fields that AWS does not list"},
    {"Many documents", NULL, NATT_CLI_FLAG, 0, NULL},
    {"batch", NULL, NATT_CLI_FLAG, AT(batch), "verify every FILE, and all files in folders; needs --no-nonce"},
    {"threads", "N", NATT_CLI_TEXT, AT(threads), "with --batch: 1 to 1024 (default: one for each processor)"},
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"json", NULL, NATT_CLI_FLAG, AT(json), "print the verdict as JSON (docs/JSON.md); with --batch, JSON lines"},
    {"canary", NULL, NATT_CLI_FLAG, AT(canary), "if only unknown fields cause the refusal, list them"},
    {"explain", NULL, NATT_CLI_FLAG, AT(explain), "explain the code of a refusal after the report"},
};

const natt_cli_spec natt_cli_verify_spec = {
    "verify",
    "verify [OPTIONS] FILE | verify --batch [OPTIONS] FILE|DIR...",
    "Verifies the attestation document in FILE (binary, hexadecimal or base64; - = standard input).\n"
    "With --batch: verifies the documents in all files; the exit code is 0 only if all are verified.\n"
    "Exit codes: 0 verified, 1 refused, 2 usage error, 3 a file cannot be opened or read\n\n"
    "  nitro-attest verify --pcr 0=<hex> --nonce <hex> --max-age 5m document.bin\n",
    NATT_CLI_TABLE(options),
    1,
    SIZE_MAX, /* natt_cli_batch_check refuses a second one without --batch */
    "FILE"};

/* natt_cli_request_build has found every usage error, so a refusal here concerns the document. */
static int verify(natt_cli_request *request, const natt_cli_verify_args *args, const char *path, natt_cli_error *err)
{
    natt_cli_buf document;
    natt_cli_report r;
    natt_verified result = NATT_VERIFIED_INIT;
    natt_error e = {NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET, ""};
    if (!natt_cli_document_read(&document, path, err))
        return natt_cli_error_print(err, natt_cli_verify_spec.command);
    if (!natt_cli_request_now(request, err)) {
        natt_cli_buf_free(&document);
        return natt_cli_error_print(err, natt_cli_verify_spec.command);
    }
    natt_bytes view = natt_cli_buf_view(&document);
    bool verified = natt_verify(&result, view, &request->options, NULL, &e);
    natt_cli_report_start(&r, args->json);
    if (verified)
        natt_cli_put_verified(&r, &result, &request->options);
    else if (!natt_cli_put_unsupported_form(&r, &e, view, path))
        natt_cli_put_refused(&r, &e, view, &request->options, args->canary);
    natt_cli_report_end(&r);
    if (!verified && args->explain && !args->json)
        natt_cli_explain_code(e.code);
    natt_cli_buf_free(&document);
    return verified ? NATT_CLI_OK : NATT_CLI_REFUSED;
}

static bool prepare(natt_cli_request *request, const natt_cli_verify_args *args, const natt_cli_list *operands,
                    natt_cli_error *err)
{
    return natt_cli_batch_check(args, operands, err) && natt_cli_request_build(request, args, err);
}

static int run_verify(int argc, char **argv)
{
    natt_cli_verify_args args = {0};
    natt_cli_request request = {0};
    natt_cli_list operands = {0};
    natt_cli_error err;
    int code = NATT_CLI_OK;
    natt_cli_parsed parsed = natt_cli_options_parse(&args, &operands, &natt_cli_verify_spec, argc, argv, &err);
    if (parsed == NATT_CLI_WRONG || (parsed == NATT_CLI_RUN && !prepare(&request, &args, &operands, &err))) {
        code = natt_cli_error_print(&err, natt_cli_verify_spec.command);
        if (request.missing != 0 && code == NATT_CLI_USAGE && !args.batch)
            natt_cli_complete_line_print(stderr, &args, operands.items[0], request.missing);
    } else if (parsed == NATT_CLI_RUN)
        code = args.batch ? natt_cli_batch_verify(&request, &args, &operands, &err)
                          : verify(&request, &args, operands.items[0], &err);
    natt_cli_request_free(&request);
    natt_cli_options_free(&args, &operands, &natt_cli_verify_spec);
    return code;
}

const natt_cli_subcommand natt_cli_command_verify = {"verify", run_verify, "verify an attestation document"};
