/*
 * Signature values as bytes. Source: FIPS 186-4 D.1.2.4 (order of P-384), SEC 1 4.1.4 (range).
 */
#include "verify/parse/ecdsa.h"
#include "verify/parse/reader.h"

#include <string.h>

static const uint8_t order[NATT_SCALAR_LEN] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf,
    0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73,
};

/* 48 bytes; the first byte is sufficient for nearly all values. */
static bool below_order(const uint8_t *value)
{
    size_t i = 0;
    while (i < NATT_SCALAR_LEN - 1 && value[i] == order[i])
        i++;
    return value[i] < order[i];
}

/* A value with fewer bytes than the order is smaller. */
bool natt_scalar_in_range(natt_bytes value)
{
    if (value.len > NATT_SCALAR_LEN || natt_bytes_zero(value))
        return false;
    return value.len < NATT_SCALAR_LEN || below_order(value.ptr);
}

void natt_scalar_pad(uint8_t out[NATT_SCALAR_LEN], natt_bytes value)
{
    memset(out, 0, NATT_SCALAR_LEN);
    memcpy(out + NATT_SCALAR_LEN - value.len, value.ptr, value.len);
}

void natt_scalar_negate(uint8_t out[NATT_SCALAR_LEN], const uint8_t s[NATT_SCALAR_LEN])
{
    unsigned borrow = 0;
    for (size_t i = NATT_SCALAR_LEN; i-- > 0;) {
        unsigned d = 0x100u + order[i] - s[i] - borrow;
        out[i] = (uint8_t)d;
        borrow = 1u - (d >> 8);
    }
}
