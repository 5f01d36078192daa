/* The file: users who may read and replace it, its master key, other reasons to refuse it, and failures of the disk. */
#define _XOPEN_SOURCE 700 /* chdir, symlink */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "relying/kms/store/database.h"
#include "relying/kms/store/test/store_support.h"

static natt_kms_store_error err;

TestSuite(store_file, .init = test_folder_make, .fini = test_folder_remove);

static unsigned mode_of(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 ? about.st_mode & 07777 : 0;
}

static bool opens(const char *path)
{
    natt_kms_store *store = natt_kms_store_open(path, test_master, &err);
    natt_kms_store_close(store);
    return store != NULL;
}

Test(store_file, keys_are_there_after_reopening)
{
    const uint8_t seen[48] = {1, 2, 3};
    natt_kms_alias alias = {.name = "alias/a", .key_id = ID_A};
    natt_kms_store *store = test_open();
    test_add(store, ID_A);
    MUST(natt_kms_store_add_alias(store, &alias, &err), err);
    MUST(natt_kms_store_see_document(store, seen, 1000, 1, &err), err);
    natt_kms_store_close(store);
    store = test_open();
    cr_expect(test_has(store, ID_A));
    MUST(natt_kms_store_alias(store, &alias, "alias/a", &err), err);
    EXPECT(natt_kms_store_see_document(store, seen, 1000, 1, &err), err, NATT_KMS_STORE_EXISTS);
    natt_kms_store_close(store);
}

Test(store_file, files_are_for_their_owner_alone)
{
    umask(0);
    natt_kms_store *store = test_open();
    test_add(store, ID_A);
    cr_expect_eq(mode_of(STORE), 0600);
    cr_expect_eq(mode_of(test_path("kms.db-wal")), 0600);
    cr_expect_eq(access(test_path("kms.db-shm"), F_OK), -1);
    natt_kms_store_close(store);
    cr_expect_eq(access(test_path("kms.db-wal"), F_OK), -1);
}

Test(store_file, secrets_are_not_in_the_file)
{
    natt_kms_store *store = test_open();
    test_add(store, ID_A);
    cr_expect(test_contains(test_path("kms.db-wal"), POLICY, strlen(POLICY)));
    cr_expect_not(test_contains(test_path("kms.db-wal"), test_secret(ID_A).ptr, 32));
    natt_kms_store_close(store);
    cr_expect(test_contains(STORE, POLICY, strlen(POLICY)));
    cr_expect_not(test_contains(STORE, test_secret(ID_A).ptr, 32));
    cr_expect_not(test_contains(STORE, test_master, 32));
}

Test(store_file, deleted_keys_are_overwritten)
{
    static const char marks[][8] = {"marker1", "marker2"};
    natt_kms_store *store = test_open();
    natt_kms_key key = test_key(ID_A);
    strcpy(key.description, marks[0]);
    MUST(natt_kms_store_add_key(store, &key, test_secret(ID_A), marks[1], &err), err);
    natt_kms_store_close(store);
    store = test_open();
    cr_expect(test_contains(STORE, marks[0], 7) && test_contains(STORE, marks[1], 7));
    MUST(natt_kms_store_set_state(store, ID_A, 2, NATT_KMS_PENDING_DELETION, 1, &err), err);
    MUST(natt_kms_store_purge(store, 1, &err), err);
    for (int i = 0; i < 2; i++)
        cr_expect_not(test_contains(STORE, marks[i], 7) || test_contains(test_path("kms.db-wal"), marks[i], 7));
    natt_kms_store_close(store);
}

/* --- its location --- */

Test(store_file, path_may_be_relative_or_lead_over_a_linked_directory)
{
    cr_assert_eq(mkdir(test_path("real"), 0700), 0);
    cr_assert_eq(symlink("real", test_path("linked")), 0);
    cr_assert_eq(chdir(test_folder), 0);
    MUST(opens("a.db"), err);
    MUST(opens("./a.db"), err);
    MUST(opens("linked/b.db"), err);
    MUST(opens(test_path("linked/../real/b.db")), err);
    cr_expect_eq(mode_of(test_path("a.db")), 0600);
    cr_expect_eq(mode_of(test_path("real/b.db")), 0600);
}

