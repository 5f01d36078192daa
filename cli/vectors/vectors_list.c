/*
 * nitro-attest vectors list and show.
 */
#include <stdio.h>
#include <string.h>

#include "cli/frame/file.h"
#include "cli/frame/report.h"
#include "cli/vectors/vectors_select.h"

/* ---- list ---- */

typedef struct list_args {
    natt_cli_vectors_filter filter;
    bool json;
} list_args;

#define AT(field) offsetof(list_args, field)

static const natt_cli_option list_options[] = {
    {"Which vectors (all filters must match; a repeated filter adds an alternative)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"group", "NAME", NATT_CLI_LIST, AT(filter.group), "vectors of this group"},
    {"class", "NAME", NATT_CLI_LIST, AT(filter.class_name), "vectors with this kind of fault"},
    {"id", "ID", NATT_CLI_LIST, AT(filter.id), "this vector"},
    {"skip-tag", "TAG", NATT_CLI_LIST, AT(filter.skip_tag), "leave out vectors with this tag"},
    {"vectors", "DIR", NATT_CLI_TEXT, AT(filter.vectors), "the folder with manifest.json (default: as installed)"},
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"json", NULL, NATT_CLI_FLAG, AT(json), "print JSON (docs/JSON.md)"},
};

static const natt_cli_spec list_spec = {
    "vectors list", "vectors list [OPTIONS]",
    "Lists the test vectors and sequences: id, group, class, severity, reach, expected\n"
    "verdict, and tags.\n",
    NATT_CLI_TABLE(list_options)};

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

static void put_expectation(natt_cli_report *r, const natt_vector *v)
{
    natt_cli_put_object(r, "expect");
    natt_cli_put(r, "result", NATT_CLI_JSON_ONLY, natt_cli_as_word(v->accept ? "accept" : "refuse"));
    if (!v->accept) {
        natt_cli_cell none = natt_cli_absent(NULL);
        natt_cli_put(r, "code", NATT_CLI_JSON_ONLY, natt_cli_as_word(natt_code_name(v->code)));
        natt_cli_put(r, "offset", NATT_CLI_JSON_ONLY,
                     v->offset == NATT_NO_OFFSET ? none : natt_cli_as_number(v->offset));
        natt_cli_put(r, "item", NATT_CLI_JSON_ONLY, v->item == NATT_NO_ITEM ? none : natt_cli_as_number(v->item));
    }
    natt_cli_put_end(r);
}

static void put_words(natt_cli_report *r, const char *key, const char *const *words, size_t count)
{
    natt_cli_put_list(r, key);
    for (size_t i = 0; i < count; i++)
        natt_cli_put(r, NATT_CLI_ITEM, NATT_CLI_JSON_ONLY, natt_cli_as_word(words[i]));
    natt_cli_put_end(r);
}

static void put_tags(natt_cli_report *r, const natt_vector *v)
{
    put_words(r, "tags", v->tags, v->tag_count);
    for (size_t i = 0; i < v->tag_count; i++)
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(i == 0 ? " [%" : ", %", natt_cli_as_word(v->tags[i])));
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_as_word(v->tag_count > 0 ? "]" : ""));
}

static void put_steps(natt_cli_report *r, const natt_vector *v)
{
    natt_cli_put_list(r, "steps");
    for (size_t i = 0; i < v->step_count; i++)
        natt_cli_put(r, NATT_CLI_ITEM, NATT_CLI_JSON_ONLY, natt_cli_as_word(v->steps[i]->id));
    natt_cli_put_end(r);
}

/* A sequence has the code of its worst step, which is not the verdict. */
static const char *answer_of(const natt_vector *v)
{
    return v->step_count > 0 ? "sequence" : v->accept ? "accept" : natt_code_name(v->code);
}

static void put_vector(natt_cli_report *r, const natt_vector *v, const char *id, const char *class_name)
{
    natt_cli_put_object(r, NATT_CLI_ITEM);
    natt_cli_put_line(r, "id", natt_cli_in(id, natt_cli_as_word(v->id)));
    natt_cli_put_more(r, "group", natt_cli_in("  %-12", natt_cli_as_word(v->group)));
    natt_cli_put(r, "description", NATT_CLI_JSON_ONLY, natt_cli_as_word(v->description));
    put_words(r, "rules", v->rules, v->rule_count);
    natt_cli_put_more(r, "class", natt_cli_in(class_name, natt_cli_as_word(v->class_name)));
    natt_cli_put_more(r, "severity", natt_cli_in("  %-8", natt_cli_as_word(v->severity)));
    natt_cli_put_more(r, "reach", natt_cli_in("  %-15", natt_cli_as_word(v->reach)));
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in("  %", natt_cli_as_word(answer_of(v))));
    put_tags(r, v);
    natt_cli_put_more(r, "policy", natt_cli_in(v->policy == NULL ? NULL : " (policy)", natt_cli_as_word(v->policy)));
    natt_cli_put(r, "genuine", NATT_CLI_JSON_ONLY, natt_cli_as_word(v->genuine_sha256));
    if (v->step_count == 0)
        put_expectation(r, v);
    else
        put_steps(r, v);
    natt_cli_put_end(r);
}

