/*
 * nitro-attest issue: a signed test document and the root it verifies under, for people's own tests.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mbedtls/base64.h>
#include <nitro_attest/document.h>

#include "commands.h"
#include "file.h"
#include "inspect.h"
#include "issue_request.h"
#include "text.h"

#define AT(field)     offsetof(natt_cli_issue_args, field)
#define DOCUMENT_ROOM (NATT_MAX_DOCUMENT + 8192) /* issuer.h: enough for every document that can be parsed */
#define PEM_ROOM      1024                       /* issuer.h */

static const natt_cli_option options[] = {
    {"Output (both are needed)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"out", "FILE", NATT_CLI_TEXT, AT(out), "the document; - = standard output, as base64 if that is a terminal"},
    {"root-out", "FILE", NATT_CLI_TEXT, AT(root_out), "the root certificate as PEM, for verify --root"},
    {"base64", NULL, NATT_CLI_FLAG, AT(base64), "write the document as base64"},
    {"What the document says (values: hex, base64:<text>, @<file>)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"kind", "KIND", NATT_CLI_TEXT, AT(kind), "enclave (default) or nitrotpm"},
    {"pcr", "N=V", NATT_CLI_LIST, AT(pcr), "PCR N has this value; each N once"},
    {"measurements", "FILE", NATT_CLI_TEXT, AT(measurements), "the PCRs that nitro-cli build-enclave printed"},
    {"role-arn", "ARN", NATT_CLI_TEXT, AT(role_arn), "IAM role of the parent instance (PCR3)"},
    {"instance-id", "ID", NATT_CLI_TEXT, AT(instance_id), "the parent instance (PCR4 and all names)"},
    {"region", "NAME", NATT_CLI_TEXT, AT(region), "the region in the certificates (default us-east-1)"},
    {"nonce", "V", NATT_CLI_TEXT, AT(nonce), "the nonce"},
    {"user-data", "V", NATT_CLI_TEXT, AT(user_data), "the user_data"},
    {"public-key", "V", NATT_CLI_TEXT, AT(public_key), "the public_key"},
    {"debug-mode", NULL, NATT_CLI_FLAG, AT(debug_mode), "like a debug enclave: PCR0, PCR1 and PCR2 are zero"},
    {"at", "TIME", NATT_CLI_TEXT, AT(at), "when it is signed: 2025-01-02T03:04:05Z or @<unix ms> (default now)"},
    {"How it is written", NULL, NATT_CLI_FLAG, 0, NULL},
    {"seed", "V", NATT_CLI_TEXT, AT(seed), "equal seeds give equal roots, and equal documents at equal times"},
    {"definite", NULL, NATT_CLI_FLAG, AT(definite), "a payload map of definite length, as AWS wrote until 2025"},
    {"tag", NULL, NATT_CLI_FLAG, AT(tag), "CBOR tag 18 in front"},
};

static const natt_cli_spec spec = {
    "issue",
    "issue --out FILE --root-out FILE [OPTIONS]",
    "Makes a signed TEST document and the root certificate it verifies under. Its names end in test.invalid, and no\n"
    "verifier that trusts only AWS accepts it. How to verify it is printed on standard error.\n",
    options,
    sizeof options / sizeof options[0],
    0,
    0,
    ""};

/* A terminal shows no binary; a pipe or file gets what it is asked for. */
static bool write_document(const natt_cli_issue_args *args, const uint8_t *bytes, size_t len, natt_cli_error *err)
{
    bool to_stdout = strcmp(args->out, "-") == 0;
    size_t room = (len + 2) / 3 * 4 + 2, text_len = 0;
    if (!args->base64 && !(to_stdout && isatty(STDOUT_FILENO) != 0))
        return to_stdout ? fwrite(bytes, 1, len, stdout) == len : natt_cli_file_write(args->out, bytes, len, err);
    unsigned char *text = natt_cli_alloc(room, 1, 0);
    (void)mbedtls_base64_encode(text, room, &text_len, bytes, len);
    text[text_len++] = '\n';
    bool done =
        to_stdout ? fwrite(text, 1, text_len, stdout) == text_len : natt_cli_file_write(args->out, text, text_len, err);
    free(text);
    return done;
}

static bool fail_issuer(natt_cli_error *err, const natt_error *e)
{
    if (e->code == NATT_E_USAGE_ARGUMENT)
        return natt_cli_fail(err, NATT_CLI_USAGE,
                             "an instance id is i- and hexadecimal digits; regions and values must not be too long",
                             "the issuer cannot put one of these values into a document");
    return natt_cli_fail(err, NATT_CLI_USAGE, natt_code_remedy(e->code), "%s (%s)", e->message,
                         natt_code_name(e->code));
}

/* For a shell: in single quotes, and those inside as '\''. */
static void put_quoted(const char *text)
{
    char *safe = natt_cli_escape((natt_bytes){(const uint8_t *)text, strlen(text)});
    (void)fputc('\'', stderr);
    for (const char *p = safe; *p != '\0'; p++)
        (void)(*p == '\'' ? fputs("'\\''", stderr) : fputc(*p, stderr));
    (void)fputc('\'', stderr);
    free(safe);
}

static void put_pcr(const natt_document *doc, uint32_t index)
{
    char *hex = natt_cli_hex(doc->pcrs[index]);
    (void)fprintf(stderr, " \\\n    --pcr %u=%s", (unsigned)index, hex);
    free(hex);
}

static void put_identity(const natt_document *doc)
{
    if (natt_cli_debug_hint(doc)) {
        (void)fputs(" \\\n    --allow-debug --insecure-no-pcr-policy", stderr);
    } else if (doc->kind == NATT_KIND_NITROTPM) {
        (void)fputs(" --kind nitrotpm", stderr);
        put_pcr(doc, 4);
        put_pcr(doc, 7);
    } else {
        put_pcr(doc, 0);
    }
}

static void put_nonce(const natt_document *doc)
{
    char *hex = natt_cli_hex(doc->nonce);
    if (doc->nonce.len > 0)
        (void)fprintf(stderr, " \\\n    --nonce %s", hex);
    else
        (void)fputs(" --no-nonce", stderr);
    free(hex);
}

/* The whole command: what was issued verifies by it as it stands. */
static void advise(const natt_cli_issue_args *args, const natt_cli_issuance *issue, const uint8_t *bytes, size_t len)
{
    natt_document doc;
    (void)fputs("Signed a TEST document: it verifies under its own root only. To verify it:\n"
                "  nitro-attest verify --max-age 5m --root ",
                stderr);
    put_quoted(args->root_out);
    if (args->at != NULL)
        (void)fprintf(stderr, " --at @%" PRIu64, issue->options.now_ms);
    if (natt_document_parse(&doc, (natt_bytes){bytes, len}, NULL)) {
        put_nonce(&doc);
        put_identity(&doc);
    }
    (void)fputs(" \\\n    ", stderr);
    put_quoted(args->out);
    (void)fputc('\n', stderr);
}

static bool write_root(const natt_issuer *issuer, const char *path, natt_cli_error *err)
{
    char pem[PEM_ROOM];
    size_t len = 0;
    if (!natt_issuer_root_pem(issuer, pem, sizeof pem, &len))
        return natt_cli_fail(err, NATT_CLI_IO, "please report it", "the issuer has no root");
    return natt_cli_file_write(path, pem, len, err);
}

static bool sign(natt_issuer *issuer, const natt_cli_issue_args *args, const natt_cli_issuance *issue,
                 natt_cli_error *err)
{
    uint8_t *document = natt_cli_alloc(DOCUMENT_ROOM, 1, 0);
    size_t len = 0;
    natt_error e;
    bool done = natt_issue(issuer, document, DOCUMENT_ROOM, &len, &issue->request, &e) || fail_issuer(err, &e);
    done = done && write_root(issuer, args->root_out, err) && write_document(args, document, len, err);
    if (done)
        advise(args, issue, document, len);
    free(document);
    return done;
}

static bool run(const natt_cli_issue_args *args, natt_cli_error *err)
{
    natt_cli_issuance issue;
    natt_error e;
    natt_issuer *issuer = NULL;
    bool done = natt_cli_issue_build(&issue, args, err);
    if (done) {
        issuer = natt_issuer_new(&issue.options, &e);
        done = issuer == NULL ? fail_issuer(err, &e) : sign(issuer, args, &issue, err);
    }
    natt_issuer_free(issuer);
    natt_cli_issue_free(&issue);
    return done;
}

int natt_cli_issue(int argc, char **argv)
{
    natt_cli_issue_args args = {0};
    natt_cli_list operands = {0};
    natt_cli_error err;
    natt_cli_parsed parsed = natt_cli_options_parse(&args, &operands, &spec, argc, argv, &err);
    int code = NATT_CLI_OK;
    if (parsed == NATT_CLI_WRONG || (parsed == NATT_CLI_RUN && !run(&args, &err)))
        code = natt_cli_error_print(&err, spec.command);
    natt_cli_options_free(&args, &operands, &spec);
    return code;
}
