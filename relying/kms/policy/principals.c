/*
 * Parses and compares identities: ARNs of IAM and STS. Source: IAM user guide, "AWS JSON policy elements: Principal",
 * "IAM identifiers".
 */
#include "relying/kms/policy/model.h"

#include <string.h>

enum part { ARN, PARTITION, SERVICE, REGION, ACCOUNT, RESOURCE, PARTS };

typedef struct view {
    const char *text;
    size_t len;
} view;

static bool is(view v, const char *word)
{
    return v.len == strlen(word) && memcmp(v.text, word, v.len) == 0;
}

/* A kind and at least one character after it; leaves the rest. */
static bool behind(view *v, const char *kind)
{
    size_t len = strlen(kind);
    if (v->len <= len || memcmp(v->text, kind, len) != 0)
        return false;
    *v = (view){v->text + len, v->len - len};
    return true;
}

/* arn:partition:service:region:account:resource; the resource itself may contain colons. */
static bool split(view parts[PARTS], const char *arn)
{
    for (int i = ARN; i < RESOURCE; i++) {
        const char *colon = strchr(arn, ':');
        if (colon == NULL)
            return false;
        parts[i] = (view){arn, (size_t)(colon - arn)};
        arn = colon + 1;
    }
    parts[RESOURCE] = (view){arn, strlen(arn)};
    return is(parts[ARN], "arn") && parts[PARTITION].len > 0;
}

static bool is_account(view v)
{
    return v.len == NATT_KMS_ACCOUNT_LEN && strspn(v.text, "0123456789") >= v.len;
}

static bool read_account(natt_kms_principal *out, view account)
{
    if (!is_account(account))
        return false;
    memcpy(out->account, account.text, account.len);
    return true;
}

/* role/[PATH/]NAME: a session's ARN has only the name. */
static void read_role(natt_kms_principal *out, view rest)
{
    const char *slash = memchr(rest.text, '/', rest.len) == NULL ? NULL : strrchr(rest.text, '/');
    out->kind = NATT_KMS_ROLE;
    out->role = slash == NULL ? rest.text : slash + 1;
    out->role_len = strlen(out->role);
}

/* assumed-role/NAME/SESSION */
static bool read_session(natt_kms_principal *out, view rest)
{
    const char *slash = memchr(rest.text, '/', rest.len);
    if (slash == NULL || slash == rest.text || slash[1] == '\0' || strchr(slash + 1, '/') != NULL)
        return false;
    out->role = rest.text;
    out->role_len = (size_t)(slash - rest.text);
    return true;
}

static bool read_iam(natt_kms_principal *out, view rest)
{
    view role = rest;
    if (is(rest, "root")) {
        out->kind = NATT_KMS_ACCOUNT;
        return true;
    }
    if (!behind(&role, "role/"))
        return behind(&rest, "user/");
    read_role(out, role);
    return out->role_len > 0;
}

static bool read_sts(natt_kms_principal *out, view rest)
{
    view session = rest;
    return behind(&session, "assumed-role/") ? read_session(out, session) : behind(&rest, "federated-user/");
}

bool natt_kms_principal_read(natt_kms_principal *out, const char *text)
{
    view parts[PARTS];
    *out = (natt_kms_principal){.kind = NATT_KMS_IDENTITY, .text = text};
    if (read_account(out, (view){text, strlen(text)})) {
        out->kind = NATT_KMS_ACCOUNT;
        return true;
    }
    if (!split(parts, text) || parts[REGION].len > 0 || !read_account(out, parts[ACCOUNT]))
        return false;
    if (is(parts[SERVICE], "iam"))
        return read_iam(out, parts[RESOURCE]);
    return is(parts[SERVICE], "sts") && read_sts(out, parts[RESOURCE]);
}

/* A bare number names an account, so it cannot be a caller. */
bool natt_kms_caller_read(natt_kms_principal *out, const char *arn)
{
    bool done = natt_kms_principal_read(out, arn) && arn[0] == 'a' && strpbrk(arn, "*?") == NULL;
    if (!done)
        *out = (natt_kms_principal){.kind = NATT_KMS_IDENTITY, .text = arn};
    return done;
}

bool natt_kms_caller_account(char account[NATT_KMS_ACCOUNT_LEN + 1], const char *arn)
{
    natt_kms_principal caller;
    bool done = natt_kms_caller_read(&caller, arn);
    memcpy(account, caller.account, sizeof caller.account);
    return done;
}
