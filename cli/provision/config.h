/*
 * Configuration of programs on the parent side that use a token: files made from texts with placeholders. The texts are
 * in config_texts.c, the values in config_values.c, the command line in config.c.
 */
#ifndef NATT_CLI_PROVISION_CONFIG_H
#define NATT_CLI_PROVISION_CONFIG_H

#include "cli/frame/bytes.h"

/* As given, NULL = not given. */
typedef struct natt_cli_config_args {
    const char *label, *key_label, *p11_kit, *certificate, *pin_file, *client_module, *out;
    bool provider;
} natt_cli_config_args;

/* The values of the placeholders. They contain only characters that have no special meaning in any of the formats. */
typedef struct natt_cli_config_values {
    char *label;       /* @LABEL@, percent-encoded */
    char *uri;         /* @URI@ of the private key; the PIN comes from the file @OUT@/pin */
    char *address;     /* @ADDRESS@ of p11-kit server */
    char *module;      /* @MODULE@: nitro-attest-client.so or p11-kit-client.so */
    char *certificate; /* @CERTIFICATE@ */
    char *out;         /* @OUT@: the directory */
} natt_cli_config_values;

typedef struct natt_cli_config_file {
    const char *name, *text;
} natt_cli_config_file;

typedef struct natt_cli_config_target {
    const char *name;
    bool certificate;              /* --certificate is needed: the program does not take it from the token */
    bool provider;                 /* of OpenSSL, in place of the engine */
    natt_cli_config_file files[4]; /* up to one without a name */
    const char *first; /* shown after the files are written: what to do with them, as comments; may be empty */
    const char *next;  /* and how to test it */
} natt_cli_config_target;

/* "nginx", "httpd", "openssl" (with the engine or the provider), "java"; NULL: *err. */
const natt_cli_config_target *natt_cli_config_target_of(const char *name, bool provider, natt_cli_error *err);

/* Performs all checks that need no file; then creates the directory, and finds the module. Free the values even if this
 * fails. */
bool natt_cli_config_values_make(natt_cli_config_values *values, const natt_cli_config_args *args,
                                 const natt_cli_config_target *target, natt_cli_error *err);
void natt_cli_config_values_free(natt_cli_config_values *values);

/* The text with values for its placeholders; free it. */
char *natt_cli_config_fill(const char *text, const natt_cli_config_values *values);

#endif
