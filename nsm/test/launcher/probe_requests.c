/* The device's ioctl: valid, invalid, from many threads and processes, and interrupted. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>

#include "nsm/test/launcher/probe.h"

#define GET_RANDOM     "iGetRandom"
#define GET_RANDOM_LEN 10

static long raw_call(int fd, uint32_t number, void *raw)
{
    return probe_call(SYS_ioctl, (long)fd, (long)number, raw);
}

/* --- one request --- */

static void probe_lengths(int fd)
{
    uint8_t response[0x4000];
    size_t len = sizeof response;
    EXPECT(0, probe_request(fd, GET_RANDOM, GET_RANDOM_LEN, response, &len));
    EXPECT(278, (long)len);
    memset(response, 0x55, sizeof response);
    len = 20; /* truncated without an error */
    EXPECT(0, probe_request(fd, GET_RANDOM, GET_RANDOM_LEN, response, &len));
    EXPECT(20, (long)len);
    EXPECT(0x55, response[20]);
    len = 0;
    EXPECT(0, probe_request(fd, GET_RANDOM, GET_RANDOM_LEN, NULL, &len));
    EXPECT(0, (long)len);
    uint8_t request[0x1001] = {0xff};
    len = sizeof response;
    EXPECT(0, probe_request(fd, request, 0x1000, response, &len));
    EXPECT(0, memcmp(response,
                     "\xa1\x65"
                     "Error\x70"
                     "InvalidOperation",
                     24));
    EXPECT(24, (long)len);
    EXPECT(-EMSGSIZE, probe_request(fd, request, 0x1001, response, &len));
    EXPECT(-EMSGSIZE, probe_request(fd, request, SIZE_MAX, response, &len));
}

static void probe_pointers(int fd)
{
    long page = sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, (size_t)page * 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint8_t response[0x3000];
    size_t len = sizeof response;
    EXPECT(-EFAULT, raw_call(fd, NSM_RAW, NULL));
    EXPECT(-EFAULT, raw_call(fd, NSM_RAW, (void *)(uintptr_t)0xffff800000000000));
    EXPECT(-EFAULT, probe_request(fd, (void *)8, 10, response, &len));
    EXPECT(-EFAULT, probe_request(fd, GET_RANDOM, GET_RANDOM_LEN, (void *)8, &len));
    struct probe_raw *raw = (void *)(pages + page - sizeof *raw);
    *raw = (struct probe_raw){(uintptr_t)GET_RANDOM, GET_RANDOM_LEN, (uintptr_t)response, sizeof response};
    EXPECT(0, mprotect(pages + page, (size_t)page, PROT_NONE));
    EXPECT(0, raw_call(fd, NSM_RAW, raw)); /* up to the last byte of the page */
    EXPECT(278, (long)raw->response_len);
    EXPECT(-EFAULT, raw_call(fd, NSM_RAW, (char *)raw + 8));
    len = 100;
    EXPECT(-EFAULT, probe_request(fd, GET_RANDOM, GET_RANDOM_LEN, pages + page - 50, &len));
    memcpy(pages + page - 5, GET_RANDOM, 5);
    EXPECT(-EFAULT, probe_request(fd, pages + page - 5, GET_RANDOM_LEN, response, &len));
    *raw = (struct probe_raw){(uintptr_t)GET_RANDOM, GET_RANDOM_LEN, (uintptr_t)response, sizeof response};
    EXPECT(0, mprotect(pages, (size_t)page, PROT_READ));
    EXPECT(-EFAULT, raw_call(fd, NSM_RAW, raw)); /* the length cannot be written back */
    EXPECT(-EFAULT, probe_request(fd, GET_RANDOM, GET_RANDOM_LEN, pages, &len));
}

void probe_requests(void)
{
    struct termios terminal;
    struct stat st;
    struct probe_raw raw = {(uintptr_t)GET_RANDOM, GET_RANDOM_LEN, 0, 0};
    uint8_t room[64] = {0};
    int fd = probe_open(), null = open("/dev/null", O_RDWR), read_only = open("/dev/nsm", O_RDONLY);
    EXPECT(0, probe_describe(fd));
    EXPECT(0, probe_describe(read_only));
    probe_lengths(fd);
    probe_pointers(fd);
    EXPECT(-EINVAL, raw_call(fd, 0xC0100A00, room)); /* a 32-bit struct iovec */
    EXPECT(-EINVAL, raw_call(fd, 0xC0200A01, room));
    EXPECT(0, fstat(fd, &st));
    EXPECT(S_ISCHR(st.st_mode) ? -ENOTTY : -EINVAL, probe_call(SYS_ioctl, (long)fd, (long)TCGETS, &terminal));
    EXPECT(0, probe_call(SYS_ioctl, (long)fd, (long)FIOCLEX, 0L));
    EXPECT(FD_CLOEXEC, fcntl(fd, F_GETFD));
    EXPECT(-ENOTTY, raw_call(null, NSM_RAW, room)); /* /dev/null itself is not an NSM */
    EXPECT(-EBADF, raw_call(999, NSM_RAW, room));
    int name = open("/dev/nsm", O_PATH);
    long got = probe_describe(name);
    EXPECT(1, got == -EBADF || (got == 0 && !probe_private)); /* if calls are trapped, open returns a readable file */
    EXPECT(0, probe_call(SYS_ioctl, (long)fd, 0x12345678C0200A00L, &raw));
}

