/*
 * The content of a private /dev: each entry of the host's, and the device. Nodes and folders are the host's, behind
 * read-only mounts: nodes work, but cannot be changed. Terminals, message queues, huge pages and a tmpfs at /dev/shm
 * are writable. All functions are async-signal-safe, and return false with errno on failure.
 */
#ifndef NATT_NSM_PRIVATE_ENTRIES_H
#define NATT_NSM_PRIVATE_ENTRIES_H

#include <stdbool.h>

struct natt_private_entries {
    int host;  /* the host's /dev */
    int whole; /* a copy of it with all mounts below, not yet mounted */
    int dev;   /* the new /dev */
};

/* Mounts a tmpfs over /dev, in our own mount namespace. On failure the process must end, which closes the files. */
bool natt_private_entries_open(struct natt_private_entries *entries);
/* Adds all entries of the host's. */
bool natt_private_entries_show(const struct natt_private_entries *entries);
/* Adds the entry nsm: a separate node if one may be created, else the host's /dev/null with a mark. */
bool natt_private_entries_make_node(const struct natt_private_entries *entries);
/* Unless it is writable, no process can create entries in it from now on. */
bool natt_private_entries_close(struct natt_private_entries *entries, bool writable);

/* The mark: a mount flag that has no effect on a node, and that copies of the mount keep. */
#define NATT_PRIVATE_MARK 0x2000 /* ST_NOSYMFOLLOW of statfs */

#endif
