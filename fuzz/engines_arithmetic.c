/*
 * Arithmetic mod p and mod n, with operands in which carries propagate far: all scalar engines, one engine of lanes
 * with other operands in each lane, the digits and columns of scalars.
 */
#include "fuzz/engines.h"

/* ---- operands ---- */

/* Fills the bits from `at` on, `width` of them, with zeros or ones. */
static void fill(uint64_t n[6], unsigned at, unsigned width, bool ones)
{
    uint64_t mask = UINT64_MAX >> (64 - width), low = mask << at % 64;
    uint64_t high = at % 64 + width > 64 ? mask >> (64 - at % 64) : 0;
    unsigned word = at / 64;
    n[word] = ones ? n[word] | low : n[word] & ~low;
    if (high != 0)
        n[word + 1] = ones ? n[word + 1] | high : n[word + 1] & ~high;
}

/* Carries propagate through limbs of zeros and ones, of the width that some engine has. */
static void fill_limbs(uint64_t n[6], struct engines_input *in)
{
    static const unsigned widths[] = {32, 48, 56, 64};
    unsigned width = widths[engines_draw(in, 4)];
    uint64_t choices = random_word(&in->state);
    for (unsigned at = 0; at < 384; at += width, choices >>= 3)
        if ((choices & 7) < 4)
            fill(n, at, at + width > 384 ? 384 - at : width, (choices & 1) != 0);
}

/* The number as it is, p minus it, a small number more or less than a multiple of p or 2^384, limbs of zeros and ones,
 * or random. */
static void bend(uint64_t n[6], struct engines_input *in)
{
    unsigned way = engines_draw(in, 8);
    uint64_t few[6] = {random_word(&in->state) >> engines_draw(in, 64)};
    static const uint64_t zero[6];
    if (way == 0)
        words_sub(n, natt_p384_p, n);
    if (way == 1)
        words_sub(n, engines_draw(in, 2) ? natt_p384_p : zero, few);
    if (way == 2)
        words_add(n, engines_draw(in, 2) ? natt_p384_p : zero, few);
    if (way == 3 || way == 4)
        fill_limbs(n, in);
    if (way == 5)
        random_residue_above_c(n, &in->state);
    if (way == 6)
        random_number(n, &in->state);
}

static void operand(uint64_t n[6], struct engines_input *in, unsigned which)
{
    words_copy(n, in->number[which & 3]);
    bend(n, in);
}

/* ---- the field of scalar engines ---- */

struct results {
    uint64_t product[6], square[6], sum[6], difference[6], multiple[6];
};

static void compute(struct results *r, const struct natt_p384_engine *e, const uint64_t a[6], const uint64_t b[6],
                    uint32_t k)
{
    e->field_mul(r->product, a, b);
    e->field_sqr(r->square, a);
    e->field_add(r->sum, a, b);
    e->field_sub(r->difference, a, b);
    e->field_times(r->multiple, a, k);
}

/* Operands of the second round are results of the first. */
void engines_check_field(struct engines_input *in)
{
    struct results first, other;
    uint64_t a[6], b[6];
    uint32_t k = 1 + engines_draw(in, 8);
    operand(a, in, 0);
    operand(b, in, 1);
    for (int round = 0; round < 2; round++) {
        compute(&first, test_engine(0), a, b, k);
        MUST(words_less(first.product, natt_p384_p) && words_less(first.square, natt_p384_p) &&
             words_less(first.sum, natt_p384_p) && words_less(first.difference, natt_p384_p) &&
             words_less(first.multiple, natt_p384_p));
        for (unsigned i = 1; test_engine(i) != NULL; i++) {
            compute(&other, test_engine(i), a, b, k);
            MUST(memcmp(&other, &first, sizeof first) == 0);
        }
        words_copy(a, first.difference);
        words_copy(b, first.multiple);
    }
}

/* ---- the field of lanes ---- */

