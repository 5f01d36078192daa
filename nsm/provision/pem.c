/* See pem.h. */
#include "nsm/provision/pem.h"

#include <stdbool.h>

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

size_t natt_pem_trim(uint8_t *out, const uint8_t *text, size_t len)
{
    size_t written = 0, line = 0; /* line: where it begins in `out` */
    for (size_t i = 0; i < len; i++) {
        if (written == line && is_blank(text[i]))
            continue;
        if (text[i] == '\n')
            while (written > line && is_blank(out[written - 1]))
                written--;
        out[written++] = text[i];
        line = text[i] == '\n' ? written : line;
    }
    while (written > line && is_blank(out[written - 1]))
        written--;
    return written;
}
