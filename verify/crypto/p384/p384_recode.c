/* Scalars as few odd signed digits: the width-w non-adjacent form. */
#include "verify/crypto/p384/p384.h"

/* Bits at .. at+15 of the scalar, zeros above its 384. */
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
 * From the least significant bit up. `carry` is what the digits so far took too much: a window in the upper half is
 * taken as a negative digit and one is owed to the next.
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
