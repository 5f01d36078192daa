/* See secret.h. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, madvise */

#include "nsm/recipient/secret.h"

#include <sys/mman.h>

#include <mbedtls/platform_util.h>

/* mlock fails if RLIMIT_MEMLOCK is exhausted, and old kernels lack the advice. A secret in a page that may be swapped
 * out is better than a failure: enclaves have no swap. */
void *natt_secret_new(size_t len)
{
    void *memory = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    (void)mlock(memory, len);
    (void)madvise(memory, len, MADV_DONTDUMP);
    return memory;
}

void natt_secret_free(void *memory, size_t len)
{
    if (memory == NULL)
        return;
    mbedtls_platform_zeroize(memory, len);
    (void)munmap(memory, len);
}

bool natt_secret_hide_from_children(void *memory, size_t len)
{
    return madvise(memory, len, MADV_WIPEONFORK) == 0;
}
