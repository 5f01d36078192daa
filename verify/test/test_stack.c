/*
 * How much stack the public functions use. Plain C and threads; prints TAP. tools/check-stack reports what the compiler
 * makes of it; fuzz/stack.c measures the most expensive documents and the longest inputs.
 */
#include "painted_stack.h"
#include "plain_table.h"

#include <stdio.h>
#include <string.h>

#ifndef LIMIT
#define LIMIT NATT_MAX_STACK
#endif

static struct natt_plain_loaded loaded;
static size_t greedy_bytes = LIMIT;
static unsigned tests, failed;

/* One thread at a time, and it is joined: results of the functions under test need no lock, and no room on the
 * stack. */
static natt_verified verified = NATT_VERIFIED_INIT;
static natt_document document;
static natt_certificate certificate;
static natt_error err;
static bool answer;

static natt_cache *cache; /* NULL at first */

static void run_verify(void)
{
    answer = natt_verify(&verified, loaded.document, &loaded.opt, cache, &err);
}

static void run_batch(void)
{
    static natt_batch_item item = NATT_BATCH_ITEM_INIT;
    static uint8_t workspace[65536];
    item.document = loaded.document;
    item.nonce_mode = NATT_NONCE_NOT_USED;
    loaded.opt.nonce_mode = NATT_NONCE_UNSET;
    answer = natt_verify_batch(&item, 1, &loaded.opt, cache, workspace, sizeof workspace, NULL);
}

static void run_document_parse(void)
{
    answer = natt_document_parse(&document, loaded.document, &err);
}

static void run_certificate_parse(void)
{
    answer = natt_certificate_parse(&certificate, loaded.root, &err);
}

/* Writes to an array larger than the limit, which the test must detect. */
static void run_greedy(void)
{
    volatile uint8_t room[LIMIT];
    for (size_t i = 0; i < greedy_bytes; i++)
        room[i] = 1;
    answer = room[0] == 1;
}

static void report(bool good, const char *name, size_t most)
{
    tests++;
    failed += !good;
    printf("# %s: %zu bytes\n%sok %u - %s stays under %d bytes of stack\n", name, most, good ? "" : "not ", tests, name,
           LIMIT);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Accepted and refused documents; the longest chain has nine certificates. */
static void check_issued(void)
{
    size_t by_chain[NATT_MAX_CHAIN + 1] = {0}, most = 0, parse = 0, root = 0;
    bool right = natt_plain_case_count > 0;
    for (size_t i = 0; i < natt_plain_case_count; i++) {
        natt_plain_load(&loaded, &natt_plain_cases[i]);
        run_verify(); /* binds what the loader binds at the first call */
        size_t used = natt_stack_used_by(run_verify);
        right = right && used > 0 && answer == (natt_plain_cases[i].code == NATT_OK);
        by_chain[verified.chain_count] = larger(by_chain[verified.chain_count], used);
        most = larger(most, used);
        parse = larger(parse, natt_stack_used_by(run_document_parse));
        root = larger(root, natt_stack_used_by(run_certificate_parse));
    }
    for (size_t i = 0; i <= NATT_MAX_CHAIN; i++)
        if (by_chain[i] != 0)
            printf("# chain of %zu%s: %zu bytes\n", i, i == 0 ? " (refused)" : "", by_chain[i]);
    report(right && most < LIMIT, "natt_verify, issued documents", most);
    report(parse > 0 && parse < LIMIT, "natt_document_parse", parse);
    report(root > 0 && root < LIMIT, "natt_certificate_parse", root);
}

static void check_genuine(void)
{
    struct natt_plain_genuine genuine = {.index = NULL};
    size_t most = 0;
    bool right = true;
    if (!natt_plain_has_genuine()) {
        printf("ok %u - genuine documents # SKIP needs NITRO_ATTEST_SHARED\n", ++tests);
        return;
    }
    while (natt_plain_next_genuine(&genuine, &loaded)) {
        most = larger(most, natt_stack_used_by(run_verify));
        right = right && answer == genuine.valid;
    }
    report(right && most > 0 && most < LIMIT, "natt_verify, genuine documents", most);
}

/* With a cache in the caller's memory, and a batch whose workspace is the caller's too. The second call with a cache
 * builds a table, the third uses it. */
static void check_cache_and_batch(void)
{
    static uint8_t memory[65536];
    natt_plain_load(&loaded, &natt_plain_cases[0]);
    cache = natt_cache_init(memory, sizeof memory, 16, 1, &err);
    size_t cold = natt_stack_used_by(run_verify), hit = natt_stack_used_by(run_verify);
    size_t hot = natt_stack_used_by(run_verify), most = larger(cold, larger(hit, hot));
    printf("# cold: %zu bytes, with a table to build: %zu, with a table: %zu\n", cold, hit, hot);
    report(cache != NULL && answer && cold < LIMIT && hit < LIMIT && hot < LIMIT, "natt_verify with a cache", most);
    size_t batch = natt_stack_used_by(run_batch);
    report(answer && batch > 0 && batch < LIMIT, "natt_verify_batch", batch);
}

int main(void)
{
    printf("1..7\n");
    check_issued();
    check_genuine();
    check_cache_and_batch();
    size_t greedy = natt_stack_used_by(run_greedy);
    tests++;
    failed += greedy < LIMIT;
    printf("%sok %u - a function that needs %d bytes is detected\n", greedy >= LIMIT ? "" : "not ", tests, LIMIT);
    return failed != 0;
}
