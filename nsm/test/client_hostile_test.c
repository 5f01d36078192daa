/* Invalid responses give a typed error and zero outputs, without a read or write out of bounds. */
#include <cbor.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "fake_nsm.h"
#include "nsm/test/support.h"

static struct fake_nsm fake;
static struct fake_outputs out;
static natt_nsm session;

static void setup(void)
{
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    natt_nsm_error err;
    fake_nsm_init(&fake);
    options.transport = &fake.transport;
    cr_assert(natt_nsm_open(&session, &options, &err), "%s", err.message);
}

static void teardown(void)
{
    natt_nsm_close(&session);
}

TestSuite(nsm_hostile, .init = setup, .fini = teardown);

/* The result must be true or a typed refusal. The response is alone on the heap, so that sanitizers detect a read
 * beyond it. */
static bool accepts(enum natt_nsm_operation op, const uint8_t *reply, size_t len, natt_nsm_error *err)
{
    uint8_t *alone = malloc(len > 0 ? len : 1);
    cr_assert_not_null(alone);
    memcpy(alone, reply, len);
    fake.reply = (natt_bytes){alone, len};
    bool ok = fake_perform(&session, op, &out, err);
    free(alone);
    if (ok) {
        cr_assert_eq(err->code, NATT_NSM_OK);
        return true;
    }
    cr_assert(err->code == NATT_NSM_E_DEVICE || (err->code >= NATT_NSM_E_RESPONSE_SIZE && err->code < 500), "%s: %s",
              fake_name(op), natt_nsm_code_name(err->code));
    cr_assert((err->device_error != NATT_NSM_DEVICE_NONE) == (err->code == NATT_NSM_E_DEVICE));
    cr_assert(err->message != NULL && err->message[0] != '\0');
    cr_assert(fake_outputs_zero(op, &out), "%s: outputs after %s", fake_name(op), natt_nsm_code_name(err->code));
    return false;
}

Test(nsm_hostile, every_truncation_is_refused)
{
    natt_nsm_error err;
    for (unsigned op = 0; op < NATT_NSM_OPERATION_COUNT; op++) {
        natt_bytes good = fake_reply(op, false);
        cr_assert(accepts(op, good.ptr, good.len, &err));
        for (size_t len = 0; len < good.len; len++) {
            cr_assert(!accepts(op, good.ptr, len, &err), "%s cut to %zu", fake_name(op), len);
            cr_assert_eq(err.code, NATT_NSM_E_RESPONSE_CBOR);
            cr_assert(err.offset <= len);
        }
    }
}

/*
 * Of all changes of one byte, the client accepts exactly those of content: bytes of a PCR, a document and a random
 * block, and the other value of the lock. A description contains text and numbers that may change; the number of its
 * accepted changes is computed from its definition.
 */
static size_t passing_changes(enum natt_nsm_operation op)
{
    size_t module_id = 39 * (0x7e - 0x20);                /* the other printable characters, for each position */
    size_t version = 3 * 23, max_pcrs = 255 - 24 + 1 - 1; /* 0 to 23 in one byte; 24 to 255 in two */
    size_t locked = 16 * (24 - 16);                       /* to a PCR that is not yet locked: 16 to 23 */
    switch (op) {
    case NATT_NSM_DESCRIBE_NSM:
        return module_id + version + max_pcrs + locked;
    case NATT_NSM_DESCRIBE_PCR:
        return 48 * 255 + 1;
    case NATT_NSM_EXTEND_PCR:
        return 48 * 255;
    case NATT_NSM_ATTESTATION:
        return FAKE_DOCUMENT_LEN * 255;
    case NATT_NSM_GET_RANDOM:
        return FAKE_RANDOM_LEN * 255;
    default:
        return 0;
    }
}

