/*
 * The stack that a call of the client needs: nsm.h documents about 20 KiB. Tests each request, random bytes and
 * seeding, with valid and invalid responses, with and without a deadline, over a transport that needs almost no stack.
 * Plain C; prints TAP.
 */
#include "fake_nsm.h"
#include "verify/test/painted_stack.h"

#include <stdio.h>
#include <string.h>

#define LIMIT 20480

static natt_nsm session;
static struct fake_nsm fake;
static struct fake_outputs out;
static enum natt_nsm_operation operation;
static natt_nsm_error err;
static bool answer;
static size_t greed = LIMIT;
static unsigned tests, failed;

static void run_operation(void)
{
    answer = fake_perform(&session, operation, &out, &err);
}

static void run_largest_request(void)
{
    static uint8_t bytes[4050];
    static natt_nsm_attestation fields = NATT_NSM_ATTESTATION_INIT;
    fields.user_data = (natt_bytes){bytes, sizeof bytes};
    answer = natt_nsm_attest(&session, out.bytes, sizeof out.bytes, &out.len, &fields, &err);
}

static void run_send(void)
{
    natt_bytes request = {(const uint8_t *)"any", 3};
    answer = natt_nsm_send(&session, out.bytes, sizeof out.bytes, &out.len, request, &err);
}

static void run_random(void)
{
    answer = natt_nsm_random(&session, out.bytes, 240, &err);
}

/* The path is not that of a random device, so everything except the last system call is executed. */
static void run_seed(void)
{
    static natt_nsm_seed seed = NATT_NSM_SEED_INIT;
    static natt_nsm_seed_report report;
    seed.len = NATT_NSM_MAX_SEED;
    seed.path = "/dev/null";
    answer = natt_nsm_seed_kernel(&session, &report, &seed, &err);
}

/* The test must detect this function. */
static void run_greedy(void)
{
    volatile uint8_t room[LIMIT];
    for (size_t i = 0; i < greed; i++)
        room[i] = 1;
    answer = room[0] == 1;
}

static void report(bool good, size_t most, const char *name)
{
    tests++;
    failed += !good;
    printf("# %zu bytes\n%sok %u - %s\n", most, good ? "" : "not ", tests, name);
}

static void measure(size_t *most, bool *good, void (*run)(void), bool succeeds)
{
    run(); /* resolves the symbols that the loader resolves at the first call */
    size_t used = natt_stack_used_by(run);
    *good = *good && used > 0 && used < LIMIT && answer == succeeds;
    *most = used > *most ? used : *most;
}

static void open_session(uint32_t deadline_ms)
{
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    fake_nsm_init(&fake);
    options.transport = &fake.transport;
    options.deadline_ms = deadline_ms;
    if (!natt_nsm_open(&session, &options, &err))
        printf("Bail out! %s\n", err.message);
}

static void check_requests(uint32_t deadline_ms, const char *name)
{
    static uint8_t nested[NATT_NSM_MAX_RESPONSE];
    size_t most = 0;
    bool good = true;
    open_session(deadline_ms);
    memset(nested, 0x81, sizeof nested); /* arrays in arrays: as deep as the reader goes */
    memcpy(nested, "\xa1\x69GetRandom\xa2\x61z", 14);
    for (operation = 0; operation < NATT_NSM_OPERATION_COUNT; operation++) {
        fake.reply = fake_reply(operation, false);
        measure(&most, &good, run_operation, true);
        fake.reply = (natt_bytes){nested, sizeof nested};
        measure(&most, &good, run_operation, false);
    }
    operation = NATT_NSM_ATTESTATION;
    fake.reply = fake_reply(operation, false);
    measure(&most, &good, run_largest_request, true);
    measure(&most, &good, run_send, true);
    report(good, most, name);
    natt_nsm_close(&session);
}

/* Here all responses of a session are equal, so each of these has its own session. */
static void check_random(void)
{
    size_t most = 0;
    bool good = true;
    operation = NATT_NSM_GET_RANDOM;
    open_session(0);
    fake.reply = fake_reply(operation, false);
    good = (most = natt_stack_used_by(run_random)) > 0 && most < LIMIT && answer;
    natt_nsm_close(&session);
    open_session(0);
    fake.reply = fake_reply(operation, false);
    size_t used = natt_stack_used_by(run_seed);
    good = good && used > 0 && used < LIMIT && !answer && fake.calls > 0;
    natt_nsm_close(&session);
    report(good, used > most ? used : most, "random bytes and seeding stay under 20 KiB of stack");
}

int main(void)
{
    printf("1..4\n");
    check_requests(0, "every request stays under 20 KiB of stack");
    check_requests(60000, "every request stays under 20 KiB of its caller's stack with a deadline");
    check_random();
    size_t greedy = natt_stack_used_by(run_greedy);
    report(greedy >= LIMIT, greedy, "a function that needs 20 KiB is detected");
    return failed == 0 ? 0 : 1;
}
