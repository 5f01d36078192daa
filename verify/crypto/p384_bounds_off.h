/* Ordinary builds: limb ranges are proved by tools/check-bounds and not looked at again. */
static inline void check_loose(const fe *a)
{
    (void)a;
}

static inline void check_tight(const fe *a)
{
    (void)a;
}
