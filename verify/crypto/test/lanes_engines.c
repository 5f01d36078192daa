#include "verify/crypto/test/lanes_engines.h"

extern const struct natt_p384_lanes natt_p384_lanes_fma_plain, natt_p384_lanes_ifma4_plain, natt_p384_lanes_ifma8_plain;

void test_lanes_verify(const struct natt_p384_lanes *engine, natt_lanes_kind kind, size_t least,
                       const struct natt_p384_engine *scalar, struct natt_job *const *jobs, size_t count)
{
    const struct natt_lanes_use use = {engine, kind, least};
    const struct natt_lanes_plan plan = {&use, 1};
    natt_lanes_verify(&plan, scalar, jobs, count);
}

const struct natt_p384_lanes *test_lanes(unsigned i)
{
    const struct natt_p384_lanes *plain[] = {&natt_p384_lanes_c, &natt_p384_lanes_fma_plain,
                                             &natt_p384_lanes_ifma4_plain, &natt_p384_lanes_ifma8_plain};
    return i < TEST_LANES_PLAIN ? plain[i] : test_lanes_of_processor(i - TEST_LANES_PLAIN);
}
