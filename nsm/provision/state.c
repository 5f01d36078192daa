/* See state.h. */
#define _GNU_SOURCE /* flock */
#include "nsm/provision/state.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mbedtls/md.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/version.h>

#include "nsm/provision/state_json.h"
#include "nsm/recipient/generator.h"

#define PIN_ROUNDS 100000 /* of PBKDF2: some 50 ms */
#define LOCK_PAUSE 20     /* ms */

static bool fail_errno(natt_provision_error *err, const char *what, const char *path)
{
    int errno_value = errno;
    (void)natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "%s %.150s", what, path);
    if (err != NULL)
        err->errno_value = errno_value;
    return false;
}

static bool random_bytes(uint8_t *out, size_t len, natt_provision_error *err)
{
    struct natt_generator g;
    natt_recipient_error e;
    bool filled = natt_generator_init(&g, NULL, &e) && natt_generator_fill(&g, out, len, &e);
    natt_generator_free(&g);
    return filled || natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "%s", e.message);
}

/* Checks that it belongs to this user, and that other users have no access. */
static bool open_folder(natt_state *state, const char *folder, natt_provision_error *err)
{
    struct stat s;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return fail_errno(err, "cannot create", folder);
    state->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (state->folder < 0 || fstat(state->folder, &s) != 0)
        return fail_errno(err, "cannot open", folder);
    bool is_private = s.st_uid == geteuid() && (s.st_mode & (S_IRWXG | S_IRWXO)) == 0;
    return is_private || natt_provision_fail(err, NATT_PROVISION_E_SYSTEM,
                                             "%.150s must be your own directory with mode 0700", folder);
}

/* Polls, since a wait in flock cannot be interrupted. */
static bool take_lock(natt_state *state, const natt_limit *limit, natt_provision_error *err)
{
    state->lock = openat(state->folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (state->lock < 0)
        return fail_errno(err, "cannot open", "lock");
    while (flock(state->lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return fail_errno(err, "cannot lock", "lock");
        if (!natt_limit_check(limit, "another command has the lock, and did not end", err))
            return false;
        (void)poll(NULL, 0, LOCK_PAUSE);
    }
    return true;
}

/* False: errno. */
static bool write_all(int fd, const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        ssize_t written = write(fd, text + at, len - at);
        if (written < 0 && errno != EINTR)
            return false;
        at += written > 0 ? (size_t)written : 0;
    }
    return true;
}

static bool fail_write(int folder, const char *temporary, const char *name, natt_provision_error *err)
{
    (void)fail_errno(err, "cannot write", name);
    (void)unlinkat(folder, temporary, 0);
    return false;
}

/* The spare file, or a new one. A file that is not regular, or that has a second name, could belong to another program.
 * -1: errno. */
static int open_new(int folder, const char *name)
{
    struct stat s;
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    bool exists = fd >= 0 || errno == ELOOP || errno == ENXIO; /* a link, a FIFO */
    if (fd >= 0 && fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && s.st_nlink == 1)
        return fd;
    if (fd >= 0)
        (void)close(fd);
    if (!exists || unlinkat(folder, name, 0) != 0)
        return -1;
    return openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* Writes the complete file, or nothing. A spare file already has its disk space. */
static bool write_file(int folder, const char *name, const char *text, natt_provision_error *err)
{
    char temporary[32];
    (void)snprintf(temporary, sizeof temporary, "%s.new", name);
    int fd = open_new(folder, temporary);
    if (fd < 0)
        return fail_errno(err, "cannot create", temporary);
    bool written = write_all(fd, text, strlen(text)) && ftruncate(fd, (off_t)strlen(text)) == 0 && fsync(fd) == 0;
    int errno_value = errno;
    (void)close(fd);
    errno = errno_value;
    return (written && renameat(folder, temporary, folder, name) == 0 && fsync(folder) == 0) ||
           fail_write(folder, temporary, name, err);
}

#define SPARE 4096 /* bytes beyond the size of the state, for a removed label and a serial number */

/*
 * Reserves disk space for the next state: on a full disk, the removal of a token could otherwise not be recorded, and
 * the token would be created again. A failure is ignored: nothing better is possible.
 */
static void keep_spare(int folder, size_t len)
{
    int fd = open_new(folder, "state.new");
    if (fd < 0)
        return;
    (void)posix_fallocate(fd, 0, (off_t)(len + SPARE));
    (void)close(fd);
}

/* At most len bytes: until the file ends. */
static bool read_all(size_t *got, int fd, char *text, size_t len)
{
    for (*got = 0; *got < len;) {
        ssize_t more = read(fd, text + *got, len - *got);
        if (more < 0 && errno != EINTR)
            return false;
        if (more == 0)
            break;
        *got += more > 0 ? (size_t)more : 0;
    }
    return true;
}

/* The lock prevents changes by others. NULL: *err. */
static char *read_text(int fd, const char *name, size_t max, natt_provision_error *err)
{
    struct stat s;
    size_t got = 0;
    if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode) || s.st_size < 0 || (uintmax_t)s.st_size > max) {
        (void)natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "the file %s is damaged", name);
        return NULL;
    }
    char *text = calloc((size_t)s.st_size + 1, 1);
    if (text == NULL) {
        (void)natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
        return NULL;
    }
    if (read_all(&got, fd, text, (size_t)s.st_size))
        return text;
    (void)fail_errno(err, "cannot read", name);
    free(text);
    return NULL;
}