static void expected(uint64_t r[6], const struct natt_p384_engine *e, natt_lanes_operation what,
                     const struct natt_lanes_operands *o, size_t l)
{
    uint64_t t[6];
    bool square = what == NATT_LANES_SQR || what == NATT_LANES_SQR_SUB;
    e->field_mul(r, o->a[l], square ? o->a[l] : o->b[l]);
    if (what == NATT_LANES_MUL_THREE)
        e->field_times(r, r, 3);
    if (what < NATT_LANES_SQR_SUB)
        return;
    if (what == NATT_LANES_SQR_SUB)
        words_copy(t, o->b[l]);
    else
        e->field_mul(t, o->x[l], what == NATT_LANES_MUL_SUB ? o->y[l] : o->x[l]);
    if (what != NATT_LANES_MUL_SUB)
        e->field_times(t, t, 8);
    e->field_sub(r, r, t);
}

void engines_check_lanes_field(struct engines_input *in)
{
    const struct natt_p384_lanes *lanes = engines_lanes(in);
    const struct natt_p384_engine *e = engines_scalar(in);
    struct natt_lanes_operands o = {.more = 0};
    uint64_t got[NATT_LANES_MAX][6], want[6];
    natt_lanes_operation what = (natt_lanes_operation)engines_draw(in, NATT_LANES_OPERATIONS);
    for (unsigned l = 0; l < lanes->lanes; l++) {
        operand(o.a[l], in, l);
        operand(o.b[l], in, l + 1);
        operand(o.x[l], in, l + 2);
        operand(o.y[l], in, l + 3);
    }
    lanes->field(what, got, &o);
    for (size_t l = 0; l < lanes->lanes; l++) {
        expected(want, e, what, &o, l);
        MUST(words_equal(got[l], want));
    }
}

/* ---- scalars ---- */

/* Two's complement. */
static void add_at(uint64_t sum[7], int32_t value, unsigned at)
{
    uint64_t bits = (uint64_t)(int64_t)value, sign = value < 0 ? UINT64_MAX : 0, carry = 0;
    unsigned word = at / 64, shift = at % 64;
    for (unsigned i = word; i < 7; i++) {
        uint64_t term = i == word ? bits << shift : sign;
        if (i == word + 1 && shift != 0)
            term = bits >> (64 - shift) | sign << shift;
        term += carry;
        carry = term < carry;
        sum[i] += term;
        carry += sum[i] < term;
    }
}

static bool sum_is(const uint64_t sum[7], const uint64_t scalar[6])
{
    return words_equal(sum, scalar) && sum[6] == 0;
}

static void check_windows(const uint64_t scalar[6], uint32_t window)
{
    struct natt_p384_digits digits;
    uint64_t sum[7] = {0};
    natt_p384_recode(&digits, scalar, window);
    MUST(digits.count <= NATT_P384_MAX_DIGITS);
    for (uint32_t i = 0; i < digits.count; i++) {
        int value = digits.digit[i].value, bound = 1 << (window - 1);
        MUST(value % 2 != 0 && value < bound && value > -bound && digits.digit[i].at >= 0 && digits.digit[i].at <= 384);
        MUST(i == 0 || digits.digit[i].at < digits.digit[i - 1].at);
        add_at(sum, value, (unsigned)digits.digit[i].at);
    }
    MUST(sum_is(sum, scalar));
}

static void check_lanes_digits(const uint64_t scalar[6], uint32_t window)
{
    uint64_t sum[7] = {0}, odd[6];
    words_copy(odd, scalar);
    odd[0] |= 1;
    for (uint32_t at = 0; at < NATT_LANES_BITS; at += window) {
        int32_t digit = natt_lanes_digit(odd, at, window);
        MUST(digit % 2 != 0 && digit < 1 << window && -digit < 1 << window);
        add_at(sum, digit, at);
    }
    MUST(sum_is(sum, odd));
}

