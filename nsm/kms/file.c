/* See file.h. */
#define _POSIX_C_SOURCE 200809L /* O_CLOEXEC, O_NOFOLLOW */

#include "nsm/kms/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nsm/kms/connection.h"

/* Files are always ready, so an expired deadline does not prevent reading them. */
static bool wait_for(int descriptor, uint64_t deadline_ms)
{
    struct pollfd one = {.fd = descriptor, .events = POLLIN};
    const uint64_t now = natt_monotonic_ms(), left = deadline_ms > now ? deadline_ms - now : 0;
    const int ready = poll(&one, 1, left < INT_MAX ? (int)left : INT_MAX);
    if (ready == 0)
        errno = ETIMEDOUT;
    return ready > 0 || (ready < 0 && errno == EINTR);
}

/* Requests one byte beyond the capacity, to distinguish a file that fills it from a longer one. */
bool natt_descriptor_read(int descriptor, uint8_t *out, size_t capacity, size_t *len, uint64_t deadline_ms)
{
    uint8_t beyond;
    ssize_t got = 1;
    *len = 0;
    while (got != 0) {
        const bool full = *len == capacity;
        if (!wait_for(descriptor, deadline_ms))
            return false;
        got = read(descriptor, full ? &beyond : out + *len, full ? 1 : capacity - *len);
        if (got < 0 && errno != EINTR && errno != EAGAIN)
            return false;
        if (got > 0 && full) {
            errno = EFBIG;
            return false;
        }
        *len += got > 0 ? (size_t)got : 0;
    }
    return true;
}

static bool is_regular(int descriptor)
{
    struct stat about;
    const bool known = fstat(descriptor, &about) == 0;
    if (known)
        errno = 0;
    return known && S_ISREG(about.st_mode);
}

/* NONBLOCK: a pipe without a writer must not block the program. */
bool natt_file_read(const char *path, uint8_t *out, size_t capacity, size_t *len)
{
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    *len = 0;
    if (descriptor < 0)
        return false;
    const bool ok = is_regular(descriptor) && natt_descriptor_read(descriptor, out, capacity, len, 0);
    const int why = errno;
    (void)close(descriptor);
    errno = why;
    return ok;
}

static const char *what_is_unsafe(const struct stat *about)
{
    if (!S_ISREG(about->st_mode))
        return "the credentials file is not a regular file";
    if (about->st_uid != geteuid())
        return "the credentials file belongs to another user";
    return (about->st_mode & 077) != 0 ? "other users can read or change the credentials file" : NULL;
}

/* NONBLOCK: as above. */
int natt_secret_file_open(const char *path, const char **unsafe)
{
    struct stat about;
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    *unsafe = descriptor < 0 && errno == ELOOP ? "the credentials file is a symbolic link" : NULL;
    if (descriptor < 0)
        return -1;
    const bool known = fstat(descriptor, &about) == 0;
    *unsafe = known ? what_is_unsafe(&about) : NULL;
    if (known && *unsafe == NULL)
        return descriptor;
    const int why = known ? 0 : errno;
    (void)close(descriptor);
    errno = why;
    return -1;
}
