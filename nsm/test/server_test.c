/* The socket: shared state, several processes, killed clients, garbage, and remaining files. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/test/emulator_support.h"
#include "nsm/test/support.h"

static char folder[64], path[96];
static natt_emulator *emulator;
static natt_emulator_server *server;
static int stop_pipe[2];
static pthread_t serving;

static void *serve(void *ok)
{
    natt_emulator_error err;
    *(bool *)ok = natt_emulator_serve(server, stop_pipe[0], &err);
    return NULL;
}

static bool served;

static void begin_with(const natt_emulator_options *options)
{
    natt_emulator_error err;
    strcpy(folder, "/tmp/natt-socket-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/nsm", folder);
    emulator = test_emulator(options);
    server = natt_emulator_listen(emulator, path, &err);
    cr_assert_not_null(server, "%s", err.message);
    cr_assert_eq(pipe(stop_pipe), 0);
    served = false;
    cr_assert_eq(pthread_create(&serving, NULL, serve, &served), 0);
}

static void begin(void)
{
    begin_with(NULL);
}

/* Stops the server, and checks that no file remains. */
static void end(void)
{
    close(stop_pipe[1]);
    pthread_join(serving, NULL);
    cr_expect(served);
    close(stop_pipe[0]);
    natt_emulator_server_free(server);
    natt_emulator_free(emulator);
    cr_expect_neq(access(path, F_OK), 0, "the socket file is still there");
    cr_expect_eq(rmdir(folder), 0, "the folder is not empty");
}

static int dial_at(const char *where)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const struct timeval patience = {20, 0};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    strcpy(address.sun_path, where);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static int dial(void)
{
    return dial_at(path);
}

static bool send_request(int fd, natt_bytes request, uint32_t capacity)
{
    uint8_t packet[4 + 8192] = {(uint8_t)capacity, (uint8_t)(capacity >> 8), (uint8_t)(capacity >> 16),
                                (uint8_t)(capacity >> 24)};
    memcpy(packet + 4, request.ptr, request.len);
    return send(fd, packet, 4 + request.len, MSG_NOSIGNAL) == (ssize_t)(4 + request.len);
}

/* Returns the errno of the reply, and its response in *out; -1 if there is no reply. */
static int receive(int fd, uint8_t out[NATT_EMULATOR_MAX_RESPONSE], size_t *len)
{
    uint8_t packet[4 + NATT_EMULATOR_MAX_RESPONSE + 1];
    ssize_t got = recv(fd, packet, sizeof packet, 0);
    if (got < 4 || (size_t)got == sizeof packet)
        return -1;
    *len = (size_t)got - 4;
    memcpy(out, packet + 4, *len);
    return packet[0] | packet[1] << 8 | packet[2] << 16 | packet[3] << 24;
}

static int ask(int fd, natt_bytes request, uint32_t capacity, uint8_t out[NATT_EMULATOR_MAX_RESPONSE], size_t *len)
{
    return send_request(fd, request, capacity) ? receive(fd, out, len) : -1;
}

static int ask_briefly(int fd, const char *request)
{
    uint8_t out[NATT_EMULATOR_MAX_RESPONSE];
    size_t len;
    return ask(fd, test_hex(request), NATT_EMULATOR_MAX_RESPONSE, out, &len);
}

Test(server, answers_as_the_emulator_does, .init = begin, .fini = end)
{
    uint8_t out[NATT_EMULATOR_MAX_RESPONSE];
    size_t len;
    natt_bytes want = test_exchange(emulator, test_hex(TEST_DESCRIBE_NSM));
    int fd = dial();
    cr_assert_geq(fd, 0);
    cr_expect_eq(ask(fd, test_hex(TEST_DESCRIBE_NSM), NATT_EMULATOR_MAX_RESPONSE, out, &len), 0);
    cr_expect(test_equal((natt_bytes){out, len}, want));
    cr_expect_eq(ask(fd, test_hex(TEST_DESCRIBE_NSM), UINT32_MAX, out, &len), 0);
    cr_expect(test_equal((natt_bytes){out, len}, want));
    cr_expect_eq(ask(fd, test_hex(TEST_DESCRIBE_NSM), 7, out, &len), 0);
    cr_expect(test_equal((natt_bytes){out, len}, (natt_bytes){want.ptr, 7}));
    cr_expect_eq(ask(fd, test_hex(TEST_DESCRIBE_NSM), 0, out, &len), 0);
    cr_expect_eq(len, 0);
    cr_expect_eq(ask(fd, test_hex(""), 64, out, &len), ETIMEDOUT);
    close(fd);
}

Test(server, socket_is_its_owners_alone, .init = begin, .fini = end)
{
    struct stat about;
    cr_assert_eq(lstat(path, &about), 0);
    cr_expect(S_ISSOCK(about.st_mode));
    cr_expect_eq(about.st_mode & 07777, 0600);
}

