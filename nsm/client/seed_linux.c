/*
 * Seeds the kernel's pool. Data and credit go in one RNDADDENTROPY: writing first and crediting later, as others do,
 * has no effect on some kernels and credits what was never mixed in on others. [linux drivers/char/random.c]
 */
#define _DEFAULT_SOURCE

#include "nsm/client/error.h"
#include "nsm/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

#define RANDOM_DEVICE "/dev/random"

/* From linux/random.h, which a C library does not include. The structure contains the bytes, too. */
struct pool_info {
    int entropy_count; /* bits */
    int buf_size;      /* bytes */
    uint8_t buf[NATT_NSM_MAX_SEED];
};

_Static_assert(offsetof(struct pool_info, buf) == 2 * sizeof(int), "the kernel's layout");

#define GET_ENTROPY_COUNT ((natt_ioctl_number)_IOR('R', 0x00, int))
#define ADD_ENTROPY       ((natt_ioctl_number)_IOW('R', 0x03, int[2]))

static bool is_ready(void)
{
    uint8_t byte = 0;
    bool ready = getrandom(&byte, sizeof byte, GRND_NONBLOCK) == (ssize_t)sizeof byte;
    natt_nsm_wipe(&byte, sizeof byte);
    return ready;
}

static int entropy_of(int fd)
{
    int bits = -1;
    return ioctl(fd, GET_ENTROPY_COUNT, &bits) == 0 ? bits : -1;
}

static bool add_entropy(int fd, struct pool_info *pool, natt_nsm_error *err)
{
    if (ioctl(fd, ADD_ENTROPY, pool) == 0)
        return true;
    bool privilege = errno == EPERM || errno == EACCES;
    return natt_nsm_fail_errno(err, privilege ? NATT_NSM_E_SEED_PRIVILEGE : NATT_NSM_E_SEED, errno);
}

static bool seed_from(natt_nsm *session, int fd, size_t len, natt_nsm_error *err)
{
    struct pool_info pool = {.entropy_count = (int)len * 8, .buf_size = (int)len};
    bool ok = natt_nsm_random(session, pool.buf, len, err) && add_entropy(fd, &pool, err);
    natt_nsm_wipe(&pool, sizeof pool);
    return ok;
}

static bool seed_device(natt_nsm *session, natt_nsm_seed_report *report, int fd, size_t len, natt_nsm_error *err)
{
    natt_nsm_seed_report r = {is_ready(), false, entropy_of(fd), -1};
    if (!seed_from(session, fd, len, err))
        return false;
    r.entropy_after = entropy_of(fd);
    r.ready_after = is_ready();
    if (!r.ready_after)
        return natt_nsm_fail(err, NATT_NSM_E_SEED_NOT_READY);
    *report = r;
    return true;
}

static bool check_seed(const natt_nsm_seed *seed, natt_nsm_error *err)
{
    if (seed->struct_size != sizeof *seed)
        return natt_nsm_fail(err, NATT_NSM_E_USAGE_STRUCT_SIZE);
    return (seed->len >= 1 && seed->len <= NATT_NSM_MAX_SEED) || natt_nsm_fail(err, NATT_NSM_E_USAGE_SEED_SIZE);
}

bool natt_nsm_seed_kernel(natt_nsm *session, natt_nsm_seed_report *report, const natt_nsm_seed *seed,
                          natt_nsm_error *err)
{
    static const natt_nsm_seed standard = NATT_NSM_SEED_INIT;
    natt_nsm_error spare;
    natt_nsm_seed_report unwanted;
    err = natt_nsm_error_begin(err, &spare);
    report = report != NULL ? report : &unwanted;
    *report = (natt_nsm_seed_report){0};
    seed = seed != NULL ? seed : &standard;
    if (!check_seed(seed, err))
        return false;
    int fd = open(seed->path != NULL ? seed->path : RANDOM_DEVICE, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return natt_nsm_fail_errno(err, NATT_NSM_E_SEED_OPEN, errno);
    bool ok = seed_device(session, report, fd, seed->len, err);
    close(fd);
    return ok;
}
