/* The bytes of requests, and the parsing of valid responses. */
#include <criterion/criterion.h>
#include <string.h>

#include "fake_nsm.h"
#include "nsm/test/support.h"

#define BYTES(literal)                                                                                                 \
    {                                                                                                                  \
        (const uint8_t *)(literal), sizeof(literal) - 1                                                                \
    }

struct golden {
    const char *hex;
    struct natt_nsm_request request;
};

/* The same bytes as the clients of AWS, Hugging Face and donkersgoed send. */
static const struct golden goldens[] = {
    {"a16b4465736372696265504352a165696e64657800", {NATT_NSM_DESCRIBE_PCR, 0}},
    {"a169457874656e64504352a265696e646578106464617461420102", {NATT_NSM_EXTEND_PCR, 16, BYTES("\1\2")}},
    {"a1674c6f636b504352a165696e6465781818", {NATT_NSM_LOCK_PCR, 24}},
    {"a1684c6f636b50435273a16572616e67651820", {NATT_NSM_LOCK_PCRS, 32}},
    {"6b44657363726962654e534d", {NATT_NSM_DESCRIBE_NSM}},
    {"a16b4174746573746174696f6ea369757365725f64617461f6656e6f6e6365f66a7075626c69635f6b6579f6",
     {NATT_NSM_ATTESTATION}},
    {"a16b4174746573746174696f6ea369757365725f64617461420102656e6f6e636541036a7075626c69635f6b657943040506",
     {NATT_NSM_ATTESTATION, 0, {NULL, 0}, BYTES("\1\2"), BYTES("\3"), BYTES("\4\5\6")}},
    {"a16b4174746573746174696f6ea369757365725f6461746140656e6f6e6365f66a7075626c69635f6b6579f6",
     {NATT_NSM_ATTESTATION, 0, {NULL, 0}, BYTES("")}},
    {"6947657452616e646f6d", {NATT_NSM_GET_RANDOM}},
    {"a16b4465736372696265504352a165696e64657819ffff", {NATT_NSM_DESCRIBE_PCR, 65535}},
    {"a169457874656e64504352a265696e64657800646461746140", {NATT_NSM_EXTEND_PCR, 0, BYTES("")}},
};

#define GOLDEN_COUNT (sizeof goldens / sizeof goldens[0])

Test(nsm_codec, requests_are_the_golden_bytes)
{
    for (size_t i = 0; i < GOLDEN_COUNT; i++) {
        uint8_t out[256];
        natt_bytes want = test_hex(goldens[i].hex);
        size_t len = natt_nsm_request_encode(out, sizeof out, &goldens[i].request);
        cr_expect(test_equal((natt_bytes){out, len}, want), "%s", goldens[i].hex);
    }
}

Test(nsm_codec, a_request_that_does_not_fit_is_measured_and_nothing_is_written_beyond)
{
    for (size_t i = 0; i < GOLDEN_COUNT; i++) {
        size_t whole = strlen(goldens[i].hex) / 2;
        for (size_t capacity = 0; capacity < whole; capacity++) {
            uint8_t out[256];
            memset(out, 0xa5, sizeof out);
            cr_assert_eq(natt_nsm_request_encode(out, capacity, &goldens[i].request), whole);
            for (size_t j = capacity; j < sizeof out; j++)
                cr_assert_eq(out[j], 0xa5);
        }
    }
}

Test(nsm_codec, lengths_near_the_largest_number_do_not_wrap)
{
    static const uint8_t byte;
    uint8_t out[16];
    natt_bytes huge = {&byte, SIZE_MAX - 10};
    struct natt_nsm_request request = {NATT_NSM_ATTESTATION, 0, {NULL, 0}, huge, huge, huge};
    cr_expect_eq(natt_nsm_request_encode(out, sizeof out, &request), SIZE_MAX);
}

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

