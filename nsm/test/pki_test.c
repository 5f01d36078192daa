/* The PKI on disk. */
#define _XOPEN_SOURCE 700 /* mkdtemp, symlink, S_ISVTX */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/test/emulator_support.h"
#include "nsm/test/support.h"

static char folder[64], pki[96];

static void begin(void)
{
    strcpy(folder, "/tmp/natt-pki-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(pki, sizeof pki, "%s/pki", folder);
}

static const char *path_of(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", pki, name);
    return path;
}

static void end(void)
{
    unlink(path_of("seed"));
    unlink(path_of("root.pem"));
    rmdir(pki);
    rmdir(folder);
}

static size_t read_file(const char *name, char *out, size_t capacity)
{
    FILE *f = fopen(path_of(name), "rb");
    cr_assert_not_null(f, "%s", name);
    size_t len = fread(out, 1, capacity, f);
    fclose(f);
    return len;
}

static void write_file(const char *name, const char *content, size_t len)
{
    FILE *f = fopen(path_of(name), "wb");
    cr_assert_not_null(f, "%s", name);
    cr_assert_eq(fwrite(content, 1, len, f), len);
    fclose(f);
}

static void make(void)
{
    natt_emulator_error err;
    cr_assert(natt_emulator_pki_init(pki, &err), "%s", err.message);
    cr_expect_eq(err.code, NATT_EMULATOR_OK);
}

static natt_emulator *open_emulator(natt_emulator_error *err)
{
    natt_emulator_options options = NATT_EMULATOR_OPTIONS_INIT;
    options.pki_dir = pki;
    return natt_emulator_new(&options, err);
}

Test(pki, is_made_once_and_gives_the_same_root_each_time, .init = begin, .fini = end)
{
    char pem[2048], own[2048];
    natt_emulator_error err;
    size_t own_len;
    struct stat about;
    make();
    size_t len = read_file("root.pem", pem, sizeof pem);
    cr_assert_eq(stat(path_of("seed"), &about), 0);
    cr_expect_eq(about.st_mode & 07777, 0600);
    cr_assert_eq(stat(pki, &about), 0);
    cr_expect_eq(about.st_mode & 07777, 0700);
    for (int i = 0; i < 2; i++) {
        natt_emulator *emulator = open_emulator(&err);
        cr_assert_not_null(emulator, "%s", err.message);
        cr_assert(natt_emulator_root_pem(emulator, own, sizeof own, &own_len));
        cr_expect(test_equal((natt_bytes){(uint8_t *)own, own_len}, (natt_bytes){(uint8_t *)pem, len}));
        natt_emulator_free(emulator);
    }
}

Test(pki, documents_verify_under_the_kept_root, .init = begin, .fini = end)
{
    natt_verified v;
    natt_error err;
    make();
    natt_emulator *signer = open_emulator(NULL), *other = open_emulator(NULL);
    cr_assert(signer != NULL && other != NULL);
    natt_bytes document = test_document_of(test_exchange(signer, test_hex(TEST_ATTESTATION)));
    uint64_t now_ms = (uint64_t)time(NULL) * 1000 + 1000;
    cr_expect(test_verify(&v, document, natt_emulator_root(other), NATT_KIND_ENCLAVE, now_ms, &err), "%s", err.message);
    cr_expect_not(test_verify(&v, document, natt_root_aws(), NATT_KIND_ENCLAVE, now_ms, &err));
    natt_emulator_free(signer);
    natt_emulator_free(other);
}

/* The longest region names; the kind does not matter either. */
Test(pki, root_is_the_same_in_every_region, .init = begin, .fini = end)
{
    static const char *const regions[] = {"us-east-1", "ap-southeast-1", "eusc-de-east-1", "us-isof-south-1"};
    natt_emulator_options options = NATT_EMULATOR_OPTIONS_INIT;
    natt_emulator_error err;
    make();
    options.pki_dir = pki;
    options.instance_id = "i-0123456789abcdef0";
    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++) {
        options.region = regions[i];
        options.kind = i % 2 == 0 ? NATT_KIND_ENCLAVE : NATT_KIND_NITROTPM;
        natt_emulator *emulator = natt_emulator_new(&options, &err);
        cr_expect_not_null(emulator, "%s: %s", regions[i], err.message);
        natt_emulator_free(emulator);
    }
}

