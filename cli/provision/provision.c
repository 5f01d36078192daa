/*
 * nitro-attest provision: TLS keys that KMS decrypts for enclaves with one image, in tokens of a PKCS #11 module.
 */
#include "cli/frame/commands.h"
#include "cli/provision/provision_commands.h"

static const natt_cli_subcommand list[] = {
    {"add", natt_cli_provision_add, "decrypt the keys of a database, and load them into a new token"},
    {"refresh", natt_cli_provision_refresh, "attest again, and restart the token's lifetime"},
    {"update", natt_cli_provision_update, "replace the keys of a token"},
    {"remove", natt_cli_provision_remove, "remove a token"},
    {"list", natt_cli_provision_list, "list the tokens and their keys"},
    {"run", natt_cli_provision_run, "add a token and refresh it, until interrupted"},
    {"serve", natt_cli_provision_serve, "serve the RPC of ACM for Nitro Enclaves"},
    {"pack", natt_cli_provision_pack, "encrypt a private key with KMS, for a database (where the key is made)"},
    {"s3-object", natt_cli_provision_s3_object, "the same in the form of ACM's objects in S3"},
    {"config", natt_cli_provision_config, "configuration for nginx, httpd, OpenSSL or Java (parent instance)"},
    {"demo", natt_cli_provision_demo, "show every step on this machine"},
};

static int run_provision(int argc, char **argv)
{
    static const natt_cli_subcommands commands = {
        "nitro-attest provision", "TLS keys for enclaves with one image, in a PKCS #11 token.\n",
        "0 done, 1 KMS, a key, a certificate, a PIN or a token is refused, 2 usage error, 3 a file, the module, KMS or "
        "the NSM cannot be used",
        NATT_CLI_TABLE(list)};
    return natt_cli_subcommands_run(&commands, argc, argv);
}

const natt_cli_subcommand natt_cli_command_provision = {
    "provision", run_provision, "TLS keys from KMS in a PKCS #11 token, for enclaves with one image"};