Test(server, hostile_packets_have_an_errno, .init = begin, .fini = end)
{
    static uint8_t large[8000];
    uint8_t out[NATT_EMULATOR_MAX_RESPONSE];
    size_t len;
    int fd = dial();
    for (size_t n = 1; n < 4; n++) {
        cr_assert_eq(send(fd, "abc", n, 0), (ssize_t)n);
        cr_expect_eq(receive(fd, out, &len), EBADMSG, "%zu bytes", n);
    }
    cr_expect_eq(ask(fd, (natt_bytes){large, NATT_EMULATOR_MAX_REQUEST}, 64, out, &len), 0);
    cr_expect_eq(ask(fd, (natt_bytes){large, NATT_EMULATOR_MAX_REQUEST + 1}, 64, out, &len), EMSGSIZE);
    cr_expect_eq(ask(fd, (natt_bytes){large, sizeof large}, 64, out, &len), EMSGSIZE);
    cr_expect_eq(len, 0);
    cr_expect_eq(ask_briefly(fd, TEST_DESCRIBE_NSM), 0, "the connection still works");
    close(fd);
}

Test(server, garbage_packets_do_no_harm, .init = begin, .fini = end)
{
    uint64_t state = 99;
    for (int round = 0; round < 200; round++) {
        uint8_t packet[64], out[NATT_EMULATOR_MAX_RESPONSE];
        size_t len;
        int fd = dial();
        for (size_t i = 0; i < sizeof packet; i++)
            packet[i] = (uint8_t)((state = state * 6364136223846793005u + 1442695040888963407u) >> 56);
        cr_assert_eq(send(fd, packet, (size_t)round % sizeof packet + 1, MSG_NOSIGNAL), round % 64 + 1);
        if (round % 2 == 0)
            cr_expect_geq(receive(fd, out, &len), 0);
        close(fd); /* half of the replies have no receiver */
    }
    int fd = dial();
    cr_expect_eq(ask_briefly(fd, TEST_DESCRIBE_NSM), 0);
    close(fd);
}

/* A separate program that extends PCR16 a number of times. */
static pid_t start_client(const char *times)
{
    const char *program = getenv("NATT_TEST_SOCKET_CLIENT");
    cr_assert_not_null(program, "run this test by meson test: NATT_TEST_SOCKET_CLIENT is not set");
    pid_t child = fork();
    if (child != 0)
        return child;
    execl(program, program, path, times, (char *)NULL);
    _exit(127);
}

Test(server, processes_share_one_state, .init = begin, .fini = end)
{
    enum { CLIENTS = 6, TIMES = 50 };
    natt_emulator *alone = test_emulator(NULL);
    pid_t children[CLIENTS];
    for (int i = 0; i < CLIENTS; i++)
        children[i] = start_client("50");
    for (int i = 0; i < CLIENTS; i++) {
        int status = -1;
        cr_assert_eq(waitpid(children[i], &status, 0), children[i]);
        cr_expect_eq(status, 0, "client %d", i);
    }
    for (int i = 0; i < CLIENTS * TIMES; i++)
        (void)test_exchange(alone, test_hex(TEST_EXTEND_PCR "10 64 64617461 41 78"));
    natt_bytes want = test_pcr_of(test_exchange(alone, test_hex(TEST_DESCRIBE_PCR "10")));
    cr_expect(test_equal(test_pcr_of(test_exchange(emulator, test_hex(TEST_DESCRIBE_PCR "10"))), want));
    natt_emulator_free(alone);
}

Test(server, killed_clients_leave_nothing_behind, .init = begin, .fini = end)
{
    for (int i = 0; i < 2 * NATT_EMULATOR_MAX_CLIENTS; i++) {
        pid_t child = fork();
        if (child == 0) {
            int fd = dial();
            for (;;) /* sends requests without reading replies */
                if (!send_request(fd, test_hex(TEST_GET_RANDOM), NATT_EMULATOR_MAX_RESPONSE))
                    _exit(1);
        }
        cr_assert_gt(child, 0);
        usleep(2000);
        kill(child, SIGKILL);
        cr_assert_eq(waitpid(child, NULL, 0), child);
    }
    int fd = dial();
    cr_expect_eq(ask_briefly(fd, TEST_DESCRIBE_NSM), 0, "no slot is free");
    close(fd);
}

Test(server, one_client_too_many_is_told_so, .init = begin, .fini = end)
{
    int clients[NATT_EMULATOR_MAX_CLIENTS];
    uint8_t out[NATT_EMULATOR_MAX_RESPONSE];
    size_t len;
    for (int i = 0; i < NATT_EMULATOR_MAX_CLIENTS; i++) {
        clients[i] = dial();
        cr_assert_eq(ask_briefly(clients[i], TEST_DESCRIBE_NSM), 0, "client %d", i);
    }
    int late = dial();
    cr_expect_eq(receive(late, out, &len), EBUSY);
    cr_expect_eq(receive(late, out, &len), -1, "the connection ends");
    close(late);
    close(clients[5]);
    int next = -1;
    for (int attempt = 0; attempt < 100 && (next < 0 || ask_briefly(next, TEST_DESCRIBE_NSM) != 0); attempt++) {
        close(next);
        usleep(10000);
        next = dial();
    }
    cr_expect_eq(ask_briefly(next, TEST_DESCRIBE_NSM), 0, "a slot became free");
    close(next);
    for (int i = 0; i < NATT_EMULATOR_MAX_CLIENTS; i++)
        if (i != 5)
            close(clients[i]);
}

