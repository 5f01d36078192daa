/*
 * Verification with a chain cache: what a hit skips (signature arithmetic), and what it must never skip.
 */
#include "signed.h"

#include "verify/verify.h"

#include <string.h>

#define HEX(c, text) natt_plan_hex(&(c)->plan, text)
#define CERT(c, i)   (&(c)->plan.certificates[i])

static uint8_t mem[16384];
static size_t jobs_run;

static void count_and_verify(struct natt_job *const *jobs, size_t count)
{
    jobs_run += count;
    natt_crypto_default()->verify(jobs, count);
}

static natt_cache *new_cache(void)
{
    natt_cache *cache = natt_cache_init(mem, sizeof mem, 4, 0, NULL);
    cr_assert_not_null(cache);
    return cache;
}

/* Returns the verdict; jobs_run is the number of signatures verified for it. */
static natt_code verify(struct natt_test_case *c, natt_cache *cache, natt_verified *v)
{
    natt_verified spare = NATT_VERIFIED_INIT;
    struct natt_crypto counting = *natt_crypto_default();
    natt_error err;
    v = v != NULL ? v : &spare;
    jobs_run = 0;
    counting.verify = count_and_verify;
    counting.lanes = 1; /* after an invalid signature, no further one is verified */
    natt_test_build(c);
    bool ok = natt_verify_with(v, c->doc, &c->opt, cache, &counting, &err);
    cr_assert_eq(ok, err.code == NATT_OK);
    return err.code;
}

/* A case whose document was just verified, so the cache contains its chain. */
static natt_cache *begin_cached(struct natt_test_case *c)
{
    natt_cache *cache = new_cache();
    natt_test_begin(c);
    c->opt.max_age_ms = NATT_UNLIMITED_MS;
    cr_assert_eq(verify(c, cache, NULL), NATT_OK);
    cr_assert_eq(jobs_run, 5);
    return cache;
}

Test(chain_cache, hit_skips_the_certificates_signatures_and_says_so)
{
    struct natt_test_case c;
    natt_verified v = NATT_VERIFIED_INIT, cold = NATT_VERIFIED_INIT;
    natt_cache *cache = begin_cached(&c);
    cr_assert_eq(natt_cache_count(cache), 4);
    cr_assert_eq(verify(&c, cache, &v), NATT_OK);
    cr_assert_eq(jobs_run, 1);
    cr_assert_eq(v.cached_certificates, 4);
    cr_assert_eq(verify(&c, NULL, &cold), NATT_OK);
    cr_assert_eq(cold.cached_certificates, 0);
    cr_assert_eq(v.checks, cold.checks);
    cr_assert_arr_eq(v.pcrs, cold.pcrs, sizeof v.pcrs);
    natt_test_end(&c);
}

Test(chain_cache, document_signature_is_always_proved)
{
    struct natt_test_case c;
    natt_cache *cache = begin_cached(&c);
    c.plan.envelope.signature.edit = NATT_SIGNATURE_FLIP_BIT;
    cr_assert_eq(verify(&c, cache, NULL), NATT_E_COSE_SIGNATURE);
    cr_assert_eq(jobs_run, 1);
    natt_test_end(&c);
}

Test(chain_cache, tampered_certificate_is_a_miss_and_refused)
{
    struct natt_test_case c;
    for (uint32_t i = 1; i <= TEST_LEAF; i++) {
        natt_cache *cache = begin_cached(&c);
        CERT(&c, i)->signature.edit = NATT_SIGNATURE_FLIP_BIT;
        cr_assert_eq(verify(&c, cache, NULL), NATT_E_CHAIN_SIGNATURE);
        cr_assert_eq(jobs_run, 1, "only the changed certificate");
        natt_test_end(&c);
    }
}

/* Same key and name, different path length, invalid signature: a certificate is known only if its bytes are
 * identical. */
