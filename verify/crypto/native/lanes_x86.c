/* x86-64: tables whose signatures share lanes. */
#include "verify/crypto/hash/sha384_lanes.h"
#include "verify/crypto/lanes/lanes.h"
#include "verify/crypto/native/native.h"
#include "verify/crypto/x86/cpu.h"

/* A slice costs the same full or not; bench/p384_bench measures what. */
static const struct natt_lanes_use fma_uses[] = {
    {&natt_p384_lanes_fma, NATT_LANES_NO_TABLE, 3},
    {&natt_p384_lanes_fma, NATT_LANES_WHOLE, 3},
    {&natt_p384_lanes_fma, NATT_LANES_SPLIT_UP, 1},
};
static const struct natt_lanes_use ifma_uses[] = {
    {&natt_p384_lanes_ifma8, NATT_LANES_NO_TABLE, 5}, {&natt_p384_lanes_ifma4, NATT_LANES_NO_TABLE, 2},
    {&natt_p384_lanes_ifma8, NATT_LANES_WHOLE, 5},    {&natt_p384_lanes_ifma8, NATT_LANES_SPLIT_UP, 2},
    {&natt_p384_lanes_ifma4, NATT_LANES_SPLIT_UP, 1},
};

static const struct natt_lanes_plan fma_plan = {fma_uses, sizeof fma_uses / sizeof fma_uses[0]};
static const struct natt_lanes_plan ifma_plan = {ifma_uses, sizeof ifma_uses / sizeof ifma_uses[0]};

static void fma_verify(struct natt_job *const *jobs, size_t count)
{
    natt_lanes_verify(&fma_plan, natt_p384_engine(), jobs, count);
}

static void ifma_verify(struct natt_job *const *jobs, size_t count)
{
    natt_lanes_verify(&ifma_plan, natt_p384_engine(), jobs, count);
}

void natt_native_sha384_each(const struct natt_message *messages, size_t count)
{
    bool lanes = natt_cpu_features() & NATT_CPU_FAST_SHA384;
    natt_sha384_each(messages, count, natt_sha384_fastest(), lanes ? natt_sha384_feed_lanes_avx512 : NULL);
}

const struct natt_crypto natt_crypto_lanes_fma = {
    natt_native_sha384,     natt_native_sha256,     natt_native_on_curve, fma_verify, 5,
    natt_native_make_table, natt_native_sha384_each};
const struct natt_crypto natt_crypto_lanes_ifma = {
    natt_native_sha384,     natt_native_sha256,     natt_native_on_curve, ifma_verify, 8,
    natt_native_make_table, natt_native_sha384_each};

const struct natt_crypto *natt_native_fastest(void)
{
    unsigned features = natt_cpu_features();
    if (features & NATT_CPU_FAST_IFMA)
        return &natt_crypto_lanes_ifma;
    return features & NATT_CPU_FAST_FMA ? &natt_crypto_lanes_fma : &natt_crypto_native;
}
