/* libnsm's nine functions, linked with a fake device instead of the kernel's. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "fake_nsm.h"
#include "nsm/client/device_linux.h"
#include "nsm/compat/nsm.h"
#include "nsm/test/support.h"

#define FD 41 /* the descriptor that the fake device returns */

static struct {
    char path[64];
    int error;
    unsigned calls;
    natt_bytes reply;
    uint8_t request[NATT_NSM_MAX_REQUEST];
    size_t request_len;
} device;

/* Replaces nsm/client/device_linux.c. */
int natt_nsm_device_open(const char *path)
{
    strncpy(device.path, path, sizeof device.path - 1);
    errno = device.error;
    return device.error == 0 ? FD : -1;
}

int natt_nsm_device_exchange(void *context, const uint8_t *request, size_t request_len, uint8_t *response,
                             size_t capacity, size_t *response_len)
{
    cr_assert(*(const int *)context == FD && capacity == 0x3000 && request_len >= 1 &&
              request_len <= sizeof device.request);
    device.calls++;
    memcpy(device.request, request, request_len);
    device.request_len = request_len;
    if (device.error != 0)
        return device.error;
    memcpy(response, device.reply.ptr, device.reply.len);
    *response_len = device.reply.len;
    return 0;
}

static void answer(enum natt_nsm_operation op)
{
    memset(&device, 0, sizeof device);
    device.reply = fake_reply(op, true);
}

static uint8_t buffer[NATT_NSM_MAX_RESPONSE];

static bool buffer_is_untouched_from(size_t len)
{
    for (size_t i = len; i < sizeof buffer; i++)
        if (buffer[i] != 0xa5)
            return false;
    return true;
}

static void fill_buffer(void)
{
    memset(buffer, 0xa5, sizeof buffer);
}

static natt_bytes sent(void)
{
    return (natt_bytes){device.request, device.request_len};
}

Test(libnsm, numbers_are_those_of_aws)
{
    cr_expect(ERROR_CODE_SUCCESS == 0 && ERROR_CODE_INVALID_ARGUMENT == 1 && ERROR_CODE_INVALID_INDEX == 2);
    cr_expect(ERROR_CODE_INVALID_RESPONSE == 3 && ERROR_CODE_READ_ONLY_INDEX == 4);
    cr_expect(ERROR_CODE_INVALID_OPERATION == 5 && ERROR_CODE_BUFFER_TOO_SMALL == 6);
    cr_expect(ERROR_CODE_INPUT_TOO_LARGE == 7 && ERROR_CODE_INTERNAL_ERROR == 8);
    cr_expect(DIGEST_SHA256 == 0 && DIGEST_SHA384 == 1 && DIGEST_SHA512 == 2);
    cr_expect_eq(sizeof(NsmDescription), 252);
}

Test(libnsm, init_opens_the_device_or_says_why_not)
{
    memset(&device, 0, sizeof device);
    cr_expect_eq(nsm_lib_init(), FD);
    cr_expect_str_eq(device.path, "/dev/nsm");
    device.error = ENOENT;
    cr_expect(nsm_lib_init() == -1 && errno == ENOENT);
    nsm_lib_exit(-1);
}

Test(libnsm, pcrs_are_extended_described_and_locked)
{
    uint32_t len = 48;
    bool lock = false;
    answer(NATT_NSM_EXTEND_PCR);
    fill_buffer();
    cr_expect_eq(nsm_extend_pcr(FD, 16, (const uint8_t *)"\1\2", 2, buffer, &len), ERROR_CODE_SUCCESS);
    cr_expect(len == 48 && memcmp(buffer, "0123456789abcdef", 16) == 0 && buffer_is_untouched_from(48));
    cr_expect(test_equal(sent(), test_hex("a169457874656e64504352a265696e646578106464617461420102")));
    answer(NATT_NSM_DESCRIBE_PCR);
    fill_buffer();
    len = 100;
    cr_expect_eq(nsm_describe_pcr(FD, 0, &lock, buffer, &len), ERROR_CODE_SUCCESS);
    cr_expect(lock && len == 48 && memcmp(buffer, "0123456789abcdef", 16) == 0 && buffer_is_untouched_from(48));
    cr_expect(test_equal(sent(), test_hex("a16b4465736372696265504352a165696e64657800")));
    answer(NATT_NSM_LOCK_PCR);
    cr_expect_eq(nsm_lock_pcr(FD, 24), ERROR_CODE_SUCCESS);
    cr_expect(test_equal(sent(), test_hex("a1674c6f636b504352a165696e6465781818")));
    answer(NATT_NSM_LOCK_PCRS);
    cr_expect_eq(nsm_lock_pcrs(FD, 32), ERROR_CODE_SUCCESS);
    cr_expect(test_equal(sent(), test_hex("a1684c6f636b50435273a16572616e67651820")));
}

