/* Enclave images made here, measured with the formulas of the format, and damaged in every place. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <mbedtls/base64.h>

#include "nsm/emulator/issuer_keys.h"
#include "nsm/test/emulator_support.h"
#include "nsm/test/failing_hashes.h"
#include "nsm/test/support.h"

enum { KERNEL = 1, CMDLINE, RAMDISK, SIGNATURE, METADATA };

#define HEADER_LEN 548
#define CAPACITY   40960

struct image {
    uint8_t bytes[CAPACITY];
    size_t len;
    unsigned sections;
};

static struct image image; /* too large for the stack */

static void put(struct image *to, size_t at, uint64_t value, size_t len)
{
    for (size_t i = 0; i < len; i++)
        to->bytes[at + i] = (uint8_t)(value >> (8 * (len - 1 - i)));
}

/* Bit by bit, as ISO 3309 has it. */
static uint32_t crc_over(uint32_t crc, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ ((crc & 1) != 0 ? UINT32_C(0xedb88320) : 0);
    }
    return crc;
}

static void seal(struct image *to)
{
    uint32_t crc = crc_over(UINT32_MAX, to->bytes, HEADER_LEN - 4);
    put(to, HEADER_LEN - 4, ~crc_over(crc, to->bytes + HEADER_LEN, to->len - HEADER_LEN), 4);
}

static void start(struct image *to)
{
    memset(to, 0, sizeof *to);
    memcpy(to->bytes, ".eif", 4);
    put(to, 4, 4, 2);
    put(to, 8, 1 << 28, 8);
    put(to, 16, 2, 8);
    to->len = HEADER_LEN;
}

static void add(struct image *to, uint16_t type, natt_bytes data)
{
    put(to, 28 + 8 * to->sections, to->len, 8);
    put(to, 284 + 8 * to->sections, data.len, 8);
    put(to, to->len, type, 2);
    put(to, to->len + 4, data.len, 8);
    memcpy(to->bytes + to->len + 12, data.ptr, data.len);
    to->len += 12 + data.len;
    to->sections++;
    put(to, 26, to->sections, 2);
    seal(to);
}

static natt_bytes text(const char *t)
{
    return (natt_bytes){(const uint8_t *)t, strlen(t)};
}

static void make_plain(struct image *to)
{
    start(to);
    add(to, KERNEL, text("kernel"));
    add(to, CMDLINE, text("console=ttyS0"));
    add(to, RAMDISK, text("init"));
    add(to, RAMDISK, text("application"));
    add(to, METADATA, text("{}"));
}

static size_t put_byte_array(uint8_t *to, natt_bytes bytes)
{
    size_t at = 0;
    if (bytes.len >= 256) {
        to[at++] = 0x99;
        to[at++] = (uint8_t)(bytes.len >> 8);
    } else if (bytes.len >= 24) {
        to[at++] = 0x98;
    }
    to[at++] = (uint8_t)(bytes.len < 24 ? 0x80 + bytes.len : bytes.len);
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.ptr[i] >= 24)
            to[at++] = 0x18;
        to[at++] = bytes.ptr[i];
    }
    return at;
}

/* {"signing_certificate": [...], "signature": [...]}, as the build tool writes it */
static size_t put_signature(uint8_t *to, natt_bytes pem)
{
    natt_bytes head = test_hex("a2 73 7369676e696e675f6365727469666963617465");
    natt_bytes between = test_hex("69 7369676e6174757265");
    memcpy(to, head.ptr, head.len);
    size_t at = head.len + put_byte_array(to + head.len, pem);
    memcpy(to + at, between.ptr, between.len);
    at += between.len;
    return at + put_byte_array(to + at, test_hex("84 44 a1013822 a0 40 40"));
}

/* A list of one. */
static natt_bytes signature_section(natt_bytes pem)
{
    static uint8_t section[CAPACITY + CAPACITY / 8];
    section[0] = 0x81;
    return (natt_bytes){section, 1 + put_signature(section + 1, pem)};
}

/* SHA-384(zeros || SHA-384(parts)) */
static void expect_pcr(const uint8_t pcr[48], const char *parts, const char *what)
{
    uint8_t both[96] = {0}, wanted[48];
    cr_assert(natt_issuer_sha384(both + 48, text(parts)));
    cr_assert(natt_issuer_sha384(wanted, (natt_bytes){both, 96}));
    cr_expect_eq(memcmp(pcr, wanted, 48), 0, "%s is another one", what);
}

static bool measure(natt_eif_measurements *out, natt_error *err)
{
    /* exactly as large, so that a sanitizer sees a read behind the end */
    uint8_t *copy = malloc(image.len + 1);
    cr_assert_not_null(copy);
    memcpy(copy, image.bytes, image.len);
    bool ok = natt_eif_measure(out, (natt_bytes){copy, image.len}, err);
    free(copy);
    return ok;
}

