/* Sessions: arguments, sizes, errno, strict fields, raw requests, opening and closing. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_nsm.h"
#include "nsm/test/support.h"

static struct fake_nsm fake;
static struct fake_outputs out;

static natt_nsm_options fake_options(void)
{
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    fake_nsm_init(&fake);
    options.transport = &fake.transport;
    return options;
}

static void open_with(natt_nsm *session, const natt_nsm_options *options)
{
    natt_nsm_error err;
    cr_assert(natt_nsm_open(session, options, &err), "%s", err.message);
}

static void expect_open_refused(const natt_nsm_options *options, natt_nsm_code code, int errno_value)
{
    static const natt_nsm zero;
    natt_nsm session;
    natt_nsm_error err;
    memset(&session, 0xa5, sizeof session);
    cr_expect(!natt_nsm_open(&session, options, &err));
    cr_expect(err.code == code && err.errno_value == errno_value, "%s, errno %d", natt_nsm_code_name(err.code),
              err.errno_value);
    cr_expect(memcmp(&session, &zero, sizeof zero) == 0);
    natt_nsm_close(&session);
}

Test(nsm_session, opening_refuses_what_it_cannot_understand)
{
    char long_path[300];
    natt_nsm_options good = fake_options(), bad = good;
    bad.struct_size--;
    expect_open_refused(&bad, NATT_NSM_E_USAGE_STRUCT_SIZE, 0);
    bad.struct_size = 0;
    expect_open_refused(&bad, NATT_NSM_E_USAGE_STRUCT_SIZE, 0);
    bad = good;
    bad.flags = 2;
    expect_open_refused(&bad, NATT_NSM_E_USAGE_FLAGS, 0);
    bad = good;
    bad.path = "/dev/null";
    expect_open_refused(&bad, NATT_NSM_E_USAGE_TRANSPORT, 0);
    bad.deadline_ms = 5;
    expect_open_refused(&bad, NATT_NSM_E_USAGE_TRANSPORT, 0);
    memset(long_path, 'x', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    bad = (natt_nsm_options)NATT_NSM_OPTIONS_INIT;
    bad.socket_path = long_path;
    expect_open_refused(&bad, NATT_NSM_E_USAGE_TRANSPORT, ENAMETOOLONG);
    fake.transport.exchange = NULL;
    expect_open_refused(&good, NATT_NSM_E_USAGE_ARGUMENT, 0);
    good.deadline_ms = 5;
    expect_open_refused(&good, NATT_NSM_E_USAGE_ARGUMENT, 0);
    cr_expect_eq(fake.closes, 0);
    cr_expect(!natt_nsm_open(NULL, NULL, NULL));
}

Test(nsm_session, opening_reports_errno)
{
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    options.path = "/nonexistent/nsm";
    expect_open_refused(&options, NATT_NSM_E_OPEN, ENOENT);
    options.deadline_ms = 100;
    expect_open_refused(&options, NATT_NSM_E_OPEN, ENOENT);
    options.path = NULL;
    options.socket_path = "/nonexistent/socket";
    expect_open_refused(&options, NATT_NSM_E_OPEN, ENOENT);
    options.deadline_ms = 0;
    expect_open_refused(&options, NATT_NSM_E_OPEN, ENOENT);
}

static void expect_all_refused(natt_nsm *session, natt_nsm_code code)
{
    natt_nsm_error err;
    for (unsigned op = 0; op < NATT_NSM_OPERATION_COUNT; op++) {
        cr_expect(!fake_perform(session, op, &out, &err));
        cr_expect_eq(err.code, code, "%s: %s", fake_name(op), natt_nsm_code_name(err.code));
        cr_expect(fake_outputs_zero(op, &out), "%s", fake_name(op));
    }
    cr_expect(!natt_nsm_random(session, out.bytes, 8, &err) && err.code == code);
    cr_expect(!natt_nsm_set_deadline(session, 8, &err) && err.code == code);
    out.len = 1;
    cr_expect(!natt_nsm_send(session, out.bytes, 8, &out.len, test_hex("00"), &err) && err.code == code);
    cr_expect_eq(out.len, 0);
}

Test(nsm_session, a_closed_copied_or_zeroed_session_is_refused)
{
    natt_nsm session, copy, zero = {{0}};
    natt_nsm_options options = fake_options();
    open_with(&session, &options);
    copy = session;
    expect_all_refused(&copy, NATT_NSM_E_USAGE_SESSION);
    expect_all_refused(&zero, NATT_NSM_E_USAGE_SESSION);
    expect_all_refused(NULL, NATT_NSM_E_USAGE_ARGUMENT);
    natt_nsm_close(&copy);
    natt_nsm_close(&zero);
    natt_nsm_close(NULL);
    cr_expect_eq(fake.closes, 0);
    natt_nsm_close(&session);
    cr_expect_eq(fake.closes, 1);
    expect_all_refused(&session, NATT_NSM_E_USAGE_SESSION);
    natt_nsm_close(&session);
    cr_expect_eq(fake.closes, 1);
    cr_expect_eq(fake.calls, 0);
}

Test(nsm_session, arguments_are_checked_before_anything_is_sent)
{
    natt_nsm session;
    natt_nsm_error err;
    natt_nsm_options options = fake_options();
    natt_nsm_attestation fields = NATT_NSM_ATTESTATION_INIT;
    natt_bytes lost = {NULL, 3}, absent = {NULL, 0};
    open_with(&session, &options);
    out.description.struct_size = 0;
    cr_expect(!natt_nsm_describe(&session, &out.description, &err) && err.code == NATT_NSM_E_USAGE_STRUCT_SIZE);
    cr_expect(!natt_nsm_describe(&session, NULL, &err) && err.code == NATT_NSM_E_USAGE_ARGUMENT);
    cr_expect(!natt_nsm_describe_pcr(&session, NULL, 0, &err) && err.code == NATT_NSM_E_USAGE_ARGUMENT);
    cr_expect(!natt_nsm_extend_pcr(&session, out.value, 0, lost, &err) && err.code == NATT_NSM_E_USAGE_ARGUMENT);
    cr_expect(!natt_nsm_extend_pcr(&session, out.value, 0, absent, &err) && err.code == NATT_NSM_E_USAGE_ARGUMENT);
    cr_expect(!natt_nsm_get_random(&session, NULL, 5, &out.len, &err) && err.code == NATT_NSM_E_USAGE_ARGUMENT);
    cr_expect(!natt_nsm_get_random(&session, out.bytes, 5, NULL, &err) && err.code == NATT_NSM_E_USAGE_ARGUMENT);
    cr_expect(!natt_nsm_random(&session, NULL, 5, &err) && err.code == NATT_NSM_E_USAGE_ARGUMENT);
    fields.nonce = lost;
    cr_expect(!natt_nsm_attest(&session, out.bytes, 9, &out.len, &fields, &err));
    cr_expect_eq(err.code, NATT_NSM_E_USAGE_ARGUMENT);
    fields.nonce = absent;
    fields.struct_size++;
    cr_expect(!natt_nsm_attest(&session, out.bytes, 9, &out.len, &fields, &err));
    cr_expect_eq(err.code, NATT_NSM_E_USAGE_STRUCT_SIZE);
    cr_expect(!natt_nsm_set_deadline(&session, 5, &err) && err.code == NATT_NSM_E_USAGE_DEADLINE);
    cr_expect_eq(fake.calls, 0);
    natt_nsm_close(&session);
}

Test(nsm_session, required_size_is_told_at_the_limit)
{
    natt_nsm session;
    natt_nsm_error err;
    natt_nsm_options options = fake_options();
    open_with(&session, &options);
    for (unsigned op = NATT_NSM_ATTESTATION; op <= NATT_NSM_GET_RANDOM; op++) {
        size_t needed = op == NATT_NSM_GET_RANDOM ? FAKE_RANDOM_LEN : FAKE_DOCUMENT_LEN;
        fake.reply = fake_reply(op, false);
        for (size_t capacity = needed - 1; capacity <= needed + 1; capacity++) {
            memset(&out, 0xa5, sizeof out);
            bool ok = op == NATT_NSM_GET_RANDOM ? natt_nsm_get_random(&session, out.bytes, capacity, &out.len, &err)
                                                : natt_nsm_attest(&session, out.bytes, capacity, &out.len, NULL, &err);
            cr_expect_eq(ok, capacity >= needed);
            cr_expect_eq(out.len, ok ? needed : 0);
            cr_expect_eq(err.required_len, ok ? 0 : needed);
            cr_expect_eq(err.code, ok ? NATT_NSM_OK : NATT_NSM_E_BUFFER_TOO_SMALL);
            cr_expect(out.bytes[ok ? needed : 0] == 0xa5, "something was written beyond");
        }
    }
    cr_expect(!natt_nsm_get_random(&session, NULL, 0, &out.len, &err) && err.required_len == FAKE_RANDOM_LEN);
    natt_nsm_close(&session);
}

Test(nsm_session, raw_requests_are_1_to_4096_bytes_and_answers_come_as_they_are)
{
    static uint8_t request[4098];
    natt_nsm session;
    natt_nsm_error err;
    natt_nsm_options options = fake_options();
    natt_bytes error = test_hex("a1654572726f7270496e76616c69644f7065726174696f6e");
    open_with(&session, &options);
    fake.reply = error;
    static const size_t lengths[] = {0, 1, 4095, 4096, 4097, 4098};
    for (size_t i = 0; i < 6; i++) {
        size_t len = lengths[i];
        bool ok = natt_nsm_send(&session, out.bytes, sizeof out.bytes, &out.len, (natt_bytes){request, len}, &err);
        cr_expect_eq(ok, len >= 1 && len <= 4096, "%zu", len);
        cr_expect(ok || (err.code == NATT_NSM_E_REQUEST_SIZE && err.required_len == len && out.len == 0));
        cr_expect(!ok || test_equal((natt_bytes){out.bytes, out.len}, error));
    }
    cr_expect_eq(fake.calls, 3);
    cr_expect(!natt_nsm_send(&session, out.bytes, 3, &out.len, test_hex("00"), &err));
    cr_expect(err.code == NATT_NSM_E_BUFFER_TOO_SMALL && err.required_len == error.len);
    natt_nsm_close(&session);
}

/* The driver's limit is 4096 bytes; the heads around a field need the difference. */
Test(nsm_session, a_request_of_4096_bytes_is_sent_and_a_longer_one_is_not)
{
    static uint8_t data[8192];
    natt_nsm session;
    natt_nsm_error err;
    natt_nsm_options options = fake_options();
    natt_nsm_attestation fields = NATT_NSM_ATTESTATION_INIT;
    open_with(&session, &options);
    for (size_t len = 4049; len <= 4051; len++) {
        fake.reply = fake_reply(NATT_NSM_ATTESTATION, false);
        fields.public_key = (natt_bytes){data, len};
        bool ok = natt_nsm_attest(&session, out.bytes, sizeof out.bytes, &out.len, &fields, &err);
        cr_expect_eq(ok, len <= 4050);
        cr_expect(ok ? fake.request_len == 46 + len : err.required_len == 46 + len, "%zu", len);
        cr_expect_eq(err.code, ok ? NATT_NSM_OK : NATT_NSM_E_REQUEST_SIZE);
    }
    for (size_t len = 4068; len <= 4070; len++) {
        fake.reply = fake_reply(NATT_NSM_EXTEND_PCR, false);
        bool ok = natt_nsm_extend_pcr(&session, NULL, 16, (natt_bytes){data, len}, &err);
        cr_expect_eq(ok, len <= 4069);
        cr_expect(ok ? fake.request_len == 27 + len : err.required_len == 27 + len, "%zu", len);
    }
    cr_expect_eq(fake.calls, 4);
    natt_nsm_close(&session);
}

