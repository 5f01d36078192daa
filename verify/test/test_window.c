/*
 * Documents that are verified together: what is computed once, what one of them can do to the others (nothing), and
 * when results and cache are written.
 */
#include "signed.h"

#include "verify/verify.h"

#include <string.h>

#define ITEMS   65 /* one more than a window */
#define ONE_OF  (TEST_LEAF + 1)
#define CERT(i) (&test_case.plan.certificates[i])

static struct natt_test_case test_case;
static uint8_t documents[ITEMS][8192], workspace[524288];
static natt_batch_item items[ITEMS];

/* ---- a table that counts, and checks the state while signatures are verified ---- */

static size_t verified, curves, longest, calls, hashes, failing_hash;
static const natt_cache *watched;

/* Neither results nor cache of this window are written before all of it was concluded. */
static void assert_nothing_is_published(void)
{
    static const natt_verified blank = NATT_VERIFIED_INIT;
    for (size_t i = 0; watched != NULL && i < ITEMS; i++)
        cr_assert(!items[i].holds && memcmp(&items[i].verified, &blank, sizeof blank) == 0);
    cr_assert(watched == NULL || natt_cache_count(watched) == 0);
}

static void counted_verify(struct natt_job *const *jobs, size_t count)
{
    assert_nothing_is_published();
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(jobs[i]->answer, NATT_CRYPTO_ERROR, "nothing is asked twice");
    natt_crypto_native.verify(jobs, count);
    verified += count;
    calls++;
    longest = count > longest ? count : longest;
}

static natt_crypto_answer counted_on_curve(const uint8_t *key)
{
    curves++;
    return natt_crypto_native.on_curve(key);
}

static bool counted_sha384(uint8_t *out, const natt_bytes *parts, size_t count)
{
    assert_nothing_is_published(); /* the stage that concludes hashes user_data */
    return ++hashes != failing_hash && natt_crypto_native.sha384(out, parts, count);
}

static struct natt_crypto table(size_t lanes)
{
    struct natt_crypto counting = {counted_sha384, natt_crypto_native.sha256, counted_on_curve, counted_verify, lanes};
    verified = curves = longest = calls = hashes = failing_hash = 0;
    return counting;
}

/* ---- documents of one region: three certificates in common, a leaf and a signature each ---- */

static void build(size_t i)
{
    char serial[] = "02020100";
    serial[6] = "0123456789abcdef"[i / 16], serial[7] = "0123456789abcdef"[i % 16];
    CERT(TEST_LEAF)->serial = natt_plan_hex(&test_case.plan, serial);
    natt_test_build(&test_case);
    cr_assert_leq(test_case.doc.len, sizeof documents[i]);
    memcpy(documents[i], test_case.doc.ptr, test_case.doc.len);
    items[i] = (natt_batch_item)NATT_BATCH_ITEM_INIT;
    items[i].document = (natt_bytes){documents[i], test_case.doc.len};
    items[i].nonce_mode = NATT_NONCE_NOT_USED;
}

static void begin(void)
{
    natt_test_begin(&test_case);
    watched = NULL;
    for (size_t i = 0; i < ITEMS; i++)
        build(i);
    test_case.opt.nonce_mode = NATT_NONCE_UNSET;
}

static void end(void)
{
    natt_test_end(&test_case);
}

TestSuite(window, .init = begin, .fini = end, .timeout = 120);

static size_t run(size_t count, natt_cache *cache, const struct natt_crypto *crypto)
{
    size_t held;
    (void)natt_verify_batch_with(items, count, &test_case.opt, cache, workspace, sizeof workspace, &held, crypto);
    return held;
}

static natt_error alone(size_t i, const struct natt_crypto *crypto)
{
    natt_verified v = NATT_VERIFIED_INIT;
    natt_options opt = test_case.opt;
    natt_error err;
    opt.nonce_mode = items[i].nonce_mode;
    (void)natt_verify_with(&v, items[i].document, &opt, NULL, crypto, &err);
    return err;
}

static void assert_as_alone(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        natt_error err = alone(i, &natt_crypto_native);
        assert_refused(items[i].error, err.code, err.item, err.offset);
    }
}

/* A wrong signature of certificate k, or, after the leaf, of the document itself. */
static natt_plan_signature *signature(size_t k)
{
    return k == ONE_OF ? &test_case.plan.envelope.signature : &CERT(k)->signature;
}

