/* The limit of an operation: a time, and a request to stop the program. */
#ifndef NATT_NSM_PROVISION_LIMIT_H
#define NATT_NSM_PROVISION_LIMIT_H

#include "nsm/provision/error.h"

typedef struct natt_limit {
    uint64_t until_ms;              /* of CLOCK_BOOTTIME */
    bool (*stopped)(void *watcher); /* called several times a second; NULL = it cannot be stopped */
    void *watcher;
} natt_limit;

/* NATT_PROVISION_E_LATE, with `what` as its message. */
bool natt_limit_check(const natt_limit *limit, const char *what, natt_provision_error *err);
/* 0 = the time is over. */
uint64_t natt_limit_left_ms(const natt_limit *limit);

/* CLOCK_BOOTTIME, which cannot be set, and also counts while the system is suspended. */
uint64_t natt_boottime_s(void);
uint64_t natt_boottime_ms(void);

#endif
