/*
 * No secret remains: the test searches every freed block, every unmapped page and the stack below a call for parts of
 * the private key, of the plaintext and of the content's key. This file defines free, also for mbedTLS, so sanitizers
 * exclude this test; munmap is wrapped (nsm/test/meson.build).
 */
#define _GNU_SOURCE /* memmem */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <criterion/criterion.h>

#include "nsm/recipient/key.h"
#include "nsm/recipient/secret.h"
#include "nsm/test/recipient_keys.h"
#include "nsm/test/recipient_support.h"
#include "nsm/test/support.h"

#define PART  16 /* bytes; a shorter text may occur by chance */
#define STACK 65536

static uint8_t parts[64][PART];
static const char *names[64];
static size_t part_count;
static bool watching;
static unsigned freed, found, unmapped;

extern void __libc_free(void *block);
int __real_munmap(void *at, size_t len);
int __wrap_munmap(void *at, size_t len);

static void search(const void *block, size_t len, const char *where)
{
    for (size_t i = 0; i < part_count; i++) {
        if (memmem(block, len, parts[i], PART) == NULL)
            continue;
        found++;
        (void)fprintf(stderr, "# %s is left %s\n", names[i], where);
    }
}

void free(void *block)
{
    if (block != NULL && watching) {
        watching = false;
        freed++;
        search(block, malloc_usable_size(block), "on the heap");
        watching = true;
    }
    __libc_free(block);
}

int __wrap_munmap(void *at, size_t len)
{
    const uint8_t *p = at;
    unmapped += watching ? 1 : 0;
    for (size_t i = 0; watching && i < len; i++)
        if (p[i] != 0) {
            (void)fprintf(stderr, "# byte %zu of a page is not wiped\n", i);
            found++;
            break;
        }
    return __real_munmap(at, len);
}

/* Searches for both ends and the middle, as written and reversed, as numbers are in memory. */
static void add(const uint8_t *secret, size_t len, const char *name)
{
    for (size_t at = 0; at + PART <= len; at += (len - PART + 1) / 2 + (len == PART)) {
        cr_assert_leq(part_count + 2, sizeof parts / sizeof parts[0]);
        memcpy(parts[part_count], secret + at, PART);
        names[part_count++] = name;
        for (size_t i = 0; i < PART; i++)
            parts[part_count][i] = secret[at + PART - 1 - i];
        names[part_count++] = name;
    }
}

static void __attribute__((noinline)) clean_stack(void)
{
    uint8_t area[STACK];
    memset(area, 0, sizeof area);
    __asm__ volatile("" : : "r"(area) : "memory");
}

static void __attribute__((noinline)) search_stack(void)
{
    uint8_t area[STACK];
    __asm__ volatile("" : : "r"(area) : "memory");
    search(area, sizeof area, "on the stack");
}

static uint8_t plaintext[48], opened[64];
static struct test_message m;
static size_t len;

static void add_key(const natt_recipient_key *key)
{
    add(key->d, key->modulus_len, "d");
    add(key->p, key->modulus_len / 2, "p");
    add(key->q, key->modulus_len / 2, "q");
}

static void begin(void)
{
    for (size_t i = 0; i < sizeof plaintext; i++)
        plaintext[i] = (uint8_t)(0x31 + 5 * i);
    test_message_init(&m);
    test_message_content(&m, plaintext, sizeof plaintext);
    add_key(test_recipient_key());
    add(plaintext, sizeof plaintext, "the plaintext");
    add(m.cek, 32, "the content's key");
}

static void watch(void)
{
    freed = unmapped = found = 0;
    clean_stack();
    watching = true;
}

static void expect_clean(const char *what)
{
    watching = false;
    search_stack();
    cr_expect_eq(found, 0, "%s", what);
    cr_expect_gt(freed, 0, "%s: mbedTLS freed nothing; does it use a different free()?", what);
    cr_expect_gt(unmapped, 0, "%s: no secret memory", what);
}

Test(recipient_secrets, opening_leaves_nothing, .init = begin)
{
    natt_bytes message = test_message_write(&m);
    watch();
    bool ok = natt_recipient_open(test_recipient_key(), opened, sizeof opened, &len, message, NULL);
    expect_clean("opened");
    cr_assert(ok && test_equal((natt_bytes){opened, len}, (natt_bytes){plaintext, sizeof plaintext}));
    watch();
    ok = natt_recipient_open(test_recipient_key(), opened, sizeof plaintext - 1, &len, message, NULL);
    expect_clean("no room");
    cr_assert_not(ok);
}

