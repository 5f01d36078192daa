/* Enclave images made here: measured with the formulas of the format, passed in pieces, and damaged at every byte. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/issuer/issuer_keys.h"
#include "nsm/test/eif_images.h"
#include "nsm/test/failing_hashes.h"

enum { KERNEL = NATT_EIF_KERNEL, CMDLINE, RAMDISK, SIGNATURE, METADATA };

static struct test_image image; /* too large for the stack */

static void expect_pcr(const uint8_t pcr[48], const char *parts, const char *what)
{
    uint8_t wanted[48];
    test_pcr(wanted, test_text(parts));
    cr_expect_eq(memcmp(pcr, wanted, 48), 0, "%s differs", what);
}

static bool measure(natt_eif_measurements *out, natt_emulator_error *err)
{
    /* of exactly its size, so that a sanitizer detects a read after the end */
    uint8_t *copy = malloc(image.len + 1);
    cr_assert_not_null(copy);
    memcpy(copy, image.bytes, image.len);
    bool ok = natt_eif_measure(out, (natt_bytes){copy, image.len}, err);
    free(copy);
    return ok;
}

static void expect_measured(natt_eif_measurements *m)
{
    natt_emulator_error err;
    cr_assert(measure(m, &err), "%s at %zu", err.message, (size_t)err.offset);
}

static bool feed(natt_eif *eif, size_t piece, natt_emulator_error *err)
{
    for (size_t at = 0; at < image.len; at += piece) {
        size_t len = piece < image.len - at ? piece : image.len - at;
        if (!natt_eif_add(eif, (natt_bytes){image.bytes + at, len}, err))
            return false;
    }
    return true;
}

static natt_eif *new_reader(void)
{
    natt_emulator_error err;
    natt_eif *eif = natt_eif_new(&err);
    cr_assert_not_null(eif);
    cr_assert_eq(err.code, NATT_EMULATOR_OK);
    return eif;
}

Test(eif, measures_kernel_command_line_and_ramdisks)
{
    natt_eif_measurements m;
    test_image_plain(&image);
    expect_measured(&m);
    expect_pcr(m.pcr0, TEST_PLAIN_IMAGE, "PCR0");
    expect_pcr(m.pcr1, "kernelconsole=ttyS0init", "PCR1");
    expect_pcr(m.pcr2, "application", "PCR2");
    cr_expect_not(m.has_signature);
    for (size_t i = 0; i < 48; i++)
        cr_expect_eq(m.pcr8[i], 0);
}

/* Sections in the order of the file: this image has its command line between and after ramdisks, and the ARM flag. */
Test(eif, measures_in_the_order_of_the_file)
{
    natt_eif_measurements m;
    test_image_start(&image, 3);
    test_image_put(&image, 6, 1, 2);
    test_image_add(&image, KERNEL, test_text("kernel"));
    test_image_add(&image, RAMDISK, test_text("init"));
    test_image_add(&image, RAMDISK, test_text("application"));
    test_image_add(&image, CMDLINE, test_text("quiet"));
    expect_measured(&m);
    expect_pcr(m.pcr0, "kernelinitapplicationquiet", "PCR0");
    expect_pcr(m.pcr1, "kernelinitquiet", "PCR1");
    expect_pcr(m.pcr2, "application", "PCR2");
    test_image_start(&image, 3);
    test_image_add(&image, KERNEL, test_text("kernel"));
    test_image_add(&image, RAMDISK, test_text(""));
    test_image_add(&image, RAMDISK, test_text(""));
    test_image_add(&image, CMDLINE, test_text(""));
    expect_measured(&m);
    expect_pcr(m.pcr0, "kernel", "PCR0");
    expect_pcr(m.pcr1, "kernel", "PCR1");
    expect_pcr(m.pcr2, "", "PCR2");
}

