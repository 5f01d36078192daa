#include "cli/provision/session.h"

bool natt_cli_provision_do_run(const natt_cli_provision_request *request, natt_cli_error *err)
{
    (void)request;
    return natt_cli_fail(err, NATT_CLI_USAGE, "", "not yet");
}

bool natt_cli_provision_do_serve(const natt_cli_provision_request *request, natt_cli_error *err)
{
    (void)request;
    return natt_cli_fail(err, NATT_CLI_USAGE, "", "not yet");
}
