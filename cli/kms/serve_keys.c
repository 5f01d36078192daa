/* See serve_keys.h. */
#include "cli/kms/serve_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/file.h"
#include "cli/pcr_values/measurements.h"
#include "relying/kms/policy/policy.h"

static bool fail_other_policy(const char *alias, const char *path, const char *arn, natt_cli_error *err)
{
    char hint[384];
    (void)snprintf(hint, sizeof hint,
                   "start without --key %.60s, then aws kms put-key-policy --key-id %s --policy-name default "
                   "--policy file://%.60s; or give another --store",
                   alias, arn, path);
    return natt_cli_fail(err, NATT_CLI_USAGE, hint,
                         "--key: the policy of %.200s differs from %.200s; the stored policy remains in force", alias,
                         path);
}

static bool are_measurements(natt_bytes file)
{
    natt_cli_policy parsed = {0};
    natt_cli_error unused;
    bool done = natt_cli_measurements_parse(&parsed, file, "", &unused);
    natt_cli_policy_free(&parsed);
    return done;
}

static bool fail_key(const char *path, natt_bytes file, const natt_kms_error *e, natt_cli_error *err)
{
    if (are_measurements(file))
        return natt_cli_fail(err, NATT_CLI_USAGE,
                             "create a policy from them: nitro-attest kms policy --measurements FILE --principal ARN",
                             "--key %.200s: these are measurements, not a key policy", path);
    return natt_cli_fail(err, e->kind == NATT_KMS_ERROR_USAGE ? NATT_CLI_USAGE : NATT_CLI_IO, e->hint,
                         "--key %.200s: %s", path, e->text);
}

/* Principals of other accounts also need their own policy, and no principal of this account gets access. */
static void warn_of_other_account(const char *path, natt_bytes file, const char *account)
{
    natt_kms_policy_error unused;
    natt_kms_policy *policy = natt_kms_policy_parse(file, NATT_KMS_KEY_POLICY, &unused);
    char other[13];
    if (policy != NULL && natt_kms_policy_other_account(other, policy, account))
        (void)fprintf(stderr, "%s names principals of %s only; this server's account is %s (--account)\n", path, other,
                      account);
    natt_kms_policy_free(policy);
}

static bool add_key(natt_kms_server *server, const char *alias, const char *path, const char *account,
                    natt_cli_error *err)
{
    natt_cli_buf policy;
    natt_kms_error e;
    natt_kms_added_key added;
    if (!natt_cli_file_read(&policy, path, err))
        return natt_cli_fail_in(err, "--key");
    bool done = natt_kms_server_add_key(server, alias, natt_cli_buf_view(&policy), &added, &e);
    if (done) {
        warn_of_other_account(path, natt_cli_buf_view(&policy), account);
        (void)fprintf(stderr, "%s is %s (%s)\n", alias, added.arn, added.made ? "made" : "already exists");
    } else if (added.other_policy)
        (void)fail_other_policy(alias, path, added.arn, err);
    else
        (void)fail_key(path, natt_cli_buf_view(&policy), &e, err);
    natt_cli_buf_free(&policy);
    return done;
}

static bool fail_form(const char *text, natt_cli_error *err)
{
    return natt_cli_fail(err, NATT_CLI_USAGE, "write --key alias/NAME=POLICYFILE", "--key %.200s: there is no =", text);
}

static bool fail_alias(const char *alias, const char *path, natt_cli_error *err)
{
    char hint[384];
    (void)snprintf(hint, sizeof hint, "write --key alias/%.120s=%.200s", alias, path);
    return natt_cli_fail(err, NATT_CLI_USAGE, hint, "--key %.200s=%.200s: names of aliases begin with alias/", alias,
                         path);
}

static bool add_one(natt_kms_server *server, char *alias, const char *account, natt_cli_error *err)
{
    char *path = strchr(alias, '=');
    if (path == NULL)
        return fail_form(alias, err);
    *path++ = '\0';
    return strncmp(alias, "alias/", 6) == 0 ? add_key(server, alias, path, account, err) : fail_alias(alias, path, err);
}

bool natt_cli_kms_add_keys(natt_kms_server *server, const natt_cli_list *keys, const char *account, natt_cli_error *err)
{
    bool done = true;
    for (size_t i = 0; done && i < keys->count; i++) {
        char *alias = natt_cli_strdup(keys->items[i]);
        done = add_one(server, alias, account != NULL ? account : NATT_KMS_DEFAULT_ACCOUNT, err);
        free(alias);
    }
    return done;
}