static void expect_refused(natt_emulator_code code, const char *text, size_t offset)
{
    static const natt_eif_measurements zero;
    natt_eif_measurements m;
    natt_emulator_error err;
    memset(&m, 1, sizeof m);
    cr_expect_not(measure(&m, &err), "%s", text);
    cr_expect_eq(err.code, code, "%s: %s", natt_emulator_code_name(err.code), err.message);
    cr_expect_not_null(strstr(err.message, text), "%s, not %s", err.message, text);
    cr_expect_eq(err.offset, offset, "%s: at %zu, not %zu", err.message, (size_t)err.offset, offset);
    cr_expect_eq(memcmp(&m, &zero, sizeof m), 0);
}

/* 0 and 1 were never published, 5 does not exist; the metadata section is required from 4 on. */
Test(eif, takes_format_versions_2_to_4)
{
    static const uint16_t refused[] = {0, 1, 5, 256, 0x0400, 65535};
    natt_eif_measurements m;
    natt_emulator_error err;
    for (uint16_t version = 2; version <= 4; version++)
        for (int metadata = 1; metadata >= 0; metadata--) {
            test_image_start(&image, version);
            test_image_add(&image, KERNEL, test_text("kernel"));
            test_image_add(&image, CMDLINE, test_text("line"));
            test_image_add(&image, metadata ? METADATA : RAMDISK, test_text("{}"));
            cr_expect_eq(measure(&m, &err), version < 4 || metadata, "version %u: %s", version, err.message);
        }
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "format version 4 needs one", 26);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        test_image_plain(&image);
        test_image_put(&image, 4, refused[i], 2);
        test_image_seal(&image);
        expect_refused(NATT_EMULATOR_E_EIF_VERSION, "version of the image is not 2, 3 or 4", 4);
        cr_expect_not(measure(&m, &err));
        cr_expect_eq(err.index, NATT_EMULATOR_NO_INDEX);
    }
}

/* Pieces of any size give the same measurements as the whole image, and the same error. */
Test(eif, reads_pieces_of_any_size)
{
    natt_eif_measurements whole, m;
    natt_emulator_error err;
    test_image_signed(&image, TEST_ES384);
    expect_measured(&whole);
    for (size_t piece = 1; piece <= image.len + 1; piece += piece < 600 ? 1 : 97) {
        natt_eif *eif = new_reader();
        cr_assert(feed(eif, piece, &err) && natt_eif_finish(eif, &m, &err), "%zu: %s", piece, err.message);
        cr_expect_eq(memcmp(&m, &whole, sizeof m), 0, "pieces of %zu", piece);
        natt_eif_free(eif);
    }
    image.bytes[TEST_HEADER_LEN] = 7;
    for (size_t piece = 1; piece < 20; piece++) {
        natt_eif *eif = new_reader();
        cr_expect_not(feed(eif, piece, &err));
        cr_expect_eq(err.offset, TEST_HEADER_LEN, "pieces of %zu: at %zu", piece, (size_t)err.offset);
        natt_eif_free(eif);
    }
}

/* From 65536 bytes on, a second thread hashes. Tests one byte less and one more, for one, two and three digests. */
Test(eif, shares_large_pieces_with_a_thread)
{
    static uint8_t data[4 * 65537], expected[3][48];
    natt_eif_measurements m;
    natt_emulator_error err;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * i >> 3);
    for (size_t len = 65535; len <= 65537; len++) {
        natt_bytes all = {data, 4 * len};
        test_image_start(&image, 3);
        for (uint16_t i = 0; i < 4; i++)
            test_image_add(&image,
                           i < 2    ? (uint16_t)(KERNEL + 2 * i)
                           : i == 2 ? RAMDISK
                                    : CMDLINE,
                           (natt_bytes){data + i * len, len});
        test_pcr(expected[0], all);
        test_pcr(expected[2], (natt_bytes){data + 2 * len, len});
        memmove(data + 2 * len, data + 3 * len, len);
        test_pcr(expected[1], (natt_bytes){data, 3 * len});
        for (size_t piece = 40000; piece < 300000; piece += 65500) {
            natt_eif *eif = new_reader();
            cr_assert(feed(eif, piece, &err) && natt_eif_finish(eif, &m, &err), "%s", err.message);
            cr_expect_eq(memcmp(m.pcr0, expected[0], 48), 0, "PCR0, %zu", piece);
            cr_expect_eq(memcmp(m.pcr1, expected[1], 48), 0, "PCR1, %zu", piece);
            cr_expect_eq(memcmp(m.pcr2, expected[2], 48), 0, "PCR2, %zu", piece);
            natt_eif_free(eif);
        }
    }
}

