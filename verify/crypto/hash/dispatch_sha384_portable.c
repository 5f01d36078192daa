/* Other machines: one implementation. */
#include "verify/crypto/hash/sha2.h"

natt_sha384_feed *natt_sha384_fastest(void)
{
    return natt_sha384_feed_portable;
}