/* NUL-terminated, malloc'ed; *out NULL = the file does not exist. */
static bool read_file(char **out, int folder, const char *name, size_t max, natt_provision_error *err)
{
    *out = NULL;
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT || fail_errno(err, "cannot open", name);
    *out = read_text(fd, name, max, err);
    (void)close(fd);
    return *out != NULL;
}

static bool make_so_pin(natt_state *state, natt_provision_error *err)
{
    uint8_t bytes[16];
    if (!random_bytes(bytes, sizeof bytes, err))
        return false;
    for (size_t i = 0; i < sizeof bytes; i++)
        (void)snprintf(state->so_pin + 2 * i, 3, "%02x", bytes[i]);
    mbedtls_platform_zeroize(bytes, sizeof bytes);
    return write_file(state->folder, "so-pin", state->so_pin, err);
}

static bool load_so_pin(natt_state *state, natt_provision_error *err)
{
    char *text;
    if (!read_file(&text, state->folder, "so-pin", sizeof state->so_pin - 1, err))
        return false;
    if (text == NULL)
        return make_so_pin(state, err);
    bool whole = strlen(text) == sizeof state->so_pin - 1;
    if (whole)
        memcpy(state->so_pin, text, sizeof state->so_pin);
    mbedtls_platform_zeroize(text, strlen(text));
    free(text);
    return whole || natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "the file so-pin is damaged");
}

#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"

/* The times in a state from another boot come from another clock. */
static bool read_boot_id(char out[NATT_STATE_BOOT_ID + 1], natt_provision_error *err)
{
    memset(out, 0, NATT_STATE_BOOT_ID + 1);
    int fd = open(BOOT_ID_FILE, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_errno(err, "cannot open", BOOT_ID_FILE);
    ssize_t got = read(fd, out, NATT_STATE_BOOT_ID);
    (void)close(fd);
    return got == NATT_STATE_BOOT_ID ||
           natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "%s does not have the id of the boot", BOOT_ID_FILE);
}

static bool load_tokens(natt_state *state, natt_provision_error *err)
{
    char *text;
    if (!read_boot_id(state->boot_id, err) || !read_file(&text, state->folder, "state", NATT_STATE_MAX_SIZE, err))
        return false;
    bool loaded = text == NULL || natt_state_from_json(state, text, state->boot_id, err);
    free(text);
    return loaded;
}

bool natt_state_open(natt_state *state, const char *folder, const natt_limit *limit, natt_provision_error *err)
{
    natt_provision_no_error(err);
    memset(state, 0, sizeof *state);
    state->folder = state->lock = -1;
    if (open_folder(state, folder, err) && take_lock(state, limit, err) && load_so_pin(state, err) &&
        load_tokens(state, err))
        return true;
    natt_state_close(state);
    return false;
}