/* The public functions encode their arguments, and pass the request to the transport. */
Test(nsm_codec, public_functions_send_the_golden_bytes)
{
    static const char *const sent[NATT_NSM_OPERATION_COUNT] = {
        [NATT_NSM_DESCRIBE_NSM] = "6b44657363726962654e534d",
        [NATT_NSM_DESCRIBE_PCR] = "a16b4465736372696265504352a165696e64657803",
        [NATT_NSM_EXTEND_PCR] = "a169457874656e64504352a265696e6465781064646174614464617461",
        [NATT_NSM_LOCK_PCR] = "a1674c6f636b504352a165696e64657810",
        [NATT_NSM_LOCK_PCRS] = "a1684c6f636b50435273a16572616e676511",
        [NATT_NSM_ATTESTATION] =
            "a16b4174746573746174696f6ea369757365725f64617461f6656e6f6e6365f66a7075626c69635f6b6579f6",
        [NATT_NSM_GET_RANDOM] = "6947657452616e646f6d"};
    natt_nsm session;
    natt_nsm_error err;
    open_fake(&session);
    for (unsigned op = 0; op < NATT_NSM_OPERATION_COUNT; op++) {
        fake.reply = fake_reply(op, false);
        cr_expect(fake_perform(&session, op, &out, &err), "%s: %s", fake_name(op), err.message);
        cr_expect(test_equal((natt_bytes){fake.request, fake.request_len}, test_hex(sent[op])), "%s", fake_name(op));
        cr_expect_eq(fake.capacity, 0x3000);
    }
    natt_nsm_close(&session);
}

Test(nsm_codec, each_field_of_an_attestation_goes_under_its_own_name)
{
    natt_nsm session;
    natt_nsm_error err;
    natt_nsm_attestation fields = NATT_NSM_ATTESTATION_INIT;
    open_fake(&session);
    fields.user_data = test_hex("0102");
    fields.nonce = test_hex("03");
    fields.public_key = test_hex("040506");
    fake.reply = fake_reply(NATT_NSM_ATTESTATION, false);
    cr_assert(natt_nsm_attest(&session, out.bytes, sizeof out.bytes, &out.len, &fields, &err));
    cr_expect(test_equal((natt_bytes){fake.request, fake.request_len}, test_hex(goldens[6].hex)));
    natt_nsm_close(&session);
}

static void expect_description(const natt_nsm_description *d)
{
    cr_expect(d->version_major == 1 && d->version_minor == 0 && d->version_patch == 0);
    cr_expect_str_eq(d->module_id, "i-0123456789abcdef0-enc0123456789abcdef");
    cr_expect_eq(d->max_pcrs, 32);
    cr_expect_eq(d->digest, NATT_NSM_SHA384);
    cr_expect_eq(d->locked_pcr_count, 16);
    for (uint16_t i = 0; i < 16; i++)
        cr_expect_eq(d->locked_pcrs[i], i);
}

Test(nsm_codec, answers_are_read_in_either_order)
{
    natt_nsm session;
    natt_nsm_error err;
    open_fake(&session);
    for (int as_qemu = 0; as_qemu < 2; as_qemu++) {
        fake.reply = fake_reply(NATT_NSM_DESCRIBE_NSM, as_qemu);
        cr_assert(fake_perform(&session, NATT_NSM_DESCRIBE_NSM, &out, &err), "%s", err.message);
        expect_description(&out.description);
        fake.reply = fake_reply(NATT_NSM_DESCRIBE_PCR, as_qemu);
        cr_assert(fake_perform(&session, NATT_NSM_DESCRIBE_PCR, &out, &err), "%s", err.message);
        cr_expect(out.pcr.locked && memcmp(out.pcr.value, "0123456789abcdef", 16) == 0);
    }
    natt_nsm_close(&session);
}

Test(nsm_codec, answers_are_handed_out_whole)
{
    natt_nsm session;
    natt_nsm_error err;
    open_fake(&session);
    fake.reply = fake_reply(NATT_NSM_EXTEND_PCR, false);
    cr_assert(fake_perform(&session, NATT_NSM_EXTEND_PCR, &out, &err));
    cr_expect(memcmp(out.value, fake.reply.ptr + fake.reply.len - 48, 48) == 0);
    for (unsigned op = NATT_NSM_ATTESTATION; op <= NATT_NSM_GET_RANDOM; op++) {
        fake.reply = fake_reply(op, false);
        cr_assert(fake_perform(&session, op, &out, &err));
        cr_expect_eq(out.len, op == NATT_NSM_GET_RANDOM ? FAKE_RANDOM_LEN : FAKE_DOCUMENT_LEN);
        cr_expect(memcmp(out.bytes, fake.reply.ptr + fake.reply.len - out.len, out.len) == 0);
    }
    natt_nsm_close(&session);
}
