/* See file.h. */
#include "cli/frame/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/system.h"

static bool fail_io(natt_cli_error *err, const char *what, const char *path)
{
    return natt_cli_fail(err, NATT_CLI_IO, "check the path and its permissions", "cannot %s %.500s: %s", what, path,
                         strerror(errno));
}

static bool read_stream(natt_cli_buf *out, FILE *in, const char *path, natt_cli_error *err)
{
    *out = (natt_cli_buf){natt_cli_alloc(NATT_CLI_MAX_FILE, 1, 1), 0};
    out->len = fread(out->ptr, 1, NATT_CLI_MAX_FILE + 1, in);
    if (ferror(in) == 0)
        return true;
    natt_cli_buf_free(out);
    return fail_io(err, "read", path);
}

static bool check_size(natt_cli_buf *file, const char *path, natt_cli_error *err)
{
    if (file->len <= NATT_CLI_MAX_FILE)
        return true;
    natt_cli_buf_free(file);
    return natt_cli_fail(err, NATT_CLI_USAGE, "check that it is the right file", "%.500s is larger than 1 MiB", path);
}

bool natt_cli_stream_read(natt_cli_buf *out, FILE *in, const char *path, natt_cli_error *err)
{
    return read_stream(out, in, path, err) && check_size(out, path, err);
}

static bool read_path(natt_cli_buf *out, const char *path, natt_cli_error *err)
{
    *out = (natt_cli_buf){NULL, 0};
    FILE *in = natt_cli_open(path, "rb");
    if (in == NULL)
        return fail_io(err, "open", path);
    bool done = read_stream(out, in, path, err);
    (void)fclose(in);
    return done;
}

bool natt_cli_file_read(natt_cli_buf *out, const char *path, natt_cli_error *err)
{
    return read_path(out, path, err) && check_size(out, path, err);
}

bool natt_cli_input_read(natt_cli_buf *out, const char *path, natt_cli_error *err)
{
    if (strcmp(path, "-") == 0)
        return read_stream(out, stdin, "standard input", err);
    return read_path(out, path, err);
}

bool natt_cli_check_out(const char *out, const char *read, natt_cli_error *err)
{
    return strcmp(out, "-") == 0 || strcmp(read, "-") == 0 || !natt_cli_is_one_file(out, read) ||
           natt_cli_fail(err, NATT_CLI_USAGE, "name another file: the input would be overwritten",
                         "--out %.300s is the input file", out);
}

bool natt_cli_file_write(const char *path, const void *bytes, size_t len, natt_cli_error *err)
{
    FILE *out = natt_cli_open(path, "wb");
    bool written = out != NULL && fwrite(bytes, 1, len, out) == len;
    bool closed = out != NULL && fclose(out) == 0;
    return (written && closed) || natt_cli_fail(err, NATT_CLI_IO, "check the path and its permissions",
                                                "cannot write %.500s: %s", path, strerror(errno));
}
