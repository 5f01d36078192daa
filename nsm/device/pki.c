/*
 * The emulator's PKI on disk: DIR/seed, from which every key is derived, and DIR/root.pem. Verifiers trust
 * DIR/root.pem, so no other user may be able to replace this file or DIR: every directory above DIR belongs to the
 * caller or to root, and others cannot write to it unless it has the sticky bit.
 */
#define _XOPEN_SOURCE 700 /* openat, S_ISVTX */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mbedtls/platform_util.h>

#include "nsm/device/emulator_internal.h"

#define SEED_TEXT (2 * NATT_EMULATOR_SEED_LEN + 1) /* hexadecimal digits and a newline */
#define MAX_PEM   1024
#define MAX_ABOVE 256 /* directories */
/* 2025-01-01. The root's dates do not depend on the clock from 2020 to 2048. [issuer.h] */
#define ROOT_MADE_MS UINT64_C(1735689600000)

/* With the errno of the call that just failed. */
static bool fail_errno(natt_emulator_error *err, const char *message)
{
    return natt_emulator_fail_errno(err, NATT_EMULATOR_E_PKI_ACCESS, errno, message);
}

static bool fail_unsafe(natt_emulator_error *err, const char *message)
{
    return natt_emulator_fail(err, NATT_EMULATOR_E_PKI_UNSAFE, message);
}

static bool fail_file(natt_emulator_error *err, const char *message)
{
    return natt_emulator_fail(err, NATT_EMULATOR_E_PKI_FILE, message);
}

static bool get_seed(uint8_t seed[NATT_EMULATOR_SEED_LEN], const char in[SEED_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < NATT_EMULATOR_SEED_LEN; i++) {
        const char *high = memchr(digits, in[2 * i], 16);
        const char *low = memchr(digits, in[2 * i + 1], 16);
        if (high == NULL || low == NULL)
            return false;
        seed[i] = (uint8_t)((high - digits) << 4 | (low - digits));
    }
    return in[SEED_TEXT - 1] == '\n';
}

/* Reads to the end of the file, at most capacity bytes; -1 and errno. */
static ssize_t read_all(int fd, char *out, size_t capacity)
{
    size_t len = 0;
    ssize_t got = 1;
    while (len < capacity && got > 0) {
        got = read(fd, out + len, capacity - len);
        if (got < 0 && errno != EINTR)
            return -1;
        len += got > 0 ? (size_t)got : 0;
        got = got < 0 ? 1 : got;
    }
    return (ssize_t)len;
}

static bool write_all(int fd, const char *in, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, in, len);
        if (put < 0 && errno != EINTR)
            return false;
        in += put > 0 ? put : 0;
        len -= put > 0 ? (size_t)put : 0;
    }
    return fsync(fd) == 0;
}