Test(store_file, path_that_names_no_file_is_refused)
{
    char longest[PATH_MAX + 8];
    EXPECT(opens(""), err, NATT_KMS_STORE_ARGUMENT);
    EXPECT(opens(test_path("")), err, NATT_KMS_STORE_ARGUMENT);
    EXPECT(opens(test_path(".")), err, NATT_KMS_STORE_ARGUMENT);
    EXPECT(opens(".."), err, NATT_KMS_STORE_ARGUMENT);
    EXPECT(opens(test_path("none/a.db")), err, NATT_KMS_STORE_FAILED);
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    EXPECT(opens(longest), err, NATT_KMS_STORE_ARGUMENT);
    longest[NAME_MAX - 7] = '\0';
    cr_assert_eq(chdir(test_folder), 0);
    EXPECT(opens(longest), err, NATT_KMS_STORE_ARGUMENT);
    longest[NAME_MAX - 8] = '\0';
    MUST(opens(longest), err);
}

Test(store_file, file_that_others_may_read_or_write_is_refused)
{
    MUST(opens(STORE), err);
    for (unsigned bit = 1; bit <= 040; bit <<= 1) {
        cr_assert_eq(chmod(STORE, 0600 | bit), 0);
        EXPECT(opens(STORE), err, NATT_KMS_STORE_UNSAFE);
    }
    cr_assert_eq(chmod(STORE, 0600), 0);
    MUST(opens(STORE), err);
}

Test(store_file, file_beside_it_that_others_may_write_is_refused)
{
    static const char *const names[] = {"kms.db-wal", "kms.db-shm", "kms.db-journal"};
    MUST(opens(STORE), err);
    for (int i = 0; i < 3; i++) {
        test_write_file(test_path(names[i]), "", 0, 0620);
        EXPECT(opens(STORE), err, NATT_KMS_STORE_UNSAFE);
        cr_expect_not_null(strstr(err.text, names[i] + 6), "%s", err.text);
        cr_assert_eq(unlink(test_path(names[i])), 0);
    }
}

Test(store_file, links_and_directories_are_refused)
{
    MUST(opens(STORE), err);
    cr_assert_eq(symlink("kms.db", test_path("link.db")), 0);
    cr_assert_eq(symlink("nowhere", test_path("dangling.db")), 0);
    cr_assert_eq(mkdir(test_path("folder.db"), 0700), 0);
    cr_assert_eq(mkfifo(test_path("fifo.db"), 0600), 0);
    EXPECT(opens(test_path("link.db")), err, NATT_KMS_STORE_UNSAFE);
    EXPECT(opens(test_path("dangling.db")), err, NATT_KMS_STORE_UNSAFE);
    EXPECT(opens(test_path("folder.db")), err, NATT_KMS_STORE_UNSAFE);
    EXPECT(opens(test_path("fifo.db")), err, NATT_KMS_STORE_UNSAFE);
    cr_expect_eq(access(test_path("nowhere"), F_OK), -1);
}

Test(store_file, directory_that_others_may_write_is_refused)
{
    static const unsigned modes[] = {0720, 0702, 0770, 01777};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        cr_assert_eq(chmod(test_folder, modes[i]), 0);
        EXPECT(opens(STORE), err, NATT_KMS_STORE_UNSAFE);
        cr_expect_eq(access(STORE, F_OK), -1);
    }
    cr_assert_eq(chmod(test_folder, 0755), 0);
    MUST(opens(STORE), err);
}

