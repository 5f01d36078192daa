/* How long an operation may take: until a time, and until the program is asked to stop. */
#ifndef NATT_NSM_PROVISION_LIMIT_H
#define NATT_NSM_PROVISION_LIMIT_H

#include "nsm/provision/error.h"

typedef struct natt_limit {
    uint64_t until_ms;              /* of CLOCK_BOOTTIME */
    bool (*stopped)(void *watcher); /* asked several times a second; NULL = nobody stops it */
    void *watcher;
} natt_limit;

/* NATT_PROVISION_E_LATE, with `what` as its message. */
bool natt_limit_check(const natt_limit *limit, const char *what, natt_provision_error *err);
/* 0 = none is left. */
uint64_t natt_limit_left_ms(const natt_limit *limit);

/* CLOCK_BOOTTIME: nobody sets it, and it counts the time while the system is suspended. */
uint64_t natt_boottime_s(void);
uint64_t natt_boottime_ms(void);

#endif
