/* Sealing: only to verified documents, in each form, to valid keys; and the complete exchange. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/recipient/cms.h"
#include "nsm/recipient/public_key.h"
#include "nsm/test/emulator_support.h"
#include "nsm/test/recipient_support.h"
#include "nsm/test/support.h"

static uint8_t sealed[NATT_RECIPIENT_MAX_SEALED], opened[NATT_RECIPIENT_MAX_MESSAGE];
static uint8_t secret[NATT_RECIPIENT_MAX_SECRET + 1];
static size_t sealed_len, opened_len;

static void begin(void)
{
    for (size_t i = 0; i < sizeof secret; i++)
        secret[i] = (uint8_t)(i * 7 + (i >> 8));
}

static natt_bytes seal_as(natt_recipient_encoding encoding, size_t len)
{
    natt_recipient_seal_options options = NATT_RECIPIENT_SEAL_OPTIONS_INIT;
    natt_recipient_error err;
    options.encoding = encoding;
    cr_assert(natt_recipient_seal(sealed, sizeof sealed, &sealed_len, test_verified(), (natt_bytes){secret, len},
                                  &options, &err),
              "%s", err.message);
    return (natt_bytes){sealed, sealed_len};
}

static void expect_opens(natt_bytes message, size_t len)
{
    natt_recipient_error err;
    cr_assert(natt_recipient_open(test_recipient_key(), opened, sizeof opened, &opened_len, message, &err),
              "%s, byte %zu", err.message, err.offset);
    cr_assert(test_equal((natt_bytes){opened, opened_len}, (natt_bytes){secret, len}), "%zu of %zu bytes", opened_len,
              len);
}

static void refuse(const natt_verified *document, natt_bytes what, const natt_recipient_seal_options *options,
                   natt_recipient_code code)
{
    natt_recipient_error err;
    memset(sealed, 0xee, sizeof sealed);
    sealed_len = 1;
    cr_assert_not(natt_recipient_seal(sealed, sizeof sealed, &sealed_len, document, what, options, &err));
    cr_assert_eq(err.code, code, "%s: %s", natt_recipient_code_name(err.code), err.message);
    cr_assert_eq(sealed_len, 0);
    for (size_t i = 0; i < sizeof sealed; i++)
        cr_assert(sealed[i] == 0 || code == NATT_RECIPIENT_E_USAGE_ARGUMENT);
}

Test(recipient_seal, secrets_of_every_size_open_in_every_form, .init = begin)
{
    static const size_t lengths[] = {1, 15, 16, 17, 32, 983, 984, 999, 1000, 1001, 1999, 4096, 16383, 16384};
    for (int encoding = NATT_RECIPIENT_BER; encoding <= NATT_RECIPIENT_DER; encoding++)
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
            expect_opens(seal_as((natt_recipient_encoding)encoding, lengths[i]), lengths[i]);
}

Test(recipient_seal, secret_size_is_limited, .init = begin)
{
    refuse(test_verified(), (natt_bytes){secret, 0}, NULL, NATT_RECIPIENT_E_SECRET_SIZE);
    refuse(test_verified(), (natt_bytes){secret, NATT_RECIPIENT_MAX_SECRET + 1}, NULL, NATT_RECIPIENT_E_SECRET_SIZE);
}

/* The bytes around the values of a genuine message of KMS; ".." is a value. */
static void expect_bytes(natt_bytes message, const char *template)
{
    size_t at = 0;
    for (const char *p = template; *p != '\0'; p += 2) {
        while (*p == ' ')
            p++;
        unsigned byte;
        cr_assert_lt(at, message.len);
        if (strncmp(p, "..", 2) != 0)
            cr_assert(sscanf(p, "%2x", &byte) == 1 && message.ptr[at] == byte, "byte %zu is %02x, not %.2s", at,
                      message.ptr[at], p);
        at++;
    }
    cr_assert_eq(at, message.len, "%zu bytes, not %zu", message.len, at);
}

