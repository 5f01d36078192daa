/*
 * The semantics of the device. The conditions are those that dorjoy03/nsm-api's test_nsm.py (MIT) confirmed with a
 * genuine NSM. The requests are bytes that clients in Go, Rust and Python send, and those of a recorded run with QEMU's
 * device.
 */
#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/issuer/issuer_keys.h"
#include "nsm/test/emulator_support.h"
#include "nsm/test/support.h"

struct refused {
    const char *what, *request, *error;
};

/* Sent to a new device, in this order; none of them changes it. */
static const struct refused refused[] = {
    {"no CBOR", "ff ff ff ff", "InvalidOperation"},
    {"one break", "ff", "InvalidOperation"},
    {"an integer", "00", "InvalidOperation"},
    {"cut", "de ad be ef", "InvalidOperation"},
    {"an empty text", "60", "InvalidOperation"},
    {"an empty map", "a0", "InvalidOperation"},
    {"null", "f6", "InvalidOperation"},
    {"an unknown text", "68 4e6f6e73656e7365", "InvalidOperation"},
    {"an unknown map", "a1 68 4e6f6e73656e7365 a0", "InvalidOperation"},
    {"lower case", "69 67657472616e646f6d", "InvalidOperation"},
    {"a byte string", "49 47657452616e646f6d", "InvalidOperation"},
    {"a tag in front", "c1 69 47657452616e646f6d", "InvalidOperation"},
    {"a text in chunks", "7f 63 476574 66 52616e646f6d ff", "InvalidOperation"},
    {"a second key", "a2 69 47657452616e646f6d a0 6b 44657363726962654e534d a0", "InvalidOperation"},
    {"a second key of any kind", "a2 67 4c6f636b504352 a1 65 696e646578 14 61 78 00", "InvalidOperation"},
    {"the name without its map", "a1 6b 4465736372696265504352", "InvalidOperation"},
    {"bytes after a text", TEST_DESCRIBE_NSM "00 01", "InvalidOperation"},
    {"bytes after a map", TEST_DESCRIBE_PCR "00 00 01", "InvalidOperation"},
    {"DescribeNSM with a map", "a1 6b 44657363726962654e534d a0", "InvalidOperation"},
    {"GetRandom with a map", "a1 69 47657452616e646f6d a0", "InvalidOperation"},
    {"GetRandom with null", "a1 69 47657452616e646f6d f6", "InvalidOperation"},
    {"DescribePCR as a text", "6b 4465736372696265504352", "InvalidOperation"},
    {"Attestation as a text", "6b 4174746573746174696f6e", "InvalidOperation"},
    {"Attestation with null", "a1 6b 4174746573746174696f6e f6", "InvalidOperation"},
    {"DescribePCR without index", "a1 6b 4465736372696265504352 a0", "InvalidOperation"},
    {"DescribePCR with null", TEST_DESCRIBE_PCR "f6", "InvalidOperation"},
    {"DescribePCR with text", TEST_DESCRIBE_PCR "61 30", "InvalidOperation"},
    {"DescribePCR with bytes", TEST_DESCRIBE_PCR "41 00", "InvalidOperation"},
    {"DescribePCR -1", TEST_DESCRIBE_PCR "20", "InvalidOperation"},
    {"DescribePCR 32", TEST_DESCRIBE_PCR "18 20", "InvalidIndex"},
    {"DescribePCR 50", TEST_DESCRIBE_PCR "18 32", "InvalidIndex"},
    {"DescribePCR 255", TEST_DESCRIBE_PCR "18 ff", "InvalidIndex"},
    {"DescribePCR 256", TEST_DESCRIBE_PCR "19 0100", "InvalidIndex"},
    {"DescribePCR 65535", TEST_DESCRIBE_PCR "19 ffff", "InvalidIndex"},
    {"DescribePCR 65536", TEST_DESCRIBE_PCR "1a 00010000", "InvalidOperation"},
    {"DescribePCR 2^32", TEST_DESCRIBE_PCR "1b 0000000100000000", "InvalidOperation"},
    {"DescribePCR 5 in two octets", TEST_DESCRIBE_PCR "18 05", "InvalidOperation"},
    {"index twice", "a1 6b 4465736372696265504352 a2 65 696e646578 00 65 696e646578 00", "InvalidOperation"},
    {"ExtendPCR without data", "a1 69 457874656e64504352 a1 65 696e646578 14", "InvalidOperation"},
    {"ExtendPCR without index", "a1 69 457874656e64504352 a1 64 64617461 41 78", "InvalidOperation"},
    {"ExtendPCR with null", TEST_EXTEND_PCR "14 64 64617461 f6", "InvalidOperation"},
    {"ExtendPCR with an integer", TEST_EXTEND_PCR "14 64 64617461 05", "InvalidOperation"},
    {"ExtendPCR with an array", TEST_EXTEND_PCR "14 64 64617461 82 01 02", "InvalidOperation"},
    {"ExtendPCR with chunks", TEST_EXTEND_PCR "14 64 64617461 5f 41 61 41 62 ff", "InvalidOperation"},
    {"ExtendPCR 32", TEST_EXTEND_PCR "18 20 64 64617461 41 78", "InvalidIndex"},
    {"ExtendPCR 0", TEST_EXTEND_PCR "00 64 64617461 41 78", "ReadOnlyIndex"},
    {"ExtendPCR 15", TEST_EXTEND_PCR "0f 64 64617461 41 78", "ReadOnlyIndex"},
    {"LockPCR 0", TEST_LOCK_PCR "00", "ReadOnlyIndex"},
    {"LockPCR 15", TEST_LOCK_PCR "0f", "ReadOnlyIndex"},
    {"LockPCR 32", TEST_LOCK_PCR "18 20", "InvalidIndex"},
    {"LockPCR with null", TEST_LOCK_PCR "f6", "InvalidOperation"},
    {"LockPCRs 33", TEST_LOCK_PCRS "18 21", "InvalidIndex"},
    {"LockPCRs 50", TEST_LOCK_PCRS "18 32", "InvalidIndex"},
    {"LockPCRs 256", TEST_LOCK_PCRS "19 0100", "InvalidIndex"},
    {"LockPCRs 65536", TEST_LOCK_PCRS "1a 00010000", "InvalidOperation"},
    {"LockPCRs -1", TEST_LOCK_PCRS "20", "InvalidOperation"},
    {"LockPCRs with index", "a1 68 4c6f636b50435273 a1 65 696e646578 01", "InvalidOperation"},
    {"user_data an integer", "a1 6b 4174746573746174696f6e a1 69 757365725f64617461 05", "InvalidOperation"},
    {"user_data undefined", "a1 6b 4174746573746174696f6e a1 69 757365725f64617461 f7", "InvalidOperation"},
    {"user_data false", "a1 6b 4174746573746174696f6e a1 69 757365725f64617461 f4", "InvalidOperation"},
    {"nonce a map", "a1 6b 4174746573746174696f6e a1 65 6e6f6e6365 a0", "InvalidOperation"},
    {"nonce in chunks", "a1 6b 4174746573746174696f6e a1 65 6e6f6e6365 5f 41 61 41 62 ff", "InvalidOperation"},
    {"public_key an array", "a1 6b 4174746573746174696f6e a1 6a 7075626c69635f6b6579 82 01 02", "InvalidOperation"},
    {"nonce twice", "a1 6b 4174746573746174696f6e a2 65 6e6f6e6365 f6 65 6e6f6e6365 40", "InvalidOperation"},
    {"a key that is not a text", "a1 6b 4174746573746174696f6e a1 00 f6", "InvalidOperation"},
};