/* Of a scalar below n. Every position is added or subtracted once, so the sum is 2 (those added) + 1 - 2^384. */
static void check_columns(const uint64_t scalar[6])
{
    struct natt_p384_comb_digits digits;
    uint64_t sum[7] = {0};
    natt_p384_comb_recode(&digits, scalar);
    for (unsigned c = 0; c < NATT_COMB_SPACING; c++) {
        int digit = digits.column[c];
        unsigned entry = (unsigned)(digit < 0 ? -1 - digit : digit);
        MUST(entry < NATT_COMB_ENTRIES);
        for (unsigned t = 0; t < NATT_COMB_TEETH; t++) {
            unsigned at = c + NATT_COMB_SPACING * t;
            bool plus = ((entry | NATT_COMB_ENTRIES) >> t & 1) != (digit < 0);
            sum[at / 64] |= (uint64_t)plus << at % 64;
        }
    }
    for (int i = 6; i > 0; i--)
        sum[i] = sum[i] << 1 | sum[i - 1] >> 63;
    sum[0] = sum[0] << 1 | 1;
    sum[6]--;
    if (sum[6] != 0)
        sum[6] += words_add(sum, sum, natt_p384_n);
    MUST(sum_is(sum, scalar));
}

/* All engines: a / a = 1, and 1/0 = 0. */
static void check_inverses(struct engines_input *in)
{
    const uint64_t one[6] = {1};
    uint64_t a[6], s[6], inverse[6], product[6];
    operand(a, in, 0);
    operand(s, in, 1);
    words_reduce_once(a, a, natt_p384_p);
    words_reduce_once(s, s, natt_p384_n);
    for (unsigned i = 0; test_engine(i) != NULL; i++) {
        test_engine(i)->field_inverse(inverse, a);
        test_engine(0)->field_mul(product, inverse, a);
        MUST(words_less(inverse, natt_p384_p) && words_equal(product, words_are_zero(a) ? a : one));
        test_engine(i)->inverse_mod_n(inverse, s);
        engines_mul_mod_n(product, s, inverse);
        MUST(words_less(inverse, natt_p384_n) && words_equal(product, words_are_zero(s) ? s : one));
    }
}

/* u1 s = hash and u2 s = r, for w = 1/s. */
static void check_multipliers(struct engines_input *in)
{
    uint64_t u1[6], u2[6], s[6], r[6], w[6], hash[6];
    operand(hash, in, 0);
    operand(r, in, 1);
    operand(s, in, 2);
    words_reduce_once(r, r, natt_p384_n);
    words_reduce_once(s, s, natt_p384_n);
    engines_scalar(in)->inverse_mod_n(w, s);
    natt_p384_scalar_multipliers(u1, u2, hash, r, w);
    MUST(words_less(u1, natt_p384_n) && words_less(u2, natt_p384_n));
    words_reduce_once(hash, hash, natt_p384_n);
    engines_mul_mod_n(u1, u1, s);
    engines_mul_mod_n(u2, u2, s);
    MUST(words_are_zero(s) || (words_equal(u1, hash) && words_equal(u2, r)));
}

static void check_recoding(struct engines_input *in)
{
    uint64_t scalar[6], reduced[6];
    operand(scalar, in, 2);
    words_reduce_once(reduced, scalar, natt_p384_n);
    check_windows(scalar, engines_draw(in, 2) ? NATT_P384_G_WINDOW : NATT_P384_Q_WINDOW);
    check_lanes_digits(scalar, engines_draw(in, 2) ? NATT_LANES_G_WINDOW : NATT_LANES_Q_WINDOW);
    check_columns(reduced);
}

void engines_check_scalars(struct engines_input *in)
{
    unsigned which = engines_draw(in, 16);
    if (which == 0)
        check_inverses(in);
    else if (which == 1)
        check_multipliers(in);
    else
        check_recoding(in);
}
