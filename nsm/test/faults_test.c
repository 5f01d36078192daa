/* Faults: their text form, their conditions, and their effect on a response. */
#define _DEFAULT_SOURCE /* nanosleep */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include <cbor.h>
#include <criterion/criterion.h>

#include "nsm/test/emulator_support.h"
#include "nsm/test/support.h"

static const struct {
    const char *text;
    natt_fault fault;
} readable[] = {
    {"attestation:errno=EIO:every=3", {NATT_FAULT_ATTESTATION, NATT_FAULT_ERRNO, EIO, NATT_FAULT_EVERY, 3, 0}},
    {"any:errno=4095", {NATT_FAULT_ANY, NATT_FAULT_ERRNO, 4095, NATT_FAULT_ALWAYS, 0, 0}},
    {"lock-pcr,lock-pcrs:error=ReadOnlyIndex",
     {NATT_FAULT_LOCK_PCR | NATT_FAULT_LOCK_PCRS, NATT_FAULT_ERROR, 4, NATT_FAULT_ALWAYS, 0, 0}},
    {"get-random:silence", {NATT_FAULT_GET_RANDOM, NATT_FAULT_SILENCE, 120000, NATT_FAULT_ALWAYS, 0, 0}},
    {"get-random:silence=5s:first=1", {NATT_FAULT_GET_RANDOM, NATT_FAULT_SILENCE, 5000, NATT_FAULT_FIRST, 1, 0}},
    {"describe-nsm:delay=1d", {NATT_FAULT_DESCRIBE_NSM, NATT_FAULT_DELAY, 86400000, NATT_FAULT_ALWAYS, 0, 0}},
    {"describe-pcr:truncated",
     {NATT_FAULT_DESCRIBE_PCR, NATT_FAULT_TRUNCATED, NATT_FAULT_HALF, NATT_FAULT_ALWAYS, 0, 0}},
    {"extend-pcr:truncated=0", {NATT_FAULT_EXTEND_PCR, NATT_FAULT_TRUNCATED, 0, NATT_FAULT_ALWAYS, 0, 0}},
    {"any:oversized", {NATT_FAULT_ANY, NATT_FAULT_OVERSIZED, 0, NATT_FAULT_ALWAYS, 0, 0}},
    {"any:malformed:chance=100", {NATT_FAULT_ANY, NATT_FAULT_MALFORMED, 0, NATT_FAULT_CHANCE, 100, 0}},
    {"any:variant:chance=25:seed=7", {NATT_FAULT_ANY, NATT_FAULT_VARIANT, 0, NATT_FAULT_CHANCE, 25, 7}},
    {"any:duplicate-keys", {NATT_FAULT_ANY, NATT_FAULT_DUPLICATE_KEYS, 0, NATT_FAULT_ALWAYS, 0, 0}},
};

Test(faults, read_their_text_form)
{
    for (size_t i = 0; i < sizeof readable / sizeof readable[0]; i++) {
        natt_fault got;
        natt_emulator_error err;
        const natt_fault *want = &readable[i].fault;
        cr_assert(natt_fault_parse(&got, readable[i].text, &err), "%s: %s", readable[i].text, err.message);
        cr_expect(got.requests == want->requests && got.action == want->action && got.value == want->value &&
                      got.when == want->when && got.n == want->n && got.seed == want->seed,
                  "%s", readable[i].text);
    }
}

