/*
 * Property: SHA-384 and SHA-256 of every engine equal those of mbedTLS, however the message is split. Input: where to
 * split (two bytes), then the message.
 */
#include "fuzz/property.h"
#include "verify/crypto/crypto.h"
#include "verify/crypto/test/hashes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_bytes in = {data, size};
    uint8_t cut[2], want[48], got[48];
    fuzz_take(&in, cut, sizeof cut);
    size_t first = cut[0] < in.len ? cut[0] : in.len, second = first + (in.len - first) * cut[1] / 255;
    natt_bytes parts[] = {{in.ptr, first}, {in.ptr + first, second - first}, {in.ptr + second, in.len - second}};
    MUST(natt_crypto_mbedtls.sha384(want, &in, 1));
    for (unsigned i = 0; test_sha384_feed(i) != NULL; i++) {
        natt_sha384_parts(got, parts, 3, test_sha384_feed(i));
        MUST(memcmp(got, want, 48) == 0);
    }
    MUST(natt_crypto_mbedtls.sha256(want, &in, 1));
    natt_sha256_parts(got, parts, 3);
    MUST(memcmp(got, want, 32) == 0);
    return 0;
}