Test(libnsm, small_buffers_learn_the_length_and_extend_nothing)
{
    uint32_t len = 47;
    bool lock = true;
    answer(NATT_NSM_EXTEND_PCR);
    fill_buffer();
    cr_expect_eq(nsm_extend_pcr(FD, 16, buffer, 2, buffer, &len), ERROR_CODE_BUFFER_TOO_SMALL);
    cr_expect(len == 48 && device.calls == 0);
    cr_expect_eq(nsm_extend_pcr(FD, 16, buffer, 2, NULL, &len), ERROR_CODE_BUFFER_TOO_SMALL);
    cr_expect(len == 48 && device.calls == 0);
    len = 0;
    cr_expect_eq(nsm_describe_pcr(FD, 0, &lock, buffer, &len), ERROR_CODE_BUFFER_TOO_SMALL);
    cr_expect(len == 48 && buffer_is_untouched_from(0));
    for (uint32_t capacity = FAKE_DOCUMENT_LEN - 1; capacity <= FAKE_DOCUMENT_LEN + 1; capacity++) {
        bool fits = capacity >= FAKE_DOCUMENT_LEN;
        answer(NATT_NSM_ATTESTATION);
        fill_buffer();
        len = capacity;
        cr_expect_eq(nsm_get_attestation_doc(FD, NULL, 0, NULL, 0, NULL, 0, buffer, &len),
                     fits ? ERROR_CODE_SUCCESS : ERROR_CODE_BUFFER_TOO_SMALL);
        cr_expect(len == FAKE_DOCUMENT_LEN && buffer_is_untouched_from(fits ? FAKE_DOCUMENT_LEN : 0));
    }
    len = 4000;
    cr_expect_eq(nsm_get_attestation_doc(FD, NULL, 0, NULL, 0, NULL, 0, NULL, &len), ERROR_CODE_BUFFER_TOO_SMALL);
    cr_expect_eq(len, FAKE_DOCUMENT_LEN);
}

Test(libnsm, attestation_takes_user_data_nonce_and_public_key_in_this_order)
{
    uint32_t len = sizeof buffer;
    answer(NATT_NSM_ATTESTATION);
    cr_expect_eq(nsm_get_attestation_doc(FD, (const uint8_t *)"\1\2", 2, (const uint8_t *)"\3", 1,
                                         (const uint8_t *)"\4\5\6", 3, buffer, &len),
                 ERROR_CODE_SUCCESS);
    cr_expect(test_equal(sent(), test_hex("a16b4174746573746174696f6ea369757365725f64617461420102656e6f6e636541036a"
                                          "7075626c69635f6b657943040506")));
}

Test(libnsm, random_bytes_fill_the_buffer_up_to_256)
{
    static const uintptr_t capacities[] = {1, 255, 256, 257, 5000};
    for (size_t i = 0; i < 5; i++) {
        uintptr_t len = capacities[i], want = len < 256 ? len : 256;
        answer(NATT_NSM_GET_RANDOM);
        fill_buffer();
        cr_expect_eq(nsm_get_random(FD, buffer, &len), ERROR_CODE_SUCCESS);
        cr_expect(len == want && buffer[want - 1] == (uint8_t)((want - 1) * 7 + 1) && buffer_is_untouched_from(want));
    }
}

Test(libnsm, description_has_the_layout_of_aws)
{
    NsmDescription d;
    answer(NATT_NSM_DESCRIBE_NSM);
    memset(&d, 0xa5, sizeof d);
    cr_expect_eq(nsm_get_description(FD, &d), ERROR_CODE_SUCCESS);
    cr_expect(d.version_major == 1 && d.version_minor == 0 && d.version_patch == 0 && d.max_pcrs == 32);
    cr_expect(d.module_id_len == 39 &&
              strcmp((const char *)d.module_id, "i-0123456789abcdef0-enc0123456789abcdef") == 0);
    cr_expect(d.locked_pcrs_len == 16 && d.locked_pcrs[0] == 0 && d.locked_pcrs[15] == 15 && d.locked_pcrs[16] == 0);
    cr_expect_eq(d.digest, DIGEST_SHA384);
}

/* A description with this number of locked PCRs, and a module_id of this length. */
static natt_bytes description_of(uint16_t locked, uint8_t id_len)
{
    static uint8_t reply[2048];
    natt_bytes front =
        test_hex("a16b44657363726962654e534da7"
                 "6d76657273696f6e5f6d616a6f72016d76657273696f6e5f6d696e6f72006d76657273696f6e5f706174636800"
                 "6664696765737466534841353132686d61785f7063727319010069"
                 "6d6f64756c655f6964");
    size_t at = front.len;
    memcpy(reply, front.ptr, front.len);
    reply[at++] = 0x78;
    reply[at++] = id_len;
    memset(reply + at, 'm', id_len);
    at += id_len;
    natt_bytes key = test_hex("6b6c6f636b65645f7063727399");
    memcpy(reply + at, key.ptr, key.len);
    at += key.len;
    reply[at - 1] = 0x98;
    reply[at++] = (uint8_t)locked;
    for (uint16_t i = 0; i < locked; i++) {
        if (i >= 24)
            reply[at++] = 0x18;
        reply[at++] = (uint8_t)i;
    }
    return (natt_bytes){reply, at};
}

