/* Breaks by name, and the table of them. See issue_break.h. */
#include "cli/issue/issue_break.h"

#include <stdio.h>
#include <string.h>

#include "cli/frame/report.h"

static void nearer(const char *name, const char *candidate, const char **best, size_t *least)
{
    size_t far = natt_cli_distance(name, candidate);
    if (far >= *least)
        return;
    *least = far;
    *best = candidate;
}

/* The nearest of ids, codes and rules; less than half of its letters may differ. */
static const char *nearest(const char *name)
{
    natt_break b;
    const char *best = NULL;
    size_t least = (strlen(name) + 1) / 2;
    for (size_t i = 0; natt_break_at(&b, i); i++) {
        nearer(name, b.id, &best, &least);
        nearer(name, natt_code_name(b.code), &best, &least);
        nearer(name, natt_code_rule(b.code), &best, &least);
    }
    return best;
}

bool natt_cli_break_find(natt_break *out, const char *name, natt_cli_error *err)
{
    char hint[160];
    if (natt_break_find(out, name))
        return true;
    const char *why = natt_break_why_not(name), *near = nearest(name);
    if (why != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "nitro-attest issue --list-breaks lists what can be broken",
                             "%.80s %s", name, why);
    if (near != NULL)
        (void)snprintf(hint, sizeof hint, "did you mean %s? nitro-attest issue --list-breaks lists them all", near);
    else
        (void)snprintf(hint, sizeof hint, "nitro-attest issue --list-breaks lists them all");
    return natt_cli_fail(err, NATT_CLI_USAGE, hint, "no rule, code or break is called \"%.80s\"", name);
}

static void put_break(natt_cli_report *r, const natt_break *b)
{
    natt_cli_put_object(r, NATT_CLI_ITEM);
    natt_cli_put_line(r, "id", natt_cli_in(NATT_CLI_BOLD "%" NATT_CLI_PLAIN, natt_cli_as_word(b->id)));
    natt_cli_put_more(r, "rule", natt_cli_in("  %", natt_cli_as_word(natt_code_rule(b->code))));
    natt_cli_put_more(r, "code", natt_cli_in("  %", natt_cli_as_word(natt_code_name(b->code))));
    natt_cli_put_more(r, "asked", natt_cli_in(b->asked ? "  (if asked)" : "", natt_cli_as_bool(b->asked)));
    natt_cli_put(r, "class", NATT_CLI_JSON_ONLY, natt_cli_as_word(b->class_name));
    natt_cli_put(r, "severity", NATT_CLI_JSON_ONLY, natt_cli_as_word(b->severity));
    natt_cli_put_line(r, "description", natt_cli_in("    %", natt_cli_as_word(b->text)));
    natt_cli_put_line(
        r, "policy",
        natt_cli_in("    " NATT_CLI_DIM "Verifiers may differ: %" NATT_CLI_PLAIN, natt_cli_as_word(b->differ)));
    natt_cli_put_last(r, "asked policy");
    natt_cli_put_end(r);
}

bool natt_cli_break_list(const char *name, bool json, natt_cli_error *err)
{
    natt_break b;
    natt_cli_report r;
    if (name != NULL && !natt_cli_break_find(&b, name, err))
        return natt_cli_fail_in(err, "--break");
    natt_cli_report_start_list(&r, json);
    for (size_t i = 0; natt_break_at(&b, i); i++)
        if (natt_break_named(&b, name))
            put_break(&r, &b);
    natt_cli_report_end(&r);
    return true;
}
