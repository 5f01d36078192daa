/* The state of the provisioner: files, lock, tokens, PIN. */
#define _GNU_SOURCE /* flock, usleep */
#include "nsm/provision/state_json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/provision/test/support.h"

static natt_state state;
static const char *folder;
static char path[128];

static void begin(void)
{
    folder = folder_make();
    natt_provision_no_error(&err);
}

static void end(void)
{
    natt_state_close(&state);
    folder_remove();
}

TestSuite(state, .init = begin, .fini = end);

static const char *path_of(const char *name)
{
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put(const char *name, const char *text)
{
    int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    (void)close(fd);
}

static const natt_limit forever = {UINT64_MAX, NULL, NULL};

static void reopen(void)
{
    natt_state_close(&state);
    cr_assert(natt_state_open(&state, folder, &forever, &err), "%s", err.message);
}

static natt_state_token *add(const char *label, size_t keys)
{
    natt_database_key rows[] = {{view("\1\2"), 0, "first", view("PEM\n")}, {view("w"), 255, "second", {NULL, 0}}};
    return natt_state_add(&state, label, rows, keys, &err);
}

Test(state, tokens_come_back)
{
    cr_assert(natt_state_open(&state, folder, &forever, &err), "%s", err.message);
    natt_state_token *token = add("acm-token", 2);
    cr_assert(token != NULL && !token->complete && token->slot == 0);
    token->complete = true;
    token->expires_s = 12345;
    memset(token->pin_salt, 0x5a, sizeof token->pin_salt);
    memset(token->pin_digest, 0xa5, sizeof token->pin_digest);
    memset(token->keys[1].spki, 1, NATT_STATE_DIGEST);
    memset(token->keys[1].certificates, 2, NATT_STATE_DIGEST);
    cr_assert(add("empty", 0) != NULL && natt_state_save(&state, &err));
    reopen();
    cr_assert_eq(state.token_count, 2);
    cr_expect(!state.other_boot && !state.tokens[1].complete && state.tokens[1].key_count == 0);
    token = natt_state_find(&state, "acm-token");
    cr_assert(token == &state.tokens[0] && token->key_count == 2);
    cr_expect(token->complete && token->expires_s == 12345 && token->pin_salt[15] == 0x5a);
    cr_expect(token->pin_digest[31] == 0xa5 && token->keys[1].spki[31] == 1 && token->keys[1].certificates[0] == 2);
    cr_expect(token->keys[0].row.id == 0 && token->keys[1].row.id == 255);
    cr_expect(bytes_are(token->keys[0].row.wrapped, "\1\2") && bytes_are(token->keys[0].row.pem, "PEM\n"));
    cr_expect(token->keys[1].row.pem.ptr == NULL && strcmp(token->keys[1].row.label, "second") == 0);
    cr_expect_eq(state.tokens[1].slot, 1);
}

Test(state, files_are_private)
{
    static const char *const names[] = {"lock", "so-pin", "state", "state.new"};
    struct stat s;
    (void)umask(0);
    cr_assert(natt_state_open(&state, folder, &forever, &err) && natt_state_save(&state, &err));
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        cr_assert_eq(stat(path_of(names[i]), &s), 0);
        cr_expect_eq(s.st_mode & 07777, 0600, "%s", names[i]);
    }
    cr_expect_neq(stat(path_of("so-pin.new"), &s), 0);
}

Test(state, folder_is_made)
{
    struct stat s;
    char inner[160];
    (void)snprintf(inner, sizeof inner, "%s/inner", folder);
    (void)umask(0);
    cr_assert(natt_state_open(&state, inner, &forever, &err), "%s", err.message);
    cr_expect(stat(inner, &s) == 0 && (s.st_mode & 07777) == 0700);
}

Test(state, folder_that_others_may_enter_is_refused)
{
    static const mode_t modes[] = {0710, 0701, 0740, 0777};
    char message[200];
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        (void)chmod(folder, modes[i]);
        cr_expect_not(natt_state_open(&state, folder, &forever, &err));
        (void)snprintf(message, sizeof message, "a system call failed: %s must be your own directory with mode 0700",
                       folder);
        expect_error(NATT_PROVISION_E_SYSTEM, message);
        cr_expect(state.folder == -1 && state.lock == -1);
    }
}

