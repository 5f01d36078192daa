/*
 * nitro-attest kms decrypt, genkey, genrandom, datakey-pair, derive, encrypt: requests to a KMS, from an enclave.
 */
#include <stdio.h>
#include <string.h>

#include "cli/kms/client_options.h"
#include "cli/kms/kms_commands.h"

#define AT(field) NATT_CLI_KMS_AT(field)
/* clang-format off */
#define KEY_ID {"key-id", "KEY", NATT_CLI_TEXT, AT(key_id), "key id, key ARN, alias/NAME or alias ARN", 'K'}
#define CONTEXT                                                                                                       \
    {"encryption-context", "NAME=VALUE", NATT_CLI_LIST, AT(context), "a pair of the encryption context; repeatable"}
#define ALGORITHM                                                                                                     \
    {"encryption-algorithm", "NAME", NATT_CLI_TEXT, AT(algorithm),                                                    \
     "of an asymmetric key, such as RSAES_OAEP_SHA_256", 'a'}
#define OUTPUT(what)                                                                                                  \
    {"Output (without: lines such as PLAINTEXT: <base64>)", NULL, NATT_CLI_FLAG, 0, NULL},                            \
    {"out", "FILE", NATT_CLI_TEXT, AT(out), "write the bytes of the " what " to this file, mode 0600"},               \
    {"json", NULL, NATT_CLI_FLAG, AT(json), "print JSON: the values in base64, key ARN, request id, attempts"}
#define RAW {"raw", NULL, NATT_CLI_FLAG, AT(raw), "write the bytes; base64 if standard output is a terminal"}
#define WAY NATT_CLI_KMS_WHO_OPTIONS, NATT_CLI_KMS_WHICH_OPTIONS
#define FROM_ENCLAVE                                                                                                  \
    WAY, {"For whom", NULL, NATT_CLI_FLAG, 0, NULL},                                                                  \
    {"key", "FILE", NATT_CLI_TEXT, AT(key), "a private key from recipient keygen (default: a new one)"},              \
    {"document", "FILE", NATT_CLI_TEXT, AT(document), "a document for this key (default: a new one from the NSM)"},   \
    NATT_CLI_NSM_PLACE_OPTIONS
/* clang-format on */

#define TITLE(text)                                                                                                    \
    {                                                                                                                  \
        text, NULL, NATT_CLI_FLAG, 0, NULL                                                                             \
    }
#define SEALED "KMS encrypts the plaintext to a key of this enclave, and the command decrypts it.\n"

#define SPEC(name, rows, words, text, operands, what)                                                                  \
    {                                                                                                                  \
        .command = "kms " name, .synopsis = "kms " name " " words, .about = text, .options = rows,                     \
        .option_count = sizeof rows / sizeof rows[0], .operand_min = operands, .operand_max = operands,                \
        .operand = what                                                                                                \
    }

static const natt_cli_option decrypt_options[] = {
    TITLE("What"), {"ciphertext", "BASE64", NATT_CLI_TEXT, AT(ciphertext), "what KMS encrypted", 'c'},
    KEY_ID,        ALGORITHM,
    CONTEXT,       OUTPUT("plaintext"),
    RAW,           FROM_ENCLAVE,
};
static const natt_cli_spec decrypt_spec = SPEC("decrypt", decrypt_options, "--ciphertext BASE64 [OPTIONS]",
                                               "Asks KMS to decrypt, with an attestation document. " SEALED, 0, "");

static const natt_cli_option genkey_options[] = {
    TITLE("What"),
    KEY_ID,
    {"key-spec", "SPEC", NATT_CLI_TEXT, AT(key_spec), "AES_256 or AES_128; AES-256 and AES-128 are the same", 'p'},
    {"number-of-bytes", "N", NATT_CLI_TEXT, AT(number_of_bytes), "the size in bytes, instead of --key-spec: 1 to 1024"},
    CONTEXT,
    OUTPUT("data key"),
    FROM_ENCLAVE,
};
static const natt_cli_spec genkey_spec =
    SPEC("genkey", genkey_options, "--key-id KEY --key-spec SPEC [OPTIONS]",
         "Requests a data key, in plaintext and encrypted under the KMS key.\n" SEALED, 0, "");

static const natt_cli_option genrandom_options[] = {
    TITLE("What"),
    {"length", "N", NATT_CLI_TEXT, AT(number_of_bytes), "the number of bytes: 1 to 1024", 'l'},
    OUTPUT("random numbers"),
    RAW,
    FROM_ENCLAVE,
};
static const natt_cli_spec genrandom_spec =
    SPEC("genrandom", genrandom_options, "--length N [OPTIONS]", "Requests random numbers from KMS.\n" SEALED, 0, "");

