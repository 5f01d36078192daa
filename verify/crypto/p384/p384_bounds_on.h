/* -Dbounds=true: every field operation of the wide field stops the program when a limb leaves its range. */
static inline void check_range(const fe *a, int64_t low, int64_t high, int first, int last)
{
    for (int i = first; i <= last; i++)
        if (a->v[i] < low || a->v[i] > high)
            __builtin_trap();
}

static inline void check_loose(const fe *a)
{
    check_range(a, -((int64_t)1 << 61), (int64_t)1 << 61, 0, 5);
    check_range(a, -((int64_t)1 << 54), (int64_t)1 << 54, 6, 6);
}

static inline void check_tight(const fe *a)
{
    check_range(a, 0, LIMB_MASK, 0, 4);
    check_range(a, -((int64_t)1 << 15), LIMB_MASK + 1 + ((int64_t)1 << 15), 5, 5);
    check_range(a, 0, TOP_MASK, 6, 6);
}
