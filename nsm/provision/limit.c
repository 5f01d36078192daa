/* See limit.h. */
#define _GNU_SOURCE /* CLOCK_BOOTTIME */
#include "nsm/provision/limit.h"

#include <time.h>

uint64_t natt_boottime_ms(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t natt_boottime_s(void)
{
    return natt_boottime_ms() / 1000;
}

uint64_t natt_limit_left_ms(const natt_limit *limit)
{
    uint64_t now = natt_boottime_ms();
    return limit->until_ms > now ? limit->until_ms - now : 0;
}

bool natt_limit_check(const natt_limit *limit, const char *what, natt_provision_error *err)
{
    if (limit->stopped != NULL && limit->stopped(limit->watcher))
        return natt_provision_fail(err, NATT_PROVISION_E_LATE, "%s: the program was asked to stop", what);
    return natt_limit_left_ms(limit) > 0 || natt_provision_fail(err, NATT_PROVISION_E_LATE, "%s in time", what);
}
