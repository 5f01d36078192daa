/* See vectors_select.h. */
#include "cli/vectors/vectors_select.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/bytes.h"
#include "cli/frame/text.h"

bool natt_cli_fail_vectors(natt_cli_error *err, const natt_vectors_error *from, const char *hint)
{
    bool io = from->fault == NATT_VECTORS_UNREADABLE || from->fault == NATT_VECTORS_NO_MEMORY;
    return natt_cli_fail(err, io ? NATT_CLI_IO : NATT_CLI_USAGE, hint, "%.700s", from->message);
}

/* One kind of filter: its name and the member that it compares. */
typedef struct filter_kind {
    const char *what;
    const natt_cli_list *names;
    const char *(*of)(const natt_vector *vector);
} filter_kind;

static const char *group_of(const natt_vector *vector)
{
    return vector->group;
}

static const char *class_of(const natt_vector *vector)
{
    return vector->class_name;
}

static const char *id_of(const natt_vector *vector)
{
    return vector->id;
}

static bool passes(const filter_kind *kind, const natt_vector *vector)
{
    for (size_t i = 0; i < kind->names->count; i++)
        if (strcmp(kind->names->items[i], kind->of(vector)) == 0)
            return true;
    return kind->names->count == 0;
}

/* Vector or sequence `index`, the vectors first; NULL after the last. */
static const natt_vector *at(const natt_vectors *all, size_t index)
{
    size_t count = natt_vectors_count(all);
    return index < count ? natt_vectors_at(all, index) : natt_vectors_sequence_at(all, index - count);
}

/* The most similar name of any vector, if at most a third of the given one differs. */
static const char *nearest(const natt_vectors *all, const filter_kind *kind, const char *name)
{
    const natt_vector *v;
    const char *best = NULL;
    size_t least = strlen(name) / 3 + 1;
    for (size_t i = 0; (v = at(all, i)) != NULL; i++) {
        size_t far = natt_cli_distance(name, kind->of(v));
        if (far < least) {
            least = far;
            best = kind->of(v);
        }
    }
    return best;
}

static bool check_name(const natt_vectors *all, const filter_kind *kind, const char *name, natt_cli_error *err)
{
    char hint[160];
    const char *near = nearest(all, kind, name);
    if (near != NULL && strcmp(near, name) == 0)
        return true;
    if (near != NULL)
        (void)snprintf(hint, sizeof hint, "did you mean %.100s?", near);
    else
        (void)snprintf(hint, sizeof hint, "nitro-attest vectors list shows all");
    return natt_cli_fail(err, NATT_CLI_USAGE, hint, "there is no vector with the %s \"%.200s\"", kind->what, name);
}

static bool check_names(const natt_vectors *all, const filter_kind *kind, natt_cli_error *err)
{
    for (size_t i = 0; i < kind->names->count; i++)
        if (!check_name(all, kind, kind->names->items[i], err))
            return false;
    return true;
}

/* ---- tags ---- */

static bool has_tag(const natt_vector *v, const char *tag)
{
    for (size_t i = 0; i < v->tag_count; i++)
        if (strcmp(v->tags[i], tag) == 0)
            return true;
    return false;
}

static bool any_has_tag(const natt_vectors *all, size_t before, const char *tag)
{
    for (size_t i = 0; i < before; i++)
        if (has_tag(at(all, i), tag))
            return true;
    return false;
}

/* "the tags are a, b": each tag of the vectors once. */
static void list_tags(char *out, size_t room, const natt_vectors *all)
{
    const natt_vector *v;
    size_t used = (size_t)snprintf(out, room, "the tags are");
    for (size_t i = 0; (v = at(all, i)) != NULL; i++)
        for (size_t t = 0; t < v->tag_count; t++)
            if (!any_has_tag(all, i, v->tags[t]) && used < room)
                used += (size_t)snprintf(out + used, room - used, "%s %s", used > 12 ? "," : "", v->tags[t]);
    if (used == 12)
        (void)snprintf(out, room, "no vector has a tag");
}

static bool check_tags(const natt_vectors *all, const natt_cli_list *tags, natt_cli_error *err)
{
    char hint[300];
    for (size_t i = 0; i < tags->count; i++) {
        if (any_has_tag(all, natt_vectors_count(all), tags->items[i]))
            continue;
        list_tags(hint, sizeof hint, all);
        return natt_cli_fail(err, NATT_CLI_USAGE, hint, "there is no vector with the tag \"%.200s\"", tags->items[i]);
    }
    return true;
}

static bool left_out(const natt_vector *v, const natt_cli_list *tags)
{
    for (size_t i = 0; i < tags->count; i++)
        if (has_tag(v, tags->items[i]))
            return true;
    return false;
}

/* An error of the folder of genuine documents names no file of the vectors. */
static const char *load_hint(const natt_cli_vectors_filter *filter, const natt_vectors_error *why)
{
    if (filter->genuine != NULL && why->file[0] == '\0')
        return "name a folder with genuine documents, or leave it out: --genuine DIR";
    return filter->vectors != NULL ? "give the published folder with manifest.json: --vectors DIR"
                                   : "install the vectors, or name their folder: --vectors DIR";
}

static bool load(natt_cli_selection *out, const natt_cli_vectors_filter *filter, natt_cli_error *err)
{
    natt_vectors_options options = NATT_VECTORS_OPTIONS_INIT;
    natt_vectors_error why;
    options.folder = filter->vectors;
    options.genuine = filter->genuine;
    out->all = natt_vectors_open(&options, &why);
    return out->all != NULL || natt_cli_fail_vectors(err, &why, load_hint(filter, &why));
}

bool natt_cli_select(natt_cli_selection *out, const natt_cli_vectors_filter *filter, natt_cli_error *err)
{
    const filter_kind kinds[] = {
        {"group", &filter->group, group_of}, {"class", &filter->class_name, class_of}, {"id", &filter->id, id_of}};
    *out = (natt_cli_selection){NULL, NULL, 0};
    if (!load(out, filter, err))
        return false;
    for (size_t k = 0; k < 3; k++)
        if (!check_names(out->all, &kinds[k], err))
            return false;
    if (!check_tags(out->all, &filter->skip_tag, err))
        return false;
    size_t count = natt_vectors_count(out->all) + natt_vectors_sequence_count(out->all);
    out->list = natt_cli_alloc(count, sizeof(const natt_vector *), 0);
    for (size_t i = 0; i < count; i++) {
        const natt_vector *v = at(out->all, i);
        if (passes(&kinds[0], v) && passes(&kinds[1], v) && passes(&kinds[2], v) && !left_out(v, &filter->skip_tag))
            out->list[out->count++] = v;
    }
    return out->count > 0 ||
           natt_cli_fail(err, NATT_CLI_USAGE, "leave one of --group, --class, --id and --skip-tag out",
                         "no vector matches all of these filters");
}

void natt_cli_selection_free(natt_cli_selection *selection)
{
    free(selection->list);
    natt_vectors_free(selection->all);
}
