/* See caches.h. */
#include "relying/kms/call/caches.h"

#include <stdlib.h>

/* A region's chains change daily; sixteen are more than a laptop or a single service uses. */
#define CHAINS 16

bool natt_kms_caches_init(natt_kms_caches *caches)
{
    const size_t size = (natt_cache_size(CHAINS, 0) + 63) / 64 * 64;
    caches->free_count = 0;
    caches->memory = malloc(NATT_KMS_CACHE_COUNT * size);
    if (caches->memory == NULL || pthread_mutex_init(&caches->lock, NULL) != 0) {
        free(caches->memory);
        caches->memory = NULL;
        return false;
    }
    for (size_t i = 0; i < NATT_KMS_CACHE_COUNT; i++) {
        natt_cache *cache = natt_cache_init((char *)caches->memory + i * size, size, CHAINS, 0, NULL);
        if (cache != NULL)
            caches->free[caches->free_count++] = cache;
    }
    return true;
}

void natt_kms_caches_free(natt_kms_caches *caches)
{
    if (caches->memory == NULL)
        return;
    (void)pthread_mutex_destroy(&caches->lock);
    free(caches->memory);
    caches->memory = NULL;
}

natt_cache *natt_kms_cache_borrow(natt_kms_caches *caches)
{
    natt_cache *cache = NULL;
    (void)pthread_mutex_lock(&caches->lock);
    if (caches->free_count > 0)
        cache = caches->free[--caches->free_count];
    (void)pthread_mutex_unlock(&caches->lock);
    return cache;
}

void natt_kms_cache_return(natt_kms_caches *caches, natt_cache *cache)
{
    if (cache == NULL)
        return;
    (void)pthread_mutex_lock(&caches->lock);
    caches->free[caches->free_count++] = cache;
    (void)pthread_mutex_unlock(&caches->lock);
}
