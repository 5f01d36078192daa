/*
 * nitro-attest vectors list, and show.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/clock.h"
#include "cli/frame/file.h"
#include "cli/frame/json_out.h"
#include "cli/frame/text.h"
#include "cli/vectors/vectors_select.h"

/* ---- list ---- */

typedef struct list_args {
    natt_cli_vectors_filter filter;
    bool json;
} list_args;

#define AT(field) offsetof(list_args, field)

static const natt_cli_option list_options[] = {
    {"Which vectors (of every filter given; a filter given several times adds)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"group", "NAME", NATT_CLI_LIST, AT(filter.group), "vectors of this group"},
    {"class", "NAME", NATT_CLI_LIST, AT(filter.class_name), "vectors with this kind of fault"},
    {"id", "ID", NATT_CLI_LIST, AT(filter.id), "this vector"},
    {"vectors", "DIR", NATT_CLI_TEXT, AT(filter.vectors), "the folder with manifest.json (default: as installed)"},
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"json", NULL, NATT_CLI_FLAG, AT(json), "print JSON (docs/JSON.md)"},
};

static const natt_cli_spec list_spec = {"vectors list",
                                        "vectors list [OPTIONS]",
                                        "Lists the test vectors: id, group, class, severity, and the right answer.\n",
                                        list_options,
                                        sizeof list_options / sizeof list_options[0],
                                        0,
                                        0,
                                        ""};

static int longest(const natt_cli_selection *all, const char *(*of)(const natt_vector *vector))
{
    size_t most = 0;
    for (size_t i = 0; i < all->count; i++)
        most = strlen(of(all->list[i])) > most ? strlen(of(all->list[i])) : most;
    return (int)(most < 80 ? most : 80);
}

static const char *id_of(const natt_vector *vector)
{
    return vector->id;
}

static const char *class_of(const natt_vector *vector)
{
    return vector->class_name;
}

static void list_text(const natt_cli_selection *all)
{
    int id = longest(all, id_of), class_name = longest(all, class_of);
    (void)printf("%-*s  %-12s  %-*s  %-8s  %s\n", id, "id", "group", class_name, "class", "severity", "answer");
    for (size_t i = 0; i < all->count; i++) {
        const natt_vector *v = all->list[i];
        (void)printf("%-*s  %-12s  %-*s  %-8s  %s%s\n", id, v->id, v->group, class_name, v->class_name, v->severity,
                     v->accept ? "accept" : natt_code_name(v->code), v->policy != NULL ? " (policy)" : "");
    }
    (void)printf("%zu vectors, version %" PRIu32 ", %s\n", all->count, natt_vectors_version(all->all),
                 natt_vectors_folder(all->all));
}

static json_t *expectation_json(const natt_vector *v)
{
    json_t *out = json_object();
    natt_cli_json_set(out, "result", json_string(v->accept ? "accept" : "refuse"));
    if (v->accept)
        return out;
    natt_cli_json_set(out, "code", json_string(natt_code_name(v->code)));
    natt_cli_json_set(out, "offset", v->offset == NATT_NO_OFFSET ? json_null() : json_integer((json_int_t)v->offset));
    natt_cli_json_set(out, "item", v->item == NATT_NO_ITEM ? json_null() : json_integer((json_int_t)v->item));
    return out;
}

static json_t *vector_json(const natt_vector *v)
{
    json_t *out = json_object(), *rules = json_array();
    for (size_t i = 0; i < v->rule_count; i++)
        natt_cli_json_append(rules, json_string(v->rules[i]));
    natt_cli_json_set(out, "id", json_string(v->id));
    natt_cli_json_set(out, "group", json_string(v->group));
    natt_cli_json_set(out, "description", json_string(v->description));
    natt_cli_json_set(out, "rules", rules);
    natt_cli_json_set(out, "class", json_string(v->class_name));
    natt_cli_json_set(out, "severity", json_string(v->severity));
    natt_cli_json_set(out, "policy", v->policy != NULL ? json_string(v->policy) : json_null());
    natt_cli_json_set(out, "genuine", v->genuine_sha256 != NULL ? json_string(v->genuine_sha256) : json_null());
    natt_cli_json_set(out, "expect", expectation_json(v));
    return out;
}

static void list_json(const natt_cli_selection *all)
{
    json_t *out = json_object(), *list = json_array();
    for (size_t i = 0; i < all->count; i++)
        natt_cli_json_append(list, vector_json(all->list[i]));
    natt_cli_json_set(out, "version", json_integer((json_int_t)natt_vectors_version(all->all)));
    natt_cli_json_set(out, "count", json_integer((json_int_t)all->count));
    natt_cli_json_set(out, "vectors", list);
    natt_cli_json_print(out);
}

