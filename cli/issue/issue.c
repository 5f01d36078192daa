/*
 * nitro-attest issue: a signed test document and the root under which it verifies, for users' tests.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nitro_attest/document.h>

#include "cli/certificates/certificate_file.h"
#include "cli/document/input.h"
#include "cli/frame/commands.h"
#include "cli/frame/file.h"
#include "cli/frame/output.h"
#include "cli/frame/text.h"
#include "cli/inspect/inspect.h"
#include "cli/issue/issue_break.h"

#define AT(field)     offsetof(natt_cli_issue_args, field)
#define DOCUMENT_ROOM (NATT_MAX_DOCUMENT + 8192) /* issuer.h: enough for every document that can be parsed */

static const natt_cli_option options[] = {
    {"Output (both are required)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"out", "FILE", NATT_CLI_TEXT, AT(out), "the document; - = standard output, as base64 if that is a terminal"},
    {"root-out", "FILE", NATT_CLI_TEXT, AT(root_out), "the root certificate as PEM, for verify --root"},
    {"base64", NULL, NATT_CLI_FLAG, AT(base64), "write the document as base64"},
    {"Content of the document (values: hex, base64:<text>, @<file>)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"kind", "KIND", NATT_CLI_TEXT, AT(kind), "enclave (default) or nitrotpm"},
    {"pcr", "N=V", NATT_CLI_LIST, AT(pcr), "set PCR N to this value; each N once"},
    {"measurements", "FILE", NATT_CLI_TEXT, AT(measurements),
     "the PCRs in the output of the build, such as nitro-cli's"},
    {"role-arn", "ARN", NATT_CLI_TEXT, AT(role_arn), "IAM role of the parent instance (PCR3)"},
    {"instance-id", "ID", NATT_CLI_TEXT, AT(instance_id), "the parent instance (PCR4 and all names)"},
    {"region", "NAME", NATT_CLI_TEXT, AT(region), "the region in the certificates (default us-east-1)"},
    {"nonce", "V", NATT_CLI_TEXT, AT(nonce), "the nonce"},
    {"user-data", "V", NATT_CLI_TEXT, AT(user_data), "the user_data"},
    {"public-key", "V", NATT_CLI_TEXT, AT(public_key), "the public_key"},
    {"debug-mode", NULL, NATT_CLI_FLAG, AT(debug_mode), "a debug enclave: PCR0, PCR1 and PCR2 are zero"},
    {"at", "TIME", NATT_CLI_TEXT, AT(at), "time of the signature: 2025-01-02T03:04:05Z or @<unix ms> (default now)"},
    {"Encoding", NULL, NATT_CLI_FLAG, 0, NULL},
    {"seed", "V", NATT_CLI_TEXT, AT(seed), "equal seeds give equal roots, and equal documents at equal times"},
    {"definite", NULL, NATT_CLI_FLAG, AT(definite), "a payload map of definite length, as AWS wrote until 2025"},
    {"tag", NULL, NATT_CLI_FLAG, AT(tag), "CBOR tag 18 before the document"},
    {"Documents that break a rule (for tests of verifiers)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"break", "ID", NATT_CLI_TEXT, AT(break_name), "break this rule, code or id of --list-breaks"},
    {"list-breaks", NULL, NATT_CLI_FLAG, AT(list_breaks), "list all breaks; with --break, only that one"},
    {"json", NULL, NATT_CLI_FLAG, AT(json), "list it as JSON (docs/JSON.md)"},
};

const natt_cli_spec natt_cli_issue_spec = {
    "issue", "issue --out FILE --root-out FILE [OPTIONS]",
    "Creates a signed TEST document and the root certificate that it verifies under. Its names end in test.invalid, "
    "and\nverifiers that trust only AWS refuse it. Standard error shows how to verify it.\n",
    NATT_CLI_TABLE(options)};

/* ---- messages on standard error ---- */

static void expect_pcr(natt_cli_command *command, const natt_document *doc, uint32_t index)
{
    char *hex = natt_cli_hex(doc->pcrs[index]);
    natt_cli_command_line_add(&command->args.pcr, natt_cli_command_line_keep(command, "%u=%s", (unsigned)index, hex));
    free(hex);
}

static void expect_identity(natt_cli_command *command, const natt_document *doc)
{
    if (natt_cli_debug_hint(doc)) {
        command->args.allow_debug = command->args.insecure_no_pcr_policy = true;
    } else if (doc->kind == NATT_KIND_NITROTPM) {
        command->args.kind = "nitrotpm";
        expect_pcr(command, doc, 4);
        expect_pcr(command, doc, 7);
    } else {
        expect_pcr(command, doc, 0);
    }
}

static void expect_nonce(natt_cli_command *command, const natt_document *doc)
{
    char *hex = natt_cli_hex(doc->nonce);
    command->args.no_nonce = doc->nonce.len == 0;
    command->args.nonce = doc->nonce.len == 0 ? NULL : natt_cli_command_line_keep(command, "%s", hex);
    free(hex);
}

/* The complete command, which verifies the issued document unchanged. */
static void advise(const natt_cli_issue_args *args, const natt_cli_issuance *issue, natt_bytes document)
{
    natt_document doc;
    natt_cli_command command = {0};
    command.args.max_age = "5m";
    natt_cli_command_line_add(&command.args.root, args->root_out);
    if (args->at != NULL)
        command.args.at = natt_cli_command_line_keep(&command, "@%" PRIu64, issue->options.now_ms);
    if (natt_document_parse(&doc, document, NULL)) {
        expect_nonce(&command, &doc);
        expect_identity(&command, &doc);
    }
    (void)fputs("Signed a TEST document: it verifies only under its own root. To verify it:\n", stderr);
    natt_cli_command_line_print(stderr, &command, args->out);
    natt_cli_command_line_free(&command);
}

/* Reports a requested value that is not in the document. */
static void note_own_fields(const natt_cli_broken *b, const natt_cli_issue_args *args)
{
    const struct {
        const char *given, *option;
        natt_field field;
    } rows[] = {{args->nonce, "nonce", NATT_FIELD_NONCE},
                {args->user_data, "user-data", NATT_FIELD_USER_DATA},
                {args->public_key, "public-key", NATT_FIELD_PUBLIC_KEY}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].given != NULL && (b->what.own_fields & 1u << rows[i].field) != 0)
            (void)fprintf(
                stderr,
                "The document does not contain the value of --%s: this break sets the actual and the expected value.\n",
                rows[i].option);
}

/* The verdict that every verifier must return, and the command that shows it. */
static void announce(const natt_cli_broken *b, const natt_cli_issue_args *args)
{
    (void)fprintf(stderr, "Signed a TEST document that breaks a rule (%s): %s\n", b->what.id, b->what.text);
    note_own_fields(b, args);
    if (b->what.differ != NULL)
        (void)fprintf(stderr, "Verifiers may differ: %s\n", b->what.differ);
    (void)fprintf(stderr, "A verifier must refuse it%s: %s (%s). To see it refused:\n",
                  b->what.asked ? ", if it is called with these requirements" : "", natt_code_name(b->what.code),
                  natt_code_rule(b->what.code));
    natt_cli_command_line_print(stderr, &b->command, args->out);
}

/* ---- making the document ---- */

static bool write_root(const char *path, natt_bytes der, natt_cli_error *err)
{
    char *pem = natt_cli_certificate_pem(der);
    bool done = natt_cli_file_write(path, pem, strlen(pem), err);
    free(pem);
    return done;
}

static bool sign(natt_issuer *issuer, const natt_cli_issue_args *args, const natt_cli_issuance *issue,
                 natt_cli_error *err)
{
    uint8_t *document = natt_cli_alloc(DOCUMENT_ROOM, 1, 0);
    size_t len = 0;
    natt_emulator_error e;
    bool done = natt_issue(issuer, document, DOCUMENT_ROOM, &len, &issue->request, &e) || natt_cli_issue_fail(err, &e);
    done = done && write_root(args->root_out, natt_issuer_root(issuer), err) &&
           natt_cli_output(args->out, args->base64, (natt_bytes){document, len}, err);
    if (done)
        advise(args, issue, (natt_bytes){document, len});
    free(document);
    return done;
}

static bool run(const natt_cli_issue_args *args, natt_cli_error *err)
{
    natt_cli_issuance issue;
    natt_emulator_error e;
    natt_issuer *issuer = NULL;
    bool done = natt_cli_issue_build(&issue, args, err);
    if (done) {
        issuer = natt_issuer_new(&issue.options, &e);
        done = issuer == NULL ? natt_cli_issue_fail(err, &e) : sign(issuer, args, &issue, err);
    }
    natt_issuer_free(issuer);
    natt_cli_issue_free(&issue);
    return done;
}

/* verify decodes base64 only if it begins like a document; a broken document may not. */
static bool needs_decoder(const natt_cli_issue_args *args, natt_bytes document)
{
    natt_cli_buf text = natt_cli_base64_line(document);
    (void)natt_cli_input_decode(&text);
    bool same = text.len == document.len && memcmp(text.ptr, document.ptr, text.len) == 0;
    natt_cli_buf_free(&text);
    return natt_cli_output_is_text(args->out, args->base64) && !same;
}

static bool run_broken(const natt_cli_issue_args *args, natt_cli_error *err)
{
    natt_cli_broken broken = {0};
    natt_cli_breaker breaker = {0};
    natt_break what;
    bool done = natt_cli_break_find(&what, args->break_name, err) && natt_cli_breaker_open(&breaker, args, err) &&
                natt_cli_break(&broken, &breaker, err);
    natt_bytes document = broken.made.document;
    broken.command.decode = done && needs_decoder(args, document);
    done = done && write_root(args->root_out, broken.root_out, err) &&
           natt_cli_output(args->out, args->base64, document, err);
    if (done)
        announce(&broken, args);
    natt_cli_break_free(&broken);
    natt_cli_breaker_close(&breaker);
    return done;
}

static bool run_any(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    const natt_cli_issue_args *args = given;
    (void)operands;
    if (args->list_breaks)
        return natt_cli_break_list(args->break_name, args->json, err);
    if (args->json)
        return natt_cli_fail(err, NATT_CLI_USAGE, "leave it out, or give both",
                             "--json is valid only with --list-breaks");
    return args->break_name != NULL ? run_broken(args, err) : run(args, err);
}

static int run_issue(int argc, char **argv)
{
    natt_cli_issue_args args = {0};
    return natt_cli_command_run(&natt_cli_issue_spec, &args, run_any, argc, argv);
}

const natt_cli_subcommand natt_cli_command_issue = {"issue", run_issue, "create a signed test document and its root"};
