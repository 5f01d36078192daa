/*
 * Tests that Criterion would disturb: no heap, wiping, and threads. Plain C; prints TAP. The linker redirects the calls
 * to the heap and to natt_nsm_wipe to the functions here. A second build has ThreadSanitizer, whose own calls do not
 * count; there "threads" is the only argument.
 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_nsm.h"
#include "nsm/client/error.h"

static unsigned tests, failed;

static void report(bool good, const char *name)
{
    tests++;
    failed += !good;
    printf("%sok %u - %s\n", good ? "" : "not ", tests, name);
}

/* --- the heap --- */

static unsigned long heap_calls;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *block);

void *__wrap_malloc(size_t size)
{
    heap_calls++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    heap_calls++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    heap_calls++;
    return __real_realloc(old, size);
}

void __wrap_free(void *block)
{
    heap_calls++;
    __real_free(block);
}

static struct fake_nsm fake;
static struct fake_outputs out;

static void open_fake(natt_nsm *session, uint32_t deadline_ms)
{
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    fake_nsm_init(&fake);
    options.transport = &fake.transport;
    options.deadline_ms = deadline_ms;
    if (!natt_nsm_open(session, &options, NULL))
        abort();
}

static bool make_all(natt_nsm *session)
{
    bool ok = true;
    natt_nsm_error err;
    for (unsigned op = 0; op < NATT_NSM_OPERATION_COUNT; op++) {
        fake.reply = fake_reply(op, false);
        ok = fake_perform(session, op, &out, &err) && ok;
        fake.reply.len /= 2;
        ok = !fake_perform(session, op, &out, &err) && ok;
    }
    fake.reply = fake_reply(NATT_NSM_GET_RANDOM, false);
    ok = natt_nsm_random(session, out.bytes, 100, &err) && ok;
    return natt_nsm_send(session, out.bytes, sizeof out.bytes, &out.len, fake.reply, &err) && ok;
}

static void check_heap(void)
{
    natt_nsm session;
    unsigned long before = heap_calls;
    open_fake(&session, 0);
    bool ok = make_all(&session);
    natt_nsm_close(&session);
    unsigned long plain = heap_calls - before;
    open_fake(&session, 20000);
    natt_nsm_close(&session);
    unsigned long threaded = heap_calls - before - plain;
    printf("# calls to the heap: %lu in a plain session, %lu in one with a deadline\n", plain, threaded);
    report(ok && plain == 0, "a plain session never calls the heap");
    report(threaded >= 2, "calls to the heap are counted: a session with a deadline makes some");
}

/* --- wiping --- */

static struct {
    bool watching, response, request, not_zero;
} wiped;

void __real_natt_nsm_wipe(void *memory, size_t len);
void __wrap_natt_nsm_wipe(void *memory, size_t len);

static bool covers(const void *memory, size_t len, const uint8_t *at, size_t size)
{
    const uint8_t *from = memory;
    return at != NULL && from <= at && len >= size && (size_t)(at - from) <= len - size;
}

/* Checks the memory here: after the caller has returned, its stack frame is not valid. */
void __wrap_natt_nsm_wipe(void *memory, size_t len)
{
    __real_natt_nsm_wipe(memory, len);
    if (!wiped.watching)
        return;
    for (size_t i = 0; i < len; i++)
        wiped.not_zero |= ((const uint8_t *)memory)[i] != 0;
    wiped.response |= covers(memory, len, fake.response_at, NATT_NSM_MAX_RESPONSE);
    wiped.request |= covers(memory, len, fake.request_at, fake.request_len);
}

static bool wipes(natt_nsm *session, enum natt_nsm_operation op, natt_bytes reply, int error)
{
    natt_nsm_error err;
    memset(&wiped, 0, sizeof wiped);
    wiped.watching = true;
    fake.reply = reply;
    fake.error = error;
    bool ok = fake_perform(session, op, &out, &err);
    wiped.watching = false;
    fake.error = 0;
    return ok == (error == 0 && reply.len > 1) && wiped.response && wiped.request && !wiped.not_zero;
}

