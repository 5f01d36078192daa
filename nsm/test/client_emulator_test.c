/* The client with the software NSM: every request, every fault, many threads. */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <mbedtls/md.h>

#include "nitro_attest/nsm.h"
#include "nsm/test/emulator_support.h"
#include "nsm/test/support.h"
#include "verify/parse/reader.h"

#define SHORT_MS 60
#define WAIT     "200ms" /* a slow reply takes three short deadlines */
#define LONG_MS  20000   /* for other replies, on a busy machine */

/* An abandoned worker is still inside the emulator; the transport's close reports when it has left. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool in_use;

static void set_in_use(bool used)
{
    pthread_mutex_lock(&lock);
    in_use = used;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void transport_close(void *context)
{
    (void)context;
    set_in_use(false);
}

static void close_both(natt_nsm *nsm, natt_emulator *emulator)
{
    natt_nsm_close(nsm);
    pthread_mutex_lock(&lock);
    while (in_use)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    natt_emulator_free(emulator);
}

static natt_emulator *open_both(natt_nsm *nsm, const char *fault, uint32_t deadline_ms)
{
    natt_emulator_options options = test_emulator_options();
    natt_nsm_options nsm_options = NATT_NSM_OPTIONS_INIT;
    natt_fault parsed;
    natt_nsm_error err;
    if (fault != NULL) {
        cr_assert(natt_fault_parse(&parsed, fault, NULL), "%s", fault);
        options.faults = &parsed;
        options.fault_count = 1;
    }
    natt_emulator *emulator = test_emulator(&options);
    natt_nsm_transport transport = natt_emulator_transport(emulator);
    transport.close = transport_close;
    set_in_use(true);
    nsm_options.transport = &transport;
    nsm_options.deadline_ms = deadline_ms;
    cr_assert(natt_nsm_open(nsm, &nsm_options, &err), "%s", err.message);
    return emulator;
}

/* ---- requests ---- */

/* Each writes its result, or zeros, to `out`. */
static bool ask_describe(natt_nsm *nsm, uint8_t out[64], natt_nsm_error *err)
{
    natt_nsm_description d = NATT_NSM_DESCRIPTION_INIT;
    bool done = natt_nsm_describe(nsm, &d, err);
    out[0] = (uint8_t)(d.max_pcrs | d.locked_pcr_count | (uint8_t)d.module_id[0]);
    return done;
}

static bool ask_pcr(natt_nsm *nsm, uint8_t out[64], natt_nsm_error *err)
{
    natt_nsm_pcr pcr;
    bool done = natt_nsm_describe_pcr(nsm, &pcr, 0, err);
    memcpy(out, pcr.value, NATT_PCR_LEN);
    return done;
}

static bool ask_extend(natt_nsm *nsm, uint8_t out[64], natt_nsm_error *err)
{
    return natt_nsm_extend_pcr(nsm, out, 16, (natt_bytes){(const uint8_t *)"x", 1}, err);
}

static bool ask_lock(natt_nsm *nsm, uint8_t out[64], natt_nsm_error *err)
{
    out[0] = natt_nsm_lock_pcr(nsm, 17, err);
    return out[0] != 0;
}

static bool ask_lock_range(natt_nsm *nsm, uint8_t out[64], natt_nsm_error *err)
{
    out[0] = natt_nsm_lock_pcrs(nsm, 16, err);
    return out[0] != 0;
}

static bool ask_document(natt_nsm *nsm, uint8_t out[64], natt_nsm_error *err)
{
    static uint8_t document[NATT_NSM_MAX_RESPONSE];
    size_t len = 1;
    bool done = natt_nsm_attest(nsm, document, sizeof document, &len, NULL, err);
    out[0] = len > 0;
    return done;
}

static bool ask_random(natt_nsm *nsm, uint8_t out[64], natt_nsm_error *err)
{
    return natt_nsm_random(nsm, out, 64, err);
}