Test(recipient_secrets, failing_leaves_nothing, .init = begin)
{
    m.content[sizeof plaintext + 15] = 3;
    natt_bytes message = test_message_write(&m);
    watch();
    cr_assert_not(natt_recipient_open(test_recipient_key(), opened, sizeof opened, &len, message, NULL));
    expect_clean("padding");
    m.garbled_key = true;
    message = test_message_write(&m);
    watch();
    cr_assert_not(natt_recipient_open(test_recipient_key(), opened, sizeof opened, &len, message, NULL));
    expect_clean("key");
}

/* Also searches for a line of the PEM. */
Test(recipient_secrets, keys_leave_nothing_but_themselves, .init = begin)
{
    static char pem[NATT_RECIPIENT_MAX_PEM];
    add((const uint8_t *)test_key_pem + 28 + 65 * 12, 48, "a line of the PEM");
    watch();
    natt_recipient_key *key = natt_recipient_key_parse(test_text(test_key_pem), NULL);
    bool ok = natt_recipient_key_pem(key, pem, sizeof pem, &len, NULL);
    natt_recipient_key_free(key);
    expect_clean("parsed, written, freed");
    cr_assert(ok);
    watch();
    cr_assert_null(natt_recipient_key_parse((natt_bytes){(const uint8_t *)test_key_pem, 1500}, NULL));
    expect_clean("half a key");
}

Test(recipient_secrets, sealing_leaves_nothing, .init = begin)
{
    static uint8_t sealed[NATT_RECIPIENT_MAX_SEALED];
    const natt_verified *v = test_verified();
    watch();
    bool ok =
        natt_recipient_seal(sealed, sizeof sealed, &len, v, (natt_bytes){plaintext, sizeof plaintext}, NULL, NULL);
    expect_clean("sealed");
    cr_assert(ok);
    watch();
    ok = natt_recipient_seal(sealed, 100, &len, v, (natt_bytes){plaintext, sizeof plaintext}, NULL, NULL);
    expect_clean("no room");
    cr_assert_not(ok);
}

Test(recipient_secrets, the_search_finds_what_is_there, .init = begin)
{
    uint8_t *block = malloc(4000);
    cr_assert_not_null(block);
    memcpy(block + 1000, plaintext, sizeof plaintext);
    watch();
    free(block);
    watching = false;
    cr_assert_gt(found, 0);
    void *page = natt_secret_new(100);
    cr_assert_not_null(page);
    ((uint8_t *)page)[99] = 1;
    found = 0;
    watching = true;
    (void)__wrap_munmap(page, 100);
    watching = false;
    cr_assert_eq(found, 1);
}

static bool has_flag(const void *at, const char *flag)
{
    char line[512];
    FILE *f = fopen("/proc/self/smaps", "r");
    bool inside = false, has = false;
    cr_assert_not_null(f);
    while (fgets(line, sizeof line, f) != NULL) {
        unsigned long from, to;
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            inside = (unsigned long)(uintptr_t)at >= from && (unsigned long)(uintptr_t)at < to;
        has = has || (inside && strncmp(line, "VmFlags:", 8) == 0 && strstr(line, flag) != NULL);
    }
    (void)fclose(f);
    return has;
}

/* Some containers allow no locked memory. */
static bool may_lock(void)
{
    static uint8_t probe[8192];
    bool locked = mlock(probe, sizeof probe) == 0;
    (void)munlock(probe, sizeof probe);
    return locked;
}

Test(recipient_secrets, keys_are_locked_and_not_dumped)
{
    natt_recipient_key *key = test_recipient_key();
    cr_assert(has_flag(key, " dd"), "the pages of keys would be in core dumps");
    cr_expect(has_flag(key, " lo") || !may_lock(), "the pages of keys are not locked");
    natt_recipient_key *own = natt_recipient_process_key(NULL, NULL);
    cr_assert_not_null(own);
    cr_assert(has_flag(own, " wf"), "children would inherit the key of the process");
}