Test(eif, refuses_every_truncation)
{
    natt_eif_measurements m;
    natt_emulator_error err;
    test_image_signed(&image, TEST_ES256);
    size_t whole = image.len;
    for (image.len = 0; image.len < whole; image.len++) {
        cr_expect_not(measure(&m, &err), "%zu bytes", image.len);
        cr_expect_eq(err.offset, image.len, "%zu bytes: %s", image.len, err.message);
    }
    cr_expect(measure(&m, NULL));
}

Test(eif, refuses_every_changed_byte)
{
    natt_eif_measurements m;
    test_image_signed(&image, TEST_ES256);
    for (size_t i = 0; i < image.len; i++) {
        image.bytes[i] ^= (uint8_t)(1u << i % 8);
        cr_expect_not(measure(&m, NULL), "byte %zu", i);
        image.bytes[i] ^= (uint8_t)(1u << i % 8);
    }
    cr_expect(measure(&m, NULL));
}

/* Changes every byte of the header and of the sections before the signature, with a valid CRC: each result is a
 * measurement or an error. */
Test(eif, survives_every_change_with_a_right_checksum)
{
    natt_eif_measurements m;
    size_t measured = 0;
    test_image_plain(&image);
    for (size_t i = 0; i < image.len; i++) {
        uint8_t before = image.bytes[i];
        for (unsigned value = 0; value < 256; value += 51) {
            image.bytes[i] = (uint8_t)value;
            test_image_seal(&image);
            measured += measure(&m, NULL);
        }
        image.bytes[i] = before;
    }
    cr_expect_gt(measured, 1000);
}

static void change(size_t at, uint64_t value, size_t len)
{
    test_image_plain(&image);
    test_image_put(&image, at, value, len);
    test_image_seal(&image);
}

Test(eif, reports_what_is_wrong_and_where)
{
    const size_t second = TEST_HEADER_LEN + 12 + 6; /* the command line's section */
    change(0, 0x7f454c46, 4);
    expect_refused(NATT_EMULATOR_E_EIF_NOT_AN_IMAGE, "does not begin with .eif", 0);
    change(6, 2, 2);
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "flags that the format does not define", 6);
    change(28 + 8, second + 1, 8);
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "does not begin where the one before it ends", 36);
    change(28 + 8, second - 1, 8);
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "does not begin where the one before it ends", 36);
    change(28, TEST_HEADER_LEN + 1, 8);
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "does not begin where the one before it ends", 28);
    change(284, 7, 8);
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "the size of a section", TEST_HEADER_LEN + 4);
    change(TEST_HEADER_LEN + 2, 1, 2);
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "has flags", TEST_HEADER_LEN + 2);
    change(TEST_HEADER_LEN, 0, 2);
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "type that the format does not define", TEST_HEADER_LEN);
    change(TEST_HEADER_LEN, 6, 2);
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "type that the format does not define", TEST_HEADER_LEN);
    change(second, KERNEL, 2);
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "a second section", second);
    change(26, 4, 2);
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "bytes follow the last section", image.len - 12 - 21);
    change(TEST_HEADER_LEN - 8, 1, 4);
    image.bytes[TEST_HEADER_LEN - 8] = 1;
    expect_refused(NATT_EMULATOR_E_EIF_DAMAGED, "damaged", TEST_HEADER_LEN - 4);
    image.len = 0;
    expect_refused(NATT_EMULATOR_E_EIF_INCOMPLETE, "ends inside a header", 0);
    image.len = 500;
    memcpy(image.bytes,
           "\x7f"
           "ELF",
           4);
    expect_refused(NATT_EMULATOR_E_EIF_NOT_AN_IMAGE, "does not begin with .eif", 500);
}

