/* Opening messages: genuine ones, each form of BER, all faults, and their common error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <mbedtls/aes.h>

#include "nsm/recipient/cms.h"
#include "nsm/test/recipient_support.h"
#include "nsm/test/support.h"

static uint8_t opened[NATT_RECIPIENT_MAX_MESSAGE];
static size_t opened_len;
static unsigned decryptions;

int __real_mbedtls_aes_crypt_cbc(mbedtls_aes_context *ctx, int mode, size_t length, unsigned char iv[16],
                                 const unsigned char *input, unsigned char *output);
int __wrap_mbedtls_aes_crypt_cbc(mbedtls_aes_context *ctx, int mode, size_t length, unsigned char iv[16],
                                 const unsigned char *input, unsigned char *output);

int __wrap_mbedtls_aes_crypt_cbc(mbedtls_aes_context *ctx, int mode, size_t length, unsigned char iv[16],
                                 const unsigned char *input, unsigned char *output)
{
    decryptions += mode == MBEDTLS_AES_DECRYPT ? 1 : 0;
    return __real_mbedtls_aes_crypt_cbc(ctx, mode, length, iv, input, output);
}

/* The key that last decrypted the content. */
static uint8_t content_key[32];

int __real_mbedtls_aes_setkey_dec(mbedtls_aes_context *ctx, const unsigned char *key, unsigned int bits);
int __wrap_mbedtls_aes_setkey_dec(mbedtls_aes_context *ctx, const unsigned char *key, unsigned int bits);

int __wrap_mbedtls_aes_setkey_dec(mbedtls_aes_context *ctx, const unsigned char *key, unsigned int bits)
{
    memcpy(content_key, key, sizeof content_key);
    return __real_mbedtls_aes_setkey_dec(ctx, key, bits);
}

/* NATT_RECIPIENT_OK if the message opens. After a failure, buffers are zero. */
static natt_recipient_code open_it(natt_bytes message, natt_recipient_error *err)
{
    memset(opened, 0xee, sizeof opened);
    opened_len = 1;
    if (natt_recipient_open(test_recipient_key(), opened, sizeof opened, &opened_len, message, err)) {
        cr_assert_eq(err->code, NATT_RECIPIENT_OK);
        return NATT_RECIPIENT_OK;
    }
    cr_assert_eq(opened_len, 0);
    for (size_t i = 0; i < sizeof opened; i++)
        cr_assert_eq(opened[i], 0, "byte %zu of the output is %02x", i, opened[i]);
    cr_assert_neq(err->code, NATT_RECIPIENT_OK);
    return err->code;
}

static void expect(natt_bytes message, natt_recipient_code code, size_t offset, const char *what)
{
    natt_recipient_error err;
    (void)open_it(message, &err);
    cr_expect_eq(err.code, code, "%s: %s (%s)", what, natt_recipient_code_name(err.code), err.message);
    cr_expect_eq(err.offset, offset, "%s: offset %zu, not %zu", what, err.offset, offset);
}

static void expect_counted(natt_bytes message, size_t len, const char *what)
{
    natt_recipient_error err;
    cr_assert_eq(open_it(message, &err), NATT_RECIPIENT_OK, "%s: %s, byte %zu", what, err.message, err.offset);
    cr_assert_eq(opened_len, len, "%s: %zu bytes", what, opened_len);
    for (size_t i = 0; i < len; i++)
        cr_assert_eq(opened[i], (uint8_t)i, "%s: byte %zu", what, i);
}

static struct test_message m;

static natt_bytes fresh(void)
{
    test_message_init(&m);
    m.piece = 48;
    return test_message_write(&m);
}

