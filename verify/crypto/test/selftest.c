/*
 * Tests the crypto back end with its committed cases, in plain C: for cross builds, musl, MSan and valgrind, where
 * neither Criterion nor another cryptographic library is available. Exits with 0 if everything passed.
 */
#include <stdio.h>

#include "verify/crypto/crypto.h"
#include "verify/crypto/p384/p384_words.h"
#include "verify/crypto/test/edge_cases.h"
#include "verify/crypto/test/engines.h"
#include "verify/crypto/test/hashes.h"
#include "verify/crypto/test/random.h"
#include "verify/crypto/test/zeroed_table.h"

static unsigned passed, failed;

static void check(bool good, const char *who, const char *what)
{
    passed += good;
    failed += !good;
    if (!good)
        printf("FAILED: %s: %s\n", who, what);
}

static void edge_cases_with(const struct natt_p384_engine *engine)
{
    struct natt_job job;
    uint8_t key[96];
    for (size_t i = 0; i < EDGE_COUNT; i++) {
        edge_job(&job, key, &edge_cases[i]);
        check((natt_p384_verify(engine, &job) == NATT_CRYPTO_VALID) == edge_cases[i].holds, engine->name,
              edge_cases[i].name);
        check((natt_p384_on_curve(engine, key) == NATT_CRYPTO_VALID) == edge_cases[i].on_curve, engine->name,
              edge_cases[i].name);
    }
}

/* ---- keys with a table (none in a build with small tables) ---- */

/* A constant table equals the engine's own table of the same key, and every engine's table is the same. */
static void constant_tables_with(const struct natt_p384_engine *engine)
{
    static struct natt_key_table made;
    const struct natt_key_table *tables[] = {natt_p384_tables.g, natt_p384_tables.aws_root};
    for (size_t i = 0; natt_p384_tables.g != NULL && i < 2; i++) {
        uint64_t key[2][6];
        words_from_bytes(key[0], tables[i]->public_key);
        words_from_bytes(key[1], tables[i]->public_key + 48);
        memcpy(made.public_key, tables[i]->public_key, sizeof made.public_key);
        check(engine->make_table(&made, (const uint64_t(*)[6])key) && memcmp(&made, tables[i], sizeof made) == 0,
              engine->name, "the constant table equals the engine's table");
        check(!natt_p384_make_table(engine, &made, natt_p384_tables.aws_root->public_key), engine->name,
              "a key with a constant table gets no second one");
    }
}

/* For every case, or every seventh, whose key is on the curve: the table changes no result. */
static void edge_cases_with_tables(const struct natt_p384_engine *engine)
{
    static struct natt_key_table table;
    struct natt_job job;
    uint8_t key[96];
    for (size_t i = 0; natt_p384_tables.g != NULL && i < EDGE_COUNT; i += 7) {
        edge_job(&job, key, &edge_cases[i]);
        bool made = natt_p384_make_table(engine, &table, key);
        job.table = &table;
        check(made == edge_cases[i].on_curve && (!made || natt_p384_table_of(&job) == &table), engine->name,
              "a key on the curve gets a table");
        check((natt_p384_verify(engine, &job) == NATT_CRYPTO_VALID) == edge_cases[i].holds, engine->name,
              edge_cases[i].name);
    }
}

/* A table is bound to all bytes of its key: with the table of a different key, or of no key, the verdict is the same as
 * without a table. */
static void foreign_tables_with(const struct natt_p384_engine *engine)
{
    static struct natt_key_table table;
    struct natt_job job;
    uint8_t key[96];
    size_t i = 0;
    while (!edge_cases[i].holds)
        i++;
    edge_job(&job, key, &edge_cases[i]);
    job.table = &table;
    for (size_t at = 0; at < 96 && natt_p384_make_table(engine, &table, key); at++) {
        memset(table.point, 0xff, sizeof table.point);
        table.public_key[at] ^= 1;
        check(natt_p384_table_of(&job) == NULL && natt_p384_verify(engine, &job) == NATT_CRYPTO_VALID, engine->name,
              "the table of a different key is not used");
    }
}

