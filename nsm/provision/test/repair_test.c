/* The provisioner with a module that loses tokens, shows one twice, or has tokens of others. */
#define _GNU_SOURCE
#include "nsm/provision/provision.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/provision/test/fake_keys.h"
#include "nsm/provision/test/fake_module.h"
#include "nsm/provision/test/support.h"

static natt_provisioner *p;
static natt_provision_options options;
static natt_database_key rows[2];
static natt_state state;

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
    open_again();
}

static void end(void)
{
    natt_provisioner_close(p);
    folder_remove();
}

TestSuite(repair, .init = begin, .fini = end);

static bool add(const char *label)
{
    return natt_provision_add(p, label, "1234", rows, COUNT_OF(rows), &err);
}

static size_t count(void)
{
    static natt_provision_description list[NATT_TOKEN_MAX];
    return natt_provision_list(p, list);
}

static bool expire(void)
{
    uint64_t next_ms;
    return natt_provision_expire(p, &next_ms, &err);
}

/* The state after a crash; close_state writes it. */
static natt_state_token *open_state(const char *label)
{
    natt_provisioner_close(p);
    p = NULL;
    cr_assert(natt_state_open(&state, options.folder, &(natt_limit){UINT64_MAX, NULL, NULL}, &err), "%s", err.message);
    return natt_state_find(&state, label);
}

static void close_state(void)
{
    cr_assert(natt_state_save(&state, &err), "%s", err.message);
    natt_state_close(&state);
    open_again();
}

static void forget_the_end(void)
{
    (void)open_state("t");
    state.ended_ms = 0;
    close_state();
    cr_assert_eq(natt_provision_ended_ms(p), 0);
}

static char text[8192]; /* of the state's file */

static int read_text(void)
{
    char path[160];
    (void)snprintf(path, sizeof path, "%s/state", options.folder);
    int fd = open(path, O_RDWR);
    memset(text, 0, sizeof text);
    cr_assert(fd >= 0 && read(fd, text, sizeof text - 1) > 0);
    return fd;
}

static void boot_again(void)
{
    natt_provisioner_close(p);
    p = NULL;
    int fd = read_text();
    char *boot_id = strstr(text, "\"boot_id\":\"");
    cr_assert_not_null(boot_id);
    cr_assert_eq(pwrite(fd, "another!", 8, boot_id + 11 - text), 8);
    (void)close(fd);
    open_again();
}

/* A token that others made: its security officer's PIN is theirs. */
static struct fake_slot *make_theirs(const char *label)
{
    struct fake_slot *slot = &fake->slots[fake->slot_count - 1];
    cr_assert(!slot->initialised && fake->slot_count < FAKE_SLOTS);
    slot->initialised = true;
    (void)strcpy(slot->label, label);
    (void)strcpy(slot->so_pin, "theirs");
    fake->slot_count++;
    return slot;
}

/* As if SoftHSM was killed while it wrote the token's file: it no longer shows the token. */
static void lose(const char *label)
{
    fake_module_slot(label)->hidden = true;
}

/* A program that logged in during the removal has written the label that it had read. */
Test(repair, removed_token_that_has_its_label_again_is_removed_again)
{
    cr_assert(add("t"));
    struct fake_slot *slot = fake_module_slot("t");
    cr_assert(natt_provision_remove(p, "t", "1234", &err));
    (void)strcpy(slot->label, "t");
    open_again();
    cr_expect_eq(fake_module_tokens("t"), 0);
    (void)strcpy(slot->label, "t");
    cr_assert(expire());
    cr_expect_eq(fake_module_tokens("t"), 0);
    cr_expect(add("t"), "%s", err.message);
    cr_expect(slot == fake_module_slot("t") && fake_module_tokens("t") == 1);
}

/* Two tokens of one label, both made here: the state has the serial number of the second. */
Test(repair, second_token_of_a_label_is_removed)
{
    cr_assert(add("t") && add("u"));
    struct fake_slot *old = fake_module_slot("u");
    cr_assert(natt_provision_remove(p, "u", "1234", &err));
    (void)strcpy(old->label, "t");
    open_again();
    cr_expect(fake_module_tokens("t") == 1 && fake_module_slot("t") != old && count() == 1);
    cr_expect(natt_provision_refresh(p, "t", "1234", &err), "%s", err.message);
}

