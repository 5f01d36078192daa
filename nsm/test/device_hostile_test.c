/* Hostile requests, and many threads: the result of any request is an errno, a response, or a named error. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/device/emulator_internal.h"
#include "nsm/test/emulator_support.h"
#include "nsm/test/support.h"

/* The requests of hf/nsm (Go), nsm-api (Rust) and aws-nsm-interface (Python). */
static const char *const golden[] = {
    "a16b4465736372696265504352a165696e64657800",
    "a169457874656e64504352a265696e646578106464617461420102",
    "a1674c6f636b504352a165696e6465781818",
    "a1684c6f636b50435273a16572616e67651820",
    "6b44657363726962654e534d",
    "6947657452616e646f6d",
    "a16b4174746573746174696f6ea369757365725f64617461420102656e6f6e636541036a7075626c69635f6b657943040506",
};
#define GOLDEN      (sizeof golden / sizeof golden[0])
#define ATTESTATION (GOLDEN - 1)

/* The request is in memory of exactly its length, so that a sanitizer detects a read after it. */
static bool survives(natt_emulator *emulator, const uint8_t *bytes, size_t len)
{
    uint8_t *request = malloc(len > 0 ? len : 1);
    cr_assert_not_null(request);
    memcpy(request, bytes, len);
    bool ok = len == 0 ? test_exchange_errno(emulator, (natt_bytes){request, 0}) != 0
                       : test_is_response(test_exchange(emulator, (natt_bytes){request, len}));
    free(request);
    return ok;
}

Test(device_hostile, every_truncation_has_an_answer)
{
    natt_emulator *emulator = test_emulator(NULL);
    for (size_t i = 0; i < GOLDEN; i++) {
        natt_bytes whole = test_hex(golden[i]);
        for (size_t len = 0; len <= whole.len; len++)
            cr_expect(survives(emulator, whole.ptr, len), "request %zu, %zu bytes", i, len);
    }
    natt_emulator_free(emulator);
}