static const natt_cli_option pair_options[] = {
    TITLE("What"),
    KEY_ID,
    {"key-pair-spec", "SPEC", NATT_CLI_TEXT, AT(key_pair_spec), "RSA_2048, ECC_NIST_P384, ..."},
    CONTEXT,
    OUTPUT("private key, PKCS #8 in DER,"),
    FROM_ENCLAVE,
};
static const natt_cli_spec pair_spec =
    SPEC("datakey-pair", pair_options, "--key-id KEY --key-pair-spec SPEC [OPTIONS]",
         "Requests a key pair: the private key, in plaintext and encrypted under the KMS key, and the public key.\n"
         "KMS encrypts the plaintext to a key of this enclave, and the command decrypts it.\n",
         0, "");

static const natt_cli_option derive_options[] = {
    TITLE("What"),
    KEY_ID,
    {"public-key", "FILE", NATT_CLI_TEXT, AT(public_key), "the peer's public key, PEM or DER"},
    OUTPUT("shared secret"),
    RAW,
    FROM_ENCLAVE,
};
static const natt_cli_spec derive_spec =
    SPEC("derive", derive_options, "--key-id KEY --public-key FILE [OPTIONS]",
         "Requests the secret that the KMS key shares with the peer's key (ECDH).\n" SEALED, 0, "");

static const natt_cli_option encrypt_options[] = {
    TITLE("What"), KEY_ID, ALGORITHM, CONTEXT, OUTPUT("ciphertext"), RAW, WAY, NATT_CLI_NSM_PLACE_OPTIONS,
};
static const natt_cli_spec encrypt_spec =
    SPEC("encrypt", encrypt_options, "--key-id KEY [OPTIONS] FILE",
         "Asks KMS to encrypt a file of at most 4096 bytes (- = standard input). No document is needed.\n", 1, "FILE");

static bool run(natt_cli_kms_request *request, const natt_cli_list *operands, const natt_cli_buf *secrets,
                const natt_cli_spec *spec, const natt_cli_kms_operation *operation, natt_cli_error *err)
{
    request->file = operands->count > 0 ? operands->items[0] : NULL;
    if (secrets->ptr != NULL)
        (void)fprintf(stderr,
                      "nitro-attest %s: warning: other users can see credentials on the command line\n"
                      "  what to do: use --credentials, or set AWS_ACCESS_KEY_ID and the others\n",
                      spec->command);
    return natt_cli_kms_run(request, operation, err);
}

/* Commands with two results have no --raw, which would concatenate them. */
static void mend_hint(natt_cli_error *err, const natt_cli_kms_operation *operation)
{
    const bool has_two = operation == &natt_cli_kms_op_genkey || operation == &natt_cli_kms_op_datakey_pair;
    if (has_two && strcmp(err->what, "unknown option --raw") == 0)
        (void)snprintf(err->hint, sizeof err->hint, "use --out FILE: there is more than one result");
}

static int command(const natt_cli_spec *spec, const natt_cli_kms_operation *operation, int argc, char **argv)
{
    natt_cli_kms_request request = {.json = false};
    natt_cli_list operands = {0};
    natt_cli_buf secrets;
    natt_cli_error err;
    natt_cli_parsed parsed = natt_cli_options_parse(&request, &operands, spec, argc, argv, &err);
    natt_cli_kms_take_secrets(&request, &secrets);
    if (parsed == NATT_CLI_WRONG)
        mend_hint(&err, operation);
    bool wrong = parsed == NATT_CLI_WRONG ||
                 (parsed == NATT_CLI_RUN && !run(&request, &operands, &secrets, spec, operation, &err));
    natt_cli_kms_free_secrets(&secrets);
    natt_cli_options_free(&request, &operands, spec);
    return wrong ? natt_cli_error_print(&err, spec->command) : NATT_CLI_OK;
}

int natt_cli_kms_decrypt(int argc, char **argv)
{
    return command(&decrypt_spec, &natt_cli_kms_op_decrypt, argc, argv);
}

int natt_cli_kms_genkey(int argc, char **argv)
{
    return command(&genkey_spec, &natt_cli_kms_op_genkey, argc, argv);
}

int natt_cli_kms_genrandom(int argc, char **argv)
{
    return command(&genrandom_spec, &natt_cli_kms_op_genrandom, argc, argv);
}

int natt_cli_kms_datakey_pair(int argc, char **argv)
{
    return command(&pair_spec, &natt_cli_kms_op_datakey_pair, argc, argv);
}

int natt_cli_kms_derive(int argc, char **argv)
{
    return command(&derive_spec, &natt_cli_kms_op_derive, argc, argv);
}

int natt_cli_kms_encrypt(int argc, char **argv)
{
    return command(&encrypt_spec, &natt_cli_kms_op_encrypt, argc, argv);
}
