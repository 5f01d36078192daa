/* See system.h. */
#define _DEFAULT_SOURCE /* getrandom */

#include "nsm/kms/system.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

#include "nsm/kms/connection.h"

uint64_t natt_wall_clock_ms(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec < 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void natt_sleep_ms(uint64_t ms)
{
    struct timespec rest = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    while (nanosleep(&rest, &rest) != 0 && errno == EINTR)
        ;
}

/* An enclave's kernel may have no entropy yet: never wait for it here. */
uint32_t natt_jitter_random(void)
{
    uint32_t value = 0;
    if (getrandom(&value, sizeof value, GRND_NONBLOCK) == (ssize_t)sizeof value)
        return value;
    return (uint32_t)((natt_monotonic_ms() ^ natt_wall_clock_ms()) * 2654435761U);
}
