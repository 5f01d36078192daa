/* The server without free descriptors or memory. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/provision/rpc_server.h"
#include "nsm/provision/test/support.h"

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

static bool memory_is_out;

void *__wrap_malloc(size_t size)
{
    return memory_is_out ? NULL : __real_malloc(size);
}

static char address[160];
static int listener, stop[2];
static unsigned ticks;
static struct timespec began;

static void begin(void)
{
    (void)snprintf(address, sizeof address, "unix:%s/rpc", folder_make());
    listener = natt_rpc_listen(address, &err);
    cr_assert(listener >= 0 && pipe(stop) == 0, "%s", err.message);
    (void)clock_gettime(CLOCK_MONOTONIC, &began);
}

static void end(void)
{
    (void)close(listener);
    folder_remove();
}

TestSuite(rpc_server, .init = begin, .fini = end);

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - began.tv_sec) + (double)(now.tv_nsec - began.tv_nsec) / 1e9;
}

/* Stops it after a second. */
static void tick(void *context)
{
    (void)context;
    ticks++;
    if (seconds() > 1)
        cr_assert_eq(write(stop[1], "x", 1), 1);
}

static void handled(void *context, const natt_rpc_outcome *outcome)
{
    (void)context;
    (void)outcome;
}

static bool serve(void)
{
    const natt_rpc_server server = {
        .options = NULL, .listener = listener, .stop = stop[0], .handled = handled, .tick = tick, .context = NULL};
    return natt_rpc_serve(&server);
}

static int connect_one(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    (void)strcpy(name.sun_path, address + 5);
    cr_assert_eq(connect(fd, (const struct sockaddr *)&name, sizeof name), 0);
    return fd;
}

/* No other descriptor: poll itself needs a limit of at least 2. */
static void use_up_descriptors(void)
{
    int next = dup(listener);
    const struct rlimit all = {(rlim_t)next, (rlim_t)next};
    cr_assert(next > 2 && close(next) == 0 && setrlimit(RLIMIT_NOFILE, &all) == 0);
}

/* A connection that cannot be accepted stays in the queue, and the listener readable. */
Test(rpc_server, without_a_descriptor_it_waits)
{
    (void)connect_one();
    use_up_descriptors();
    cr_expect_eq(accept4(listener, NULL, NULL, SOCK_CLOEXEC), -1);
    cr_assert_eq(errno, EMFILE);
    cr_expect(serve());
    cr_expect(ticks >= 3 && ticks <= 20, "%u", ticks);
}

/* It reacts to the stop while it waits. */
Test(rpc_server, stop_ends_the_pause)
{
    (void)connect_one();
    use_up_descriptors();
    cr_assert_eq(write(stop[1], "x", 1), 1);
    cr_expect(serve());
    cr_expect(ticks <= 1 && seconds() < 10);
}

Test(rpc_server, without_memory_it_fails)
{
    memory_is_out = true;
    bool served = serve();
    memory_is_out = false;
    cr_expect(!served && ticks == 0);
}
