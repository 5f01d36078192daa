/* A certificate's Name as text for people; see eif_certificate.h. Source: RFC 4514 2.3, 2.4. */
#include <stdio.h>
#include <string.h>

#include "nsm/eif/eif_certificate.h"
#include "verify/parse/der.h"

struct text {
    char *out;
    size_t len, capacity; /* equal after truncation */
};

/* Appends all of it, or else "..." and nothing after that. */
static void append(struct text *to, const char *bytes, size_t len)
{
    static const char dots[] = "...";
    bool cut = len + sizeof dots > to->capacity - to->len;
    if (cut && to->capacity - to->len >= sizeof dots)
        to->len += (size_t)snprintf(to->out + to->len, sizeof dots, "%s", dots);
    if (cut) {
        to->capacity = to->len;
        return;
    }
    memcpy(to->out + to->len, bytes, len);
    to->len += len;
    to->out[to->len] = '\0';
}

static void append_hex(struct text *to, const char *before, uint8_t byte)
{
    char hex[4];
    append(to, hex, (size_t)snprintf(hex, sizeof hex, "%s%02x", before, (unsigned)byte));
}

/* The number of bytes of the character that begins here; 1 if the text is not UTF-8. */
static size_t character_len(natt_bytes text, size_t at, bool utf8)
{
    size_t len = 1;
    while (utf8 && at + len < text.len && (text.ptr[at + len] & 0xc0) == 0x80)
        len++;
    return len;
}

/* Special characters get a backslash. Control characters and bytes that are not UTF-8 are written as \\xx. */
static void append_text(struct text *to, natt_bytes value)
{
    bool utf8 = natt_utf8_valid(value);
    for (size_t i = 0, len; i < value.len; i += len) {
        uint8_t c = value.ptr[i];
        len = character_len(value, i, utf8);
        if (c < 0x20 || c == 0x7f || (c >= 0x80 && !utf8)) {
            append_hex(to, "\\", c);
            continue;
        }
        append(to, "\\", strchr(",+\"\\<>;=", c) != NULL ? 1 : 0);
        append(to, (const char *)value.ptr + i, len);
    }
}

static void append_value(struct text *to, uint8_t tag, natt_bytes value)
{
    if (tag == NATT_DER_UTF8_STRING || tag == NATT_DER_PRINTABLE_STRING || tag == NATT_DER_IA5_STRING) {
        append_text(to, value);
        return;
    }
    for (size_t i = 0; i < value.len; i++)
        append_hex(to, i == 0 ? "#" : "", value.ptr[i]);
}

/* Numbers with dots; the first octets encode two of them. [X.690 8.19] */
static void append_numbers(struct text *to, natt_bytes type)
{
    char digits[48];
    uint64_t value = 0;
    for (size_t i = 0, count = 0; i < type.len; i++) {
        value = value << 7 | (type.ptr[i] & 0x7f);
        if (type.ptr[i] >= 0x80)
            continue;
        uint64_t first = value < 80 ? value / 40 : 2;
        int len = count++ == 0 ? snprintf(digits, sizeof digits, "%llu.%llu", (unsigned long long)first,
                                          (unsigned long long)(value - 40 * first))
                               : snprintf(digits, sizeof digits, ".%llu", (unsigned long long)value);
        append(to, digits, (size_t)len);
        value = 0;
    }
}

static void append_type(struct text *to, natt_bytes type)
{
    static const char *const names[] = {[3] = "CN", [6] = "C", [7] = "L", [8] = "ST", [10] = "O", [11] = "OU"};
    uint8_t n = type.len == 3 && type.ptr[0] == 0x55 && type.ptr[1] == 0x04 ? type.ptr[2] : 0;
    const char *name = n < sizeof names / sizeof names[0] ? names[n] : NULL; /* 2.5.4.n */
    if (name != NULL)
        append(to, name, strlen(name));
    else
        append_numbers(to, type);
    append(to, "=", 1);
}

/* AttributeTypeAndValue = SEQUENCE { OID, value } */
static bool append_attribute(struct text *to, struct natt_reader *set)
{
    struct natt_reader pair;
    natt_bytes type, value;
    uint8_t tag = 0;
    if (!natt_der_enter_long(set, NATT_DER_SEQUENCE, &pair) || !natt_der_oid(&pair, &type) ||
        !natt_reader_peek(&pair, &tag) || !natt_der_take(&pair, tag, &value))
        return false;
    append_type(to, type);
    append_value(to, tag, value);
    return true;
}

void natt_eif_name_text(char *out, size_t capacity, natt_bytes name)
{
    natt_error err, *e = natt_error_begin(NULL, &err);
    struct natt_reader r = natt_der_reader(name, e), set;
    struct text to = {out, 0, capacity};
    out[0] = '\0';
    while (!natt_reader_empty(&r) && natt_der_enter_long(&r, NATT_DER_SET, &set))
        while (!natt_reader_empty(&set)) {
            append(&to, ", ", to.len == 0 ? 0 : 2);
            if (!append_attribute(&to, &set))
                return;
        }
}
