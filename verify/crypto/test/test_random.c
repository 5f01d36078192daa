/*
 * Random and mutated signatures: every engine, including those of lanes, mbedTLS and OpenSSL must agree.
 * NATT_TEST_SIGNATURES is their number (default 1000; a million in the long suite), NATT_TEST_SEED the first seed.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/crypto/p384/p384.h"
#include "verify/crypto/p384/p384_words.h"
#include "verify/crypto/test/engines.h"
#include "verify/crypto/test/lanes_queue.h"
#include "verify/crypto/test/peers.h"
#include "verify/crypto/test/random.h"

static unsigned long long setting(const char *name, unsigned long long otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static void flip(uint8_t *bytes, size_t len, uint64_t at)
{
    bytes[at / 8 % len] ^= (uint8_t)(1u << at % 8);
}

static void store(uint8_t *bytes, const uint64_t words[6])
{
    for (int i = 0; i < 48; i++)
        bytes[i] = (uint8_t)(words[5 - i / 8] >> (56 - 8 * (i % 8)));
}

/* number = modulus - number */
static void complement(uint8_t *bytes, const uint64_t modulus[6])
{
    uint64_t words[6];
    words_from_bytes(words, bytes);
    words_sub(words, modulus, words);
    store(bytes, words);
}

static void add_to(uint8_t *bytes, const uint64_t modulus[6])
{
    uint64_t words[6];
    words_from_bytes(words, bytes);
    words_add(words, words, modulus);
    store(bytes, words);
}

/* Changes job or key in one of sixteen ways; 0 and 1 leave the signature valid. */
static void mutate(struct natt_job *job, uint8_t *key, uint64_t way, uint64_t *state)
{
    static const uint64_t one[6] = {1};
    uint64_t number[6], at = random_word(state);
    random_number(number, state);
    /* clang-format off */
    switch (way & 15) {
    case 0: break;
    case 1: complement(job->s, natt_p384_n); break;
    case 2: flip(job->hash, 48, at); break;
    case 3: flip(job->r, 48, at); break;
    case 4: flip(job->s, 48, at); break;
    case 5: flip(key, 96, at); break;
    case 6: complement(key + 48, natt_p384_p); break;
    case 7: complement(job->r, natt_p384_n); break;
    case 8: store(job->r, number); break;
    case 9: store(job->s, number); break;
    case 10: store(job->hash, number); break;
    case 11: memcpy(job->s, job->r, 48); break;
    case 12: add_to(at & 1 ? job->r : job->s, one); break;
    case 13: add_to(at & 1 ? key : key + 48, natt_p384_p); break;
    case 14: add_to(at & 1 ? job->r : job->s, natt_p384_n); break;
    case 15: memset(at & 1 ? job->r : job->hash, at & 2 ? 0xff : 0, 48); break;
    }
    /* clang-format on */
}

/* Builds a table of the job's key; the engines take turns. A key that is not on the curve gets none. */
static const struct natt_key_table *table_of(const struct natt_job *job)
{
    static struct natt_key_table table;
    static unsigned made;
    if (memcmp(table.public_key, job->public_key, sizeof table.public_key) == 0)
        return &table;
    made = test_engine(made + 1) != NULL ? made + 1 : 0;
    return natt_p384_make_table(test_engine(made), &table, job->public_key) ? &table : NULL;
}

static bool compare(struct natt_job *job, uint64_t way)
{
    bool holds = openssl_holds(job);
    const struct natt_key_table *tables[] = {NULL, table_of(job)};
    cr_assert(mbedtls_holds(job) == holds, "mbedTLS and OpenSSL differ, mutation %u", (unsigned)way & 15);
    for (unsigned e = 0; test_engine(e) != NULL; e++)
        for (size_t t = 0; t < 2; t++) {
            job->table = tables[t];
            cr_assert((natt_p384_verify(test_engine(e), job) == NATT_CRYPTO_VALID) == holds, "%s%s, mutation %u",
                      test_engine(e)->name, t == 1 ? " with a table" : "", (unsigned)way & 15);
        }
    return holds;
}

Test(random, signatures_agree_with_mbedtls_and_openssl, .timeout = 36000)
{
    unsigned long long wanted = setting("NATT_TEST_SIGNATURES", 1000), held = 0;
    uint64_t state = setting("NATT_TEST_SEED", 0);
    static struct lanes_queue queue;
    struct natt_job original = {0}, job;
    uint8_t original_key[96], key[96];
    for (unsigned long long i = 0; i < wanted; i++) {
        if (i % 8 == 0) {
            random_bytes(original.hash, 48, &state);
            openssl_sign(&original, original_key, 4);
        }
        job = original;
        memcpy(key, original_key, 96);
        job.public_key = key;
        uint64_t way = i % 8 == 0 ? 0 : random_word(&state);
        mutate(&job, key, way, &state);
        bool holds = compare(&job, way);
        queue_add(&queue, &job, holds);
        held += holds;
    }
    queue_flush(&queue);
    fprintf(stderr, "%llu signatures, %llu of them good: all agree\n", wanted, held);
    cr_expect(held >= wanted / 8 && held <= wanted * 3 / 8);
}
