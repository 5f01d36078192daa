/*
 * The file "connections" in the directory of the state, by which commands that end tokens notify programs that run a
 * p11-kit server. Its modification time is the time when a token last ended; servers that started before it must end.
 * Each running server holds a shared lock (flock), so that a command that ends a token can wait. The file is empty, so
 * it also works on a full disk.
 */
#ifndef NATT_NSM_PROVISION_CONNECTIONS_H
#define NATT_NSM_PROVISION_CONNECTIONS_H

#include <time.h>

#include "nsm/provision/limit.h"

#define NATT_CONNECTIONS_WAIT_MS 2000 /* wait at most this long for a program: its guard ends in time */

/* For a new server. lock -1: none. */
typedef struct natt_connections {
    int lock;
    struct timespec told; /* modification time at the lock */
} natt_connections;

/* False: a token is ending right now, or the file cannot be created. */
bool natt_connections_lock(natt_connections *c, const char *folder);
/* True: a token has ended since the lock, or that cannot be determined. */
bool natt_connections_must_end(const natt_connections *c);
void natt_connections_unlock(natt_connections *c);

/* Call it when a token ends. Waits until all servers of that moment have ended. folder: a descriptor. */
void natt_connections_end(int folder);

#endif