Test(eif, measures_kernel_command_line_and_ramdisks)
{
    natt_eif_measurements m;
    natt_error err;
    make_plain(&image);
    cr_assert(measure(&m, &err), "%s at %zu", err.message, err.offset);
    expect_pcr(m.pcr0, "kernelconsole=ttyS0initapplication", "PCR0");
    expect_pcr(m.pcr1, "kernelconsole=ttyS0init", "PCR1");
    expect_pcr(m.pcr2, "application", "PCR2");
    cr_expect_not(m.has_signature);
    for (size_t i = 0; i < 48; i++)
        cr_expect_eq(m.pcr8[i], 0);
}

/* In the order of the file: this one has its command line last, no application and the ARM flag. */
Test(eif, measures_in_the_order_of_the_file)
{
    natt_eif_measurements m;
    natt_error err;
    start(&image);
    put(&image, 6, 1, 2);
    add(&image, RAMDISK, text("init"));
    add(&image, KERNEL, text("kernel"));
    add(&image, CMDLINE, text(""));
    cr_assert(measure(&m, &err), "%s at %zu", err.message, err.offset);
    expect_pcr(m.pcr0, "initkernel", "PCR0");
    expect_pcr(m.pcr1, "initkernel", "PCR1");
    expect_pcr(m.pcr2, "", "PCR2");
}

static natt_bytes test_pem(natt_issuer *issuer)
{
    static char pem[1024];
    size_t len;
    cr_assert(natt_issuer_root_pem(issuer, pem, sizeof pem, &len));
    return (natt_bytes){(const uint8_t *)pem, len};
}

static void make_signed(struct image *to, natt_bytes pem)
{
    make_plain(to);
    add(to, SIGNATURE, signature_section(pem));
}

Test(eif, measures_the_signing_certificate)
{
    natt_eif_measurements m;
    natt_error err;
    uint8_t both[96] = {0}, wanted[48];
    natt_issuer *issuer = test_issuer_standard();
    make_signed(&image, test_pem(issuer));
    cr_assert(measure(&m, &err), "%s at %zu", err.message, err.offset);
    cr_expect(m.has_signature);
    cr_assert(natt_issuer_sha384(both + 48, natt_issuer_root(issuer)));
    cr_assert(natt_issuer_sha384(wanted, (natt_bytes){both, 96}));
    cr_expect_eq(memcmp(m.pcr8, wanted, 48), 0);
    expect_pcr(m.pcr0, "kernelconsole=ttyS0initapplication", "PCR0");
    natt_issuer_free(issuer);
}

static void expect_refused(const char *says, size_t offset)
{
    static const natt_eif_measurements zero;
    natt_eif_measurements m;
    natt_error err;
    memset(&m, 1, sizeof m);
    cr_expect_not(measure(&m, &err), "%s", says);
    cr_expect_eq(err.code, NATT_E_USAGE_ARGUMENT);
    cr_expect_not_null(strstr(err.message, says), "%s", err.message);
    cr_expect_eq(err.offset, offset, "%s: at %zu", err.message, err.offset);
    cr_expect_eq(memcmp(&m, &zero, sizeof m), 0);
}

Test(eif, refuses_every_truncation)
{
    natt_issuer *issuer = test_issuer_standard();
    natt_eif_measurements m;
    make_signed(&image, test_pem(issuer));
    size_t whole = image.len;
    for (image.len = 0; image.len < whole; image.len++)
        cr_expect_not(measure(&m, NULL), "%zu bytes", image.len);
    cr_expect(measure(&m, NULL));
    natt_issuer_free(issuer);
}

Test(eif, refuses_every_changed_byte)
{
    natt_issuer *issuer = test_issuer_standard();
    natt_eif_measurements m;
    make_signed(&image, test_pem(issuer));
    for (size_t i = 0; i < image.len; i++) {
        image.bytes[i] ^= (uint8_t)(1u << i % 8);
        cr_expect_not(measure(&m, NULL), "byte %zu", i);
        image.bytes[i] ^= (uint8_t)(1u << i % 8);
    }
    cr_expect(measure(&m, NULL));
    natt_issuer_free(issuer);
}

/* With a right CRC: every byte changed, and nothing worse happens than another measurement. */
Test(eif, survives_every_change_with_a_right_checksum)
{
    natt_issuer *issuer = test_issuer_standard();
    natt_eif_measurements m;
    size_t measured = 0;
    make_signed(&image, test_pem(issuer));
    for (size_t i = 0; i < image.len; i++) {
        uint8_t before = image.bytes[i];
        for (unsigned value = 0; value < 256; value += 51) {
            image.bytes[i] = (uint8_t)value;
            seal(&image);
            measured += measure(&m, NULL);
        }
        image.bytes[i] = before;
    }
    cr_expect_gt(measured, 1000);
    natt_issuer_free(issuer);
}

