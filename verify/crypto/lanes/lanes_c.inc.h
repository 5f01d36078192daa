/*
 * Lanes in plain C, for every machine: arrays of integers, and 32 by 32 bit products. What tests compare the vector
 * units with, and where sanitizers, big-endian and 32-bit machines run the shared formulas.
 */
#include <stddef.h>
#include <stdint.h>

typedef struct lane {
    int64_t l[LANES];
} lane;

struct fl {
    lane v[8];
};

/* Nothing of what runs here depends on a mode of the processor. */
static inline unsigned enter_mode(void)
{
    return 0;
}

static inline void leave_mode(unsigned saved)
{
    (void)saved;
}

#define EACH_LANE(expression)                                                                                          \
    for (int i = 0; i < LANES; i++)                                                                                    \
    r.l[i] = (expression)

static inline lane lane_set(int64_t n)
{
    lane r;
    EACH_LANE(n);
    return r;
}

static inline lane lane_load(const int64_t n[LANES])
{
    lane r;
    EACH_LANE(n[i]);
    return r;
}

static inline lane lane_add(lane a, lane b)
{
    lane r;
    EACH_LANE(a.l[i] + b.l[i]);
    return r;
}

static inline lane lane_sub(lane a, lane b)
{
    lane r;
    EACH_LANE(a.l[i] - b.l[i]);
    return r;
}

static inline lane lane_and(lane a, lane b)
{
    lane r;
    EACH_LANE(a.l[i] & b.l[i]);
    return r;
}

static inline lane lane_shl(lane a, int n)
{
    lane r;
    EACH_LANE(a.l[i] * ((int64_t)1 << n));
    return r;
}

static inline lane lane_shr(lane a, int n)
{
    lane r;
    EACH_LANE((int64_t)((uint64_t)a.l[i] >> n));
    return r;
}

/* mask: 0 or -1 in each lane. */
static inline lane lane_select(lane mask, lane set, lane otherwise)
{
    lane r;
    EACH_LANE(mask.l[i] != 0 ? set.l[i] : otherwise.l[i]);
    return r;
}

static inline void lane_store(uint64_t out[LANES], lane a)
{
    for (int i = 0; i < LANES; i++)
        out[i] = (uint64_t)a.l[i];
}

/* out[i] = word at + i of each row. */
static inline void lane_load_rows(lane out[4], const uint64_t *const rows[LANES], size_t at)
{
    for (int i = 0; i < 4; i++)
        for (int l = 0; l < LANES; l++)
            out[i].l[l] = (int64_t)rows[l][at + (size_t)i];
}

/* The halves of a limb, 24 bits and the rest. */
struct halves {
    uint32_t low[8], high[8];
};

static inline void split(struct halves *out, const struct fl *a, int l)
{
    for (int i = 0; i < 8; i++) {
        out->low[i] = (uint32_t)(a->v[i].l[l] & 0xffffff);
        out->high[i] = (uint32_t)(a->v[i].l[l] >> 24);
    }
}

/* c[k], c[k + 1] += the products of limbs i and k - i. */
static inline void add_column(lane c[16], int l, int k, const struct halves *a, const struct halves *b)
{
    uint64_t low = 0, middle = 0, high = 0;
    for (int i = k < 8 ? 0 : k - 7; i <= k && i < 8; i++) {
        int j = k - i;
        low += (uint64_t)a->low[i] * b->low[j];
        middle += (uint64_t)a->low[i] * b->high[j] + (uint64_t)a->high[i] * b->low[j];
        high += (uint64_t)a->high[i] * b->high[j];
    }
    c[k].l[l] += (int64_t)(low + ((middle & 0xffffff) << 24));
    c[k + 1].l[l] += (int64_t)(high + (middle >> 24));
}

/* c += the columns of a * b */
static void fl_mul_columns(lane c[16], const struct fl *a, const struct fl *b)
{
    struct halves x, y;
    for (int l = 0; l < LANES; l++) {
        split(&x, a, l);
        split(&y, b, l);
        for (int k = 0; k < 15; k++)
            add_column(c, l, k, &x, &y);
    }
}

/* c += the columns of a^2 */
static void fl_sqr_columns(lane c[16], const struct fl *a)
{
    fl_mul_columns(c, a, a);
}
