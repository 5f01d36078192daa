/*
 * How the launcher recognizes the open files of a private /dev/nsm. The node has a separate inode, or it is the host's
 * /dev/null behind a mount with a mark, which copies of the mount and passed files keep.
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

/* Identifies the node from a process's open file `fd`. Returns false and errno on failure. */
bool natt_private_node_init(struct natt_private_node *out, pid_t process, int fd);

/* Returns true if the program's file is the device, and not only a reference to its path (O_PATH). */
bool natt_private_node_is_fd(const struct natt_private_node *node, const struct natt_target *target, int fd);

#endif
