/*
 * Replaces provisioning if the TLS library of mbedTLS or the header of p11-kit was missing when the command was built.
 */
#include "cli/provision/provision_request.h"

static bool absent(const natt_cli_provision_request *request, natt_cli_error *err)
{
    (void)request;
    return natt_cli_fail(err, NATT_CLI_USAGE, "",
                         "this nitro-attest cannot provision: it was built without the TLS of mbedTLS, or without the "
                         "header of p11-kit");
}

bool natt_cli_provision_do_add(const natt_cli_provision_request *request, natt_cli_error *err)
{
    return absent(request, err);
}

bool natt_cli_provision_do_refresh(const natt_cli_provision_request *request, natt_cli_error *err)
{
    return absent(request, err);
}

bool natt_cli_provision_do_update(const natt_cli_provision_request *request, natt_cli_error *err)
{
    return absent(request, err);
}

bool natt_cli_provision_do_remove(const natt_cli_provision_request *request, natt_cli_error *err)
{
    return absent(request, err);
}

bool natt_cli_provision_do_list(const natt_cli_provision_request *request, natt_cli_error *err)
{
    return absent(request, err);
}

bool natt_cli_provision_do_run(const natt_cli_provision_request *request, natt_cli_error *err)
{
    return absent(request, err);
}

bool natt_cli_provision_do_serve(const natt_cli_provision_request *request, natt_cli_error *err)
{
    return absent(request, err);
}

bool natt_cli_provision_do_pack(const natt_cli_provision_request *request, natt_cli_error *err)
{
    return absent(request, err);
}

bool natt_cli_provision_do_s3_object(const natt_cli_provision_request *request, natt_cli_error *err)
{
    return absent(request, err);
}
