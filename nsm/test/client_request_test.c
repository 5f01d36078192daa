/* Compares requests with libcbor's, byte for byte, and tests the limit of 0x1000 bytes. */
#include <cbor.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "fake_nsm.h"
#include "nsm/cbor_write.h"
#include "nsm/test/support.h"
#include "request_oracle.h"

#define ROUNDS 20000
#define ROOM   0x3000
#define UNUSED 0xa5

static uint8_t filler[ROOM];

/* xorshift64 [Marsaglia 2003] */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Lengths and numbers near the limits at which heads grow. */
static size_t near_a_boundary(uint64_t *state, size_t most)
{
    static const size_t boundaries[] = {0, 1, 23, 24, 255, 256, 1024, 4095, 4096, 65535};
    size_t chosen = boundaries[next_random(state) % (sizeof boundaries / sizeof boundaries[0])];
    chosen += next_random(state) % 3;
    chosen = next_random(state) % 2 == 0 ? chosen : (size_t)next_random(state);
    return chosen > most ? chosen % (most + 1) : chosen;
}

static natt_bytes some_bytes(uint64_t *state, bool may_be_absent)
{
    size_t len = near_a_boundary(state, sizeof filler / 2);
    if (may_be_absent && next_random(state) % 4 == 0)
        return (natt_bytes){NULL, 0};
    return (natt_bytes){filler + next_random(state) % (sizeof filler / 2), len};
}

static struct natt_nsm_request some_request(uint64_t *state)
{
    struct natt_nsm_request request = {.operation = next_random(state) % NATT_NSM_OPERATION_COUNT};
    request.number = (uint16_t)near_a_boundary(state, UINT16_MAX);
    request.data = some_bytes(state, false);
    request.user_data = some_bytes(state, true);
    request.nonce = some_bytes(state, true);
    request.public_key = some_bytes(state, true);
    return request;
}

/* Any room gives the same length, and the same bytes if they fit; nothing is written beyond the room. */
static void expect_as_oracle(const struct natt_nsm_request *request, size_t capacity)
{
    static uint8_t out[3 * ROOM];
    size_t len = 0;
    uint8_t *want = request_oracle_encode(request, &len);
    cr_assert(want != NULL && len > 0 && len < sizeof out);
    capacity = capacity > len ? len : capacity;
    memset(out, UNUSED, sizeof out);
    cr_assert_eq(natt_nsm_request_encode(out, capacity, request), len);
    cr_assert(capacity < len || memcmp(out, want, len) == 0, "operation %d", (int)request->operation);
    for (size_t i = capacity; i < len + 16; i++)
        cr_assert_eq(out[i], UNUSED);
    free(want);
}

Test(nsm_request, random_requests_are_what_libcbor_writes)
{
    uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
    for (size_t i = 0; i < sizeof filler; i++)
        filler[i] = (uint8_t)next_random(&state);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct natt_nsm_request request = some_request(&state);
        expect_as_oracle(&request, SIZE_MAX);
        expect_as_oracle(&request, near_a_boundary(&state, NATT_NSM_MAX_REQUEST + 1));
    }
}

Test(nsm_request, every_number_is_what_libcbor_writes)
{
    for (uint32_t number = 0; number <= UINT16_MAX; number++) {
        struct natt_nsm_request request = {.operation = NATT_NSM_LOCK_PCRS, .number = (uint16_t)number};
        expect_as_oracle(&request, SIZE_MAX);
    }
}

Test(nsm_request, every_length_up_to_the_limit_is_what_libcbor_writes)
{
    for (size_t len = 0; len <= NATT_NSM_MAX_REQUEST + 1; len++) {
        struct natt_nsm_request request = {.operation = NATT_NSM_EXTEND_PCR, .data = {filler, len}};
        expect_as_oracle(&request, SIZE_MAX);
    }
}

Test(nsm_request, heads_are_what_libcbor_writes_at_each_boundary)
{
    static const uint64_t values[] = {0,         22,         23,         24,          25,          254,
                                      255,       256,        257,        65534,       UINT16_MAX,  0x10000,
                                      0x10001,   0xfffffffe, UINT32_MAX, 0x100000000, 0x100000001, UINT64_MAX - 1,
                                      UINT64_MAX};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        uint8_t want[NATT_CBOR_MAX_HEAD], out[NATT_CBOR_MAX_HEAD];
        size_t len = cbor_encode_uint(values[i], want, sizeof want);
        struct natt_cbor_writer w = {out, sizeof out, 0};
        natt_cbor_write_uint(&w, values[i]);
        cr_expect(w.len == len && memcmp(out, want, len) == 0, "value %llu", (unsigned long long)values[i]);
    }
}

/* --- 0x1000 bytes: the driver accepts no longer request, so the client sends none --- */

static struct fake_nsm fake;
static struct fake_outputs out;

static void open_fake(natt_nsm *session)
{
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    natt_nsm_error err;
    fake_nsm_init(&fake);
    options.transport = &fake.transport;
    cr_assert(natt_nsm_open(session, &options, &err), "%s", err.message);
}

/* The request is sent whole, or refused before the transport is called, with the length that it would have had. */
static void expect_limit(bool ok, size_t whole, const natt_nsm_error *err)
{
    cr_expect_eq(ok, whole <= 0x1000, "%zu bytes", whole);
    cr_expect_eq(fake.request_len, ok ? whole : 0);
    cr_expect_eq(err->code, ok ? NATT_NSM_OK : NATT_NSM_E_REQUEST_SIZE);
    cr_expect_eq(err->required_len, ok ? 0 : whole);
}

Test(nsm_request, an_attestation_of_0x1000_bytes_is_sent_and_one_of_0x1001_is_not)
{
    natt_nsm session;
    natt_nsm_error err;
    const size_t around = 46; /* the bytes around a user_data whose length has two octets */
    open_fake(&session);
    for (size_t whole = 0xfff; whole <= 0x1001; whole++) {
        natt_nsm_attestation fields = NATT_NSM_ATTESTATION_INIT;
        fields.user_data = (natt_bytes){filler, whole - around};
        fake.reply = fake_reply(NATT_NSM_ATTESTATION, false);
        fake.request_len = 0;
        expect_limit(natt_nsm_attest(&session, out.bytes, sizeof out.bytes, &out.len, &fields, &err), whole, &err);
    }
    natt_nsm_close(&session);
}

Test(nsm_request, an_extension_of_0x1000_bytes_is_sent_and_one_of_0x1001_is_not)
{
    natt_nsm session;
    natt_nsm_error err;
    const size_t around = 27; /* the bytes around such data of ExtendPCR{16} */
    open_fake(&session);
    for (size_t whole = 0xfff; whole <= 0x1001; whole++) {
        fake.reply = fake_reply(NATT_NSM_EXTEND_PCR, false);
        fake.request_len = 0;
        expect_limit(natt_nsm_extend_pcr(&session, out.value, 16, (natt_bytes){filler, whole - around}, &err), whole,
                     &err);
    }
    natt_nsm_close(&session);
}
