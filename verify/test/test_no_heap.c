/*
 * Requires that natt_verify allocates nothing: the test counts every heap call of all linked code. Prints TAP. The
 * linker wraps the functions of the heap (--wrap).
 */
#include "plain_table.h"

#include <stdio.h>
#include <stdlib.h>

#include "verify/crypto/crypto.h"

static unsigned long calls;
static unsigned tests, failed;
static bool planted;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *block);

void *__wrap_malloc(size_t size)
{
    calls++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    calls++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    calls++;
    return __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    calls++;
    return __real_aligned_alloc(alignment, size);
}

void __wrap_free(void *block)
{
    calls++;
    __real_free(block);
}

/* A back end that allocates, which the counter must detect. */
static bool allocating_sha384(uint8_t *out, const natt_bytes *parts, size_t count)
{
    void *volatile block = realloc(calloc(1, 1), 2);
    free(block);
    block = malloc(1);
    free(block);
    return natt_crypto_native.sha384(out, parts, count);
}

/* Replaces verify/crypto/native/default_native.c. */
const struct natt_crypto *natt_crypto_default(void)
{
    static struct natt_crypto allocating;
    allocating = natt_crypto_native;
    allocating.sha384 = allocating_sha384;
    return planted ? &allocating : &natt_crypto_native;
}

static void report(bool good, const char *name)
{
    tests++;
    failed += !good;
    printf("%sok %u - %s\n", good ? "" : "not ", tests, name);
}

/* The number of heap calls during the verification, whatever the verdict. */
static unsigned long calls_of(const struct natt_plain_loaded *loaded, natt_cache *cache, natt_code *code)
{
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    unsigned long before = calls;
    bool ok = natt_verify(&v, loaded->document, &loaded->opt, cache, &err);
    unsigned long during = calls - before;
    *code = ok == (err.code == NATT_OK) ? err.code : NATT_E_INTERNAL_JOBS;
    return during;
}

static struct natt_plain_loaded loaded;

static void check_counter(void)
{
    natt_code code;
    natt_plain_load(&loaded, &natt_plain_cases[0]);
    planted = true;
    unsigned long during = calls_of(&loaded, NULL, &code);
    planted = false;
    printf("# a planted allocation in each SHA-384: %lu heap calls\n", during);
    report(code == NATT_OK && during >= 5, "planted allocations are counted");
}

static void check_issued(natt_cache *cache, const char *name)
{
    unsigned long during = 0;
    bool right = natt_plain_case_count > 0;
    for (size_t i = 0; i < natt_plain_case_count; i++) {
        natt_code code;
        natt_plain_load(&loaded, &natt_plain_cases[i]);
        during += calls_of(&loaded, cache, &code);
        right = right && code == natt_plain_cases[i].code;
    }
    printf("# %zu issued documents: %lu heap calls\n", natt_plain_case_count, during);
    report(right && during == 0, name);
}

static void check_batch(void)
{
    static natt_batch_item item = NATT_BATCH_ITEM_INIT;
    static uint8_t workspace[65536];
    natt_plain_load(&loaded, &natt_plain_cases[0]);
    item.document = loaded.document;
    item.nonce_mode = loaded.opt.nonce_mode;
    loaded.opt.nonce_mode = NATT_NONCE_UNSET;
    unsigned long before = calls;
    bool ok = natt_verify_batch(&item, 1, &loaded.opt, NULL, workspace, sizeof workspace, NULL);
    report(ok && calls == before, "a batch is verified without the heap");
}

static void check_genuine(void)
{
    struct natt_plain_genuine genuine = {.index = NULL};
    unsigned long during = 0, documents = 0;
    bool right = true;
    if (!natt_plain_has_genuine()) {
        printf("ok %u - genuine documents # SKIP needs NITRO_ATTEST_SHARED\n", ++tests);
        return;
    }
    for (; natt_plain_next_genuine(&genuine, &loaded); documents++) {
        natt_code code;
        during += calls_of(&loaded, NULL, &code);
        right = right && code == (genuine.valid ? NATT_OK : NATT_E_COSE_SIGNATURE);
    }
    printf("# %lu genuine documents: %lu heap calls\n", documents, during);
    report(right && documents > 0 && during == 0, "genuine documents are verified without the heap");
}

int main(void)
{
    static uint8_t memory[65536];
    natt_error err;
    natt_cache *cache = natt_cache_init(memory, sizeof memory, 16, 1, &err);
    printf("1..5\n");
    check_counter();
    check_issued(NULL, "issued documents are verified without the heap");
    check_issued(cache, cache != NULL ? "the same with a cache that builds tables" : err.message);
    check_batch();
    check_genuine();
    return failed != 0;
}