/* Shared files, which may be absent. */
static natt_bytes shared_file(const char *name)
{
    static uint8_t files[4][8192];
    static unsigned next;
    const char *folder = getenv("NITRO_ATTEST_SHARED");
    char path[4096];
    uint8_t *to = files[next++ % 4];
    (void)snprintf(path, sizeof path, "%s/kms/%s", folder != NULL ? folder : "", name);
    FILE *f = folder != NULL && folder[0] != '\0' ? fopen(path, "rb") : NULL;
    if (f == NULL) {
        cr_skip_test("skipped: no shared material (kms/%s)", name);
        return (natt_bytes){NULL, 0};
    }
    size_t len = fread(to, 1, 8192, f);
    (void)fclose(f);
    return (natt_bytes){to, len};
}

Test(recipient_open, genuine_message_opens_to_its_plaintext)
{
    natt_bytes pem = shared_file("recipient-1-key.pem"), message = shared_file("recipient-1.ber");
    natt_bytes plaintext = shared_file("recipient-1-plaintext.bin");
    natt_recipient_error err;
    natt_recipient_key *key = natt_recipient_key_parse(pem, &err);
    cr_assert_not_null(key, "%s", err.message);
    cr_assert(natt_recipient_open(key, opened, sizeof opened, &opened_len, message, &err), "%s", err.message);
    cr_assert(test_equal((natt_bytes){opened, opened_len}, plaintext));
    natt_recipient_key_free(key);
}

Test(recipient_open, genuine_messages_for_others_are_read_and_refused)
{
    static const struct {
        const char *name;
        bool constructed;
        size_t content_len;
    } shapes[] = {{"recipient-1.ber", true, 48}, {"shape-3.ber", false, 16}, {"shape-4.ber", true, 4112}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        natt_bytes message = shared_file(shapes[i].name);
        struct natt_cms cms;
        cr_assert(natt_cms_parse(&cms, message, NULL), "%s", shapes[i].name);
        cr_expect_eq(cms.constructed, shapes[i].constructed);
        cr_expect_eq(cms.content_len, shapes[i].content_len);
        expect(message, NATT_RECIPIENT_E_MESSAGE_RECIPIENT, 33, shapes[i].name);
    }
}

Test(recipient_open, every_form_of_the_structure_opens)
{
    static const size_t pieces[] = {0, 1, 7, 16, 31, 32, 48, 1000};
    for (unsigned form = 0; form < 8 * sizeof pieces / sizeof pieces[0]; form++) {
        char what[64];
        test_message_init(&m);
        m.indefinite = (form & 1) != 0;
        m.long_lengths = (form & 2) != 0;
        m.no_null = (form & 4) != 0;
        m.piece = pieces[form / 8];
        (void)snprintf(what, sizeof what, "form %u, pieces of %zu", form % 8, m.piece);
        expect_counted(test_message_write(&m), 32, what);
    }
}

static void count_up(uint8_t *to, size_t len)
{
    for (size_t i = 0; i < len; i++)
        to[i] = (uint8_t)i;
}

Test(recipient_open, plaintexts_of_every_length_open)
{
    static uint8_t plaintext[70];
    count_up(plaintext, sizeof plaintext);
    for (size_t len = 0; len <= sizeof plaintext; len++) {
        test_message_init(&m);
        test_message_content(&m, plaintext, len);
        m.piece = len % 3 == 0 ? 0 : len;
        expect_counted(test_message_write(&m), len, "length");
    }
}

/* A message of the maximum size opens; a longer one is refused before anything else. */
Test(recipient_open, message_size_is_limited)
{
    static uint8_t plaintext[NATT_RECIPIENT_MAX_MESSAGE], longer[NATT_RECIPIENT_MAX_MESSAGE + 1];
    natt_recipient_error err;
    natt_bytes message = {NULL, 0};
    count_up(plaintext, sizeof plaintext);
    test_message_init(&m);
    test_message_content(&m, plaintext, NATT_RECIPIENT_MAX_MESSAGE - 600);
    message = test_message_write(&m);
    cr_assert_leq(message.len, NATT_RECIPIENT_MAX_MESSAGE);
    expect_counted(message, NATT_RECIPIENT_MAX_MESSAGE - 600, "long");
    memcpy(longer, message.ptr, message.len);
    expect((natt_bytes){longer, sizeof longer}, NATT_RECIPIENT_E_MESSAGE_SIZE, NATT_NO_OFFSET, "n + 1");
    cr_expect_eq(open_it((natt_bytes){longer, sizeof longer - 1}, &err), NATT_RECIPIENT_E_MESSAGE_TRAILING);
    expect((natt_bytes){longer, 0}, NATT_RECIPIENT_E_MESSAGE_SIZE, NATT_NO_OFFSET, "0");
}

