/*
 * Failures of calls of KMS: the library's sentence, and what to do where that is an option of the command.
 */
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

/* In place of remedies that name members of structures. */
static const char *remedy_of(const natt_kms_client_error *e)
{
    switch (e->code) {
    case NATT_KMS_CLIENT_E_USAGE_REGION:
        return "give the region of the key, as --region eu-central-1";
    case NATT_KMS_CLIENT_E_USAGE_INSECURE_HTTP:
        return "use https://; for a test, nitro-attest kms has --insecure-http";
    case NATT_KMS_CLIENT_E_USAGE_SPEC:
        return "nitro-attest-kms(1) lists what there is";
    case NATT_KMS_CLIENT_E_CREDENTIALS_FORM:
        return "nitro-attest-kms(1) shows the two forms";
    case NATT_KMS_CLIENT_E_RESOLVE:
        return "check the name; an enclave has no DNS: --connect vsock:3:PORT, where vsock-proxy listens on the parent";
    case NATT_KMS_CLIENT_E_TIMEOUT:
        return "check the way to the server, or allow more with --connect-timeout or --timeout";
    case NATT_KMS_CLIENT_E_TLS_NAME:
        return "check --endpoint and --connect: the certificate must have the endpoint's host name";
    case NATT_KMS_CLIENT_E_RECIPIENT:
        return natt_recipient_code_remedy(e->recipient.code);
    default:
        return natt_kms_client_code_remedy(e->code);
    }
}

/* The remedy gets a line of its own. */
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

/* The file that an error is about, or NULL. */
static const char *file_of(natt_kms_client_code code, const natt_kms_client_options *options)
{
    if (code == NATT_KMS_CLIENT_E_CA_ACCESS || code == NATT_KMS_CLIENT_E_CA_FORM)
        return options->ca_file;
    bool of_credentials = code >= NATT_KMS_CLIENT_E_CREDENTIALS_ACCESS && code <= NATT_KMS_CLIENT_E_CREDENTIALS_EXPIRED;
    return of_credentials ? options->credentials.file : NULL;
}

bool natt_cli_kms_fail(natt_cli_error *err, const natt_kms_client_error *e, const natt_kms_client_options *options)
{
    char sentence[2048], hint[sizeof err->hint];
    const char *file = file_of(e->code, options);
    (void)natt_kms_client_error_format(sentence, sizeof sentence, e);
    without_remedy(sentence, e);
    if (e->code == NATT_KMS_CLIENT_E_TLS_UNTRUSTED)
        (void)snprintf(hint, sizeof hint,
                       "check --endpoint and --connect, or name with --ca-file the CA certificates that the server "
                       "needs; those of %.120s were used",
                       options->ca_file);
    else
        (void)snprintf(hint, sizeof hint, "%s", remedy_of(e));
    (void)natt_cli_fail(err, exit_code_of(e->code), hint, "%s", sentence);
    return file == NULL ? false : natt_cli_fail_in(err, "%.300s", file);
}