Test(pki, two_are_different, .init = begin, .fini = end)
{
    uint8_t a[NATT_EMULATOR_SEED_LEN], b[NATT_EMULATOR_SEED_LEN];
    make();
    cr_assert(natt_emulator_pki_load(a, pki, NULL));
    unlink(path_of("seed"));
    unlink(path_of("root.pem"));
    make();
    cr_assert(natt_emulator_pki_load(b, pki, NULL));
    cr_expect_neq(memcmp(a, b, sizeof a), 0);
}

static void expect_init_refused(natt_emulator_code code, int errno_value, const char *says)
{
    natt_emulator_error err;
    cr_expect_not(natt_emulator_pki_init(pki, &err));
    cr_expect_eq(err.code, code, "%s: %s", natt_emulator_code_name(err.code), err.message);
    cr_expect_eq(err.errno_value, errno_value, "%d: %s", err.errno_value, err.message);
    cr_expect_not_null(strstr(err.message, says), "%s", err.message);
}

Test(pki, nothing_is_overwritten, .init = begin, .fini = end)
{
    char before[128], after[128];
    make();
    size_t len = read_file("seed", before, sizeof before);
    expect_init_refused(NATT_EMULATOR_E_PKI_EXISTS, 0, "already has a root.pem");
    unlink(path_of("root.pem"));
    expect_init_refused(NATT_EMULATOR_E_PKI_EXISTS, EEXIST, "already has a seed");
    cr_expect_eq(read_file("seed", after, sizeof after), len);
    cr_expect_eq(memcmp(before, after, len), 0);
    cr_expect_neq(access(path_of("root.pem"), F_OK), 0);
}

Test(pki, a_link_at_its_place_is_not_followed, .init = begin, .fini = end)
{
    natt_emulator_error err;
    uint8_t seed[NATT_EMULATOR_SEED_LEN];
    cr_assert_eq(mkdir(pki, 0700), 0);
    cr_assert_eq(symlink("elsewhere", path_of("seed")), 0);
    expect_init_refused(NATT_EMULATOR_E_PKI_EXISTS, EEXIST, "already has a seed");
    cr_expect_not(natt_emulator_pki_load(seed, pki, &err));
    cr_expect_eq(err.code, NATT_EMULATOR_E_PKI_ACCESS);
    cr_expect_eq(err.errno_value, ELOOP, "%d: %s", err.errno_value, err.message);
}

Test(pki, a_place_that_is_no_folder_is_refused, .init = begin, .fini = end)
{
    char file[96];
    strcpy(file, pki);
    FILE *f = fopen(file, "w");
    cr_assert_not_null(f);
    fclose(f);
    expect_init_refused(NATT_EMULATOR_E_PKI_ACCESS, ENOTDIR, "cannot be opened, or is not a directory");
    unlink(file);
    snprintf(pki, sizeof pki, "%s/a/b", folder);
    expect_init_refused(NATT_EMULATOR_E_PKI_ACCESS, ENOENT, "cannot be created");
    cr_expect_not(natt_emulator_pki_init(NULL, NULL));
}

static void expect_init_refused_for_others(const char *says)
{
    expect_init_refused(NATT_EMULATOR_E_PKI_UNSAFE, 0, says);
    cr_expect_neq(access(path_of("seed"), F_OK), 0);
    cr_expect_neq(access(path_of("root.pem"), F_OK), 0);
}

/* Users who can write to it can replace root.pem, which verifiers trust. */
Test(pki, a_folder_that_others_can_write_is_not_filled, .init = begin, .fini = end)
{
    static const mode_t open_to_others[] = {0770, 0720, 0702, 0777, 01777}, own[] = {0700, 0755, 0711};
    for (size_t i = 0; i < sizeof open_to_others / sizeof open_to_others[0]; i++) {
        cr_assert(mkdir(pki, 0700) == 0 && chmod(pki, open_to_others[i]) == 0);
        expect_init_refused_for_others("other users can write to the directory");
        cr_expect_eq(rmdir(pki), 0, "it existed before, and remains");
    }
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        cr_assert(mkdir(pki, 0700) == 0 && chmod(pki, own[i]) == 0);
        make();
        unlink(path_of("seed"));
        unlink(path_of("root.pem"));
        rmdir(pki);
    }
}

