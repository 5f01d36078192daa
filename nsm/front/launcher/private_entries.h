/*
 * What a private /dev shows: each entry of the host's, and the device. Nodes and folders are the host's through
 * read-only mounts: nodes work, and cannot be changed. Terminals, message queues, huge pages and a tmpfs at /dev/shm
 * can be written. All functions are async-signal-safe; false leaves errno.
 */
#ifndef NATT_NSM_PRIVATE_ENTRIES_H
#define NATT_NSM_PRIVATE_ENTRIES_H

#include <stdbool.h>

struct natt_private_entries {
    int host;  /* the host's /dev */
    int whole; /* a copy of it with all mounts below, not mounted yet */
    int dev;   /* ours */
};

/* Mounts a tmpfs over /dev, in a mount namespace of our own. False: the process must end; that closes the files. */
bool natt_private_entries_open(struct natt_private_entries *entries);
/* All of the host's. */
bool natt_private_entries_show(const struct natt_private_entries *entries);
/* The entry nsm: a node of its own where one may be made, else the host's /dev/null with a mark. */
bool natt_private_entries_make_node(const struct natt_private_entries *entries);
/* Unless it is writable, nothing can be created in it from now on. */
bool natt_private_entries_close(struct natt_private_entries *entries, bool writable);

/* The mark: a flag of the mount that has no effect on a node, and that copies of mounts have too. */
#define NATT_PRIVATE_MARK 0x2000 /* ST_NOSYMFOLLOW of statfs */

#endif