Test(libnsm, more_than_64_locked_pcrs_and_long_names_stay_in_bounds)
{
    struct {
        NsmDescription d;
        uint8_t guard[64];
    } memory;
    for (uint16_t locked = 63; locked <= 255; locked++) {
        answer(NATT_NSM_DESCRIBE_NSM);
        device.reply = description_of(locked, 100);
        memset(&memory, 0xa5, sizeof memory);
        ErrorCode code = nsm_get_description(FD, &memory.d);
        cr_expect_eq(code, locked <= 64 ? ERROR_CODE_SUCCESS : ERROR_CODE_BUFFER_TOO_SMALL, "%u locked: %d", locked,
                     code);
        cr_expect_eq(memory.d.locked_pcrs_len, locked <= 64 ? locked : 0);
        cr_expect_eq(memory.d.module_id_len, locked <= 64 ? 99 : 0);
        cr_expect(memory.d.module_id[99] == 0 && memory.guard[0] == 0xa5 && memory.guard[63] == 0xa5);
    }
}

Test(libnsm, errors_keep_their_numbers)
{
    static const char *const names[] = {"InvalidArgument",  "InvalidIndex",   "InvalidResponse", "ReadOnlyIndex",
                                        "InvalidOperation", "BufferTooSmall", "InputTooLarge",   "InternalError"};
    for (unsigned i = 0; i < 8; i++) {
        uint8_t reply[64] = {0xa1, 0x65, 'E', 'r', 'r', 'o', 'r', (uint8_t)(0x60 + strlen(names[i]))};
        memcpy(reply + 8, names[i], strlen(names[i]));
        answer(NATT_NSM_LOCK_PCR);
        device.reply = (natt_bytes){reply, 8 + strlen(names[i])};
        cr_expect_eq((unsigned)nsm_lock_pcr(FD, 1), i + 1);
        uint32_t len = sizeof buffer;
        cr_expect_eq((unsigned)nsm_get_attestation_doc(FD, NULL, 0, NULL, 0, NULL, 0, buffer, &len), i + 1);
        cr_expect_eq(len, 0);
    }
    answer(NATT_NSM_LOCK_PCRS);
    cr_expect_eq(nsm_lock_pcr(FD, 1), ERROR_CODE_INVALID_RESPONSE);
    device.error = EMSGSIZE;
    cr_expect_eq(nsm_lock_pcr(FD, 1), ERROR_CODE_INPUT_TOO_LARGE);
    device.error = ETIMEDOUT;
    errno = 0;
    cr_expect(nsm_lock_pcr(FD, 1) == ERROR_CODE_INTERNAL_ERROR && errno == ETIMEDOUT);
}

Test(libnsm, bad_arguments_are_refused_unsent)
{
    static uint8_t large[8192];
    uint32_t len = sizeof buffer;
    uintptr_t none = 0;
    bool lock;
    answer(NATT_NSM_GET_RANDOM);
    cr_expect_eq(nsm_extend_pcr(FD, 1, NULL, 1, buffer, &len), ERROR_CODE_INVALID_ARGUMENT);
    cr_expect_eq(nsm_extend_pcr(FD, 1, buffer, 1, buffer, NULL), ERROR_CODE_INVALID_ARGUMENT);
    cr_expect_eq(nsm_extend_pcr(FD, 1, large, sizeof large, buffer, &len), ERROR_CODE_INPUT_TOO_LARGE);
    cr_expect_eq(nsm_describe_pcr(FD, 1, NULL, buffer, &len), ERROR_CODE_INVALID_ARGUMENT);
    cr_expect_eq(nsm_describe_pcr(FD, 1, &lock, buffer, NULL), ERROR_CODE_INVALID_ARGUMENT);
    cr_expect_eq(nsm_get_description(FD, NULL), ERROR_CODE_INVALID_ARGUMENT);
    cr_expect_eq(nsm_get_random(FD, buffer, &none), ERROR_CODE_INVALID_ARGUMENT);
    cr_expect_eq(nsm_get_random(FD, buffer, NULL), ERROR_CODE_INVALID_ARGUMENT);
    none = 8;
    cr_expect_eq(nsm_get_random(FD, NULL, &none), ERROR_CODE_INVALID_ARGUMENT);
    cr_expect_eq(nsm_get_random(-1, buffer, &none), ERROR_CODE_INVALID_ARGUMENT);
    cr_expect_eq(nsm_get_attestation_doc(FD, NULL, 5, NULL, 0, NULL, 0, buffer, &len), ERROR_CODE_INVALID_ARGUMENT);
    cr_expect_eq(nsm_get_attestation_doc(FD, NULL, 0, NULL, 0, NULL, 0, buffer, NULL), ERROR_CODE_INVALID_ARGUMENT);
    cr_expect_eq(device.calls, 0);
}