Test(state, folder_that_is_none_is_told)
{
    put("file", "");
    cr_expect_not(natt_state_open(&state, path_of("file"), &forever, &err));
    cr_expect(err.code == NATT_PROVISION_E_SYSTEM && err.errno_value == ENOTDIR);
    cr_expect_not(natt_state_open(&state, path_of("no/folder"), &forever, &err));
    cr_expect(err.code == NATT_PROVISION_E_SYSTEM && err.errno_value == ENOENT);
    cr_expect(contains(err.message, "cannot create"));
}

Test(state, so_pin_is_made_once)
{
    char before[33];
    cr_assert(natt_state_open(&state, folder, &forever, &err));
    memcpy(before, state.so_pin, sizeof before);
    cr_expect(strlen(before) == 32 && strspn(before, "0123456789abcdef") == 32);
    reopen();
    cr_expect_str_eq(state.so_pin, before);
}

static void expect_damaged(const char *name)
{
    char message[64];
    cr_expect_not(natt_state_open(&state, folder, &forever, &err), "%s", name);
    (void)snprintf(message, sizeof message, "a system call failed: the file %s is damaged", name);
    expect_error(NATT_PROVISION_E_SYSTEM, message);
    cr_expect(state.folder == -1 && state.lock == -1 && state.so_pin[0] == '\0');
}

Test(state, damaged_so_pin_is_told)
{
    static const char *const texts[] = {"", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef\n"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        put("so-pin", texts[i]);
        expect_damaged("so-pin");
    }
}

#define SALT   "00000000000000000000000000000000"
#define DIGEST SALT SALT
#define KEY(id, wrapped)                                                                                               \
    "{\"id\":" id ",\"label\":\"k\",\"wrapped\":\"" wrapped "\",\"spki\":\"" DIGEST "\",\"certificates\":\"" DIGEST    \
    "\"}"
#define TOKEN(label, salt, keys)                                                                                       \
    "{\"label\":\"" label "\",\"pin_salt\":\"" salt "\",\"pin_digest\":\"" DIGEST "\",\"keys\":[" keys "]}"
#define STATE(tokens) "{\"boot_id\":\"x\",\"tokens\":[" tokens "]}"

Test(state, damaged_state_is_told)
{
    static const char *const texts[] = {
        "",
        "x",
        "[]",
        "{}",
        STATE("5"),
        STATE("{}"),
        STATE(TOKEN("", SALT, "")),
        STATE(TOKEN("012345678901234567890123456789012", SALT, "")),
        STATE(TOKEN("a", SALT, "") "," TOKEN("a", SALT, "")),
        STATE(TOKEN("a", "00", "")),
        STATE(TOKEN("a", SALT "0", "")),
        STATE(TOKEN("a", "0000000000000000000000000000000g", "")),
        STATE(TOKEN("a", SALT, "5")),
        STATE(TOKEN("a", SALT, KEY("256", "00"))),
        STATE(TOKEN("a", SALT, KEY("-1", "00"))),
        STATE(TOKEN("a", SALT, KEY("4294967296", "00"))),
        STATE(TOKEN("a", SALT, KEY("1", ""))),
        STATE(TOKEN("a", SALT, KEY("1", "000"))),
        STATE(TOKEN("a", SALT, KEY("1", "zz"))),
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        put("state", texts[i]);
        expect_damaged("state");
    }
    put("state", STATE(TOKEN("a", SALT, KEY("255", "00"))));
    cr_assert(natt_state_open(&state, folder, &forever, &err), "%s", err.message);
    cr_expect(state.other_boot && state.token_count == 1 && state.tokens[0].key_count == 1);
}