static void spoil(size_t i, size_t k)
{
    signature(k)->edit = NATT_SIGNATURE_FLIP_BIT;
    signature(k)->bit = 300;
    build(i);
    signature(k)->edit = NATT_SIGNATURE_PLAIN;
}

/* ---- shared work ---- */

Test(window, shared_certificates_are_verified_once_in_each_window)
{
    for (size_t lanes = 1; lanes <= 4; lanes += 3) {
        struct natt_crypto crypto = table(lanes);
        cr_assert_eq(run(64, NULL, &crypto), 64);
        cr_assert_eq(verified, 3 + 64 * 2);
        cr_assert_eq(calls, lanes == 1 ? 5 : 2);
        crypto = table(lanes);
        cr_assert_eq(run(65, NULL, &crypto), 65);
        cr_assert_eq(verified, 3 + 64 * 2 + 5, "the second window shares nothing with the first");
    }
}

/* The root's key of the options in each call, each key of a document once: the leaves have one key. */
Test(window, keys_on_the_curve_are_checked_once_in_each_window)
{
    struct natt_crypto crypto = table(1);
    cr_assert_eq(run(64, NULL, &crypto), 64);
    cr_assert_eq(curves, 64 + ONE_OF);
    crypto = table(1);
    cr_assert_eq(run(65, NULL, &crypto), 65);
    cr_assert_eq(curves, 65 + 2 * ONE_OF);
}

/* A key that is not a point is refused in every document. */
Test(window, key_that_is_not_on_the_curve_is_never_remembered)
{
    static uint8_t point[97] = {4, 1};
    CERT(2)->spki = natt_plan_der_spki(&test_case.plan, (natt_bytes){point, sizeof point});
    build(1), build(2), build(4);
    cr_assert_eq(run(6, NULL, &natt_crypto_native), 3);
    assert_as_alone(6);
    cr_assert_eq(items[4].error.code, NATT_E_X509_POINT_NOT_ON_CURVE);
}

/* The twin with n - s is right as well, and another certificate. */
Test(window, equal_signed_parts_with_s_and_its_twin_are_two_jobs)
{
    signature(TEST_LEAF)->edit = NATT_SIGNATURE_OTHER_S;
    build(0);
    memcpy(documents[1], documents[0], sizeof documents[0]);
    items[1].document.len = items[0].document.len;
    signature(TEST_LEAF)->edit = NATT_SIGNATURE_PLAIN;
    build(0);
    struct natt_crypto crypto = table(1);
    cr_assert_eq(run(2, NULL, &crypto), 2);
    cr_assert_eq(verified, 3 + 2 + 2);
    spoil(1, TEST_LEAF); /* the same signed part as item 1 had, and a wrong signature */
    cr_assert_eq(run(2, NULL, &crypto), 1);
    assert_as_alone(2);
}

/* ---- one bad document ---- */

/* Separate signatures: the wrong one, the leaf's if it is requested, and the document's if that is the wrong one. */
static size_t jobs_of_bad(size_t k, size_t lanes)
{
    return k == ONE_OF || (k < TEST_LEAF && lanes > 1) ? 2 : 1;
}

/* Alone: k signatures with one lane, with more of them whole slices. */
Test(window, bad_document_leaves_the_others_answered_and_is_not_dearer)
{
    for (size_t k = 1; k <= ONE_OF; k++)
        for (size_t lanes = 1; lanes <= 4; lanes += 3)
            for (size_t at = 0; at < 3; at++) {
                spoil(at, k);
                struct natt_crypto crypto = table(lanes);
                cr_assert_eq(run(3, NULL, &crypto), 2);
                assert_as_alone(3);
                cr_assert_eq(verified, 3 + 2 * 2 + jobs_of_bad(k, lanes), "signature %zu of item %zu, %zu lanes: %zu",
                             k, at, lanes, verified);
                crypto = table(lanes);
                (void)alone(at, &crypto);
                size_t slices = (k + lanes - 1) / lanes * lanes;
                cr_assert_eq(verified, slices < ONE_OF ? slices : ONE_OF);
                cr_assert_leq(longest, lanes);
                build(at);
            }
}

