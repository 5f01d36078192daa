/*
 * A server whose processes end together: p11-kit server forks a child for each connection, and children that outlive
 * it go on signing. The server runs in a process group of its own, below a guard. The guard ends the whole group when
 * the server ends, and when the program that started it ends, however that happens; a witness, a process of the group
 * too, ends it when the guard ends. All of them learn it at once: nobody polls.
 *
 * The group ends at a time that the program moves as long as all is well, too: a program that waits for others, has
 * been stopped, or cannot do its work, keeps no connection alive by that.
 */
#ifndef NATT_NSM_PROVISION_GUARD_H
#define NATT_NSM_PROVISION_GUARD_H

#include <sys/types.h>

#include "nsm/provision/error.h"

typedef struct natt_guard {
    pid_t pid; /* of the guard, and of its process group; 0 = none runs */
    int alive; /* the guard sees it closed when this program has ended */
} natt_guard;

/*
 * argv[0] is looked up in PATH. Standard input is /dev/null, and standard output is standard error. Its environment has
 * no variable whose name begins with AWS_, and it leaves no core dump.
 * until_ms  of CLOCK_BOOTTIME: when the group ends
 */
bool natt_guard_start(natt_guard *guard, char *const argv[], uint64_t until_ms, natt_provision_error *err);
/* Another time. Where the guard cannot be told, the group ends now. */
void natt_guard_set_end(natt_guard *guard, uint64_t until_ms);
/* False: it has ended, and so has every process of its group. */
bool natt_guard_is_running(natt_guard *guard);
/* Ends the group at once, and waits for the guard. */
void natt_guard_stop(natt_guard *guard);

#endif