static void free_keys(natt_state_token *token)
{
    for (size_t i = 0; i < token->key_count; i++) {
        free((void *)(uintptr_t)token->keys[i].row.wrapped.ptr);
        free((void *)(uintptr_t)token->keys[i].row.label);
        free((void *)(uintptr_t)token->keys[i].row.pem.ptr);
    }
    free(token->keys);
}

void natt_state_close(natt_state *state)
{
    for (size_t i = 0; i < state->token_count; i++)
        free_keys(&state->tokens[i]);
    if (state->lock >= 0) {
        (void)flock(state->lock, LOCK_UN); /* even if a forked child has the descriptor too */
        (void)close(state->lock);
    }
    if (state->folder >= 0)
        (void)close(state->folder);
    mbedtls_platform_zeroize(state, sizeof *state);
    state->folder = state->lock = -1;
}

bool natt_state_save(const natt_state *state, natt_provision_error *err)
{
    char *text = natt_state_to_json(state, state->boot_id);
    if (text == NULL)
        return natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    bool saved = strlen(text) <= NATT_STATE_MAX_SIZE
                     ? write_file(state->folder, "state", text, err)
                     : natt_provision_fail(err, NATT_PROVISION_E_TOO_MANY, "the state has no room for more keys");
    if (saved)
        keep_spare(state->folder, strlen(text));
    free(text);
    return saved;
}

natt_state_token *natt_state_find(natt_state *state, const char *label)
{
    for (size_t i = 0; i < state->token_count; i++)
        if (strcmp(state->tokens[i].label, label) == 0)
            return &state->tokens[i];
    return NULL;
}

static bool copy_bytes(natt_bytes *out, natt_bytes in)
{
    *out = (natt_bytes){NULL, 0};
    if (in.ptr == NULL)
        return true;
    uint8_t *copy = malloc(in.len + 1);
    if (copy == NULL)
        return false;
    memcpy(copy, in.ptr, in.len);
    *out = (natt_bytes){copy, in.len};
    return true;
}

static bool copy_key(natt_state_key *out, const natt_database_key *key)
{
    out->row.id = key->id;
    out->row.label = strdup(key->label);
    return out->row.label != NULL && copy_bytes(&out->row.wrapped, key->wrapped) && copy_bytes(&out->row.pem, key->pem);
}

static void forget_removed(natt_state *state, const char *label)
{
    size_t kept = 0;
    for (size_t i = 0; i < state->removed_count; i++)
        if (strcmp(state->removed[i], label) != 0)
            memmove(state->removed[kept++], state->removed[i], sizeof state->removed[i]);
    state->removed_count = kept;
}

void natt_state_note_removed(natt_state *state, const char *label)
{
    forget_removed(state, label);
    if (state->removed_count == NATT_TOKEN_MAX) {
        memmove(state->removed[0], state->removed[1], sizeof state->removed - sizeof state->removed[0]);
        state->removed_count--;
    }
    (void)snprintf(state->removed[state->removed_count++], sizeof state->removed[0], "%s", label);
}

bool natt_state_was_removed(const natt_state *state, const char *label)
{
    for (size_t i = 0; i < state->removed_count; i++)
        if (strcmp(state->removed[i], label) == 0)
            return true;
    return false;
}

/* The lowest unused number. */
static unsigned free_slot(const natt_state *state)
{
    bool taken[NATT_TOKEN_MAX + 1] = {false};
    unsigned slot = 0;
    for (size_t i = 0; i < state->token_count; i++)
        taken[state->tokens[i].slot] = true;
    while (taken[slot])
        slot++;
    return slot;
}

natt_state_token *natt_state_add(natt_state *state, const char *label, const natt_database_key *keys, size_t count,
                                 natt_provision_error *err)
{
    if (state->token_count == NATT_TOKEN_MAX) {
        (void)natt_provision_fail(err, NATT_PROVISION_E_TOO_MANY, NULL);
        return NULL;
    }
    natt_state_token *token = &state->tokens[state->token_count];
    memset(token, 0, sizeof *token);
    (void)snprintf(token->label, sizeof token->label, "%s", label);
    token->slot = free_slot(state);
    token->keys = calloc(count + 1, sizeof *token->keys);
    bool copied = token->keys != NULL;
    for (size_t i = 0; i < count && copied; i++) {
        token->key_count = i + 1;
        copied = copy_key(&token->keys[i], &keys[i]);
    }
    state->token_count++;
    if (copied) {
        forget_removed(state, label);
        return token;
    }
    natt_state_drop(state, token);
    (void)natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    return NULL;
}