Test(chain_cache, certificate_with_other_content_is_a_miss)
{
    struct natt_test_case c;
    natt_cache *cache = begin_cached(&c);
    natt_plan_set_extension(&c.plan, 1, "2.5.29.19", true, HEX(&c, "30030101ff"));
    cr_assert_eq(verify(&c, cache, NULL), NATT_OK);
    cr_assert_eq(jobs_run, 2);
    CERT(&c, 1)->signature.key = NATT_KEY_UNRELATED;
    cr_assert_eq(verify(&c, cache, NULL), NATT_E_CHAIN_SIGNATURE);
    natt_test_end(&c);
}

/* The known child under a different issuer key: the parent's key is part of the entry. */
Test(chain_cache, known_certificate_is_a_miss_under_another_issuer_key)
{
    struct natt_test_case c;
    uint8_t point[97];
    natt_cache *cache = begin_cached(&c);
    natt_bytes known = natt_plan_copy(&c.plan, natt_issuer_certificate(c.issuer, TEST_LEAF));
    cr_assert(natt_issuer_public_key(c.issuer, point, NATT_KEY_UNRELATED));
    CERT(&c, 3)->spki = natt_plan_der_spki(&c.plan, natt_plan_copy(&c.plan, (natt_bytes){point, sizeof point}));
    CERT(&c, TEST_LEAF)->raw = known;
    cr_assert_eq(verify(&c, cache, NULL), NATT_E_CHAIN_SIGNATURE);
    cr_assert_eq(jobs_run, 2, "the changed certificate and its child");
    natt_test_end(&c);
}

/* The point (x, p - y), which is also on the curve, made from the SubjectPublicKeyInfo of (x, y). */
static natt_bytes opposite_key(struct natt_test_case *c, natt_bytes spki)
{
    static const uint8_t p[48] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff,
                                  0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff};
    uint8_t y[48];
    int borrow = 0;
    for (size_t i = 48; i-- > 0;) {
        int digit = p[i] - spki.ptr[spki.len - 48 + i] - borrow;
        borrow = digit < 0;
        y[i] = (uint8_t)(digit + 256 * borrow);
    }
    natt_bytes copy = natt_plan_copy(&c->plan, (natt_bytes){y, sizeof y});
    return natt_plan_splice(&c->plan, spki, spki.len - 48, 48, copy);
}

/* Keys that share one coordinate are different keys: with the same x, a signature is valid under only one of them. */
Test(chain_cache, known_certificate_is_a_miss_under_the_opposite_issuer_key)
{
    struct natt_test_case c;
    for (uint32_t i = 1; i < TEST_LEAF; i++) {
        natt_cache *cache = begin_cached(&c);
        natt_bytes known = natt_plan_copy(&c.plan, natt_issuer_certificate(c.issuer, i + 1));
        CERT(&c, i)->spki = opposite_key(&c, CERT(&c, i)->spki);
        CERT(&c, i + 1)->raw = known;
        cr_assert_eq(verify(&c, cache, NULL), NATT_E_CHAIN_SIGNATURE, "certificate %u", i);
        cr_assert_eq(jobs_run, 2, "the changed certificate and its child");
        natt_test_end(&c);
    }
}

/* The same intermediates under a different trusted root (its twin) share no entry. */
Test(chain_cache, known_chain_is_a_miss_under_another_root)
{
    struct natt_test_case c;
    natt_cache *cache = begin_cached(&c);
    CERT(&c, 0)->signature.edit = NATT_SIGNATURE_OTHER_S;
    natt_test_build(&c);
    c.root = natt_plan_copy(&c.plan, natt_issuer_certificate(c.issuer, 0));
    cr_assert_eq(verify(&c, cache, NULL), NATT_OK);
    cr_assert_eq(jobs_run, 5);
    natt_test_end(&c);
}

Test(chain_cache, dates_are_judged_on_every_hit)
{
    struct natt_test_case c;
    natt_cache *cache = begin_cached(&c);
    c.opt.now_ms += UINT64_C(4) * 3600 * 1000;
    cr_assert_eq(verify(&c, cache, NULL), NATT_E_TIME_EXPIRED);
    cr_assert_eq(jobs_run, 0);
    natt_test_end(&c);
}

