/* The keys of nitro-attest emulate that are kept: --pki and --init. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <mbedtls/platform_util.h>

#include "emulate_request.h"

static bool others_can_write(const char *dir)
{
    struct stat about;
    return stat(dir, &about) == 0 && (about.st_mode & 022) != 0;
}

/* The folder may not be there yet, so its parent is named without it. */
static void put_parent_hint(char *out, size_t size, const char *dir)
{
    size_t len = strlen(dir);
    while (len > 1 && dir[len - 1] == '/')
        len--;
    while (len > 0 && dir[len - 1] != '/')
        len--;
    while (len > 1 && dir[len - 1] == '/')
        len--;
    (void)snprintf(out, size, "name a folder in a place of your own, or take the right from others: chmod go-w %.*s",
                   len == 0 ? 1 : (int)(len < 200 ? len : 200), len == 0 ? "." : dir);
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
