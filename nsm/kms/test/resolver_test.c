/* Resolves names by a deadline, with a getaddrinfo whose answer a test can delay. */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/kms/connection.h"
#include "nsm/kms/resolver.h"
#include "nsm/kms/socket.h"
#include "nsm/threads.h"

int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out);
int __real_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out);
void __wrap_freeaddrinfo(struct addrinfo *list);
void __real_freeaddrinfo(struct addrinfo *list);
int __wrap_natt_thread_start(pthread_t *thread, void *(*run)(void *), void *argument);
int __real_natt_thread_start(pthread_t *thread, void *(*run)(void *), void *argument);

static atomic_int takes_ms, result, error, ended, freed, threads;
static int thread_error;
static natt_kms_client_error err;

/* Resolves every name to 127.0.0.1. */
int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
    if ((hints->ai_flags & AI_NUMERICHOST) != 0)
        return __real_getaddrinfo(host, service, hints, out);
    (void)poll(NULL, 0, takes_ms);
    struct addrinfo numeric = *hints;
    numeric.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    const int got = result != 0 ? result : __real_getaddrinfo("127.0.0.1", service, &numeric, out);
    errno = error;
    ended++;
    return got;
}

void __wrap_freeaddrinfo(struct addrinfo *list)
{
    freed++;
    __real_freeaddrinfo(list);
}

int __wrap_natt_thread_start(pthread_t *thread, void *(*run)(void *), void *argument)
{
    threads++;
    return thread_error != 0 ? thread_error : __real_natt_thread_start(thread, run, argument);
}

static struct addrinfo *resolve(const char *host, uint64_t ms)
{
    memset(&err, 0, sizeof err);
    return natt_resolve(host, 443, natt_monotonic_ms() + ms, &err);
}

Test(kms_resolver, names_are_resolved)
{
    takes_ms = 100;
    struct addrinfo *found = resolve("kms.test", 10000);
    cr_assert_not_null(found, "%s", err.message);
    cr_expect(found->ai_family == AF_INET && found->ai_socktype == SOCK_STREAM);
    freeaddrinfo(found);
    cr_expect(threads == 1 && freed == 1);
}

Test(kms_resolver, addresses_need_no_thread)
{
    thread_error = EAGAIN;
    struct addrinfo *four = resolve("192.0.2.1", 0), *six = resolve("2001:db8::1", 0);
    cr_assert(four != NULL && six != NULL);
    cr_expect(threads == 0 && four->ai_family == AF_INET && six->ai_family == AF_INET6);
    freeaddrinfo(four);
    freeaddrinfo(six);
}

/* The thread frees a lookup whose caller no longer waits. */
Test(kms_resolver, deadlines_are_kept_while_no_name_server_answers)
{
    const uint64_t began = natt_monotonic_ms();
    takes_ms = 2000;
    cr_expect_null(resolve("kms.test", 100));
    const uint64_t took = natt_monotonic_ms() - began;
    cr_expect(err.code == NATT_KMS_CLIENT_E_TIMEOUT && strstr(err.message, "resolved") != NULL, "%s", err.message);
    cr_expect(took >= 100 && took < 1500, "%u ms", (unsigned)took);
    cr_expect(ended == 0 && freed == 0);
    for (int i = 0; i < 100 && freed == 0; i++)
        (void)poll(NULL, 0, 100);
    cr_expect(ended == 1 && freed == 1, "the late answer is not freed");
}

Test(kms_resolver, a_deadline_that_has_passed_starts_no_wait)
{
    takes_ms = 500;
    cr_expect_null(natt_resolve("kms.test", 443, 1, &err));
    cr_expect_eq(err.code, NATT_KMS_CLIENT_E_TIMEOUT);
    (void)poll(NULL, 0, 1000);
}

Test(kms_resolver, connections_have_the_deadline_of_names)
{
    natt_address address = {.kind = NATT_ADDRESS_TCP, .host = "kms.test", .port = 1};
    const uint64_t began = natt_monotonic_ms();
    takes_ms = 2000;
    cr_expect_eq(natt_socket_connect(&address, began + 100, &err), -1);
    cr_expect_eq(err.code, NATT_KMS_CLIENT_E_TIMEOUT);
    cr_expect_lt(natt_monotonic_ms() - began, 1500);
}

Test(kms_resolver, failures_have_their_code)
{
    result = EAI_NONAME;
    cr_expect_null(resolve("kms.test", 10000));
    cr_expect(err.code == NATT_KMS_CLIENT_E_RESOLVE && err.errno_value == 0);
    cr_expect(strstr(err.message, "cannot resolve kms.test: ") != NULL, "%s", err.message);
    result = EAI_SYSTEM;
    error = ENETDOWN;
    cr_expect_null(resolve("kms.test", 10000));
    cr_expect(err.code == NATT_KMS_CLIENT_E_RESOLVE && err.errno_value == ENETDOWN);
    result = EAI_MEMORY;
    cr_expect_null(resolve("kms.test", 10000));
    cr_expect(err.code == NATT_KMS_CLIENT_E_MEMORY);
    thread_error = EAGAIN;
    cr_expect_null(resolve("kms.test", 10000));
    cr_expect(err.code == NATT_KMS_CLIENT_E_RESOLVE && err.errno_value == EAGAIN, "%s", err.message);
}

/* A program whose standard input is closed gets the number 0 from socket(). */
Test(kms_resolver, sockets_are_above_standard_error)
{
    natt_address address = {.kind = NATT_ADDRESS_UNIX, .path = "@nitro-attest socket test"};
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0nitro-attest socket test"};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(address.path));
    cr_assert_eq(bind(listener, (const struct sockaddr *)&name, len), 0);
    cr_assert_eq(listen(listener, 1), 0);
    (void)close(STDIN_FILENO);
    int fd = natt_socket_connect(&address, natt_monotonic_ms() + 5000, &err);
    cr_assert_gt(fd, STDERR_FILENO);
    cr_assert_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
    cr_assert_neq(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
}
