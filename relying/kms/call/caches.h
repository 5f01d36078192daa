/*
 * Caches of verified certificate chains. A natt_cache is for one thread at a time, and the threads belong to the HTTP
 * layer, so each request borrows one. The one returned last is lent first, since it has the chain in use.
 */
#ifndef NATT_RELYING_KMS_CALL_CACHES_H
#define NATT_RELYING_KMS_CALL_CACHES_H

#include <pthread.h>

#include "nitro_attest/cache.h"

#define NATT_KMS_CACHE_COUNT 16

typedef struct natt_kms_caches {
    pthread_mutex_t lock;
    void *memory;
    natt_cache *free[NATT_KMS_CACHE_COUNT];
    size_t free_count;
} natt_kms_caches;

bool natt_kms_caches_init(natt_kms_caches *caches);
void natt_kms_caches_free(natt_kms_caches *caches);

/* NULL if all are lent; verification works without a cache. */
natt_cache *natt_kms_cache_borrow(natt_kms_caches *caches);
void natt_kms_cache_return(natt_kms_caches *caches, natt_cache *cache);

#endif