Test(device, names_the_error_of_each_bad_request)
{
    natt_emulator *emulator = test_emulator(NULL);
    uint8_t before[NATT_EMULATOR_MAX_RESPONSE];
    natt_bytes described = test_exchange(emulator, test_hex(TEST_DESCRIBE_NSM));
    memcpy(before, described.ptr, described.len);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        test_expect_error(emulator, refused[i].request, refused[i].error, refused[i].what);
    described.ptr = before;
    cr_expect(test_equal(described, test_exchange(emulator, test_hex(TEST_DESCRIBE_NSM))));
    natt_emulator_free(emulator);
}

Test(device, describes_itself_in_the_order_of_the_real_device)
{
    natt_emulator *emulator = test_emulator(NULL);
    natt_bytes got = test_exchange(emulator, test_hex(TEST_DESCRIBE_NSM));
    natt_bytes head = test_hex("a1 6b 44657363726962654e534d a7 6d 76657273696f6e5f6d616a6f72 01"
                               "6d 76657273696f6e5f6d696e6f72 00 6d 76657273696f6e5f7061746368 00"
                               "69 6d6f64756c655f6964 78 27");
    natt_bytes tail = test_hex("68 6d61785f70637273 18 20 6b 6c6f636b65645f70637273"
                               "90 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f"
                               "66 646967657374 66 534841333834");
    const char *id = natt_emulator_module_id(emulator);
    cr_expect_eq(strlen(id), 0x27, "%s", id);
    cr_assert_eq(got.len, head.len + 0x27 + tail.len);
    cr_expect(test_equal((natt_bytes){got.ptr, head.len}, head));
    cr_expect_eq(memcmp(got.ptr + head.len, id, 0x27), 0);
    cr_expect(test_equal((natt_bytes){got.ptr + head.len + 0x27, tail.len}, tail));
    natt_emulator_free(emulator);
}