static const struct {
    const char *text;
    size_t offset;
    const char *says; /* a part of the message */
} unreadable[] = {
    {"", 0, "no such request"},
    {"atestation:errno=EIO", 0, "no such request"},
    {"attestation", 11, "a colon and an action are missing"},
    {"attestation,", 12, "no such request"},
    {"attestation,nothing:errno=EIO", 12, "no such request"},
    {"attestation=1", 11, "a colon and an action are missing"},
    {"any:", 4, "no such action"},
    {"any:explode", 4, "no such action"},
    {"any:errno", 9, "needs a value"},
    {"any:errno=", 10, "not an errno"},
    {"any:errno=EOI", 10, "not an errno"},
    {"any:errno=0", 10, "not an errno"},
    {"any:errno=4096", 10, "not an errno"},
    {"any:errno=5x", 10, "not an errno"},
    {"any:error=invalidindex", 10, "not an error of the device"},
    {"any:error=Success", 10, "not an error of the device"},
    {"any:delay", 9, "needs a value"},
    {"any:delay=5", 10, "not a time"},
    {"any:delay=5 s", 10, "not a time"},
    {"any:delay=-5s", 10, "not a time"},
    {"any:delay=2d", 10, "not a time"},
    {"any:delay=99999999999999999999ms", 10, "not a time"},
    {"any:silence=", 12, "not a time"},
    {"any:truncated=x", 14, "not a number of bytes"},
    {"any:oversized=5", 13, "takes no value"},
    {"any:variant:", 12, "no such condition"},
    {"any:variant:often=3", 12, "no such condition"},
    {"any:variant:every", 17, "an equals sign and a number"},
    {"any:variant:every=", 18, "not a number"},
    {"any:variant:every=3x", 18, "not a number"},
    {"any:variant:every=4294967296", 18, "not a number"},
    {"any:variant:every=0", 18, "count from 1"},
    {"any:variant:chance=101", 19, "1 to 100 percent"},
    {"any:variant:every=3:first=2", 20, "one of every, first and chance"},
    {"any:variant:every=3:seed=2", 20, "after chance"},
    {"any:variant:seed=2", 12, "after chance"},
    {"any:variant:chance=5:seed=1:seed=2", 28, "is allowed once"},
    {"any:variant:chance=5:seed=99999999999999999999", 26, "not a seed"},
    {"any:variant,malformed", 11, "a colon, or the end"},
    {"any:variant:every=3,first=1", 19, "a colon, or the end"},
};

Test(faults, say_where_their_text_is_wrong_and_what_may_stand_there)
{
    for (size_t i = 0; i < sizeof unreadable / sizeof unreadable[0]; i++) {
        natt_fault got = {.requests = 1};
        natt_emulator_error err;
        cr_expect_not(natt_fault_parse(&got, unreadable[i].text, &err), "%s", unreadable[i].text);
        cr_expect_eq(err.code, NATT_EMULATOR_E_USAGE_FAULT_TEXT);
        cr_expect_eq(err.offset, unreadable[i].offset, "%s: at %zu", unreadable[i].text, (size_t)err.offset);
        cr_expect_not_null(strstr(err.message, unreadable[i].says), "%s: %s", unreadable[i].text, err.message);
        cr_expect_eq(got.requests, 0);
    }
    cr_expect_not(natt_fault_parse(NULL, "any:variant", NULL));
    natt_fault got;
    cr_expect_not(natt_fault_parse(&got, NULL, NULL));
}

/* An emulator with these faults; NULL ends the list. */
static natt_emulator *faulty(const char *const *texts)
{
    natt_emulator_options options = test_emulator_options();
    natt_fault faults[4];
    options.faults = faults;
    for (; *texts != NULL; texts++)
        cr_assert(natt_fault_parse(&faults[options.fault_count++], *texts, NULL), "%s", *texts);
    return test_emulator(&options);
}

#define FAULTY(...) faulty((const char *const[]){__VA_ARGS__, NULL})

static int describe(natt_emulator *emulator)
{
    return test_exchange_errno(emulator, test_hex(TEST_DESCRIBE_NSM));
}

Test(faults, act_when_they_are_told_to)
{
    natt_emulator *every = FAULTY("describe-nsm:errno=EIO:every=3"),
                  *first = FAULTY("describe-nsm:errno=ENODATA:first=2");
    for (int i = 1; i <= 9; i++) {
        cr_expect_eq(describe(every), i % 3 == 0 ? EIO : 0, "request %d", i);
        cr_expect_eq(describe(first), i <= 2 ? ENODATA : 0, "request %d", i);
        cr_expect_eq(test_exchange_errno(every, test_hex(TEST_GET_RANDOM)), 0);
    }
    natt_emulator_free(every);
    natt_emulator_free(first);
}

