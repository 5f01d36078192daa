/*
 * Credentials for KMS: their source, and those on the command line.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/kms/client_request.h"
#include "nsm/recipient/secret.h"

#define WAYS                                                                                                           \
    "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or give --credentials FILE (mode 0600) or "   \
    "--credentials fd:N; nitro-attest-kms(1) has the forms"

static natt_bytes bytes_of(const char *text)
{
    return text == NULL || text[0] == '\0' ? (natt_bytes){NULL, 0} : (natt_bytes){(const uint8_t *)text, strlen(text)};
}

static bool is_on_command_line(const natt_cli_kms_request *r)
{
    return r->access_key != NULL || r->secret_key != NULL || r->session_token != NULL;
}

/* An empty session token counts as absent, as in AWS's clients. */
static bool set_values(natt_kms_client_credentials *out, const natt_cli_kms_request *r, natt_cli_error *err)
{
    out->access_key = bytes_of(r->access_key);
    out->secret_key = bytes_of(r->secret_key);
    out->session_token = bytes_of(r->session_token);
    return (out->access_key.ptr != NULL && out->secret_key.ptr != NULL) ||
           natt_cli_fail(err, NATT_CLI_USAGE, WAYS, "%s is missing",
                         out->access_key.ptr == NULL ? "--aws-access-key-id" : "--aws-secret-access-key");
}

/* Checked before the command opens anything: a number that is free now would become that of the command's socket, which
 * never reaches its end. */
static bool check_descriptor(int descriptor, natt_cli_error *err)
{
    if (descriptor == STDOUT_FILENO || descriptor == STDERR_FILENO)
        return natt_cli_fail(err, NATT_CLI_USAGE, "open the file as descriptor 0, or 3 or higher, as in 3<FILE",
                             "--credentials fd:%d: the command writes to this descriptor", descriptor);
    return fcntl(descriptor, F_GETFD) >= 0 ||
           natt_cli_fail(err, NATT_CLI_IO, "open the file for the command, as in 3<FILE",
                         "--credentials fd:%d: no file is open there", descriptor);
}

static bool set_place(natt_kms_client_credentials *out, const natt_cli_kms_request *r, natt_cli_error *err)
{
    uint32_t number;
    out->profile = r->profile;
    if (strncmp(r->credentials, "fd:", 3) != 0) {
        out->file = r->credentials;
        return true;
    }
    if (!natt_cli_kms_number(&number, "--credentials fd:N", r->credentials + 3, 0, INT32_MAX, err))
        return false;
    out->descriptor = (int)number;
    return check_descriptor(out->descriptor, err);
}

static bool set_environment(natt_kms_client_credentials *out, const natt_cli_kms_request *r, natt_cli_error *err)
{
    const char *set = getenv("AWS_ACCESS_KEY_ID");
    out->from_environment = true;
    if (r->profile != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "name the file: --credentials FILE",
                             "--profile is a section of a credentials file, and none is given");
    return r->credentials != NULL || (set != NULL && set[0] != '\0') ||
           natt_cli_fail(err, NATT_CLI_USAGE, WAYS, "there are no credentials for KMS");
}

bool natt_cli_kms_set_credentials(natt_kms_client_options *options, const natt_cli_kms_request *request,
                                  natt_cli_error *err)
{
    natt_kms_client_credentials *out = &options->credentials;
    if (is_on_command_line(request) && (request->credentials != NULL || request->profile != NULL))
        return natt_cli_fail(err, NATT_CLI_USAGE, "do not give them on the command line: other users can read it",
                             "credentials are given on the command line and in another way");
    if (is_on_command_line(request))
        return set_values(out, request, err);
    if (request->credentials == NULL || strcmp(request->credentials, "env") == 0)
        return set_environment(out, request, err);
    return set_place(out, request, err);
}

/* ---- the command line ---- */

static const char *move(char **to, const char *text)
{
    if (text == NULL)
        return NULL;
    char *copy = *to;
    memcpy(copy, text, strlen(text) + 1);
    *to += strlen(text) + 1;
    natt_cli_hide(text);
    return copy;
}

static size_t size_of(const char *text)
{
    return text == NULL ? 0 : strlen(text) + 1;
}

void natt_cli_kms_take_secrets(natt_cli_kms_request *request, natt_cli_buf *moved)
{
    size_t len = size_of(request->access_key) + size_of(request->secret_key) + size_of(request->session_token);
    *moved = (natt_cli_buf){NULL, 0};
    if (len == 0)
        return;
    *moved = (natt_cli_buf){natt_secret_new(len), len};
    if (moved->ptr == NULL)
        natt_cli_out_of_memory();
    char *to = (char *)moved->ptr;
    request->access_key = move(&to, request->access_key);
    request->secret_key = move(&to, request->secret_key);
    request->session_token = move(&to, request->session_token);
}

void natt_cli_kms_free_secrets(natt_cli_buf *moved)
{
    natt_secret_free(moved->ptr, moved->len);
    *moved = (natt_cli_buf){NULL, 0};
}
