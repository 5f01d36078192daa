/* Breaks by name, and the table of them. See issue_break.h. */
#include "cli/issue/issue_break.h"

#include <stdio.h>
#include <string.h>

#include "cli/frame/json_out.h"
#include "cli/frame/text.h"

static void nearer(const char *name, const char *candidate, const char **best, size_t *least)
{
    size_t far = natt_cli_distance(name, candidate);
    if (far >= *least)
        return;
    *least = far;
    *best = candidate;
}

/* Of ids, codes and rules; with half of its letters wrong it would be another word. */
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

static json_t *to_json(const natt_break *b)
{
    json_t *object = json_object();
    natt_cli_json_set(object, "id", json_string(b->id));
    natt_cli_json_set(object, "rule", json_string(natt_code_rule(b->code)));
    natt_cli_json_set(object, "code", json_string(natt_code_name(b->code)));
    natt_cli_json_set(object, "class", json_string(b->class_name));
    natt_cli_json_set(object, "severity", json_string(b->severity));
    natt_cli_json_set(object, "description", json_string(b->text));
    natt_cli_json_set(object, "asked", json_boolean(b->asked));
    natt_cli_json_set(object, "policy", b->differ == NULL ? json_null() : json_string(b->differ));
    return object;
}

static void to_text(const natt_break *b)
{
    natt_cli_style style = natt_cli_style_of(stdout);
    (void)printf("%s%s%s  %s  %s%s\n", style.bold, b->id, style.reset, natt_code_rule(b->code), natt_code_name(b->code),
                 b->asked ? "  (if asked)" : "");
    (void)printf("    %s\n", b->text);
    if (b->differ != NULL)
        (void)printf("    %sVerifiers may differ: %s%s\n", style.dim, b->differ, style.reset);
}

bool natt_cli_break_list(const char *name, bool json, natt_cli_error *err)
{
    natt_break b;
    json_t *list = json_array();
    if (name != NULL && !natt_cli_break_find(&b, name, err)) {
        json_decref(list);
        return natt_cli_fail_in(err, "--break");
    }
    for (size_t i = 0; natt_break_at(&b, i); i++) {
        if (!natt_break_named(&b, name))
            continue;
        if (json)
            natt_cli_json_append(list, to_json(&b));
        else
            to_text(&b);
    }
    if (json)
        natt_cli_json_print(list);
    else
        json_decref(list);
    return true;
}
