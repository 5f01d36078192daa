/*
 * Verifies every document of the table, truncated and damaged ones, and genuine ones if available, with natt_verify.
 * Needs only a C compiler and libc: cross builds, musl and MemorySanitizer run it. Prints TAP.
 */
#include "plain_table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned passed, failed, skipped;

__attribute__((format(printf, 3, 4))) static void report(bool good, const char *name, const char *format, ...)
{
    va_list list;
    passed += good;
    failed += !good;
    printf("%sok %u - %s\n", good ? "" : "not ", passed + failed + skipped, name);
    va_start(list, format);
    if (!good)
        vprintf(format, list);
    va_end(list);
}

static bool is_zero(const natt_verified *v)
{
    natt_verified zero = NATT_VERIFIED_INIT;
    return memcmp(v, &zero, sizeof zero) == 0;
}

/* Checks two properties: the verdict of natt_verify, and that a refusal leaves no result. */
static natt_error verdict(natt_bytes document, const natt_options *opt)
{
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    bool ok = natt_verify(&v, document, opt, NULL, &err);
    if (ok != (err.code == NATT_OK) || ok == is_zero(&v))
        err.code = NATT_E_INTERNAL_JOBS;
    return err;
}

static void check_case(const struct natt_plain_case *row)
{
    static struct natt_plain_loaded loaded;
    natt_plain_load(&loaded, row);
    natt_error err = verdict(loaded.document, &loaded.opt);
    report(err.code == row->code && err.item == row->item && err.offset == row->offset, row->name,
           "  %s item %u offset %lu, expected %s item %u offset %lu\n", natt_code_name(err.code), (unsigned)err.item,
           (unsigned long)err.offset, natt_code_name(row->code), (unsigned)row->item, (unsigned long)row->offset);
}

/* In a separate heap block, so that a sanitizer detects a read beyond its end. */
static bool refused(const uint8_t *bytes, size_t len, const natt_options *opt)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    if (copy == NULL)
        return false;
    memcpy(copy, bytes, len);
    natt_error err = verdict((natt_bytes){copy, len}, opt);
    free(copy);
    return err.code >= NATT_E_CBOR_TRUNCATED && err.code < NATT_FIRST_AUTHENTICATED &&
           (err.offset <= len || err.offset == NATT_NO_OFFSET);
}

static void check_truncations(const struct natt_plain_case *row)
{
    static struct natt_plain_loaded loaded;
    char name[200];
    natt_plain_load(&loaded, row);
    size_t len = 0;
    while (len < loaded.document.len && refused(loaded.bytes, len, &loaded.opt))
        len++;
    snprintf(name, sizeof name, "%s: refused when cut anywhere", row->name);
    report(len == loaded.document.len, name, "  wrong at %lu bytes\n", (unsigned long)len);
}

/* One byte in a hundred, and every one of the signature: the whole document is signed. */
static void check_damages(const struct natt_plain_case *row)
{
    static struct natt_plain_loaded loaded;
    char name[200];
    natt_plain_load(&loaded, row);
    size_t at = 0, wrong = SIZE_MAX;
    while (at < loaded.document.len && wrong == SIZE_MAX) {
        loaded.bytes[at] ^= 4;
        wrong = refused(loaded.bytes, loaded.document.len, &loaded.opt) ? SIZE_MAX : at;
        loaded.bytes[at] ^= 4;
        at += at + 196 < loaded.document.len ? 101 : 7;
    }
    snprintf(name, sizeof name, "%s: refused when damaged", row->name);
    report(wrong == SIZE_MAX, name, "  wrong at byte %lu\n", (unsigned long)wrong);
}

static void check_genuine(void)
{
    static struct natt_plain_loaded loaded;
    struct natt_plain_genuine genuine = {.index = NULL};
    if (!natt_plain_has_genuine()) {
        skipped++;
        printf("ok %u - genuine documents # SKIP needs NITRO_ATTEST_SHARED\n", passed + failed + skipped);
        return;
    }
    while (natt_plain_next_genuine(&genuine, &loaded)) {
        natt_error err = verdict(loaded.document, &loaded.opt);
        report(err.code == (genuine.valid ? NATT_OK : NATT_E_COSE_SIGNATURE), genuine.name, "  %s item %u offset %lu\n",
               natt_code_name(err.code), (unsigned)err.item, (unsigned long)err.offset);
    }
}

/* The first accepted documents of each kind. */
static void check_edits(void)
{
    bool seen[2] = {false, false};
    for (size_t i = 0; i < natt_plain_case_count; i++) {
        const struct natt_plain_case *row = &natt_plain_cases[i];
        if (row->code != NATT_OK || seen[row->opt.nitrotpm])
            continue;
        seen[row->opt.nitrotpm] = true;
        check_truncations(row);
        check_damages(row);
    }
}

int main(void)
{
    for (size_t i = 0; i < natt_plain_case_count; i++)
        check_case(&natt_plain_cases[i]);
    check_edits();
    check_genuine();
    printf("1..%u\n# %u passed, %u failed\n", passed + failed + skipped, passed, failed);
    return failed != 0 || passed == 0;
}