static void change(size_t at, uint64_t value, size_t len)
{
    make_plain(&image);
    put(&image, at, value, len);
    seal(&image);
}

Test(eif, says_what_is_wrong_and_where)
{
    const size_t second = HEADER_LEN + 12 + 6; /* the command line's section */
    natt_eif_measurements m;
    change(0, 0x7f454c46, 4);
    expect_refused("does not begin with .eif", 0);
    change(4, 3, 2);
    expect_refused("below 4", 4);
    change(6, 2, 2);
    expect_refused("flags that are not known", 6);
    change(26, 33, 2);
    expect_refused("more than 32 sections", 26);
    change(28 + 8, second + 1, 8);
    expect_refused("does not begin where the one before it ends", 36);
    change(284, 7, 8);
    expect_refused("another size", HEADER_LEN);
    change(HEADER_LEN + 2, 1, 2);
    expect_refused("has flags", HEADER_LEN);
    change(HEADER_LEN, 0, 2);
    expect_refused("not known", HEADER_LEN);
    change(HEADER_LEN, 6, 2);
    expect_refused("not known", HEADER_LEN);
    change(second, KERNEL, 2);
    expect_refused("a second section", second);
    change(26, 4, 2);
    expect_refused("after the last section", image.len - 14);
    change(HEADER_LEN - 8, 1, 4);
    image.bytes[HEADER_LEN - 8] = 1;
    expect_refused("damaged", HEADER_LEN - 4);
    start(&image);
    add(&image, KERNEL, text("kernel"));
    add(&image, CMDLINE, text(""));
    expect_refused("needs a kernel", 26);
    cr_expect_not(natt_eif_measure(NULL, text(""), NULL));
    cr_expect_not(natt_eif_measure(&m, (natt_bytes){NULL, 5}, NULL));
    cr_expect_not(natt_eif_measure(&m, (natt_bytes){NULL, 0}, NULL));
}

Test(eif, refuses_an_image_without_one_of_its_parts)
{
    for (uint16_t left_out = KERNEL; left_out <= RAMDISK; left_out++) {
        start(&image);
        for (uint16_t type = KERNEL; type <= METADATA; type++)
            if (type != left_out && type != SIGNATURE)
                add(&image, type, text("x"));
        expect_refused("needs a kernel, a command line and a ramdisk", 26);
    }
}

Test(eif, refuses_a_second_section_of_each_type_but_ramdisks)
{
    static const uint16_t types[] = {KERNEL, CMDLINE, METADATA, SIGNATURE};
    natt_issuer *issuer = test_issuer_standard();
    for (size_t i = 0; i < 4; i++) {
        make_signed(&image, test_pem(issuer));
        size_t second = image.len;
        add(&image, types[i], text("x"));
        expect_refused("a second section", second);
    }
    natt_issuer_free(issuer);
}

/* 32 sections fill the header's tables; 0, 1 and 33 are too few and too many. */
Test(eif, takes_as_many_sections_as_the_header_has_room_for)
{
    natt_eif_measurements m;
    natt_error err;
    start(&image);
    add(&image, KERNEL, text("kernel"));
    add(&image, CMDLINE, text("line"));
    for (size_t i = 0; i < 30; i++)
        add(&image, RAMDISK, text(i == 0 ? "init" : i % 2 == 0 ? "a" : ""));
    cr_assert(measure(&m, &err), "%s at %zu", err.message, err.offset);
    expect_pcr(m.pcr1, "kernellineinit", "PCR1");
    expect_pcr(m.pcr2, "aaaaaaaaaaaaaa", "PCR2");
    put(&image, 26, 31, 2);
    expect_refused("after the last section", image.len - 12);
    put(&image, 26, 33, 2);
    expect_refused("more than 32 sections", 26);
    put(&image, 26, 0, 2);
    expect_refused("after the last section", HEADER_LEN);
    start(&image);
    expect_refused("needs a kernel", 26);
}

/* A size that would wrap around when added to a position. */
Test(eif, refuses_sizes_beyond_the_file)
{
    static const uint64_t sizes[] = {7, 1000000, UINT64_MAX, UINT64_MAX - 11, UINT64_C(1) << 63};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        start(&image);
        add(&image, KERNEL, text("kernel"));
        put(&image, 284, sizes[i], 8);
        put(&image, HEADER_LEN + 4, sizes[i], 8);
        seal(&image);
        expect_refused("ends inside of a section", image.len);
    }
}