/* Hexadecimal of 6144 and 6145 bytes. */
Test(state, wrapped_limits)
{
    static const char head[] =
        "{\"tokens\":[{\"label\":\"a\",\"pin_salt\":\"" SALT "\",\"pin_digest\":\"" DIGEST
        "\",\"keys\":[{\"id\":1,\"label\":\"k\",\"spki\":\"" DIGEST "\",\"certificates\":\"" DIGEST "\",\"wrapped\":\"";
    static char text[sizeof head + 2 * 6145 + 16];
    for (size_t len = 6144; len <= 6145; len++) {
        memcpy(text, head, sizeof head - 1);
        memset(text + sizeof head - 1, '0', 2 * len);
        (void)strcpy(text + sizeof head - 1 + 2 * len, "\"}]}]}");
        put("state", text);
        cr_expect_eq(natt_state_open(&state, folder, &forever, &err), len == 6144, "%zu", len);
        natt_state_close(&state);
    }
}

Test(state, other_boot_is_told)
{
    put("state", STATE(TOKEN("a", SALT, "")));
    cr_assert(natt_state_open(&state, folder, &forever, &err));
    cr_expect(state.other_boot);
    cr_assert(natt_state_save(&state, &err));
    reopen();
    cr_expect_not(state.other_boot);
    natt_state_close(&state);
    memset(&state, 0, sizeof state);
    state.folder = state.lock = -1;
    cr_expect(natt_state_from_json(&state, STATE(""), "x", &err) && !state.other_boot);
    cr_expect(natt_state_from_json(&state, STATE(""), "", &err) && state.other_boot);
    cr_expect(natt_state_from_json(&state, "{\"tokens\":[]}", "x", &err) && state.other_boot);
}

Test(state, file_that_is_no_file_is_told)
{
    cr_assert_eq(mkdir(path_of("state"), 0700), 0);
    expect_damaged("state");
    (void)rmdir(path);
    cr_assert_eq(mkfifo(path_of("state"), 0600), 0);
    expect_damaged("state");
    (void)unlink(path);
    cr_assert_eq(symlink("so-pin", path_of("state")), 0);
    cr_expect(!natt_state_open(&state, folder, &forever, &err) && err.errno_value == ELOOP);
}

Test(state, save_that_fails_leaves_the_old_file)
{
    cr_assert(natt_state_open(&state, folder, &forever, &err) && natt_state_save(&state, &err));
    cr_assert(add("a", 1) != NULL);
    cr_assert(unlink(path_of("state.new")) == 0 && mkdir(path_of("state.new"), 0700) == 0);
    cr_expect_not(natt_state_save(&state, &err));
    cr_expect(err.code == NATT_PROVISION_E_SYSTEM && err.errno_value == EISDIR);
    (void)rmdir(path_of("state.new"));
    reopen();
    cr_expect_eq(state.token_count, 0);
}

/* A full disk cannot keep the next state from being written. */
Test(state, room_for_the_next_state_is_kept)
{
    struct stat spare, saved;
    cr_assert(natt_state_open(&state, folder, &forever, &err) && natt_state_save(&state, &err));
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(stat(path_of("state"), &saved), 0);
        cr_assert_eq(stat(path_of("state.new"), &spare), 0);
        cr_expect(spare.st_size == saved.st_size + 4096 && spare.st_blocks * 512 >= spare.st_size);
        cr_assert(add((const char *[]){"a", "b", "c"}[i], 1) != NULL && natt_state_save(&state, &err));
        cr_assert_eq(stat(path_of("state"), &saved), 0);
        cr_expect_eq(saved.st_ino, spare.st_ino);
    }
    reopen();
    cr_expect_eq(state.token_count, 3);
}

/* The program does not wait for the other end of a FIFO, and does not write a file that has a second name. */
Test(state, spare_that_is_no_file_of_ours_is_replaced)
{
    struct stat s;
    cr_assert(natt_state_open(&state, folder, &forever, &err));
    for (int i = 0; i < 3; i++) {
        char other[128];
        (void)snprintf(other, sizeof other, "%s", path_of("other"));
        put("other", "kept");
        (void)unlink(path_of("state.new"));
        cr_assert_eq(i == 0   ? mkfifo(path_of("state.new"), 0600)
                     : i == 1 ? link(other, path_of("state.new"))
                              : symlink("other", path_of("state.new")),
                     0);
        cr_expect(natt_state_save(&state, &err), "%d: %s", i, err.message);
        cr_expect(stat(other, &s) == 0 && s.st_size == 4 && s.st_nlink == 1, "%d", i);
        cr_expect(lstat(path_of("state"), &s) == 0 && S_ISREG(s.st_mode));
    }
}

