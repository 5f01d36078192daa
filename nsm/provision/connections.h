/*
 * The file "connections" in the directory of the state, between commands that end tokens and programs that have a
 * p11-kit server. Its time of modification is when a token last ended: the servers that are older end. It is locked
 * (flock, shared) as long as one runs, so that who ends a token can wait for them. It has no content: a full disk keeps
 * nobody from being told.
 */
#ifndef NATT_NSM_PROVISION_CONNECTIONS_H
#define NATT_NSM_PROVISION_CONNECTIONS_H

#include <time.h>

#include "nsm/provision/limit.h"

#define NATT_CONNECTIONS_WAIT_MS 2000 /* a program that does not react is left behind: its guard has an end, too */

/* For a server that starts. lock -1: none. */
typedef struct natt_connections {
    int lock;
    struct timespec told; /* when it was locked */
} natt_connections;

/* False: a token is just ending, or the file cannot be made. */
bool natt_connections_lock(natt_connections *c, const char *folder);
/* A token has ended since it was locked; or nobody could tell. */
bool natt_connections_must_end(const natt_connections *c);
void natt_connections_unlock(natt_connections *c);

/* A token ends. Waits until no server is left that was there. folder: a descriptor. */
void natt_connections_end(int folder);

#endif
