/* See input.h. */
#include "cli/document/input.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/frame/file.h"

typedef bool decoder(natt_cli_buf *out, const char *text, size_t len);

static char *without_space(const natt_cli_buf *raw, size_t *len)
{
    char *text = natt_cli_alloc(raw->len, 1, 1);
    *len = 0;
    for (size_t i = 0; i < raw->len; i++)
        if (raw->ptr[i] == '\0' || strchr(" \t\r\n", raw->ptr[i]) == NULL)
            text[(*len)++] = (char)raw->ptr[i];
    return text;
}

/* A binary document begins with byte 84 or d2, never with the letters of either. */
static natt_cli_form guess(const char *text)
{
    if (strncmp(text, "84", 2) == 0 || strncasecmp(text, "d2", 2) == 0)
        return NATT_CLI_HEX;
    if (strncmp(text, "hE", 2) == 0 || strncmp(text, "0o", 2) == 0)
        return NATT_CLI_BASE64;
    return NATT_CLI_BINARY;
}

natt_cli_form natt_cli_input_decode(natt_cli_buf *raw)
{
    size_t len = 0;
    if (raw->len > NATT_CLI_MAX_FILE) /* truncated while reading; verify refuses every file of this size */
        return NATT_CLI_BINARY;
    char *text = without_space(raw, &len);
    natt_cli_form form = guess(text);
    decoder *decode = form == NATT_CLI_HEX ? natt_cli_hex_decode : natt_cli_base64_decode;
    natt_cli_buf decoded = {NULL, 0};
    if (form != NATT_CLI_BINARY && decode(&decoded, text, len)) {
        natt_cli_buf_free(raw);
        *raw = decoded;
    } else {
        form = NATT_CLI_BINARY;
    }
    free(text);
    return form;
}

bool natt_cli_document_read(natt_cli_buf *out, const char *path, natt_cli_error *err)
{
    if (!natt_cli_input_read(out, path, err))
        return false;
    (void)natt_cli_input_decode(out);
    return true;
}