Test(nsm_session, strict_sizes_are_those_of_the_text)
{
    static uint8_t data[2048];
    static const struct {
        size_t user_data, nonce, public_key;
        bool strict;
    } rows[] = {{512, 512, 1024, true}, {513, 0, 0, false}, {0, 513, 0, false}, {0, 0, 1025, false}};
    for (int strict = 0; strict < 2; strict++) {
        natt_nsm session;
        natt_nsm_error err;
        natt_nsm_options options = fake_options();
        options.flags = strict ? NATT_NSM_STRICT_SIZES : 0;
        open_with(&session, &options);
        fake.reply = fake_reply(NATT_NSM_ATTESTATION, false);
        for (size_t i = 0; i < 4; i++) {
            natt_nsm_attestation fields = NATT_NSM_ATTESTATION_INIT;
            fields.user_data = (natt_bytes){data, rows[i].user_data};
            fields.nonce = (natt_bytes){data, rows[i].nonce};
            fields.public_key = (natt_bytes){data, rows[i].public_key};
            bool ok = natt_nsm_attest(&session, out.bytes, sizeof out.bytes, &out.len, &fields, &err);
            cr_expect_eq(ok, !strict || rows[i].strict, "row %zu", i);
            cr_expect(ok || err.code == NATT_NSM_E_USAGE_FIELD_SIZE);
        }
        natt_nsm_close(&session);
    }
}

