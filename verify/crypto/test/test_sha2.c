/* SHA-384 and SHA-256 against mbedTLS: every length up to 300, every split into three parts, every implementation. */
#include <criterion/criterion.h>
#include <mbedtls/md.h>
#include <stdlib.h>
#include <string.h>

#include "verify/crypto/test/hashes.h"
#include "verify/crypto/test/lanes_engines.h"
#include "verify/crypto/test/random.h"

#define LONGEST 20000
#define FAR     66000 /* more than 2^16 */

static uint8_t message[FAR];

static void fill(void)
{
    uint64_t state = 1;
    random_bytes(message, sizeof(message), &state);
}

TestSuite(sha2, .init = fill);

/* Uses the interface that exists in versions 2.28 and 3.6. */
static void oracle(size_t len, uint8_t want384[48], uint8_t want256[32])
{
    cr_assert_eq(mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), message, len, want384), 0);
    cr_assert_eq(mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), message, len, want256), 0);
}

static void check_parts(const natt_bytes *parts, size_t count, const uint8_t *want384, const uint8_t *want256)
{
    uint8_t got[48];
    for (unsigned i = 0; test_sha384_feed(i) != NULL; i++) {
        natt_sha384_parts(got, parts, count, test_sha384_feed(i));
        cr_assert_arr_eq(got, want384, 48);
    }
    natt_sha256_parts(got, parts, count);
    cr_assert_arr_eq(got, want256, 32);
}

static void check_cuts(size_t len, size_t step)
{
    uint8_t want384[48], want256[32];
    oracle(len, want384, want256);
    for (size_t i = 0; i <= len; i += step) {
        const size_t j = i + (len - i) * 2 / 3;
        const natt_bytes parts[] = {{message, i}, {message + i, j - i}, {message + j, len - j}};
        check_parts(parts, 3, want384, want256);
    }
}

Test(sha2, equals_mbedtls_for_every_length_and_cut, .timeout = 400)
{
    for (size_t len = 0; len <= 300; len++)
        check_cuts(len, 1);
}

Test(sha2, equals_mbedtls_for_long_messages, .timeout = 120)
{
    for (size_t len = 301; len <= LONGEST; len = len * 5 / 4)
        check_cuts(len, len / 7);
}

Test(sha2, takes_absent_and_empty_parts)
{
    uint8_t want384[48], want256[32];
    const natt_bytes parts[] = {{NULL, 0}, {message, 0}, {message, 200}, {NULL, 0}};
    oracle(200, want384, want256);
    check_parts(parts, 4, want384, want256);
    oracle(0, want384, want256);
    check_parts(parts, 0, want384, want256);
}

/* The message is at the end of its allocation, at every alignment, so that a sanitizer or valgrind detects reads beyond
 * it. */
Test(sha2, reads_nothing_outside_its_parts)
{
    for (size_t len = 0; len < 300; len++) {
        uint8_t want384[48], want256[32], *exact = malloc(len + 1);
        natt_bytes part = {exact + 1, len};
        memcpy(exact + 1, message, len);
        oracle(len, want384, want256);
        check_parts(&part, 1, want384, want256);
        free(exact);
    }
}

/* ---- several messages at once ---- */

#define MOST 20

/* The ends of blocks and of padding, for one, two and three blocks. */
static const size_t boundaries[] = {0,   1,   2,   110, 111, 112, 113, 126, 127, 128, 129, 238,
                                    239, 240, 241, 254, 255, 256, 257, 366, 367, 368, 384};

static struct natt_message cut(size_t len, size_t first, size_t second, uint8_t *digest)
{
    return (struct natt_message){
        {{message, first}, {message + first, second - first}, {message + second, len - second}}, digest};
}

static void check_each(const struct natt_message *messages, size_t count, uint8_t digests[][48])
{
    natt_sha384_feed_lanes *lanes[] = {natt_sha384_feed_lanes_plain, NULL, test_sha384_lanes_of_processor()};
    for (unsigned i = 0; i < 3; i++) {
        memset(digests, 0, MOST * sizeof digests[0]);
        natt_sha384_each(messages, count, natt_sha384_feed_portable, lanes[i]);
        for (size_t k = 0; k < MOST; k++) {
            uint8_t want[48] = {0};
            if (k < count)
                natt_sha384_parts(want, messages[k].parts, NATT_MESSAGE_PARTS, natt_sha384_feed_portable);
            cr_assert_arr_eq(digests[k], want, 48, "lanes %u, %zu messages, number %zu", i, count, k);
        }
    }
}

/* In every lane, beside messages of other lengths. */
Test(sha2, several_messages_equal_each_alone_at_the_ends_of_blocks, .timeout = 120)
{
    const size_t lengths = sizeof boundaries / sizeof boundaries[0];
    uint8_t digests[MOST][48];
    struct natt_message messages[MOST];
    for (size_t i = 0; i < lengths; i++) {
        for (size_t k = 0; k < MOST; k++) {
            size_t len = boundaries[(i + k) % lengths], part = boundaries[(i + 3 * k) % lengths];
            messages[k] = cut(len, part < len ? part : 0, part < len ? part : len / 2, digests[k]);
        }
        check_each(messages, MOST, digests);
    }
}

/* Fewer messages than lanes, as many, more; a long one that is finished alone. */
Test(sha2, several_messages_equal_each_alone_for_every_count, .timeout = 120)
{
    uint8_t digests[MOST][48];
    struct natt_message messages[MOST];
    uint64_t state = 2;
    for (size_t count = 0; count <= MOST; count++) {
        for (size_t k = 0; k < count; k++) {
            uint64_t r = random_word(&state);
            size_t len = (size_t)(r % (k == 1 ? LONGEST : 1200)), first = (size_t)(r >> 20) % (len + 1);
            messages[k] = cut(len, first, first + (size_t)(r >> 40) % (len - first + 1), digests[k]);
        }
        check_each(messages, count, digests);
    }
}

/* Lanes advance together by several blocks, and what is then left of a part differs. */
Test(sha2, several_long_messages_equal_each_alone, .timeout = 120)
{
    static const size_t lengths[] = {4400, FAR, 1500, 4401, 1152, 9000, 1663, 640, 4400, LONGEST, 3000};
    const size_t all = sizeof lengths / sizeof lengths[0];
    uint8_t digests[MOST][48];
    struct natt_message messages[MOST];
    for (size_t first = 0; first <= 130; first += 65)
        for (size_t count = 1; count <= all; count++) {
            messages[count - 1] = cut(lengths[count - 1], first, first, digests[count - 1]);
            check_each(messages, count, digests);
        }
}
