/*
 * One sentence for an error: text, code, location, remedy. Needs no heap and no stdio.
 */
#include "nitro_attest/base.h"

#include <string.h>

/* Counts every byte, and writes those that fit. */
struct sentence {
    char *buf;
    size_t room, len;
};

static void put(struct sentence *s, const char *text)
{
    for (; *text != '\0'; text++, s->len++)
        if (s->len < s->room)
            s->buf[s->len] = *text;
}

static void put_number(struct sentence *s, uint64_t number)
{
    char digits[21] = {0};
    size_t at = sizeof digits - 1;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    put(s, digits + at);
}

/* The name, or the number of a code from a newer library. */
static void put_code(struct sentence *s, natt_code code)
{
    if (natt_code_name(code)[0] != '\0')
        put(s, natt_code_name(code));
    else
        put_number(s, (uint64_t)code);
}

/* Entries of the caller's lists, which people count from 1. */
static bool is_listed(natt_item_kind kind)
{
    return kind == NATT_ITEM_ROOT || kind == NATT_ITEM_DENY || kind == NATT_ITEM_SET;
}

/* ", certificate 4", ", PCR 8", ", field nonce", and ", root 1" for item 0. */
static void put_item(struct sentence *s, const natt_error *err)
{
    static const char *const kinds[] = {[NATT_ITEM_CERTIFICATE] = ", certificate ",
                                        [NATT_ITEM_PCR] = ", PCR ",
                                        [NATT_ITEM_FIELD] = ", field ",
                                        [NATT_ITEM_ROOT] = ", root ",
                                        [NATT_ITEM_DENY] = ", deny entry ",
                                        [NATT_ITEM_SET] = ", policy set ",
                                        [NATT_ITEM_CHECK] = ", check "};
    natt_item_kind kind = natt_code_item_kind(err->code);
    if (err->item == NATT_NO_ITEM || kind == NATT_ITEM_NONE)
        return;
    put(s, kinds[kind]);
    if (kind == NATT_ITEM_FIELD && natt_field_name(err->item)[0] != '\0')
        put(s, natt_field_name(err->item));
    else
        put_number(s, (uint64_t)err->item + is_listed(kind));
}

/* ", byte 2118", of the document or of the root. */
static void put_offset(struct sentence *s, const natt_error *err)
{
    if (err->offset == NATT_NO_OFFSET)
        return;
    put(s, ", byte ");
    put_number(s, err->offset);
    put(s, err->code == NATT_E_USAGE_ROOT_INVALID ? " of the root" : "");
}

static void put_remedy(struct sentence *s, natt_code code)
{
    if (natt_code_remedy(code)[0] == '\0')
        return;
    put(s, ": ");
    put(s, natt_code_remedy(code));
}

size_t natt_error_format(char *buf, size_t len, const natt_error *err)
{
    static const natt_error none = {NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET, ""};
    struct sentence s = {buf, buf != NULL && len > 0 ? len - 1 : 0, 0};
    err = err != NULL ? err : &none;
    put(&s, natt_code_message(err->code));
    put(&s, " (");
    put_code(&s, err->code);
    put_item(&s, err);
    put_offset(&s, err);
    put(&s, ")");
    put_remedy(&s, err->code);
    if (buf != NULL && len > 0)
        buf[s.len < s.room ? s.len : s.room] = '\0';
    return s.len;
}
