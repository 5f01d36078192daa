/*
 * The pool of signature jobs alone, on chains made by hand: what is shared, what is never shared, and that no document
 * can make the search long.
 */
#include "support.h"

#include "verify/jobs.h"

#define DOCUMENTS 12
#define BUCKETS   (2 * DOCUMENTS * NATT_MAX_CHAIN)

static struct natt_pool_job jobs[DOCUMENTS * NATT_MAX_CHAIN];
static struct natt_job *list[DOCUMENTS * NATT_MAX_CHAIN];
static uint16_t bucket_memory[BUCKETS];
static struct natt_job_pool pool;
static struct natt_job_refs refs[DOCUMENTS];

static bool hash_works = true;

/* Not a hash: the first bytes. */
static bool copy_start(uint8_t *out, const natt_bytes *parts, size_t count)
{
    (void)count;
    memset(out, 0, NATT_SHA384_LEN);
    memcpy(out, parts[0].ptr, parts[0].len < NATT_SHA384_LEN ? parts[0].len : NATT_SHA384_LEN);
    return hash_works;
}

static const struct natt_crypto crypto = {.sha384 = copy_start, .lanes = 1};

static void begin(void)
{
    memset(bucket_memory, 0, sizeof bucket_memory);
    memset(refs, 0, sizeof refs);
    pool = (struct natt_job_pool){jobs, 0, list, 0, bucket_memory, BUCKETS};
    hash_works = true;
}

TestSuite(jobs, .init = begin);

static const uint8_t key[96] = {1}, other_key[96] = {[95] = 2};
static const uint8_t root_sha256[NATT_SHA256_LEN];

/* A chain of a root with this key, and one certificate: a distinct byte, then these eight. */
static bool collect(size_t document, const uint8_t *root_key, uint8_t own, const char *last8)
{
    static uint8_t bytes[DOCUMENTS][9], one[] = {1};
    struct natt_chain chain = {.count = 2};
    natt_error err = BLANK_ERROR;
    bytes[document][0] = own;
    memcpy(&bytes[document][1], last8, 8);
    chain.certs[0].public_key = chain.certs[1].public_key = (natt_bytes){root_key, 96};
    chain.certs[1].raw = chain.certs[1].tbs = (natt_bytes){bytes[document], 9};
    chain.certs[1].r = chain.certs[1].s = (natt_bytes){one, 1};
    bool ok = natt_jobs_collect(&pool, &refs[document], &chain, root_sha256, &crypto, NULL, &err);
    cr_assert(ok || err.code == NATT_E_INTERNAL_CRYPTO);
    return ok;
}

Test(jobs, equal_certificate_under_an_equal_key_is_one_job)
{
    uint8_t copy_of_key[96];
    memcpy(copy_of_key, key, sizeof key);
    cr_assert(collect(0, key, 7, "abcdefgh") && collect(1, copy_of_key, 7, "abcdefgh"));
    cr_assert_eq(pool.count, 1);
    cr_assert(refs[0].at[1] == 0 && refs[1].at[1] == 0 && refs[1].job_count == 1);
}

Test(jobs, one_other_byte_of_certificate_or_key_is_another_job)
{
    cr_assert(collect(0, key, 7, "abcdefgh") && collect(1, key, 8, "abcdefgh"));
    cr_assert(collect(2, key, 7, "abcdefgi") && collect(3, other_key, 7, "abcdefgh"));
    cr_assert_eq(pool.count, 4);
    for (uint16_t i = 0; i < 4; i++)
        cr_assert_eq(refs[i].at[1], i);
}

/* Certificates that look for one bucket: eight are found again, and any more only cost a job each. */
Test(jobs, at_most_eight_buckets_are_searched)
{
    for (uint8_t i = 0; i < 9; i++)
        cr_assert(collect(i, key, i, "abcdefgh"));
    cr_assert_eq(pool.count, 9);
    for (uint8_t i = 6; i < 8; i++) {
        cr_assert(collect(9, key, i, "abcdefgh"));
        cr_assert_eq(refs[9].at[1], i, "certificate %d is found", i);
    }
    cr_assert(collect(10, key, 8, "abcdefgh"));
    cr_assert_eq(refs[10].at[1], 9, "the ninth is not");
    cr_assert_eq(pool.count, 10);
}

/* Nine look for the last bucket and continue at the first. */
Test(jobs, search_goes_on_at_the_first_bucket)
{
    char last8[9] = {(char)((BUCKETS - 1) & 0xff), (char)((BUCKETS - 1) >> 8)};
    for (uint8_t i = 0; i < 8; i++)
        cr_assert(collect(i, key, i, last8));
    cr_assert(collect(8, key, 7, last8));
    cr_assert_eq(refs[8].at[1], 7);
    cr_assert_eq(pool.count, 8);
    cr_assert_eq(bucket_memory[BUCKETS - 1], 1);
    cr_assert_eq(bucket_memory[6], 8);
}

Test(jobs, certificate_that_cannot_be_hashed_leaves_no_job)
{
    hash_works = false;
    cr_assert_not(collect(0, key, 7, "abcdefgh"));
    cr_assert_eq(pool.count, 0);
    hash_works = true;
    cr_assert(collect(1, key, 7, "abcdefgh"));
    cr_assert(pool.count == 1 && refs[1].at[1] == 0 && jobs[0].job.hash[0] == 7);
}

Test(jobs, nothing_is_shared_without_buckets)
{
    pool.buckets = 0;
    pool.index = NULL;
    cr_assert(collect(0, key, 7, "abcdefgh") && collect(1, key, 7, "abcdefgh"));
    cr_assert_eq(pool.count, 2);
}

Test(jobs, what_was_not_collected_is_not_valid)
{
    cr_assert(collect(0, key, 7, "abcdefgh"));
    refs[0].at[2] = refs[1].at[1] = UINT16_MAX; /* as of a cached one */
    cr_assert_eq(natt_jobs_answer(&pool, &refs[0], 2), NATT_CRYPTO_ERROR);
    cr_assert_eq(natt_jobs_answer(&pool, &refs[1], 1), NATT_CRYPTO_ERROR);
    jobs[0].job.answer = NATT_CRYPTO_VALID;
    cr_assert_eq(natt_jobs_answer(&pool, &refs[0], 1), NATT_CRYPTO_VALID);
}
