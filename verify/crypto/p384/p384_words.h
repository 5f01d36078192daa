/* Numbers below 2^384 as six 64-bit words, least significant first; the same on every machine. */
#ifndef NATT_VERIFY_CRYPTO_P384_WORDS_H
#define NATT_VERIFY_CRYPTO_P384_WORDS_H

#include <stdbool.h>
#include <stdint.h>

/* 48 bytes, most significant first. */
static inline void words_from_bytes(uint64_t r[6], const uint8_t *bytes)
{
    for (int i = 0; i < 6; i++) {
        const uint8_t *b = bytes + 8 * (5 - i);
        r[i] = (uint64_t)b[0] << 56 | (uint64_t)b[1] << 48 | (uint64_t)b[2] << 40 | (uint64_t)b[3] << 32 |
               (uint64_t)b[4] << 24 | (uint64_t)b[5] << 16 | (uint64_t)b[6] << 8 | (uint64_t)b[7];
    }
}

static inline bool words_are_zero(const uint64_t a[6])
{
    return (a[0] | a[1] | a[2] | a[3] | a[4] | a[5]) == 0;
}

static inline bool words_less(const uint64_t a[6], const uint64_t b[6])
{
    int i = 5;
    while (i > 0 && a[i] == b[i])
        i--;
    return a[i] < b[i];
}

static inline bool words_equal(const uint64_t a[6], const uint64_t b[6])
{
    uint64_t difference = 0;
    for (int i = 0; i < 6; i++)
        difference |= a[i] ^ b[i];
    return difference == 0;
}

static inline void words_copy(uint64_t r[6], const uint64_t a[6])
{
    for (int i = 0; i < 6; i++)
        r[i] = a[i];
}

/* r = a + b mod 2^384; returns the carry. */
static inline uint64_t words_add(uint64_t r[6], const uint64_t a[6], const uint64_t b[6])
{
    uint64_t carry = 0;
    for (int i = 0; i < 6; i++) {
        uint64_t sum = a[i] + carry;
        carry = sum < carry;
        r[i] = sum + b[i];
        carry += r[i] < sum;
    }
    return carry;
}

/* r = a - b mod 2^384; returns the borrow. */
static inline uint64_t words_sub(uint64_t r[6], const uint64_t a[6], const uint64_t b[6])
{
    uint64_t borrow = 0;
    for (int i = 0; i < 6; i++) {
        uint64_t first = a[i] - b[i], under = a[i] < b[i];
        r[i] = first - borrow;
        borrow = under | (first < borrow);
    }
    return borrow;
}

/* r = a mod m, for a below 2m. */
static inline void words_reduce_once(uint64_t r[6], const uint64_t a[6], const uint64_t m[6])
{
    uint64_t less[6];
    const uint64_t *chosen = words_sub(less, a, m) != 0 ? a : less;
    for (int i = 0; i < 6; i++)
        r[i] = chosen[i];
}

#endif
