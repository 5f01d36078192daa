/* See output.h. */
#include "cli/frame/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <mbedtls/base64.h>

#include "cli/frame/file.h"

static bool is_stdout(const char *path)
{
    return path == NULL || strcmp(path, "-") == 0;
}

bool natt_cli_output_is_text(const char *path, bool base64)
{
    return base64 || (is_stdout(path) && isatty(STDOUT_FILENO) != 0);
}

natt_cli_buf natt_cli_base64_line(natt_bytes bytes)
{
    natt_cli_buf out = {natt_cli_alloc((bytes.len + 2) / 3 * 4, 1, 2), 0};
    (void)mbedtls_base64_encode(out.ptr, (bytes.len + 2) / 3 * 4 + 1, &out.len, bytes.ptr, bytes.len);
    out.ptr[out.len++] = '\n';
    return out;
}

static bool put(const char *path, natt_bytes bytes, natt_cli_error *err)
{
    if (!is_stdout(path))
        return natt_cli_file_write(path, bytes.ptr, bytes.len, err);
    return fwrite(bytes.ptr, 1, bytes.len, stdout) == bytes.len ||
           natt_cli_fail(err, NATT_CLI_IO, "", "cannot write to standard output: %s", strerror(errno));
}

bool natt_cli_output(const char *path, bool base64, natt_bytes bytes, natt_cli_error *err)
{
    if (!natt_cli_output_is_text(path, base64))
        return put(path, bytes, err);
    natt_cli_buf text = natt_cli_base64_line(bytes);
    bool done = put(path, natt_cli_buf_view(&text), err);
    natt_cli_buf_free(&text);
    return done;
}
