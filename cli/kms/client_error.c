/*
 * Errors of calls of KMS: the library's sentence, and remedies in terms of the command's options.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/kms/client_request.h"

static bool is_about_a_choice(natt_kms_client_code code)
{
    return code < NATT_KMS_CLIENT_E_BUFFER_TOO_SMALL || code == NATT_KMS_CLIENT_E_CA_FORM ||
           code == NATT_KMS_CLIENT_E_CREDENTIALS_UNSAFE || code == NATT_KMS_CLIENT_E_CREDENTIALS_FORM ||
           code == NATT_KMS_CLIENT_E_CREDENTIALS_MISSING;
}

static int exit_code_of(natt_kms_client_code code)
{
    natt_kms_client_layer layer = natt_kms_client_code_layer(code);
    if (layer == NATT_KMS_CLIENT_LAYER_KMS || layer == NATT_KMS_CLIENT_LAYER_RECIPIENT)
        return NATT_CLI_REFUSED;
    return is_about_a_choice(code) ? NATT_CLI_USAGE : NATT_CLI_IO;
}

/* Replaces remedies that name members of structures. kmstool_enclave_cli lacks most options: NULL = the same remedy. */
static const struct {
    natt_kms_client_code code;
    const char *remedy, *of_drop_in;
} remedies[] = {
    {NATT_KMS_CLIENT_E_USAGE_REGION, "give the region of the key, for example --region eu-central-1", NULL},
    {NATT_KMS_CLIENT_E_USAGE_CONNECT, "correct the address, or leave it out to connect to the endpoint's host",
     "correct NITRO_ATTEST_KMS_CONNECT"},
    {NATT_KMS_CLIENT_E_USAGE_ENDPOINT, "correct the endpoint, or leave it out for AWS's",
     "correct AWS_ENDPOINT_URL_KMS"},
    {NATT_KMS_CLIENT_E_USAGE_INSECURE_HTTP, "use https://, or --insecure-http for a test",
     "use https://; for a test put TLS in front of the server: nitro-attest-kms(1), serve, and docs/GUIDE.md, \"From "
     "kmstool to nitro-attest\", show how"},
    {NATT_KMS_CLIENT_E_USAGE_SPEC, "nitro-attest-kms(1) lists the values", NULL},
    {NATT_KMS_CLIENT_E_CA_FORM, "name a CA bundle in PEM", NULL},
    {NATT_KMS_CLIENT_E_CREDENTIALS_FORM, "correct the value; nitro-attest-kms(1) shows the forms", NULL},
    {NATT_KMS_CLIENT_E_RESOLVE,
     "check the name; an enclave has no DNS: --connect vsock:3:PORT, where vsock-proxy listens on the parent",
     "check the name in AWS_ENDPOINT_URL_KMS or NITRO_ATTEST_KMS_CONNECT; an enclave has no DNS"},
    {NATT_KMS_CLIENT_E_TIMEOUT, "check the network path to the server, or raise --connect-timeout or --timeout",
     "check the network path to the server, and that vsock-proxy runs on the parent"},
    {NATT_KMS_CLIENT_E_KMS_OTHER, "the message above is KMS's own; look it up in the API reference of KMS", NULL},
    {NATT_KMS_CLIENT_E_TLS_NAME, "check --endpoint and --connect: the certificate must have the endpoint's host name",
     "check --region, AWS_ENDPOINT_URL_KMS and NITRO_ATTEST_KMS_CONNECT: the certificate must have the endpoint's "
     "host name"},
};

static bool is_without_vsock(const natt_kms_client_error *e, const natt_kms_client_options *options)
{
    return e->code == NATT_KMS_CLIENT_E_CONNECT && options->connect != NULL &&
           strncmp(options->connect, "vsock:", 6) == 0 && (e->errno_value == EAFNOSUPPORT || e->errno_value == ENODEV);
}

static const char *table_remedy(natt_kms_client_code code, bool drop_in)
{
    for (size_t i = 0; i < sizeof remedies / sizeof remedies[0]; i++)
        if (remedies[i].code == code)
            return drop_in && remedies[i].of_drop_in != NULL ? remedies[i].of_drop_in : remedies[i].remedy;
    return natt_kms_client_code_remedy(code);
}

static const char *remedy_of(const natt_cli_kms_call *call, const natt_kms_client_options *options)
{
    const bool drop_in = call->request->drop_in;
    if (is_without_vsock(&call->e, options))
        return drop_in ? "this machine has no vsock; outside an enclave set NITRO_ATTEST_KMS_CONNECT to tcp: or unix:"
                       : "this machine has no vsock; outside an enclave use --connect tcp: or unix:";
    if (call->e.code == NATT_KMS_CLIENT_E_KMS_ACCESS_DENIED)
        return call->recipient.document.len == 0 ? "check that the principal may do this; a local KMS logs the reason"
                                                 : "check the principal, the PCR conditions and the age of the "
                                                   "document, in this order; a local KMS logs the reason";
    if (call->e.code == NATT_KMS_CLIENT_E_RECIPIENT)
        return natt_recipient_code_remedy(call->e.recipient.code);
    return table_remedy(call->e.code, drop_in);
}

/* The remedy gets a separate line. */
static void without_remedy(char *sentence, const natt_kms_client_error *e)
{
    const char *const ends[] = {natt_kms_client_code_remedy(e->code), natt_recipient_code_remedy(e->recipient.code)};
    size_t len = strlen(sentence);
    for (size_t i = 0; i < 2; i++) {
        size_t end = strlen(ends[i]);
        if (end > 0 && len > end + 2 && strcmp(sentence + len - end, ends[i]) == 0 &&
            memcmp(sentence + len - end - 2, "; ", 2) == 0) {
            sentence[len - end - 2] = '\0';
            return;
        }
    }
}

/* The file that caused the error, or NULL. */
static const char *file_of(natt_kms_client_code code, const natt_kms_client_options *options)
{
    if (code == NATT_KMS_CLIENT_E_CA_ACCESS || code == NATT_KMS_CLIENT_E_CA_FORM)
        return options->ca_file;
    bool of_credentials = code >= NATT_KMS_CLIENT_E_CREDENTIALS_ACCESS && code <= NATT_KMS_CLIENT_E_CREDENTIALS_EXPIRED;
    return of_credentials ? options->credentials.file : NULL;
}

static void put_hint(char *out, size_t size, const natt_cli_kms_call *call, const natt_kms_client_options *options)
{
    if (call->e.code == NATT_KMS_CLIENT_E_TLS_UNTRUSTED)
        (void)snprintf(out, size,
                       "check %s, or name with %s the CA certificates that the server needs; those of %.120s were used",
                       call->request->drop_in ? "NITRO_ATTEST_KMS_CONNECT" : "--endpoint and --connect",
                       call->request->drop_in ? "SSL_CERT_FILE" : "--ca-file", options->ca_file);
    else
        (void)snprintf(out, size, "%s", remedy_of(call, options));
}

bool natt_cli_kms_fail(natt_cli_error *err, const natt_cli_kms_call *call, const natt_kms_client_options *options)
{
    char sentence[2048], hint[sizeof err->hint];
    const char *file = file_of(call->e.code, options);
    (void)natt_kms_client_error_format(sentence, sizeof sentence, &call->e);
    without_remedy(sentence, &call->e);
    put_hint(hint, sizeof hint, call, options);
    (void)natt_cli_fail(err, exit_code_of(call->e.code), hint, "%s", sentence);
    return file == NULL ? false : natt_cli_fail_in(err, "%.300s", file);
}
