#include "verify/crypto/test/hashes.h"

natt_sha384_feed *test_sha384_feed(unsigned i)
{
    natt_sha384_feed *everywhere[] = {natt_sha384_feed_portable, natt_sha384_feed_avx2_plain,
                                      natt_sha384_feed_avx512vl_plain, natt_sha384_feed_sha512_plain};
    return i < 4 ? everywhere[i] : test_sha384_feed_of_processor(i - 4);
}
