/* The native back end: no heap, no state except the processor's features, nothing outside this folder. */
#include "verify/crypto/native/native.h"
#include "verify/crypto/hash/sha2.h"
#include "verify/crypto/p384/p384.h"

bool natt_native_sha384(uint8_t *out, const natt_bytes *parts, size_t count)
{
    natt_sha384_parts(out, parts, count, natt_sha384_fastest());
    return true;
}

bool natt_native_sha256(uint8_t *out, const natt_bytes *parts, size_t count)
{
    natt_sha256_parts(out, parts, count);
    return true;
}

natt_crypto_answer natt_native_on_curve(const uint8_t *public_key)
{
    return natt_p384_on_curve(natt_p384_engine(), public_key);
}

static void verify(struct natt_job *const *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        jobs[i]->answer = natt_p384_verify(natt_p384_engine(), jobs[i]);
}

bool natt_native_make_table(struct natt_key_table *out, const uint8_t *public_key)
{
    return natt_p384_make_table(natt_p384_engine(), out, public_key);
}

const struct natt_crypto natt_crypto_native = {
    natt_native_sha384,     natt_native_sha256,     natt_native_on_curve, verify, 1,
    natt_native_make_table, natt_native_sha384_each};