int natt_cli_vectors_list(int argc, char **argv)
{
    list_args args = {0};
    natt_cli_list operands = {0};
    natt_cli_selection all = {0};
    natt_cli_error err;
    int code = NATT_CLI_OK;
    natt_cli_parsed parsed = natt_cli_options_parse(&args, &operands, &list_spec, argc, argv, &err);
    if (parsed == NATT_CLI_WRONG || (parsed == NATT_CLI_RUN && !natt_cli_select(&all, &args.filter, &err)))
        code = natt_cli_error_print(&err, list_spec.command);
    else if (parsed == NATT_CLI_RUN && args.json)
        list_json(&all);
    else if (parsed == NATT_CLI_RUN)
        list_text(&all);
    natt_cli_selection_free(&all);
    natt_cli_options_free(&args, &operands, &list_spec);
    return code;
}

/* ---- show ---- */

typedef struct show_args {
    natt_cli_vectors_filter filter;
    const char *out;
} show_args;

#undef AT
#define AT(field) offsetof(show_args, field)

static const natt_cli_option show_options[] = {
    {"Options", NULL, NATT_CLI_FLAG, 0, NULL},
    {"out", "FILE", NATT_CLI_TEXT, AT(out), "write the document to this file"},
    {"vectors", "DIR", NATT_CLI_TEXT, AT(filter.vectors), "the folder with manifest.json (default: as installed)"},
    {"genuine", "DIR", NATT_CLI_TEXT, AT(filter.genuine), "a folder with genuine documents"},
};

static const natt_cli_spec show_spec = {"vectors show",
                                        "vectors show ID [OPTIONS]",
                                        "Shows what is in a test vector: what is wrong, what to require, and the right "
                                        "answer.\n",
                                        show_options,
                                        sizeof show_options / sizeof show_options[0],
                                        1,
                                        1,
                                        "ID"};

static void show_row(const char *name, const char *text)
{
    char *safe = natt_cli_escape((natt_bytes){(const uint8_t *)text, strlen(text)});
    (void)printf("%-12s %s\n", name, safe);
    free(safe);
}

static void show_answer(const natt_vector *v)
{
    (void)printf("%-12s %s", "answer", v->accept ? "accept" : "refuse: ");
    if (!v->accept)
        (void)printf("%s", natt_code_name(v->code));
    if (v->offset != NATT_NO_OFFSET)
        (void)printf(", byte %zu", v->offset);
    if (v->item != NATT_NO_ITEM)
        (void)printf(", item %" PRIu32, v->item);
    (void)putchar('\n');
}

static void show_document(const natt_vector *v)
{
    if (v->document.ptr != NULL)
        (void)printf("%-12s %zu bytes\n", "document", v->document.len);
    if (v->genuine_sha256 != NULL)
        (void)printf("%-12s %s, SHA-256 %s%s\n", "genuine", v->genuine_file, v->genuine_sha256,
                     v->document.ptr != NULL ? "" : " (not at hand: --genuine DIR)");
}

static void show_text(const natt_vector *v)
{
    char now[NATT_CLI_TIME_LEN];
    show_row("id", v->id);
    show_row("description", v->description);
    show_row("group", v->group);
    show_row("class", v->class_name);
    show_row("severity", v->severity);
    if (v->policy != NULL)
        show_row("policy", v->policy);
    for (size_t i = 0; i < v->rule_count; i++)
        show_row(i == 0 ? "rules" : "", v->rules[i]);
    show_answer(v);
    show_document(v);
    (void)printf("%-12s %zu certificates\n", "roots", v->options->root_count);
    (void)printf("%-12s %s (%" PRIu64 ")\n", "now", natt_cli_time_format(now, v->options->now_ms), v->options->now_ms);
    show_row("options", v->options_json);
}

static bool show(const natt_vector *v, const char *out, natt_cli_error *err)
{
    if (out != NULL && v->document.ptr == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "name the folder that holds it: --genuine DIR",
                             "the document of %.200s is a genuine one that is not at hand", v->id);
    if (out != NULL && !natt_cli_file_write(out, v->document.ptr, v->document.len, err))
        return false;
    show_text(v);
    return true;
}

int natt_cli_vectors_show(int argc, char **argv)
{
    show_args args = {0};
    natt_cli_list operands = {0};
    natt_cli_selection all = {0};
    natt_cli_error err;
    int code = NATT_CLI_OK;
    natt_cli_parsed parsed = natt_cli_options_parse(&args, &operands, &show_spec, argc, argv, &err);
    if (parsed == NATT_CLI_RUN)
        args.filter.id = operands;
    if (parsed == NATT_CLI_WRONG ||
        (parsed == NATT_CLI_RUN && !(natt_cli_select(&all, &args.filter, &err) && show(all.list[0], args.out, &err))))
        code = natt_cli_error_print(&err, show_spec.command);
    natt_cli_selection_free(&all);
    natt_cli_options_free(&args, &operands, &show_spec);
    return code;
}
