/*
 * How the launcher tells the open files of a private /dev/nsm from others. The node has an inode of its own, or it is
 * the host's /dev/null behind a mount with a mark, which copies of the mount and files passed on have too.
 */
#ifndef NATT_NSM_PRIVATE_NODE_H
#define NATT_NSM_PRIVATE_NODE_H

#include <sys/types.h>

#include "nsm/front/launcher/launcher_target.h"

struct natt_private_node {
    dev_t dev;
    ino_t ino;
    bool has_mark;
};

/* From a process's open file `fd`. False: errno. */
bool natt_private_node_init(struct natt_private_node *out, pid_t process, int fd);

/* The program's file is the device, and not merely a name of it (O_PATH). */
bool natt_private_node_is_fd(const struct natt_private_node *node, const struct natt_target *target, int fd);

#endif
