/* nitro-attest kms: policies from files. */
#ifndef NATT_CLI_KMS_FILES_H
#define NATT_CLI_KMS_FILES_H

#include "cli/frame/bytes.h"
#include "relying/kms/policy/policy.h"

/*
 * FILE or "-"; NULL: *err names the part of the file that is not understood, and its place.
 * iam_option  the option for principal policies, for the hint if the file is one instead of a key policy
 */
natt_kms_policy *natt_cli_kms_policy_read(const char *path, natt_kms_policy_kind kind, const char *iam_option,
                                          natt_cli_error *err);

#endif