Test(repair, tokens_of_others_stay)
{
    struct fake_slot *theirs = make_theirs("theirs");
    cr_assert(add("t"));
    struct fake_slot *same = make_theirs("t");
    open_again();
    cr_assert_eq(fake_module_tokens("t"), 2);
    cr_expect(natt_provision_refresh(p, "t", "1234", &err), "%s", err.message);
    cr_expect(natt_provision_remove(p, "t", "1234", &err), "%s", err.message);
    open_again();
    cr_expect(fake_module_slot("t") == same && fake_module_slot("theirs") == theirs && count() == 0);
    cr_expect(strcmp(same->so_pin, "theirs") == 0 && !same->pin_tried);
}

/* Another program made a token with this label after the label was written into the state, and before C_InitToken. */
Test(repair, token_of_others_is_not_taken_for_one_that_was_begun)
{
    cr_assert(add("t"));
    (void)strcpy(fake_module_slot("t")->so_pin, "theirs");
    natt_state_token *token = open_state("t");
    token->complete = token->made = false;
    memset(&token->serial, 0, sizeof token->serial);
    state.serial_count = 0;
    close_state();
    cr_expect(count() == 0 && fake_module_tokens("t") == 1);
    cr_expect_not(add("t"));
    cr_expect(err.code == NATT_PROVISION_E_LABEL_FOREIGN && fake_module_tokens("t") == 1);
}

Test(repair, lost_token_is_told_and_made_again)
{
    uint64_t before = natt_boottime_ms();
    cr_assert(add("t") && add("u") && natt_provision_ended_ms(p) == 0);
    lose("t");
    cr_expect(expire() && natt_provision_ended_ms(p) >= before);
    cr_expect(natt_provision_is_lost(p, "t") && !natt_provision_is_lost(p, "u") && natt_provision_is_lost(p, "v"));
    open_again();
    before = natt_provision_ended_ms(p);
    cr_expect(before > 0 && expire() && natt_provision_ended_ms(p) == before); /* reported once */
    cr_expect(natt_provision_refresh(p, "t", "1234", &err), "%s", err.message);
    cr_expect(fake_module_tokens("t") == 1 && !natt_provision_is_lost(p, "t") && natt_provision_ended_ms(p) == before);
}

Test(repair, lost_token_is_told_by_whatever_finds_it_first)
{
    bool changed = false;
    cr_assert(add("t"));
    lose("t");
    cr_expect(natt_provision_refresh(p, "t", "1234", &err) && natt_provision_ended_ms(p) > 0, "%s", err.message);
    forget_the_end();
    lose("t");
    cr_expect(natt_provision_update(p, "t", "1234", rows, 2, &changed, &err) && changed, "%s", err.message);
    cr_expect(natt_provision_ended_ms(p) > 0 && fake_module_tokens("t") == 1);
    forget_the_end();
    lose("t");
    cr_expect_not(natt_provision_remove(p, "t", "1234", &err)); /* its keys may be somewhere */
    cr_expect(err.code == NATT_PROVISION_E_MODULE && contains(err.message, "does not show token t"), "%s", err.message);
    cr_expect(count() == 0 && natt_provision_ended_ms(p) > 0);
}

static unsigned looks;

/* After a kill from here on, the serial number identifies the token; before, no program could log in to it. */
static void look_at_state(enum fake_function function)
{
    if (function == FAKE_INIT_TOKEN || function == FAKE_INIT_PIN) {
        (void)close(read_text());
        cr_expect_not_null(strstr(text, "\"label\":\"t\""));
        cr_expect((strstr(text, "\"made\":true") != NULL) == (function == FAKE_INIT_PIN));
        cr_expect((strstr(text, "\"serials\":[\"73") != NULL) == (function == FAKE_INIT_PIN));
        cr_expect_null(strstr(text, "\"complete\":true"));
        looks++;
    }
}