/* Empty pieces are valid, in any number for which the message has room. */
Test(recipient_open, pieces_may_be_empty)
{
    static uint8_t longer[NATT_RECIPIENT_MAX_MESSAGE + 2];
    natt_bytes message = fresh();
    size_t end = message.len - 10, room = (NATT_RECIPIENT_MAX_MESSAGE - message.len) / 2 * 2;
    for (int more = 0; more < 2; more++) {
        memcpy(longer, message.ptr, end);
        for (size_t i = 0; i < room + 2u * (unsigned)more; i += 2)
            memcpy(longer + end + i, "\x04\x00", 2);
        memcpy(longer + end + room + 2u * (unsigned)more, message.ptr + end, 10);
        natt_bytes all = {longer, message.len + room + 2u * (unsigned)more};
        if (more == 0)
            expect_counted(all, 32, "as many as fit");
        else
            expect(all, NATT_RECIPIENT_E_MESSAGE_SIZE, NATT_NO_OFFSET, "one more");
    }
}

Test(recipient_open, message_cut_anywhere_is_truncated)
{
    for (int definite = 0; definite < 2; definite++) {
        test_message_init(&m);
        m.piece = 16;
        m.indefinite = definite == 0;
        natt_bytes message = test_message_write(&m);
        for (size_t len = 1; len < message.len; len++) {
            natt_recipient_error err;
            uint8_t *copy = malloc(len); /* so that sanitizers detect an access beyond it */
            cr_assert_not_null(copy);
            memcpy(copy, message.ptr, len);
            cr_assert_eq(open_it((natt_bytes){copy, len}, &err), NATT_RECIPIENT_E_MESSAGE_TRUNCATED, "%zu: %s", len,
                         err.message);
            cr_assert_leq(err.offset, len);
            free(copy);
        }
    }
}

Test(recipient_open, bytes_behind_the_message_are_refused)
{
    natt_bytes message = fresh();
    uint8_t longer[2048];
    memcpy(longer, message.ptr, message.len);
    longer[message.len] = 0;
    expect((natt_bytes){longer, message.len + 1}, NATT_RECIPIENT_E_MESSAGE_TRAILING, message.len, "one more byte");
}

