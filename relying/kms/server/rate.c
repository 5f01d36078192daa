/* See rate.h. */
#include "relying/kms/server/rate.h"

#define WHOLE 1000 /* thousandths of a request: at a rate of n, each millisecond fills n of them */

bool natt_kms_rate_init(natt_kms_rate *rate, uint64_t per_second, uint64_t now_ms)
{
    rate->per_second = per_second;
    rate->thousandths = per_second * WHOLE;
    rate->last_ms = now_ms;
    return pthread_mutex_init(&rate->mutex, NULL) == 0;
}

void natt_kms_rate_free(natt_kms_rate *rate)
{
    (void)pthread_mutex_destroy(&rate->mutex);
}

static void fill(natt_kms_rate *rate, uint64_t now_ms)
{
    const uint64_t passed_ms = now_ms > rate->last_ms ? now_ms - rate->last_ms : 0;
    const uint64_t most = rate->per_second * WHOLE;
    rate->last_ms += passed_ms;
    rate->thousandths += passed_ms < 1000 ? passed_ms * rate->per_second : most;
    rate->thousandths = rate->thousandths < most ? rate->thousandths : most;
}

static bool take(natt_kms_rate *rate, uint64_t now_ms)
{
    fill(rate, now_ms);
    if (rate->thousandths < WHOLE)
        return false;
    rate->thousandths -= WHOLE;
    return true;
}

bool natt_kms_rate_take(natt_kms_rate *rate, uint64_t now_ms)
{
    if (rate->per_second == 0)
        return true;
    (void)pthread_mutex_lock(&rate->mutex);
    bool taken = take(rate, now_ms);
    (void)pthread_mutex_unlock(&rate->mutex);
    return taken;
}
