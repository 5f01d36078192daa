/*
 * One connection, for connection_test.py: open, send, receive to the end, close.
 *
 *     PROGRAM ENDPOINT ADDRESS|- CA-FILE|- CONNECT-MS TOTAL-MS [MODE [BYTES]]
 *
 * Standard input is sent; MODE selects the next step: "all" (the default) receives up to the peer's end, "some"
 * receives BYTES bytes, "none" nothing; "stale" receives BYTES bytes and checks 200 ms later whether the connection is
 * stale; "late" receives when bytes have arrived and the deadline has passed; "fork" does "all" in a child first, then
 * here, with the same natt_tls; "forked" receives BYTES bytes, lets a child try to use the connection, and then sends
 * the same bytes again from the parent. Prints one line: "ok HEX", or "CODE ERRNO TLS HEX- MESSAGE", where HEX has the
 * received bytes. The exit status is 0 in both cases. With "--version" it prints the version of mbedTLS, with
 * "--regions" the host of each region on standard input.
 */
#define _GNU_SOURCE

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mbedtls/version.h>

#include "nsm/kms/connection.h"
#include "nsm/kms/tls.h"

struct run {
    natt_endpoint endpoint;
    natt_address address;
    natt_tls *tls;
    uint8_t *got;
    size_t got_len, wanted_len;
    uint64_t connect_ms, total_ms;
    const char *mode;
};

#define MAX_BYTES 16000000

static size_t read_all(FILE *f, uint8_t *out)
{
    return f == NULL ? 0 : fread(out, 1, MAX_BYTES, f);
}

static int usage(const char *text)
{
    fprintf(stderr, "%s\n", text);
    return 2;
}

static void print(const struct run *r, bool ok, const natt_kms_client_error *err)
{
    if (ok)
        printf("ok ");
    else
        printf("%s %d %d ", natt_kms_client_code_name(err->code) + strlen("NATT_KMS_CLIENT_E_"), err->errno_value,
               err->tls_code);
    for (size_t i = 0; i < r->got_len; i++)
        printf("%02x", r->got[i]);
    printf("%s%s\n", ok ? "" : "- ", ok ? "" : err->message);
}

/* --- after the request --- */

static bool receive(struct run *r, natt_connection *c, size_t most, uint64_t deadline, natt_kms_client_error *err)
{
    size_t len = 1;
    while (len > 0 && r->got_len < most) {
        size_t room = most - r->got_len;
        if (!natt_connection_receive(c, r->got + r->got_len, room, &len, deadline, err))
            return false;
        r->got_len += len;
    }
    return true;
}

/* Appends "stale" or "fresh" to the received bytes. */
static bool look(struct run *r, natt_connection *c, uint64_t deadline, natt_kms_client_error *err)
{
    if (!receive(r, c, r->wanted_len, deadline, err))
        return false;
    (void)poll(NULL, 0, 200);
    memcpy(r->got + r->got_len, natt_connection_is_stale(c) ? "stale" : "fresh", 5);
    r->got_len += 5;
    return true;
}

static bool receive_late(struct run *r, natt_connection *c, natt_kms_client_error *err)
{
    (void)poll(NULL, 0, 200);
    return receive(r, c, MAX_BYTES, natt_monotonic_ms(), err);
}

/* 0: the child could neither send nor receive, and found the connection stale. Then it closes it. */
static int child_status(natt_connection *c, uint64_t deadline)
{
    natt_kms_client_error err;
    uint8_t byte;
    size_t len;
    bool sent = natt_connection_send(c, (natt_bytes){(const uint8_t *)"child\n", 6}, deadline, &err);
    bool received = natt_connection_receive(c, &byte, 1, &len, deadline, &err);
    int status = (sent ? 1 : 0) + (received ? 2 : 0) + (natt_connection_is_stale(c) ? 0 : 4);
    natt_connection_close(c);
    return status;
}

/* Appends the child's status, and what the parent then receives. */
static bool use_after_fork(struct run *r, natt_connection *c, natt_bytes request, uint64_t deadline,
                           natt_kms_client_error *err)
{
    int status = 0;
    if (!receive(r, c, r->wanted_len, deadline, err))
        return false;
    pid_t child = fork();
    if (child == 0)
        _exit(child_status(c, deadline));
    if (child < 0 || waitpid(child, &status, 0) != child)
        return false;
    r->got[r->got_len++] = (uint8_t)('0' + (WIFEXITED(status) ? WEXITSTATUS(status) : 9));
    return natt_connection_send(c, request, deadline, err) &&
           receive(r, c, r->got_len + r->wanted_len, deadline, err) && !natt_connection_is_stale(c);
}

