/* nitro-attest kms policy, lint and explain: to come. */
#include "cli/frame/error.h"
#include "cli/kms/kms_commands.h"

static int to_come(const char *command)
{
    natt_cli_error err;
    (void)natt_cli_fail(&err, NATT_CLI_USAGE, "wait for the next commits", "%s is not built yet", command);
    return natt_cli_error_print(&err, command);
}

int natt_cli_kms_policy(int argc, char **argv)
{
    (void)argc, (void)argv;
    return to_come("kms policy");
}

int natt_cli_kms_lint(int argc, char **argv)
{
    (void)argc, (void)argv;
    return to_come("kms lint");
}

int natt_cli_kms_explain(int argc, char **argv)
{
    (void)argc, (void)argv;
    return to_come("kms explain");
}
