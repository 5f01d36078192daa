/* See output.h. */
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mbedtls/base64.h>

static bool fail_io(const char *path, natt_cli_error *err)
{
    return natt_cli_fail(err, NATT_CLI_IO, "check the path and its permissions", "cannot write %.500s: %s", path,
                         strerror(errno));
}

bool natt_cli_write_file(const char *path, natt_bytes bytes, natt_cli_error *err)
{
    FILE *out = fopen(path, "wb");
    bool written = out != NULL && fwrite(bytes.ptr, 1, bytes.len, out) == bytes.len;
    bool closed = out != NULL && fclose(out) == 0;
    return (written && closed) || fail_io(path, err);
}

static bool put(const char *path, natt_bytes bytes, natt_cli_error *err)
{
    if (path != NULL)
        return natt_cli_write_file(path, bytes, err);
    return fwrite(bytes.ptr, 1, bytes.len, stdout) == bytes.len || fail_io("standard output", err);
}

bool natt_cli_write_binary(const char *path, bool base64, natt_bytes bytes, natt_cli_error *err)
{
    size_t room = (bytes.len + 2) / 3 * 4 + 2, len = 0;
    if (path != NULL && strcmp(path, "-") == 0)
        path = NULL;
    if (!base64 && (path != NULL || isatty(STDOUT_FILENO) == 0))
        return put(path, bytes, err);
    unsigned char *text = natt_cli_alloc(room, 1, 0);
    (void)mbedtls_base64_encode(text, room, &len, bytes.ptr, bytes.len);
    text[len++] = '\n';
    bool done = put(path, (natt_bytes){text, len}, err);
    free(text);
    return done;
}