Test(faults, throw_the_same_dice_for_the_same_seed)
{
    natt_emulator *a = FAULTY("any:errno=EIO:chance=25:seed=7"), *b = FAULTY("any:errno=EIO:chance=25:seed=7");
    natt_emulator *c = FAULTY("any:errno=EIO:chance=25:seed=8"), *d = FAULTY("any:errno=EIO:chance=100");
    int hits = 0, differ = 0;
    for (int i = 0; i < 1000; i++) {
        int one = describe(a);
        cr_assert_eq(one, describe(b));
        differ += one != describe(c);
        hits += one == EIO;
        cr_assert_eq(describe(d), EIO);
    }
    cr_expect(hits > 200 && hits < 300, "%d of 1000", hits);
    cr_expect_gt(differ, 200);
    natt_emulator_free(a);
    natt_emulator_free(b);
    natt_emulator_free(c);
    natt_emulator_free(d);
}

Test(faults, any_matches_what_is_no_request_and_names_do_not)
{
    natt_emulator *any = FAULTY("any:errno=EIO"), *named = FAULTY("describe-nsm,get-random,attestation:errno=EIO");
    cr_expect_eq(test_exchange_errno(any, test_hex("ff")), EIO);
    cr_expect_eq(test_exchange_errno(named, test_hex("ff")), 0);
    natt_emulator_free(any);
    natt_emulator_free(named);
}

Test(faults, first_one_acts_and_all_count)
{
    natt_emulator *emulator = FAULTY("any:errno=EIO:every=2", "any:errno=ENODEV:every=3");
    static const int wanted[] = {0, EIO, ENODEV, EIO, 0, EIO, 0, EIO, ENODEV};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        cr_expect_eq(describe(emulator), wanted[i], "request %zu", i + 1);
    natt_emulator_free(emulator);
}

Test(faults, every_error_of_the_device_can_be_shown)
{
    static const char *const names[] = {"InvalidArgument",  "InvalidIndex",   "InvalidResponse", "ReadOnlyIndex",
                                        "InvalidOperation", "BufferTooSmall", "InputTooLarge",   "InternalError"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char text[64] = "lock-pcr:error=";
        natt_emulator *emulator = FAULTY(strcat(text, names[i]));
        test_expect_error(emulator, TEST_LOCK_PCR "10", names[i], "LockPCR");
        natt_emulator_free(emulator);
    }
}

/* The lock of PCR16 after a LockPCR with the fault. */
static bool locked_in_spite_of(const char *fault)
{
    natt_emulator *emulator = FAULTY(fault);
    natt_bytes lock = test_hex(TEST_LOCK_PCR "10");
    uint8_t response[NATT_EMULATOR_MAX_RESPONSE];
    size_t len;
    (void)!natt_emulator_exchange(emulator, lock.ptr, lock.len, response, sizeof response, &len);
    natt_bytes pcr = test_exchange(emulator, test_hex(TEST_DESCRIBE_PCR "10"));
    natt_emulator_free(emulator);
    return test_count(pcr, test_hex("64 6c6f636b f5")) == 1;
}

Test(faults, that_lose_the_answer_do_not_undo_the_request)
{
    static const char *const done[] = {"lock-pcr:truncated", "lock-pcr:oversized",      "lock-pcr:malformed",
                                       "lock-pcr:variant",   "lock-pcr:duplicate-keys", "lock-pcr:delay=1ms"};
    static const char *const not_done[] = {"lock-pcr:errno=EIO", "lock-pcr:error=InternalError",
                                           "lock-pcr:silence=1ms"};
    for (size_t i = 0; i < sizeof done / sizeof done[0]; i++)
        cr_expect(locked_in_spite_of(done[i]), "%s", done[i]);
    for (size_t i = 0; i < sizeof not_done / sizeof not_done[0]; i++)
        cr_expect_not(locked_in_spite_of(not_done[i]), "%s", not_done[i]);
}

