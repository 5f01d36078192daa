/* See label.h. */
#include "nsm/provision/label.h"

/* First bytes [RFC3629 4] with the allowed second bytes, which exclude overlong forms, surrogates and values above
 * U+10FFFF. */
static const struct lead {
    uint8_t first, last, second_first, second_last;
    size_t len;
} leads[] = {
    {0x01, 0x7F, 0x00, 0x00, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

static const struct lead *find_lead(uint8_t byte)
{
    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++)
        if (byte >= leads[i].first && byte <= leads[i].last)
            return &leads[i];
    return NULL;
}

/* Bytes of the character at s, in a terminated text; 0: it is not a character. */
static size_t character_len(const uint8_t *s)
{
    const struct lead *lead = find_lead(s[0]);
    if (lead == NULL || (lead->len > 1 && (s[1] < lead->second_first || s[1] > lead->second_last)))
        return 0;
    for (size_t i = 2; i < lead->len; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    return lead->len;
}

bool natt_label_check(const char *label, const char *of, natt_provision_error *err)
{
    const uint8_t *s = (const uint8_t *)label;
    for (size_t at = 0, len; s[at] != 0; at += len) {
        len = character_len(s + at);
        if (len == 0)
            return natt_provision_fail(err, NATT_PROVISION_E_LABEL_TEXT,
                                       "of the %s, the character that begins with byte 0x%02x at offset %zu", of, s[at],
                                       at);
    }
    return true;
}