#define ZEROS_48                                                                                                       \
    "000000000000000000000000000000000000000000000000"                                                                 \
    "000000000000000000000000000000000000000000000000"
/* {"DescribePCR": {"lock": */
#define DESCRIBED "a1 6b 4465736372696265504352 a2 64 6c6f636b"
/* , "data": h' */
#define DATA "64 64617461 58 30"
/* {"ExtendPCR": {"data": h' */
#define EXTENDED   "a1 69 457874656e64504352 a1" DATA
#define LOCKED_ONE "67 4c6f636b504352"
#define LOCKED_ALL "68 4c6f636b50435273"

Test(device, reads_every_form_a_real_device_reads)
{
    natt_emulator *emulator = test_emulator(NULL);
    test_expect_response(emulator, TEST_DESCRIBE_PCR "10", DESCRIBED "f4" DATA ZEROS_48, "PCR16 is zero, unlocked");
    test_expect_response(emulator, TEST_DESCRIBE_PCR "18 1f", DESCRIBED "f4" DATA ZEROS_48, "PCR31 is zero, unlocked");
    test_expect_response(emulator, TEST_DESCRIBE_PCR "05", DESCRIBED "f5" DATA ZEROS_48, "PCR5 is zero, locked");
    test_expect_response(emulator, "a1 6b 4465736372696265504352 a2 65 626f677573 01 65 696e646578 05",
                         DESCRIBED "f5" DATA ZEROS_48, "an extra key before index");
    test_expect_response(emulator, "a1 6b 4465736372696265504352 a2 65 696e646578 05 65 626f677573 82 a0 41 00",
                         DESCRIBED "f5" DATA ZEROS_48, "an extra key after index");
    test_expect_response(emulator, "bf 6b 4465736372696265504352 bf 65 696e646578 05 ff ff",
                         DESCRIBED "f5" DATA ZEROS_48, "maps of indefinite length");
    test_expect_response(emulator, TEST_LOCK_PCRS "00", LOCKED_ALL, "no PCR at all");
    natt_emulator_free(emulator);
}

