/*
 * Sources: linux include/uapi/linux/nsm.h (the structure and the number of the ioctl), drivers/misc/nsm.c (its errors).
 * Trusts the driver for nothing but not to write beyond the capacity it is told.
 */
#define _DEFAULT_SOURCE

#include "nsm/device_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

/* uint64_t in processes of 32 bits too: a struct iovec there has half the size, which gives another ioctl: EINVAL. */
struct nsm_iovec {
    uint64_t addr, len;
};

struct nsm_raw {
    struct nsm_iovec request, response;
};

#define NSM_IOCTL_RAW _IOWR(0x0A, 0, struct nsm_raw)

_Static_assert(sizeof(struct nsm_raw) == 32, "the driver's structure has 32 bytes on every machine");
_Static_assert(offsetof(struct nsm_raw, response) == 16, "the response follows the request");
_Static_assert(offsetof(struct nsm_iovec, len) == 8, "each length follows its address");

int natt_nsm_device_open(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC);
}

/*
 * No second try after EINTR: the driver's wait cannot be interrupted, and whoever else answers may have done what was
 * asked; extending a PCR twice cannot be undone.
 */
int natt_nsm_device_exchange(int fd, const uint8_t *request, size_t request_len, uint8_t *response, size_t capacity,
                             size_t *response_len)
{
    struct nsm_raw raw = {{(uint64_t)(uintptr_t)request, request_len}, {(uint64_t)(uintptr_t)response, capacity}};
    if (ioctl(fd, NSM_IOCTL_RAW, &raw) != 0)
        return errno != 0 ? errno : EIO;
    if (raw.response.len > capacity)
        return EOVERFLOW;
    *response_len = (size_t)raw.response.len;
    return 0;
}