static void report_list(const natt_cli_selection *all, bool json)
{
    char id[16], class_name[16];
    natt_cli_report r;
    (void)snprintf(id, sizeof id, "%%-%d", longest(all, id_of));
    (void)snprintf(class_name, sizeof class_name, "  %%-%d", longest(all, class_of));
    natt_cli_report_start(&r, json);
    natt_cli_put_line(&r, NATT_CLI_TEXT_ONLY, natt_cli_in(id, natt_cli_as_word("id")));
    natt_cli_put_more(&r, NATT_CLI_TEXT_ONLY, natt_cli_as_word("  group       "));
    natt_cli_put_more(&r, NATT_CLI_TEXT_ONLY, natt_cli_in(class_name, natt_cli_as_word("class")));
    natt_cli_put_more(&r, NATT_CLI_TEXT_ONLY, natt_cli_as_word("  severity  reach            answer"));
    natt_cli_put_list(&r, "vectors");
    for (size_t i = 0; i < all->count; i++)
        put_vector(&r, all->list[i], id, class_name);
    natt_cli_put_end(&r);
    natt_cli_put_line(&r, "count", natt_cli_in("% vectors", natt_cli_as_number(all->count)));
    natt_cli_put_more(&r, "version", natt_cli_in(", version %", natt_cli_as_number(natt_vectors_version(all->all))));
    natt_cli_put_more(&r, NATT_CLI_TEXT_ONLY, natt_cli_in(", %", natt_cli_as_word(natt_vectors_folder(all->all))));
    natt_cli_put_last(&r, "version count vectors");
    natt_cli_report_end(&r);
}

static bool list(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    const list_args *args = given;
    natt_cli_selection all = {0};
    (void)operands;
    bool done = natt_cli_select(&all, &args->filter, err);
    if (done)
        report_list(&all, args->json);
    natt_cli_selection_free(&all);
    return done;
}

int natt_cli_vectors_list(int argc, char **argv)
{
    list_args args = {0};
    return natt_cli_command_run(&list_spec, &args, list, argc, argv);
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
                                        NATT_CLI_TABLE(show_options),
                                        1,
                                        1,
                                        "ID"};

static void show_row(natt_cli_report *r, const char *label, const char *text)
{
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, label, natt_cli_as_string(text));
}

static void show_answer(natt_cli_report *r, const natt_vector *v)
{
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "answer",
                 v->accept ? natt_cli_as_word("accept")
                           : natt_cli_in("refuse: %", natt_cli_as_word(natt_code_name(v->code))));
    if (v->offset != NATT_NO_OFFSET)
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(", byte %", natt_cli_as_number(v->offset)));
    if (v->item != NATT_NO_ITEM)
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(", item %", natt_cli_as_number(v->item)));
}

static void show_document(natt_cli_report *r, const natt_vector *v)
{
    if (v->document.ptr != NULL)
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, "document", natt_cli_in("% bytes", natt_cli_as_number(v->document.len)));
    if (v->genuine_sha256 == NULL)
        return;
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "genuine", natt_cli_as_word(v->genuine_file));
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(", SHA-256 %", natt_cli_as_word(v->genuine_sha256)));
    if (v->document.ptr == NULL)
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_as_word(" (not available: --genuine DIR)"));
}

static void show_edits(natt_cli_report *r, const natt_vector *v)
{
    for (size_t i = 0; i < v->edit_count; i++) {
        const natt_vector_edit *e = &v->edits[i];
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, i == 0 ? "patch" : "",
                     natt_cli_in("at byte %", natt_cli_as_number(e->offset)));
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(", % bytes removed", natt_cli_as_number(e->remove)));
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(", % inserted", natt_cli_as_number(e->insert.len)));
    }
}

static void show_requirements(natt_cli_report *r, const natt_vector *v)
{
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "roots",
                 natt_cli_in("% certificates", natt_cli_as_number(v->options->root_count)));
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "now", natt_cli_as_time_ms(v->options->now_ms));
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(" (%)", natt_cli_as_number(v->options->now_ms)));
    show_row(r, "options", v->options_json);
}

static void report_vector(const natt_vector *v)
{
    natt_cli_report r;
    natt_cli_report_start(&r, false);
    r.indent = "";
    show_row(&r, "id", v->id);
    show_row(&r, "description", v->description);
    show_row(&r, "group", v->group);
    show_row(&r, "class", v->class_name);
    show_row(&r, "severity", v->severity);
    show_row(&r, "reach", v->reach);
    for (size_t i = 0; i < v->tag_count; i++)
        show_row(&r, i == 0 ? "tags" : "", v->tags[i]);
    show_row(&r, "policy", v->policy);
    for (size_t i = 0; i < v->rule_count; i++)
        show_row(&r, i == 0 ? "rules" : "", v->rules[i]);
    for (size_t i = 0; i < v->step_count; i++)
        show_row(&r, i == 0 ? "steps" : "", v->steps[i]->id);
    if (v->step_count == 0) {
        show_answer(&r, v);
        show_document(&r, v);
        show_edits(&r, v);
        show_requirements(&r, v);
    }
    natt_cli_report_end(&r);
}

static bool show_vector(const natt_vector *v, const char *out, natt_cli_error *err)
{
    if (out != NULL && v->step_count > 0)
        return natt_cli_fail(err, NATT_CLI_USAGE, "name one of its steps", "%.200s is a sequence and has no document",
                             v->id);
    if (out != NULL && v->document.ptr == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "name the folder that contains it: --genuine DIR",
                             "the document of %.200s is genuine and not available", v->id);
    if (out != NULL && !natt_cli_file_write(out, v->document.ptr, v->document.len, err))
        return false;
    report_vector(v);
    return true;
}

static bool show(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    show_args *args = given;
    natt_cli_selection all = {0};
    args->filter.id = *operands;
    bool done = natt_cli_select(&all, &args->filter, err) && show_vector(all.list[0], args->out, err);
    natt_cli_selection_free(&all);
    return done;
}

int natt_cli_vectors_show(int argc, char **argv)
{
    show_args args = {0};
    return natt_cli_command_run(&show_spec, &args, show, argc, argv);
}