/* Tests every value of every byte; in an Attestation only every changed bit, since each valid one needs a signature. */
Test(device_hostile, every_changed_byte_has_an_answer)
{
    natt_emulator *emulator = test_emulator(NULL);
    for (size_t i = 0; i < GOLDEN; i++) {
        natt_bytes whole = test_hex(golden[i]);
        uint8_t changed[128];
        for (size_t at = 0; at < whole.len; at++)
            for (unsigned value = 1; value < 256; value = i == ATTESTATION ? value << 1 : value + 1) {
                memcpy(changed, whole.ptr, whole.len);
                changed[at] ^= (uint8_t)value;
                cr_expect(survives(emulator, changed, whole.len), "request %zu, byte %zu", i, at);
            }
    }
    natt_emulator_free(emulator);
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

Test(device_hostile, random_bytes_have_an_answer)
{
    natt_emulator *emulator = test_emulator(NULL);
    uint64_t state = 20251225;
    uint8_t bytes[64];
    for (int i = 0; i < 20000; i++) {
        size_t len = next_random(&state) % sizeof bytes;
        for (size_t at = 0; at < len; at++)
            bytes[at] = (uint8_t)(next_random(&state) >> 24);
        cr_expect(survives(emulator, bytes, len), "run %d", i);
    }
    natt_emulator_free(emulator);
}

/* A valid beginning followed by random bytes reaches more code than random bytes alone. */
Test(device_hostile, random_ends_have_an_answer)
{
    natt_emulator *emulator = test_emulator(NULL);
    uint64_t state = 20251226;
    for (int i = 0; i < 20000; i++) {
        natt_bytes whole = test_hex(golden[next_random(&state) % GOLDEN]);
        uint8_t bytes[128];
        size_t from = (size_t)(next_random(&state) % whole.len), len = from + (size_t)(next_random(&state) % 32);
        memcpy(bytes, whole.ptr, from);
        for (size_t at = from; at < len; at++)
            bytes[at] = (uint8_t)(next_random(&state) >> 24);
        cr_expect(survives(emulator, bytes, len), "run %d", i);
    }
    natt_emulator_free(emulator);
}

Test(device_hostile, nesting_without_end_is_refused)
{
    static uint8_t deep[NATT_EMULATOR_MAX_REQUEST];
    static const uint8_t openers[] = {0x81, 0x9f, 0xa1, 0xbf, 0xc1, 0xd8};
    natt_emulator *emulator = test_emulator(NULL);
    natt_bytes head = test_hex("a1 6b 4465736372696265504352 a1 65 626f677573");
    for (size_t i = 0; i < sizeof openers; i++) {
        memset(deep, openers[i], sizeof deep);
        cr_expect(survives(emulator, deep, sizeof deep));
        memcpy(deep, head.ptr, head.len);
        cr_expect(survives(emulator, deep, sizeof deep));
    }
    natt_emulator_free(emulator);
}

/* The request is in memory of exactly this length, followed by zeros, except for one byte at a position after it. */
static int exchange_padded(natt_emulator *emulator, natt_bytes request, size_t len, size_t place, uint8_t value,
                           uint8_t out[NATT_EMULATOR_MAX_RESPONSE], size_t *out_len)
{
    uint8_t *padded = calloc(1, len);
    cr_assert(padded != NULL && request.len <= len);
    memcpy(padded, request.ptr, request.len);
    if (place < len)
        padded[place] = value;
    int error = natt_emulator_exchange(emulator, padded, len, out, NATT_EMULATOR_MAX_RESPONSE, out_len);
    free(padded);
    return error;
}

static bool is_get_random(size_t i)
{
    return test_equal(test_hex(golden[i]), test_hex(TEST_GET_RANDOM));
}

/* Virtio devices get a buffer of 0x1000 bytes, of which the request may be the beginning. */
Test(device_hostile, zeros_behind_a_request_change_nothing_up_to_0x1000_bytes)
{
    static uint8_t out[NATT_EMULATOR_MAX_RESPONSE];
    static const size_t lengths[] = {0, 0xfff, 0x1000}; /* 0 = one zero */
    for (size_t i = 0; i < GOLDEN; i++)
        for (size_t l = 0; l < 3; l++) {
            natt_emulator *plain = test_emulator(NULL), *padded = test_emulator(NULL);
            natt_bytes request = test_hex(golden[i]), want = test_exchange(plain, request);
            size_t len = lengths[l] != 0 ? lengths[l] : request.len + 1, got = 0;
            cr_expect_eq(exchange_padded(padded, request, len, SIZE_MAX, 0, out, &got), 0);
            cr_expect(is_get_random(i) ? got == want.len : test_equal((natt_bytes){out, got}, want),
                      "request %zu in %zu bytes", i, len);
            natt_emulator_free(plain);
            natt_emulator_free(padded);
        }
}

Test(device_hostile, requests_with_zeros_to_0x1001_bytes_are_too_long)
{
    static uint8_t out[NATT_EMULATOR_MAX_RESPONSE];
    natt_emulator *emulator = test_emulator(NULL);
    for (size_t i = 0; i < GOLDEN; i++) {
        size_t got = 7;
        cr_expect_eq(exchange_padded(emulator, test_hex(golden[i]), 0x1001, SIZE_MAX, 0, out, &got), EMSGSIZE);
        cr_expect_eq(got, 0);
    }
    natt_emulator_free(emulator);
}

Test(device_hostile, any_other_byte_behind_a_request_refuses_it_and_nothing_is_done)
{
    static uint8_t out[NATT_EMULATOR_MAX_RESPONSE];
    static const uint8_t values[] = {0x01, 0x60, 0x80, 0xf6, 0xff};
    static const uint8_t invalid_operation[] = "\xa1\x65"
                                               "Error\x70InvalidOperation";
    const natt_bytes refused = {invalid_operation, sizeof invalid_operation - 1};
    natt_emulator *fresh = test_emulator(NULL), *emulator = test_emulator(NULL);
    for (size_t i = 0; i < GOLDEN; i++)
        for (size_t v = 0; v < sizeof values; v++) {
            natt_bytes request = test_hex(golden[i]);
            const size_t tries[][2] = {{request.len + 1, request.len},
                                       {request.len + 2, request.len + 1},
                                       {0xfff, 0xffe},
                                       {0x1000, request.len},
                                       {0x1000, 0x800},
                                       {0x1000, 0xfff}}; /* length, place */
            for (size_t t = 0; t < sizeof tries / sizeof tries[0]; t++) {
                size_t got = 0;
                cr_expect_eq(exchange_padded(emulator, request, tries[t][0], tries[t][1], values[v], out, &got), 0);
                cr_expect(test_equal((natt_bytes){out, got}, refused), "request %zu, %02x at %zu of %zu", i, values[v],
                          tries[t][1], tries[t][0]);
            }
        }
    cr_expect_eq(memcmp(&fresh->device.pcrs, &emulator->device.pcrs, sizeof fresh->device.pcrs), 0);
    cr_expect_eq(fresh->device.locked, emulator->device.locked);
    natt_emulator_free(fresh);
    natt_emulator_free(emulator);
}

#define THREADS 8
#define ROUNDS  200

struct worker {
    natt_emulator *emulator;
    unsigned number;
    size_t wrong;
};

static size_t exchange_into(natt_emulator *emulator, natt_bytes request, uint8_t out[NATT_EMULATOR_MAX_RESPONSE])
{
    size_t len = 0;
    int error = natt_emulator_exchange(emulator, request.ptr, request.len, out, NATT_EMULATOR_MAX_RESPONSE, &len);
    return error == 0 ? len : 0;
}

/* Each thread extends its own PCR and one that all share, and sometimes requests a document. */
static void *work(void *argument)
{
    static const uint8_t extend[] = {0xa1, 0x69, 'E', 'x', 't', 'e', 'n',  'd', 'P', 'C', 'R', 0xa2, 0x65,
                                     'i',  'n',  'd', 'e', 'x', 0,   0x64, 'd', 'a', 't', 'a', 0x41, 'x'};
    static const uint8_t attest[] = {0xa1, 0x6b, 'A', 't', 't', 'e', 's', 't', 'a', 't', 'i', 'o', 'n', 0xa0};
    struct worker *worker = argument;
    uint8_t *out = malloc(NATT_EMULATOR_MAX_RESPONSE), request[sizeof extend];
    for (unsigned i = 0; out != NULL && i < ROUNDS; i++) {
        memcpy(request, extend, sizeof extend);
        request[18] = (uint8_t)(i % 2 == 0 ? 16 : 17 + worker->number % 7); /* 23 at most: one octet */
        size_t len = exchange_into(worker->emulator, (natt_bytes){request, sizeof request}, out);
        worker->wrong += len != 67;
        if (i % 50 == 0)
            worker->wrong += exchange_into(worker->emulator, (natt_bytes){attest, sizeof attest}, out) < 4000;
    }
    free(out);
    return NULL;
}

/* PCR16 after this number of extensions by "x", by any client. */
static void expect_extended(natt_emulator *emulator, unsigned times)
{
    natt_emulator *alone = test_emulator(NULL);
    for (unsigned i = 0; i < times; i++)
        (void)test_exchange(alone, test_hex(TEST_EXTEND_PCR "10 64 64617461 41 78"));
    natt_bytes want = test_pcr_of(test_exchange(alone, test_hex(TEST_DESCRIBE_PCR "10")));
    cr_expect(test_equal(test_pcr_of(test_exchange(emulator, test_hex(TEST_DESCRIBE_PCR "10"))), want));
    natt_emulator_free(alone);
}

Test(device_hostile, eight_threads_lose_nothing)
{
    natt_emulator *emulator = test_emulator(NULL);
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){emulator, i, 0};
        cr_assert_eq(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        cr_expect_eq(workers[i].wrong, 0, "thread %u: %zu wrong answers", i, workers[i].wrong);
    }
    expect_extended(emulator, THREADS * ROUNDS / 2);
    natt_emulator_free(emulator);
}
