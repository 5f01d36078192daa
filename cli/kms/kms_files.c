/* See kms_files.h. */
#include "cli/kms/kms_files.h"

#include "cli/frame/file.h"

static const char *const hints[] = {
    [NATT_KMS_KEY_POLICY] = "what this KMS does not understand whole it refuses, since AWS would decide by it; "
                            "nitro-attest-kms(1) lists the language",
    [NATT_KMS_PRINCIPAL_POLICY] =
        "a principal's policy is as an IAM policy, without Principal; nitro-attest-kms(1) lists "
        "the language",
};

static bool fail_policy(natt_cli_error *err, const natt_kms_policy_error *e, natt_kms_policy_kind kind,
                        const char *path)
{
    return natt_cli_fail(err, NATT_CLI_USAGE, hints[kind], "%.200s: %s%s%s", path, e->where,
                         e->where[0] == '\0' ? "" : ": ", e->text);
}

natt_kms_policy *natt_cli_kms_policy_read(const char *path, natt_kms_policy_kind kind, natt_cli_error *err)
{
    natt_cli_buf file;
    natt_kms_policy_error e;
    if (!natt_cli_input_read(&file, path, err))
        return NULL;
    natt_kms_policy *policy = natt_kms_policy_parse(natt_cli_buf_view(&file), kind, &e);
    if (policy == NULL)
        (void)fail_policy(err, &e, kind, path);
    natt_cli_buf_free(&file);
    return policy;
}