static natt_token_serial serial_of(unsigned number)
{
    natt_token_serial serial = {{1, (uint8_t)(number >> 8), (uint8_t)number}};
    return serial;
}

static bool has_serial(unsigned number)
{
    const natt_token_serial serial = serial_of(number);
    return natt_state_has_serial(&state, &serial);
}

Test(state, oldest_serial_number_makes_room)
{
    cr_assert(natt_state_open(&state, folder, &forever, &err));
    add("t", 1)->serial = serial_of(1);
    for (unsigned i = 0; i <= NATT_STATE_MAX_SERIALS; i++) {
        const natt_token_serial serial = serial_of(i);
        cr_expect(i < NATT_STATE_MAX_SERIALS || has_serial(0));
        natt_state_add_serial(&state, &serial);
    }
    cr_expect(state.serial_count == NATT_STATE_MAX_SERIALS && !has_serial(0) && has_serial(1) && has_serial(2));
    const natt_token_serial more = serial_of(NATT_STATE_MAX_SERIALS + 1);
    natt_state_add_serial(&state, &more);
    cr_expect(has_serial(1) && !has_serial(2) && has_serial(3) && has_serial(NATT_STATE_MAX_SERIALS + 1));
    cr_assert(natt_state_save(&state, &err));
    reopen();
    cr_expect_eq(state.serial_count, NATT_STATE_MAX_SERIALS);
}

/* 128 is the maximum. */
Test(state, token_limits)
{
    char label[16];
    cr_assert(natt_state_open(&state, folder, &forever, &err));
    for (unsigned i = 0; i < NATT_TOKEN_MAX; i++) {
        (void)snprintf(label, sizeof label, "t%u", i);
        natt_state_token *token = add(label, 1);
        cr_assert(token != NULL && token->slot == i);
    }
    cr_expect_null(add("more", 1));
    expect_error(NATT_PROVISION_E_TOO_MANY, "all 128 slots are taken");
    cr_assert(natt_state_save(&state, &err));
    reopen();
    cr_expect_eq(state.token_count, 128);
    natt_state_drop(&state, natt_state_find(&state, "t5"));
    cr_expect(state.token_count == 127 && natt_state_find(&state, "t5") == NULL);
    cr_expect_eq(natt_state_find(&state, "t6"), &state.tokens[5]);
    natt_state_token *token = add("again", 1);
    cr_expect(token != NULL && token->slot == 5);
}

/* 129 tokens in a file are damage. */
Test(state, file_with_too_many_tokens_is_damaged)
{
    static char text[129 * 256];
    size_t len = (size_t)sprintf(text, "{\"tokens\":[");
    for (int i = 0; i < 129; i++)
        len += (size_t)sprintf(text + len, "%s{\"label\":\"%d\",\"pin_salt\":\"%s\",\"pin_digest\":\"%s\",\"keys\":[]}",
                               i == 0 ? "" : ",", i, SALT, DIGEST);
    (void)strcpy(text + len, "]}");
    put("state", text);
    expect_damaged("state");
}

Test(state, pin_is_checked)
{
    cr_assert(natt_state_open(&state, folder, &forever, &err));
    natt_state_token *a = add("a", 0), *b = add("b", 0);
    cr_assert(natt_state_set_pin(a, "1234", &err) && natt_state_set_pin(b, "1234", &err));
    cr_expect(memcmp(a->pin_salt, b->pin_salt, sizeof a->pin_salt) != 0);
    cr_expect(memcmp(a->pin_digest, b->pin_digest, sizeof a->pin_digest) != 0);
    cr_expect(natt_state_check_pin(a, "1234", &err));
    static const char *const wrong[] = {"", "123", "12345", "1235", "0234"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        cr_expect_not(natt_state_check_pin(a, wrong[i], &err), "%s", wrong[i]);
        expect_error(NATT_PROVISION_E_PIN_WRONG, "the PIN is wrong");
    }
    a->pin_digest[0] ^= 1;
    cr_expect_not(natt_state_check_pin(a, "1234", &err));
    a->pin_digest[0] ^= 1;
    a->pin_digest[31] ^= 1;
    cr_expect_not(natt_state_check_pin(a, "1234", &err));
}