#define EIGHT      "................"
#define SIXTEEN    EIGHT EIGHT
#define THIRTY_TWO SIXTEEN SIXTEEN
#define OF_256     THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO
#define RECIPIENT                                                                                                      \
    "020102 3182016b 30820167 020102 8020" THIRTY_TWO                                                                  \
    "303c06092a864886f70d010107302fa00f300d06096086480165030402010500"                                                 \
    "a11c301a06092a864886f70d010108300d06096086480165030402010500 04820100" OF_256
#define CIPHER "06092a864886f70d010701 301d060960864801650304012a0410" SIXTEEN

Test(recipient_seal, messages_have_the_bytes_of_genuine_ones, .init = begin)
{
    expect_bytes(seal_as(NATT_RECIPIENT_BER, 32), "3080 06092a864886f70d010703 a080 3080" RECIPIENT "3080" CIPHER
                                                  "a080 0430" THIRTY_TWO SIXTEEN "0000 0000 0000 0000 0000");
    expect_bytes(seal_as(NATT_RECIPIENT_BER_PRIMITIVE, 15),
                 "3080 06092a864886f70d010703 a080 3080" RECIPIENT "3080" CIPHER "8010" SIXTEEN "0000 0000 0000 0000");
    expect_bytes(seal_as(NATT_RECIPIENT_DER, 32),
                 "308201e3 06092a864886f70d010703 a08201d4 308201d0" RECIPIENT "305c" CIPHER "8030" THIRTY_TWO SIXTEEN);
}

Test(recipient_seal, pieces_have_at_most_1000_bytes, .init = begin)
{
    struct natt_cms cms;
    cr_assert(natt_cms_parse(&cms, seal_as(NATT_RECIPIENT_BER, 4096), NULL));
    static const struct {
        size_t at;
        uint8_t head[4];
    } heads[] = {
        {0, {4, 0x82, 3, 0xe8}}, {1004, {4, 0x82, 3, 0xe8}}, {3012, {4, 0x82, 3, 0xe8}}, {4016, {4, 112, 0, 0}}};
    cr_assert_eq(cms.content.len, 4016 + 2 + 112); /* as in a genuine message of that size */
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        cr_assert_eq(memcmp(cms.content.ptr + heads[i].at, heads[i].head, i == 3 ? 2 : 4), 0, "%zu", i);
}

Test(recipient_seal, no_two_messages_share_anything, .init = begin)
{
    struct natt_cms a, b;
    static uint8_t first[1024];
    natt_bytes message = seal_as(NATT_RECIPIENT_BER, 32);
    memcpy(first, message.ptr, message.len);
    cr_assert(natt_cms_parse(&a, (natt_bytes){first, message.len}, NULL));
    cr_assert(natt_cms_parse(&b, seal_as(NATT_RECIPIENT_BER, 32), NULL));
    cr_assert_not(test_equal(a.iv, b.iv));
    cr_assert_not(test_equal(a.encrypted_key, b.encrypted_key));
    cr_assert_not(test_equal(a.content, b.content));
    cr_assert(test_equal(a.key_id, b.key_id));
}

Test(recipient_seal, buffer_of_the_right_size_is_enough, .init = begin)
{
    natt_recipient_error err;
    size_t needed = seal_as(NATT_RECIPIENT_DER, 100).len;
    for (size_t capacity = needed - 1; capacity <= needed; capacity++) {
        natt_recipient_seal_options options = NATT_RECIPIENT_SEAL_OPTIONS_INIT;
        options.encoding = NATT_RECIPIENT_DER;
        bool ok = natt_recipient_seal(sealed, capacity, &sealed_len, test_verified(), (natt_bytes){secret, 100},
                                      &options, &err);
        cr_assert_eq(ok, capacity == needed);
        cr_assert(ok ||
                  (err.code == NATT_RECIPIENT_E_BUFFER_TOO_SMALL && err.required_len == needed && sealed_len == 0));
    }
}

