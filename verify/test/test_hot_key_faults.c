/*
 * Damage to a hot key's table in the memory of the cache, and what a document can gain from it.
 */
#include "signed.h"

#include "verify/cache.h"
#include "verify/crypto/p384/p384.h"
#include "verify/crypto/test/zeroed_table.h"
#include "verify/verify.h"

#include <string.h>

static uint8_t mem[32768];

static natt_code verify(struct natt_test_case *c, natt_cache *cache)
{
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    natt_test_build(c);
    cr_assert_eq(natt_verify_with(&v, c->doc, &c->opt, cache, &natt_crypto_native, &err), err.code == NATT_OK);
    return err.code;
}

/* The cache's table of the leaf's key, after two documents. */
static struct natt_key_table *leaf_table(struct natt_test_case *c, natt_cache *cache)
{
    natt_certificate leaf;
    cr_assert_eq(verify(c, cache), NATT_OK);
    cr_assert_eq(verify(c, cache), NATT_OK);
    cr_assert(natt_certificate_parse(&leaf, natt_issuer_certificate(c->issuer, TEST_LEAF), NULL));
    size_t at = (size_t)((const uint8_t *)natt_cache_table(cache, leaf.public_key.ptr) - mem);
    cr_assert_lt(at, sizeof mem - sizeof(struct natt_key_table));
    return (struct natt_key_table *)(void *)(mem + at);
}

/* A table with a wrong byte refuses valid signatures, and accepts no signature that a fault made invalid. */
Test(hot_key_faults, fault_in_a_table_accepts_no_fault_in_a_signature)
{
    struct natt_test_case c;
    natt_cache *cache = natt_cache_init(mem, sizeof mem, 4, 1, NULL);
    if (natt_p384_tables.g == NULL)
        cr_skip_test("built with -Dsmall_tables=true");
    natt_test_begin(&c);
    uint8_t *points = (uint8_t *)leaf_table(&c, cache)->point;
    size_t refused = 0, len = sizeof(struct natt_key_table) - NATT_PUBLIC_KEY_LEN;
    for (size_t at = 17; at < len; at += 4096) {
        points[at] ^= 0x10;
        refused += verify(&c, cache) != NATT_OK;
        c.plan.envelope.signature.edit = NATT_SIGNATURE_FLIP_BIT;
        cr_assert_eq(verify(&c, cache), NATT_E_COSE_SIGNATURE);
        c.plan.envelope.signature.edit = NATT_SIGNATURE_PLAIN;
        points[at] ^= 0x10;
    }
    for (size_t at = 0; at < len; at++)
        points[at] ^= 0x10;
    cr_assert_eq(verify(&c, cache), NATT_E_COSE_SIGNATURE, "the verification uses the table");
    cr_assert_leq(refused, 6u);
    natt_test_end(&c);
}

/* The sum no longer depends on the key, so anyone can compute its x; but the sum is not a point of the curve. */
Test(hot_key_faults, zeroed_table_accepts_no_forged_document)
{
    struct natt_test_case c;
    natt_cache *cache = natt_cache_init(mem, sizeof mem, 4, 1, NULL);
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    if (natt_p384_tables.g == NULL)
        cr_skip_test("built with -Dsmall_tables=true");
    natt_test_begin(&c);
    struct natt_key_table *table = leaf_table(&c, cache);
    memset(table->point, 0, sizeof table->point);
    cr_assert(natt_verify_with(&v, c.doc, &c.opt, NULL, &natt_crypto_native, &err));
    uint8_t *signature = c.bytes + c.doc.len - 96;
    forge_for_zeroed_table(natt_p384_engine(), signature, signature + 48, v.canonical_id);
    cr_assert_not(natt_verify_with(&v, c.doc, &c.opt, cache, &natt_crypto_native, &err));
    cr_assert_eq(err.code, NATT_E_COSE_SIGNATURE);
    natt_test_end(&c);
}