static bool finish(struct run *r, natt_connection *c, natt_bytes request, uint64_t deadline, natt_kms_client_error *err)
{
    if (strcmp(r->mode, "forked") == 0)
        return use_after_fork(r, c, request, deadline, err);
    if (strcmp(r->mode, "none") == 0)
        return true;
    if (strcmp(r->mode, "late") == 0)
        return receive_late(r, c, err);
    if (strcmp(r->mode, "stale") == 0)
        return look(r, c, deadline, err);
    return receive(r, c, strcmp(r->mode, "some") == 0 ? r->wanted_len : MAX_BYTES, deadline, err);
}

static bool exchange(struct run *r, natt_bytes request, natt_kms_client_error *err)
{
    uint64_t now = natt_monotonic_ms(), deadline = now + r->total_ms;
    natt_connection *c = natt_connection_open(&r->address, &r->endpoint, r->tls, now + r->connect_ms, err);
    if (c == NULL)
        return false;
    bool ok = natt_connection_send(c, request, deadline, err) && finish(r, c, request, deadline, err);
    natt_connection_close(c);
    return ok;
}

/* Parent and child connect with the same generator; the test compares their random numbers. */
static bool exchange_twice(struct run *r, natt_bytes request, natt_kms_client_error *err)
{
    pid_t child = fork();
    if (child < 0)
        return false;
    if (child == 0)
        _exit(exchange(r, request, err) ? 0 : 1);
    int status = 0;
    (void)waitpid(child, &status, 0);
    return exchange(r, request, err) && status == 0;
}

/* --- arguments --- */

static bool parse_words(struct run *r, char **words, int count)
{
    const char *where = NULL;
    bool ok = natt_endpoint_parse(&r->endpoint, words[1], &where);
    r->address = natt_address_of_endpoint(&r->endpoint);
    if (ok && strcmp(words[2], "-") != 0)
        ok = natt_address_parse(&r->address, words[2], &where);
    if (!ok)
        fprintf(stderr, "%s\n", where);
    r->connect_ms = strtoull(words[4], NULL, 10);
    r->total_ms = strtoull(words[5], NULL, 10);
    r->mode = count > 6 ? words[6] : "all";
    r->wanted_len = count > 7 ? strtoul(words[7], NULL, 10) : 0;
    return ok;
}

static bool load(struct run *r, const char *path, uint8_t *buffer, natt_kms_client_error *err)
{
    if (strcmp(path, "-") == 0)
        return true;
    FILE *f = fopen(path, "rb");
    size_t len = read_all(f, buffer);
    if (f != NULL)
        (void)fclose(f);
    r->tls = natt_tls_new((natt_bytes){buffer, len}, NULL, err);
    return r->tls != NULL;
}

static int print_version(void)
{
    printf("mbedTLS %s%s\n", MBEDTLS_VERSION_STRING, natt_tls_has_13() ? ", TLS 1.3" : "");
    return 0;
}

static int print_hosts(void)
{
    char region[80];
    natt_endpoint e;
    while (fgets(region, sizeof region, stdin) != NULL) {
        region[strcspn(region, "\n")] = '\0';
        printf("%s\n", natt_endpoint_of_region(&e, region) ? e.host : "-");
    }
    return 0;
}

int main(int argc, char **argv)
{
    static uint8_t request[MAX_BYTES], received[MAX_BYTES + 16];
    struct run r = {.got = received};
    natt_kms_client_error err;
    memset(&err, 0, sizeof err);
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return print_version();
    if (argc == 2 && strcmp(argv[1], "--regions") == 0)
        return print_hosts();
    if (argc < 6 || !parse_words(&r, argv, argc))
        return usage("ENDPOINT ADDRESS|- CA-FILE|- CONNECT-MS TOTAL-MS [MODE [BYTES]]");
    bool ok = load(&r, argv[3], request, &err);
    natt_bytes body = {request, ok ? read_all(stdin, request) : 0};
    if (ok)
        ok = strcmp(r.mode, "fork") == 0 ? exchange_twice(&r, body, &err) : exchange(&r, body, &err);
    print(&r, ok, &err);
    natt_tls_free(r.tls);
    return 0;
}