Test(server, stops_in_the_middle_of_a_silence)
{
    natt_emulator_options options = test_emulator_options();
    natt_fault fault;
    cr_assert(natt_fault_parse(&fault, "get-random:silence", NULL)); /* 120 s */
    options.faults = &fault;
    options.fault_count = 1;
    begin_with(&options);
    int fd = dial(), other = dial();
    time_t began = time(NULL);
    cr_assert(send_request(fd, test_hex(TEST_GET_RANDOM), 64));
    usleep(50000);
    cr_assert(send_request(other, test_hex(TEST_GET_RANDOM), 64)); /* waits for its turn */
    end();
    cr_expect_lt(time(NULL) - began, 10);
    close(fd);
    close(other);
}

static void expect_listen_refused(const char *where, natt_emulator_code code, int errno_value, const char *says)
{
    natt_emulator_error err;
    cr_expect_null(natt_emulator_listen(emulator, where, &err), "%s", where);
    cr_expect_eq(err.code, code, "%s: %s", natt_emulator_code_name(err.code), err.message);
    cr_expect_eq(err.errno_value, errno_value, "%d: %s", err.errno_value, err.message);
    cr_expect_not_null(strstr(err.message, says), "%s", err.message);
}

Test(server, takes_no_others_place, .init = begin, .fini = end)
{
    char file[128], long_path[200];
    memset(long_path, 'a', sizeof long_path);
    long_path[108] = '\0';
    expect_listen_refused(path, NATT_EMULATOR_E_SOCKET_TAKEN, 0, "another program is listening");
    snprintf(file, sizeof file, "%s/file", folder);
    FILE *f = fopen(file, "w");
    cr_assert_not_null(f);
    fclose(f);
    expect_listen_refused(file, NATT_EMULATOR_E_SOCKET_TAKEN, 0, "not a socket");
    cr_expect_eq(unlink(file), 0, "the file is gone");
    expect_listen_refused(long_path, NATT_EMULATOR_E_SOCKET_PATH, 0, "longer than 107");
    expect_listen_refused("", NATT_EMULATOR_E_SOCKET_PATH, 0, "empty");
    snprintf(file, sizeof file, "%s/none/nsm", folder);
    expect_listen_refused(file, NATT_EMULATOR_E_SOCKET, ENOENT, "folder");
    cr_expect_null(natt_emulator_listen(NULL, path, NULL));
    cr_expect_null(natt_emulator_listen(emulator, NULL, NULL));
    int fd = dial();
    cr_expect_eq(ask_briefly(fd, TEST_DESCRIBE_NSM), 0, "the first server still works");
    close(fd);
}

/* A killed server leaves a socket file on which no process listens. */
Test(server, replaces_a_stale_socket, .init = begin, .fini = end)
{
    char stale[128];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    natt_emulator_error err;
    snprintf(stale, sizeof stale, "%s/stale", folder);
    strcpy(address.sun_path, stale);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    cr_assert_lt(dial_at(stale), 0);
    natt_emulator_server *second = natt_emulator_listen(emulator, stale, &err);
    cr_assert_not_null(second, "%s", err.message);
    natt_emulator_server_free(second);
    cr_expect_neq(access(stale, F_OK), 0);
}

/* Another program replaced the file, so the server must not remove it. */
Test(server, removes_only_its_own_file, .init = begin, .fini = end)
{
    char mine[128];
    snprintf(mine, sizeof mine, "%s/mine", folder);
    natt_emulator_server *second = natt_emulator_listen(emulator, mine, NULL);
    cr_assert_not_null(second);
    unlink(mine);
    natt_emulator_server *third = natt_emulator_listen(emulator, mine, NULL);
    cr_assert_not_null(third);
    natt_emulator_server_free(second);
    cr_expect_eq(access(mine, F_OK), 0);
    natt_emulator_server_free(third);
    cr_expect_neq(access(mine, F_OK), 0);
    natt_emulator_server_free(NULL);
}

/* poll(2) accepts no more entries than the limit of open files. */
Test(server, says_why_waiting_for_clients_failed)
{
    char place[] = "/tmp/natt-serve-XXXXXX", where[64];
    struct rlimit before, one;
    natt_emulator_error err;
    natt_emulator *alone = test_emulator(NULL);
    cr_assert_not_null(mkdtemp(place));
    snprintf(where, sizeof where, "%s/nsm", place);
    natt_emulator_server *lonely = natt_emulator_listen(alone, where, &err);
    cr_assert(lonely != NULL && getrlimit(RLIMIT_NOFILE, &before) == 0, "%s", err.message);
    one = (struct rlimit){1, before.rlim_max};
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &one), 0);
    bool ended = natt_emulator_serve(lonely, -1, &err);
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    cr_expect_not(ended);
    cr_expect(err.code == NATT_EMULATOR_E_SOCKET && err.errno_value == EINVAL, "%d: %s", err.errno_value, err.message);
    natt_emulator_server_free(lonely);
    natt_emulator_free(alone);
    rmdir(place);
}
