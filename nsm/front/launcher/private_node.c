/* See private_node.h. */
#define _GNU_SOURCE
#include "nsm/front/launcher/private_node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "nsm/front/launcher/launcher_kernel.h"
#include "nsm/front/launcher/private_entries.h"

static bool is_marked(const char *path)
{
    struct statfs fs;
    return statfs(path, &fs) == 0 && (fs.f_flags & NATT_PRIVATE_MARK) != 0;
}

/* Without a mark, the node could not be distinguished from the host's. */
static bool is_unique(const struct natt_private_node *node)
{
    struct stat null;
    return node->has_mark || stat("/dev/null", &null) != 0 || null.st_dev != node->dev || null.st_ino != node->ino;
}

bool natt_private_node_init(struct natt_private_node *out, pid_t process, int fd)
{
    struct natt_target target = {NATT_TARGET_HELD, 0, process};
    struct stat st;
    char path[NATT_TARGET_PATH];
    natt_target_fd_path(&target, path, "fd", fd);
    if (stat(path, &st) != 0)
        return false;
    *out = (struct natt_private_node){st.st_dev, st.st_ino, is_marked(path)};
    errno = ENOTUNIQ;
    return is_unique(out);
}

/* Reads the value after a word in a file below /proc. Returns false if the word is missing. */
static bool read_number(int file, const char *word, int base, unsigned long *out)
{
    char text[512];
    ssize_t len = file < 0 ? -1 : read(file, text, sizeof text - 1);
    natt_close(file);
    text[len > 0 ? len : 0] = '\0';
    const char *found = strstr(text, word);
    *out = found != NULL ? strtoul(found + strlen(word), NULL, base) : 0;
    return found != NULL;
}

static bool shows_path_flag(const struct natt_target *target, int fd)
{
    char path[NATT_TARGET_PATH];
    unsigned long flags;
    natt_target_fd_path(target, path, "fdinfo", fd);
    return !read_number(open(path, O_RDONLY | O_CLOEXEC), "flags:", 8, &flags) || (flags & O_PATH) != 0;
}

/* The kernel shows the file's access mode as the mode of the link. A file opened neither for reading nor for writing
 * needs a closer check. */
static bool is_path_only(const struct natt_target *target, const char *path, int fd)
{
    struct stat link;
    return lstat(path, &link) != 0 || ((link.st_mode & (S_IRUSR | S_IWUSR)) == 0 && shows_path_flag(target, fd));
}

static bool is_node(const struct natt_private_node *node, const struct stat *st)
{
    return st->st_dev == node->dev && st->st_ino == node->ino;
}

/*
 * Copies an open file of a process that is hidden from its own user (PR_SET_DUMPABLE). We cannot open its /proc entry,
 * but as the creator of its user namespace we have all rights over it, including copying its files.
 */
static int copy_of(const struct natt_target *target, int fd)
{
    unsigned long leader; /* of the thread's process: not all kernels provide a pidfd for other threads */
    if (!read_number(natt_target_open(target, "status", O_RDONLY), "Tgid:", 10, &leader))
        return -1;
    int process = (int)syscall(SYS_pidfd_open, (pid_t)leader, 0);
    int copy = process < 0 ? -1 : (int)syscall(__NR_pidfd_getfd, process, fd, 0);
    natt_close(process);
    return copy;
}

static bool is_copy_of_node(const struct natt_private_node *node, const struct natt_target *target, int fd)
{
    struct stat st;
    char path[NATT_TARGET_PATH];
    int copy = copy_of(target, fd);
    if (copy < 0)
        return false;
    snprintf(path, sizeof path, "/proc/self/fd/%d", copy);
    bool same = fstat(copy, &st) == 0 && is_node(node, &st) && (!node->has_mark || is_marked(path)) &&
                (fcntl(copy, F_GETFL) & O_PATH) == 0;
    close(copy);
    return same && natt_target_waits(target);
}

bool natt_private_node_is_fd(const struct natt_private_node *node, const struct natt_target *target, int fd)
{
    struct stat st;
    char path[NATT_TARGET_PATH];
    natt_target_fd_path(target, path, "fd", fd);
    if (stat(path, &st) != 0)
        return errno == EACCES && is_copy_of_node(node, target, fd);
    return is_node(node, &st) && (!node->has_mark || is_marked(path)) && !is_path_only(target, path, fd) &&
           natt_target_waits(target);
}
