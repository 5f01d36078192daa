/*
 * nitro-attest recipient attest: requests a document with the public half of a key.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cli/frame/output.h"
#include "cli/nsm/nsm_session.h"
#include "cli/recipient/recipient_commands.h"
#include "cli/recipient/recipient_files.h"

typedef struct attest_args {
    natt_cli_nsm_place place;
    const char *key, *nonce, *user_data, *out;
    bool base64, value;
    natt_cli_buf values[2]; /* of nonce and user_data */
    natt_cli_buf public_key;
} attest_args;

#define AT(field) offsetof(attest_args, field)
static const natt_cli_option options[] = {
    {"Content of the document (values: hex, base64:<text>, @<file>)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"key", "FILE", NATT_CLI_TEXT, AT(key), "the private key; the document carries its public half"},
    {"nonce", "V", NATT_CLI_TEXT, AT(nonce), "the verifier's nonce"},
    {"user-data", "V", NATT_CLI_TEXT, AT(user_data), "the user_data"},
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"out", "FILE", NATT_CLI_TEXT, AT(out), "the document (default: standard output, as base64 if that is a terminal)"},
    {"base64", NULL, NATT_CLI_FLAG, AT(base64), "write the document as base64"},
    {"value", NULL, NATT_CLI_FLAG, AT(value), "write the JSON for the member Recipient of requests to KMS"},
    NATT_CLI_NSM_PLACE_OPTIONS,
};

static const natt_cli_spec spec = {
    .command = "recipient attest",
    .synopsis = "recipient attest --key FILE [OPTIONS]",
    .about = "Requests a document with the public key from the NSM. The command does not verify it.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand = "",
};

/* Only the public half is needed; the private key is wiped. */
static bool take_public_key(attest_args *a, natt_cli_error *err)
{
    natt_recipient_key *key = natt_cli_recipient_key(a->key, err);
    natt_bytes spki = natt_recipient_key_public(key);
    if (key == NULL)
        return false;
    a->public_key = (natt_cli_buf){natt_cli_alloc(spki.len, 1, 0), spki.len};
    for (size_t i = 0; i < spki.len; i++)
        a->public_key.ptr[i] = spki.ptr[i];
    natt_recipient_key_free(key);
    return true;
}

static bool put_value(const attest_args *a, natt_bytes document, natt_cli_error *err)
{
    static char value[2 * NATT_NSM_MAX_RESPONSE];
    natt_recipient_error e;
    size_t len;
    if (!natt_recipient_value(value, sizeof value - 1, &len, document, &e))
        return natt_cli_recipient_fail(err, &e, NULL);
    value[len++] = '\n';
    return natt_cli_output(a->out, a->out == NULL ? false : a->base64, (natt_bytes){(const uint8_t *)value, len}, err);
}

static bool attest(natt_cli_nsm_session *nsm, const void *args, natt_cli_error *err)
{
    const attest_args *a = args;
    natt_recipient_attestation fields = NATT_RECIPIENT_ATTESTATION_INIT;
    uint8_t document[NATT_NSM_MAX_RESPONSE];
    size_t len = 0;
    natt_recipient_error e;
    fields.nonce = natt_cli_buf_view(&a->values[0]);
    fields.user_data = natt_cli_buf_view(&a->values[1]);
    fields.public_key = natt_cli_buf_view(&a->public_key);
    if (!natt_recipient_attest(NULL, document, sizeof document, &len, &nsm->session, &fields, &e))
        return natt_cli_nsm_fail(err, nsm, &e.nsm, NATT_NSM_ATTESTATION);
    natt_bytes bytes = {document, len};
    return a->value ? put_value(a, bytes, err) : natt_cli_output(a->out, a->base64, bytes, err);
}

static bool check_attest(void *args, const natt_cli_list *operands, natt_cli_error *err)
{
    attest_args *a = args;
    const char *const texts[] = {a->nonce, a->user_data}, *const names[] = {"--nonce", "--user-data"};
    (void)operands;
    if (a->value && a->base64)
        return natt_cli_fail(err, NATT_CLI_USAGE, "the JSON already contains the document in base64",
                             "--value and --base64 are both given");
    for (size_t i = 0; i < 2; i++)
        if (texts[i] != NULL && !natt_cli_value(&a->values[i], texts[i], err))
            return natt_cli_fail_in(err, "%s", names[i]);
    return take_public_key(a, err) && natt_cli_nsm_check_request(attest, a, err);
}

int natt_cli_recipient_attest(int argc, char **argv)
{
    attest_args args = {0};
    int code = natt_cli_nsm_command(&spec, &args, check_attest, attest, argc, argv);
    natt_cli_buf_free(&args.values[0]);
    natt_cli_buf_free(&args.values[1]);
    natt_cli_buf_free(&args.public_key);
    return code;
}
