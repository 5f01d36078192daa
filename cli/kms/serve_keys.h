/* The keys of nitro-attest kms serve --key ALIAS=FILE. */
#ifndef NATT_CLI_KMS_SERVE_KEYS_H
#define NATT_CLI_KMS_SERVE_KEYS_H

#include "cli/frame/error.h"
#include "cli/frame/options.h"
#include "relying/kms/server/server.h"

/* Creates missing keys; prints the key of each alias on standard error. */
bool natt_cli_kms_add_keys(natt_kms_server *server, const natt_cli_list *keys, const char *account,
                           natt_cli_error *err);

#endif