Test(recipient_seal, only_what_natt_verify_made_is_sealed_to, .init = begin)
{
    natt_verified v = NATT_VERIFIED_INIT;
    natt_bytes small = {secret, 32};
    refuse(&v, small, NULL, NATT_RECIPIENT_E_RESULT);
    struct test_attested *a = test_attest(test_recipient_key(), NULL, false);
    v = a->verified;
    v.timestamp_ms++;
    refuse(&v, small, NULL, NATT_RECIPIENT_E_RESULT);
    v = a->verified;
    v.public_key = natt_recipient_key_public(test_other_recipient_key());
    natt_recipient_error err;
    refuse(&v, small, NULL, NATT_RECIPIENT_E_RESULT);
    cr_assert_not(natt_recipient_seal(sealed, sizeof sealed, &sealed_len, &v, small, NULL, &err));
    cr_assert_eq(err.verify_code, NATT_E_EXPECT_PUBLIC_KEY);
    size_t at = (size_t)(a->verified.public_key.ptr - a->document);
    a->document[at + 40] ^= 1; /* the document's memory was overwritten */
    refuse(&a->verified, small, NULL, NATT_RECIPIENT_E_RESULT);
}

Test(recipient_seal, debug_enclaves_are_refused_unless_allowed, .init = begin)
{
    natt_recipient_seal_options options = NATT_RECIPIENT_SEAL_OPTIONS_INIT;
    const natt_verified *debug = &test_attest(test_recipient_key(), NULL, true)->verified;
    cr_assert(debug->debug);
    refuse(debug, (natt_bytes){secret, 32}, NULL, NATT_RECIPIENT_E_DEBUG);
    refuse(debug, (natt_bytes){secret, 32}, &options, NATT_RECIPIENT_E_DEBUG);
    options.allow_debug = true;
    cr_assert(natt_recipient_seal(sealed, sizeof sealed, &sealed_len, debug, (natt_bytes){secret, 32}, &options, NULL));
    expect_opens((natt_bytes){sealed, sealed_len}, 32);
}

