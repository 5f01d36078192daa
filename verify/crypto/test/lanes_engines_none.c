#include "verify/crypto/test/lanes_engines.h"

const struct natt_p384_lanes *test_lanes_of_processor(unsigned i)
{
    (void)i;
    return NULL;
}

const struct test_one *test_one_of_processor(void)
{
    return NULL;
}

const struct natt_crypto *test_lanes_table(unsigned i)
{
    (void)i;
    return NULL;
}

bool test_mode_of_processor(unsigned i)
{
    (void)i;
    return false;
}

unsigned test_mode(void)
{
    return 0;
}

void test_mode_restore(unsigned mode)
{
    (void)mode;
}

natt_sha384_feed_lanes *test_sha384_lanes_of_processor(void)
{
    return NULL;
}