/* Changes one byte of the message of fresh(), at an offset of the structure in genuine messages of KMS. */
Test(recipient_open, structure_errors_say_where)
{
    static const struct {
        size_t at;
        uint8_t value;
        natt_recipient_code code;
        size_t offset;
        const char *what;
    } changes[] = {
        {0, 0x31, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 0, "a SET"},
        {0, 'M', NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 0, "no tag"},
        {1, 0x85, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 1, "a length of five octets"},
        {12, 0x02, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 2, "signedData"},
        {13, 0x30, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 13, "no [0]"},
        {19, 0, NATT_RECIPIENT_E_MESSAGE_VERSION, 17, "version 0"},
        {19, 3, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 17, "version 3"},
        {20, 0xa0, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 20, "originatorInfo"},
        {30, 0, NATT_RECIPIENT_E_MESSAGE_VERSION, 28, "recipient of version 0"},
        {30, 4, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 28, "recipient of version 4"},
        {31, 0x30, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 31, "issuer and serial, and version 2"},
        {40, 0xff, NATT_RECIPIENT_E_MESSAGE_RECIPIENT, 33, "another key"},
        {77, 0x01, NATT_RECIPIENT_E_MESSAGE_ALGORITHM, 67, "RSAES-PKCS1-v1_5"},
        {80, 0xa1, NATT_RECIPIENT_E_MESSAGE_ALGORITHM, 80, "no hash"},
        {94, 0x02, NATT_RECIPIENT_E_MESSAGE_ALGORITHM, 84, "SHA-384"},
        {95, 0x04, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 95, "no NULL"},
        {97, 0xa2, NATT_RECIPIENT_E_MESSAGE_ALGORITHM, 97, "no mask generation"},
        {111, 0x09, NATT_RECIPIENT_E_MESSAGE_ALGORITHM, 101, "no MGF1"},
        {124, 0x03, NATT_RECIPIENT_E_MESSAGE_ALGORITHM, 114, "MGF1 with SHA-512"},
        {399, 0x02, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 389, "not data"},
        {412, 0x02, NATT_RECIPIENT_E_MESSAGE_ALGORITHM, 402, "AES-128-CBC"},
        {431, 0xa1, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 431, "a tag that is not [0]"},
        {432, 0x32, NATT_RECIPIENT_E_MESSAGE_TRAILING, 491, "pieces of a definite length, and an end"},
        {433, 0x24, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 433, "pieces in pieces"},
        {434, 0x80, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 434, "a piece without a length"},
        {484, 0x01, NATT_RECIPIENT_E_MESSAGE_TRAILING, 483, "the end of the pieces is invalid"},
        {485, 0xa1, NATT_RECIPIENT_E_MESSAGE_TRAILING, 485, "unprotected attributes"},
        {492, 0x01, NATT_RECIPIENT_E_MESSAGE_TRAILING, 491, "the last end is invalid"},
    };
    natt_bytes message = fresh();
    cr_assert_eq(message.len, 493);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        uint8_t copy[493];
        memcpy(copy, message.ptr, sizeof copy);
        cr_assert_neq(copy[changes[i].at], changes[i].value, "%s", changes[i].what);
        copy[changes[i].at] = changes[i].value;
        expect((natt_bytes){copy, sizeof copy}, changes[i].code, changes[i].offset, changes[i].what);
    }
}

Test(recipient_open, messages_of_other_makers_are_named)
{
    natt_recipient_error err;
    natt_bytes message = fresh();
    uint8_t copy[493];
    memcpy(copy, message.ptr, sizeof copy);
    copy[19] = copy[30] = 0;
    cr_assert_eq(open_it((natt_bytes){copy, sizeof copy}, &err), NATT_RECIPIENT_E_MESSAGE_VERSION);
    cr_assert_not_null(strstr(err.message, "issuer and serial number"), "%s", err.message);
    cr_assert_not_null(strstr(natt_recipient_code_remedy(err.code), "LocalStack"));
    cr_assert_eq(open_it(test_text("MIAGCSqGSIb3DQEHA6CAMIACAQIxggFr"), &err), NATT_RECIPIENT_E_MESSAGE_STRUCTURE);
    cr_assert_not_null(strstr(err.message, "base64"), "%s", err.message);
}

Test(recipient_open, content_is_whole_blocks)
{
    static const size_t lengths[] = {0, 1, 15, 17, 31, 47};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        test_message_init(&m);
        m.content_len = lengths[i];
        expect(test_message_write(&m), NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 431, "in one piece");
        m.piece = 5;
        expect(test_message_write(&m), NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 431, "in pieces");
    }
}

Test(recipient_open, iv_label_and_recipients_are_as_kms_has_them)
{
    for (size_t len = 0; len <= 18; len++) {
        test_message_init(&m);
        m.iv_len = len;
        if (len == 16)
            expect_counted(test_message_write(&m), 32, "IV");
        else
            expect(test_message_write(&m), NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 413, "IV");
    }
    test_message_init(&m);
    m.label = true;
    expect(test_message_write(&m), NATT_RECIPIENT_E_MESSAGE_ALGORITHM, 127, "a label");
    test_message_init(&m);
    m.recipients = 0;
    expect(test_message_write(&m), NATT_RECIPIENT_E_MESSAGE_TRUNCATED, 22, "no recipient");
    m.recipients = 2;
    expect(test_message_write(&m), NATT_RECIPIENT_E_MESSAGE_TRAILING, 387, "two recipients");
}

