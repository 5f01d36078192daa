/* See launcher_path.h. Nearly every path belongs to another file, and its last name shows that without a system
 * call. */
#define _GNU_SOURCE
#include "nsm/front/launcher/launcher_path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nsm/front/launcher/launcher_kernel.h"

#define NAME "nsm"

/* A path split before its last name. */
struct cut {
    size_t folder_len; /* including the slashes after it; 0 = the name is alone */
    bool is_ours;      /* the last name is NAME */
    bool slash_behind;
};

static struct cut cut_path(const char *path)
{
    struct cut cut = {0, false, false};
    size_t end = strlen(path), start;
    while (end > 0 && path[end - 1] == '/') {
        end--;
        cut.slash_behind = true;
    }
    for (start = end; start > 0 && path[start - 1] != '/'; start--)
        ;
    cut.folder_len = start;
    cut.is_ours = end - start == strlen(NAME) && memcmp(path + start, NAME, strlen(NAME)) == 0;
    return cut;
}

static int open_folder(int base, const char *path, uint64_t resolve)
{
    struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = resolve};
    return (int)syscall(SYS_openat2, base, path, &how, sizeof how);
}

/* Opens the folder where the path starts: the program's root for an absolute path, else its working directory or the
 * given folder. */
static int open_start(const struct natt_target *target, int folder, bool absolute, uint64_t resolve)
{
    if (absolute && (resolve & RESOLVE_IN_ROOT) == 0)
        return natt_target_open(target, "root", O_PATH | O_DIRECTORY);
    if (folder == AT_FDCWD)
        return natt_target_open(target, "cwd", O_PATH | O_DIRECTORY);
    return natt_target_open_fd(target, folder, O_PATH | O_DIRECTORY);
}

/*
 * The program's openat2 flags also apply on the way. An absolute path below BENEATH fails here as it would in the
 * kernel. Without such flags, an absolute path or a link to one must not leave the program's root for ours.
 */
static uint64_t rules_of_way(uint64_t resolve, bool absolute)
{
    uint64_t rules = (resolve & ~(uint64_t)RESOLVE_CACHED) | RESOLVE_NO_MAGICLINKS;
    return absolute && (resolve & RESOLVE_BENEATH) == 0 ? rules | RESOLVE_IN_ROOT : rules;
}

static int open_parent(const struct natt_target *target, int folder, const char *path, size_t folder_len,
                       uint64_t resolve)
{
    char parent[4096];
    bool absolute = path[0] == '/';
    if (folder_len >= sizeof parent)
        return -1;
    memcpy(parent, path, folder_len);
    parent[folder_len] = '\0';
    int start = open_start(target, folder, absolute, resolve);
    if (start < 0 || folder_len == 0)
        return start;
    int fd = open_folder(start, parent, rules_of_way(resolve, absolute));
    close(start);
    return fd;
}

static bool is_dev_folder(const struct natt_target *target, int fd)
{
    struct stat here, dev;
    int root = natt_target_open(target, "root", O_PATH | O_DIRECTORY);
    if (root < 0)
        return false;
    int dev_fd = open_folder(root, "dev", RESOLVE_IN_ROOT);
    close(root);
    bool same = dev_fd >= 0 && fstat(fd, &here) == 0 && fstat(dev_fd, &dev) == 0 && here.st_dev == dev.st_dev &&
                here.st_ino == dev.st_ino;
    natt_close(dev_fd);
    return same;
}

static bool leads_to_dev(const struct natt_target *target, int folder, const char *path, size_t folder_len,
                         uint64_t resolve)
{
    if (resolve == 0 && folder_len == strlen("/dev/") && memcmp(path, "/dev/", folder_len) == 0)
        return true;
    int fd = open_parent(target, folder, path, folder_len, resolve);
    bool leads = fd >= 0 && is_dev_folder(target, fd);
    natt_close(fd);
    return leads;
}

/* Returns the number in one of the names that Linux gives to a program's own open files; -1 = another name. */
static int number_of_open_file(const char *path)
{
    static const char *const folders[] = {"/proc/self/fd/", "/proc/thread-self/fd/", "/dev/fd/"};
    static const char *const streams[] = {"/dev/stdin", "/dev/stdout", "/dev/stderr"};
    for (int i = 0; i < 3; i++) {
        size_t len = strlen(folders[i]);
        const char *digits = path + len;
        if (strncmp(path, folders[i], len) == 0 && *digits != '\0' && strlen(digits) <= 6 &&
            strspn(digits, "0123456789") == strlen(digits))
            return atoi(digits);
        if (strcmp(path, streams[i]) == 0)
            return i;
    }
    return -1;
}

enum natt_path natt_path_classify(const struct natt_launcher_device *device, const struct natt_target *target,
                                  int folder, const char *path, uint64_t resolve)
{
    struct cut cut = cut_path(path);
    int number = cut.is_ours ? -1 : number_of_open_file(path);
    if (number >= 0 && natt_launcher_device_is_fd(device, target, number))
        return NATT_PATH_OPEN_FILE;
    if (!cut.is_ours || !leads_to_dev(target, folder, path, cut.folder_len, resolve))
        return NATT_PATH_OTHER;
    return cut.slash_behind ? NATT_PATH_AS_FOLDER : NATT_PATH_DEVICE;
}
