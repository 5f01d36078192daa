/* Attestation conditions on actions that never have a document. */
#include "relying/kms/policy/lint.h"

#include <string.h>

static natt_kms_names without_document(const natt_kms_statement *s, bool *others)
{
    natt_kms_names names = {"", 0};
    const char *action;
    *others = false;
    for (size_t i = 0; (action = natt_kms_action_name(i)) != NULL; i++) {
        if (!natt_kms_statement_takes(s, action))
            continue;
        if (natt_kms_action_carries_document(action))
            *others = true;
        else
            natt_kms_names_add(&names, action);
    }
    return names;
}

static void lint_allow(natt_kms_lint *l, const natt_kms_statement *s)
{
    bool others;
    natt_kms_names names = without_document(s, &others);
    if (names.count > 0 && natt_kms_requires_document(s))
        natt_kms_find(l, others ? NATT_KMS_FINDING_SOMETIMES_PRESENT : NATT_KMS_FINDING_NEVER_PRESENT, s, NULL,
                      "never allows %s: requests for these have no document", natt_kms_names_end(&names));
}

/* Every condition is met without a document, so it denies each request for these actions. */
static bool always_denies(const natt_kms_statement *s)
{
    for (size_t i = 0; i < s->condition_count; i++)
        if (!natt_kms_attests(&s->conditions[i]) || !natt_kms_met_without(&s->conditions[i]))
            return false;
    return s->condition_count > 0;
}

static void lint_deny(natt_kms_lint *l, const natt_kms_statement *s)
{
    bool others;
    natt_kms_names names = without_document(s, &others);
    bool locks_out = natt_kms_statement_takes(s, "kms:PutKeyPolicy");
    if (names.count > 0 && always_denies(s))
        natt_kms_find(l, locks_out ? NATT_KMS_FINDING_LOCKED_OUT : NATT_KMS_FINDING_ALWAYS_DENIED, s, NULL,
                      locks_out ? "always denies %s: no principal that it names can change this policy anymore"
                                : "always denies %s: requests for these have no document",
                      natt_kms_names_end(&names));
}

void natt_kms_lint_actions(natt_kms_lint *l, const natt_kms_statement *s)
{
    (s->deny ? lint_deny : lint_allow)(l, s);
}
