/*
 * The options of nitro-attest provision's commands, and the start of these commands.
 */
#include <stdio.h>

#include "cli/kms/client_options.h"
#include "cli/provision/provision_commands.h"
#include "cli/provision/provision_request.h"

#define AT(field) offsetof(natt_cli_provision_request, field)
/* clang-format off */
#define MODULE                                                                                                        \
    {"Which module", NULL, NATT_CLI_FLAG, 0, NULL},                                                                   \
    {"state", "DIR", NATT_CLI_TEXT, AT(state), "a directory of mode 0700 for the state of tokens"},                   \
    {"module", "PATH", NATT_CLI_TEXT, AT(module), "the PKCS #11 module, such as /usr/lib/softhsm/libsofthsm2.so"}
#define TOKEN                                                                                                         \
    {"Which token", NULL, NATT_CLI_FLAG, 0, NULL},                                                                    \
    {"label", "LABEL", NATT_CLI_TEXT, AT(label), "the token's label: 1 to 32 bytes"},                                 \
    {"pin-file", "FILE", NATT_CLI_TEXT, AT(pin_file), "a file of mode 0600, or fd:N, with the PIN: 8 to 64 bytes"}
#define KEYS                                                                                                          \
    {"Which keys", NULL, NATT_CLI_FLAG, 0, NULL},                                                                     \
    {"database", "FILE", NATT_CLI_TEXT, AT(database), "encrypted keys with certificates, from pack or s3-object"},    \
    {"key-label", "NAME", NATT_CLI_TEXT, AT(key_label), "label of a key that has none (default acm-key)"},            \
    {"roots", "FILE", NATT_CLI_TEXT, AT(roots), "root certificates, PEM; every chain must lead to one of them"}
#define KEY_ID                                                                                                        \
    {"key-id", "KEY", NATT_CLI_TEXT, AT(key_id), "the KMS key that must have wrapped the keys (default: any)", 'K'}
#define LIFETIME                                                                                                      \
    {"lifetime", "TIME", NATT_CLI_TEXT, AT(lifetime), "time until a token without a refresh expires (default 48h)"}
#define P11_KIT                                                                                                       \
    {"p11-kit", "ADDRESS", NATT_CLI_TEXT, AT(p11_kit), "run p11-kit server here, such as unix:path=/run/p11-kit.sock"},\
    {"p11-kit-group", "GROUP", NATT_CLI_TEXT, AT(p11_kit_group), "group that can also connect to a unix socket"},     \
    {"on-change", "COMMAND", NATT_CLI_TEXT, AT(on_change), "run this in a shell when consumers must reload"}
#define PACK                                                                                                          \
    {"The key", NULL, NATT_CLI_FLAG, 0, NULL},                                                                        \
    {"key", "FILE", NATT_CLI_TEXT, AT(key), "the private key in PEM: RSA, P-256, P-384 or P-521"},                    \
    {"chain", "FILE", NATT_CLI_TEXT, AT(chain), "its certificate and the issuers', in PEM, leaf first"},              \
    {"key-id", "KEY", NATT_CLI_TEXT, AT(key_id), "the KMS key: id, ARN, alias/NAME or alias ARN", 'K'}
#define OUT                                                                                                           \
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},                                                                         \
    {"out", "FILE", NATT_CLI_TEXT, AT(out), "write to this file (default: standard output)"}
#define KMS_WHICH NATT_CLI_KMS_WHICH_OPTIONS_WITH("limit for one key: at most 10s, the default")
/* clang-format on */

#define SPEC(name, words, text)                                                                                        \
    static const natt_cli_spec name##_spec = {                                                                         \
        .command = "provision " words,                                                                                 \
        .synopsis = "provision " words " " name##_synopsis,                                                            \
        .about = text,                                                                                                 \
        .options = name##_options,                                                                                     \
        .option_count = sizeof name##_options / sizeof name##_options[0],                                              \
        .operand = "",                                                                                                 \
    }

#define THE_TOKEN "--state DIR --module PATH --label LABEL --pin-file FILE "