/* The first value is from a genuine NSM; the others are from the recorded run with QEMU's device. */
Test(device, extends_as_real_devices_do)
{
    natt_emulator *emulator = test_emulator(NULL);
    natt_bytes got = test_exchange(emulator, test_hex(TEST_EXTEND_PCR "12 64 64617461 48 0b003748 63ff5c65"));
    cr_expect_eq(memcmp(test_pcr_of(got).ptr, test_hex("b33da05a0fdb7162").ptr, 8), 0);
    test_expect_response(emulator, TEST_EXTEND_PCR "11 64 64617461 40",
                         EXTENDED "8f0d145c0368ad6b70be22e41c400eea91b971d96ba220fec9fae25a58dffdaa"
                                  "f72dbe8f6783d55128c9df4efaf6f8a7",
                         "empty data");
    test_expect_response(emulator, TEST_EXTEND_PCR "11 64 64617461 65 68656c6c6f",
                         EXTENDED "5f8c74c92fde484263289119260c66eb09fed92e57846ad77bf90058e57c3dd6"
                                  "b4c28e031701f620585bb0e9b932cf12",
                         "data in a text string");
    test_expect_response(emulator, "a1 69 457874656e64504352 a2 64 64617461 41 78 65 696e646578 11",
                         EXTENDED "69ff338b2e28125422dea1af298be073937903766997a3ee35d9f04c09dc4ebc"
                                  "cd7032bba2f7642fce79a7c54e90765d",
                         "data before index");
    natt_emulator_free(emulator);
}

Test(device, extends_by_long_data)
{
    static uint8_t request[NATT_EMULATOR_MAX_REQUEST], both[48 + 4000];
    uint8_t digest[48];
    natt_bytes head = test_hex(TEST_EXTEND_PCR "14 64 64617461 59 0fa0");
    natt_emulator *emulator = test_emulator(NULL);
    memcpy(request, head.ptr, head.len);
    memset(request + head.len, 7, 4000);
    memset(both + 48, 7, 4000);
    cr_assert_eq(test_exchange_errno(emulator, (natt_bytes){request, head.len + 4000}), 0);
    natt_bytes pcr = test_pcr_of(test_exchange(emulator, test_hex(TEST_DESCRIBE_PCR "14")));
    cr_assert_null(natt_issuer_sha384(digest, (natt_bytes){both, sizeof both}));
    cr_expect_eq(memcmp(pcr.ptr, digest, 48), 0);
    natt_emulator_free(emulator);
}

Test(device, locks_for_good)
{
    natt_emulator *emulator = test_emulator(NULL);
    test_expect_response(emulator, TEST_LOCK_PCR "10", LOCKED_ONE, "PCR16");
    test_expect_error(emulator, TEST_LOCK_PCR "10", "ReadOnlyIndex", "a second time");
    test_expect_error(emulator, TEST_EXTEND_PCR "10 64 64617461 41 78", "ReadOnlyIndex", "extended when locked");
    test_expect_response(emulator, TEST_DESCRIBE_PCR "10", DESCRIBED "f5" DATA ZEROS_48, "locked and unchanged");
    test_expect_response(emulator, TEST_LOCK_PCR "18 1f", LOCKED_ONE, "PCR31, the last one");
    natt_emulator_free(emulator);
}

/* A count, not an index: range 20 does not lock PCR20. */
Test(device, locks_a_count_of_pcrs_any_number_of_times)
{
    natt_emulator *emulator = test_emulator(NULL);
    test_expect_response(emulator, TEST_LOCK_PCRS "14", LOCKED_ALL, "20");
    test_expect_response(emulator, TEST_LOCK_PCRS "14", LOCKED_ALL, "20 again");
    test_expect_response(emulator, TEST_LOCK_PCRS "05", LOCKED_ALL, "fewer");
    test_expect_error(emulator, TEST_LOCK_PCR "13", "ReadOnlyIndex", "PCR19");
    test_expect_response(emulator, TEST_LOCK_PCR "14", LOCKED_ONE, "PCR20");
    test_expect_response(emulator, TEST_LOCK_PCRS "18 20", LOCKED_ALL, "all 32");
    natt_bytes got = test_exchange(emulator, test_hex(TEST_DESCRIBE_NSM));
    cr_expect_eq(test_count(got, test_hex("98 20 00 01 02")), 1);
    natt_emulator_free(emulator);
}

