/*
 * Names and texts of the codes, generated from the list in nitro_attest/codes.h; the library's version.
 */
#include "nitro_attest/base.h"
#include "nitro_attest/document.h"

#include <string.h>

struct code_row {
    natt_code code;
    natt_item_kind item_kind;
    const char *name, *rule, *message, *remedy;
};

#define CODE_ROW(name, number, item, rule, text, remedy) {name, NATT_ITEM_##item, #name, rule, text, remedy},
static const struct code_row code_rows[] = {NATT_CODE_LIST(CODE_ROW)};
#define CODE_COUNT (sizeof code_rows / sizeof code_rows[0])

static const struct code_row unknown_code = {NATT_OK, NATT_ITEM_NONE, "", "", "unknown code", ""};

static const struct code_row *row_of(natt_code code)
{
    for (size_t i = 0; i < CODE_COUNT; i++)
        if (code_rows[i].code == code)
            return &code_rows[i];
    return &unknown_code;
}

const char *natt_code_name(natt_code code)
{
    return row_of(code)->name;
}

const char *natt_code_rule(natt_code code)
{
    return row_of(code)->rule;
}

const char *natt_code_message(natt_code code)
{
    return row_of(code)->message;
}

const char *natt_code_remedy(natt_code code)
{
    return row_of(code)->remedy;
}

natt_item_kind natt_code_item_kind(natt_code code)
{
    return row_of(code)->item_kind;
}

/* strcmp would add an undefined symbol. */
static bool same_text(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

bool natt_code_from_name(natt_code *out, const char *name)
{
    if (out == NULL || name == NULL)
        return false;
    for (size_t i = 0; i < CODE_COUNT; i++)
        if (same_text(code_rows[i].name, name)) {
            *out = code_rows[i].code;
            return true;
        }
    return false;
}

#define FIELD_NAME(field, name) [field] = name,

const char *natt_field_name(uint32_t field)
{
    static const char *const names[NATT_FIELD_COUNT] = {NATT_FIELD_LIST(FIELD_NAME)};
    return field < NATT_FIELD_COUNT ? names[field] : "";
}

const char *natt_kind_name(natt_kind kind)
{
    static const char *const names[] = {"other", "enclave", "nitrotpm"};
    return (unsigned)kind < 3 ? names[kind] : "other";
}

#define TEXT_OF(x) #x
#define TEXT(x)    TEXT_OF(x)

const char *natt_version(void)
{
    return TEXT(NATT_VERSION_MAJOR) "." TEXT(NATT_VERSION_MINOR) "." TEXT(NATT_VERSION_PATCH);
}
