/*
 * The limit of requests per second: a token bucket that starts full with one second's requests, since KMS's request
 * quotas are per second. With it, users can test how their programs react to throttling.
 */
#ifndef NATT_RELYING_KMS_SERVER_RATE_H
#define NATT_RELYING_KMS_SERVER_RATE_H

#include <pthread.h>

#include "nitro_attest/base.h"

#define NATT_KMS_MAX_RATE 1000000 /* requests a second */

typedef struct natt_kms_rate {
    pthread_mutex_t mutex;
    uint64_t per_second;  /* 0: no limit */
    uint64_t thousandths; /* of requests that may be accepted now */
    uint64_t last_ms;     /* time of the last update; never decreases */
} natt_kms_rate;

/* False: the mutex cannot be created. */
bool natt_kms_rate_init(natt_kms_rate *rate, uint64_t per_second, uint64_t now_ms);
void natt_kms_rate_free(natt_kms_rate *rate);

/* True: a request at this time of the monotonic clock may be handled, and is counted. A time before the last update
 * adds no tokens. Any number of threads may call it at once. */
bool natt_kms_rate_take(natt_kms_rate *rate, uint64_t now_ms);

#endif