Test(eif, refuses_missing_arguments)
{
    natt_eif_measurements m;
    natt_eif_description d;
    natt_eif *eif = new_reader();
    cr_expect_not(natt_eif_measure(NULL, test_text(""), NULL));
    cr_expect_not(natt_eif_measure(&m, (natt_bytes){NULL, 5}, NULL));
    cr_expect_not(natt_eif_measure(&m, (natt_bytes){NULL, 0}, NULL));
    cr_expect_not(natt_eif_add(NULL, test_text("x"), NULL));
    cr_expect_not(natt_eif_add(eif, (natt_bytes){NULL, 1}, NULL));
    cr_expect_not(natt_eif_finish(NULL, &m, NULL));
    cr_expect_not(natt_eif_finish(eif, NULL, NULL));
    cr_expect_not(natt_eif_describe(NULL, &d, NULL));
    cr_expect_not(natt_eif_describe(eif, NULL, NULL));
    cr_expect(natt_eif_add(eif, (natt_bytes){NULL, 0}, NULL));
    natt_eif_free(eif);
    natt_eif_free(NULL);
}

/* The first error remains. After a successful end, no bytes can be added, and the results remain. */
Test(eif, ends_once)
{
    natt_eif_measurements m, again;
    natt_emulator_error first, second;
    test_image_plain(&image);
    natt_eif *eif = new_reader();
    cr_assert(feed(eif, 100, NULL));
    cr_assert(natt_eif_finish(eif, &m, NULL) && natt_eif_finish(eif, &again, NULL));
    cr_expect_eq(memcmp(&m, &again, sizeof m), 0);
    cr_expect_not(natt_eif_add(eif, test_text("x"), &first));
    cr_expect_not_null(strstr(first.message, "already called"));
    cr_expect(natt_eif_finish(eif, &again, NULL));
    natt_eif_free(eif);
    eif = new_reader();
    cr_assert_not(natt_eif_finish(eif, &m, &first));
    cr_assert_not(natt_eif_add(eif, (natt_bytes){image.bytes, image.len}, &second));
    cr_expect_eq(first.message, second.message);
    cr_expect_not(natt_eif_finish(eif, &m, &second));
    cr_expect_eq(first.message, second.message);
    natt_eif_free(eif);
}

static void expect_numbers(uint64_t expected, uint64_t actual)
{
    uint64_t e, a;
    natt_eif_measurements m;
    natt_eif *eif = new_reader();
    cr_expect_not(feed(eif, image.len, NULL) && natt_eif_finish(eif, &m, NULL));
    cr_expect(natt_eif_mismatch(eif, &e, &a));
    cr_expect_eq(e, expected, "%llu, not %llu", (unsigned long long)e, (unsigned long long)expected);
    cr_expect_eq(a, actual, "%llu, not %llu", (unsigned long long)a, (unsigned long long)actual);
    natt_eif_free(eif);
}

Test(eif, gives_the_numbers_behind_an_error)
{
    uint64_t e = 1, a = 1;
    change(4, 9, 2);
    expect_numbers(4, 9);
    change(284, 7, 8);
    expect_numbers(7, 6);
    change(28 + 8, 600, 8);
    expect_numbers(TEST_HEADER_LEN + 12 + 6, 600);
    test_image_plain(&image);
    image.len--;
    expect_numbers(image.len + 1, image.len);
    natt_eif *eif = new_reader();
    cr_expect_not(natt_eif_mismatch(eif, &e, &a));
    cr_expect(e == 0 && a == 0);
    natt_eif_free(eif);
}

