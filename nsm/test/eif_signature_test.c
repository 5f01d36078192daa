/* Signatures of enclave images, made here with three curves, and damaged in every part. */
#include <string.h>

#include <criterion/criterion.h>
#include <mbedtls/base64.h>

#include "nsm/eif/eif_signature.h"
#include "nsm/test/eif_images.h"
#include "nsm/test/eif_signers.h"
#include "nsm/test/support.h"

static struct test_image image; /* too large for the stack */

static const char *const names[] = {"ES256", "ES384", "ES512"};

/* The reader's description of the signature; its measurements, if any, must match. */
static void describe(natt_eif_description *d)
{
    static natt_eif *eif; /* the views of *d point into it until the next call */
    natt_eif_measurements m;
    natt_emulator_error err;
    natt_eif_free(eif);
    eif = natt_eif_new(&err);
    cr_assert_not_null(eif);
    cr_assert(natt_eif_add(eif, (natt_bytes){image.bytes, image.len}, &err), "%s at %zu", err.message,
              (size_t)err.offset);
    cr_assert(natt_eif_describe(eif, d, &err), "%s at %zu", err.message, (size_t)err.offset);
    cr_expect_eq(natt_eif_finish(eif, &m, &err), d->signature != NATT_EIF_SIGNATURE_INVALID);
    cr_expect_eq(m.has_signature, d->signature == NATT_EIF_SIGNATURE_VALID);
    cr_expect_eq(err.message, d->signature == NATT_EIF_SIGNATURE_INVALID ? d->signature_error.message : err.message);
}

static natt_bytes der_of(const char *pem)
{
    static uint8_t der[4096];
    return natt_eif_pem_decode(der, sizeof der, test_text(pem));
}

Test(eif_signature, is_verified_with_each_algorithm)
{
    static const int64_t not_after[] = {2524607999, 4102444799, 1609459200};
    natt_eif_measurements m;
    natt_emulator_error err;
    natt_eif_description d;
    uint8_t pcr8[48];
    char subject[64] = "C=XX, O=Test\\, Inc., CN=signer ES256";
    for (unsigned signer = 0; signer < TEST_SIGNERS; signer++) {
        test_image_signed(&image, signer);
        cr_assert(natt_eif_measure(&m, (natt_bytes){image.bytes, image.len}, &err), "%s: %s", names[signer],
                  err.message);
        cr_expect(m.has_signature);
        test_pcr(pcr8, der_of(test_signer_pems[signer]));
        cr_expect_eq(memcmp(m.pcr8, pcr8, 48), 0);
        describe(&d);
        cr_expect_eq(d.signature, NATT_EIF_SIGNATURE_VALID);
        cr_expect_str_eq(d.signer.algorithm, names[signer]);
        memcpy(subject + strlen(subject) - 5, names[signer], 5);
        cr_expect_str_eq(d.signer.subject, subject);
        cr_expect_eq(d.signer.not_before, 1577836800);
        cr_expect_eq(d.signer.not_after, not_after[signer], "%lld", (long long)d.signer.not_after);
        cr_expect(test_equal(d.signer.certificate, der_of(test_signer_pems[signer])));
        cr_expect_not(d.stale_signature_size);
    }
}

static void expect_invalid_section(natt_bytes section, const char *text)
{
    natt_eif_description d;
    test_image_plain(&image);
    size_t at = image.len;
    test_image_add(&image, NATT_EIF_SIGNATURE, section);
    describe(&d);
    cr_expect_eq(d.signature, NATT_EIF_SIGNATURE_INVALID, "%s", text);
    cr_expect_not_null(strstr(d.signature_error.message, text), "%s, not %s", d.signature_error.message, text);
    cr_expect_eq(d.signature_error.code, NATT_EMULATOR_E_EIF_SIGNATURE);
    cr_expect(d.signature_error.index == 5 && d.signature_error.offset == at);
}

static void expect_invalid(unsigned signer, natt_bytes cose, const char *text)
{
    expect_invalid_section(test_signature_section(test_text(test_signer_pems[signer]), cose), text);
}

