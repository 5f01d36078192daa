/* See config.h: values that are safe in every format, and texts with these values. */
#define _XOPEN_SOURCE 700 /* S_ISVTX */

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/certificates/pem.h"
#include "cli/frame/file.h"
#include "cli/provision/address.h"
#include "cli/provision/config.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define PLAIN   LETTERS "/._-+:=@,"

/* ---- checks ---- */

static bool given(const char *option, const char *value, natt_cli_error *err)
{
    return value != NULL || natt_cli_fail(err, NATT_CLI_USAGE, "see --help", "%s is missing", option);
}

/* Quotes, spaces and similar characters have a different meaning in each format. */
static bool is_plain(const char *option, const char *value, const char *characters, natt_cli_error *err)
{
    size_t at = strspn(value, characters);
    return value[at] == '\0' ||
           natt_cli_fail(err, NATT_CLI_USAGE, "use letters, digits and the characters / . _ - + : = @ ,",
                         "%s: configuration files cannot have the character at byte %zu of %.300s", option, at, value);
}

static bool is_label(const char *option, const char *value, size_t most, natt_cli_error *err)
{
    size_t len = strlen(value);
    return (len >= 1 && len <= most) ||
           natt_cli_fail(err, NATT_CLI_USAGE, "give the label that the token was added with",
                         "%s has %zu bytes; 1 to %zu are allowed", option, len, most);
}

static bool is_address(const char *value, natt_cli_error *err)
{
    natt_cli_p11_kit_address address;
    return natt_cli_p11_kit_address_parse(&address, value, false, err) && is_plain("--p11-kit", value, PLAIN ";", err);
}

static bool check(const natt_cli_config_args *a, const natt_cli_config_target *target, natt_cli_error *err)
{
    return given("--label", a->label, err) && is_label("--label", a->label, 32, err) &&
           is_label("--key-label", a->key_label, 63, err) && given("--p11-kit", a->p11_kit, err) &&
           is_address(a->p11_kit, err) && given("--pin-file", a->pin_file, err) &&
           (!target->certificate || given("--certificate", a->certificate, err));
}

/* ---- values ---- */

static char *percent_encoded(const char *text)
{
    size_t len = strlen(text), at = 0;
    char *out = natt_cli_alloc(len, 3, 1);
    for (size_t i = 0; i < len; i++)
        if (strchr(LETTERS "-._", text[i]) != NULL)
            out[at++] = text[i];
        else
            at += (size_t)snprintf(out + at, 4, "%%%02X", (unsigned)(unsigned char)text[i]);
    out[at] = '\0';
    return out;
}

/* pin-source keeps the PIN out of the configuration; the engine reads every byte of the file. */
static char *uri_of(const natt_cli_config_args *a, const natt_cli_config_values *v)
{
    char *key = percent_encoded(a->key_label);
    size_t size = strlen(v->label) + strlen(key) + strlen(v->out) + 100;
    char *uri = natt_cli_alloc(size, 1, 0);
    (void)snprintf(uri, size, "pkcs11:token=%s;object=%s;type=private;pin-source=file:%s/pin", v->label, key, v->out);
    free(key);
    return uri;
}

static bool absolute(char **out, const char *option, const char *path, natt_cli_error *err)
{
    *out = realpath(path, NULL);
    if (*out == NULL)
        return natt_cli_fail(err, NATT_CLI_IO, "check the path and its permissions", "%s: cannot open %.500s: %s",
                             option, path, strerror(errno));
    return is_plain(option, *out, PLAIN, err);
}

/* Otherwise a private key or a damaged file would be detected only when a server starts and reads it. */
static bool check_certificate(const char *path, natt_cli_error *err)
{
    natt_cli_buf file, der;
    natt_cli_pem block;
    size_t count = 0;
    if (!natt_cli_file_read(&file, path, err))
        return natt_cli_fail_in(err, "--certificate");
    char *text = natt_cli_alloc(file.len, 1, 1);
    if (file.len > 0)
        memcpy(text, file.ptr, file.len);
    bool good = true;
    for (const char *at = text; good && natt_cli_pem_next(&block, &at); count++) {
        good = natt_cli_pem_is(&block, "CERTIFICATE") && natt_cli_pem_decode(&der, &block);
        if (good)
            natt_cli_buf_free(&der);
    }
    free(text);
    natt_cli_buf_free(&file);
    return (good && count > 0) ||
           natt_cli_fail(err, NATT_CLI_USAGE, "name the file with the leaf and its issuers, in PEM",
                         "--certificate: %.500s: block %zu is not -----BEGIN CERTIFICATE-----", path,
                         count == 0 ? 1 : count);
}

