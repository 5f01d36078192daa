/* See kms_files.h. */
#include "cli/kms/kms_files.h"

#include <stdio.h>

#include "cli/frame/file.h"

static const char *hint_of(char buffer[128], const natt_kms_policy_error *e, natt_kms_policy_kind kind,
                           const char *iam_option)
{
    static const char *const hints[] = {
        [NATT_KMS_POLICY_WRONG] = "correct the policy; nitro-attest-kms(1) describes the language",
        [NATT_KMS_POLICY_NO_JSON] = "correct the JSON",
        [NATT_KMS_POLICY_UNKNOWN] = "AWS might apply it, so it is not ignored; see nitro-attest-kms(1)"};
    if (e->fault == NATT_KMS_POLICY_WRONG && kind == NATT_KMS_PRINCIPAL_POLICY)
        return "write a principal's policy like an IAM policy, without Principal; nitro-attest-kms(1) describes the "
               "language";
    if (e->fault != NATT_KMS_POLICY_NO_PRINCIPAL)
        return hints[e->fault];
    (void)snprintf(buffer, 128, "if this is an IAM policy: %s", iam_option);
    return buffer;
}

natt_kms_policy *natt_cli_kms_policy_read(const char *path, natt_kms_policy_kind kind, const char *iam_option,
                                          natt_cli_error *err)
{
    natt_cli_buf file;
    natt_kms_policy_error e;
    char hint[128];
    if (!natt_cli_input_read(&file, path, err))
        return NULL;
    natt_kms_policy *policy = natt_kms_policy_parse(natt_cli_buf_view(&file), kind, &e);
    if (policy == NULL)
        (void)natt_cli_fail(err, NATT_CLI_USAGE, hint_of(hint, &e, kind, iam_option), "%.200s: %s%s%s", path, e.where,
                            e.where[0] == '\0' ? "" : ": ", e.text);
    natt_cli_buf_free(&file);
    return policy;
}