/* The sum's x is r, but the sum is not a point of the curve. */
static void zeroed_tables_with(const struct natt_p384_engine *engine)
{
    static struct natt_key_table table;
    struct natt_job job;
    uint8_t key[96];
    size_t i = 0;
    while (!edge_cases[i].holds)
        i++;
    edge_job(&job, key, &edge_cases[i]);
    job.table = &table;
    if (!natt_p384_make_table(engine, &table, key))
        return;
    memset(table.point, 0, sizeof table.point);
    for (unsigned k = 1; k <= 20; k++) {
        job.hash[0] = (uint8_t)(k * 13);
        forge_for_zeroed_table(engine, job.r, job.s, job.hash);
        check(natt_p384_table_of(&job) == &table && natt_p384_verify(engine, &job) == NATT_CRYPTO_INVALID, engine->name,
              "a zeroed table accepts no signature");
    }
}

static void edge_cases_through_table(void)
{
    struct natt_job job, *one = &job;
    uint8_t key[96];
    for (size_t i = 0; i < EDGE_COUNT; i += 7) {
        edge_job(&job, key, &edge_cases[i]);
        natt_crypto_native.verify(&one, 1);
        check((job.answer == NATT_CRYPTO_VALID) == edge_cases[i].holds, "table", edge_cases[i].name);
    }
}

/* Numbers at the boundaries of carries, borrows and folds. */
static const uint64_t pieces[] = {0,
                                  1,
                                  0xffffffff,
                                  0x100000000,
                                  0xffffffff00000000,
                                  0x7fffffffffffffff,
                                  0x8000000000000000,
                                  0xfffffffffffffffe,
                                  0xffffffffffffffff,
                                  0x00ffffffffffffff};
#define OPERANDS 120

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 29 ^ *state << 31;
}

static void operand(uint64_t out[6], unsigned i)
{
    uint64_t state = i, one[6] = {1};
    for (int j = 0; j < 6; j++) {
        uint64_t random = next_random(&state);
        out[j] = i % 3 == 0 ? random : pieces[(random >> 8) % (sizeof(pieces) / sizeof(pieces[0]))];
    }
    for (int j = 0; j < 6 && i < 10; j++)
        out[j] = pieces[i];
    if (i >= 10 && i < 16)
        memcpy(out, natt_p384_p, 48);
    if (i >= 11 && i < 16)
        (i % 2 != 0 ? words_sub : words_add)(out, out, one);
}

/* (a + b) - b = a, (a + b)^2 = a^2 + ab + ba + b^2, a / a = 1 */
static bool identities(const struct natt_p384_engine *e, const uint64_t a[6], const uint64_t b[6])
{
    static const uint64_t one[6] = {1}, zero[6] = {0};
    uint64_t reduced[6], s[6], t[6], u[6];
    e->field_add(reduced, a, zero);
    e->field_add(s, a, b);
    e->field_sub(t, s, b);
    bool good = words_equal(t, reduced) && words_less(t, natt_p384_p);
    e->field_sqr(t, s);
    e->field_mul(u, a, a);
    e->field_sub(t, t, u);
    e->field_mul(u, a, b);
    e->field_sub(t, t, u);
    e->field_mul(u, b, a);
    e->field_sub(t, t, u);
    e->field_sqr(u, b);
    good = good && words_equal(t, u);
    e->field_inverse(t, reduced);
    e->field_mul(t, t, a);
    return good && words_equal(t, words_are_zero(reduced) ? zero : one);
}

static bool same_answers(const struct natt_p384_engine *e, const struct natt_p384_engine *f, const uint64_t a[6],
                         const uint64_t b[6])
{
    uint64_t x[6], y[6];
    e->field_mul(x, a, b);
    f->field_mul(y, a, b);
    bool good = words_equal(x, y);
    e->field_sqr(x, a);
    f->field_sqr(y, a);
    good = good && words_equal(x, y);
    e->field_sub(x, a, b);
    f->field_sub(y, a, b);
    good = good && words_equal(x, y);
    e->field_times(x, a, 8);
    f->field_times(y, a, 8);
    good = good && words_equal(x, y);
    e->field_add(x, a, b);
    f->field_add(y, a, b);
    return good && words_equal(x, y);
}