Test(nsm_session, errno_of_the_transport_is_kept)
{
    static const int errors[] = {EMSGSIZE, EFAULT, EINVAL, ETIMEDOUT, EIO, ENODATA, ENOSPC, ENXIO, EINTR};
    natt_nsm session;
    natt_nsm_error err;
    natt_nsm_options options = fake_options();
    for (uint32_t deadline = 0; deadline <= 10000; deadline += 10000) {
        options.deadline_ms = deadline;
        open_with(&session, &options);
        for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
            for (unsigned op = 0; op < NATT_NSM_OPERATION_COUNT; op++) {
                unsigned calls = fake.calls;
                fake.error = errors[i];
                cr_expect(!fake_perform(&session, op, &out, &err));
                cr_expect(err.code == NATT_NSM_E_TRANSPORT && err.errno_value == errors[i]);
                cr_expect_eq(err.device_error, NATT_NSM_DEVICE_NONE);
                cr_expect(fake_outputs_zero(op, &out));
                cr_expect_eq(fake.calls, calls + 1, "the client must not retry");
            }
        natt_nsm_close(&session);
    }
}

Test(nsm_session, every_code_has_a_name_a_text_and_a_remedy)
{
#define EXPECT_TEXTS(name, number, text, remedy)                                                                       \
    cr_expect_str_eq(natt_nsm_code_name(name), #name);                                                                 \
    cr_expect(natt_nsm_code_message(name)[0] != '\0' && natt_nsm_code_remedy(name)[0] != '\0');
    NATT_NSM_CODE_LIST(EXPECT_TEXTS)
    cr_expect_str_eq(natt_nsm_code_name((natt_nsm_code)99), "");
    cr_expect_str_eq(natt_nsm_device_error_name((natt_nsm_device_error)99), "");
}