Test(store_file, directory_above_may_be_open_with_the_sticky_bit_alone)
{
    cr_assert_eq(mkdir(test_path("deep"), 0700), 0);
    cr_assert_eq(chmod(test_folder, 0777), 0);
    EXPECT(opens(test_path("deep/a.db")), err, NATT_KMS_STORE_UNSAFE);
    cr_assert_eq(chmod(test_folder, 01777), 0);
    MUST(opens(test_path("deep/a.db")), err);
}

Test(store_file, what_belongs_to_others_is_refused)
{
    if (geteuid() != 0)
        cr_skip_test("only root can change a file's owner");
    MUST(opens(STORE), err);
    cr_assert_eq(chown(STORE, 12345, 12345), 0);
    EXPECT(opens(STORE), err, NATT_KMS_STORE_UNSAFE);
    cr_assert_eq(chown(STORE, 0, 0), 0);
    cr_assert_eq(chown(test_folder, 12345, 12345), 0);
    EXPECT(opens(STORE), err, NATT_KMS_STORE_UNSAFE);
    cr_assert_eq(mkdir(test_path("deep"), 0700), 0);
    EXPECT(opens(test_path("deep/a.db")), err, NATT_KMS_STORE_UNSAFE);
}

/* --- its owner --- */

Test(store_file, another_master_key_does_not_open_it)
{
    natt_kms_store *store = test_open();
    test_add(store, ID_A);
    natt_kms_store_close(store);
    EXPECT(natt_kms_store_open(STORE, test_other_master, &err) != NULL, err, NATT_KMS_STORE_MASTER_KEY);
    store = test_open();
    cr_expect(test_has(store, ID_A));
    natt_kms_store_close(store);
}

