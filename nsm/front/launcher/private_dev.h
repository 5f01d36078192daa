/*
 * A private /dev for the program: a new mount namespace with a new folder that contains the host's nodes and folders,
 * read-only, and a node named nsm. The program's process creates it before it executes the program.
 */
#ifndef NATT_NSM_PRIVATE_DEV_H
#define NATT_NSM_PRIVATE_DEV_H

#include <stdbool.h>

/* Steps that may fail, in this order. */
enum natt_private_step {
    NATT_PRIVATE_NAMESPACE, /* a mount namespace, and a user namespace if the caller may not mount */
    NATT_PRIVATE_IDENTITY,  /* the only user and group of the user namespace */
    NATT_PRIVATE_MOUNT,     /* hiding mounts from the host, and a tmpfs */
    NATT_PRIVATE_ENTRY,     /* one of the host's nodes and folders */
    NATT_PRIVATE_NODE,      /* a node for the device that can be opened */
    NATT_PRIVATE_LOCK,      /* making the mounts permanent */
    NATT_PRIVATE_FOLDER,    /* returning to the working directory by its path */
    NATT_PRIVATE_SEEN       /* in the launcher: recognizing the node, reading the program's memory */
};

/*
 * Returns true if the program keeps all its rights: the caller may mount, or has no capability to lose.
 */
bool natt_private_dev_keeps_rights(void);

/*
 * Moves the calling process, which must have one thread, into the namespaces. On success, *node is an open file of
 * /dev/nsm, closed on exec. On failure, errno is set, *step is the step that failed, and the process must not be used
 * any more. Async-signal-safe.
 */
bool natt_private_dev_enter(int *node, enum natt_private_step *step);

/* Returns true if CAP_SYS_ADMIN is effective. Async-signal-safe. */
bool natt_private_dev_is_admin(void);

#endif