static int child_that_opens(int pipe_end)
{
    static natt_state other;
    natt_provision_error e;
    bool opened = natt_state_open(&other, folder, &forever, &e);
    bool told = write(pipe_end, "x", 1) == 1;
    natt_state_close(&other);
    return opened && told ? 0 : 1;
}

Test(state, second_opener_waits)
{
    int ends[2], status = 1;
    char byte;
    cr_assert(natt_state_open(&state, folder, &forever, &err) && pipe(ends) == 0);
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    pid_t pid = fork();
    if (pid == 0)
        _exit(child_that_opens(ends[1]));
    (void)usleep(300000);
    cr_expect(read(ends[0], &byte, 1) < 0 && errno == EAGAIN);
    natt_state_close(&state); /* although the child has the descriptor too */
    cr_expect(waitpid(pid, &status, 0) == pid && status == 0);
    cr_expect_eq(read(ends[0], &byte, 1), 1);
}

Test(state, closed_state_is_wiped)
{
    cr_assert(natt_state_open(&state, folder, &forever, &err));
    natt_state_close(&state);
    cr_expect(state.so_pin[0] == '\0' && state.folder == -1 && state.lock == -1);
    natt_state_close(&state);
}

static bool is_asked(void *watcher)
{
    unsigned *left = watcher;
    return --*left == 0;
}

Test(state, lock_that_stays_taken_is_told)
{
    static natt_state other;
    unsigned asked = 3;
    cr_assert(natt_state_open(&state, folder, &forever, &err));
    uint64_t before_ms = natt_boottime_ms();
    cr_expect_not(natt_state_open(&other, folder, &(natt_limit){before_ms + 100, NULL, NULL}, &err));
    expect_error(NATT_PROVISION_E_LATE,
                 "the operation took too long, or was stopped: another command has the lock, and did not end in time");
    uint64_t took_ms = natt_boottime_ms() - before_ms;
    cr_expect(took_ms >= 100 && took_ms < 5000);
    cr_expect_not(natt_state_open(&other, folder, &(natt_limit){UINT64_MAX, is_asked, &asked}, &err));
    cr_expect(err.code == NATT_PROVISION_E_LATE && contains(err.message, "asked to stop") && asked == 0);
}

Test(state, times_of_what_happened_come_back)
{
    cr_assert(natt_state_open(&state, folder, &forever, &err));
    state.ended_ms = 123456789012;
    state.made_ms = 123456789013;
    cr_assert(natt_state_save(&state, &err));
    reopen();
    cr_expect(state.ended_ms == 123456789012 && state.made_ms == 123456789013);
}

Test(state, labels_that_were_removed_come_back)
{
    char label[8];
    cr_assert(natt_state_open(&state, folder, &forever, &err));
    for (unsigned i = 0; i < NATT_TOKEN_MAX + 2; i++) {
        (void)snprintf(label, sizeof label, "t%u", i);
        natt_state_note_removed(&state, label);
    }
    natt_state_note_removed(&state, "t5"); /* it is now the newest */
    natt_state_note_removed(&state, "more");
    cr_assert(add("t9", 0) != NULL && natt_state_save(&state, &err));
    reopen();
    cr_expect_eq(state.removed_count, NATT_TOKEN_MAX - 1);
    cr_expect(!natt_state_was_removed(&state, "t2") && natt_state_was_removed(&state, "t3"));
    cr_expect(natt_state_was_removed(&state, "t5") && natt_state_was_removed(&state, "more"));
    cr_expect(!natt_state_was_removed(&state, "t9") && !natt_state_was_removed(&state, "t"));
}

Test(state, removed_labels_that_are_none_are_damage)
{
    static const char *const wrong[] = {"{}", "[1]", "[\"\"]", "[\"012345678901234567890123456789012\"]"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        char json[128];
        (void)snprintf(json, sizeof json, "{\"tokens\":[],\"removed\":%s}", wrong[i]);
        put("state", json);
        expect_damaged("state");
    }
}