Test(repair, token_is_written_down_before_it_is_made_and_before_it_has_a_pin)
{
    fake->on_call = look_at_state;
    cr_assert(add("t"), "%s", err.message);
    fake->on_call = NULL;
    cr_expect_eq(looks, 2);
}

/* Otherwise, after a kill, the repair would search for the lost token, and leave the new one. */
static void look_for_no_serial(enum fake_function function)
{
    if (function == FAKE_INIT_TOKEN) {
        (void)close(read_text());
        cr_expect_not_null(strstr(text, "\"serial\":\"00000000000000000000000000000000\""));
        looks++;
    }
}

Test(repair, token_that_is_made_again_has_no_serial_number_until_it_is_made)
{
    cr_assert(add("t"));
    lose("t");
    fake->on_call = look_for_no_serial;
    cr_expect(natt_provision_refresh(p, "t", "1234", &err), "%s", err.message);
    fake->on_call = NULL;
    cr_expect_eq(looks, 1);
}

/* The serial number is recorded before the token has a PIN; a kill before that loses no token. */
Test(repair, token_that_never_was_is_not_lost)
{
    fake_module_fails(FAKE_INIT_TOKEN, 1, 1, CKR_DEVICE_ERROR);
    cr_expect(!add("t") && natt_provision_ended_ms(p) == 0);
}

/* C_InitToken was killed before the token's security officer had a PIN; SoftHSM does not give it one later. */
Test(repair, half_made_token_is_not_used)
{
    cr_assert(add("t"));
    struct fake_slot *slot = fake_module_slot("t");
    cr_assert(natt_provision_remove(p, "t", "1234", &err));
    slot->half_made = true;
    cr_expect(add("t") && fake_module_slot("t") != slot, "%s", err.message);
}

static void open_other_state(const char *name)
{
    static char folder[200];
    (void)snprintf(folder, sizeof folder, "%s/%s", options.folder, name);
    options.folder = folder;
    open_again();
}

/* Free tokens have the same labels for every state directory, and each directory has a different security officer's
 * PIN. */
Test(repair, free_token_of_another_state_is_not_tried)
{
    cr_assert(add("t"));
    struct fake_slot *theirs = fake_module_slot("t");
    cr_assert(natt_provision_remove(p, "t", "1234", &err));
    open_other_state("other");
    cr_expect(add("t"), "%s", err.message);
    cr_expect(fake_module_slot("t") != theirs && !theirs->pin_tried);
    open_other_state("third");
    cr_expect_not(add("t"));
    expect_error(NATT_PROVISION_E_LABEL_FOREIGN,
                 "a token with this label exists that this --state directory did not create: t");
    cr_expect_not(natt_provision_refresh(p, "t", "1234", &err));
}

Test(repair, free_token_without_serial_number_of_another_state_is_left)
{
    fake->no_serials = true;
    cr_assert(add("t") && natt_provision_remove(p, "t", "1234", &err));
    open_other_state("other");
    cr_expect(add("t") && fake->slots[0].pin_tried, "%s", err.message);
}

Test(repair, module_without_serial_numbers)
{
    fake->no_serials = true;
    cr_assert(add("t"), "%s", err.message);
    open_again();
    cr_expect(natt_provision_refresh(p, "t", "1234", &err), "%s", err.message);
    cr_assert(add("u"), "%s", err.message);
    cr_expect(natt_provision_remove(p, "u", "1234", &err) && fake_module_tokens("u") == 0);
    cr_expect(fake_module_tokens("t") == 1);
    cr_expect(natt_provision_remove(p, "t", "1234", &err) && fake_module_tokens("t") == 0);
}

/* Otherwise its keys would remain undetected. */
Test(repair, token_of_ours_that_refuses_our_pin_is_not_forgotten)
{
    char so_pin[65];
    cr_assert(add("t"));
    (void)strcpy(so_pin, fake_module_slot("t")->so_pin);
    (void)strcpy(fake_module_slot("t")->so_pin, "changed");
    cr_expect_not(natt_provision_remove(p, "t", "1234", &err));
    cr_expect(err.code == NATT_PROVISION_E_MODULE && err.ckr == CKR_PIN_INCORRECT && count() == 1);
    (void)strcpy(fake_module_slot("t")->so_pin, so_pin);
    open_again();
    cr_expect(count() == 0 && fake_module_tokens("t") == 0);
}

