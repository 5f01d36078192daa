/* The cryptography table that this build uses, compared with values from the standards. */
#include "verify/crypto/crypto.h"
#include "verify/parse/ecdsa.h"
#include "verify/test/support.h"

#include <stdio.h>

/* Generator of P-384. [SEC2 2.5.1] */
#define G_X  "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7"
#define G_Y  "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f"
#define P    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff"
#define ZERO "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
#define ONES "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
/* The point with x = 0: y is a root of b. Its x could also be written as p, which must be refused. */
#define ROOT_B "c306610fb0ae5a159cf45c06069f22a6c5eb3641c602d42dea2c4b4f75550793406d80d2b91ad54f9048bd487af1ade1"

/* RFC 6979 A.2.6, SHA-384 of "sample" and of "test". */
#define U_X      "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13"
#define U_Y      "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720"
#define SAMPLE_R "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46"
#define SAMPLE_S "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8"
#define TEST_R   "8203b63d3c853e8d77227fb377bcf7b7b772e97892a80f36ab775d509d7a5feb0542a7f0812998da8f1dd3ca3cf023db"
#define TEST_S   "ddd0760448d42d8a43af45af836fce4de8be06b485e9b61b827c2f13173923e06a739f040649a667bf3b828246baa5a5"

static void from_hex(uint8_t *out, const char *hex)
{
    for (size_t i = 0; hex[2 * i] != '\0'; i++) {
        unsigned byte = 0;
        cr_assert_eq(sscanf(hex + 2 * i, "%2x", &byte), 1);
        out[i] = (uint8_t)byte;
    }
}

static const uint8_t *key_of(uint8_t out[96], const char *x, const char *y)
{
    from_hex(out, x);
    from_hex(out + 48, y);
    return out;
}