/* They can replace the folder. With the sticky bit, as on /tmp, they cannot. */
Test(pki, a_folder_in_a_place_that_others_can_write_is_not_filled, .init = begin, .fini = end)
{
    static const mode_t open_to_others[] = {0770, 0720, 0702, 0777};
    for (size_t i = 0; i < sizeof open_to_others / sizeof open_to_others[0]; i++) {
        cr_assert_eq(chmod(folder, open_to_others[i]), 0);
        expect_init_refused_for_others("other users can write to a parent directory");
        cr_expect_neq(access(pki, F_OK), 0, "nothing was created");
        cr_assert_eq(chmod(folder, 01000 | open_to_others[i]), 0);
        make();
        unlink(path_of("seed"));
        unlink(path_of("root.pem"));
        rmdir(pki);
    }
}

Test(pki, a_folder_of_another_user_is_not_filled, .init = begin, .fini = end)
{
    if (geteuid() != 0)
        cr_skip_test("only root can change the owner of a folder");
    cr_assert(mkdir(pki, 0700) == 0 && chown(pki, 1234, 0) == 0);
    expect_init_refused_for_others("the directory belongs to another user");
    cr_assert(rmdir(pki) == 0 && chown(folder, 1234, 0) == 0);
    expect_init_refused_for_others("a parent directory belongs to another user");
    cr_expect_neq(access(pki, F_OK), 0, "nothing was created");
    cr_assert_eq(chmod(folder, 01777), 0);
    expect_init_refused_for_others("a parent directory belongs to another user");
    cr_assert_eq(chmod(folder, 01755), 0);
    expect_init_refused_for_others("a parent directory belongs to another user");
}

static void remove_pki(void)
{
    unlink(path_of("seed"));
    unlink(path_of("root.pem"));
    rmdir(pki);
}

/* The owner of a sticky directory may rename the files of others in it. A directory of root, such as /tmp, is
 * accepted. */
Test(pki, a_sticky_place_must_be_the_users_own_or_roots, .init = begin, .fini = end)
{
    if (geteuid() != 0)
        cr_skip_test("only root can become another user");
    cr_assert_eq(chmod(folder, 01777), 0);
    cr_assert_eq(seteuid(1234), 0);
    make();
    remove_pki();
    cr_assert(seteuid(0) == 0 && chown(folder, 1234, 0) == 0 && seteuid(1234) == 0);
    make();
    remove_pki();
    cr_assert(seteuid(0) == 0 && seteuid(1235) == 0);
    expect_init_refused_for_others("a parent directory belongs to another user");
    cr_assert_eq(seteuid(0), 0);
}

/* A user who can replace a directory further up replaces all directories below it. */
Test(pki, every_directory_above_counts, .init = begin, .fini = end)
{
    char middle[96], inner[104];
    snprintf(middle, sizeof middle, "%s/a", folder);
    snprintf(inner, sizeof inner, "%s/b", middle);
    cr_assert(mkdir(middle, 0700) == 0 && mkdir(inner, 0700) == 0);
    snprintf(pki, sizeof pki, "%s/a/b/pki", folder);
    cr_assert_eq(chmod(folder, 0777), 0);
    expect_init_refused_for_others("other users can write to a parent directory");
    cr_assert(chmod(folder, 01777) == 0 && chmod(middle, 0720) == 0);
    expect_init_refused_for_others("other users can write to a parent directory");
    cr_assert(chmod(middle, 0711) == 0);
    make();
    remove_pki();
    if (geteuid() == 0) {
        cr_assert_eq(chown(folder, 1234, 0), 0);
        expect_init_refused_for_others("a parent directory belongs to another user");
    }
    rmdir(inner);
    rmdir(middle);
}

static size_t depth_of(const char *path)
{
    size_t count = 0;
    for (; *path != '\0'; path++)
        count += *path == '/';
    return count;
}

/* In a tree of d/d/d/... below `folder`: then `above` directories are above the directory of the PKI. */
static bool init_below(size_t above, natt_emulator_error *err)
{
    cr_assert_eq(chdir(folder), 0);
    for (size_t count = depth_of(folder) + 1; count < above; count++)
        cr_assert((mkdir("d", 0700) == 0 || errno == EEXIST) && chdir("d") == 0);
    bool done = natt_emulator_pki_init("pki", err);
    unlink("pki/seed");
    unlink("pki/root.pem");
    rmdir("pki");
    for (size_t count = depth_of(folder) + 1; count < above; count++)
        cr_assert(chdir("..") == 0 && (rmdir("d") == 0));
    cr_assert_eq(chdir("/"), 0);
    return done;
}