/* Times of an earlier boot are invalid: connections of that time have ended. */
Test(repair, after_another_boot_tokens_are_removed_and_none_is_lost)
{
    cr_assert(add("t") && add("u") && add("v"));
    lose("u");
    cr_assert(expire());
    cr_assert_gt(natt_provision_ended_ms(p), 0);
    lose("v"); /* and the state does not contain it */
    boot_again();
    cr_expect(count() == 0 && fake_module_tokens("t") == 0 && natt_provision_ended_ms(p) == 0);
    cr_expect_not(natt_provision_refresh(p, "t", "1234", &err) || err.code != NATT_PROVISION_E_NOT_FOUND);
    cr_expect(add("t"), "%s", err.message);
}

/* A program that logged in during the removal of the previous token has written back the PIN of that token. */
Test(repair, token_with_another_pin_is_made_again)
{
    static const CK_RV results[] = {CKR_PIN_INCORRECT, CKR_USER_PIN_NOT_INITIALIZED};
    bool changed = false;
    cr_assert(add("t"));
    for (size_t i = 0; i < COUNT_OF(results); i++) {
        (void)strcpy(fake_module_slot("t")->pin, "old");
        fake_module_fails(FAKE_LOGIN, 1, 1, results[i]);
        cr_expect(natt_provision_refresh(p, "t", "1234", &err), "%s", err.message);
        cr_expect_str_eq(fake_module_slot("t")->pin, "1234");
        cr_expect(fake_module_slot("t")->object_count == 4 && natt_provision_ended_ms(p) > 0);
    }
    fake_module_works();
    (void)strcpy(fake_module_slot("t")->pin, "old");
    cr_expect(natt_provision_update(p, "t", "1234", rows, 2, &changed, &err) && changed, "%s", err.message);
    cr_expect_str_eq(fake_module_slot("t")->pin, "1234");
}

/* Anyone with the PIN can delete or replace a key. */
Test(repair, token_without_its_keys_is_made_again)
{
    bool changed = false;
    cr_assert(add("t"));
    for (unsigned i = 0; i < 2; i++) {
        uint64_t before_ms = natt_provision_ended_ms(p);
        (void)usleep(2000);
        fake_module_slot("t")->objects[0].class = FAKE_DESTROYED;
        cr_expect(i == 0 ? natt_provision_refresh(p, "t", "1234", &err)
                         : natt_provision_update(p, "t", "1234", rows, 2, &changed, &err));
        cr_expect(fake_module_slot("t")->objects[0].class == CKO_PRIVATE_KEY && changed == (i == 1));
        cr_expect_gt(natt_provision_ended_ms(p), before_ms);
    }
    fake_module_slot("t")->objects[0].value[31] ^= 1;
    cr_expect(natt_provision_refresh(p, "t", "1234", &err) && natt_provision_refresh(p, "t", "1234", &err));
    uint64_t last_ms = natt_provision_ended_ms(p);
    cr_expect(natt_provision_refresh(p, "t", "1234", &err) && natt_provision_ended_ms(p) == last_ms);
}

/* Needs no PIN, since it is for the program that made the tokens. */
Test(repair, all_are_removed_and_one_that_stays_does_not_save_the_others)
{
    struct fake_slot *theirs = make_theirs("theirs");
    cr_assert(add("t") && add("u"));
    fake_module_fails(FAKE_INIT_TOKEN, 1, 2, CKR_DEVICE_ERROR); /* the removal of each is tried twice */
    cr_expect_not(natt_provision_remove_all(p, &err));
    cr_expect(err.code == NATT_PROVISION_E_MODULE && count() == 1);
    cr_expect(natt_provision_remove_all(p, &err) && count() == 0, "%s", err.message);
    cr_expect(fake_module_tokens("t") + fake_module_tokens("u") == 0 && fake_module_slot("theirs") == theirs);
}
