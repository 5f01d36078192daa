#include "verify/crypto/test/lanes_engines.h"

extern const struct natt_p384_lanes natt_p384_lanes_fma_plain, natt_p384_lanes_ifma4_plain, natt_p384_lanes_ifma8_plain;

const struct natt_p384_lanes *test_lanes(unsigned i)
{
    const struct natt_p384_lanes *plain[] = {&natt_p384_lanes_c, &natt_p384_lanes_fma_plain,
                                             &natt_p384_lanes_ifma4_plain, &natt_p384_lanes_ifma8_plain};
    return i < TEST_LANES_PLAIN ? plain[i] : test_lanes_of_processor(i - TEST_LANES_PLAIN);
}
