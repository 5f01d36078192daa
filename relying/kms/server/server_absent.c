/* Replaces the local KMS if libmicrohttpd or SQLite was missing when the command was built. */
#include "relying/kms/server/server.h"

natt_kms_server *natt_kms_server_new(const natt_kms_options *options, natt_kms_error *err)
{
    (void)options;
    err->kind = NATT_KMS_ERROR_USAGE;
    err->hint = "";
    (void)snprintf(err->text, sizeof err->text,
                   "this nitro-attest has no local KMS: it was built without libmicrohttpd or SQLite");
    return NULL;
}

void natt_kms_server_free(natt_kms_server *server)
{
    (void)server;
}

/* natt_kms_server_new never returns a server, so the rest is never called. */

bool natt_kms_server_add_key(natt_kms_server *server, const char *alias, natt_bytes policy, natt_kms_added_key *out,
                             natt_kms_error *err)
{
    (void)server, (void)alias, (void)policy, (void)out, (void)err;
    return false;
}

void natt_kms_handle(void *server, const natt_http_request *request, natt_http_reply *reply)
{
    (void)server, (void)request, (void)reply;
}

natt_http_server *natt_http_start(const natt_http_options *options, natt_http_error *err)
{
    (void)options, (void)err;
    return NULL;
}

const char *natt_http_address(const natt_http_server *server)
{
    (void)server;
    return "";
}

void natt_http_stop(natt_http_server *server, unsigned grace_s)
{
    (void)server, (void)grace_s;
}
