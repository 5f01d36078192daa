/*
 * How many requests a second are answered: a bucket that starts with one second's requests and is filled at the rate,
 * as KMS's request quotas are a second's. For people who want to see what their programs do when they are throttled.
 */
#ifndef NATT_RELYING_KMS_SERVER_RATE_H
#define NATT_RELYING_KMS_SERVER_RATE_H

#include <pthread.h>

#include "nitro_attest/base.h"

#define NATT_KMS_MAX_RATE 1000000 /* requests a second */

typedef struct natt_kms_rate {
    pthread_mutex_t mutex;
    uint64_t per_second;  /* 0: no limit */
    uint64_t thousandths; /* of requests that may be taken now */
    uint64_t last_ms;     /* when that was; it never goes back */
} natt_kms_rate;

/* False: there is no mutex. */
bool natt_kms_rate_init(natt_kms_rate *rate, uint64_t per_second, uint64_t now_ms);
void natt_kms_rate_free(natt_kms_rate *rate);

/* Whether a request at this time of the monotonic clock may be handled; it is then counted. Threads that are late
 * with an earlier time fill nothing. Threads: any number at once. */
bool natt_kms_rate_take(natt_kms_rate *rate, uint64_t now_ms);

#endif