static const natt_cli_option add_options[] = {
    MODULE, TOKEN, KEYS, KEY_ID, LIFETIME, NATT_CLI_KMS_WHO_OPTIONS, KMS_WHICH, NATT_CLI_NSM_PLACE_OPTIONS,
};
#define add_synopsis THE_TOKEN "--database FILE [OPTIONS]"
SPEC(add, "add",
     "Asks KMS, with an attestation document, to decrypt the keys of a database for this enclave, checks them against\n"
     "their certificates, and loads them into a new token. A failure leaves no token behind.\n");

static const natt_cli_option refresh_options[] = {
    MODULE, TOKEN, KEY_ID, NATT_CLI_KMS_WHO_OPTIONS, KMS_WHICH, NATT_CLI_NSM_PLACE_OPTIONS,
};
#define refresh_synopsis THE_TOKEN "[OPTIONS]"
SPEC(refresh, "refresh",
     "Attests again, decrypts every key with KMS again, and compares the keys with the token's. Then the token's\n"
     "lifetime restarts. A failure changes nothing, so the expiry time remains.\n");

static const natt_cli_option update_options[] = {
    MODULE, TOKEN, KEYS, KEY_ID, NATT_CLI_KMS_WHO_OPTIONS, KMS_WHICH, NATT_CLI_NSM_PLACE_OPTIONS,
};
#define update_synopsis THE_TOKEN "--database FILE [OPTIONS]"
SPEC(update, "update",
     "Replaces the keys of a token by those of a database, and reports whether a certificate changed, so that\n"
     "consumers must reload.\n");

static const natt_cli_option remove_options[] = {MODULE, TOKEN};
#define remove_synopsis THE_TOKEN
SPEC(remove, "remove", "Removes a token and its keys.\n");

