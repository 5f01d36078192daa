/* See pem.h. */
#include "cli/certificates/pem.h"

#include <stdlib.h>
#include <string.h>

#define BEGIN "-----BEGIN "
#define END   "-----END "
#define DASH  "-----"

/* Like strstr; sanitizers make strstr read the whole text at each call. */
static const char *find(const char *text, const char *mark)
{
    for (const char *p = text + strcspn(text, "-"); *p != '\0'; p++, p += strcspn(p, "-"))
        if (strncmp(p, mark, strlen(mark)) == 0)
            return p;
    return NULL;
}

/* The end line of this label; NULL = none before the next block. Stops there, so that many blocks take linear time. */
static const char *find_end(const natt_cli_pem *block)
{
    const char *end = find(block->text, DASH);
    while (end != NULL && strncmp(end, END, strlen(END)) != 0) {
        if (strncmp(end, BEGIN, strlen(BEGIN)) == 0)
            return NULL;
        end = find(end + 1, DASH);
    }
    if (end == NULL)
        return NULL;
    const char *label = end + strlen(END);
    bool same = strncmp(label, block->label, block->label_len) == 0 &&
                strncmp(label + block->label_len, DASH, strlen(DASH)) == 0;
    return same ? end : NULL;
}

bool natt_cli_pem_next(natt_cli_pem *out, const char **at)
{
    const char *begin = find(*at, BEGIN);
    if (begin == NULL)
        return false;
    out->label = begin + strlen(BEGIN);
    out->label_len = strcspn(out->label, "-\r\n");
    out->text = out->label + out->label_len;
    out->text += strspn(out->text, "-");
    out->end = find_end(out);
    *at = out->end == NULL ? out->text : out->end + strlen(END);
    return true;
}

bool natt_cli_pem_is(const natt_cli_pem *block, const char *label)
{
    return strlen(label) == block->label_len && strncmp(block->label, label, block->label_len) == 0;
}

bool natt_cli_pem_decode(natt_cli_buf *out, const natt_cli_pem *block)
{
    if (block->end == NULL)
        return false;
    char *text = natt_cli_alloc((size_t)(block->end - block->text), 1, 1);
    size_t len = 0;
    for (const char *p = block->text; p < block->end; p++)
        if (strchr(" \t\r\n", *p) == NULL)
            text[len++] = *p;
    bool done = natt_cli_base64_decode(out, text, len);
    free(text);
    return done;
}
