/* Blocks of PEM text [RFC 7468]: a label between the lines, and base64. The caller checks what is inside. */
#ifndef NATT_CLI_PEM_H
#define NATT_CLI_PEM_H

#include "cli/frame/bytes.h"

typedef struct natt_cli_pem {
    const char *label; /* "CERTIFICATE"; not terminated */
    size_t label_len;
    const char *text, *end; /* the base64 with line ends and blanks; NULL = there is no end line */
} natt_cli_pem;

/* The next block from *at on; *at moves to its end. False: there is no further block. */
bool natt_cli_pem_next(natt_cli_pem *out, const char **at);

bool natt_cli_pem_is(const natt_cli_pem *block, const char *label);

/* False: the text is not base64, or has no end. */
bool natt_cli_pem_decode(natt_cli_buf *out, const natt_cli_pem *block);

#endif