Test(nsm_hostile, of_all_changes_of_one_byte_only_those_of_content_pass, .timeout = 60)
{
    natt_nsm_error err;
    for (unsigned op = 0; op < NATT_NSM_OPERATION_COUNT; op++) {
        uint8_t reply[512];
        natt_bytes good = fake_reply(op, false);
        size_t passed = 0;
        memcpy(reply, good.ptr, good.len);
        for (size_t i = 0; i < good.len; i++) {
            for (unsigned change = 1; change < 256; change++) {
                reply[i] = (uint8_t)(good.ptr[i] ^ change);
                passed += accepts(op, reply, good.len, &err);
            }
            reply[i] = good.ptr[i];
        }
        cr_expect_eq(passed, passing_changes(op), "%s: %zu, not %zu", fake_name(op), passed, passing_changes(op));
    }
}

/* Checks with libcbor that this is one well-formed item, with nothing after it. */
static bool well_formed(const uint8_t *reply, size_t len)
{
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(reply, len, &result);
    if (item == NULL)
        return false;
    cbor_decref(&item);
    return result.read == len;
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * UINT32_C(1664525) + UINT32_C(1013904223);
    return *state >> 8;
}

/* Valid responses with up to three changed bytes, and random bytes. */
Test(nsm_hostile, what_passes_of_random_answers_is_well_formed, .timeout = 60)
{
    natt_nsm_error err;
    uint32_t state = 1;
    size_t passed = 0;
    for (unsigned round = 0; round < 100000; round++) {
        enum natt_nsm_operation op = next_random(&state) % NATT_NSM_OPERATION_COUNT;
        uint8_t reply[512];
        natt_bytes good = fake_reply(op, round & 1);
        size_t len = round % 5 == 0 ? next_random(&state) % 64 : good.len;
        for (size_t i = 0; i < len; i++)
            reply[i] = round % 5 == 0 ? (uint8_t)next_random(&state) : good.ptr[i];
        for (unsigned n = next_random(&state) % 4; n > 0 && len > 0; n--)
            reply[next_random(&state) % len] = (uint8_t)next_random(&state);
        if (accepts(op, reply, len, &err)) {
            passed++;
            cr_assert(well_formed(reply, len), "%s, round %u", fake_name(op), round);
        }
    }
    cr_expect(passed > 10000, "only %zu passed: the test covers too little", passed);
}

Test(nsm_hostile, an_answer_to_another_request_is_refused)
{
    natt_nsm_error err;
    for (unsigned op = 0; op < NATT_NSM_OPERATION_COUNT; op++)
        for (unsigned other = 0; other < NATT_NSM_OPERATION_COUNT; other++) {
            natt_bytes reply = fake_reply(other, false);
            bool ok = accepts(op, reply.ptr, reply.len, &err);
            cr_expect_eq(ok, op == other, "%s answered by %s", fake_name(op), fake_name(other));
            cr_expect_eq(err.code, ok ? NATT_NSM_OK : NATT_NSM_E_RESPONSE_VARIANT);
        }
}

struct refused {
    enum natt_nsm_operation op;
    const char *hex;
    natt_nsm_code code;
    size_t offset;
};

#define PCR                                                                                                            \
    "583030303030303030303030303030303030303030303030303030303030"                                                     \
    "3030303030303030303030303030303030303030303030"
#define DPCR "a16b4465736372696265504352"
#define RND  "a16947657452616e646f6d"
#define DNSM                                                                                                           \
    "a16b44657363726962654e534d"                                                                                       \
    "a7"
#define VERSIONS "6d76657273696f6e5f6d616a6f72016d76657273696f6e5f6d696e6f72006d76657273696f6e5f706174636800"
#define ID       "696d6f64756c655f69646169"
#define MAX      "686d61785f706372731820"
#define NO_LOCKS "6b6c6f636b65645f7063727380"
#define DIGEST   "6664696765737466534841333834"

