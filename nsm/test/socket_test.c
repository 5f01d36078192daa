/* The unix socket transport with a scripted server. */
#define _DEFAULT_SOURCE /* mkdtemp */

#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "fake_nsm.h"
#include "nsm/test/support.h"

/* Accepts one connection, and answers each request with the next packet of the list. */
struct server {
    int listener;
    pthread_t thread;
    char folder[64], path[96];
    natt_bytes packets[8];
    size_t count;
    uint8_t request[8192];
    ssize_t request_len;
};

static void *serve(void *argument)
{
    struct server *server = argument;
    int fd = accept(server->listener, NULL, NULL);
    for (size_t i = 0; fd >= 0; i++) {
        server->request_len = recv(fd, server->request, sizeof server->request, 0);
        if (server->request_len <= 0 || i >= server->count)
            break;
        if (send(fd, server->packets[i].ptr, server->packets[i].len, MSG_NOSIGNAL) < 0)
            break;
    }
    close(fd);
    return NULL;
}

static void start(struct server *server)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(server->folder, sizeof server->folder, "/tmp/natt-socket-XXXXXX");
    cr_assert_not_null(mkdtemp(server->folder));
    snprintf(server->path, sizeof server->path, "%s/nsm", server->folder);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", server->path);
    server->listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    cr_assert(server->listener >= 0);
    cr_assert_eq(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
    cr_assert_eq(listen(server->listener, 1), 0);
    cr_assert_eq(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void stop(struct server *server)
{
    pthread_join(server->thread, NULL);
    close(server->listener);
    unlink(server->path);
    rmdir(server->folder);
}

static void open_socket(natt_nsm *session, const struct server *server)
{
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    natt_nsm_error err;
    options.socket_path = server->path;
    cr_assert(natt_nsm_open(session, &options, &err), "%s", err.message);
}

static struct server server;
static struct fake_outputs out;

/* Joins the errno in four bytes and a response. */
static natt_bytes packet(uint32_t error, natt_bytes response)
{
    static uint8_t packets[8][0x3100];
    static unsigned next;
    uint8_t *p = packets[next++ % 8];
    for (unsigned i = 0; i < 4; i++)
        p[i] = (uint8_t)(error >> 8 * i);
    memcpy(p + 4, response.ptr, response.len);
    return (natt_bytes){p, response.len + 4};
}

Test(nsm_socket, requests_and_answers_travel_as_packets)
{
    natt_nsm session;
    natt_nsm_error err;
    server.count = NATT_NSM_OPERATION_COUNT;
    for (unsigned op = 0; op < NATT_NSM_OPERATION_COUNT; op++)
        server.packets[op] = packet(0, fake_reply(op, false));
    start(&server);
    open_socket(&session, &server);
    for (unsigned op = 0; op < NATT_NSM_OPERATION_COUNT; op++)
        cr_expect(fake_perform(&session, op, &out, &err), "%s: %s", fake_name(op), err.message);
    cr_expect(test_equal((natt_bytes){server.request, 14}, test_hex("00300000 6947657452616e646f6d")));
    natt_nsm_close(&session);
    stop(&server);
}

/* An error of the server ends a request, not the connection. */
Test(nsm_socket, errno_of_the_other_side_is_kept)
{
    natt_nsm session;
    natt_nsm_error err;
    server.count = 3;
    server.packets[0] = packet(EMSGSIZE, test_hex(""));
    server.packets[1] = packet(4095, test_hex(""));
    server.packets[2] = packet(0, fake_reply(NATT_NSM_LOCK_PCR, false));
    start(&server);
    open_socket(&session, &server);
    cr_expect(!fake_perform(&session, NATT_NSM_LOCK_PCR, &out, &err));
    cr_expect(err.code == NATT_NSM_E_TRANSPORT && err.errno_value == EMSGSIZE);
    cr_expect(!fake_perform(&session, NATT_NSM_LOCK_PCR, &out, &err) && err.errno_value == 4095);
    cr_expect(fake_perform(&session, NATT_NSM_LOCK_PCR, &out, &err), "%s", err.message);
    natt_nsm_close(&session);
    stop(&server);
}

static void expect_broken(natt_bytes answer, int errno_value)
{
    natt_nsm session;
    natt_nsm_error err;
    server.count = answer.ptr != NULL ? 2 : 0;
    server.packets[0] = answer;
    server.packets[1] = packet(0, fake_reply(NATT_NSM_GET_RANDOM, false));
    start(&server);
    open_socket(&session, &server);
    cr_expect(!fake_perform(&session, NATT_NSM_GET_RANDOM, &out, &err));
    cr_expect(err.code == NATT_NSM_E_TRANSPORT && err.errno_value == errno_value, "errno %d, not %d", err.errno_value,
              errno_value);
    cr_expect(fake_outputs_zero(NATT_NSM_GET_RANDOM, &out));
    cr_expect(!fake_perform(&session, NATT_NSM_GET_RANDOM, &out, &err));
    cr_expect_eq(err.errno_value, ENOTCONN, "a broken connection is not used again");
    natt_nsm_close(&session);
    stop(&server);
}

Test(nsm_socket, a_packet_that_cannot_be_understood_ends_the_connection)
{
    static uint8_t zeros[0x3001];
    expect_broken(test_hex("000000"), EPROTO);
    expect_broken(test_hex("00100000"), EPROTO);
    expect_broken(test_hex("ffffffff"), EPROTO);
    expect_broken(packet(0, (natt_bytes){zeros, sizeof zeros}), EPROTO);
    expect_broken((natt_bytes){NULL, 0}, ECONNRESET);
}

Test(nsm_socket, the_largest_response_passes)
{
    static uint8_t zeros[0x3000];
    natt_nsm session;
    natt_nsm_error err;
    server.count = 1;
    server.packets[0] = packet(0, (natt_bytes){zeros, sizeof zeros});
    start(&server);
    open_socket(&session, &server);
    cr_expect(natt_nsm_send(&session, out.bytes, sizeof out.bytes, &out.len, test_hex("00"), &err));
    cr_expect_eq(out.len, sizeof zeros);
    natt_nsm_close(&session);
    stop(&server);
}