static int open_dir(const char *dir)
{
    return open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Anyone who can write to a folder can replace every file in it. */
static bool check_folder(int dir_fd, natt_emulator_error *err)
{
    struct stat about;
    if (fstat(dir_fd, &about) != 0)
        return fail_errno(err, "the directory for the PKI cannot be examined");
    if (about.st_uid != geteuid())
        return fail_unsafe(err, "the directory belongs to another user, who could replace the root");
    return (about.st_mode & 022) == 0 ||
           fail_unsafe(err, "other users can write to the directory, so they could replace the root");
}

/* The owner of a directory may rename everything in it, even with the sticky bit, which restricts only others. */
static bool check_above(const struct stat *above, natt_emulator_error *err)
{
    if (above->st_uid != geteuid() && above->st_uid != 0)
        return fail_unsafe(err, "a parent directory belongs to another user, who could replace the PKI's directory");
    return (above->st_mode & 022) == 0 || (above->st_mode & S_ISVTX) != 0 ||
           fail_unsafe(err, "other users can write to a parent directory, so they could replace the PKI's directory");
}

/* Every directory above it, up to the root, which is above itself. Reads none of them, so search permission is
 * enough. */
static bool check_place(int dir_fd, natt_emulator_error *err)
{
    char up[3 * (MAX_ABOVE + 2)] = "..";
    struct stat below, above;
    if (fstat(dir_fd, &below) != 0)
        return fail_errno(err, "the directory for the PKI cannot be examined");
    for (size_t count = 0; count <= MAX_ABOVE; count++, below = above) {
        if (fstatat(dir_fd, up, &above, 0) != 0)
            return fail_errno(err, "a parent directory of the PKI's directory cannot be examined");
        if (above.st_dev == below.st_dev && above.st_ino == below.st_ino)
            return true;
        if (!check_above(&above, err))
            return false;
        memcpy(up + 3 * count + 2, "/..", 4);
    }
    return natt_emulator_fail(err, NATT_EMULATOR_E_PKI_ACCESS,
                              "the directory is more than 256 directories below the root directory");
}

/* Creates the complete file, or no file. */
static bool create_file(int dir_fd, const char *name, mode_t mode, const char *content, size_t len)
{
    int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0)
        return false;
    bool ok = write_all(fd, content, len);
    int why = errno;
    ok = close(fd) == 0 && ok;
    if (!ok)
        unlinkat(dir_fd, name, 0);
    errno = why;
    return ok;
}

static bool root_of(char pem[MAX_PEM], size_t *len, const uint8_t seed[NATT_EMULATOR_SEED_LEN],
                    natt_emulator_error *err)
{
    natt_issuer_options how = NATT_ISSUER_OPTIONS_INIT;
    how.seed = (natt_bytes){seed, NATT_EMULATOR_SEED_LEN};
    how.now_ms = ROOT_MADE_MS;
    how.suffix = NATT_EMULATOR_SUFFIX;
    natt_issuer *issuer = natt_issuer_new(&how, err);
    if (issuer == NULL)
        return false;
    bool ok = natt_issuer_root_pem(issuer, pem, MAX_PEM, len);
    natt_issuer_free(issuer);
    return ok || natt_emulator_fail(err, NATT_EMULATOR_E_CRYPTO, "the root cannot be written as PEM");
}

static bool create_files(int dir_fd, const uint8_t seed[NATT_EMULATOR_SEED_LEN], natt_emulator_error *err)
{
    char text[SEED_TEXT], pem[MAX_PEM];
    size_t pem_len;
    struct stat there;
    if (!root_of(pem, &pem_len, seed, err))
        return false;
    if (fstatat(dir_fd, "root.pem", &there, AT_SYMLINK_NOFOLLOW) == 0)
        return natt_emulator_fail(
            err, NATT_EMULATOR_E_PKI_EXISTS,
            "the directory already has a root.pem: nothing was changed; choose another directory");
    natt_hex_write(text, seed, NATT_EMULATOR_SEED_LEN);
    text[SEED_TEXT - 1] = '\n';
    bool ok = create_file(dir_fd, "seed", 0600, text, sizeof text);
    mbedtls_platform_zeroize(text, sizeof text);
    if (!ok && errno == EEXIST)
        return natt_emulator_fail_errno(
            err, NATT_EMULATOR_E_PKI_EXISTS, errno,
            "the directory already has a seed: nothing was changed; choose another directory");
    if (!ok)
        return fail_errno(err, "the file seed cannot be created in the directory");
    if (create_file(dir_fd, "root.pem", 0644, pem, pem_len))
        return true;
    fail_errno(err, "the file root.pem cannot be created in the directory");
    unlinkat(dir_fd, "seed", 0);
    return false;
}

static bool fill(int dir_fd, natt_emulator_error *err)
{
    uint8_t seed[NATT_EMULATOR_SEED_LEN];
    if (!check_folder(dir_fd, err) || !check_place(dir_fd, err))
        return false;
    bool ok = natt_random_bytes(seed, sizeof seed) ? create_files(dir_fd, seed, err)
                                                   : natt_emulator_fail(err, NATT_EMULATOR_E_RANDOM, NULL);
    mbedtls_platform_zeroize(seed, sizeof seed);
    return ok;
}