static natt_bytes text_bytes(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

struct hash_row {
    const char *text, *sha384, *sha256;
};

/* FIPS 180-2 B.1, C.1, D.1, D.2; the others with Python's hashlib. */
static const struct hash_row hash_rows[] = {
    {"", "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
};

static void assert_hashes(const natt_bytes *parts, size_t count, const struct hash_row *row)
{
    const struct natt_crypto *crypto = natt_crypto_default();
    uint8_t got[48], want[48];
    from_hex(want, row->sha384);
    cr_assert(crypto->sha384(got, parts, count));
    cr_assert_arr_eq(got, want, 48, "SHA-384 of \"%s\" in %zu parts", row->text, count);
    from_hex(want, row->sha256);
    cr_assert(crypto->sha256(got, parts, count));
    cr_assert_arr_eq(got, want, 32, "SHA-256 of \"%s\" in %zu parts", row->text, count);
}

Test(crypto, sha_equals_known_answers_in_one_part)
{
    for (size_t i = 0; i < COUNT_OF(hash_rows); i++) {
        natt_bytes part = text_bytes(hash_rows[i].text);
        assert_hashes(&part, 1, &hash_rows[i]);
    }
    assert_hashes(NULL, 0, &hash_rows[0]);
}

/* Every split into two parts, with empty parts between them, gives the same digest. */
Test(crypto, sha_equals_known_answers_in_any_parts)
{
    for (size_t i = 0; i < COUNT_OF(hash_rows); i++) {
        natt_bytes whole = text_bytes(hash_rows[i].text);
        for (size_t cut = 0; cut <= whole.len; cut++) {
            natt_bytes parts[] = {{whole.ptr, cut}, {whole.ptr, 0}, {NULL, 0}, {whole.ptr + cut, whole.len - cut}};
            assert_hashes(parts, COUNT_OF(parts), &hash_rows[i]);
        }
    }
}

/* The million 'a' of FIPS 180-2, so that lengths need more than two bytes. */
Test(crypto, sha_equals_known_answer_of_a_million_a)
{
    static uint8_t a[1000];
    static natt_bytes parts[1000];
    static const struct hash_row million = {
        "a million a",
        "9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b07b8b3dc38ecc4ebae97ddd87f3d8985",
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"};
    memset(a, 'a', sizeof a);
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        parts[i] = (natt_bytes){a, sizeof a};
    assert_hashes(parts, COUNT_OF(parts), &million);
}

Test(crypto, on_curve_holds_for_points)
{
    static const char *const points[][2] = {{G_X, G_Y}, {U_X, U_Y}, {ZERO, ROOT_B}};
    for (size_t i = 0; i < COUNT_OF(points); i++) {
        uint8_t key[96];
        cr_assert_eq(natt_crypto_default()->on_curve(key_of(key, points[i][0], points[i][1])), NATT_CRYPTO_VALID,
                     "point %zu", i);
    }
}

Test(crypto, on_curve_refused_when_off_the_curve_or_not_below_p)
{
    static const char *const points[][2] = {
        {ZERO, ZERO}, {G_X, ZERO}, {ZERO, G_Y},  {G_Y, G_X},  {P, ROOT_B}, {ZERO, P},
        {G_X, P},     {P, P},      {ONES, ONES}, {ONES, G_Y}, {G_X, ONES},
    };
    for (size_t i = 0; i < COUNT_OF(points); i++) {
        uint8_t key[96];
        cr_assert_eq(natt_crypto_default()->on_curve(key_of(key, points[i][0], points[i][1])), NATT_CRYPTO_INVALID,
                     "point %zu", i);
    }
}

Test(crypto, on_curve_refused_when_any_byte_of_g_is_changed)
{
    for (size_t i = 0; i < 96; i++) {
        uint8_t key[96];
        (void)key_of(key, G_X, G_Y);
        key[i] ^= 1;
        cr_assert_eq(natt_crypto_default()->on_curve(key), NATT_CRYPTO_INVALID, "byte %zu", i);
    }
}

static uint8_t u_key[96];

static struct natt_job job_of(const char *message, const char *r, const char *s)
{
    struct natt_job job = {.public_key = key_of(u_key, U_X, U_Y)};
    natt_bytes part = text_bytes(message);
    cr_assert(natt_crypto_default()->sha384(job.hash, &part, 1));
    from_hex(job.r, r);
    from_hex(job.s, s);
    return job;
}

static void verify_all(struct natt_job *jobs, size_t count)
{
    struct natt_job *list[8];
    cr_assert_leq(count, COUNT_OF(list));
    for (size_t i = 0; i < count; i++)
        list[i] = &jobs[i];
    natt_crypto_default()->verify(list, count);
}

Test(crypto, verify_holds_for_known_signatures)
{
    struct natt_job jobs[] = {job_of("sample", SAMPLE_R, SAMPLE_S), job_of("test", TEST_R, TEST_S)};
    verify_all(jobs, COUNT_OF(jobs));
    for (size_t i = 0; i < COUNT_OF(jobs); i++)
        cr_assert_eq(jobs[i].answer, NATT_CRYPTO_VALID, "job %zu", i);
}

/* Both signatures of the standard have a high s, so these twins have a low one: both halves are genuine. */
Test(crypto, verify_holds_for_the_twin_with_the_other_s)
{
    struct natt_job jobs[] = {job_of("sample", SAMPLE_R, SAMPLE_S), job_of("test", TEST_R, TEST_S)};
    for (size_t i = 0; i < COUNT_OF(jobs); i++) {
        uint8_t other[48];
        cr_assert_geq(jobs[i].s[0], 0x80);
        natt_scalar_negate(other, jobs[i].s);
        cr_assert_lt(other[0], 0x80);
        memcpy(jobs[i].s, other, sizeof other);
    }
    verify_all(jobs, COUNT_OF(jobs));
    for (size_t i = 0; i < COUNT_OF(jobs); i++)
        cr_assert_eq(jobs[i].answer, NATT_CRYPTO_VALID, "job %zu", i);
}

static void assert_job_refused(struct natt_job job, const char *what)
{
    verify_all(&job, 1);
    cr_assert_eq(job.answer, NATT_CRYPTO_INVALID, "%s: %d", what, (int)job.answer);
}

Test(crypto, verify_refused_when_hash_r_s_or_key_is_another)
{
    uint8_t g_key[96];
    struct natt_job job = job_of("sample", SAMPLE_R, SAMPLE_S);
    assert_job_refused(job_of("test", SAMPLE_R, SAMPLE_S), "hash");
    assert_job_refused(job_of("sample", TEST_R, SAMPLE_S), "r");
    assert_job_refused(job_of("sample", SAMPLE_R, TEST_S), "s");
    assert_job_refused(job_of("sample", SAMPLE_S, SAMPLE_R), "r and s swapped");
    job.public_key = key_of(g_key, G_X, G_Y);
    assert_job_refused(job, "key");
    job.public_key = key_of(g_key, U_X, P);
    assert_job_refused(job, "no point");
}

Test(crypto, verify_refused_when_one_bit_is_flipped)
{
    for (size_t i = 0; i < 48; i += 5) {
        struct natt_job hash = job_of("sample", SAMPLE_R, SAMPLE_S), r = hash, s = hash;
        hash.hash[i] ^= (uint8_t)(1u << i % 8);
        r.r[i] ^= (uint8_t)(1u << i % 8);
        s.s[i] ^= (uint8_t)(1u << i % 8);
        assert_job_refused(hash, "hash");
        assert_job_refused(r, "r");
        assert_job_refused(s, "s");
    }
}

/* Callers check the range first; a table that accepted 0 would accept a forgery. */
Test(crypto, verify_never_holds_when_r_or_s_is_zero)
{
    assert_job_refused(job_of("sample", ZERO, SAMPLE_S), "r = 0");
    assert_job_refused(job_of("sample", SAMPLE_R, ZERO), "s = 0");
    assert_job_refused(job_of("sample", ZERO, ZERO), "both 0");
}

Test(crypto, verify_answers_every_job_behind_a_bad_one)
{
    static const struct natt_crypto *const tables[] = {&natt_crypto_native, &natt_crypto_mbedtls};
    for (size_t t = 0; t < COUNT_OF(tables); t++) {
        struct natt_job jobs[] = {job_of("sample", SAMPLE_R, SAMPLE_S), job_of("sample", TEST_R, TEST_S),
                                  job_of("test", TEST_R, TEST_S)};
        struct natt_job *list[] = {&jobs[0], &jobs[1], &jobs[2]};
        tables[t]->verify(list, COUNT_OF(list));
        cr_assert_eq(jobs[0].answer, NATT_CRYPTO_VALID);
        cr_assert_eq(jobs[1].answer, NATT_CRYPTO_INVALID);
        cr_assert_eq(jobs[2].answer, NATT_CRYPTO_VALID);
    }
}

Test(crypto, verify_touches_nothing_when_there_is_no_job)
{
    struct natt_job job = job_of("sample", SAMPLE_R, SAMPLE_S);
    verify_all(&job, 0);
    cr_assert_eq(job.answer, NATT_CRYPTO_ERROR);
}
