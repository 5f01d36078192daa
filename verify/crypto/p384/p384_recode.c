/* Recodes scalars: as few odd signed digits, the width-w non-adjacent form; and as the columns of a comb. */
#include "verify/crypto/p384/p384.h"
#include "verify/crypto/p384/p384_words.h"

/* Bits at .. at+15 of the scalar; bits above 383 are zero. */
static uint32_t bits_at(const uint64_t scalar[6], uint32_t at)
{
    uint32_t word = at / 64, shift = at % 64;
    uint64_t bits = word < 6 ? scalar[word] >> shift : 0;
    if (shift > 48 && word < 5)
        bits |= scalar[word + 1] << (64 - shift);
    return (uint32_t)bits & 0xffff;
}

static void reverse(struct natt_p384_digits *digits)
{
    for (uint32_t i = 0, j = digits->count; i + 1 < j; i++) {
        j--;
        int16_t at = digits->digit[i].at, value = digits->digit[i].value;
        digits->digit[i] = digits->digit[j];
        digits->digit[j].at = at;
        digits->digit[j].value = value;
    }
}

/*
 * Works from the least significant bit up. A window in the upper half becomes a negative digit, which is too small by
 * 2^w; `carry` adds this to the next digit.
 */
void natt_p384_recode(struct natt_p384_digits *out, const uint64_t scalar[6], uint32_t window)
{
    uint32_t carry = 0, size = (uint32_t)1 << window;
    out->count = 0;
    for (uint32_t at = 0; at <= 384;) {
        uint32_t bits = (bits_at(scalar, at) & (size - 1)) + carry;
        if ((bits & 1) == 0) {
            at++;
            continue;
        }
        carry = bits > size / 2;
        out->digit[out->count].at = (int16_t)at;
        out->digit[out->count].value = (int16_t)(carry ? (int32_t)bits - (int32_t)size : (int32_t)bits);
        out->count++;
        at += window;
    }
    reverse(out);
}

/*
 * An odd k below 2^384 is the sum of +-2^i over all i from 0 to 383: plus where bit i + 1 of k is set, and for 383.
 * Bit t of the result: the sign of position column + 48 t.
 */
static uint32_t comb_signs(const uint64_t odd[6], uint32_t column)
{
    uint32_t signs = 0;
    for (uint32_t t = 0; t < NATT_COMB_TEETH; t++) {
        uint32_t at = column + NATT_COMB_SPACING * t + 1;
        uint32_t bit = at < NATT_COMB_TEETH * NATT_COMB_SPACING ? (uint32_t)(odd[at / 64] >> at % 64) & 1 : 1;
        signs |= bit << t;
    }
    return signs;
}

/* A column with a negative highest tooth is the negation of the column with all other signs. */
static int16_t comb_digit(uint32_t signs, bool negate)
{
    bool down = signs < NATT_COMB_ENTRIES;
    int16_t entry = (int16_t)(down ? NATT_COMB_ENTRIES - 1 - signs : signs - NATT_COMB_ENTRIES);
    return (int16_t)(down != negate ? -1 - entry : entry);
}

/* One of k and n - k is odd, and n - k is -k. */
void natt_p384_comb_recode(struct natt_p384_comb_digits *out, const uint64_t scalar[6])
{
    const uint64_t zero[6] = {0};
    uint64_t odd[6];
    bool negate = (scalar[0] & 1) == 0;
    words_sub(odd, negate ? natt_p384_n : scalar, negate ? scalar : zero);
    for (uint32_t column = 0; column < NATT_COMB_SPACING; column++)
        out->column[column] = comb_digit(comb_signs(odd, column), negate);
}
