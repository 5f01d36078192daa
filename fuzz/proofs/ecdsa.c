/* Proved of natt_scalar_in_range and natt_scalar_pad, for values of up to 2048 octets: no access out of bounds; true
 * exactly for values of 1 to 48 octets that are not zero and below the order, which the harness contains a second time
 * and compares as a number; these fit where natt_scalar_pad copies them. Whether all octets are zero is a contract. */
#include "fuzz/proofs/any_input.h"
#include "verify/parse/reader.h"

_Bool nondet_bool(void);

static bool zero;

/* Any answer for octets, the same one each time; none are zero. */
bool natt_bytes_zero(natt_bytes a)
{
    __CPROVER_assert(a.len == 0 || __CPROVER_r_ok(a.ptr, a.len), "all of it is read");
    return a.len == 0 || zero;
}

#include "verify/parse/ecdsa.c"

/* The order of P-384, written again. [FIPS 186-4 D.1.2.4] */
static const uint8_t n[NATT_SCALAR_LEN] = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
                                          "\xff\xff\xff\xff\xff\xff\xff\xff\xc7\x63\x4d\x81\xf4\x37\x2d\xdf"
                                          "\x58\x1a\x0d\xb2\x48\xb0\xa7\x7a\xec\xec\x19\x6a\xcc\xc5\x29\x73";

/* From the last octet on, which counts least: is the value below the order? */
static bool is_below(const uint8_t *value)
{
    bool below = false;
    for (int i = NATT_SCALAR_LEN - 1; i >= 0; i--)
        below = value[i] < n[i] || (value[i] == n[i] && below);
    return below;
}

int main(void)
{
    natt_bytes value = any_input(2048);
    uint8_t padded[NATT_SCALAR_LEN];
    zero = nondet_bool();
    bool ok = natt_scalar_in_range(value);
    REACHABLE(ok && value.len == NATT_SCALAR_LEN && value.ptr[47] == 0x72 && value.ptr[30] == 0x37);
    REACHABLE(!ok && value.len == NATT_SCALAR_LEN && !zero);
    bool fits = value.len >= 1 && value.len <= NATT_SCALAR_LEN && !zero;
    __CPROVER_assert(ok == (fits && (value.len < NATT_SCALAR_LEN || is_below(value.ptr))), "the order");
    if (ok)
        natt_scalar_pad(padded, value);
    return 0;
}