/* Ramdisks must only follow the kernel. Kernel and command line are required; a ramdisk is not. */
Test(eif, knows_which_sections_an_image_needs)
{
    natt_eif_measurements m;
    test_image_start(&image, 4);
    test_image_add(&image, METADATA, test_text("{}"));
    test_image_add(&image, CMDLINE, test_text("line"));
    test_image_add(&image, RAMDISK, test_text("init"));
    test_image_add(&image, KERNEL, test_text("kernel"));
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "a ramdisk comes before the kernel", TEST_HEADER_LEN + 14 + 16);
    test_image_start(&image, 4);
    test_image_add(&image, METADATA, test_text("{}"));
    test_image_add(&image, CMDLINE, test_text("line"));
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "no kernel", 26);
    test_image_add(&image, KERNEL, test_text("kernel"));
    expect_measured(&m);
    expect_pcr(m.pcr0, "linekernel", "PCR0");
    expect_pcr(m.pcr1, "linekernel", "PCR1");
    expect_pcr(m.pcr2, "", "PCR2");
    test_image_start(&image, 4);
    test_image_add(&image, METADATA, test_text("{}"));
    test_image_add(&image, KERNEL, test_text("kernel"));
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "no command line", 26);
}

Test(eif, refuses_a_second_section_of_each_type_but_ramdisks)
{
    static const uint16_t types[] = {KERNEL, CMDLINE, METADATA, SIGNATURE};
    for (size_t i = 0; i < 4; i++) {
        test_image_signed(&image, TEST_ES256);
        size_t second = image.len;
        test_image_add(&image, types[i], test_text("x"));
        expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "a second section", second);
    }
}

/* 2 to 32 sections. */
Test(eif, bounds_the_number_of_sections)
{
    natt_eif_measurements m;
    test_image_start(&image, 2);
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "fewer than 2 sections", 26);
    test_image_add(&image, KERNEL, test_text("kernel"));
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "fewer than 2 sections", 26);
    test_image_add(&image, CMDLINE, test_text("line"));
    expect_measured(&m);
    for (size_t i = 0; i < 30; i++)
        test_image_add(&image, RAMDISK, test_text(i == 0 ? "init" : i % 2 == 0 ? "a" : ""));
    expect_measured(&m);
    expect_pcr(m.pcr1, "kernellineinit", "PCR1");
    expect_pcr(m.pcr2, "aaaaaaaaaaaaaa", "PCR2");
    test_image_put(&image, 26, 31, 2);
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "bytes follow the last section", image.len - 12);
    test_image_put(&image, 26, 0, 2);
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "fewer than 2 sections", 26);
    test_image_add(&image, RAMDISK, test_text("33"));
    expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "more than 32 sections", 26);
}

/* A size that would wrap around when added to a position. */
Test(eif, refuses_sizes_beyond_the_file)
{
    static const uint64_t sizes[] = {7, 1000000, UINT64_MAX, UINT64_MAX - 11, UINT64_C(1) << 63};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (uint16_t type = KERNEL; type <= METADATA; type++) {
            test_image_start(&image, 2);
            test_image_add(&image, type == RAMDISK ? KERNEL : type, test_text("kernel"));
            test_image_put(&image, 26, 2, 2);
            test_image_put(&image, 284, sizes[i], 8);
            test_image_put(&image, TEST_HEADER_LEN + 4, sizes[i], 8);
            test_image_seal(&image);
            if (type == SIGNATURE && sizes[i] > NATT_EIF_MAX_SIGNATURE)
                expect_refused(NATT_EMULATOR_E_EIF_FORMAT, "larger than 32768 bytes", TEST_HEADER_LEN + 4);
            else
                expect_refused(NATT_EMULATOR_E_EIF_INCOMPLETE, "ends inside a section", image.len);
        }
}

