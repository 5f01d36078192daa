/*
 * Body of natt_modinv_*. The including file defines: LIMB and ULIMB (machine word, signed and unsigned), DOUBLE
 * (signed, twice as wide), BITS (per limb, two less than a LIMB has), LIMBS, MODULUS (type), MODINV (name),
 * COUNT_ZEROS.
 *
 * A value is the sum of limb[i] * 2^(BITS * i): all limbs but the last lie in [0, 2^BITS), the last carries the sign.
 * Right shifts of negative values are arithmetic, as gcc and clang define them.
 */
#define MASK ((LIMB)(((ULIMB)1 << BITS) - 1))
#define UNIT ((DOUBLE)1 << BITS)

/* What BITS division steps do to (f, g): 2^BITS (f', g') = (u f + v g, q f + r g). |u| + |v| and |q| + |r| <= 2^BITS.
 */
struct matrix {
    LIMB u, v, q, r;
};

static void limbs_from_words(LIMB out[LIMBS], const uint64_t a[6])
{
    for (unsigned i = 0; i < LIMBS; i++) {
        unsigned word = i * BITS / 64, shift = i * BITS % 64;
        uint64_t bits = word < 6 ? a[word] >> shift : 0;
        if (shift + BITS > 64 && word < 5)
            bits |= a[word + 1] << (64 - shift);
        out[i] = (LIMB)(bits & (uint64_t)MASK);
    }
}

/* a must lie in [0, 2^384). */
static void limbs_to_words(uint64_t out[6], const LIMB a[LIMBS])
{
    for (unsigned i = 0; i < 6; i++)
        out[i] = 0;
    for (unsigned i = 0; i < LIMBS; i++) {
        unsigned word = i * BITS / 64, shift = i * BITS % 64;
        if (word < 6)
            out[word] |= (uint64_t)a[i] << shift;
        if (shift + BITS > 64 && word < 5)
            out[word + 1] |= (uint64_t)a[i] >> (64 - shift);
    }
}

/* a += times * m; a stays in the representation. */
static void limbs_add_modulus(LIMB a[LIMBS], const LIMB m[LIMBS], LIMB times)
{
    DOUBLE carry = 0;
    for (int i = 0; i < LIMBS - 1; i++) {
        carry += (DOUBLE)times * m[i] + a[i];
        a[i] = (LIMB)carry & MASK;
        carry >>= BITS;
    }
    a[LIMBS - 1] = (LIMB)(carry + (DOUBLE)times * m[LIMBS - 1] + a[LIMBS - 1]);
}

static bool limbs_below(const LIMB a[LIMBS], const LIMB b[LIMBS])
{
    int i = LIMBS - 1;
    while (i > 0 && a[i] == b[i])
        i--;
    return a[i] < b[i];
}

/*
 * BITS division steps on the low words of f (odd) and g, as many at a time as their low bits allow. *eta is -delta of
 * the paper. A multiple w of f clears at most six bits of g: f (f^2 - 2) is -1/f modulo 64.
 */
static struct matrix divide(int *eta, ULIMB f, ULIMB g)
{
    ULIMB u = 1, v = 0, q = 0, r = 1;
    for (int left = BITS;;) {
        int zeros = COUNT_ZEROS(g | (ULIMB)1 << left);
        g >>= zeros;
        u <<= zeros;
        v <<= zeros;
        left -= zeros;
        *eta -= zeros;
        if (left == 0)
            return (struct matrix){(LIMB)u, (LIMB)v, (LIMB)q, (LIMB)r};
        if (*eta < 0) {
            ULIMB f0 = f, u0 = u, v0 = v;
            *eta = -*eta;
            f = g, u = q, v = r;
            g = 0 - f0, q = 0 - u0, r = 0 - v0;
        }
        int limit = *eta + 1 < left ? *eta + 1 : left;
        ULIMB w = f * (f * f - 2) * g & (((ULIMB)1 << (limit < 6 ? limit : 6)) - 1);
        g += f * w;
        q += u * w;
        r += v * w;
    }
}

