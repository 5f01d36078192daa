/* -Dbounds=true: every operation of the lane field stops the program when a limb leaves its range. */
static inline void check_range(const struct fl *a, uint64_t high, int first, int last)
{
    uint64_t limb[LANES];
    for (int i = first; i <= last; i++) {
        lane_store(limb, a->v[i]);
        for (int l = 0; l < LANES; l++)
            if (limb[l] > high)
                __builtin_trap();
    }
}

static inline void check_tight(const struct fl *a)
{
    check_range(a, ((uint64_t)1 << 48) - 1, 0, 0);
    check_range(a, ((uint64_t)1 << 48) + ((uint64_t)1 << 15), 1, 7);
}

static inline void check_loose(const struct fl *a)
{
    check_range(a, ((uint64_t)1 << 50) - 1, 0, 7);
}

static inline void check_wide(const struct fl *a)
{
    check_range(a, ((uint64_t)1 << 51) - 1, 0, 7);
}

static inline void check_operand(const struct fl *a)
{
    check_range(a, (uint64_t)15 << 48, 0, 7);
}
