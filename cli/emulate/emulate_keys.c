/* Stored keys of nitro-attest emulate: --pki and --init. */
#define _XOPEN_SOURCE 700 /* realpath, S_ISVTX */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <mbedtls/platform_util.h>

#include "cli/emulate/emulate_request.h"
#include "cli/frame/bytes.h"

static bool others_can_write(const char *dir)
{
    struct stat about;
    return stat(dir, &about) == 0 && (about.st_mode & 022) != 0;
}

/* The folder may not exist, so the path ends with its parent. */
static char *parent_of(const char *dir)
{
    size_t len = strlen(dir);
    while (len > 1 && dir[len - 1] == '/')
        len--;
    while (len > 0 && dir[len - 1] != '/')
        len--;
    char *parent = natt_cli_alloc(len, 1, 2);
    memcpy(parent, len == 0 ? "." : dir, len == 0 ? 1 : len);
    char *resolved = realpath(parent, NULL);
    free(parent);
    return resolved;
}

static bool others_can_replace(const char *dir)
{
    struct stat about;
    return stat(dir, &about) == 0 && (about.st_mode & 022) != 0 && (about.st_mode & S_ISVTX) == 0;
}

/* Shortens the path to the last directory that other users can write to. */
static bool find_writable(char *path)
{
    while (!others_can_replace(path)) {
        char *slash = strrchr(path, '/');
        if (slash == NULL || path[1] == '\0')
            return false;
        slash[slash == path ? 1 : 0] = '\0';
    }
    return true;
}

static void put_parent_hint(char *out, size_t size, const char *dir)
{
    char *parent = parent_of(dir);
    if (parent != NULL && find_writable(parent))
        (void)snprintf(out, size,
                       "name another folder, or remove the write permission of other users: chmod go-w %.300s", parent);
    else
        (void)snprintf(out, size, "name another folder: each directory above it must belong to you or root");
    free(parent);
}

static void put_hint(char *out, size_t size, const natt_cli_emulate_args *args, const natt_emulator_error *e)
{
    const char *dir = args->pki;
    if (e->code == NATT_EMULATOR_E_PKI_UNSAFE && others_can_write(dir))
        (void)snprintf(out, size, "chmod go-w %.300s", dir);
    else if (e->code == NATT_EMULATOR_E_PKI_UNSAFE)
        put_parent_hint(out, size, dir);
    else if (args->init && e->code == NATT_EMULATOR_E_PKI_EXISTS)
        (void)snprintf(out, size, "leave --init out to use it, or name another folder");
    else if (args->init)
        (void)snprintf(out, size, "name a folder that you can create and write to");
    else if (e->errno_value == ENOENT)
        (void)snprintf(out, size, "create it first: nitro-attest emulate --pki %.200s --init", dir);
    else
        (void)snprintf(out, size, "name a folder that nitro-attest emulate --pki DIR --init created");
}

static bool fail(const natt_cli_emulate_args *args, const natt_emulator_error *e, natt_cli_error *err)
{
    char hint[sizeof err->hint];
    const bool system = e->errno_value != 0;
    const bool usage = e->code == NATT_EMULATOR_E_PKI_FILE && !args->init;
    put_hint(hint, sizeof hint, args, e);
    return natt_cli_fail(err, usage ? NATT_CLI_USAGE : NATT_CLI_IO, hint, "--pki %.300s: %s%s%s%s", args->pki,
                         e->message, system ? " (" : "", system ? strerror(e->errno_value) : "", system ? ")" : "");
}

static bool make(const natt_cli_emulate_args *args, natt_cli_error *err)
{
    natt_emulator_error e;
    if (!args->init)
        return true;
    if (!natt_emulator_pki_init(args->pki, &e))
        return fail(args, &e, err);
    (void)fprintf(stderr, "created a test PKI: %s/root.pem is its root\n", args->pki);
    return true;
}

bool natt_cli_emulate_keys(const natt_cli_emulate_args *args, natt_cli_error *err)
{
    uint8_t seed[NATT_EMULATOR_SEED_LEN];
    natt_emulator_error e;
    if (args->pki == NULL)
        return true;
    if (!make(args, err))
        return false;
    bool good = natt_emulator_pki_load(seed, args->pki, &e);
    mbedtls_platform_zeroize(seed, sizeof seed);
    return good || fail(args, &e, err);
}

bool natt_cli_emulate_fail(const natt_cli_emulate_args *args, const natt_emulator_error *e, natt_cli_error *err)
{
    if (e->code >= NATT_EMULATOR_E_PKI_ACCESS && e->code <= NATT_EMULATOR_E_PKI_FILE)
        return fail(args, e, err);
    const bool system = e->code >= NATT_EMULATOR_E_MEMORY;
    return natt_cli_fail(err, system ? NATT_CLI_IO : NATT_CLI_USAGE, system ? natt_emulator_code_remedy(e->code) : "",
                         "%s", e->message);
}
