/*
 * nitro-attest kms explain: which statement allows or denies a request, and which condition differs; offline.
 */
#include "cli/document/input.h"
#include "cli/kms/explain_report.h"
#include "cli/kms/kms_commands.h"
#include "cli/kms/kms_files.h"
#include "cli/verify/unsupported_form.h"

#define AT(field)     offsetof(natt_cli_explain_args, field)
#define VERIFY(field) offsetof(natt_cli_explain_args, verify.field)

static const natt_cli_option options[] = {
    {"Which policies (at least one)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"policy", "FILE", NATT_CLI_TEXT, AT(policy), "the key policy; omit it for actions without a key"},
    {"principal-policy", "FILE", NATT_CLI_TEXT, AT(principal_policy),
     "the principal's policy, as in IAM; without it everything is allowed"},
    {"The request", NULL, NATT_CLI_FLAG, 0, NULL},
    {"principal", "ARN", NATT_CLI_TEXT, AT(principal), "the caller (required)"},
    {"action", "NAME", NATT_CLI_TEXT, AT(action), "the action (default kms:Decrypt)"},
    {"resource", "ARN", NATT_CLI_TEXT, AT(resource), "the key (default: some key of the account)"},
    {"account", "ID", NATT_CLI_TEXT, AT(account), "account that owns the key (default: the principal's)"},
    {"encryption-context", "K=V", NATT_CLI_LIST, AT(context), "a pair of the encryption context"},
    {"condition", "K=V", NATT_CLI_LIST, AT(condition), "the value of a condition key, such as kms:KeySpec=RSA_2048"},
    {"document", "FILE", NATT_CLI_TEXT, AT(document), "the attestation document in Recipient; it is verified"},
    {"How the document is verified (--max-age or --archive; values: hex, base64:<text>, @<file>)", NULL, NATT_CLI_FLAG,
     0, NULL},
    NATT_CLI_FRESHNESS_OPTIONS(VERIFY),
    {"nonce", "V", NATT_CLI_TEXT, VERIFY(nonce), "the document must contain exactly this nonce (KMS ignores nonces)"},
    {"kind", "KIND", NATT_CLI_TEXT, VERIFY(kind), "enclave (default) or nitrotpm"},
    {"root", "FILE", NATT_CLI_LIST, VERIFY(root), "trust this root (DER or PEM) instead of AWS's (\"aws\")"},
    {"pki", "DIR", NATT_CLI_LIST, VERIFY(pki), "trust DIR/root.pem, of emulate --pki DIR"},
    {"limits", "NAME", NATT_CLI_TEXT, VERIFY(limits), "sizes of optional fields: default, aws-1024 or aws-512"},
    {"allow-debug", NULL, NATT_CLI_FLAG, VERIFY(allow_debug), "accept debug enclaves, whose memory the host can read"},
    {"allow-unknown-fields", NULL, NATT_CLI_FLAG, VERIFY(allow_unknown_fields), "skip fields that AWS does not list"},
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"json", NULL, NATT_CLI_FLAG, AT(json), "print the decision as JSON (docs/JSON.md)"},
};

static const natt_cli_spec spec = {
    "kms explain", "kms explain [OPTIONS]",
    "Evaluates a request as KMS does, offline. Shows the statement that decided and the conditions that are not met.\n"
    "Exit codes: 0 allowed, 1 denied, 2 usage error or no policy, 3 a file cannot be opened or read\n\n"
    "  nitro-attest kms explain --policy key-policy.json --principal arn:aws:iam::111122223333:role/app \\\n"
    "    --document document.bin --root pki/root.pem --max-age 5m\n",
    NATT_CLI_TABLE(options)};

typedef struct policies {
    natt_kms_policy *key, *principal;
} policies;

static bool read_policies(policies *p, const natt_cli_explain_args *a, natt_cli_error *err)
{
    if (a->policy != NULL)
        p->key = natt_cli_kms_policy_read(a->policy, NATT_KMS_KEY_POLICY, "--principal-policy", err);
    if (a->policy != NULL && p->key == NULL)
        return natt_cli_fail_in(err, "--policy");
    if (a->principal_policy != NULL)
        p->principal = natt_cli_kms_policy_read(a->principal_policy, NATT_KMS_PRINCIPAL_POLICY, "", err);
    return a->principal_policy == NULL || p->principal != NULL || natt_cli_fail_in(err, "--principal-policy");
}

static int decide(const natt_cli_explain_request *request, const policies *p, const natt_verified *v, bool json)
{
    natt_kms_decision d;
    if (!natt_kms_policy_decide(&d, p->key, p->principal, &request->question))
        natt_cli_out_of_memory();
    natt_cli_explain_report(&d, &request->question, v, json);
    json_decref(d.explanation);
    return d.effect == NATT_KMS_ALLOW ? NATT_CLI_OK : NATT_CLI_REFUSED;
}

static int decide_verified(natt_cli_explain_request *request, const policies *p, natt_bytes document,
                           const natt_cli_explain_args *a)
{
    natt_verified v = NATT_VERIFIED_INIT;
    natt_kms_attestation attestation;
    natt_error e;
    if (natt_verify(&v, document, &request->verify.options, NULL, &e) &&
        natt_kms_attestation_values(&attestation, &v, &e)) {
        natt_cli_explain_attest(request, &attestation);
        return decide(request, p, &v, a->json);
    }
    if (!natt_cli_unsupported_form(&e, document, a->document, a->json))
        natt_cli_explain_report_refused(&e, document, a->json);
    return NATT_CLI_REFUSED;
}

static int explain(natt_cli_explain_request *request, const policies *p, const natt_cli_explain_args *a,
                   natt_cli_error *err)
{
    natt_cli_buf document;
    if (a->document == NULL)
        return decide(request, p, NULL, a->json);
    if (!natt_cli_document_read(&document, a->document, err))
        return natt_cli_error_print(err, spec.command);
    int code = natt_cli_request_now(&request->verify, err)
                   ? decide_verified(request, p, natt_cli_buf_view(&document), a)
                   : natt_cli_error_print(err, spec.command);
    natt_cli_buf_free(&document);
    return code;
}

int natt_cli_kms_explain(int argc, char **argv)
{
    natt_cli_explain_args args = {0};
    natt_cli_explain_request request = {0};
    natt_cli_list operands = {0};
    policies p = {NULL, NULL};
    natt_cli_error err;
    int code = NATT_CLI_OK;
    natt_cli_parsed parsed = natt_cli_options_parse(&args, &operands, &spec, argc, argv, &err);
    if (parsed == NATT_CLI_WRONG ||
        (parsed == NATT_CLI_RUN && (!natt_cli_explain_build(&request, &args, &err) || !read_policies(&p, &args, &err))))
        code = natt_cli_error_print(&err, spec.command);
    else if (parsed == NATT_CLI_RUN)
        code = explain(&request, &p, &args, &err);
    natt_kms_policy_free(p.key);
    natt_kms_policy_free(p.principal);
    natt_cli_explain_free(&request);
    natt_cli_options_free(&args, &operands, &spec);
    return code;
}