static const struct {
    const char *fault_name;
    bool (*ask)(natt_nsm *nsm, uint8_t out[64], natt_nsm_error *err);
} requests[] = {
    {"describe-nsm", ask_describe}, {"describe-pcr", ask_pcr},     {"extend-pcr", ask_extend}, {"lock-pcr", ask_lock},
    {"lock-pcrs", ask_lock_range},  {"attestation", ask_document}, {"get-random", ask_random},
};
#define REQUESTS (sizeof requests / sizeof requests[0])

static bool is_zero(const uint8_t *bytes, size_t len)
{
    return natt_bytes_zero((natt_bytes){bytes, len});
}

Test(client_emulator, all_requests_are_answered)
{
    natt_nsm nsm;
    natt_emulator *emulator = open_both(&nsm, NULL, 0);
    for (size_t i = 0; i < REQUESTS; i++) {
        uint8_t out[64] = {0};
        natt_nsm_error err;
        cr_expect(requests[i].ask(&nsm, out, &err), "%s: %s", requests[i].fault_name, err.message);
        cr_expect_not(is_zero(out, sizeof out), "%s", requests[i].fault_name);
    }
    close_both(&nsm, emulator);
}

Test(client_emulator, documents_say_what_was_asked_and_verify)
{
    static uint8_t document[NATT_NSM_MAX_RESPONSE];
    natt_nsm nsm;
    natt_nsm_error why;
    natt_error err;
    natt_verified v = NATT_VERIFIED_INIT;
    natt_nsm_attestation fields = NATT_NSM_ATTESTATION_INIT;
    size_t len = 0;
    natt_emulator *emulator = open_both(&nsm, NULL, 0);
    fields.nonce = test_hex("0102");
    fields.user_data = (natt_bytes){document, 0}; /* empty, not absent */
    cr_assert(natt_nsm_attest(&nsm, document, sizeof document, &len, &fields, &why), "%s", why.message);
    cr_assert(test_verify(&v, (natt_bytes){document, len}, natt_emulator_root(emulator), NATT_KIND_ENCLAVE,
                          TEST_CLOCK_MS, &err),
              "%s", err.message);
    cr_expect(v.nonce.len == 2 && memcmp(v.nonce.ptr, "\1\2", 2) == 0);
    cr_expect(v.user_data.ptr != NULL && v.user_data.len == 0);
    cr_expect_null(v.public_key.ptr);
    close_both(&nsm, emulator);
}

/* ---- faults ---- */

static const struct {
    const char *action;
    natt_nsm_code first, last; /* the codes that report it */
} faults[] = {
    {"errno=EIO", NATT_NSM_E_TRANSPORT, NATT_NSM_E_TRANSPORT},
    {"errno=ETIMEDOUT", NATT_NSM_E_TRANSPORT, NATT_NSM_E_TRANSPORT},
    {"error=InternalError", NATT_NSM_E_DEVICE, NATT_NSM_E_DEVICE},
    {"error=BufferTooSmall", NATT_NSM_E_DEVICE, NATT_NSM_E_DEVICE},
    {"silence=" WAIT, NATT_NSM_E_TIMEOUT, NATT_NSM_E_TIMEOUT},
    {"delay=" WAIT, NATT_NSM_E_TIMEOUT, NATT_NSM_E_TIMEOUT},
    {"truncated", NATT_NSM_E_RESPONSE_SIZE, NATT_NSM_E_RESPONSE_VALUE},
    {"truncated=0", NATT_NSM_E_RESPONSE_SIZE, NATT_NSM_E_RESPONSE_VALUE},
    {"truncated=1", NATT_NSM_E_RESPONSE_SIZE, NATT_NSM_E_RESPONSE_VALUE},
    {"oversized", NATT_NSM_E_RESPONSE_SIZE, NATT_NSM_E_RESPONSE_VALUE},
    {"malformed", NATT_NSM_E_RESPONSE_SIZE, NATT_NSM_E_RESPONSE_VALUE},
    {"variant", NATT_NSM_E_RESPONSE_SIZE, NATT_NSM_E_RESPONSE_VALUE},
    {"duplicate-keys", NATT_NSM_E_RESPONSE_SIZE, NATT_NSM_E_RESPONSE_VALUE},
};

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void expect_fault(size_t request, size_t fault)
{
    char text[80];
    natt_nsm nsm;
    natt_nsm_error err;
    uint8_t out[64] = {0};
    (void)snprintf(text, sizeof text, "%s:%s", requests[request].fault_name, faults[fault].action);
    bool slow = faults[fault].first == NATT_NSM_E_TIMEOUT;
    natt_emulator *emulator = open_both(&nsm, text, slow ? SHORT_MS : LONG_MS);
    uint64_t began = now_ms();
    cr_expect_not(requests[request].ask(&nsm, out, &err), "%s", text);
    uint64_t took = now_ms() - began;
    cr_expect(err.code >= faults[fault].first && err.code <= faults[fault].last, "%s: %s", text,
              natt_nsm_code_name(err.code));
    cr_expect(is_zero(out, sizeof out), "%s", text);
    cr_expect(!slow || took >= SHORT_MS, "%s: %llu ms", text, (unsigned long long)took);
    cr_expect(took < LONG_MS, "%s: %llu ms", text, (unsigned long long)took);
    close_both(&nsm, emulator);
}

