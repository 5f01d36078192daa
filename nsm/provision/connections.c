/* See connections.h. */
#define _GNU_SOURCE /* flock */
#include "nsm/provision/connections.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME     "connections"
#define PAUSE_MS 10
#define TRIES    20

static int open_at(int folder)
{
    return openat(folder, NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* A program that ends a token keeps the lock only briefly. */
static bool share(int lock)
{
    for (unsigned tries = 0; flock(lock, LOCK_SH | LOCK_NB) != 0; tries++) {
        if (tries == TRIES)
            return false;
        (void)poll(NULL, 0, PAUSE_MS);
    }
    return true;
}

bool natt_connections_lock(natt_connections *c, const char *folder)
{
    struct stat s;
    int parent = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    c->lock = parent < 0 ? -1 : open_at(parent);
    if (parent >= 0)
        (void)close(parent);
    if (c->lock >= 0 && share(c->lock) && fstat(c->lock, &s) == 0) {
        c->told = s.st_mtim;
        return true;
    }
    natt_connections_unlock(c);
    return false;
}

bool natt_connections_must_end(const natt_connections *c)
{
    struct stat s;
    return fstat(c->lock, &s) != 0 || s.st_nlink == 0 || s.st_mtim.tv_sec != c->told.tv_sec ||
           s.st_mtim.tv_nsec != c->told.tv_nsec;
}

void natt_connections_unlock(natt_connections *c)
{
    if (c->lock < 0)
        return;
    (void)flock(c->lock, LOCK_UN); /* even if a forked child has the descriptor too */
    (void)close(c->lock);
    c->lock = -1;
}

/* File times have steps of milliseconds, and a server that has just started must see a different time. */
static void touch(int fd)
{
    struct stat before;
    bool known = fstat(fd, &before) == 0;
    struct timespec times[2] = {{0, UTIME_OMIT}, {0, 0}};
    (void)clock_gettime(CLOCK_REALTIME, &times[1]);
    if (known && before.st_mtim.tv_sec == times[1].tv_sec && before.st_mtim.tv_nsec == times[1].tv_nsec)
        times[1].tv_nsec ^= 1;
    (void)futimens(fd, times);
}

void natt_connections_end(int folder)
{
    const natt_limit limit = {.until_ms = natt_boottime_ms() + NATT_CONNECTIONS_WAIT_MS};
    int fd = open_at(folder);
    if (fd < 0)
        return;
    touch(fd);
    while (flock(fd, LOCK_EX | LOCK_NB) != 0 && natt_limit_left_ms(&limit) > 0)
        (void)poll(NULL, 0, PAUSE_MS);
    (void)close(fd);
}