Test(device, random_bytes_are_256_and_new)
{
    natt_emulator *emulator = test_emulator(NULL);
    natt_bytes head = test_hex("a1 69 47657452616e646f6d a1 66 72616e646f6d 59 0100");
    natt_bytes a = test_exchange(emulator, test_hex(TEST_GET_RANDOM));
    natt_bytes b = test_exchange(emulator, test_hex(TEST_GET_RANDOM));
    cr_assert_eq(a.len, head.len + 256);
    cr_assert_eq(b.len, a.len);
    cr_expect_eq(memcmp(a.ptr, head.ptr, head.len), 0);
    for (size_t at = head.len; at < a.len; at += 16)
        cr_expect_neq(memcmp(a.ptr + at, b.ptr + at, 16), 0, "bytes %zu to %zu are the same", at, at + 15);
    natt_emulator_free(emulator);
}

Test(device, keeps_the_drivers_rules)
{
    static uint8_t request[NATT_EMULATOR_MAX_REQUEST + 1], response[NATT_EMULATOR_MAX_RESPONSE + 8];
    natt_emulator *emulator = test_emulator(NULL);
    natt_bytes describe = test_hex(TEST_DESCRIBE_NSM);
    natt_bytes whole = test_exchange(emulator, describe);
    size_t len = 7;
    cr_expect_eq(test_exchange_errno(emulator, (natt_bytes){request, sizeof request}), EMSGSIZE);
    cr_expect_eq(test_exchange_errno(emulator, (natt_bytes){request, 0}), ETIMEDOUT);
    cr_expect_eq(test_exchange_errno(emulator, (natt_bytes){request, NATT_EMULATOR_MAX_REQUEST}), 0);
    for (size_t capacity = 0; capacity <= whole.len + 1; capacity++) {
        memset(response, 0xee, sizeof response);
        cr_expect_eq(natt_emulator_exchange(emulator, describe.ptr, describe.len, response, capacity, &len), 0);
        cr_expect_eq(len, capacity < whole.len ? capacity : whole.len);
        cr_expect_eq(memcmp(response, whole.ptr, len), 0);
        cr_expect_eq(response[len], 0xee, "written after the end at capacity %zu", capacity);
    }
    cr_expect_eq(natt_emulator_exchange(NULL, describe.ptr, describe.len, response, 8, &len), EINVAL);
    cr_expect_eq(natt_emulator_exchange(emulator, NULL, 1, response, 8, &len), EINVAL);
    cr_expect_eq(natt_emulator_exchange(emulator, describe.ptr, describe.len, NULL, 8, &len), EINVAL);
    cr_expect_eq(natt_emulator_exchange(emulator, describe.ptr, describe.len, response, 8, NULL), EINVAL);
    cr_expect_eq(natt_emulator_exchange(emulator, describe.ptr, describe.len, NULL, 0, &len), 0);
    natt_emulator_free(emulator);
}

/* The PCR is locked even if there is no room for the response. */
Test(device, does_what_it_was_asked_even_when_the_answer_is_cut)
{
    natt_emulator *emulator = test_emulator(NULL);
    natt_bytes request = test_hex(TEST_LOCK_PCR "18 1e");
    uint8_t response[4];
    size_t len;
    cr_expect_eq(natt_emulator_exchange(emulator, request.ptr, request.len, response, sizeof response, &len), 0);
    cr_expect_eq(len, 4);
    test_expect_error(emulator, TEST_LOCK_PCR "18 1e", "ReadOnlyIndex", "PCR30 again");
    natt_emulator_free(emulator);
}

Test(device, is_a_transport)
{
    natt_emulator *emulator = test_emulator(NULL);
    natt_nsm_transport transport = natt_emulator_transport(emulator);
    natt_bytes request = test_hex(TEST_LOCK_PCR "10");
    uint8_t response[64];
    size_t len;
    cr_expect_eq(transport.exchange(transport.context, request.ptr, request.len, response, sizeof response, &len), 0);
    cr_expect(test_equal((natt_bytes){response, len}, test_hex(LOCKED_ONE)));
    cr_expect_null(transport.close);
    natt_emulator_free(emulator);
}
