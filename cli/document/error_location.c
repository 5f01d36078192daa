/* See error_location.h. */
#include "cli/document/error_location.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/bytes.h"
#include "cli/frame/text.h"

#define ROOM 1024

const char *natt_cli_role(size_t index, size_t count)
{
    static const char *const usual[] = {"root", "regional CA", "zonal CA", "instance CA", "leaf"};
    if (count == sizeof usual / sizeof usual[0] && index < count)
        return usual[index];
    if (index == 0)
        return "root";
    return index + 1 == count ? "leaf" : "CA";
}

static natt_bytes certificate_at(const natt_document *doc, uint32_t index)
{
    if (index < doc->cabundle_count)
        return doc->cabundle[index];
    return index == doc->cabundle_count ? doc->certificate : (natt_bytes){NULL, 0};
}

static void certificate_words(char *out, uint32_t index, natt_bytes document)
{
    natt_document doc;
    natt_certificate cert;
    int used = snprintf(out, ROOM, "certificate %u", (unsigned)index);
    if (!natt_document_parse(&doc, document, NULL) || certificate_at(&doc, index).ptr == NULL)
        return;
    const char *role = natt_cli_role(index, doc.cabundle_count + 1);
    if (!natt_certificate_parse(&cert, certificate_at(&doc, index), NULL) || cert.subject_cn.ptr == NULL) {
        (void)snprintf(out + used, ROOM - (size_t)used, " (%s)", role);
        return;
    }
    char *name = natt_cli_escape(cert.subject_cn);
    (void)snprintf(out + used, ROOM - (size_t)used, " (%s, %.800s)", role, name);
    free(name);
}

static void set_words(char *out, uint32_t index, const natt_policy *policy)
{
    const char *name = policy != NULL && index < policy->set_count ? policy->sets[index].name : NULL;
    char *safe = name == NULL ? NULL : natt_cli_escape((natt_bytes){(const uint8_t *)name, strlen(name)});
    if (safe == NULL)
        (void)snprintf(out, ROOM, "policy set %u", (unsigned)index + 1);
    else
        (void)snprintf(out, ROOM, "policy set %u (%.900s)", (unsigned)index + 1, safe);
    free(safe);
}

static void number_words(char *out, const char *word, uint32_t index)
{
    (void)snprintf(out, ROOM, "%s%u", word, (unsigned)index);
}

char *natt_cli_error_location(const natt_error *err, natt_bytes document, const natt_policy *policy)
{
    char *out = natt_cli_alloc(ROOM, 1, 0);
    natt_item_kind kind = err->item == NATT_NO_ITEM ? NATT_ITEM_NONE : natt_code_item_kind(err->code);
    if (kind == NATT_ITEM_CERTIFICATE)
        certificate_words(out, err->item, document);
    else if (kind == NATT_ITEM_PCR)
        number_words(out, "PCR", err->item);
    else if (kind == NATT_ITEM_FIELD)
        (void)snprintf(out, ROOM, "field %s", natt_field_name(err->item));
    else if (kind == NATT_ITEM_ROOT)
        number_words(out, "trusted root ", err->item + 1);
    else if (kind == NATT_ITEM_DENY)
        number_words(out, "deny entry ", err->item + 1);
    else if (kind == NATT_ITEM_SET)
        set_words(out, err->item, policy);
    return out;
}