static const struct refused refusals[] = {
    {NATT_NSM_LOCK_PCR, "", NATT_NSM_E_RESPONSE_CBOR, 0},
    {NATT_NSM_LOCK_PCR, "00", NATT_NSM_E_RESPONSE_TYPE, 0},
    {NATT_NSM_LOCK_PCR, "a0", NATT_NSM_E_RESPONSE_VARIANT, 0},
    {NATT_NSM_LOCK_PCR, "a1674c6f636b504352f6", NATT_NSM_E_RESPONSE_VARIANT, 1},
    {NATT_NSM_LOCK_PCR, "a1674c6f636b504352a0", NATT_NSM_E_RESPONSE_VARIANT, 1},
    {NATT_NSM_LOCK_PCR, "674c6f636b50435200", NATT_NSM_E_RESPONSE_CBOR, 8},   /* something follows */
    {NATT_NSM_LOCK_PCR, "78074c6f636b504352", NATT_NSM_E_RESPONSE_CBOR, 0},   /* longer than needed */
    {NATT_NSM_LOCK_PCR, "7f674c6f636b504352ff", NATT_NSM_E_RESPONSE_CBOR, 0}, /* in chunks */
    {NATT_NSM_LOCK_PCR, "c1674c6f636b504352", NATT_NSM_E_RESPONSE_CBOR, 0},   /* tagged */
    {NATT_NSM_LOCK_PCR, "7bffffffffffffffff4c", NATT_NSM_E_RESPONSE_CBOR, 9}, /* a length of 2^64 - 1 */
    {NATT_NSM_GET_RANDOM, "6947657452616e646f6d", NATT_NSM_E_RESPONSE_VARIANT, 0},
    {NATT_NSM_GET_RANDOM, "a1654572726f7270496e76616c69644f7065726174696f6e00", NATT_NSM_E_RESPONSE_CBOR, 24},
    {NATT_NSM_GET_RANDOM, "a1654572726f7205", NATT_NSM_E_RESPONSE_TYPE, 7},
    {NATT_NSM_GET_RANDOM, RND "a0", NATT_NSM_E_RESPONSE_MISSING, 11},
    {NATT_NSM_GET_RANDOM, RND "80", NATT_NSM_E_RESPONSE_TYPE, 11},
    {NATT_NSM_GET_RANDOM, RND "a16672616e646f6d40", NATT_NSM_E_RESPONSE_VALUE, 19}, /* no random bytes */
    {NATT_NSM_GET_RANDOM, RND "a16672616e646f6d6161", NATT_NSM_E_RESPONSE_TYPE, 19},
    {NATT_NSM_GET_RANDOM, RND "a16672616e646f6d820102", NATT_NSM_E_RESPONSE_TYPE, 19}, /* an array of numbers */
    {NATT_NSM_GET_RANDOM, RND "a16672616e646f6df6", NATT_NSM_E_RESPONSE_TYPE, 19},
    {NATT_NSM_GET_RANDOM, RND "a16672616e646f6d5b7fffffffffffffff01", NATT_NSM_E_RESPONSE_CBOR, 28},
    {NATT_NSM_GET_RANDOM, RND "bbffffffffffffffff6672616e646f6d4101", NATT_NSM_E_RESPONSE_CBOR, 29},
    {NATT_NSM_GET_RANDOM, RND "a26672616e646f6d41016672616e646f6d4101", NATT_NSM_E_RESPONSE_DUPLICATE, 21},
    {NATT_NSM_GET_RANDOM,
     RND "a36672616e646f6d41016161006161"
         "00",
     NATT_NSM_E_RESPONSE_DUPLICATE, 24},
    {NATT_NSM_GET_RANDOM,
     RND "aa6672616e646f6d4101"
         "616100616200616300616400616500616600616700616800616900",
     NATT_NSM_E_RESPONSE_UNKNOWN, 45}, /* nine unknown fields */
    {NATT_NSM_GET_RANDOM,
     RND "a26672616e646f6d410161618181818181"
         "00",
     NATT_NSM_E_RESPONSE_CBOR, 27}, /* too deep */
    {NATT_NSM_GET_RANDOM,
     RND "a100"
         "4101",
     NATT_NSM_E_RESPONSE_TYPE, 12}, /* a key that is not a text */
    {NATT_NSM_GET_RANDOM,
     "a2"
     "6947657452616e646f6d"
     "a16672616e646f6d4101"
     "616100",
     NATT_NSM_E_RESPONSE_VARIANT, 0},
    {NATT_NSM_GET_RANDOM,
     "bf"
     "6947657452616e646f6d"
     "a16672616e646f6d4101"
     "ff",
     NATT_NSM_E_RESPONSE_VARIANT, 0},
    {NATT_NSM_DESCRIBE_PCR,
     DPCR "a2646c6f636bf6"
          "6464617461" PCR,
     NATT_NSM_E_RESPONSE_TYPE, 19},
    {NATT_NSM_DESCRIBE_PCR,
     DPCR "a2646c6f636b01"
          "6464617461" PCR,
     NATT_NSM_E_RESPONSE_TYPE, 19},
    {NATT_NSM_DESCRIBE_PCR, DPCR "a1646c6f636bf5", NATT_NSM_E_RESPONSE_MISSING, 13},
    {NATT_NSM_DESCRIBE_PCR, DPCR "a16464617461" PCR, NATT_NSM_E_RESPONSE_MISSING, 13},
    {NATT_NSM_EXTEND_PCR, "a169457874656e64504352a1646461746140", NATT_NSM_E_RESPONSE_VALUE, 17},
    {NATT_NSM_ATTESTATION, "a16b4174746573746174696f6ea168646f63756d656e7440", NATT_NSM_E_RESPONSE_VALUE, 23},
    {NATT_NSM_DESCRIBE_NSM, DNSM VERSIONS ID MAX "6b6c6f636b65645f70637273820101" DIGEST, NATT_NSM_E_RESPONSE_VALUE,
     96},
    {NATT_NSM_DESCRIBE_NSM, DNSM VERSIONS ID MAX "6b6c6f636b65645f70637273811820" DIGEST, NATT_NSM_E_RESPONSE_VALUE,
     NATT_NO_OFFSET}, /* PCR 32 of 32 */
    {NATT_NSM_DESCRIBE_NSM, DNSM VERSIONS ID MAX "6b6c6f636b65645f7063727381190100" DIGEST, NATT_NSM_E_RESPONSE_VALUE,
     95},
    {NATT_NSM_DESCRIBE_NSM, DNSM VERSIONS ID "686d61785f706372731a00010000" NO_LOCKS DIGEST, NATT_NSM_E_RESPONSE_VALUE,
     80},
    {NATT_NSM_DESCRIBE_NSM, DNSM VERSIONS "696d6f64756c655f696460" MAX NO_LOCKS DIGEST, NATT_NSM_E_RESPONSE_VALUE, 69},
    {NATT_NSM_DESCRIBE_NSM, DNSM VERSIONS "696d6f64756c655f69646100" MAX NO_LOCKS DIGEST, NATT_NSM_E_RESPONSE_VALUE,
     69},
    {NATT_NSM_DESCRIBE_NSM, DNSM VERSIONS ID MAX NO_LOCKS "6664696765737466534841313238", NATT_NSM_E_RESPONSE_VALUE,
     102},
};

