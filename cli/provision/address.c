/* See address.h. */
#include "cli/provision/address.h"

#include <string.h>

#define UNIX     "unix:path="
#define MAX_PATH 107 /* bytes of sun_path without its NUL, on Linux */
#define ANY      UINT32_MAX

static const char *after(const char *text, const char *word)
{
    size_t len = strlen(word);
    return text != NULL && strncmp(text, word, len) == 0 ? text + len : NULL;
}

/* Decimal, below 2^32 - 1, which is VMADDR_CID_ANY and VMADDR_PORT_ANY. Returns what follows, or NULL. */
static const char *number(uint32_t *out, const char *text)
{
    uint64_t value = 0;
    const char *at = text;
    for (; at != NULL && *at >= '0' && *at <= '9' && value < ANY; at++)
        value = value * 10 + (uint64_t)(*at - '0');
    *out = (uint32_t)value;
    return at != text && value < ANY ? at : NULL;
}

static bool parse_vsock(natt_cli_p11_kit_address *out, const char *text, bool listens)
{
    const char *port = listens ? after(text, "port=") : NULL;
    out->cid = ANY;
    if (port == NULL)
        port = after(number(&out->cid, after(text, "cid=")), ";port=");
    const char *end = number(&out->port, port);
    return end != NULL && *end == '\0';
}

bool natt_cli_p11_kit_address_parse(natt_cli_p11_kit_address *out, const char *text, bool listens, natt_cli_error *err)
{
    *out = (natt_cli_p11_kit_address){.path = after(text, UNIX)};
    if (out->path != NULL ? out->path[0] == '/' : parse_vsock(out, after(text, "vsock:"), listens))
        return out->path == NULL || strlen(out->path) <= MAX_PATH ||
               natt_cli_fail(err, NATT_CLI_USAGE, "give a shorter path",
                             "--p11-kit: the path of a unix socket has at most %d bytes, and this one %zu", MAX_PATH,
                             strlen(out->path));
    return natt_cli_fail(err, NATT_CLI_USAGE,
                         listens ? "write unix:path=/PATH or vsock:port=PORT"
                                 : "write unix:path=/PATH or vsock:cid=CID;port=PORT",
                         "--p11-kit: \"%.200s\" is not an address of p11-kit server", text);
}