static const natt_cli_option list_options[] = {
    MODULE,
    {"Output (default: a table)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"json", NULL, NATT_CLI_FLAG, AT(json), "the tokens as JSON"},
};
#define list_synopsis "--state DIR --module PATH [--json]"
SPEC(list, "list",
     "Lists the tokens that were provisioned, and removes those that have expired or that a crash left incomplete.\n");

static const natt_cli_option run_options[] = {
    MODULE,
    TOKEN,
    KEYS,
    KEY_ID,
    LIFETIME,
    {"refresh-every", "TIME", NATT_CLI_TEXT, AT(refresh_every),
     "at most half of the lifetime (default: a quarter of it)"},
    {"Consumers", NULL, NATT_CLI_FLAG, 0, NULL},
    P11_KIT,
    NATT_CLI_KMS_WHO_OPTIONS,
    KMS_WHICH,
    NATT_CLI_NSM_PLACE_OPTIONS,
};
#define run_synopsis THE_TOKEN "--database FILE [OPTIONS]"
SPEC(run, "run",
     "Adds a token, refreshes it, updates it when the database has changed, and removes it when interrupted.\n");

static const natt_cli_option serve_options[] = {
    MODULE,
    {"Requests", NULL, NATT_CLI_FLAG, 0, NULL},
    {"listen", "ADDRESS", NATT_CLI_TEXT, AT(listen), "unix:PATH (mode 0600) or vsock:PORT"},
    {"keep-tokens", NULL, NATT_CLI_FLAG, AT(keep_tokens), "keep the tokens when it is interrupted"},
    LIFETIME,
    KEY_ID,
    {"roots", "FILE", NATT_CLI_TEXT, AT(roots), "root certificates, PEM; every chain must lead to one of them"},
    {"Consumers", NULL, NATT_CLI_FLAG, 0, NULL},
    P11_KIT,
    KMS_WHICH,
    NATT_CLI_NSM_PLACE_OPTIONS,
};
#define serve_synopsis "--state DIR --module PATH --listen ADDRESS [OPTIONS]"
SPEC(serve, "serve",
     "Serves POST /rpc/v1 like the server of ACM for Nitro Enclaves. Requests contain region and credentials.\n"
     "Prints its address when it is ready, runs until it is interrupted, and then removes the tokens.\n");

static const natt_cli_option pack_options[] = {
    PACK,
    {"id", "N", NATT_CLI_TEXT, AT(id), "the key's id in the token, 0 to 255 (default: lowest free id, at least 1)"},
    {"label", "NAME", NATT_CLI_TEXT, AT(name), "the key's label in the token (default acm-key)"},
    OUT,
    {"append", "FILE", NATT_CLI_TEXT, AT(append),
     "add the key to this database, and overwrite the file unless --out is given"},
    NATT_CLI_KMS_WHO_OPTIONS,
    NATT_CLI_KMS_WHICH_OPTIONS,
};
#define pack_synopsis "--key FILE --key-id KEY [OPTIONS]"
SPEC(pack, "pack",
     "Encrypts a private key with KMS, and writes a database as p11ne-db pack-key does: a JSON array. Run this where\n"
     "the key is made, for example at the owner's workstation or CA, and not on the parent instance: it has the\n"
     "private key in the clear. No document is needed.\n");

static const natt_cli_option s3_object_options[] = {PACK, OUT, NATT_CLI_KMS_WHO_OPTIONS, NATT_CLI_KMS_WHICH_OPTIONS};
#define s3_object_synopsis "--key FILE --chain FILE --key-id KEY [OPTIONS]"
SPEC(s3_object, "s3-object",
     "Encrypts a private key with KMS, and writes the JSON object that ACM puts into S3. Run this where the key is\n"
     "made, and not on the parent instance: it has the private key in the clear. No document is needed.\n");

static bool run(natt_cli_provision_request *request, const natt_cli_buf *secrets, const natt_cli_spec *spec,
                natt_cli_provision_action *action, natt_cli_error *err)
{
    request->command = spec->command;
    if (secrets->ptr != NULL)
        (void)fprintf(stderr,
                      "nitro-attest %s: warning: others can read credentials on the command line\n"
                      "  what to do: give --credentials, or set AWS_ACCESS_KEY_ID and the others\n",
                      spec->command);
    return action(request, err);
}

static int command(const natt_cli_spec *spec, natt_cli_provision_action *action, int argc, char **argv)
{
    natt_cli_provision_request request = {.json = false};
    natt_cli_list operands = {0};
    natt_cli_buf secrets;
    natt_cli_error err;
    natt_cli_parsed parsed = natt_cli_options_parse(&request, &operands, spec, argc, argv, &err);
    natt_cli_kms_take_secrets(&request.kms, &secrets);
    bool wrong = parsed == NATT_CLI_WRONG || (parsed == NATT_CLI_RUN && !run(&request, &secrets, spec, action, &err));
    natt_cli_kms_free_secrets(&secrets);
    natt_cli_options_free(&request, &operands, spec);
    return wrong ? natt_cli_error_print(&err, spec->command) : NATT_CLI_OK;
}

int natt_cli_provision_add(int argc, char **argv)
{
    return command(&add_spec, natt_cli_provision_do_add, argc, argv);
}

int natt_cli_provision_refresh(int argc, char **argv)
{
    return command(&refresh_spec, natt_cli_provision_do_refresh, argc, argv);
}

int natt_cli_provision_update(int argc, char **argv)
{
    return command(&update_spec, natt_cli_provision_do_update, argc, argv);
}

int natt_cli_provision_remove(int argc, char **argv)
{
    return command(&remove_spec, natt_cli_provision_do_remove, argc, argv);
}

int natt_cli_provision_list(int argc, char **argv)
{
    return command(&list_spec, natt_cli_provision_do_list, argc, argv);
}

int natt_cli_provision_run(int argc, char **argv)
{
    return command(&run_spec, natt_cli_provision_do_run, argc, argv);
}

int natt_cli_provision_serve(int argc, char **argv)
{
    return command(&serve_spec, natt_cli_provision_do_serve, argc, argv);
}

int natt_cli_provision_pack(int argc, char **argv)
{
    return command(&pack_spec, natt_cli_provision_do_pack, argc, argv);
}

int natt_cli_provision_s3_object(int argc, char **argv)
{
    return command(&s3_object_spec, natt_cli_provision_do_s3_object, argc, argv);
}