void probe_error(void)
{
    int fd = probe_open();
    EXPECT(-ETIMEDOUT, probe_describe(fd));
    close(fd);
}

/* --- open files passed to other processes --- */

static void wait_for(pid_t child)
{
    int status = -1;
    EXPECT(child, waitpid(child, &status, 0));
    EXPECT(0, status);
}

static void send_file(int socket, int fd)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {.head = {.cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    struct iovec part = {(void *)(uintptr_t) "", 1};
    struct msghdr packet = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.room};
    memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
    EXPECT(1, sendmsg(socket, &packet, 0));
}

static int receive_file(int socket)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    char byte;
    int fd = -1;
    struct iovec part = {&byte, 1};
    struct msghdr packet = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.room};
    EXPECT(1, recvmsg(socket, &packet, 0));
    memcpy(&fd, CMSG_DATA(&control.head), sizeof fd);
    return fd;
}

static void probe_socket(void)
{
    int pair[2];
    EXPECT(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    pid_t child = fork();
    if (child == 0) {
        send_file(pair[1], open("/dev/nsm", O_RDWR));
        _exit(0);
    }
    int fd = receive_file(pair[0]);
    wait_for(child);
    EXPECT(0, probe_describe(fd));
    close(fd);
}

void probe_inherit(void)
{
    int fd = probe_open(), copy = dup(fd);
    EXPECT(0, probe_describe(copy));
    EXPECT(100, dup2(fd, 100));
    close(fd);
    EXPECT(-EBADF, probe_describe(fd));
    EXPECT(0, probe_describe(100));
    EXPECT(9, dup2(copy, 9));
    EXPECT(copy, open("/dev/null", O_RDONLY) == copy ? copy : dup2(open("/dev/null", O_RDONLY), copy));
    EXPECT(-ENOTTY, probe_describe(copy)); /* a different file under the device's earlier number */
    pid_t child = fork();
    if (child == 0)
        _exit(probe_describe(9) == 0 ? 0 : 1);
    wait_for(child);
    probe_socket();
    child = fork();
    if (child == 0) {
        execl("/proc/self/exe", "launch-probe", "inherited", NULL);
        _exit(1);
    }
    wait_for(child);
}

void probe_inherited(void)
{
    EXPECT(0, probe_describe(9));
    EXPECT(0, fcntl(9, F_GETFD));
}

/* --- many at once --- */

#define THREADS  8
#define REQUESTS 1000

/* Threads share the file, and responses must not be mixed up: each PCR has its own extension, which identifies its
 * index. */
static void *use_device(void *argument)
{
    uint8_t request[] = "\xa1\x6b"
                        "DescribePCR\xa1\x65index";
    uint8_t whole[sizeof request + 1], response[0x3000];
    int fd = *(int *)argument;
    memcpy(whole, request, sizeof request - 1);
    whole[sizeof request - 1] = 0x07;
    for (int i = 0; i < REQUESTS; i++) {
        size_t len = sizeof response;
        bool random = (i & 1) != 0;
        long got = random ? probe_request(fd, GET_RANDOM, GET_RANDOM_LEN, response, &len)
                          : probe_request(fd, whole, sizeof request, response, &len);
        EXPECT(0, got);
        EXPECT(random ? 278 : 75, (long)len);
        EXPECT(random ? 'G' : 'D', response[2]);
    }
    return NULL;
}

void probe_threads(void)
{
    pthread_t threads[THREADS];
    int fd = probe_open();
    for (int i = 0; i < THREADS; i++)
        EXPECT(0, pthread_create(&threads[i], NULL, use_device, &fd));
    for (int i = 0; i < THREADS; i++)
        EXPECT(0, pthread_join(threads[i], NULL));
    close(fd);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static const uint8_t attestation[] = "\xa1\x6b"
                                     "Attestation\xa0";

/* The device needs two seconds for an Attestation; meanwhile other processes open it and send requests. */
void probe_delegates(void)
{
    int fd = probe_open();
    uint8_t response[0x3000];
    size_t len = sizeof response;
    double before = now();
    pid_t child = fork();
    if (child == 0)
        _exit(probe_request(fd, attestation, sizeof attestation - 1, response, &len) == 0 ? 0 : 1);
    for (int i = 0; i < 20; i++) {
        int other = probe_open();
        EXPECT(0, probe_describe(other));
        close(other);
    }
    EXPECT(1, now() - before < 1.5);
    wait_for(child);
    EXPECT(1, now() - before >= 2);
}

/* --- a program whose /proc entry its own user may not read --- */

static void *describe_in_thread(void *argument)
{
    EXPECT(0, probe_describe(*(int *)argument));
    return NULL;
}

void probe_hidden(void)
{
    pthread_t thread;
    int fd = probe_open(), null = open("/dev/null", O_RDWR), name = open(DEVICE, O_PATH);
    EXPECT(0, prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
    EXPECT(0, probe_describe(fd));
    EXPECT(-ENOTTY, probe_describe(null));
    EXPECT(-EBADF, probe_describe(name));
    EXPECT(-EINVAL, raw_call(fd, 0xC0200A01, NULL));
    EXPECT(0, pthread_create(&thread, NULL, describe_in_thread, &fd));
    EXPECT(0, pthread_join(thread, NULL));
}

/* --- signals --- */

static volatile sig_atomic_t alarms;

static void on_alarm(int number)
{
    (void)number;
    alarms++;
}

static const uint8_t extend[] = "\xa1\x69"
                                "ExtendPCR\xa2\x65index\x10\x64"
                                "data\x40";

static void set_alarms(int flags, long us)
{
    struct itimerval often = {{0, us}, {0, us}};
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
    alarms = 0;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
}

/*
 * The number of applications of SHA-384(PCR || "") cannot be derived from the value, so the test extends PCR17 until it
 * equals PCR16. False: a signal arrived before the request began.
 */
static bool extend_pcr(int fd, uint8_t index, uint8_t value[48])
{
    uint8_t request[sizeof extend], response[0x3000];
    size_t len = sizeof response;
    memcpy(request, extend, sizeof extend);
    *(uint8_t *)memchr(request, 0x10, sizeof request) = index;
    long got = probe_request(fd, request, sizeof extend - 1, response, &len);
    if (got == -EINTR)
        return false;
    EXPECT(0, got);
    EXPECT(67, (long)len);
    memcpy(value, response + len - 48, 48);
    return true;
}

/* Each request is executed once, even if its caller is interrupted. */
void probe_signals(void)
{
    uint8_t disturbed[48], calm[48];
    int fd = probe_open(), count = 0;
    set_alarms(SA_RESTART, 300);
    for (; count < 300 || (alarms <= 10 && count < 100000); count++)
        EXPECT(1, extend_pcr(fd, 16, disturbed));
    EXPECT(1, alarms > 10);
    set_alarms(SA_RESTART, 0);
    for (int i = 0; i < count; i++)
        EXPECT(1, extend_pcr(fd, 17, calm));
    EXPECT(0, memcmp(disturbed, calm, 48));
}

/* Handlers without SA_RESTART: an interrupted request has not begun, so the program may repeat it. */
void probe_interrupts(void)
{
    uint8_t disturbed[48], calm[48];
    int fd = probe_open(), made = 0, interrupted = 0;
    set_alarms(0, 300);
    for (int i = 0; i < 1000 || (alarms <= 10 && i < 100000); i++)
        *(extend_pcr(fd, 16, disturbed) ? &made : &interrupted) += 1;
    EXPECT(1, alarms > 10);
    set_alarms(0, 0);
    for (int i = 0; i < made; i++)
        EXPECT(1, extend_pcr(fd, 17, calm));
    EXPECT(0, memcmp(disturbed, calm, 48));
    close(fd);
}

static long count_interrupted(long folder_flag)
{
    struct stat st;
    long count = 0;
    for (int i = 0; i < 3000 || (alarms <= 10 && i < 100000); i++) {
        long fd = probe_call(SYS_openat, (long)AT_FDCWD, "/", O_RDONLY | folder_flag);
        count += fd == -EINTR;
        if (fd >= 0)
            close((int)fd);
        count += folder_flag == 0 && probe_call(SYS_newfstatat, (long)AT_FDCWD, "/", &st, 0L) == -EINTR;
    }
    EXPECT(1, alarms > 10);
    return count;
}

/*
 * Calls on other files: with SA_RESTART, none is interrupted. Without it, opening a folder is not interrupted, and with
 * a private /dev no call is.
 */
void probe_undisturbed(void)
{
    set_alarms(SA_RESTART, 300);
    EXPECT(0, count_interrupted(0));
    set_alarms(0, 300);
    EXPECT(0, count_interrupted(O_DIRECTORY));
    EXPECT(1, !probe_private || count_interrupted(0) == 0);
    set_alarms(0, 0);
}