/* A back end that fails at one hash: the document that asked ends, the next one hashes the same certificate itself. */
Test(window, failing_hash_ends_one_document)
{
    /* each certificate of the first document but the root; then the leaves of the others, and the three documents */
    for (size_t n = 1; n <= TEST_LEAF + 5; n++) {
        struct natt_crypto crypto = table(1);
        failing_hash = n;
        cr_assert_eq(run(3, NULL, &crypto), 2, "hash %zu", n);
        size_t ended = n <= TEST_LEAF ? 0 : (n - TEST_LEAF) % 3;
        for (size_t i = 0; i < 3; i++)
            cr_assert_eq(items[i].error.code, i == ended ? NATT_E_INTERNAL_CRYPTO : NATT_OK, "hash %zu, %zu", n, i);
    }
}

static size_t messages_of[4]; /* messages in calls with 1, 32, 31, and any other number of messages */

static void counted_each(const struct natt_message *messages, size_t count)
{
    natt_crypto_native.sha384_each(messages, count);
    hashes += count;
    messages_of[count == 1 ? 0 : count == 32 ? 1 : count == 31 ? 2 : 3] += count;
}

/* A back end that hashes several messages at once gets the documents of a window in groups of at most 32. */
Test(window, digests_of_documents_are_computed_together)
{
    static const size_t counts[] = {1, 2, 31, 32, 33, 63, 64, 65};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct natt_crypto crypto = table(1);
        crypto.sha384_each = counted_each;
        memset(messages_of, 0, sizeof messages_of);
        cr_assert_eq(run(counts[i], NULL, &crypto), counts[i]);
        cr_assert_eq(messages_of[1], (counts[i] < 64 ? counts[i] : 64) / 32 * 32, "%zu documents", counts[i]);
        cr_assert_eq(messages_of[2], counts[i] % 32 == 31 ? 31 : 0);
        assert_as_alone(counts[i]);
    }
}

/* One that is refused leaves a gap in its group; payloads have different lengths, which are part of what is signed. */
Test(window, digests_are_those_of_their_documents)
{
    natt_plan_set_field(&test_case.plan, "user_data", natt_plan_hex(&test_case.plan, "4401020304"));
    build(1);
    natt_plan_set_field(&test_case.plan, "user_data", natt_plan_hex(&test_case.plan, "420102"));
    build(2);
    for (size_t at = 0; at < 4; at++) {
        struct natt_crypto crypto = table(1);
        crypto.sha384_each = counted_each;
        items[at].document.len--;
        cr_assert_eq(run(4, NULL, &crypto), 3);
        items[at].document.len++;
        for (size_t i = 0; i < 4; i++)
            cr_assert_eq(items[i].holds, i != at);
    }
}

static size_t unanswered;

static void answer_all_but_one(struct natt_job *const *jobs, size_t count)
{
    natt_crypto_native.verify(jobs, count);
    for (size_t i = 0; i < count; i++)
        if (++verified == unanswered)
            jobs[i]->answer = NATT_CRYPTO_ERROR;
}

/* Depth by depth: three shared ones, three leaves, three documents. */
Test(window, job_without_answer_is_an_error_of_the_documents_that_need_it)
{
    for (unanswered = 1; unanswered <= 9; unanswered++) {
        struct natt_crypto crypto = table(1);
        crypto.verify = answer_all_but_one;
        cr_assert_eq(run(3, NULL, &crypto), unanswered <= 3 ? 0 : 2);
        size_t own = unanswered <= 3 ? unanswered : unanswered <= 6 ? TEST_LEAF : NATT_NO_ITEM;
        for (size_t i = 0; i < 3; i++)
            if (unanswered <= 3 || i == (unanswered - 1) % 3)
                assert_refused(items[i].error, NATT_E_INTERNAL_CRYPTO, (uint32_t)own, NATT_NO_OFFSET);
            else
                assert_no_error("another document", items[i].error);
    }
}

/* ---- results and cache: content, and time of writing ---- */

static uint8_t cache_memory[65536];

static natt_cache *new_cache(void)
{
    natt_cache *cache = natt_cache_init(cache_memory, sizeof cache_memory, 100, 0, NULL);
    cr_assert_not_null(cache);
    return cache;
}

Test(window, results_and_cache_are_written_after_all_was_concluded)
{
    natt_plan_set_field(&test_case.plan, "user_data", natt_plan_hex(&test_case.plan, "43010203"));
    build(0), build(1), build(63);
    for (size_t lanes = 1; lanes <= 4; lanes += 3) {
        struct natt_crypto crypto = table(lanes);
        natt_cache *cache = new_cache();
        watched = cache;
        cr_assert_eq(run(64, cache, &crypto), 64);
        cr_assert_eq(natt_cache_count(cache), 3 + 64);
        watched = NULL;
    }
}