/* Replaces `len` bytes of the image's own signature at `at` (from the end if negative). */
static natt_bytes edited(unsigned signer, int at, const char *hex)
{
    static uint8_t cose[1024];
    natt_bytes good = test_cose(signer, test_protected(signer), test_plain_payload()), bytes = test_hex(hex);
    memcpy(cose, good.ptr, good.len);
    memcpy(cose + (at < 0 ? (int)good.len + at : at), bytes.ptr, bytes.len);
    return (natt_bytes){cose, good.len};
}

#define NOT_VALID "is not valid for the key"
#define NOT_SIGN1 "is not a COSE_Sign1"

Test(eif_signature, is_refused_when_a_bit_of_it_changed)
{
    static const int scalar_lens[] = {32, 48, 66};
    for (unsigned signer = 0; signer < TEST_SIGNERS; signer++) {
        natt_bytes good = test_cose(signer, test_protected(signer), test_plain_payload());
        char hex[3];
        for (int back = 1; back <= 2 * scalar_lens[signer]; back += 13) {
            (void)snprintf(hex, sizeof hex, "%02x", good.ptr[good.len - (size_t)back] ^ 0x10);
            expect_invalid(signer, edited(signer, -back, hex), NOT_VALID);
        }
    }
}

/* r and s from 1 to n-1 [SEC1 4.1.4]: 0 and n, of P-256. */
Test(eif_signature, has_numbers_in_their_range)
{
    static const char zero[] = "0000000000000000000000000000000000000000000000000000000000000000";
    static const char n[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    expect_invalid(TEST_ES256, edited(TEST_ES256, -64, zero), NOT_VALID);
    expect_invalid(TEST_ES256, edited(TEST_ES256, -32, zero), NOT_VALID);
    expect_invalid(TEST_ES256, edited(TEST_ES256, -64, n), NOT_VALID);
    expect_invalid(TEST_ES256, edited(TEST_ES256, -32, n), NOT_VALID);
}

Test(eif_signature, is_of_this_image)
{
    uint8_t pcr0[48];
    test_pcr(pcr0, test_text("another image"));
    natt_bytes pcr = {pcr0, 48};
    expect_invalid(TEST_ES384, test_cose(TEST_ES384, test_protected(TEST_ES384), test_payload(0, pcr)),
                   "another value of PCR0");
    test_pcr(pcr0, test_text(TEST_PLAIN_IMAGE));
    expect_invalid(TEST_ES384, test_cose(TEST_ES384, test_protected(TEST_ES384), test_payload(1, pcr)), "not for PCR0");
    pcr.len = 47;
    expect_invalid(TEST_ES384, test_cose(TEST_ES384, test_protected(TEST_ES384), test_payload(0, pcr)),
                   "another value of PCR0");
    expect_invalid(TEST_ES384, test_cose(TEST_ES384, test_protected(TEST_ES384), test_text("")),
                   "another value of PCR0");
}

Test(eif_signature, signs_ramdisks_kernel_and_command_line)
{
    natt_eif_description d;
    test_image_signed(&image, TEST_ES384);
    image.bytes[TEST_HEADER_LEN + 12] ^= 1;
    test_image_seal(&image);
    describe(&d);
    cr_expect_eq(d.signature, NATT_EIF_SIGNATURE_INVALID);
    cr_expect_not_null(strstr(d.signature_error.message, "changed after it was signed"));
    cr_expect_str_eq(d.signer.algorithm, "ES384");
}

/* The builder compares bytes, so the same value in a different encoding does not match. */
Test(eif_signature, has_one_encoding_of_its_payload)
{
    uint8_t longer[256];
    natt_bytes payload = test_plain_payload();
    memcpy(longer, payload.ptr, 16);
    longer[16] = 0x18; /* index 0 in two bytes */
    memcpy(longer + 17, payload.ptr + 16, payload.len - 16);
    expect_invalid(TEST_ES384, test_cose(TEST_ES384, test_protected(TEST_ES384), (natt_bytes){longer, payload.len + 1}),
                   "not for PCR0");
    memcpy(longer, payload.ptr, payload.len);
    longer[payload.len] = 0;
    expect_invalid(TEST_ES384, test_cose(TEST_ES384, test_protected(TEST_ES384), (natt_bytes){longer, payload.len + 1}),
                   "another value of PCR0");
}

Test(eif_signature, names_the_algorithm_of_its_key)
{
    for (unsigned key = 0; key < TEST_SIGNERS; key++) {
        for (unsigned named = 0; named < TEST_SIGNERS; named++)
            if (named != key)
                expect_invalid(key, test_cose(key, test_protected(named), test_plain_payload()),
                               "does not match the key");
        expect_invalid(key, test_cose(key, test_text(""), test_plain_payload()), "does not match the key");
    }
    expect_invalid(TEST_ES384, test_cose(TEST_ES384, test_hex("a2 01 38 22 04 40"), test_plain_payload()),
                   "does not match");
    /* by the key of a different curve, and also with its algorithm */
    expect_invalid(TEST_ES384, test_cose(TEST_ES512, test_protected(TEST_ES384), test_plain_payload()),
                   "the length of the signature");
    expect_invalid(TEST_ES384, test_cose(TEST_ES256, test_protected(TEST_ES256), test_plain_payload()),
                   "does not match");
}

Test(eif_signature, has_the_shape_of_cose_sign1)
{
    static uint8_t cose[1024];
    natt_eif_description d;
    natt_bytes good = test_cose(TEST_ES384, test_protected(TEST_ES384), test_plain_payload());
    /* the builder may omit tag 18, and its reader accepts it */
    cose[0] = 0xd2;
    memcpy(cose + 1, good.ptr, good.len);
    test_image_plain(&image);
    test_image_add(&image, NATT_EIF_SIGNATURE,
                   test_signature_section(test_text(test_signer_pems[TEST_ES384]), (natt_bytes){cose, good.len + 1}));
    describe(&d);
    cr_expect_eq(d.signature, NATT_EIF_SIGNATURE_VALID, "%s", d.signature_error.message);
    cose[0] = 0xd1;
    expect_invalid(TEST_ES384, (natt_bytes){cose, good.len + 1}, NOT_SIGN1);
    memcpy(cose, good.ptr, good.len);
    cose[good.len] = 0;
    expect_invalid(TEST_ES384, (natt_bytes){cose, good.len + 1}, NOT_SIGN1);
    for (size_t len = 0; len < good.len; len += 7)
        expect_invalid(TEST_ES384, (natt_bytes){cose, len}, NOT_SIGN1);
    expect_invalid(TEST_ES384, edited(TEST_ES384, 0, "83"), NOT_SIGN1);
    expect_invalid(TEST_ES384, edited(TEST_ES384, 0, "85"), NOT_SIGN1);
    expect_invalid(TEST_ES384, edited(TEST_ES384, 0, "9f"), NOT_SIGN1);
    expect_invalid(TEST_ES384, edited(TEST_ES384, 6, "a1"), NOT_SIGN1);
    expect_invalid(TEST_ES384, edited(TEST_ES384, 6, "80"), NOT_SIGN1);
    expect_invalid(TEST_ES384, edited(TEST_ES384, 6, "40"), NOT_SIGN1);
}

Test(eif_signature, is_as_long_as_its_key_gives)
{
    static uint8_t cose[1024];
    natt_bytes good = test_cose(TEST_ES384, test_protected(TEST_ES384), test_plain_payload());
    for (size_t len = 95; len <= 97; len += 2) {
        memcpy(cose, good.ptr, good.len);
        cose[good.len - 97] = (uint8_t)len;
        cose[good.len] = 0;
        expect_invalid(TEST_ES384, (natt_bytes){cose, good.len + len - 96}, "the length of the signature");
    }
}

Test(eif_signature, needs_a_key_that_can_sign_images)
{
    natt_bytes cose = test_cose(TEST_ES256, test_protected(TEST_ES256), test_plain_payload());
    for (size_t i = 0; i < 2; i++)
        expect_invalid_section(test_signature_section(test_text(test_other_pems[i]), cose),
                               "not on P-256, P-384 or P-521");
}

static natt_bytes section_of_der(natt_bytes der)
{
    static char pem[4096] = "-----BEGIN CERTIFICATE-----\n";
    size_t at = strlen("-----BEGIN CERTIFICATE-----\n"), len;
    cr_assert_eq(mbedtls_base64_encode((unsigned char *)pem + at, sizeof pem - at, &len, der.ptr, der.len), 0);
    memcpy(pem + at + len, "\n-----END CERTIFICATE-----\n", 27);
    return test_signature_section(test_text(pem),
                                  test_cose(TEST_ES384, test_protected(TEST_ES384), test_plain_payload()));
}

/* A certificate that is truncated, lengthened, or has one changed byte is never valid, unless the change does not
 * affect the image's signature. */
Test(eif_signature, needs_one_whole_certificate)
{
    static uint8_t der[4096];
    natt_eif_description d;
    size_t valid = 0;
    natt_bytes good = der_of(test_signer_pems[TEST_ES384]);
    memcpy(der, good.ptr, good.len + 1);
    const natt_bytes whole = {der, good.len};
    for (size_t len = 1; len < whole.len; len += 11)
        expect_invalid_section(section_of_der((natt_bytes){der, len}), "not an X.509 certificate");
    der[whole.len] = 0;
    expect_invalid_section(section_of_der((natt_bytes){der, whole.len + 1}), "not an X.509 certificate");
    for (size_t i = 0; i < whole.len; i++) {
        der[i] ^= 0x04;
        test_image_plain(&image);
        test_image_add(&image, NATT_EIF_SIGNATURE, section_of_der(whole));
        describe(&d);
        valid += d.signature == NATT_EIF_SIGNATURE_VALID;
        der[i] ^= 0x04;
    }
    /* the image's signature does not depend on names, dates, serial number and the certificate's own signature */
    cr_expect(valid > 100 && valid < 330, "%zu of %zu", valid, whole.len);
}

/* The point of the key is off the curve, compressed, or at infinity. */
Test(eif_signature, needs_a_key_on_its_curve)
{
    static uint8_t der[4096];
    natt_bytes good = der_of(test_signer_pems[TEST_ES384]);
    memcpy(der, good.ptr, good.len);
    const natt_bytes whole = {der, good.len};
    size_t point = test_find(whole, test_hex("2b81040022 03 62 00 04")) + 8;
    der[point + 96] ^= 1;
    expect_invalid_section(section_of_der(whole), "not an uncompressed point");
    der[point + 96] ^= 1;
    der[point] = 0x02;
    expect_invalid_section(section_of_der(whole), "not an uncompressed point");
    der[point] = 0x00;
    expect_invalid_section(section_of_der(whole), "not an uncompressed point");
}

/* The same point, compressed: newer versions of mbedTLS could read it. */
Test(eif_signature, needs_an_uncompressed_key)
{
    static struct natt_eif_signature signature;
    uint8_t pcr0[48], compressed[49];
    natt_bytes section =
        test_signature_section(test_text(test_signer_pems[TEST_ES384]),
                               test_cose(TEST_ES384, test_protected(TEST_ES384), test_plain_payload()));
    memcpy(signature.section, section.ptr, section.len);
    signature.len = section.len;
    test_pcr(pcr0, test_text(TEST_PLAIN_IMAGE));
    cr_assert_null(natt_eif_signature_read(&signature));
    cr_assert_null(natt_eif_signature_verify(&signature, pcr0));
    memcpy(compressed, signature.read.point.ptr, sizeof compressed);
    compressed[0] = (uint8_t)(2 + (signature.read.point.ptr[96] & 1));
    signature.read.point = (natt_bytes){compressed, sizeof compressed};
    const char *wrong = natt_eif_signature_verify(&signature, pcr0);
    cr_assert_not_null(wrong);
    cr_expect_not_null(strstr(wrong, "not an uncompressed point"));
}

static const char not_a_list[] = "not a list of certificates", not_pem[] = "not one PEM certificate";

Test(eif_signature, refuses_sections_of_another_shape)
{
    const natt_bytes none = {(const uint8_t *)"", 0};
    expect_invalid_section(test_hex(""), not_a_list);
    expect_invalid_section(test_hex("80"), not_a_list);
    expect_invalid_section(test_hex("a0"), not_a_list);
    expect_invalid_section(test_hex("81 a0"), not_a_list);
    expect_invalid_section(test_hex("81 a1 73 7369676e696e675f6365727469666963617465 80"), not_a_list);
    expect_invalid_section(test_hex("81 a2 73 7369676e696e675f6365727469666963617465 80 69 7369676e6174757265 40"),
                           not_a_list);
    expect_invalid_section(
        test_hex("81 a2 73 7369676e696e675f6365727469666963617465 81 190100 69 7369676e6174757265 80"), not_a_list);
    expect_invalid_section(test_hex("81 a2 73 7369676e696e675f6365727469666963617465 80 69 7369676e6174757265 80 00"),
                           not_a_list);
    expect_invalid_section(test_hex("81 a2 69 7369676e6174757265 80 69 7369676e6174757265 80"), not_a_list);
    expect_invalid_section(test_hex("81 a2 73 7369676e696e675f6365727469666963617465 80 69 7369676e6174757265 80"),
                           not_pem);
    expect_invalid_section(test_signature_section(test_text("-----BEGIN CERTIFICATE-----\nMIIB\n"), none), not_pem);
    expect_invalid_section(
        test_signature_section(test_text("-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n"), none),
        not_pem);
    expect_invalid_section(
        test_signature_section(test_text("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"), none), not_pem);
    expect_invalid_section(
        test_signature_section(test_text("-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n"), none), not_pem);
    /* five dashes both end one line and begin the next */
    expect_invalid_section(test_signature_section(test_text("-----BEGIN CERTIFICATE-----END CERTIFICATE-----"), none),
                           not_pem);
}

/* The first entry counts; the others must have the same shape. */
Test(eif_signature, is_the_first_of_a_list)
{
    static uint8_t section[65536];
    natt_eif_description d;
    natt_bytes cose = test_cose(TEST_ES384, test_protected(TEST_ES384), test_plain_payload());
    section[0] = 0x82;
    size_t first = 1 + test_put_entry(section + 1, test_text(test_signer_pems[TEST_ES384]), cose);
    size_t second = test_put_entry(section + first, test_text("any text"), cose);
    test_image_plain(&image);
    test_image_add(&image, NATT_EIF_SIGNATURE, (natt_bytes){section, first + second});
    describe(&d);
    cr_expect_eq(d.signature, NATT_EIF_SIGNATURE_VALID);
    section[first] = 0xa1;
    expect_invalid_section((natt_bytes){section, first + second}, not_a_list);
    section[0] = 0x81;
    expect_invalid_section((natt_bytes){section, first + second}, not_a_list);
}

/* Blanks after the certificate fill the section: 32768 bytes are accepted, one more is refused. */
Test(eif_signature, has_a_bounded_section)
{
    static char pem[32768];
    natt_eif_description d;
    natt_eif_measurements m;
    natt_emulator_error err;
    natt_bytes cose = test_cose(TEST_ES256, test_protected(TEST_ES256), test_plain_payload());
    const char *certificate = test_signer_pems[TEST_ES256];
    memset(pem, '\n', sizeof pem); /* one byte each in the array of numbers */
    memcpy(pem, certificate, strlen(certificate));
    size_t used = test_signature_section((natt_bytes){(const uint8_t *)pem, 4000}, cose).len - 4000;
    for (size_t len = 32767; len <= 32769; len++) {
        natt_bytes section = test_signature_section((natt_bytes){(const uint8_t *)pem, len - used}, cose);
        cr_assert_eq(section.len, len);
        test_image_plain(&image);
        size_t at = image.len;
        test_image_add(&image, NATT_EIF_SIGNATURE, section);
        if (len <= NATT_EIF_MAX_SIGNATURE) {
            describe(&d);
            cr_expect_eq(d.signature, NATT_EIF_SIGNATURE_VALID, "%zu: %s", len, d.signature_error.message);
        } else {
            cr_expect_not(natt_eif_measure(&m, (natt_bytes){image.bytes, image.len}, &err));
            cr_expect(err.offset == at + 4 && err.index == 5, "%s", err.message);
        }
    }
}

/* The section precedes all others, is in an image of version 2, and has the size that nitro-cli writes. */
Test(eif_signature, may_be_anywhere)
{
    natt_eif_description d;
    natt_bytes cose = test_cose(TEST_ES384, test_protected(TEST_ES384), test_plain_payload());
    test_image_start(&image, 2);
    test_image_add(&image, NATT_EIF_SIGNATURE, test_signature_section(test_text(test_signer_pems[TEST_ES384]), cose));
    test_image_add(&image, NATT_EIF_KERNEL, test_text("kernel"));
    test_image_add(&image, NATT_EIF_CMDLINE, test_text("console=ttyS0"));
    test_image_add(&image, NATT_EIF_RAMDISK, test_text("init"));
    test_image_add(&image, NATT_EIF_RAMDISK, test_text("application"));
    describe(&d);
    cr_expect_eq(d.signature, NATT_EIF_SIGNATURE_VALID, "%s", d.signature_error.message);
    test_image_put(&image, 284, 5, 8);
    test_image_seal(&image);
    describe(&d);
    cr_expect_eq(d.signature, NATT_EIF_SIGNATURE_VALID, "%s", d.signature_error.message);
    cr_expect(d.stale_signature_size);
}

static void expect_name(const char *hex, const char *text)
{
    char out[NATT_EIF_MAX_SUBJECT];
    natt_eif_name_text(out, sizeof out, test_hex(hex));
    cr_expect_str_eq(out, text);
}

Test(eif_signature, names_its_signer)
{
    expect_name("", "");
    expect_name("310b 3009 0603550403 0c02 6162", "CN=ab");
    expect_name("310b 3009 0603550406 1302 5858 310b 3009 060355040b 0c02 c3a9", "C=XX, OU=\xc3\xa9");
    expect_name("3110 300e 06092a864886f70d010901 1601 40", "1.2.840.113549.1.9.1=@");
    expect_name("310d 300b 0603550403 0c04 2c0a5c7f", "CN=\\,\\0a\\\\\\7f");
    expect_name("310b 3009 0603550403 0c02 c328", "CN=\\c3(");
    expect_name("310b 3009 0603550403 1e02 0041", "CN=#0041");
    expect_name("3114 3008 0603550403 0c01 61 3008 060355040a 0c01 62", "CN=a, O=b");
    expect_name("310b 3009 0603550403 0c05 6162", ""); /* cut */
}

/* 512 bytes with the final zero: 508 leave room for "...", which ends a longer text. */
Test(eif_signature, cuts_long_names)
{
    uint8_t name[700] = {0x31, 0x82, 0, 0, 0x30, 0x82, 0, 0, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x82};
    char out[NATT_EIF_MAX_SUBJECT];
    memset(name + 17, 'x', sizeof name - 17);
    for (size_t len = 504; len <= 506; len++) {
        test_image_put(&image, 0, len + 13, 2);
        memcpy(name + 2, image.bytes, 2);
        test_image_put(&image, 0, len + 9, 2);
        memcpy(name + 6, image.bytes, 2);
        test_image_put(&image, 0, len, 2);
        memcpy(name + 15, image.bytes, 2);
        natt_eif_name_text(out, sizeof out, (natt_bytes){name, 17 + len});
        cr_expect_eq(strlen(out), len <= 505 ? 3 + len : 511, "%zu: %zu", len, strlen(out));
        cr_expect_eq(strcmp(out + strlen(out) - 3, "...") == 0, len > 505, "%zu: %s", len, out + 490);
    }
}
