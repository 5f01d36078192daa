/*
 * Property: every engine returns the same answers, with and without a table of the key, and the correct answer where it
 * is known. An execution checks one level. All bytes choose the level and the engines, so that the average cost does
 * not depend on what the fuzzer prefers, and all engines take turns:
 *   - the field: products, squares, sums, differences, multiples, inverses of all scalar engines; each operation of an
 *     engine of lanes, with different operands in each lane (engines_arithmetic.c; p384_field.c compares the scalar
 *     ones with mbedTLS);
 *   - points: the formulas of one engine, each coordinate of the result (engines_points.c);
 *   - scalars: the digits and columns of each recoding add up; multipliers and inverses mod n;
 *   - whole signatures, one of some thousand executions, since one costs as much as these (engines_signatures.c).
 * Only this choice is instrumented for the fuzzer: arithmetic has no branches that coverage would find.
 * Input: two numbers of 48 bytes, two bytes, two numbers.
 */
#include "fuzz/engines.h"

/* With vector units in C a signature takes milliseconds. */
static void check_signature(struct engines_input *in)
{
    unsigned which = engines_draw(in, 1024);
    if (which < 8)
        engines_check_scalar(in);
    else if (which < 16)
        engines_check_table(in);
    else if (which == 16)
        engines_check_one(in);
    else if (which == 17)
        engines_check_lanes(in);
    else if (which == 18)
        engines_check_batch(in);
    else
        engines_check_field(in);
}

static void check_level(struct engines_input *in)
{
    unsigned which = engines_draw(in, 16);
    if (which == 0)
        check_signature(in);
    else if (which == 1)
        engines_check_points(in);
    else if (which < 4)
        engines_check_scalars(in);
    else if (which < 6)
        engines_check_lanes_field(in);
    else
        engines_check_field(in);
}

/* FNV-1a */
static uint64_t hash_of(const uint8_t *data, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ data[i]) * 0x100000001b3u;
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct engines_input in = {.state = hash_of(data, size)};
    natt_bytes rest = {data, size};
    uint8_t more[2];
    fuzz_number_take(&rest, in.number[0]);
    fuzz_number_take(&rest, in.number[1]);
    fuzz_take(&rest, more, sizeof more);
    fuzz_number_take(&rest, in.number[2]);
    fuzz_number_take(&rest, in.number[3]);
    check_level(&in);
    return 0;
}