/* Products just above 2^384 mod p: a times residue / a. */
static bool same_where_wrapping(const struct natt_p384_engine *e)
{
    uint64_t a[6], b[6], residue[6], state = 1;
    bool same = true;
    for (unsigned i = 0; i < 3000; i++) {
        operand(a, 3 * i);
        words_reduce_once(a, a, natt_p384_p);
        random_residue_above_c(residue, &state);
        test_engine(0)->field_inverse(b, a);
        test_engine(0)->field_mul(b, b, residue);
        same = same && same_answers(e, test_engine(0), a, b);
    }
    return same;
}

static void field_with(const struct natt_p384_engine *engine)
{
    uint64_t a[6], b[6];
    bool good = true, same = true;
    for (unsigned i = 0; i < OPERANDS; i++) {
        for (unsigned j = 0; j < OPERANDS; j++) {
            operand(a, i);
            operand(b, j);
            same = same && same_answers(engine, test_engine(0), a, b);
            good = good && ((i * OPERANDS + j) % 13 != 0 || identities(engine, a, b));
        }
    }
    check(good, engine->name, "field identities");
    check(same_where_wrapping(engine), engine->name, "products just above 2^384 mod p");
    check(same, engine->name, "field operations equal to the first engine's");
}

/* s * (1/s) = 1 mod n, by Montgomery products. */
static void scalars_with(const struct natt_p384_engine *engine)
{
    static const uint64_t one[6] = {1};
    uint64_t a[6], w[6], t[6];
    bool good = true;
    for (unsigned i = 0; i < OPERANDS; i++) {
        operand(a, i);
        words_reduce_once(a, a, natt_p384_n);
        engine->inverse_mod_n(w, a);
        natt_p384_scalar_montmul(t, w, natt_p384_r2_mod_n);
        natt_p384_scalar_montmul(t, t, a);
        good = good && words_equal(t, one) == !words_are_zero(a);
    }
    check(good, engine->name, "inverse mod n");
}

static bool recoding_adds_up(const uint64_t scalar[6], uint32_t window)
{
    struct natt_p384_digits digits;
    uint64_t sum[6] = {0};
    int32_t last = 385 + (int32_t)window;
    bool shape = true;
    natt_p384_recode(&digits, scalar, window);
    for (uint32_t i = 0; i < digits.count; i++) {
        int32_t at = digits.digit[i].at, value = digits.digit[i].value;
        uint64_t term[6] = {0};
        shape = shape && value % 2 != 0 && value < 1 << (window - 1) && -value < 1 << (window - 1) &&
                last - at >= (int32_t)window;
        last = at;
        if (at < 384)
            term[at / 64] = 1ull << at % 64;
        for (int32_t k = 0; k < (value < 0 ? -value : value); k++)
            (value < 0 ? words_sub : words_add)(sum, sum, term);
    }
    return shape && words_equal(sum, scalar);
}

/* Adds 2^at, or subtracts it. */
static void add_power(uint64_t sum[6], uint32_t at, bool plus)
{
    uint64_t term[6] = {0};
    term[at / 64] = 1ull << at % 64;
    (plus ? words_add : words_sub)(sum, sum, term);
}

/* Modulo 2^384, where a negative sum equals n - scalar. */
static bool comb_adds_up(const uint64_t scalar[6])
{
    struct natt_p384_comb_digits digits;
    uint64_t sum[6] = {0}, other[6];
    natt_p384_comb_recode(&digits, scalar);
    for (uint32_t column = 0; column < NATT_COMB_SPACING; column++) {
        int32_t digit = digits.column[column], entry = digit < 0 ? -1 - digit : digit;
        if (entry >= NATT_COMB_ENTRIES)
            return false;
        for (uint32_t t = 0; t < NATT_COMB_TEETH; t++)
            add_power(sum, NATT_COMB_SPACING * t + column, (digit >= 0) == (t == 7 || (entry >> t & 1) != 0));
    }
    words_sub(other, scalar, natt_p384_n);
    return words_equal(sum, scalar[0] & 1 ? scalar : other);
}

