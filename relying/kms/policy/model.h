/* A parsed policy: views into its JSON, with every name found in the tables of names.h. */
#ifndef NATT_RELYING_KMS_POLICY_MODEL_H
#define NATT_RELYING_KMS_POLICY_MODEL_H

#include "relying/kms/policy/names.h"
#include "relying/kms/policy/policy.h"

#define NATT_KMS_ACCOUNT_LEN 12

typedef struct natt_kms_strings {
    const char **items; /* owned array of views */
    size_t count;
} natt_kms_strings;

/* The kind of identity that an entry of Principal names. */
typedef enum natt_kms_principal_kind {
    NATT_KMS_ANYBODY, /* "*" */
    NATT_KMS_ACCOUNT, /* the number, or arn:...:root: every identity of the account */
    NATT_KMS_ROLE,    /* and its sessions */
    NATT_KMS_IDENTITY /* exactly one user, session or federated user; or a service, which has no account */
} natt_kms_principal_kind;

/* An ARN of IAM or STS, or another entry that Principal may have. */
typedef struct natt_kms_principal {
    natt_kms_principal_kind kind;
    const char *text;
    char account[NATT_KMS_ACCOUNT_LEN + 1]; /* "" for ANYBODY and services */
    const char *role;                       /* for a role and a session: the name without its path; else NULL */
    size_t role_len;
} natt_kms_principal;

typedef struct natt_kms_condition {
    const char *name; /* of the operator, as written */
    natt_kms_operator op;
    const char *key; /* as written */
    const natt_kms_key *known;
    natt_kms_strings expected;
} natt_kms_condition;

typedef struct natt_kms_statement {
    size_t index;
    const char *sid; /* NULL: none */
    bool deny;
    bool not_principal, not_action, not_resource; /* the lists below are of NotPrincipal, ... */
    natt_kms_principal *principals;
    size_t principal_count;
    natt_kms_strings actions, resources;
    natt_kms_condition *conditions;
    size_t condition_count;
} natt_kms_statement;

struct natt_kms_policy {
    json_t *json;
    natt_kms_policy_kind kind;
    bool variables; /* Version 2012-10-17: "${" begins a policy variable */
    natt_kms_statement *statements;
    size_t count;
};

/* How a statement's principals match the caller. */
typedef enum natt_kms_relation {
    NATT_KMS_OTHERS,    /* it names other principals */
    NATT_KMS_DELEGATED, /* it names the caller's account, whose own policies decide */
    NATT_KMS_NAMED      /* it names the caller, a role of the caller, or all principals */
} natt_kms_relation;

typedef struct natt_kms_match {
    natt_kms_relation principal;
    bool action, resource, conditions;
} natt_kms_match;

/* False: the text does not name a principal. Reads ARNs of users, roles, sessions, federated users and accounts, and
 * account numbers. */
bool natt_kms_principal_read(natt_kms_principal *out, const char *text);

/* The same for the caller: an ARN without wildcards. If it returns false, *out matches no principal. */
bool natt_kms_caller_read(natt_kms_principal *out, const char *arn);

natt_kms_match natt_kms_statement_match(const natt_kms_statement *s, const natt_kms_principal *caller,
                                        const natt_kms_question *q);

/* True: Action contains it, or NotAction does not. */
bool natt_kms_statement_takes(const natt_kms_statement *s, const char *action);

/* True: all four apply. */
bool natt_kms_match_whole(const natt_kms_match *match);

/* `deny`: the effect of its statement, which determines the result if a single-valued key appears twice. */
bool natt_kms_condition_met(const natt_kms_condition *c, bool deny, const natt_kms_question *q);

/* The request's first value of a condition key, NULL if it has none. */
const char *natt_kms_value(const natt_kms_question *q, const char *key);
/* The next value: *at is 0 at first, and then the position to search from. NULL after the last. */
const char *natt_kms_next_value(const natt_kms_question *q, const char *key, size_t *at);

#endif