Test(nsm_hostile, what_is_wrong_is_named_with_its_offset)
{
    natt_nsm_error err;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const struct refused *row = &refusals[i];
        natt_bytes reply = test_hex(row->hex);
        cr_expect(!accepts(row->op, reply.ptr, reply.len, &err), "row %zu", i);
        cr_expect(err.code == row->code && err.offset == row->offset, "row %zu: %s at %zu", i,
                  natt_nsm_code_name(err.code), err.offset);
    }
}

Test(nsm_hostile, sizes_of_values_are_checked_at_their_limits)
{
    natt_nsm_error err;
    for (unsigned len = 24; len < 100; len++) {
        uint8_t reply[160] = {0xa1, 0x69, 'E', 'x', 't', 'e', 'n', 'd', 'P', 'C', 'R', 0xa1, 0x64, 'd', 'a', 't', 'a'};
        reply[17] = 0x58;
        reply[18] = (uint8_t)len;
        cr_expect_eq(accepts(NATT_NSM_EXTEND_PCR, reply, 19 + len, &err), len == 48, "%u", len);
        cr_expect(len == 48 || (err.code == NATT_NSM_E_RESPONSE_VALUE && err.offset == 17));
    }
    for (unsigned len = 99; len <= 101; len++) {
        uint8_t reply[256];
        natt_bytes front = test_hex(DNSM VERSIONS "696d6f64756c655f6964"), back = test_hex(MAX NO_LOCKS DIGEST);
        memcpy(reply, front.ptr, front.len);
        reply[front.len] = 0x78;
        reply[front.len + 1] = (uint8_t)len;
        memset(reply + front.len + 2, 'i', len);
        memcpy(reply + front.len + 2 + len, back.ptr, back.len);
        cr_expect_eq(accepts(NATT_NSM_DESCRIBE_NSM, reply, front.len + 2 + len + back.len, &err), len <= 100, "%u",
                     len);
        cr_expect(len > 100 || (strlen(out.description.module_id) == len && out.description.module_id[len - 1] == 'i'));
    }
}

