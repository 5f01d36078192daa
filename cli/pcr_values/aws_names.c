/* See aws_names.h. */
#include "cli/pcr_values/aws_names.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define LOWER   "abcdefghijklmnopqrstuvwxyz"
#define UPPER   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"
#define IN_NAME LOWER UPPER DIGITS "_+=,.@-" /* [IAM API reference, CreateRole: RoleName, [\w+=,.@-]+] */

#define MAX_PATH_LEN    512 /* with both slashes [IAM API reference, CreateRole: Path] */
#define MAX_NAME_LEN    64  /* [IAM API reference, CreateRole: RoleName] */
#define ACCOUNT_LEN     12
#define SHORT_ID_DIGITS 8  /* of instances from before 2016 */
#define ID_DIGITS       17 /* [EC2 user guide, resource IDs] */

#define ARN_HINT                                                                                                       \
    "write arn:aws:iam::<12 digits>:role/<name>; aws iam get-role --role-name <name> --query Role.Arn shows it"

/* arn:partition:service:region:account:resource; the resource itself may contain colons. */
enum arn_part { ARN, PARTITION, SERVICE, REGION, ACCOUNT, RESOURCE, ARN_PARTS };

typedef struct part {
    const char *text;
    int len;
} part;

static bool is(part p, const char *word)
{
    return strlen(word) == (size_t)p.len && strncmp(p.text, word, (size_t)p.len) == 0;
}

static bool begins(part p, const char *word)
{
    return strncmp(p.text, word, strlen(word)) == 0;
}

static bool split_arn(part parts[ARN_PARTS], const char *arn)
{
    for (int i = 0; i < ARN_PARTS; i++) {
        size_t len = i == RESOURCE ? strlen(arn) : strcspn(arn, ":");
        parts[i] = (part){arn, (int)len};
        arn += len;
        if (i != RESOURCE && *arn++ != ':')
            return false;
    }
    return true;
}

/* The hint names the role of a session, without its path, which a session's ARN does not contain. */
static bool fail_session(const part *parts, natt_cli_error *err)
{
    char hint[384];
    const char *name = parts[RESOURCE].text + strlen("assumed-role/");
    int len = (int)strcspn(name, "/");
    (void)snprintf(hint, sizeof hint,
                   "PCR3 measures the role, likely arn:%.*s:iam::%.*s:role/%.*s, with a path if the role has one; "
                   "aws iam get-role --role-name %.*s --query Role.Arn shows it",
                   parts[PARTITION].len, parts[PARTITION].text, parts[ACCOUNT].len, parts[ACCOUNT].text, len, name, len,
                   name);
    return natt_cli_fail(err, NATT_CLI_USAGE, hint, "the ARN names a session of an assumed role, not the role");
}

/* An instance profile has at most one role. The console gives both the same name, but other tools need not. */
static bool fail_profile(const part *parts, natt_cli_error *err)
{
    char hint[384];
    const char *name = strrchr(parts[RESOURCE].text, '/') + 1;
    (void)snprintf(hint, sizeof hint,
                   "PCR3 measures the role in it; aws iam get-instance-profile --instance-profile-name %.100s "
                   "--query 'InstanceProfile.Roles[0].Arn' shows it",
                   name);
    return natt_cli_fail(err, NATT_CLI_USAGE, hint, "the ARN names an instance profile, not a role");
}