static void check_wiping(uint32_t deadline_ms, const char *name)
{
    natt_nsm session;
    bool ok = true;
    open_fake(&session, deadline_ms);
    for (unsigned op = 0; op < NATT_NSM_OPERATION_COUNT; op++) {
        natt_bytes good = fake_reply(op, false);
        ok = wipes(&session, op, good, 0) && ok;
        ok = wipes(&session, op, (natt_bytes){good.ptr, 1}, 0) && ok;
        ok = wipes(&session, op, good, EIO) && ok;
    }
    natt_nsm_close(&session);
    report(ok, name);
}

static void check_failed_stream(void)
{
    natt_nsm session;
    uint8_t zeros[700] = {0};
    open_fake(&session, 0);
    fake.reply = fake_reply(NATT_NSM_GET_RANDOM, false); /* a repeated byte: the second block is refused */
    memset(out.bytes, 0xa5, sizeof zeros);
    bool ok = natt_nsm_random(&session, out.bytes, sizeof zeros, NULL);
    report(!ok && memcmp(out.bytes, zeros, sizeof zeros) == 0, "random bytes of a call that failed are wiped");
    natt_nsm_close(&session);
}

/* --- threads --- */

#define THREADS 8
static uint32_t requests = 10000; /* for each thread; the argument after "threads" replaces it */

/* Answers ExtendPCR with the received data, so that a response to a different request is detected; counts without a
 * lock. */
struct echo {
    natt_nsm_transport transport;
    unsigned long calls;
};

static int echo_exchange(void *context, const uint8_t *request, size_t request_len, uint8_t *response, size_t capacity,
                         size_t *response_len)
{
    static const uint8_t head[] = "\xa1\x69"
                                  "ExtendPCR\xa1\x64"
                                  "data\x58\x30";
    struct echo *echo = context;
    size_t head_len = sizeof head - 1;
    if (request_len < NATT_PCR_LEN || capacity != NATT_NSM_MAX_RESPONSE)
        return EINVAL;
    echo->calls++;
    memcpy(response, head, head_len);
    memcpy(response + head_len, request + request_len - NATT_PCR_LEN, NATT_PCR_LEN);
    *response_len = head_len + NATT_PCR_LEN;
    return 0;
}

struct client {
    pthread_t thread;
    natt_nsm *session;
    uint8_t number;
    unsigned long right;
};

static void *extend_often(void *argument)
{
    struct client *client = argument;
    for (uint32_t i = 0; i < requests; i++) {
        uint8_t data[NATT_PCR_LEN], value[NATT_PCR_LEN];
        memset(data, client->number, sizeof data);
        memcpy(data, &i, sizeof i);
        bool ok = natt_nsm_extend_pcr(client->session, value, 16, (natt_bytes){data, sizeof data}, NULL);
        client->right += ok && memcmp(data, value, sizeof data) == 0;
    }
    return NULL;
}

static void check_threads(uint32_t deadline_ms, const char *name)
{
    static struct echo echo;
    static struct client clients[THREADS];
    natt_nsm session;
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    unsigned long right = 0;
    echo = (struct echo){.transport = {&echo, echo_exchange, NULL}};
    options.transport = &echo.transport;
    options.deadline_ms = deadline_ms;
    if (!natt_nsm_open(&session, &options, NULL))
        abort();
    for (unsigned i = 0; i < THREADS; i++) {
        clients[i] = (struct client){.session = &session, .number = (uint8_t)(i + 1)};
        if (pthread_create(&clients[i].thread, NULL, extend_often, &clients[i]) != 0)
            abort();
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(clients[i].thread, NULL);
        right += clients[i].right;
    }
    natt_nsm_close(&session);
    printf("# %lu requests arrived, %lu answers are right\n", echo.calls, right);
    report(right == (unsigned long)THREADS * requests && echo.calls == (unsigned long)THREADS * requests, name);
}

int main(int argc, char **argv)
{
    bool all = argc < 2 || strcmp(argv[1], "threads") != 0;
    if (argc > 2)
        requests = (uint32_t)strtoul(argv[2], NULL, 10);
    printf("1..%d\n", all ? 7 : 2);
    if (all) {
        check_heap();
        check_wiping(0, "requests and answers are wiped");
        check_wiping(20000, "the same in a session with a deadline");
        check_failed_stream();
    }
    check_threads(0, "8 threads, one session, 10000 requests each by default: no response is lost or mixed up");
    check_threads(60000, "the same in a session with a deadline");
    return failed != 0;
}