bool natt_state_has_serial(const natt_state *state, const natt_token_serial *serial)
{
    for (size_t i = 0; i < state->serial_count; i++)
        if (natt_token_serial_equal(&state->serials[i], serial))
            return true;
    return false;
}

static bool is_of_token(const natt_state *state, const natt_token_serial *serial)
{
    for (size_t i = 0; i < state->token_count; i++)
        if (natt_token_serial_equal(&state->tokens[i].serial, serial))
            return true;
    return false;
}

/* Drops the oldest serial number that no token has. One exists, since there are fewer tokens than serial numbers. */
static void forget_serial(natt_state *state)
{
    size_t i = 0;
    while (is_of_token(state, &state->serials[i]))
        i++;
    state->serial_count--;
    memmove(&state->serials[i], &state->serials[i + 1], (state->serial_count - i) * sizeof state->serials[0]);
}

void natt_state_add_serial(natt_state *state, const natt_token_serial *serial)
{
    if (!natt_token_serial_is_known(serial) || natt_state_has_serial(state, serial))
        return;
    if (state->serial_count == NATT_STATE_MAX_SERIALS)
        forget_serial(state);
    state->serials[state->serial_count++] = *serial;
}

bool natt_state_set_wrapped(natt_state_token *token, const natt_database_key *keys, natt_provision_error *err)
{
    for (size_t i = 0; i < token->key_count; i++) {
        natt_bytes copy;
        if (!copy_bytes(&copy, keys[i].wrapped))
            return natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
        free((void *)(uintptr_t)token->keys[i].row.wrapped.ptr);
        token->keys[i].row.wrapped = copy;
    }
    return true;
}

void natt_state_drop(natt_state *state, natt_state_token *token)
{
    free_keys(token);
    state->token_count--;
    size_t behind = state->token_count - (size_t)(token - state->tokens);
    memmove(token, token + 1, behind * sizeof *token);
}

#if MBEDTLS_VERSION_MAJOR < 3
static int pbkdf2(uint8_t out[NATT_STATE_DIGEST], const char *pin, const uint8_t *salt, size_t salt_len)
{
    mbedtls_md_context_t md;
    mbedtls_md_init(&md);
    int result = mbedtls_md_setup(&md, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 1);
    if (result == 0)
        result = mbedtls_pkcs5_pbkdf2_hmac(&md, (const uint8_t *)pin, strlen(pin), salt, salt_len, PIN_ROUNDS,
                                           NATT_STATE_DIGEST, out);
    mbedtls_md_free(&md);
    return result;
}
#else
static int pbkdf2(uint8_t out[NATT_STATE_DIGEST], const char *pin, const uint8_t *salt, size_t salt_len)
{
    return mbedtls_pkcs5_pbkdf2_hmac_ext(MBEDTLS_MD_SHA256, (const uint8_t *)pin, strlen(pin), salt, salt_len,
                                         PIN_ROUNDS, NATT_STATE_DIGEST, out);
}
#endif

bool natt_state_set_pin(natt_state_token *token, const char *pin, natt_provision_error *err)
{
    return random_bytes(token->pin_salt, sizeof token->pin_salt, err) &&
           (pbkdf2(token->pin_digest, pin, token->pin_salt, sizeof token->pin_salt) == 0 ||
            natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL));
}

bool natt_state_check_pin(const natt_state_token *token, const char *pin, natt_provision_error *err)
{
    uint8_t digest[NATT_STATE_DIGEST], difference = 0;
    if (pbkdf2(digest, pin, token->pin_salt, sizeof token->pin_salt) != 0)
        return natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    for (size_t i = 0; i < sizeof digest; i++)
        difference |= (uint8_t)(digest[i] ^ token->pin_digest[i]);
    mbedtls_platform_zeroize(digest, sizeof digest);
    return difference == 0 || natt_provision_fail(err, NATT_PROVISION_E_PIN_WRONG, NULL);
}