static bool check_partition(const part *parts, natt_cli_error *err)
{
    static const char *const known[] = {"aws",       "aws-cn",    "aws-us-gov", "aws-iso",
                                        "aws-iso-b", "aws-iso-e", "aws-iso-f",  "aws-eusc"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (is(parts[PARTITION], known[i]))
            return true;
    return natt_cli_fail(
        err, NATT_CLI_USAGE,
        "known are aws, aws-cn, aws-us-gov, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f and aws-eusc; for "
        "another give the value itself: --pcr 3=<hex>, which nitro-attest pcr replay computes",
        "\"%.*s\" is not an AWS partition", parts[PARTITION].len, parts[PARTITION].text);
}

static bool check_account(part account, natt_cli_error *err)
{
    if (account.len == ACCOUNT_LEN && strspn(account.text, DIGITS) == ACCOUNT_LEN)
        return true;
    return natt_cli_fail(err, NATT_CLI_USAGE, ARN_HINT, "the account \"%.*s\" is not 12 digits", account.len,
                         account.text);
}

static bool check_service(const part *parts, natt_cli_error *err)
{
    if (is(parts[SERVICE], "sts") && begins(parts[RESOURCE], "assumed-role/"))
        return fail_session(parts, err);
    if (!is(parts[SERVICE], "iam"))
        return natt_cli_fail(err, NATT_CLI_USAGE, ARN_HINT,
                             "the ARN belongs to the service \"%.*s\"; roles belong to iam", parts[SERVICE].len,
                             parts[SERVICE].text);
    if (parts[REGION].len != 0)
        return natt_cli_fail(err, NATT_CLI_USAGE, ARN_HINT, "the ARN contains the region \"%.*s\"; roles have none",
                             parts[REGION].len, parts[REGION].text);
    return true;
}

/* The path with both slashes: "/", or "/.../". */
static bool check_path(const char *path, size_t len, natt_cli_error *err)
{
    if (len > MAX_PATH_LEN)
        return natt_cli_fail(err, NATT_CLI_USAGE, ARN_HINT,
                             "the role's path has %zu characters, at most %d are allowed", len, MAX_PATH_LEN);
    if (len == 2)
        return natt_cli_fail(err, NATT_CLI_USAGE, ARN_HINT, "the role's path is empty between its slashes");
    for (size_t i = 0; i < len; i++)
        if (path[i] < '!' || path[i] > '~')
            return natt_cli_fail(err, NATT_CLI_USAGE, ARN_HINT,
                                 "the role's path has a character (0x%02x) that AWS does not allow", path[i] & 0xff);
    return true;
}

static bool check_name(const char *name, natt_cli_error *err)
{
    size_t len = strlen(name), good = strspn(name, IN_NAME);
    if (len == 0)
        return natt_cli_fail(err, NATT_CLI_USAGE, ARN_HINT, "the role has no name");
    if (good < len)
        return natt_cli_fail(err, NATT_CLI_USAGE, "role names have letters, digits and _+=,.@-",
                             "character %zu of the role's name \"%.100s\" is not allowed", good + 1, name);
    return len <= MAX_NAME_LEN ||
           natt_cli_fail(err, NATT_CLI_USAGE, ARN_HINT, "the role's name has %zu characters, at most %d are allowed",
                         len, MAX_NAME_LEN);
}

static bool check_resource(const part *parts, natt_cli_error *err)
{
    const char *resource = parts[RESOURCE].text;
    if (begins(parts[RESOURCE], "instance-profile/"))
        return fail_profile(parts, err);
    if (!begins(parts[RESOURCE], "role/"))
        return natt_cli_fail(err, NATT_CLI_USAGE, ARN_HINT, "the ARN names \"%.100s\", not a role", resource);
    const char *path = resource + strlen("role"), *name = strrchr(resource, '/') + 1;
    return check_path(path, (size_t)(name - path), err) && check_name(name, err);
}

bool natt_cli_role_arn_check(const char *arn, natt_cli_error *err)
{
    part parts[ARN_PARTS];
    if (arn[0] == '\0')
        return natt_cli_fail(err, NATT_CLI_USAGE, "check that the shell variable is set", "the role ARN is empty");
    if (!split_arn(parts, arn) || !is(parts[ARN], "arn"))
        return natt_cli_fail(err, NATT_CLI_USAGE, ARN_HINT, "\"%.200s\" is not the ARN of a role", arn);
    return check_partition(parts, err) && check_service(parts, err) && check_account(parts[ACCOUNT], err) &&
           check_resource(parts, err);
}

#define ID_HINT "write i- and 17 (or 8) lower-case hexadecimal digits, as the instance metadata and the console show it"

/* The length of the instance id at the beginning of `text`; 0 = none. */
static size_t id_len(const char *text)
{
    if (strncmp(text, "i-", 2) != 0)
        return 0;
    size_t digits = strspn(text + 2, DIGITS "abcdef");
    return digits == ID_DIGITS || digits == SHORT_ID_DIGITS ? digits + 2 : 0;
}

/* Finds an instance id inside a module_id or the ARN of an instance. */
static bool fail_longer(const char *id, natt_cli_error *err)
{
    char hint[96];
    const char *in_arn = strstr(id, ":instance/");
    const char *start = in_arn == NULL ? id : in_arn + strlen(":instance/");
    size_t len = id_len(start);
    if (len == 0 || start[len] != (in_arn == NULL ? '-' : '\0'))
        return natt_cli_fail(err, NATT_CLI_USAGE, ID_HINT, "\"%.200s\" is not an instance id", id);
    (void)snprintf(hint, sizeof hint, "give the instance id in it: %.*s", (int)len, start);
    return natt_cli_fail(err, NATT_CLI_USAGE, hint, "\"%.200s\" is more than an instance id", id);
}

bool natt_cli_instance_id_check(const char *id, natt_cli_error *err)
{
    size_t len = strlen(id);
    size_t digits = strncmp(id, "i-", 2) == 0 ? strspn(id + 2, DIGITS "abcdef") : 0;
    if (len == 0)
        return natt_cli_fail(err, NATT_CLI_USAGE, "check that the shell variable is set", "the instance id is empty");
    if (len == id_len(id))
        return true;
    if (len == digits + 2)
        return natt_cli_fail(err, NATT_CLI_USAGE, ID_HINT, "\"%.100s\" has %zu digits, not 17 or 8", id, digits);
    if (strncasecmp(id, "i-", 2) == 0 && strspn(id + 2, DIGITS "abcdefABCDEF") == len - 2)
        return natt_cli_fail(err, NATT_CLI_USAGE, "PCR4 measures the id in lower case: write it that way",
                             "\"%.100s\" has capital letters", id);
    return fail_longer(id, err);
}