static bool child_opens(const char *path)
{
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        natt_kms_store *store = natt_kms_store_open(path, test_master, &err);
        _exit(store != NULL ? 0 : 64 + (int)err.code);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    err.code = WIFEXITED(status) ? (natt_kms_store_code)(WEXITSTATUS(status) - 64) : NATT_KMS_STORE_OK;
    strcpy(err.text, "of a child");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Test(store_file, one_process_has_it_open)
{
    natt_kms_store *store = test_open();
    for (int i = 0; i < 2; i++) {
        EXPECT(child_opens(STORE), err, NATT_KMS_STORE_LOCKED);
        EXPECT(opens(STORE), err, NATT_KMS_STORE_LOCKED);
    }
    test_add(store, ID_A);
    cr_expect(test_has(store, ID_A));
    natt_kms_store_close(store);
    cr_expect(child_opens(STORE));
    MUST(opens(STORE), err);
}

static void expect_untouched(const char *path, natt_kms_store_code code)
{
    size_t before_len, len;
    uint8_t *before = test_read_file(path, &before_len);
    EXPECT(opens(path), err, code);
    uint8_t *now = test_read_file(path, &len);
    cr_expect(len == before_len && memcmp(now, before, len) == 0);
    free(before), free(now);
}

Test(store_file, files_of_other_programs_are_refused_and_left_alone)
{
    test_write_file(test_path("text"), "some notes, long enough for a header of a database, and then some more\n", 71,
                    0600);
    expect_untouched(test_path("text"), NATT_KMS_STORE_VERSION);
    test_sql(test_path("other.db"), "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    cr_assert_eq(chmod(test_path("other.db"), 0600), 0);
    expect_untouched(test_path("other.db"), NATT_KMS_STORE_VERSION);
    test_sql(test_path("marked.db"), "PRAGMA application_id=7; VACUUM");
    cr_assert_eq(chmod(test_path("marked.db"), 0600), 0);
    expect_untouched(test_path("marked.db"), NATT_KMS_STORE_VERSION);
}

Test(store_file, other_versions_and_other_tables_are_refused)
{
    static const char *const changes[][2] = {
        {"PRAGMA user_version=2", "PRAGMA user_version=1"},
        {"PRAGMA user_version=0", "PRAGMA user_version=1"},
        {"PRAGMA application_id=0", "PRAGMA application_id=0x6e61746b"},
        {"CREATE TABLE more (a)", "DROP TABLE more"},
        {"CREATE VIEW more AS SELECT * FROM keys", "DROP VIEW more"},
        {"CREATE TRIGGER more AFTER INSERT ON keys BEGIN DELETE FROM keys; END", "DROP TRIGGER more"},
        {"DROP INDEX aliases_of_key; CREATE INDEX aliases_of_key ON aliases (key_id)",
         "DROP INDEX aliases_of_key; CREATE INDEX aliases_of_key ON aliases (key_id, name)"},
        {"DROP TABLE documents", "CREATE TABLE documents (canonical_id BLOB PRIMARY KEY NOT NULL, expires_ms INTEGER "
                                 "NOT NULL) STRICT, WITHOUT ROWID;"
                                 "CREATE INDEX documents_by_end ON documents (expires_ms)"},
    };
    MUST(opens(STORE), err);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        test_sql(STORE, changes[i][0]);
        EXPECT(opens(STORE), err, NATT_KMS_STORE_VERSION);
        test_sql(STORE, changes[i][1]);
        MUST(opens(STORE), err);
    }
}

/* The program was killed before it wrote anything, or before it wrote the tables. */
Test(store_file, file_without_content_becomes_a_store)
{
    test_write_file(STORE, "", 0, 0600);
    MUST(opens(STORE), err);
    cr_assert_eq(unlink(STORE), 0);
    test_write_file(STORE, "", 0, 0600);
    test_sql(STORE, "PRAGMA journal_mode=WAL; CREATE TABLE t (a); DROP TABLE t; VACUUM");
    cr_expect(test_contains(STORE, "SQLite format 3", 16));
    MUST(opens(STORE), err);
    MUST(opens(STORE), err);
}

Test(store_file, damage_is_found_when_it_is_opened)
{
    natt_kms_store *store = test_open();
    test_add(store, ID_A);
    natt_kms_store_close(store);
    size_t len;
    uint8_t *content = test_read_file(STORE, &len);
    test_write_file(STORE, content, len - 4096, 0600);
    EXPECT(opens(STORE), err, NATT_KMS_STORE_FAILED);
    memset(content + 2 * 4096 + 8, 0xff, 64);
    test_write_file(STORE, content, len, 0600);
    EXPECT(opens(STORE), err, NATT_KMS_STORE_FAILED);
    cr_expect_not_null(strstr(err.text, "damaged"), "%s", err.text);
    free(content);
}

/* --- the disk --- */

/* Replace the C library's functions, for SQLite too. errno of writes or syncs; 0 = they succeed. */
static int fail_writes, fail_syncs, fail_opens;

ssize_t pwrite64(int fd, const void *in, size_t len, off_t at);
ssize_t pwrite64(int fd, const void *in, size_t len, off_t at)
{
    errno = fail_writes;
    return fail_writes != 0 ? -1 : syscall(SYS_pwrite64, fd, in, len, at);
}

int fdatasync(int fd)
{
    errno = fail_syncs;
    return fail_syncs != 0 ? -1 : (int)syscall(SYS_fdatasync, fd);
}

static sqlite3_syscall_ptr real_open;

static int read_only_open(const char *path, int flags, int mode)
{
    errno = fail_opens;
    return (flags & O_RDWR) != 0 ? -1 : ((int (*)(const char *, int, int))real_open)(path, flags, mode);
}

static void expect_failing_writes(int *failing, int errno_value, const char *text)
{
    natt_kms_key key = test_key(ID_B);
    natt_kms_alias alias = {.name = "alias/a", .key_id = ID_A};
    const uint8_t seen[48] = {1};
    natt_kms_store *store = test_open();
    test_add(store, ID_A);
    *failing = errno_value;
    for (int i = 0; i < 2; i++) {
        EXPECT(natt_kms_store_add_key(store, &key, test_secret(ID_B), POLICY, &err), err, NATT_KMS_STORE_FAILED);
        cr_expect_not_null(strstr(err.text, text), "%s", err.text);
        EXPECT(natt_kms_store_put_policy(store, ID_A, "x", &err), err, NATT_KMS_STORE_FAILED);
        EXPECT(natt_kms_store_set_state(store, ID_A, 2, NATT_KMS_DISABLED, 0, &err), err, NATT_KMS_STORE_FAILED);
        EXPECT(natt_kms_store_add_alias(store, &alias, &err), err, NATT_KMS_STORE_FAILED);
        EXPECT(natt_kms_store_see_document(store, seen, 9, 1, &err), err, NATT_KMS_STORE_FAILED);
        cr_expect(test_has(store, ID_A));
    }
    *failing = 0;
    MUST(natt_kms_store_add_key(store, &key, test_secret(ID_B), POLICY, &err), err);
    MUST(natt_kms_store_see_document(store, seen, 9, 1, &err), err);
    natt_kms_store_close(store);
    store = test_open();
    cr_expect(test_has(store, ID_A) && test_has(store, ID_B));
    EXPECT(natt_kms_store_alias(store, &alias, "alias/a", &err), err, NATT_KMS_STORE_NOT_FOUND);
    natt_kms_store_close(store);
}

Test(store_file, full_disk_loses_nothing)
{
    expect_failing_writes(&fail_writes, ENOSPC, "full");
}

Test(store_file, write_that_is_not_synced_is_not_acknowledged)
{
    expect_failing_writes(&fail_syncs, EIO, "disk I/O error");
}

Test(store_file, file_that_cannot_be_written_is_refused)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    MUST(opens(STORE), err);
    real_open = vfs->xGetSystemCall(vfs, "open");
    cr_assert_eq(vfs->xSetSystemCall(vfs, "open", (sqlite3_syscall_ptr)read_only_open), SQLITE_OK);
    fail_opens = EACCES;
    EXPECT(opens(STORE), err, NATT_KMS_STORE_FAILED);
    cr_expect_not_null(strstr(err.text, "written"), "%s", err.text);
}

