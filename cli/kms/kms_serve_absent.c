/* nitro-attest kms serve, where libmicrohttpd or SQLite was missing when the command was built. */
#include "cli/frame/error.h"
#include "cli/kms/kms_commands.h"

int natt_cli_kms_serve(int argc, char **argv)
{
    natt_cli_error err;
    (void)argc, (void)argv;
    (void)natt_cli_fail(&err, NATT_CLI_USAGE, "build it with libmicrohttpd-dev and libsqlite3-dev installed",
                        "this nitro-attest has no local KMS");
    return natt_cli_error_print(&err, "kms serve");
}
