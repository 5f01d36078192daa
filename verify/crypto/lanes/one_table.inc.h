/* The engine of one signature in four lanes, as a table: all but the sums is SCALAR's. Included after
 * one_engine.inc.h; ONE_NAME is its name. */

static bool one_matches(const struct natt_p384_question *question)
{
    natt_lanes_answer answer = ONE_ASK(question);
    return answer == NATT_LANES_UNKNOWN ? SCALAR.matches(question) : answer == NATT_LANES_MATCHES;
}

static bool one_on_curve(const uint64_t xy[2][6])
{
    return SCALAR.on_curve(xy);
}

static bool one_matches_with_table(const struct natt_p384_table_question *question)
{
    return SCALAR.matches_with_table(question);
}

static bool one_make_table(struct natt_key_table *out, const uint64_t xy[2][6])
{
    return SCALAR.make_table(out, xy);
}

static void one_inverse_mod_n(uint64_t r[6], const uint64_t a[6])
{
    SCALAR.inverse_mod_n(r, a);
}

static void one_field_mul(uint64_t r[6], const uint64_t a[6], const uint64_t b[6])
{
    SCALAR.field_mul(r, a, b);
}

static void one_field_sqr(uint64_t r[6], const uint64_t a[6])
{
    SCALAR.field_sqr(r, a);
}

static void one_field_add(uint64_t r[6], const uint64_t a[6], const uint64_t b[6])
{
    SCALAR.field_add(r, a, b);
}

static void one_field_sub(uint64_t r[6], const uint64_t a[6], const uint64_t b[6])
{
    SCALAR.field_sub(r, a, b);
}

static void one_field_times(uint64_t r[6], const uint64_t a[6], uint32_t k)
{
    SCALAR.field_times(r, a, k);
}

static void one_field_inverse(uint64_t r[6], const uint64_t a[6])
{
    SCALAR.field_inverse(r, a);
}

const struct natt_p384_engine ONE_ENGINE = {
    .name = ONE_NAME,
    .on_curve = one_on_curve,
    .matches = one_matches,
    .matches_with_table = one_matches_with_table,
    .make_table = one_make_table,
    .inverse_mod_n = one_inverse_mod_n,
    .field_mul = one_field_mul,
    .field_sqr = one_field_sqr,
    .field_add = one_field_add,
    .field_sub = one_field_sub,
    .field_times = one_field_times,
    .field_inverse = one_field_inverse,
};
