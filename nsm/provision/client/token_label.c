/* See token_label.h. */
#include "nsm/provision/client/token_label.h"

#include <string.h>

static int hex_value(char digit)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF", *at = digit == '\0' ? NULL : strchr(digits, digit);
    return at == NULL ? -1 : (int)(at - digits) % 16;
}

/* One byte of a percent-encoded text; NULL: invalid. */
static const char *decode(CK_UTF8CHAR *out, const char *text)
{
    int high = text[0] == '%' ? hex_value(text[1]) : 0, low = text[0] == '%' && high >= 0 ? hex_value(text[2]) : 0;
    if (high < 0 || low < 0)
        return NULL;
    *out = (CK_UTF8CHAR)(text[0] == '%' ? high * 16 + low : text[0]);
    return text + (text[0] == '%' ? 3 : 1);
}

static bool is_label(const CK_UTF8CHAR label[32], const char *text)
{
    CK_UTF8CHAR wanted[32];
    memset(wanted, ' ', sizeof wanted);
    for (size_t i = 0; text != NULL && *text != '\0'; i++)
        text = i == sizeof wanted ? NULL : decode(&wanted[i], text);
    return text != NULL && memcmp(wanted, label, sizeof wanted) == 0;
}

#define FREE_PREFIX "natt-free:" /* NATT_TOKEN_FREE_PREFIX: a token without keys, reserved for the next one */

bool natt_client_is_wanted(const CK_TOKEN_INFO *info, const char *label)
{
    return (info->flags & CKF_TOKEN_INITIALIZED) != 0 &&
           memcmp(info->label, FREE_PREFIX, sizeof FREE_PREFIX - 1) != 0 &&
           (label == NULL || is_label(info->label, label));
}
