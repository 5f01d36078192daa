/* nitro-attest kms: policies from files. */
#ifndef NATT_CLI_KMS_FILES_H
#define NATT_CLI_KMS_FILES_H

#include "cli/frame/bytes.h"
#include "relying/kms/policy/policy.h"

/* FILE or "-"; NULL: *err names what of the file is not understood, and its place. */
natt_kms_policy *natt_cli_kms_policy_read(const char *path, natt_kms_policy_kind kind, natt_cli_error *err);

#endif
