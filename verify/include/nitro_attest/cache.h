/*
 * Chain cache in the caller's memory. This release has no cache yet: pass NULL wherever a natt_cache is taken.
 */
#ifndef NITRO_ATTEST_CACHE_H
#define NITRO_ATTEST_CACHE_H

#include "base.h"

typedef struct natt_cache natt_cache;

#endif