/* Metadata is kept up to 1 MiB; a larger section is still valid. */
Test(eif, bounds_the_metadata_that_it_keeps)
{
    static uint8_t metadata[NATT_EIF_MAX_METADATA + 1];
    natt_eif_description d;
    memset(metadata, ' ', sizeof metadata);
    for (size_t len = sizeof metadata - 2; len <= sizeof metadata; len++) {
        test_image_start(&image, 4);
        test_image_add(&image, KERNEL, test_text("kernel"));
        test_image_add(&image, CMDLINE, test_text("line"));
        test_image_add(&image, METADATA, (natt_bytes){metadata, len});
        natt_eif *eif = new_reader();
        cr_assert(feed(eif, 70000, NULL) && natt_eif_describe(eif, &d, NULL));
        cr_expect_eq(d.sections[2].size, len);
        cr_expect_eq(d.metadata.ptr != NULL, len <= NATT_EIF_MAX_METADATA);
        cr_expect_eq(d.metadata.len, len <= NATT_EIF_MAX_METADATA ? len : 0);
        natt_eif_free(eif);
    }
}

Test(eif, describes_what_is_in_an_image)
{
    static const char *const names[] = {"kernel", "cmdline", "ramdisk", "ramdisk", "metadata"};
    static const uint64_t sizes[] = {6, 13, 4, 11, 21};
    natt_eif_description d;
    natt_emulator_error err;
    test_image_plain(&image);
    test_image_put(&image, 6, 1, 2);
    test_image_seal(&image);
    natt_eif *eif = new_reader();
    cr_assert(feed(eif, 1000, &err) && natt_eif_describe(eif, &d, &err), "%s", err.message);
    cr_expect(d.version == 4 && d.arm64 && d.default_memory == 1 << 28 && d.default_cpus == 2);
    cr_expect_eq(d.size, image.len);
    cr_assert_eq(d.section_count, 5);
    for (size_t i = 0, at = TEST_HEADER_LEN; i < 5; at += 12 + (size_t)sizes[i++]) {
        cr_expect_str_eq(natt_eif_section_name(d.sections[i].type), names[i]);
        cr_expect(d.sections[i].offset == at && d.sections[i].size == sizes[i], "section %zu", i);
    }
    cr_expect_eq(d.metadata.len, 21);
    cr_expect_eq(memcmp(d.metadata.ptr, "{\"ImageName\":\"plain\"}", 21), 0);
    cr_expect_eq(d.signature, NATT_EIF_NOT_SIGNED);
    cr_expect_null(d.signer.certificate.ptr);
    cr_expect_str_eq(natt_eif_section_name((natt_eif_section_type)0), "unknown");
    cr_expect_str_eq(natt_eif_section_name((natt_eif_section_type)6), "unknown");
    natt_eif_free(eif);
}

Test(eif, measures_nothing_when_a_hash_fails)
{
    static const natt_eif_measurements zero;
    natt_eif_measurements m;
    natt_emulator_error err;
    test_image_signed(&image, TEST_ES384);
    test_hash_calls = 0;
    cr_assert(measure(&m, &err));
    const unsigned all = test_hash_calls;
    cr_assert_eq(all, 1, "%u", all); /* the signed bytes; the verifier's own code hashes everything else */
    for (test_failing_call = 1; test_failing_call <= all; test_failing_call++) {
        test_hash_calls = 0;
        cr_expect_not(measure(&m, &err), "call %u", test_failing_call);
        cr_expect_eq(err.code, NATT_EMULATOR_E_CRYPTO, "call %u: %s", test_failing_call, err.message);
        cr_expect_eq(memcmp(&m, &zero, sizeof m), 0, "call %u", test_failing_call);
    }
    test_failing_call = 0;
}
