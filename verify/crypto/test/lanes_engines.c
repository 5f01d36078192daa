#include "verify/crypto/test/lanes_engines.h"

extern const struct natt_p384_lanes natt_p384_lanes_fma_plain, natt_p384_lanes_ifma4_plain, natt_p384_lanes_ifma8_plain;
extern const struct natt_p384_engine natt_p384_one_ifma_plain;
natt_lanes_answer natt_one_ifma_plain_ask(const struct natt_p384_question *question);

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

const struct test_one *test_one(unsigned i)
{
    static const struct test_one plain[TEST_ONE_PLAIN] = {{&natt_p384_one_c, natt_one_c_ask},
                                                          {&natt_p384_one_ifma_plain, natt_one_ifma_plain_ask}};
    if (i < TEST_ONE_PLAIN)
        return &plain[i];
    return i == TEST_ONE_PLAIN ? test_one_of_processor() : NULL;
}