/* (f, g) = matrix (f, g) / 2^BITS, exactly. |f|, |g| < 2^385. */
static void update_fg(LIMB *f, LIMB *g, int count, const struct matrix *t)
{
    DOUBLE cf = ((DOUBLE)t->u * f[0] + (DOUBLE)t->v * g[0]) >> BITS;
    DOUBLE cg = ((DOUBLE)t->q * f[0] + (DOUBLE)t->r * g[0]) >> BITS;
    for (int i = 1; i < count; i++) {
        cf += (DOUBLE)t->u * f[i] + (DOUBLE)t->v * g[i];
        cg += (DOUBLE)t->q * f[i] + (DOUBLE)t->r * g[i];
        f[i - 1] = (LIMB)cf & MASK;
        g[i - 1] = (LIMB)cg & MASK;
        cf >>= BITS;
        cg >>= BITS;
    }
    f[count - 1] = (LIMB)cf;
    g[count - 1] = (LIMB)cg;
}

/* The multiple of m, between -2^(BITS-1) and 2^(BITS-1), that makes `low` divisible by 2^BITS. */
static LIMB clearing_multiple(DOUBLE low, ULIMB inverse)
{
    ULIMB k = (0 - (ULIMB)low * inverse) & (ULIMB)MASK;
    return (LIMB)k - (LIMB)((k >> (BITS - 1)) << BITS);
}

/*
 * (d, e) = matrix (d, e) / 2^BITS mod m. Each call widens the range by m / 2. The paper bounds the steps for 384 bits
 * by 1110, so the calls by 18 or 37, and |d|, |e| by 20 m: the last limb (12 or 24 bits of m) has room for that.
 */
static void update_de(LIMB d[LIMBS], LIMB e[LIMBS], const struct matrix *t, const MODULUS *m)
{
    DOUBLE cd = (DOUBLE)t->u * d[0] + (DOUBLE)t->v * e[0];
    DOUBLE ce = (DOUBLE)t->q * d[0] + (DOUBLE)t->r * e[0];
    LIMB kd = clearing_multiple(cd, m->inverse), ke = clearing_multiple(ce, m->inverse);
    cd = (cd + (DOUBLE)kd * m->limb[0]) >> BITS;
    ce = (ce + (DOUBLE)ke * m->limb[0]) >> BITS;
    for (int i = 1; i < LIMBS; i++) {
        cd += (DOUBLE)t->u * d[i] + (DOUBLE)t->v * e[i] + (DOUBLE)kd * m->limb[i];
        ce += (DOUBLE)t->q * d[i] + (DOUBLE)t->r * e[i] + (DOUBLE)ke * m->limb[i];
        d[i - 1] = (LIMB)cd & MASK;
        e[i - 1] = (LIMB)ce & MASK;
        cd >>= BITS;
        ce >>= BITS;
    }
    d[LIMBS - 1] = (LIMB)cd;
    e[LIMBS - 1] = (LIMB)ce;
}

/* Drops the last limb of f and g while it is nothing but sign. */
static int shorten(LIMB *f, LIMB *g, int count)
{
    while (count > 1 && (f[count - 1] == 0 || f[count - 1] == -1) && (g[count - 1] == 0 || g[count - 1] == -1)) {
        f[count - 2] = (LIMB)(f[count - 2] + UNIT * f[count - 1]);
        g[count - 2] = (LIMB)(g[count - 2] + UNIT * g[count - 1]);
        count--;
    }
    return count;
}

static bool all_zero(const LIMB *g, int count)
{
    LIMB any = 0;
    for (int i = 0; i < count; i++)
        any |= g[i];
    return any == 0;
}

/* d times the sign of f, brought into [0, m). */
static void finish(uint64_t r[6], LIMB d[LIMBS], bool negative, const LIMB m[LIMBS])
{
    LIMB zero[LIMBS] = {0}, *value = d;
    if (negative) {
        limbs_add_modulus(zero, d, -1);
        value = zero;
    }
    while (value[LIMBS - 1] < 0)
        limbs_add_modulus(value, m, 1);
    while (!limbs_below(value, m))
        limbs_add_modulus(value, m, -1);
    limbs_to_words(r, value);
}

void MODINV(uint64_t r[6], const uint64_t a[6], const MODULUS *m)
{
    LIMB f[LIMBS], g[LIMBS], d[LIMBS] = {0}, e[LIMBS] = {1};
    int count = LIMBS, eta = -1;
    for (int i = 0; i < LIMBS; i++)
        f[i] = m->limb[i];
    limbs_from_words(g, a);
    while (!all_zero(g, count)) {
        struct matrix t = divide(&eta, (ULIMB)f[0], (ULIMB)g[0]);
        update_fg(f, g, count, &t);
        update_de(d, e, &t, m);
        count = shorten(f, g, count);
    }
    finish(r, d, f[count - 1] < 0, m->limb);
}