static void expect_bad_signature(natt_bytes section, const char *says)
{
    natt_eif_measurements m;
    natt_error err;
    make_plain(&image);
    add(&image, SIGNATURE, section);
    cr_expect_not(measure(&m, &err), "%s", says);
    cr_expect_not_null(strstr(err.message, says), "%s", err.message);
}

Test(eif, refuses_signature_sections_of_another_shape)
{
    static const char shape[] = "not a list of certificates", pem[] = "not one PEM certificate";
    expect_bad_signature(test_hex(""), shape);
    expect_bad_signature(test_hex("80"), shape);
    expect_bad_signature(test_hex("a0"), shape);
    expect_bad_signature(test_hex("81 a0"), shape);
    expect_bad_signature(test_hex("81 a1 73 7369676e696e675f6365727469666963617465 80"), shape);
    expect_bad_signature(test_hex("81 a2 73 7369676e696e675f6365727469666963617465 80 69 7369676e6174757265 40"),
                         shape);
    expect_bad_signature(test_hex("81 a2 73 7369676e696e675f6365727469666963617465 81 190100 69 7369676e6174757265 80"),
                         shape);
    expect_bad_signature(test_hex("81 a2 73 7369676e696e675f6365727469666963617465 80 69 7369676e6174757265 80 00"),
                         shape);
    expect_bad_signature(test_hex("81 a2 73 7369676e696e675f6365727469666963617465 80 69 7369676e6174757265 80"), pem);
    expect_bad_signature(signature_section(text("-----BEGIN CERTIFICATE-----\nMIIB\n")), pem);
    expect_bad_signature(signature_section(text("-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n")), pem);
    expect_bad_signature(signature_section(text("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n")), pem);
    expect_bad_signature(signature_section(text("-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n")), pem);
    /* five dashes that are the end of the one line and the beginning of the other */
    expect_bad_signature(signature_section(text("-----BEGIN CERTIFICATE-----END CERTIFICATE-----")), pem);
}

/* The first entry's certificate counts; the others must have the same shape. */
Test(eif, reads_every_entry_of_the_signature_section)
{
    static uint8_t section[CAPACITY / 2];
    natt_eif_measurements one, two;
    natt_issuer *issuer = test_issuer_standard();
    make_signed(&image, test_pem(issuer));
    cr_assert(measure(&one, NULL));
    section[0] = 0x82;
    size_t first = 1 + put_signature(section + 1, test_pem(issuer));
    size_t second = put_signature(section + first, text("any text"));
    make_plain(&image);
    add(&image, SIGNATURE, (natt_bytes){section, first + second});
    cr_assert(measure(&two, NULL));
    cr_expect_eq(memcmp(&one, &two, sizeof one), 0);
    section[first] = 0xa1;
    expect_bad_signature((natt_bytes){section, first + second}, "not a list of certificates");
    natt_issuer_free(issuer);
}

/* Spaces behind a certificate are no part of it: 16384 bytes are read, one more is refused. */
Test(eif, bounds_the_certificate)
{
    static char pem[16385];
    natt_eif_measurements m;
    natt_error err;
    natt_issuer *issuer = test_issuer_standard();
    natt_bytes short_pem = test_pem(issuer);
    memset(pem, ' ', sizeof pem);
    memcpy(pem, short_pem.ptr, short_pem.len);
    for (size_t len = sizeof pem - 2; len < sizeof pem; len++) {
        make_signed(&image, (natt_bytes){(const uint8_t *)pem, len});
        cr_expect(measure(&m, &err), "%zu bytes: %s", len, err.message);
    }
    expect_bad_signature(signature_section((natt_bytes){(const uint8_t *)pem, sizeof pem}),
                         "not a list of certificates");
    natt_issuer_free(issuer);
}

Test(eif, measures_nothing_when_a_hash_fails)
{
    static const natt_eif_measurements zero;
    natt_eif_measurements m;
    natt_error err;
    natt_issuer *issuer = test_issuer_standard();
    make_signed(&image, test_pem(issuer));
    test_hash_calls = 0;
    cr_assert(measure(&m, &err));
    const unsigned all = test_hash_calls;
    /* set up, start, two for each section that is measured, the certificate, finish, four PCRs */
    cr_assert_eq(all, 3 + 3 + 2 * 4 + 1 + 3 + 4);
    for (test_failing_call = 1; test_failing_call <= all; test_failing_call++) {
        test_hash_calls = 0;
        cr_expect_not(measure(&m, &err), "call %u", test_failing_call);
        cr_expect_eq(err.code, NATT_E_INTERNAL_CRYPTO, "call %u: %s", test_failing_call, err.message);
        cr_expect_eq(memcmp(&m, &zero, sizeof m), 0, "call %u", test_failing_call);
    }
    test_failing_call = 0;
    natt_issuer_free(issuer);
}