Test(nsm_hostile, unknown_fields_are_read_over_wherever_they_stand)
{
    natt_nsm_error err;
    static const char *const good[] = {RND "a26672616e646f6d41016161a162626283f50102",
                                       RND "a2616182"
                                           "6161f6"
                                           "6672616e646f6d4101",
                                       RND "bf6672616e646f6d4101"
                                           "ff",
                                       RND "a96672616e646f6d4101"
                                           "616100616200616300616400616500616600616700616800"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        natt_bytes reply = test_hex(good[i]);
        cr_expect(accepts(NATT_NSM_GET_RANDOM, reply.ptr, reply.len, &err), "%zu: %s at %zu", i,
                  natt_nsm_code_name(err.code), err.offset);
        cr_expect(out.len == 1 && out.bytes[0] == 1);
    }
}

Test(nsm_hostile, every_error_name_is_known_and_others_are_errors_too)
{
    static const char *const names[] = {"InvalidArgument",  "InvalidIndex",   "InvalidResponse", "ReadOnlyIndex",
                                        "InvalidOperation", "BufferTooSmall", "InputTooLarge",   "InternalError"};
    natt_nsm_error err;
    for (unsigned op = 0; op < NATT_NSM_OPERATION_COUNT; op++)
        for (unsigned i = 0; i < 10; i++) {
            const char *name = i < 8 ? names[i] : i == 8 ? "Success" : "";
            uint8_t reply[64] = {0xa1, 0x65, 'E', 'r', 'r', 'o', 'r', (uint8_t)(0x60 + strlen(name))};
            memcpy(reply + 8, name, strlen(name));
            cr_expect(!accepts(op, reply, 8 + strlen(name), &err));
            cr_expect_eq(err.code, NATT_NSM_E_DEVICE);
            cr_expect_eq((unsigned)err.device_error, i < 8 ? i + 1 : NATT_NSM_DEVICE_OTHER);
            cr_expect_str_eq(natt_nsm_device_error_name(err.device_error), i < 8 ? name : "");
            cr_expect_eq(err.errno_value, 0);
        }
}

Test(nsm_hostile, a_length_beyond_the_capacity_is_refused)
{
    static const size_t lengths[] = {0x3001, 0x10000, SIZE_MAX};
    natt_nsm_error err;
    for (unsigned op = 0; op < NATT_NSM_OPERATION_COUNT; op++)
        for (size_t i = 0; i < 3; i++) {
            natt_bytes good = fake_reply(op, false);
            fake.claimed_len = lengths[i];
            cr_expect(!accepts(op, good.ptr, good.len, &err));
            cr_expect_eq(err.code, NATT_NSM_E_RESPONSE_SIZE);
        }
    fake.claimed_len = 0;
}

/* A transport that reports 0x3000 bytes but wrote fewer: the rest must be zero, not old memory. */
Test(nsm_hostile, what_a_transport_did_not_write_is_zero)
{
    natt_nsm_error err;
    size_t len = 1;
    fake.reply = (natt_bytes){(const uint8_t *)"abc", 3};
    fake.claimed_len = 0x3000;
    cr_assert(natt_nsm_send(&session, out.bytes, sizeof out.bytes, &len, test_hex("00"), &err));
    cr_assert_eq(len, 0x3000);
    cr_assert(memcmp(out.bytes, "abc", 3) == 0);
    for (size_t i = 3; i < len; i++)
        cr_assert_eq(out.bytes[i], 0);
}
