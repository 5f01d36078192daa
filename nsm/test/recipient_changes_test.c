/*
 * Changes every byte of a message to every other value. No change may cause a crash or give a different structure. If
 * the message still opens, the changed byte belongs to the IV or to a block before the last, since CBC has no
 * integrity. "recipient_changes_long" tries every value everywhere; the quick suite parses them all, and opens one of
 * each byte.
 */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/recipient/cms.h"
#include "nsm/test/recipient_support.h"
#include "nsm/test/support.h"

#define LEN       (493 + 16)
#define KEY_ID_AT 33
#define KEY_AT    131
#define IV_AT     415
#define CONTENT   435
#define BLOCKS    64 /* bytes */

static uint8_t message[LEN], original[LEN];
static struct natt_cms shape;

static void begin(void)
{
    static struct test_message m;
    static uint8_t plaintext[48];
    test_message_init(&m);
    test_message_content(&m, plaintext, 48);
    m.piece = 64;
    natt_bytes written = test_message_write(&m);
    cr_assert_eq(written.len, LEN);
    memcpy(original, written.ptr, LEN);
    memcpy(message, original, LEN);
    cr_assert(natt_cms_parse(&shape, (natt_bytes){message, LEN}, NULL));
    cr_assert_eq(shape.iv.ptr - message, IV_AT);
    cr_assert_eq(shape.encrypted_key.ptr - message, KEY_AT);
    cr_assert_eq(shape.content.ptr - message + 2, CONTENT);
}

static bool same_view(natt_bytes a, natt_bytes b)
{
    return a.ptr == b.ptr && a.len == b.len;
}

static bool inside(size_t at, size_t from, size_t len)
{
    return at >= from && at < from + len;
}

/* Bytes that the structure does not depend on. */
static bool is_value(size_t at)
{
    return inside(at, KEY_ID_AT, 32) || inside(at, KEY_AT, 256) || inside(at, IV_AT, 16) || inside(at, CONTENT, BLOCKS);
}

Test(recipient_changes, no_change_makes_another_structure, .init = begin)
{
    unsigned accepted = 0;
    for (size_t at = 0; at < LEN; at++) {
        for (unsigned value = 1; value < 256; value++) {
            struct natt_cms cms;
            message[at] = (uint8_t)(original[at] ^ value);
            bool ok = natt_cms_parse(&cms, (natt_bytes){message, LEN}, NULL);
            accepted += ok ? 1 : 0;
            cr_assert_eq(ok, is_value(at), "byte %zu becomes %02x", at, message[at]);
            cr_assert(!ok || (same_view(cms.key_id, shape.key_id) && same_view(cms.iv, shape.iv) &&
                              same_view(cms.encrypted_key, shape.encrypted_key) &&
                              same_view(cms.content, shape.content) && cms.content_len == shape.content_len));
        }
        message[at] = original[at];
    }
    cr_assert_eq(accepted, (32 + 256 + 16 + BLOCKS) * 255);
}

static struct {
    unsigned tried, structure, recipient, decrypt, altered, same;
} counts;

/* The allowed effects of the byte at this position. */
static void open_changed(size_t at)
{
    natt_recipient_error err;
    uint8_t out[BLOCKS];
    size_t len;
    static const uint8_t zeros[48];
    bool ok = natt_recipient_open(test_recipient_key(), out, sizeof out, &len, (natt_bytes){message, LEN}, &err);
    bool malleable = inside(at, IV_AT, 16) || inside(at, CONTENT, BLOCKS);
    counts.tried++;
    counts.structure +=
        !ok && err.code >= NATT_RECIPIENT_E_MESSAGE_SIZE && err.code < NATT_RECIPIENT_E_MESSAGE_RECIPIENT;
    counts.recipient += err.code == NATT_RECIPIENT_E_MESSAGE_RECIPIENT;
    counts.decrypt += err.code == NATT_RECIPIENT_E_DECRYPT;
    counts.altered += ok && !test_equal((natt_bytes){out, len}, (natt_bytes){zeros, sizeof zeros});
    counts.same += ok && test_equal((natt_bytes){out, len}, (natt_bytes){zeros, sizeof zeros});
    cr_assert(ok ? malleable : true, "byte %zu", at);
    cr_assert(!inside(at, KEY_ID_AT, 32) || err.code == NATT_RECIPIENT_E_MESSAGE_RECIPIENT, "byte %zu", at);
    cr_assert(!inside(at, KEY_AT, 256) || err.code == NATT_RECIPIENT_E_DECRYPT, "byte %zu", at);
    cr_assert(!malleable || ok || err.code == NATT_RECIPIENT_E_DECRYPT, "byte %zu", at);
    cr_assert(is_value(at) || counts.structure > 0);
}

static void open_all(unsigned step)
{
    for (size_t at = 0; at < LEN; at++) {
        for (unsigned value = 1 + (unsigned)(at % step); value < 256; value += step) {
            message[at] = (uint8_t)(original[at] ^ value);
            open_changed(at);
        }
        message[at] = original[at];
    }
    (void)fprintf(stderr,
                  "# %u changed messages: %u refused for their structure, %u for the recipient, %u not decrypted; "
                  "%u opened to another plaintext, %u to the same\n",
                  counts.tried, counts.structure, counts.recipient, counts.decrypt, counts.altered, counts.same);
    cr_assert_eq(counts.structure + counts.recipient + counts.decrypt + counts.altered, counts.tried);
    cr_assert_eq(counts.same, 0);
    cr_assert_gt(counts.altered, 0);
}

Test(recipient_changes, one_change_of_each_byte_is_opened, .init = begin)
{
    open_all(255);
}

Test(recipient_changes_long, every_change_of_each_byte_is_opened, .init = begin)
{
    open_all(1);
}
