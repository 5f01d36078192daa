/* Signature values as bytes. */
#include "verify/parse/ecdsa.h"
#include "verify/test/support.h"

/* n, the order of P-384, is 24 bytes ff and this. [SEC2 2.5.1] */
#define FF24   "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
#define N_TAIL "\xc7\x63\x4d\x81\xf4\x37\x2d\xdf\x58\x1a\x0d\xb2\x48\xb0\xa7\x7a\xec\xec\x19\x6a\xcc\xc5\x29"
#define ZERO47 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static const natt_bytes n_minus_1 = BYTES(FF24 N_TAIL "\x72"), n = BYTES(FF24 N_TAIL "\x73");

Test(ecdsa, in_range_accepted_from_1_to_n_minus_1)
{
    static const natt_bytes rows[] = {
        BYTES("\x01"),
        BYTES("\xff"),
        BYTES(ZERO47 "\x01"),
        BYTES("\0\0\x02"),
        BYTES(FF24 N_TAIL "\x71"),
        BYTES(FF24 N_TAIL "\x72"),
        BYTES(FF24),
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        cr_assert(natt_scalar_in_range(rows[i]), "row %zu", i);
}

Test(ecdsa, in_range_refused_when_zero_or_n_or_above)
{
    static const natt_bytes rows[] = {
        {NULL, 0},
        BYTES(""),
        BYTES("\0"),
        BYTES(ZERO47 "\0"),
        BYTES(FF24 N_TAIL "\x73"),
        BYTES(FF24 N_TAIL "\x74"),
        BYTES(FF24 FF24),
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        cr_assert_not(natt_scalar_in_range(rows[i]), "row %zu", i);
}

/* n with any one byte reduced is in range, since the bytes before it are equal. */
Test(ecdsa, in_range_compares_every_byte_with_n)
{
    for (size_t i = 0; i < NATT_SCALAR_LEN; i++) {
        uint8_t v[NATT_SCALAR_LEN];
        memset(v, 0xff, sizeof v);
        memcpy(v, n.ptr, i + 1);
        v[i]--;
        cr_assert(natt_scalar_in_range((natt_bytes){v, sizeof v}), "byte %zu smaller", i);
        v[i]++;
        cr_assert_not(natt_scalar_in_range((natt_bytes){v, sizeof v}), "byte %zu equal, ff after", i);
    }
}

Test(ecdsa, in_range_bounded_when_one_byte_longer)
{
    for (size_t len = NATT_SCALAR_LEN - 1; len <= NATT_SCALAR_LEN + 1; len++) {
        uint8_t v[NATT_SCALAR_LEN + 1] = {0};
        v[len - 1] = 1;
        cr_assert_eq(natt_scalar_in_range((natt_bytes){v, len}), len <= NATT_SCALAR_LEN, "%zu bytes", len);
    }
}

Test(ecdsa, pad_writes_zeros_in_front)
{
    natt_bytes abc = BYTES("abc");
    for (size_t len = 0; len <= NATT_SCALAR_LEN; len++) {
        uint8_t in[NATT_SCALAR_LEN], out[NATT_SCALAR_LEN], want[NATT_SCALAR_LEN] = {0};
        memset(in, 0x5a, sizeof in);
        memset(want + sizeof want - len, 0x5a, len);
        memset(out, 0xff, sizeof out);
        natt_scalar_pad(out, (natt_bytes){in, len});
        cr_assert_arr_eq(out, want, sizeof out, "%zu bytes", len);
    }
    uint8_t out[NATT_SCALAR_LEN];
    natt_scalar_pad(out, abc);
    cr_assert_arr_eq(out + 45, "abc", 3);
}

/* s of RFC 6979 A.2.6 "sample", and n - s computed with Python. */
Test(ecdsa, negate_gives_n_minus_s)
{
    static const struct {
        natt_bytes s, other;
    } rows[] = {
        {BYTES(ZERO47 "\x01"), BYTES(FF24 N_TAIL "\x72")},
        {BYTES(FF24 N_TAIL "\x72"), BYTES(ZERO47 "\x01")},
        {BYTES(ZERO47 "\x73"), BYTES(FF24 N_TAIL "\x00")},
        {BYTES(ZERO47 "\x74"), BYTES(FF24 "\xc7\x63\x4d\x81\xf4\x37\x2d\xdf\x58\x1a\x0d\xb2\x48\xb0\xa7\x7a\xec\xec\x19"
                                          "\x6a\xcc\xc5\x28\xff")},
        {BYTES("\x99\xef\x4a\xeb\x15\xf1\x78\xce\xa1\xfe\x40\xdb\x26\x03\x13\x8f\x13\x0e\x74\x0a\x19\x62\x45\x26"
               "\x20\x3b\x63\x51\xd0\xa3\xa9\x4f\xa3\x29\xc1\x45\x78\x6e\x67\x9e\x7b\x82\xc7\x1a\x38\x62\x8a\xc8"),
         BYTES("\x66\x10\xb5\x14\xea\x0e\x87\x31\x5e\x01\xbf\x24\xd9\xfc\xec\x70\xec\xf1\x8b\xf5\xe6\x9d\xba\xd9"
               "\xa7\x27\xea\x30\x23\x93\x84\x8f\xb4\xf0\x4c\x6c\xd0\x42\x3f\xdc\x71\x69\x52\x50\x94\x62\x9e\xab")},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint8_t out[NATT_SCALAR_LEN], back[NATT_SCALAR_LEN];
        natt_scalar_negate(out, rows[i].s.ptr);
        cr_assert_arr_eq(out, rows[i].other.ptr, sizeof out, "row %zu", i);
        natt_scalar_negate(back, out);
        cr_assert_arr_eq(back, rows[i].s.ptr, sizeof back, "row %zu and back", i);
    }
    cr_assert(natt_scalar_in_range(n_minus_1));
}