/* {"DescribePCR": {"lock": */
#define DESCRIBED "a1 6b 4465736372696265504352 a2 64 6c6f636b"

Test(faults, bend_responses_as_they_say)
{
    const char *request = TEST_DESCRIBE_PCR "05";
    natt_emulator *plain = test_emulator(NULL), *half = FAULTY("any:truncated"), *nine = FAULTY("any:truncated=9");
    natt_emulator *none = FAULTY("any:truncated=0"), *more = FAULTY("any:truncated=4000");
    natt_bytes whole = test_exchange(plain, test_hex(request));
    cr_expect(test_equal(test_exchange(half, test_hex(request)), (natt_bytes){whole.ptr, whole.len / 2}));
    cr_expect(test_equal(test_exchange(nine, test_hex(request)), (natt_bytes){whole.ptr, 9}));
    cr_expect_eq(test_exchange(none, test_hex(request)).len, 0);
    cr_expect(test_equal(test_exchange(more, test_hex(request)), whole));
    natt_emulator_free(half);
    natt_emulator_free(nine);
    natt_emulator_free(none);
    natt_emulator_free(more);
    natt_emulator *long_one = FAULTY("any:oversized"), *broken = FAULTY("any:malformed");
    natt_bytes got = test_exchange(long_one, test_hex(request));
    cr_expect_eq(got.len, NATT_EMULATOR_MAX_RESPONSE);
    cr_expect(test_equal((natt_bytes){got.ptr, whole.len}, whole));
    got = test_exchange(broken, test_hex(request));
    cr_expect_eq(got.len, whole.len);
    cr_expect_not(test_cbor_loads(got));
    natt_emulator_free(plain);
    natt_emulator_free(long_one);
    natt_emulator_free(broken);
}

Test(faults, answer_with_the_variant_of_another_request)
{
    natt_emulator *emulator = FAULTY("any:variant");
    test_expect_response(emulator, TEST_DESCRIBE_NSM, "67 4c6f636b504352", "DescribeNSM");
    test_expect_response(emulator, TEST_LOCK_PCR "10", "68 4c6f636b50435273", "LockPCR");
    test_expect_response(emulator, TEST_LOCK_PCRS "10", "67 4c6f636b504352", "LockPCRs");
    natt_emulator_free(emulator);
}

Test(faults, write_a_key_twice)
{
    natt_emulator *emulator = FAULTY("any:duplicate-keys");
    natt_bytes head = test_hex("a1 6b 4465736372696265504352 a3 64 6c6f636b f5 64 6c6f636b f5 64 64617461 58 30");
    natt_bytes got = test_exchange(emulator, test_hex(TEST_DESCRIBE_PCR "05"));
    cr_expect_eq(got.len, head.len + 48);
    cr_expect_eq(memcmp(got.ptr, head.ptr, head.len), 0);
    test_expect_response(emulator, TEST_LOCK_PCR "10", "a2 67 4c6f636b504352 f6 67 4c6f636b504352 f6", "a bare name");
    test_expect_response(emulator, TEST_LOCK_PCR "10",
                         "a2 65 4572726f72 6d 526561644f6e6c79496e646578 65 4572726f72 6d 526561644f6e6c79496e646578",
                         "an error");
    got = test_exchange(emulator, test_hex(TEST_ATTESTATION));
    cr_expect_eq(test_count(got, test_hex("68 646f63756d656e74 59")), 2);
    natt_emulator_free(emulator);
}