Test(pki, as_many_as_256_directories_may_be_above, .init = begin, .fini = end)
{
    natt_emulator_error err;
    cr_expect(init_below(255, &err), "%s", err.message);
    cr_expect(init_below(256, &err), "%s", err.message);
    cr_expect_not(init_below(257, &err));
    cr_expect_eq(err.code, NATT_EMULATOR_E_PKI_ACCESS);
    cr_expect_not_null(strstr(err.message, "256"), "%s", err.message);
}

static void expect_load_refused(natt_emulator_code code, const char *says)
{
    static const uint8_t zero[NATT_EMULATOR_SEED_LEN];
    uint8_t seed[NATT_EMULATOR_SEED_LEN];
    natt_emulator_error err;
    memset(seed, 1, sizeof seed);
    cr_expect_not(natt_emulator_pki_load(seed, pki, &err), "%s", says);
    cr_expect_eq(err.code, code, "%s: %s", natt_emulator_code_name(err.code), err.message);
    cr_expect_not_null(strstr(err.message, says), "%s", err.message);
    cr_expect_eq(memcmp(seed, zero, sizeof seed), 0);
    cr_expect_null(open_emulator(NULL));
}

Test(pki, a_seed_that_others_may_read_is_refused, .init = begin, .fini = end)
{
    make();
    chmod(path_of("seed"), 0640);
    expect_load_refused(NATT_EMULATOR_E_PKI_FILE, "chmod 600");
    chmod(path_of("seed"), 0602);
    expect_load_refused(NATT_EMULATOR_E_PKI_FILE, "chmod 600");
}

Test(pki, a_folder_that_others_can_write_is_not_used, .init = begin, .fini = end)
{
    make();
    chmod(pki, 0770);
    expect_load_refused(NATT_EMULATOR_E_PKI_UNSAFE, "other users can write to the directory");
    chmod(pki, 0702);
    expect_load_refused(NATT_EMULATOR_E_PKI_UNSAFE, "other users can write to the directory");
    chmod(pki, 0755);
    natt_emulator *emulator = open_emulator(NULL);
    cr_expect_not_null(emulator);
    natt_emulator_free(emulator);
}

Test(pki, a_damaged_seed_is_refused, .init = begin, .fini = end)
{
    char good[128], bad[128];
    expect_load_refused(NATT_EMULATOR_E_PKI_ACCESS, "the directory of the PKI cannot be opened");
    make();
    size_t len = read_file("seed", good, sizeof good);
    cr_assert_eq(len, 65);
    for (size_t cut = 0; cut < len; cut++) {
        write_file("seed", good, cut);
        expect_load_refused(NATT_EMULATOR_E_PKI_FILE, "64 lower-case hexadecimal digits");
    }
    strcpy(bad, "x");
    memcpy(bad + 1, good, len);
    write_file("seed", bad, len + 1);
    expect_load_refused(NATT_EMULATOR_E_PKI_FILE, "64 lower-case hexadecimal digits");
    memcpy(bad, good, len);
    bad[10] = 'A';
    write_file("seed", bad, len);
    expect_load_refused(NATT_EMULATOR_E_PKI_FILE, "64 lower-case hexadecimal digits");
}

Test(pki, a_root_that_is_not_the_seeds_is_refused, .init = begin, .fini = end)
{
    char pem[2048];
    natt_emulator_error err;
    make();
    size_t len = read_file("root.pem", pem, sizeof pem);
    pem[100] = pem[100] == 'A' ? 'B' : 'A';
    write_file("root.pem", pem, len);
    cr_expect_null(open_emulator(&err));
    cr_expect_eq(err.code, NATT_EMULATOR_E_PKI_FILE);
    cr_expect_not_null(strstr(err.message, "not the root that belongs to seed"), "%s", err.message);
    unlink(path_of("root.pem"));
    cr_expect_null(open_emulator(&err));
    cr_expect_eq(err.code, NATT_EMULATOR_E_PKI_ACCESS);
    cr_expect_eq(err.errno_value, ENOENT);
}
