#include "verify/crypto/aarch64/cpu.h"
#include "verify/crypto/test/hashes.h"

natt_sha384_feed *test_sha384_feed_of_processor(unsigned i)
{
    return i == 0 && natt_cpu_has_sha512() ? natt_sha384_feed_sha512 : NULL;
}