/* In the order of items, byte for byte, refused ones among them. */
Test(window, cache_ends_as_after_calls_alone)
{
    static uint8_t after[sizeof cache_memory];
    natt_cache *cache = new_cache();
    spoil(1, TEST_LEAF);
    spoil(3, ONE_OF);
    test_case.opt.nonce_mode = NATT_NONCE_NOT_USED;
    for (size_t i = 0; i < ITEMS; i++) {
        natt_verified v = NATT_VERIFIED_INIT;
        cr_assert_eq(natt_verify(&v, items[i].document, &test_case.opt, cache, NULL), i != 1 && i != 3);
    }
    test_case.opt.nonce_mode = NATT_NONCE_UNSET;
    memcpy(after, cache_memory, sizeof after);
    cr_assert_eq(run(ITEMS, new_cache(), &natt_crypto_native), ITEMS - 2);
    cr_assert_eq(memcmp(after, cache_memory, sizeof after), 0);
}

/* Written by the first window, so in an earlier call or not, the second one finds it. */
Test(window, cache_serves_the_next_window)
{
    cr_assert_eq(run(ITEMS, new_cache(), &natt_crypto_native), ITEMS);
    for (size_t i = 0; i < ITEMS; i++)
        cr_assert_eq(items[i].verified.cached_certificates, i < 64 ? 0 : 3);
}

/* Roots are each item's own rule: a document under another root is refused alone, though its jobs are shared. */
Test(window, shared_job_decides_nothing_about_roots)
{
    natt_bytes roots[] = {natt_root_aws(), test_case.root};
    signature(0)->edit = NATT_SIGNATURE_OTHER_S;
    build(1);
    test_case.opt.roots = roots;
    test_case.opt.root_count = 2;
    struct natt_crypto crypto = table(1);
    cr_assert_eq(run(3, NULL, &crypto), 2);
    assert_as_alone(3);
    cr_assert_eq(items[1].error.code, NATT_E_CHAIN_ROOT);
    cr_assert_eq(verified, 3 + 2 * 2);
    roots[0] = natt_plan_copy(&test_case.plan, natt_issuer_certificate(test_case.issuer, 0));
    crypto = table(1);
    cr_assert_eq(run(3, new_cache(), &crypto), 3);
    cr_assert_eq(verified, 3 + 3 * 2, "the root is trusted, so its certificates share the jobs");
    cr_assert(items[0].verified.root_index == 1 && items[1].verified.root_index == 0);
    cr_assert_eq(natt_cache_count((natt_cache *)(void *)cache_memory), 2 * 3 + 3, "and have their own cache entries");
}

/* ---- memory ---- */

Test(window, workspace_grows_up_to_one_window)
{
    size_t one = natt_batch_workspace_size(2) - natt_batch_workspace_size(1);
    cr_assert_eq(natt_batch_workspace_size(0), natt_batch_workspace_size(1));
    cr_assert_eq(natt_batch_workspace_size(64), natt_batch_workspace_size(1) + 63 * one);
    cr_assert_eq(natt_batch_workspace_size(65), natt_batch_workspace_size(64));
    cr_assert_eq(natt_batch_workspace_size(SIZE_MAX), natt_batch_workspace_size(64));
}

/* Each size in separate memory, at each alignment: the bytes after it do not change. */
Test(window, workspace_is_used_within_its_size)
{
    static const size_t counts[] = {1, 2, 63, 64, 65};
    for (size_t n = 0; n < COUNT_OF(counts); n++) {
        size_t size = natt_batch_workspace_size(counts[n]), skip = n * 5 % 16;
        memset(workspace, 0x5a, sizeof workspace);
        cr_assert(natt_verify_batch(items, counts[n], &test_case.opt, NULL, workspace + skip, size, NULL));
        for (size_t i = 0; i < sizeof workspace; i++)
            cr_assert(workspace[i] == 0x5a || (i >= skip && i < skip + size), "%zu items, byte %zu", counts[n], i);
        cr_assert_not(natt_verify_batch(items, counts[n], &test_case.opt, NULL, workspace + skip, size - 1, NULL));
        cr_assert_eq(items[0].error.code, NATT_E_USAGE_WORKSPACE);
    }
}