static double seconds(void)
{
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

Test(faults, take_the_time_they_say)
{
    natt_emulator *slow = FAULTY("describe-nsm:delay=60ms", "any:delay=40ms"), *silent = FAULTY("any:silence=80ms");
    double began = seconds();
    cr_expect_eq(describe(slow), 0);
    cr_expect_geq(seconds() - began, 0.099);
    began = seconds();
    cr_expect_eq(describe(silent), ETIMEDOUT);
    cr_expect_geq(seconds() - began, 0.079);
    natt_emulator_free(slow);
    natt_emulator_free(silent);
}

#define WAITING 3

static void *ask(void *argument)
{
    return (void *)(intptr_t)describe(argument);
}

/* One thread waits with the lock, the others for it. A true that is followed at once by a false ends all of these
 * waits, but no later one. */
Test(faults, waits_end_when_a_delays_are_skipped)
{
    static const char *const texts[] = {"any:delay=1d:first=3", "any:delay=300ms", NULL};
    natt_emulator *emulator = faulty(texts);
    pthread_t threads[WAITING];
    void *error;
    for (int i = 0; i < WAITING; i++)
        cr_assert(pthread_create(&threads[i], NULL, ask, emulator) == 0);
    const struct timespec while_they_come = {0, 500000000};
    nanosleep(&while_they_come, NULL);
    double began = seconds();
    natt_emulator_skip_delays(emulator, true);
    natt_emulator_skip_delays(emulator, false);
    for (int i = 0; i < WAITING; i++) {
        cr_assert(pthread_join(threads[i], &error) == 0);
        cr_expect(error == NULL);
    }
    cr_expect(seconds() - began < 60);
    began = seconds();
    cr_expect(describe(emulator) == 0);
    cr_expect(seconds() - began >= 0.3);
    natt_emulator_skip_delays(emulator, true);
    began = seconds();
    cr_expect(describe(emulator) == 0);
    cr_expect(seconds() - began < 0.3);
    natt_emulator_skip_delays(emulator, false);
    natt_emulator_free(emulator);
}

static void expect_refused(natt_fault fault)
{
    const natt_fault faults[] = {{NATT_FAULT_ANY, NATT_FAULT_VARIANT, 0, NATT_FAULT_ALWAYS, 0, 0}, fault};
    natt_emulator_options options = test_emulator_options();
    natt_emulator_error err;
    options.faults = faults;
    options.fault_count = 2;
    cr_expect_null(natt_emulator_new(&options, &err));
    cr_expect_eq(err.code, NATT_EMULATOR_E_USAGE_FAULT);
    cr_expect_eq(err.index, 1, "%s", err.message);
}

Test(faults, put_together_wrongly_are_refused)
{
    const natt_fault good = {NATT_FAULT_ANY, NATT_FAULT_ERRNO, EIO, NATT_FAULT_EVERY, 1, 0};
    natt_fault f;
    f = good, f.requests = 0, expect_refused(f);
    f = good, f.requests = 0x100, expect_refused(f);
    f = good, f.action = NATT_FAULT_NOTHING, expect_refused(f);
    f = good, f.action = (natt_fault_action)(NATT_FAULT_DUPLICATE_KEYS + 1), expect_refused(f);
    f = good, f.value = 0, expect_refused(f);
    f = good, f.value = 4096, expect_refused(f);
    f = good, f.action = NATT_FAULT_ERROR, f.value = 0, expect_refused(f);
    f = good, f.action = NATT_FAULT_ERROR, f.value = 9, expect_refused(f);
    f = good, f.action = NATT_FAULT_DELAY, f.value = NATT_FAULT_MAX_MS + 1, expect_refused(f);
    f = good, f.n = 0, expect_refused(f);
    f = good, f.when = NATT_FAULT_CHANCE, f.n = 101, expect_refused(f);
    static const natt_fault many[NATT_EMULATOR_MAX_FAULTS + 1];
    natt_emulator_options options = test_emulator_options();
    options.faults = many;
    options.fault_count = NATT_EMULATOR_MAX_FAULTS + 1;
    cr_expect_null(natt_emulator_new(&options, NULL));
}
