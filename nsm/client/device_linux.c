/*
 * Sources: linux drivers/misc/nsm.c (the driver's errors); nsm/wire.h has the ioctl. Trusts the driver only not to
 * write beyond the given capacity.
 */
#define _DEFAULT_SOURCE

#include "nsm/client/device_linux.h"

#include "nsm/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

int natt_nsm_device_open(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC);
}

/*
 * No retry after EINTR: the driver's wait cannot be interrupted, and another device may have performed the request; a
 * second extension of a PCR cannot be undone.
 */
int natt_nsm_device_exchange(void *context, const uint8_t *request, size_t request_len, uint8_t *response,
                             size_t capacity, size_t *response_len)
{
    struct natt_nsm_raw raw = {{(uint64_t)(uintptr_t)request, request_len}, {(uint64_t)(uintptr_t)response, capacity}};
    if (ioctl(*(const int *)context, (natt_ioctl_number)NATT_NSM_IOCTL_RAW, &raw) != 0)
        return errno != 0 ? errno : EIO;
    if (raw.response.len > capacity)
        return EOVERFLOW;
    *response_len = (size_t)raw.response.len;
    return 0;
}