Test(recipient_seal, options_are_checked, .init = begin)
{
    natt_recipient_seal_options options = NATT_RECIPIENT_SEAL_OPTIONS_INIT;
    natt_bytes small = {secret, 32};
    options.encoding = (natt_recipient_encoding)3;
    refuse(test_verified(), small, &options, NATT_RECIPIENT_E_USAGE_OPTION);
    options.encoding = NATT_RECIPIENT_DER;
    options.struct_size--;
    refuse(test_verified(), small, &options, NATT_RECIPIENT_E_USAGE_STRUCT_SIZE);
    options.struct_size += 2;
    refuse(test_verified(), small, &options, NATT_RECIPIENT_E_USAGE_STRUCT_SIZE);
    natt_recipient_error err;
    cr_assert_not(natt_recipient_seal(sealed, 1, NULL, test_verified(), small, NULL, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
    cr_assert_not(natt_recipient_seal(NULL, 1, &sealed_len, test_verified(), small, NULL, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
    cr_assert_not(natt_recipient_seal(sealed, 1, &sealed_len, NULL, small, NULL, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
    cr_assert_not(natt_recipient_seal(sealed, 1, &sealed_len, test_verified(), (natt_bytes){NULL, 0}, NULL, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
}

/* A public key with these numbers: the modulus has `bits` bits, all ones. */
static natt_bytes spki_of(unsigned bits, bool even, const char *exponent_hex)
{
    static uint8_t spki[NATT_RECIPIENT_MAX_SPKI], n[513];
    size_t len = (bits + 7) / 8;
    natt_bytes e = test_hex(exponent_hex);
    memset(n, 0xff, sizeof n);
    n[0] = (uint8_t)(0xff >> (8 * len - bits));
    n[len - 1] = even ? 0xfe : 0xff;
    bool sign = n[0] >= 0x80;
    size_t n_len = len + (sign ? 1 : 0), numbers = 4 + n_len + 2 + e.len, key = numbers + 4, info = 15 + 5 + key;
    natt_bytes head = test_hex("300d06092a864886f70d0101010500");
    uint8_t *p = spki;
    uint8_t start[] = {0x30, 0x82, (uint8_t)(info >> 8), (uint8_t)info};
    uint8_t bit_string[] = {0x03, 0x82, (uint8_t)((key + 1) >> 8), (uint8_t)(key + 1), 0};
    uint8_t sequence[] = {0x30, 0x82, (uint8_t)(numbers >> 8), (uint8_t)numbers};
    uint8_t modulus[] = {0x02, 0x82, (uint8_t)(n_len >> 8), (uint8_t)n_len};
    p = (uint8_t *)memcpy(p, start, 4) + 4;
    p = (uint8_t *)memcpy(p, head.ptr, head.len) + head.len;
    p = (uint8_t *)memcpy(p, bit_string, 5) + 5;
    p = (uint8_t *)memcpy(p, sequence, 4) + 4;
    p = (uint8_t *)memcpy(p, modulus, 4) + 4;
    *p = 0;
    p = (uint8_t *)memcpy(p + (sign ? 1 : 0), n, len) + len;
    *p++ = 0x02;
    *p++ = (uint8_t)e.len;
    p = (uint8_t *)memcpy(p, e.ptr, e.len) + e.len;
    return (natt_bytes){spki, (size_t)(p - spki)};
}

static void expect_key(natt_bytes spki, const char *message, size_t offset, const char *what)
{
    struct natt_public_key key;
    natt_recipient_error err = {.code = NATT_RECIPIENT_OK, .message = ""};
    bool ok = natt_public_key_parse(&key, spki, &err);
    cr_expect_eq(ok, message == NULL, "%s: %s", what, err.message);
    if (ok || message == NULL)
        return;
    cr_expect_eq(err.code, NATT_RECIPIENT_E_PUBLIC_KEY);
    cr_expect_not_null(strstr(err.message, message), "%s: %s", what, err.message);
    cr_expect(offset == 1 || err.offset == offset, "%s: offset %zu", what, err.offset);
}

Test(recipient_seal, key_sizes_and_exponents_are_limited)
{
    expect_key(spki_of(2047, false, "010001"), "fewer than 2048", 32, "2047 bits");
    expect_key(spki_of(2048, false, "010001"), NULL, 0, "2048 bits");
    expect_key(spki_of(2049, false, "010001"), NULL, 0, "2049 bits");
    expect_key(spki_of(4096, false, "010001"), NULL, 0, "4096 bits");
    expect_key(spki_of(4097, false, "010001"), "more than 4096", 32, "4097 bits");
    expect_key(spki_of(2048, true, "010001"), "even", 33, "even modulus");
    expect_key(spki_of(2048, false, "03"), "less than 65537", 291, "exponent 3");
    expect_key(spki_of(2048, false, "00ffff"), "less than 65537", 292, "exponent 65535");
    expect_key(spki_of(2048, false, "010000"), "even", 291, "exponent 65536");
    expect_key(spki_of(2048, false, "010002"), "even", 291, "exponent 65538");
    expect_key(spki_of(2048, false, "010003"), NULL, 0, "exponent 65539");
    expect_key(spki_of(2048, false, "00ffffffff"), NULL, 0, "exponent of 32 bits");
    expect_key(spki_of(2048, false, "0100000001"), "more than 32 bits", 291, "exponent of 33 bits");
    expect_key(spki_of(2048, false, "00"), "less than 65537", 1, "exponent 0");
}

static natt_bytes edited(natt_bytes spki, size_t at, uint8_t value)
{
    static uint8_t copy[NATT_RECIPIENT_MAX_SPKI];
    memcpy(copy, spki.ptr, spki.len);
    copy[at] = value;
    return (natt_bytes){copy, spki.len};
}

Test(recipient_seal, public_keys_are_read_whole)
{
    natt_bytes good = natt_recipient_key_public(test_recipient_key());
    static uint8_t longer[NATT_RECIPIENT_MAX_SPKI];
    expect_key(good, NULL, 0, "good");
    memcpy(longer, good.ptr, good.len);
    expect_key((natt_bytes){longer, good.len + 1}, "not an RSA key", good.len, "a byte after it");
    for (size_t len = 0; len < good.len; len++)
        expect_key((natt_bytes){longer, len}, "not an RSA key", 1, "cut");
    expect_key((natt_bytes){NULL, 0}, "no public key", NATT_NO_OFFSET, "absent");
    expect_key(test_text("-----BEGIN PUBLIC KEY-----"), "PEM", 1, "PEM");
    expect_key((natt_bytes){good.ptr + 24, good.len - 24}, "PKCS #1", 1, "PKCS #1");
    expect_key(edited(good, 16, 0x0a), "not an RSA key", 4, "RSASSA-PSS");
    expect_key(edited(good, 17, 0x01), "not an RSA key", 1, "parameters that are not NULL");
    expect_key(edited(good, 23, 0x01), "not an RSA key", 1, "unused bits");
    expect_key(edited(good, 32, 0x80), "not an RSA key", 1, "a negative modulus");
}

Test(recipient_seal, documents_without_a_usable_key_are_refused, .init = begin)
{
    natt_bytes none = {NULL, 0};
    refuse(&test_attest_public(none)->verified, (natt_bytes){secret, 32}, NULL, NATT_RECIPIENT_E_PUBLIC_KEY);
    refuse(&test_attest_public(test_text("public key"))->verified, (natt_bytes){secret, 32}, NULL,
           NATT_RECIPIENT_E_PUBLIC_KEY);
    refuse(&test_attest_public(spki_of(1024, false, "010001"))->verified, (natt_bytes){secret, 32}, NULL,
           NATT_RECIPIENT_E_PUBLIC_KEY);
}

/* The longest possible message fits into NATT_RECIPIENT_MAX_SEALED, and can be opened. */
Test(recipient_seal, largest_message_has_room, .init = begin)
{
    const natt_verified *v = &test_attest_public(spki_of(4096, false, "010001"))->verified;
    natt_recipient_error err;
    cr_assert(natt_recipient_seal(sealed, sizeof sealed, &sealed_len, v,
                                  (natt_bytes){secret, NATT_RECIPIENT_MAX_SECRET}, NULL, &err),
              "%s", err.message);
    cr_assert_gt(sealed_len, NATT_RECIPIENT_MAX_SECRET);
}

/* The steps are key, document, verdict, message, secret. */
Test(recipient_seal, a_new_key_goes_the_whole_way, .init = begin)
{
    natt_emulator *emulator;
    natt_recipient_error err;
    natt_nsm *nsm = test_recipient_nsm(&emulator, false);
    natt_recipient_key *key = natt_recipient_key_new(nsm, 2048, &err);
    cr_assert_not_null(key, "%s", err.message);
    natt_recipient_attestation fields = NATT_RECIPIENT_ATTESTATION_INIT;
    fields.nonce = test_text("nonce");
    fields.user_data = test_text("user data");
    struct test_attested *a = test_attest(key, &fields, false);
    cr_assert(test_equal(a->verified.nonce, fields.nonce));
    cr_assert(test_equal(a->verified.user_data, fields.user_data));
    cr_assert(test_equal(a->verified.public_key, natt_recipient_key_public(key)));
    cr_assert(
        natt_recipient_seal(sealed, sizeof sealed, &sealed_len, &a->verified, (natt_bytes){secret, 32}, NULL, &err),
        "%s", err.message);
    cr_assert(natt_recipient_open(key, opened, sizeof opened, &opened_len, (natt_bytes){sealed, sealed_len}, &err),
              "%s", err.message);
    cr_assert(test_equal((natt_bytes){opened, opened_len}, (natt_bytes){secret, 32}));
    cr_assert_not(natt_recipient_open(test_recipient_key(), opened, sizeof opened, &opened_len,
                                      (natt_bytes){sealed, sealed_len}, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_MESSAGE_RECIPIENT);
    natt_recipient_key_free(key);
}