/* OpenSSL's identifier has 20 bytes, from SHA-1; an encrypted key has the length of the modulus. */
Test(recipient_open, identifier_and_key_have_their_lengths)
{
    natt_bytes message = fresh();
    struct natt_cms cms;
    natt_recipient_error err;
    uint8_t copy[493 - 12];
    cr_assert(natt_cms_parse(&cms, message, NULL));
    memcpy(copy, message.ptr, 53);
    memcpy(copy + 53, message.ptr + 65, sizeof copy - 53);
    copy[32] = 20;
    copy[23] = (uint8_t)(copy[23] - 12);
    copy[27] = (uint8_t)(copy[27] - 12);
    cr_assert_eq(open_it((natt_bytes){copy, sizeof copy}, &err), NATT_RECIPIENT_E_MESSAGE_RECIPIENT, "%s", err.message);
    cr_assert_eq(err.offset, 33);
    cr_assert_not_null(strstr(err.message, "SHA-256"));
}

/* Neither the error nor whether the content was decrypted distinguishes the faults. */
static void expect_no_oracle(natt_bytes message, const char *what)
{
    static const natt_recipient_error same = {
        .code = NATT_RECIPIENT_E_DECRYPT,
        .verify_code = NATT_OK,
        .nsm = {NATT_NSM_OK, NATT_NSM_DEVICE_NONE, 0, 0, NATT_NO_OFFSET, NULL},
        .offset = NATT_NO_OFFSET,
    };
    natt_recipient_error err;
    decryptions = 0;
    cr_expect_eq(open_it(message, &err), NATT_RECIPIENT_E_DECRYPT, "%s: %s", what, err.message);
    cr_expect(err.offset == same.offset && err.nsm.code == same.nsm.code && err.verify_code == same.verify_code &&
                  err.errno_value == 0 && err.required_len == 0,
              "%s", what);
    cr_expect_str_eq(err.message, natt_recipient_code_message(NATT_RECIPIENT_E_DECRYPT));
    cr_expect_eq(decryptions, 1, "%s: the content was decrypted %u times", what, decryptions);
}

/* Content that an attacker prepared for a known key does not show that the encrypted key was wrong. */
Test(recipient_open, a_wrong_encrypted_key_is_replaced_by_a_random_one)
{
    uint8_t last[32] = {0};
    size_t lengths[] = {0, 16, 31, 33, 64, 32};
    natt_recipient_error err;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        test_message_init(&m);
        m.cek_len = lengths[i];
        m.garbled_key = lengths[i] == 32;
        cr_assert_eq(open_it(test_message_write(&m), &err), NATT_RECIPIENT_E_DECRYPT);
        for (size_t at = 0; at < 32; at += 8) {
            cr_assert_neq(memcmp(content_key + at, m.cek + at, 8), 0, "%zu", lengths[i]);
            cr_assert_neq(memcmp(content_key + at, last + at, 8), 0, "%zu", lengths[i]);
        }
        memcpy(last, content_key, sizeof last);
    }
    cr_assert_eq(open_it(fresh(), &err), NATT_RECIPIENT_OK);
    cr_assert_eq(memcmp(content_key, m.cek, 32), 0);
}

Test(recipient_open, wrong_encrypted_keys_give_the_one_error)
{
    static const size_t lengths[] = {0, 1, 16, 24, 31, 33, 64};
    test_message_init(&m);
    m.garbled_key = true;
    expect_no_oracle(test_message_write(&m), "garbled");
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        test_message_init(&m);
        m.cek_len = lengths[i];
        expect_no_oracle(test_message_write(&m), "length of the key");
    }
    static uint8_t copy[493];
    natt_bytes message = fresh();
    memcpy(copy, message.ptr, sizeof copy);
    memset(copy + 131, 0xff, 256); /* above the modulus */
    expect_no_oracle((natt_bytes){copy, sizeof copy}, "above the modulus");
    memset(copy + 131, 0, 256);
    expect_no_oracle((natt_bytes){copy, sizeof copy}, "zero");
}

