/* Ordinary builds: tools/check-bounds derived the limb ranges; they are not checked at run time. */
static inline void check_tight(const struct fl *a)
{
    (void)a;
}

static inline void check_loose(const struct fl *a)
{
    (void)a;
}

static inline void check_wide(const struct fl *a)
{
    (void)a;
}

static inline void check_operand(const struct fl *a)
{
    (void)a;
}
