/* Deadlines: calls that hang, late responses, and closing during them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "fake_nsm.h"
#include "nsm/test/support.h"

/* A transport that blocks each call until the test releases it. */
struct gate {
    natt_nsm_transport transport;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool open, closed;
    unsigned entered, left;
    uint8_t random; /* the byte that fills the next response */
};

static int gate_exchange(void *context, const uint8_t *request, size_t request_len, uint8_t *response, size_t capacity,
                         size_t *response_len)
{
    struct gate *gate = context;
    natt_bytes head = test_hex("a16947657452616e646f6da16672616e646f6d5820");
    (void)request;
    (void)request_len;
    (void)capacity;
    pthread_mutex_lock(&gate->lock);
    unsigned ticket = ++gate->entered;
    pthread_cond_broadcast(&gate->changed);
    while (!gate->open)
        pthread_cond_wait(&gate->changed, &gate->lock);
    memcpy(response, head.ptr, head.len);
    memset(response + head.len, (int)ticket, 32);
    *response_len = head.len + 32;
    gate->left++;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
    return 0;
}

static void gate_close(void *context)
{
    struct gate *gate = context;
    pthread_mutex_lock(&gate->lock);
    gate->closed = true;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

static void set_open(struct gate *gate, bool open)
{
    pthread_mutex_lock(&gate->lock);
    gate->open = open;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

static void await_entered(struct gate *gate, unsigned count)
{
    pthread_mutex_lock(&gate->lock);
    while (gate->entered < count)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

static void await_closed(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    while (!gate->closed)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

static void open_gated(natt_nsm *session, struct gate *gate, uint32_t deadline_ms)
{
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    natt_nsm_error err;
    *gate = (struct gate){.transport = {gate, gate_exchange, gate_close}};
    pthread_mutex_init(&gate->lock, NULL);
    pthread_cond_init(&gate->changed, NULL);
    options.transport = &gate->transport;
    options.deadline_ms = deadline_ms;
    cr_assert(natt_nsm_open(session, &options, &err), "%s", err.message);
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct gate gate;
static struct fake_outputs out;

static bool get_random(natt_nsm *session, natt_nsm_error *err)
{
    memset(&out, 0xa5, sizeof out);
    return natt_nsm_get_random(session, out.bytes, sizeof out.bytes, &out.len, err);
}

Test(nsm_deadline, a_call_within_it_is_answered, .timeout = 30)
{
    natt_nsm session;
    natt_nsm_error err;
    open_gated(&session, &gate, 20000);
    set_open(&gate, true);
    for (uint8_t i = 1; i < 100; i++) {
        cr_assert(get_random(&session, &err), "%s", err.message);
        cr_assert(out.len == 32 && out.bytes[0] == i && out.bytes[31] == i);
    }
    natt_nsm_close(&session);
    cr_expect(gate.closed, "close waits for an idle thread");
}

Test(nsm_deadline, a_call_that_hangs_is_given_up_in_time, .timeout = 30)
{
    natt_nsm session;
    natt_nsm_error err;
    open_gated(&session, &gate, 60);
    double began = now_ms();
    cr_expect(!get_random(&session, &err));
    double took = now_ms() - began;
    cr_expect(err.code == NATT_NSM_E_TIMEOUT && err.errno_value == 0, "%s", natt_nsm_code_name(err.code));
    cr_expect(fake_outputs_zero(NATT_NSM_GET_RANDOM, &out));
    cr_expect(took >= 59 && took < 5000, "%f ms", took);
    set_open(&gate, true);
    natt_nsm_close(&session);
    await_closed(&gate);
}

Test(nsm_deadline, while_one_call_hangs_others_are_not_sent_and_later_ones_get_their_own_answer, .timeout = 30)
{
    natt_nsm session;
    natt_nsm_error err;
    open_gated(&session, &gate, 50);
    cr_expect(!get_random(&session, &err) && err.code == NATT_NSM_E_TIMEOUT);
    cr_expect(!get_random(&session, &err) && err.code == NATT_NSM_E_BUSY);
    cr_expect(fake_outputs_zero(NATT_NSM_GET_RANDOM, &out));
    cr_expect_eq(gate.entered, 1);
    set_open(&gate, true);
    cr_assert(natt_nsm_set_deadline(&session, 20000, &err));
    cr_assert(get_random(&session, &err), "%s", err.message);
    cr_expect_eq(out.bytes[0], 2, "the late response to the first request must be discarded");
    natt_nsm_close(&session);
}

Test(nsm_deadline, another_deadline_holds_from_the_next_call_on, .timeout = 30)
{
    natt_nsm session;
    natt_nsm_error err;
    open_gated(&session, &gate, 20000);
    cr_expect(!natt_nsm_set_deadline(&session, 0, &err) && err.code == NATT_NSM_E_USAGE_DEADLINE);
    cr_assert(natt_nsm_set_deadline(&session, 30, &err));
    double began = now_ms();
    cr_expect(!get_random(&session, &err) && err.code == NATT_NSM_E_TIMEOUT);
    cr_expect(now_ms() - began < 10000);
    set_open(&gate, true);
    natt_nsm_close(&session);
    await_closed(&gate);
}

Test(nsm_deadline, close_leaves_a_hanging_call_to_its_thread, .timeout = 30)
{
    natt_nsm session;
    natt_nsm_error err;
    open_gated(&session, &gate, 30);
    cr_expect(!get_random(&session, &err) && err.code == NATT_NSM_E_TIMEOUT);
    double began = now_ms();
    natt_nsm_close(&session);
    cr_expect(now_ms() - began < 5000, "close waited");
    cr_expect(!gate.closed && gate.left == 0, "the transport is still in use");
    memset(&session, 0xa5, sizeof session); /* the caller may use its memory again */
    set_open(&gate, true);
    await_closed(&gate);
    cr_expect_eq(gate.left, 1);
}

struct caller {
    pthread_t thread;
    natt_nsm *session;
    bool ok;
    natt_nsm_error err;
};

static void *call(void *argument)
{
    struct caller *c = argument;
    uint8_t bytes[64];
    size_t len;
    c->ok = natt_nsm_get_random(c->session, bytes, sizeof bytes, &len, &c->err);
    return NULL;
}

Test(nsm_deadline, of_several_callers_one_is_sent_and_all_give_up, .timeout = 30)
{
    natt_nsm session;
    struct caller callers[8];
    unsigned timeouts = 0, busy = 0;
    open_gated(&session, &gate, 100);
    for (unsigned i = 0; i < 8; i++) {
        callers[i] = (struct caller){.session = &session};
        cr_assert_eq(pthread_create(&callers[i].thread, NULL, call, &callers[i]), 0);
    }
    await_entered(&gate, 1);
    for (unsigned i = 0; i < 8; i++) {
        pthread_join(callers[i].thread, NULL);
        timeouts += !callers[i].ok && callers[i].err.code == NATT_NSM_E_TIMEOUT;
        busy += !callers[i].ok && callers[i].err.code == NATT_NSM_E_BUSY;
    }
    cr_expect(timeouts == 1 && busy == 7, "%u timeouts, %u busy", timeouts, busy);
    cr_expect_eq(gate.entered, 1);
    set_open(&gate, true);
    natt_nsm_close(&session);
    await_closed(&gate);
}

Test(nsm_deadline, all_requests_work_through_the_thread)
{
    struct fake_nsm fake;
    natt_nsm session;
    natt_nsm_error err;
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    fake_nsm_init(&fake);
    options.transport = &fake.transport;
    options.deadline_ms = 20000;
    cr_assert(natt_nsm_open(&session, &options, &err), "%s", err.message);
    for (unsigned op = 0; op < NATT_NSM_OPERATION_COUNT; op++) {
        fake.reply = fake_reply(op, true);
        cr_expect(fake_perform(&session, op, &out, &err), "%s: %s", fake_name(op), err.message);
    }
    natt_nsm_close(&session);
    cr_expect_eq(fake.closes, 1);
}
