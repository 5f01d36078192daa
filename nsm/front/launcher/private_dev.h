/*
 * A private /dev for the program: a new mount namespace, in it a new folder that shows the host's nodes and folders,
 * nodes read-only, and a node with the name nsm. Made by the program's process, before it becomes the program.
 */
#ifndef NATT_NSM_PRIVATE_DEV_H
#define NATT_NSM_PRIVATE_DEV_H

#include <stdbool.h>

/* What may be refused, in this order. */
enum natt_private_step {
    NATT_PRIVATE_NAMESPACE, /* a mount namespace, with a user namespace where the caller may not mount */
    NATT_PRIVATE_IDENTITY,  /* the user namespace's one user and group */
    NATT_PRIVATE_MOUNT,     /* keeping mounts from the host, and a tmpfs */
    NATT_PRIVATE_ENTRY,     /* one of the host's nodes and folders */
    NATT_PRIVATE_NODE,      /* a node for the device that opens */
    NATT_PRIVATE_LOCK,      /* making the mounts permanent */
    NATT_PRIVATE_FOLDER,    /* the working directory, by its path */
    NATT_PRIVATE_SEEN       /* for the launcher: telling the node from others, reading the program's memory */
};

/*
 * The program keeps every right that it has without a namespace: the caller may mount, or has no capability to lose.
 */
bool natt_private_dev_keeps_rights(void);

/*
 * Moves the calling process, which must have one thread, into the namespaces. True: *node is an open file of /dev/nsm,
 * closed on exec. False: errno, and *step is what was refused; the process cannot be used then.
 * Async-signal-safe.
 */
bool natt_private_dev_enter(int *node, enum natt_private_step *step);

/* CAP_SYS_ADMIN is effective. Async-signal-safe. */
bool natt_private_dev_is_admin(void);

#endif