Test(recipient_open, oaep_with_another_hash_gives_the_one_error)
{
    struct test_message sha256;
    static uint8_t copy[600];
    test_message_init(&m);
    m.piece = 48;
    m.sha1 = true;
    natt_bytes message = test_message_write(&m);
    cr_assert_leq(message.len, sizeof copy);
    memcpy(copy, message.ptr, message.len);
    sha256 = m;
    sha256.sha1 = false;
    natt_bytes right = test_message_write(&sha256);
    size_t shorter = right.len - message.len; /* the identifier of SHA-1 */
    static uint8_t mixed[600];
    memcpy(mixed, right.ptr, right.len);
    memcpy(mixed + 131, copy + 131 - shorter, 256);
    expect_no_oracle((natt_bytes){mixed, right.len}, "SHA-1 under the name of SHA-256");
}

/* Last bytes, with valid padding before them, or with one wrong byte: all values to 18, then some others. */
Test(recipient_open, wrong_padding_gives_the_one_error)
{
    for (unsigned last = 0; last < 256; last += last < 18 ? 1 : 79) {
        test_message_init(&m);
        memset(m.content, 0x55, 32);
        m.content_len = 32;
        for (unsigned i = 0; i < last && i < 16; i++)
            m.content[31 - i] = (uint8_t)last;
        m.content[31] = (uint8_t)last;
        natt_bytes message = test_message_write(&m);
        natt_recipient_error err;
        if (last == 0 || last > 16)
            expect_no_oracle(message, "padding");
        else
            cr_expect(open_it(message, &err) == NATT_RECIPIENT_OK && opened_len == 32 - last, "%u", last);
        for (unsigned wrong = 1; last > 0 && last <= 16 && wrong < last; wrong++) {
            m.content[31 - wrong] ^= 0x80;
            expect_no_oracle(test_message_write(&m), "a byte of the padding");
            m.content[31 - wrong] ^= 0x80;
        }
    }
}

Test(recipient_open, buffer_of_the_right_size_is_enough)
{
    natt_bytes message = fresh();
    natt_recipient_error err;
    uint8_t out[33];
    size_t len = 1;
    for (size_t capacity = 0; capacity <= sizeof out; capacity++) {
        memset(out, 0xee, sizeof out);
        bool ok = natt_recipient_open(test_recipient_key(), out, capacity, &len, message, &err);
        cr_assert_eq(ok, capacity >= 32, "%zu", capacity);
        cr_assert_eq(len, ok ? 32 : 0);
        cr_assert(ok || (err.code == NATT_RECIPIENT_E_BUFFER_TOO_SMALL && err.required_len == 32));
        for (size_t i = 0; i < capacity; i++)
            cr_assert_eq(out[i], ok && i < 32 ? i : 0);
        cr_assert(capacity == sizeof out || out[capacity] == 0xee);
    }
    cr_assert_not(natt_recipient_open(test_recipient_key(), NULL, 0, &len, message, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_BUFFER_TOO_SMALL);
    cr_assert_not(natt_recipient_open(test_recipient_key(), NULL, 0, &len, message, NULL));
}

Test(recipient_open, arguments_refused_when_null)
{
    natt_bytes message = fresh();
    natt_recipient_error err;
    size_t len = 1;
    cr_assert_not(natt_recipient_open(NULL, opened, sizeof opened, &len, message, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
    cr_assert_not(natt_recipient_open(test_recipient_key(), NULL, 1, &len, message, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
    cr_assert_not(natt_recipient_open(test_recipient_key(), opened, sizeof opened, NULL, message, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
    cr_assert_not(natt_recipient_open(test_recipient_key(), opened, 1, &len, (natt_bytes){NULL, 4}, &err));
    cr_assert_eq(err.code, NATT_RECIPIENT_E_USAGE_ARGUMENT);
}