/* --- the derived keys in memory --- */

static unsigned wiped, unmapped;

int __real_munmap(void *at, size_t len);
int __wrap_munmap(void *at, size_t len);
int __wrap_munmap(void *at, size_t len)
{
    static const uint8_t zeros[64];
    if (len == sizeof zeros) {
        unmapped++;
        wiped += memcmp(at, zeros, len) == 0;
    }
    return __real_munmap(at, len);
}

/* "lo": locked; "dd": not in core dumps [proc(5)]. */
static bool has_flag(const void *at, const char *flag)
{
    char line[512];
    bool inside = false, found = false;
    FILE *f = fopen("/proc/self/smaps", "r");
    cr_assert_not_null(f);
    while (fgets(line, sizeof line, f) != NULL) {
        unsigned long from, to;
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            inside = (unsigned long)at >= from && (unsigned long)at < to;
        found = found || (inside && strncmp(line, "VmFlags:", 8) == 0 && strstr(line, flag) != NULL);
    }
    fclose(f);
    return found;
}

Test(store_file, derived_keys_are_locked_not_dumped_and_wiped)
{
    void *page = mmap(NULL, 64, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    bool can_lock = mlock(page, 64) == 0 && has_flag(page, " lo"); /* not under sanitizers */
    natt_kms_store *store = test_open();
    cr_expect(!can_lock || has_flag(store->keys, " lo"));
    cr_expect(has_flag(store->keys, " dd") && !has_flag(page, " dd"));
    natt_kms_store_close(store);
    cr_expect(unmapped == 1 && wiped == 1, "%u of %u", wiped, unmapped);
    cr_expect_null(natt_kms_store_open(STORE, test_other_master, &err));
    cr_expect(unmapped == 2 && wiped == 2, "%u of %u", wiped, unmapped);
}