Test(chain_cache, deny_list_is_judged_on_every_hit)
{
    static const uint8_t one[] = {1};
    natt_deny_entry entry = {NATT_DENY_SERIAL, {NULL, 0}, {one, 1}};
    struct natt_test_case c;
    natt_cache *cache = new_cache();
    natt_test_begin(&c);
    CERT(&c, 2)->serial = HEX(&c, "020101");
    cr_assert_eq(verify(&c, cache, NULL), NATT_OK);
    c.opt.deny = &entry;
    c.opt.deny_count = 1;
    cr_assert_eq(verify(&c, cache, NULL), NATT_E_CHAIN_DENIED);
    natt_test_end(&c);
}

Test(chain_cache, root_is_judged_on_every_hit)
{
    struct natt_test_case c;
    natt_cache *cache = begin_cached(&c);
    natt_bytes aws = natt_root_aws();
    c.opt.roots = &aws;
    cr_assert_eq(verify(&c, cache, NULL), NATT_E_CHAIN_ROOT);
    natt_test_end(&c);
}

/* Refused after all signatures were valid, by the last expectation: still nothing is stored. */
Test(chain_cache, refused_document_leaves_the_cache_as_it_was)
{
    static uint8_t before[sizeof mem];
    static const uint8_t nonce[] = {1};
    struct natt_test_case c;
    natt_cache *cache = new_cache();
    natt_test_begin(&c);
    memcpy(before, mem, sizeof mem);
    c.opt.nonce_mode = NATT_NONCE_EXACT;
    c.opt.nonce = (natt_bytes){nonce, 1};
    cr_assert_eq(verify(&c, cache, NULL), NATT_E_EXPECT_NONCE_ABSENT);
    cr_assert_eq(jobs_run, 5);
    cr_assert_eq(memcmp(before, mem, sizeof mem), 0);
    c.opt.nonce_mode = NATT_NONCE_NOT_USED;
    c.opt.nonce = (natt_bytes){NULL, 0};
    CERT(&c, TEST_LEAF)->signature.edit = NATT_SIGNATURE_FLIP_BIT;
    cr_assert_eq(verify(&c, cache, NULL), NATT_E_CHAIN_SIGNATURE);
    cr_assert_eq(memcmp(before, mem, sizeof mem), 0);
    natt_test_end(&c);
}

/* More leaves than the cache can contain: the shared certificates remain, since every verdict uses them. */
Test(chain_cache, evicted_certificate_is_proved_again)
{
    struct natt_test_case c;
    natt_cache *cache = natt_cache_init(mem, sizeof mem, 1, 0, NULL); /* one set of eight */
    natt_test_begin(&c);
    char serial[] = "020101";
    for (int i = 1; i <= 9; i++) {
        serial[5] = (char)('0' + i);
        CERT(&c, TEST_LEAF)->serial = HEX(&c, serial);
        cr_assert_eq(verify(&c, cache, NULL), NATT_OK);
        cr_assert_eq(jobs_run, i == 1 ? 5 : 2);
    }
    cr_assert_eq(natt_cache_count(cache), 8);
    CERT(&c, TEST_LEAF)->serial = HEX(&c, "020101");
    cr_assert_eq(verify(&c, cache, NULL), NATT_OK);
    cr_assert_eq(jobs_run, 2, "the first leaf gave way");
    cr_assert_eq(verify(&c, cache, NULL), NATT_OK);
    cr_assert_eq(jobs_run, 1);
    natt_test_end(&c);
}

Test(chain_cache, foreign_memory_is_a_usage_error)
{
    static uint8_t junk[256];
    struct natt_test_case c;
    natt_test_begin(&c);
    cr_assert_eq(verify(&c, (natt_cache *)(void *)junk, NULL), NATT_E_USAGE_CACHE);
    natt_test_end(&c);
}
