/* The keys of nitro-attest emulate that are kept: --pki and --init. */
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

/* The folder may not be there, so its parent is named without it. */
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

/* Cuts the path to the first directory, from the end, that others can write to. */
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
                       "name a folder in a place of your own, or take the right from others: chmod go-w %.300s",
                       parent);
    else
        (void)snprintf(out, size,
                       "name a folder in a place of your own: every directory above must be yours or root's");
    free(parent);
}

/* What to do, by the errno in the error's item (emulator.h). */
static void put_hint(char *out, size_t size, const natt_cli_emulate_args *args, const natt_error *e)
{
    const char *dir = args->pki;
    if (e->item == EPERM && others_can_write(dir))
        (void)snprintf(out, size, "chmod go-w %.300s", dir);
    else if (e->item == EPERM)
        put_parent_hint(out, size, dir);
    else if (args->init && e->item == EEXIST)
        (void)snprintf(out, size, "leave --init out to use it, or name another folder");
    else if (args->init)
        (void)snprintf(out, size, "name a folder that you can make and write to");
    else if (e->item == ENOENT)
        (void)snprintf(out, size, "make it first: nitro-attest emulate --pki %.200s --init", dir);
    else
        (void)snprintf(out, size, "name a folder that nitro-attest emulate --pki DIR --init has made");
}

static bool fail(const natt_cli_emulate_args *args, const natt_error *e, natt_cli_error *err)
{
    char hint[sizeof err->hint];
    bool system = e->item != NATT_NO_ITEM;
    put_hint(hint, sizeof hint, args, e);
    return natt_cli_fail(err, system || args->init ? NATT_CLI_IO : NATT_CLI_USAGE, hint, "--pki %.300s: %s%s%s%s",
                         args->pki, e->message, system ? " (" : "", system ? strerror((int)e->item) : "",
                         system ? ")" : "");
}

static bool make(const natt_cli_emulate_args *args, natt_cli_error *err)
{
    natt_error e;
    if (!args->init)
        return true;
    if (!natt_emulator_pki_init(args->pki, &e))
        return fail(args, &e, err);
    (void)fprintf(stderr, "made a test PKI: %s/root.pem is its root\n", args->pki);
    return true;
}

bool natt_cli_emulate_keys(const natt_cli_emulate_args *args, natt_cli_error *err)
{
    uint8_t seed[NATT_EMULATOR_SEED_LEN];
    natt_error e;
    if (args->pki == NULL)
        return true;
    if (!make(args, err))
        return false;
    bool good = natt_emulator_pki_load(seed, args->pki, &e);
    mbedtls_platform_zeroize(seed, sizeof seed);
    return good || fail(args, &e, err);
}

bool natt_cli_emulate_fail(const natt_cli_emulate_args *args, const natt_error *e, natt_cli_error *err)
{
    if (args->pki != NULL && strstr(e->message, "root.pem") != NULL)
        return fail(args, e, err);
    return natt_cli_fail(err, e->code == NATT_E_INTERNAL_CRYPTO ? NATT_CLI_IO : NATT_CLI_USAGE, "", "%s", e->message);
}
