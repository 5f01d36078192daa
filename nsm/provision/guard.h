/*
 * A server whose processes end together: p11-kit server forks a child for each connection, and children that outlive it
 * would continue to sign. The server runs in a separate process group, below a guard. The guard ends the whole group
 * when the server ends, and when the program that started it ends for any reason, including SIGKILL. A witness, also in
 * the group, ends the group when the guard ends. All of them react at once, without polling.
 *
 * The group also ends at a set time, which the program extends while it works normally. So connections end even if the
 * program is blocked or stopped, or fails.
 */
#ifndef NATT_NSM_PROVISION_GUARD_H
#define NATT_NSM_PROVISION_GUARD_H

#include <sys/types.h>

#include "nsm/provision/error.h"

typedef struct natt_guard {
    pid_t pid; /* of the guard, and of its process group; 0 = none runs */
    int alive; /* closed when this program ends, which the guard detects */
} natt_guard;

/*
 * argv[0] is looked up in PATH. Standard input and output are /dev/null. Its environment has no variable whose name
 * begins with AWS_, and it leaves no core dump.
 * until_ms  of CLOCK_BOOTTIME: when the group ends
 */
bool natt_guard_start(natt_guard *guard, char *const argv[], uint64_t until_ms, natt_provision_error *err);
/* Sets a new time. If the guard cannot receive it, the group ends now. */
void natt_guard_set_end(natt_guard *guard, uint64_t until_ms);
/* False: the guard and every process of its group have ended. */
bool natt_guard_is_running(natt_guard *guard);
/* Ends the group at once, and waits for the guard. */
void natt_guard_stop(natt_guard *guard);

/* In a forked child: wipes and removes the variables of its environment whose names begin with AWS_. */
void natt_guard_forget_credentials(void);

#endif