bool natt_emulator_pki_init(const char *dir, natt_emulator_error *err)
{
    natt_emulator_no_error(err);
    if (dir == NULL)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ARGUMENT, NULL);
    bool made = mkdir(dir, 0700) == 0;
    if (!made && errno != EEXIST)
        return fail_errno(err, "the directory for the PKI cannot be created");
    int dir_fd = open_dir(dir);
    if (dir_fd < 0)
        return fail_errno(err, "the directory for the PKI cannot be opened, or is not a directory");
    bool ok = fill(dir_fd, err);
    close(dir_fd);
    if (!ok && made)
        rmdir(dir);
    return ok;
}

static int open_in(int dir_fd, const char *name, const char *message, natt_emulator_error *err)
{
    if (!check_folder(dir_fd, err))
        return -1;
    int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        fail_errno(err, message);
    return fd;
}

/* Opens a file of the PKI, without following a link. -1 and *err, with `message`, if it cannot be opened. */
static int open_file(const char *dir, const char *name, const char *message, natt_emulator_error *err)
{
    int dir_fd = open_dir(dir);
    if (dir_fd < 0) {
        fail_errno(err, "the directory of the PKI cannot be opened, or is not a directory");
        return -1;
    }
    int fd = open_in(dir_fd, name, message, err);
    close(dir_fd);
    return fd;
}

/* Anyone who reads the seed can sign documents that verify under this root. */
static bool check_private(int fd, natt_emulator_error *err)
{
    struct stat about;
    if (fstat(fd, &about) != 0)
        return fail_errno(err, "the file seed cannot be examined");
    if (!S_ISREG(about.st_mode))
        return fail_file(err, "seed is not a regular file");
    if (about.st_uid != geteuid())
        return fail_file(err, "the file seed belongs to another user");
    return (about.st_mode & 077) == 0 || fail_file(err, "other users can read or write the file seed: chmod 600");
}

bool natt_emulator_pki_load(uint8_t seed[NATT_EMULATOR_SEED_LEN], const char *dir, natt_emulator_error *err)
{
    char text[SEED_TEXT + 1];
    natt_emulator_no_error(err);
    if (seed == NULL || dir == NULL)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ARGUMENT, NULL);
    memset(seed, 0, NATT_EMULATOR_SEED_LEN);
    int fd = open_file(dir, "seed", "the directory has no PKI: its file seed cannot be opened", err);
    if (fd < 0)
        return false;
    bool ok = check_private(fd, err);
    if (ok)
        ok = (read_all(fd, text, sizeof text) == SEED_TEXT && get_seed(seed, text)) ||
             fail_file(err, "seed is not 64 lower-case hexadecimal digits and a newline");
    if (!ok)
        mbedtls_platform_zeroize(seed, NATT_EMULATOR_SEED_LEN);
    mbedtls_platform_zeroize(text, sizeof text);
    close(fd);
    return ok;
}

bool natt_pki_check_root(const char *dir, const natt_issuer *issuer, natt_emulator_error *err)
{
    char wanted[MAX_PEM], found[MAX_PEM];
    size_t len = 0;
    int fd = open_file(dir, "root.pem", "the directory has an incomplete PKI: its file root.pem cannot be opened", err);
    if (fd < 0)
        return false;
    ssize_t got = read_all(fd, found, sizeof found);
    close(fd);
    return (natt_issuer_root_pem(issuer, wanted, sizeof wanted, &len) && got == (ssize_t)len &&
            memcmp(wanted, found, len) == 0) ||
           fail_file(err, "root.pem is not the root that belongs to seed (or the clock is outside 2020 to 2048)");
}
