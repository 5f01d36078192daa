/*
 * Functions that find and change the entries of a plan. A wrong position or name breaks the plan, so that a misspelt
 * test fails instead of passing on an unchanged document.
 */
#include <string.h>

#include "nsm/issuer/cbor_arena.h"
#include "nsm/issuer/der_write.h"
#include "nsm/issuer/issuer_internal.h"

void natt_plan_free(natt_issue_plan *plan)
{
    if (plan == NULL)
        return;
    natt_arena_free(plan->arena);
    memset(plan, 0, sizeof *plan);
}

static bool same(natt_bytes a, natt_bytes b)
{
    return a.ptr != NULL && b.ptr != NULL && a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

static natt_plan_entry *find_key(natt_plan_list *list, natt_bytes key)
{
    for (size_t i = 0; i < list->count; i++)
        if (same(list->entries[i].key, key))
            return &list->entries[i];
    return NULL;
}

natt_plan_entry *natt_plan_field(natt_issue_plan *plan, const char *name)
{
    return find_key(&plan->payload, natt_plan_cbor_text(plan, name));
}

natt_plan_entry *natt_plan_pcr(natt_issue_plan *plan, uint32_t index)
{
    return find_key(&plan->pcrs, natt_plan_cbor_uint(plan, index));
}

/* Extension = SEQUENCE { OID ... }: the OID's bytes follow a head of 2, 3 or 4 octets. */
static bool has_oid(natt_bytes extension, natt_bytes oid)
{
    if (extension.ptr == NULL || extension.len < 2)
        return false;
    size_t head = extension.ptr[1] < 0x80 ? 2 : 2 + (size_t)(extension.ptr[1] & 0x7f);
    return extension.len >= head && extension.len - head >= oid.len &&
           memcmp(extension.ptr + head, oid.ptr, oid.len) == 0;
}

static natt_plan_certificate *certificate_at(natt_issue_plan *plan, uint32_t index)
{
    if (index < plan->certificate_count)
        return &plan->certificates[index];
    natt_arena_fail(plan->arena, "the plan has no certificate of that index");
    return NULL;
}

natt_plan_entry *natt_plan_find_extension(natt_issue_plan *plan, uint32_t certificate, const char *oid)
{
    natt_plan_certificate *c = certificate_at(plan, certificate);
    natt_bytes wanted = natt_der_write_oid(plan->arena, oid);
    for (size_t i = 0; c != NULL && wanted.ptr != NULL && i < c->extensions.count; i++)
        if (has_oid(c->extensions.entries[i].value, wanted))
            return &c->extensions.entries[i];
    return NULL;
}

natt_plan_certificate *natt_plan_leaf(natt_issue_plan *plan)
{
    return certificate_at(plan, plan->leaf);
}

/* Room for one more; the old array remains in the arena. */
static bool grow(struct natt_arena *arena, natt_plan_list *list)
{
    if (list->count < list->capacity)
        return true;
    size_t capacity = list->capacity < 8 ? 16 : 2 * list->capacity;
    natt_plan_entry *entries = (natt_plan_entry *)(void *)natt_arena_alloc(arena, capacity * sizeof *entries);
    if (entries == NULL)
        return false;
    if (list->count > 0)
        memcpy(entries, list->entries, list->count * sizeof *entries);
    list->entries = entries;
    list->capacity = capacity;
    return true;
}

static natt_plan_entry *insert(struct natt_arena *arena, natt_plan_list *list, size_t at, natt_plan_entry entry)
{
    if (at > list->count) {
        natt_arena_fail(arena, "a position is after the end of the list");
        return NULL;
    }
    if (!grow(arena, list))
        return NULL;
    memmove(list->entries + at + 1, list->entries + at, (list->count - at) * sizeof entry);
    list->entries[at] = entry;
    list->count++;
    return &list->entries[at];
}

natt_plan_entry *natt_list_append(struct natt_arena *arena, natt_plan_list *list, natt_plan_entry entry)
{
    return insert(arena, list, list->count, entry);
}

natt_plan_entry *natt_plan_insert(natt_issue_plan *plan, natt_plan_list *list, size_t at, natt_bytes key,
                                  natt_bytes value)
{
    return insert(plan->arena, list, at, (natt_plan_entry){.key = key, .value = value});
}

natt_plan_entry *natt_plan_append(natt_issue_plan *plan, natt_plan_list *list, natt_bytes key, natt_bytes value)
{
    return natt_plan_insert(plan, list, list->count, key, value);
}

static bool inside(natt_issue_plan *plan, const natt_plan_list *list, size_t at)
{
    if (at < list->count)
        return true;
    natt_arena_fail(plan->arena, "a position is after the end of the list");
    return false;
}

natt_plan_entry *natt_plan_duplicate(natt_issue_plan *plan, natt_plan_list *list, size_t at)
{
    if (!inside(plan, list, at))
        return NULL;
    return insert(plan->arena, list, at + 1, list->entries[at]);
}

void natt_plan_remove(natt_issue_plan *plan, natt_plan_list *list, size_t at)
{
    if (!inside(plan, list, at))
        return;
    memmove(list->entries + at, list->entries + at + 1, (list->count - at - 1) * sizeof list->entries[0]);
    list->count--;
}

natt_plan_entry *natt_plan_move(natt_issue_plan *plan, natt_plan_list *list, size_t from, size_t to)
{
    if (!inside(plan, list, from) || !inside(plan, list, to))
        return NULL;
    natt_plan_entry entry = list->entries[from];
    natt_plan_remove(plan, list, from);
    return insert(plan->arena, list, to, entry);
}

void natt_plan_reverse(natt_plan_list *list)
{
    for (size_t i = 0; i < list->count / 2; i++) {
        natt_plan_entry entry = list->entries[i];
        list->entries[i] = list->entries[list->count - 1 - i];
        list->entries[list->count - 1 - i] = entry;
    }
}

size_t natt_plan_position(const natt_plan_list *list, const natt_plan_entry *entry)
{
    return (size_t)(entry - list->entries);
}

static void set_value(natt_issue_plan *plan, natt_plan_entry *entry, natt_bytes value)
{
    if (entry == NULL)
        natt_arena_fail(plan->arena, "the plan has no such field, PCR or extension");
    else
        entry->value = value;
}

static void omit(natt_issue_plan *plan, natt_plan_list *list, const natt_plan_entry *entry)
{
    if (entry == NULL)
        natt_arena_fail(plan->arena, "the plan has no such field, PCR or extension");
    else
        natt_plan_remove(plan, list, natt_plan_position(list, entry));
}

void natt_plan_set_field(natt_issue_plan *plan, const char *name, natt_bytes value)
{
    set_value(plan, natt_plan_field(plan, name), value);
}

void natt_plan_omit_field(natt_issue_plan *plan, const char *name)
{
    omit(plan, &plan->payload, natt_plan_field(plan, name));
}

void natt_plan_set_pcr(natt_issue_plan *plan, uint32_t index, natt_bytes value)
{
    set_value(plan, natt_plan_pcr(plan, index), value);
}

void natt_plan_omit_pcr(natt_issue_plan *plan, uint32_t index)
{
    omit(plan, &plan->pcrs, natt_plan_pcr(plan, index));
}

natt_bytes natt_plan_extension(natt_issue_plan *plan, const char *oid, bool critical, natt_bytes value)
{
    return natt_der_write_extension(plan->arena, oid, critical, value);
}

void natt_plan_add_extension(natt_issue_plan *plan, uint32_t certificate, const char *oid, bool critical,
                             natt_bytes value)
{
    natt_plan_certificate *c = certificate_at(plan, certificate);
    if (c != NULL)
        natt_plan_append(plan, &c->extensions, NATT_ABSENT, natt_plan_extension(plan, oid, critical, value));
}

void natt_plan_set_extension(natt_issue_plan *plan, uint32_t certificate, const char *oid, bool critical,
                             natt_bytes value)
{
    set_value(plan, natt_plan_find_extension(plan, certificate, oid), natt_plan_extension(plan, oid, critical, value));
}

void natt_plan_omit_extension(natt_issue_plan *plan, uint32_t certificate, const char *oid)
{
    natt_plan_certificate *c = certificate_at(plan, certificate);
    if (c != NULL)
        omit(plan, &c->extensions, natt_plan_find_extension(plan, certificate, oid));
}

uint32_t natt_plan_add_certificate(natt_issue_plan *plan, uint32_t copied)
{
    const natt_plan_certificate *from = certificate_at(plan, copied);
    if (from == NULL)
        return UINT32_MAX;
    if (plan->certificate_count == NATT_PLAN_MAX_CERTIFICATES) {
        natt_arena_fail(plan->arena, "the plan has room for 24 certificates");
        return UINT32_MAX;
    }
    natt_plan_certificate *to = &plan->certificates[plan->certificate_count];
    *to = *from;
    to->extensions.entries = NULL; /* its own list; otherwise an edit of one would change the other */
    to->extensions.count = to->extensions.capacity = 0;
    for (size_t i = 0; i < from->extensions.count; i++)
        natt_list_append(plan->arena, &to->extensions, from->extensions.entries[i]);
    return (uint32_t)plan->certificate_count++;
}
