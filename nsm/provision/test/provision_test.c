/* The provisioner with keys that need no KMS, and a module that fails: the remaining tokens, and the notifications. */
#define _GNU_SOURCE
#include "nsm/provision/provision.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/provision/test/fake_keys.h"
#include "nsm/provision/test/fake_module.h"
#include "nsm/provision/test/support.h"

static natt_provisioner *p;
static natt_provision_options options;
static natt_database_key rows[2];

static void open_again(void)
{
    natt_provisioner_close(p);
    p = natt_provisioner_open(&options, &err);
    cr_assert_not_null(p, "%s", err.message);
}

static void begin(void)
{
    fake_module_begin();
    options = (natt_provision_options){.folder = folder_make(), .module = fake_module_path(), .lifetime_s = 1000};
    rows[0] = (natt_database_key){view("w"), 1, "a", view("PEM\n")};
    rows[1] = (natt_database_key){view("x"), 2, "b", {NULL, 0}};
    key_version = 1;
    load_fails = false;
    p = NULL;
    open_again();
}

static void end(void)
{
    natt_provisioner_close(p);
    folder_remove();
}

TestSuite(provision, .init = begin, .fini = end);

static bool add(const char *label)
{
    return natt_provision_add(p, label, "1234", rows, COUNT_OF(rows), &err);
}

static size_t count(void)
{
    static natt_provision_description list[NATT_TOKEN_MAX];
    return natt_provision_list(p, list);
}

Test(provision, token_is_added_described_and_removed)
{
    natt_provision_description d;
    cr_assert(add("t"), "%s", err.message);
    cr_expect_eq(fake_module_slot("t")->object_count, 4);
    open_again();
    cr_assert(count() == 1 && natt_provision_describe(p, &d, "t", "1234", &err));
    cr_expect(strcmp(d.label, "t") == 0 && d.slot == 0 && d.key_count == 2 && d.ttl_s >= 990 && d.ttl_s <= 1000);
    cr_expect_str_eq(d.keys[1].row.label, "b");
    cr_expect_not(natt_provision_remove(p, "t", "12345", &err));
    cr_expect(err.code == NATT_PROVISION_E_PIN_WRONG && count() == 1 && fake_module_tokens("t") == 1);
    cr_expect(natt_provision_remove(p, "t", "1234", &err));
    cr_expect(count() == 0 && fake_module_tokens("t") == 0);
    cr_expect_not(natt_provision_describe(p, &d, "t", "1234", &err));
    cr_expect_eq(err.code, NATT_PROVISION_E_NOT_FOUND);
}

Test(provision, label_and_pin_limits)
{
    static const struct {
        const char *label, *pin;
        natt_provision_code code;
    } cases[] = {
        {"", "1234", NATT_PROVISION_E_LABEL_SHORT},
        {"0123456789012345678901234567890", "1234", NATT_PROVISION_OK},
        {"01234567890123456789012345678901", "1234", NATT_PROVISION_OK},
        {"012345678901234567890123456789012", "1234", NATT_PROVISION_E_LABEL_LONG},
        {"a", "123", NATT_PROVISION_E_PIN_SHORT},
        {"a", "1234", NATT_PROVISION_OK},
        {"b", "0123456789012345678901234567890123456789012345678901234567890123", NATT_PROVISION_OK},
        {"c", "01234567890123456789012345678901234567890123456789012345678901234", NATT_PROVISION_E_PIN_LONG},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        cr_expect_eq(natt_provision_add(p, cases[i].label, cases[i].pin, rows, 1, &err),
                     cases[i].code == NATT_PROVISION_OK, "%zu", i);
        cr_expect_eq(err.code, cases[i].code, "%zu: %s", i, err.message);
    }
    cr_expect_eq(loads, 4);
}