/* Ours first: with libp11 up to 0.4.13, servers wait forever on p11-kit-client.so when its server has ended. */
static const char *const modules[] = {NATT_MODULE_DIR "/nitro-attest-client.so",
                                      "/usr/lib*/nitro-attest/nitro-attest-client.so",
                                      "/usr/lib/*/nitro-attest/nitro-attest-client.so",
                                      "/usr/lib*/pkcs11/p11-kit-client.so", "/usr/lib/*/pkcs11/p11-kit-client.so"};

static char *first_file(const char *pattern)
{
    glob_t found;
    char *path = glob(pattern, 0, NULL, &found) == 0 ? natt_cli_strdup(found.gl_pathv[0]) : NULL;
    globfree(&found);
    return path;
}

static bool find_module(char **out, const natt_cli_config_args *a, natt_cli_error *err)
{
    if (a->client_module != NULL)
        return absolute(out, "--client-module", a->client_module, err);
    for (size_t i = 0; *out == NULL && i < sizeof modules / sizeof modules[0]; i++)
        *out = first_file(modules[i]);
    return *out != NULL ||
           natt_cli_fail(err, NATT_CLI_IO,
                         "install it (Debian: apt-get install p11-kit-modules), or name it with --client-module",
                         "neither nitro-attest-client.so nor p11-kit-client.so is where distributions install it");
}

static bool make_folder(const char *path, natt_cli_error *err)
{
    return mkdir(path, 0755) == 0 || errno == EEXIST ||
           natt_cli_fail(err, NATT_CLI_IO, "check the path and its permissions", "--out: cannot make %.500s: %s", path,
                         strerror(errno));
}

/* A user who owns the directory or can rename files in it gets the PIN. A sticky bit, as on /tmp, prevents that for
 * other users. */
static bool check_folder(const char *path, natt_cli_error *err)
{
    struct stat s;
    if (lstat(path, &s) != 0)
        return natt_cli_fail(err, NATT_CLI_IO, "check the path and its permissions", "--out: cannot examine %.500s: %s",
                             path, strerror(errno));
    bool owned = s.st_uid == geteuid() || s.st_uid == 0;
    bool closed = (s.st_mode & (S_IWGRP | S_IWOTH)) == 0 || (s.st_mode & S_ISVTX) != 0;
    return (S_ISDIR(s.st_mode) && owned && closed) ||
           natt_cli_fail(err, NATT_CLI_USAGE, "name your own directory, which no one else can write to",
                         "--out: others can replace files in %.500s", path);
}

bool natt_cli_config_values_make(natt_cli_config_values *values, const natt_cli_config_args *args,
                                 const natt_cli_config_target *target, natt_cli_error *err)
{
    const char *out = args->out != NULL ? args->out : ".";
    *values = (natt_cli_config_values){0};
    if (!check(args, target, err) || !find_module(&values->module, args, err) ||
        (args->certificate != NULL && (!absolute(&values->certificate, "--certificate", args->certificate, err) ||
                                       !check_certificate(values->certificate, err))) ||
        !make_folder(out, err) || !absolute(&values->out, "--out", out, err) || !check_folder(values->out, err))
        return false;
    values->label = percent_encoded(args->label);
    values->address = natt_cli_strdup(args->p11_kit);
    values->uri = uri_of(args, values);
    return true;
}

void natt_cli_config_values_free(natt_cli_config_values *values)
{
    free(values->label);
    free(values->uri);
    free(values->address);
    free(values->module);
    free(values->certificate);
    free(values->out);
}

/* ---- texts ---- */

/* The value and the length of the placeholder at the beginning of `text`; NULL = there is none. */
static const char *placeholder(size_t *len, const char *text, const natt_cli_config_values *v)
{
    const struct {
        const char *name, *value;
    } rows[] = {{"@LABEL@", v->label},
                {"@URI@", v->uri},
                {"@ADDRESS@", v->address},
                {"@MODULE@", v->module},
                {"@CERTIFICATE@", v->certificate},
                {"@OUT@", v->out}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        *len = strlen(rows[i].name);
        if (strncmp(text, rows[i].name, *len) == 0)
            return rows[i].value;
    }
    return NULL;
}

char *natt_cli_config_fill(const char *text, const natt_cli_config_values *values)
{
    char *out = NULL;
    size_t size = 0, len;
    FILE *stream = open_memstream(&out, &size);
    if (stream == NULL)
        natt_cli_out_of_memory();
    while (*text != '\0') {
        const char *value = placeholder(&len, text, values);
        if (value != NULL) {
            (void)fputs(value, stream);
            text += len;
        } else {
            (void)fputc(*text++, stream);
        }
    }
    if (fclose(stream) != 0)
        natt_cli_out_of_memory();
    return out;
}