/* Two of the requests are bare text strings: they have no key to repeat, and differ only in their names. */
static bool applies(size_t request, size_t fault)
{
    bool bare = strncmp(requests[request].fault_name, "lock", 4) == 0;
    return !bare || strcmp(faults[fault].action, "duplicate-keys") != 0;
}

Test(client_emulator, every_fault_is_a_typed_error_within_its_deadline, .timeout = 120)
{
    for (size_t f = 0; f < sizeof faults / sizeof faults[0]; f++)
        for (size_t r = 0; r < REQUESTS; r++)
            if (applies(r, f))
                expect_fault(r, f);
}

/* ---- threads ---- */

#define THREADS  8
#define REPEATED 10000

static natt_nsm shared;
static char failed[] = "a request failed";

/* Each thread has its own PCR: a lost, repeated or mixed up request changes its final value. */
static void *extend_often(void *number)
{
    uint16_t index = (uint16_t)(16 + (uintptr_t)number);
    for (uint32_t i = 0; i < REPEATED; i++) {
        uint8_t data[4] = {(uint8_t)i, (uint8_t)(i >> 8), 0, (uint8_t)index};
        if (!natt_nsm_extend_pcr(&shared, NULL, index, (natt_bytes){data, sizeof data}, NULL))
            return failed;
    }
    return NULL;
}

static void replay(uint8_t value[NATT_PCR_LEN], uint16_t index)
{
    uint8_t joined[NATT_PCR_LEN + 4] = {0};
    for (uint32_t i = 0; i < REPEATED; i++) {
        const uint8_t data[4] = {(uint8_t)i, (uint8_t)(i >> 8), 0, (uint8_t)index};
        memcpy(joined + NATT_PCR_LEN, data, sizeof data);
        mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), joined, sizeof joined, value);
        memcpy(joined, value, NATT_PCR_LEN);
    }
}

Test(client_emulator, eight_threads_lose_nothing, .timeout = 120)
{
    pthread_t threads[THREADS];
    natt_emulator *emulator = open_both(&shared, NULL, 0);
    for (uintptr_t t = 0; t < THREADS; t++)
        cr_assert_eq(pthread_create(&threads[t], NULL, extend_often, (void *)t), 0);
    for (size_t t = 0; t < THREADS; t++) {
        void *fault = NULL;
        pthread_join(threads[t], &fault);
        cr_expect_null(fault);
    }
    for (uint16_t index = 16; index < 16 + THREADS; index++) {
        uint8_t want[NATT_PCR_LEN];
        natt_nsm_pcr got;
        replay(want, index);
        cr_assert(natt_nsm_describe_pcr(&shared, &got, index, NULL));
        cr_expect_arr_eq(got.value, want, NATT_PCR_LEN, "PCR%u", index);
    }
    close_both(&shared, emulator);
}