Test(provision, labels_are_utf8)
{
    static const struct {
        const char *label;
        int offset; /* offset of the invalid byte; -1 = none */
        unsigned byte;
    } cases[] = {
        {"\x7f", -1, 0},
        {"\xc2\x80", -1, 0},
        {"\xdf\xbf", -1, 0},
        {"\xe0\xa0\x80", -1, 0},
        {"\xed\x9f\xbf", -1, 0},
        {"\xee\x80\x80", -1, 0},
        {"\xf0\x90\x80\x80", -1, 0},
        {"\xf4\x8f\xbf\xbf", -1, 0},
        {"ab\xff", 2, 0xff},
        {"\x80", 0, 0x80},
        {"\xc1\xbf", 0, 0xc1},
        {"a\xe0\x9f\xbf", 1, 0xe0},
        {"\xc3\xa4\xed\xa0\x80", 2, 0xed},
        {"\xf0\x8f\xbf\xbf", 0, 0xf0},
        {"\xf4\x90\x80\x80", 0, 0xf4},
        {"\xf5\x80\x80\x80", 0, 0xf5},
        {"\xc3", 0, 0xc3},
        {"\xe2\x82", 0, 0xe2},
        {"\xf1\x80\x80x", 0, 0xf1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char message[160];
        bool good = cases[i].offset < 0;
        cr_expect_eq(natt_provision_add(p, cases[i].label, "1234", rows, 1, &err), good, "%zu: %s", i, err.message);
        (void)snprintf(message, sizeof message,
                       "a label is not UTF-8: of the token, the character that begins with byte 0x%02x at offset %d",
                       cases[i].byte, cases[i].offset);
        if (!good)
            expect_error(NATT_PROVISION_E_LABEL_TEXT, message);
        cr_expect_eq(fake_module_tokens(cases[i].label), good ? 1 : 0, "%zu", i);
    }
    cr_expect_eq(loads, 8);
}

Test(provision, labels_of_keys_are_utf8)
{
    bool changed;
    cr_assert(add("t") && loads == 1);
    rows[1].label = "b\xff";
    cr_expect_not(add("u"));
    cr_expect(err.code == NATT_PROVISION_E_LABEL_TEXT && err.key == 1 && contains(err.message, "of the key, "));
    cr_expect_not(natt_provision_update(p, "t", "1234", rows, 2, &changed, &err) || changed);
    cr_expect(err.code == NATT_PROVISION_E_LABEL_TEXT && err.key == 1 && loads == 1 && count() == 1);
}

Test(provision, label_twice_is_refused_before_kms_is_asked)
{
    cr_assert(add("t") && loads == 1);
    cr_expect_not(add("t"));
    cr_expect(err.code == NATT_PROVISION_E_LABEL_IN_USE && loads == 1 && fake_module_tokens("t") == 1);
    (void)strcpy(fake_module_slot("t")->label, "others");
    cr_expect_not(add("others"));
    cr_expect(err.code == NATT_PROVISION_E_LABEL_FOREIGN && contains(err.message, "--state directory did not create"));
}

Test(provision, refused_keys_leave_nothing)
{
    load_fails = true;
    cr_expect_not(add("t"));
    cr_expect(err.code == NATT_PROVISION_E_KMS && count() == 0 && fake->slot_count == 1);
}

static const struct {
    enum fake_function function;
    unsigned calls;
} steps[] = {{FAKE_GET_SLOT_LIST, 12}, {FAKE_INIT_TOKEN, 1}, {FAKE_OPEN_SESSION, 2},
             {FAKE_LOGIN, 2},          {FAKE_INIT_PIN, 1},   {FAKE_CREATE_OBJECT, 4}};

/* The function fails once, or until the program reopens the state, which repairs the rest. */
static void expect_no_token(size_t step, unsigned call, unsigned times)
{
    fake_module_fails(steps[step].function, call, times, CKR_DEVICE_ERROR);
    cr_expect_not(add("t"), "%zu %u", step, call);
    cr_expect(err.code == NATT_PROVISION_E_MODULE && err.ckr == CKR_DEVICE_ERROR, "%zu %u: %s", step, call,
              err.message);
    fake_module_works();
    if (times > 1)
        open_again();
    cr_expect_eq(count(), 0, "%zu %u", step, call);
    cr_expect_eq(fake_module_tokens("t"), 0, "%zu %u", step, call);
}

Test(provision, failing_module_leaves_no_token)
{
    for (size_t i = 0; i < COUNT_OF(steps); i++)
        for (unsigned call = 1; call <= steps[i].calls; call++) {
            expect_no_token(i, call, 1);
            expect_no_token(i, call, 1000);
        }
    cr_expect(add("t"), "%s", err.message);
}

Test(provision, refresh_compares_and_begins_the_lifetime_anew)
{
    natt_provision_description d;
    cr_assert(add("t"));
    options.lifetime_s = 5000;
    open_again();
    key_version = 2;
    cr_expect_not(natt_provision_refresh(p, "t", "1234", &err));
    cr_expect(err.code == NATT_PROVISION_E_REFRESH && err.key == 0);
    key_version = 1;
    load_fails = true;
    cr_expect_not(natt_provision_refresh(p, "t", "1234", &err) || err.code != NATT_PROVISION_E_KMS);
    load_fails = false;
    fake_module_fails(FAKE_LOGIN, 1, 1, CKR_DEVICE_ERROR);
    cr_expect_not(natt_provision_refresh(p, "t", "1234", &err));
    cr_expect(natt_provision_describe(p, &d, "t", "1234", &err) && d.ttl_s <= 1000);
    cr_expect(natt_provision_refresh(p, "t", "1234", &err), "%s", err.message);
    cr_expect(natt_provision_describe(p, &d, "t", "1234", &err) && d.ttl_s > 900 && d.ttl_s <= 1000); /* its own */
    cr_expect_not(natt_provision_refresh(p, "t", "1235", &err) || err.code != NATT_PROVISION_E_PIN_WRONG);
    cr_expect_not(natt_provision_refresh(p, "u", "1234", &err) || err.code != NATT_PROVISION_E_NOT_FOUND);
}

Test(provision, refresh_that_cannot_be_written_changes_nothing)
{
    natt_provision_description d;
    char path[160];
    cr_assert(add("t"));
    options.lifetime_s = 5000;
    open_again();
    (void)snprintf(path, sizeof path, "%s/state.new", options.folder);
    cr_assert(unlink(path) == 0 && mkdir(path, 0700) == 0);
    cr_expect_not(natt_provision_refresh(p, "t", "1234", &err));
    cr_expect(err.code == NATT_PROVISION_E_SYSTEM && natt_provision_describe(p, &d, "t", "1234", &err));
    cr_expect_leq(d.ttl_s, 1000);
}

Test(provision, token_without_keys_has_nothing_to_refresh)
{
    cr_assert(natt_provision_add(p, "t", "1234", NULL, 0, &err));
    cr_expect_not(natt_provision_refresh(p, "t", "1234", &err));
    cr_expect_eq(err.code, NATT_PROVISION_E_EMPTY);
}

Test(provision, update_tells_whether_a_certificate_changed)
{
    bool changed = true;
    cr_assert(add("t"));
    cr_expect(natt_provision_update(p, "t", "1234", rows, 2, &changed, &err) && !changed);
    rows[0].pem = view("PEN\n");
    cr_expect(natt_provision_update(p, "t", "1234", rows, 2, &changed, &err) && changed);
    rows[1].pem = view("NEW\n");
    cr_expect(natt_provision_update(p, "t", "1234", rows, 2, &changed, &err) && changed);
    cr_expect(natt_provision_update(p, "t", "1234", rows, 1, &changed, &err) && changed);
    cr_expect(count() == 1 && fake_module_slot("t")->object_count == 2);
    load_fails = true;
    cr_expect_not(natt_provision_update(p, "t", "1234", rows, 2, &changed, &err) || changed);
    cr_expect(count() == 1 && fake_module_slot("t")->object_count == 2);
    cr_expect_not(natt_provision_update(p, "t", "4321", rows, 2, &changed, &err) ||
                  err.code != NATT_PROVISION_E_PIN_WRONG);
}

/* Tokens with a lifetime of three seconds, in which a loaded machine adds all four. */
Test(provision, what_has_expired_is_gone)
{
    const struct timespec pause = {0, 20000000};
    options.lifetime_s = 3;
    open_again();
    cr_assert(add("a") && add("b") && add("c") && add("d"));
    uint64_t next_ms, begun = natt_boottime_s();
    cr_expect(natt_provision_expire(p, &next_ms, &err) && next_ms / 1000 <= begun + 4);
    while (natt_boottime_s() <= begun + 3)
        (void)nanosleep(&pause, NULL);
    cr_expect_not(natt_provision_refresh(p, "c", "1234", &err) || err.code != NATT_PROVISION_E_NOT_FOUND);
    cr_expect_not(natt_provision_remove(p, "d", "1234", &err) || err.code != NATT_PROVISION_E_NOT_FOUND);
    cr_expect(fake_module_tokens("c") + fake_module_tokens("d") == 0 &&
              count() == 2);                                    /* no program can connect after a removal */
    fake_module_fails(FAKE_INIT_TOKEN, 1, 2, CKR_DEVICE_ERROR); /* it is tried twice */
    cr_expect_not(natt_provision_expire(p, &next_ms, &err));    /* one could not be removed, the other was */
    cr_expect_eq(err.code, NATT_PROVISION_E_MODULE);
    cr_expect_eq(fake_module_tokens("a") + fake_module_tokens("b"), 1);
    cr_expect(natt_provision_expire(p, &next_ms, &err) && next_ms == UINT64_MAX);
    cr_expect(count() == 0 && fake_module_tokens("a") + fake_module_tokens("b") == 0);
}

Test(provision, removal_that_fails_is_repaired)
{
    natt_provision_description d;
    cr_assert(add("t") && add("u"));
    fake_module_fails(FAKE_INIT_TOKEN, 1, 1000, CKR_DEVICE_ERROR);
    cr_expect_not(natt_provision_remove(p, "t", "1234", &err));
    cr_expect(err.code == NATT_PROVISION_E_MODULE && !natt_provision_describe(p, &d, "t", "1234", &err));
    natt_provisioner_close(p);
    p = natt_provisioner_open(&options, &err);
    cr_expect(p == NULL && err.code == NATT_PROVISION_E_MODULE && err.ckr == CKR_DEVICE_ERROR);
    fake_module_works();
    open_again();
    cr_expect(count() == 1 && fake_module_tokens("t") == 0 && fake_module_tokens("u") == 1);
}

Test(provision, more_than_128_are_refused)
{
    char label[16];
    for (int i = 0; i < NATT_TOKEN_MAX; i++) {
        (void)snprintf(label, sizeof label, "t%d", i);
        cr_assert(natt_provision_add(p, label, "1234", rows, 0, &err), "%d: %s", i, err.message);
    }
    cr_expect_not(add("more"));
    cr_expect(err.code == NATT_PROVISION_E_TOO_MANY && count() == 128 && fake_module_tokens("more") == 0);
}

Test(provision, folder_or_module_that_does_not_open_is_told)
{
    natt_provisioner_close(p);
    options.module = "/nonexistent.so";
    p = natt_provisioner_open(&options, &err);
    cr_expect(p == NULL && err.code == NATT_PROVISION_E_MODULE);
    options.folder = "/nonexistent/folder";
    p = natt_provisioner_open(&options, &err);
    cr_expect(p == NULL && err.code == NATT_PROVISION_E_SYSTEM);
}