static void recoding(void)
{
    uint64_t a[6];
    bool good = true;
    for (unsigned i = 0; i < OPERANDS; i++) {
        operand(a, i);
        words_reduce_once(a, a, natt_p384_n);
        good = good && comb_adds_up(a);
    }
    check(good, "recoding", "columns of a comb add up to the scalar, or to the scalar minus n");
    for (unsigned i = 0; i < OPERANDS; i++) {
        operand(a, i);
        good = good && recoding_adds_up(a, NATT_P384_Q_WINDOW) && recoding_adds_up(a, NATT_P384_G_WINDOW);
    }
    check(good, "recoding", "digits add up to the scalar");
}

struct digest_case {
    const char *text, *sha384, *sha256;
};

/* [FIPS180-4 examples]; the last is SHA-x of the digests of every prefix, 0 to 300 bytes, of (7 i + 3 mod 256). */
static const struct digest_case digest_cases[] = {
    {"", "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    {NULL, "efec719c84acba157f057b3a8be4ab46d8d39b7f85dca15c051420621873dcdbf6b165d5061f55337fce615e1957e330",
     "7d917fbd2cf49ddff9ad0a8706bba32d204e92e71d2e369c5a03d6af29278c9f"},
};

static bool digest_is(const uint8_t *digest, size_t len, const char *expected)
{
    uint8_t bytes[48];
    from_hex(bytes, len, expected);
    return memcmp(digest, bytes, len) == 0;
}

static void known_digests(natt_sha384_feed *feed)
{
    uint8_t out[48];
    for (int i = 0; i < 3; i++) {
        natt_bytes part = {(const uint8_t *)digest_cases[i].text, strlen(digest_cases[i].text)};
        natt_sha384_parts(out, &part, 1, feed);
        check(digest_is(out, 48, digest_cases[i].sha384), "sha384", digest_cases[i].text);
        natt_sha256_parts(out, &part, 1);
        check(digest_is(out, 32, digest_cases[i].sha256), "sha256", digest_cases[i].text);
    }
}

static void prefix_digests(natt_sha384_feed *feed)
{
    static uint8_t message[301], all384[301 * 48], all256[301 * 32];
    natt_bytes whole384 = {all384, sizeof(all384)}, whole256 = {all256, sizeof(all256)};
    uint8_t out[48];
    for (size_t i = 0; i < sizeof(message); i++)
        message[i] = (uint8_t)(7 * i + 3);
    for (size_t i = 0; i <= 300; i++) {
        natt_bytes part = {message, i};
        natt_sha384_parts(all384 + 48 * i, &part, 1, feed);
        natt_sha256_parts(all256 + 32 * i, &part, 1);
    }
    natt_sha384_parts(out, &whole384, 1, feed);
    check(digest_is(out, 48, digest_cases[3].sha384), "sha384", "prefixes");
    natt_sha256_parts(out, &whole256, 1);
    check(digest_is(out, 32, digest_cases[3].sha256), "sha256", "prefixes");
}

int main(void)
{
    for (unsigned i = 0; test_engine(i) != NULL; i++) {
        printf("engine %s\n", test_engine(i)->name);
        field_with(test_engine(i));
        scalars_with(test_engine(i));
        edge_cases_with(test_engine(i));
        constant_tables_with(test_engine(i));
        edge_cases_with_tables(test_engine(i));
        foreign_tables_with(test_engine(i));
        zeroed_tables_with(test_engine(i));
    }
    for (unsigned i = 0; test_sha384_feed(i) != NULL; i++) {
        known_digests(test_sha384_feed(i));
        prefix_digests(test_sha384_feed(i));
    }
    recoding();
    edge_cases_through_table();
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
